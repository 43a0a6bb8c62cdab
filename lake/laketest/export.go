package laketest

import (
	"path/filepath"
	"reflect"
	"testing"

	"detour/fault"
	"detour/lake"
	"detour/lake/laketest/readback"
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
	inUnits := [][]string{
		{"dataset", "reporter", "partner", "direction", "nomenclature", "goods", "period", "part", "currency", "value", "net_mass_kg", "quantity", "unit", "confidential"},
		{"office/other", "AT", "KZ", "X", "CN", "85171300", "2022-01", "", "EUR", "0.01", "", "", "", "false"},
		{"office/trade", "DE", "KZ", "X", "CN", "85171300", "2022-01", "", "EUR", "1.11", "", "", "", "false"},
		{"office/trade", "DE", "KZ", "X", "CN", "85171300", "2022-01", "", "EUR", "", "0.040", "", "", "false"},
		{"office/trade", "DE", "KZ", "X", "CN", "87032319", "2022-01", `proc:1;"odd", part`, "EUR", "-0.05", "", "", "", "false"},
		{"office/trade", "DE", "KZ", "X", "CN", "87032319", "2022-02", "", "EUR", "0.12", "0.007", "2.000", "NAR", "true"},
		{"office/trade", "FR", "KZ", "X", "CN", "85171300", "2022-01", "", "EUR", "0.03", "", "", "", "false"},
	}
	folder := t.TempDir()
	for _, e := range []struct {
		as   lake.ExportFormat
		read func(*testing.T, string) [][]string
		want [][]string
	}{{lake.CSVFile, readback.CSV, inUnits}, {lake.ParquetFile, readback.Parquet, want}} {
		name := filepath.Join(folder, "it's here."+string(e.as))
		must(t, s.Export(t.Context(), newest(t, s), name, e.as))
		if got := e.read(t, name); !reflect.DeepEqual(got, e.want) {
			t.Errorf("%s export\n got %q\nwant %q", e.as, got, e.want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*")); len(left) != 2 {
		t.Errorf("the exports left %q", left)
	}
	err := s.Export(t.Context(), newest(t, s), filepath.Join(folder, "nowhere", "x.csv"), lake.CSVFile)
	expectKind(t, err, fault.Unavailable, "exporting into no folder")
}
