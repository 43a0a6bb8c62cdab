package chart

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"detour/report/svg"
)

// grid is figures as texts: numbers are those that parse, null is empty.
type grid struct {
	keys []string
	rows [][]string
}

func (g grid) Rows() int                       { return len(g.rows) }
func (g grid) Title(key string) string         { return strings.ToUpper(key) }
func (g grid) Name(key string) string          { return g.Title(key) + ", EUR m" }
func (g grid) Text(row int, key string) string { return g.rows[row][slices.Index(g.keys, key)] }
func (g grid) Held(row int, key string) bool   { return g.Text(row, key) != "" }
func (g grid) Count(n int, noun string) string { return strings.TrimSpace(fmt.Sprint(n, " ", noun)) }
func (g grid) Number(row int, key string) svg.Number {
	v, err := strconv.ParseFloat(g.Text(row, key), 64)
	return svg.Number{V: v, Held: err == nil}
}

func table(keys string, rows ...string) grid {
	g := grid{keys: strings.Fields(keys)}
	for _, r := range rows {
		g.rows = append(g.rows, strings.Split(r, "|"))
	}
	return g
}

func frame() svg.Frame {
	return svg.Frame{ID: "x", Title: "T", Figure: func(v float64, d int) string { return strconv.FormatFloat(v, 'f', d, 64) }}
}

var (
	routes = Sankey{Stages: []string{"Exporters", "Hub", "Target"}, FromStage: "a", From: "from", ToStage: "b", To: "to", Value: "v", Low: "lo", High: "hi"}
	cells  = HeatMap{Row: "hub", Column: "goods", Value: "v"}
	legs   = Pair{X: "m", First: Leg{"one", "a", "b", "f", "t"}, Second: Leg{"two", "a", "b", "", ""}}
)

const (
	routeKeys = "a from b to v lo hi"
	legKeys   = "m a b f t"
)

