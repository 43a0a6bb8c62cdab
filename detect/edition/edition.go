// Package edition finds the codes that a change of edition leaves without a comparison: born in the
// period, or ended before it, and whether what they were before is in the lake.
package edition

import (
	"context"
	"maps"
	"slices"
	"strings"

	"detour/detect/series"
	"detour/lake"
	"detour/trade/caveat"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Changes names what a change of edition leaves without a comparison. Codes are summed as stated; this
// says how much of the sum that concerns.
type Changes struct {
	Born        []goods.Code // have figures in the period and none in the data set before its first year
	BornValue   int64        // their actual
	Ended       []goods.Code // have a base and no figure in the data set in the years of the period
	EndedBase   int64        // their baseline
	NoBase      []goods.Code // born, and what they were before is not in the lake
	NoBaseValue int64        // their actual
}

type finder struct{ *series.Reader }

// Find finds born and ended codes of an evaluated cube, and which of the born ones have no predecessor in
// the lake. It adds the caveats to the reader.
func Find(ctx context.Context, read *series.Reader, c *series.Cube) (Changes, error) {
	r := &finder{read}
	actual, baseline := make([]money.Sum, len(c.Goods)), make([]money.Sum, len(c.Goods))
	c.Each(func(e series.Entry) {
		actual[e.At.Goods].Add(e.Actual)
		baseline[e.At.Goods].Add(e.Baseline)
	})
	now, then := map[goods.Code]*money.Sum{}, map[goods.Code]*money.Sum{}
	for i, g := range c.Goods {
		now[g], then[g] = &actual[i], &baseline[i]
	}
	onesided := map[goods.Code]bool{}
	for g := range now {
		a, errA := now[g].Int64()
		b, errB := then[g].Int64()
		if errA == nil && errB == nil && (a == 0) != (b == 0) && ofNomenclature(g) {
			onesided[g] = true
		}
	}
	if len(onesided) == 0 {
		return Changes{}, nil
	}
	years, err := r.tradeOf(ctx, onesided)
	if err != nil {
		return Changes{}, err
	}
	return r.classify(ctx, onesided, years, now, then)
}

// ofNomenclature tells codes from Total and from those under which goods are withheld, such as 8542XXXX: these begin
// and end with secrecy and no edition.
func ofNomenclature(g goods.Code) bool {
	return !strings.ContainsFunc(string(g), func(c rune) bool { return c < '0' || c > '9' })
}

// seen tells whether a data set has a figure for a code before the period's first year, and within its years.
type seen struct{ before, within bool }

// tradeOf looks the codes up in the data sets in use, whatever the partner: a code that others were sold
// in before was not born.
func (r *finder) tradeOf(ctx context.Context, codes map[goods.Code]bool) (map[goods.Code]seen, error) {
	out := map[goods.Code]seen{}
	first, last := r.Q.Period.From.Year(), r.Q.Period.To.Year()
	for _, p := range r.Plans() {
		before, within := splitPeriods(p.Census.Periods, first, last, p.Annual)
		for _, q := range r.Queries(p, nil) {
			q.Reporters = nil
			q.Goods.Terms = termsAt(codes, q.Goods.Level, r.Q.Digits)
			if len(q.Goods.Terms) == 0 {
				continue
			}
			q.By, q.Digits, q.Windows = []lake.Dimension{lake.ByGoods}, r.Q.Digits, []lake.Window{{Periods: before}, {Periods: within}}
			err := r.Sum(ctx, q, func(row *lake.Row) error {
				s := out[row.Goods]
				s.before = s.before || row.Sums[0].Held // a stated zero is a life sign too
				s.within = s.within || row.Sums[1].Held
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

// termsAt gives the terms for the codes that come of rows of a level, cut to digits where not 0.
func termsAt(codes map[goods.Code]bool, level, digits int) []goods.Term {
	cut := digits > 0 && digits < level
	if !cut {
		digits = level
	}
	var out []goods.Term
	for _, c := range slices.Sorted(maps.Keys(codes)) {
		if len(c) == digits {
			out = append(out, goods.Term{Code: c, Exact: !cut})
		}
	}
	return out
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

func (r *finder) classify(ctx context.Context, onesided map[goods.Code]bool, years map[goods.Code]seen, now, then map[goods.Code]*money.Sum) (Changes, error) {
	var out Changes
	var born, ended, bare money.Sum
	for _, g := range slices.Sorted(maps.Keys(onesided)) {
		a, err := now[g].Int64()
		if err != nil {
			return out, err
		}
		b, err := then[g].Int64()
		if err != nil {
			return out, err
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
		return out, err
	}
	for _, g := range out.Born {
		if !held[g] {
			out.NoBase = append(out.NoBase, g)
			n, err := now[g].Int64()
			if err != nil {
				return out, err
			}
			bare.Add(n)
		}
	}
	if out.BornValue, err = born.Int64(); err != nil {
		return out, err
	}
	if out.EndedBase, err = ended.Int64(); err != nil {
		return out, err
	}
	out.NoBaseValue, err = bare.Int64()
	r.say(out)
	return out, err
}

func (r *finder) say(e Changes) {
	if n := len(e.Born); n > 0 {
		r.Caveatf(caveat.EditionBreak, series.Few(e.Born), "%d codes are born in the period and have no base of their own; codes are summed as stated", n)
	}
	if n := len(e.NoBase); n > 0 {
		r.Caveatf(caveat.PredecessorAbsent, series.Few(e.NoBase), "for %d of the codes born in the period the lake does not hold what they were before: their amount has no comparable base", n)
	}
	if n := len(e.Ended); n > 0 {
		r.Caveatf(caveat.Ended, series.Few(e.Ended), "%d codes have a base and ended before the period: what they were may live on under other codes", n)
	}
}

// predecessorsHeld tells which born codes have a predecessor with trade in the lake before the period:
// the HS6 codes of the earlier edition that the code's family links it to, or, within an edition, the
// other codes of its HS6.
func (r *finder) predecessorsHeld(ctx context.Context, born []goods.Code) (map[goods.Code]bool, error) {
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

// predecessors gives the HS6 codes of the base's edition in which a code's goods were traded; those of all that
// lies below it where it is a heading or a chapter.
func (r *finder) predecessors(g goods.Code) []goods.Code {
	from, to := goods.EditionOf(goods.CN, r.Q.Base.To).HS(), goods.EditionOf(goods.CN, r.Q.Period.From).HS()
	t := goods.FamiliesBetween(from, to)
	switch {
	case t == nil:
		return nil
	case len(g) >= 6 && from == to:
		return []goods.Code{g.Prefix(6)}
	case len(g) >= 6:
		return t.Predecessors(from, to, g)
	}
	var out []goods.Code
	for _, f := range t.All() {
		for _, c := range f.Members[to] {
			if c.Under(g) {
				out = append(out, t.Predecessors(from, to, c)...)
			}
		}
	}
	return out
}

// tradedUnder tells below which HS6 codes the data sets in use have figures before the period's first year.
func (r *finder) tradedUnder(ctx context.Context, prefixes map[goods.Code]bool) (map[goods.Code]bool, error) {
	out := map[goods.Code]bool{}
	var terms []goods.Term
	for _, p := range slices.Sorted(maps.Keys(prefixes)) {
		terms = append(terms, goods.Term{Code: p})
	}
	if len(terms) == 0 {
		return out, nil
	}
	for _, p := range r.Plans() {
		before, _ := splitPeriods(p.Census.Periods, r.Q.Period.From.Year(), r.Q.Period.To.Year(), p.Annual)
		for _, q := range r.Queries(p, nil) {
			if q.Goods.Level < 6 || len(before) == 0 {
				continue
			}
			q.Reporters, q.Goods.Terms = nil, terms
			q.By, q.Digits, q.Windows = []lake.Dimension{lake.ByGoods}, 6, []lake.Window{{Periods: before}}
			err := r.Sum(ctx, q, func(row *lake.Row) error {
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
