package chart

import (
	"strings"

	"detour/report/svg"
)

// Lines draws columns against the rows, usually months. A missing figure is a gap in its line.
type Lines struct {
	// X names the column with the labels of the horizontal axis.
	X string
	// Lines name the columns to draw; the first is the one that the eye should follow.
	Lines []string
	// Low and High name the columns with the limits of a band; both empty for none.
	Low, High string
	// Band is what the band is called.
	Band string
	// MarkAt is the value of X at which a vertical line stands, labelled MarkText; empty for none.
	MarkAt, MarkText string
}

// Columns is as in Drawing.
func (d Lines) Columns() []string { return append(asked(d.Low, d.High, d.X), d.Lines...) }

// Check finds nothing: any figures can be lines.
func (Lines) Check(Figures) error { return nil }

func (d Lines) prepare(s *sheet) func(svg.Frame) string {
	ch := svg.LineChart{X: s.texts(d.X), MarkAt: d.MarkAt, MarkText: d.MarkText}
	titles := make([]string, len(d.Lines))
	for i, key := range d.Lines {
		titles[i] = s.Title(key)
		ch.Lines = append(ch.Lines, svg.Line{Name: titles[i], Y: s.series(key)})
	}
	if d.Low != "" && d.High != "" {
		ch.Band = &svg.Band{Name: d.Band, Low: s.series(d.Low), High: s.series(d.High)}
	}
	s.describe(s.unit(d.Lines[0]), "Lines of "+strings.Join(titles, ", ")+" by "+s.Title(d.X))
	return func(f svg.Frame) string { return svg.Lines(f, ch) }
}

// unit is that of a column's figures, empty if they have none in common.
func (s *sheet) unit(key string) string {
	return strings.TrimPrefix(strings.TrimPrefix(s.Name(key), s.Title(key)), ", ")
}
