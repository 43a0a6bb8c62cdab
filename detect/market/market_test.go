package market_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"detour/detect/market"
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

func question(t *testing.T) series.Question {
	t.Helper()
	all, err := goods.ParseSelection("all")
	if err != nil {
		t.Fatal(err)
	}
	return series.Question{
		From: []series.Party{{Name: "both", Members: []area.Code{"DE", "FR"}}}, To: []series.Party{{Name: "hubs", Members: []area.Code{"AM", "KZ"}}},
		Goods: all, Period: period.Range{From: 202203, To: 202204}, Base: period.Range{From: period.Year(2021), To: period.Year(2021)},
	}
}

// find picks above 100 euros and more than twice the base, and writes each row as text.
func find(t *testing.T, asPublished bool, flows ...flow.Flow) ([]string, market.Markets) {
	t.Helper()
	store, snap := seriestest.New(seriestest.Of("comext/bulk", seriestest.Months(202101, 202212), flows...))
	m, err := market.Find(t.Context(), store, snap, money.Embedded(), question(t), market.Rule{Above: 100_00, Growth: big.NewRat(2, 1), AsPublished: asPublished})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range m.Rows {
		codes := make([]string, len(r.Caveats))
		for i, c := range r.Caveats {
			codes[i] = string(c.Code)
		}
		out = append(out, strings.TrimSpace(fmt.Sprint(r.Exporter, " ", r.Hub, " ", r.Goods, " ", r.Codes, " ", r.Actual/100, " ", r.Baseline/100, " ", strings.Join(codes, ","))))
	}
	return out, m
}

func want(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

const now, then = period.Period(202203), period.Period(202103)

func TestTheRule(t *testing.T) {
	x := seriestest.Export
	flows := []flow.Flow{
		x("DE", "KZ", "84713000", now, 60), x("DE", "KZ", "84713000", 202204, 60), x("DE", "KZ", "84713000", then, 50), // over the months
		x("DE", "AM", "84713000", now, 101), x("FR", "AM", "84713000", now, 500), x("FR", "AM", "84713000", 202104, 10),
		x("DE", "KZ", "84714100", now, 100),                                       // not above
		x("DE", "AM", "84714100", now, 300), x("DE", "AM", "84714100", then, 150), // just doubled
		x("FR", "KZ", "84713000", now, 101), // as large an excess as another's
	}
	got, m := find(t, true, flows...)
	want(t, got, "FR AM 84713000 [84713000] 500 10", "DE AM 84713000 [84713000] 101 0", "FR KZ 84713000 [84713000] 101 0", "DE KZ 84713000 [84713000] 120 50")
	if m.Currency != money.EUR || m.Version == "" || len(m.Sources) != 1 {
		t.Errorf("%+v", m)
	}
	followed, _ := find(t, false, flows...)
	want(t, followed, got...) // nothing was born or ended
}

// Coats: 62021310 and 62029310 ended and lived on as 62024010, telephones 85171200 as 85171300 and 85171400. Tractors
// 87012110 were 8701 20, of which the lake has nothing.
func TestFollowing(t *testing.T) {
	x := seriestest.Export
	flows := []flow.Flow{
		x("DE", "KZ", "62024010", now, 300), x("DE", "KZ", "62021310", then, 20), x("DE", "KZ", "62029310", then, 30),
		x("FR", "KZ", "62024010", now, 300), x("FR", "KZ", "62029310", then, 200), // grew, but did not double
		x("DE", "AM", "85171300", now, 90), x("DE", "AM", "85171300", 202204, 90), x("DE", "AM", "85171400", 202204, 100), x("DE", "AM", "85171200", then, 15),
		x("DE", "KZ", "87012110", now, 700), x("DE", "KZ", "87012190", now, 130), // nothing to compare them with together
	}
	got, _ := find(t, false, flows...)
	want(t, got,
		"DE KZ 87012110 [87012110] 700 0 predecessor-not-held",
		"DE AM 85171300 [85171200 85171300 85171400] 280 15 edition-break,edition-break,ended",
		"DE KZ 62024010 [62021310 62024010 62029310] 300 50 edition-break,ended,ended",
		"DE KZ 87012190 [87012190] 130 0 predecessor-not-held")

	got, _ = find(t, true, flows...)
	want(t, got, "DE KZ 87012110 [87012110] 700 0", "DE KZ 62024010 [62024010] 300 0", "FR KZ 62024010 [62024010] 300 0", "DE AM 85171300 [85171300] 180 0", "DE KZ 87012190 [87012190] 130 0")
}

// A code born from codes that go on has a base that nobody knows: it is not compared with theirs.
func TestBornFromCodesThatGoOn(t *testing.T) {
	x := seriestest.Export
	got, _ := find(t, false, x("DE", "KZ", "62024010", now, 300), x("DE", "KZ", "62029310", then, 30), x("FR", "IN", "62029310", now, 1))
	want(t, got, "DE KZ 62024010 [62024010] 300 0 edition-break")
}

func TestNoBase(t *testing.T) {
	store, snap := seriestest.New(seriestest.Of("comext/bulk", nil, seriestest.Export("DE", "KZ", "84713000", now, 60)))
	q := question(t)
	q.Base = period.Range{}
	_, err := market.Find(t.Context(), store, snap, money.Embedded(), q, market.Rule{Growth: big.NewRat(2, 1)})
	if fault.KindOf(err) != fault.BadInput || err == nil {
		t.Errorf("got %v", err)
	}
}

// A month not reported leaves on both sides here too, and the answer says so.
func TestMissing(t *testing.T) {
	var flows []flow.Flow
	for _, m := range seriestest.Months(202101, 202212) {
		for n := range 20 {
			if m != 202204 {
				flows = append(flows, seriestest.Export("DE", "IN", goods.Code(fmt.Sprint(84713000+n)), m, 1))
			}
		}
	}
	flows = append(flows, seriestest.Export("DE", "KZ", "84713000", now, 210), seriestest.Export("DE", "KZ", "84713000", then, 100), seriestest.Export("DE", "KZ", "84713000", 202104, 900))
	got, m := find(t, true, flows...)
	want(t, got, "DE KZ 84713000 [84713000] 210 100")
	if !slices.ContainsFunc(m.Caveats, func(c caveat.Caveat) bool { return c.Code == caveat.NotReported && c.Scope == "DE" }) {
		t.Errorf("caveats %v", m.Caveats)
	}
}
