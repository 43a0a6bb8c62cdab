package account

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"detour/fault"
	"detour/lake"
	"detour/stat/baseline"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/period"
)

// pair is an exporter and a hub: the level at which trends are fitted.
type pair struct{ exporter, hub area.Code }

func comparePairs(a, b pair) int {
	return cmp.Or(cmp.Compare(a.exporter, b.exporter), cmp.Compare(a.hub, b.hub))
}

// trendParameters is what a fitted trend spends: twelve months and a slope.
const trendParameters = 13

// trend implements the baseline of that name: a trend for each exporter and hub, shared out over the
// codes as in their base years, so that every breakdown adds up to the same total.
func trend(ctx context.Context, r *runner, c *cube, _ []int) error {
	history, err := r.pairHistory(ctx, c)
	if err != nil {
		return err
	}
	c.baseline = make([]int64, len(c.base))
	c.errs = map[period.Period]*pastError{}
	thin := 0
	cells := c.byPair()
	for _, p := range sortedPairs(cells) {
		slots := r.keptSlots(p.exporter)
		if slots == nil {
			return fault.Errorf(fault.NotFound, "baseline trend needs monthly figures, and %s is served by annual ones", p.exporter).Hint("choose another --baseline")
		}
		f, months, err := r.fit(p, history[p], slots)
		if short := (*baseline.ShortHistory)(nil); errors.As(err, &short) {
			return fault.Errorf(fault.NotFound, "baseline trend needs %d months of %s before %s, and the lake holds %d", short.Needed, p.exporter, r.q.Event, short.Held).
				Hint("import earlier months, or choose another --baseline")
		}
		switch fault.KindOf(err) {
		case fault.NotFound:
			if err != nil {
				thin++
				f = flat(history[p], months, len(slots))
			}
		default:
			if err != nil {
				return err
			}
		}
		c.addErrors(f, months)
		c.share(cells[p], slots, f.Expected)
	}
	if thin > 0 {
		r.caveat(caveat.ThinSeries, "trend", "no trend could be told for %d pairs of exporter and hub; their last twelve months before %s stand for it", thin, r.q.Event)
	}
	return nil
}

// byPair lists the cells of each exporter and hub.
func (c *cube) byPair() map[pair][]int {
	out := map[pair][]int{}
	for i, k := range c.cells {
		p := pair{c.exporters[k.e], c.hubs[k.h]}
		out[p] = append(out[p], i)
	}
	return out
}

func sortedPairs[V any](m map[pair]V) []pair {
	out := make([]pair, 0, len(m))
	for p := range m {
		out = append(out, p)
	}
	slices.SortFunc(out, comparePairs)
	return out
}

// keptSlots lists the months of the question that are compared for an exporter; nil where it is served
// by annual figures.
func (r *runner) keptSlots(e area.Code) []period.Period {
	s := r.service.reporters[e]
	if s.annual {
		return nil
	}
	w := r.windows[false]
	out := make([]period.Period, 0, len(w.slots))
	for i, p := range w.slots {
		if d := w.dropped[e]; d == nil || !d[i] {
			out = append(out, p)
		}
	}
	return out
}

// fit fits one pair on its months before the event that were reported; a month without a figure is zero.
func (r *runner) fit(p pair, values map[period.Period]float64, slots []period.Period) (baseline.Forecast, []period.Period, error) {
	census := r.service.reporters[p.exporter].census
	var obs []baseline.Obs
	var months []period.Period
	for _, m := range census.Periods {
		if m.IsYear() || m >= r.q.Event || census.State(p.exporter, m) != lake.Reported {
			continue
		}
		months = append(months, m)
		obs = append(obs, baseline.Obs{T: monthNumber(m), Y: math.Max(values[m], 0)})
	}
	horizon := make([]int, len(slots))
	for i, s := range slots {
		horizon[i] = monthNumber(s)
	}
	f, err := baseline.Trend(obs, horizon, baseline.TrendOptions{})
	return f, months, err
}

func monthNumber(p period.Period) int { return p.Year()*12 + p.Month() - 1 }

