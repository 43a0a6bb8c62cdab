package svg

import (
	"encoding/xml"
	"fmt"
	"html"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func frame(width float64) Frame {
	return Frame{ID: "x", Title: "T <&>", Desc: "D", Axis: "Excess, EUR m", Stamp: "simulated", Width: width,
		Figure: func(v float64, d int) string { return strconv.FormatFloat(v, 'f', d, 64) }}
}

func held(v float64) Number { return Number{V: v, Held: true} }

func TestTicksAreOneTwoFiveAndInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e12, 1e12).Draw(t, "lo")
		hi := lo + rapid.Float64Range(1e-3, 1e12).Draw(t, "range")
		n := rapid.IntRange(1, 12).Draw(t, "n")
		widen := rapid.Bool().Draw(t, "widen")
		a := NewAxis(lo, hi, n, widen)
		if len(a.Ticks) < 1 || len(a.Ticks) > n+3 || !slices.Contains(a.Ticks, 0) {
			t.Fatalf("ticks %v for %g..%g, n %d", a.Ticks, lo, hi, n)
		}
		slack := (a.To - a.From) * 1e-8 // an end that misses a tick by less is taken to lie on it
		if a.From > min(lo, 0)+slack || a.To < max(hi, 0)-slack {
			t.Fatalf("axis %g..%g does not hold %g..%g", a.From, a.To, lo, hi)
		}
		for i, v := range a.Ticks {
			if v < a.From-slack || v > a.To+slack {
				t.Fatalf("tick %g outside %g..%g", v, a.From, a.To)
			}
			if i > 0 {
				step := v - a.Ticks[i-1]
				lead := step / math.Pow10(int(math.Floor(math.Log10(step)+1e-9)))
				if !slices.ContainsFunc([]float64{1, 2, 5}, func(m float64) bool { return math.Abs(m-lead) < 1e-6 }) {
					t.Fatalf("step %g", step)
				}
				if text := strconv.FormatFloat(v, 'f', a.Decimals, 64); text == strconv.FormatFloat(a.Ticks[i-1], 'f', a.Decimals, 64) {
					t.Fatalf("two ticks read %s", text)
				}
			}
		}
	})
}

func TestSpreadKeepsLabelsApartInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SliceOfN(rapid.Float64Range(0, 200), 1, 8).Draw(t, "at")
		got := spread(at, 15, 0, 200)
		for i := range at {
			if got[i] < -1e-9 || got[i] > 200+1e-9 {
				t.Fatalf("%v moved out to %v", at, got)
			}
			for j := range at {
				if i != j && math.Abs(got[i]-got[j]) < 15-1e-9 {
					t.Fatalf("%v and %v touch", got[i], got[j])
				}
				if at[i] < at[j] && got[i] > got[j] {
					t.Fatalf("order lost: %v to %v", at, got)
				}
			}
		}
	})
}

