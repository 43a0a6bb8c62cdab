package account

import (
	"context"
	"maps"
	"math/big"
	"slices"

	"detour/detect/series"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/money"
	"detour/trade/period"
)

// Supply is a hub's own balance in the question's goods and period, and in its base: excess is not yet
// diversion where the hub's supply from elsewhere fell.
type Supply struct {
	Imports, Exports         int64
	BaseImports, BaseExports int64
}

// Split parts the change of value into what came of prices and what of volumes, over the cells where both
// sides hold a mass or quantity.
type Split struct {
	Price, Volume int64
	// Other is the change of value in cells without a quantity on both sides.
	Other int64
}

// extras adds what stands beside the account where the lake holds it.
func (r *runner) extras(ctx context.Context, c *series.Cube, _ *series.Raw, out *Result) error {
	var err error
	if out.Supply, err = r.supply(ctx); err != nil {
		return err
	}
	if r.Q.Measure == flow.Value && r.OwnCurrency() {
		out.Split, err = r.split(ctx)
	}
	return err
}

func sortedPeriods[V any](m map[period.Period]V) []period.Period { return slices.Sorted(maps.Keys(m)) }

// supply reads the hubs' own imports and exports of the goods, where a data set holds both.
func (r *runner) supply(ctx context.Context) (map[area.Code]Supply, error) {
	out := map[area.Code]Supply{}
	for _, id := range r.Datasets {
		for _, h := range r.Hubs {
			if _, done := out[h]; done {
				continue
			}
			s, ok, err := r.supplyFrom(ctx, id, h)
			if err != nil {
				return nil, err
			}
			if ok {
				out[h] = s
			}
		}
	}
	return out, nil
}

func (r *runner) supplyFrom(ctx context.Context, dataset string, hub area.Code) (Supply, bool, error) {
	var out Supply
	for _, d := range []flow.Direction{flow.Import, flow.Export} {
		census := r.Snap.Census(dataset, d)
		if !slices.Contains(census.Reporters(), hub) {
			return out, false, nil
		}
		ok := false
		for annual, w := range r.Windows {
			levels := r.Levels(&census, annual)
			for n, terms := range levels {
				ok = true
				q := lake.Query{Dataset: dataset, Direction: d, Reporters: []area.Code{hub}, Except: aggregates(), Measures: []flow.Measure{flow.Value},
					Goods: lake.GoodsFilter{Level: n, Terms: terms}, By: []lake.Dimension{lake.ByPeriod}, Windows: []lake.Window{{Periods: w.All()}}}
				err := r.Sum(ctx, q, func(row *lake.Row) error { return r.addSupply(&out, d, w, row) })
				if err != nil {
					return out, false, err
				}
			}
		}
		if !ok {
			return out, false, nil
		}
	}
	return out, true, nil
}

func (r *runner) addSupply(out *Supply, d flow.Direction, w series.Window, row *lake.Row) error {
	v, err := r.Convert(row.Sums[0].N, row.Currency, row.Period)
	if err != nil {
		return err
	}
	now, base := &out.Imports, &out.BaseImports
	if d == flow.Export {
		now, base = &out.Exports, &out.BaseExports
	}
	if slices.Contains(w.Slots, row.Period) {
		*now, err = money.Add(*now, v)
	} else {
		*base, err = money.Add(*base, series.Mean(v, len(w.Years)))
	}
	return err
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

// split reads value and quantity of both sides cell by cell: net mass, or supplementary units where no
// mass is held. The volume part is what the change of quantity is worth at the base's unit value, the
// price part the rest.
func (r *runner) split(ctx context.Context) (*Split, error) {
	var out Split
	any := false
	err := r.EachQuery(func(q lake.Query, w series.Window) error {
		if !slices.ContainsFunc(r.Census(q.Dataset).Blocks(), func(b flow.Block) bool { return slices.Contains(b.Measures, flow.NetMass) }) {
			return nil
		}
		any = true
		q.By, q.Windows, q.Measures = []lake.Dimension{lake.ByReporter, lake.ByPartner, lake.ByGoods}, w.LakeWindows(), []flow.Measure{flow.Value, flow.NetMass}
		return r.Sum(ctx, q, func(row *lake.Row) error { return out.add(row.Sums, len(w.Years)) })
	})
	if err != nil || !any {
		return nil, err
	}
	return &out, nil
}

// add takes one cell: value and mass of the period, then of each base window.
func (s *Split) add(sums []flow.Number, years int) error {
	value, mass := sums[0].N, sums[1].N
	var baseValue, baseMass int64
	var err error
	for i := 2; i < len(sums); i += 2 {
		if baseValue, err = money.Add(baseValue, sums[i].N); err != nil {
			return err
		}
		if baseMass, err = money.Add(baseMass, sums[i+1].N); err != nil {
			return err
		}
	}
	change := value - series.Mean(baseValue, years)
	if mass <= 0 || baseMass <= 0 || baseValue == 0 {
		s.Other, err = money.Add(s.Other, change)
		return err
	}
	volume := volumePart(mass, baseMass, baseValue, years)
	if s.Volume, err = money.Add(s.Volume, volume); err != nil {
		return err
	}
	s.Price, err = money.Add(s.Price, change-volume)
	return err
}

// volumePart is (mass - base mass / years) * base value / base mass, rounded half to even once.
func volumePart(mass, baseMass, baseValue int64, years int) int64 {
	n := big.NewInt(int64(years))
	top := new(big.Int).Mul(big.NewInt(mass), n)
	top.Sub(top, big.NewInt(baseMass))
	top.Mul(top, big.NewInt(baseValue))
	return series.RoundQuotient(top, n.Mul(n, big.NewInt(baseMass)))
}
