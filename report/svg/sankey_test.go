package svg

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var coordinate = regexp.MustCompile(`-?[0-9]+(?:\.[0-9]+)?`)

// within holds that every rectangle and every path of a drawing stays in its box.
func within(t interface{ Fatalf(string, ...any) }, drawing string) {
	frame := regexp.MustCompile(`viewBox="0 0 ([0-9.]+) ([0-9.]+)"`).FindStringSubmatch(drawing)
	size := [2]float64{}
	for i := range size {
		size[i], _ = strconv.ParseFloat(frame[i+1], 64)
	}
	check := func(axis int, text string) {
		if v, err := strconv.ParseFloat(text, 64); err != nil || math.IsNaN(v) || v < -0.1 || v > size[axis]+0.1 {
			t.Fatalf("%s on axis %d leaves the box %v", text, axis, size)
		}
	}
	for _, m := range regexp.MustCompile(` d="([^"]*)"`).FindAllStringSubmatch(drawing, -1) {
		for i, v := range coordinate.FindAllString(m[1], -1) {
			check(i%2, v)
		}
	}
	for _, m := range regexp.MustCompile(`<rect class="[^"]*" x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"`).FindAllStringSubmatch(drawing, -1) {
		var n [4]float64
		for i := range n {
			n[i], _ = strconv.ParseFloat(m[i+1], 64)
		}
		check(0, m[1])
		check(1, m[2])
		check(0, px(n[0]+n[2]))
		check(1, px(n[1]+n[3]))
	}
}

func drawnLinks(t *rapid.T, columns int) []Link {
	node := rapid.SampledFrom([]string{"DE", "Kazakhstan", "the United Arab Emirates, all seven", "中国", "<&>"})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Link {
		from := rapid.IntRange(0, columns-2).Draw(t, "from")
		v := math.Pow(10, rapid.Float64Range(-6, 9).Draw(t, "power"))
		return Link{FromColumn: from, ToColumn: rapid.IntRange(from+1, columns-1).Draw(t, "to"), From: node.Draw(t, "source"), To: node.Draw(t, "target"),
			Value: v, Low: Number{V: v * rapid.Float64Range(-1, 2).Draw(t, "low"), Held: rapid.Bool().Draw(t, "held")}}
	}), 0, 60).Draw(t, "links")
}

// Widths are values times one scale, on both ends of every link and through every column it passes, and those
// at a side of a node fill it from its upper edge without overlap.
func TestSankeyConservesWidths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(2, 5).Draw(t, "columns")
		links := drawnLinks(t, columns)
		f := frame(rapid.SampledFrom([]float64{Wide, Narrow}).Draw(t, "width"))
		l := layLinks(f, columns, links)
		scale := 0.0
		pieces, leaving, arriving := map[*Link]int{}, map[*node]float64{}, map[*node]float64{}
		for _, r := range l.ribbons {
			if scale == 0 {
				scale = r.wide / r.link.Value
			}
			if math.Abs(r.wide-scale*r.link.Value) > 1e-9*r.wide {
				t.Fatalf("a link of %g is %g wide at a scale of %g", r.link.Value, r.wide, scale)
			}
			pieces[r.link]++
			leaving[r.from] += r.wide
			arriving[r.to] += r.wide
			for _, end := range []struct {
				y float64
				n *node
			}{{r.a, r.from}, {r.b, r.to}} {
				if end.y < end.n.y-1e-6 || end.y+r.wide > end.n.y+end.n.h+1e-6 {
					t.Fatalf("a link at %g, %g wide, leaves its node at %g, %g high", end.y, r.wide, end.n.y, end.n.h)
				}
			}
		}
		for i := range links {
			if k := &links[i]; pieces[k] != k.ToColumn-k.FromColumn {
				t.Fatalf("%d pieces of %+v", pieces[k], *k)
			}
		}
		for i, n := range l.nodes {
			if math.Abs(max(leaving[n], arriving[n])-n.h) > 1e-6 {
				t.Fatalf("node %s is %g high, its links %g and %g wide", n.label, n.h, arriving[n], leaving[n])
			}
			if n.passed && math.Abs(leaving[n]-arriving[n]) > 1e-9 {
				t.Fatal("a link changes its width where it passes a column")
			}
			if n.y < l.top-1e-6 || n.y+n.h > l.top+l.height+1e-6 {
				t.Fatalf("node %s from %g to %g leaves %g to %g", n.label, n.y, n.y+n.h, l.top, l.top+l.height)
			}
			if i > 0 && l.nodes[i-1].column == n.column && l.nodes[i-1].y+l.nodes[i-1].h+nodeApart > n.y+1e-6 {
				t.Fatalf("nodes %s and %s touch", l.nodes[i-1].label, n.label)
			}
		}
		for _, side := range []func(ribbon) (*node, float64){func(r ribbon) (*node, float64) { return r.from, r.a }, func(r ribbon) (*node, float64) { return r.to, r.b }} {
			for i, r := range l.ribbons {
				for _, o := range l.ribbons[:i] {
					n, y := side(r)
					m, z := side(o)
					if n == m && y < z+o.wide-1e-6 && z < y+r.wide-1e-6 {
						t.Fatal("two links overlap at a node")
					}
				}
			}
		}
	})
}

func TestSankeyStaysInItsBox(t *testing.T) {
	titles := []string{"Exporters", "First hub", "Second hub", "A title that is much too long for its column", "Target"}
	rapid.Check(t, func(rt *rapid.T) {
		columns := rapid.IntRange(2, 5).Draw(rt, "columns")
		links := drawnLinks(rt, columns)
		for _, w := range []float64{Wide, Narrow} {
			got := Sankey(frame(w), titles[:columns], links)
			within(rt, got)
			if strings.Contains(got, "NaN") || strings.Contains(got, "Inf") {
				rt.Fatal(got)
			}
			if got != Sankey(frame(w), titles[:columns], links) {
				rt.Fatal("drawn twice, the bytes differ")
			}
		}
	})
}

func TestSankeyLabels(t *testing.T) {
	var links []Link
	for i := range 12 {
		for j, hub := range []string{"Kazakhstan", "United Arab Emirates", "KG"} {
			links = append(links, Link{0, 1, fmt.Sprintf("Exporter %d", i), hub, float64(1 + i*j), Number{}, ""})
		}
	}
	links = append(links, Link{1, 3, "KG", "Russia", 30, held(20), "KG to Russia: 30"}, Link{1, 2, "Kazakhstan", "BY", 9, Number{}, ""}, Link{2, 3, "BY", "Russia", 9, Number{}, ""})
	for _, w := range []float64{Wide, Narrow} {
		got := Sankey(frame(w), []string{"Exporters", "First hub", "Second hub", "Target"}, links)
		wellSet(t, got, w)
		if n := strings.Count(got, `<rect class="node"`); n != 12+3+1+1 {
			t.Errorf("%d nodes", n)
		}
		if strings.Count(got, `link core`) != 2 || !strings.Contains(got, "<title>KG to Russia: 30</title>") {
			t.Error("the link that passes a stage has its core in two parts, and its figures under the pointer")
		}
	}
}
