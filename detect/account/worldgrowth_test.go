package account_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"detour/detect/account"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
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

// Cut codes are sums of what is expected of the stated ones.
func TestWorldGrowthOfCutCodes(t *testing.T) {
	q := question(t, "2022-03", "2021", "world-growth")
	file := seriestest.Of(bulk, months21to22, concat(pair("KZ", "84713000", 3, 100, 300), pair("KZ", "84714100", 3, 10, 20), pair("IN", "84713000", 3, 10, 20), pair("IN", "84714100", 3, 10, 40))...)
	wantTotal(t, run(t, q, file), line(320, 200+40, 80))
	for digits, short := range map[int]string{2: "84", 4: "8471"} {
		q.Digits = digits
		r := run(t, q, file)
		wantTotal(t, r, line(320, 200+40, 80))
		wantRows(t, r, map[string]series.Line{short: line(320, 200+40, 80)}, series.Goods)
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

// Refused is only what is not held; the first exporter and month that lack it are named, whatever the order of the store.
func TestWorldGrowthRefusals(t *testing.T) {
	flows := concat(pair("KZ", "84713000", 3, 100, 300), pair("RU", "84713000", 3, 100, 300), pair("IN", "84713000", 3, 100, 300))
	narrow := seriestest.Of(bulk, months21to22, concat(flows[:4], change("FR", "KZ", "84713000", 3, 1, 1))...)
	narrow.Coverage[0].Partners = []area.Code{"AM", "KZ", "RU"}
	q := two(question(t, "2022-03", "2021", "world-growth"))
	for range 10 {
		_, err := try(t, q, narrow)
		refused(t, err, fault.NotFound, "world-growth", "of DE to", "2021-03", bulk)
	}
	q.Comparison = account.AllPartners
	wantTotal(t, run(t, q, narrow), line(301, 301, 0))
	q.Comparison = account.DefaultComparison

	india := func(spoil func(*flow.Block)) seriestest.File { // of DE alone
		f := seriestest.Of(bulk, months21to22, flows[4:]...)
		f.Coverage[0].Partners = []area.Code{"IN"}
		spoil(&f.Coverage[0])
		return f
	}
	_, err := try(t, q, narrow, india(func(*flow.Block) {}))
	refused(t, err, fault.NotFound, "of FR to", "2021-03")
	q.From = q.From[:1]
	wantTotal(t, run(t, q, narrow, india(func(*flow.Block) {})), line(300, 300, 0))
	_, err = try(t, q, narrow, seriestest.File{Vintage: narrow.Vintage, Coverage: india(func(b *flow.Block) { b.Periods = months21to22[:12] }).Coverage, Flows: flows[4:5]})
	refused(t, err, fault.NotFound, "of DE to", "2022-03")
	_, err = try(t, q, narrow, seriestest.File{Vintage: narrow.Vintage, Coverage: india(func(b *flow.Block) { b.Levels = []int{6} }).Coverage})
	refused(t, err, fault.NotFound, "of DE to", "2021-03") // other levels than the goods are read at
	q.Goods = selection(t, "8471,8517")
	_, err = try(t, q, narrow, india(func(b *flow.Block) { b.Levels, b.Goods = nil, []goods.Code{"84713000"} }))
	refused(t, err, fault.NotFound, "of DE to", "2021-03") // the other heading may have had trade
}

// Where nothing was sold to comparison destinations in the base, and that is held, the base cannot be scaled: the
// amount is stated apart and no other month suffers.
func TestWorldGrowthWithoutBase(t *testing.T) {
	for range 10 {
		r := run(t, two(question(t, "2022-03..2022-04", "2021", "world-growth")), seriestest.Of(bulk, months21to22, concat(
			pair("KZ", "84713000", 3, 100, 300), pair("KZ", "84714100", 3, 5, 7), pair("RU", "84713000", 3, 100, 300), []flow.Flow{seriestest.Export("DE", "IN", "84713000", 202203, 9)},
			pair("KZ", "84713000", 4, 10, 30), pair("IN", "84713000", 4, 10, 20),
			change("FR", "KZ", "84713000", 3, 1, 2))...))
		wantTotal(t, r, line(339, 20, 319))
		if r.NoBase != 309_00 || r.Editions.NoBaseValue != 0 {
			t.Errorf("without a base %d, of codes %d", r.NoBase, r.Editions.NoBaseValue)
		}
		wantCaveat(t, r, caveat.NoBase, "world-growth")
		for _, c := range r.Caveats {
			if c.Code == caveat.NoBase && (!strings.Contains(c.Text, "3 cells") || !strings.Contains(c.Text, "EUR 309") || !strings.HasSuffix(c.Text, "2 months of exporters: DE in 2022-03 FR in 2022-03")) {
				t.Errorf("%s", c.Text)
			}
		}
	}
}

// An amount of a rule that scaled all is not stated apart.
func TestWorldGrowthWithBase(t *testing.T) {
	r := run(t, question(t, "2022-03", "2021", "world-growth"), seriestest.Of(bulk, months21to22, concat(pair("KZ", "84713000", 3, 100, 300), pair("IN", "84713000", 3, 10, 20))...))
	if r.NoBase != 0 {
		t.Errorf("without a base %d", r.NoBase)
	}
	wantNoCaveat(t, r, caveat.NoBase)
}

// reads counts the queries that leave partners out.
type reads struct {
	lake.Store
	n *int
}

func (s reads) Sum(ctx context.Context, snap *lake.Snapshot, q lake.Query, yield func(*lake.Row) error) error {
	if len(q.Except) > 0 {
		*s.n++
	}
	return s.Store.Sum(ctx, snap, q, yield)
}

// The comparison is read once, however many specifications and replays need it.
func TestWorldGrowthReadsOnce(t *testing.T) {
	store, snap := seriestest.New(varied())
	for _, baseline := range []string{"world-growth", "same-month"} {
		q := variedQuestion(t, baseline)
		q.Goods, q.Specifications = selection(t, "all"), account.AllSpecs
		n := 0
		r, err := account.Run(t.Context(), reads{store, &n}, snap, money.Embedded(), q)
		if err != nil {
			t.Fatal(err)
		}
		grown := 0
		for _, s := range r.Specs {
			if s.Baseline == "world-growth" {
				grown++
			}
		}
		if n != 1 || grown < 10 {
			t.Errorf("%s: %d readings for %d specifications", baseline, n, grown)
		}
	}
}

// alike sells to KZ and IN in each month, in a constant proportion, amounts that no base year would foretell.
func alike(months []period.Period) []flow.Flow {
	rnd := rand.New(rand.NewPCG(3, 4))
	var out []flow.Flow
	for _, m := range months {
		n := 1000 + rnd.Int64N(5000)
		out = append(out, seriestest.Export("DE", "KZ", code(1), m, n), seriestest.Export("DE", "IN", code(1), m, 7*n))
	}
	return out
}

// Exports that always grew like those to the comparison were foretold without an error, by this rule alone.
func TestWorldGrowthInterval(t *testing.T) {
	file := seriestest.Of(bulk, months20to22, alike(months20to22)...)
	for _, base := range []string{"2021", "2020..2021"} {
		q := question(t, "2022-03..2022-11", base, "world-growth")
		if base != "2021" {
			file = seriestest.Of(bulk, seriestest.Months(201901, 202212), alike(seriestest.Months(201901, 202212))...)
		}
		r := run(t, q, file)
		// The mean of two base years drops out of the rule: base and comparison both sum over them.
		want := line(r.Total.Actual/100, r.Total.Actual/100, 0)
		wantTotal(t, r, want)
		if r.Interval == nil || r.Interval.Low != 0 || r.Interval.High != 0 {
			t.Errorf("%s: a rule that never erred has the interval %v", base, r.Interval)
		}
		q.Baseline = "same-month"
		if s := run(t, q, file); s.Interval == nil || s.Interval.High <= s.Total.Excess {
			t.Errorf("%s: same-month %v", base, s.Interval)
		}
	}
}

// Where the comparison of the past is not held there is no interval of this rule, and none of another.
func TestWorldGrowthIntervalNeedsThePastComparison(t *testing.T) {
	flows := alike(months20to22)
	home, abroad := slices.Clone(flows), slices.Clone(flows)
	home = slices.DeleteFunc(home, func(f flow.Flow) bool { return f.Partner == "IN" })
	abroad = slices.DeleteFunc(abroad, func(f flow.Flow) bool { return f.Partner != "IN" || f.Period < 202103 })
	hubs, compared := seriestest.Of(bulk, months20to22, home...), seriestest.Of(bulk, months20to22[14:], abroad...)
	hubs.Coverage[0].Partners, compared.Coverage[0].Partners = []area.Code{"AM", "KZ"}, []area.Code{"IN"}
	q := question(t, "2022-03..2022-11", "2021", "world-growth")
	r := run(t, q, hubs, compared)
	wantTotal(t, r, line(r.Total.Actual/100, r.Total.Actual/100, 0))
	if r.Interval != nil {
		t.Errorf("interval %v", r.Interval)
	}
	wantCaveat(t, r, caveat.ThinSeries, "interval")
	q.Baseline = "same-month"
	if s := run(t, q, hubs, compared); s.Interval == nil {
		t.Error("same-month has no need of the comparison")
	}
}

// What leaves int64 is an error, never a wrapped figure.
func TestWorldGrowthOverflow(t *testing.T) {
	_, err := try(t, question(t, "2022-03", "2021", "world-growth"), seriestest.Of(bulk, months21to22, concat(
		pair("KZ", "84713000", 3, 1<<50, 1<<50), pair("IN", "84713000", 3, 1, 1<<50))...))
	refused(t, err, fault.BadInput, "int64")
}
