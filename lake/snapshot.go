package lake

import (
	"maps"
	"slices"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
	"detour/trade/provenance"
)

// Snapshot is the lake as one question sees it. It is immutable.
type Snapshot struct {
	Version  Version
	AsOf     string
	Segments []Segment // in the manifest's order: data set by data set, older vintages first
}

// NewSnapshot reduces a manifest to the vintages released up to asOf; empty keeps all.
func NewSnapshot(v Version, m Manifest, asOf string) *Snapshot {
	s := &Snapshot{Version: v, AsOf: asOf}
	for _, seg := range m.Segments {
		if asOf == "" || seg.Vintage.Stamp[:min(len(asOf), len(seg.Vintage.Stamp))] <= asOf {
			s.Segments = append(s.Segments, seg)
		}
	}
	return s
}

// Values is how many numbers all vintages of the snapshot hold.
func (s *Snapshot) Values() int64 {
	var n int64
	for _, seg := range s.Segments {
		n += seg.Values()
	}
	return n
}

// Datasets lists the data sets held, sorted.
func (s *Snapshot) Datasets() []string {
	var ids []string
	for _, seg := range s.Segments {
		ids = append(ids, seg.Vintage.ID())
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Of gives the segments of a data set, older vintages first.
func (s *Snapshot) Of(dataset string) []Segment {
	var out []Segment
	for _, seg := range s.Segments {
		if seg.Vintage.ID() == dataset {
			out = append(out, seg)
		}
	}
	return out
}

// Live is a segment with the blocks of newer vintages that replace part of it.
type Live struct {
	Segment
	Replaced []flow.Block
}

// Live gives the data set's segments that still state something, each with what newer vintages took
// from it: a newer vintage replaces what it covers, cell by cell and also where it is silent, so this
// needs the manifest alone (docs/decisions/0003-vintages.md).
func (s *Snapshot) Live(dataset string) []Live {
	segs := s.Of(dataset)
	var out []Live
	for i, seg := range segs {
		if seg.SHA256 == "" {
			continue
		}
		if l := (Live{seg, newerBlocks(seg, segs[i+1:])}); !l.dead() {
			out = append(out, l)
		}
	}
	return out
}

func newerBlocks(seg Segment, later []Segment) []flow.Block {
	var out []flow.Block
	for _, l := range later {
		if l.Vintage.Stamp == seg.Vintage.Stamp {
			continue
		}
		for _, b := range l.Coverage {
			if slices.ContainsFunc(seg.Coverage, b.Intersects) {
				out = append(out, b)
			}
		}
	}
	return out
}

func (l Live) dead() bool {
	for _, b := range l.Coverage {
		if !slices.ContainsFunc(l.Replaced, func(r flow.Block) bool { return r.Contains(b) }) {
			return false
		}
	}
	return len(l.Coverage) > 0
}

// Sources lists, for the trail, the files that the rows of q can come from: those that cover one of its
// cells and still state something there.
func (s *Snapshot) Sources(q Query) []Segment {
	var out []Segment
	for _, l := range s.Live(q.Dataset) {
		if slices.ContainsFunc(l.Coverage, q.touches) {
			out = append(out, l.Segment)
		}
	}
	return out
}

func (q Query) touches(b flow.Block) bool {
	if b.Direction != q.Direction || !anyOf(b.Periods, q.Periods()) {
		return false
	}
	inReporters := len(q.Reporters) == 0 || slices.ContainsFunc(q.Reporters, func(c area.Code) bool { return flow.CoversArea(b.Reporters, c) })
	inPartners := len(q.Partners) == 0 || // what Except leaves out is not worth a look at each block
		slices.ContainsFunc(q.Partners, func(c area.Code) bool { return flow.CoversArea(b.Partners, c) })
	return inReporters && inPartners && q.Goods.touches(b)
}

// Census is what a data set says of one direction: which periods each reporter covers and which of them
// are missing, from the counts of the vintages in force.
type Census struct {
	Periods []period.Period // covered by any release, sorted
	counts  map[area.Code]map[period.Period]int64
	median  map[area.Code]int64
	all     map[period.Period]int64
	allMed  int64
	blocks  []flow.Block
	totals  map[area.Code]bool
}

// MedianForMissing is the number of values that a reporter's median month must have before a month
// without any is taken as not reported rather than as no trade.
const MedianForMissing = 20

// Census reads the data set's manifest entries for one direction.
func (s *Snapshot) Census(dataset string, d flow.Direction) Census {
	c := Census{counts: map[area.Code]map[period.Period]int64{}, median: map[area.Code]int64{}, all: map[period.Period]int64{}, totals: map[area.Code]bool{}}
	covered := map[period.Period]bool{}
	for _, seg := range s.Of(dataset) {
		for _, b := range seg.Coverage {
			if b.Direction == d {
				c.blocks = append(c.blocks, b)
				c.know(b.Reporters)
				for _, p := range b.Periods {
					covered[p] = true
				}
			}
		}
	}
	c.Periods = slices.Sorted(maps.Keys(covered))
	for _, seg := range s.Live(dataset) {
		for _, n := range seg.Counts {
			if n.Direction == d {
				c.add(n)
			}
		}
	}
	for r := range c.counts {
		c.median[r] = c.medianOf(c.counts[r], func(p period.Period) bool { return c.covers(r, p) })
	}
	c.allMed = c.medianOf(c.all, func(period.Period) bool { return true })
	return c
}

func (c *Census) know(reporters []area.Code) {
	for _, r := range reporters {
		if c.counts[r] == nil {
			c.counts[r] = map[period.Period]int64{}
		}
	}
}

func (c *Census) add(n Count) {
	c.know([]area.Code{n.Reporter})
	c.counts[n.Reporter][n.Period] += n.Values
	c.all[n.Period] += n.Values
	if n.Totals > 0 {
		c.totals[n.Reporter] = true
	}
}

func (c *Census) medianOf(counts map[period.Period]int64, in func(period.Period) bool) int64 {
	var ns []int64
	for _, p := range c.Periods {
		if in(p) {
			ns = append(ns, counts[p])
		}
	}
	if len(ns) == 0 {
		return 0
	}
	slices.Sort(ns)
	return ns[len(ns)/2]
}

func (c *Census) covers(r area.Code, p period.Period) bool {
	return slices.ContainsFunc(c.blocks, func(b flow.Block) bool {
		_, in := slices.BinarySearch(b.Periods, p)
		return in && flow.CoversArea(b.Reporters, r)
	})
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
	case !c.covers(r, p):
		return NotHeld
	case c.counts[r][p] > 0:
		return Reported
	case c.all[p] == 0 && c.allMed >= MedianForMissing, c.median[r] >= MedianForMissing:
		return Missing
	default:
		return Reported
	}
}

// CoversCell tells whether a release covers the reporter's trade in the code with the partner in the period.
func (c *Census) CoversCell(r, partner area.Code, g goods.Code, p period.Period) bool {
	return slices.ContainsFunc(c.blocks, func(b flow.Block) bool {
		_, in := slices.BinarySearch(b.Periods, p)
		return in && flow.CoversArea(b.Reporters, r) && flow.CoversArea(b.Partners, partner) && b.CoversGoods(g)
	})
}

// Blocks are the coverage of all releases in this direction.
func (c *Census) Blocks() []flow.Block { return c.blocks }

// Levels lists the levels of goods held, sorted: 0 for totals, 8 for CN8.
func (c *Census) Levels() []int {
	var levels []int
	for _, b := range c.blocks {
		levels = append(levels, b.GoodsLevels()...)
	}
	slices.Sort(levels)
	return slices.Compact(levels)
}

// HasTotals tells whether the reporter's rows are totals of their cells; where none is, parts are added.
func (c *Census) HasTotals(r area.Code) bool { return c.totals[r] }

// Vintages lists the vintages of a data set, oldest first.
func (s *Snapshot) Vintages(dataset string) []provenance.Vintage {
	var out []provenance.Vintage
	for _, seg := range s.Of(dataset) {
		out = append(out, seg.Vintage)
	}
	slices.SortFunc(out, provenance.Vintage.Compare)
	return slices.Compact(out)
}