// flat expects each month to be the mean of the last twelve.
func flat(values map[period.Period]float64, months []period.Period, n int) baseline.Forecast {
	last := months[max(0, len(months)-12):]
	sum := 0.0
	for _, m := range last {
		sum += values[m]
	}
	level := sum / float64(len(last))
	f := baseline.Forecast{Expected: make([]float64, n), Fitted: make([]float64, len(months)), Residuals: make([]float64, len(months))}
	for i := range f.Expected {
		f.Expected[i] = level
	}
	for i, m := range months {
		f.Fitted[i], f.Residuals[i] = level, values[m]-level
	}
	return f
}

// pastError is the sum over pairs of what the trend missed in a month, and of what it said.
type pastError struct{ missed, fitted float64 }

func (c *cube) addErrors(f baseline.Forecast, months []period.Period) {
	for i, m := range months {
		e := c.errs[m]
		if e == nil {
			e = &pastError{}
			c.errs[m] = e
		}
		e.missed += f.Residuals[i]
		e.fitted += f.Fitted[i]
	}
}

// trendErrors gives the errors of the fit, month by month over all pairs, widened by what the fit spent:
// the trend has no history left to be tried on outside its own.
func trendErrors(c *cube) (errs, expected []float64) {
	n := len(c.errs)
	if n <= trendParameters {
		return nil, nil
	}
	widen := math.Sqrt(float64(n) / float64(n-trendParameters))
	for _, m := range sortedPeriods(c.errs) {
		errs = append(errs, c.errs[m].missed*widen)
		expected = append(expected, c.errs[m].fitted)
	}
	return errs, expected
}

// share gives each month's expectation to the cells of a pair in proportion to their base, or to their
// actual where the pair has no base; a folded cube takes all months at once.
func (c *cube) share(cells []int, slots []period.Period, expected []float64) {
	weights, total := c.weights(cells, c.base)
	if total == 0 {
		weights, _ = c.weights(cells, c.actual)
	}
	if c.slots[0] == 0 {
		sum := 0.0
		for _, x := range expected {
			sum += x
		}
		c.apportion(cells, 0, toInt(sum), weights)
		return
	}
	for i, p := range slots {
		n, _ := slices.BinarySearch(c.slots, p)
		c.apportion(cells, n, toInt(expected[i]), weights)
	}
}

// weights sums what each cell had over all slots; what is negative weighs nothing.
func (c *cube) weights(cells []int, of []int64) (weights []float64, total float64) {
	weights = make([]float64, len(cells))
	for j, i := range cells {
		for s := range c.slots {
			weights[j] += float64(of[i*len(c.slots)+s])
		}
		weights[j] = max(weights[j], 0)
		total += weights[j]
	}
	return weights, total
}

// apportion divides a whole number by weights so that the parts add up to it: each part is rounded down
// and what is left goes to the largest remainders, the earlier cell first.
func (c *cube) apportion(cells []int, slot int, whole int64, weights []float64) {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	if total == 0 || whole == 0 {
		return
	}
	type part struct {
		j         int
		remainder float64
	}
	parts := make([]part, len(cells))
	left := whole
	for j, i := range cells {
		exact := float64(whole) * (weights[j] / total)
		down := math.Floor(exact)
		c.baseline[i*len(c.slots)+slot] = int64(down)
		left -= int64(down)
		parts[j] = part{j, exact - down}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(b.remainder, a.remainder) })
	for k := 0; left != 0; k = (k + 1) % len(parts) {
		step := int64(1)
		if left < 0 {
			step = -1
		}
		c.baseline[cells[parts[k].j]*len(c.slots)+slot] += step
		left -= step
	}
}

// pairHistory gives the monthly figures of each pair before the event, for the cells that the cube keeps.
func (r *runner) pairHistory(ctx context.Context, c *cube) (map[pair]map[period.Period]float64, error) {
	var from raw
	var err error
	if c.keep == nil {
		from, err = r.byMonth(ctx)
	} else {
		from, err = r.goodsHistory(ctx)
	}
	if err != nil {
		return nil, err
	}
	out := map[pair]map[period.Period]float64{}
	for _, o := range from.observations {
		if o.period.IsYear() || o.period >= r.q.Event || c.keep != nil && !c.keep(o) {
			continue
		}
		p := pair{o.exporter, o.hub}
		if out[p] == nil {
			out[p] = map[period.Period]float64{}
		}
		out[p][o.period] += float64(o.value)
	}
	return out, nil
}
