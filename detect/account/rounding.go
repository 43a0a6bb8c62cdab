package account

import (
	"context"

	"detour/detect/series"
	"detour/lake"
	"detour/trade/money"
	"detour/trade/period"
)

// roundingGap is Result.RoundingGap of an evaluated cube with slots. Where nothing is converted and there
// is one base year nothing is rounded, and nothing is read.
func (r *runner) roundingGap(ctx context.Context, b Baseline, c *series.Cube) (int64, error) {
	years := len(r.Q.Years())
	if years == 1 && r.OwnCurrency() {
		return 0, nil
	}
	once, err := r.convertedOnce(ctx)
	if err != nil {
		return 0, err
	}
	gap, err := largestGap(c, c.Actual, func(s int) int64 { return once[series.Place{Slot: s}] }, 1)
	if err != nil || !b.mean {
		return gap, err
	}
	base, err := largestGap(c, c.Baseline, func(s int) int64 { return once[series.Place{Slot: s, Base: true}] }, years)
	return max(gap, base), err
}

// convertedOnce gives the sums over all cells on both sides of each slot, each month's sum in a currency
// converted once.
func (r *runner) convertedOnce(ctx context.Context) (map[series.Place]int64, error) {
	type sum struct {
		series.Place
		period   period.Period
		currency money.Currency
	}
	stated := map[sum]*money.Sum{}
	_, places := r.Places(r.Q.Years())
	err := r.EachQuery(func(q lake.Query, w series.Window) error {
		q.By, q.Windows = []lake.Dimension{lake.ByReporter, lake.ByPeriod}, []lake.Window{{Periods: w.All()}}
		return r.Sum(ctx, q, func(row *lake.Row) error {
			for _, at := range places(series.Observation{Exporter: row.Reporter, Period: row.Period}) {
				k := sum{at, row.Period, row.Currency}
				if stated[k] == nil {
					stated[k] = &money.Sum{}
				}
				stated[k].Add(row.Sums[0].N)
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	out := map[series.Place]int64{}
	for k, s := range stated {
		n, err := s.Int64()
		if err != nil {
			return nil, err
		}
		if n, err = r.Convert(n, k.currency, k.period); err != nil {
			return nil, err
		}
		if out[k.Place], err = money.Add(out[k.Place], n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// largestGap compares the rounded cells of each slot, and of all slots, with a sum over years of the same,
// divided and rounded once.
func largestGap(c *series.Cube, rounded []int64, once func(slot int) int64, years int) (int64, error) {
	var most int64
	var cells, all money.Sum
	for s := range c.Slots {
		var slot money.Sum
		for i := range c.Cells {
			slot.Add(rounded[i*len(c.Slots)+s])
		}
		n, err := slot.Int64()
		if err != nil {
			return 0, err
		}
		cells.Add(n)
		all.Add(once(s))
		most = max(most, abs(n-money.Mean(once(s), years)))
	}
	n, err := cells.Int64()
	if err != nil {
		return 0, err
	}
	whole, err := all.Int64()
	return max(most, abs(n-money.Mean(whole, years))), err
}

func abs(n int64) int64 { return max(n, -n) }
