package lake

import (
	"slices"

	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// Has tells whether rows of the code are read.
func (f GoodsFilter) Has(c goods.Code) bool {
	if flow.Level(c) != f.Level {
		return false
	}
	return len(f.Terms) == 0 || slices.ContainsFunc(f.Terms, func(t goods.Term) bool {
		return len(t.Code) <= len(c) && c[:len(t.Code)] == t.Code && (!t.Exact || t.Code == c)
	})
}

func (f GoodsFilter) touches(b flow.Block) bool {
	if len(b.Goods) == 0 {
		return slices.Contains(b.Levels, f.Level)
	}
	return slices.ContainsFunc(b.Goods, f.Has)
}

// Periods lists the periods of all windows, sorted.
func (q Query) Periods() []period.Period {
	var all []period.Period
	for _, w := range q.Windows {
		all = append(all, w.Periods...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func anyOf(sorted, of []period.Period) bool {
	return slices.ContainsFunc(of, func(p period.Period) bool {
		_, in := slices.BinarySearch(sorted, p)
		return in
	})
}
