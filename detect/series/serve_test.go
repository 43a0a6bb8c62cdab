package series_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"detour/detect/cover"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/detect/stated"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/trade/provenance"
)

var months = seriestest.Months(202101, 202212)

func question(t *testing.T, goodsList string) series.Question {
	t.Helper()
	s, err := goods.ParseSelection(goodsList)
	if err != nil {
		t.Fatal(err)
	}
	return series.Question{
		From: []series.Party{{Name: "DE", Members: []area.Code{"DE"}}}, To: []series.Party{{Name: "KZ", Members: []area.Code{"KZ"}}},
		Goods: s, Period: period.Range{From: 202203, To: 202204}, Base: period.Range{From: period.Year(2021), To: period.Year(2021)},
	}
}

func begin(t *testing.T, q series.Question, files ...seriestest.File) (*series.Reader, error) {
	t.Helper()
	store, snap := seriestest.New(files...)
	return series.Begin(store, snap, money.Embedded(), q)
}

// cells reads the question's cells in whole euros: "DE KZ 8471 202203".
func cells(t *testing.T, q series.Question, files ...seriestest.File) (map[string]int64, *series.Reader) {
	t.Helper()
	r, err := begin(t, q, files...)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := r.Read(t.Context(), q.Years())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for _, o := range raw {
		out[fmt.Sprint(o.Exporter, " ", o.Hub, " ", o.Goods, " ", int(o.Period))] += o.Value / 100
	}
	return out, r
}

func want(t *testing.T, got, want map[string]int64) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("read %v, want %v", got, want)
	}
}

func says(r *series.Reader, code caveat.Code, words string) bool {
	return slices.ContainsFunc(r.Caveats, func(c caveat.Caveat) bool {
		return c.Code == code && strings.Contains(c.Scope+" "+c.Text, words)
	})
}

func refused(t *testing.T, err error, words string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v, want not found, saying %q", err, words)
	}
}

// both gives a figure on both sides of the question.
func both(reporter area.Code, g goods.Code, now, then int64) []flow.Flow {
	return []flow.Flow{seriestest.Export(reporter, "KZ", g, 202203, now), seriestest.Export(reporter, "KZ", g, 202103, then)}
}

// Two data sets that hold the same reporter are never added; the order is the documented one.
func TestOneDataSetServes(t *testing.T) {
	for i, first := range cover.Order() {
		for _, second := range cover.Order()[i+1:] {
			got, r := cells(t, question(t, "all"), seriestest.Of(second, months, both("DE", "84713000", 5000, 3000)...), seriestest.Of(first, months, both("DE", "84713000", 50, 30)...))
			want(t, got, map[string]int64{"DE KZ 84713000 202203": 50, "DE KZ 84713000 202103": 30})
			if plans := r.Plans(); len(plans) != 1 || plans[0].Dataset != first {
				t.Errorf("%s and %s: served by %v", first, second, plans)
			}
		}
	}
	// A data set out of the order comes after all in it, also where it covers more; where no other covers the reporter, it serves.
	fuller := seriestest.Of("baci/HS17", months, both("DE", "84713000", 5000, 3000)...)
	got, _ := cells(t, question(t, "all"), fuller, seriestest.Of("comtrade/final", seriestest.Months(202103, 202203), both("DE", "84713000", 50, 30)...))
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 50, "DE KZ 84713000 202103": 30})
	got, _ = cells(t, question(t, "all"), fuller, seriestest.Of("comtrade/final", months, both("FR", "84713000", 50, 30)...))
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 5000, "DE KZ 84713000 202103": 3000})
	got, _ = cells(t, question(t, "all"), seriestest.Of("aaa/aaa", months, both("DE", "84713000", 5000, 3000)...), seriestest.Of("comext/easy", months, both("DE", "84713000", 50, 30)...))
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 50, "DE KZ 84713000 202103": 30})
}

