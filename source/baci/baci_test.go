package baci

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"detour/fault"
	"detour/source"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// recorder is a sink that keeps what it gets, with the order of the calls.
type recorder struct {
	flows   []flow.Flow
	rejects []source.Reject
	calls   []string
}

func (r *recorder) Flows(batch []flow.Flow) error {
	r.flows = append(r.flows, batch...)
	r.calls = append(r.calls, fmt.Sprint("flows ", len(batch)))
	return nil
}

func (r *recorder) Reject(x source.Reject) error {
	r.rejects = append(r.rejects, x)
	r.calls = append(r.calls, fmt.Sprint("reject ", x.Line))
	return nil
}

func (r *recorder) Progress(int64) {}

func (r *recorder) reasons() []string {
	var out []string
	for _, x := range r.rejects {
		out = append(out, fmt.Sprintf("%d %s: %s", x.Line, x.Field, x.Reason))
	}
	return out
}

const fileName, header = "BACI_HS12_Y2022_V202401.csv", "t,i,j,k,v,q\n"

func input(name, text string) source.Input {
	return source.Input{Name: name, Size: int64(len(text)), R: strings.NewReader(text)}
}

func decoded(t *testing.T, name, text string) (source.Release, *recorder) {
	t.Helper()
	got := &recorder{}
	release, err := decode(t.Context(), input(name, text), got)
	if err != nil {
		t.Fatal(err)
	}
	return release, got
}

func export(from, to area.Code, code goods.Code, value, mass flow.Number) flow.Flow {
	return flow.Flow{
		Key: flow.Key{
			Reporter: from, Partner: to, Direction: flow.Export, Nomenclature: goods.HS2012, Goods: code, Period: period.Year(2022),
		},
		Value: value, Currency: usd, NetMass: mass,
	}
}

// The row of the official documentation.
func TestRow(t *testing.T) {
	release, got := decoded(t, fileName, header+"2022,4,20,210610,        0.357,        0.002\n")
	want := []flow.Flow{export("AF", "AD", "210610", flow.Some(35700), flow.Some(2000))}
	if diff := cmp.Diff(want, got.flows); diff != "" {
		t.Error(diff, got.reasons())
	}
	wantRelease := source.Release{
		Source: "baci", Dataset: "HS12", Stamp: "2024-01",
		Coverage: []flow.Block{{
			Direction: flow.Export, Nomenclature: goods.HS2012, Reporters: []area.Code{"AF"}, Partners: []area.Code{"AD"}, Levels: []int{6},
			Periods: []period.Period{period.Year(2022)}, Measures: []flow.Measure{flow.NetMass, flow.Value},
		}},
		Notes: []string{"BACI is reconciled by CEPII: a flow is neither the exporter's nor the importer's own statement"},
	}
	if diff := cmp.Diff(wantRelease, release); diff != "" {
		t.Error(diff)
	}
}

