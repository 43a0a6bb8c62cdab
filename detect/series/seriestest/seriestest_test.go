package seriestest

import (
	"fmt"
	"slices"
	"testing"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/period"
)

const phones = "85171300"

func part(f flow.Flow, name string) flow.Flow {
	f.Part = name
	return f
}

// sums gives value and mass by partner of exports in January 2022, sorted.
func sums(t *testing.T, files ...File) []string {
	t.Helper()
	s, snap := New(files...)
	q := lake.Query{
		Dataset: "office/trade", Direction: flow.Export, Goods: lake.GoodsFilter{Level: 8}, By: []lake.Dimension{lake.ByPartner},
		Windows: []lake.Window{{Periods: []period.Period{202201}}}, Measures: []flow.Measure{flow.Value, flow.NetMass},
	}
	var out []string
	if err := s.Sum(t.Context(), snap, q, func(r *lake.Row) error {
		out = append(out, fmt.Sprint(r.Partner, " ", r.Currency, r.Sums))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// As the engines' suite has it (lake/laketest), so that detectors are tried on what the lake will give them.
func TestTotalOrParts(t *testing.T) {
	jan := Months(202201, 202201)
	of := func(stamp string, flows ...flow.Flow) File {
		f := Of("office/trade", jan, flows...)
		f.Vintage.Stamp = stamp
		return f
	}
	whole := of("2022-05", Weighing(Export("DE", "KZ", phones, 202201, 100), 9), part(Weighing(Export("DE", "KZ", phones, 202201, 60), 4), "proc:1"),
		part(Export("DE", "KG", phones, 202201, 7), "proc:1"), part(Export("DE", "KG", phones, 202201, 8), "proc:2"))
	expect(t, sums(t, whole), "KG EUR[{1500 true} {0 false}]", "KZ EUR[{10000 true} {9000 true}]")
	// A newer release states the value of KZ by its parts, and says nothing of masses.
	later := of("2022-06", part(Export("DE", "KZ", phones, 202201, 61), "proc:1"), part(Export("DE", "KZ", phones, 202201, 40), "proc:2"))
	later.Coverage[0].Partners, later.Coverage[0].Measures = []area.Code{"KZ"}, []flow.Measure{flow.Value}
	expect(t, sums(t, whole, later), "KG EUR[{1500 true} {0 false}]", "KZ EUR[{10100 true} {9000 true}]")
}

func TestMassesJoinTheirCell(t *testing.T) {
	mass := func(partner area.Code, kg int64) flow.Flow {
		f := part(Weighing(Export("DE", partner, phones, 202201, 0), kg), "proc:1")
		f.Value, f.Currency = flow.Number{}, ""
		return f
	}
	dollars := Export("DE", "KG", phones, 202201, 5)
	dollars.Currency = "USD"
	f := Of("office/trade", Months(202201, 202201), Export("DE", "KZ", phones, 202201, 7), dollars, mass("KZ", 3), mass("KG", 4), mass("AM", 5))
	expect(t, sums(t, f), "AM [{0 false} {5000 true}]", "KG USD[{500 true} {4000 true}]", "KZ EUR[{700 true} {3000 true}]")
}
