package svg

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func pairOf(n int, at, from, to int) PairChart {
	p := PairChart{MarkText: "event"}
	var in, out []Number
	for i := range n {
		p.X = append(p.X, fmt.Sprintf("%d-%02d", 2019+i/12, i%12+1))
		in = append(in, held(float64(100+i)))
		out = append(out, Number{V: float64(i) / 50, Held: i%5 != 2})
	}
	p.MarkAt = p.X[n/2]
	p.Legs = []Leg{
		{"EU27 to Kazakhstan", []Line{{"Reported", in}, {"Baseline", out}}, []Break{{p.X[at], p.X[from], p.X[to]}}},
		{"Kazakhstan to Russia", []Line{{"Reported", out}, {"Baseline", out}}, nil},
	}
	return p
}

func TestPairStaysInItsBox(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 80).Draw(rt, "months")
		from := rapid.IntRange(0, n-1).Draw(rt, "from")
		to := rapid.IntRange(from, n-1).Draw(rt, "to")
		p := pairOf(n, rapid.IntRange(from, to).Draw(rt, "at"), from, to)
		for _, w := range []float64{Wide, Narrow} {
			got := Pair(frame(w), p)
			within(rt, got)
			if strings.Contains(got, "NaN") || strings.Contains(got, "Inf") || strings.Contains(got, `width="-`) {
				rt.Fatal(got)
			}
		}
	})
}

// The set of a break is as wide as its months, the break within it, and the event at one place in both legs.
func TestPairMarksBreaksWithTheirSets(t *testing.T) {
	got := Pair(frame(Wide), pairOf(48, 30, 28, 33))
	wellSet(t, got, Wide)
	number := func(of, name string) float64 {
		m := regexp.MustCompile(`<[a-z]+ class="` + of + `"[^>]* ` + name + `="([^"]*)"`).FindStringSubmatch(got)
		if m == nil {
			t.Fatalf("no %s", of)
		}
		v, _ := strconv.ParseFloat(m[1], 64)
		return v
	}
	strips := regexp.MustCompile(`class="strip"[^>]* width="([^"]*)"`).FindAllStringSubmatch(got, -1)
	month, _ := strconv.ParseFloat(strips[len(strips)/4][1], 64) // one in the middle of a leg: those at its edges are cut
	if x, w, at := number("set", "x"), number("set", "width"), number("break", "x1"); w < 5.9*month || w > 6.1*month || at < x+2.4*month || at > x+2.6*month {
		t.Errorf("a month is %g, the set from %g %g wide, the break at %g", month, x, w, at)
	}
	marks := regexp.MustCompile(`class="mark" x1="([^"]*)"`).FindAllStringSubmatch(got, -1)
	if len(marks) != 2 || marks[0][1] != marks[1][1] {
		t.Errorf("event lines %v", marks)
	}
	if strings.Count(got, `class="set"`) != 1 || !strings.Contains(got, ">break 2021-07<") {
		t.Error("one break, named by its month")
	}
	wellSet(t, Pair(frame(Narrow), pairOf(48, 30, 28, 33)), Narrow)
}
