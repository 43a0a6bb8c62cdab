package account

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"detour/detect/growth"
	"detour/detect/series"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/money"
	"detour/trade/period"
)

// exporterMonth is an exporter's slot.
type exporterMonth struct {
	exporter area.Code
	period   period.Period
}

func compareMonths(a, b exporterMonth) int {
	return cmp.Or(cmp.Compare(a.exporter, b.exporter), cmp.Compare(a.period, b.period))
}

// worldGrowth implements the baseline of that name.
func worldGrowth(ctx context.Context, r *runner, c *series.Cube, years []int) error {
	w := series.Window{Slots: c.Slots, Years: years}
	if err := r.comparisonHeld(c, w); err != nil {
		return err
	}
	rule, err := r.compared.Rule(ctx, years[0], r.Q.Period.To, c.Keep)
	if err != nil {
		return err
	}
	c.Baseline = make([]int64, len(c.Base))
	wider := map[string]int{}
	lost := unscaled{months: map[exporterMonth]bool{}}
	for i, k := range c.Cells {
		e, circles := c.Exporters[k.Exporter], rule.Circles(c.Goods[k.Goods], years)
		for s, slot := range c.Slots {
			at := i*len(c.Slots) + s
			if c.Base[at] == 0 {
				continue
			}
			n, circle, err := rule.Grow(c.Base[at], e, circles, slot, w.BasePeriods(s))
			switch {
			case err != nil:
				return err
			case circle == growth.None:
				if err := lost.add(exporterMonth{e, slot}, c.Actual[at]); err != nil {
					return err
				}
			case circle != growth.Narrowest:
				wider[circle]++
			}
			c.Baseline[at] = n
		}
	}
	for _, circle := range growth.Wider() {
		if wider[circle] > 0 {
			r.Caveatf(caveat.Substituted, circle, "growth was taken from %s for %d cells whose own goods no comparison destination bought in the base", circle, wider[circle])
		}
	}
	r.sayUnscaled(lost)
	r.unscaled = lost.actual
	return nil
}

// unscaled are the cells whose base cannot be scaled, because their exporter sold nothing to comparison
// destinations in the base of that month.
type unscaled struct {
	cells  int
	actual int64
	months map[exporterMonth]bool
}

func (u *unscaled) add(m exporterMonth, actual int64) (err error) {
	u.cells++
	u.months[m] = true
	u.actual, err = money.Add(u.actual, actual)
	return err
}

func (r *runner) sayUnscaled(u unscaled) {
	if u.cells == 0 {
		return
	}
	var named []string
	for _, m := range slices.SortedFunc(maps.Keys(u.months), compareMonths) {
		named = append(named, fmt.Sprint(m.exporter, " in ", m.period))
	}
	r.Caveatf(caveat.NoBase, "world-growth", "the base of %d cells could not be scaled, because their exporter sold none of the goods asked to comparison destinations in the base: their amount (%s) has no comparable base. %d months of exporters: %s", u.cells, r.Amount(u.actual), len(named), series.Few(named))
}

// comparisonHeld refuses where some cell has a base to scale, and its exporter's trade with comparison destinations is
// not covered on both sides: what is not held is no trade that was zero.
func (r *runner) comparisonHeld(c *series.Cube, w series.Window) error {
	needed := map[exporterMonth][]period.Period{}
	for i, k := range c.Cells {
		for s, slot := range c.Slots {
			if c.Base[i*len(c.Slots)+s] != 0 {
				needed[exporterMonth{c.Exporters[k.Exporter], slot}] = append(w.BasePeriods(s), slot)
			}
		}
	}
	for _, m := range slices.SortedFunc(maps.Keys(needed), compareMonths) {
		for _, p := range needed[m] {
			if !r.compared.Held(m.exporter, p) {
				return fault.Errorf(fault.NotFound, "baseline world-growth needs exports of %s to comparison destinations in %s, and %s does not hold them", m.exporter, p, r.DatasetOf(m.exporter)).
					Hint("import more partners, or choose another --baseline; `detour data` shows the partners held")
			}
		}
	}
	return nil
}

// pastGrowth replays world growth cell by cell, in the months of which the comparison is held on both sides.
func pastGrowth(ctx context.Context, r *runner) (errs, expected []float64, err error) {
	if len(r.MonthsBefore()) == 0 {
		return nil, nil, nil
	}
	from, err := r.GoodsHistory(ctx)
	if err != nil {
		return nil, nil, err
	}
	byMonth := map[period.Period]series.Raw{}
	for _, o := range from {
		byMonth[o.Period] = append(byMonth[o.Period], o)
	}
	return r.replay(ctx, func(p period.Period, base []period.Period, _ map[period.Period]int64) (float64, bool, error) {
		cells, err := r.pastCells(byMonth, base)
		if err != nil {
			return 0, false, err
		}
		total, held, err := r.compared.Replay(ctx, cells, p, base)
		return float64(total), held, err
	})
}

// pastCells sums cells over months.
func (r *runner) pastCells(byMonth map[period.Period]series.Raw, months []period.Period) (map[series.Key]int64, error) {
	cells := map[series.Key]int64{}
	for _, m := range months {
		for _, o := range byMonth[m] {
			k := series.Key{Exporter: o.Exporter, Hub: o.Hub, Goods: o.Goods}
			var err error
			if cells[k], err = money.Add(cells[k], o.Value); err != nil {
				return nil, err
			}
		}
	}
	return cells, nil
}
