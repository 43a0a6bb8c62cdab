package calibrate

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// Series names a cell of Collect.
type Series struct {
	Reporter, Partner area.Code
	Goods             goods.Code // 6 digits
}

// Collect gathers flows, in any order, into cells by reporter, partner and HS6: their values in whole units
// of the stated currency over the Months from first on. Flows of other months, without a value, or under codes of
// fewer than six digits or with letters are left out; directions and currencies are the caller's to choose. Cells are in the order of
// their series, so that the same flows give the same cells.
func Collect(flows iter.Seq[flow.Flow], first period.Period) []Cell {
	at := map[Series]*[Months]int64{}
	for f := range flows {
		t := f.Period.Sub(first)
		if f.Period.IsYear() || t < 0 || t >= Months || !f.Value.Held || f.Confidential || f.Goods.Digits() < hs6 {
			continue
		}
		s := Series{f.Reporter, f.Partner, f.Goods.Prefix(hs6)}
		if at[s] == nil {
			at[s] = new([Months]int64)
		}
		at[s][t] += f.Value.N
	}
	out := make([]Cell, 0, len(at))
	for _, s := range slices.SortedFunc(maps.Keys(at), compare) {
		var c Cell
		for t, hundredths := range at[s] {
			c[t] = (hundredths + 50) / 100
		}
		out = append(out, c)
	}
	return out
}

const hs6 = 6

func compare(a, b Series) int {
	return cmp.Or(cmp.Compare(a.Reporter, b.Reporter), cmp.Compare(a.Partner, b.Partner), cmp.Compare(a.Goods, b.Goods))
}