func TestReadsRows(t *testing.T) {
	none := flow.Number{}
	for name, c := range map[string]struct {
		text string
		want flow.Flow
	}{
		"mass NA":          {header + "2022,4,20,210610,1,           NA", export("AF", "AD", "210610", flow.Some(100_000), none)},
		"mass empty":       {header + "2022,4,20,210610,1,", export("AF", "AD", "210610", flow.Some(100_000), none)},
		"value NA":         {header + "2022,4,20,210610,NA,1", export("AF", "AD", "210610", none, flow.Some(1_000_000))},
		"exponent":         {header + "2022,4,20,210610,1e+05,2.5E-3", export("AF", "AD", "210610", flow.Some(10_000_000_000), flow.Some(2500))},
		"binary fraction":  {header + "2022,4,20,210610,0.0489999987185001,0.0000005", export("AF", "AD", "210610", flow.Some(4900), flow.Some(0))},
		"tie to even":      {header + "2022,4,20,210610,0.000015,0.0000015", export("AF", "AD", "210610", flow.Some(2), flow.Some(2))},
		"largest":          {header + "2022,4,20,210610,92233720368547.75807,9223372036854.775807", export("AF", "AD", "210610", flow.Some(1<<63-1), flow.Some(1<<63-1))},
		"lost zero":        {header + "2022,4,20,10121,1,1", export("AF", "AD", "010121", flow.Some(100_000), flow.Some(1_000_000))},
		"codes of its own": {header + "2022,842,490,010121,1,1", export("US", "TW", "010121", flow.Some(100_000), flow.Some(1_000_000))},
		"and others":       {header + "2022,251,757,010121,1,1", export("FR", "CH", "010121", flow.Some(100_000), flow.Some(1_000_000))},
		"and more":         {header + "2022,699,579,010121,1,1", export("IN", "NO", "010121", flow.Some(100_000), flow.Some(1_000_000))},
		"492":              {header + "2022,381,492,010121,1,1", export("IT", "NES-492", "010121", flow.Some(100_000), flow.Some(1_000_000))},
		"padded codes":     {header + " 2022 ,  4, 020 , 210610 ,1,1", export("AF", "AD", "210610", flow.Some(100_000), flow.Some(1_000_000))},
		"mark, CRLF":       {"\ufefft,i,j,k,v,q\r\n\r\n2022,4,20,210610,1,1\r\n", export("AF", "AD", "210610", flow.Some(100_000), flow.Some(1_000_000))},
		"quotes":           {`"t","i","j","k","v","q"` + "\n" + `2022,"4","20","210610","1"," NA "`, export("AF", "AD", "210610", flow.Some(100_000), none)},
		"other order":      {"q,V,k,more,J,I,T\n1,2,210610,x,20,4,2022\n", export("AF", "AD", "210610", flow.Some(200_000), flow.Some(1_000_000))},
	} {
		_, got := decoded(t, fileName, c.text)
		if diff := cmp.Diff([]flow.Flow{c.want}, got.flows); diff != "" || len(got.rejects) > 0 {
			t.Errorf("%s: %s %v", name, diff, got.reasons())
		}
	}
}

func TestRejectsRows(t *testing.T) {
	for line, want := range map[string]string{
		"2021,4,20,210610,1,1":                    `3 t: year "2021" in a file of 2022`,
		"2022,1,20,210610,1,1":                    `3 i: unknown area "1"`,
		"2022,4,,210610,1,1":                      `3 j: unknown area ""`,
		"2022,4,0,210610,1,1":                     `3 j: unknown area "0"`, // the world is an aggregate: BACI has none
		"2022,4,\xff\xfe,210610,1,1":              `3 j: unknown area "\xff\xfe"`,
		"2022,4,0020,210610,1,1":                  `3 j: unknown area "0020"`,
		"2022,4,20,2106,1,1":                      `3 k: goods code "2106" has not six digits`,
		"2022,4,20,21061A,1,1":                    `3 k: goods code "21061A" has not six digits`,
		"2022,4,20,TOTAL,1,1":                     `3 k: goods code "TOTAL" has not six digits`,
		"2022,4,20,210610,-1,1":                   `3 v: not a number that is zero or more: "-1"`,
		"2022,4,20,210610,1/2,1":                  `3 v: not a number that is zero or more: "1/2"`,
		"2022,4,20,210610,0x10,1":                 `3 v: not a number that is zero or more: "0x10"`,
		"2022,4,20,210610,1,na":                   `3 q: not a number that is zero or more: "na"`,
		"2022,4,20,210610,1,1e999":                `3 q: not a number that is zero or more: "1e999"`,
		"2022,4,20,210610,92233720368547.75808,1": `3 v: number too large: "92233720368547.75808"`,
		"2022,4,20,210610,1,1e60":                 `3 q: number too large: "1e60"`,
		"2022,4,20,210610,NA,NA":                  `3 : the row states no number`,
		"2022,4,20,210610,1":                      `3 : 5 fields where the header has 6`,
		`2022,4,20,210610,"1,5",1`:                `3 : 7 fields where the header has 6`,
	} {
		_, got := decoded(t, fileName, header+"2022,4,20,210610,1,1\n"+line+"\n2022,4,20,210690,1,1\n")
		if diff := cmp.Diff([]string{want}, got.reasons()); diff != "" || got.rejects[0].Raw == "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"flows 1", "reject 3", "flows 1"}, got.calls); diff != "" {
			t.Errorf("%s: not in file order: %s", line, diff)
		}
	}
}

