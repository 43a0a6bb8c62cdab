package laketest

import (
	"math"
	"slices"
	"testing"

	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

func parts(t *testing.T, s lake.Store) {
	// Of KZ the total (rounded, so not the sum of its parts) and of KG the parts, in one month of one reporter.
	bring(t, s, of("2022-05",
		mass(x("DE", "KZ", phones, jan, 100), 9), part(mass(x("DE", "KZ", phones, jan, 60), 4), "proc:1"), part(mass(x("DE", "KZ", phones, jan, 39), 6), "proc:2"),
		part(x("DE", "KG", phones, jan, 7), "proc:1"), part(x("DE", "KG", phones, jan, 8), "proc:2"), part(x("DE", "KZ", cars, jan, 3), "proc:1"),
		part(x("FR", "KZ", phones, jan, 60), "proc:1"), part(x("FR", "KZ", phones, jan, 40), "proc:2"),
		part(x("DE", "KZ", phones, feb, 7), "proc:1"), part(x("DE", "KZ", phones, feb, 8), "proc:2"),
		x("AT", "KZ", phones, jan, 5)))
	q := by(exported(jan, feb), lake.ByReporter, lake.ByPartner, lake.ByGoods, lake.ByPeriod)
	q.Measures = []flow.Measure{flow.Value, flow.NetMass}
	rest := []string{"AT KZ 85171300 2022-01 EUR 5 -", "DE KG 85171300 2022-01 EUR 15 -", "DE KZ 85171300 2022-02 EUR 15 -", "DE KZ 87032319 2022-01 EUR 3 -", "FR KZ 85171300 2022-01 EUR 100 -"}
	expect(t, s, newest(t, s), q, slices.Insert(rest, 2, "DE KZ 85171300 2022-01 EUR 100 9")...)
	// A release that states its value by parts alone takes the total of the value away, and that of the mass not.
	bring(t, s, of("2022-06", part(x("DE", "KZ", phones, jan, 61), "proc:1"), part(x("DE", "KZ", phones, jan, 40), "proc:2")))
	expect(t, s, newest(t, s), q, slices.Insert(rest, 2, "DE KZ 85171300 2022-01 EUR 101 9")...)
	expect(t, s, newest(t, s), exported(jan), "EUR 224")
}

func levels(t *testing.T, s lake.Store) {
	bring(t, s, of("2022-05", x("DE", "KZ", goods.Total, jan, 1000), x("DE", "KZ", "8517", jan, 150), x("DE", "KZ", phones, jan, 100), x("DE", "KZ", "85171400", jan, 50), x("DE", "KZ", "85", jan, 160)))
	for _, c := range []struct {
		level int
		want  string
	}{{0, "EUR 1000"}, {2, "EUR 160"}, {4, "EUR 150"}, {8, "EUR 150"}} {
		q := exported(jan)
		q.Goods.Level = c.level
		expect(t, s, newest(t, s), q, c.want)
	}
	q := exported(jan)
	q.Goods.Level = 6
	expect(t, s, newest(t, s), q)
	q.Goods.Level = 5 // TOTAL has five letters and is no code of five digits
	expect(t, s, newest(t, s), q)
	q = by(exported(jan), lake.ByGoods)
	q.Goods.Level, q.Digits = 0, 2
	expect(t, s, newest(t, s), q, "TOTAL EUR 1000")
}

func terms(t *testing.T, s lake.Store) {
	bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 1), x("DE", "KZ", "85171400", jan, 2), x("DE", "KZ", cars, jan, 4), x("DE", "KZ", "84713000", jan, 8), x("DE", "KZ", "8517", jan, 16)))
	for _, c := range []struct {
		terms []goods.Term
		want  []string
	}{
		{[]goods.Term{{Code: "8517"}}, []string{"EUR 3"}},
		{[]goods.Term{{Code: "851713"}, {Code: cars, Exact: true}}, []string{"EUR 5"}},
		{[]goods.Term{{Code: "8517", Exact: true}}, nil}, // the heading is not of this level
		{[]goods.Term{{Code: "84"}, {Code: "8517"}, {Code: phones}}, []string{"EUR 11"}},
		{[]goods.Term{{Code: "99"}}, nil},
	} {
		q := exported(jan)
		q.Goods.Terms = c.terms
		expect(t, s, newest(t, s), q, c.want...)
	}
}

