package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"detour/fault"
	"detour/report/chart"
	"detour/report/page"
	"detour/report/term"
)

func TestFiguresForMachines(t *testing.T) {
	for _, c := range []struct {
		cell Cell
		want string
	}{
		{Amount(443124734000, "EUR"), "4431247340"},
		{Amount(1234, "EUR"), "12.34"},
		{Amount(-5, "EUR"), "-0.05"},
		{Amount(10, "EUR"), "0.1"},
		{Amount(0, "EUR"), "0"},
		{Amount(math.MinInt64, "EUR"), "-92233720368547758.08"},
		{Ratio(1, 3), "0.333333"},
		{Ratio(-2, 3), "-0.666667"},
		{Ratio(1, 2000000), "0"},        // half a millionth goes to the even zero
		{Ratio(3, 2000000), "0.000002"}, // and three halves to the even two
		{Ratio(math.MaxInt64, math.MaxInt64), "1"},
		{Float(0.125, 2), "0.12"}, // 0.125 is exact in binary: half to even
		{Float(-0.0001, 2), "0"},
		{Decimal(1, 18), "0.000000000000000001"},
	} {
		if got := c.cell.exact(); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.cell, got, c.want)
		}
	}
	if Ratio(1, 0).kind != isNull {
		t.Error("a ratio over zero exists")
	}
}

func TestFiguresForPeople(t *testing.T) {
	for _, c := range []struct {
		cell Cell
		want string
	}{
		{Amount(423710834734, "EUR"), "EUR 4,237.1m"},
		{Amount(2578200000000, "EUR"), "EUR 25,782.0m"},
		{Amount(99999999, "EUR"), "EUR 1,000,000"},
		{Amount(100000, "EUR"), "EUR 1,000"},
		{Amount(-99999, "EUR"), "EUR -999.99"},
		{Amount(math.MinInt64, "EUR"), "EUR -92,233,720,368.5m"},
		{Ratio(3448, 1000), "344.8%"},
		{Ratio(-1, 10000), "0.0%"},
		{Ratio(0, 7), "0%"},
		{Int(-1234567), "-1,234,567"},
		{Float(1234.5, 2), "1,234.50"},
		{Null(), "–"},
		{Strs("a", "b"), "a, b"},
	} {
		if got := c.cell.String(); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.cell, got, c.want)
		}
	}
}

func TestReportsThatBreakTheirPromiseAreRefused(t *testing.T) {
	one := func(b Body) Report { return Report{Title: "r", Blocks: []Block{{Key: "k", Body: b}}} }
	cols := []Column{{Key: "a"}, {Key: "b"}}
	for name, c := range map[string]struct {
		r    Report
		says string
	}{
		"NaN":            {one(Table{Columns: cols, Rows: [][]Cell{{Int(1), Float(math.NaN(), 2)}}}), `row 1: column "b": not a finite number`},
		"infinity":       {one(Value{Cell: Float(math.Inf(1), 2)}), "not a finite number"},
		"beyond 64 bits": {one(Value{Cell: Ratio(math.MaxInt64, 2)}), "a ratio beyond 64 bits"},
		"too large":      {one(Value{Cell: Float(1e300, 2)}), "an estimate beyond 64 bits"},
		"short row":      {one(Table{Columns: cols, Rows: [][]Cell{{Int(1)}}}), "row 1: 1 cells for 2 columns"},
		"short total":    {one(Table{Columns: cols, Total: []Cell{Int(1)}}), "total: 1 cells"},
		"twin columns":   {one(Table{Columns: []Column{{Key: "a"}, {Key: "a"}}}), "column key"},
		"twin facts":     {one(Facts{{Key: "a"}, {Key: "a"}}), "fact key"},
		"twin blocks":    {Report{Blocks: []Block{{Key: "k", Body: Prose("")}, {Key: "k", Body: Prose("")}}}, "block 2 (k): the key is taken"},
		"reserved key":   {Report{Blocks: []Block{{Key: "lake_version", Body: Prose("")}}}, "the key is taken"},
		"no body":        {one(nil), "no body"},
		"no drawing":     {one(Chart{}), "no drawing"},
		"lost column":    {one(Chart{Table: Table{Columns: cols}, Draw: chart.Bars{Label: "a", Value: "c"}}), `asks for column "c"`},
		"twin cells":     {one(Chart{Table: Table{Columns: append(cols, Column{Key: "v"}), Rows: [][]Cell{{Str("KZ"), Str("84"), Int(1)}, {Str("KZ"), Str("84"), Int(2)}}}, Draw: chart.HeatMap{Row: "a", Column: "b", Value: "v"}}), "KZ by 84 stands twice"},
	} {
		for _, err := range []error{JSON(io.Discard, c.r), CSV(io.Discard, c.r, ""), Text(io.Discard, c.r, TextOptions{}), HTML(io.Discard, c.r, HTMLOptions{})} {
			if err == nil || fault.KindOf(err) != fault.Internal || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: got %v, want it to say %q", name, err, c.says)
			}
		}
	}
}

