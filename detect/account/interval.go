package account

import (
	"context"
	"math"

	"detour/stat/baseline"
	"detour/trade/caveat"
	"detour/trade/period"
)

// interval gives the predictive interval of the total's excess from the baseline's own errors before the
// event, on the aggregate of the question, so that dependence across cells is in them. None where the
// history is too short, where only whole years are held, or for a positive part.
func (r *runner) interval(ctx context.Context, b Baseline, c *cube, t Line) (*Interval, error) {
	if len(r.q.Positive) > 0 {
		r.caveat(caveat.Method, "interval", "no interval is given for a sum of positive parts: its error is not that of the sum")
		return nil, nil
	}
	errs, expected, err := r.pastErrors(ctx, b, c)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, w := range r.windows {
		n = max(n, len(w.slots))
	}
	low, high, ok := baseline.Interval(errs, expected, float64(t.Baseline), n, r.q.Level)
	if !ok {
		r.caveat(caveat.ThinSeries, "interval", "no interval: the baseline %s has %d months before %s on which its error could be measured", b.ID, len(errs), r.q.Event)
		return nil, nil
	}
	return &Interval{Low: t.Actual - toInt(high), High: t.Actual - toInt(low)}, nil
}

func toInt(x float64) int64 { return int64(math.RoundToEven(x)) }

// pastErrors replays the baseline's rule on the question's total before the event: what came less what
// the rule would have said, month by month.
func (r *runner) pastErrors(ctx context.Context, b Baseline, c *cube) (errs, expected []float64, err error) {
	if b.ID == "trend" {
		errs, expected = trendErrors(c)
		return errs, expected, nil
	}
	from, err := r.byMonth(ctx)
	if err != nil {
		return nil, nil, err
	}
	total := map[period.Period]float64{} // for a variance, not for a figure that is quoted
	for _, o := range from.observations {
		if !o.period.IsYear() && o.period < r.q.Event {
			total[o.period] += float64(o.value)
		}
	}
	lags := r.q.lags()
	for _, p := range sortedPeriods(total) {
		sum, n := 0.0, 0
		for _, back := range lags {
			if v, ok := total[p.InYear(p.Year()-back)]; ok {
				sum += v
				n++
			}
		}
		if n == len(lags) && sum > 0 {
			expected = append(expected, sum/float64(n))
			errs = append(errs, total[p]-sum/float64(n))
		}
	}
	return errs, expected, nil
}

// lags says how many years before the period its base years lie.
func (q Question) lags() []int {
	var out []int
	for _, y := range q.years() {
		out = append(out, q.Period.From.Year()-y)
	}
	return out
}
