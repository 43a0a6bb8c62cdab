package report_test

import (
	"bytes"
	"io"
	"math"
	"testing"

	"detour/fault"
	"detour/report"
	"detour/report/chart"
	"detour/trade/money"
)

func crossed(rows [][]report.Cell) report.Table {
	return report.Table{Columns: []report.Column{{Key: "code", Title: "Code"}, {Key: "name", Title: "Name", Only: report.People}, {Key: "excess", Title: "Above"}}, Rows: rows}
}

func printers() map[string]func(io.Writer, report.Report) error {
	return map[string]func(io.Writer, report.Report) error{
		"text": func(w io.Writer, r report.Report) error { return report.Text(w, r, report.TextOptions{MaxRows: 2}) },
		"json": report.JSON,
		"csv":  func(w io.Writer, r report.Report) error { return report.CSV(w, r, "") },
		"html": func(w io.Writer, r report.Report) error { return report.HTML(w, r, report.HTMLOptions{}) },
	}
}

// Every printer gives a long table as it gives one whose rows are held, though rows are made in the cells
// of others.
func TestLongTable(t *testing.T) {
	rows := [][]report.Cell{
		{report.Str("DE"), report.Str("Germany"), report.Amount(123456789, money.EUR)},
		{report.Str("FR"), report.Str("France"), report.Amount(-5, money.EUR)},
		{report.Str("\"é\""), report.Null(), report.Null()},
	}
	long := crossed(nil)
	long.Long = report.Long{Len: len(rows), Row: func(i int, shown report.Printers, to []report.Cell) []report.Cell {
		if to = append(to, rows[i]...); shown&report.People == 0 {
			to[1] = report.Null()
		}
		return to
	}}
	chart := func(t report.Table) report.Chart {
		return report.Chart{Table: t, Draw: chart.Bars{Label: "name", Value: "excess"}}
	}
	for name, p := range printers() {
		var got, want bytes.Buffer
		for w, t1 := range map[*bytes.Buffer]report.Table{&got: long, &want: crossed(rows)} {
			r := report.Report{Title: "Long", Blocks: []report.Block{{Key: "a", Title: "A", Body: t1}, {Key: "b", Title: "B", Body: chart(t1)}}}
			if err := p(w, r); err != nil {
				t.Fatal(name, err)
			}
		}
		if !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("%s gives\n%s\nwant\n%s", name, &got, &want)
		}
	}
}

func TestBrokenRowOfALongTable(t *testing.T) {
	for what, row := range map[string][]report.Cell{"a figure that is none": {report.Str("DE"), report.Null(), report.Float(math.NaN(), 2)}, "a cell too few": {report.Str("DE"), report.Null()}} {
		long := crossed(nil)
		long.Long = report.Long{Len: 1, Row: func(_ int, _ report.Printers, to []report.Cell) []report.Cell { return append(to, row...) }}
		for name, p := range printers() {
			if err := p(io.Discard, report.Report{Blocks: []report.Block{{Key: "a", Body: long}}}); err == nil || fault.KindOf(err) != fault.Internal {
				t.Errorf("%s of %s: %v", name, what, err)
			}
		}
	}
}