func TestRefusesFiles(t *testing.T) {
	const sound = header + "2022,4,20,210610,1,1\n"
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	fmt.Fprint(z, sound)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"baci.csv", sound, "reading baci.csv: the name does not say edition, year and version"},
		{"BACI_HS12_Y2022_V202413.csv", sound, "reading BACI_HS12_Y2022_V202413.csv: the name does not say edition, year and version"},
		{"BACI_HS13_Y2022_V202401.csv", sound, "reading BACI_HS13_Y2022_V202401.csv: HS13 is no edition of the HS"},
		{"BACI_HS12_Y0022_V202401.csv", sound, `reading BACI_HS12_Y0022_V202401.csv: period "0022" is neither a month nor a year`},
		{fileName, "", "reading " + fileName + ": the header has no column t"},
		{fileName, "t,i,j,k,v\n", "reading " + fileName + ": the header has no column q"},
		{fileName, "t,i,j,k,v,q,v\n", "reading " + fileName + ": the header names column v twice"},
		{fileName, header + strings.Repeat("1", 2<<20), "reading " + fileName + ": bufio: buffer full"},
		{fileName + ".gz", zipped.String()[:zipped.Len()-4], "reading " + fileName + ".gz: unexpected EOF"},
	} {
		_, err := decode(t.Context(), input(c.name, c.text), &recorder{})
		if fault.KindOf(err) != fault.BadInput || err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, got := decoded(t, strings.ToLower(fileName)+".GZ", zipped.String()); len(got.flows) != 1 {
		t.Errorf("gzip gives %d flows", len(got.flows))
	}
}

func TestRecognise(t *testing.T) {
	for head, want := range map[string]bool{
		header: true, "\ufeff" + header: true, "\"t\",\"i\",\"j\",\"k\",\"v\",\"q\"\r\n2022": true, "t,i,j,k,v,q": true,
		"": false, "t,i,j,k,v\n": false, "REPORTER,PARTNER\n": false, "t;i;j;k;v;q\n": false, "period,reporterCode\n": false,
	} {
		if got := recognise("x", []byte(head)); got != want {
			t.Errorf("%q is recognised: %t", head, got)
		}
	}
}

func TestStamps(t *testing.T) {
	for name, want := range map[string]string{"BACI_HS22_Y2023_V202501.csv": "2025-01", "BACI_HS92_Y1995_V202401b.csv": "", "baci_hs17_y2018_v202001.csv": "2020-01"} {
		release, _ := decoded(t, name, header)
		corrected := slices.ContainsFunc(release.Notes, func(s string) bool { return strings.Contains(s, "--vintage") })
		if release.Stamp != want || corrected != (want == "") || release.Dataset != strings.ToUpper(name[5:9]) {
			t.Errorf("%s: %+v", name, release)
		}
		if !slices.Contains(release.Notes, "the file holds no row that could be read") || len(release.Coverage) != 0 {
			t.Errorf("%s has no row: %+v", name, release)
		}
	}
}

// An exporter is covered with the importers that it has trade with: what is absent may be two countries that
// both do not report.
func TestCoverage(t *testing.T) {
	release, _ := decoded(t, fileName, header+"2022,276,398,210610,1,NA\n2022,276,417,210610,1,NA\n2022,251,417,210610,1,NA\n2022,251,398,210690,1,NA\n2022,643,398,010121,1,NA\n2022,364,643,x,1,1\n")
	block := func(partners []area.Code, reporters ...area.Code) flow.Block {
		return flow.Block{
			Direction: flow.Export, Nomenclature: goods.HS2012, Reporters: reporters, Partners: partners, Levels: []int{6},
			Periods: []period.Period{period.Year(2022)}, Measures: []flow.Measure{flow.Value},
		}
	}
	want := []flow.Block{block([]area.Code{"KG", "KZ"}, "DE", "FR"), block([]area.Code{"KZ"}, "RU")}
	if diff := cmp.Diff(want, release.Coverage); diff != "" {
		t.Error(diff)
	}
}

var errStop = errors.New("stop")

type stopping struct{ recorder }

func (*stopping) Flows([]flow.Flow) error { return errStop }

func TestStops(t *testing.T) {
	text := header + strings.Repeat("2022,4,20,210610,1,1\n", 2*batchSize)
	if _, err := decode(t.Context(), input(fileName, text), &stopping{}); !errors.Is(err, errStop) {
		t.Errorf("a failing sink: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := decode(ctx, input(fileName, text), &recorder{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: %v", err)
	}
	_, got := decoded(t, fileName, text)
	if want := []string{"flows 4096", "flows 4096"}; !slices.Equal(got.calls, want) {
		t.Errorf("calls %v", got.calls)
	}
}

