package chart

import "detour/report/svg"

// Bars draws a horizontal bar for each row, in the order of the rows.
type Bars struct {
	Label, Value string
	// Low and High name the columns with the interval of Value; both empty for none.
	Low, High string
	// Most is how many rows are drawn at most, the caption saying so; zero is 40.
	Most int
}

const defaultBars = 40

// Columns is as in Drawing.
func (d Bars) Columns() []string { return append(asked(d.Low, d.High), d.Label, d.Value) }

// Check finds nothing: any figures can be bars.
func (Bars) Check(Figures) error { return nil }

func (d Bars) prepare(s *sheet) func(svg.Frame) string {
	most := d.Most
	if most == 0 {
		most = defaultBars
	}
	n := min(most, s.Rows())
	if n < s.Rows() {
		s.remarkf("The first %s of %s.", s.Count(n, "row"), s.Count(s.Rows(), ""))
	}
	bars := make([]svg.Bar, n)
	for i := range bars {
		bars[i] = svg.Bar{Label: s.Text(i, d.Label), Value: s.Number(i, d.Value), Text: s.Text(i, d.Value), Low: s.number(i, d.Low), High: s.number(i, d.High)}
	}
	name := s.Name(d.Value)
	s.describe(name, "Horizontal bars of "+name+" by "+s.Title(d.Label))
	return func(f svg.Frame) string { return svg.Bars(f, bars) }
}
