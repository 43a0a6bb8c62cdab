package comext

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"detour/fault"
	"detour/source"
	"detour/trade/flow"
)

// recorder is a sink that keeps what it gets, with the order of the calls.
type recorder struct {
	flows    []flow.Flow
	rejects  []source.Reject
	progress int64
	calls    []string
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

func (r *recorder) Progress(n int64) { r.progress = n }

// input is a file in memory.
func input(name, text string) source.Input {
	return source.Input{Name: name, Size: int64(len(text)), R: strings.NewReader(text)}
}

// decode reads a text as the format and fails the test on an error.
func decode(t *testing.T, id, name, text string) (source.Release, *recorder) {
	t.Helper()
	var r recorder
	release, err := formatOf(t, id).Decode(context.Background(), input(name, text), &r)
	if err != nil {
		t.Fatalf("decoding %s: %v", name, err)
	}
	return release, &r
}

// decodeFile reads a file of testdata, or of the shared data, as the format.
func decodeFile(t *testing.T, id, path string) (source.Release, *recorder) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, id, filepath.Base(path), string(b))
}

func formatOf(t testing.TB, id string) source.Format {
	t.Helper()
	i := slices.IndexFunc(Formats(), func(f source.Format) bool { return f.ID == id })
	if i < 0 {
		t.Fatalf("no format %s", id)
	}
	return Formats()[i]
}

// badInput decodes a text that must be refused as a whole, and gives the error.
func badInput(t *testing.T, id, name, text string) error {
	t.Helper()
	_, err := formatOf(t, id).Decode(context.Background(), input(name, text), &recorder{})
	if err == nil || fault.KindOf(err) != fault.BadInput {
		t.Fatalf("error %v, want bad input", err)
	}
	if !strings.Contains(err.Error(), name) {
		t.Errorf("error %q does not name the file", err)
	}
	return err
}

// sharedFiles gives the files of the shared data that match, or skips the test.
func sharedFiles(t testing.TB, pattern string) []string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	files, err := filepath.Glob(filepath.Join(dir, "..", "shared", "data", pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("shared data absent: ../shared/data/%s", pattern)
	}
	return files
}

func TestFormatsAreDocumented(t *testing.T) {
	var ids []string
	for _, f := range Formats() {
		ids = append(ids, f.ID)
		if f.Doc.Title == "" || f.Doc.Source == "" {
			t.Errorf("%s has no title or source", f.ID)
		}
		if _, err := os.Stat(filepath.Join("..", "..", "docs", "format", f.Doc.Page)); err != nil {
			t.Errorf("%s: %v", f.ID, err)
		}
	}
	if want := []string{"comext-bulk", "comext-sdmx", "comext-workbook", "easy-comext"}; !slices.Equal(ids, want) {
		t.Errorf("formats %v, want %v", ids, want)
	}
}

// Each shape is recognised by its own format and by no other.
func TestRecognise(t *testing.T) {
	for _, c := range []struct{ name, head, want string }{
		{"full_202402.dat", bulkHeader + "\n", "comext-bulk"},
		{"x.txt", "\ufeff" + oldBulkHeader + "\r\n", "comext-bulk"},
		{"x.txt", middleBulkHeader + "\n", "comext-bulk"},
		{"full_v2_202402.7z", "7z\xbc\xaf\x27\x1c\x00\x04", "comext-bulk"},
		{"holiday.7z", "7z\xbc\xaf\x27\x1c\x00\x04", ""},
		{"x.csv", sdmxHeader + "\n", "comext-sdmx"},
		{"x.csv", sdmx3Header + "\n", "comext-sdmx"},
		{"x.csv", refusalXML, "comext-sdmx"},
		{"x.csv", `"` + strings.ReplaceAll(easyHeader, ",", `","`) + `"` + "\n", "easy-comext"},
		{"Relational_View_x.csv", easyHeader + "\r\n", "easy-comext"},
		{"trade.csv", "typeCode,freqCode,refPeriodId,period,reporterCode\n", ""},
		{"baci.csv", "t,i,j,k,v,q\n", ""},
		{"book.xlsx", "PK\x03\x04", ""},
		{"empty", "", ""},
	} {
		if got := recognised(c.name, []byte(c.head)); got != c.want {
			t.Errorf("%s %.30q recognised as %q, want %q", c.name, c.head, got, c.want)
		}
	}
}

func recognised(name string, head []byte) string {
	var ids []string
	for _, f := range Formats() {
		if f.Recognise(name, head) {
			ids = append(ids, f.ID)
		}
	}
	return strings.Join(ids, " and ")
}

func TestSharedRecognise(t *testing.T) {
	for pattern, want := range map[string]string{
		"eurostat/browser_xlsx/*.xlsx":      "comext-workbook",
		"eurostat/easy_comext_annual/*.csv": "easy-comext",
		"national/*":                        "",
		"comtrade/*":                        "",
		"fx/*":                              "",
		"imf/*":                             "",
		"goods/*":                           "",
	} {
		for _, path := range sharedFiles(t, pattern) {
			if info, err := os.Stat(path); err != nil || info.IsDir() {
				continue
			}
			f, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			head := make([]byte, source.HeadSize)
			n, _ := f.Read(head)
			f.Close()
			if got := recognised(filepath.Base(path), head[:n]); got != want {
				t.Errorf("%s recognised as %q, want %q", filepath.Base(path), got, want)
			}
		}
	}
}

