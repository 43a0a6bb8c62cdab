package account

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"

	"detour/detect/series"
	"detour/fault"
	"detour/stat/baseline"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/money"
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
func trend(ctx context.Context, r *runner, c *series.Cube, _ []int) error {
	history, err := r.pairHistory(ctx, c)
	if err != nil {
		return err
	}
	c.Baseline = make([]int64, len(c.Base))
	errs := map[period.Period]*pastError{}
	var flats flatPairs
	cells := byPair(c)
	for _, p := range slices.SortedFunc(maps.Keys(cells), comparePairs) {
		slots := r.KeptSlots(p.exporter)
		if slots == nil {
			return fault.Errorf(fault.NotFound, "baseline trend needs monthly figures, and %s is served by annual ones", p.exporter).Hint("choose another --baseline")
		}
		months := r.ReportedBefore(p.exporter)
		f, err := r.expect(p, history[p], months, slots, &flats)
		if err != nil {
			return err
		}
		addErrors(errs, f, months)
		share(c, cells[p], slots, f.Expected)
	}
	r.trendErrs = errs
	r.sayFlat(flats)
	return nil
}

// flatPairs are the pairs whose flat level stands for their trend.
type flatPairs struct {
	thin    int // no trend could be told
	steep   int // the trend rises above what the history supports
	largest pair
	most    float64 // what the steep trend of largest expects of all months
}

// expect is the trend of one pair over the slots, told from its months before the event (one without a figure is
// zero), or its flat level where they bear no trend.
func (r *runner) expect(p pair, values map[period.Period]int64, months, slots []period.Period, flats *flatPairs) (baseline.Forecast, error) {
	obs, horizon := make([]baseline.Obs, len(months)), make([]int, len(slots))
	for i, m := range months {
		obs[i] = baseline.Obs{T: monthNumber(m), Y: float64(max(values[m], 0))}
	}
	for i, s := range slots {
		horizon[i] = monthNumber(s)
	}
	f, err := baseline.Trend(obs, horizon, baseline.TrendOptions{})
	short := (*baseline.ShortHistory)(nil)
	switch {
	case err == nil && f.Supported(obs):
		return f, nil
	case err == nil:
		flats.addSteep(p, f.Expected)
	case errors.As(err, &short):
		return f, fault.Errorf(fault.NotFound, "baseline trend needs %d months of %s before %s, and the lake holds %d", short.Needed, p.exporter, r.Q.Event, short.Held).
			Hint("import earlier months, or choose another --baseline")
	case fault.KindOf(err) == fault.NotFound:
		flats.thin++
	default:
		return f, err
	}
	return flat(values, months, len(slots)), nil
}

func (f *flatPairs) addSteep(p pair, expected []float64) {
	sum := 0.0
	for _, e := range expected {
		sum += e
	}
	f.steep++
	if sum > f.most {
		f.largest, f.most = p, sum
	}
}

func (r *runner) sayFlat(f flatPairs) {
	if f.thin > 0 {
		r.Caveatf(caveat.ThinSeries, "trend", "no trend could be told for %d pairs of exporter and hub; the mean of their last twelve months before %s stands for it", f.thin, r.Q.Event)
	}
	if f.steep > 0 {
		r.Caveatf(caveat.ThinSeries, "trend "+string(f.largest.exporter)+" "+string(f.largest.hub),
			"the trend of %d pairs of exporter and hub expects a month above %d times their largest before %s, which their history does not support; the mean of their last twelve months stands for it. Largest of them: %s to %s, of which the trend expected %s",
			f.steep, baseline.MostRise, r.Q.Event, f.largest.exporter, f.largest.hub, r.Amount(toInt(f.most)))
	}
}

// byPair lists the cells of each exporter and hub, by code: the order of the store must not decide where a
// rounded hundredth goes.
func byPair(c *series.Cube) map[pair][]int {
	out := map[pair][]int{}
	for i, k := range c.Cells {
		p := pair{c.Exporters[k.Exporter], c.Hubs[k.Hub]}
		out[p] = append(out[p], i)
	}
	for _, cells := range out {
		slices.SortFunc(cells, func(a, b int) int {
			return cmp.Compare(c.Goods[c.Cells[a].Goods], c.Goods[c.Cells[b].Goods])
		})
	}
	return out
}

