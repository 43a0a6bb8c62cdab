package series_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/trade/provenance"
)

const (
	then = period.Period(202103)
	now  = period.Period(202203)
)

// march asks for one month against the year before.
func march(t *testing.T, goodsList string, from, to []area.Code) series.Question {
	t.Helper()
	q := question(t, goodsList)
	q.From, q.To = []series.Party{{Name: "exporters", Members: from}}, []series.Party{{Name: "hubs", Members: to}}
	q.Period = period.Range{From: now, To: now}
	return q
}

// stating is a block of reporters, partners, periods and either levels or codes.
func stating(reporters, partners []area.Code, levels []int, codes []goods.Code, periods ...period.Period) flow.Block {
	return flow.Block{Direction: flow.Export, Nomenclature: goods.CN, Reporters: reporters, Partners: partners, Levels: levels, Goods: codes,
		Periods: periods, Measures: []flow.Measure{flow.Value}}
}

// held is one file of these blocks.
func held(blocks []flow.Block, flows ...flow.Flow) seriestest.File {
	return seriestest.File{Vintage: provenance.Vintage{Source: "comext", Dataset: "DS-045409", Stamp: "2023-01"}, Coverage: blocks, Flows: flows}
}

func areas(list ...area.Code) []area.Code { return list }

func TestLevelsAreChosenByReporter(t *testing.T) {
	total := seriestest.Of("comext/bulk", nil, seriestest.Export("DE", "KZ", goods.Total, now, 9000), seriestest.Export("DE", "KZ", goods.Total, then, 9000))
	codes := seriestest.Of("comext/bulk", nil, seriestest.Export("FR", "KZ", "85423190", now, 500), seriestest.Export("FR", "KZ", "85423190", then, 500))
	got, r := cells(t, march(t, "all", areas("DE", "FR"), areas("KZ")), total, codes)
	want(t, got, map[string]int64{"DE KZ TOTAL 202203": 9000, "DE KZ TOTAL 202103": 9000, "FR KZ 85423190 202203": 500, "FR KZ 85423190 202103": 500})
	if len(r.Plans()) != 2 {
		t.Errorf("plans %v", r.Plans())
	}
	// A heading that another states is not this one's.
	heading := seriestest.Of("comext/bulk", nil, seriestest.Export("DE", "KZ", "8542", now, 90), seriestest.Export("DE", "KZ", "8542", then, 80))
	got, _ = cells(t, march(t, "8542", areas("DE", "FR"), areas("KZ")), heading, codes)
	want(t, got, map[string]int64{"DE KZ 8542 202203": 90, "DE KZ 8542 202103": 80, "FR KZ 85423190 202203": 500, "FR KZ 85423190 202103": 500})
}

func TestOneLevelOnBothSides(t *testing.T) {
	q := march(t, "all", areas("DE"), areas("KZ"))
	x := seriestest.Export
	base := seriestest.Of("comext/bulk", nil, x("DE", "KZ", "84713000", then, 30))
	got, _ := cells(t, q, base, seriestest.Of("comext/bulk", nil, x("DE", "KZ", "84713000", now, 50), x("DE", "KZ", goods.Total, now, 9000)))
	want(t, got, map[string]int64{"DE KZ 84713000 202203": 50, "DE KZ 84713000 202103": 30})
	for _, list := range []string{"all", "8471"} {
		q = march(t, list, areas("DE"), areas("KZ"))
		_, err := begin(t, q, seriestest.Of("comext/bulk", nil, x("DE", "KZ", "847130", then, 30)), seriestest.Of("comext/bulk", nil, x("DE", "KZ", "84713000", now, 50)))
		refused(t, err, "exports of DE to KZ in "+list)
	}
}

func TestAllOfListedCodes(t *testing.T) {
	x := seriestest.Export
	listing := []flow.Block{stating(areas("DE"), areas("KZ"), nil, []goods.Code{"84713000", "85171300"}, then), stating(areas("DE"), areas("KZ"), nil, []goods.Code{"84713000", "85171300", "85423190"}, now)}
	got, r := cells(t, march(t, "all", areas("DE"), areas("KZ")), held(listing, x("DE", "KZ", "84713000", then, 3), x("DE", "KZ", "84713000", now, 5), x("DE", "KZ", "85423190", now, 700)))
	want(t, got, map[string]int64{"DE KZ 84713000 202103": 3, "DE KZ 84713000 202203": 5})
	if !says(r, caveat.NotHeld, "all goods are the sum of the 2 codes that the data set lists") || !says(r, caveat.NotHeld, "85423190") {
		t.Errorf("caveats %v", r.Caveats)
	}
}

