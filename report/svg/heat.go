package svg

import (
	"math"
	"strconv"
	"strings"
)

// HeatMap is a figure for each pair of a row and a column.
type HeatMap struct {
	Rows, Columns []string
	// Cells has a figure a row and column; one that is not held is hatched, which is told from zero.
	Cells [][]Cell
}

// Cell is a figure with its text.
type Cell struct {
	Number
	Text string
}

// Heat draws the map: the deeper the colour, the farther from zero, in one of two hues by sign. The scale stands
// below. Figures are written into their cells where all have room.
func Heat(f Frame, m HeatMap) string {
	h := layHeat(f, m)
	var c canvas
	for j, label := range m.Columns {
		h.columnLabel(&c, j, label)
	}
	for i, label := range m.Rows {
		y := h.top + float64(i)*h.high
		c.text("label", "end", h.left-gap, y+h.high/2+4, clip(label, h.left-gap))
		for j, cell := range m.Cells[i] {
			c.hover(label + ", " + m.Columns[j] + ": " + cell.Text)
			h.cell(&c, cell, h.left+float64(j)*h.wide, y, h.wide)
			c.close("g")
		}
	}
	height := h.legend(&c, f, h.top+float64(len(m.Rows))*h.high+14)
	return f.finish(&c, height)
}

const inset = 1.0 // of what is drawn in a cell

type heat struct {
	left, top  float64
	wide, high float64 // of a cell
	upright    bool    // whether column labels stand
	lo, hi     float64
	missing    bool // whether some cell is not held
	figures    bool // whether every figure has room in its cell
}

func layHeat(f Frame, m HeatMap) heat {
	h := heat{high: rowFor}
	h.left = widest(m.Rows, f.Width*0.3) + gap
	h.wide = min(84, (f.Width-h.left)/float64(max(1, len(m.Columns))))
	long := widest(m.Columns, 110)
	h.upright = long+4 > h.wide
	h.top = f.top() + rowFor
	if h.upright {
		h.top = f.top() + long + 2*gap
	}
	h.figures = true
	for _, row := range m.Cells {
		for _, c := range row {
			h.missing = h.missing || !c.Held
			if c.Held {
				h.lo, h.hi = min(h.lo, c.V), max(h.hi, c.V)
				h.figures = h.figures && textWidth(c.Text)+2*inset+2 <= h.wide
			}
		}
	}
	return h
}

// depth is how deep a figure is coloured, from 0 to 1: in proportion to its distance from zero.
func (h heat) depth(v float64) float64 {
	if most := max(-h.lo, h.hi); most > 0 {
		return math.Abs(v) / most
	}
	return 0
}

func (h heat) columnLabel(c *canvas, j int, label string) {
	mid := h.left + (float64(j)+0.5)*h.wide
	if !h.upright {
		c.text("label", "middle", mid, h.top-gap, label)
		return
	}
	c.open("text", "class", "label", "transform", "translate("+px(mid+4)+" "+px(h.top-gap)+") rotate(-90)")
	c.WriteString(escape(clip(label, 110)))
	c.close("text")
}

func (h heat) cell(c *canvas, cell Cell, x, y, wide float64) {
	w, high := wide-2*inset, h.high-2*inset
	x, y = x+inset, y+inset
	if !cell.Held {
		c.el("path", "class", "hatch", "d", hatch(x, y, w, high))
		c.rect("frame", x, y, w, high)
		return
	}
	deep := h.depth(cell.V)
	class := "heat"
	if cell.V < 0 {
		class = "heat negative"
	}
	c.el("rect", "class", class, "x", px(x), "y", px(y), "width", px(w), "height", px(high), "fill-opacity", strconv.FormatFloat(deep, 'f', 2, 64))
	c.rect("frame", x, y, w, high)
	if !h.figures {
		return
	}
	class = "figure"
	if deep > 0.6 {
		class = "figure inverse"
	}
	c.text(class, "middle", x+w/2, y+high/2+4, cell.Text)
}

// hatch is diagonals that fill a box.
func hatch(x, y, w, h float64) string {
	const apart = 5.0
	var d strings.Builder
	for s := apart; s < w+h; s += apart {
		d.WriteString("M" + px(x+max(0, s-h)) + " " + px(y+min(s, h)) + "L" + px(x+min(s, w)) + " " + px(y+max(0, s-w)))
	}
	return d.String()
}

// legend states the scale: from the least to the greatest figure over zero, and how what is not held looks. It
// gives the height reached.
func (h heat) legend(c *canvas, f Frame, y float64) float64 {
	const wide = 22.0
	h.figures = false // they stand beside their colours
	c.text("axis", "start", 0, y+12, f.Axis)
	y += rowFor - 4
	x := 0.0
	var steps []float64
	for _, share := range []float64{1, 0.5} {
		if h.lo < 0 {
			steps = append(steps, share*h.lo)
		}
	}
	steps = append(steps, 0)
	for _, share := range []float64{0.5, 1} {
		if h.hi > 0 {
			steps = append(steps, share*h.hi)
		}
	}
	key := func(cell Cell, text string) {
		if room := wide + gap + textWidth(text) + 2*gap; x > 0 && x+room > f.Width {
			x = 0
			y += rowFor
		}
		h.cell(c, cell, x, y, wide)
		c.text("tick", "start", x+wide+gap, y+rowFor/2+4, text)
		x += wide + gap + textWidth(text) + 2*gap
	}
	for _, v := range steps {
		key(Cell{Number: Number{V: v, Held: true}}, f.Figure(v, 1))
	}
	if h.missing {
		key(Cell{}, "not held")
	}
	return y + rowFor + gap
}
