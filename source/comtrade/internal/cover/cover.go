// Package cover works out what a file of UN Comtrade covers from what its rows name, narrowly
// (docs/format/comtrade.md, Release and coverage).
package cover

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// A reporter that names so many partners or codes in one period and direction was asked for all of them:
// nobody writes such a list by hand. The HS has 97 chapters, some 1,220 headings and 5,000 to 5,600
// subheadings; there is one total.
const manyPartners = 100

var manyCodes = map[int]int{0: 1, 2: 60, 4: 500, 6: 2000}

// Statement is one reporter's rows of one level of goods, period, direction and breakdown.
type Statement struct {
	Reporter     area.Code
	Period       period.Period
	Direction    flow.Direction
	Nomenclature goods.Nomenclature
	Level        int
	Shape        uint8 // by what the rows break their cells down, 0 for totals
}

// region is what the rows of a statement name.
type region struct {
	partners, goods bitset // by the parser's numbers
	measures        [3]bool
}

type bitset []uint64

func (s *bitset) set(i int) {
	for len(*s) <= i/64 {
		*s = append(*s, 0)
	}
	(*s)[i/64] |= 1 << (i % 64)
}

func (s *bitset) has(i int) bool { return i/64 < len(*s) && (*s)[i/64]>>(i%64)&1 == 1 }

// numbering gives codes small numbers, in the order in which they are first seen.
type numbering[C comparable] struct {
	ids   map[C]int
	codes []C
}

func (n *numbering[C]) id(c C) int {
	id, ok := n.ids[c]
	if !ok {
		if n.ids == nil {
			n.ids = map[C]int{}
		}
		id = len(n.codes)
		n.ids[c] = id
		n.codes = append(n.codes, c)
	}
	return id
}

// Cover gathers what rows name while they are read, from one goroutine.
type Cover struct {
	areas   numbering[area.Code]
	goods   numbering[goods.Code]
	regions map[Statement]*region
	last    Statement
	at      *region
}

// Partner gives the number by which Note knows a partner.
func (c *Cover) Partner(code area.Code) int { return c.areas.id(code) }

// Goods gives the number by which Note knows a code.
func (c *Cover) Goods(code goods.Code) int { return c.goods.id(code) }

// Note takes in a row, with the numbers of its partner and goods, their level and the row's breakdown.
func (c *Cover) Note(f *flow.Flow, partner, product, level int, shape uint8) {
	of := Statement{f.Reporter, f.Period, f.Direction, f.Nomenclature, level, shape}
	if c.at == nil || c.last != of {
		c.turn(of)
	}
	c.at.partners.set(partner)
	c.at.goods.set(product)
	for i, n := range [...]flow.Number{f.NetMass, f.Quantity, f.Value} {
		c.at.measures[i] = c.at.measures[i] || n.Held
	}
}

func (c *Cover) turn(to Statement) {
	if c.regions == nil {
		c.regions = map[Statement]*region{}
	}
	if c.regions[to] == nil {
		c.regions[to] = &region{}
	}
	c.last, c.at = to, c.regions[to]
}

// stated is what all workers together have seen of a statement.
type stated struct {
	partners map[area.Code]bool
	goods    map[goods.Code]bool
	measures [3]bool
}

// Blocks states what the covers together cover: for each reporter, period, direction and level the
// partners and codes that its rows name, without rows of a breakdown that was not chosen.
func Blocks(covers []*Cover, chosen func(Statement) bool) []flow.Block {
	all := map[Statement]*stated{}
	for _, c := range covers {
		for of, r := range c.regions {
			if !chosen(of) {
				continue
			}
			of.Shape = 0
			if all[of] == nil {
				all[of] = &stated{map[area.Code]bool{}, map[goods.Code]bool{}, [3]bool{}}
			}
			all[of].add(c, r)
		}
	}
	var out []flow.Block
	for of, s := range all {
		out = append(out, s.block(of))
	}
	return joined(out)
}

