package report

import (
	"math"
	"strings"

	"detour/report/svg"
)

// easel draws the chart of one block: its figures at the scale of its table.
type easel struct {
	table  Table
	scales scales
	frame  svg.Frame
}

const defaultBars = 40

// figure is a drawing in both widths and a remark on what it leaves out.
type figure struct {
	wide, narrow string
	caption      string
}

// draw makes the drawing of a chart; id is unique on the page.
func draw(c Chart, id, title, stamp string) figure {
	e := easel{table: c.Table, scales: c.scales()}
	e.frame = svg.Frame{Title: title, Stamp: stamp, Figure: axisFigure}
	var fig figure
	var paint func(svg.Frame) string
	switch d := c.Draw.(type) {
	case Bars:
		paint = e.bars(d, &fig)
	case Lines:
		paint = e.lines(d)
	case Curve:
		paint = e.curve(d)
	}
	fig.wide = paint(e.sized(id+"-wide", svg.Wide))
	fig.narrow = paint(e.sized(id+"-narrow", svg.Narrow))
	return fig
}

func (e *easel) sized(id string, width float64) svg.Frame {
	f := e.frame
	f.ID, f.Width = id, width
	return f
}

// axisFigure writes the figure of an axis as the page's tables do.
func axisFigure(v float64, decimals int) string {
	return onPage().Fixed(int64(math.RoundToEven(v*math.Pow10(decimals))), decimals, decimals)
}

// name is what the axis says: the column's title and unit.
func (e *easel) name(key string) string {
	j := e.table.column(key)
	unit, _ := columnUnit(e.table.Columns[j], e.table.Rows, j, e.scales)
	return strings.TrimSuffix(e.title(key)+", "+unit, ", ")
}

func (e *easel) title(key string) string { return e.table.Columns[e.table.column(key)].Title }

func (e *easel) cell(row int, key string) Cell { return e.table.Rows[row][e.table.column(key)] }

func (e *easel) text(row int, key string) string { return onPage().figure(e.cell(row, key), e.scales) }

// number gives a cell as a figure to draw; not held where the column is not asked for or holds none.
func (e *easel) number(row int, key string) svg.Number {
	if key == "" {
		return svg.Number{}
	}
	c := e.cell(row, key)
	switch {
	case c.kind == isAmount:
		return svg.Number{V: float64(c.n) / math.Pow10(e.scales[c.s].from), Held: true}
	case c.kind == isRatio:
		return svg.Number{V: 100 * c.float(), Held: true}
	case c.numeric():
		return svg.Number{V: c.float(), Held: true}
	default:
		return svg.Number{}
	}
}

func (e *easel) series(key string) []svg.Number {
	out := make([]svg.Number, len(e.table.Rows))
	for i := range out {
		out[i] = e.number(i, key)
	}
	return out
}

func (e *easel) bars(d Bars, fig *figure) func(svg.Frame) string {
	most := d.Most
	if most == 0 {
		most = defaultBars
	}
	n := min(most, len(e.table.Rows))
	if n < len(e.table.Rows) {
		fig.caption = "The first " + onPage().things(n, "row") + " of " + onPage().count(len(e.table.Rows)) + "."
	}
	bars := make([]svg.Bar, n)
	for i := range bars {
		bars[i] = svg.Bar{Label: e.text(i, d.Label), Value: e.number(i, d.Value), Text: e.text(i, d.Value), Low: e.number(i, d.Low), High: e.number(i, d.High)}
	}
	e.frame.Axis = e.name(d.Value)
	e.frame.Desc = "Horizontal bars of " + e.frame.Axis + " by " + e.title(d.Label) + "; the figures are in the table below."
	return func(f svg.Frame) string { return svg.Bars(f, bars) }
}

func (e *easel) lines(d Lines) func(svg.Frame) string {
	ch := svg.LineChart{MarkAt: d.MarkAt, MarkText: d.MarkText}
	for i := range e.table.Rows {
		ch.X = append(ch.X, e.text(i, d.X))
	}
	titles := make([]string, len(d.Lines))
	for i, key := range d.Lines {
		titles[i] = e.title(key)
		ch.Lines = append(ch.Lines, svg.Line{Name: titles[i], Y: e.series(key)})
	}
	if d.Low != "" && d.High != "" {
		ch.Band = &svg.Band{Name: d.Band, Low: e.series(d.Low), High: e.series(d.High)}
	}
	_, e.frame.Axis, _ = strings.Cut(e.name(d.Lines[0]), ", ")
	e.frame.Desc = "Lines of " + strings.Join(titles, ", ") + " by " + e.title(d.X) + "; the figures are in the table below."
	return func(f svg.Frame) string { return svg.Lines(f, ch) }
}

func (e *easel) curve(d Curve) func(svg.Frame) string {
	specs := make([]svg.Spec, len(e.table.Rows))
	for i := range specs {
		specs[i] = svg.Spec{Value: e.number(i, d.Value), Text: e.text(i, d.Value), Low: e.number(i, d.Low), High: e.number(i, d.High)}
		specs[i].Chosen = d.Chosen != "" && e.cell(i, d.Chosen).n == 1
		for _, o := range d.Options {
			specs[i].Options = append(specs[i].Options, e.text(i, o))
		}
	}
	choices := make([]string, len(d.Options))
	for i, o := range d.Options {
		choices[i] = e.title(o)
	}
	e.frame.Axis = e.name(d.Value)
	e.frame.Desc = "Specification curve: " + e.frame.Axis + " under each specification, in ascending order, with the options that each uses; the figures are in the table below."
	return func(f svg.Frame) string { return svg.Curve(f, choices, specs) }
}
