package course

import (
	"math"
	"math/rand/v2"
	"testing"
)

// near allows for the rounding of a few sums.
const near = 1e-12

func TestByHand(t *testing.T) {
	y := make([]float64, 24)
	for i := range y {
		switch {
		case i >= 20: // the ban: 10 a month but for one, which is empty
			y[i] = 10
		case i >= 12: // the eight months before: 4
			y[i] = 4
		default:
			y[i] = 2
		}
	}
	y[21] = 0
	held := make([]bool, 24)
	for i := range 22 {
		held[i] = true
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"early", first(Early(y, nil, 20)), (4 - 2) / (7.5 - 2)},
		{"early, of held months", first(Early(y, held, 20)), (4 - 2) / (5.0 - 2)},
		{"centre", first(Centre(y, nil, 20)), (0 + 2 + 3) / 3.0},
		{"centre, of held months", first(Centre(y, held, 20)), 0},
		{"span", first(Span(y, 20)), 0.75},
		{"unit value", first(UnitValue(y, []float64{20: 1, 21: 0, 22: 1, 23: 1}, 20)), math.Log(10)},
	} {
		if math.Abs(c.got-c.want) > near {
			t.Errorf("%s: %v, by hand %v", c.name, c.got, c.want)
		}
	}
}

func first(x float64, ok bool) float64 {
	if !ok {
		return math.NaN() // differs from everything
	}
	return x
}

func TestNoAnswer(t *testing.T) {
	flat, none := []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, make([]float64, 12)
	for name, answer := range map[string]bool{
		"a rate that does not rise": second(Early(flat, nil, 10)),
		"the centre of nothing":     second(Centre(none, nil, 6)),
		"the price of nothing":      second(UnitValue(none, flat, 6)),
		"no mass":                   second(UnitValue(flat, none, 6)),
		"the span of no course":     second(Span(nil, 6)),
		"what never changes":        second(Coherence(flat, flat, nil, 6)),
	} {
		if answer {
			t.Errorf("%s has an answer", name)
		}
	}
}

func second(_ float64, ok bool) bool { return ok }

// What leaves two months after it came is coherent at any unit, and what has nothing to do with it is less so.
func TestCoherence(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	in, out, other := make([]float64, 72), make([]float64, 72), make([]float64, 72)
	for i := range in {
		in[i], other[i] = rng.ExpFloat64(), rng.ExpFloat64()
		if i >= 2 {
			out[i] = 3 * in[i-2]
		}
	}
	if r := first(Coherence(in, out, nil, 48)); math.Abs(r-1) > near {
		t.Errorf("a delay of two months: %v", r)
	}
	if r := first(Coherence(in, other, nil, 48)); !(r < 0.7) { // the greatest of 16 correlations of 24 months
		t.Errorf("independent series: %v", r)
	}
}
