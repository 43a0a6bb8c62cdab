package account_test

import (
	"testing"

	"detour/detect/account"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// pair is what went to a partner in a month of 2021 and of 2022.
func pair(partner area.Code, g goods.Code, month int, then, now int64) []flow.Flow {
	return []flow.Flow{seriestest.Export("DE", partner, g, period.Month(2021, month), then), seriestest.Export("DE", partner, g, period.Month(2022, month), now)}
}

func concat(lists ...[]flow.Flow) []flow.Flow {
	var out []flow.Flow
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

func TestWorldGrowth(t *testing.T) {
	flows := concat(
		pair("KZ", "84713000", 3, 100, 300), pair("KZ", "84713000", 4, 100, 0),
		pair("IN", "84713000", 3, 150, 200), pair("CN", "84713000", 3, 50, 100), // x 1.5: gateways stay in
		pair("IN", "84713000", 4, 50, 20),                                         // x 0.4
		pair("US", "84713000", 3, 1000, 500), pair("FR", "84713000", 3, 300, 600), // coalition
		pair("RU", "84713000", 3, 400, 100), pair("AM", "84713000", 3, 0, 0), // target, hub
		pair("EXTRA-EU27", "84713000", 3, 9999, 1), // never a destination
		pair("IN", "84714100", 3, 1, 100),          // other goods
	)
	file := seriestest.Of(bulk, months21to22, flows...)
	q := question(t, "2022-03..2022-04", "2021", "world-growth")
	r := run(t, q, file)
	wantTotal(t, r, line(300, 150+40, 110))
	wantRows(t, r, map[string]series.Line{"2022-03": line(300, 150, 150), "2022-04": line(0, 40, -40)}, series.Month)
	wantNoCaveat(t, r, caveat.Substituted)

	q.Comparison = account.AllPartners
	// March (300+200+100+500+600+100)/(100+150+50+1000+300+400) = 0.9, April 20/150, half to even.
	wantTotal(t, run(t, q, file), series.Line{Actual: 300_00, Baseline: 90_00 + 13_33, Excess: 300_00 - 103_33})
}

// Growth over several base years is over their mean.
func TestWorldGrowthOverSeveralYears(t *testing.T) {
	x := seriestest.Export
	r := run(t, question(t, "2022-03", "2020..2021", "world-growth"), seriestest.Of(bulk, months20to22,
		x("DE", "KZ", "84713000", 202003, 60), x("DE", "KZ", "84713000", 202103, 40), x("DE", "KZ", "84713000", 202203, 100),
		x("DE", "IN", "84713000", 202003, 50), x("DE", "IN", "84713000", 202103, 150), x("DE", "IN", "84713000", 202203, 120)))
	wantTotal(t, r, line(100, 60, 40)) // 50 x 120/100
}

// Growth follows goods through a change of edition: telephones were 85171200 and are 85171300 and 85171400.
func TestWorldGrowthByFamily(t *testing.T) {
	x := seriestest.Export
	r := run(t, question(t, "2022-03", "2021", "world-growth"), seriestest.Of(bulk, months21to22, concat(
		[]flow.Flow{x("DE", "KZ", "85171200", 202103, 10), x("DE", "KZ", "85171300", 202203, 50)},
		[]flow.Flow{x("DE", "IN", "85171200", 202103, 100), x("DE", "IN", "85171300", 202203, 250), x("DE", "IN", "85171400", 202203, 50)},
		pair("IN", "85176200", 3, 1, 1000))...))
	wantTotal(t, r, line(50, 30, 20))
	wantNoCaveat(t, r, caveat.Substituted)
}

func TestWorldGrowthWidens(t *testing.T) {
	for _, c := range []struct {
		compared goods.Code
		scope    string
	}{{"84713000", ""}, {"84714100", "HS4"}, {"84099100", "HS2"}, {"02011000", "all goods"}} {
		r := run(t, question(t, "2022-03", "2021", "world-growth"), seriestest.Of(bulk, months21to22, concat(
			pair("KZ", "84713000", 3, 100, 300), pair("IN", c.compared, 3, 10, 20), pair("RU", "84713000", 3, 10, 900))...))
		wantTotal(t, r, line(300, 200, 100))
		if got := has(r, caveat.Substituted, c.scope); got != (c.scope != "") {
			t.Errorf("%s: caveats %v", c.compared, r.Caveats)
		}
	}
}

// A breakdown by headings takes the growth of headings, which is no substitute there.
func TestWorldGrowthOfCutCodes(t *testing.T) {
	q := question(t, "2022-03", "2021", "world-growth")
	file := seriestest.Of(bulk, months21to22, concat(pair("KZ", "84713000", 3, 100, 300), pair("IN", "84713000", 3, 10, 20), pair("IN", "84714100", 3, 10, 40))...)
	wantTotal(t, run(t, q, file), line(300, 200, 100))
	for _, digits := range []int{2, 4} {
		q.Digits = digits
		r := run(t, q, file)
		wantTotal(t, r, line(300, 300, 0))
		wantNoCaveat(t, r, caveat.Substituted)
	}
}

// A month that the exporter did not report tells no growth either.
func TestWorldGrowthLeavesMissingMonthsOut(t *testing.T) {
	flows := busy("DE", without(months21to22, 202204))
	flows = append(flows, concat(pair("KZ", "84713000", 3, 100, 300), pair("IN", "84713000", 3, 10, 20))...)
	flows = append(flows, seriestest.Export("DE", "KZ", "84713000", 202104, 1000), seriestest.Export("DE", "IN", "84713000", 202104, 1000))
	wantTotal(t, run(t, question(t, "2022-03..2022-04", "2021", "world-growth"), seriestest.Of(bulk, months21to22, flows...)), line(300, 200, 100))
}

func TestWorldGrowthRefusals(t *testing.T) {
	flows := concat(pair("KZ", "84713000", 3, 100, 300), pair("RU", "84713000", 3, 100, 300))
	narrow := seriestest.Of(bulk, months21to22, flows...)
	narrow.Coverage[0].Partners = []area.Code{"AM", "KZ", "RU"}
	q := question(t, "2022-03", "2021", "world-growth")
	_, err := try(t, q, narrow)
	refused(t, err, fault.NotFound, "world-growth", bulk)
	for range 10 { // the first that lacks it is named, whatever the order of the store
		_, err = try(t, two(question(t, "2022-03..2022-04", "2021", "world-growth")), seriestest.Of(bulk, months21to22, concat(flows, pair("KZ", "84713000", 4, 1, 1), change("FR", "KZ", "84713000", 3, 1, 1))...))
		refused(t, err, fault.NotFound, "world-growth", "of DE to", "2022-03") // held, but nothing was sold there
	}
	q.Comparison = account.AllPartners
	wantTotal(t, run(t, q, narrow), line(300, 300, 0))
}

// What leaves int64 is an error, never a wrapped figure.
func TestWorldGrowthOverflow(t *testing.T) {
	_, err := try(t, question(t, "2022-03", "2021", "world-growth"), seriestest.Of(bulk, months21to22, concat(
		pair("KZ", "84713000", 3, 1<<50, 1<<50), pair("IN", "84713000", 3, 1, 1<<50))...))
	refused(t, err, fault.BadInput, "int64")
}
