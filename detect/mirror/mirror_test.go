package mirror_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"detour/detect/mirror"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

const (
	pump = goods.Code("84713000")
	chip = goods.Code("85423190")
)

var months = seriestest.Months(202101, 202212)

// question asks about exports of DE and FR to KZ and KG in March and April 2022.
func question(t *testing.T) mirror.Question {
	t.Helper()
	all, err := goods.ParseSelection("all")
	if err != nil {
		t.Fatal(err)
	}
	q := mirror.Question{Margins: []mirror.Margin{0}}
	q.Question = series.Question{
		From: []series.Party{{Name: "both", Members: []area.Code{"DE", "FR"}}}, To: []series.Party{{Name: "hubs", Members: []area.Code{"KG", "KZ"}}},
		Goods: all, Period: period.Range{From: 202203, To: 202204},
	}
	return q
}

func run(t *testing.T, q mirror.Question, files ...seriestest.File) (mirror.Result, error) {
	t.Helper()
	store, snap := seriestest.New(files...)
	return mirror.Run(t.Context(), store, snap, money.Embedded(), q)
}

func pairs(t *testing.T, q mirror.Question, files ...seriestest.File) ([]string, mirror.Result) {
	t.Helper()
	r, err := run(t, q, files...)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range r.Cells {
		out = append(out, fmt.Sprint(c.Exporter, " ", c.Hub, " ", c.Goods, " ", c.Month, ": ", c.Exports/100, " ", c.Imports/100))
	}
	return out, r
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func says(r mirror.Result, code caveat.Code, words string) bool {
	return slices.ContainsFunc(r.Caveats, func(c caveat.Caveat) bool {
		return c.Code == code && strings.Contains(c.Scope+" "+c.Text, words)
	})
}

// exported is a data set in which DE and FR state CN8 codes, imported one in which KZ states HS6 codes.
func exported(flows ...flow.Flow) seriestest.File {
	f := seriestest.Of("comext/bulk", months, flows...)
	for i := range f.Coverage {
		f.Coverage[i].Reporters, f.Coverage[i].Levels = []area.Code{"DE", "FR"}, []int{8}
	}
	return f
}

func imported(flows ...flow.Flow) seriestest.File {
	f := seriestest.Of("office/kz", months, flows...)
	for i := range f.Coverage {
		f.Coverage[i].Levels = []int{6}
	}
	return f
}

// A code is compared at the level that both sides state, what one side leaves out of a covered cell is zero, and a hub
// that does not report gives no pair and is named with what was exported to it.
func TestPairs(t *testing.T) {
	x, m := seriestest.Export, seriestest.Import
	got, r := pairs(t, question(t),
		exported(x("DE", "KZ", pump, 202203, 100), x("DE", "KZ", "84713090", 202203, 11), x("FR", "KZ", chip, 202204, 7), x("DE", "KG", pump, 202203, 50)),
		imported(m("KZ", "DE", "847130", 202203, 60), m("KZ", "FR", "847130", 202204, 5), m("KZ", "IT", "847130", 202203, 900)))
	expect(t, got, "DE KZ 847130 2022-03: 111 60", "FR KZ 847130 2022-04: 0 5", "FR KZ 854231 2022-04: 7 0")
	if r.Digits != 6 || r.Annual || r.Currency != money.EUR || len(r.Sources) != 2 {
		t.Errorf("%d digits, annual %v, %s, %d files", r.Digits, r.Annual, r.Currency, len(r.Sources))
	}
	kg := r.Hubs[0]
	if kg.Hub != "KG" || kg.Silent == "" || kg.OneSided != 5000 || !says(r, caveat.NotReported, "KG gives no mirror (the lake holds no imports of KG): its part of the exports, EUR 50,") {
		t.Errorf("%+v, %v", kg, r.Caveats)
	}
}

// A month that a side did not report is in no pair, with or without figures of the other side.
func TestAMonthNotReported(t *testing.T) {
	var flows []flow.Flow
	for _, p := range months {
		for code := range 25 { // more than lake.MedianForMissing
			if p != 202204 {
				flows = append(flows, seriestest.Import("KZ", "DE", goods.Code(fmt.Sprintf("8471%02d", 10+code)), p, 1))
			}
		}
	}
	x := exported(seriestest.Export("DE", "KZ", "84711000", 202203, 3), seriestest.Export("DE", "KZ", "84711000", 202204, 4))
	q := question(t)
	q.To[0].Members = []area.Code{"KZ"}
	got, r := pairs(t, q, x, imported(flows...))
	if len(got) != 25 || got[0] != "DE KZ 847110 2022-03: 3 1" || r.Hubs[0].OneSided != 400 || !says(r, caveat.NotReported, "KZ 2022-04 was not reported") {
		t.Errorf("%v, %+v, %v", got, r.Hubs, r.Caveats)
	}
	q.MissingAsZero = true
	got, r = pairs(t, q, x, imported(flows...))
	if len(got) != 26 || !slices.Contains(got, "DE KZ 847110 2022-04: 4 0") || r.Hubs[0].OneSided != 0 {
		t.Errorf("as zero: %v, %+v", got, r.Hubs)
	}
}

// What a hub does not cover is missing, not zero, and only that.
func TestACellNotCovered(t *testing.T) {
	x := exported(seriestest.Export("DE", "KZ", pump, 202203, 100), seriestest.Export("DE", "KZ", chip, 202203, 30))
	office := imported(seriestest.Import("KZ", "DE", "847130", 202203, 60), seriestest.Import("KZ", "DE", "847130", 202204, 60))
	office.Coverage[0].Levels, office.Coverage[0].Goods = nil, []goods.Code{"847130"}
	q := question(t)
	q.To[0].Members = []area.Code{"KZ"}
	got, r := pairs(t, q, x, office)
	expect(t, got, "DE KZ 847130 2022-03: 100 60", "DE KZ 847130 2022-04: 0 60")
	if r.Hubs[0].OneSided != 3000 {
		t.Errorf("%+v", r.Hubs)
	}
}

// An aggregate reporter stands against the rows of its members; those that the hub does not state are named, and a
// partner that is no member counts for nothing.
func TestAggregateAgainstMembers(t *testing.T) {
	year, before := period.Year(2022), period.Year(2021)
	x := seriestest.Of("comext/easy", nil, seriestest.Export("EU27", "KZ", goods.Total, year, 1000), seriestest.Export("EU27", "KZ", goods.Total, before, 500))
	office := seriestest.Of("office/kz", nil,
		seriestest.Import("KZ", "DE", goods.Total, year, 300), seriestest.Import("KZ", "FR", goods.Total, year, 200), seriestest.Import("KZ", "GB", goods.Total, year, 900),
		seriestest.Import("KZ", "DE", goods.Total, before, 450))
	eu, _ := area.BuiltIn().Get("EU27")
	q := question(t)
	q.From = []series.Party{{Name: "EU27", Members: eu.At(year)}}
	q.To[0].Members = []area.Code{"KZ"}
	q.Period, q.Base = period.Range{From: year, To: year}, period.Range{From: before, To: before}
	got, r := pairs(t, q, x, office)
	expect(t, got, "EU27 KZ TOTAL 2022: 1000 500")
	if b := r.Cells[0].Base; b.Exports != 50000 || b.Imports != 45000 || !r.Annual || r.Digits != 0 {
		t.Errorf("%+v, annual %v, %d digits", r.Cells[0], r.Annual, r.Digits)
	}
	office.Coverage[0].Partners = []area.Code{"DE", "FR", "GB"}
	if _, r = pairs(t, q, x, office); !says(r, caveat.NotHeld, " does not state its imports from these members of the aggregate") || !says(r, caveat.NotHeld, "AT BE BG") {
		t.Errorf("members that are not stated are not named: %v", r.Caveats)
	}
}

// Pairs are of one frequency: months are added to the years of the other side, if all twelve are there.
func TestMonthsAgainstYears(t *testing.T) {
	year := period.Year(2022)
	var flows []flow.Flow
	for _, p := range seriestest.Months(202201, 202212) {
		flows = append(flows, seriestest.Export("DE", "KZ", pump, p, 10))
	}
	office := seriestest.Of("office/kz", nil, seriestest.Import("KZ", "DE", goods.Total, year, 90))
	q := question(t)
	q.To[0].Members = []area.Code{"KZ"}
	q.Period = period.Range{From: year, To: year}
	got, r := pairs(t, q, exported(flows...), office)
	expect(t, got, "DE KZ TOTAL 2022: 120 90")
	if !says(r, caveat.Method, "one side states a total") {
		t.Errorf("%v", r.Caveats)
	}
	short := exported(flows[:11]...)
	short.Coverage[0].Periods = seriestest.Months(202201, 202211)
	if _, err := run(t, q, short, office); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a year of eleven months: %v", err)
	}
}