func monthNumber(p period.Period) int { return p.Year()*12 + p.Month() - 1 }

// flat expects each month to be the mean of the last twelve.
func flat(values map[period.Period]int64, months []period.Period, n int) baseline.Forecast {
	last := months[max(0, len(months)-12):]
	sum := 0.0
	for _, m := range last {
		sum += float64(values[m])
	}
	level := sum / float64(len(last))
	f := baseline.Forecast{Expected: make([]float64, n), Fitted: make([]float64, len(months)), Residuals: make([]float64, len(months))}
	for i := range f.Expected {
		f.Expected[i] = level
	}
	for i, m := range months {
		f.Fitted[i], f.Residuals[i] = level, float64(values[m])-level
	}
	return f
}

// pastError is the sum over pairs of what the trend missed in a month, and of what it said.
type pastError struct{ missed, fitted float64 }

func addErrors(errs map[period.Period]*pastError, f baseline.Forecast, months []period.Period) {
	for i, m := range months {
		e := errs[m]
		if e == nil {
			e = &pastError{}
			errs[m] = e
		}
		e.missed += f.Residuals[i]
		e.fitted += f.Fitted[i]
	}
}

// pastTrend gives the errors of the fit, month by month over all pairs, widened by what the fit spent:
// the trend has no history left to be tried on outside its own.
func pastTrend(_ context.Context, r *runner) (errs, expected []float64, err error) {
	n := len(r.trendErrs)
	if n <= trendParameters {
		return nil, nil, nil
	}
	widen := math.Sqrt(float64(n) / float64(n-trendParameters))
	for _, m := range slices.Sorted(maps.Keys(r.trendErrs)) {
		errs = append(errs, r.trendErrs[m].missed*widen)
		expected = append(expected, r.trendErrs[m].fitted)
	}
	return errs, expected, nil
}

// share gives each month's expectation to the cells of a pair in proportion to their base, or to their
// actual where the pair has no base.
func share(c *series.Cube, cells []int, slots []period.Period, expected []float64) {
	weights, total := weigh(c, cells, c.Base)
	if total == 0 {
		weights, _ = weigh(c, cells, c.Actual)
	}
	for i, p := range slots {
		n, _ := slices.BinarySearch(c.Slots, p)
		apportion(c, cells, n, toInt(expected[i]), weights)
	}
}

// weigh sums what each cell had over all slots; what is negative weighs nothing.
func weigh(c *series.Cube, cells []int, of []int64) (weights []float64, total float64) {
	weights = make([]float64, len(cells))
	for j, i := range cells {
		for s := range c.Slots {
			weights[j] += float64(of[i*len(c.Slots)+s])
		}
		weights[j] = max(weights[j], 0)
		total += weights[j]
	}
	return weights, total
}

// apportion divides a whole number by weights so that the parts add up to it: each part is rounded down
// and what is left goes to the largest remainders, the earlier cell first.
func apportion(c *series.Cube, cells []int, slot int, whole int64, weights []float64) {
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
		c.Baseline[i*len(c.Slots)+slot] = int64(down)
		left -= int64(down)
		parts[j] = part{j, exact - down}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(b.remainder, a.remainder) })
	for k := 0; left != 0; k = (k + 1) % len(parts) {
		step := int64(1)
		if left < 0 {
			step = -1
		}
		c.Baseline[cells[parts[k].j]*len(c.Slots)+slot] += step
		left -= step
	}
}

// pairHistory gives the monthly figures of each pair before the event, for the cells that the cube keeps.
func (r *runner) pairHistory(ctx context.Context, c *series.Cube) (map[pair]map[period.Period]int64, error) {
	var from series.Raw
	var err error
	if c.Keep == nil {
		from, err = r.ByMonth(ctx)
	} else {
		from, err = r.GoodsHistory(ctx)
	}
	if err != nil {
		return nil, err
	}
	out := map[pair]map[period.Period]int64{}
	for _, o := range from {
		if o.Period.IsYear() || o.Period >= r.Before || c.Keep != nil && !c.Keep(o) {
			continue
		}
		p := pair{o.Exporter, o.Hub}
		if out[p] == nil {
			out[p] = map[period.Period]int64{}
		}
		if out[p][o.Period], err = money.Add(out[p][o.Period], o.Value); err != nil {
			return nil, err
		}
	}
	return out, nil
}
