package account_test

import (
	"math"
	"strings"
	"testing"

	"detour/detect/account"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/stat/baseline"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// path is an exponential with a season, without noise, in euros.
type path struct{ level, growth float64 }

func (p path) at(steps float64, month int) float64 {
	return p.level * math.Exp(p.growth*steps) * (1 + 0.3*math.Sin(2*math.Pi*float64(month)/12))
}

// history sells along the path up to the event, a share of it in each code.
func (p path) history(exporter, hub area.Code, first period.Period, shares map[goods.Code]float64) []flow.Flow {
	var out []flow.Flow
	for _, m := range seriestest.Months(first, 202202) {
		for g, share := range shares {
			f := seriestest.Export(exporter, hub, g, m, 0)
			f.Value = flow.Some(int64(math.Round(100 * share * p.at(float64(m.Sub(202202)), m.Month()))))
			out = append(out, f)
		}
	}
	return out
}

// expected is the damped continuation in hundredths, n months after the last one.
func (p path) expected(n int, month int) float64 {
	d := baseline.DefaultDamping
	return 100 * p.at(d*(1-math.Pow(d, float64(n)))/(1-d), month)
}

func TestTrendRecoversAnExponential(t *testing.T) {
	steep, falling := path{5e6, 0.02}, path{2e6, -0.01}
	flows := concat(
		steep.history("DE", "KZ", 202001, map[goods.Code]float64{code(1): 0.7, code(2): 0.3}),
		falling.history("FR", "AM", 202001, map[goods.Code]float64{code(1): 1}),
		[]flow.Flow{seriestest.Export("DE", "KZ", code(1), 202203, 9e6), seriestest.Export("DE", "KZ", code(3), 202205, 1e6)})
	q := two(question(t, "2022-03..2022-05", "2021", "trend"))
	q.By = [][]series.Dimension{{series.Exporter, series.Goods}, {series.Exporter, series.Hub, series.Goods, series.Month}}
	r := run(t, q, seriestest.Of(bulk, months20to22, flows...))

	near := func(what string, got int64, want float64) {
		t.Helper()
		if math.Abs(float64(got)-want) > 1e-6*want { // inputs are rounded to 1e-8 of themselves, and the fit stops at 1e-10
			t.Errorf("%s: %d, want %.0f", what, got, want)
		}
	}
	var all, de float64
	months := rows(t, r, series.Month)
	for n, m := range []string{"2022-03", "2022-04", "2022-05"} {
		de += steep.expected(n+1, n+3)
		month := steep.expected(n+1, n+3) + falling.expected(n+1, n+3)
		near(m, months[m].Baseline, month)
		all += month
	}
	near("total", r.Total.Baseline, all)
	near("code 1 of DE", rows(t, r, series.Exporter, series.Goods)["DE "+string(code(1))].Baseline, 0.7*de)
	if l := rows(t, r, series.Goods)[string(code(3))]; l != line(1e6, 0, 1e6) {
		t.Errorf("a code without a base takes a share: %+v", l)
	}
	addUp(t, r)
	if r.Interval == nil || r.Interval.Low > r.Total.Excess || r.Interval.High < r.Total.Excess {
		t.Errorf("interval %v about %d", r.Interval, r.Total.Excess)
	}
}

// addUp holds every net breakdown against the total, to the last hundredth.
func addUp(t interface{ Errorf(string, ...any) }, r account.Result) {
	for _, b := range r.Breakdowns {
		var sum series.Line
		for _, row := range b.Rows {
			sum.Actual += row.Actual
			sum.Baseline += row.Baseline
			sum.Excess += row.Excess
		}
		if sum != r.Total {
			t.Errorf("by %v: rows add up to %+v, the total is %+v", b.By, sum, r.Total)
		}
	}
}

func TestTrendRefusals(t *testing.T) {
	p := path{1e6, 0.01}
	q := question(t, "2022-03..2022-04", "2021", "trend")
	_, err := try(t, q, seriestest.Of(bulk, seriestest.Months(202004, 202212), p.history("DE", "KZ", 202004, map[goods.Code]float64{code(1): 1})...))
	refused(t, err, fault.NotFound, "trend", "DE", "24 months", "holds 23")
	run(t, q, seriestest.Of(bulk, seriestest.Months(202003, 202212), p.history("DE", "KZ", 202003, map[goods.Code]float64{code(1): 1})...))

	_, err = try(t, question(t, "2022", "2021", "trend"), seriestest.Of("comext/easy", nil,
		seriestest.Export("DE", "KZ", goods.Total, period.Year(2022), 2), seriestest.Export("DE", "KZ", goods.Total, period.Year(2021), 1)))
	refused(t, err, fault.NotFound, "trend", "DE", "annual")
}

// A month that was not reported is no zero in the history.
func TestTrendSkipsMissingMonths(t *testing.T) {
	p := path{1e6, 0.01}
	whole := concat(p.history("DE", "KZ", 202001, map[goods.Code]float64{code(1): 1}), busy("DE", months20to22))
	var holed []flow.Flow
	for _, f := range whole {
		if f.Period != 202102 {
			holed = append(holed, f)
		}
	}
	q := question(t, "2022-03..2022-04", "2021", "trend")
	a, b := run(t, q, seriestest.Of(bulk, months20to22, whole...)), run(t, q, seriestest.Of(bulk, months20to22, holed...))
	if d := float64(a.Total.Baseline-b.Total.Baseline) / float64(a.Total.Baseline); math.Abs(d) > 1e-6 {
		t.Errorf("with a missing month %d, without %d", b.Total.Baseline, a.Total.Baseline)
	}
}

// A pair that traded only at the end bears no trend: its last twelve months stand for it.
func TestTrendOfThinPairs(t *testing.T) {
	x := seriestest.Export
	flows := concat(path{1e6, 0.01}.history("DE", "KZ", 202001, map[goods.Code]float64{code(1): 1}),
		[]flow.Flow{x("DE", "AM", code(1), 202201, 120), x("DE", "AM", code(1), 202202, 120), x("DE", "AM", code(1), 202203, 50)})
	r := run(t, question(t, "2022-03..2022-04", "2021", "trend"), seriestest.Of(bulk, months20to22, flows...))
	wantRowOf(t, r, "AM", line(50, 2*20, 10))
	wantCaveat(t, r, caveat.ThinSeries, "trend")
	addUp(t, r)
}

// A surge is not carried on as an exponential: above twice the largest month the last twelve months stand for the pair.
func TestTrendOfSteepPairs(t *testing.T) {
	months := seriestest.Months(202203, 202211)
	steady, lesser, surging := path{1e6, 0.01}, path{2e5, 0.15}, path{4e6, 0.2}
	all := map[goods.Code]float64{code(1): 1}
	flows := concat(steady.history("DE", "KZ", 202001, all), surging.history("DE", "AM", 202001, all), lesser.history("FR", "KZ", 202001, all))
	q := two(question(t, "2022-03..2022-11", "2021", "trend"))
	q.By = [][]series.Dimension{{series.Exporter, series.Hub}}
	r := run(t, q, seriestest.Of(bulk, months20to22, flows...))
	level := func(p path) (want int64) {
		sum := 0.0
		for _, f := range p.history("DE", "KZ", 202103, all) {
			sum += float64(f.Value.N)
		}
		return int64(len(months)) * int64(math.RoundToEven(sum/12))
	}
	if got := rows(t, r, series.Hub)["AM"]; got.Baseline != level(surging) {
		t.Errorf("the surge: %+v, want %d", got, level(surging))
	}
	if got := rows(t, r, series.Exporter)["FR"]; got.Baseline != level(lesser) {
		t.Errorf("the lesser: %+v, want %d", got, level(lesser))
	}
	want := 0.0
	for n, m := range months {
		want += steady.expected(n+1, m.Month())
	}
	if got := rows(t, r, series.Exporter, series.Hub)["DE KZ"]; math.Abs(float64(got.Baseline)-want) > 1e-6*want { // as in TestTrendRecoversAnExponential
		t.Errorf("the steady one: %+v, want %.0f", got, want)
	}
	wantCaveat(t, r, caveat.ThinSeries, "trend DE AM")
	for _, c := range r.Caveats {
		if c.Scope == "trend DE AM" && (!strings.Contains(c.Text, "of 2 pairs") || !strings.Contains(c.Text, "DE to AM")) {
			t.Error(c.Text)
		}
	}
	addUp(t, r)
}

func wantRowOf(t *testing.T, r account.Result, hub string, want series.Line) {
	t.Helper()
	if got := rows(t, r, series.Hub)[hub]; got != want {
		t.Errorf("%s: %+v, want %+v", hub, got, want)
	}
}

// What rounding leaves over goes to the first codes, whatever the order of the store.
func TestTrendShares(t *testing.T) {
	var flows []flow.Flow
	for n := range 3 {
		flows = append(flows, cents(code(n), 202103, 80)) // the last twelve months' mean is 20 hundredths
	}
	file := seriestest.Of(bulk, months20to22, flows...)
	for range 10 {
		r := run(t, question(t, "2022-03", "2021", "trend"), file)
		wantRows(t, r, map[string]series.Line{string(code(0)): {Baseline: 7, Excess: -7}, string(code(1)): {Baseline: 7, Excess: -7}, string(code(2)): {Baseline: 6, Excess: -6}}, series.Goods)
	}
}
