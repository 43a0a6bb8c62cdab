package chart

import "detour/report/svg"

// Curve draws a specification curve: each row is one specification, sorted by Value, over a panel that
// shows which options it uses.
type Curve struct {
	Value     string
	Low, High string
	// Chosen names a column of flags, true for the specification that the answer uses; empty for none.
	Chosen string
	// Options name the columns with the choices made.
	Options []string
}

// Columns is as in Drawing.
func (d Curve) Columns() []string {
	return append(asked(d.Low, d.High, d.Chosen, d.Value), d.Options...)
}

// Check finds nothing: any figures can be specifications.
func (Curve) Check(Figures) error { return nil }

func (d Curve) prepare(s *sheet) func(svg.Frame) string {
	specs := make([]svg.Spec, s.Rows())
	for i := range specs {
		specs[i] = svg.Spec{Value: s.Number(i, d.Value), Text: s.Text(i, d.Value), Low: s.number(i, d.Low), High: s.number(i, d.High)}
		specs[i].Chosen = d.Chosen != "" && s.Number(i, d.Chosen).V == 1
		for _, o := range d.Options {
			specs[i].Options = append(specs[i].Options, s.Text(i, o))
		}
	}
	choices := make([]string, len(d.Options))
	for i, o := range d.Options {
		choices[i] = s.Title(o)
	}
	name := s.Name(d.Value)
	s.describe(name, "Specification curve: "+name+" under each specification, in ascending order, with the options that each uses")
	return func(f svg.Frame) string { return svg.Curve(f, choices, specs) }
}
