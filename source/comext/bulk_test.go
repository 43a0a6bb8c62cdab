package comext

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/bodgit/sevenzip"

	"detour/source"
	"detour/source/comext/internal/codes"
	"detour/source/comext/internal/decodetest"
	"detour/source/comext/internal/table"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

const (
	bulkHeader       = "REPORTER,PARTNER,TRADE_TYPE,PRODUCT_NC,PRODUCT_SITC,PRODUCT_CPA21,PRODUCT_CPA22,PRODUCT_BEC,PRODUCT_BEC5,PRODUCT_SECTION,FLOW,STAT_PROCEDURE,SUPPL_UNIT,PERIOD,VALUE_EUR,VALUE_NAC,QUANTITY_KG,QUANTITY_SUPPL_UNIT"
	oldBulkHeader    = "DECLARANT,PARTNER,PRODUCT_NC,FLOW,STAT_REGIME,PERIOD,VALUE_1000ECU,QUANTITY_TON,SUP_QUANTITY"
	middleBulkHeader = "DECLARANT,DECLARANT_ISO,PARTNER,PARTNER_ISO,TRADE_TYPE,PRODUCT_NC,PRODUCT_SITC,PRODUCT_cpa2002,PRODUCT_cpa2008,PRODUCT_CPA2_1,PRODUCT_BEC,PRODUCT_SECTION,FLOW,STAT_REGIME,SUPP_UNIT,PERIOD,VALUE_IN_EUROS,QUANTITY_IN_KG,SUP_QUANTITY"
	bulkLine         = "AT,AD,E,35069190,59229,2052,2059,220,311210,06,2,1,NO_SU,202402,65,65,3,0"
)

func TestBulkRow(t *testing.T) {
	release, got := decode(t, "comext-bulk", "full_202402.dat", bulkHeader+"\n"+bulkLine+"\n")
	want := flow.Flow{
		Key: flow.Key{
			Reporter: "AT", Partner: "AD", Direction: flow.Export, Nomenclature: goods.CN, Goods: "35069190",
			Period: period.Month(2024, 2), Part: "proc:1;type:E",
		},
		Value: flow.Some(6500), Currency: money.EUR, NetMass: flow.Some(3000),
	}
	if len(got.Got) != 1 || got.Got[0] != want {
		t.Errorf("flows %+v, want %+v", got.Got, want)
	}
	if release.Source != "comext" || release.Dataset != "bulk" || release.Stamp != "" {
		t.Errorf("release %+v", release)
	}
}