func (s *stated) add(c *Cover, r *region) {
	for id, code := range c.areas.codes {
		if r.partners.has(id) {
			s.partners[code] = true
		}
	}
	for id, code := range c.goods.codes {
		if r.goods.has(id) {
			s.goods[code] = true
		}
	}
	for i, held := range r.measures {
		s.measures[i] = s.measures[i] || held
	}
}

func (s *stated) block(of Statement) flow.Block {
	b := flow.Block{
		Direction: of.Direction, Nomenclature: of.Nomenclature,
		Reporters: []area.Code{of.Reporter}, Periods: []period.Period{of.Period},
	}
	if len(s.partners) < manyPartners {
		b.Partners = slices.Sorted(maps.Keys(s.partners))
	}
	if len(s.goods) < manyCodes[of.Level] {
		b.Goods = slices.Sorted(maps.Keys(s.goods))
	} else {
		b.Levels = []int{of.Level}
	}
	for i, m := range [...]flow.Measure{flow.NetMass, flow.Quantity, flow.Value} {
		if s.measures[i] {
			b.Measures = append(b.Measures, m)
		}
	}
	return b
}

// joined makes one block of blocks that differ in their periods alone, then of those that differ in their
// reporters, then in their goods. What they cover together stays the same.
func joined(blocks []flow.Block) []flow.Block {
	blocks = joinedBy(blocks, func(b *flow.Block) { b.Periods = annual(b.Periods) },
		func(to *flow.Block, b flow.Block) { to.Periods = append(to.Periods, b.Periods...) })
	blocks = joinedBy(blocks, func(b *flow.Block) { b.Reporters = nil },
		func(to *flow.Block, b flow.Block) { to.Reporters = append(to.Reporters, b.Reporters...) })
	return joinedBy(blocks, withoutGoods, func(to *flow.Block, b flow.Block) {
		to.Goods, to.Levels = append(to.Goods, b.Goods...), append(to.Levels, b.Levels...)
	})
}

// annual keeps months and years apart: the first period of the calendar of either sort.
func annual(p []period.Period) []period.Period {
	if p[0].IsYear() {
		return []period.Period{period.Year(1)}
	}
	return []period.Period{period.Month(1, 1)}
}

// withoutGoods keeps codes and whole levels apart, which no block can state together.
func withoutGoods(b *flow.Block) {
	b.Goods, b.Levels = nil, b.Levels[:min(len(b.Levels), 1)]
	if len(b.Levels) > 0 {
		b.Levels = []int{0}
	}
}

type blockKey [sha256.Size]byte

// joinedBy joins the blocks that are equal without what the function takes away. The result, and the lists
// in it, are sorted.
func joinedBy(blocks []flow.Block, without func(*flow.Block), join func(*flow.Block, flow.Block)) []flow.Block {
	at := map[blockKey]int{}
	var out []flow.Block
	slices.SortFunc(blocks, compareBlocks)
	for _, b := range blocks {
		rest := b
		without(&rest)
		key := sha256.Sum256([]byte(fmt.Sprint(rest)))
		i, known := at[key]
		if !known {
			at[key] = len(out)
			out = append(out, b)
			continue
		}
		join(&out[i], b)
	}
	for i := range out {
		b := &out[i]
		b.Reporters, b.Periods, b.Goods, b.Levels = sorted(b.Reporters), sorted(b.Periods), sorted(b.Goods), sorted(b.Levels)
	}
	return out
}

func sorted[T cmp.Ordered](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}

func compareBlocks(a, b flow.Block) int {
	return cmp.Or(cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.Nomenclature, b.Nomenclature),
		slices.Compare(a.Reporters, b.Reporters), slices.Compare(a.Periods, b.Periods),
		slices.Compare(a.Levels, b.Levels), slices.Compare(a.Goods, b.Goods), slices.Compare(a.Partners, b.Partners))
}
