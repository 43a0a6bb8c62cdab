// Package seriestest is a lake in memory for the tests of detectors: it answers lake.Store's Snapshot and Sum
// by going over every flow, as the comments of lake.Query say, and nothing else.
package seriestest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/trade/provenance"
)

// File is what an import would have read from one official file.
type File struct {
	Vintage  provenance.Vintage
	Coverage []flow.Block
	Flows    []flow.Flow
}

// New gives a store that holds the files, and its snapshot. Equal files in any order give an equal snapshot. Rows
// of a Sum come in no order. A flow that no block of its file covers, or a cell that a vintage states twice,
// panics: no import would have let it in.
func New(files ...File) (lake.Store, *lake.Snapshot) {
	s := &store{flows: map[string][]flow.Flow{}}
	var segments []lake.Segment
	stated := map[cell]bool{}
	for _, f := range files {
		f.check(stated)
		seg := f.segment()
		s.flows[seg.SHA256] = f.Flows
		segments = append(segments, seg)
	}
	m := lake.Manifest{}.With(segments)
	_, version, err := m.Encode()
	if err != nil {
		panic(err)
	}
	s.snapshot = lake.NewSnapshot(version, m, "")
	return s, s.snapshot
}

type cell struct {
	provenance.Vintage
	flow.Key
}

func (f File) check(stated map[cell]bool) {
	for _, fl := range f.Flows {
		if !slices.ContainsFunc(f.Coverage, func(b flow.Block) bool { return covers(b, fl.Key) }) {
			panic(fmt.Sprintf("seriestest: no coverage of %v", fl.Key))
		}
		c := cell{f.Vintage, fl.Key}
		if stated[c] {
			panic(fmt.Sprintf("seriestest: %s states %v twice", f.Vintage, fl.Key))
		}
		stated[c] = true
	}
}

func covers(b flow.Block, k flow.Key) bool {
	return b.Direction == k.Direction && b.Nomenclature == k.Nomenclature && flow.CoversArea(b.Reporters, k.Reporter) &&
		flow.CoversArea(b.Partners, k.Partner) && b.CoversGoods(k.Goods) && slices.Contains(b.Periods, k.Period)
}

func (f File) segment() lake.Segment {
	flows := make([]string, len(f.Flows))
	for i, fl := range f.Flows {
		flows[i] = fmt.Sprint(fl)
	}
	slices.Sort(flows)
	sum := sha256.Sum256(fmt.Append(nil, f.Vintage, f.Coverage, flows))
	name := hex.EncodeToString(sum[:])
	seg := lake.Segment{
		SHA256: name, Raw: provenance.Bytes{Name: name[:8], SHA256: name}, Format: "seriestest",
		Vintage: f.Vintage, Coverage: f.Coverage, Rows: int64(len(f.Flows)),
	}
	counts := map[lake.Count]lake.Count{}
	for _, fl := range f.Flows {
		key := lake.Count{Reporter: fl.Reporter, Direction: fl.Direction, Period: fl.Period}
		c := counts[key]
		c.Reporter, c.Direction, c.Period = fl.Reporter, fl.Direction, fl.Period
		for _, m := range flow.Measures() {
			if numberOf(&fl, m).Held {
				c.Values++
				if fl.Part == "" {
					c.Totals++
				}
			}
		}
		if fl.Confidential {
			c.Confidential++
		}
		counts[key] = c
		if fl.Currency != "" {
			seg.Currencies = append(seg.Currencies, string(fl.Currency))
		}
	}
	for _, c := range counts {
		seg.Counts = append(seg.Counts, c)
	}
	slices.SortFunc(seg.Counts, lake.CompareCounts)
	slices.Sort(seg.Currencies)
	seg.Currencies = slices.Compact(seg.Currencies)
	return seg
}

func numberOf(f *flow.Flow, m flow.Measure) *flow.Number {
	switch m {
	case flow.NetMass:
		return &f.NetMass
	case flow.Quantity:
		return &f.Quantity
	default:
		return &f.Value
	}
}

// store has no other methods than those below: the embedded interface is nil.
type store struct {
	lake.Store
	snapshot *lake.Snapshot
	flows    map[string][]flow.Flow // by the sha256 of their segment
}

// Snapshot implements lake.Store; there is one state, whole.
func (s *store) Snapshot(context.Context, lake.Version, string) (*lake.Snapshot, error) {
	return s.snapshot, nil
}

