package beside_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"detour/detect/beside"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// bulk is a data set of monthly figures in CN8.
const bulk = "comext/bulk"

var (
	months20to22 = seriestest.Months(202001, 202212)
	months21to22 = seriestest.Months(202101, 202212)
)

// question asks for DE, AM and KZ, all goods.
func question(t *testing.T, months, base string) series.Question {
	t.Helper()
	asked, err := period.ParseRange(months)
	if err != nil {
		t.Fatal(err)
	}
	years, err := period.ParseRange(base)
	if err != nil {
		t.Fatal(err)
	}
	return series.Question{From: []series.Party{{Name: "DE", Members: []area.Code{"DE"}}}, To: []series.Party{{Name: "hubs", Members: []area.Code{"AM", "KZ"}}},
		Goods: selection(t, "all"), Period: asked, Base: years}
}

func selection(t *testing.T, list string) goods.Selection {
	t.Helper()
	s, err := goods.ParseSelection(list)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// two asks for FR too.
func two(q series.Question) series.Question {
	q.From = append(q.From, series.Party{Name: "FR", Members: []area.Code{"FR"}})
	return q
}

// answer is all that stands beside an account.
type answer struct {
	Supply  map[area.Code]beside.Supply
	Split   *beside.Split
	Caveats []caveat.Caveat
}

func run(t *testing.T, q series.Question, files ...seriestest.File) answer {
	t.Helper()
	store, snap := seriestest.New(files...)
	r, err := series.Begin(store, snap, money.Embedded(), q)
	if err != nil {
		t.Fatal(err)
	}
	var out answer
	if out.Supply, err = beside.SupplyOf(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	out.Split = split(t, r)
	if err := beside.SayWithheld(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	out.Caveats = r.Caveats
	return out
}

// split reads the masses with the cube and again by themselves: it must not be seen.
func split(t *testing.T, r *series.Reader) *beside.Split {
	t.Helper()
	c, err := r.Fold(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	folded, err := beside.SplitOf(t.Context(), r, c)
	if err != nil {
		t.Fatal(err)
	}
	apart, err := beside.SplitOf(t.Context(), r, &series.Cube{})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(folded, apart) {
		t.Errorf("split of the cube %+v, read apart %+v", folded, apart)
	}
	return folded
}

func says(a answer, code caveat.Code, scope, words string) bool {
	return slices.ContainsFunc(a.Caveats, func(c caveat.Caveat) bool {
		return c.Code == code && c.Scope == scope && strings.Contains(c.Text, words)
	})
}

func wantSupply(t *testing.T, r answer, want map[area.Code]beside.Supply) {
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
	q := question(t, "2022-03..2022-04", "2021")
	q.Goods = selection(t, "8471")
	wantSupply(t, run(t, q, exporters, hub), map[area.Code]beside.Supply{"KZ": {Imports: 143, Exports: 90, BaseImports: 95, BaseExports: 4}})
	q.Base = period.Range{From: period.Year(2020), To: period.Year(2021)}
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
	q := question(t, "2022-12..2023-12", "2021")
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
	r := run(t, two(question(t, "2022", "2021")), append(exporters, hub)...)
	wantSupply(t, r, map[area.Code]beside.Supply{"KZ": {Imports: 30, Exports: 20, BaseImports: 10}}) // December 2022 is not held
	if !says(r, caveat.NotReported, "KZ", "supply") {
		t.Errorf("caveats %v", r.Caveats)
	}
}

func TestSupplyInTheMeasureAsked(t *testing.T) {
	x, m, w := seriestest.Export, seriestest.Import, seriestest.Weighing
	q := question(t, "2022-03", "2021")
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
	q := question(t, "2022-03..2022-04", "2021")
	r := run(t, q, file)
	if r.Split == nil || *r.Split != (beside.Split{Volume: 250_00, Price: 240_00, Other: 65_00}) {
		t.Errorf("%+v", r.Split)
	}
	if s, excess := r.Split, int64(900+90+50+70+5-200-300-60)*100; s != nil && s.Volume+s.Price+s.Other != excess {
		t.Errorf("%+v does not add up to %d", s, excess)
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
	r := run(t, question(t, "2022-03", "2020..2021"), seriestest.Of(bulk, months20to22,
		w(x("DE", "KZ", "84713000", 202203, 400), 25), w(x("DE", "KZ", "84713000", 202103, 200), 10), w(x("DE", "KZ", "84713000", 202003, 100), 20)))
	if r.Split == nil || *r.Split != (beside.Split{Volume: 100_00, Price: 150_00}) {
		t.Errorf("%+v", r.Split)
	}
}

// A data set that states no mass has no such split.
func TestNoSplitWithoutMass(t *testing.T) {
	file := seriestest.Of(bulk, months21to22, seriestest.Export("DE", "KZ", "84713000", 202203, 400))
	file.Coverage[0].Measures = []flow.Measure{flow.Value}
	if r := run(t, question(t, "2022-03", "2021"), file); r.Split != nil {
		t.Errorf("%+v", r.Split)
	}
}

// What reporters withhold is said: rows that they keep back in part, and partners that they do not name.
func TestWithheld(t *testing.T) {
	x := seriestest.Export
	secret := x("DE", "KZ", "84713000", 202203, 50)
	secret.Confidential = true
	old, foreign := secret, secret
	old.Period, foreign.Reporter = 202003, "PL" // neither the months nor the exporters asked
	flows := []flow.Flow{secret, old, foreign,
		x("DE", "QX", "84713000", 202203, 700), x("DE", "QY", "84713000", 202203, 11), x("DE", "QX", "84713000", 202205, 4000), x("FR", "KZ", "84713000", 202203, 1)}
	r := run(t, two(question(t, "2022-03", "2021")), seriestest.Of(bulk, months20to22, flows...))
	if !says(r, caveat.Confidential, "DE", "1 rows") || says(r, caveat.Confidential, "PL", "") {
		t.Errorf("confidential: %v", r.Caveats)
	}
	if !says(r, caveat.PartnerUnknown, "DE", "1 exporters") || !says(r, caveat.PartnerUnknown, "DE", "EUR 711") {
		t.Errorf("partners: %v", r.Caveats)
	}
	r = run(t, two(question(t, "2022-03", "2021")), seriestest.Of(bulk, months20to22, x("DE", "KZ", "84713000", 202203, 50), x("FR", "QX", "84713000", 202204, 1)))
	if len(r.Caveats) > 0 {
		t.Errorf("nothing is withheld: %v", r.Caveats)
	}
}

// One data set serves months of one exporter and years of another: what either withholds is counted once.
func TestWithheldInTwoFrequencies(t *testing.T) {
	x := seriestest.Export
	hide := func(f flow.Flow) flow.Flow {
		f.Confidential = true
		return f
	}
	months := seriestest.Of(bulk, nil, hide(x("DE", "KZ", "84713000", 202203, 50)), x("DE", "KZ", "84713000", 202103, 5))
	months.Coverage[0].Periods = months21to22
	years := seriestest.Of(bulk, nil, hide(x("FR", "KZ", "84713000", period.Year(2022), 50)), x("FR", "KZ", "84713000", period.Year(2021), 5))
	r := run(t, two(question(t, "2022", "2021")), months, years)
	for _, reporter := range []string{"DE", "FR"} {
		if !says(r, caveat.Confidential, reporter, "1 rows") {
			t.Errorf("%s: %v", reporter, r.Caveats)
		}
	}
}