// What covers more of the question serves, base included, and serves all of it: nothing is chosen month by month.
func TestTheFullerDataSetServes(t *testing.T) {
	recent := seriestest.Of("comext/bulk", seriestest.Months(202104, 202212), seriestest.Export("DE", "KZ", "84713000", 202203, 5000), seriestest.Export("DE", "KZ", "84713000", 202204, 5000))
	whole := seriestest.Of("comext/DS-045409", months, both("DE", "84713000", 50, 30)...)
	got, _ := cells(t, question(t, "all"), recent, whole)
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 50, "DE KZ 84713000 202103": 30})

	q := question(t, "all")
	q.Source = "comext/bulk"
	got, _ = cells(t, q, recent, whole)
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 5000, "DE KZ 84713000 202204": 5000})
	q.Source = "comext"
	got, _ = cells(t, q, recent, whole)
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 50, "DE KZ 84713000 202103": 30})
	q.Source = "hmrc"
	_, err := begin(t, q, recent, whole)
	refused(t, err, "hmrc")
}

func TestMonthsBeforeYears(t *testing.T) {
	q := question(t, "all")
	q.Period = period.Range{From: period.Year(2022), To: period.Year(2022)}
	annual := seriestest.Of("comext/bulk", nil, seriestest.Export("DE", "KZ", "84713000", period.Year(2022), 7000), seriestest.Export("DE", "KZ", "84713000", period.Year(2021), 6000))
	monthly := seriestest.Of("comext/easy", months, both("DE", "84713000", 50, 30)...)
	got, r := cells(t, q, annual, monthly)
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 50, "DE KZ 84713000 202103": 30})
	if p := r.Plans(); len(p) != 1 || p[0].Annual {
		t.Errorf("plans %v", p)
	}
	got, _ = cells(t, q, annual)
	want(t, got, map[string]int64{"DE KZ 84713000 202200": 7000, "DE KZ 84713000 202100": 6000})
}

// Years and months of one data set are never added, and a reporter of years stands beside one of months.
func TestOneFrequencyServes(t *testing.T) {
	q := question(t, "all")
	q.Period = period.Range{From: period.Year(2022), To: period.Year(2022)}
	q.From = append(q.From, series.Party{Name: "FR", Members: []area.Code{"FR"}})
	flows := both("DE", "84713000", 50, 30)
	flows = append(flows, seriestest.Export("DE", "KZ", "84713000", period.Year(2022), 7000), seriestest.Export("DE", "KZ", "84713000", period.Year(2021), 6000))
	file := seriestest.Of("comext/bulk", months, flows...)
	years := seriestest.Of("comext/easy", nil, seriestest.Export("FR", "KZ", "84713000", period.Year(2022), 9), seriestest.Export("FR", "KZ", "84713000", period.Year(2021), 8))
	got, r := cells(t, q, file, years)
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 50, "DE KZ 84713000 202103": 30, "FR KZ 84713000 202200": 9, "FR KZ 84713000 202100": 8})
	if !says(r, caveat.Method, "annual") {
		t.Errorf("the mix of months and years is not said: %v", r.Caveats)
	}
}

// A group is met by its members' reports; by an aggregate of exactly the same members only if none is held.
func TestAggregateReporter(t *testing.T) {
	group, _ := area.BuiltIn().Get("EU27")
	q := question(t, "all")
	q.From = []series.Party{{Name: "EU27", Members: group.At(202203)}}
	aggregate := seriestest.Of("comext/easy", months, both("EU27", "84713000", 900, 800)...)
	got, r := cells(t, q, aggregate)
	want(t, got, map[string]int64{"EU27 KZ 84713000 202203": 900, "EU27 KZ 84713000 202103": 800})
	if !says(r, caveat.Aggregated, "EU27") {
		t.Errorf("the aggregate is not said: %v", r.Caveats)
	}

	got, r = cells(t, q, aggregate, seriestest.Of("comext/easy", months, both("DE", "84713000", 50, 30)...))
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 50, "DE KZ 84713000 202103": 30})
	if says(r, caveat.Aggregated, "") || !says(r, caveat.NotHeld, "AT BE BG") {
		t.Errorf("caveats %v", r.Caveats)
	}

	q.From[0].Members = group.At(202203)[1:] // no aggregate has these members
	_, err := begin(t, q, aggregate)
	refused(t, err, "EU27")
}

