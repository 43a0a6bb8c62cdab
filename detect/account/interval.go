package account

import (
	"context"
	"math"

	"detour/detect/series"
	"detour/stat/baseline"
	"detour/trade/caveat"
	"detour/trade/money"
	"detour/trade/period"
)

// interval gives the predictive interval of the total's excess from the baseline's own errors before the
// event, on the aggregate of the question, so that dependence across cells is in them. None where the
// history is too short, where only whole years are held, or for a positive part.
func (r *runner) interval(ctx context.Context, b Baseline, t series.Line) (*Interval, error) {
	if len(r.q.Positive) > 0 {
		r.Caveatf(caveat.Method, "interval", "no interval is given for a sum of positive parts: its error is not that of the sum")
		return nil, nil
	}
	if r.Q.Period.From.Year() != r.Q.Period.To.Year() && b.ID != "trend" {
		r.Caveatf(caveat.Method, "interval", "no interval is given for a period over several years: its months lie at different distances from the base")
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
		r.Caveatf(caveat.ThinSeries, "interval", "no interval: the baseline %s has %d months before %s on which its error could be measured", b.ID, len(errs), r.Q.Event)
		return nil, nil
	}
	return &Interval{Low: t.Actual - toInt(high), High: t.Actual - toInt(low)}, nil
}

func toInt(x float64) int64 { return int64(math.RoundToEven(x)) }

// pastErrors replays the baseline's rule on the question's total before the event: what came less what
// the rule would have said, month by month. Months in which an exporter lacks a side are left out: the
// total would seem to fall.
func (r *runner) pastErrors(ctx context.Context, b Baseline) (errs, expected []float64, err error) {
	if b.ID == "trend" {
		errs, expected = trendErrors(r.trendErrs)
		return errs, expected, nil
	}
	total, err := r.pastTotals(ctx)
	if err != nil {
		return nil, nil, err
	}
	lags := r.q.lags()
	for _, p := range r.MonthsBefore() {
		sum, whole := 0.0, r.AllReport(p)
		for _, back := range lags {
			then := p.InYear(p.Year() - back)
			whole = whole && r.AllReport(then)
			sum += float64(total[then])
		}
		if whole {
			expected = append(expected, sum/float64(len(lags)))
			errs = append(errs, float64(total[p])-sum/float64(len(lags)))
		}
	}
	return errs, expected, nil
}

// pastTotals sums the question's figures by month before the event.
func (r *runner) pastTotals(ctx context.Context) (map[period.Period]int64, error) {
	from, err := r.MonthTotals(ctx)
	if err != nil {
		return nil, err
	}
	total := map[period.Period]int64{}
	for _, o := range from {
		if o.Period.IsYear() || o.Period >= r.Before {
			continue
		}
		if total[o.Period], err = money.Add(total[o.Period], o.Value); err != nil {
			return nil, err
		}
	}
	return total, nil
}

// lags says how many years before the period its base years lie.
func (q Question) lags() []int {
	var out []int
	for _, y := range q.Years() {
		out = append(out, q.Period.From.Year()-y)
	}
	return out
}
