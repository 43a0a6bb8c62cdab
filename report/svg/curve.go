package svg

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Spec is one specification: its figure, perhaps with an interval, and the option used of each choice.
type Spec struct {
	Value     Number
	Text      string
	Low, High Number
	Chosen    bool
	Options   []string // one a choice
}

// Curve draws a specification curve (Simonsohn, Simmons & Nelson 2020): the figures in ascending order with their
// intervals, the chosen one marked, above a panel that shows which options each uses. Specifications
// without a figure are left out. Choices name the groups of the panel.
func Curve(f Frame, choices []string, specs []Spec) string {
	specs = slices.DeleteFunc(slices.Clone(specs), func(s Spec) bool { return !s.Value.Held })
	slices.SortStableFunc(specs, func(a, b Spec) int { return cmp.Compare(a.Value.V, b.Value.V) })
	var reach []Number
	for _, s := range specs {
		reach = append(reach, s.Value, s.Low, s.High)
	}
	lo, hi := extent(reach)
	top := f.top() + 26
	base := top + 200
	axis := NewAxis(lo, hi, 5, true).On(base, top)
	panel := panelOf(choices, specs)
	left := max(f.tickRoom(axis), panel.room(f.Width*0.4)) + gap
	x := xScale(len(specs), left+2*gap, f.Width-2*gap)

	var c canvas
	f.beside(&c, axis, left, f.Width)
	for i, s := range specs {
		f.spec(&c, s, x.At(float64(i)), axis.Linear, radius(len(specs)))
	}
	f.nameChosen(&c, specs, x, axis.Linear, left)
	height := panel.draw(&c, specs, x, left, base+14, f.Width)
	return f.finish(&c, height)
}

// radius is that of the dots; many specifications stand close.
func radius(n int) float64 {
	if n > 40 {
		return 2
	}
	return 3.5
}

func (f Frame) spec(c *canvas, s Spec, x float64, y Linear, r float64) {
	class := "spec"
	if s.Chosen {
		class, r = "spec chosen", r+2
	}
	c.hover(s.describe())
	if s.Low.Held && s.High.Held {
		c.line("interval "+class, x, y.At(s.Low.V), x, y.At(s.High.V))
	}
	c.dot(class, x, y.At(s.Value.V), r)
	c.close("g")
}

func (s Spec) describe() string {
	return strings.Join(append([]string{s.Text}, s.Options...), "\n")
}

// nameChosen labels the chosen specification where an ascending curve leaves room: above to the left,
// or, at the left edge, below to the right.
func (f Frame) nameChosen(c *canvas, specs []Spec, x, y Linear, left float64) {
	i := slices.IndexFunc(specs, func(s Spec) bool { return s.Chosen })
	if i < 0 {
		return
	}
	label := "chosen: " + specs[i].Text
	at, height := x.At(float64(i)), y.At(specs[i].Value.V)
	if at-textWidth(label)-2*gap > left {
		c.text("val halo", "end", at-1.5*gap, height-gap, label)
	} else {
		c.text("val halo", "start", at+1.5*gap, height+2*gap+4, label)
	}
}

// panel is the rows below the curve: a title for each choice and a row for each of its options.
type panel struct{ groups []group }

type group struct {
	title   string
	options []string // sorted
}

func panelOf(choices []string, specs []Spec) panel {
	var p panel
	for i, title := range choices {
		g := group{title: title}
		for _, s := range specs {
			if !slices.Contains(g.options, s.Options[i]) {
				g.options = append(g.options, s.Options[i])
			}
		}
		slices.Sort(g.options)
		p.groups = append(p.groups, g)
	}
	return p
}

func (p panel) room(limit float64) float64 {
	w := 0.0
	for _, g := range p.groups {
		w = max(w, widest(g.options, limit))
	}
	return min(w, limit) + gap
}

func (p panel) draw(c *canvas, specs []Spec, x Linear, left, y, right float64) float64 {
	const row = 17.0
	r := min(radius(len(specs)), 3)
	for i, g := range p.groups {
		c.text("group", "start", 0, y+12, g.title)
		y += row
		for k, o := range g.options {
			c.rect("row r"+strconv.Itoa(k%2), left, y, right-left, row)
			c.text("label", "end", left-gap, y+12.5, clip(o, left-gap))
			for j, s := range specs {
				if s.Options[i] != o {
					continue
				}
				class := "use"
				if s.Chosen {
					class = "use chosen"
				}
				c.dot(class, x.At(float64(j)), y+row/2, r)
			}
			y += row
		}
		y += gap
	}
	return y
}
