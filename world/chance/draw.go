package chance

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Scores gives the n normal scores, the quantiles of the standard normal at (i+1/2)/n, in random order.
func Scores(k Key, seed uint64, n int) []float64 {
	out := Spaced(n)
	for i, u := range out {
		out[i] = score(u)
	}
	k.Source(seed).Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// score is the quantile of the standard normal.
func score(u float64) float64 { return math.Sqrt2 * math.Erfinv(2*u-1) }

// Beside gives n normal scores that are spread evenly over any range of the given ones, so that the two are
// independent not only in the mean over seeds, but in each: by the rank of the given one along a lattice of
// the golden ratio, from a random start.
func Beside(k Key, seed uint64, given []float64) []float64 {
	n := len(given)
	ranks := make([]int, n)
	for i := range ranks {
		ranks[i] = i
	}
	slices.SortFunc(ranks, func(i, j int) int { return cmp.Compare(given[i], given[j]) })
	start, out := k.Source(seed).Float64(), make([]float64, n)
	for rank, i := range ranks {
		_, u := math.Modf(start + float64(rank)/math.Phi)
		out[i] = score(min(max(u, 0.5/float64(n)), 1-0.5/float64(n)))
	}
	return out
}

// Spaced gives (i+1/2)/n.
func Spaced(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = (float64(i) + 0.5) / float64(n)
	}
	return out
}

// Autoregression draws a stationary series of first order with the standard deviation sd.
func Autoregression(k Key, seed uint64, sd, persistence float64, months int) []float64 {
	r, out := k.Source(seed), make([]float64, months)
	x := sd * r.NormFloat64()
	for t := range out {
		out[t] = x
		x = persistence*x + sd*math.Sqrt(1-persistence*persistence)*r.NormFloat64()
	}
	return out
}

// Shuffled deals numbers out: it puts them in random order, in place.
func Shuffled(r *rand.Rand, x []float64) []float64 {
	r.Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })
	return x
}

// Between draws a number evenly from low to high.
func Between(r *rand.Rand, low, high float64) float64 { return low + (high-low)*r.Float64() }

// LogUniform is the quantile u of the log-uniform distribution from low to high.
func LogUniform(u, low, high float64) float64 { return low * math.Pow(high/low, u) }
