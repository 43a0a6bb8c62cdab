package breakpoint

import (
	"math/rand/v2"

	"detour/fault"
)

// Test says how a break is tested.
type Test struct {
	// Permutations is how many are drawn at most; 0 is 999. No p-value is below 1/(Permutations+1).
	Permutations int
	// Exceedances is after how many statistics as great as that of the series drawing stops (Besag & Clifford
	// 1991); 0 is 10. Few are drawn where there is plainly no break.
	Exceedances int
	// Block is how many months are kept together; 0 is 1. Single months suppose that months without a break could
	// stand in any order. Blocks suppose it of stretches of that length, for series with a memory.
	Block int
}

// PValue is the probability of a statistic at least as great as that of Scan, with the same series, rule and window, in a series
// without a break: in random orders of its own months, after the exposure and, for HurdleTrend, the one line through the whole series have
// been taken off. Its errors are those of Scan, and bad input for a Test with negative numbers.
//
// If the months can be permuted, P(p <= a) <= a at every a whatever their distribution, and equal where p can take the value a and
// statistics have no ties. The same generator in the same state gives the same p; one generator for each series keeps
// answers from depending on the order of the series.
func PValue(x Series, rule Rule, window Window, test Test, rng *rand.Rand, scratch *Scratch) (float64, error) {
	if test.Permutations < 0 || test.Exceedances < 0 || test.Block < 0 {
		return 0, fault.Errorf(fault.BadInput, "%d permutations, %d exceedances, blocks of %d: none can be negative",
			test.Permutations, test.Exceedances, test.Block)
	}
	if scratch == nil {
		scratch = new(Scratch)
	}
	first, end, err := scratch.start(x, rule, window)
	if err != nil {
		return 0, err
	}
	permutations, enough := orElse(test.Permutations, 999), orElse(test.Exceedances, 10)
	gain, _ := scratch.likeliest(first, end)
	gain -= 2 * tie * (1 + gain)
	if gain <= 0 {
		return 1, nil
	}
	scratch.detrend()
	scratch.whole = append(scratch.whole[:0], scratch.months...)
	exceeded := 0
	for drawn := 1; drawn <= permutations; drawn++ {
		scratch.permute(rng, orElse(test.Block, 1))
		scratch.add()
		scratch.scale = scratch.spread(0)
		if scratch.reaches(gain, first, end) {
			exceeded++
		}
		if exceeded == enough {
			return float64(enough) / float64(drawn), nil
		}
	}
	return float64(exceeded+1) / float64(permutations+1), nil
}

func orElse(n, usual int) int {
	if n == 0 {
		return usual
	}
	return n
}

// detrend takes the one line off the logarithms, so that the rest can be permuted (Freedman & Lane 1983).
func (m *model) detrend() {
	if m.cost != HurdleTrend {
		return
	}
	f := between(&sums{}, &m.sums[len(m.months)])
	if f.k < 2 {
		return
	}
	for i := range m.months {
		if o := &m.months[i]; o.traded {
			o.v -= f.value(o.t)
		}
	}
}

// permute what was observed among the months, in blocks that begin at a random place.
func (s *Scratch) permute(rng *rand.Rand, block int) {
	if block == 1 {
		for i := len(s.months) - 1; i > 0; i-- {
			j := int(rng.Uint64N(uint64(i + 1)))
			swap(&s.months[i], &s.months[j])
		}
		return
	}
	n := len(s.months)
	s.order = s.order[:0]
	for start := rng.IntN(block) - block + 1; start < n; start += block {
		s.order = append(s.order, start)
	}
	rng.Shuffle(len(s.order), func(i, j int) { s.order[i], s.order[j] = s.order[j], s.order[i] })
	to := 0
	for _, start := range s.order {
		for from := max(0, start); from < min(n, start+block); from++ {
			s.months[to].v, s.months[to].traded = s.whole[from].v, s.whole[from].traded
			to++
		}
	}
}

func swap(a, b *month) {
	a.v, b.v = b.v, a.v
	a.traded, b.traded = b.traded, a.traded
}
