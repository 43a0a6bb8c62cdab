package account

import (
	"context"
	"math"

	"detour/detect/series"
	"detour/stat/baseline"
	"detour/trade/caveat"
	"detour/trade/period"
)

// interval gives the predictive interval of the total's excess from the baseline's own errors before the
// event, on the aggregate of the question, so that dependence across cells is in them. None where the
// history is too short, where only whole years are held, or for a positive part.
func (r *runner) interval(ctx context.Context, b Baseline, t series.Line) (*Interval, error) {
	if len(r.q.Positive) > 0 {
		r.Caveat(caveat.Method, "interval", "no interval is given for a sum of positive parts: its error is not that of the sum")
		return nil, nil
	}
	errs, expected, err := r.pastErrors(ctx, b)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, w := range r.Windows {
		n = max(n, len(w.Slots))
	}
	low, high, ok := baseline.Interval(errs, expected, float64(t.Baseline), n, r.q.Level)
	if !ok {
		r.Caveat(caveat.ThinSeries, "interval", "no interval: the baseline %s has %d months before %s on which its error could be measured", b.ID, len(errs), r.Q.Event)
		return nil, nil
	}
	return &Interval{Low: t.Actual - toInt(high), High: t.Actual - toInt(low)}, nil
}

func toInt(x float64) int64 { return int64(math.RoundToEven(x)) }

// pastErrors replays the baseline's rule on the question's total before the event: what came less what
// the rule would have said, month by month.
func (r *runner) pastErrors(ctx context.Context, b Baseline) (errs, expected []float64, err error) {
	if b.ID == "trend" {
		errs, expected = trendErrors(r.trendErrs)
		return errs, expected, nil
	}
	from, err := r.ByMonth(ctx)
	if err != nil {
		return nil, nil, err
	}
	total := map[period.Period]float64{} // for a variance, not for a figure that is quoted
	for _, o := range from {
		if !o.Period.IsYear() && o.Period < r.Q.Event {
			total[o.Period] += float64(o.Value)
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
	for _, y := range q.Years() {
		out = append(out, q.Period.From.Year()-y)
	}
	return out
}