func TestCSVOfATableThatThereIsNot(t *testing.T) {
	err := CSV(io.Discard, invented(), "by_moon")
	if fault.KindOf(err) != fault.NotFound || !strings.Contains(fault.HintOf(err), "by_exporter") {
		t.Errorf("got %v, hint %q", err, fault.HintOf(err))
	}
	if err := CSV(io.Discard, Report{Blocks: []Block{{Key: "caveats", Body: Caveats{}}}}, ""); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no table at all: got %v", err)
	}
}

func TestTextKeepsToItsWidth(t *testing.T) {
	for _, width := range []int{72, 80, 100, 200} {
		r := invented()
		var out bytes.Buffer
		if err := Text(&out, r, TextOptions{Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			line = strings.TrimRight(line, "\n")
			if term.Cells(line) > width {
				t.Errorf("width %d: %d cells: %s", width, term.Cells(line), line)
			}
		}
	}
}

func TestTextNeverMovesTheCursor(t *testing.T) {
	var out bytes.Buffer
	r := Report{Title: "a\x1b[2Jb", Blocks: []Block{{Body: Table{Columns: []Column{{Key: "n", Title: "Name"}}, Rows: [][]Cell{{Str("x\x1b]0;y\x07\nz")}}}}}}
	if err := Text(&out, r, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\x07") || strings.Contains(out.String(), "\nz") {
		t.Errorf("control characters came through: %q", out.String())
	}
}

// TestPageStandsAlone holds the page against what it promises: no request, no script, no broken figure.
func TestPageStandsAlone(t *testing.T) {
	var out bytes.Buffer
	if err := HTML(&out, invented(), HTMLOptions{Lang: "en-GB"}); err != nil {
		t.Fatal(err)
	}
	got := out.String()
	for _, banned := range []string{"http:", "https:", "NaN", "Inf", "<script", " on", "style=", "url(", "@import", "ZgotmplZ"} {
		if banned == " on" {
			if m := regexp.MustCompile(`<[^>]* on[a-z]+=`).FindString(got); m != "" {
				t.Errorf("the page has an event handler: %s", m)
			}
			continue
		}
		if strings.Contains(got, banned) {
			t.Errorf("the page holds %q", banned)
		}
	}
	for _, m := range regexp.MustCompile(`(?:href|src)="([^"]*)"`).FindAllStringSubmatch(got, -1) {
		if !strings.HasPrefix(m[1], "data:") && !strings.HasPrefix(m[1], "#") {
			t.Errorf("the page refers to %s", m[1])
		}
	}
	if !strings.Contains(got, `<html lang="en-GB">`) || strings.Count(got, "imulated figures") < 6 {
		t.Error("the page does not state its language, or not everywhere that it is simulated")
	}
	uniqueIDs(t, got)
}

func uniqueIDs(t *testing.T, html string) {
	t.Helper()
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		if seen[m[1]] {
			t.Errorf("two elements have the id %s", m[1])
		}
		seen[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`aria-labelledby="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		for id := range strings.FieldsSeq(m[1]) {
			if !seen[id] {
				t.Errorf("nothing has the id %s, which labels an element", id)
			}
		}
	}
}

func TestPageStyleIsTheOneItsPolicyAllows(t *testing.T) {
	var out bytes.Buffer
	if err := HTML(&out, invented(), HTMLOptions{}); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(out.String(), "<style>")
	inPage, _, _ := strings.Cut(rest, "</style>")
	if inPage != page.Style() {
		t.Error("the style element differs from what was hashed for the policy")
	}
}

func TestChartsAreWellFormed(t *testing.T) {
	var out bytes.Buffer
	if err := HTML(&out, invented(), HTMLOptions{}); err != nil {
		t.Fatal(err)
	}
	charts := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(out.String(), -1)
	if len(charts) != 12 {
		t.Fatalf("%d drawings, want six charts in two widths", len(charts))
	}
	for _, c := range charts {
		dec := xml.NewDecoder(strings.NewReader(c))
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%v in %.80s", err, c)
			}
		}
		if !strings.Contains(c, `role="img"`) || !strings.Contains(c, "<title") || !strings.Contains(c, "<desc") {
			t.Errorf("a drawing without role, title or description: %.80s", c)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestPrintersReportAFailingWriter(t *testing.T) {
	for name, err := range map[string]error{
		"text": Text(full{}, invented(), TextOptions{}), "json": JSON(full{}, invented()), "csv": CSV(full{}, invented(), ""), "html": HTML(full{}, invented(), HTMLOptions{}),
	} {
		if err == nil || !strings.Contains(err.Error(), "disk full") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
