package account

import (
	"cmp"
	"context"
	"math/big"
	"slices"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/goods"
	"detour/trade/money"
)

// MarketRule picks cells that are large and grew (Zemlys-Balevicius 2023): more than Above, and more than
// Growth times their base.
type MarketRule struct {
	Above  int64 // hundredths of the currency
	Growth *big.Rat
	// AsPublished takes codes as they stand; otherwise born and ended codes of one family are compared
	// as one, and what cannot be followed carries a caveat.
	AsPublished bool
}

// Market is a cell that the rule picks.
type Market struct {
	Exporter, Hub    area.Code
	Goods            goods.Code   // the code; of a family followed, its largest in the period
	Codes            []goods.Code // all codes compared as one
	Actual, Baseline int64
	Caveats          []caveat.Caveat
}

// Markets is the answer to a market question: rows by excess descending.
type Markets struct {
	Rows     []Market
	Currency money.Currency
	Caveats  []caveat.Caveat
	Sources  []lake.Segment
	Version  lake.Version
}

// FindMarkets lists the exporter x hub x code cells that the rule picks, against the same months of the base.
func FindMarkets(ctx context.Context, store lake.Store, snap *lake.Snapshot, rates *money.Rates, q Question, rule MarketRule) (Markets, error) {
	q.Baseline, q.Specifications = "same-month", NoSpecs
	r, err := begin(store, snap, rates, q)
	if err != nil {
		return Markets{}, err
	}
	b, err := baselineByID(q.Baseline)
	if err != nil {
		return Markets{}, err
	}
	c, _, err := r.cubeFor(ctx, b)
	if err != nil {
		return Markets{}, err
	}
	if err := b.run(ctx, r, c, q.years()); err != nil {
		return Markets{}, err
	}
	units, err := r.units(ctx, c, rule)
	if err != nil {
		return Markets{}, err
	}
	out := Markets{Currency: r.currency, Sources: r.sources(), Version: snap.Version}
	if out.Rows, err = pick(c, rule, units); err != nil {
		return out, err
	}
	out.Caveats = caveat.Merge(r.caveats)
	return out, nil
}

// unit is what a code is compared as: the codes that share a name are one.
type unit struct {
	name    goods.Code
	caveats []caveat.Caveat
}

// units says how born and ended codes are followed: those of one family are one unit. A code that goes on
// is compared with itself.
func (r *runner) units(ctx context.Context, c *cube, rule MarketRule) (map[goods.Code]unit, error) {
	out := map[goods.Code]unit{}
	if rule.AsPublished {
		return out, nil
	}
	e, _, err := r.editions(ctx, c)
	if err != nil {
		return nil, err
	}
	ended := map[string]bool{}
	for _, g := range e.Ended {
		name, _ := r.familyOf(g, true)
		ended[name] = true
		out[g] = unit{name: goods.Code(name), caveats: []caveat.Caveat{{Code: caveat.Ended, Scope: string(g), Text: "the code ended before the period"}}}
	}
	for _, g := range e.Born {
		name, followed := r.familyOf(g, false)
		u := unit{name: goods.Code(name)}
		switch {
		case slices.Contains(e.NoBase, g):
			u.caveats = []caveat.Caveat{{Code: caveat.PredecessorAbsent, Scope: string(g), Text: "predecessor not held: the code was born in the period and what it was before is not in the lake"}}
		case !followed || !ended[name]:
			u.caveats = []caveat.Caveat{{Code: caveat.EditionBreak, Scope: string(g), Text: "the code was born in the period from codes that go on or from too large a family: its base is not known"}}
		default:
			u.caveats = []caveat.Caveat{{Code: caveat.EditionBreak, Scope: string(g), Text: "followed through a change of edition: compared with the ended codes of its family"}}
		}
		out[g] = u
	}
	return out, nil
}

// familyOf names the family that a code is followed in, in the edition of the base or of the period, and
// tells whether it is small enough to be followed.
func (r *runner) familyOf(g goods.Code, base bool) (string, bool) {
	then, now := goods.EditionOf(goods.CN, r.q.Base.To), goods.EditionOf(goods.CN, r.q.Period.From)
	e := now
	if base {
		e = then
	}
	t := goods.FamiliesBetween(then, now)
	if t == nil {
		return string(g), false
	}
	f, ok := t.Of(e, g)
	if !ok || !f.Followed() {
		return string(g), false
	}
	return f.ID, true
}

type cellUnit struct {
	exporter, hub area.Code
	unit          goods.Code
}

// market is a unit of a cell while it is being summed.
type market struct {
	sums    sums
	codes   []goods.Code
	largest int64
	goods   goods.Code
	caveats []caveat.Caveat
}

func (m *market) add(e entry, u unit) {
	m.sums.actual.Add(e.actual)
	m.sums.baseline.Add(e.baseline)
	m.codes = append(m.codes, e.Goods)
	m.caveats = caveat.Merge(m.caveats, u.caveats)
	if m.goods == "" || e.actual > m.largest || e.actual == m.largest && e.Goods < m.goods {
		m.goods, m.largest = e.Goods, e.actual
	}
}

func pick(c *cube, rule MarketRule, units map[goods.Code]unit) ([]Market, error) {
	cells := map[cellUnit]*market{}
	c.each(func(e entry) {
		u, ok := units[e.Goods]
		if !ok {
			u = unit{name: e.Goods}
		}
		k := cellUnit{e.Exporter, e.Hub, u.name}
		if cells[k] == nil {
			cells[k] = &market{}
		}
		cells[k].add(e, u)
	})
	var out []Market
	for k, m := range cells {
		l, err := m.sums.line()
		if err != nil {
			return nil, err
		}
		if !rule.picks(l) {
			continue
		}
		slices.Sort(m.codes)
		out = append(out, Market{Exporter: k.exporter, Hub: k.hub, Goods: m.goods, Codes: slices.Compact(m.codes), Actual: l.Actual, Baseline: l.Baseline, Caveats: m.caveats})
	}
	slices.SortFunc(out, func(a, b Market) int {
		return cmp.Or(cmp.Compare(b.Actual-b.Baseline, a.Actual-a.Baseline), cmp.Compare(a.Exporter, b.Exporter), cmp.Compare(a.Hub, b.Hub), cmp.Compare(a.Goods, b.Goods))
	})
	return out, nil
}

func (m MarketRule) picks(l Line) bool {
	if l.Actual <= m.Above {
		return false
	}
	grown := new(big.Rat).Mul(m.Growth, new(big.Rat).SetInt64(l.Baseline))
	return new(big.Rat).SetInt64(l.Actual).Cmp(grown) > 0
}