func TestAmount(t *testing.T) {
	for _, c := range []struct {
		text   string
		power  int
		want   flow.Number
		reason string
	}{
		{"65", 2, flow.Some(6500), ""},
		{"0", 2, flow.Some(0), ""},
		{"", 2, flow.Number{}, ""},
		{" : ", 2, flow.Number{}, ""},
		{"1.0342354E7", 2, flow.Some(1034235400), ""},
		{"8813.0", 2, flow.Some(881300), ""},
		{"1772.90", 5, flow.Some(177290000), ""},
		{".5", 3, flow.Some(500), ""},
		{"12e-1", 2, flow.Some(120), ""},
		{"0.00000000000000000000", 2, flow.Some(0), ""},
		{"0e30000", 2, flow.Some(0), ""},
		{"92233720368547758.07", 2, flow.Some(9223372036854775807), ""},
		{"92233720368547758.08", 2, flow.Number{}, "number too large"},
		{"999999999999999999", 6, flow.Number{}, "number too large"},
		{"1e300", 2, flow.Number{}, "number too large"},
		{"0.001", 2, flow.Number{}, "more decimals"},
		{"0.0005", 3, flow.Number{}, "more decimals"},
		{"-5", 2, flow.Number{}, "not a number"},
		{"1,000", 2, flow.Number{}, "not a number"},
		{"1.2.3", 2, flow.Number{}, "not a number"},
		{".", 2, flow.Number{}, "not a number"},
		{"e5", 2, flow.Number{}, "not a number"},
		{"NaN", 2, flow.Number{}, "not a number"},
		{"1e99999", 2, flow.Number{}, "not a number"},
	} {
		got, reason := amount([]byte(c.text), c.power)
		if got != c.want || !strings.HasPrefix(reason, c.reason) || (reason == "") != (c.reason == "") {
			t.Errorf("amount(%q, %d) = %v, %q; want %v, %q", c.text, c.power, got, reason, c.want, c.reason)
		}
	}
}

func TestProduct(t *testing.T) {
	for _, c := range []struct {
		code             string
		confidential, ok bool
	}{
		{"TOTAL", false, true}, {"85", false, true}, {"8517", false, true}, {"851713", false, true}, {"85171300", false, true},
		{"12XXXXXX", true, true}, {"09SSS123", true, true}, {"99SSSSSS", true, true},
		{"XXXXXXXX", false, false}, {"85X", false, false}, {"851", false, false}, {"851713001", false, false},
		{"8517130é", false, false}, {"8517.13", false, false}, {"", false, false}, {"total", false, false},
	} {
		got, confidential, ok := product(c.code)
		if ok != c.ok || confidential != c.confidential || (ok && string(got) != c.code) {
			t.Errorf("product(%q) = %q, %t, %t", c.code, got, confidential, ok)
		}
	}
}

func TestStamp(t *testing.T) {
	for in, want := range map[string]string{
		"15/09/26": "2026-09-15", "15/09/26 11:00:00": "2026-09-15T11:00", "13/01/2023 11:00": "2023-01-13T11:00",
		"13/01/2023": "2023-01-13", "31/02/2023": "", "2023-01-13": "", "15/09/26 25:00": "", "": "",
	} {
		if got, ok := stamp(in); got != want || ok != (want != "") {
			t.Errorf("stamp(%q) = %q, %t; want %q", in, got, ok, want)
		}
	}
}

func TestDataset(t *testing.T) {
	for in, want := range map[string]string{
		"ESTAT:DS-045409(1.0)": "DS-045409", "DS-045409__custom_4624885": "DS-045409", "ESTAT:DS-059341(2.1)": "DS-059341",
		"ECB:EXR(1.0)": "", "DS-": "", "": "", "ESTAT:DS-1__custom_2(1.0)": "DS-1",
	} {
		if got, ok := dataset(in); got != want || ok != (want != "") {
			t.Errorf("dataset(%q) = %q, %t; want %q", in, got, ok, want)
		}
	}
}

func TestRecordSplit(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string // nil: malformed
	}{
		{`a,b,`, []string{"a", "b", ""}},
		{``, []string{""}},
		{`"a,b",c`, []string{"a,b", "c"}},
		{`x,"he said ""no""",""`, []string{"x", `he said "no"`, ""}},
		{`"a"b,c`, nil},
		{`a"b,c`, nil},
		{`"a,b`, nil},
	} {
		var r record
		ok := r.split([]byte(c.line))
		var got []string
		for i := range r.len() {
			if ok {
				got = append(got, string(r.field(i)))
			}
		}
		if ok != (c.want != nil) || !slices.Equal(got, c.want) {
			t.Errorf("split(%s) = %q, %t; want %q", c.line, got, ok, c.want)
		}
	}
}

// failing is a sink that refuses the nth call.
type failing struct {
	recorder
	left int
}

var errSink = errors.New("the disk is full")

func (f *failing) Flows(batch []flow.Flow) error {
	if f.left--; f.left < 0 {
		return errSink
	}
	return f.recorder.Flows(batch)
}

// A sink that fails and a context that ends stop each decoder with just that error.
func TestStops(t *testing.T) {
	files := map[string]string{
		"comext-bulk": bulkHeader + "\n" + strings.Repeat(bulkLine+"\n", 50_000),
		"comext-sdmx": sdmxHeader + "\n" + strings.Repeat(sdmxLine+"\n", 10_000),
		"easy-comext": easyHeader + "\n" + strings.Repeat(easyLine+"\n", 10_000),
	}
	files["comext-workbook"] = string(bookBytes(t, inventedBook()))
	for id, text := range files {
		for left := range 2 {
			if _, err := formatOf(t, id).Decode(context.Background(), input("f", text), &failing{left: left}); !errors.Is(err, errSink) {
				t.Errorf("%s: error %v when the sink fails at call %d", id, err, left+1)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := formatOf(t, id).Decode(ctx, input("f", text), &recorder{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v when the context has ended", id, err)
		}
	}
}