// The rows of testdata/bulk.dat are invented; each shows one trap.
func TestBulkFile(t *testing.T) {
	release, got := decodeFile(t, "comext-bulk", filepath.Join("testdata", "bulk.dat"))
	var flows []string
	for _, f := range got.Got {
		flows = append(flows, fmt.Sprintf("%s %s %s %s %s %q value=%d mass=%d quantity=%v %s confidential=%t", f.Reporter, f.Partner, f.Direction, f.Goods,
			f.Period, f.Part, f.Value.N, f.NetMass.N, f.Quantity, f.Unit, f.Confidential))
	}
	want := []string{
		`AT AD X 35069190 2024-02 "proc:1;type:E" value=6500 mass=3000 quantity={0 false}  confidential=false`,
		`GR RS X 85171300 2024-02 "proc:1;type:E;unit:NAR" value=123456789000 mass=1250500 quantity={7000 true} NAR confidential=false`,
		`GR RS X 85171300 2024-02 "proc:3;type:E;unit:NAR" value=100 mass=0 quantity={0 true} NAR confidential=false`,
		`DE XI M 12XXXXXX 2024 "proc:1;type:I" value=4200 mass=1000 quantity={0 false}  confidential=true`,
		`FR QX X TOTAL 2024-02 "proc:9;type:E" value=900 mass=0 quantity={0 false}  confidential=false`,
		`NL US X 09SSS123 2024-02 "proc:1;type:E" value=500 mass=1000 quantity={0 false}  confidential=true`,
	}
	if !slices.Equal(flows, want) {
		t.Errorf("flows\n%s\nwant\n%s", strings.Join(flows, "\n"), strings.Join(want, "\n"))
	}
	var rejects []string
	for _, r := range got.Rejected {
		rejects = append(rejects, fmt.Sprintf("%d %s: %s", r.Line, r.Field, r.Reason))
		if r.Raw == "" {
			t.Errorf("line %d has no raw row", r.Line)
		}
	}
	wantRejects := []string{
		`9 REPORTER: unknown area "ZZZ"`,
		`10 PARTNER: unknown area "\xff\xfe"`,
		`11 PRODUCT_NC: unknown product code "3506919"`,
		`12 FLOW: flow "3" is neither 1 (import) nor 2 (export)`,
		`13 PERIOD: period "202413" is neither YYYYMM nor YYYY52`,
		`14 VALUE_EUR: not a number that is zero or more: "-65"`,
		`15 : 17 fields where the header has 18`,
		`16 : a quote is not closed, or stands inside a field`,
		`17 STAT_PROCEDURE: procedure "T" is not a digit`,
		`18 QUANTITY_KG: more decimals than the unit holds: "0.0001"`,
		`19 : the row states no number`,
		`20 TRADE_TYPE: trade type "" is not a capital letter`,
	}
	if !slices.Equal(rejects, wantRejects) {
		t.Errorf("rejects\n%s\nwant\n%s", strings.Join(rejects, "\n"), strings.Join(wantRejects, "\n"))
	}
	exporters, hubs := []area.Code{"AT", "FR", "GR", "NL"}, []area.Code{"AD", "QX", "RS", "US"}
	wantCover := []flow.Block{
		{Direction: flow.Import, Nomenclature: goods.CN, Reporters: []area.Code{"DE"}, Partners: []area.Code{"XI"}, Goods: []goods.Code{"12XXXXXX"},
			Periods: []period.Period{period.Year(2024)}, Measures: flowMeasures},
		{Direction: flow.Export, Nomenclature: goods.CN, Reporters: exporters, Partners: hubs, Levels: []int{0},
			Periods: []period.Period{period.Month(2024, 2)}, Measures: flowMeasures},
		{Direction: flow.Export, Nomenclature: goods.CN, Reporters: exporters, Partners: hubs, Goods: []goods.Code{"09SSS123", "35069190", "85171300"},
			Periods: []period.Period{period.Month(2024, 2)}, Measures: flowMeasures},
	}
	if fmt.Sprint(release.Coverage) != fmt.Sprint(wantCover) {
		t.Errorf("coverage %v, want %v", release.Coverage, wantCover)
	}
}

var flowMeasures = []flow.Measure{flow.NetMass, flow.Quantity, flow.Value}

func TestBulkOldHeader(t *testing.T) {
	_, got := decode(t, "comext-bulk", "old.txt", oldBulkHeader+"\nAT,AD,35069190,1,4,199801,12.34,0.5,3\nAT,AD,35069190,1,2,199852,12,0,0\n")
	cell := flow.Key{Reporter: "AT", Partner: "AD", Direction: flow.Import, Nomenclature: goods.CN, Goods: "35069190", Period: period.Month(1998, 1)}
	part := cell
	part.Period, part.Part = period.Year(1998), "proc:2"
	want := []flow.Flow{
		{Key: cell, Value: flow.Some(1234000), Currency: money.EUR, NetMass: flow.Some(500_000), Quantity: flow.Some(3000), Unit: SupplementaryUnit},
		{Key: part, Value: flow.Some(1200000), Currency: money.EUR, NetMass: flow.Some(0)},
	}
	if !slices.Equal(got.Got, want) {
		t.Errorf("flows %+v, want %+v; rejects %v", got.Got, want, got.Rejected)
	}
}

