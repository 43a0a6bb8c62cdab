// Package chart holds the charts of a report as values, which name columns of a table by their keys, and draws
// them on report/svg. It knows no report and no cell: it is given Figures.
//
// A chart is its table everywhere but on the page, so that JSON, CSV and the terminal show all that is drawn.
package chart

import (
	"fmt"
	"slices"
	"strings"

	"detour/report/svg"
)

// Figures is a table as a chart sees it. Rows are asked for by their place, columns by keys that Columns has named.
type Figures interface {
	Rows() int
	// Title is the column's, Name its title and the unit of its figures.
	Title(key string) string
	Name(key string) string
	// Text is the cell as people read it, Held whether there is anything in it.
	Text(row int, key string) string
	Held(row int, key string) bool
	// Number is the cell as a figure, at the scale of the table's texts; a yes is 1 and a no is 0. It is not held where
	// the cell is neither.
	Number(row int, key string) svg.Number
	// Count writes how many of what; an empty noun is left out.
	Count(n int, noun string) string
}

// Drawing is how a chart is drawn: Bars, Lines, Curve, Sankey, HeatMap or Pair.
type Drawing interface {
	// Columns lists the keys that the table must have.
	Columns() []string
	// Check says what of the figures cannot be drawn as they should: a fault of whoever made the chart.
	Check(f Figures) error
	// prepare describes the drawing in its frame, remarks on what it leaves out, and gives what draws it at a width.
	prepare(s *sheet) func(svg.Frame) string
}

// Figure is a drawing in both widths and a remark on what it leaves out.
type Figure struct {
	Wide, Narrow string
	Caption      string
}

// Draw draws a chart of at least one row. The frame's ID is unique on the page.
func Draw(d Drawing, f Figures, frame svg.Frame) Figure {
	s := &sheet{Figures: f, frame: frame}
	paint := d.prepare(s)
	sized := func(name string, width float64) string {
		f := s.frame
		f.ID, f.Width = f.ID+"-"+name, width
		return paint(f)
	}
	return Figure{Wide: sized("wide", svg.Wide), Narrow: sized("narrow", svg.Narrow), Caption: strings.Join(s.remarks, " ")}
}

// sheet is one drawing on its way.
type sheet struct {
	Figures
	frame   svg.Frame
	remarks []string
}

func (s *sheet) describe(axis, desc string) {
	s.frame.Axis, s.frame.Desc = axis, desc+"; the figures are in the table below."
}

func (s *sheet) remarkf(format string, args ...any) {
	s.remarks = append(s.remarks, fmt.Sprintf(format, args...))
}

// number is the figure of a column that may not be asked for.
func (s *sheet) number(row int, key string) svg.Number {
	if key == "" {
		return svg.Number{}
	}
	return s.Number(row, key)
}

func (s *sheet) series(key string) []svg.Number {
	out := make([]svg.Number, s.Rows())
	for i := range out {
		out[i] = s.Number(i, key)
	}
	return out
}

func (s *sheet) texts(key string) []string {
	out := make([]string, s.Rows())
	for i := range out {
		out[i] = s.Text(i, key)
	}
	return out
}

// asked leaves out the columns that are not asked for.
func asked(keys ...string) []string {
	return slices.DeleteFunc(keys, func(k string) bool { return k == "" })
}
