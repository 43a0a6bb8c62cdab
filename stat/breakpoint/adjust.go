package breakpoint

import (
	"cmp"
	"slices"

	"detour/fault"
)

// Adjustment of p-values for their number.
type Adjustment uint8

// The adjustments. Rejecting what is adjusted to at most q keeps the expected share of false ones among the rejected at most q.
const (
	// BenjaminiHochberg (1995) holds for tests that are independent or positively dependent.
	BenjaminiHochberg Adjustment = iota
	// BenjaminiYekutieli (2001) holds whatever their dependence.
	BenjaminiYekutieli
)

// Adjust gives the adjusted p-values in the order of p, which is not changed. A p-value outside [0, 1] is bad input.
func Adjust(p []float64, by Adjustment) ([]float64, error) {
	order := make([]int, len(p))
	factor := float64(len(p))
	for i, x := range p {
		if !(x >= 0 && x <= 1) {
			return nil, fault.Errorf(fault.BadInput, "p-value %d is %g", i, x)
		}
		order[i] = i
	}
	if by == BenjaminiYekutieli {
		var harmonic float64
		for i := range p {
			harmonic += 1 / float64(i+1)
		}
		factor *= harmonic
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	out := make([]float64, len(p))
	least := 1.0
	for rank := len(p); rank > 0; rank-- {
		i := order[rank-1]
		least = min(least, p[i]*factor/float64(rank))
		out[i] = least
	}
	return out, nil
}
