package report

import "slices"

// written is a column of a table written out for people.
type written struct {
	Title, Unit string
	Right       bool
	Lines       []string // rows, then the total if there is one
}

// writeOut turns the first n rows and the total into text as printer p shows them. Scales and units
// are those of the whole table; a unit goes to the header where all of a column shares it.
func (m manner) writeOut(t Table, n int, p Printers) []written {
	t = t.shown(p)
	s := t.scales()
	all := t.withTotal()
	rows := append(slices.Clip(t.Rows[:n]), all[len(t.Rows):]...)
	out := make([]written, len(t.Columns))
	for j, col := range t.Columns {
		unit, shared := columnUnit(col, all, j, s)
		out[j] = written{Title: col.Title, Unit: unit, Right: right(all, j), Lines: make([]string, len(rows))}
		for i, row := range rows {
			if shared {
				out[j].Lines[i] = m.figure(row[j], s)
			} else {
				out[j].Lines[i] = m.withUnit(row[j], s, col.Unit)
			}
		}
	}
	if t.Total != nil && len(out) > 0 && t.Total[0].kind == isNull {
		out[0].Lines[len(rows)-1] = "Total"
	}
	return out
}

// withTotal gives all rows that people see.
func (t Table) withTotal() [][]Cell {
	if t.Total == nil {
		return t.Rows
	}
	return append(slices.Clip(t.Rows), t.Total)
}

func (t Table) scales() scales { return scalesOf(t.withTotal()...) }

// shown gives the table with the columns that people see on printer p: one without a title is for machines.
func (t Table) shown(p Printers) Table {
	pick := func(row []Cell) (out []Cell) {
		for i, c := range row {
			if t.Columns[i].Title != "" && t.Columns[i].Only.reach(p) {
				out = append(out, c)
			}
		}
		return out
	}
	out := Table{Rows: make([][]Cell, len(t.Rows)), Total: pick(t.Total)}
	for _, c := range t.Columns {
		if c.Title != "" && c.Only.reach(p) {
			out.Columns = append(out.Columns, c)
		}
	}
	for i, row := range t.Rows {
		out.Rows[i] = pick(row)
	}
	return out
}

// columnUnit gives the unit that all of a column's figures share, or that there is no such unit.
func columnUnit(col Column, rows [][]Cell, j int, s scales) (unit string, shared bool) {
	unit = col.Unit
	first := true
	for _, row := range rows {
		u := col.Unit
		switch row[j].kind {
		case isNull, isText, isFlag:
			continue
		case isAmount:
			u = s.unit(row[j].s)
		case isRatio:
			u = "%"
		}
		if !first && u != unit {
			return "", false
		}
		unit, first = u, false
	}
	return unit, true
}

// right says that a column holds figures, and nulls at most beside them.
func right(rows [][]Cell, j int) bool {
	return !slices.ContainsFunc(rows, func(row []Cell) bool { return row[j].kind != isNull && !row[j].numeric() })
}
