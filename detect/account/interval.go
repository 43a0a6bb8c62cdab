package account

import (
	"context"
	"math"
	"slices"

	"detour/detect/series"
	"detour/fault"
	"detour/stat/baseline"
	"detour/trade/caveat"
	"detour/trade/money"
	"detour/trade/period"
)

// interval gives the predictive interval of the total's excess from the baseline's own errors before the
// event, on the aggregate of the question, so that dependence across cells is in them. None where the
// history, or for world growth its comparison, is too short, where only whole years are held, or for a positive part.
func (r *runner) interval(ctx context.Context, b Baseline, t series.Line) (*Interval, error) {
	if len(r.q.Positive) > 0 {
		r.Caveatf(caveat.Method, "interval", "no interval is given for a sum of positive parts: its error is not that of the sum")
		return nil, nil
	}
	if r.Q.Period.From.Year() != r.Q.Period.To.Year() && b.ID != "trend" {
		r.Caveatf(caveat.Method, "interval", "no interval is given for a period over several years: its months lie at different distances from the base")
		return nil, nil
	}
	errs, expected, err := b.past(ctx, r)
	if fault.KindOf(err) == fault.NotFound { // the history alone misses a rate
		r.Caveatf(caveat.Currency, "interval", "no interval is given: %v", err)
		return nil, nil
	}
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

// replay tries a rule on the question's total before the event: what came less what the rule would have said, month
// by month. expect is given the month, the same months of the years that lie as far back as the base years, in
// order, and the totals by month; it is false where the rule cannot be tried. Months in which an exporter
// lacks a side are left out: the total would seem to fall.
func (r *runner) replay(ctx context.Context, expect func(p period.Period, base []period.Period, total map[period.Period]int64) (float64, bool, error)) (errs, expected []float64, err error) {
	total, err := r.pastTotals(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range r.MonthsBefore() {
		var base []period.Period
		for _, back := range r.q.lags() {
			base = append(base, p.InYear(p.Year()-back))
		}
		if !r.AllReport(p) || !all(base, r.AllReport) {
			continue
		}
		e, tried, err := expect(p, base, total)
		if err != nil {
			return nil, nil, err
		}
		if tried {
			errs, expected = append(errs, float64(total[p])-e), append(expected, e)
		}
	}
	return errs, expected, nil
}

func all[T any](list []T, is func(T) bool) bool {
	return !slices.ContainsFunc(list, func(v T) bool { return !is(v) })
}

// pastMeans replays the mean of the base years.
func pastMeans(ctx context.Context, r *runner) (errs, expected []float64, err error) {
	return r.replay(ctx, func(_ period.Period, base []period.Period, total map[period.Period]int64) (float64, bool, error) {
		sum := 0.0
		for _, p := range base {
			sum += float64(total[p])
		}
		return sum / float64(len(base)), true, nil
	})
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
