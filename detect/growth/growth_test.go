package growth_test

import (
	"testing"

	"detour/detect/growth"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

var months = seriestest.Months(202101, 202212)

// begin asks for exports of computers (8471) of DE to KZ.
func begin(t *testing.T, files ...seriestest.File) *series.Reader {
	t.Helper()
	s, err := goods.ParseSelection("8471")
	if err != nil {
		t.Fatal(err)
	}
	store, snap := seriestest.New(files...)
	r, err := series.Begin(store, snap, money.Embedded(), series.Question{
		From: []series.Party{{Name: "DE", Members: []area.Code{"DE"}}}, To: []series.Party{{Name: "KZ", Members: []area.Code{"KZ"}}},
		Goods: s, Period: period.Range{From: 202203, To: 202204}, Base: period.Range{From: period.Year(2021), To: period.Year(2021)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The comparison has the goods and exporters asked, is summed over partners that tell normal growth, and reaches
// back before the event.
func TestGrow(t *testing.T) {
	x := seriestest.Export
	flows := []flow.Flow{
		x("DE", "KZ", "84713000", 202203, 1), x("DE", "IN", "84713000", 202203, 10), x("DE", "CN", "84713000", 202203, 20),
		x("DE", "IN", "84713000", 202101, 3), x("DE", "IN", "84713000", 202103, 2), x("DE", "IN", "84714100", 202103, 10), x("DE", "IN", "84714100", 202203, 5),
		x("DE", "IN", "85171200", 202203, 100), x("FR", "IN", "84713000", 202203, 100), x("DE", "US", "84713000", 202203, 100), x("DE", "RU", "84713000", 202203, 100),
	}
	for name, c := range map[string]struct {
		all       bool
		code      goods.Code
		now, then period.Period
		want      int64
		circle    string
	}{
		"its own goods":         {false, "84713000", 202203, 202103, 7 * 30 / 2, growth.Narrowest},
		"a past month":          {false, "84713000", 202103, 202101, 5, growth.Narrowest}, // 7 x 2/3, to even
		"two base months":       {false, "84713000", 202203, 0, 7 * 30 / 5, growth.Narrowest},
		"heading":               {false, "84715000", 202203, 202103, 20, "HS4"}, // 7 x 35/12, to even
		"all goods":             {false, "62024010", 202203, 202103, 20, "all goods"},
		"nothing in the base":   {false, "84713000", 202203, 202104, 0, growth.None},
		"every partner":         {true, "84713000", 202203, 202103, 808, growth.Narrowest}, // 7 x 231/2, half to even
		"a month never read":    {false, "84713000", 202211, 202103, 0, growth.Narrowest},
		"a base never reported": {false, "84713000", 202203, 201903, 0, growth.None},
	} {
		rule, err := growth.In(begin(t, seriestest.Of("comext/bulk", months, flows...)), c.all).Rule(t.Context(), 2021, 202204, nil)
		if err != nil {
			t.Fatal(err)
		}
		then := []period.Period{c.then}
		if c.then == 0 {
			then = []period.Period{202101, 202103}
		}
		got, circle, err := rule.Grow(7, "DE", rule.Circles(c.code, []int{2021}), c.now, then)
		if err != nil || got != c.want || circle != c.circle {
			t.Errorf("%s: %d in %q, %v; want %d in %q", name, got, circle, err, c.want, c.circle)
		}
	}
}

// Held is what a block covers for the exporter, the period, the goods, the measure and a comparison destination.
func TestHeld(t *testing.T) {
	home := seriestest.Of("comext/bulk", months, seriestest.Export("DE", "KZ", "84713000", 202203, 1))
	home.Coverage[0].Partners = []area.Code{"KZ", "RU"}
	for name, c := range map[string]struct {
		spoil func(*flow.Block)
		want  bool
	}{
		"India":           {func(*flow.Block) {}, true},
		"every partner":   {func(b *flow.Block) { b.Partners = nil }, true},
		"every reporter":  {func(b *flow.Block) { b.Reporters = nil }, true},
		"the code":        {func(b *flow.Block) { b.Levels, b.Goods = nil, []goods.Code{"84713000"} }, true},
		"Russia":          {func(b *flow.Block) { b.Partners = []area.Code{"RU"} }, false},
		"the coalition":   {func(b *flow.Block) { b.Partners = []area.Code{"FR", "US"} }, false},
		"France":          {func(b *flow.Block) { b.Reporters = []area.Code{"FR"} }, false},
		"the base alone":  {func(b *flow.Block) { b.Periods = months[:14] }, false},
		"another level":   {func(b *flow.Block) { b.Levels = []int{6} }, false},
		"another code":    {func(b *flow.Block) { b.Levels, b.Goods = nil, []goods.Code{"85171200"} }, false},
		"another measure": {func(b *flow.Block) { b.Measures = []flow.Measure{flow.NetMass} }, false},
	} {
		abroad := seriestest.Of("comext/bulk", months, seriestest.Export("DE", "IN", "84713000", 202202, 1))
		abroad.Coverage[0].Partners = []area.Code{"IN"}
		c.spoil(&abroad.Coverage[0])
		abroad.Flows = nil
		compared := growth.In(begin(t, home, abroad), false)
		for range 2 { // the second from memory
			if got := compared.Held("DE", 202103, 202203); got != c.want {
				t.Errorf("%s: %v", name, got)
			}
		}
		if compared.Held("AT", 202203) {
			t.Errorf("%s: of an exporter not asked", name)
		}
	}
}

// A replay says what the rule would have said of each cell; where a comparison is not held it says nothing.
func TestReplay(t *testing.T) {
	x := seriestest.Export
	file := seriestest.Of("comext/bulk", months, x("DE", "KZ", "84713000", 202203, 1), x("DE", "IN", "84713000", 202101, 2), x("DE", "IN", "84713000", 202201, 3))
	compared := growth.In(begin(t, file), false)
	cells := map[series.Key]int64{{Exporter: "DE", Hub: "KZ", Goods: "84713000"}: 100, {Exporter: "DE", Hub: "AM", Goods: "84714100"}: 10, {Exporter: "FR", Hub: "AM", Goods: "84714100"}: 0}
	total, held, err := compared.Replay(t.Context(), cells, 202201, []period.Period{202101})
	if total != 165 || !held || err != nil {
		t.Errorf("%d, %v, %v", total, held, err)
	}
	cells[series.Key{Exporter: "FR", Hub: "AM", Goods: "84714100"}] = 1
	if _, held, err = compared.Replay(t.Context(), cells, 202201, []period.Period{202101}); held || err != nil {
		t.Errorf("of an exporter without a comparison: %v, %v", held, err)
	}
}