func TestEverySetsMonthsAtTheTurns(t *testing.T) {
	var labels []string
	for i := range 33 {
		labels = append(labels, fmt.Sprintf("%d-%02d", 2020+(i+2)/12, (i+2)%12+1))
	}
	set := every(labels, 16)
	var got []string
	for i, s := range set {
		if s {
			got = append(got, labels[i])
		}
	}
	if want := []string{"2020-07", "2021-01", "2021-07", "2022-01", "2022-07"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

var textElement = regexp.MustCompile(`<text class="([^"]*)" text-anchor="(\w+)" x="([^"]*)" y="([^"]*)">([^<]*)</text>`)

type box struct {
	text             string
	x0, x1, baseline float64
}

func boxes(t *testing.T, drawing string) []box {
	t.Helper()
	var out []box
	for _, m := range textElement.FindAllStringSubmatch(drawing, -1) {
		x, _ := strconv.ParseFloat(m[3], 64)
		y, _ := strconv.ParseFloat(m[4], 64)
		text := html.UnescapeString(m[5])
		w := textWidth(text)
		switch m[2] {
		case "middle":
			x -= w / 2
		case "end":
			x -= w
		}
		out = append(out, box{text, x, x + w, y})
	}
	return out
}

// wellSet holds that a drawing parses, has no broken number and no label that leaves it or touches another.
func wellSet(t *testing.T, drawing string, width float64) {
	t.Helper()
	if err := xml.Unmarshal([]byte(drawing), new(struct{})); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"NaN", "Inf", `width="-`, `r="-`} {
		if strings.Contains(drawing, bad) {
			t.Errorf("%q in %s", bad, drawing)
		}
	}
	all := boxes(t, drawing)
	for i, a := range all {
		if a.x0 < -1 || a.x1 > width+1 {
			t.Errorf("%q from %.0f to %.0f leaves the drawing of %.0f", a.text, a.x0, a.x1, width)
		}
		for _, b := range all[i+1:] {
			if math.Abs(a.baseline-b.baseline) < 11 && a.x0 < b.x1-1 && b.x0 < a.x1-1 {
				t.Errorf("%q and %q overlap", a.text, b.text)
			}
		}
	}
}

func TestBars(t *testing.T) {
	var many []Bar
	for i := range 60 {
		v := 1400 - 50*float64(i)
		many = append(many, Bar{Label: fmt.Sprintf("A rather long name of an exporter %d", i), Value: held(v), Text: fmt.Sprint(v), Low: held(v - 200), High: held(v + 300)})
	}
	for name, bars := range map[string][]Bar{
		"many":         many,
		"all negative": {{Label: "a", Value: held(-3), Text: "-3"}, {Label: "b", Value: held(-1), Text: "-1"}},
		"all zero":     {{Label: "a", Value: held(0), Text: "0"}},
		"missing":      {{Label: "a", Text: "–"}, {Label: "b", Value: held(2), Text: "2"}},
		"none":         nil,
		"small":        {{Label: "a <b>", Value: held(1e-7), Text: "0.0"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, w := range []float64{Wide, Narrow} {
				got := Bars(frame(w), bars)
				wellSet(t, got, w)
				if n := strings.Count(got, `<rect class="bar`); n != len(bars) {
					t.Errorf("%d bars drawn of %d", n, len(bars))
				}
			}
		})
	}
}

func TestBarsAreAsLongAsTheirFigures(t *testing.T) {
	got := Bars(frame(Wide), []Bar{{Label: "a", Value: held(100), Text: "100"}, {Label: "b", Value: held(50), Text: "50"}, {Label: "c", Value: held(-25), Text: "-25"}})
	var widths []float64
	for _, m := range regexp.MustCompile(`<rect class="bar[^>]* width="([^"]*)"`).FindAllStringSubmatch(got, -1) {
		w, _ := strconv.ParseFloat(m[1], 64)
		widths = append(widths, w)
	}
	if len(widths) != 3 || math.Abs(widths[0]-2*widths[1]) > 0.2 || math.Abs(widths[1]-2*widths[2]) > 0.2 {
		t.Errorf("widths %v for 100, 50, -25", widths) // a tenth of a pixel is what coordinates are rounded to
	}
}

func TestLines(t *testing.T) {
	var months []string
	var actual, base, low, high []Number
	for i := range 60 {
		months = append(months, fmt.Sprintf("%d-%02d", 2018+i/12, i%12+1))
		actual = append(actual, Number{V: float64(i), Held: i%7 != 3})
		base = append(base, held(float64(i)+0.5))
		low = append(low, Number{V: float64(i) - 9, Held: i > 30})
		high = append(high, Number{V: float64(i) + 9, Held: i > 30})
	}
	for name, ch := range map[string]LineChart{
		"months":      {X: months, Lines: []Line{{"Actual", actual}, {"Baseline", base}}, Band: &Band{"80% interval", low, high}, MarkAt: "2022-03", MarkText: "event"},
		"one month":   {X: months[:1], Lines: []Line{{"Actual", actual[:1]}, {"Baseline", base[:1]}}, MarkAt: months[0], MarkText: "event"},
		"all missing": {X: months[:2], Lines: []Line{{"Actual", make([]Number, 2)}}},
		"years":       {X: []string{"2019", "2020", "2021"}, Lines: []Line{{"Actual", []Number{held(-1), held(2), held(3)}}}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, w := range []float64{Wide, Narrow} {
				wellSet(t, Lines(frame(w), ch), w)
			}
		})
	}
	if got := Lines(frame(Wide), LineChart{X: months[:9], Lines: []Line{{"Actual", actual[:9]}}}); strings.Count(got, `d="M`) != 1 || strings.Count(regexp.MustCompile(`class="line s0" d="([^"]*)"`).FindString(got), "M") != 2 {
		t.Error("the missing month does not break the line")
	}
}

func TestCurve(t *testing.T) {
	specs := func(n, chosen int) (out []Spec) {
		for i := range n {
			v := float64((i*37)%n) - 3
			out = append(out, Spec{Value: Number{V: v, Held: i != 5}, Text: fmt.Sprint(v), Low: held(v - 2), High: held(v + 2), Chosen: i == chosen,
				Options: []string{[]string{"trend", "ets"}[i%2], "an option with a name that is a good deal too long for its place " + fmt.Sprint(i%3)}})
		}
		return out
	}
	for name, s := range map[string][]Spec{"many": specs(200, 7), "one": specs(1, 0), "few, the least chosen": specs(24, 0), "none": nil} {
		t.Run(name, func(t *testing.T) {
			for _, w := range []float64{Wide, Narrow} {
				wellSet(t, Curve(frame(w), []string{"Baseline", "Goods"}, s), w)
			}
		})
	}
	got := Curve(frame(Wide), []string{"Baseline", "Goods"}, specs(24, 7))
	if n := strings.Count(got, `<circle class="spec`); n != 23 {
		t.Errorf("%d specifications drawn, want 23: one has no figure", n)
	}
	var xs []float64
	for _, m := range regexp.MustCompile(`<circle class="spec[^>]* cy="([^"]*)"`).FindAllStringSubmatch(got, -1) {
		y, _ := strconv.ParseFloat(m[1], 64)
		xs = append(xs, -y)
	}
	if !slices.IsSorted(xs) {
		t.Error("the curve does not ascend")
	}
}
