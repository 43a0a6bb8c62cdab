package cover

import (
	"fmt"
	"slices"
	"testing"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// Joining blocks changes no cell: what is covered before is covered after, and the other way round.
func TestJoinedCoversTheSame(t *testing.T) {
	codes := []area.Code{"DE", "FR", "KG"}
	var blocks []flow.Block
	for i := range 200 {
		b := flow.Block{
			Direction: flow.Export, Nomenclature: goods.HS2022, Reporters: []area.Code{codes[i%3]}, Partners: [][]area.Code{{"KZ"}, {"KG", "KZ"}, nil}[i/3%3],
			Periods: []period.Period{period.Period(202200 + i%4)}, Measures: []flow.Measure{flow.Value},
		}
		if i%2 == 0 {
			b.Levels = []int{2 * (i / 7 % 4)}
		} else {
			b.Goods = []goods.Code{goods.Code(fmt.Sprintf("8517%02d", i%5))}
		}
		blocks = append(blocks, b)
	}
	after := joined(slices.Clone(blocks))
	if len(after) > len(blocks)/3 {
		t.Errorf("%d blocks were joined to %d", len(blocks), len(after))
	}
	for _, reporter := range codes {
		for _, partner := range []area.Code{"KZ", "KG", "AM"} {
			for month := range 5 {
				for _, code := range []goods.Code{"TOTAL", "85", "8517", "851700", "851701", "851704", "010101"} {
					f := flow.Flow{Key: flow.Key{Reporter: reporter, Partner: partner, Direction: flow.Export, Nomenclature: goods.HS2022, Goods: code, Period: period.Period(202200 + month)}}
					if covers(blocks, f) != covers(after, f) {
						t.Fatalf("%+v: covered %t before, %t after", f.Key, covers(blocks, f), covers(after, f))
					}
				}
			}
		}
	}
	if slices.ContainsFunc(after, func(b flow.Block) bool {
		return len(b.Periods) > 1 && b.Periods[0].IsYear() != b.Periods[len(b.Periods)-1].IsYear()
	}) {
		t.Error("a block mixes months and years")
	}
}

func covers(blocks []flow.Block, f flow.Flow) bool {
	return slices.ContainsFunc(blocks, func(b flow.Block) bool {
		return b.Direction == f.Direction && flow.CoversArea(b.Reporters, f.Reporter) && flow.CoversArea(b.Partners, f.Partner) &&
			b.CoversGoods(f.Goods) && slices.Contains(b.Periods, f.Period)
	})
}
