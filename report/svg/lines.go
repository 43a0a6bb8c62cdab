package svg

import (
	"slices"
	"strconv"
	"strings"
)

// Line is one series over the labels of a chart; Y has one figure a label.
type Line struct {
	Name string
	Y    []Number
}

// Band is an area between two series, such as a predictive interval.
type Band struct {
	Name      string
	Low, High []Number
}

// LineChart is series over an axis of labels.
type LineChart struct {
	X     []string
	Lines []Line // at most five are told apart
	Band  *Band  // nil for none
	// MarkAt is the label at which a vertical line stands; empty for none.
	MarkAt, MarkText string
}

// Lines draws series with their names at their ends. A missing figure breaks its line.
func Lines(f Frame, ch LineChart) string {
	all := ch.series()
	lo, hi := extent(all...)
	top := f.top() + 26
	base := top + 230
	axis := NewAxis(lo, hi, 5, true).On(base, top)
	left := f.tickRoom(axis)
	right := f.Width - bold*widest(ch.names(), f.Width*0.25) - 2*gap
	x := xScale(len(ch.X), left+gap, right)

	var c canvas
	f.beside(&c, axis, left, right)
	ch.months(&c, f, x, base)
	ch.mark(&c, x, top, base, right)
	if ch.Band != nil {
		c.el("path", "class", "band", "d", bandPath(*ch.Band, x, axis.Linear))
	}
	for i, l := range slices.Backward(ch.Lines) { // the first lies on top
		drawLine(&c, lineClass(i), l, x, axis.Linear)
	}
	ch.hover(&c, f, x, top, base)
	ch.ends(&c, x, axis.Linear, top, base, f.Width-right-gap)
	return f.finish(&c, base+24)
}

// lineClass is the colour and dash of a line.
func lineClass(i int) string { return "s" + strconv.Itoa(i%5) }

// xScale lays n places between left and right; a single one in the middle.
func xScale(n int, left, right float64) Linear {
	if n < 2 {
		return Linear{From: -1, To: 1, A: left, B: right}
	}
	return Linear{From: 0, To: float64(n - 1), A: left, B: right}
}

func (ch LineChart) series() [][]Number {
	var out [][]Number
	for _, l := range ch.Lines {
		out = append(out, l.Y)
	}
	if ch.Band != nil {
		out = append(out, ch.Band.Low, ch.Band.High)
	}
	return out
}

func (ch LineChart) names() []string {
	var out []string
	for _, l := range ch.Lines {
		out = append(out, l.Name)
	}
	if ch.Band != nil {
		out = append(out, ch.Band.Name)
	}
	return out
}

func (ch LineChart) months(c *canvas, f Frame, x Linear, base float64) {
	set := every(ch.X, x.At(1)-x.At(0))
	for i, label := range ch.X {
		at := x.At(float64(i))
		c.line("grid", at, base, at, base+4)
		if set[i] {
			f.tick(c, at, base+18, label)
		}
	}
}

func (ch LineChart) mark(c *canvas, x Linear, top, base, right float64) {
	for i, label := range ch.X {
		if label != ch.MarkAt || label == "" {
			continue
		}
		at := x.At(float64(i))
		c.line("mark", at, top-6, at, base)
		if at+gap+textWidth(ch.MarkText) < right {
			c.text("remark", "start", at+gap, top+2, ch.MarkText)
		} else {
			c.text("remark", "end", at-gap, top+2, ch.MarkText)
		}
	}
}

// runs gives the stretches from..to (to excluded) in which every list is held.
func runs(lists ...[]Number) (out [][2]int) {
	from := -1
	n := len(lists[0])
	for i := 0; i <= n; i++ {
		held := i < n
		for _, l := range lists {
			held = held && l[i].Held
		}
		switch {
		case held && from < 0:
			from = i
		case !held && from >= 0:
			out, from = append(out, [2]int{from, i}), -1
		}
	}
	return out
}

func bandPath(b Band, x, y Linear) string {
	var d strings.Builder
	for _, r := range runs(b.Low, b.High) {
		op := "M"
		for i := r[0]; i < r[1]; i++ {
			d.WriteString(op + px(x.At(float64(i))) + " " + px(y.At(b.High[i].V)))
			op = "L"
		}
		for i := r[1] - 1; i >= r[0]; i-- {
			d.WriteString("L" + px(x.At(float64(i))) + " " + px(y.At(b.Low[i].V)))
		}
		d.WriteString("Z")
	}
	return d.String()
}

// drawLine draws the series, with dots where they are few or stand alone.
func drawLine(c *canvas, class string, l Line, x, y Linear) {
	var path, dots canvas
	few := len(l.Y) <= 24
	for _, r := range runs(l.Y) {
		op := "M"
		for i := r[0]; i < r[1]; i++ {
			at, height := x.At(float64(i)), y.At(l.Y[i].V)
			path.WriteString(op + px(at) + " " + px(height))
			op = "L"
			if few || r[1]-r[0] == 1 {
				dots.dot("point "+class, at, height, 2.5)
			}
		}
	}
	c.el("path", "class", "line "+class, "d", path.String())
	c.WriteString(dots.String())
}

// hover lays an unseen strip over each place of the axis that tells its figures.
func (ch LineChart) hover(c *canvas, f Frame, x Linear, top, base float64) {
	step := x.At(1) - x.At(0)
	for i, label := range ch.X {
		told := []string{label}
		for _, l := range ch.Lines {
			if l.Y[i].Held {
				told = append(told, l.Name+" "+f.Figure(l.Y[i].V, 1))
			}
		}
		c.hover(strings.Join(told, "\n"))
		from, to := max(x.At(float64(i))-step/2, x.A-gap), min(x.At(float64(i))+step/2, x.B+gap)
		c.rect("strip", from, top, to-from, base-top)
		c.close("g")
	}
}

// ends names the series where they end, moved apart where they would touch.
func (ch LineChart) ends(c *canvas, x, y Linear, top, base, room float64) {
	var at []float64
	var names, classes []string
	add := func(name, class string, last float64) {
		at, names, classes = append(at, last), append(names, name), append(classes, class)
	}
	for i, l := range ch.Lines {
		if r := runs(l.Y); len(r) > 0 {
			add(l.Name, "name "+lineClass(i), y.At(l.Y[r[len(r)-1][1]-1].V))
		}
	}
	if b := ch.Band; b != nil {
		if r := runs(b.Low, b.High); len(r) > 0 {
			last := r[len(r)-1][1] - 1
			add(b.Name, "name bandname", y.At((b.Low[last].V+b.High[last].V)/2))
		}
	}
	end := x.At(max(1, float64(len(ch.X)-1))) // the right edge, of a single place too
	for i, yy := range spread(at, 15, top, base) {
		c.text(classes[i], "start", end+gap+2, yy+4, clip(names[i], room/bold))
	}
}
