// Package cover tells what a data set covers: which levels of goods answer a question, and whether its blocks
// state some goods, for some reporter, with some partner (docs/method/account.md section 1). What is covered and
// has no figure is no trade; what is not covered is not held. All of it is safe for concurrent use.
package cover

import (
	"slices"
	"sort"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// Goods is what a data set states of goods: listed codes, and levels listed in full.
type Goods struct {
	codes  map[goods.Code]bool
	full   map[int]bool
	finest int // -1 where nothing is stated
}

// Of gives what the data set states of goods in years, or in months.
func Of(c *lake.Census, annual bool) Goods {
	h := Goods{codes: map[goods.Code]bool{}, full: map[int]bool{}, finest: -1}
	for _, b := range c.Blocks() {
		if !slices.ContainsFunc(b.Periods, func(p period.Period) bool { return p.IsYear() == annual }) {
			continue
		}
		for _, g := range b.Goods {
			h.codes[g] = true
		}
		if len(b.Goods) == 0 {
			for _, n := range b.Levels {
				h.full[n] = true
			}
		}
		for _, n := range b.GoodsLevels() {
			h.finest = max(h.finest, n)
		}
	}
	return h
}

// Levels finds at which level of goods the rows answer the terms, one by one: the row that states the code
// itself, if held and as fine as digits asks (0: any), else the finest level below it. All goods are the
// reporter's Total, else the sum of its finest level. The map is from level to terms, none for all goods; nil
// where the data set cannot answer.
func (h Goods) Levels(all bool, terms []goods.Term, digits int) map[int][]goods.Term {
	if h.finest < 0 {
		return nil
	}
	if all {
		if h.full[0] || h.codes[goods.Total] {
			return map[int][]goods.Term{0: nil}
		}
		return map[int][]goods.Term{h.finest: nil}
	}
	var out map[int][]goods.Term
	for _, t := range terms {
		if n, ok := h.levelFor(t, digits); ok {
			if out == nil {
				out = map[int][]goods.Term{}
			}
			out[n] = append(out[n], t)
		}
	}
	return out
}

// levelFor is the level whose rows answer the term: its own if stated and as fine as asked, else the
// finest below it.
func (h Goods) levelFor(t goods.Term, digits int) (int, bool) {
	own := flow.Level(t.Code)
	if (h.codes[t.Code] || h.full[own]) && (digits <= own || t.Exact) {
		return own, true
	}
	if t.Exact {
		return 0, false
	}
	best := -1
	for n := range h.full {
		if n > own {
			best = max(best, n)
		}
	}
	for c := range h.codes {
		if len(c) > own && c != goods.Total && c.Under(t.Code) {
			best = max(best, len(c))
		}
	}
	if best < 0 && (h.codes[t.Code] || h.full[own]) {
		best = own
	}
	return best, best >= 0
}

// Touches tells whether the block states some of what is asked, for any reporter.
func (q Asked) Touches(b flow.Block) bool {
	if !slices.ContainsFunc(q.Partners, func(h area.Code) bool { return flow.CoversArea(b.Partners, h) }) {
		return false
	}
	levels := b.GoodsLevels()
	return q.All && len(levels) > 0 || slices.ContainsFunc(q.Terms, func(t goods.Term) bool {
		return slices.ContainsFunc(levels, func(n int) bool {
			own := flow.Level(t.Code)
			return (n == own || n > own && !t.Exact) && StatesTerm(b, n, t)
		})
	})
}

// StatesTerm tells whether the block states rows of the level that answer the term.
func StatesTerm(b flow.Block, level int, t goods.Term) bool {
	if len(b.Goods) == 0 {
		return slices.Contains(b.Levels, level)
	}
	i := sort.Search(len(b.Goods), func(i int) bool { return b.Goods[i] >= t.Code })
	for ; i < len(b.Goods) && b.Goods[i].Under(t.Code); i++ {
		if len(b.Goods[i]) == level && (!t.Exact || b.Goods[i] == t.Code) {
			return true
		}
	}
	return false
}

// StateAll tells whether the blocks together state all of the filter's terms in rows of its level; without
// terms, whether one of them has rows of it.
func StateAll(blocks []flow.Block, f lake.GoodsFilter) bool {
	if slices.ContainsFunc(blocks, func(b flow.Block) bool { return len(b.Goods) == 0 && slices.Contains(b.Levels, f.Level) }) {
		return true
	}
	if len(f.Terms) == 0 {
		return slices.ContainsFunc(blocks, func(b flow.Block) bool { return slices.Contains(b.GoodsLevels(), f.Level) })
	}
	return !slices.ContainsFunc(f.Terms, func(t goods.Term) bool {
		return !slices.ContainsFunc(blocks, func(b flow.Block) bool { return StatesTerm(b, f.Level, t) })
	})
}

// OtherPartner tells whether the block covers a partner besides those left out, which are sorted.
func OtherPartner(b flow.Block, except []area.Code) bool {
	return len(b.Partners) == 0 || slices.ContainsFunc(b.Partners, func(p area.Code) bool {
		_, out := slices.BinarySearch(except, p)
		return !out
	})
}