func TestCoverageIsTheReportersOwn(t *testing.T) {
	x := seriestest.Export
	file := held([]flow.Block{
		stating(areas("DE"), areas("KZ"), []int{8}, nil, then, now),
		stating(areas("FR"), areas("AM"), []int{8}, nil, then), stating(areas("FR"), areas("KZ"), []int{8}, nil, now),
	}, x("DE", "KZ", "84713000", then, 30), x("DE", "KZ", "84713000", now, 50), x("FR", "AM", "84713000", then, 9), x("FR", "KZ", "84713000", now, 700))
	want := map[string]int64{"DE KZ 84713000 202103": 30, "DE KZ 84713000 202203": 50}
	for _, hubs := range [][]area.Code{areas("AM", "KZ"), areas("KZ")} {
		q := march(t, "all", areas("DE", "FR"), hubs)
		q.From = []series.Party{{Name: "DE", Members: areas("DE")}, {Name: "FR", Members: areas("FR")}}
		got, r := cells(t, q, file)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("hubs %v:\n%s", hubs, diff)
		}
		if !says(r, caveat.NotHeld, "FR exports to these hubs are not held in every period compared, and are left out: "+strings.Trim(fmt.Sprint(hubs), "[]")) {
			t.Errorf("France's hub is not named: %v", r.Caveats)
		}
	}
}

func TestMeasureThatIsNotHeld(t *testing.T) {
	x := seriestest.Export
	file := seriestest.Of("comext/bulk", nil, x("DE", "KZ", "84713000", then, 30), x("DE", "KZ", "84713000", now, 50))
	file.Coverage[0].Measures = []flow.Measure{flow.Value}
	heavy := seriestest.Of("comext/bulk", nil, seriestest.Weighing(x("FR", "KZ", "84713000", then, 30), 3), seriestest.Weighing(x("FR", "KZ", "84713000", now, 50), 5))
	light := seriestest.Of("comext/bulk", nil, seriestest.Weighing(x("IT", "KZ", "84713000", now, 50), 5))
	q := march(t, "all", areas("DE", "FR", "IT"), areas("KZ"))
	q.Measure = flow.NetMass
	got, r := cells(t, q, file, heavy, light)
	want(t, got, map[string]int64{"FR KZ 84713000 202203": 50, "FR KZ 84713000 202103": 30}) // grams by the hundred
	if !says(r, caveat.NotHeld, "DE IT the lake holds no reports") {
		t.Errorf("caveats %v", r.Caveats)
	}
	q.Measure = flow.Quantity
	_, err := begin(t, q, file)
	refused(t, err, "supplementary units")
}

func TestEqualCaveatsAreOne(t *testing.T) {
	flows := append(both("DE", "84713000", 50, 30), append(both("FR", "84713000", 50, 30), both("IT", "84713000", 50, 30)...)...)
	file := seriestest.Of("comext/bulk", seriestest.Months(202103, 202203), flows...)
	q := march(t, "all", areas("DE", "FR", "IT"), areas("KZ"))
	q.Period.To = 202204
	_, r := cells(t, q, file)
	n := 0
	for _, c := range r.Caveats {
		if strings.Contains(c.Text, "2022-04 is not held") {
			n++
		}
	}
	if n != 1 || !says(r, caveat.NotHeld, "DE FR IT 2022-04 is not held, so 2022-04 is left out on both sides") {
		t.Errorf("caveats %v", r.Caveats)
	}
}

var (
	someReporters = areas("DE", "FR", "IT")
	someHubs      = areas("AM", "KG", "KZ")
	someCodes     = []goods.Code{"8471", "847130", "84713000", "84714100", "85171300", goods.Total}
)

func some[T any](rt *rapid.T, label string, from []T, least int) []T {
	var out []T
	for _, v := range from {
		if rapid.Bool().Draw(rt, label) {
			out = append(out, v)
		}
	}
	if len(out) < least {
		return from[:least]
	}
	return out
}

// drawBlocks draws coverage of mixed reporters, partners, levels, codes, measures and sides.
func drawBlocks(rt *rapid.T) []flow.Block {
	var out []flow.Block
	for range rapid.IntRange(1, 5).Draw(rt, "blocks") {
		b := flow.Block{Direction: flow.Export, Nomenclature: goods.CN, Reporters: some(rt, "reporters", someReporters, 0), Partners: some(rt, "partners", someHubs, 0),
			Periods: some(rt, "periods", []period.Period{then, now}, 1), Measures: some(rt, "measures", []flow.Measure{flow.Value, flow.NetMass}, 1)}
		slices.Sort(b.Measures)
		if rapid.Bool().Draw(rt, "listed") {
			b.Goods = some(rt, "codes", someCodes, 1)
		} else {
			b.Levels = some(rt, "levels", []int{0, 4, 6, 8}, 1)
		}
		out = append(out, b)
	}
	return out
}

// brute answers by going over every cell, as the method's rule is worded.
type brute struct {
	blocks  []flow.Block
	measure flow.Measure
}

func (b brute) covering(e, h area.Code, p period.Period) []flow.Block {
	return slices.DeleteFunc(slices.Clone(b.blocks), func(x flow.Block) bool {
		return !flow.CoversArea(x.Reporters, e) || !flow.CoversArea(x.Partners, h) || !slices.Contains(x.Periods, p) || !slices.Contains(x.Measures, b.measure)
	})
}

func (b brute) onBothSides(e, h area.Code, does func(flow.Block) bool) bool {
	return slices.ContainsFunc(b.covering(e, h, then), does) && slices.ContainsFunc(b.covering(e, h, now), does)
}

