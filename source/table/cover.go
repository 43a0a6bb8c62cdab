package table

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"detour/source"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// cover collects what a file states and works out what it covers.
type cover struct {
	how    Coverage
	series map[coverKey]claims
}

// coverKey is what blocks are made for, one by one.
type coverKey struct {
	reporter  area.Code
	direction flow.Direction
	nomen     goods.Nomenclature
	measure   flow.Measure
}

// claims are the cells of a key: partner, period, goods, and whether the file says that the cell is not known.
type claims map[area.Code]map[period.Period]map[goods.Code]bool

func newCover(how Coverage) *cover { return &cover{how, map[coverKey]claims{}} }

// add takes a cell that the file states; missing says that it states not to know it.
func (c *cover) add(k flow.Key, m flow.Measure, missing bool) {
	partner := k.Partner
	if c.how.Partners == "all" {
		partner = ""
	}
	key := coverKey{k.Reporter, k.Direction, k.Nomenclature, m}
	at(at(at(c.series, key), partner), k.Period)[k.Goods] = missing
}

// at gives the inner map, made if need be.
func at[K comparable, J comparable, V any, M ~map[J]V, O ~map[K]M](outer O, k K) M {
	inner, ok := outer[k]
	if !ok {
		inner = M{}
		outer[k] = inner
	}
	return inner
}

// blocks gives the coverage, sorted. Where absence is zero, each partner has every code that it has anywhere
// in every period that it has anywhere, less what is said to be missing; otherwise it has what is stated.
func (c *cover) blocks() []source.Block {
	merged := map[string]*source.Block{}
	for _, key := range slices.SortedFunc(maps.Keys(c.series), coverKey.compare) {
		for _, b := range c.rectangles(key) {
			merge(merged, b)
		}
	}
	out := make([]source.Block, 0, len(merged))
	for _, id := range slices.Sorted(maps.Keys(merged)) {
		out = append(out, *merged[id])
	}
	return out
}

func (k coverKey) compare(o coverKey) int {
	return cmp.Or(cmp.Compare(k.reporter, o.reporter), cmp.Compare(k.direction, o.direction), cmp.Compare(k.nomen, o.nomen), cmp.Compare(k.measure, o.measure))
}

// merge joins the measures of blocks that are equal otherwise.
func merge(merged map[string]*source.Block, b source.Block) {
	measure := b.Measures
	b.Measures = nil
	id := fmt.Sprintf("%+v", b)
	if held, ok := merged[id]; ok {
		held.Measures = append(held.Measures, measure...)
		slices.SortFunc(held.Measures, func(a, b source.Measure) int {
			return cmp.Compare(slices.Index(flow.Measures(), a), slices.Index(flow.Measures(), b))
		})
		return
	}
	b.Measures = measure
	merged[id] = &b
}

// rectangles gives the blocks of one key: for each partner the periods with the same goods, and of these
// the partners that have the same.
func (c *cover) rectangles(key coverKey) []source.Block {
	byShape := map[string]*source.Block{}
	for _, partner := range slices.Sorted(maps.Keys(c.series[key])) {
		for _, b := range c.ofPartner(key, c.series[key][partner]) {
			id := fmt.Sprint(b.Periods, b.Goods, b.Levels)
			if _, ok := byShape[id]; !ok {
				byShape[id] = &b
			}
			if partner != "" {
				byShape[id].Partners = append(byShape[id].Partners, partner)
			}
		}
	}
	var out []source.Block
	for _, id := range slices.Sorted(maps.Keys(byShape)) {
		out = append(out, *byShape[id])
	}
	return out
}

func (c *cover) ofPartner(key coverKey, cells map[period.Period]map[goods.Code]bool) []source.Block {
	anywhere := map[goods.Code]bool{}
	for _, stated := range cells {
		for code := range stated {
			anywhere[code] = true
		}
	}
	var blocks []source.Block
	index := map[string]int{}
	for _, p := range slices.Sorted(maps.Keys(cells)) {
		codes := c.claimed(cells[p], anywhere)
		if len(codes) == 0 {
			continue
		}
		id := fmt.Sprint(p.IsYear(), codes)
		i, ok := index[id]
		if !ok {
			i = len(blocks)
			index[id] = i
			b := source.Block{
				Direction: key.direction, Nomenclature: key.nomen, Reporters: []area.Code{key.reporter},
				Goods: codes, Measures: []source.Measure{key.measure},
			}
			if len(c.how.Levels) > 0 {
				b.Goods, b.Levels = nil, c.how.Levels
			}
			blocks = append(blocks, b)
		}
		blocks[i].Periods = append(blocks[i].Periods, p)
	}
	return blocks
}

// claimed gives the codes that a period covers, sorted.
func (c *cover) claimed(stated, anywhere map[goods.Code]bool) []goods.Code {
	from := anywhere
	if c.how.Absent == "missing" {
		from = stated
	}
	var codes []goods.Code
	for _, code := range slices.Sorted(maps.Keys(from)) {
		if !stated[code] {
			codes = append(codes, code)
		}
	}
	return codes
}
