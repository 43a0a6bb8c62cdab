package laketest

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"

	"detour/fault"
	"detour/lake"
)

var exportColumns = []string{"dataset", "reporter", "partner", "direction", "nomenclature", "goods", "period", "part", "currency", "value", "net_mass", "quantity", "unit", "confidential"}

func exports(t *testing.T, s lake.Store) {
	pieces := mass(x("DE", "KZ", cars, feb, 12), 7)
	pieces.Quantity.N, pieces.Quantity.Held, pieces.Unit, pieces.Confidential = 2000, true, "NAR", true
	other := of("2022-05", x("AT", "KZ", phones, jan, 1))
	other.dataset = "office/other"
	bring(t, s, of("2022-05", x("FR", "KZ", phones, jan, 3), mass(x("DE", "KZ", phones, jan, 100), 40), part(x("DE", "KZ", cars, jan, -5), `proc:1;"odd", part`), pieces), other)
	bring(t, s, of("2022-06", x("DE", "KZ", phones, jan, 111)))
	want := [][]string{
		exportColumns,
		{"office/other", "AT", "KZ", "X", "CN", "85171300", "202201", "", "EUR", "1", "", "", "", "false"},
		{"office/trade", "DE", "KZ", "X", "CN", "85171300", "202201", "", "EUR", "111", "", "", "", "false"},
		{"office/trade", "DE", "KZ", "X", "CN", "85171300", "202201", "", "EUR", "", "40", "", "", "false"},
		{"office/trade", "DE", "KZ", "X", "CN", "87032319", "202201", `proc:1;"odd", part`, "EUR", "-5", "", "", "", "false"},
		{"office/trade", "DE", "KZ", "X", "CN", "87032319", "202202", "", "EUR", "12", "7", "2000", "NAR", "true"},
		{"office/trade", "FR", "KZ", "X", "CN", "85171300", "202201", "", "EUR", "3", "", "", "", "false"},
	}
	folder := t.TempDir()
	for _, e := range []struct {
		as   lake.ExportFormat
		read func(*testing.T, string) [][]string
	}{{lake.CSVFile, readCSV}, {lake.ParquetFile, readParquet}} {
		name := filepath.Join(folder, "it's here."+string(e.as))
		must(t, s.Export(t.Context(), newest(t, s), name, e.as))
		if got := e.read(t, name); !reflect.DeepEqual(got, want) {
			t.Errorf("%s export\n got %q\nwant %q", e.as, got, want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*")); len(left) != 2 {
		t.Errorf("the exports left %q", left)
	}
	err := s.Export(t.Context(), newest(t, s), filepath.Join(folder, "nowhere", "x.csv"), lake.CSVFile)
	expectKind(t, err, fault.Unavailable, "exporting into no folder")
}

func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	must(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	must(t, err)
	return rows
}

// readParquet gives a file's rows as the CSV of it would.
func readParquet(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := file.OpenParquetFile(name, false)
	must(t, err)
	defer f.Close()
	schema := f.MetaData().Schema
	header := make([]string, schema.NumColumns())
	for i := range header {
		header[i] = schema.Column(i).Name()
	}
	rows := [][]string{header}
	for g := range f.NumRowGroups() {
		group := f.RowGroup(g)
		first := len(rows)
		rows = append(rows, make([][]string, group.NumRows())...)
		for i := range header {
			column, err := group.Column(i)
			must(t, err)
			for n, text := range texts(t, column, group.NumRows()) {
				rows[first+n] = append(rows[first+n], text)
			}
		}
	}
	return rows
}

func texts(t *testing.T, column file.ColumnChunkReader, rows int64) []string {
	t.Helper()
	switch c := column.(type) {
	case *file.ByteArrayColumnChunkReader:
		return textsOf(t, rows, c.ReadBatch, func(b parquet.ByteArray) string { return string(b) })
	case *file.Int32ColumnChunkReader:
		return textsOf(t, rows, c.ReadBatch, func(n int32) string { return strconv.Itoa(int(n)) })
	case *file.Int64ColumnChunkReader:
		return textsOf(t, rows, c.ReadBatch, func(n int64) string { return strconv.FormatInt(n, 10) })
	case *file.BooleanColumnChunkReader:
		return textsOf(t, rows, c.ReadBatch, strconv.FormatBool)
	}
	t.Fatalf("column %s is of another type", column.Descriptor())
	return nil
}

// textsOf reads a column of one row group; a null is an empty text.
func textsOf[T any](t *testing.T, rows int64, read func(int64, []T, []int16, []int16) (int64, int, error), text func(T) string) []string {
	t.Helper()
	values, levels := make([]T, rows), make([]int16, rows)
	n, held, err := read(rows, values, levels, nil)
	must(t, err)
	out := make([]string, n)
	for i, at := 0, 0; i < int(n) && at < held; i++ {
		if levels[i] == 1 || held == int(n) {
			out[i] = text(values[at])
			at++
		}
	}
	return out
}