func windows(t *testing.T, s lake.Store) {
	var flows []flow.Flow
	for i, p := range []period.Period{202112, 202200, jan, feb, 202212, 202300, 202301} {
		flows = append(flows, x("DE", "KZ", phones, p, 1<<i), x("NL", "KZ", phones, p, 1<<(i+10)))
	}
	bring(t, s, of("2023-05", flows...))
	q := exported()
	q.Windows = []lake.Window{
		{Periods: []period.Period{202112, jan, feb}},
		{Periods: []period.Period{202212, 202301}, Without: map[area.Code][]period.Period{"NL": {202212}}},
		{Periods: []period.Period{jan, feb, 202212}}, // it overlaps both
		{Periods: []period.Period{202200, 202300}},
		{},
	}
	expect(t, s, newest(t, s), by(q, lake.ByReporter), "DE EUR 13 80 28 34 -", "NL EUR 13312 65536 28672 34816 -")
	q.Windows = []lake.Window{{Periods: []period.Period{jan, feb}, Without: map[area.Code][]period.Period{"NL": {feb, 202301}, "DE": {jan}}}}
	expect(t, s, newest(t, s), by(q, lake.ByReporter), "DE EUR 8", "NL EUR 4096")
	q.Measures = []flow.Measure{flow.Value, flow.NetMass}
	expect(t, s, newest(t, s), q, "EUR 4104 -")
	q.Windows = nil
	expect(t, s, newest(t, s), q)
	q.Windows = []lake.Window{{}}
	expect(t, s, newest(t, s), q)
}

func areas(t *testing.T, s lake.Store) {
	bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 1), x("DE", "KG", phones, jan, 2), x("FR", "KZ", phones, jan, 4), x("FR", "QV", phones, jan, 8), x("AT", "CI", phones, jan, 16)))
	for _, c := range []struct {
		reporters, partners, except []area.Code
		want                        []string
	}{
		{nil, nil, nil, []string{"EUR 31"}},
		{[]area.Code{"DE", "AT"}, nil, nil, []string{"EUR 19"}},
		{nil, []area.Code{"KZ", "CI"}, nil, []string{"EUR 21"}},
		{nil, nil, []area.Code{"KZ", "QV"}, []string{"EUR 18"}},
		{[]area.Code{"FR"}, []area.Code{"KZ", "QV"}, []area.Code{"QV"}, []string{"EUR 4"}},
		{[]area.Code{"IT"}, nil, nil, nil},
	} {
		q := exported(jan)
		q.Reporters, q.Partners, q.Except = c.reporters, c.partners, c.except
		expect(t, s, newest(t, s), q, c.want...)
	}
}

func dimensions(t *testing.T, s lake.Store) {
	bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 1), x("DE", "KZ", "85171400", jan, 2), x("FR", "KZ", cars, feb, 4), x("FR", "KG", cars, jan, 8)))
	for _, c := range []struct {
		by     []lake.Dimension
		digits int
		want   []string
	}{
		{nil, 0, []string{"EUR 15"}},
		{[]lake.Dimension{lake.ByReporter}, 0, []string{"DE EUR 3", "FR EUR 12"}},
		{[]lake.Dimension{lake.ByPartner}, 0, []string{"KG EUR 8", "KZ EUR 7"}},
		{[]lake.Dimension{lake.ByPeriod}, 0, []string{"2022-01 EUR 11", "2022-02 EUR 4"}},
		{[]lake.Dimension{lake.ByGoods}, 0, []string{"85171300 EUR 1", "85171400 EUR 2", "87032319 EUR 12"}},
		{[]lake.Dimension{lake.ByGoods}, 4, []string{"8517 EUR 3", "8703 EUR 12"}},
		{[]lake.Dimension{lake.ByPeriod, lake.ByGoods, lake.ByReporter}, 2, []string{"2022-01 85 DE EUR 3", "2022-01 87 FR EUR 8", "2022-02 87 FR EUR 4"}},
	} {
		q := by(exported(jan, feb), c.by...)
		q.Digits = c.digits
		expect(t, s, newest(t, s), q, c.want...)
	}
}

