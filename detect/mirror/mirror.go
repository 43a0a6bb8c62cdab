package mirror

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"detour/detect/series"
	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Run pairs both sides of the question. BadInput for what cannot be asked; NotFound where the exporters, or all of
// the hubs, state nothing that can be paired, and for a fitted margin without pairs to fit it on.
func Run(ctx context.Context, store lake.Store, snap *lake.Snapshot, rates *money.Rates, q Question) (Result, error) {
	if err := q.check(); err != nil {
		return Result{}, err
	}
	b, err := begin(store, snap, rates, q)
	if err != nil {
		return Result{}, err
	}
	p := newPairing(b)
	if p.digits, err = b.digits(); err != nil {
		return Result{}, err
	}
	if slices.Contains(q.Margins, Fitted) {
		if p.fit, err = fitMargin(ctx, b); err != nil {
			return Result{}, err
		}
	}
	past, err := p.past(ctx)
	if err != nil {
		return Result{}, err
	}
	if err := p.read(ctx); err != nil {
		return Result{}, err
	}
	cells, err := p.cells()
	if err != nil {
		return Result{}, err
	}
	if len(cells) == 0 {
		return Result{}, fault.Errorf(fault.NotFound, "no trade in %s is stated by both sides in %s", q.Goods, q.Period).Hint("`detour data` shows what is held")
	}
	p.sayMirrors()
	out := Result{Question: q, Version: snap.Version, Currency: b.exports.Currency, Digits: p.digits, Annual: p.annual, Cells: cells, Hubs: b.hubs, Fit: p.fit, Past: past}
	out.Question.Question = b.exports.Q
	out.Question.Goods, out.Question.Currency, out.Question.Annual = q.Goods, q.Currency, q.Annual
	out.Caveats, out.Sources = p.trail()
	return out, nil
}

// pairing brings the two sides together.
type pairing struct {
	b       *beginning
	exports *side
	imports map[area.Code]*side
	annual  bool
	digits  int
	slots   []period.Period
	fit     *Fit

	// exporterOf says which exporter a partner of the hubs counts for, and partnersOf the reverse: an aggregate
	// reporter stands against the rows of exactly its members.
	exporterOf map[area.Code]area.Code
	partnersOf map[area.Code][]area.Code

	x, m sums
	// lacking are members of an aggregate that a hub does not state, by hub.
	lacking map[area.Code]map[area.Code]bool
}

// cell is an exporter, hub and code.
type cell struct {
	exporter, hub area.Code
	goods         goods.Code
}

func newPairing(b *beginning) *pairing {
	p := &pairing{b: b, annual: b.q.Annual, exports: newSide(b.exports), imports: map[area.Code]*side{}, exporterOf: map[area.Code]area.Code{}, partnersOf: map[area.Code][]area.Code{},
		lacking: map[area.Code]map[area.Code]bool{}}
	p.exports.annual = p.annual
	for h, r := range b.readers {
		p.imports[h] = newSide(r)
		p.imports[h].annual = p.annual
	}
	p.slots = b.q.Period.Months().Periods()
	if p.annual {
		years, _ := b.q.Period.Years() // a side answers in years, so the question is made of whole ones
		p.slots = years.Periods()
	}
	for _, a := range p.exports.asked {
		for _, e := range a.Reporters {
			members := []area.Code{e}
			if of, _ := area.Lookup(e); of.IsAggregate() {
				members = of.Members
			}
			p.partnersOf[e] = members
			for _, m := range members {
				p.exporterOf[m] = e
			}
		}
	}
	return p
}

