// Package beside computes what stands beside an account: the hubs' own supply, the parts that prices and
// volumes had in the change, and what the reporters withheld.
package beside

import (
	"context"
	"errors"
	"maps"
	"math/big"
	"slices"

	"detour/detect/series"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
)

// Supply is a hub's own balance in the question's goods, measure and period, and in its base (the mean of several
// years): excess is not yet diversion where the hub's supply from elsewhere fell.
type Supply struct {
	Imports, Exports         int64
	BaseImports, BaseExports int64
}

// Split parts the change of value into what came of prices and what of volumes, over the cells where both
// sides hold a mass.
type Split struct {
	Price, Volume int64
	// Other is the change of value in cells without a mass on both sides.
	Other int64
}

// SupplyOf reads the hubs' own imports and exports of the goods, where a data set holds both.
func SupplyOf(ctx context.Context, r *series.Reader) (map[area.Code]Supply, error) {
	out := map[area.Code]Supply{}
	for _, h := range r.Hubs {
		for _, id := range r.Datasets {
			s, ok, err := supplyFrom(ctx, r, id, h)
			if err != nil {
				return nil, err
			}
			if ok {
				out[h] = s
				break
			}
		}
	}
	return out, nil
}

// supplyFrom reads a hub's balance from one data set in one frequency, over the slots in which it reported imports
// and exports on both sides.
func supplyFrom(ctx context.Context, r *series.Reader, dataset string, hub area.Code) (out Supply, ok bool, err error) {
	imports, exports := r.Snap.Census(dataset, flow.Import), r.Snap.Census(dataset, flow.Export)
	for _, annual := range []bool{false, true} {
		w, asked := r.Windows[annual]
		in, ex := r.Levels(&imports, annual), r.Levels(&exports, annual)
		if !asked || len(in) == 0 || len(ex) == 0 {
			continue
		}
		dropped := r.Dropped(&imports, hub, w)
		for i, d := range r.Dropped(&exports, hub, w) {
			dropped[i] = dropped[i] || d
		}
		if !slices.Contains(dropped, false) {
			continue
		}
		if slices.Contains(dropped, true) {
			r.Caveatf(caveat.NotReported, string(hub), "the supply balance leaves out periods in which %s lacks imports or exports on a side", hub)
		}
		w.Dropped = map[area.Code][]bool{hub: dropped}
		if out.Imports, out.BaseImports, err = ownTrade(ctx, r, dataset, hub, flow.Import, in, w); err != nil {
			return out, false, err
		}
		out.Exports, out.BaseExports, err = ownTrade(ctx, r, dataset, hub, flow.Export, ex, w)
		return out, true, err
	}
	return out, false, nil
}

// ownTrade sums one direction of a hub's trade with all partners over the period, and the mean of its base years.
func ownTrade(ctx context.Context, r *series.Reader, dataset string, hub area.Code, d flow.Direction, levels map[int][]goods.Term, w series.Window) (now, base int64, err error) {
	var nowSum, baseSum money.Sum
	for _, n := range slices.Sorted(maps.Keys(levels)) {
		q := lake.Query{Dataset: dataset, Direction: d, Reporters: []area.Code{hub}, Except: aggregates(), Measures: []flow.Measure{r.Q.Measure},
			Goods: lake.GoodsFilter{Level: n, Terms: levels[n]}, By: []lake.Dimension{lake.ByPeriod}, Windows: []lake.Window{{Periods: w.All()}}}
		err := r.Sum(ctx, q, func(row *lake.Row) error {
			v, err := r.Convert(row.Sums[0].N, row.Currency, row.Period)
			inPeriod, inBase := w.Uses(hub, row.Period)
			for range inPeriod {
				nowSum.Add(v)
			}
			for range inBase {
				baseSum.Add(v)
			}
			return err
		})
		if err != nil {
			return 0, 0, err
		}
	}
	if now, err = nowSum.Int64(); err != nil {
		return 0, 0, err
	}
	base, err = baseSum.Int64()
	return now, money.Mean(base, len(w.Years)), err
}

func aggregates() []area.Code {
	var out []area.Code
	for _, a := range area.All() {
		if a.IsAggregate() {
			out = append(out, a.Code)
		}
	}
	return out
}

// SplitOf compares value and net mass of both sides cell by cell, of codes as stated. The volume part is what the
// change of mass is worth at the base's unit value, the price part the rest. Nil where no mass is held, or amounts
// are converted.
func SplitOf(ctx context.Context, r *series.Reader, c *series.Cube) (*Split, error) {
	if !r.StatesMass() || !r.OwnCurrency() {
		return nil, nil
	}
	out := &Split{}
	if c.Mass != nil {
		for i := range c.Cells {
			if err := out.add(side{c.Actual[i], c.Mass[i]}, side{c.Base[i], c.BaseMass[i]}, len(r.Q.Years())); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return out, r.EachQuery(func(q lake.Query, w series.Window) error {
		q.By, q.Windows, q.Measures = []lake.Dimension{lake.ByReporter, lake.ByPartner, lake.ByGoods}, w.LakeWindows(), []flow.Measure{flow.Value, flow.NetMass}
		return r.Sum(ctx, q, func(row *lake.Row) error {
			var base side
			for i := 2; i < len(row.Sums); i += 2 {
				var errValue, errMass error
				base.value, errValue = money.Add(base.value, row.Sums[i].N)
				base.mass, errMass = money.Add(base.mass, row.Sums[i+1].N)
				if err := errors.Join(errValue, errMass); err != nil {
					return err
				}
			}
			return out.add(side{row.Sums[0].N, row.Sums[1].N}, base, len(w.Years))
		})
	})
}

// side is a cell's value and mass in the period, or summed over the base years.
type side struct{ value, mass int64 }

// add takes one cell.
func (s *Split) add(now, base side, years int) (err error) {
	change := now.value - money.Mean(base.value, years)
	if now.mass <= 0 || base.mass <= 0 || base.value == 0 {
		s.Other, err = money.Add(s.Other, change)
		return err
	}
	volume, err := volumePart(now.mass, base.mass, base.value, years)
	if err != nil {
		return err
	}
	if s.Volume, err = money.Add(s.Volume, volume); err != nil {
		return err
	}
	s.Price, err = money.Add(s.Price, change-volume)
	return err
}

// volumePart is (mass - base mass / years) * base value / base mass, rounded half to even once.
func volumePart(mass, baseMass, baseValue int64, years int) (int64, error) {
	if years == 1 {
		return money.MulDiv(mass-baseMass, baseValue, baseMass)
	}
	n := big.NewInt(int64(years))
	top := new(big.Int).Mul(big.NewInt(mass), n)
	top.Sub(top, big.NewInt(baseMass))
	top.Mul(top, big.NewInt(baseValue))
	return money.Quotient(top, n.Mul(n, big.NewInt(baseMass)))
}
