package laketest

import (
	"slices"
	"testing"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/period"
	"detour/trade/provenance"
)

func newerReplaces(t *testing.T, s lake.Store) {
	first := of("2022-05", x("DE", "KZ", phones, jan, 100), x("DE", "KZ", cars, jan, 5), x("DE", "KG", phones, jan, 9), x("DE", "KZ", phones, feb, 30), x("FR", "KZ", phones, jan, 7))
	// It covers DE with KZ in January, phones and cars, and is silent of cars.
	second := of("2022-06", x("DE", "KZ", phones, jan, 111)).covering(around(x("DE", "KZ", phones, jan, 1), x("DE", "KZ", cars, jan, 1))...)
	bring(t, s, first)
	bring(t, s, second)
	q := by(exported(jan, feb), lake.ByReporter, lake.ByPartner, lake.ByGoods, lake.ByPeriod)
	expect(t, s, newest(t, s), q, "DE KG 85171300 2022-01 EUR 9", "DE KZ 85171300 2022-01 EUR 111", "DE KZ 85171300 2022-02 EUR 30", "FR KZ 85171300 2022-01 EUR 7")

	// A release that covers everything, by levels, and has not a row: all is gone but the other direction.
	imports := x("DE", "KZ", phones, jan, 8)
	imports.Direction = flow.Import
	bring(t, s, of("2022-05", imports))
	bring(t, s, release{stamp: "2022-07", coverage: []flow.Block{{
		Direction: flow.Export, Nomenclature: imports.Nomenclature, Levels: []int{8}, Periods: []period.Period{jan, feb}, Measures: []flow.Measure{flow.Value},
	}}})
	expect(t, s, newest(t, s), q)
	q.Direction = flow.Import
	expect(t, s, newest(t, s), q, "DE KZ 85171300 2022-01 EUR 8")
}

func byMeasure(t *testing.T, s lake.Store) {
	bring(t, s, of("2022-05", mass(x("DE", "KZ", phones, jan, 100), 40), mass(x("DE", "KZ", cars, jan, 10), 4)))
	later := of("2022-06", x("DE", "KZ", phones, jan, 111)).covering(around(x("DE", "KZ", phones, jan, 1), x("DE", "KZ", cars, jan, 1))...)
	later.coverage[0].Measures = []flow.Measure{flow.Value, flow.Quantity} // in another order than that of text
	bring(t, s, later)
	q := by(exported(jan), lake.ByGoods)
	q.Measures = []flow.Measure{flow.NetMass, flow.Value}
	expect(t, s, newest(t, s), q, "85171300 EUR 40 111", "87032319 - 4 -")
}

func olderLater(t *testing.T, s lake.Store) {
	bring(t, s, of("2022-06", x("DE", "KZ", phones, jan, 111)))
	_, outs := bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 100), x("DE", "KZ", cars, feb, 5)))
	expectOutcome(t, outs[0], lake.Outcome{Read: 2, Kept: 2})
	expect(t, s, newest(t, s), by(exported(jan, feb), lake.ByGoods), "85171300 EUR 111", "87032319 EUR 5")
}

func otherDatasets(t *testing.T, s lake.Store) {
	other := of("2022-06", x("DE", "KZ", phones, jan, 9))
	other.dataset = "office/other"
	bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 100)), other)
	expect(t, s, newest(t, s), exported(jan), "EUR 100")
	q := exported(jan)
	q.Dataset = other.dataset
	expect(t, s, newest(t, s), q, "EUR 9")
	q.Dataset = "office/none"
	expect(t, s, newest(t, s), q)
	if got := newest(t, s).Datasets(); !slices.Equal(got, []string{other.dataset, dataset}) {
		t.Errorf("data sets %q", got)
	}
}

func asOf(t *testing.T, s lake.Store) {
	for i, stamp := range []string{"2022-05-10T11:00", "2022-06-10", "2022-07"} {
		bring(t, s, of(stamp, x("DE", "KZ", phones, jan, int64(i+1))))
	}
	for _, c := range []struct{ date, want string }{
		{"2022-04-30", ""}, {"2022-05-10", "EUR 1"}, {"2022-05-10T10:59", ""}, {"2022-06-09", "EUR 1"}, {"2022-06-10", "EUR 2"}, {"2022-06", "EUR 2"}, {"2022-07-01", "EUR 3"}, {"", "EUR 3"},
	} {
		snap := snapshot(t, s, "", c.date)
		if snap.Version != newest(t, s).Version || snap.AsOf != c.date {
			t.Errorf("as of %q is version %s as of %q", c.date, snap.Version, snap.AsOf)
		}
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		if got := lines(t, s, snap, exported(jan)); !slices.Equal(got, want) {
			t.Errorf("as of %q: %q, want %q", c.date, got, want)
		}
	}
}

