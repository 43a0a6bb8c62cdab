package account_test

import (
	"testing"

	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
)

// change puts a base and a figure of the period into a cell of a month.
func change(exporter, hub area.Code, g goods.Code, month int, then, now int64) []flow.Flow {
	out := pair(hub, g, month, then, now)
	for i := range out {
		out[i].Reporter = exporter
	}
	return out
}

func TestPositiveParts(t *testing.T) {
	file := seriestest.Of(bulk, months21to22, concat(
		change("DE", "KZ", code(1), 3, 10, 50), // +40
		change("DE", "KZ", code(1), 4, 30, 0),  // -30, so +10 over the months
		change("DE", "KZ", code(2), 3, 60, 40), // -20
		change("FR", "KZ", code(2), 3, 0, 25),  // +25, so +5 over exporters
		change("FR", "AM", code(2), 4, 9, 2),   // -7
	)...)
	const exporter, hub, code12, month = series.Exporter, series.Hub, series.Goods, series.Month
	q := two(question(t, "2022-03..2022-04", "2021", "same-month"))
	for _, c := range []struct {
		level []series.Dimension
		sum   string
		want  int64
	}{
		{nil, "net", 8},
		{[]series.Dimension{exporter, hub, code12, month}, "positive@exporter,hub,goods,month", 65},
		{[]series.Dimension{exporter, hub, code12}, "positive@exporter,hub,goods", 35},
		{[]series.Dimension{hub, code12}, "positive@hub,goods", 15},
		{[]series.Dimension{exporter}, "positive@exporter", 18},
		{[]series.Dimension{code12}, "positive@goods", 10},
		{[]series.Dimension{month}, "positive@month", 45},
	} {
		q.Positive = c.level
		r := run(t, q, file)
		wantTotal(t, r, line(117, 109, c.want))
		if r.Sum != c.sum {
			t.Errorf("sum %q, want %q", r.Sum, c.sum)
		}
		if c.level != nil && (r.Interval != nil || !has(r, caveat.Method, "interval")) {
			t.Errorf("%s has an interval, or does not say why it has none", c.sum)
		}
		var parts int64
		for _, l := range rows(t, r, exporter) {
			parts += l.Excess
		}
		if inExporters := len(c.level) > 0 && c.level[0] == exporter; inExporters && parts != 100*c.want {
			t.Errorf("%s: exporters add up to %d, want %d", c.sum, parts, 100*c.want)
		}
	}
}

// A breakdown that the level does not tell apart is net, and says so.
func TestPositivePartsOfABreakdownNotNested(t *testing.T) {
	file := seriestest.Of(bulk, months21to22, concat(change("DE", "KZ", code(1), 3, 10, 50), change("DE", "KZ", code(1), 4, 30, 0), change("DE", "AM", code(2), 3, 60, 40))...)
	q := question(t, "2022-03..2022-04", "2021", "same-month")
	q.Positive = []series.Dimension{series.Hub, series.Goods}
	q.By = [][]series.Dimension{{series.Exporter, series.Hub}, {series.Hub, series.Goods}}
	r := run(t, q, file)
	wantTotal(t, r, line(90, 100, 10))
	wantRows(t, r, map[string]series.Line{"KZ": line(50, 40, 10), "AM": line(40, 60, 0)}, series.Hub)
	wantRows(t, r, map[string]series.Line{"KZ " + string(code(1)): line(50, 40, 10), "AM " + string(code(2)): line(40, 60, 0)}, series.Hub, series.Goods)
	wantRows(t, r, map[string]series.Line{"DE": line(90, 100, -10)}, series.Exporter)
	wantRows(t, r, map[string]series.Line{"2022-03": line(90, 70, 20), "2022-04": line(0, 30, -30)}, series.Month)
	wantRows(t, r, map[string]series.Line{"DE KZ": line(50, 40, 10), "DE AM": line(40, 60, -20)}, series.Exporter, series.Hub)
	for _, scope := range []string{"exporter", "month", "exporter,hub"} {
		wantCaveat(t, r, caveat.Method, scope)
	}
	for _, c := range r.Caveats {
		if c.Code == caveat.Method && (c.Scope == "hub" || c.Scope == "hub,goods") {
			t.Errorf("%s is told apart: %v", c.Scope, c)
		}
	}
}

