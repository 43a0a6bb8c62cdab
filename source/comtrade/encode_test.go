package comtrade

import (
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"detour/fault"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

var encoders = map[string]struct {
	encode func(io.Writer, iter.Seq[flow.Flow]) error
	decode decoder
}{"bulk": {EncodeBulk, decodeBulk}, "json": {EncodeJSON, decodeJSON}}

// What is written is read back the same, for any flow that the files can say.
func TestRoundTrip(t *testing.T) {
	for name, c := range encoders {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				want := rapid.SliceOfN(rapid.Custom(flowGen), 0, 20).Draw(rt, "flows")
				var text bytes.Buffer
				if err := c.encode(&text, slices.Values(want)); err != nil {
					rt.Fatal(err)
				}
				release, got := decode(t, c.decode, text.String())
				if !slices.Equal(got.flows, want) || len(got.rejects) > 0 {
					rt.Fatalf("%s\ngave %+v\nwant %+v\nrejects %v", text.String(), got.flows, want, got.reasons())
				}
				checkSound(t, release, got)
			})
		})
	}
}

var placed = func() []area.Code {
	var out []area.Code
	for _, a := range area.All() {
		if _, _, err := numberOf(a.Code); err == nil {
			out = append(out, a.Code)
		}
	}
	return out
}()

// flowGen makes flows of one breakdown, by mode of transport, beside totals: of two, one would be left out.
func flowGen(t *rapid.T) flow.Flow {
	number := func(name string) flow.Number {
		if rapid.Bool().Draw(t, name+" held") {
			return flow.Some(rapid.Int64Min(0).Draw(t, name))
		}
		return flow.Number{}
	}
	place := rapid.SampledFrom(placed)
	f := flow.Flow{
		Key: flow.Key{
			Reporter: place.Filter(func(c area.Code) bool { return c != europeNES }).Draw(t, "reporter"), Partner: place.Draw(t, "partner"),
			Direction:    rapid.SampledFrom([]flow.Direction{flow.Import, flow.Export, flow.ReImport, flow.ReExport}).Draw(t, "direction"),
			Nomenclature: rapid.SampledFrom([]goods.Nomenclature{"HS1992", "HS2007", goods.HS2012, goods.HS2017, goods.HS2022}).Draw(t, "edition"),
			Goods:        rapid.SampledFrom([]goods.Code{"TOTAL", "01", "0101", "010121", "851713"}).Draw(t, "goods"),
			Period:       period.Period(rapid.IntRange(1988, 2100).Draw(t, "year")*100 + rapid.IntRange(0, 12).Draw(t, "month")),
			Part:         rapid.SampledFrom([]string{"", "mot:2100", "mot:1000"}).Draw(t, "part"),
		},
		Value: flow.Some(rapid.Int64Range(0, math.MaxInt64).Draw(t, "value")), Currency: usd, NetMass: number("mass"), Quantity: number("quantity"),
	}
	if f.Quantity.Held {
		f.Unit = rapid.SampledFrom([]string{"u", "kg", "m2", "1000kWh", "UN21", "UN14", "UN999"}).Draw(t, "unit")
	}
	return f
}

var sound = flow.Flow{
	Key: flow.Key{
		Reporter: "DE", Partner: "KZ", Direction: flow.Export, Nomenclature: goods.HS2022, Goods: "851713", Period: period.Month(2022, 3), Part: "customs:C05;mos:1;mot:3200;partner2:KG",
	},
	Value: flow.Some(123405), Currency: usd, NetMass: flow.Some(1250), Quantity: flow.Some(2000), Unit: "u",
}

