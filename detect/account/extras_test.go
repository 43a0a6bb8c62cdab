package account_test

import (
	"testing"

	"detour/detect/account"
	"detour/detect/beside"
	"detour/detect/series/seriestest"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

func wantSupply(t *testing.T, r account.Result, want map[area.Code]beside.Supply) {
	t.Helper()
	for h, s := range want {
		s.Imports, s.Exports, s.BaseImports, s.BaseExports = 100*s.Imports, 100*s.Exports, 100*s.BaseImports, 100*s.BaseExports
		if r.Supply[h] != s {
			t.Errorf("%s: %+v, want %+v", h, r.Supply[h], s)
		}
	}
	if len(r.Supply) != len(want) {
		t.Errorf("supply of %v", r.Supply)
	}
}

// A hub's balance is its own imports from all origins less its exports, in the goods, months and base of the question.
func TestSupply(t *testing.T) {
	x, m := seriestest.Export, seriestest.Import
	exporters := seriestest.Of(bulk, months20to22, x("DE", "KZ", "84713000", 202203, 50))
	hub := seriestest.Of("kz/trade", months20to22,
		m("KZ", "DE", "84713000", 202203, 40), m("KZ", "RU", "84713000", 202204, 3), m("KZ", "CN", "84713000", 202203, 100), m("KZ", "WORLD", "84713000", 202203, 9999),
		m("KZ", "RU", "84713000", 202103, 80), m("KZ", "RU", "84713000", 202104, 15), m("KZ", "RU", "84713000", 202003, 20),
		x("KZ", "RU", "84713000", 202203, 90), x("KZ", "RU", "84713000", 202003, 1), x("KZ", "RU", "84713000", 202104, 4),
		m("KZ", "DE", "72142000", 202203, 7777), m("KZ", "DE", "84713000", 202205, 7777)) // other goods, another month
	q := question(t, "2022-03..2022-04", "2021", "same-month")
	q.Goods = selection(t, "8471")
	wantSupply(t, run(t, q, exporters, hub), map[area.Code]beside.Supply{"KZ": {Imports: 143, Exports: 90, BaseImports: 95, BaseExports: 4}})
	q.Base = span(t, "2020..2021")
	// Means of 115 and 5, which are whole in hundredths.
	r := run(t, q, exporters, hub)
	if s := r.Supply["KZ"]; s != (beside.Supply{Imports: 14300, Exports: 9000, BaseImports: 5750, BaseExports: 250}) {
		t.Errorf("over two base years %+v", s)
	}
	if r := run(t, q, exporters); len(r.Supply) != 0 {
		t.Errorf("of a hub that reports nothing: %v", r.Supply)
	}
}

// A base month stands for each year asked.
func TestSupplyOverTwoYears(t *testing.T) {
	x, m := seriestest.Export, seriestest.Import
	months := seriestest.Months(202101, 202312)
	q := question(t, "2022-12..2023-12", "2021", "same-month")
	wantSupply(t, run(t, q, seriestest.Of(bulk, months, x("DE", "KZ", "84713000", 202212, 50)), seriestest.Of("kz/trade", months,
		m("KZ", "CN", "84713000", 202112, 10), m("KZ", "CN", "84713000", 202105, 1), m("KZ", "CN", "84713000", 202212, 30), m("KZ", "CN", "84713000", 202312, 40),
		x("KZ", "RU", "84713000", 202112, 2))),
		map[area.Code]beside.Supply{"KZ": {Imports: 70, Exports: 0, BaseImports: 21, BaseExports: 4}})
}

// Months and years of one hub are never added, and what it lacks on a side leaves all four figures.
func TestSupplyIsReadOnce(t *testing.T) {
	x, m := seriestest.Export, seriestest.Import
	years := func(y int) period.Period { return period.Year(y) }
	exporters := []seriestest.File{
		seriestest.Of(bulk, months21to22, x("DE", "KZ", "84713000", 202203, 50)),
		seriestest.Of("comext/easy", nil, x("FR", "KZ", goods.Total, years(2022), 5), x("FR", "KZ", goods.Total, years(2021), 4)),
	}
	hub := seriestest.Of("kz/trade", seriestest.Months(202101, 202211),
		m("KZ", "CN", "84713000", 202203, 30), m("KZ", "CN", "84713000", 202103, 10), m("KZ", "CN", "84713000", 202112, 500), x("KZ", "RU", "84713000", 202203, 20),
		m("KZ", "CN", "84713000", years(2022), 7000), m("KZ", "CN", "84713000", years(2021), 6000), x("KZ", "RU", "84713000", years(2022), 1))
	r := run(t, two(question(t, "2022", "2021", "same-month")), append(exporters, hub)...)
	wantSupply(t, r, map[area.Code]beside.Supply{"KZ": {Imports: 30, Exports: 20, BaseImports: 10}}) // December 2022 is not held
	wantCaveat(t, r, caveat.NotReported, "KZ")
}

func TestSupplyInTheMeasureAsked(t *testing.T) {
	x, m, w := seriestest.Export, seriestest.Import, seriestest.Weighing
	q := question(t, "2022-03", "2021", "same-month")
	q.Measure = flow.NetMass
	r := run(t, q, seriestest.Of(bulk, months21to22, w(x("DE", "KZ", "84713000", 202203, 50), 4)),
		seriestest.Of("kz/trade", months21to22, w(m("KZ", "DE", "84713000", 202203, 60), 5), w(x("KZ", "RU", "84713000", 202203, 60), 3)))
	if s := r.Supply["KZ"]; s != (beside.Supply{Imports: 5000, Exports: 3000}) {
		t.Errorf("in grams %+v", s)
	}
}

// The change of value is the change of mass at the base's unit value, and the rest: of price.
func TestPriceAndVolume(t *testing.T) {
	x, w := seriestest.Export, seriestest.Weighing
	file := seriestest.Of(bulk, months20to22,
		w(x("DE", "KZ", "84713000", 202203, 900), 30), w(x("DE", "KZ", "84713000", 202103, 200), 10), // 20 a kilogram: volume 400, price 300
		w(x("DE", "AM", "84713000", 202203, 90), 10), w(x("DE", "AM", "84713000", 202104, 300), 20), // 15 a kilogram: -150, -60
		w(x("DE", "KZ", "72142000", 202203, 50), 5),                                        // from nothing
		x("DE", "KZ", "85423190", 202203, 70), w(x("DE", "KZ", "85423190", 202103, 60), 1), // no mass on a side
		x("DE", "AM", "85423190", 202204, 5)) // none at all
	q := question(t, "2022-03..2022-04", "2021", "same-month")
	r := run(t, q, file)
	if r.Split == nil || *r.Split != (beside.Split{Volume: 250_00, Price: 240_00, Other: 65_00}) {
		t.Errorf("%+v", r.Split)
	}
	if s := r.Split; s != nil && s.Volume+s.Price+s.Other != r.Total.Excess {
		t.Errorf("%+v does not add up to %d", s, r.Total.Excess)
	}

	q.Measure = flow.NetMass
	if r = run(t, q, file); r.Split != nil {
		t.Errorf("mass has no price: %+v", r.Split)
	}
	q.Measure, q.Currency = "", "USD"
	if r = run(t, q, file); r.Split != nil {
		t.Errorf("converted values mix in the exchange rate: %+v", r.Split)
	}
}

// Over two base years, to the mean: base 300 and 30 kg over two years, unit value 10.
func TestPriceAndVolumeOverSeveralYears(t *testing.T) {
	x, w := seriestest.Export, seriestest.Weighing
	r := run(t, question(t, "2022-03", "2020..2021", "same-month"), seriestest.Of(bulk, months20to22,
		w(x("DE", "KZ", "84713000", 202203, 400), 25), w(x("DE", "KZ", "84713000", 202103, 200), 10), w(x("DE", "KZ", "84713000", 202003, 100), 20)))
	if r.Split == nil || *r.Split != (beside.Split{Volume: 100_00, Price: 150_00}) {
		t.Errorf("%+v", r.Split)
	}
}

// A data set that states no mass has no such split.
func TestNoSplitWithoutMass(t *testing.T) {
	file := seriestest.Of(bulk, months21to22, seriestest.Export("DE", "KZ", "84713000", 202203, 400))
	file.Coverage[0].Measures = []flow.Measure{flow.Value}
	if r := run(t, question(t, "2022-03", "2021", "same-month"), file); r.Split != nil {
		t.Errorf("%+v", r.Split)
	}
}
