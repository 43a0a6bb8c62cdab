package chain

import (
	"math"

	"detour/detect/chain/course"
	"detour/stat/netflow"
)

// Value is what passed through a pair from the ban on, at the border of the coalition, in EUR.
type Value struct {
	// By says what the central figure stands on.
	By      Basis
	Central float64
	// Low and High hold the true value with the probability that the model states.
	Low, High float64
	// Feasible is the range of what can have been passed on in the months that the hub states, nil where these are too
	// few. It is no interval of confidence: it says what the flows allow, not what is likely.
	Feasible *Range
}

// Basis is what a central figure stands on.
type Basis string

// The bases, best first.
const (
	ByArrival Basis = "arrival" // excess of the sellers that stand out
	ByPart    Basis = "part"    // the same, where sellers that state nothing sold to a hub that does not state all months
	ByHub     Basis = "hub"     // what came from another hub
	ByExit    Basis = "exit"    // what left for the target
	ByNothing Basis = "nothing" // no leg stands out
)

// Bases lists them.
func Bases() []Basis { return []Basis{ByArrival, ByPart, ByHub, ByExit, ByNothing} }

// Range is a least and a greatest amount.
type Range struct{ Least, Most float64 }

// What is taken off or added where a leg other than the sellers' has to tell their value; the scale of the model
// corrects their product for each basis.
const (
	usualMargin = 0.3 // of a reseller
	usualGhost  = 0.3 // share of what sellers state that a hub never sees
)

// raw gives the central figure before the model scales it.
func (s *surveyor) raw(v *view) (float64, Basis) {
	months, passed := float64(s.book.Months-v.from), 0.0
	for _, o := range v.hubs {
		passed = max(passed, o.value.certain()*float64(o.value.after)/12)
	}
	passed /= (1 + usualMargin) * (1 - usualGhost)
	entered := 0.0
	if v.legs.flagged > 0 {
		entered = s.entered(&v.legs)
	}
	if entered > 0 && entered >= passed {
		if v.from+v.spoken < s.book.Months && s.silent {
			return entered, ByPart
		}
		return entered, ByArrival
	}
	if passed > 0 {
		return passed, ByHub
	}
	if v.exit.kind != noExit && v.exit.certain > 0 {
		return v.exit.certain * months / 12 / (1 + usualMargin) / (1 - usualGhost), ByExit
	}
	return max(0, v.in.certain()*months/12) + scale, ByNothing
}

// entered is the excess of the sellers that stand out. What the hub alone states holds carriage and lacks the
// ghosts; their share is that of the other sellers, drawn to the usual one where these sent little.
func (s *surveyor) entered(l *legs) float64 {
	stated := l.statedAll - l.mirrored
	ghost := (l.ghost() + usualGhost*drawn) / (max(0, l.stated) + drawn)
	return stated + l.mirrored/(1+carriage)/(1-min(ghost, 0.6))
}

// ghost is the EUR that sellers state and the hub did not see.
func (l *legs) ghost() float64 { return max(0, l.stated-l.arrived/(1+carriage)) }

// drawn is the EUR at which the ghosts of a hub count as much as the usual share.
const drawn = 1e5

// feasible gives the range of section 5 of the method for a pair whose hub states both legs: in mass if every month with
// trade has one, else in value. What must have come from the coalition is what can be matched with all origins less what
// can be matched with the others; what may have is what can be matched with it, and the ghosts.
func (s *surveyor) feasible(i int, v *view) (*Range, error) {
	if v.spoken < listens || v.exit.kind == noExit || v.entryKg == nil {
		return nil, nil //nolint:nilnil // there is no range, and that is no error
	}
	other := s.book.Pairs[i].Other
	in, kilos := v.entryEuros, s.excess(v.entryKg, v.exit.held, v.from)
	oth, out := s.excess(other.kilos(s.zeros()), v.exit.held, v.from), s.excess(v.exit.kilos, v.exit.held, v.from)
	price, ok := course.UnitValue(in, v.entryKg, v.from)
	if !ok {
		return nil, nil //nolint:nilnil // as above
	}
	both := make([]int64, len(kilos))
	for t := range both {
		both[t] = kilos[t] + oth[t]
	}
	var matched [3]float64
	for k, entering := range [][]int64{kilos, oth, both} {
		m, err := netflow.MatchInTime(entering, out, stay)
		if err != nil {
			return nil, err
		}
		matched[k] = float64(m.Total)
	}
	worth := math.Exp(price)
	return &Range{
		Least: max(0, matched[2]-matched[1]) * worth / (1 + mostCarriage),
		Most:  matched[0]*worth/(1+leastCarriage) + v.legs.ghost(),
	}, nil
}

// Between these lies what freight and insurance add (docs/method/chains.md).
const leastCarriage, mostCarriage = 0, 0.2

// stay is how many months goods stay in a hub at most.
const stay = 6

// excess is the whole kilograms above the mean before the event, from the ban on, in months that are held.
func (s *surveyor) excess(kilos []float64, held []bool, from int) []int64 {
	out := make([]int64, len(kilos))
	c := s.search.weigh(kilos, held, from)
	for t := from; t < len(kilos); t++ {
		if (held == nil || held[t]) && c.before > 0 {
			usual := c.sum0 / float64(c.before) / s.search.deflate[t]
			out[t] = int64(math.Round(max(0, kilos[t]-usual)))
		}
	}
	return out
}

// Found is the probability from which a pair counts as found.
const Found = 0.5

// Sizes are the raw figures, in EUR, from which intervals are told apart: what is small is known less well.
func Sizes() []float64 { return []float64{0, 3e6, 30e6} }

// SizeOf is the greatest of Sizes that a raw figure reaches.
func SizeOf(raw float64) float64 {
	var from float64
	for _, s := range Sizes() {
		if raw >= s {
			from = s
		}
	}
	return from
}
