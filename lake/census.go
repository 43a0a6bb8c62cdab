package lake

import (
	"maps"
	"slices"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/period"
)

// Census is what a data set says of one direction: which periods each reporter covers and which of them
// are missing, from the counts of the vintages in force. It is immutable.
type Census struct {
	Periods []period.Period // covered by any release, sorted
	blocks  []flow.Block
	at      map[period.Period][]flow.Block // those that cover the period
	counts  map[area.Code]map[period.Period]int64
	all     map[period.Period]int64 // of all reporters together
}

// MedianForMissing is the number of values that a reporter's median month must have before a month
// without any is taken as not reported rather than as no trade.
const MedianForMissing = 20

// Census reads the data set's manifest entries for one direction.
func (s *Snapshot) Census(dataset string, d flow.Direction) Census {
	c := Census{at: map[period.Period][]flow.Block{}, counts: map[area.Code]map[period.Period]int64{}, all: map[period.Period]int64{}}
	for _, seg := range s.Of(dataset) {
		for _, b := range seg.Coverage {
			if b.Direction == d {
				c.cover(b)
			}
		}
	}
	c.Periods = slices.Sorted(maps.Keys(c.at))
	for _, l := range s.Live(dataset) {
		for _, n := range l.counts() {
			if n.Direction == d {
				c.know(n.Reporter)
				c.counts[n.Reporter][n.Period] += n.Values
				c.all[n.Period] += n.Values
			}
		}
	}
	return c
}

func (c *Census) cover(b flow.Block) {
	c.blocks = append(c.blocks, b)
	for _, p := range b.Periods {
		c.at[p] = append(c.at[p], b)
	}
	for _, r := range b.Reporters {
		c.know(r)
	}
}

func (c *Census) know(r area.Code) {
	if c.counts[r] == nil {
		c.counts[r] = map[period.Period]int64{}
	}
}

// Where is the census of those blocks that keep chooses, with the same counts.
func (c *Census) Where(keep func(flow.Block) bool) *Census {
	out := &Census{at: map[period.Period][]flow.Block{}, counts: maps.Clone(c.counts), all: c.all}
	for _, b := range c.blocks {
		if keep(b) {
			out.cover(b)
		}
	}
	out.Periods = slices.Sorted(maps.Keys(out.at))
	return out
}

// Covers tells whether a block covers the reporter's period.
func (c *Census) Covers(r area.Code, p period.Period) bool {
	return slices.ContainsFunc(c.at[p], func(b flow.Block) bool { return flow.CoversArea(b.Reporters, r) })
}

// Reporters lists the reporters of the data set, sorted.
func (c *Census) Reporters() []area.Code {
	return slices.Sorted(maps.Keys(c.counts))
}

// State is what is known of a reporter's period.
type State uint8

// The states of a reporter's period: not covered by any release, covered but not reported, reported.
const (
	NotHeld State = iota
	Missing
	Reported
)

// State tells whether the reporter's period is held, missing or reported.
func (c *Census) State(r area.Code, p period.Period) State {
	switch {
	case !c.Covers(r, p):
		return NotHeld
	case c.counts[r][p] > 0:
		return Reported
	case c.all[p] == 0 && c.missesAny(p), c.misses(r, p):
		return Missing
	default:
		return Reported
	}
}

// misses tells whether the reporter's usual period of p's kind is too full for p to be empty.
func (c *Census) misses(r area.Code, p period.Period) bool {
	return c.median(c.counts[r], p.IsYear(), func(p period.Period) bool { return c.Covers(r, p) }) >= MedianForMissing
}

// missesAny says the same of all reporters together.
func (c *Census) missesAny(p period.Period) bool {
	return c.median(c.all, p.IsYear(), func(period.Period) bool { return true }) >= MedianForMissing
}

// median is that of the counts of covered months, or of years; the upper one of an even number.
func (c *Census) median(counts map[period.Period]int64, annual bool, covered func(period.Period) bool) int64 {
	var ns []int64
	for _, p := range c.Periods {
		if p.IsYear() == annual && covered(p) {
			ns = append(ns, counts[p])
		}
	}
	slices.Sort(ns)
	return ns[len(ns)/2] // p itself is covered, so there is one
}

// Covering are the blocks that cover a period, of whichever reporter.
func (c *Census) Covering(p period.Period) []flow.Block { return c.at[p] }

// Blocks are the coverage of all releases in this direction.
func (c *Census) Blocks() []flow.Block { return c.blocks }
