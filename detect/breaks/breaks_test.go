package breaks_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"detour/detect/breaks"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/lake"
	"detour/stat/breakpoint"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

var months = seriestest.Months(202001, 202212)

func question(t *testing.T) breaks.Question {
	t.Helper()
	all, err := goods.ParseSelection("all")
	if err != nil {
		t.Fatal(err)
	}
	return breaks.Question{Question: series.Question{
		From: []series.Party{{Name: "both", Members: []area.Code{"DE", "LT"}}}, To: []series.Party{{Name: "hubs", Members: []area.Code{"KG", "KZ"}}},
		Goods: all, Period: period.Range{From: 202001, To: 202212}}, Seed: 1}
}

// course is a series of 36 months about a level, by the gamma distribution of shape 4: months differ by half their mean. The level is
// multiplied by factor from a month on.
func course(e, h area.Code, g goods.Code, level float64, from period.Period, factor float64) []flow.Flow {
	rng := rand.New(rand.NewPCG(7, uint64(len(g))+hash(string(e)+string(h)+string(g))))
	var out []flow.Flow
	for _, m := range months {
		var v float64
		for range 4 {
			v += level / 4 * rng.ExpFloat64()
		}
		if m >= from {
			v *= factor
		}
		if euros := int64(math.Round(v)); euros > 0 {
			out = append(out, seriestest.Export(e, h, g, m, euros))
		}
	}
	return out
}

func hash(s string) (n uint64) {
	for _, c := range s {
		n = 31*n + uint64(c)
	}
	return n
}

