package laketest

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// A world so small that releases overlap, repeat and contradict each other all the time. AT states totals, DE
// parts, and FR both, of some cells one and of some the other.
var (
	someReporters = []area.Code{"AT", "DE", "FR"}
	somePartners  = []area.Code{"KG", "KZ", "QV"}
	someGoods     = []goods.Code{"8517", "85171300", "85171400", "87032319", goods.Total}
	somePeriods   = []period.Period{202112, 202200, 202201, 202202}
	someStamps    = []string{"2022-05", "2022-05-20", "2022-06"}
)

// worldsInLake is how many random worlds share a lake, each as a data set of its own, since data sets do not
// replace each other: opening a lake takes time, and so does reading a long manifest.
const worldsInLake = 8

// agrees imports random releases in random order and groups, and asks random questions after each commit, of
// it and again of every version before it; the model gives the answers.
func agrees(t *testing.T, open func(t *testing.T) lake.Store) {
	var s lake.Store
	worlds := 0
	rapid.Check(t, func(rt *rapid.T) {
		if worlds%worldsInLake == 0 {
			s = open(t)
		}
		worlds++
		type answer struct {
			at    lake.Version
			asOf  string
			query lake.Query
			want  []string
		}
		var answers []answer
		m := model{numbers: map[string]map[statement]figure{}}
		for range rapid.IntRange(1, 3).Draw(rt, "imports") {
			all := rapid.SliceOfN(rapid.Custom(drawRelease), 1, 2).Draw(rt, "releases")
			var want []lake.Outcome
			for i := range all {
				all[i].dataset, all[i].name = fmt.Sprintf("world/%d", worlds), fmt.Sprint(len(m.released))
				want = append(want, m.add(all[i]))
			}
			version, outs := bring(t, s, all...)
			for i := range outs {
				outs[i].Superseded = 0 // counted elsewhere
			}
			if !slices.Equal(outs, want) {
				rt.Fatalf("outcomes %+v, want %+v", outs, want)
			}
			for range 2 {
				a := answer{at: version, asOf: rapid.SampledFrom(append(someStamps, "", "")).Draw(rt, "asOf"), query: rapid.Custom(drawQuery).Draw(rt, "query")}
				a.query.Dataset = all[0].dataset
				a.want = m.sum(a.query, a.asOf)
				answers = append(answers, a)
			}
			for _, a := range answers {
				if got := lines(t, s, snapshot(t, s, a.at, a.asOf), a.query); !slices.Equal(got, a.want) {
					rt.Fatalf("%+v at %s as of %q\n got %q\nwant %q", a.query, a.at, a.asOf, got, a.want)
				}
			}
		}
	})
}

func drawRelease(t *rapid.T) release {
	r := release{stamp: rapid.SampledFrom(someStamps).Draw(t, "stamp")}
	for range rapid.IntRange(1, 2).Draw(t, "blocks") {
		b := drawBlock(t)
		r.coverage = append(r.coverage, b)
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			r.flows = append(r.flows, drawFlow(t, b))
		}
	}
	return r
}

func drawBlock(t *rapid.T) flow.Block {
	b := flow.Block{
		Direction: rapid.SampledFrom([]flow.Direction{flow.Export, flow.Export, flow.Import}).Draw(t, "direction"), Nomenclature: goods.CN,
		Reporters: some(t, someReporters, 0), Partners: some(t, somePartners, 0), Goods: some(t, someGoods, 0), Periods: some(t, somePeriods, 1),
		Measures: some(t, []flow.Measure{flow.NetMass, flow.Quantity, flow.Value}, 1),
	}
	if len(b.Goods) == 0 {
		b.Levels = some(t, []int{0, 4, 8}, 1)
	}
	return b
}

// some draws a sorted selection; a list that is allowed to be empty is so often.
func some[T ~string | ~int | ~int32](t *rapid.T, all []T, least int) []T {
	if least == 0 && rapid.Bool().Draw(t, "all") {
		return nil
	}
	picked := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, len(all), func(v T) T { return v }).Draw(t, "some")
	slices.Sort(picked)
	return picked
}

// one draws a member of the list, or of all where the list is empty.
func one[T any](t *rapid.T, list, all []T) T {
	if len(list) == 0 {
		list = all
	}
	return rapid.SampledFrom(list).Draw(t, "one")
}

// drawFlow gives a flow of the block.
func drawFlow(t *rapid.T, b flow.Block) flow.Flow {
	listed := slices.DeleteFunc(slices.Clone(someGoods), func(c goods.Code) bool { return !b.CoversGoods(c) })
	f := x(one(t, b.Reporters, someReporters), one(t, b.Partners, somePartners), one(t, listed, nil), one(t, b.Periods, nil), 0)
	f.Direction, f.Value.Held, f.Unit = b.Direction, false, "NAR"
	f.Currency = rapid.SampledFrom([]money.Currency{"EUR", "EUR", "EUR", "USD"}).Draw(t, "currency")
	stated := some(t, b.Measures, 1)
	for i, n := range numbers(&f) {
		if slices.Contains(stated, flow.Measures()[i]) {
			*n = flow.Some(rapid.Int64Range(-2, 2).Draw(t, "number"))
		}
	}
	if !f.Value.Held && rapid.Bool().Draw(t, "no currency") {
		f.Currency = ""
	}
	parts := map[area.Code][]string{"AT": {""}, "DE": {"proc:1", "proc:2"}, "FR": {"", "", "proc:1", "proc:2"}}[f.Reporter]
	return part(f, rapid.SampledFrom(parts).Draw(t, "part"))
}

func drawQuery(t *rapid.T) lake.Query {
	q := lake.Query{
		Direction: rapid.SampledFrom([]flow.Direction{flow.Export, flow.Export, flow.Import}).Draw(t, "direction"),
		Reporters: some(t, someReporters, 0), Partners: some(t, somePartners, 0),
		Goods:    lake.GoodsFilter{Level: rapid.SampledFrom([]int{0, 4, 8, 8, 8}).Draw(t, "level")},
		Digits:   rapid.SampledFrom([]int{0, 0, 4, 6}).Draw(t, "digits"),
		Measures: some(t, []flow.Measure{flow.NetMass, flow.Quantity, flow.Value}, 1),
		By:       some(t, []lake.Dimension{lake.ByGoods, lake.ByPartner, lake.ByPeriod, lake.ByReporter}, 0),
	}
	if rapid.Bool().Draw(t, "leaving out") {
		q.Except = some(t, somePartners, 1)
	}
	if rapid.Bool().Draw(t, "limited") {
		q.Goods.Terms = []goods.Term{{Code: "8517"}, {Code: "87032319", Exact: true}}[:rapid.IntRange(1, 2).Draw(t, "terms")]
	}
	for range rapid.IntRange(1, 3).Draw(t, "windows") {
		w := lake.Window{Periods: some(t, somePeriods, 1)}
		if rapid.Bool().Draw(t, "without") {
			w.Without = map[area.Code][]period.Period{}
			for _, r := range some(t, someReporters, 1) {
				w.Without[r] = some(t, somePeriods, 1)
			}
		}
		q.Windows = append(q.Windows, w)
	}
	return q
}
