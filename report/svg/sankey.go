package svg

import (
	"cmp"
	"math"
	"slices"
)

// Link is what flows between two nodes, each named by its column and label. Value is finite and above zero.
type Link struct {
	FromColumn, ToColumn int // FromColumn is the lesser
	From, To             string
	Value                float64
	// Low is the lower limit of Value, drawn as the core of the link; not held for none.
	Low Number
	// Text tells the link's figures under the pointer.
	Text string
}

// Sankey draws links between columns of nodes, as wide as their values. A link that passes a column is led
// through it between its nodes. Columns are the titles of the columns; every link lies within them. The
// drawing grows downwards with the nodes.
func Sankey(f Frame, columns []string, links []Link) string {
	l := layLinks(f, len(columns), links)
	var c canvas
	for i, title := range columns {
		l.heading(&c, f, i, title)
	}
	for _, r := range l.ribbons {
		c.hover(r.link.Text)
		c.el("path", "class", "link", "d", r.path(1))
		if r.link.Low.Held {
			c.el("path", "class", "link core", "d", r.path(min(1, max(0, r.link.Low.V/r.link.Value))))
		}
		c.close("g")
	}
	for _, n := range l.nodes {
		if !n.passed {
			l.node(&c, f, n)
		}
	}
	base := l.top + l.height
	c.text("axis", "end", f.Width-2, base+22, f.Axis)
	return f.finish(&c, base+28)
}

const (
	nodeWide  = 10.0
	nodeApart = 15.0 // a line of type
)

// node is a node, or the place in a column at which a link passes it.
type node struct {
	column  int
	label   string
	passed  bool
	in, out float64 // values
	x, y, h float64 // pixels; y is the upper edge
}

// ribbon is a link, or the part of one between two columns, laid from a node to the next.
type ribbon struct {
	link     *Link
	from, to *node
	a, b     float64 // upper edges at its ends
	wide     float64
}

type linkLayout struct {
	top, height float64
	margins     [2]float64 // room for the labels of the first and last column
	columns     int
	nodes       []*node // by column, then downwards
	ribbons     []ribbon
}

func layLinks(f Frame, columns int, links []Link) *linkLayout {
	l := &linkLayout{top: f.top() + 26, columns: columns}
	l.connect(links)
	l.order()
	l.place(f)
	l.join()
	return l
}

// connect makes the nodes and the ribbons between them.
func (l *linkLayout) connect(links []Link) {
	type name struct {
		column int
		label  string
		link   int // of a passing link, 1 and on
	}
	known := map[name]*node{}
	at := func(n name) *node {
		if known[n] == nil {
			known[n] = &node{column: n.column, label: n.label, passed: n.link > 0}
			l.nodes = append(l.nodes, known[n])
		}
		return known[n]
	}
	for i := range links {
		k := &links[i]
		from := at(name{k.FromColumn, k.From, 0})
		for column := k.FromColumn + 1; column <= k.ToColumn; column++ {
			next := name{column, "", i + 1}
			if column == k.ToColumn {
				next = name{column, k.To, 0}
			}
			to := at(next)
			from.out += k.Value
			to.in += k.Value
			l.ribbons = append(l.ribbons, ribbon{link: k, from: from, to: to})
			from = to
		}
	}
}

func (n *node) size() float64 { return max(n.in, n.out) }

// order puts the large nodes of a column on top and then, to cross few links, each near the mean of its
// neighbours: once from the right and once from the left.
func (l *linkLayout) order() {
	slices.SortStableFunc(l.nodes, func(a, b *node) int {
		return cmp.Or(cmp.Compare(a.column, b.column), cmp.Compare(b.size(), a.size()), cmp.Compare(a.label, b.label))
	})
	for column := l.columns - 2; column >= 0; column-- {
		l.settle(column, func(r ribbon) (*node, *node) { return r.from, r.to })
	}
	for column := 1; column < l.columns; column++ {
		l.settle(column, func(r ribbon) (*node, *node) { return r.to, r.from })
	}
}

// settle orders a column by the mean place of what its nodes are linked to on one side.
func (l *linkLayout) settle(column int, ends func(ribbon) (own, other *node)) {
	place, middle := map[*node]float64{}, map[*node]float64{}
	sums := map[int]float64{}
	for _, n := range l.nodes {
		place[n] = sums[n.column] + n.size()/2
		sums[n.column] += n.size()
	}
	weights := map[*node]float64{}
	for _, r := range l.ribbons {
		own, other := ends(r)
		middle[own] += r.link.Value * place[other] / sums[other.column]
		weights[own] += r.link.Value
	}
	slices.SortStableFunc(l.nodes, func(a, b *node) int {
		if a.column != b.column || a.column != column || weights[a] == 0 || weights[b] == 0 {
			return cmp.Compare(a.column, b.column)
		}
		return cmp.Compare(middle[a]/weights[a], middle[b]/weights[b])
	})
}

