package chart

import (
	"fmt"
	"slices"
	"strings"

	"detour/report/svg"
)

// Sankey draws rows as links between nodes that stand in columns: exporters, a first hub, a second hub, the target.
// A link is as wide as its value; its core, if Low is asked for, as wide as the lower limit.
type Sankey struct {
	// Stages are the titles of the columns, from the left.
	Stages []string
	// FromStage and ToStage name columns of whole numbers, the places in Stages from 1; From and To name the nodes. A
	// link may pass a stage.
	FromStage, From, ToStage, To string
	// Value names the column of what is linked. Links that are null, zero or below are not drawn, which the caption says.
	Value string
	// Low and High name the columns with the interval of Value; both empty for none.
	Low, High string
}

// Columns is as in Drawing.
func (d Sankey) Columns() []string {
	return append(asked(d.Low, d.High), d.FromStage, d.From, d.ToStage, d.To, d.Value)
}

// Check finds a link that does not lead from a stage to a later one.
func (d Sankey) Check(f Figures) error {
	for i := range f.Rows() {
		from, to := f.Number(i, d.FromStage), f.Number(i, d.ToStage)
		if !from.Held || !to.Held || from.V < 1 || from.V >= to.V || to.V > float64(len(d.Stages)) {
			return fmt.Errorf("link %d from %s to %s does not lead from a stage to a later one", i+1, f.Text(i, d.From), f.Text(i, d.To))
		}
	}
	return nil
}

func (d Sankey) prepare(s *sheet) func(svg.Frame) string {
	var links []svg.Link
	for i := range s.Rows() {
		v := s.Number(i, d.Value)
		if !v.Held || v.V <= 0 {
			continue
		}
		links = append(links, svg.Link{
			FromColumn: int(s.Number(i, d.FromStage).V) - 1, ToColumn: int(s.Number(i, d.ToStage).V) - 1,
			From: s.Text(i, d.From), To: s.Text(i, d.To), Value: v.V, Low: s.number(i, d.Low), Text: d.told(s, i),
		})
	}
	if left := s.Rows() - len(links); left > 0 {
		s.remarkf("Not drawn: %s without a value above zero.", s.Count(left, "link"))
	}
	if slices.ContainsFunc(links, func(l svg.Link) bool { return l.Low.Held }) {
		s.remarkf("The core of a link is its lower limit.")
	}
	name := s.Name(d.Value)
	s.describe(name, "Links between "+strings.Join(d.Stages, ", ")+", as wide as their "+name)
	return func(f svg.Frame) string { return svg.Sankey(f, d.Stages, links) }
}

// told is the link in words: from, to, value, and its interval.
func (d Sankey) told(s *sheet, row int) string {
	words := s.Text(row, d.From) + " to " + s.Text(row, d.To) + ": " + s.Text(row, d.Value)
	if d.Low != "" && d.High != "" && s.Held(row, d.Low) && s.Held(row, d.High) {
		words += " (" + s.Text(row, d.Low) + " to " + s.Text(row, d.High) + ")"
	}
	return words
}