// The reference is a fraction of math/big, rounded by its definition.
func TestAmountIsTheRoundedDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`0{0,3}[0-9]{1,15}(\.[0-9]{1,25})?(e[+-]?[0-9])?`).Draw(t, "text")
		power := rapid.SampledFrom([]int{valuePower, massPower}).Draw(t, "power")
		exact, ok := new(big.Rat).SetString(s)
		if !ok {
			t.Fatalf("the reference does not read %q", s)
		}
		exact.Mul(exact, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(power)), nil)))
		got, reason := amount([]byte(s), power)
		if reason != "" {
			if exact.Cmp(new(big.Rat).SetFrac64(1<<62, 1)) < 0 || !strings.HasPrefix(reason, "number too large") {
				t.Fatalf("amount(%q, %d): %s", s, power, reason)
			}
			return
		}
		off := exact.Sub(exact, new(big.Rat).SetInt64(got.N))
		if c := off.Abs(off).Cmp(big.NewRat(1, 2)); !got.Held || c > 0 || c == 0 && got.N%2 != 0 {
			t.Fatalf("amount(%q, %d) = %d", s, power, got.N)
		}
	})
}

var placed = func() []area.Code {
	var out []area.Code
	for _, a := range area.All() {
		if _, err := numberOf(a.Code); err == nil {
			out = append(out, a.Code)
		}
	}
	return out
}()

// What is written is read back the same, for any flow that the file can say.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		edition := rapid.SampledFrom([]goods.Nomenclature{"HS1992", "HS1996", "HS2002", "HS2007", goods.HS2012, goods.HS2017, goods.HS2022}).Draw(rt, "edition")
		year := period.Year(rapid.IntRange(1995, 2100).Draw(rt, "year"))
		one := rapid.Custom(func(t *rapid.T) flow.Flow {
			place := rapid.SampledFrom(placed)
			f := export(place.Draw(t, "from"), place.Draw(t, "to"), goods.Code(rapid.StringMatching(`[0-9]{6}`).Draw(t, "goods")), flow.Some(rapid.Int64Min(0).Draw(t, "value")), flow.Number{})
			f.Nomenclature, f.Period = edition, year
			if rapid.Bool().Draw(t, "weighed") {
				f.NetMass = flow.Some(rapid.Int64Min(0).Draw(t, "mass"))
				if rapid.Bool().Draw(t, "not valued") {
					f.Value = flow.Number{}
				}
			}
			return f
		})
		want := rapid.SliceOfN(one, 0, 20).Draw(rt, "flows")
		name, err := Name(edition, year, rapid.SampledFrom([]string{"202401", "202501b"}).Draw(rt, "version"))
		if err != nil {
			rt.Fatal(err)
		}
		var text bytes.Buffer
		if err := Encode(&text, edition, year, slices.Values(want)); err != nil {
			rt.Fatal(err)
		}
		if !recognise(name, text.Bytes()) {
			rt.Fatal("what is written is not recognised")
		}
		if _, got := decoded(t, name, text.String()); !slices.Equal(got.flows, want) || len(got.rejects) > 0 {
			rt.Fatalf("%s\ngave %+v\nwant %+v\nrejects %v", text.String(), got.flows, want, got.reasons())
		}
	})
}

func TestEncodeText(t *testing.T) {
	var text bytes.Buffer
	flows := []flow.Flow{export("AF", "AD", "210610", flow.Some(35700), flow.Some(2000)), export("US", "TW", "010121", flow.Some(12), flow.Number{})}
	if err := Encode(&text, goods.HS2012, period.Year(2022), slices.Values(flows)); err != nil {
		t.Fatal(err)
	}
	want := header + "2022,4,20,210610,        0.357,        0.002\n2022,840,158,010121,      0.00012,           NA\n"
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Error(diff)
	}
}

