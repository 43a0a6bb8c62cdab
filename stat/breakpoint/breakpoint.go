// Package breakpoint dates the month in which a series changed its level or trend, says how sure the date is,
// and how sure it is that there was a change at all. It is made for very many short series that are not
// negative and have many zeros, heavy tails and arbitrary units. It knows neither trade nor money:
// multiplying a series by any constant changes no break, no p-value and no confidence set.
// docs/method/breaks.md has the equations and what was measured.
//
// Scan finds the single likeliest break, PValue tests it, Segment finds any number of them, Season gives the exposure that
// removes the months of the year, Adjust corrects p-values for their number. All are functions of their arguments,
// safe for concurrent use; a Scratch spares the allocations and serves one goroutine at a time.
//
// A break is the index of the first month of the new segment.
package breakpoint

import (
	"fmt"
	"math"

	"detour/fault"
)

// Series is one value a month, in the order of time. A missing month is one that is not held: its value is not looked at.
// The zeros of months that are held are zeros.
type Series struct {
	Y    []float64 // not negative and finite where held
	Held []bool    // nil: all
	// Exposure is the course that a series of constant level would follow, positive and finite where held, such as that of Season:
	// a level is a multiple of it. Only its shape matters. Nil: constant.
	Exposure []float64
}

// Cost says what is constant within a segment, and how a month is told from it.
type Cost uint8

// The costs.
const (
	// QuasiPoisson: the mean, over the exposure; variance proportional to the mean, with an estimated dispersion.
	QuasiPoisson Cost = iota
	// HurdleLevel: the share of months that are not zero, and the mean of the logarithm of those; their variance is
	// the same in all segments, and estimated.
	HurdleLevel
	// HurdleTrend: as HurdleLevel with a straight line of the logarithms over time in the place of their mean.
	HurdleTrend
)

// parameters of a segment.
func (c Cost) parameters() int { return 1 + int(c) }

// Rule of a search.
type Rule struct {
	Cost Cost
	// MinLength is how many held months a segment has at least; 0 is 3, for HurdleTrend 6.
	MinLength int
}

func (r Rule) minLength() int {
	switch {
	case r.MinLength != 0:
		return r.MinLength
	case r.Cost == HurdleTrend:
		return 6
	default:
		return 3
	}
}

// TooShort is the error of a series, or of a window in it, that has no room for a break.
type TooShort struct{ Held, Needed int }

// Error implements error.
func (e *TooShort) Error() string {
	return fmt.Sprintf("no room for a break: %d months are held, and each side needs %d of them", e.Held, e.Needed)
}

// Scratch is memory that is used again. Its zero value is ready. It must not be shared by goroutines at a time; what it
// held before has no influence on an answer.
type Scratch struct {
	model
	whole  []month   // as they stood before they were permuted
	order  []int     // of the blocks
	best   []float64 // by end: the least penalised cost
	last   []int     // by end: where its last segment begins
	open   []int     // starts of a last segment that may still be best
	until  []int     // by start: the end from which on it is not
	totals []float64 // by place in open: the cost up to the present end
	set    []int
}

// model is a series made ready: its held months, their running sums, and the scale of their noise.
type model struct {
	cost   Cost
	months []month
	sums   []sums    // sums[i] is over months[:i]
	log    []float64 // of 0 (not used), 1, 2, ...
	scale  float64   // dispersion of QuasiPoisson, variance of the logarithms of the others
}

// month is one held month.
type month struct {
	at       int     // index in the series
	t        float64 // the same, centred
	exposure float64
	traded   bool
	// v is the value over the exposure and over the mean of all (QuasiPoisson), or the centred logarithm of value over
	// exposure, 0 in a month without trade (the hurdles). Neither depends on the unit.
	v float64
}

type sums struct {
	e, y, q             float64 // QuasiPoisson: exposure, value, value squared over exposure
	k, l, ll, t, tt, tl float64 // hurdles: over the months with trade 1, log, log^2, t, t^2, t log
}

// floor of the noise: an error of a thousandth. Below it rounding would be taken for a break.
const floor = 1e-6

func (m *model) prepare(x Series, r Rule) error {
	if err := check(x, r); err != nil {
		return err
	}
	m.cost = r.Cost
	m.months = m.months[:0]
	for i, y := range x.Y {
		if x.Held != nil && !x.Held[i] {
			continue
		}
		exposure := 1.0
		if x.Exposure != nil {
			exposure = x.Exposure[i]
		}
		m.months = append(m.months, month{at: i, t: float64(i) - float64(len(x.Y)-1)/2, exposure: exposure, traded: y > 0, v: y})
	}
	if need := r.minLength(); len(m.months) < 2*need {
		return fault.Errorf(fault.NotFound, "%w", &TooShort{Held: len(m.months), Needed: need})
	}
	for i := len(m.log); i <= len(m.months); i++ {
		m.log = append(m.log, math.Log(max(1, float64(i))))
	}
	if m.cost == QuasiPoisson {
		return m.overMean()
	}
	m.centreLogs()
	return nil
}

