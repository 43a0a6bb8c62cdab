package dates

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"detour/ask"
	"detour/ask/asktest"
	"detour/detect/series/seriestest"
	"detour/lake"
	"detour/report"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
)

// However many series there are, every printer can print the answer: none, one that is drawn alone, pairs, and an odd one.
func TestBreaksArePrinted(t *testing.T) {
	months := seriestest.Months(202101, 202212)
	for n := range 6 {
		flows := []flow.Flow{seriestest.Export("DE", "KG", "72081000", 202101, 5)} // too thin to be tested
		for i := range n {
			for k, m := range months {
				v := int64(100 + (k*k*(i+3))%41)
				if m >= 202204 {
					v *= 9
				}
				flows = append(flows, seriestest.Export("DE", "KZ", goods.Code(fmt.Sprintf("720810%02d", i)), m, v))
			}
		}
		store, snap := seriestest.New(seriestest.Of("comext/bulk", months, flows...))
		e := env()
		e.Store, e.Snapshot = store, snap
		r, err := Breaks{Account: ask.Account{From: "DE", To: "KG,KZ", Goods: "all", Months: "2021..2022"}, Block: 1, Limit: 2}.Run(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		var text, page, csv, machine bytes.Buffer
		for name, err := range map[string]error{
			"text": report.Text(&text, r, report.TextOptions{Width: 120, MaxRows: 20}), "page": report.HTML(&page, r, report.HTMLOptions{Lang: "en", MaxRows: 20}),
			"csv": report.CSV(&csv, r, "breaks"), "json": report.JSON(&machine, r),
		} {
			if err != nil {
				t.Fatalf("%d series as %s: %v", n, name, err)
			}
		}
		if rows := strings.Count(csv.String(), "\n") - 1; rows != min(n, 2) {
			t.Errorf("%d series: %d rows, want at most 2", n, rows)
		}
		if !strings.Contains(machine.String(), fmt.Sprintf(`"found": %d`, n)) {
			t.Errorf("%d series, found as %s", n, &machine)
		}
		if n > 2 != strings.Contains(text.String(), fmt.Sprintf("The first 2 of %d.", n)) {
			t.Errorf("%d series: the answer does not say how many it leaves out: %s", n, &text)
		}
		if drawn := strings.Count(page.String(), "Month by month: "); drawn < (n+1)/2 {
			t.Errorf("%d series: %d drawings", n, drawn)
		}
	}
}

func TestRatiosBeyondAnyFigure(t *testing.T) {
	for x, want := range map[float64]report.Cell{math.Inf(1): report.Null(), 1e12: report.Null(), 999999e6: report.Int(999999e6), 0.25: report.Decimal(2500, 4), 0: report.Decimal(0, 4)} {
		if got := ratioCell(x); got.String() != want.String() {
			t.Errorf("%g: %s, want %s", x, got, want)
		}
	}
}

func env() ask.Env {
	return ask.Env{Snapshot: &lake.Snapshot{}, Groups: area.BuiltIn(), Rates: money.Embedded()}
}

var plain = ask.Account{From: "EU27", To: "neighbours", Goods: "all", Months: "2022", Base: "2021", Baseline: "same-month", Level: 0.9}

func asked(t *testing.T, e ask.Env, b Breaks) string {
	t.Helper()
	q, err := b.question(e)
	if err != nil {
		t.Fatal(err)
	}
	return asktest.Shown(t, b.asked(e, q))
}

func TestAnswersStateAllThatTheyWereAsked(t *testing.T) {
	b := Breaks{Account: plain, Dimensions: "hub"}
	asktest.Changes(t, reflect.ValueOf(&b).Elem(), func() string { return asked(t, env(), b) },
		"Base", "Baseline", "Comparison", "Missing", "By", "Sum", "Specifications", "Level")
	e := env()
	e.Snapshot = &lake.Snapshot{AsOf: "2023-01-31"}
	if says := asked(t, e, b); !strings.Contains(says, `"as_of": "2023-01-31"`) {
		t.Errorf("the release asked for is not stated: %s", says)
	}
}
