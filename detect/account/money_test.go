package account_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"detour/detect/account"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// krone is a table of rates: kroner for a euro.
func krone(t *testing.T, rates map[period.Period]string) *money.Rates {
	t.Helper()
	var entries []money.Entry
	for m, text := range rates {
		rate, err := money.ParseRate(text)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, money.Entry{Currency: "NOK", Month: m, Rate: rate})
	}
	r, err := money.NewRates("made up", entries)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func withRates(t *testing.T, q account.Question, rates *money.Rates, files ...seriestest.File) (account.Result, error) {
	t.Helper()
	store, snap := seriestest.New(files...)
	return account.Run(t.Context(), store, snap, rates, q)
}

// cents is an export in hundredths.
func cents(g goods.Code, m period.Period, n int64) flow.Flow {
	f := seriestest.Export("DE", "KZ", g, m, 0)
	f.Value = flow.Some(n)
	return f
}

// Each cell's month is converted once, by its own month's rate, half to even; totals are sums of those.
func TestConversion(t *testing.T) {
	rates := krone(t, map[period.Period]string{202103: "10.5", 202203: "9.7367", 202104: "10.5", 202204: "10"})
	file := seriestest.Of(bulk, months21to22,
		cents(code(1), 202203, 33), cents(code(2), 202203, 33), // 321.3111 each, 642.6222 together
		cents(code(1), 202103, 5), cents(code(2), 202103, 5), cents(code(3), 202103, 5), // 52.5 each, 157.5 together
		cents(code(1), 202104, 5), cents(code(2), 202104, 5), cents(code(3), 202104, 5))
	q := question(t, "2022-03..2022-04", "2021", "same-month")
	q.Currency = "NOK"
	r, err := withRates(t, q, rates, file)
	if err != nil {
		t.Fatal(err)
	}
	wantTotal(t, r, series.Line{Actual: 2 * 321, Baseline: 6 * 52, Excess: 2*321 - 6*52})
	wantRows(t, r, map[string]series.Line{string(code(1)): {Actual: 321, Baseline: 104, Excess: 217}, string(code(2)): {Actual: 321, Baseline: 104, Excess: 217}, string(code(3)): {Baseline: 104, Excess: -104}}, series.Goods)
	// Reported 643 against 642 in March; the base 158 in either month against 156, and 316 against 312 in all.
	if r.RoundingGap != 4 || r.Currency != "NOK" {
		t.Errorf("rounding %d, currency %s", r.RoundingGap, r.Currency)
	}
	wantCaveat(t, r, caveat.Currency, "NOK")
	q.Period = span(t, "2022-03")
	if r, err = withRates(t, q, rates, file); err != nil || r.RoundingGap != 2 {
		t.Errorf("rounding of one month %d, %v", r.RoundingGap, err)
	}

	q.Currency = "KZT"
	_, err = withRates(t, q, rates, file)
	refused(t, err, fault.NotFound, "KZT")
	q.Currency = ""
	if r, err = withRates(t, q, rates, file); err != nil || r.Currency != money.EUR || r.RoundingGap != 0 || has(r, caveat.Currency, "") {
		t.Errorf("the sources' own currency: %s, rounding %d, %v, %v", r.Currency, r.RoundingGap, r.Caveats, err)
	}
}

// Several currencies are brought to euro unless one is asked for; an annual figure takes the mean of twelve rates.
func TestCurrencies(t *testing.T) {
	monthly := map[period.Period]string{}
	for m := 1; m <= 12; m++ {
		monthly[period.Month(2022, m)], monthly[period.Month(2021, m)] = "10", "8"
	}
	monthly[202206], monthly[202212] = "16", "16" // the mean is 11
	kroner := func(f flow.Flow) flow.Flow {
		f.Currency = "NOK"
		return f
	}
	x := seriestest.Export
	file := seriestest.Of("comext/easy", nil, kroner(x("FR", "KZ", goods.Total, period.Year(2022), 22)), kroner(x("FR", "KZ", goods.Total, period.Year(2021), 16)),
		x("DE", "KZ", goods.Total, period.Year(2022), 7), x("DE", "KZ", goods.Total, period.Year(2021), 5))
	r, err := withRates(t, two(question(t, "2022", "2021", "same-month")), krone(t, monthly), file)
	if err != nil {
		t.Fatal(err)
	}
	wantTotal(t, r, line(9, 7, 2))
	if r.Currency != money.EUR {
		t.Errorf("currency %s", r.Currency)
	}
	monthly[202107] = "9"
	delete(monthly, 202108)
	_, err = withRates(t, two(question(t, "2022", "2021", "same-month")), krone(t, monthly), file)
	refused(t, err, fault.NotFound, "NOK", "2021-08")
}

