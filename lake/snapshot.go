package lake

import (
	"slices"

	"detour/trade/area"
	"detour/trade/flow"
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

// counts gives the segment's counts less those of which newer vintages took everything. What they took in
// part stays whole: how much of it is left only the rows know.
func (l Live) counts() []Count {
	if len(l.Replaced) == 0 {
		return l.Counts
	}
	var out []Count
	for _, c := range l.Counts {
		if l.states(c) {
			out = append(out, c)
		}
	}
	return out
}

// states tells whether something is left of what the segment states of the reporter's period.
func (l Live) states(c Count) bool {
	return slices.ContainsFunc(l.Coverage, func(b flow.Block) bool {
		if !covers(b, c) {
			return false
		}
		return !slices.ContainsFunc(l.Replaced, func(r flow.Block) bool {
			b.Reporters, b.Periods = r.Reporters, r.Periods // this one reporter and period are looked at, not all of b's
			return covers(r, c) && r.Contains(b)
		})
	})
}

// covers tells whether the block states something of the reporter's period.
func covers(b flow.Block, c Count) bool {
	return b.Direction == c.Direction && slices.Contains(b.Periods, c.Period) && flow.CoversArea(b.Reporters, c.Reporter)
}

// DoubleStated gives the periods in which a reporter states totals of some cells as well as parts of some,
// sorted, by reporter. Only there can a cell have both, of which the total counts; elsewhere all rows are
// summed (docs/decisions/0002-identity-of-a-series.md). It may name a period whose totals or parts a newer
// vintage took in part, since how much of them is left only the rows know.
func DoubleStated(live []Live, d flow.Direction) map[area.Code][]period.Period {
	type month struct {
		reporter area.Code
		period   period.Period
	}
	stated := map[month]Count{}
	for _, l := range live {
		for _, c := range l.counts() {
			if c.Direction == d {
				m := month{c.Reporter, c.Period}
				sum := stated[m]
				sum.Values += c.Values
				sum.Totals += c.Totals
				stated[m] = sum
			}
		}
	}
	out := map[area.Code][]period.Period{}
	for m, c := range stated {
		if 0 < c.Totals && c.Totals < c.Values {
			out[m.reporter] = append(out[m.reporter], m.period)
		}
	}
	for _, periods := range out {
		slices.Sort(periods)
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

// Vintages lists the vintages of a data set, oldest first.
func (s *Snapshot) Vintages(dataset string) []provenance.Vintage {
	var out []provenance.Vintage
	for _, seg := range s.Of(dataset) {
		out = append(out, seg.Vintage)
	}
	slices.SortFunc(out, provenance.Vintage.Compare)
	return slices.Compact(out)
}
