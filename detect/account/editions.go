package account

import (
	"context"
	"maps"
	"slices"

	"detour/lake"
	"detour/trade/caveat"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Editions names what a change of edition leaves without a comparison. Codes are summed as stated; this
// says how much of the sum that concerns.
type Editions struct {
	Born      []goods.Code // have figures in the period and none in the data set before its first year
	BornValue int64        // their actual
	Ended     []goods.Code // have a base and no figure in the data set in the years of the period
	EndedBase int64        // their baseline
	NoBase    []goods.Code // born, and what they were before is not in the lake
}

// editions finds born and ended codes, and which of the born ones have no predecessor in the lake.
func (r *runner) editions(ctx context.Context, c *cube) (Editions, int64, error) {
	var out Editions
	now, then := map[goods.Code]*money.Sum{}, map[goods.Code]*money.Sum{}
	c.each(func(e entry) {
		addTo(now, e.Goods, e.actual)
		addTo(then, e.Goods, e.baseline)
	})
	onesided := map[goods.Code]bool{}
	for g := range now {
		a, errA := now[g].Int64()
		b, errB := then[g].Int64()
		if errA == nil && errB == nil && (a == 0) != (b == 0) && g != goods.Total && (r.q.Digits == 0 || r.q.Digits >= len(g)) {
			onesided[g] = true
		}
	}
	if len(onesided) == 0 {
		return out, 0, nil
	}
	years, err := r.tradeOf(ctx, onesided)
	if err != nil {
		return out, 0, err
	}
	return r.classify(ctx, onesided, years, now, then)
}

func addTo(m map[goods.Code]*money.Sum, g goods.Code, n int64) {
	if m[g] == nil {
		m[g] = &money.Sum{}
	}
	m[g].Add(n)
}

// seen tells whether a data set has a figure for a code before the period's first year, and within its years.
type seen struct{ before, within bool }

// tradeOf looks the codes up in the data sets in use, whatever the partner: a code that others were sold
// in before was not born.
func (r *runner) tradeOf(ctx context.Context, codes map[goods.Code]bool) (map[goods.Code]seen, error) {
	out := map[goods.Code]seen{}
	first, last := r.q.Period.From.Year(), r.q.Period.To.Year()
	terms := exactTerms(codes)
	for _, p := range r.plans() {
		before, within := splitPeriods(p.census.Periods, first, last, p.annual)
		for _, q := range r.queries(p, nil) {
			q.Reporters = nil
			q.Goods.Terms = atLevel(terms, q.Goods.Level)
			if len(q.Goods.Terms) == 0 {
				continue
			}
			q.By, q.Windows = []lake.Dimension{lake.ByGoods}, []lake.Window{{Periods: before}, {Periods: within}}
			err := r.store.Sum(ctx, r.snap, q, func(row *lake.Row) error {
				s := out[row.Goods]
				s.before = s.before || row.Sums[0].N != 0
				s.within = s.within || row.Sums[1].N != 0
				out[row.Goods] = s
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func exactTerms(codes map[goods.Code]bool) []goods.Term {
	var out []goods.Term
	for _, c := range slices.Sorted(maps.Keys(codes)) {
		out = append(out, goods.Term{Code: c, Exact: true})
	}
	return out
}

func atLevel(terms []goods.Term, level int) []goods.Term {
	return slices.DeleteFunc(slices.Clone(terms), func(t goods.Term) bool { return len(t.Code) != level })
}

func splitPeriods(all []period.Period, first, last int, annual bool) (before, within []period.Period) {
	for _, p := range all {
		switch {
		case p.IsYear() != annual || p.Year() > last:
		case p.Year() < first:
			before = append(before, p)
		default:
			within = append(within, p)
		}
	}
	return before, within
}

func (r *runner) classify(ctx context.Context, onesided map[goods.Code]bool, years map[goods.Code]seen, now, then map[goods.Code]*money.Sum) (Editions, int64, error) {
	var out Editions
	var born, ended, bare money.Sum
	for _, g := range slices.Sorted(maps.Keys(onesided)) {
		a, err := now[g].Int64()
		if err != nil {
			return out, 0, err
		}
		b, err := then[g].Int64()
		if err != nil {
			return out, 0, err
		}
		switch s := years[g]; {
		case a != 0 && !s.before:
			out.Born = append(out.Born, g)
			born.Add(a)
		case b != 0 && !s.within:
			out.Ended = append(out.Ended, g)
			ended.Add(b)
		}
	}
	held, err := r.predecessorsHeld(ctx, out.Born)
	if err != nil {
		return out, 0, err
	}
	for _, g := range out.Born {
		if !held[g] {
			out.NoBase = append(out.NoBase, g)
			n, err := now[g].Int64()
			if err != nil {
				return out, 0, err
			}
			bare.Add(n)
		}
	}
	if out.BornValue, err = born.Int64(); err != nil {
		return out, 0, err
	}
	if out.EndedBase, err = ended.Int64(); err != nil {
		return out, 0, err
	}
	noBase, err := bare.Int64()
	r.sayEditions(out)
	return out, noBase, err
}

func (r *runner) sayEditions(e Editions) {
	if n := len(e.Born); n > 0 {
		r.caveat(caveat.EditionBreak, few(e.Born), "%d codes are born in the period and have no base of their own; codes are summed as stated", n)
	}
	if n := len(e.NoBase); n > 0 {
		r.caveat(caveat.PredecessorAbsent, few(e.NoBase), "for %d of the codes born in the period the lake does not hold what they were before: their amount has no comparable base", n)
	}
	if n := len(e.Ended); n > 0 {
		r.caveat(caveat.Ended, few(e.Ended), "%d codes have a base and ended before the period: what they were may live on under other codes", n)
	}
}

// predecessorsHeld tells which born codes have a predecessor with trade in the lake before the period:
// the HS6 codes of the earlier edition that the code's family links it to, or, within an edition, the
// other codes of its HS6.
func (r *runner) predecessorsHeld(ctx context.Context, born []goods.Code) (map[goods.Code]bool, error) {
	held := map[goods.Code]bool{}
	if len(born) == 0 {
		return held, nil
	}
	earlier := map[goods.Code][]goods.Code{}
	prefixes := map[goods.Code]bool{}
	for _, g := range born {
		earlier[g] = r.predecessors(g)
		for _, p := range earlier[g] {
			prefixes[p] = true
		}
	}
	traded, err := r.tradedUnder(ctx, prefixes)
	if err != nil {
		return nil, err
	}
	for g, list := range earlier {
		held[g] = slices.ContainsFunc(list, func(p goods.Code) bool { return traded[p] })
	}
	return held, nil
}

// predecessors gives the HS6 codes of the base's edition in which a code's goods were traded.
func (r *runner) predecessors(g goods.Code) []goods.Code {
	from, to := goods.EditionOf(goods.CN, r.q.Base.To).HS(), goods.EditionOf(goods.CN, r.q.Period.From).HS()
	if len(g) < 6 {
		return nil
	}
	if from == to {
		return []goods.Code{g.Prefix(6)}
	}
	if t := goods.FamiliesBetween(from, to); t != nil {
		return t.Predecessors(from, to, g)
	}
	return nil
}

// tradedUnder tells below which HS6 codes the data sets in use have figures before the period's first year.
func (r *runner) tradedUnder(ctx context.Context, prefixes map[goods.Code]bool) (map[goods.Code]bool, error) {
	out := map[goods.Code]bool{}
	var terms []goods.Term
	for _, p := range slices.Sorted(maps.Keys(prefixes)) {
		terms = append(terms, goods.Term{Code: p})
	}
	if len(terms) == 0 {
		return out, nil
	}
	for _, p := range r.plans() {
		before, _ := splitPeriods(p.census.Periods, r.q.Period.From.Year(), r.q.Period.To.Year(), p.annual)
		for _, q := range r.queries(p, nil) {
			if q.Goods.Level < 6 || len(before) == 0 {
				continue
			}
			q.Reporters, q.Goods.Terms = nil, terms
			q.By, q.Digits, q.Windows = []lake.Dimension{lake.ByGoods}, 6, []lake.Window{{Periods: before}}
			err := r.store.Sum(ctx, r.snap, q, func(row *lake.Row) error {
				out[row.Goods] = out[row.Goods] || row.Sums[0].N != 0
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
