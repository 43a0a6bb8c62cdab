package ghost_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"detour/detect/ghost"
	"detour/detect/mirror"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

const (
	exportsData = "comext/bulk"
	pump        = goods.Code("847130")
	chip        = goods.Code("854231")
)

func parties(codes ...area.Code) []series.Party {
	return []series.Party{{Name: "some", Members: codes}}
}

// synthetic asks about March and April 2022 against 2021.
func synthetic(t testing.TB) ghost.Question {
	t.Helper()
	all, err := goods.ParseSelection("all")
	if err != nil {
		t.Fatal(err)
	}
	q := ghost.Question{Level: 0.9}
	q.Question.Question = series.Question{From: parties("DE", "FR"), To: parties("KG", "KZ"), Goods: all,
		Period: period.Range{From: 202203, To: 202204}, Base: period.Range{From: period.Year(2021), To: period.Year(2021)}}
	q.Margins = []mirror.Margin{0, 50_000}
	return q
}

func run(t testing.TB, q ghost.Question, files ...seriestest.File) (ghost.Result, error) {
	t.Helper()
	store, snap := seriestest.New(files...)
	return ghost.Run(t.Context(), store, snap, money.Embedded(), q)
}

// both makes the two data sets of statements: exports at the border of the exporter, imports at 5% more, less a ghost of so
// many per cent of the exports.
func both(months []period.Period, of func(e, h area.Code, g goods.Code, p period.Period) (euros, ghostPercent int64)) []seriestest.File {
	var x, m []flow.Flow
	for _, p := range months {
		for _, e := range []area.Code{"DE", "FR"} {
			for _, h := range []area.Code{"KG", "KZ"} {
				for _, g := range []goods.Code{pump, chip} {
					euros, ghosts := of(e, h, g, p)
					x = append(x, seriestest.Export(e, h, g, p, euros))
					m = append(m, seriestest.Import(h, e, g, p, euros*(100-ghosts)/100*105/100))
				}
			}
		}
	}
	return []seriestest.File{seriestest.Of(exportsData, months, x...), seriestest.Of("office/hubs", months, m...)}
}

// A known ghost is found: nothing missing in the base, a fifth of KZ's trade and half of KG's now, at a known margin.
func TestKnownGhost(t *testing.T) {
	months := seriestest.Months(202101, 202206)
	files := both(months, func(_, h area.Code, g goods.Code, p period.Period) (int64, int64) {
		euros := int64(100_000)
		if g == chip {
			euros = 40_000
		}
		switch {
		case p < 202203:
			return euros, 0
		case h == "KG":
			return 10 * euros, 50
		default:
			return 2 * euros, 20
		}
	})
	q := synthetic(t)
	q.Margins = []mirror.Margin{50_000, 0}
	r, err := run(t, q, files...)
	if err != nil {
		t.Fatal(err)
	}
	// In each of the two months, from two exporters: KG 1.4m, half of it seen; KZ 0.28m, four fifths seen. The base is 0.14m to each.
	var want ghost.Line
	want.Exports, want.Corrected = 2*2*(140_000_000+28_000_000), 2*2*(70_000_000+22_400_000)
	want.Imports = want.Corrected / 20 * 21
	want.BaseExports, want.BaseCorrected = 2*2*2*14_000_000, 2*2*2*14_000_000
	want.BaseImports = want.BaseCorrected / 20 * 21
	if r.Total.Line != want || r.Total.BaseGap() != 0 || r.Total.Gap() != 4*75_600_000 {
		t.Errorf("%+v, want %+v", r.Total.Line, want)
	}
	hubs := r.Breakdowns[1].Rows
	if len(hubs) != 2 || hubs[0].Hub != "KG" || hubs[0].Gap()*2 != hubs[0].Exports || hubs[1].Gap()*5 != hubs[1].Exports {
		t.Errorf("%+v", hubs)
	}
	// Without the margin five per cent of what arrived hide as much of what did not.
	if m := r.Margins[1]; m.Margin != 0 || m.Gap() != want.Exports-want.Imports || m.BaseGap() != -want.BaseExports/20 {
		t.Errorf("%+v", m)
	}
	// Both sides agree in the base but for the margin, which is taken off: every reporter is fully reliable.
	if r.Total.Weighted == nil || *r.Total.Weighted != r.Total.Gap() || len(r.Reliability.List) != 4 {
		t.Errorf("weighted %v of %d, %+v", r.Total.Weighted, r.Total.Gap(), r.Reliability)
	}
	if r.Total.Interval != nil || r.NoInterval == "" {
		t.Errorf("an interval from a past of one year: %+v", r.Total.Interval)
	}
}

// Rows of every breakdown add up to the total, in every figure, and files in another order give the same answer; a larger margin
// never makes the gap smaller.
func TestIdentities(t *testing.T) {
	months := slices.Concat(seriestest.Months(202103, 202104), seriestest.Months(202203, 202204))
	rapid.Check(t, func(rt *rapid.T) {
		euros := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000), 64, 64).Draw(rt, "euros")
		ghosts := rapid.SliceOfN(rapid.Int64Range(-20, 100), 64, 64).Draw(rt, "ghosts")
		i := 0
		files := both(months, func(area.Code, area.Code, goods.Code, period.Period) (int64, int64) {
			i++
			return euros[(i-1)%64], ghosts[(i-1)%64]
		})
		q := synthetic(t)
		r, err := run(t, q, files...)
		if err != nil {
			rt.Fatal(err)
		}
		for _, b := range r.Breakdowns {
			var sum ghost.Line
			for _, row := range b.Rows {
				sum.Exports += row.Exports
				sum.Imports += row.Imports
				sum.Corrected += row.Corrected
				sum.BaseExports += row.BaseExports
				sum.BaseImports += row.BaseImports
				sum.BaseCorrected += row.BaseCorrected
			}
			if sum != r.Total.Line {
				rt.Fatalf("by %s: %+v, total %+v", b.By, sum, r.Total.Line)
			}
		}
		if r.Margins[1].Gap() < r.Margins[0].Gap() || r.Margins[0].Line != r.Total.Line {
			rt.Fatalf("%+v", r.Margins)
		}
		if r.Total.Weighted != nil {
			var weighted int64
			for _, row := range r.Breakdowns[0].Rows {
				weighted += *row.Weighted
			}
			if weighted != *r.Total.Weighted {
				rt.Fatalf("exporters' weighted gaps add up to %d, the total's is %d", weighted, *r.Total.Weighted)
			}
		}
		slices.Reverse(files)
		again, err := run(t, q, files...)
		if err != nil {
			rt.Fatal(err)
		}
		if d := cmp.Diff(r.Breakdowns, again.Breakdowns); d != "" {
			rt.Fatal(d)
		}
	})
}

