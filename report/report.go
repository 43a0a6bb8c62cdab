// Package report holds the one answer that every question gives, and the four printers of it: Text for
// a terminal, JSON, CSV, and HTML as one self-contained page.
//
// Printers never compute: they order nothing, sum nothing and leave nothing out silently. What they do
// decide is how a figure is shown to people (its scale, its separators). Machines get the exact figure.
// A Report is a plain value; printers only read it, so one may be printed by several goroutines at once.
// Same report, same bytes.
package report

import (
	"slices"

	"detour/fault"
	"detour/report/chart"
	"detour/trade/caveat"
	"detour/trade/provenance"
)

// Report is the answer to a question.
type Report struct {
	Title string
	// Lead is the answer in one or two sentences.
	Lead string
	// Simulated marks an answer computed on simulated figures; every printer says so.
	Simulated bool
	// LakeVersion names the state of the lake that answered, empty where no lake was needed.
	LakeVersion string
	// Question is what was asked, under the JSON key "question"; nil where nothing was asked.
	Question Facts
	// Blocks are printed in order.
	Blocks []Block
}

// Block is one part of an answer.
type Block struct {
	// Key is the block's key in JSON and its name for CSV; empty keeps it from both. Keys are unique and
	// are none of question, lake_version and simulated.
	Key   string
	Title string
	// Note is a sentence or two below the title, for people.
	Note string
	Body Body
	// Only restricts the block to some printers; zero is all of them.
	Only Printers
}

// Printers is a set of printers.
type Printers uint8

// The printers, and the two kinds of reader they serve.
const (
	ToText Printers = 1 << iota
	ToJSON
	ToCSV
	ToHTML

	People   = ToText | ToHTML
	Machines = ToJSON | ToCSV
)

// reach says whether something marked so is shown by printer p.
func (only Printers) reach(p Printers) bool { return only == 0 || only&p != 0 }

// Body is what a block holds: Value, Facts, Table, Chart, Prose, Caveats or Sources.
type Body interface{ body() }

// Value is a single figure or word: in JSON the bare cell.
type Value struct {
	Cell Cell
	Unit string
}

// Fact is one named cell. Unit is for people and only for cells that carry none of their own (an
// amount has its currency, a ratio its per cent).
type Fact struct {
	Key   string
	Title string
	Value Cell
	Unit  string
	Only  Printers
}

// Facts is an ordered list of facts with unique keys: in JSON an object.
type Facts []Fact

// Table is columns and rows: in JSON a list of objects, [] where there are none.
type Table struct {
	Columns []Column
	// Rows have one cell a column.
	Rows [][]Cell
	// Long, if it has any, gives the rows instead of Rows.
	Long Long
	// Total, if any, is a last row for people. Machines are given it as a block of its own.
	Total []Cell
}

// Long is the rows of a table too long to be held as cells: each is made when it is printed.
type Long struct {
	Len int
	// Row appends the cells of row i, one a column; those of columns that the printer does not show may be
	// null. It is called from several goroutines at once, and gives the same row every time.
	Row func(i int, shown Printers, to []Cell) []Cell
}

// each gives f the rows [from, to) of a Long table, each in the cells of the one before. They are checked as they
// come, since making all to check them first would cost as much as printing them.
func (t Table) each(p Printers, from, to int, f func(row []Cell)) error {
	row := make([]Cell, 0, len(t.Columns))
	for i := from; i < to; i++ {
		row = t.Long.Row(i, p, row[:0])
		if err := checkRow(t, row); err != nil {
			return fault.Errorf(fault.Internal, "printing row %d of a long table: %w", i+1, err)
		}
		f(row)
	}
	return nil
}

// held gives the report with the rows of every table as cells, as people are shown them: at one scale.
func (r Report) held() Report {
	r.Blocks = slices.Clone(r.Blocks)
	for i := range r.Blocks {
		switch b := r.Blocks[i].Body.(type) {
		case Table:
			r.Blocks[i].Body = b.held()
		case Chart:
			b.Table = b.held()
			r.Blocks[i].Body = b
		}
	}
	return r
}

func (t Table) held() Table {
	for i := range t.Long.Len {
		t.Rows = append(t.Rows, t.Long.Row(i, People, nil))
	}
	t.Long = Long{}
	return t
}

// Column is one column of a table. Keys are unique within a table. Unit is as in Fact.
type Column struct {
	Key   string
	Title string
	Unit  string
	Only  Printers
}

// Chart is a table with a drawing of it, which names the table's columns by key. On the page the drawing stands
// above its table; elsewhere the chart is its table.
type Chart struct {
	Table
	Draw chart.Drawing
}

// Prose is paragraphs, separated by empty lines: in JSON a string.
type Prose string

// Caveats are the reservations on the answer, in the order of caveat.Merge. The page shows them by the
// lead, the terminal at the end, whatever the place of their block.
type Caveats []caveat.Caveat

// Source is one file that the answer rests on.
type Source struct {
	Vintage provenance.Vintage
	Bytes   provenance.Bytes
}

// Sources are the files that the answer rests on. People are shown them at the end.
type Sources []Source

func (Value) body()   {}
func (Facts) body()   {}
func (Table) body()   {}
func (Chart) body()   {}
func (Prose) body()   {}
func (Caveats) body() {}
func (Sources) body() {}