// Of two series of one hub one is read and the other named.
func TestSeriesAreNotMixed(t *testing.T) {
	x := exported(seriestest.Export("DE", "KZ", pump, 202203, 100))
	origin, consignment := imported(seriestest.Import("KZ", "DE", "847130", 202203, 60)), imported(seriestest.Import("KZ", "DE", "847130", 202203, 80))
	origin.Vintage.Dataset, consignment.Vintage.Dataset = "origin", "consignment"
	q := question(t)
	q.To[0].Members = []area.Code{"KZ"}
	got, r := pairs(t, q, x, origin, consignment)
	expect(t, got, "DE KZ 847130 2022-03: 100 80")
	if r.Hubs[0].Dataset != "office/consignment" || !slices.Equal(r.Hubs[0].Others, []string{"office/origin"}) || !says(r, caveat.Method, "office/origin states them too") {
		t.Errorf("%+v, %v", r.Hubs, r.Caveats)
	}
	q.Mirror = "office/origin"
	got, _ = pairs(t, q, x, origin, consignment)
	expect(t, got, "DE KZ 847130 2022-03: 100 60")
	// One in the documented order goes before any other, and among others the one that keeps more of the question.
	q.Mirror = ""
	listed := imported(seriestest.Import("KZ", "DE", "847130", 202203, 70))
	listed.Vintage.Source, listed.Vintage.Dataset = "comtrade", "final"
	if _, r = pairs(t, q, x, origin, consignment, listed); r.Hubs[0].Dataset != "comtrade/final" {
		t.Errorf("%+v", r.Hubs)
	}
	consignment.Coverage[0].Periods = []period.Period{202203}
	if _, r = pairs(t, q, x, origin, consignment); r.Hubs[0].Dataset != "office/origin" {
		t.Errorf("%+v", r.Hubs)
	}
}

