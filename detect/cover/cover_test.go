package cover_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"detour/detect/cover"
	"detour/detect/series/seriestest"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

func block(spoil func(*flow.Block)) flow.Block {
	b := flow.Block{Direction: flow.Export, Nomenclature: goods.CN, Reporters: []area.Code{"DE"}, Partners: []area.Code{"IN", "KZ"}, Levels: []int{6, 8}, Periods: []period.Period{202101}, Measures: flow.Measures()}
	spoil(&b)
	return b
}

func listing(codes ...goods.Code) flow.Block {
	return block(func(b *flow.Block) { b.Levels, b.Goods = nil, codes })
}

func census(blocks ...flow.Block) *lake.Census {
	_, snap := seriestest.New(seriestest.File{Vintage: seriestest.Of("comext/bulk", nil).Vintage, Coverage: blocks})
	c := snap.Census("comext/bulk", flow.Export)
	return &c
}

func terms(codes ...goods.Code) []goods.Term {
	var out []goods.Term
	for _, c := range codes {
		out = append(out, goods.Term{Code: c})
	}
	return out
}

func TestLevels(t *testing.T) {
	exact := goods.Term{Code: "8471", Exact: true}
	for name, c := range map[string]struct {
		blocks []flow.Block
		annual bool
		all    bool
		terms  []goods.Term
		digits int
		want   map[int][]goods.Term
	}{
		"the code itself":        {[]flow.Block{block(func(*flow.Block) {})}, false, false, terms("847130"), 0, map[int][]goods.Term{6: terms("847130")}},
		"the finest below":       {[]flow.Block{block(func(*flow.Block) {})}, false, false, terms("8471"), 0, map[int][]goods.Term{8: terms("8471")}},
		"finer than it":          {[]flow.Block{block(func(*flow.Block) {})}, false, false, terms("847130"), 8, map[int][]goods.Term{8: terms("847130")}},
		"exact and not stated":   {[]flow.Block{block(func(*flow.Block) {})}, false, false, []goods.Term{exact}, 0, nil},
		"exact and stated":       {[]flow.Block{listing("8471")}, false, false, []goods.Term{exact}, 8, map[int][]goods.Term{4: {exact}}},
		"two levels":             {[]flow.Block{listing("8471", "85171200")}, false, false, terms("8471", "8517"), 0, map[int][]goods.Term{4: terms("8471"), 8: terms("8517")}},
		"other codes":            {[]flow.Block{listing("85171200")}, false, false, terms("8471"), 0, nil},
		"all goods by Total":     {[]flow.Block{listing("84713000", goods.Total)}, false, true, nil, 0, map[int][]goods.Term{0: nil}},
		"all goods by codes":     {[]flow.Block{block(func(*flow.Block) {})}, false, true, nil, 0, map[int][]goods.Term{8: nil}},
		"months, where years":    {[]flow.Block{block(func(*flow.Block) {})}, true, true, nil, 0, nil},
		"as fine as there is":    {[]flow.Block{listing("847130")}, false, false, terms("847130"), 8, map[int][]goods.Term{6: terms("847130")}},
		"Total is below no code": {[]flow.Block{listing(goods.Total)}, false, false, terms("84"), 0, nil},
	} {
		if diff := cmp.Diff(c.want, cover.Of(census(c.blocks...), c.annual).Levels(c.all, c.terms, c.digits)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestStateAll(t *testing.T) {
	full := block(func(*flow.Block) {})
	for name, c := range map[string]struct {
		blocks []flow.Block
		filter lake.GoodsFilter
		want   bool
	}{
		"in full":              {[]flow.Block{full}, lake.GoodsFilter{Level: 8, Terms: terms("8471", "8517")}, true},
		"at another level":     {[]flow.Block{full}, lake.GoodsFilter{Level: 4, Terms: terms("8471")}, false},
		"listed, one each":     {[]flow.Block{listing("84713000"), listing("85171200")}, lake.GoodsFilter{Level: 8, Terms: terms("8471", "8517")}, true},
		"listed, one missing":  {[]flow.Block{listing("84713000")}, lake.GoodsFilter{Level: 8, Terms: terms("8471", "8517")}, false},
		"listed, other level":  {[]flow.Block{listing("847130")}, lake.GoodsFilter{Level: 8, Terms: terms("8471")}, false},
		"listed, exact":        {[]flow.Block{listing("84713000")}, lake.GoodsFilter{Level: 8, Terms: []goods.Term{{Code: "8471", Exact: true}}}, false},
		"all goods, listed":    {[]flow.Block{listing("84713000")}, lake.GoodsFilter{Level: 8}, true},
		"all goods, no level":  {[]flow.Block{listing("84713000")}, lake.GoodsFilter{Level: 6}, false},
		"no block":             {nil, lake.GoodsFilter{Level: 8}, false},
		"Total beside a level": {[]flow.Block{listing(goods.Total)}, lake.GoodsFilter{Level: 0}, true},
	} {
		if got := cover.StateAll(c.blocks, c.filter); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestOtherPartner(t *testing.T) {
	b := block(func(*flow.Block) {})
	for _, c := range []struct {
		except []area.Code
		want   bool
	}{{nil, true}, {[]area.Code{"KZ"}, true}, {[]area.Code{"IN", "KZ"}, false}} {
		if got := cover.OtherPartner(b, c.except); got != c.want {
			t.Errorf("all but %v: %v", c.except, got)
		}
	}
	b.Partners = nil
	if !cover.OtherPartner(b, []area.Code{"IN", "KZ"}) {
		t.Error("every partner is covered, and yet no other")
	}
}

func TestSeveralSourcesMayServe(t *testing.T) {
	ids := []string{"b/two", "a/one", "comext/easy", "comextra/x", "sim/world"}
	for sources, want := range map[string][]string{
		"":                 {"comext/easy", "a/one", "b/two", "comextra/x", "sim/world"},
		"comext":           {"comext/easy"},
		"b/two, comext":    {"comext/easy", "b/two"},
		"b/tw":             nil,
		"a,b/two,comextra": {"a/one", "b/two", "comextra/x"},
	} {
		if got := cover.MayServe(ids, sources); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", sources, got, want)
		}
	}
}

func TestAnswer(t *testing.T) {
	of := func(partner area.Code, periods []period.Period, codes ...goods.Code) flow.Block {
		b := listing(codes...)
		b.Partners, b.Periods = []area.Code{partner}, periods
		return b
	}
	sides, first, second := []period.Period{202101, 202201}, []period.Period{202101}, []period.Period{202201}
	stated := cover.NewStated(census(of("KZ", sides, "84713000", "85171300"), of("KZ", first, "84714100"), of("AM", sides, "84713000"),
		of("GE", sides, "84713000"), of("IN", first, "84713000"), of("UZ", second, "84713000")))
	partners := []area.Code{"AM", "GE", "IN", "KZ", "UZ"}
	each := stated.Each("DE", partners, sides)
	if each[0] == nil || each[0] != each[1] || each[2] != nil || each[4] != nil {
		t.Errorf("coverage %v", each)
	}
	if other := stated.Each("FR", partners, sides); slices.ContainsFunc(other, func(c *cover.Common) bool { return c != nil }) {
		t.Errorf("the coverage of DE serves FR: %v", other)
	}
	exactly := func(g goods.Code) []goods.Term { return []goods.Term{{Code: g, Exact: true}} }
	want := cover.Answer{
		Parts: []cover.Part{
			{GoodsFilter: lake.GoodsFilter{Level: 8, Terms: exactly("84713000")}, Partners: []area.Code{"AM", "GE", "KZ"}},
			{GoodsFilter: lake.GoodsFilter{Level: 8, Terms: exactly("85171300")}, Partners: []area.Code{"KZ"}},
		},
		Lacking: []area.Code{"IN", "UZ"}, Listed: 2, Uneven: []goods.Code{"85171300"}, Some: []goods.Code{"84714100"},
	}
	if diff := cmp.Diff(want, cover.Asked{Partners: partners, All: true}.Answer(each)); diff != "" {
		t.Error(diff)
	}
	want.Parts, want.Listed, want.Uneven = want.Parts[:1], 0, nil
	want.Partly, want.Absent = []goods.Code{"8471"}, []goods.Code{"2203"}
	if diff := cmp.Diff(want, cover.Asked{Partners: partners, Terms: terms("8471", "2203")}.Answer(each)); diff != "" {
		t.Error(diff)
	}
}
