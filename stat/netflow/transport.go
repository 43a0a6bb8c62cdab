package netflow

import (
	"detour/fault"
	"slices"
)

// Match is an amount that arrived in one month and left in another, both counted from 0.
type Match struct {
	In, Out int
	Amount  int64
}

// Matching is what of two series can be matched.
type Matching struct {
	Total   int64
	Matches []Match // by Out, then In; amounts are positive
}

// MatchInTime matches as much as possible of what goes out with what came in no later and at most lag months
// earlier. in and out are amounts by month, not negative, as many of one as of the other; series of unequal length, negative amounts and a negative
// lag are bad input, and sums beyond 64 bits *Overflow. Neither series is kept or changed.
//
// Months are gone through in order and each serves itself from the oldest stock that it may still
// use. No matching is greater: of two stocks both usable now the younger is usable later wherever the older is, so that
// exchanging them never loses anything (Jackson's rule, earliest deadline first). It takes O(months).
func MatchInTime(in, out []int64, lag int) (Matching, error) {
	if err := checkSeries(in, out, lag); err != nil {
		return Matching{}, err
	}
	var m Matching
	left, oldest := slices.Clone(in), 0
	for month, wanted := range out {
		for wanted > 0 && oldest <= month {
			if left[oldest] == 0 || oldest < month-lag {
				oldest++
				continue
			}
			amount := min(left[oldest], wanted)
			m.Matches = append(m.Matches, Match{oldest, month, amount})
			m.Total += amount
			left[oldest] -= amount
			wanted -= amount
		}
	}
	return m, nil
}

func checkSeries(in, out []int64, lag int) error {
	if len(in) != len(out) || lag < 0 {
		return fault.Errorf(fault.BadInput, "%d months in, %d months out, a lag of %d", len(in), len(out), lag)
	}
	var came, went wide
	for month := range in {
		if in[month] < 0 || out[month] < 0 {
			return fault.Errorf(fault.BadInput, "month %d has %d in and %d out: an amount is not negative", month, in[month], out[month])
		}
		came.add(in[month])
		went.add(out[month])
	}
	for _, sum := range []wide{came, went} {
		if _, ok := sum.int64(); !ok {
			return overflow("the sum of a series")
		}
	}
	return nil
}

// Calendar is transport in time as a network: from Source to the months in, from each to the months out that it may serve, from
// those to Sink. A greatest flow is a greatest matching, and a range over GreatestFlows says what all of them have in common.
type Calendar struct {
	Network
	Source, Sink int
	Pairs        []Match // by arc from First on; Amount is 0
	First        int     // the first arc between months; those before it lead from Source or to Sink
}

// NewCalendar makes the network; costs[k] is the cost of a unit that stays k months, and no unit stays longer. Errors are those of MatchInTime.
func NewCalendar(in, out, costs []int64) (Calendar, error) {
	if err := checkSeries(in, out, len(costs)-1); err != nil {
		return Calendar{}, err
	}
	months := len(in)
	c := Calendar{Network: Network{Supply: make([]int64, 2*months+2)}, Source: 2 * months, Sink: 2*months + 1, First: 2 * months}
	for month := range months {
		c.Arcs = append(c.Arcs, Arc{From: c.Source, To: month, Capacity: in[month]})
	}
	for month := range months {
		c.Arcs = append(c.Arcs, Arc{From: months + month, To: c.Sink, Capacity: out[month]})
	}
	for later := range months {
		for month := max(0, later-len(costs)+1); month <= later; month++ {
			c.Pairs = append(c.Pairs, Match{In: month, Out: later})
			c.Arcs = append(c.Arcs, Arc{From: month, To: months + later, Capacity: min(in[month], out[later]), Cost: costs[later-month]})
		}
	}
	return c, nil
}

// MatchAtLeastCost gives, of all matchings that are as great as possible, one of the least cost, and that cost: costs[k] is that of
// a unit that stays k months, and no unit stays longer. With costs |k - 2| goods leave after two months where they can. Errors are those of
// MatchInTime and MinCost.
func MatchAtLeastCost(in, out, costs []int64) (Matching, int64, error) {
	most, err := MatchInTime(in, out, len(costs)-1)
	if err != nil {
		return Matching{}, 0, err
	}
	c, err := NewCalendar(in, out, costs)
	if err != nil {
		return Matching{}, 0, err
	}
	c.Supply[c.Source], c.Supply[c.Sink] = most.Total, -most.Total
	s, err := MinCost(c.Network)
	if err != nil {
		return Matching{}, 0, err
	}
	m := Matching{Total: most.Total}
	for i, pair := range c.Pairs {
		if pair.Amount = s.Flow[c.First+i]; pair.Amount > 0 {
			m.Matches = append(m.Matches, pair)
		}
	}
	return m, s.Cost, nil
}