// The interval by hand: years 2016 to 2021 whose log ratio of imports over exports moves by 0.1, -0.1, 0.2, 0, -0.2, so that the
// mean square of the changes is 0.02.
func TestInterval(t *testing.T) {
	level, x, m := 0.0, []flow.Flow(nil), []flow.Flow(nil)
	const sent = 1_000_000
	steps := []float64{0, 0.1, -0.1, 0.2, 0, -0.2}
	for i, step := range steps {
		level += step
		p := period.Year(2016 + i)
		x = append(x, seriestest.Export("DE", "KZ", goods.Total, p, sent))
		m = append(m, seriestest.Import("KZ", "DE", goods.Total, p, int64(math.Round(sent*math.Exp(level)))))
	}
	x, m = append(x, seriestest.Export("DE", "KZ", goods.Total, period.Year(2022), 2*sent)), append(m, seriestest.Import("KZ", "DE", goods.Total, period.Year(2022), sent))
	q := synthetic(t)
	q.From, q.To = parties("DE"), parties("KZ")
	q.Period, q.Event = period.Range{From: period.Year(2022), To: period.Year(2022)}, 202203
	files := []seriestest.File{seriestest.Of("comext/easy", nil, x...), seriestest.Of("office/kz", nil, m...)}
	r, err := run(t, q, files...)
	if err != nil {
		t.Fatal(err)
	}
	reach := distuv.StudentsT{Sigma: 1, Nu: 5}.Quantile(0.95) * math.Sqrt(0.02)
	low, high := 2e8-1e8*math.Exp(reach), 2e8-1e8*math.Exp(-reach)
	i := r.Total.Interval
	// Imports are rounded to the euro, a millionth of a year's, which moves a change by as much and a bound by some 100 euros.
	if i == nil || i.Changes != 5 || math.Abs(float64(i.Low)-low) > 1e4 || math.Abs(float64(i.High)-high) > 1e4 || r.NoInterval != "" {
		t.Fatalf("%+v, want %.0f to %.0f", i, low, high)
	}
	if row := r.Breakdowns[1].Rows[0]; row.Interval == nil || *row.Interval != *i {
		t.Errorf("the one hub has %+v", row.Interval)
	}
	// A base two years before is compared over two years: 0, 0.1, 0.2, -0.2.
	q.Base = period.Range{From: period.Year(2020), To: period.Year(2020)}
	if r, err = run(t, q, files...); err != nil || r.Total.Interval == nil || r.Total.Interval.Changes != 4 {
		t.Errorf("%v, %+v", err, r.Total.Interval)
	}
	q.Base = period.Range{From: period.Year(2018), To: period.Year(2018)}
	if r, err = run(t, q, files...); err != nil || r.Total.Interval != nil || !strings.Contains(r.NoInterval, "pairs of years, 4 apart") {
		t.Errorf("%v, %+v, %q", err, r.Total.Interval, r.NoInterval)
	}
}

func TestReservations(t *testing.T) {
	months := seriestest.Months(202101, 202206)
	files := both(months, func(area.Code, area.Code, goods.Code, period.Period) (int64, int64) { return 1000, 0 })
	q := synthetic(t)
	q.To = parties("BY", "KG", "KZ", "UZ")
	r, err := run(t, q, files...)
	if err != nil {
		t.Fatal(err)
	}
	for words, code := range map[string]caveat.Code{
		"exports are stated by destination": caveat.Method, "re-exports are inside exports": caveat.Method,
		"Belarus publishes nothing in detail since 2022": caveat.NotReported, "UZ gives no mirror": caveat.NotReported,
	} {
		if !slices.ContainsFunc(r.Caveats, func(c caveat.Caveat) bool { return c.Code == code && strings.Contains(c.Text, words) }) {
			t.Errorf("nothing of %q in %v", words, r.Caveats)
		}
	}
	i := slices.IndexFunc(r.Caveats, func(c caveat.Caveat) bool { return strings.Contains(c.Text, "customs union") })
	if i < 0 || r.Caveats[i].Scope != "BY KG KZ" {
		t.Errorf("%v", r.Caveats)
	}
}

func TestRefused(t *testing.T) {
	files := both(seriestest.Months(202101, 202206), func(area.Code, area.Code, goods.Code, period.Period) (int64, int64) { return 1000, 0 })
	for name, spoil := range map[string]func(*ghost.Question){
		"no base": func(q *ghost.Question) { q.Base = period.Range{} },
		"level":   func(q *ghost.Question) { q.Level = 1 },
	} {
		q := synthetic(t)
		spoil(&q)
		if _, err := run(t, q, files...); fault.KindOf(err) != fault.BadInput {
			t.Errorf("%s: %v", name, err)
		}
	}
}
