package svg

import "slices"

// Leg is one of several series that are compared over the same labels, with the months at which it breaks.
type Leg struct {
	Name   string
	Lines  []Line // at most five are told apart
	Breaks []Break
}

// Break is a place at which a series changes, within the set of places that the data allow. All three are labels of the axis.
type Break struct{ At, From, To string }

// PairChart is legs over one axis of labels, each with its own scale.
type PairChart struct {
	X    []string
	Legs []Leg
	// MarkAt is the label at which a vertical line stands in every leg; empty for none.
	MarkAt, MarkText string
}

// Pair draws the legs one above the other, so that what happens at the same time stands in one vertical. A break is a
// line over the shaded set of places that the data allow for it.
func Pair(f Frame, p PairChart) string {
	const high, between = 150.0, 62.0
	charts := make([]LineChart, len(p.Legs))
	axes := make([]Axis, len(p.Legs))
	left, right := 0.0, f.Width
	top := f.top() + 44
	for i, l := range p.Legs {
		charts[i] = LineChart{X: p.X, Lines: l.Lines, MarkAt: p.MarkAt}
		lo, hi := extent(charts[i].series()...)
		y := top + float64(i)*(high+between)
		axes[i] = NewAxis(lo, hi, 4, true).On(y+high, y)
		left = max(left, f.tickRoom(axes[i]))
		right = min(right, f.Width-bold*widest(charts[i].names(), f.Width*0.25)-2*gap)
	}
	if len(charts) > 0 {
		charts[0].MarkText = p.MarkText
	}
	x := xScale(len(p.X), left+gap, right)
	var c canvas
	base := top
	for i, ch := range charts {
		y := axes[i].B
		base = axes[i].A
		c.text("group", "start", 0, y-28, clip(p.Legs[i].Name, f.Width/bold))
		p.sets(&c, p.Legs[i], x, y, base)
		f.beside(&c, axes[i], left, right)
		for k, l := range slices.Backward(ch.Lines) {
			drawLine(&c, lineClass(k), l, x, axes[i].Linear)
		}
		ch.mark(&c, x, y, base, right)
		p.breaks(&c, p.Legs[i], x, y, base, right)
		ch.hover(&c, f, x, y, base)
		ch.ends(&c, x, axes[i].Linear, y, base, f.Width-right-gap)
	}
	if len(charts) > 0 {
		charts[0].months(&c, f, x, base)
	}
	return f.finish(&c, base+24)
}

// sets shades where a break may lie, half a place to either side.
func (p PairChart) sets(c *canvas, l Leg, x Linear, top, base float64) {
	half := (x.At(1) - x.At(0)) / 2
	for _, b := range l.Breaks {
		from := max(x.At(float64(slices.Index(p.X, b.From)))-half, x.A)
		to := min(x.At(float64(slices.Index(p.X, b.To)))+half, x.B)
		c.rect("set", from, top, to-from, base-top)
	}
}

// breaks draws the breaks and names them, each on a line of its own.
func (p PairChart) breaks(c *canvas, l Leg, x Linear, top, base, right float64) {
	for i, b := range l.Breaks {
		at := x.At(float64(slices.Index(p.X, b.At)))
		c.line("break", at, top, at, base)
		label, y := "break "+b.At, top+15+14*float64(i)
		if at+gap+bold*textWidth(label) < right {
			c.text("remark halo", "start", at+gap, y, label)
		} else {
			c.text("remark halo", "end", at-gap, y, label)
		}
	}
}
