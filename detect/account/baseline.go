package account

import (
	"cmp"
	"context"
	"math/big"
	"slices"
	"strings"

	"detour/detect/series"
	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Baseline says what exports would have been without diversion. It is a value with documentation.
type Baseline struct {
	ID  string
	Doc Doc
	// Needs says in words what the lake must hold; a baseline whose needs are not met is refused by
	// name and never substituted.
	Needs string
	// run fills c.Baseline from c.Base; years is how many base years c.Base sums.
	run func(ctx context.Context, r *runner, c *series.Cube, years []int) error
	// slots tells whether the baseline needs the cube slot by slot, mean whether it is the mean of the base years.
	slots, mean bool
}

// Doc describes a baseline to people: the methods page is made of it.
type Doc struct{ Title, Method, Source string }

// Baselines is the catalogue.
func Baselines() []Baseline {
	return []Baseline{
		{ID: "same-month", Needs: "the same months of the base years", run: sameMonth, mean: true, Doc: Doc{
			Title:  "Same month of the base year, or the mean of base years",
			Method: "B(e,h,p,t) is what was reported for the same calendar month of the base year; with several base years, their mean, rounded half to even.",
			Source: "methods.md section 1"}},
		{ID: "mean-of-years", Needs: "the same months of at least two base years", run: meanOfYears, mean: true, Doc: Doc{
			Title:  "Mean of base years",
			Method: "As same-month, with at least two base years.",
			Source: "methods.md section 1"}},
		{ID: "world-growth", Needs: "the exporters' exports of the same goods to comparison destinations, in the period and the base years", run: worldGrowth, slots: true, Doc: Doc{
			Title:  "Same month, grown like exports to comparison destinations",
			Method: "Same month of the base times the growth of the exporter's exports of the same family of goods to comparison destinations in that month; where the comparison is empty by HS4, then HS2, then all goods, with a caveat. The default comparison leaves out the coalition, the hubs of the question, the target and aggregate partners; `all` leaves out aggregate partners only.",
			Source: "methods.md section 1"}},
		{ID: "trend", Needs: "at least 24 months before the event", run: trend, slots: true, Doc: Doc{
			Title:  "Trend before the event",
			Method: "Poisson pseudo-likelihood on a linear trend and month dummies for each exporter and hub, fitted before the event, the trend damped in extrapolation; shared out over codes as in the base years. The interval uses the estimated dispersion.",
			Source: "Santos Silva & Tenreyro 2006; Gardner & McKenzie 1985"}},
	}
}

func baselineByID(id string) (Baseline, error) {
	var ids strings.Builder
	for _, b := range Baselines() {
		if b.ID == id {
			return b, nil
		}
		ids.WriteString(" " + b.ID)
	}
	return Baseline{}, fault.Errorf(fault.BadInput, "no baseline is called %q", id).Hint("use one of%s", ids.String())
}

func sameMonth(_ context.Context, _ *runner, c *series.Cube, years []int) error {
	c.TakeBase(len(years))
	return nil
}

func meanOfYears(ctx context.Context, r *runner, c *series.Cube, years []int) error {
	if len(years) < 2 {
		return fault.Errorf(fault.BadInput, "baseline mean-of-years needs at least two base years").Hint("give --base 2019..2021")
	}
	return sameMonth(ctx, r, c, years)
}

// growth is what the comparison destinations took in the base and in the period.
type growth struct{ now, then big.Int }

func (g *growth) add(n int64, base bool) {
	if base {
		g.then.Add(&g.then, big.NewInt(n))
	} else {
		g.now.Add(&g.now, big.NewInt(n))
	}
}

// growthKey is an exporter's goods at some width in one slot.
type growthKey struct {
	exporter area.Code
	goods    string
	slot     int
}

// worldGrowth implements the baseline of that name.
func worldGrowth(ctx context.Context, r *runner, c *series.Cube, years []int) error {
	families := r.families(years)
	table, err := r.comparison(ctx, c, years, families)
	if err != nil {
		return err
	}
	var stated []goods.Edition // in which the codes of a base may be stated
	for _, y := range slices.Backward(years) {
		stated = append(stated, goods.EditionOf(goods.CN, period.Year(y)))
	}
	c.Baseline = make([]int64, len(c.Base))
	wider := map[string]int{}
	var lacking []growthKey
	for i, k := range c.Cells {
		for s := range c.Slots {
			at := i*len(c.Slots) + s
			if c.Base[at] == 0 {
				continue
			}
			e, g := c.Exporters[k.Exporter], c.Goods[k.Goods]
			found, width, ok := growthOf(table, e, widths(families, g, stated...), s)
			if !ok {
				lacking = append(lacking, growthKey{exporter: e, slot: s})
				continue
			}
			if width != "" {
				wider[width]++
			}
			// Base and comparison both sum over the base years, so their number cancels out.
			if c.Baseline[at], err = money.Quotient(new(big.Int).Mul(big.NewInt(c.Base[at]), &found.now), &found.then); err != nil {
				return err
			}
		}
	}
	if len(lacking) > 0 {
		first := slices.MinFunc(lacking, func(a, b growthKey) int {
			return cmp.Or(cmp.Compare(a.exporter, b.exporter), cmp.Compare(a.slot, b.slot))
		})
		return fault.Errorf(fault.NotFound, "baseline world-growth needs exports of %s to comparison destinations in %s, which the lake does not hold", first.exporter, c.Slots[first.slot]).
			Hint("import more partners, or choose another --baseline")
	}
	for _, w := range []string{"HS4", "HS2", "all goods"} {
		if wider[w] > 0 {
			r.Caveatf(caveat.Substituted, w, "growth was taken from %s for %d cells whose own goods no comparison destination bought in the base", w, wider[w])
		}
	}
	return nil
}

// growthOf finds the narrowest goods with trade in the base: the family, HS4, HS2, all.
func growthOf(table map[growthKey]*growth, e area.Code, widths [4]string, slot int) (*growth, string, bool) {
	for i, name := range widths {
		if f := table[growthKey{e, name, slot}]; f != nil && f.then.Sign() > 0 {
			return f, [...]string{"", "HS4", "HS2", "all goods"}[i], true
		}
	}
	return nil, "", false
}

// families follow goods over the editions of the base years and the period; nil where they are not known.
func (r *runner) families(years []int) *goods.FamilyTable {
	return goods.FamiliesBetween(goods.EditionOf(goods.CN, period.Year(years[0])), goods.EditionOf(goods.CN, r.Q.Period.To))
}

// widths names the goods of a code in widening circles: its family, heading, chapter and all goods. The family is
// that of the first edition that has the code. Total is one circle, four times, and a chapter or heading
// is its own first one.
func widths(families *goods.FamilyTable, g goods.Code, editions ...goods.Edition) [4]string {
	heading, chapter := "HS4:"+string(g.Prefix(4)), "HS2:"+string(g.Prefix(2))
	switch {
	case g == goods.Total:
		return [4]string{"TOTAL", "TOTAL", "TOTAL", "TOTAL"}
	case g.Digits() <= 2:
		return [4]string{chapter, chapter, chapter, "all"}
	case g.Digits() <= 4:
		return [4]string{heading, heading, chapter, "all"}
	}
	return [4]string{familyName(families, g, editions), heading, chapter, "all"}
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

// comparison reads the exporters' exports to the comparison destinations by goods and slot, in the goods that
// the cube keeps.
func (r *runner) comparison(ctx context.Context, c *series.Cube, years []int, families *goods.FamilyTable) (map[growthKey]*growth, error) {
	except := r.notCompared()
	table := map[growthKey]*growth{}
	_, places := r.Places(years)
	err := r.EachQuery(func(q lake.Query, w series.Window) error {
		if !hasDestinations(r.Census(q.Dataset), except, w) {
			return fault.Errorf(fault.NotFound, "baseline world-growth needs exports to comparison destinations, and %s holds none", q.Dataset).
				Hint("choose another --baseline; `detour data` shows the partners held")
		}
		w.Years = years
		q.Partners, q.Except = nil, except
		q.By, q.Windows = []lake.Dimension{lake.ByReporter, lake.ByGoods, lake.ByPeriod}, []lake.Window{{Periods: w.All()}}
		return r.Sum(ctx, q, func(row *lake.Row) error {
			if c.Keep != nil && !c.Keep(series.Observation{Goods: row.Goods}) {
				return nil
			}
			n, err := r.Convert(row.Sums[0].N, row.Currency, row.Period)
			if err != nil {
				return err
			}
			for _, to := range places(series.Observation{Exporter: row.Reporter, Period: row.Period}) {
				names := widths(families, row.Goods, goods.EditionOf(goods.CN, row.Period))
				for _, name := range slices.Compact(names[:]) {
					k := growthKey{row.Reporter, name, to.Slot}
					if table[k] == nil {
						table[k] = &growth{}
					}
					table[k].add(n, to.Base)
				}
			}
			return nil
		})
	})
	return table, err
}

// notCompared lists the partners that do not tell normal growth.
func (r *runner) notCompared() []area.Code {
	var out []area.Code
	for _, a := range area.All() {
		if a.IsAggregate() {
			out = append(out, a.Code)
		}
	}
	if r.q.Comparison != AllPartners {
		coalition, _ := area.BuiltIn().Get("coalition")
		out = append(out, coalition.At(r.Q.Period.From)...)
		eu, _ := area.BuiltIn().Get("EU27")
		out = append(out, eu.At(r.Q.Period.From)...)
		out = append(out, r.Hubs...)
		out = append(out, Target)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Target is the country under sanctions.
const Target area.Code = "RU"

// hasDestinations tells whether the data set covers a partner that is not left out in every period that it
// covers of either side: with destinations on one side only all trade would seem to have ended, or begun.
func hasDestinations(c *lake.Census, except []area.Code, w series.Window) bool {
	for _, p := range w.All() {
		if blocks := c.Covering(p); len(blocks) > 0 && !slices.ContainsFunc(blocks, func(b flow.Block) bool { return coversOther(b, except) }) {
			return false
		}
	}
	return true
}

// coversOther tells whether a block covers a partner besides those left out.
func coversOther(b flow.Block, except []area.Code) bool {
	return len(b.Partners) == 0 || slices.ContainsFunc(b.Partners, func(p area.Code) bool {
		_, out := slices.BinarySearch(except, p)
		return !out
	})
}