func TestEncodeText(t *testing.T) {
	var text bytes.Buffer
	if err := EncodeBulk(&text, slices.Values([]flow.Flow{sound})); err != nil {
		t.Fatal(err)
	}
	want := "typeCode\tfreqCode\t" + strings.Join(fieldNames[2:], "\t") + "\n" +
		//nolint:dupword // a row of flags
		"C\tM\t20220301\t2022\t3\t202203\t276\tDEU\tGermany\tX\tExport\t398\tKAZ\tKazakhstan\t417\t\t\tH6\tHS\tTrue\t851713\t\t6\tTrue\tC05\t\t1\t3200\t\t5\tu\t2\tFalse\t\t\t\tFalse\t1.25\tFalse\t\tFalse\t\t1234.05\t1234.05\t0\tTrue\tFalse\n"
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Error(diff)
	}
	if len(fieldNames) != 47 {
		t.Errorf("%d fields, the final data have 47", len(fieldNames))
	}
}

func TestEncodeJSONIsJSON(t *testing.T) {
	var text bytes.Buffer
	if err := EncodeJSON(&text, slices.Values([]flow.Flow{sound, sound})); err != nil {
		t.Fatal(err)
	}
	var a struct {
		Count int
		Data  []map[string]any
		Error string
	}
	if err := json.Unmarshal(text.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	if a.Count != 2 || len(a.Data) != 2 || len(a.Data[0]) != 47 || a.Data[1]["primaryValue"] != 1234.05 || a.Data[1]["grossWgt"] != nil || a.Data[1]["isReported"] != true {
		t.Errorf("%+v", a)
	}
	if !recogniseJSON("f", text.Bytes()) {
		t.Error("what is written is not recognised")
	}
}

// A flow that the files cannot say is refused, not bent.
func TestEncodeRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*flow.Flow){
		"foreign part":        func(f *flow.Flow) { f.Part = "proc:1" },
		"part in other order": func(f *flow.Flow) { f.Part = "mot:3200;customs:C05" },
		"part of the total":   func(f *flow.Flow) { f.Part = "mot:0" },
		"part twice":          func(f *flow.Flow) { f.Part = "mot:1000;mot:3200" },
		"part of no area":     func(f *flow.Flow) { f.Part = "partner2:ZZ" },
		"quantity sans unit":  func(f *flow.Flow) { f.Unit = "" },
		"unit sans quantity":  func(f *flow.Flow) { f.Quantity = flow.Number{} },
		"unit of Comext":      func(f *flow.Flow) { f.Unit = "NAR" },
		"unit by number":      func(f *flow.Flow) { f.Unit = "UN5" },
		"unit that says none": func(f *flow.Flow) { f.Unit = "UN0" },
		"unit zero-padded":    func(f *flow.Flow) { f.Unit = "UN021" },
		"confidential":        func(f *flow.Flow) { f.Confidential = true },
		"product":             func(f *flow.Flow) { f.Goods = "85171300" },
		"currency":            func(f *flow.Flow) { f.Currency = "EUR" },
		"nomenclature":        func(f *flow.Flow) { f.Nomenclature = goods.CN },
		"direction":           func(f *flow.Flow) { f.Direction = "DX" },
		"no period":           func(f *flow.Flow) { f.Period = 0 },
		"month 13":            func(f *flow.Flow) { f.Period = 202213 },
		"no number": func(f *flow.Flow) {
			f.Value, f.NetMass, f.Quantity, f.Unit = flow.Number{}, flow.Number{}, flow.Number{}, ""
		},
		"negative":            func(f *flow.Flow) { f.Value.N = -1 },
		"area without number": func(f *flow.Flow) { f.Partner = "UA-43" },
		"unknown area":        func(f *flow.Flow) { f.Reporter = "ZZZ" },
		"nes as reporter":     func(f *flow.Flow) { f.Reporter = europeNES },
	} {
		f := sound
		spoil(&f)
		for id, c := range encoders {
			err := c.encode(&bytes.Buffer{}, slices.Values([]flow.Flow{sound, f}))
			if row := map[string]string{"bulk": "row 3", "json": "record 2"}[id]; fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), row) {
				t.Errorf("%s in %s: error %v", name, id, err)
			}
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestEncodeToAFullDisk(t *testing.T) {
	for name, c := range encoders {
		if err := c.encode(full{}, slices.Values([]flow.Flow{sound})); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
