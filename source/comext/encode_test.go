package comext

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"detour/fault"
	"detour/source/comext/internal/decodetest"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// What is written is read back the same, for any flow that the bulk file can say.
func TestEncodeBulkRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Custom(bulkFlowGen), 0, 20).Draw(t, "flows")
		var text bytes.Buffer
		if err := EncodeBulk(&text, slices.Values(want)); err != nil {
			t.Fatal(err)
		}
		var got decodetest.Recorder
		if _, err := decodeBulk(t.Context(), decodetest.Input("f", text.String()), &got); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Got, want) || len(got.Rejected) > 0 {
			t.Fatalf("%s\ngave %+v\nwant %+v\nrejects %v", text.String(), got.Got, want, got.Rejected)
		}
	})
}

func bulkFlowGen(t *rapid.T) flow.Flow {
	number := func(name string) flow.Number {
		if rapid.Bool().Draw(t, name+" held") {
			return flow.Some(rapid.Int64Range(0, math.MaxInt64).Draw(t, name))
		}
		return flow.Number{}
	}
	place := rapid.SampledFrom([]area.Code{"AT", "GR", "RS", "GB", "KZ", "QX", "XK", "US"})
	unit := rapid.SampledFrom([]string{"", "NAR", "LTR"}).Draw(t, "unit")
	f := flow.Flow{
		Key: flow.Key{
			Reporter: place.Draw(t, "reporter"), Partner: place.Draw(t, "partner"),
			Direction:    rapid.SampledFrom([]flow.Direction{flow.Import, flow.Export}).Draw(t, "direction"),
			Nomenclature: goods.CN,
			Goods:        rapid.SampledFrom([]goods.Code{"85171300", "8517", "TOTAL", "12XXXXXX"}).Draw(t, "goods"),
			Period:       period.Period(rapid.IntRange(1988, 2100).Draw(t, "year")*100 + rapid.IntRange(0, 12).Draw(t, "month")),
			Part:         BulkPart(rapid.SampledFrom([]string{"I", "E"}).Draw(t, "trade"), rapid.SampledFrom([]string{"1", "9"}).Draw(t, "procedure"), unit),
		},
		Value: flow.Some(rapid.Int64Range(0, math.MaxInt64).Draw(t, "value")), Currency: money.EUR, NetMass: number("mass"), Unit: unit,
	}
	if unit != "" {
		f.Quantity = number("quantity")
	}
	f.Confidential = f.Goods == "12XXXXXX"
	return f
}

func TestEncodeBulkText(t *testing.T) {
	var text bytes.Buffer
	f := flow.Flow{
		Key: flow.Key{
			Reporter: "GR", Partner: "KZ", Direction: flow.Export, Nomenclature: goods.CN, Goods: "85171300", Period: period.Year(2024), Part: BulkPart("E", "1", "NAR"),
		},
		Value: flow.Some(123405), Currency: money.EUR, NetMass: flow.Some(1250), Quantity: flow.Some(2000), Unit: "NAR",
	}
	if err := EncodeBulk(&text, slices.Values([]flow.Flow{f})); err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(text.String(), "\n")
	if want := "GR,KZ,E,85171300,,,,,,,2,1,NAR,202452,1234.05,,1.25,2\n"; line != want {
		t.Errorf("row %q, want %q", line, want)
	}
}

// A flow that the file cannot say is refused, not bent.
func TestEncodeBulkRefuses(t *testing.T) {
	sound := flow.Flow{
		Key: flow.Key{
			Reporter: "AT", Partner: "KZ", Direction: flow.Export, Nomenclature: goods.CN, Goods: "85171300", Period: period.Month(2024, 1), Part: BulkPart("E", "1", ""),
		},
		Value: flow.Some(100), Currency: money.EUR,
	}
	for name, spoil := range map[string]func(*flow.Flow){
		"total part":           func(f *flow.Flow) { f.Part = "" },
		"no trade type":        func(f *flow.Flow) { f.Part = "proc:1" },
		"foreign part":         func(f *flow.Flow) { f.Part += ";mode:3" },
		"unit not in part":     func(f *flow.Flow) { f.Unit = "NAR" },
		"quantity sans unit":   func(f *flow.Flow) { f.Quantity = flow.Some(1) },
		"unit that says none":  func(f *flow.Flow) { f.Unit, f.Part = "NO_SU", BulkPart("E", "1", "NO_SU") },
		"unit with comma":      func(f *flow.Flow) { f.Unit, f.Part = "A,B", BulkPart("E", "1", "A,B") },
		"confidential":         func(f *flow.Flow) { f.Confidential = true },
		"product":              func(f *flow.Flow) { f.Goods = "851" },
		"currency":             func(f *flow.Flow) { f.Currency = "USD" },
		"nomenclature":         func(f *flow.Flow) { f.Nomenclature = "HS2022" },
		"direction":            func(f *flow.Flow) { f.Direction = flow.ReExport },
		"no period":            func(f *flow.Flow) { f.Period = 0 },
		"no number":            func(f *flow.Flow) { f.Value = flow.Number{} },
		"negative":             func(f *flow.Flow) { f.Value.N = -1 },
		"area without a code":  func(f *flow.Flow) { f.Partner = "UA-43" },
		"area that is unknown": func(f *flow.Flow) { f.Reporter = "ZZZ" },
	} {
		f := sound
		spoil(&f)
		err := EncodeBulk(&bytes.Buffer{}, slices.Values([]flow.Flow{sound, f}))
		if fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), "row 3") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
