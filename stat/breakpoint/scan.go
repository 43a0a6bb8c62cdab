package breakpoint

import (
	"math"

	"detour/fault"
)

// Window is where a break may lie: its first month from From to To, both included. The zero value is anywhere.
type Window struct{ From, To int }

// Direction of a break.
type Direction int8

// The directions. None is that of a series in which nothing differs.
const (
	Down Direction = iota - 1
	None
	Up
)

// Break is the likeliest single break.
type Break struct {
	At int // first month of the new segment; a held one
	// Statistic is twice the greatest gain in log likelihood over no break, in units of the dispersion without a break. It is what
	// PValue tests. The date and the set are in units of the dispersion within the segments.
	Statistic float64
	Direction Direction
	// Size is the logarithm of the level after over that before, with its standard error, where Sized: both sides
	// have trade. For HurdleTrend it is that of the two lines in the month of the break, and Slope is the change of growth by month.
	Sized           bool
	Size, SizeErr   float64
	Slope, SlopeErr float64
	// Set is the confidence set: every month of the window in which the break may have been, ascending; it need not be without holes. Missing
	// months before a held one belong with it. It lies in the scratch, and holds until that is used again.
	Set []int
}

// DefaultLevel is a usual level of confidence sets.
const DefaultLevel = 0.95

// Scan finds the likeliest single break in the window, and the months in which it lies with the confidence level if there was one.
// Whether there was is what PValue says. A series in which nothing differs has a statistic of 0, no direction
// and every month in its set.
//
// Lengths that disagree, values that are negative or not finite, a window from below 0 or that ends before it begins, and a
// level outside (0, 1) are bad input. A series or window without room for a break is an error of kind NotFound that wraps *TooShort.
// Nil scratch is a new one.
//
// The set inverts the likelihood ratio (Siegmund 1988; Hansen 2000; Eo & Morley 2015): it holds the months in which twice the log likelihood, in
// units of the dispersion within the two segments, is no more than -2 ln(1 - sqrt(level)) below its greatest; more where the
// segment that the months in between would belong to is the noisier one.
func Scan(x Series, rule Rule, window Window, level float64, scratch *Scratch) (Break, error) {
	if !(level > 0 && level < 1) {
		return Break{}, fault.Errorf(fault.BadInput, "a confidence level of %g: it lies between 0 and 1", level)
	}
	if scratch == nil {
		scratch = new(Scratch)
	}
	first, end, err := scratch.start(x, rule, window)
	if err != nil {
		return Break{}, err
	}
	statistic, cut := scratch.likeliest(first, end)
	scratch.scale = scratch.spread(cut)
	if rule.Cost != QuasiPoisson { // whose cut no scale moves
		_, cut = scratch.likeliest(first, end)
	}
	b := Break{At: scratch.months[cut].at, Statistic: statistic}
	scratch.measure(&b, cut)
	b.Set = scratch.confidence(first, end, cut, max(0, window.From), level)
	return b, nil
}

// start makes the series ready and gives the cuts that are allowed: first up to before end. The scale is that without a break.
func (s *Scratch) start(x Series, rule Rule, window Window) (first, end int, err error) {
	if window.From < 0 || window.To < window.From {
		return 0, 0, fault.Errorf(fault.BadInput, "a window from month %d to month %d", window.From, window.To)
	}
	if err := s.prepare(x, rule); err != nil {
		return 0, 0, err
	}
	need := rule.minLength()
	first, end = need, len(s.months)-need+1
	if window != (Window{}) {
		for first < end && s.months[first].at < window.From {
			first++
		}
		for first < end && s.months[end-1].at > window.To {
			end--
		}
	}
	if first >= end {
		return 0, 0, fault.Errorf(fault.NotFound, "from month %d to month %d: %w", window.From, window.To,
			&TooShort{Held: len(s.months), Needed: need})
	}
	s.add()
	s.scale = s.spread(0)
	return first, end, nil
}

// gain of a cut over no cut, which costs whole.
func (m *model) gain(whole float64, cut int) float64 {
	return whole - m.segment(0, cut) - m.segment(cut, len(m.months))
}

// likeliest gives the cut with the greatest gain, the first of those that are equal.
func (m *model) likeliest(first, end int) (gain float64, cut int) {
	whole := m.segment(0, len(m.months))
	cut = first
	for i := first; i < end; i++ {
		if g := m.gain(whole, i); g > gain+tie*(1+gain) {
			gain, cut = g, i
		}
	}
	return gain, cut
}