func TestCheckRefusesWhatCannotBeDrawn(t *testing.T) {
	for name, c := range map[string]struct {
		d    Drawing
		g    grid
		says string // empty: nothing
	}{
		"links":               {routes, table(routeKeys, "1|DE|2|KZ|5||", "2|KZ|3|RU|5|4|6", "1|DE|3|RU|||"), ""},
		"a link back":         {routes, table(routeKeys, "1|DE|2|KZ|5||", "3|RU|2|KZ|5||"), "link 2 from RU to KZ"},
		"a link in a stage":   {routes, table(routeKeys, "2|KZ|2|KG|5||"), "to a later one"},
		"a stage there isn't": {routes, table(routeKeys, "1|DE|4|RU|5||"), "to a later one"},
		"no stage":            {routes, table(routeKeys, "|DE|2|RU|5||"), "to a later one"},
		"cells":               {cells, table("hub goods v", "KZ|84|1", "KZ|85|", "KG|84|2"), ""},
		"a cell twice":        {cells, table("hub goods v", "KZ|84|1", "KZ|84|2"), "KZ by 84 stands twice"},
		"legs":                {legs, table(legKeys, "1|5|5||", "2|9|5|1|3", "3|9|5||"), ""},
		"a month twice":       {legs, table(legKeys, "1|5|5||", "1|9|5||"), "1 stands twice"},
		"half a set":          {legs, table(legKeys, "1|5|5||", "2|9|5|1|"), "break 2 of one"},
		"a set elsewhere":     {legs, table(legKeys, "1|5|5||", "2|9|5|1|4"), "break 2 of one"},
		"a set beside":        {legs, table(legKeys, "1|5|5|2|2", "2|9|5||"), "break 1 of one"},
		"a set of one end":    {Pair{X: "m", First: Leg{"one", "a", "b", "f", ""}, Second: legs.Second}, table(legKeys, "1|5|5||"), "one end"},
	} {
		err := c.d.Check(c.g)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSankeySaysWhatItDoesNotDraw(t *testing.T) {
	g := table(routeKeys, "1|DE|2|KZ|5||", "2|KZ|3|RU|5|4|6", "1|LT|2|KZ|-1||", "1|MT|2|KZ|0||", "1|IT|2|KZ|||")
	f := Draw(routes, g, frame())
	if f.Caption != "Not drawn: 3 link without a value above zero. The core of a link is its lower limit." {
		t.Errorf("caption %q", f.Caption)
	}
	for _, d := range []string{f.Wide, f.Narrow} {
		if strings.Count(d, `class="link"`) != 2 || strings.Contains(d, "MT") || !strings.Contains(d, "<title>KZ to RU: 5 (4 to 6)</title>") {
			t.Error(d)
		}
	}
	if f := Draw(routes, table(routeKeys, "1|LT|2|KZ|-1||"), frame()); strings.Contains(f.Wide, `class="link"`) || f.Caption == "" {
		t.Error("nothing above zero, and something is drawn or nothing said")
	}
}

// Every pair of the grid is drawn, in the order of the rows; what no row states is not held.
func TestHeatMapFillsItsGrid(t *testing.T) {
	f := Draw(cells, table("hub goods v", "KZ|84|1", "KZ|85|", "KG|85|0"), frame())
	var told []string
	for _, m := range regexp.MustCompile(`<g><title>([^<]*)</title>`).FindAllStringSubmatch(f.Wide, -1) {
		told = append(told, m[1])
	}
	if want := []string{"KZ, 84: 1", "KZ, 85: not held", "KG, 84: not held", "KG, 85: 0"}; !slices.Equal(told, want) {
		t.Errorf("cells %q, want %q", told, want)
	}
	var g grid
	g.keys = []string{"hub", "goods", "v"}
	for i := range 41 {
		for j := range 21 {
			g.rows = append(g.rows, []string{fmt.Sprint("h", i), fmt.Sprint("g", j), "1"})
		}
	}
	if f := Draw(cells, g, frame()); f.Caption != "The first 40 row of 41. The first 20 column of 21." {
		t.Errorf("caption %q", f.Caption)
	}
}

func TestPairReadsBreaksFromTheirRows(t *testing.T) {
	f := Draw(legs, table(legKeys, "2022-01|5|5||", "2022-02|9|5|2022-01|2022-03", "2022-03|9|5||"), frame())
	if strings.Count(f.Wide, ">break 2022-02<") != 1 || strings.Count(f.Wide, `class="set"`) != 1 {
		t.Error("the break is of the first leg alone, with its set")
	}
	if strings.Index(f.Wide, ">one<") > strings.Index(f.Wide, ">two<") {
		t.Error("the first leg stands above the second")
	}
}

// Whatever passes Check is drawn, in both widths, with a description and without a number that is none.
func TestWhatPassesIsDrawn(t *testing.T) {
	drawings := []Drawing{Bars{Label: "m", Value: "a", Most: 3}, Lines{X: "m", Lines: []string{"a", "b"}, Low: "f", High: "t"},
		Curve{Value: "a", Low: "f", High: "t", Chosen: "b", Options: []string{"m"}}, HeatMap{Row: "m", Column: "a", Value: "b"},
		Sankey{Stages: []string{"x", "y", "z"}, FromStage: "a", From: "m", ToStage: "b", To: "m", Value: "f", Low: "t"},
		Pair{X: "m", First: Leg{"one", "a", "b", "f", "t"}, Second: Leg{"two", "f", "t", "a", "b"}}}
	cell := rapid.SampledFrom([]string{"", "1", "2", "3", "-0.5", "yes", "<b>", "1e12"})
	rapid.Check(t, func(t *rapid.T) {
		g := grid{keys: strings.Fields(legKeys)}
		for range rapid.IntRange(1, 8).Draw(t, "rows") {
			g.rows = append(g.rows, rapid.SliceOfN(cell, 5, 5).Draw(t, "row"))
		}
		for _, d := range drawings {
			for _, key := range d.Columns() {
				if !slices.Contains(g.keys, key) {
					t.Fatalf("%T asks for %q", d, key)
				}
			}
			if d.Check(g) != nil {
				continue
			}
			f := Draw(d, g, frame())
			for _, got := range []string{f.Wide, f.Narrow} {
				if !strings.Contains(got, "in the table below.</desc>") || strings.Contains(got, "NaN") || strings.Contains(got, "Inf") || strings.Contains(got, "<b>") {
					t.Fatalf("%T: %s", d, got)
				}
			}
		}
	})
}