// Goods that arrive two months later are found there: by the lag that brings the sides together before the event.
func TestLagIsFitted(t *testing.T) {
	amounts := []int64{10, 80, 30, 60, 20, 90, 40, 70, 15, 85, 35, 65}
	var x, m []flow.Flow
	for i, p := range seriestest.Months(202101, 202210) {
		x = append(x, seriestest.Export("DE", "KZ", pump, p, amounts[i%12]))
		m = append(m, seriestest.Import("KZ", "DE", "847130", p.Add(2), amounts[i%12]))
	}
	q := question(t)
	q.To[0].Members, q.Lag, q.Event = []area.Code{"KZ"}, mirror.FitLag, 202203
	got, r := pairs(t, q, exported(x...), imported(m...))
	expect(t, got, "DE KZ 847130 2022-03: 30 30", "DE KZ 847130 2022-04: 60 60")
	if r.Hubs[0].Lag != 2 {
		t.Errorf("lag %d", r.Hubs[0].Lag)
	}
	q.Event = 202112 // nine months before the event are known at all lags
	if _, r = pairs(t, q, exported(x...), imported(m...)); r.Hubs[0].Lag != 0 || !says(r, caveat.Method, "too few to choose a lag") {
		t.Errorf("lag %d, %v", r.Hubs[0].Lag, r.Caveats)
	}
}