func apart(t *testing.T, s lake.Store) {
	dollars, re := x("DE", "KZ", phones, jan, 50), x("DE", "KZ", phones, jan, 9)
	dollars.Partner, dollars.Currency, re.Direction = "KG", "USD", flow.ReExport
	bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 100), dollars, re))
	expect(t, s, newest(t, s), exported(jan), "EUR 100", "USD 50")
	q := exported(jan)
	q.Direction = flow.ReExport
	expect(t, s, newest(t, s), q, "EUR 9")
	if got := newest(t, s).Segments[0].Currencies; len(got) != 2 || got[0] != "EUR" || got[1] != "USD" {
		t.Errorf("currencies of the file: %q", got)
	}
}

// A mass has no currency: beside figures in two it joins those of its cell, and alone it stands alone.
func massOnly(t *testing.T, s lake.Store) {
	dollars := x("DE", "KG", phones, jan, 50)
	dollars.Currency = "USD"
	bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 100), dollars), of("2022-05", mass(unvalued(x("DE", "KZ", phones, jan, 0)), math.MaxInt64-9), mass(unvalued(x("DE", "KG", phones, jan, 0)), 4), mass(unvalued(x("DE", "AM", phones, jan, 0)), 5)))
	q := by(exported(jan), lake.ByPartner)
	expect(t, s, newest(t, s), q, "KG USD 50", "KZ EUR 100")
	q.Measures = []flow.Measure{flow.Value, flow.NetMass}
	expect(t, s, newest(t, s), q, "AM - - 5", "KG USD 50 4", "KZ EUR 100 9223372036854775798")
	q.By = nil
	expect(t, s, newest(t, s), q, "EUR 100 9223372036854775807", "USD 50 -") // to the last gram
	q.Measures = []flow.Measure{flow.NetMass}
	expect(t, s, newest(t, s), q, "- 9223372036854775807")
}

func missing(t *testing.T, s lake.Store) {
	bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 0), mass(unvalued(x("FR", "KZ", phones, jan, 0)), 3), mass(x("AT", "KZ", phones, jan, 2), 1), x("AT", "KZ", cars, jan, -5)))
	q := by(exported(jan), lake.ByReporter)
	q.Measures = []flow.Measure{flow.Value, flow.NetMass, flow.Quantity}
	expect(t, s, newest(t, s), q, "AT EUR -3 1 -", "DE EUR 0 - -", "FR - - 3 -")
}

func overflow(t *testing.T, s lake.Store) {
	bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, math.MaxInt64), x("DE", "KG", phones, jan, 1), x("DE", "AM", phones, feb, math.MinInt64), x("DE", "GE", phones, feb, -1)))
	for _, m := range []period.Period{jan, feb} {
		err := s.Sum(t.Context(), newest(t, s), exported(m), func(*lake.Row) error { return nil })
		expectKind(t, err, fault.BadInput, "a sum beyond 64 bits")
	}
	expect(t, s, newest(t, s), exported(jan, feb), "EUR -1") // only the sum must fit, in whatever order it is made
	expect(t, s, newest(t, s), by(exported(jan), lake.ByPartner), "KG EUR 1", "KZ EUR 9223372036854775807")
}
