package series

import (
	"context"
	"slices"
	"sync"

	"detour/detect/convert"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/period"
)

// Raw is every stated sum by cell and period that a question and its specifications need, converted:
// the one pre-aggregation.
type Raw []Observation

// Observation is one sum: a cell in a period, in the question's currency.
type Observation struct {
	Exporter, Hub area.Code
	Goods         goods.Code
	Period        period.Period
	Value         int64
}

// Read fetches the sums by cell and period over the question's period and the given base years.
func (r *Reader) Read(ctx context.Context, years []int) (Raw, error) {
	return r.observe(ctx, r.Q.Digits, []lake.Dimension{lake.ByReporter, lake.ByPartner, lake.ByGoods, lake.ByPeriod}, func(_ lake.Query, w Window) []period.Period {
		w.Years = years
		return w.All()
	})()
}

// ByMonth reads the sums by exporter, hub and period over everything before the event and the question
// itself: what breakdowns by month, trends and errors of the past need, read once.
func (r *Reader) ByMonth(ctx context.Context) (Raw, error) {
	if r.months == nil {
		r.months = ahead(r.history(ctx, lake.ByReporter, lake.ByPartner, lake.ByPeriod))
	}
	return r.months()
}

// MonthTotals are ByMonth summed over hubs, and over exporters that are compared in the same months. Fold
// has begun to read them; otherwise they are ByMonth as it is.
func (r *Reader) MonthTotals(ctx context.Context) (Raw, error) {
	if r.totals == nil {
		return r.ByMonth(ctx)
	}
	return r.totals()
}

// totalsBy are the dimensions of MonthTotals: exporters are told apart where slots of some are dropped.
func (r *Reader) totalsBy() []lake.Dimension {
	for _, w := range r.Windows {
		if len(w.Dropped) > 0 {
			return []lake.Dimension{lake.ByReporter, lake.ByPeriod}
		}
	}
	return []lake.Dimension{lake.ByPeriod}
}

// GoodsHistory is ByMonth told apart by goods too.
func (r *Reader) GoodsHistory(ctx context.Context) (Raw, error) {
	if r.byGoods == nil {
		r.byGoods = ahead(r.history(ctx, lake.ByReporter, lake.ByPartner, lake.ByGoods, lake.ByPeriod))
	}
	return r.byGoods()
}

// ahead begins f and gives what waits for its answer, any number of times. The store leaves a core idle
// while its rows are taken, and the taker one while the store sums.
func ahead(f func() (Raw, error)) func() (Raw, error) {
	once := sync.OnceValues(f)
	go func() { _, _ = once() }() // whoever waits for the answer gets the error too
	return once
}

// history observes everything before the event and the question itself.
func (r *Reader) history(ctx context.Context, by ...lake.Dimension) func() (Raw, error) {
	return r.observe(ctx, 0, by, func(q lake.Query, w Window) []period.Period { return r.sinceHistory(q.Dataset, w) })
}

// SinceHistory lists the periods of the question, and all that the data sets in use hold before the event.
func (r *Reader) SinceHistory() []period.Period {
	var out []period.Period
	for _, p := range r.plans {
		out = append(out, r.sinceHistory(p.Dataset, r.Windows[p.Annual])...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sinceHistory is SinceHistory of one data set and frequency, unsorted.
func (r *Reader) sinceHistory(dataset string, w Window) []period.Period {
	periods := w.All()
	for _, p := range r.Census(dataset).Periods {
		if p.IsYear() == w.Slots[0].IsYear() && p < r.Before {
			periods = append(periods, p)
		}
	}
	return periods
}

// observe states the queries now, over some periods of each window, and gives what asks them, which touches
// nothing of the reader that changes. Each sum is converted once, by the rate of its own month; zeros are
// left out.
func (r *Reader) observe(ctx context.Context, digits int, by []lake.Dimension, periods func(lake.Query, Window) []period.Period) func() (Raw, error) {
	var queries []lake.Query
	_ = r.EachQuery(func(q lake.Query, w Window) error { // the function never fails
		q.By, q.Digits, q.Windows = by, digits, []lake.Window{{Periods: periods(q, w)}}
		r.note(q)
		queries = append(queries, q)
		return nil
	})
	return func() (Raw, error) {
		out := Raw{}
		var rates convert.Missing
		for _, q := range queries {
			err := r.sum(ctx, q, func(row *lake.Row) error {
				if row.Sums[0].N == 0 {
					return nil
				}
				v, err := r.Convert(row.Sums[0].N, row.Currency, row.Period)
				out = append(out, Observation{row.Reporter, row.Partner, row.Goods, row.Period, v})
				return err
			})
			if err := rates.Pass(err); err != nil {
				return nil, err
			}
		}
		if err := rates.Err(); err != nil {
			return nil, err
		}
		return out, nil
	}
}