// group is what the rows of one lake.Row have in common.
type group struct {
	reporter, partner area.Code
	goods             goods.Code
	period            period.Period
	currency          money.Currency
}

// total is one number of a row on its way.
type total struct {
	sum  money.Sum
	held bool
}

// Sum implements lake.Store.
func (s *store) Sum(_ context.Context, snap *lake.Snapshot, q lake.Query, yield func(*lake.Row) error) error {
	groups := map[group][]total{}
	live := snap.Live(q.Dataset)
	whole := s.totals(live)
	for _, l := range live {
		for _, f := range s.flows[l.SHA256] {
			if asked(q, f.Key) {
				add(groups, q, inForce(l, f, whole))
			}
		}
	}
	joinFirst(groups)
	for g, totals := range groups {
		row := lake.Row{Reporter: g.reporter, Partner: g.partner, Goods: g.goods, Period: g.period, Currency: g.currency}
		for _, t := range totals {
			n, err := t.sum.Int64()
			if err != nil {
				return err
			}
			row.Sums = append(row.Sums, flow.Number{N: n, Held: t.held})
		}
		if err := yield(&row); err != nil {
			return err
		}
		clear(row.Sums) // the row is the store's again: whoever kept it reads nothing
	}
	return nil
}

// number is a measure of a cell.
type number struct {
	flow.Key
	flow.Measure
}

// totals are the numbers in force of whole cells, whose parts are not to be added.
func (s *store) totals(live []lake.Live) map[number]bool {
	out := map[number]bool{}
	for _, l := range live {
		for _, f := range s.flows[l.SHA256] {
			f = inForce(l, f, nil)
			for _, m := range flow.Measures() {
				if f.Part == "" && numberOf(&f, m).Held {
					out[number{f.Key, m}] = true
				}
			}
		}
	}
	return out
}

// inForce is the flow without what a newer vintage took and, of a part, what its whole cell states.
func inForce(l lake.Live, f flow.Flow, whole map[number]bool) flow.Flow {
	cell := f.Key
	cell.Part = ""
	for _, m := range flow.Measures() {
		if replaced(l, f.Key, m) || f.Part != "" && whole[number{cell, m}] {
			*numberOf(&f, m) = flow.Number{}
		}
	}
	return f
}

// joinFirst puts masses and quantities, which have no currency, into the row of their group's first one.
func joinFirst(groups map[group][]total) {
	first := map[group]group{}
	for g := range groups {
		of := g
		of.currency = ""
		if f, ok := first[of]; g.currency != "" && (!ok || g.currency < f.currency) {
			first[of] = g
		}
	}
	for of, g := range first {
		for i, t := range groups[of] {
			if t.held {
				groups[g][i] = t
			}
		}
		delete(groups, of)
	}
}

func asked(q lake.Query, k flow.Key) bool {
	return k.Direction == q.Direction && flow.CoversArea(q.Reporters, k.Reporter) && flow.CoversArea(q.Partners, k.Partner) &&
		!slices.Contains(q.Except, k.Partner) && q.Goods.Has(k.Goods)
}

func add(groups map[group][]total, q lake.Query, f flow.Flow) {
	for w, window := range q.Windows {
		if !slices.Contains(window.Periods, f.Period) || slices.Contains(window.Without[f.Reporter], f.Period) {
			continue
		}
		for i, m := range q.Measures {
			n, g := *numberOf(&f, m), groupOf(q, &f)
			if !n.Held {
				continue
			}
			if m != flow.Value {
				g.currency = ""
			}
			if groups[g] == nil {
				groups[g] = make([]total, len(q.Windows)*len(q.Measures))
			}
			t := &groups[g][w*len(q.Measures)+i]
			t.sum.Add(n.N)
			t.held = true
		}
	}
}

// replaced tells whether a newer vintage took the number.
func replaced(l lake.Live, k flow.Key, m flow.Measure) bool {
	return slices.ContainsFunc(l.Replaced, func(b flow.Block) bool { return covers(b, k) && slices.Contains(b.Measures, m) })
}

func groupOf(q lake.Query, f *flow.Flow) group {
	g := group{currency: f.Currency}
	for _, d := range q.By {
		switch d {
		case lake.ByReporter:
			g.reporter = f.Reporter
		case lake.ByPartner:
			g.partner = f.Partner
		case lake.ByGoods:
			g.goods = f.Goods
			if q.Digits > 0 {
				g.goods = f.Goods.Prefix(q.Digits)
			}
		case lake.ByPeriod:
			g.period = f.Period
		}
	}
	return g
}