func TestBulkMiddleHeader(t *testing.T) {
	_, got := decode(t, "comext-bulk", "full201801.dat", middleBulkHeader+"\n038,AT,0043,AD,E,35069190,59229,2462,2052,2052,220,06,2,1,,201801,65,3,0\n")
	if len(got.Got) != 1 || got.Got[0].Reporter != "AT" || got.Got[0].Part != "proc:1;type:E" || got.Got[0].Value != flow.Some(6500) {
		t.Errorf("flows %+v, rejects %v", got.Got, got.Rejected)
	}
}

// Columns are found by name, in any order, further ones ignored.
func TestBulkColumnOrder(t *testing.T) {
	_, plain := decode(t, "comext-bulk", "a", bulkHeader+"\n"+bulkLine+"\n")
	_, mixed := decode(t, "comext-bulk", "b", `PERIOD,"value_eur",NEW,QUANTITY_KG,PRODUCT_NC,PARTNER,REPORTER,TRADE_TYPE,SUPPL_UNIT,STAT_PROCEDURE,FLOW,QUANTITY_SUPPL_UNIT`+
		"\n202402,65,what,3,\"35069190\",AD,AT,E,NO_SU,1,2,0\n")
	if !slices.Equal(plain.Got, mixed.Got) {
		t.Errorf("flows %+v, want %+v", mixed.Got, plain.Got)
	}
}

func TestBulkRefusals(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"column":  {strings.Replace(bulkHeader, "PERIOD", "TIME", 1) + "\n", "no column PERIOD"},
		"twice":   {bulkHeader + ",PERIOD\n", "PERIOD twice"},
		"endless": {bulkHeader + "\n" + strings.Repeat("x", 2*blockSize), "longer than"},
		"gzip":    {"\x1f\x8b\x08\x00broken", "reading gzip"},
		"7z":      {sevenZipMagic + "broken", "reading 7z"},
	} {
		if err := badInput(t, "comext-bulk", name, c.text); !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %q does not say %q", name, err, c.want)
		}
	}
}

func TestBulkEndings(t *testing.T) {
	_, want := decode(t, "comext-bulk", "a", bulkHeader+"\n"+bulkLine+"\n"+bulkLine+"\n")
	for name, text := range map[string]string{
		"windows":         strings.ReplaceAll(bulkHeader+"\n"+bulkLine+"\n"+bulkLine+"\n", "\n", "\r\n"),
		"mark":            "\ufeff" + bulkHeader + "\n" + bulkLine + "\n" + bulkLine + "\n",
		"no end":          bulkHeader + "\n" + bulkLine + "\n" + bulkLine,
		"blank lines":     bulkHeader + "\n\n" + bulkLine + "\n   \n" + bulkLine + "\n\n",
		"quoted":          bulkHeader + "\n" + quoteAll(bulkLine) + "\n" + bulkLine + "\n",
		"gzip":            string(gzipped(t, bulkHeader+"\n"+bulkLine+"\n"+bulkLine+"\n")),
		"blanks in codes": bulkHeader + "\n" + strings.Replace(bulkLine, "AT,AD", " AT , AD", 1) + "\n" + bulkLine,
	} {
		_, got := decode(t, "comext-bulk", name, text)
		if !slices.Equal(got.Got, want.Got) || len(got.Rejected) > 0 {
			t.Errorf("%s: flows %+v, rejects %v", name, got.Got, got.Rejected)
		}
		if got.Consumed != int64(len(text)) {
			t.Errorf("%s: progress ended at %d of %d bytes", name, got.Consumed, len(text))
		}
	}
}

// A download that broke off is no whole file, wherever it was cut, and neither is one whose bytes changed: of either
// nothing must be taken for the release.
func TestBulkCutShort(t *testing.T) {
	rows := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "AT,AD,E,35069190,59229,2052,2059,220,311210,06,2,1,NO_SU,202402,%d,65,3,0\n", i*i%9973)
		}
		return b.String()
	}
	zipped := gzipped(t, bulkHeader+"\n"+rows(50_000)) // several blocks
	for _, keep := range []int{len(zipped) - 1, len(zipped) - 8, len(zipped) / 2, len(zipped) / 100} {
		badInput(t, "comext-bulk", "f.gz", string(zipped[:keep]))
	}
	archive := mustRead(t, filepath.Join("testdata", "full_v2_209902.7z"))
	for _, keep := range []int{len(archive) - 1, len(archive) / 2} {
		badInput(t, "comext-bulk", "full_v2_209902.7z", string(archive[:keep]))
	}
}

