package growth

import (
	"context"
	"slices"

	"detour/detect/series"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Rule tells growth in widening circles of goods: a code's family, heading, chapter, and all goods asked. It
// follows families over some editions, and belongs to the Comparison that gave it.
type Rule struct {
	families *goods.FamilyTable // nil where they are not known
	periods  []period.Period
	unrated  map[exporterPeriod]error
	sums     map[circle][]int64 // a number a period
	err      error              // a sum that leaves int64
}

// circle is an exporter's trade with comparison destinations in goods of some width.
type circle struct {
	exporter area.Code
	goods    string
}

// Circles names the circles of a code, the narrowest first.
type Circles [4]string

// The names of circles. A code's own, Narrowest, is no substitute; None has no trade in the base.
const (
	Narrowest = ""
	None      = "none"
)

var names = Circles{Narrowest, "HS4", "HS2", "all goods"}

// Wider names the circles that stand for a narrower one, the narrowest first.
func Wider() []string { return names[1:] }

// Rule sums the comparison in circles whose families are followed from the first year to the last period. keep chooses
// the observations whose goods count, by their goods alone; nil keeps all. Errors are those of the store.
func (c *Comparison) Rule(ctx context.Context, firstYear int, last period.Period, keep func(series.Observation) bool) (*Rule, error) {
	if err := c.fill(ctx); err != nil {
		return nil, err
	}
	families := goods.FamiliesBetween(goods.EditionOf(goods.CN, period.Year(firstYear)), goods.EditionOf(goods.CN, last))
	if known := c.rules[families]; known != nil && keep == nil {
		return known, nil
	}
	r := &Rule{families: families, periods: c.periods, unrated: c.unrated, sums: map[circle][]int64{}}
	for k, row := range c.rows {
		if keep == nil || keep(series.Observation{Goods: k.goods}) {
			r.add(k, row, c.editions)
		}
	}
	if r.err == nil && keep == nil {
		c.rules[families] = r
	}
	return r, r.err
}

// add adds a row to the circles that its code has in the edition of each period.
func (r *Rule) add(k exporterCode, row []int64, editions []goods.Edition) {
	var to [][]int64
	for i, n := range row {
		if i == 0 || editions[i] != editions[i-1] {
			to = r.sumsOf(k.exporter, circlesOf(r.families, k.goods, editions[i]))
		}
		for _, sums := range to {
			sum, err := money.Add(sums[i], n)
			if err != nil {
				r.err = fault.Errorf(fault.BadInput, "sums of exports to comparison destinations leave int64")
			}
			sums[i] = sum
		}
	}
}

func (r *Rule) sumsOf(e area.Code, circles Circles) (out [][]int64) {
	for _, name := range slices.Compact(circles[:]) {
		at := circle{e, name}
		if r.sums[at] == nil {
			r.sums[at] = make([]int64, len(r.periods))
		}
		out = append(out, r.sums[at])
	}
	return out
}

// Circles names the circles of a code that the base states, in the latest edition of the base years, which are in
// order, that has it.
func (r *Rule) Circles(g goods.Code, years []int) Circles {
	var stated []goods.Edition
	for _, y := range slices.Backward(years) {
		stated = append(stated, goods.EditionOf(goods.CN, period.Year(y)))
	}
	return circlesOf(r.families, g, stated...)
}

// Grow is a base, summed over some periods, times the growth from them to now in the narrowest circle with trade in the
// base, rounded half to even, and the name of that circle: 0 and None where none has. Base and comparison both
// sum over the base years, so their number cancels out. A result that leaves int64 is bad input, and a rate that the exporter's
// amounts of one of the periods miss is not found.
func (r *Rule) Grow(base int64, e area.Code, circles Circles, now period.Period, then []period.Period) (int64, string, error) {
	for _, p := range append(slices.Clone(then), now) {
		if err := r.unrated[exporterPeriod{e, p}]; err != nil {
			return 0, None, err
		}
	}
	for i, name := range circles {
		sums := r.sums[circle{e, name}]
		if sums == nil {
			continue
		}
		var before int64
		for _, p := range then {
			var err error
			if before, err = money.Add(before, r.at(sums, p)); err != nil {
				return 0, None, err
			}
		}
		if before > 0 {
			n, err := money.MulDiv(base, r.at(sums, now), before)
			return n, names[i], err
		}
	}
	return 0, None, nil
}

func (r *Rule) at(sums []int64, p period.Period) int64 {
	i, read := slices.BinarySearch(r.periods, p)
	if !read {
		return 0
	}
	return sums[i]
}

// Replay is what the rule would have said of all cells in a past month, each of them the sum over the base months,
// which are in order. False where a comparison that it takes is not held.
func (c *Comparison) Replay(ctx context.Context, cells map[series.Key]int64, month period.Period, base []period.Period) (int64, bool, error) {
	var years []int
	for _, b := range base {
		years = append(years, b.Year())
	}
	r, err := c.Rule(ctx, years[0], month, nil)
	if err != nil {
		return 0, false, err
	}
	var sum money.Sum
	for k, n := range cells {
		if n == 0 {
			continue
		}
		if !c.Held(k.Exporter, month) || !c.Held(k.Exporter, base...) {
			return 0, false, nil
		}
		grown, _, err := r.Grow(n, k.Exporter, r.Circles(k.Goods, years), month, base)
		if err != nil {
			return 0, false, err
		}
		sum.Add(grown)
	}
	total, err := sum.Int64()
	return total, true, err
}

// circlesOf names the circles of a code. Its family is that of the first edition that has the code. Total is one circle, four times, and a chapter or heading
// is its own first one.
func circlesOf(families *goods.FamilyTable, g goods.Code, editions ...goods.Edition) Circles {
	heading, chapter := "HS4:"+string(g.Prefix(4)), "HS2:"+string(g.Prefix(2))
	switch {
	case g == goods.Total:
		return Circles{"TOTAL", "TOTAL", "TOTAL", "TOTAL"}
	case g.Digits() <= 2:
		return Circles{chapter, chapter, chapter, "all"}
	case g.Digits() <= 4:
		return Circles{heading, heading, chapter, "all"}
	}
	return Circles{familyName(families, g, editions), heading, chapter, "all"}
}

// familyName is the code itself where its family is not known or too large to be followed.
func familyName(families *goods.FamilyTable, g goods.Code, editions []goods.Edition) string {
	if families == nil {
		return string(g)
	}
	for _, e := range editions {
		if f, ok := families.Of(e, g); ok && f.Followed() {
			return f.ID
		}
	}
	return string(g)
}
