// Package svg draws the charts of a report as SVG that stands inside an HTML page: no script, no style
// attribute, no outside reference. Colours, light and dark, come from Style, which the page carries once.
//
// A chart has a fixed width in pixels, so that its type is of the page's size; a page draws it once
// Wide and once Narrow and shows the one that fits. Same input, same bytes.
package svg

import (
	_ "embed"
	"html"
	"strconv"
	"strings"
)

// The widths at which charts are meant to be drawn.
const (
	Wide   = 760
	Narrow = 360
)

//go:embed svg.css
var style string

// Style is the style sheet of all charts. It takes its colours from custom properties that it sets for
// light and dark itself.
func Style() string { return style }

// Number is a figure to draw; one that is not held leaves a gap. V is finite.
type Number struct {
	V    float64
	Held bool
}

// Frame is what every chart has.
type Frame struct {
	// ID is unique on the page, letters, digits and hyphens.
	ID string
	// Title and Desc name and describe the drawing to those who do not see it.
	Title, Desc string
	// Axis says what is measured and in which unit: "Excess, EUR m".
	Axis string
	// Stamp is written into the drawing's corner, which may travel without its page; empty for none.
	Stamp string
	Width float64
	// Figure writes a number of an axis with so many decimals.
	Figure func(v float64, decimals int) string
}

const (
	gap    = 6.0  // between a thing and its label
	rowFor = 22.0 // height of a line of type with room to breathe
	corner = 16.0 // height of the line on which the stamp stands
)

// top is the height that the stamp takes.
func (f Frame) top() float64 {
	if f.Stamp == "" {
		return 0
	}
	return corner
}

// canvas collects the elements of one drawing.
type canvas struct {
	strings.Builder
}

// el writes an element without content; pairs are attribute names and values.
func (c *canvas) el(name string, pairs ...string) { c.tag(name, "/>", pairs) }

func (c *canvas) open(name string, pairs ...string) { c.tag(name, ">", pairs) }

func (c *canvas) tag(name, end string, pairs []string) {
	c.WriteString("<" + name)
	for i := 0; i < len(pairs); i += 2 {
		c.WriteString(" " + pairs[i] + `="` + escape(pairs[i+1]) + `"`)
	}
	c.WriteString(end)
}

func (c *canvas) close(name string) { c.WriteString("</" + name + ">") }

func (c *canvas) line(class string, x1, y1, x2, y2 float64) {
	c.el("line", "class", class, "x1", px(x1), "y1", px(y1), "x2", px(x2), "y2", px(y2))
}

func (c *canvas) rect(class string, x, y, w, h float64) {
	c.el("rect", "class", class, "x", px(x), "y", px(y), "width", px(w), "height", px(h))
}

func (c *canvas) dot(class string, x, y, r float64) {
	c.el("circle", "class", class, "cx", px(x), "cy", px(y), "r", px(r))
}

// text writes a label; anchor is start, middle or end.
func (c *canvas) text(class, anchor string, x, y float64, s string) {
	c.open("text", "class", class, "text-anchor", anchor, "x", px(x), "y", px(y))
	c.WriteString(escape(s))
	c.close("text")
}

// hover opens a group that tells its figures under the pointer.
func (c *canvas) hover(s string) {
	c.WriteString("<g><title>" + escape(s) + "</title>")
}

// finish puts the drawing into its svg element.
func (f Frame) finish(c *canvas, height float64) string {
	var out canvas
	out.open("svg", "class", "chart", "role", "img", "aria-labelledby", f.ID+"-t "+f.ID+"-d",
		"viewBox", "0 0 "+px(f.Width)+" "+px(height), "width", px(f.Width), "height", px(height))
	out.WriteString(`<title id="` + f.ID + `-t">` + escape(f.Title) + "</title>")
	out.WriteString(`<desc id="` + f.ID + `-d">` + escape(f.Desc) + "</desc>")
	if f.Stamp != "" {
		out.text("stamp", "end", f.Width-2, 11, f.Stamp)
	}
	out.WriteString(c.String())
	out.close("svg")
	return out.String()
}

// escape makes text safe in an element or an attribute.
func escape(s string) string { return html.EscapeString(s) }

// px writes a coordinate to a tenth of a pixel.
func px(v float64) string {
	s := strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	if s == "-0" {
		return "0"
	}
	return s
}