// Goods of Annex XVIII, such as passenger cars but not iron bars, are totalled apart, by the same kind of sum.
func TestThreshold(t *testing.T) {
	file := seriestest.Of(bulk, months21to22, concat(change("DE", "KZ", "87032319", 3, 10, 50), change("DE", "AM", "87032319", 3, 30, 0), change("DE", "KZ", "72142000", 3, 60, 40))...)
	q := question(t, "2022-03..2022-04", "2021", "same-month")
	r := run(t, q, file)
	if r.Threshold == nil || *r.Threshold != line(50, 40, 10) {
		t.Errorf("net: %v", r.Threshold)
	}
	wantCaveat(t, r, caveat.PriceThreshold, "")
	q.Positive = []series.Dimension{series.Hub, series.Goods}
	if r = run(t, q, file); r.Threshold == nil || *r.Threshold != line(50, 40, 40) {
		t.Errorf("positive: %v", r.Threshold)
	}
	if r.ThresholdNet {
		t.Error("a sum of positive parts is not net")
	}
	q.Digits = 2 // the cells of chapter 87 may hold other goods too, so these are net beside a total of positive parts
	if r = run(t, q, file); r.Threshold == nil || *r.Threshold != line(50, 40, 10) || !r.ThresholdNet || r.Sum != "positive@hub,goods2" {
		t.Errorf("a chapter: %v %v %s", r.Threshold, r.ThresholdNet, r.Sum)
	}
	q.PositiveDigits = 8 // whatever breakdowns are cut to
	if r = run(t, q, file); r.Threshold == nil || *r.Threshold != line(50, 40, 40) || r.ThresholdNet || r.Sum != "positive@hub,goods8" {
		t.Errorf("stated codes beside a breakdown by chapter: %v %v %s", r.Threshold, r.ThresholdNet, r.Sum)
	}
	q.Digits, q.PositiveDigits, q.Positive = 0, 0, []series.Dimension{series.Exporter}
	if r = run(t, q, file); *r.Threshold != line(50, 40, 10) || !r.ThresholdNet {
		t.Errorf("cells without goods: %v %v", r.Threshold, r.ThresholdNet)
	}
	r = run(t, question(t, "2022-03..2022-04", "2021", "same-month"), seriestest.Of(bulk, months21to22, change("DE", "KZ", "72142000", 3, 60, 40)...))
	if r.Threshold != nil {
		t.Errorf("none of these goods has a threshold: %v", r.Threshold)
	}
	wantNoCaveat(t, r, caveat.PriceThreshold)
}

// Positive parts of cells cut to two digits are another sum than those of stated codes, and are named so.
func TestPositiveOfCutCodes(t *testing.T) {
	file := seriestest.Of(bulk, months21to22, concat(change("DE", "KZ", "84713000", 3, 10, 50), change("DE", "KZ", "84821000", 3, 30, 0), change("DE", "AM", "85423190", 3, 0, 5))...)
	q := question(t, "2022-03..2022-04", "2021", "same-month")
	q.Positive = []series.Dimension{series.Exporter, series.Hub, series.Goods}
	for _, c := range []struct {
		digits, positive int
		name             string
		excess           int64
		goods            map[string]series.Line
	}{
		{0, 0, "positive@exporter,hub,goods", 45, map[string]series.Line{"84713000": line(50, 10, 40), "84821000": line(0, 30, 0), "85423190": line(5, 0, 5)}},
		{2, 0, "positive@exporter,hub,goods2", 15, map[string]series.Line{"84": line(50, 40, 10), "85": line(5, 0, 5)}},
		{2, 8, "positive@exporter,hub,goods8", 45, map[string]series.Line{"84": line(50, 40, 40), "85": line(5, 0, 5)}},
		{4, 2, "positive@exporter,hub,goods2", 15, map[string]series.Line{"8471": line(50, 10, 40), "8482": line(0, 30, -30), "8542": line(5, 0, 5)}}, // net
	} {
		q.Digits, q.PositiveDigits = c.digits, c.positive
		r := run(t, q, file)
		if r.Sum != c.name {
			t.Errorf("%s, want %s", r.Sum, c.name)
		}
		wantTotal(t, r, line(55, 40, c.excess))
		wantRows(t, r, c.goods, series.Goods)
		if got := has(r, caveat.Method, "goods"); got != (c.digits == 4) {
			t.Errorf("%s: caveats %v", c.name, r.Caveats)
		}
	}
}

// A breakdown that stands there already is none to add.
func TestBreakdownsOnce(t *testing.T) {
	q := question(t, "2022-03", "2021", "same-month")
	q.By = [][]series.Dimension{{series.Exporter}, {series.Exporter, series.Hub}, {}, {series.Exporter, series.Hub}}
	r := run(t, q, seriestest.Of(bulk, months21to22, change("DE", "KZ", "84713000", 3, 10, 50)...))
	if len(r.Breakdowns) != 5 || len(r.Question.By) != 1 {
		t.Errorf("%d breakdowns, %v", len(r.Breakdowns), r.Question.By)
	}
}
