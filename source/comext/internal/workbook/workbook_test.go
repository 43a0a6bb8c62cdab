package workbook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"detour/fault"
	"detour/source"
	"detour/source/comext/internal/decodetest"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// bookSheet is a sheet of an invented workbook, row by row.
type bookSheet struct {
	name string
	rows [][]any
}

// inventedSheet is a sheet as the data browser writes it, with invented figures.
func inventedSheet(name, product, indicator string, data ...[]any) bookSheet {
	rows := [][]any{
		{"Data extracted on 21/01/2099 20:19:52 from [ESTAT]"},
		{"Dataset: ", "EU trade since 1988 by HS2-4-6 and CN8 [DS-045409__custom_1]"},
		{"Last updated: ", "13/01/2099 11:00"},
		{},
		{"PRODUCT [PRODUCT]", nil, product},
		{"FLOW", nil, "EXPORT"},
		{"INDICATORS", nil, indicator},
		{},
		{"TIME", "TIME", "2098-01", nil, "2098-02", nil},
		{"FREQ (Labels)", "FREQ (Labels)", "Monthly", nil, "Monthly", nil},
		{"REPORTER (Labels)", "PARTNER (Labels)", "", "", "", ""},
	}
	rows = append(rows, data...)
	return bookSheet{name, append(rows, []any{}, []any{"Special value"}, []any{":", "not available"}, []any{"Available flags:"}, []any{"c", "confidential"})}
}

func inventedBook() []bookSheet {
	return []bookSheet{
		{"Summary", [][]any{{"Contents"}, {nil, "Sheet 1"}, {nil, "Sheet 2"}}},
		{"Structure", [][]any{{"Structure"}}},
		inventedSheet("Sheet 1", "Telephones [smart] (excl. others) [85171300]", "VALUE_IN_EUROS",
			[]any{"Austria", "Armenia", 1.0342354e7, nil, ":", nil},
			[]any{"Austria", "Belarus (Belorussia)", "0", "p", ":", "c"}),
		inventedSheet("Sheet 2", "Telephones [8517]", "QUANTITY_IN_100KG",
			[]any{"Austria", "Armenia", 12.5, nil, ":", nil}),
	}
}

// bookBytes writes a workbook. Sheets that Excel makes without being asked are not in it.
func bookBytes(t testing.TB, sheets []bookSheet) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, s := range sheets {
		var err error
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.name)
		} else {
			_, err = f.NewSheet(s.name)
		}
		for n, row := range s.rows {
			if err == nil {
				err = f.SetSheetRow(s.name, fmt.Sprintf("A%d", n+1), &row)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// decode reads a workbook and fails the test on an error.
func decode(t *testing.T, name, b string) (source.Release, *decodetest.Recorder) {
	t.Helper()
	var r decodetest.Recorder
	release, err := Decode(context.Background(), decodetest.Input(name, b), &r)
	if err != nil {
		t.Fatalf("decoding %s: %v", name, err)
	}
	return release, &r
}

func decodeFile(t *testing.T, path string) (source.Release, *decodetest.Recorder) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, filepath.Base(path), string(b))
}

// badInput decodes a file that must be refused as a whole, and gives the error.
func badInput(t *testing.T, name, b string) error {
	t.Helper()
	_, err := Decode(context.Background(), decodetest.Input(name, b), &decodetest.Recorder{})
	if err == nil || fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), name) {
		t.Fatalf("error %v, want bad input that names the file", err)
	}
	return err
}

// errSink is a sink's own failure.
var errSink = errors.New("the disk is full")

type full struct{ decodetest.Recorder }

func (*full) Flows([]flow.Flow) error { return errSink }