// Both sides are said in one currency by the rate of each statement's own period.
func TestCurrencies(t *testing.T) {
	x := exported(seriestest.Export("DE", "KZ", pump, 202203, 100))
	dollars := seriestest.Import("KZ", "DE", "847130", 202203, 110)
	dollars.Currency = "USD"
	rate, err := money.ParseRate("1.1")
	if err != nil {
		t.Fatal(err)
	}
	rates, err := money.NewRates("made up", []money.Entry{{Currency: "USD", Month: 202203, Rate: rate}})
	if err != nil {
		t.Fatal(err)
	}
	q := question(t)
	q.To[0].Members = []area.Code{"KZ"}
	store, snap := seriestest.New(x, imported(dollars))
	r, err := mirror.Run(t.Context(), store, snap, rates, q)
	if err != nil {
		t.Fatal(err)
	}
	if c := r.Cells[0]; r.Currency != money.EUR || c.Exports != c.Imports || c.Imports != 10000 {
		t.Errorf("%s %+v", r.Currency, c)
	}
	q.Currency = "USD"
	if r, err = mirror.Run(t.Context(), store, snap, rates, q); err != nil || r.Currency != "USD" || r.Cells[0].Exports != 11000 || r.Cells[0].Imports != 11000 {
		t.Errorf("%v, %+v", err, r.Cells)
	}
}

// The years before the event, on both sides, over the same slots.
func TestPast(t *testing.T) {
	var x, m []flow.Flow
	all := seriestest.Months(201801, 202212)
	for _, p := range all {
		x = append(x, seriestest.Export("DE", "KZ", pump, p, int64(p.Year()-2000)))
		if p.Year() > 2018 {
			m = append(m, seriestest.Import("KZ", "DE", "847130", p, 10))
		}
	}
	xs, ms := exported(x...), imported(m...)
	xs.Coverage[0].Periods, ms.Coverage[0].Periods = all, all[12:]
	q := question(t)
	q.To[0].Members, q.Event = []area.Code{"KZ"}, 202203
	_, r := pairs(t, q, xs, ms)
	want := map[int]mirror.Sides{2019: {3800, 2000}, 2020: {4000, 2000}, 2021: {4200, 2000}}
	if fmt.Sprint(r.Past["KZ"]) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", r.Past["KZ"], want)
	}
}

func TestRefused(t *testing.T) {
	x, m := exported(seriestest.Export("DE", "KZ", pump, 202203, 100)), imported(seriestest.Import("KZ", "DE", "847130", 202203, 60))
	for name, c := range map[string]struct {
		spoil func(*mirror.Question)
		kind  fault.Kind
		words string
	}{
		"kilograms":       {func(q *mirror.Question) { q.Measure = flow.NetMass }, fault.BadInput, "mirrors compare values"},
		"imports":         {func(q *mirror.Question) { q.Direction = flow.Import }, fault.BadInput, "from the exporters' side"},
		"no margin":       {func(q *mirror.Question) { q.Margins = nil }, fault.BadInput, "no CIF/FOB margin"},
		"lag":             {func(q *mirror.Question) { q.Lag = 3 }, fault.BadInput, "a lag of 3"},
		"digits":          {func(q *mirror.Question) { q.Digits = 8 }, fault.BadInput, "by 6 digits, not by 8"},
		"silent hubs":     {func(q *mirror.Question) { q.Mirror = "other" }, fault.NotFound, "the lake holds no imports of KG"},
		"exporters":       {func(q *mirror.Question) { q.Source = "other" }, fault.NotFound, "no data set of source"},
		"nothing to pair": {func(q *mirror.Question) { q.Period = period.Range{From: 202205, To: 202205} }, fault.NotFound, "stated by both sides"},
		"fit":             {func(q *mirror.Question) { q.Margins = []mirror.Margin{mirror.Fitted} }, fault.NotFound, "the lake holds 0"},
	} {
		q := question(t)
		c.spoil(&q)
		if _, err := run(t, q, x, m); fault.KindOf(err) != c.kind || !strings.Contains(fmt.Sprint(err), c.words) {
			t.Errorf("%s: %v, want %q", name, err, c.words)
		}
	}
}