// place gives every node its pixels: one scale for all columns, each column in the middle of the height.
func (l *linkLayout) place(f Frame) {
	count, sums := make([]int, l.columns), make([]float64, l.columns)
	most := 0
	var outer [2][]string
	for _, n := range l.nodes {
		count[n.column]++
		sums[n.column] += n.size()
		most = max(most, count[n.column])
		switch n.column {
		case 0:
			outer[0] = append(outer[0], n.label)
		case l.columns - 1:
			outer[1] = append(outer[1], n.label)
		}
	}
	l.height = max(240, 2*nodeApart*float64(most))
	for i, labels := range outer {
		l.margins[i] = widest(labels, f.Width*0.22) + gap
	}
	scale := math.Inf(1)
	for i, sum := range sums {
		if sum > 0 {
			scale = min(scale, (l.height-nodeApart*float64(count[i]))/sum)
		}
	}
	next := make([]float64, l.columns)
	for i := range next {
		free := l.height - nodeApart*float64(count[i])
		if sums[i] > 0 {
			free -= scale * sums[i]
		}
		next[i] = l.top + (free+nodeApart)/2
	}
	x := l.xScale(f)
	for _, n := range l.nodes {
		n.x, n.y, n.h = x.At(float64(n.column)), next[n.column], scale*n.size()
		next[n.column] += n.h + nodeApart
	}
	for i := range l.ribbons {
		l.ribbons[i].wide = scale * l.ribbons[i].link.Value
	}
}

// xScale gives the left edge of each column's nodes.
func (l *linkLayout) xScale(f Frame) Linear {
	return Linear{From: 0, To: float64(max(1, l.columns-1)), A: l.margins[0], B: f.Width - l.margins[1] - nodeWide}
}

// join lays the ribbons at each node in the order of their other ends.
func (l *linkLayout) join() {
	leaves, arrives := map[*node][]*ribbon{}, map[*node][]*ribbon{}
	for i := range l.ribbons {
		r := &l.ribbons[i]
		leaves[r.from], arrives[r.to] = append(leaves[r.from], r), append(arrives[r.to], r)
	}
	for _, n := range l.nodes {
		y := n.y
		slices.SortStableFunc(leaves[n], func(a, b *ribbon) int { return cmp.Compare(a.to.y, b.to.y) })
		for _, r := range leaves[n] {
			r.a = y
			y += r.wide
		}
		y = n.y
		slices.SortStableFunc(arrives[n], func(a, b *ribbon) int { return cmp.Compare(a.from.y, b.from.y) })
		for _, r := range arrives[n] {
			r.b = y
			y += r.wide
		}
	}
}

// path outlines the share of a ribbon about its middle.
func (r ribbon) path(share float64) string {
	x0, x1 := r.from.x+nodeWide, r.to.x
	if r.from.passed {
		x0 = r.from.x
	}
	mid, w := (x0+x1)/2, r.wide*share
	a, b := r.a+(r.wide-w)/2, r.b+(r.wide-w)/2
	at := func(x, y float64) string { return px(x) + " " + px(y) }
	return "M" + at(x0, a) + "C" + at(mid, a) + " " + at(mid, b) + " " + at(x1, b) + "L" + at(x1, b+w) + "C" + at(mid, b+w) + " " + at(mid, a+w) + " " + at(x0, a+w) + "Z"
}

// inner is the room between a column's nodes and the next column.
func (l *linkLayout) inner(f Frame) float64 {
	x := l.xScale(f)
	return x.At(1) - x.At(0) - nodeWide - 2*gap
}

func (l *linkLayout) node(c *canvas, f Frame, n *node) {
	figure := f.Figure(n.size(), 1)
	c.hover(n.label + ": " + figure)
	defer c.close("g")
	c.rect("node", n.x, n.y, nodeWide, max(n.h, 0.5))
	y := n.y + n.h/2 + 4
	switch n.column {
	case 0:
		c.text("label", "end", n.x-gap, y, clip(n.label, l.margins[0]-gap))
	case l.columns - 1:
		c.text("label", "start", n.x+nodeWide+gap, y, clip(n.label, l.margins[1]-gap))
	default:
		c.text("label halo", "start", n.x+nodeWide+gap, y, clip(n.label, l.inner(f)))
	}
}

// heading sets the title of a column above it; the outermost keep to the edges of the drawing.
func (l *linkLayout) heading(c *canvas, f Frame, column int, title string) {
	at, room, anchor := l.xScale(f).At(float64(column))+nodeWide/2, f.Width/float64(l.columns)-2*gap, "middle"
	switch column {
	case 0:
		anchor, at = "start", 0
	case l.columns - 1:
		anchor, at = "end", f.Width
	default:
		half := room / 2
		at = min(max(at, f.Width*float64(column)/float64(l.columns)+half), f.Width*float64(column+1)/float64(l.columns)-half)
	}
	c.text("group", anchor, at, l.top-12, clip(title, room/bold))
}
