package report_test

import (
	"io"
	"testing"

	"detour/report"
	"detour/trade/money"
)

// A cross of 27 exporters, 20 hubs and 1,400 codes has some 750,000 rows: this is a tenth of it.
func BenchmarkJSONLong(b *testing.B) {
	t := report.Table{Columns: []report.Column{{Key: "exporter", Title: "Exporter"}, {Key: "exporter_label", Title: "Name", Only: report.People}, {Key: "goods", Title: "Goods"},
		{Key: "actual", Title: "Reported"}, {Key: "baseline", Title: "Baseline"}, {Key: "excess", Title: "Above"}, {Key: "share", Title: "Share"}}}
	t.Long = report.Long{Len: 75_000, Row: func(i int, _ report.Printers, to []report.Cell) []report.Cell {
		n := int64(i)
		return append(to, report.Str("DE"), report.Null(), report.Str("851713"), report.Amount(1234567*n, money.EUR), report.Amount(1234500*n, money.EUR),
			report.Amount(67*n, money.EUR), report.Ratio(67*n, 123456789))
	}}
	r := report.Report{Blocks: []report.Block{{Key: "cross", Body: t}}}
	for b.Loop() {
		if err := report.JSON(io.Discard, r); err != nil {
			b.Fatal(err)
		}
	}
}