// A sink that fails and a context that ends stop the decoder with just that error.
func TestStops(t *testing.T) {
	in := decodetest.Input("f", string(bookBytes(t, inventedBook())))
	if _, err := Decode(context.Background(), in, &full{}); !errors.Is(err, errSink) {
		t.Errorf("error %v when the sink fails", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Decode(ctx, in, &decodetest.Recorder{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v when the context has ended", err)
	}
}

func TestWorkbook(t *testing.T) {
	release, got := decode(t, "book.xlsx", string(bookBytes(t, inventedBook())))
	key := flow.Key{Reporter: "AT", Partner: "AM", Direction: flow.Export, Nomenclature: goods.CN, Goods: "85171300", Period: period.Month(2098, 1)}
	cell := func(change func(*flow.Key)) flow.Key { k := key; change(&k); return k }
	want := []flow.Flow{
		{Key: key, Value: flow.Some(1034235400)},
		{Key: cell(func(k *flow.Key) { k.Partner = "BY" }), Value: flow.Some(0)},
		{Key: cell(func(k *flow.Key) { k.Partner, k.Period = "BY", period.Month(2098, 2) }), Confidential: true},
		{Key: cell(func(k *flow.Key) { k.Goods = "8517" }), NetMass: flow.Some(1_250_000)},
	}
	for i := range want {
		want[i].Currency = money.EUR
	}
	if !slices.Equal(got.Got, want) || len(got.Rejected) > 0 {
		t.Errorf("flows\n%+v\nwant\n%+v\nrejects %v", got.Got, want, got.Rejected)
	}
	if release.Source != "comext" || release.Dataset != "DS-045409" || release.Stamp != "2099-01-13T11:00" || len(release.Notes) > 0 {
		t.Errorf("release %+v", release)
	}
	months := []period.Period{period.Month(2098, 1), period.Month(2098, 2)}
	wantCover := []flow.Block{
		{Direction: flow.Export, Nomenclature: goods.CN, Reporters: []area.Code{"AT"}, Partners: []area.Code{"AM"}, Goods: []goods.Code{"8517"}, Periods: months, Measures: []flow.Measure{flow.NetMass}},
		{Direction: flow.Export, Nomenclature: goods.CN, Reporters: []area.Code{"AT"}, Partners: []area.Code{"AM", "BY"}, Goods: []goods.Code{"85171300"}, Periods: months, Measures: []flow.Measure{flow.Value}},
	}
	if fmt.Sprint(release.Coverage) != fmt.Sprint(wantCover) {
		t.Errorf("coverage\n%v\nwant\n%v", release.Coverage, wantCover)
	}
}

func TestWorkbookRejects(t *testing.T) {
	book := inventedBook()
	book[2].rows = slices.Insert(book[2].rows, 12,
		[]any{"Ruritania", "Armenia", 1, nil, 2, nil},
		[]any{"Austria", nil, 1, nil, 2, nil},
		[]any{"Austria", "Georgia", "many", nil, nil, nil})
	stale := inventedSheet("Sheet 3", "Drones [8806]", "VALUE_IN_EUROS", []any{"Austria", "Armenia", 1, nil, 2, nil})
	stale.rows[2][1] = "14/01/2099 11:00"
	pivoted := inventedSheet("Sheet 4", "Drones [8806]", "VALUE_IN_EUROS", []any{"Austria", "Armenia", 1, nil, 2, nil})
	pivoted.rows[10][1] = "PRODUCT (Labels)"
	unnamed := inventedSheet("Sheet 5", "Drones", "VALUE_IN_EUROS", []any{"Austria", "Armenia", 1, nil, 2, nil})
	book = append(book, stale, pivoted, unnamed, bookSheet{"Sheet 6", nil})
	release, got := decode(t, "book.xlsx", string(bookBytes(t, book)))
	var rejects []string
	for _, r := range got.Rejected {
		rejects = append(rejects, fmt.Sprintf("%s %d %s: %s", r.Sheet, r.Line, r.Field, r.Reason))
	}
	want := []string{
		`Sheet 1 13 REPORTER: unknown area "Ruritania"`,
		`Sheet 1 14 PARTNER: unknown area ""`,
		`Sheet 1 15 2098-01: not a number that is zero or more: "many"`,
		`Sheet 1 15 2098-02: the cell is empty`,
		`Sheet 3 2 Dataset: sheet not read: it is DS-045409 of 2099-01-14T11:00, the workbook began with DS-045409 of 2099-01-13T11:00`,
		`Sheet 4 11 : sheet not read: rows are not reporters and partners: "REPORTER (Labels)", "PRODUCT (Labels)"`,
		`Sheet 5 9 PRODUCT: sheet not read: unknown product code "Drones"`,
		`Sheet 6 1 : sheet not read: it holds no table of reporters and partners by time`,
	}
	if !slices.Equal(rejects, want) {
		t.Errorf("rejects\n%s\nwant\n%s", strings.Join(rejects, "\n"), strings.Join(want, "\n"))
	}
	if len(got.Got) != 4 {
		t.Errorf("%d flows, want the 4 of the sound sheets", len(got.Got))
	}
	if len(release.Notes) != 1 || !strings.Contains(release.Notes[0], "lists 2 sheets, the workbook holds 6") {
		t.Errorf("notes %q", release.Notes)
	}
}

func TestWorkbookRefusals(t *testing.T) {
	other := string(bookBytes(t, []bookSheet{{"Sheet 1", [][]any{{"Shopping"}, {"Milk", 2}}}}))
	if err := badInput(t, "list.xlsx", other); !strings.Contains(err.Error(), "no sheet holds a table") {
		t.Errorf("error %q", err)
	}
	badInput(t, "cut.xlsx", other[:len(other)/2])
	badInput(t, "text.xlsx", "not a workbook at all")
}

// sharedBooks reads workbooks and gives their sheets (from what they cover) and values.
func sharedBooks(t *testing.T, paths []string) (sheets, values int, covered []flow.Block) {
	t.Helper()
	for _, path := range paths {
		release, got := decodeFile(t, path)
		if len(got.Rejected) > 0 {
			t.Errorf("%s: %d rejects, the first %+v", filepath.Base(path), len(got.Rejected), got.Rejected[0])
		}
		if release.Dataset != "DS-045409" || release.Stamp != "2023-01-13T11:00" || len(release.Notes) > 0 {
			t.Errorf("%s: release %s %s, notes %q", filepath.Base(path), release.Dataset, release.Stamp, release.Notes)
		}
		for _, f := range got.Got {
			if !f.Value.Held {
				t.Fatalf("%s: %+v", filepath.Base(path), f)
			}
		}
		values += len(got.Got)
		for _, b := range release.Coverage {
			sheets += len(b.Goods)
			covered = append(covered, b)
			if len(b.Reporters) != 27 || len(b.Partners) != 7 || len(b.Periods) != 36 {
				t.Errorf("%s covers %d reporters, %d partners, %d months", filepath.Base(path), len(b.Reporters), len(b.Partners), len(b.Periods))
			}
		}
	}
	return sheets, values, covered
}

// The smallest of the shared workbooks, against a count of its XML by other means.
func TestSharedWorkbook(t *testing.T) {
	sheets, values, _ := sharedBooks(t, decodetest.Shared(t, "eurostat/browser_xlsx/22_*.xlsx"))
	if sheets != 33 || values != 9295 {
		t.Errorf("%d values of %d sheets", values, sheets)
	}
}

// The import of all of them is tested with the program (cmd/detour); here all are read in `make soak`.
func TestSoakSharedWorkbooks(t *testing.T) {
	if os.Getenv("DETOUR_SOAK") == "" {
		t.Skip("reading all 22 shared workbooks takes a minute: DETOUR_SOAK=1")
	}
	sheets, values, covered := sharedBooks(t, decodetest.Shared(t, "eurostat/browser_xlsx/*.xlsx"))
	if sheets != 2338 || values != 1_141_670 {
		t.Errorf("%d values of %d sheets, want 1,141,670 of 2,338", values, sheets)
	}
	levels := map[int]int{}
	for _, b := range covered {
		for _, c := range b.Goods {
			levels[flow.Level(c)]++
		}
	}
	if levels[4] != 115 || levels[8] != 2223 {
		t.Errorf("codes by level %v, want 115 headings and 2,223 CN8", levels)
	}
}

func FuzzWorkbook(f *testing.F) {
	f.Add("85171300", "VALUE_IN_EUROS", "Austria", "1.5E3", ":", "c")
	f.Add("8517", "QUANTITY_IN_100KG", "Nowhere", "", "-1", "")
	f.Fuzz(func(t *testing.T, product, indicator, reporter, a, b, flag string) {
		file := excelize.NewFile()
		s := inventedSheet("Sheet1", "Goods ["+product+"]", indicator, []any{reporter, "Armenia", a, flag, b, flag}, []any{"Austria", "Armenia", 1, nil, 2, nil})
		for n, row := range s.rows {
			if err := file.SetSheetRow("Sheet1", fmt.Sprintf("A%d", n+1), &row); err != nil {
				t.Skip(err)
			}
		}
		var buf bytes.Buffer
		if err := file.Write(&buf); err != nil {
			t.Skip(err)
		}
		var got decodetest.Recorder
		_, n, err := read(context.Background(), source.Input{Name: "f", Size: int64(buf.Len()), R: bytes.NewReader(buf.Bytes())}, &got)
		if err != nil {
			return
		}
		cells := n.Flows + n.Absent + n.Rejected
		if cells != 4 && cells != 3 { // an unknown reporter rejects its two cells as one row
			t.Errorf("two rows of two cells, tally %+v", n)
		}
		got.Conserved(t, n)
	})
}

// A workbook is a zip archive of XML: nothing in its bytes may bring the decoder down.
func FuzzWorkbookBytes(f *testing.F) {
	f.Add(bookBytes(f, inventedBook()))
	f.Fuzz(func(_ *testing.T, b []byte) {
		_, _ = Decode(context.Background(), source.Input{Name: "f", Size: int64(len(b)), R: bytes.NewReader(b)}, &decodetest.Recorder{})
		Recognise("f", b)
	})
}