// levels is a file that states a heading, its codes and a total.
func levels(only ...int) seriestest.File {
	var flows []flow.Flow
	for _, l := range only {
		switch l {
		case 0:
			flows = append(flows, both("DE", goods.Total, 9000, 9000)...)
		case 4:
			flows = append(flows, both("DE", "8471", 500, 400)...)
		case 8:
			flows = append(flows, both("DE", "84713000", 300, 200)...)
			flows = append(flows, both("DE", "84714100", 150, 100)...)
			flows = append(flows, both("DE", "85171300", 40, 4)...)
		}
	}
	return seriestest.Of("comext/bulk", months, flows...)
}

func TestLevels(t *testing.T) {
	codes := map[string]int64{"DE KZ 84713000 202203": 300, "DE KZ 84713000 202103": 200, "DE KZ 84714100 202203": 150, "DE KZ 84714100 202103": 100}
	heading := map[string]int64{"DE KZ 8471 202203": 500, "DE KZ 8471 202103": 400}
	total := map[string]int64{"DE KZ TOTAL 202203": 9000, "DE KZ TOTAL 202103": 9000}
	everything := map[string]int64{"DE KZ 85171300 202203": 40, "DE KZ 85171300 202103": 4}
	maps.Copy(everything, codes)
	for _, c := range []struct {
		goods  string
		digits int
		held   []int
		want   map[string]int64
	}{
		{"all", 0, []int{0, 4, 8}, total},
		{"all", 0, []int{4, 8}, everything},      // the finest level, its headings left alone
		{"8471", 0, []int{0, 4, 8}, heading},     // its own row
		{"8471", 0, []int{0, 8}, codes},          // not held: the codes below it
		{"8471", 8, []int{0, 4, 8}, codes},       // asked for finer than its own row
		{"8471", 6, []int{4}, heading},           // as fine as there is
		{"84", 0, []int{4, 8}, codes},            // the finest, not the next
		{"8471,847130", 0, []int{4, 8}, heading}, // covered by the heading
		{"84713000", 0, []int{0, 4, 8}, map[string]int64{"DE KZ 84713000 202203": 300, "DE KZ 84713000 202103": 200}},
		{"847130,847141", 4, []int{8}, map[string]int64{"DE KZ 8471 202203": 450, "DE KZ 8471 202103": 300}}, // cut
	} {
		q := question(t, c.goods)
		q.Digits = c.digits
		got, _ := cells(t, q, levels(c.held...))
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s, %d digits, of levels %v: %v, want %v", c.goods, c.digits, c.held, got, c.want)
		}
	}
}

// Of a set each code is its own: one that is not held is named, and its heading does not stand for it.
func TestExactCodes(t *testing.T) {
	listed := flow.Block{Direction: flow.Export, Nomenclature: goods.CN, Reporters: []area.Code{"DE"}, Partners: []area.Code{"KZ"},
		Goods: []goods.Code{"8471", "84713000"}, Periods: months, Measures: []flow.Measure{flow.Value}}
	file := seriestest.File{Vintage: provenance.Vintage{Source: "comext", Dataset: "DS-045409", Stamp: "2023-01"}, Coverage: []flow.Block{listed},
		Flows: append(both("DE", "8471", 500, 400), both("DE", "84713000", 300, 200)...)}
	q := question(t, "eu-export-ban-2023-01")
	got, r := cells(t, q, file)
	if !says(r, caveat.NotHeld, "are not held in every period compared") {
		t.Errorf("codes that are not held are not named: %v", r.Caveats)
	}
	set, _ := goods.SetByID("eu-export-ban-2023-01")
	if !slices.Contains(set.Codes, "84713000") {
		t.Fatal("the set of this test has changed")
	}
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 300, "DE KZ 84713000 202103": 200})
	_, err := begin(t, question(t, "8517"), file)
	refused(t, err, "8517")
	q = question(t, "8471")
	q.To[0].Members = []area.Code{"UZ"}
	_, err = begin(t, q, file)
	refused(t, err, "UZ")
	q.To[0].Members = []area.Code{"KZ", "UZ"}
	if _, r = cells(t, q, file); !says(r, caveat.NotHeld, "UZ") {
		t.Errorf("a hub that is not held is not named: %v", r.Caveats)
	}
}

