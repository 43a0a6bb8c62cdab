package account_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"detour/detect/account"
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

// bulk is a data set of monthly figures in CN8.
const bulk = "comext/bulk"

func party(name string, members ...area.Code) series.Party {
	return series.Party{Name: name, Members: members}
}

func selection(t testing.TB, list string) goods.Selection {
	t.Helper()
	s, err := goods.ParseSelection(list)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func span(t testing.TB, text string) period.Range {
	t.Helper()
	r, err := period.ParseRange(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// question asks for DE, AM and KZ, all goods, without other specifications.
func question(t testing.TB, months, base, baseline string) account.Question {
	t.Helper()
	return account.Question{
		Question: series.Question{
			From: []series.Party{party("DE", "DE")}, To: []series.Party{party("AM", "AM"), party("KZ", "KZ")},
			Goods: selection(t, "all"), Period: span(t, months), Base: span(t, base),
		},
		Baseline: baseline, Specifications: account.NoSpecs,
	}
}

// two asks for FR too.
func two(q account.Question) account.Question {
	q.From = append(q.From, party("FR", "FR"))
	return q
}

func run(t testing.TB, q account.Question, files ...seriestest.File) account.Result {
	t.Helper()
	r, err := try(t, q, files...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func try(t testing.TB, q account.Question, files ...seriestest.File) (account.Result, error) {
	t.Helper()
	store, snap := seriestest.New(files...)
	return account.Run(t.Context(), store, snap, money.Embedded(), q)
}

// refused wants an error of a kind that says all of the words.
func refused(t *testing.T, err error, kind fault.Kind, words ...string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Fatalf("got %v, want an error of kind %v", err, kind)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

// line is a Line in whole euros.
func line(actual, baseline, excess int64) series.Line {
	return series.Line{Actual: 100 * actual, Baseline: 100 * baseline, Excess: 100 * excess}
}

func wantTotal(t *testing.T, r account.Result, want series.Line) {
	t.Helper()
	if r.Total != want {
		t.Errorf("total %+v, want %+v", r.Total, want)
	}
}

// rows gives a breakdown's lines by its keys: "DE KZ".
func rows(t testing.TB, r account.Result, by ...series.Dimension) map[string]series.Line {
	t.Helper()
	for _, b := range r.Breakdowns {
		if !slices.Equal(b.By, by) {
			continue
		}
		out := map[string]series.Line{}
		for _, row := range b.Rows {
			out[name(row.Key)] = row.Line
		}
		return out
	}
	t.Fatalf("no breakdown by %v", by)
	return nil
}

func name(k series.Key) string {
	month := ""
	if k.Month != 0 {
		month = k.Month.String()
	}
	return strings.Join(strings.Fields(fmt.Sprint(k.Exporter, " ", k.Hub, " ", k.Goods, " ", month)), " ")
}

func wantRows(t *testing.T, r account.Result, want map[string]series.Line, by ...series.Dimension) {
	t.Helper()
	got := rows(t, r, by...)
	for k, l := range want {
		if got[k] != l {
			t.Errorf("by %v, %s: %+v, want %+v", by, k, got[k], l)
		}
	}
	if len(got) != len(want) {
		t.Errorf("by %v: %d rows, want %d: %v", by, len(got), len(want), got)
	}
}

func has(r account.Result, code caveat.Code, scope string) bool {
	return slices.ContainsFunc(r.Caveats, func(c caveat.Caveat) bool { return c.Code == code && strings.Contains(c.Scope, scope) })
}

func wantCaveat(t *testing.T, r account.Result, code caveat.Code, scope string) {
	t.Helper()
	if !has(r, code, scope) {
		t.Errorf("no caveat %s about %q in %v", code, scope, r.Caveats)
	}
}

func wantNoCaveat(t *testing.T, r account.Result, codes ...caveat.Code) {
	t.Helper()
	for _, c := range r.Caveats {
		if slices.Contains(codes, c.Code) {
			t.Errorf("an uncalled-for caveat: %+v", c)
		}
	}
}

var (
	months20to22 = seriestest.Months(202001, 202212)
	months21to22 = seriestest.Months(202101, 202212)
)

// code is the n-th of a run of CN8 codes of computers that are on no list and live through HS2022.
func code(n int) goods.Code { return goods.Code(fmt.Sprintf("84713%03d", n)) }

// busy is a reporter with enough values a month (MedianForMissing) for a month without any to be missing: it sells
// 24 codes to a partner nobody asks about.
func busy(reporter area.Code, months []period.Period) []flow.Flow {
	var out []flow.Flow
	for _, m := range months {
		for n := range 24 {
			out = append(out, seriestest.Export(reporter, "US", code(n), m, 1000))
		}
	}
	return out
}

func without(months []period.Period, gone ...period.Period) []period.Period {
	return slices.DeleteFunc(slices.Clone(months), func(m period.Period) bool { return slices.Contains(gone, m) })
}