func TestUnpacked(t *testing.T) {
	const text = "whole"
	for _, c := range []struct {
		got  string
		sum  uint32
		want error
	}{
		{text, crc32.ChecksumIEEE([]byte(text)), nil},
		{text, 0, nil},
		{"whol", 0, errDamaged},
		{"whale", crc32.ChecksumIEEE([]byte(text)), errDamaged},
	} {
		u := &unpacked{ReadCloser: io.NopCloser(strings.NewReader(c.got)), sum: crc32.NewIEEE(),
			file: &sevenzip.File{FileHeader: sevenzip.FileHeader{UncompressedSize: uint64(len(text)), CRC32: c.sum}}}
		if _, err := io.ReadAll(u); !errors.Is(err, c.want) {
			t.Errorf("%q with sum %x: %v, want %v", c.got, c.sum, err, c.want)
		}
	}
}

func quoteAll(line string) string { return `"` + strings.ReplaceAll(line, ",", `","`) + `"` }

func gzipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// testdata/full_v2_209902.7z holds the rows of testdata/bulk.dat as full_209902.dat.
func TestBulkArchive(t *testing.T) {
	_, want := decodeFile(t, "comext-bulk", filepath.Join("testdata", "bulk.dat"))
	_, got := decodeFile(t, "comext-bulk", filepath.Join("testdata", "full_v2_209902.7z"))
	if !slices.Equal(got.Got, want.Got) || !slices.Equal(got.Rejected, want.Rejected) {
		t.Errorf("archive gives %d flows, %d rejects; the file %d, %d", len(got.Got), len(got.Rejected), len(want.Got), len(want.Rejected))
	}
	err := badInput(t, "comext-bulk", "full_two.7z", string(mustRead(t, filepath.Join("testdata", "full_two.7z"))))
	if !strings.Contains(err.Error(), "2 files") {
		t.Errorf("error %q for an archive of two files", err)
	}
}