// Parts are added where a reporter states no total of its cells, and left alone where it does.
func TestParts(t *testing.T) {
	part := func(f flow.Flow, name string) flow.Flow {
		f.Part = name
		return f
	}
	x := seriestest.Export
	got, _ := cells(t, question(t, "all"), seriestest.Of("comext/bulk", months,
		part(x("DE", "KZ", "84713000", 202203, 30), "proc:1"), part(x("DE", "KZ", "84713000", 202203, 12), "proc:9"),
		part(x("DE", "KZ", "84713000", 202103, 8), "proc:1"), x("DE", "KZ", "84713000", 202103, 10)))
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 42, "DE KZ 84713000 202103": 10})
}

// A newer vintage replaces what it covers, also where it is silent.
func TestVintages(t *testing.T) {
	old := seriestest.Of("comext/bulk", months, append(both("DE", "84713000", 50, 30), both("DE", "84714100", 7, 6)...)...)
	revised := seriestest.Of("comext/bulk", seriestest.Months(202203, 202203), seriestest.Export("DE", "KZ", "84713000", 202203, 55))
	revised.Vintage.Stamp = "2023-05-17"
	got, r := cells(t, question(t, "all"), old, revised)
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 55, "DE KZ 84713000 202103": 30, "DE KZ 84714100 202103": 6})
	if len(r.Sources()) != 2 {
		t.Errorf("sources %v", r.Sources())
	}
}

func TestFlows(t *testing.T) {
	x := seriestest.Export
	kilos := seriestest.Weighing(x("DE", "KZ", "84713000", 202204, 8), 3)
	dollars := x("DE", "KZ", "84714100", 202203, 100)
	dollars.Currency = "USD"
	store, snap := seriestest.New(seriestest.Of("comext/bulk", months, x("DE", "KZ", "84713000", 202203, 50), kilos, dollars, x("DE", "KZ", "84713000", 202103, 30)))
	q := question(t, "all")
	q.Base = period.Range{}
	rate, err := money.ParseRate("1.25")
	if err != nil {
		t.Fatal(err)
	}
	rates, err := money.NewRates("made up", []money.Entry{{Currency: "USD", Month: 202203, Rate: rate}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := stated.Find(t.Context(), store, snap, rates, q, []series.Dimension{series.Exporter, series.Goods})
	if err != nil {
		t.Fatal(err)
	}
	wanted := []stated.Flow{
		{Key: series.Key{Exporter: "DE", Goods: "84713000"}, Value: flow.Some(5800), NetMass: flow.Some(3000)},
		{Key: series.Key{Exporter: "DE", Goods: "84714100"}, Value: flow.Some(8000)},
	}
	if !slices.Equal(f.Rows, wanted) || f.Currency != money.EUR || f.Version != snap.Version {
		t.Errorf("got %v in %s, want %v", f.Rows, f.Currency, wanted)
	}
	if !slices.ContainsFunc(f.Caveats, func(c caveat.Caveat) bool { return c.Code == caveat.Currency && strings.Contains(c.Text, "made up") }) {
		t.Errorf("the rates are not named: %v", f.Caveats)
	}
}

// A sum that leaves int64 is an error, never a wrapped figure.
func TestOverflow(t *testing.T) {
	huge := seriestest.Export("DE", "KZ", "84713000", 202203, 1)
	huge.Value = flow.Some(1 << 62)
	other := huge
	other.Goods = "84714100"
	third := huge
	third.Period = 202204
	store, snap := seriestest.New(seriestest.Of("comext/bulk", months, huge, other, third))
	var s = store
	q := question(t, "all")
	q.Base = period.Range{}
	_, err := stated.Find(t.Context(), s, snap, money.Embedded(), q, []series.Dimension{series.Exporter})
	if fault.KindOf(err) != fault.BadInput {
		t.Errorf("got %v", err)
	}
}
