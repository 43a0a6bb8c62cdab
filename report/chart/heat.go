package chart

import (
	"fmt"
	"slices"

	"detour/report/svg"
)

// HeatMap draws rows as the cells of a grid, hubs by goods for one. Rows and columns of the grid stand in the order in
// which they first come. What is null, and a pair that no row states, is hatched: missing is not zero.
type HeatMap struct {
	// Row, Column and Value name columns of the table.
	Row, Column, Value string
}

// How much of a grid is drawn; its caption says what is not.
const (
	mostAcross = 20
	mostDown   = 40
)

// Columns is as in Drawing.
func (d HeatMap) Columns() []string { return []string{d.Row, d.Column, d.Value} }

// Check finds a cell that two rows state.
func (d HeatMap) Check(f Figures) error {
	seen := map[[2]string]bool{}
	for i := range f.Rows() {
		at := [2]string{f.Text(i, d.Row), f.Text(i, d.Column)}
		if seen[at] {
			return fmt.Errorf("%s by %s stands twice", at[0], at[1])
		}
		seen[at] = true
	}
	return nil
}

func (d HeatMap) prepare(s *sheet) func(svg.Frame) string {
	rows, columns := distinct(s.texts(d.Row)), distinct(s.texts(d.Column))
	down, across := min(len(rows), mostDown), min(len(columns), mostAcross)
	if down < len(rows) {
		s.remarkf("The first %s of %s.", s.Count(down, "row"), s.Count(len(rows), ""))
	}
	if across < len(columns) {
		s.remarkf("The first %s of %s.", s.Count(across, "column"), s.Count(len(columns), ""))
	}
	m := svg.HeatMap{Rows: rows[:down], Columns: columns[:across], Cells: make([][]svg.Cell, down)}
	for i := range m.Cells {
		m.Cells[i] = slices.Repeat([]svg.Cell{{Text: "not held"}}, across)
	}
	for k := range s.Rows() {
		i, j := slices.Index(m.Rows, s.Text(k, d.Row)), slices.Index(m.Columns, s.Text(k, d.Column))
		if v := s.Number(k, d.Value); i >= 0 && j >= 0 && v.Held {
			m.Cells[i][j] = svg.Cell{Number: v, Text: s.Text(k, d.Value)}
		}
	}
	name := s.Name(d.Value)
	s.describe(name, "Heat map of "+name+" by "+s.Title(d.Row)+" and "+s.Title(d.Column)+"; a hatched cell is not held")
	return func(f svg.Frame) string { return svg.Heat(f, m) }
}

// distinct keeps the first of each text.
func distinct(list []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool {
		twice := seen[s]
		seen[s] = true
		return twice
	})
}