func (b brute) full(e, h area.Code, n int) bool {
	return b.onBothSides(e, h, func(x flow.Block) bool { return len(x.Goods) == 0 && slices.Contains(x.Levels, n) })
}

func (b brute) code(e, h area.Code, g goods.Code) bool {
	return b.onBothSides(e, h, func(x flow.Block) bool { return x.CoversGoods(g) })
}

// counts tells which of the codes count for a reporter's trade with each hub: head is empty for all goods.
func (b brute) counts(e area.Code, hubs []area.Code, head goods.Code) map[area.Code][]goods.Code {
	best, most := map[area.Code][]goods.Code(nil), 0
	try := func(n int, counts func(h area.Code, g goods.Code) bool, answers func(h area.Code) bool) {
		at, k := map[area.Code][]goods.Code{}, 0
		for _, h := range hubs {
			if !answers(h) {
				continue
			}
			k++
			for _, g := range someCodes {
				if flow.Level(g) == n && (head == "" || g.Under(head)) && counts(h, g) {
					at[h] = append(at[h], g)
				}
			}
		}
		if k > most {
			best, most = at, k
		}
	}
	whole := func(n int, own goods.Code) {
		try(n, func(area.Code, goods.Code) bool { return true }, func(h area.Code) bool { return b.full(e, h, n) || own != "" && b.code(e, h, own) })
	}
	if head == "" {
		whole(0, goods.Total)
	} else {
		whole(len(head), head)
	}
	finer := slices.DeleteFunc([]int{8, 6, 4}, func(n int) bool { return n <= len(head) })
	for _, n := range finer {
		whole(n, "")
	}
	if most > 0 {
		return best
	}
	for _, n := range finer {
		listed := func(h area.Code, g goods.Code) bool { return b.code(e, h, g) }
		try(n, listed, func(h area.Code) bool {
			return slices.ContainsFunc(someCodes, func(g goods.Code) bool {
				return flow.Level(g) == n && (head == "" || g.Under(head)) && listed(h, g)
			})
		})
	}
	return best
}

// The figures read are those that the rule gives, cell by cell, whatever is covered; what is left out is said.
func TestAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		blocks := drawBlocks(rt)
		measure := rapid.SampledFrom([]flow.Measure{flow.Value, flow.NetMass}).Draw(rt, "measure")
		list := rapid.SampledFrom([]string{"all", "8471", "847130", "84713000"}).Draw(rt, "goods")
		hubs := some(rt, "hubs", someHubs, 1)
		rule := brute{blocks, measure}
		wanted := map[string]int64{}
		var flows []flow.Flow
		head := goods.Code(list)
		if list == "all" {
			head = ""
		}
		var silent []area.Code
		for i, e := range someReporters {
			counts := rule.counts(e, hubs, head)
			if len(counts) == 0 {
				silent = append(silent, e)
			}
			for j, h := range someHubs {
				for k, g := range someCodes {
					for l, p := range []period.Period{then, now} {
						n := int64(1 + i + 10*j + 100*k + 1000*l)
						f := seriestest.Export(e, h, g, p, n)
						values := slices.ContainsFunc(brute{blocks, flow.Value}.covering(e, h, p), func(x flow.Block) bool { return x.CoversGoods(g) })
						masses := slices.ContainsFunc(brute{blocks, flow.NetMass}.covering(e, h, p), func(x flow.Block) bool { return x.CoversGoods(g) })
						if !values {
							f.Value, f.Currency = flow.Number{}, ""
						}
						if masses {
							f.NetMass = flow.Some(100 * n)
						}
						if values || masses {
							flows = append(flows, f)
						}
						if slices.Contains(counts[h], g) {
							wanted[fmt.Sprint(e, " ", h, " ", g, " ", int(p))] = n
						}
					}
				}
			}
		}
		q := march(t, list, someReporters, hubs)
		q.Measure = measure
		store, snap := seriestest.New(held(blocks, flows...))
		r, err := series.Begin(store, snap, money.Embedded(), q)
		if len(silent) == len(someReporters) {
			if fault.KindOf(err) != fault.NotFound {
				rt.Fatalf("nothing is comparable, and %v", err)
			}
			return
		}
		if err != nil {
			rt.Fatal(err)
		}
		raw, err := r.Read(t.Context(), q.Years())
		if err != nil {
			rt.Fatal(err)
		}
		got := map[string]int64{}
		for _, o := range raw {
			got[fmt.Sprint(o.Exporter, " ", o.Hub, " ", o.Goods, " ", int(o.Period))] += o.Value / 100
		}
		if diff := cmp.Diff(wanted, got); diff != "" {
			rt.Fatal(diff)
		}
		for _, e := range silent {
			if !slices.ContainsFunc(r.Caveats, func(c caveat.Caveat) bool { return c.Code == caveat.NotHeld && strings.Contains(c.Scope, string(e)) }) {
				rt.Fatalf("%s is left out and not named: %v", e, r.Caveats)
			}
		}
	})
}
