package comext

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"detour/fault"
	"detour/source"
	"detour/source/comext/internal/decodetest"
	"detour/trade/flow"
)

// decode reads a text as the format and fails the test on an error.
func decode(t *testing.T, id, name, text string) (source.Release, *decodetest.Recorder) {
	t.Helper()
	var r decodetest.Recorder
	release, err := formatOf(t, id).Decode(context.Background(), decodetest.Input(name, text), &r)
	if err != nil {
		t.Fatalf("decoding %s: %v", name, err)
	}
	return release, &r
}

// decodeFile reads a file of testdata, or of the shared data, as the format.
func decodeFile(t *testing.T, id, path string) (source.Release, *decodetest.Recorder) {
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
	_, err := formatOf(t, id).Decode(context.Background(), decodetest.Input(name, text), &decodetest.Recorder{})
	if err == nil || fault.KindOf(err) != fault.BadInput {
		t.Fatalf("error %v, want bad input", err)
	}
	if !strings.Contains(err.Error(), name) {
		t.Errorf("error %q does not name the file", err)
	}
	return err
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
		for _, path := range decodetest.Shared(t, pattern) {
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

// failing is a sink that refuses the nth call.
type failing struct {
	decodetest.Recorder
	left int
}

var errSink = errors.New("the disk is full")

func (f *failing) Flows(batch []flow.Flow) error {
	if f.left--; f.left < 0 {
		return errSink
	}
	return f.Recorder.Flows(batch)
}

// A sink that fails and a context that ends stop each decoder with just that error.
func TestStops(t *testing.T) {
	files := map[string]string{
		"comext-bulk": bulkHeader + "\n" + strings.Repeat(bulkLine+"\n", 50_000),
		"comext-sdmx": sdmxHeader + "\n" + strings.Repeat(sdmxLine+"\n", 10_000),
		"easy-comext": easyHeader + "\n" + strings.Repeat(easyLine+"\n", 10_000),
	}
	for id, text := range files {
		for left := range 2 {
			if _, err := formatOf(t, id).Decode(context.Background(), decodetest.Input("f", text), &failing{left: left}); !errors.Is(err, errSink) {
				t.Errorf("%s: error %v when the sink fails at call %d", id, err, left+1)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := formatOf(t, id).Decode(ctx, decodetest.Input("f", text), &decodetest.Recorder{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v when the context has ended", id, err)
		}
	}
}
