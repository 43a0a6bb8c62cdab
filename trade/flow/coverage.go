package flow

import (
	"slices"

	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/period"
)

// Measure is one of the three numbers of a flow.
type Measure string

// The measures.
const (
	Value    Measure = "value"
	NetMass  Measure = "net-mass"
	Quantity Measure = "quantity"
)

// Measures are all of them, in the order in which they are stored.
func Measures() []Measure { return []Measure{Value, NetMass, Quantity} }

// Block is a part of what a release covers: every combination of its reporters, partners, goods and
// periods in its direction. In a covered cell an absent value is no trade, unless the reporter's whole
// month is missing (docs/decisions/0004-missing.md). All lists are sorted.
type Block struct {
	Direction    Direction
	Nomenclature goods.Nomenclature
	Reporters    []area.Code     // empty: every reporter of the data set
	Partners     []area.Code     // empty: every partner
	Goods        []goods.Code    // empty: every code of Levels
	Levels       []int           // where Goods is empty: digits of the codes listed in full, 0 for Total
	Periods      []period.Period // never empty
	Measures     []Measure       // what the release states of each cell, never empty
}

// CoversArea tells whether the list, of a block's reporters or partners, has c; an empty list has every area.
func CoversArea(list []area.Code, c area.Code) bool {
	return len(list) == 0 || contains(list, c)
}

// CoversGoods tells whether the block states the code.
func (b Block) CoversGoods(c goods.Code) bool {
	if len(b.Goods) > 0 {
		return contains(b.Goods, c)
	}
	return contains(b.Levels, Level(c))
}

// Level is the number of digits of a code, 0 for Total: the level at which a release lists it.
func Level(c goods.Code) int {
	if c == goods.Total {
		return 0
	}
	return len(c)
}

// GoodsLevels lists the levels of the codes that the block states, sorted.
func (b Block) GoodsLevels() []int {
	if len(b.Goods) == 0 {
		return b.Levels
	}
	var levels []int
	for _, c := range b.Goods {
		levels = append(levels, Level(c))
	}
	slices.Sort(levels)
	return slices.Compact(levels)
}

// Intersects tells whether the two blocks share a cell.
func (b Block) Intersects(o Block) bool {
	return b.Direction == o.Direction && b.Nomenclature == o.Nomenclature &&
		shareOrAll(b.Reporters, o.Reporters) && shareOrAll(b.Partners, o.Partners) &&
		share(b.Periods, o.Periods) && share(b.Measures, o.Measures) && b.sharesGoods(o)
}

func (b Block) sharesGoods(o Block) bool {
	if len(b.Goods) > 0 && len(o.Goods) > 0 {
		return share(b.Goods, o.Goods)
	}
	return share(b.GoodsLevels(), o.GoodsLevels())
}

// Contains tells whether every cell of o, with every measure it states, is in b.
func (b Block) Contains(o Block) bool {
	return b.Direction == o.Direction && b.Nomenclature == o.Nomenclature &&
		hasAllOf(b.Reporters, o.Reporters) && hasAllOf(b.Partners, o.Partners) &&
		subset(o.Periods, b.Periods) && subset(o.Measures, b.Measures) && b.containsGoods(o)
}

func (b Block) containsGoods(o Block) bool {
	if len(b.Goods) == 0 {
		return subset(o.GoodsLevels(), b.Levels)
	}
	return len(o.Goods) > 0 && subset(o.Goods, b.Goods)
}

func contains[T ~string | ~int | ~int32](sorted []T, v T) bool {
	_, found := slices.BinarySearch(sorted, v)
	return found
}

func shareOrAll(a, b []area.Code) bool { return len(a) == 0 || len(b) == 0 || share(a, b) }

func hasAllOf(whole, part []area.Code) bool {
	return len(whole) == 0 || (len(part) > 0 && subset(part, whole))
}

func share[T ~string | ~int | ~int32](a, b []T) bool {
	return slices.ContainsFunc(a, func(v T) bool { return contains(b, v) })
}

func subset[T ~string | ~int | ~int32](part, whole []T) bool {
	return !slices.ContainsFunc(part, func(v T) bool { return !contains(whole, v) })
}
