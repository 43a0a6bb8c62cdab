package breakpoint

import (
	"fmt"
	"math"

	"detour/fault"
)

// MinSeason is how many held months a season is told from: two for each month of the year.
const MinSeason = 24

// leastSeason: a month of the year that had no trade may have some later, so that no exposure is zero.
const leastSeason = 0.05

// NoSeason is the error of a history that does not tell the season.
type NoSeason struct {
	Held  int // months held before the index
	Never int // months of the year that are never held there
}

// Error implements error.
func (e *NoSeason) Error() string {
	return fmt.Sprintf("the season needs %d months with each month of the year among them: %d are held, and %d of the year never",
		MinSeason, e.Held, e.Never)
}

// Season gives the exposure of a series, y as in Series, from the months of the year before an index: month i belongs with i+12, whichever
// of the year it is. The factors come from a Poisson pseudo-likelihood fit of twelve levels and one growth, and are
// drawn to one by as much as chance alone would spread them (James & Stein 1961): a series without a season has
// exposures near one. None is below 0.05; their mean over a year is about one; the growth is not part of them.
//
// A history of fewer than 24 held months, or that lacks a month of the year, is an error of kind NotFound that wraps *NoSeason. Values and
// lengths are refused as by Scan, as is an index outside the series.
func Season(y []float64, held []bool, before int) ([]float64, error) {
	if before < 0 || before > len(y) {
		return nil, fault.Errorf(fault.BadInput, "a season from before month %d of %d", before, len(y))
	}
	if err := check(Series{Y: y, Held: held}, Rule{}); err != nil {
		return nil, err
	}
	h := history{y: y[:before], held: held}
	count, never, sum := h.count()
	if count < MinSeason || never > 0 {
		return nil, fault.Errorf(fault.NotFound, "%w", &NoSeason{Held: count, Never: never})
	}
	if math.IsInf(sum, 1) {
		return nil, fault.Errorf(fault.BadInput, "the values are too large to be added up")
	}
	factors := [12]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	if sum > 0 {
		h.y = make([]float64, before) // in units of the mean: squares stay finite
		for i := range h.y {
			h.y[i] = y[i] / sum * float64(count)
		}
		factors = h.factors(count)
	}
	out := make([]float64, len(y))
	for i := range out {
		out[i] = factors[i%12]
	}
	return out, nil
}

type history struct {
	y    []float64
	held []bool // nil: all; may be longer than y
}

func (h history) holds(i int) bool { return h.held == nil || h.held[i] }

func (h history) count() (held, never int, sum float64) {
	var of [12]int
	for i, y := range h.y {
		if h.holds(i) {
			of[i%12]++
			held++
			sum += y
		}
	}
	for _, n := range of {
		if n == 0 {
			never++
		}
	}
	return held, never, sum
}

// factors of the months of the year, of values that are not all zero.
func (h history) factors(held int) [12]float64 {
	g := h.growth()
	value, weight, _ := h.at(g)
	var y, w float64
	for m := range value {
		y += value[m]
		w += weight[m]
	}
	out := [12]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	chi, freedom := h.pearson(g, value, weight, held)
	var spread float64
	for m := range value {
		expected := weight[m] * y / w
		spread += (value[m] - expected) * (value[m] - expected) / expected
	}
	if freedom < 1 || spread <= 0 {
		return out
	}
	kept := max(0, 1-11*chi/float64(freedom)/spread)
	for m := range out {
		out[m] = max(leastSeason, 1+kept*(value[m]/weight[m]*w/y-1))
	}
	return out
}

// growth of the logarithm by month, at most 0.3 either way: the score falls with it.
func (h history) growth() float64 {
	low, high := -0.3, 0.3
	for range 30 {
		middle := (low + high) / 2
		if _, _, score := h.at(middle); score > 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// at gives, for a growth, the value and the sum of exp(growth t) by month of the year, and the score of the
// pseudo-likelihood in the growth, the levels being the best for it.
func (h history) at(growth float64) (value, weight [12]float64, score float64) {
	var valueT, weightT [12]float64
	step := math.Exp(growth)
	size := math.Exp(-growth * float64(len(h.y)) / 2)
	for i, y := range h.y {
		if h.holds(i) {
			m, t := i%12, float64(i)
			value[m] += y
			valueT[m] += y * t
			weight[m] += size
			weightT[m] += size * t
		}
		size *= step
	}
	for m := range value {
		score += valueT[m] - value[m]*weightT[m]/weight[m]
	}
	return value, weight, score
}

// pearson gives chi squared about the fit, and its degrees of freedom.
func (h history) pearson(growth float64, value, weight [12]float64, held int) (chi float64, freedom int) {
	freedom = held - 1
	for m := range value {
		if value[m] > negligible {
			freedom--
		}
	}
	for i, y := range h.y {
		if !h.holds(i) {
			continue
		}
		if value[i%12] <= negligible {
			freedom--
			continue
		}
		fitted := value[i%12] / weight[i%12] * math.Exp(growth*(float64(i)-float64(len(h.y))/2))
		chi += (y - fitted) * (y - fitted) / fitted
	}
	return chi, freedom
}
