package edition_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"detour/detect/edition"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

var months = seriestest.Months(202001, 202212)

func question(t *testing.T) series.Question {
	t.Helper()
	all, err := goods.ParseSelection("all")
	if err != nil {
		t.Fatal(err)
	}
	return series.Question{
		From: []series.Party{{Name: "DE", Members: []area.Code{"DE"}}}, To: []series.Party{{Name: "KZ", Members: []area.Code{"KZ"}}},
		Goods: all, Period: period.Range{From: 202203, To: 202204}, Base: period.Range{From: period.Year(2021), To: period.Year(2021)},
	}
}

func find(t *testing.T, q series.Question, flows ...flow.Flow) (edition.Changes, []caveat.Caveat) {
	t.Helper()
	store, snap := seriestest.New(seriestest.Of("comext/bulk", months, flows...))
	r, err := series.Begin(store, snap, money.Embedded(), q)
	if err != nil {
		t.Fatal(err)
	}
	c := cube(t.Context(), t, r)
	e, err := edition.Find(t.Context(), r, c)
	if err != nil {
		t.Fatal(err)
	}
	return e, r.Caveats
}

func cube(ctx context.Context, t *testing.T, r *series.Reader) *series.Cube {
	t.Helper()
	raw, err := r.Read(ctx, r.Q.Years())
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.Cube(raw, r.Q.Years(), nil)
	if err != nil {
		t.Fatal(err)
	}
	c.TakeBase(1)
	return c
}

func same(t *testing.T, what string, got []goods.Code, want ...goods.Code) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

const now, then = period.Period(202203), period.Period(202103)

// Codes of HS2022 and what they were in HS2017: coats 62024010 of 6202 13 and 6202 93, smartphones 85171300 of
// 8517 12, tractors 87012110 of 8701 20.
func TestChanges(t *testing.T) {
	x := seriestest.Export
	e, caveats := find(t, question(t),
		x("DE", "KZ", "62024010", now, 100), x("DE", "KZ", "62029310", then, 30),
		x("DE", "KZ", "85171300", now, 70),                                       // its predecessor is not in the lake
		x("DE", "KZ", "87012110", now, 20), x("DE", "UZ", "87012010", 202005, 5), // held, though never sold to the hub
		x("DE", "KZ", "84713000", now, 7), x("DE", "IN", "84713000", 202001, 1), // others bought it before: not born
		x("DE", "KZ", "84714100", then, 9), x("DE", "IN", "84714100", 202212, 1), // others buy it still: not ended
		x("DE", "KZ", "84716000", now, 5), x("DE", "KZ", "84716000", then, 4), // goes on
		x("FR", "KZ", "90251900", then, 4)) // not asked about
	same(t, "born", e.Born, "62024010", "85171300", "87012110")
	same(t, "ended", e.Ended, "62029310")
	same(t, "without a base", e.NoBase, "85171300")
	if e.BornValue != 190_00 || e.EndedBase != 30_00 || e.NoBaseValue != 70_00 {
		t.Errorf("amounts %+v", e)
	}
	for code, scope := range map[caveat.Code]string{caveat.EditionBreak: "62024010", caveat.PredecessorAbsent: "85171300", caveat.Ended: "62029310"} {
		if !slices.ContainsFunc(caveats, func(c caveat.Caveat) bool { return c.Code == code && strings.Contains(c.Scope, scope) }) {
			t.Errorf("no caveat %s about %s: %v", code, scope, caveats)
		}
	}
}

// A zero that somebody states is a sign of life: the code existed.
func TestStatedZeroIsLife(t *testing.T) {
	x := seriestest.Export
	e, caveats := find(t, question(t), x("DE", "KZ", "84713000", now, 7), x("PL", "IN", "84713000", 202101, 0),
		x("DE", "KZ", "84714100", then, 9), x("PL", "IN", "84714100", 202212, 0))
	if len(e.Born)+len(e.Ended) > 0 || len(caveats) > 0 {
		t.Errorf("%+v, %v", e, caveats)
	}
}

// Within an edition a code born is followed within its HS6.
func TestWithinAnEdition(t *testing.T) {
	x := seriestest.Export
	q := question(t)
	q.Period, q.Base = period.Range{From: 202103, To: 202103}, period.Range{From: period.Year(2020), To: period.Year(2020)}
	e, _ := find(t, q, x("DE", "KZ", "84713000", 202103, 7), x("DE", "KZ", "84713009", 202003, 6), x("DE", "KZ", "84714100", 202103, 7))
	same(t, "born", e.Born, "84713000", "84714100")
	same(t, "ended", e.Ended, "84713009")
	same(t, "without a base", e.NoBase, "84714100")
}

// Codes cut short are judged at the level they are cut to: nothing is born because it was cut.
func TestCutCodes(t *testing.T) {
	x := seriestest.Export
	flows := []flow.Flow{
		x("DE", "KZ", "84713000", now, 7), x("DE", "IN", "84713009", 202001, 1), // one HS6
		x("DE", "KZ", "85171300", now, 70), x("DE", "IN", "85176200", then, 1), // one heading
		x("DE", "KZ", "88062110", now, 3), x("DE", "IN", "85258019", then, 2), // drones were cameras, in part
		x("DE", "KZ", "85249100", now, 2), // display modules: 9013 80 and others, which are not in the lake
	}
	for digits, want := range map[int][2][]goods.Code{
		6: {{"851713", "852491", "880621"}, {"851713", "852491"}},
		4: {{"8524", "8806"}, {"8524"}},
		2: {{"88"}, {}}, // what drones were lies in chapter 85, which is held
	} {
		q := question(t)
		q.Digits = digits
		e, _ := find(t, q, flows...)
		same(t, "born", e.Born, want[0]...)
		same(t, "without a base", e.NoBase, want[1]...)
		same(t, "ended", e.Ended)
	}
}

// Totals have no edition.
func TestTotals(t *testing.T) {
	e, _ := find(t, question(t), seriestest.Export("DE", "KZ", goods.Total, now, 7))
	if len(e.Born)+len(e.Ended)+len(e.NoBase) > 0 {
		t.Errorf("%+v", e)
	}
}

// Goods withheld under a code with letters were not born: what they were before is withheld too.
func TestWithheldCodes(t *testing.T) {
	x := seriestest.Export
	e, caveats := find(t, question(t), x("DE", "KZ", "8542XXXX", now, 7), x("DE", "KZ", "85XXXXXX", then, 9))
	if len(e.Born)+len(e.Ended)+len(e.NoBase) > 0 || len(caveats) > 0 {
		t.Errorf("%+v, %v", e, caveats)
	}
}
