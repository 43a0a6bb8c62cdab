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

func drawnHeat(t *rapid.T) HeatMap {
	rows, columns := rapid.IntRange(0, 40).Draw(t, "rows"), rapid.IntRange(1, 20).Draw(t, "columns")
	label := rapid.SampledFrom([]string{"KZ", "United Arab Emirates and all else there is", "84713000", "中国"})
	var m HeatMap
	for range columns {
		m.Columns = append(m.Columns, label.Draw(t, "column"))
	}
	for range rows {
		m.Rows = append(m.Rows, label.Draw(t, "row"))
		line := make([]Cell, columns)
		for j := range line {
			line[j].Held = rapid.Bool().Draw(t, "held")
			if line[j].Held {
				line[j].V = rapid.Float64Range(-1e6, 1e12).Draw(t, "v")
				line[j].Text = strconv.FormatFloat(line[j].V, 'f', 1, 64)
			}
		}
		m.Cells = append(m.Cells, line)
	}
	return m
}

func TestHeatStaysInItsBox(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawnHeat(rt)
		for _, w := range []float64{Wide, Narrow} {
			got := Heat(frame(w), m)
			within(rt, got)
			for _, bad := range []string{"NaN", "Inf", `width="-`, `fill-opacity="-`} {
				if strings.Contains(got, bad) {
					rt.Fatalf("%s in %s", bad, got)
				}
			}
			if h := layHeat(frame(w), m); h.wide < 10 {
				rt.Fatalf("cells %g wide: their upright labels touch", h.wide)
			}
		}
	})
}

// What is missing is hatched and not coloured; an exact zero is coloured with nothing and not hatched.
func TestHeatTellsMissingFromZero(t *testing.T) {
	m := HeatMap{Rows: []string{"KZ"}, Columns: []string{"a", "b", "c", "d"}, Cells: [][]Cell{{{held(0), "0"}, {}, {held(-5), "−5"}, {held(10), "10"}}}}
	got := Heat(frame(Wide), m)
	wellSet(t, got, Wide)
	cells, legend, _ := strings.Cut(got, `class="axis"`)
	if strings.Count(cells, `class="hatch"`) != 1 || strings.Count(legend, `class="hatch"`) != 1 {
		t.Error("one cell is hatched, and the legend says what that means")
	}
	var depths []string
	for _, d := range regexp.MustCompile(`class="(heat[^"]*)"[^>]*fill-opacity="([^"]*)"`).FindAllStringSubmatch(cells, -1) {
		depths = append(depths, d[1]+" "+d[2])
	}
	if want := "[heat 0.00 heat negative 0.50 heat 1.00]"; fmt.Sprint(depths) != want {
		t.Errorf("depths %v, want %s", depths, want)
	}
	for _, v := range []string{"-5.0", "-2.5", "0.0", "5.0", "10.0", "not held"} {
		if !strings.Contains(legend, ">"+v+"<") {
			t.Errorf("the scale does not state %s", v)
		}
	}
	if all := Heat(frame(Wide), HeatMap{Rows: []string{"KZ"}, Columns: []string{"a"}, Cells: [][]Cell{{{held(1), "1"}}}}); strings.Contains(all, "not held") {
		t.Error("the legend speaks of what there is not")
	}
}

func TestDepthIsInProportion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := heat{lo: -rapid.Float64Range(0, 1e9).Draw(t, "lo"), hi: rapid.Float64Range(1e-3, 1e9).Draw(t, "hi")}
		v := rapid.Float64Range(h.lo, h.hi).Draw(t, "v")
		if d := h.depth(v); d < 0 || d > 1 || math.Abs(h.depth(v/2)-d/2) > 1e-12 || math.Abs(h.depth(-v)-d) > 1e-12 {
			t.Fatalf("depth %g of %g in %g..%g", d, v, h.lo, h.hi)
		}
	})
}
