package detection

import (
	"cmp"
	"math"
	"slices"
)

// AveragePrecision is the mean, over the items that are true, of the share of true ones among those ranked no
// lower, scores descending. Where scores are tied it is the mean over all orders of the tied ones (McSherry & Najork
// 2008): the item at place i of a tie of n with r true ones, after T items with R true ones, is expected to have
// 1 + (i-1)(r-1)/(n-1) true ones up to it within the tie if it is true. It is 0 where nothing is true.
func AveragePrecision(score []float64, is []bool) float64 {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	sum, seen, found := 0.0, 0, 0
	for from := 0; from < len(order); {
		to, hits := from, 0
		for ; to < len(order) && score[order[to]] == score[order[from]]; to++ {
			if is[order[to]] {
				hits++
			}
		}
		n := to - from
		for i := 1; i <= n && hits > 0; i++ {
			within := 1.0
			if n > 1 {
				within += float64(i-1) * float64(hits-1) / float64(n-1)
			}
			sum += float64(hits) / float64(n) * (float64(found) + within) / float64(seen+i)
		}
		seen, found, from = to, found+hits, to
	}
	if found == 0 {
		return 0
	}
	return sum / float64(found)
}

// CalibrationBin is the items whose predicted probability lies in a tenth of the unit interval.
type CalibrationBin struct {
	N         int
	Predicted float64 // mean
	True      float64 // share
}

// Curve sorts predictions above the floor into tenths; the last holds 1.
func Curve(p []float64, is []bool, floor float64) []CalibrationBin {
	out := make([]CalibrationBin, 10)
	for i, x := range p {
		if x <= floor {
			continue
		}
		b := &out[min(int(x*10), 9)]
		b.N++
		b.Predicted += x
		if is[i] {
			b.True++
		}
	}
	for i := range out {
		if n := float64(out[i].N); n > 0 {
			out[i].Predicted, out[i].True = out[i].Predicted/n, out[i].True/n
		}
	}
	return out
}

// CalibrationError is the mean distance of predicted and true shares over the bins, weighted by their items
// (Naeini, Cooper & Hauskrecht 2015); 0 where there is none.
func CalibrationError(curve []CalibrationBin) float64 {
	sum, n := 0.0, 0
	for _, b := range curve {
		sum += float64(b.N) * math.Abs(b.Predicted-b.True)
		n += b.N
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// BrierSkill is one less the mean squared error of the probabilities over that of the base rate (Brier 1950; Murphy
// 1973): 1 is perfect, 0 no better than the base rate. It is 0 where all or none are true.
func BrierSkill(p []float64, is []bool) float64 {
	rate, sum := 0.0, 0.0
	for i := range p {
		y := 0.0
		if is[i] {
			y = 1
		}
		rate += y / float64(len(p))
		sum += (p[i] - y) * (p[i] - y)
	}
	base := rate * (1 - rate) * float64(len(p))
	if base == 0 {
		return 0
	}
	return 1 - sum/base
}

// IntervalScore is that of a central interval of the level (Gneiting & Raftery 2007): its width, and for a
// truth outside it the distance times 2/(1-level). Lower is better.
func IntervalScore(low, high, truth, level float64) float64 {
	return high - low + 2/(1-level)*(max(0, low-truth)+max(0, truth-high))
}