func oldVersion(t *testing.T, s lake.Store) {
	q := by(exported(jan, feb), lake.ByGoods, lake.ByPeriod)
	v1, _ := bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 100), x("DE", "KZ", cars, feb, 5)))
	want := lines(t, s, newest(t, s), q)
	v2, _ := bring(t, s, of("2022-06", x("DE", "KZ", phones, jan, 111)))
	bring(t, s, of("2022-04", x("DE", "KZ", cars, jan, 1))) // late: part of no older version, whatever its stamp
	if v1 == v2 {
		t.Fatal("two contents are one version")
	}
	expect(t, s, snapshot(t, s, v1, ""), q, want...)
	expect(t, s, snapshot(t, s, v2, ""), q, "85171300 2022-01 EUR 111", "87032319 2022-02 EUR 5")
	expect(t, s, snapshot(t, s, v2, "2022-05"), q, want...)
	expect(t, s, newest(t, s), q, "85171300 2022-01 EUR 111", "87032319 2022-02 EUR 5") // 2022-05 covers cars in January, silently
}

func superseded(t *testing.T, s lake.Store) {
	_, outs := bring(t, s, of("2022-05", mass(x("DE", "KZ", phones, jan, 100), 40), mass(x("DE", "KZ", phones, feb, 100), 40), x("FR", "KZ", phones, feb, 1)))
	expectOutcome(t, outs[0], lake.Outcome{Read: 3, Kept: 3})
	_, outs = bring(t, s, of("2022-06", x("DE", "KZ", phones, jan, 100)))
	expectOutcome(t, outs[0], lake.Outcome{Read: 1, Kept: 1, Superseded: 1}) // the value, not the mass
	_, outs = bring(t, s, of("2022-07", mass(x("DE", "KZ", phones, jan, 100), 41), mass(x("DE", "KZ", phones, feb, 90), 40)))
	expectOutcome(t, outs[0], lake.Outcome{Read: 2, Kept: 2, Superseded: 4}) // the mass of May, the value of June, both of February
}

func census(t *testing.T, s lake.Store) {
	var flows []flow.Flow
	months := period.Range{From: jan, To: 202205}.Periods()
	for i, m := range months {
		if i < 4 { // the last month is covered and has nothing yet
			for n := range lake.MedianForMissing {
				flows = append(flows, x("DE", area.Code("P"+string(rune('A'+n))), phones, m, 1))
			}
		}
		if i < 2 {
			flows = append(flows, x("MT", "KZ", phones, m, 1))
		}
		if i != 1 && i < 4 {
			for n := range lake.MedianForMissing {
				flows = append(flows, x("NL", area.Code("P"+string(rune('A'+n))), phones, m, 1))
			}
		}
	}
	r := of("2022-05", flows...)
	r.coverage[0].Periods = months
	bring(t, s, r)
	c := newest(t, s).Census(dataset, flow.Export)
	for _, want := range []struct {
		reporter area.Code
		states   []lake.State
	}{
		{"DE", []lake.State{lake.Reported, lake.Reported, lake.Reported, lake.Reported, lake.Missing}},
		{"MT", []lake.State{lake.Reported, lake.Reported, lake.Reported, lake.Reported, lake.Missing}}, // too small to be missed alone
		{"NL", []lake.State{lake.Reported, lake.Missing, lake.Reported, lake.Reported, lake.Missing}},
		{"AT", []lake.State{lake.NotHeld, lake.NotHeld, lake.NotHeld, lake.NotHeld, lake.NotHeld}},
	} {
		for i, m := range months {
			if got := c.State(want.reporter, m); got != want.states[i] {
				t.Errorf("%s %s is %d, want %d", want.reporter, m, got, want.states[i])
			}
		}
	}
	if n := newest(t, s).Values(); n != int64(len(flows)) {
		t.Errorf("%d values held, %d brought", n, len(flows))
	}
}

func sources(t *testing.T, s lake.Store) {
	bring(t, s,
		of("2022-05", x("DE", "KZ", phones, jan, 100), x("FR", "KZ", cars, feb, 1)),
		of("2022-05", x("AT", "KZ", phones, jan, 100)),
		of("2022-06", x("AT", "KZ", phones, jan, 101)))
	q := exported(jan)
	stamps := func(q lake.Query) (out []string) {
		for _, seg := range newest(t, s).Sources(q) {
			if len(seg.Raw.SHA256) != 64 {
				t.Errorf("source without the sha256 of its bytes: %+v", seg.Raw)
			}
			out = append(out, seg.Vintage.Stamp)
		}
		return out
	}
	if got := stamps(q); !slices.Equal(got, []string{"2022-05", "2022-06"}) {
		t.Errorf("sources of January: %q", got) // the first release of AT states nothing any more
	}
	q.Reporters = []area.Code{"AT"}
	if got := stamps(q); !slices.Equal(got, []string{"2022-06"}) {
		t.Errorf("sources of AT: %q", got)
	}
	want := []provenance.Vintage{{Source: "office", Dataset: "trade", Stamp: "2022-05"}, {Source: "office", Dataset: "trade", Stamp: "2022-06"}}
	if got := newest(t, s).Vintages(dataset); !slices.Equal(got, want) {
		t.Errorf("vintages %v", got)
	}
}