func TestRoundingOfTheMean(t *testing.T) {
	r := run(t, question(t, "2022-03", "2020..2021", "same-month"), seriestest.Of(bulk, months20to22,
		cents(code(1), 202003, 10), cents(code(1), 202103, 15), cents(code(2), 202003, 10), cents(code(2), 202103, 15), cents(code(1), 202203, 1)))
	wantTotal(t, r, series.Line{Actual: 1, Baseline: 12 + 12, Excess: -23})
	if r.RoundingGap != 1 { // 25 once
		t.Errorf("rounding %d", r.RoundingGap)
	}
}

// Of several rates that are not held the earliest month's is named, then the first currency's, whatever the order of the
// rows, the codes and the files.
func TestTheFirstMissingRateIsNamed(t *testing.T) {
	paid := func(c money.Currency, g goods.Code, m period.Period) flow.Flow {
		f := cents(g, m, 500)
		f.Currency = c
		return f
	}
	flows := []flow.Flow{paid("SEK", code(1), 202103), paid("NOK", code(2), 202103), paid("NOK", code(3), 202104), paid("AUD", code(4), 202203), paid("SEK", code(5), 202204), cents(code(6), 202203, 5)}
	for n := range 20 {
		rand.New(rand.NewPCG(uint64(n), 0)).Shuffle(len(flows), func(i, j int) { flows[i], flows[j] = flows[j], flows[i] })
		for _, baseline := range []string{"same-month", "world-growth", "trend"} {
			for _, level := range []int{3, 6} { // in one file, or in two
				files := []seriestest.File{seriestest.Of(bulk, months20to22, flows[:level]...)}
				if level < len(flows) {
					files = append(files, seriestest.Of(bulk, months20to22, flows[level:]...))
				}
				_, err := withRates(t, question(t, "2022-03..2022-04", "2021", baseline), krone(t, map[period.Period]string{202112: "10"}), files...)
				refused(t, err, fault.NotFound, "no rate of NOK for 2021-03")
			}
		}
	}
}

// A rate that only the history misses costs the interval; one that only another base year misses, the specifications
// of that year. Either is named.
func TestRatesBesideTheQuestion(t *testing.T) {
	var flows []flow.Flow
	full := map[period.Period]string{}
	for y := 2019; y <= 2022; y++ {
		for m := 1; m <= 12; m++ {
			p := period.Period(y*100 + m)
			full[p] = "10"
			flows = append(flows, cents(code(1), p, int64(1000+10*m)), seriestest.Export("DE", "IN", code(1), p, 10))
		}
	}
	file := seriestest.Of(bulk, slices.Sorted(maps.Keys(full)), flows...)
	for _, b := range []string{"same-month", "world-growth"} {
		q := question(t, "2022-03..2022-05", "2021", b)
		q.Currency, q.Specifications = "NOK", account.DefaultSpecs
		whole, err := withRates(t, q, krone(t, full), file)
		if err != nil || whole.Interval == nil || len(whole.SpecsRefused) != 0 {
			t.Fatalf("%s: with all rates: %v, interval %v, refused %v", b, err, whole.Interval, whole.SpecsRefused)
		}
		few := map[period.Period]string{}
		for p := range full {
			if p.Month() >= 3 && p.Month() <= 5 && p.Year() >= 2020 {
				few[p] = "10"
			}
		}
		r, err := withRates(t, q, krone(t, few), file)
		if err != nil {
			t.Fatal(b, err)
		}
		if r.Total != whole.Total || r.Interval != nil {
			t.Errorf("%s: %v, want %v; interval %v", b, r.Total, whole.Total, r.Interval)
		}
		wantCaveat(t, r, caveat.Currency, "interval")
		wantCaveat(t, r, caveat.Currency, "specifications")
		if !slices.ContainsFunc(r.Caveats, func(c caveat.Caveat) bool {
			return strings.Contains(c.Text, "NOK for 2019-01") && c.Scope == "interval"
		}) ||
			!slices.ContainsFunc(r.Caveats, func(c caveat.Caveat) bool {
				return strings.Contains(c.Text, "NOK for 2019-03") && c.Scope == "specifications"
			}) {
			t.Errorf("%s: the first missing rate is not named: %v", b, r.Caveats)
		}
		for _, want := range [][2]string{{"same-month", "2019"}, {"trend", "history"}} {
			if !slices.ContainsFunc(r.SpecsRefused, func(f account.Refused) bool {
				return f.Baseline == want[0] && f.Base == want[1] && strings.Contains(f.Reason, "NOK")
			}) {
				t.Errorf("%s: %v is not refused: %v", b, want, r.SpecsRefused)
			}
		}
		delete(few, 202104) // the question's own
		_, err = withRates(t, q, krone(t, few), file)
		refused(t, err, fault.NotFound, "NOK for 2021-04")
	}
}
