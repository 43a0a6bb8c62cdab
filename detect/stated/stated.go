// Package stated sums flows as the reporters stated them.
package stated

import (
	"context"
	"slices"

	"detour/detect/series"
	"detour/lake"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/money"
)

// Flow is a cell of stated flows: sums as the reporters stated them.
type Flow struct {
	series.Key
	Value    flow.Number // hundredths of the currency
	NetMass  flow.Number // grams
	Quantity flow.Number // thousandths of supplementary units, whichever they are
}

// Flows is the answer to a question about stated flows.
type Flows struct {
	Rows     []Flow
	Currency money.Currency
	Caveats  []caveat.Caveat
	Sources  []lake.Segment
	Version  lake.Version
}

// Find sums stated flows by dimensions, in the order of their key. Each month's sum is converted once.
func Find(ctx context.Context, store lake.Store, snap *lake.Snapshot, rates *money.Rates, q series.Question, by []series.Dimension) (Flows, error) {
	r, err := series.Begin(store, snap, rates, q)
	if err != nil {
		return Flows{}, err
	}
	cells, onto := map[series.Key]*Flow{}, series.Onto(by)
	dims := append([]lake.Dimension{lake.ByPeriod}, lakeDimensions(by)...)
	err = r.EachQuery(func(q lake.Query, w series.Window) error {
		q.By, q.Digits, q.Windows, q.Measures = dims, r.Q.Digits, []lake.Window{{Periods: w.Slots}}, flow.Measures()
		return r.Sum(ctx, q, func(row *lake.Row) error {
			k := onto.Key(series.Key{Exporter: row.Reporter, Hub: row.Partner, Goods: row.Goods, Month: row.Period})
			if cells[k] == nil {
				cells[k] = &Flow{Key: k}
			}
			return addFlow(r, cells[k], row)
		})
	})
	if err != nil {
		return Flows{}, err
	}
	out := Flows{Currency: r.Currency, Sources: r.Used(), Version: snap.Version, Caveats: caveat.Merge(r.Caveats)}
	for _, f := range cells {
		out.Rows = append(out.Rows, *f)
	}
	slices.SortFunc(out.Rows, func(a, b Flow) int { return series.CompareKeys(a.Key, b.Key) })
	return out, nil
}

func lakeDimensions(by []series.Dimension) []lake.Dimension {
	names := map[series.Dimension]lake.Dimension{series.Exporter: lake.ByReporter, series.Hub: lake.ByPartner, series.Goods: lake.ByGoods}
	var out []lake.Dimension
	for _, d := range by {
		if l, ok := names[d]; ok {
			out = append(out, l)
		}
	}
	return out
}

func addFlow(r *series.Reader, f *Flow, row *lake.Row) error {
	v := row.Sums[0]
	if v.Held {
		n, err := r.Convert(v.N, row.Currency, row.Period)
		if err != nil {
			return err
		}
		v.N = n
	}
	for _, pair := range []struct {
		to   *flow.Number
		from flow.Number
	}{{&f.Value, v}, {&f.NetMass, row.Sums[1]}, {&f.Quantity, row.Sums[2]}} {
		if !pair.from.Held {
			continue
		}
		n, err := money.Add(pair.to.N, pair.from.N)
		if err != nil {
			return err
		}
		*pair.to = flow.Some(n)
	}
	return nil
}
