package chart

import (
	"fmt"

	"detour/report/svg"
)

// Pair draws two legs of a chain over the same months, one above the other, each at its own scale. Breaks
// stand at the rows that state the set of months in which they may lie.
type Pair struct {
	X             string
	First, Second Leg
	// MarkAt and MarkText are as in Lines.
	MarkAt, MarkText string
}

// Leg is one series of a Pair. All but Name are keys of columns.
type Leg struct {
	Name             string
	Actual, Baseline string
	// BreakFrom and BreakTo hold, in the row of a break's month, the ends of its confidence set, as X writes them; null
	// in others. Both empty for none.
	BreakFrom, BreakTo string
}

func (l Leg) columns() []string { return append(asked(l.BreakFrom, l.BreakTo), l.Actual, l.Baseline) }

// Columns is as in Drawing.
func (d Pair) Columns() []string {
	return append(append(d.First.columns(), d.Second.columns()...), d.X)
}

// Check finds a break whose set has one end, lies outside the months, or does not hold the break.
func (d Pair) Check(f Figures) error {
	place := map[string]int{}
	for i := range f.Rows() {
		if _, twice := place[f.Text(i, d.X)]; twice {
			return fmt.Errorf("%s stands twice", f.Text(i, d.X))
		}
		place[f.Text(i, d.X)] = i
	}
	for _, l := range []Leg{d.First, d.Second} {
		if (l.BreakFrom == "") != (l.BreakTo == "") {
			return fmt.Errorf("breaks of %s have one end", l.Name)
		}
		for i := range f.Rows() {
			if l.BreakFrom == "" || !f.Held(i, l.BreakFrom) && !f.Held(i, l.BreakTo) {
				continue
			}
			from, begins := place[f.Text(i, l.BreakFrom)]
			to, ends := place[f.Text(i, l.BreakTo)]
			if !begins || !ends || from > i || to < i {
				return fmt.Errorf("the set of the break %s of %s is not a range of months about it", f.Text(i, d.X), l.Name)
			}
		}
	}
	return nil
}

func (d Pair) prepare(s *sheet) func(svg.Frame) string {
	p := svg.PairChart{X: s.texts(d.X), MarkAt: d.MarkAt, MarkText: d.MarkText}
	for _, l := range []Leg{d.First, d.Second} {
		p.Legs = append(p.Legs, l.drawn(s, d.X))
	}
	s.describe(s.unit(d.First.Actual), "Two charts of lines over the same months, each at its own scale: "+d.First.Name+", and "+d.Second.Name+
		", reported and baseline, with their breaks and the months in which each may lie")
	return func(f svg.Frame) string { return svg.Pair(f, p) }
}

func (l Leg) drawn(s *sheet, x string) svg.Leg {
	out := svg.Leg{Name: l.Name}
	for _, key := range []string{l.Actual, l.Baseline} {
		out.Lines = append(out.Lines, svg.Line{Name: s.Title(key), Y: s.series(key)})
	}
	for i := range s.Rows() {
		if l.BreakFrom != "" && s.Held(i, l.BreakFrom) {
			out.Breaks = append(out.Breaks, svg.Break{At: s.Text(i, x), From: s.Text(i, l.BreakFrom), To: s.Text(i, l.BreakTo)})
		}
	}
	return out
}