// reaches tells whether any cut gains as much.
func (m *model) reaches(enough float64, first, end int) bool {
	whole := m.segment(0, len(m.months))
	for i := first; i < end; i++ {
		if m.cost == QuasiPoisson && m.bound(i) < enough {
			continue
		}
		if m.gain(whole, i) >= enough {
			return true
		}
	}
	return false
}

// bound is no less than the gain of a cut under QuasiPoisson, since log x <= x - 1 for the level of each side over
// that of the whole. It spares the logarithms of most permutations.
func (m *model) bound(cut int) float64 {
	part, whole := &m.sums[cut], &m.sums[len(m.months)]
	level := whole.y / whole.e
	more := part.y - level*part.e
	return 2 * more * more * (1/part.e + 1/(whole.e-part.e)) / (level * m.scale)
}

// tie: gains that differ by less are equal but for rounding, and would be told apart by the unit of the series. It
// leaves room for the rounding of sums of some hundred months over the floor of the noise.
const tie = 1e-7

// measure fills in direction and size, the scale being that within the segments.
func (m *model) measure(b *Break, cut int) {
	before, after := &m.sums[cut], &m.sums[len(m.months)]
	var none sums
	if m.cost == QuasiPoisson {
		y1, y2 := before.y, after.y-before.y
		b.Sized = y1 > negligible && y2 > negligible
		if b.Sized {
			b.Size = math.Log(y2/(after.e-before.e)) - math.Log(y1/before.e)
			b.SizeErr = math.Sqrt(m.scale * (1/y1 + 1/y2))
		}
		b.Direction = toward(b, y1, y2, b.Size)
		return
	}
	n1, n2 := float64(cut), float64(len(m.months)-cut)
	one, two := between(&none, before), between(before, after)
	b.Sized = one.k > 0 && two.k > 0
	if !b.Sized {
		b.Direction = toward(b, one.k, two.k, 0)
		return
	}
	share := math.Log(two.k/n2) - math.Log(one.k/n1)
	variance := (1-one.k/n1)/one.k + (1-two.k/n2)/two.k + m.scale*(1/one.k+1/two.k)
	if m.cost == HurdleLevel {
		b.Size, b.SizeErr = share+two.l-one.l, math.Sqrt(variance)
		b.Direction = toward(b, one.k, two.k, b.Size)
		return
	}
	if b.Sized = one.k > 1 && two.k > 1; !b.Sized {
		b.Direction = toward(b, one.k, two.k, share+two.l-one.l)
		return
	}
	t := m.months[cut].t
	b.Size = share + two.value(t) - one.value(t)
	b.SizeErr = math.Sqrt(variance + m.scale*((t-one.t)*(t-one.t)/one.tt+(t-two.t)*(t-two.t)/two.tt))
	b.Slope = two.tl/two.tt - one.tl/one.tt
	b.SlopeErr = math.Sqrt(m.scale * (1/one.tt + 1/two.tt))
	b.Direction = toward(b, one.k, two.k, share+two.l-one.value(two.t))
}

// negligible level, over the mean: its reciprocal might not be finite.
const negligible = 1e-300

func (f line) value(t float64) float64 { return f.l + f.tl/f.tt*(t-f.t) }

// toward tells the direction: of the change where both sides have trade, otherwise from the side without.
func toward(b *Break, before, after, change float64) Direction {
	if before <= 0 || after <= 0 {
		change = after - before
	}
	switch {
	case b.Statistic <= tie || change == 0:
		return None
	case change > 0:
		return Up
	default:
		return Down
	}
}

// confidence gives the months that cannot be told from the cut, with the scale within the segments.
func (s *Scratch) confidence(first, end, cut, from int, level float64) []int {
	n := len(s.months)
	least := s.segment(0, cut) + s.segment(cut, n)
	cutoff := -2 * math.Log(1-math.Sqrt(level))
	earlier, later := least+cutoff*s.unrest(cut, n), least+cutoff*s.unrest(0, cut)
	s.set = s.set[:0]
	for i := first; i < end; i++ {
		cost := s.segment(0, i) + s.segment(i, n)
		if i < cut && cost > earlier || i > cut && cost > later {
			continue
		}
		for at := max(from, s.months[i-1].at+1); at <= s.months[i].at; at++ {
			s.set = append(s.set, at)
		}
	}
	return s.set
}

// unrest of months[i:j]: their own noise over that of both segments, at least 1. Had the break been earlier than the cut, the
// months between would be of the later segment, and it is their noise that misled; and the other way
// round (Bai 1997). That of both counts as one month.
func (m *model) unrest(i, j int) float64 {
	squares, freedom := m.aside(i, j)
	return max(1, (squares/m.scale+1)/(freedom+1))
}
