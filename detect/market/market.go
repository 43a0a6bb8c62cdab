// Package market lists the exporter x hub x code cells that are large and grew, following codes through
// a change of edition.
package market

import (
	"cmp"
	"context"
	"maps"
	"math/big"
	"slices"

	"detour/detect/edition"
	"detour/detect/series"
	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/goods"
	"detour/trade/money"
)

// Rule picks cells that are large and grew (Zemlys-Balevicius 2023): more than Above, and more than
// Growth times their base.
type Rule struct {
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

// Markets is the answer: rows by excess descending.
type Markets struct {
	Rows     []Market
	Currency money.Currency
	Caveats  []caveat.Caveat
	Sources  []lake.Segment
	Version  lake.Version
}

// Find lists the exporter x hub x code cells that the rule picks, against the same months of the base.
func Find(ctx context.Context, store lake.Store, snap *lake.Snapshot, rates *money.Rates, q series.Question, rule Rule) (Markets, error) {
	if len(q.Years()) == 0 {
		return Markets{}, fault.Errorf(fault.BadInput, "markets need base years").Hint("give --base 2021 or --base 2019..2021")
	}
	read, err := series.Begin(store, snap, rates, q)
	if err != nil {
		return Markets{}, err
	}
	r := &finder{read}
	from, err := r.Read(ctx, q.Years())
	if err != nil {
		return Markets{}, err
	}
	c, err := r.Cube(from, q.Years(), nil)
	if err != nil {
		return Markets{}, err
	}
	c.TakeBase(len(q.Years()))
	units, err := r.units(ctx, c, rule)
	if err != nil {
		return Markets{}, err
	}
	out := Markets{Currency: r.Currency, Sources: r.Used(), Version: snap.Version}
	if out.Rows, err = pick(c, rule, units); err != nil {
		return out, err
	}
	out.Caveats = caveat.Merge(r.Caveats)
	return out, nil
}

type finder struct{ *series.Reader }

// unit is what a code is compared as: the codes that share a name are one.
type unit struct {
	name    goods.Code
	caveats []caveat.Caveat
}

// units says how born and ended codes are followed: those of one family are one unit. A code that goes on
// is compared with itself.
func (r *finder) units(ctx context.Context, c *series.Cube, rule Rule) (map[goods.Code]unit, error) {
	out := map[goods.Code]unit{}
	if rule.AsPublished {
		return out, nil
	}
	e, err := edition.Find(ctx, r.Reader, c)
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
			u.name = g // there is nothing to follow it to
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
func (r *finder) familyOf(g goods.Code, base bool) (string, bool) {
	then, now := goods.EditionOf(goods.CN, r.Q.Base.To), goods.EditionOf(goods.CN, r.Q.Period.From)
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
	sums    series.Sums
	codes   []goods.Code // by name
	largest int64
	goods   goods.Code
	caveats []caveat.Caveat
}

func (m *market) add(g goods.Code, l series.Line, u unit) {
	m.sums.Actual.Add(l.Actual)
	m.sums.Baseline.Add(l.Baseline)
	m.codes = append(m.codes, g)
	m.caveats = caveat.Merge(m.caveats, u.caveats)
	if m.goods == "" || l.Actual > m.largest {
		m.goods, m.largest = g, l.Actual
	}
}

// byCode sums the cube over its slots.
func byCode(c *series.Cube) map[series.Key]*series.Sums {
	out := map[series.Key]*series.Sums{}
	c.Each(func(e series.Entry) {
		k := e.Key
		k.Month = 0
		if out[k] == nil {
			out[k] = &series.Sums{}
		}
		out[k].Actual.Add(e.Actual)
		out[k].Baseline.Add(e.Baseline)
	})
	return out
}

func pick(c *series.Cube, rule Rule, units map[goods.Code]unit) ([]Market, error) {
	cells := map[cellUnit]*market{}
	codes := byCode(c)
	for _, k := range slices.SortedFunc(maps.Keys(codes), series.CompareKeys) {
		l, err := codes[k].Line()
		if err != nil {
			return nil, err
		}
		u, ok := units[k.Goods]
		if !ok {
			u = unit{name: k.Goods}
		}
		at := cellUnit{k.Exporter, k.Hub, u.name}
		if cells[at] == nil {
			cells[at] = &market{}
		}
		cells[at].add(k.Goods, l, u)
	}
	var out []Market
	for k, m := range cells {
		l, err := m.sums.Line()
		if err != nil {
			return nil, err
		}
		if !rule.picks(l) {
			continue
		}
		out = append(out, Market{Exporter: k.exporter, Hub: k.hub, Goods: m.goods, Codes: m.codes, Actual: l.Actual, Baseline: l.Baseline, Caveats: m.caveats})
	}
	slices.SortFunc(out, func(a, b Market) int {
		return cmp.Or(cmp.Compare(b.Actual-b.Baseline, a.Actual-a.Baseline), cmp.Compare(a.Exporter, b.Exporter), cmp.Compare(a.Hub, b.Hub), cmp.Compare(a.Goods, b.Goods))
	})
	return out, nil
}

func (m Rule) picks(l series.Line) bool {
	if l.Actual <= m.Above {
		return false
	}
	grown := new(big.Rat).Mul(m.Growth, new(big.Rat).SetInt64(l.Baseline))
	return new(big.Rat).SetInt64(l.Actual).Cmp(grown) > 0
}
