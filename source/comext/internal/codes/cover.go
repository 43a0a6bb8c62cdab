package codes

import (
	"cmp"
	"maps"
	"slices"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// Cover gathers what a file states as rectangles: one for each direction and frequency, over the
// codes, months and measures that its rows name.
type Cover map[Span]*rectangle

// Span is a direction and a frequency.
type Span struct {
	Direction flow.Direction
	Annual    bool
}

type rectangle struct {
	reporters, partners Set[area.Code]
	goods               Set[goods.Code]
	periods             Set[period.Period]
	measures            Set[flow.Measure]
}

// Set is a set of codes, months or measures.
type Set[T cmp.Ordered] map[T]struct{}

// Add puts v into the set.
func (s Set[T]) Add(v T) { s[v] = struct{}{} }

// Sorted lists the set.
func (s Set[T]) Sorted() []T { return slices.Sorted(maps.Keys(s)) }

// Add notes that the file states measure m of the cell.
func (c Cover) Add(k flow.Key, m flow.Measure) {
	key := Span{k.Direction, k.Period.IsYear()}
	r := c[key]
	if r == nil {
		r = &rectangle{Set[area.Code]{}, Set[area.Code]{}, Set[goods.Code]{}, Set[period.Period]{}, Set[flow.Measure]{}}
		c[key] = r
	}
	r.reporters.Add(k.Reporter)
	r.partners.Add(k.Partner)
	r.goods.Add(k.Goods)
	r.periods.Add(k.Period)
	r.measures.Add(m)
}

// Blocks gives the rectangles by direction and frequency.
func (c Cover) Blocks() []flow.Block {
	keys := SortedSpans(c)
	out := make([]flow.Block, len(keys))
	for i, k := range keys {
		r := c[k]
		out[i] = flow.Block{
			Direction: k.Direction, Nomenclature: goods.CN,
			Reporters: r.reporters.Sorted(), Partners: r.partners.Sorted(), Goods: r.goods.Sorted(),
			Periods: r.periods.Sorted(), Measures: r.measures.Sorted(),
		}
	}
	return out
}

// SortedSpans gives the keys by direction, months before years.
func SortedSpans[R any](c map[Span]R) []Span {
	return slices.SortedFunc(maps.Keys(c), func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Direction, b.Direction), compareBool(a.Annual, b.Annual))
	})
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