func mustRead(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The sink sees the same calls however many workers there are, in file order, with true line numbers.
func TestBulkOrder(t *testing.T) {
	var text strings.Builder
	text.WriteString(bulkHeader + "\n")
	for i := range 60_000 {
		value := fmt.Sprint(i)
		if i%1000 == 999 {
			value = "x"
		}
		fmt.Fprintln(&text, strings.Replace(bulkLine, "202402,65,", "202402,"+value+",", 1))
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	release, one := decode(t, "comext-bulk", "a", text.String())
	runtime.GOMAXPROCS(4)
	again, four := decode(t, "comext-bulk", "a", text.String())
	if !slices.Equal(one.Calls, four.Calls) || !slices.Equal(one.Got, four.Got) || fmt.Sprint(release) != fmt.Sprint(again) {
		t.Error("the number of workers changes what the sink sees")
	}
	if len(one.Calls) < 20 {
		t.Errorf("%d calls: the text is not longer than a block", len(one.Calls))
	}
	next := int64(0)
	for _, f := range four.Got {
		if next%1000 == 999 {
			next++
		}
		if f.Value.N != next*100 {
			t.Fatalf("value %d where %d belongs", f.Value.N, next*100)
		}
		next++
	}
	for i, r := range four.Rejected {
		if want := int64(i+1)*1000 + 1; r.Line != want {
			t.Fatalf("reject on line %d, want %d", r.Line, want)
		}
	}
}

// A row that cannot tell its cell from another's would be added twice or lost: every combination of
// what distinguishes rows has a key of its own.
func TestBulkKeysAreUnique(t *testing.T) {
	var text strings.Builder
	text.WriteString(bulkHeader + "\n")
	rows := 0
	for _, trade := range []string{"I", "E"} {
		for _, procedure := range []string{"1", "2", "3", "9"} {
			for _, unit := range []string{"NO_SU", "NAR", "LTR"} {
				fmt.Fprintf(&text, "AT,QX,%s,35069190,,,,,,,2,%s,%s,202402,1,1,1,1\n", trade, procedure, unit)
				rows++
			}
		}
	}
	_, got := decode(t, "comext-bulk", "a", text.String())
	keys := map[flow.Key]bool{}
	for _, f := range got.Got {
		keys[f.Key] = true
	}
	if len(keys) != rows {
		t.Errorf("%d keys for %d rows", len(keys), rows)
	}
}

func FuzzBulk(f *testing.F) {
	f.Add([]byte(bulkHeader + "\n" + bulkLine + "\n\n\"AT\",,\r\n"))
	f.Add([]byte(oldBulkHeader + "\nAT,AD,35069190,1,4,199801,12.34,0.5,3"))
	f.Add(mustRead(f, filepath.Join("testdata", "bulk.dat")))
	f.Fuzz(func(t *testing.T, text []byte) {
		var got decodetest.Recorder
		in := source.Input{Name: "f", Size: int64(len(text)), R: bytes.NewReader(text)}
		if _, err := decodeBulk(context.Background(), in, &got); err != nil || bytes.HasPrefix(text, []byte{0x1f, 0x8b}) || bytes.HasPrefix(text, []byte(sevenZipMagic)) {
			return
		}
		if rows := rowsOf(text); rows != len(got.Got)+len(got.Rejected) {
			t.Errorf("%d rows gave %d flows and %d rejects", rows, len(got.Got), len(got.Rejected))
		}
		for _, x := range got.Got {
			if x.Reporter == "" || x.Partner == "" || x.Goods == "" || x.Period == 0 || !codes.Held(&x) {
				t.Errorf("half a flow: %+v", x)
			}
		}
	})
}

// rowsOf counts the lines below the header that are not blank.
func rowsOf(text []byte) int {
	n := 0
	for i, line := range bytes.Split(text, []byte{'\n'}) {
		if i > 0 && !table.Blank(line) {
			n++
		}
	}
	return n
}

// bulkText makes a bulk file of n invented rows, in which no column but the reporter repeats from
// row to row: the hard case for a decoder that remembers codes.
func bulkText(n int) []byte {
	partners := []area.Code{"AD", "KZ", "KG", "AM", "GE", "UZ", "TR", "AE", "US", "CN"}
	reporters := []string{"AT", "DE", "FR", "PL", "LT"}
	b := make([]byte, 0, n*90)
	b = append(b, bulkHeader+"\n"...)
	for i := range n {
		b = fmt.Appendf(b, "%s,%s,E,%08d,59229,2052,2059,220,311210,06,%d,%d,%s,2024%02d,%d,%d,%d,%d\n",
			reporters[i*5/n], partners[i%10], 10000000+i%9500*7919, i%2+1, 1+i%3, []string{"NO_SU", "NAR"}[i%7/6], 1+i%12, i%1000003, i%1000003, i%100003, i%9)
	}
	return b
}

// discard is a sink that counts.
type discard struct{ flows, rejects int }

func (d *discard) Flows(batch []flow.Flow) error { d.flows += len(batch); return nil }
func (d *discard) Reject(source.Reject) error    { d.rejects++; return nil }
func (d *discard) Progress(int64)                {}

func BenchmarkBulk(b *testing.B) {
	const rows = 1_000_000
	text := bulkText(rows)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var got discard
		in := source.Input{Name: "bench", Size: int64(len(text)), R: bytes.NewReader(text)}
		if _, err := decodeBulk(context.Background(), in, &got); err != nil {
			b.Fatal(err)
		}
		if got.flows != rows || got.rejects != 0 {
			b.Fatalf("%d flows, %d rejects", got.flows, got.rejects)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