// A flow that the file cannot say is refused, not bent.
func TestEncodeRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*flow.Flow){
		"year":                func(f *flow.Flow) { f.Period = period.Year(2021) },
		"month":               func(f *flow.Flow) { f.Period = period.Month(2022, 1) },
		"edition":             func(f *flow.Flow) { f.Nomenclature = goods.HS2017 },
		"import":              func(f *flow.Flow) { f.Direction = flow.Import },
		"currency":            func(f *flow.Flow) { f.Currency = "EUR" },
		"part":                func(f *flow.Flow) { f.Part = "mot:1000" },
		"heading":             func(f *flow.Flow) { f.Goods = "8517" },
		"letters":             func(f *flow.Flow) { f.Goods = "85171X" },
		"quantity":            func(f *flow.Flow) { f.Quantity = flow.Some(1) },
		"unit":                func(f *flow.Flow) { f.Unit = "u" },
		"confidential":        func(f *flow.Flow) { f.Confidential = true },
		"no number":           func(f *flow.Flow) { f.Value, f.NetMass = flow.Number{}, flow.Number{} },
		"negative":            func(f *flow.Flow) { f.NetMass = flow.Some(-1) },
		"world":               func(f *flow.Flow) { f.Partner = "WORLD" },
		"area without number": func(f *flow.Flow) { f.Partner = "UA-43" },
		"Monaco":              func(f *flow.Flow) { f.Reporter = "MC" },
		"unknown area":        func(f *flow.Flow) { f.Reporter = "ZZZ" },
	} {
		f := export("AF", "AD", "210610", flow.Some(1), flow.Some(1))
		sound := f
		spoil(&f)
		err := Encode(&bytes.Buffer{}, goods.HS2012, period.Year(2022), slices.Values([]flow.Flow{sound, f}))
		if fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), "row 3") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for _, c := range []struct {
		edition goods.Nomenclature
		year    period.Period
		version string
	}{{goods.CN, 202200, "202401"}, {goods.HS2012, 202201, "202401"}, {goods.HS2012, 202200, "2024"}, {goods.HS2012, 202200, "202400"}} {
		if name, err := Name(c.edition, c.year, c.version); fault.KindOf(err) != fault.BadInput {
			t.Errorf("%v is named %s: %v", c, name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(header + "2022,4,20,210610,        0.357,        0.002\n2022,4,20,10121,1e5,NA\r\n"))
	f.Add([]byte("\ufeff\"q\",V,k,more,J,I,T\n1,2,\"210610\",x,20,4,2022\n,,,,,,\n\xff"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got := &recorder{}
		release, err := decode(context.Background(), source.Input{Name: fileName, Size: int64(len(text)), R: bytes.NewReader(text)}, got)
		if err != nil || bytes.HasPrefix(text, []byte("\x1f\x8b")) {
			return
		}
		rows := -1
		for line := range bytes.SplitSeq(text, []byte{'\n'}) {
			if rows < 0 || len(bytes.TrimSpace(line)) > 0 {
				rows++
			}
		}
		if rows != len(got.flows)+len(got.rejects) {
			t.Errorf("%d rows gave %d flows and %d rejects", rows, len(got.flows), len(got.rejects))
		}
		for _, x := range got.flows {
			covered := slices.ContainsFunc(release.Coverage, func(b flow.Block) bool {
				return flow.CoversArea(b.Reporters, x.Reporter) && flow.CoversArea(b.Partners, x.Partner) && b.CoversGoods(x.Goods)
			})
			if !covered || x.Period != period.Year(2022) || !x.Value.Held && !x.NetMass.Held || x.Value.N < 0 || x.NetMass.N < 0 {
				t.Errorf("half a flow, or not covered: %+v", x)
			}
		}
	})
}

// discard is a sink that counts.
type discard struct{ flows, rejects int }

func (d *discard) Flows(batch []flow.Flow) error { d.flows += len(batch); return nil }
func (d *discard) Reject(source.Reject) error    { d.rejects++; return nil }
func (d *discard) Progress(int64)                {}

func BenchmarkDecode(b *testing.B) {
	const rows = 1_000_000
	var text strings.Builder
	text.WriteString(header)
	for i := range rows { // sorted by exporter, importer, goods, as CEPII's
		fmt.Fprintf(&text, "2022,%d,%d,%06d,%13.3f,%13.3f\n", []int{4, 276, 842}[i*3/rows], []int{20, 398, 417, 757}[i*12/rows%4], 10000+i%5000*17, float64(i%100003)/8, float64(i%9973)/16)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		var got discard
		if _, err := decode(context.Background(), input(fileName, text.String()), &got); err != nil {
			b.Fatal(err)
		}
		if got.flows != rows || got.rejects != 0 {
			b.Fatalf("%d flows, %d rejects", got.flows, got.rejects)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
