package breakpoint

import (
	"math"
	"slices"

	"detour/fault"
)

// Segmentation is a series cut at its breaks.
type Segmentation struct {
	Breaks []int // first months of the segments but the first, ascending
	// Gain is how much lower minus twice the log likelihood, in units of Scale, is with the breaks than without, before penalties.
	Gain float64
	// Scale is the noise that the search took as known: the variance over the mean in units of the mean
	// (QuasiPoisson), or the variance of the logarithms (the hurdles).
	Scale float64
}

// Segment cuts the series so that minus twice its log likelihood plus the penalties is least among all ways to cut it into
// segments of the least length, by PELT (Killick, Fearnhead & Eckley 2012). beta is the penalty of a break; 0 is
// the modified BIC (Zhang & Siegmund 2007), (p+2) log n for each break and log(length/n) for each segment, n being the months held and
// p the parameters of a segment: 1, 2 and 3 in the order of the costs.
//
// The noise is estimated before the search from differences of neighbours, without the greatest of them, so that a change
// of level hardly enters it. It supposes that months are independent within segments: a series with a memory is cut more often.
// Errors are those of Scan; a beta that is negative or not finite is bad input.
func Segment(x Series, rule Rule, beta float64, scratch *Scratch) (Segmentation, error) {
	if !(beta >= 0) || math.IsInf(beta, 1) {
		return Segmentation{}, fault.Errorf(fault.BadInput, "a penalty of %g: it is finite and not negative", beta)
	}
	if scratch == nil {
		scratch = new(Scratch)
	}
	if err := scratch.prepare(x, rule); err != nil {
		return Segmentation{}, err
	}
	scratch.add()
	scratch.scale = scratch.neighbours()
	p := scratch.penalties(beta, rule)
	cuts := scratch.pelt(p)

	out := Segmentation{Gain: scratch.segment(0, len(scratch.months)), Scale: scratch.scale}
	from := 0
	for _, cut := range cuts {
		out.Breaks = append(out.Breaks, scratch.months[cut].at)
		out.Gain -= scratch.segment(from, cut)
		from = cut
	}
	out.Gain -= scratch.segment(from, len(scratch.months))
	return out, nil
}

// penalties of a search.
type penalties struct {
	least   int
	perCut  float64
	lengths bool    // whether log(length/n) is added for each segment
	prune   float64 // K of Killick et al.: a cut lowers the cost, before perCut, by no less
}

func (m *model) penalties(beta float64, rule Rule) penalties {
	p := penalties{least: rule.minLength(), perCut: beta}
	if beta == 0 {
		n := float64(len(m.months))
		p.perCut = float64(m.cost.parameters()+2) * math.Log(n)
		p.lengths = true
		p.prune = math.Log(4) // log((a+b)/n) - log(a/n) - log(b/n) is least for a = b = n/2
	}
	return p
}

func (m *model) penalised(p penalties, i, j int) float64 {
	cost := m.segment(i, j)
	if p.lengths {
		cost += m.log[j-i] - m.log[len(m.months)]
	}
	return cost
}

// pelt gives the cuts of the cheapest segmentation, ascending. A start that is no better than a cut at some end, seen from there, is
// so from every later end to which that cut leaves room for a segment: it is dropped from there on, not before.
func (s *Scratch) pelt(p penalties) []int {
	n := len(s.months)
	s.best, s.last = append(s.best[:0], -p.perCut), append(s.last[:0], 0)
	s.open, s.until = s.open[:0], s.until[:0]
	for end := 1; end <= n; end++ {
		s.best, s.last = append(s.best, math.Inf(1)), append(s.last, 0)
		s.until = append(s.until, n+1)
		if start := end - p.least; start == 0 || start >= p.least {
			s.open = append(s.open, start)
		}
		s.open = slices.DeleteFunc(s.open, func(start int) bool { return s.until[start] <= end })
		s.totals = s.totals[:0]
		for _, start := range s.open {
			total := s.best[start] + s.penalised(p, start, end)
			s.totals = append(s.totals, total)
			if total+p.perCut < s.best[end]-tie {
				s.best[end], s.last[end] = total+p.perCut, start
			}
		}
		for i, start := range s.open {
			if s.totals[i]+p.prune > s.best[end] {
				s.until[start] = min(s.until[start], end+p.least)
			}
		}
	}
	var cuts []int
	for at := s.last[n]; at > 0; at = s.last[at] {
		cuts = append(cuts, at)
	}
	slices.Reverse(cuts)
	return cuts
}

// neighbours estimates the scale from differences between neighbours (von Neumann 1941), without the greatest,
// which may be a break. The scale about one level counts as one pair more, lest a few pairs that
// happen to be equal promise a precision that they cannot know.
func (m *model) neighbours() float64 {
	var squares, units, greatest, itsUnit float64
	var before *month
	pair := func(square, unit float64) {
		squares += square
		units += unit
		if square > greatest {
			greatest, itsUnit = square, unit
		}
	}
	for i := range m.months {
		o := &m.months[i]
		if m.cost != QuasiPoisson && !o.traded {
			continue
		}
		if before != nil {
			d := o.v - before.v
			if m.cost == QuasiPoisson {
				e := o.exposure + before.exposure
				pair(d*d*o.exposure*before.exposure/e, (o.v*o.exposure+before.v*before.exposure)/e)
			} else {
				pair(d*d/2, 1)
			}
		}
		before = o
	}
	return max(floor, (squares-greatest+m.spread(0))/(units-itsUnit+1))
}