func check(x Series, r Rule) error {
	switch {
	case r.Cost > HurdleTrend:
		return fault.Errorf(fault.BadInput, "there is no cost number %d", r.Cost)
	case r.MinLength < 0 || r.MinLength == 1 && r.Cost == HurdleTrend:
		return fault.Errorf(fault.BadInput, "a segment cannot have a least length of %d", r.MinLength)
	case x.Held != nil && len(x.Held) != len(x.Y):
		return fault.Errorf(fault.BadInput, "%d values and %d marks of which are held", len(x.Y), len(x.Held))
	case x.Exposure != nil && len(x.Exposure) != len(x.Y):
		return fault.Errorf(fault.BadInput, "%d values and %d exposures", len(x.Y), len(x.Exposure))
	}
	for i, y := range x.Y {
		if x.Held != nil && !x.Held[i] {
			continue
		}
		if !(y >= 0) || math.IsInf(y, 1) {
			return fault.Errorf(fault.BadInput, "value %d is %g: values are finite and not negative", i, y)
		}
		if x.Exposure != nil && !(x.Exposure[i] > 0 && !math.IsInf(x.Exposure[i], 1)) {
			return fault.Errorf(fault.BadInput, "exposure %d is %g: exposures are finite and positive", i, x.Exposure[i])
		}
	}
	return nil
}

// overMean divides values by their exposure and by the mean of all, and exposures by their mean.
func (m *model) overMean() error {
	var y, e float64
	for _, o := range m.months {
		y += o.v
		e += o.exposure
	}
	if math.IsInf(y, 1) || math.IsInf(e, 1) {
		return fault.Errorf(fault.BadInput, "the values or their exposures are too large to be added up")
	}
	n := float64(len(m.months))
	for i := range m.months {
		o := &m.months[i]
		if o.exposure = o.exposure / e * n; o.exposure < leastExposure {
			return fault.Errorf(fault.BadInput, "exposure %d is %.1e of the mean: none is below %g", o.at, o.exposure, leastExposure)
		}
		if y > 0 {
			o.v = o.v / y * n / o.exposure
		}
	}
	return nil
}

// leastExposure, over the mean: far below any that means something, far above those whose reciprocal overflows.
const leastExposure = 1e-9

func (m *model) centreLogs() {
	var sum, k float64
	for i := range m.months {
		if o := &m.months[i]; o.traded {
			o.v = math.Log(o.v) - math.Log(o.exposure)
			sum += o.v
			k++
		}
	}
	for i := range m.months {
		if o := &m.months[i]; o.traded {
			o.v -= sum / k
		}
	}
}

// add up the months in their present order.
func (m *model) add() {
	m.sums = append(m.sums[:0], sums{})
	var s sums
	for i := range m.months {
		o := &m.months[i]
		switch {
		case m.cost == QuasiPoisson:
			y := o.v * o.exposure
			s.e += o.exposure
			s.y += y
			s.q += y * o.v
		case o.traded:
			s.k++
			s.l += o.v
			s.ll += o.v * o.v
			s.t += o.t
			s.tt += o.t * o.t
			s.tl += o.t * o.v
		}
		m.sums = append(m.sums, s)
	}
}

// segment gives minus twice the greatest log likelihood of months[i:j], up to what is the same for every way
// to cut the series.
func (m *model) segment(i, j int) float64 {
	a, b := &m.sums[i], &m.sums[j]
	if m.cost == QuasiPoisson {
		y := b.y - a.y
		if y <= 0 {
			return 0
		}
		return -2 * y * math.Log(y/(b.e-a.e)) / m.scale
	}
	n, k := j-i, int(b.k-a.k)
	shares := float64(k)*(m.log[n]-m.log[k]) + float64(n-k)*(m.log[n]-m.log[n-k])
	return 2*shares + m.squares(a, b)/m.scale
}

// squares of the logarithms between a and b about their mean or line.
func (m *model) squares(a, b *sums) float64 {
	k := b.k - a.k
	if k < 2 {
		return 0
	}
	l := b.l - a.l
	about := b.ll - a.ll - l*l/k
	if m.cost == HurdleTrend {
		if k == 2 {
			return 0
		}
		f := between(a, b)
		about -= f.tl * f.tl / f.tt
	}
	return max(0, about)
}

// line through the logarithms of k months with trade.
type line struct{ k, t, l, tt, tl float64 } // number, means of time and logarithm, sums of squares and products about them

func between(a, b *sums) line {
	f := line{k: b.k - a.k}
	t, l := b.t-a.t, b.l-a.l
	f.t, f.l = t/f.k, l/f.k
	f.tt = b.tt - a.tt - t*f.t
	f.tl = b.tl - a.tl - t*f.l
	return f
}

// spread estimates the scale about one segment (cut = 0), or about the two at either side of the cut.
func (m *model) spread(cut int) float64 {
	end := len(m.months)
	var sum, freedom float64
	for _, part := range [][2]int{{0, cut}, {cut, end}} {
		s, f := m.aside(part[0], part[1])
		sum += s
		freedom += f
	}
	return max(floor, sum/max(1, freedom))
}

// aside gives the squares within months[i:j], and their degrees of freedom: Pearson's chi squared, or
// squares of logarithms. A segment without trade has neither.
func (m *model) aside(i, j int) (squares, freedom float64) {
	a, b := &m.sums[i], &m.sums[j]
	if m.cost != QuasiPoisson {
		return m.squares(a, b), max(0, b.k-a.k-float64(m.cost))
	}
	y := b.y - a.y
	if y <= 0 || j == i {
		return 0, 0
	}
	return max(0, (b.q-a.q)*(b.e-a.e)/y-y), float64(j - i - 1)
}
