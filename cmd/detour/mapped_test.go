package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mappedAnswer is what these tests read of an import's answer.
type mappedAnswer struct {
	Files []struct {
		File, Format, Vintage   string
		Read, Kept, Quarantined int
	}
}

func (l sharedLake) mapped(t *testing.T, files []string, mappings ...string) mappedAnswer {
	t.Helper()
	args := []string{"import", "--vintage", "2023-06-01", "--json"}
	for _, m := range mappings {
		args = append(args, "--map", m)
	}
	var got mappedAnswer
	if err := json.Unmarshal([]byte(l.run(t, append(args, files...)...)), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// One import reads the three series of Armenia's file, each into a data set of its own, and of each every figure of its
// column. The 67 lines that name no country go to quarantine, and those of the whole year 2023, which is January alone, are passed over.
func TestThreeSeriesOfOneFile(t *testing.T) {
	files := sharedFiles(t, "national/armenia_data/armenia_data.csv")
	l := sharedLake{filepath.Join(t.TempDir(), "lake")}
	columns := []string{"export", "import_origin", "import_consigment"}
	got := l.mapped(t, files, "am-exports", "am-imports-origin", "am-imports-consignment")
	if len(got.Files) != len(columns) {
		t.Fatalf("%+v", got.Files)
	}
	var sets []string
	for i, f := range got.Files {
		if want := figures(t, files[0], columns[i]); f.Kept != want || f.Quarantined != 67 {
			t.Errorf("%+v: the column %s has %d figures of countries", f, columns[i], want)
		}
		sets = append(sets, f.Vintage)
	}
	want := []string{"am-armstat/exports@2023-06-01", "am-armstat/imports-origin@2023-06-01", "am-armstat/imports-consignment@2023-06-01"}
	if !slices.Equal(sets, want) {
		t.Errorf("vintages %q", sets)
	}
}

// figures counts the cells of a column that hold one, but for lines without a country and those of the whole year 2023.
func figures(t *testing.T, path, column string) int {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	place := map[string]int{}
	for i, name := range rows[0] {
		place[name] = i
	}
	n := 0
	for _, row := range rows[1:] {
		cell := func(column string) string { return strings.TrimSpace(row[place[column]]) }
		passed := cell("country") == "" || cell("year") == "2023" && cell("timeperiod") == "Year"
		if !passed && cell(column) != "" && cell(column) != "-" {
			n++
		}
	}
	return n
}

// The converted files have the header of Easy Comext's views, and would be taken for the EU's own figures: named by the
// user, the mapping reads them.
func TestAMappingGoesBeforeRecognition(t *testing.T) {
	files := sharedFiles(t, "national/national_data_converted/*_yearly.csv")
	l := sharedLake{filepath.Join(t.TempDir(), "lake")}
	got := l.mapped(t, files, "national-converted")
	if len(got.Files) != len(files) {
		t.Fatalf("%d files, %+v", len(files), got.Files)
	}
	for _, f := range got.Files {
		if !strings.HasPrefix(f.Format, "table-") || f.Vintage != "national-converted/imports-eur@2023-06-01" || f.Read == 0 || f.Quarantined > 0 {
			t.Errorf("%+v", f)
		}
	}
}