// read takes both sides' sums by cell and period; each statement is corrected before it is added.
func (p *pairing) read(ctx context.Context) error {
	periods := series.Window{Slots: p.slots, Years: p.b.q.Years()}.All()
	p.x, p.m = newSums(periods, 1), newSums(periods, 1+len(p.b.q.Margins))
	err := p.exports.read(ctx, periods, p.digits, func(e, h area.Code, g goods.Code, at period.Period, n int64) error {
		return p.x.add(cell{e, h, g}, at, []int64{n})
	})
	if err != nil {
		return err
	}
	for _, h := range slices.Sorted(maps.Keys(p.imports)) {
		err := p.imports[h].read(ctx, periods, p.digits, func(h, partner area.Code, g goods.Code, at period.Period, n int64) error {
			amounts, err := p.corrected(n, partner, h)
			if err != nil {
				return err
			}
			e, asked := p.exporterOf[partner]
			if !asked { // an exporter that does not speak for itself: its side is not held
				e = partner
			}
			return p.m.add(cell{e, h, g}, at, amounts)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// corrected gives imports, and imports less each margin.
func (p *pairing) corrected(imports int64, exporter, hub area.Code) ([]int64, error) {
	out := []int64{imports}
	for _, m := range p.b.q.Margins {
		share, err := m.of(p.fit, exporter, hub)
		if err != nil {
			return nil, err
		}
		n, err := correct(imports, share)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// sums are the amounts of one side, so many a cell and period; zero where nothing is stated.
type sums struct {
	periods []period.Period // sorted
	width   int
	of      map[cell][]int64
}

func newSums(periods []period.Period, width int) sums {
	return sums{periods, width, map[cell][]int64{}}
}

func (s sums) add(c cell, at period.Period, amounts []int64) (err error) {
	if s.of[c] == nil {
		s.of[c] = make([]int64, len(s.periods)*s.width)
	}
	to := s.at(c, at)
	for i, n := range amounts {
		if to[i], err = money.Add(to[i], n); err != nil {
			return err
		}
	}
	return nil
}

// at gives the amounts of a cell and period.
func (s sums) at(c cell, at period.Period) []int64 {
	all := s.of[c]
	if all == nil {
		return make([]int64, s.width)
	}
	i, _ := slices.BinarySearch(s.periods, at)
	return all[i*s.width:][:s.width]
}

// cells gives every pair in which a side has a figure, and counts what is in none.
func (p *pairing) cells() ([]Cell, error) {
	keys := map[cell]bool{}
	for _, side := range []sums{p.x, p.m} {
		for c := range side.of {
			keys[c] = true
		}
	}
	hubs := map[area.Code]*Hub{}
	for i := range p.b.hubs {
		hubs[p.b.hubs[i].Hub] = &p.b.hubs[i]
	}
	var out []Cell
	for _, c := range slices.SortedFunc(maps.Keys(keys), compareCells) {
		for _, slot := range p.slots {
			pair, ok, err := p.cell(c, slot)
			if err != nil {
				return nil, err
			}
			if ok && pair.some() {
				out = append(out, pair)
			}
			if !ok {
				if err := p.countAlone(hubs[c.hub], c, slot); err != nil {
					return nil, err
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Cell) int { return series.CompareKeys(a.Key, b.Key) })
	return out, nil
}

func compareCells(a, b cell) int {
	return cmp.Or(cmp.Compare(a.exporter, b.exporter), cmp.Compare(a.hub, b.hub), cmp.Compare(a.goods, b.goods))
}

func (c Cell) some() bool {
	return c.Exports != 0 || c.Imports != 0 || c.Base.Exports != 0 || c.Base.Imports != 0
}

// countAlone adds what a cell that is no pair has in the period to what its hub leaves out.
func (p *pairing) countAlone(h *Hub, c cell, slot period.Period) (err error) {
	if h.OneSided, err = money.Add(h.OneSided, p.x.at(c, slot)[0]); err != nil {
		return err
	}
	h.Unsent, err = money.Add(h.Unsent, p.m.at(c, slot)[0])
	return err
}

// cell gives both sides of a cell in a slot; false where a side of it, or of its base, is not known.
func (p *pairing) cell(c cell, slot period.Period) (Cell, bool, error) {
	years := p.b.q.Years()
	base := series.Window{Slots: []period.Period{slot}, Years: years}.BasePeriods(0)
	for _, at := range append(base, slot) {
		if !p.knows(c, at) {
			return Cell{}, false, nil
		}
	}
	out := Cell{Key: series.Key{Exporter: c.exporter, Hub: c.hub, Goods: c.goods, Month: slot}, Exports: p.x.at(c, slot)[0]}
	now := p.m.at(c, slot)
	out.Imports, out.Corrected = now[0], now[1:]
	var err error
	out.Base, err = p.base(c, base)
	return out, true, err
}

// base is the mean of the base periods, zeros without any.
func (p *pairing) base(c cell, periods []period.Period) (Base, error) {
	totals := make([]money.Sum, p.x.width+p.m.width)
	for _, at := range periods {
		for i, n := range slices.Concat(p.x.at(c, at), p.m.at(c, at)) {
			totals[i].Add(n)
		}
	}
	means := make([]int64, len(totals))
	for i := range totals {
		n, err := totals[i].Int64()
		if err != nil {
			return Base{}, err
		}
		means[i] = money.Mean(n, max(1, len(periods)))
	}
	return Base{Exports: means[0], Imports: means[1], Corrected: means[2:]}, nil
}

// knows tells whether both sides know the cell in the period. A hub knows an aggregate if it knows one of its members;
// the others are remembered, to be named.
func (p *pairing) knows(c cell, at period.Period) bool {
	imports := p.imports[c.hub]
	partners := p.partnersOf[c.exporter]
	if imports == nil || len(partners) == 0 || !p.exports.known(c.exporter, c.hub, c.goods, at) {
		return false
	}
	known, unknown := 0, []area.Code(nil)
	for _, partner := range partners {
		if imports.known(c.hub, partner, c.goods, at) {
			known++
		} else {
			unknown = append(unknown, partner)
		}
	}
	if known > 0 && len(unknown) > 0 {
		if p.lacking[c.hub] == nil {
			p.lacking[c.hub] = map[area.Code]bool{}
		}
		for _, u := range unknown {
			p.lacking[c.hub][u] = true
		}
	}
	return known > 0
}

// sayMirrors names what the reader of the pairs has to know of them.
func (p *pairing) sayMirrors() {
	r := p.b.exports
	for _, h := range p.b.hubs {
		scope := string(h.Hub)
		if h.Silent != "" {
			r.Caveatf(caveat.NotReported, scope, "%s gives no mirror (%s): its part of the exports, %s, is in no gap", h.Hub, h.Silent, r.Amount(h.OneSided))
			continue
		}
		if h.OneSided != 0 {
			r.Caveatf(caveat.NotHeld, scope, "exports of %s to %s have no mirror, or none in the base, and are left out", r.Amount(h.OneSided), h.Hub)
		}
		if h.Unsent != 0 {
			r.Caveatf(caveat.NotHeld, scope, "imports of %s into %s have no counterpart among the exporters, or none in the base, and are left out", r.Amount(h.Unsent), h.Hub)
		}
		if lacking := slices.Sorted(maps.Keys(p.lacking[h.Hub])); len(lacking) > 0 {
			r.Caveatf(caveat.NotHeld, scope, "%s does not state its imports from these members of the aggregate in every period and cell, and they count as none there: %s", h.Hub, series.Few(lacking))
		}
		if len(h.Others) > 0 {
			r.Caveatf(caveat.Method, scope, "imports are those of %s; %s states them too: series by origin and by consignment are never mixed, and --mirror-source chooses", h.Dataset, series.Few(h.Others))
		}
	}
}

// trail merges the caveats and files of both sides.
func (p *pairing) trail() ([]caveat.Caveat, []lake.Segment) {
	caveats, sources := [][]caveat.Caveat{p.b.exports.Caveats}, p.b.exports.Used()
	for _, h := range slices.Sorted(maps.Keys(p.b.readers)) {
		caveats = append(caveats, p.b.readers[h].Caveats)
		sources = append(sources, p.b.readers[h].Used()...)
	}
	return caveat.Merge(caveats...), sources
}
