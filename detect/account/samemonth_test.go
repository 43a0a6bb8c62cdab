package account_test

import (
	"testing"

	"detour/detect/account"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

func TestSameMonthByCell(t *testing.T) {
	x := seriestest.Export
	flows := []flow.Flow{
		x("DE", "KZ", "84713000", 202203, 500), x("DE", "KZ", "84713000", 202103, 200),
		x("DE", "KZ", "84713000", 202204, 70), x("DE", "KZ", "84713000", 202104, 90),
		x("DE", "AM", "84713000", 202203, 40), // from nothing
		x("FR", "KZ", "84718000", 202104, 30), // to nothing
		x("FR", "AM", "84718000", 202204, 11), x("FR", "AM", "84718000", 202104, 11),
		x("DE", "KZ", "84713000", 202205, 9000), x("DE", "KZ", "84713000", 202003, 9000), // outside the question
		x("DE", "RU", "84713000", 202203, 9000), x("PL", "KZ", "84713000", 202203, 9000),
		seriestest.Import("DE", "KZ", "84713000", 202203, 9000),
	}
	q := two(question(t, "2022-03..2022-04", "2021", "same-month"))
	q.By = [][]series.Dimension{{series.Exporter, series.Hub}, {series.Goods, series.Month}}
	r := run(t, q, seriestest.Of(bulk, months20to22, flows...))
	wantTotal(t, r, line(621, 331, 290))
	wantRows(t, r, map[string]series.Line{"DE": line(610, 290, 320), "FR": line(11, 41, -30)}, series.Exporter)
	wantRows(t, r, map[string]series.Line{"AM": line(51, 11, 40), "KZ": line(570, 320, 250)}, series.Hub)
	wantRows(t, r, map[string]series.Line{"84713000": line(610, 290, 320), "84718000": line(11, 41, -30)}, series.Goods)
	wantRows(t, r, map[string]series.Line{"2022-03": line(540, 200, 340), "2022-04": line(81, 131, -50)}, series.Month)
	wantRows(t, r, map[string]series.Line{"DE AM": line(40, 0, 40), "DE KZ": line(570, 290, 280), "FR AM": line(11, 11, 0), "FR KZ": line(0, 30, -30)}, series.Exporter, series.Hub)
	wantRows(t, r, map[string]series.Line{"84713000 2022-03": line(540, 200, 340), "84713000 2022-04": line(70, 90, -20), "84718000 2022-04": line(11, 41, -30)}, series.Goods, series.Month)
	if r.Sum != "net" || r.Currency != "EUR" || r.RoundingGap != 0 {
		t.Errorf("sum %q in %q, rounding %d", r.Sum, r.Currency, r.RoundingGap)
	}
}

// A month missing on one side leaves the comparison on both, for the reporter that misses it alone.
func TestMissingMonth(t *testing.T) {
	x := seriestest.Export
	flows := busy("DE", without(months21to22, 202204, 202105))
	flows = append(flows, busy("FR", months21to22)...)
	for _, m := range []period.Period{202103, 202104, 202105, 202203, 202204, 202205} {
		if m != 202204 && m != 202105 {
			flows = append(flows, x("DE", "KZ", "84713000", m, int64(m)))
		}
		flows = append(flows, x("FR", "KZ", "84713000", m, 10))
	}
	file := seriestest.Of(bulk, months21to22, flows...)

	q := two(question(t, "2022-03..2022-05", "2021", "same-month"))
	r := run(t, q, file)
	wantRows(t, r, map[string]series.Line{"DE": line(202203, 202103, 100), "FR": line(30, 30, 0)}, series.Exporter)
	wantCaveat(t, r, caveat.NotReported, "DE")
	wantNoCaveat(t, r, caveat.NotHeld, caveat.MissingAsZero)
	if has(r, caveat.NotReported, "FR") {
		t.Error("France reported every month")
	}

	q.MissingAsZero = true
	r = run(t, q, file)
	wantRows(t, r, map[string]series.Line{"DE": line(202203+202205, 202103+202104, 201), "FR": line(30, 30, 0)}, series.Exporter)
	wantCaveat(t, r, caveat.MissingAsZero, "DE")
	wantNoCaveat(t, r, caveat.NotReported)
}

// A reporter with few values a month has no trade in an empty month: nothing is missing.
func TestEmptyMonthOfASmallReporter(t *testing.T) {
	x := seriestest.Export
	r := run(t, question(t, "2022-03..2022-04", "2021", "same-month"), seriestest.Of(bulk, months21to22,
		x("DE", "KZ", "84713000", 202203, 5), x("DE", "KZ", "84713000", 202103, 3), x("DE", "KZ", "84713000", 202104, 4)))
	wantTotal(t, r, line(5, 7, -2))
	wantNoCaveat(t, r, caveat.NotReported)
}

// Months that no release covers leave on both sides too; --missing zero is no cover for them.
func TestMonthNotHeld(t *testing.T) {
	x := seriestest.Export
	file := seriestest.Of(bulk, seriestest.Months(202101, 202203), x("DE", "KZ", "84713000", 202203, 5), x("DE", "KZ", "84713000", 202103, 3), x("DE", "KZ", "84713000", 202104, 400))
	q := question(t, "2022-03..2022-04", "2021", "same-month")
	for _, asZero := range []bool{false, true} {
		q.MissingAsZero = asZero
		r := run(t, q, file)
		wantTotal(t, r, line(5, 3, 2))
		wantCaveat(t, r, caveat.NotHeld, "DE")
	}
}

func TestMeanOfBaseYears(t *testing.T) {
	var flows []flow.Flow
	for m, cents := range map[period.Period]int64{202203: 100, 202003: 10, 202103: 15, 202204: 50, 202004: 10, 202104: 17} {
		f := seriestest.Export("DE", "KZ", "84713000", m, 0)
		f.Value = flow.Some(cents)
		flows = append(flows, f)
	}
	for _, baseline := range []string{"same-month", "mean-of-years"} {
		r := run(t, question(t, "2022-03..2022-04", "2020..2021", baseline), seriestest.Of(bulk, months20to22, flows...))
		// 12.5 and 13.5 hundredths, each half to even.
		wantTotal(t, r, series.Line{Actual: 150, Baseline: 12 + 14, Excess: 124})
		wantRows(t, r, map[string]series.Line{"2022-03": {Actual: 100, Baseline: 12, Excess: 88}, "2022-04": {Actual: 50, Baseline: 14, Excess: 36}}, series.Month)
	}
	_, err := try(t, question(t, "2022-03..2022-04", "2021", "mean-of-years"), seriestest.Of(bulk, months20to22, flows...))
	refused(t, err, fault.BadInput, "mean-of-years", "two base years")
}

// One missing month of one base year takes the slot out of all of them.
func TestMissingBaseYear(t *testing.T) {
	x := seriestest.Export
	flows := busy("DE", without(months20to22, 202004))
	for _, m := range []period.Period{202003, 202103, 202203, 202104, 202204} {
		flows = append(flows, x("DE", "KZ", "84713000", m, int64(m%100)*100))
	}
	r := run(t, question(t, "2022-03..2022-04", "2020..2021", "same-month"), seriestest.Of(bulk, months20to22, flows...))
	wantTotal(t, r, line(300, 300, 0))
}

// A base month counts once for each year asked.
func TestTwoYearsAgainstOne(t *testing.T) {
	x := seriestest.Export
	months := seriestest.Months(202101, 202312)
	flows := []flow.Flow{
		x("DE", "KZ", "84713000", 202111, 100), x("DE", "KZ", "84713000", 202101, 7), x("DE", "KZ", "84713000", 202106, 1),
		x("DE", "KZ", "84713000", 202211, 150), x("DE", "KZ", "84713000", 202301, 20), x("DE", "KZ", "84713000", 202311, 160),
	}
	r := run(t, question(t, "2022-11..2023-11", "2021", "same-month"), seriestest.Of(bulk, months, flows...))
	wantTotal(t, r, line(330, 100+7+1+100, 122))
	q := question(t, "2022-11..2023-11", "2021", "same-month")
	q.By = [][]series.Dimension{{series.Exporter, series.Month}} // slot by slot
	r = run(t, q, seriestest.Of(bulk, months, flows...))
	wantRows(t, r, map[string]series.Line{"2022-11": line(150, 100, 50), "2023-01": line(20, 7, 13), "2023-06": line(0, 1, -1), "2023-11": line(160, 100, 60)}, series.Month)
	if folded := rows(t, r, series.Exporter)["DE"]; folded != r.Total {
		t.Errorf("slot by slot %+v, folded %+v", folded, r.Total)
	}
}

func TestAnnualFigures(t *testing.T) {
	x := seriestest.Export
	file := seriestest.Of("comext/easy", nil,
		x("DE", "KZ", goods.Total, period.Year(2022), 900), x("DE", "KZ", goods.Total, period.Year(2021), 300), x("DE", "KZ", goods.Total, period.Year(2020), 200), x("DE", "KZ", goods.Total, period.Year(2019), 150))
	r := run(t, question(t, "2022", "2021", "same-month"), file)
	wantTotal(t, r, line(900, 300, 600))
	wantRows(t, r, map[string]series.Line{"2022": line(900, 300, 600)}, series.Month)
	wantRows(t, r, map[string]series.Line{"TOTAL": line(900, 300, 600)}, series.Goods)
	if r.Interval != nil {
		t.Errorf("an interval from annual figures: %v", r.Interval)
	}
	wantTotal(t, run(t, question(t, "2022", "2020..2021", "same-month"), file), line(900, 250, 650))
	_, err := try(t, question(t, "2022-03..2022-11", "2021", "same-month"), file)
	refused(t, err, fault.NotFound, "2022-03..2022-11")
}

func TestMeasures(t *testing.T) {
	x, w := seriestest.Export, seriestest.Weighing
	pieces := x("DE", "KZ", "84713000", 202204, 10)
	pieces.Quantity, pieces.Unit = flow.Some(2500), "NAR"
	file := seriestest.Of(bulk, months21to22, w(x("DE", "KZ", "84713000", 202203, 500), 30), w(x("DE", "KZ", "84713000", 202103, 200), 12), pieces)
	q := question(t, "2022-03..2022-04", "2021", "same-month")
	q.Measure = flow.NetMass
	r := run(t, q, file)
	wantTotal(t, r, series.Line{Actual: 30_000, Baseline: 12_000, Excess: 18_000})
	if r.Unit() != "kg" || r.Currency != "" {
		t.Errorf("unit %q, currency %q", r.Unit(), r.Currency)
	}
	q.Measure = flow.Quantity
	r = run(t, q, file)
	wantTotal(t, r, series.Line{Actual: 2500, Excess: 2500})
	if r.Unit() != "units" {
		t.Errorf("unit %q", r.Unit())
	}
}

func TestBadQuestions(t *testing.T) {
	file := seriestest.Of(bulk, months21to22, seriestest.Export("DE", "KZ", "84713000", 202203, 500))
	for _, c := range []struct {
		spoil func(*account.Question)
		kind  fault.Kind
		says  string
	}{
		{func(q *account.Question) { q.Baseline = "naive" }, fault.BadInput, "naive"},
		{func(q *account.Question) { q.Base = period.Range{} }, fault.BadInput, "base"},
		{func(q *account.Question) { q.Base = period.Range{From: period.Year(2022), To: period.Year(2022)} }, fault.BadInput, "2022"},
		{func(q *account.Question) { q.Base = period.Range{From: 202101, To: 202112} }, fault.BadInput, "whole years"},
		{func(q *account.Question) { q.To = append(q.To, party("DE", "DE")) }, fault.BadInput, "DE"},
		{func(q *account.Question) { q.From = nil }, fault.BadInput, "exporters"},
		{func(q *account.Question) { q.Level = 1 }, fault.BadInput, "level"},
		{func(q *account.Question) { q.Positive = []series.Dimension{series.Hub, series.Hub} }, fault.BadInput, "twice"},
		{func(q *account.Question) { q.Source = "comtrade" }, fault.NotFound, "comtrade"},
		{func(q *account.Question) { q.From = []series.Party{party("IT", "IT")} }, fault.NotFound, "IT"},
	} {
		q := question(t, "2022-03..2022-04", "2021", "same-month")
		c.spoil(&q)
		_, err := try(t, q, file)
		refused(t, err, c.kind, c.says)
	}
}