func find(t *testing.T, q breaks.Question, flows ...[]flow.Flow) breaks.Result {
	t.Helper()
	r, err := breaks.Find(t.Context(), storeOf(flows...), snapOf(flows...), money.Embedded(), q, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func storeOf(flows ...[]flow.Flow) lake.Store {
	store, _ := seriestest.New(seriestest.Of("comext/bulk", months, slices.Concat(flows...)...))
	return store
}

func snapOf(flows ...[]flow.Flow) *lake.Snapshot {
	_, snap := seriestest.New(seriestest.Of("comext/bulk", months, slices.Concat(flows...)...))
	return snap
}

func of(t *testing.T, r breaks.Result, e, h area.Code, g goods.Code) breaks.Break {
	t.Helper()
	for _, b := range r.Breaks {
		if b.Exporter == e && b.Hub == h && b.Goods == g {
			return b
		}
	}
	t.Fatalf("no series %s %s %s was tested", e, h, g)
	return breaks.Break{}
}

// quiet are series without a break, of codes that no edition touched.
func quiet(n int) (out [][]flow.Flow) {
	for i := range n {
		out = append(out, course("DE", "KG", goods.Code(fmt.Sprintf("720810%02d", i)), 1000, 0, 1))
	}
	return out
}

// Of a hundred series without a break and ten with one by a factor of 8, all ten are found, at most two of them more than a month off, and
// few others: with a false discovery rate of 0.1 one of eleven on average, and more than five with a chance below one in a thousand. Of
// ten sets that hold the month with 0.95 each, fewer than eight do with a chance of 0.01.
func TestKnownBreaks(t *testing.T) {
	flows := quiet(100)
	for i := range 10 {
		flows = append(flows, course("LT", "KZ", goods.Code(fmt.Sprintf("847130%02d", i)), 1000, 202204, []float64{8, 1. / 8}[i%2]))
	}
	q := question(t)
	q.Test.Block = 1 // they have no memory
	r := find(t, q, flows...)
	if len(r.Breaks) != 110 || r.Found < 10 || r.Found > 15 {
		t.Fatalf("%d tested, %d found", len(r.Breaks), r.Found)
	}
	near, held := 0, 0
	for i := range 10 {
		b := of(t, r, "LT", "KZ", goods.Code(fmt.Sprintf("847130%02d", i)))
		up := i%2 == 0
		if (b.Direction == breakpoint.Up) != up || b.Adjusted > 0.1 || b.Month < b.From || b.Month > b.To || b.SetSize < 1 {
			t.Errorf("break %d: %+v", i, b)
		}
		if off := b.Month.Sub(202204); off >= -1 && off <= 1 {
			near++
		}
		if b.From <= 202204 && b.To >= 202204 {
			held++
		}
		if want := math.Log(8); math.Abs(math.Abs(b.Size)-want) > 3*b.SizeErr || (b.Size > 0) != up {
			t.Errorf("break %d: log ratio %g (%g), made as %g", i, b.Size, b.SizeErr, want)
		}
		if b.Months != 36 || b.Empty > 2 || len(b.Caveats) != 0 {
			t.Errorf("break %d: %d months, %d empty, %v", i, b.Months, b.Empty, b.Caveats)
		}
	}
	if near < 8 || held < 8 {
		t.Errorf("of 10 breaks %d are dated to a month, %d sets hold the month", near, held)
	}
	up, down := 0, 0
	for _, c := range r.ByMonth() {
		up, down = up+c.Up, down+c.Down
	}
	if up+down != r.Found || up < 5 || down < 5 {
		t.Errorf("by month %d up and %d down of %d", up, down, r.Found)
	}
}

// What stands in the columns is what stat/breakpoint says of the series, and of all p-values together.
func TestColumnsAreTheEstimators(t *testing.T) {
	flows := append(quiet(30), course("LT", "KZ", "84713000", 1000, 202203, 6))
	q := question(t)
	r := find(t, q, flows...)
	if len(r.Breaks) != 31 {
		t.Fatalf("%d tested", len(r.Breaks))
	}
	sorted := slices.SortedFunc(slices.Values(r.Breaks), func(a, b breaks.Break) int { return series.CompareKeys(unmonthed(a), unmonthed(b)) })
	var p []float64
	for _, b := range sorted {
		p = append(p, b.P)
	}
	adjusted, err := breakpoint.Adjust(p, breakpoint.BenjaminiHochberg)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range sorted {
		if b.Adjusted != adjusted[i] {
			t.Errorf("%v: adjusted %g, want %g", b.Key, b.Adjusted, adjusted[i])
		}
		var y []float64
		for _, m := range b.Course() {
			y = append(y, float64(m.Value))
		}
		want, err := breakpoint.Scan(breakpoint.Series{Y: y}, breakpoint.Rule{}, breakpoint.Window{From: 18, To: 35}, breakpoint.DefaultLevel, nil)
		if err != nil {
			t.Fatal(err)
		}
		if b.Month != months[want.At] || b.From != months[want.Set[0]] || b.To != months[want.Set[len(want.Set)-1]] || b.SetSize != len(want.Set) ||
			b.Statistic != want.Statistic || b.Size != want.Size || b.SizeErr != want.SizeErr || b.EventInSet != slices.Contains(want.Set, 26) {
			t.Errorf("%v: %+v, want %+v", b.Key, b, want)
		}
		before, after := mean(y[:want.At]), mean(y[want.At:])
		if math.Abs(float64(b.Before)-before) > 0.5 || math.Abs(float64(b.After)-after) > 0.5 { // rounded to a cent
			t.Errorf("%v: mean months %d and %d, want %g and %g", b.Key, b.Before, b.After, before, after)
		}
	}
	if !slices.IsSortedFunc(r.Breaks, func(a, b breaks.Break) int {
		if a.Adjusted != b.Adjusted {
			return int(math.Copysign(1, a.Adjusted-b.Adjusted))
		}
		return int(math.Copysign(1, b.Statistic-a.Statistic))
	}) {
		t.Error("the strongest does not stand first")
	}
	for i, b := range r.Breaks {
		if (b.Adjusted <= 0.1) != (i < r.Found) {
			t.Errorf("row %d of %d found has an adjusted p of %g", i, r.Found, b.Adjusted)
		}
	}
	if r.SmallestP != slices.Min(p) {
		t.Errorf("smallest p %g of %v", r.SmallestP, p)
	}
}

func mean(y []float64) (sum float64) {
	for _, v := range y {
		sum += v
	}
	return sum / float64(len(y))
}

// A month that Lithuania did not report is no zero: it is missing in every series to which Lithuania exports, and in no other.
func TestMissingMonths(t *testing.T) {
	const missing = 202206
	var flows [][]flow.Flow
	for i := range 20 { // so many that a month without one is not reported
		flows = append(flows, course("LT", "KZ", goods.Code(fmt.Sprintf("720810%02d", i)), 1000, 0, 1))
	}
	flows = append(flows, course("DE", "KG", "72081000", 1000, 0, 1), course("DE", "KZ", "72081000", 1000, 0, 1))
	for i := range flows {
		flows[i] = slices.DeleteFunc(flows[i], func(f flow.Flow) bool { return f.Reporter == "LT" && f.Period == missing })
	}
	q := question(t)
	r := find(t, q, flows...)
	lt, de := of(t, r, "LT", "KZ", "72081000"), of(t, r, "DE", "KZ", "72081000")
	if lt.Months != 35 || de.Months != 36 {
		t.Errorf("LT has %d months, DE %d", lt.Months, de.Months)
	}
	if m := lt.Course()[29]; m.Month != missing || m.Held {
		t.Errorf("%+v is held", m)
	}
	if !says(r.Caveats, caveat.NotReported, "LT 2022-06") {
		t.Errorf("caveats %v", r.Caveats)
	}
	q.By = []series.Dimension{series.Hub}
	r = find(t, q, flows...)
	if kz, kg := of(t, r, "", "KZ", ""), of(t, r, "", "KG", ""); kz.Months != 35 || kg.Months != 36 {
		t.Errorf("KZ has %d months, KG %d", kz.Months, kg.Months)
	}
	var want int64
	for _, f := range slices.Concat(flows...) {
		if f.Partner == "KZ" && f.Period == 202101 {
			want += f.Value.N
		}
	}
	if got := of(t, r, "", "KZ", "").Course()[12]; got.Value != want || !got.Held {
		t.Errorf("the exporters together sold %d in 2021-01, want %d", got.Value, want)
	}
}

func says(list []caveat.Caveat, code caveat.Code, words string) bool {
	return slices.ContainsFunc(list, func(c caveat.Caveat) bool { return c.Code == code && strings.Contains(c.Scope+" "+c.Text, words) })
}

// Smartphones were 851712 until 2021 and are 851713 since: neither broke. A code that is as old as the period and was first sold in
// 2022 is tested, where the code lists are known.
func TestBornCodesAreNoBreaks(t *testing.T) {
	since := func(flows []flow.Flow, from, before period.Period) []flow.Flow {
		return slices.DeleteFunc(flows, func(f flow.Flow) bool { return f.Period < from || f.Period >= before })
	}
	flows := append(quiet(5), since(course("DE", "KZ", "85171200", 1000, 0, 1), 0, 202201), since(course("DE", "KZ", "85171300", 1000, 0, 1), 202201, 209912),
		since(course("DE", "KZ", "84713000", 1000, 0, 1), 202203, 209912))
	q := question(t)
	q.Digits = 6
	r := find(t, q, flows...)
	want := []breaks.Edition{{Goods: "851712", At: 202201}, {Goods: "851713", At: 202201, Born: true}}
	if diff := cmp.Diff(want, r.Editions); diff != "" {
		t.Error(diff)
	}
	if b := of(t, r, "DE", "KZ", "847130"); b.Month != 202203 || b.Sized || b.Direction != breakpoint.Up || b.Empty != 26 {
		t.Errorf("from nothing: %+v", b)
	}
	if len(r.Breaks) != 2 || r.Renamed != 2 || !says(r.Caveats, caveat.EditionBreak, "851712 851713") {
		t.Errorf("%d tested, %d renamed, %v", len(r.Breaks), r.Renamed, r.Caveats)
	}
	// Told apart by eight digits nobody knows the list of 2021: a code without a figure before counts as born.
	q.Digits = 0
	if r := find(t, q, flows...); len(r.Editions) != 3 || r.Renamed != 3 {
		t.Errorf("by eight digits: %+v", r.Editions)
	}
	// The heading holds both.
	q.Digits = 4
	if r := find(t, q, flows...); len(r.Editions) != 0 || len(of(t, r, "DE", "KZ", "8517").Caveats) != 0 {
		t.Errorf("by headings: %+v", r.Editions)
	}
}

// Road tractors were 870120 until 2021, and have been 870121 to 870129 since. Where the lake has nothing of 870120, as a file that lists the
// codes of 2022 alone, the heading would grow from nothing; where it has, the heading holds both.
func TestHeadingsWithoutTheirPast(t *testing.T) {
	rest := course("DE", "KZ", "87013000", 1000, 0, 1)
	tractors := slices.DeleteFunc(course("DE", "KZ", "87012110", 1e5, 0, 1), func(f flow.Flow) bool { return f.Period < 202201 })
	past := slices.DeleteFunc(course("DE", "KZ", "87012090", 1e5, 0, 1), func(f flow.Flow) bool { return f.Period >= 202201 })
	q := question(t)
	for _, by := range [][]series.Dimension{{series.Hub}, {series.Hub, series.Goods}} {
		q.By, q.Digits = by, 4
		without := find(t, q, rest, tractors)
		if b := without.Breaks[0]; b.After > 3*b.Before || !says(without.Caveats, caveat.PredecessorAbsent, "87012110 1 codes came with an edition") {
			t.Errorf("by %v: %+v %v", by, b, without.Caveats)
		}
		with := find(t, q, rest, tractors, past)
		if b := with.Breaks[0]; b.Before < 1e6 || b.After < 1e6 || says(with.Caveats, caveat.PredecessorAbsent, "") {
			t.Errorf("by %v, with the past: %+v %v", by, b, with.Caveats)
		}
	}
}

// Drones came into 8806 from 8802: a break of 8802 in January 2022 may be nothing else, and says so.
func TestBreaksAtAnEdition(t *testing.T) {
	flows := [][]flow.Flow{course("DE", "KZ", "88023000", 1e6, 202201, 0.01), course("DE", "KZ", "84713000", 1e6, 202201, 0.01), course("DE", "KG", "88023000", 1e6, 202206, 0.01)}
	for _, digits := range []int{4, 6} {
		q := question(t)
		q.Digits = digits
		r := find(t, q, flows...)
		for _, b := range r.Breaks {
			want := 0
			if b.Hub == "KZ" && strings.HasPrefix(string(b.Goods), "8802") {
				want = 1
			}
			if len(b.Caveats) != want {
				t.Errorf("%v in %s to %s: caveats %v", b.Key, b.From, b.To, b.Caveats)
			}
		}
	}
}

func TestSameOnAnyNumberOfProcessors(t *testing.T) {
	flows := append(quiet(80), course("LT", "KZ", "84713000", 1000, 202203, 6))
	q := question(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := find(t, q, flows...)
	for _, n := range []int{2, 7} {
		runtime.GOMAXPROCS(n)
		if diff := cmp.Diff(want.Breaks, find(t, q, flows...).Breaks, cmpopts.IgnoreUnexported(breaks.Break{})); diff != "" {
			t.Errorf("on %d processors: %s", n, diff)
		}
	}
	// A series has its own random orders, whatever else is asked.
	q.From = []series.Party{{Name: "LT", Members: []area.Code{"LT"}}}
	alone := find(t, q, flows...)
	if a, b := of(t, alone, "LT", "KZ", "84713000"), of(t, want, "LT", "KZ", "84713000"); a.P != b.P || a.Statistic != b.Statistic {
		t.Errorf("alone p is %g, among others %g", a.P, b.P)
	}
	q.Seed = 2
	other := find(t, q, flows...)
	if len(other.Breaks) != len(alone.Breaks) || other.Breaks[0].Statistic != alone.Breaks[0].Statistic {
		t.Error("the seed changed more than p")
	}
}

func TestThinSeriesAreCounted(t *testing.T) {
	few := slices.DeleteFunc(course("LT", "KZ", "84713000", 1000, 0, 1), func(f flow.Flow) bool { return f.Period < 202208 })
	r := find(t, question(t), append(quiet(3), few)...)
	if len(r.Breaks) != 3 || r.Thin != 0 || r.Renamed != 1 { // nothing of the code before 2022
		t.Errorf("%d tested, %d thin, %d renamed", len(r.Breaks), r.Thin, r.Renamed)
	}
	few = append(few, seriestest.Export("LT", "KG", "84713000", 202002, 5))
	q := question(t)
	r = find(t, q, append(quiet(3), few)...)
	if len(r.Breaks) != 3 || r.Thin != 2 || r.Renamed != 0 {
		t.Errorf("%d tested, %d thin, %d renamed", len(r.Breaks), r.Thin, r.Renamed)
	}
	q.Least = 5
	if r = find(t, q, append(quiet(3), few)...); len(r.Breaks) != 4 || r.Thin != 1 {
		t.Errorf("five months are enough: %d tested, %d thin", len(r.Breaks), r.Thin)
	}
	q.Period = period.Range{From: 202209, To: 202212}
	if r = find(t, q, quiet(3)...); len(r.Breaks) != 0 || r.Thin+r.Short != 3 {
		t.Errorf("four months: %+v", r)
	}
	q.Least = 1
	if r = find(t, q, quiet(3)...); r.Short != 3 || !says(r.Caveats, caveat.ThinSeries, "3 series") {
		t.Errorf("four months: %d short, %v", r.Short, r.Caveats)
	}
}

func TestSeason(t *testing.T) {
	flows := course("DE", "KZ", "84713000", 1000, 0, 1)
	for i := range flows { // ten times as much in each second half year: no break, but a season
		if flows[i].Period.Month() > 6 {
			flows[i].Value.N *= 10
		}
	}
	q := question(t)
	plain := find(t, q, flows).Breaks[0]
	q.Season = true
	season := find(t, q, flows).Breaks[0]
	if len(season.Caveats) != 0 || season.Statistic >= plain.Statistic || math.Abs(season.Size) >= math.Abs(plain.Size) {
		t.Errorf("the season is part of the break: %+v, without it %+v", season.Break, plain.Break)
	}
	var y []float64
	for _, m := range season.Course() {
		y = append(y, float64(m.Value))
	}
	exposure, err := breakpoint.Season(y, nil, 26) // up to the event
	if err != nil {
		t.Fatal(err)
	}
	want, err := breakpoint.Scan(breakpoint.Series{Y: y, Exposure: exposure}, breakpoint.Rule{}, breakpoint.Window{From: 18, To: 35}, breakpoint.DefaultLevel, nil)
	if err != nil || season.Statistic != want.Statistic || season.Month != months[want.At] {
		t.Errorf("%+v, want %+v (%v)", season, want, err)
	}
	q.Period.From = 202103
	if b := find(t, q, flows).Breaks[0]; !says(b.Caveats, caveat.Method, "season the season is not known") {
		t.Errorf("a year tells the season: %v", b.Caveats)
	}
}

// What the answer is subject to beyond its figures: confidential rows, flows without a mass, and too few orders for so many series.
func TestCaveats(t *testing.T) {
	secret := course("DE", "KZ", "84713000", 1000, 0, 1)
	for i := range secret {
		secret[i].Confidential = i < 4
		if i == 0 || i > 20 {
			secret[i] = seriestest.Weighing(secret[i], 5)
		}
	}
	q := question(t)
	if r := find(t, q, secret); !says(r.Caveats, caveat.Confidential, "DE 4 rows") || says(r.Caveats, caveat.Method, "") {
		t.Errorf("%v", r.Caveats)
	}
	q.Measure = flow.NetMass
	r := find(t, q, secret)
	if b := of(t, r, "DE", "KZ", "84713000"); b.Month != 202110 || b.Before != 5000/21 || b.After != 5000 || !says(r.Caveats, caveat.Method, "net-mass a flow that states none") {
		t.Errorf("%+v %v", b, r.Caveats)
	}
	q = question(t)
	q.Test = breakpoint.Test{Block: 1, Permutations: 99}
	r = find(t, q, append(quiet(99), course("LT", "KZ", "84713000", 1000, 202204, 8))...)
	if r.Found != 0 || r.SmallestP != 0.01 || !says(r.Caveats, caveat.Method, "permutations the least p-value of 99 random orders, 0.010000, is too large to pass among 100 series") {
		t.Errorf("%d found, smallest p %g, %v", r.Found, r.SmallestP, r.Caveats)
	}
	if !says(r.Caveats, caveat.Method, "block single months") {
		t.Errorf("single months without a caveat: %v", r.Caveats)
	}
}

func TestRefusals(t *testing.T) {
	flows := quiet(1)
	for name, spoil := range map[string]func(*breaks.Question){
		"a base":           func(q *breaks.Question) { q.Base = period.Range{From: 201900, To: 201900} },
		"missing as zero":  func(q *breaks.Question) { q.MissingAsZero = true },
		"by month":         func(q *breaks.Question) { q.By = []series.Dimension{series.Hub, series.Month} },
		"by nothing":       func(q *breaks.Question) { q.By = []series.Dimension{} },
		"a window outside": func(q *breaks.Question) { q.Window = period.Range{From: 202201, To: 202301} },
		"no rule":          func(q *breaks.Question) { q.Rule = 9 },
		"negative block":   func(q *breaks.Question) { q.Test.Block = -1 },
		"fdr of one":       func(q *breaks.Question) { q.FDR = 1 },
		"fdr not a number": func(q *breaks.Question) { q.FDR = math.NaN() },
		"negative least":   func(q *breaks.Question) { q.Least = -1 },
	} {
		q := question(t)
		spoil(&q)
		if _, err := breaks.Find(t.Context(), storeOf(flows...), snapOf(flows...), money.Embedded(), q, nil); err == nil || fault.KindOf(err) != fault.BadInput {
			t.Errorf("%s: %v", name, err)
		}
	}
	q := question(t)
	years := [][]flow.Flow{{seriestest.Export("DE", "KZ", "84713000", 202100, 5)}}
	file := seriestest.Of("comext/bulk", nil, years[0]...)
	store, snap := seriestest.New(file)
	q.Period = period.Range{From: 202100, To: 202100}
	if _, err := breaks.Find(t.Context(), store, snap, money.Embedded(), q, nil); err == nil || fault.KindOf(err) != fault.NotFound {
		t.Errorf("whole years: %v", err)
	}
}

func TestWatchingAndStopping(t *testing.T) {
	flows := quiet(70)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	told := make(chan [2]int, 100)
	if _, err := breaks.Find(ctx, storeOf(flows...), snapOf(flows...), money.Embedded(), question(t), func(done, all int) { told <- [2]int{done, all} }); err != nil {
		t.Fatal(err)
	}
	close(told)
	var last [2]int
	for n := range told {
		last = [2]int{max(last[0], n[0]), n[1]}
	}
	if last != [2]int{70, 70} {
		t.Errorf("told of %v", last)
	}
	stop()
	if _, err := breaks.Find(ctx, storeOf(flows...), snapOf(flows...), money.Embedded(), question(t), nil); err == nil {
		t.Error("a question that was stopped has an answer")
	}
}

func unmonthed(b breaks.Break) series.Key {
	b.Month = 0
	return b.Key
}
