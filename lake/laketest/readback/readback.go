// Package readback reads the files that an export writes, for the conformance suite.
package readback

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
)

// CSV gives the rows of a CSV file.
func CSV(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	must(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	must(t, err)
	return rows
}

// Parquet gives a file's rows as texts.
func Parquet(t *testing.T, name string) [][]string {
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

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
