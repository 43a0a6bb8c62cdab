package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"detour/fault"
)

// root walks up to go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

// data gives the folder of official files, or skips.
func data(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(root(t), "..", "shared", "data")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the shared data folder ../shared/data is absent")
	}
	return dir
}

// The committed tables are what the official files give; compressed ones are compared by their text, for
// compressors may differ.
func TestTablesAreFresh(t *testing.T) {
	tables, err := generate(data(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, fresh := range tables {
		committed, err := os.ReadFile(filepath.Join(root(t), "trade", "goods", "tables", fresh.name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(fresh.name, ".gz") {
			committed = unzip(t, committed)
		}
		if string(committed) != fresh.text {
			t.Errorf("%s is not what the official files give: run go run ./cmd/mktables", fresh.name)
		}
	}
}

func unzip(t *testing.T, raw []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The link tables lose nothing: spelt out again they have the rows of the UN's files (15,657 and 6,141), the
// codes without a row being those that have themselves alone.
func TestLinksAreWhole(t *testing.T) {
	dir := data(t)
	tables, err := linkTables(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{15657, 6141} {
		c := correlations[i]
		s, err := readSheet(filepath.Join(dir, "nomenclature", c.file), c.newerColumn, c.olderColumn)
		if err != nil {
			t.Fatal(err)
		}
		var official []string
		stated := map[string]bool{}
		for row := range s.rows {
			official = append(official, s.get(row, c.newerColumn)+" "+s.get(row, c.olderColumn))
		}
		var spelt []string
		for line := range strings.Lines(tables[i].text) {
			newer, older, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			if !ok || line[0] == '#' {
				continue
			}
			for n := range strings.FieldsSeq(newer) {
				stated[n] = true
				for o := range strings.FieldsSeq(older) {
					spelt = append(spelt, n+" "+o)
				}
			}
		}
		for row := range s.rows {
			if n := s.get(row, c.newerColumn); !stated[n] {
				spelt = append(spelt, n+" "+n)
			}
		}
		slices.Sort(official)
		slices.Sort(spelt)
		if len(official) != want || !slices.Equal(official, spelt) {
			t.Errorf("%s: %d official links (want %d), %d spelt out", tables[i].name, len(official), want, len(spelt))
		}
	}
}

func TestReadSheet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("\ufeffBetween,\r\nHS2022, HS2017,Relationship\r\n010121,010121,1:1\r\n01012,010121,1:1\r\n010130\r\n")
	s, err := readSheet(path, "HS2022", "HS2017")
	if err != nil {
		t.Fatal(err)
	}
	if c, err := s.code(0, "HS2017", 6, 6); err != nil || c != "010121" {
		t.Errorf("row 1: %q, %v", c, err)
	}
	for row, column := range map[int]string{1: "HS2022", 2: "HS2017"} {
		_, err := s.code(row, column, 6, 6)
		if fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), fmt.Sprintf("a.csv row %d", row+3)) || !strings.Contains(err.Error(), column) {
			t.Errorf("%v; want bad input that names file, row %d and column %s", err, row+3, column)
		}
	}
	if _, err := readSheet(path, "HS2012"); fault.KindOf(err) != fault.BadInput {
		t.Errorf("a missing column: %v", err)
	}
	if _, err := readSheet(path+"x", "HS2012"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a missing file: %v", err)
	}
}

// Same files, same bytes.
func TestRunTwice(t *testing.T) {
	shared := filepath.Dir(data(t))
	a, b := t.TempDir(), t.TempDir()
	for _, out := range []string{a, b} {
		if err := run(shared, out, out); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(a)
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		x, errA := os.ReadFile(filepath.Join(a, f.Name()))
		y, errB := os.ReadFile(filepath.Join(b, f.Name()))
		if errA != nil || errB != nil || !bytes.Equal(x, y) {
			t.Errorf("%s differs between two runs", f.Name())
		}
	}
}
