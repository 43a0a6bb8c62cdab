package laketest

import (
	"maps"
	"slices"
	"strings"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// model is the rules of decisions 0002 and 0003 written as plainly as can be: every number is kept with its
// vintage, and a question goes through all of them. It knows nothing of segments and manifests.
type model struct {
	released []release
	numbers  map[string]map[statement]figure // by stamp
}

// statement is what a number is about.
type statement struct {
	flow.Key
	measure flow.Measure
}

type figure struct {
	n        int64
	currency money.Currency
}

func (f figure) equals(o figure, m flow.Measure) bool {
	return f.n == o.n && (m != flow.Value || f.currency == o.currency)
}

// add takes a release: what its vintage has stated before stays, and a row with a number that differs from
// the first statement of it is set aside whole.
func (m *model) add(r release) (out lake.Outcome) {
	m.released = append(m.released, r)
	if m.numbers[r.stamp] == nil {
		m.numbers[r.stamp] = map[statement]figure{}
	}
	kept := m.numbers[r.stamp]
	first := maps.Clone(kept)
	for _, f := range r.flows {
		fresh, differs := map[statement]figure{}, false
		for i, n := range numbers(&f) {
			if !n.Held {
				continue
			}
			s, now := statement{f.Key, flow.Measures()[i]}, figure{n.N, f.Currency}
			if before, stated := first[s]; !stated {
				first[s], fresh[s] = now, now
			} else if !now.equals(before, s.measure) {
				differs = true
			}
		}
		out.Read++
		switch {
		case differs:
			out.Quarantined++
		case len(fresh) == 0:
			out.Held++
		default:
			out.Kept++
			maps.Copy(kept, fresh)
		}
	}
	return out
}

// inForce lists the numbers that no later release covers, of the releases up to a date.
func (m *model) inForce(asOf string) map[statement]figure {
	out := map[statement]figure{}
	for stamp, numbers := range m.numbers {
		if !released(stamp, asOf) {
			continue
		}
		for s, f := range numbers {
			if !slices.ContainsFunc(m.released, func(r release) bool {
				return r.stamp > stamp && released(r.stamp, asOf) && slices.ContainsFunc(r.coverage, s.in)
			}) {
				out[s] = f
			}
		}
	}
	return out
}

// released tells whether the stamp is of the date or before; a month has its days.
func released(stamp, asOf string) bool {
	return asOf == "" || stamp <= asOf || strings.HasPrefix(stamp, asOf)
}

// in tells whether the block states the number.
func (s statement) in(b flow.Block) bool {
	return b.Direction == s.Direction && b.Nomenclature == s.Nomenclature && slices.Contains(b.Periods, s.Period) && slices.Contains(b.Measures, s.measure) &&
		(len(b.Reporters) == 0 || slices.Contains(b.Reporters, s.Reporter)) && (len(b.Partners) == 0 || slices.Contains(b.Partners, s.Partner)) &&
		(slices.Contains(b.Goods, s.Goods) || len(b.Goods) == 0 && slices.Contains(b.Levels, flow.Level(s.Goods)))
}

// sum answers a question as the port says.
func (m *model) sum(q lake.Query, asOf string) []string {
	force := m.inForce(asOf)
	type month struct {
		reporter area.Code
		period   period.Period
	}
	totals := map[month]bool{}
	for s := range force {
		totals[month{s.Reporter, s.Period}] = totals[month{s.Reporter, s.Period}] || s.Part == ""
	}
	groups := map[group]*lake.Row{}
	for s, f := range force {
		if asks(q, s.Key) && (s.Part == "" || !totals[month{s.Reporter, s.Period}]) {
			g := groupOf(q, s.Key, f.currency)
			if groups[g] == nil {
				groups[g] = &lake.Row{Reporter: g.reporter, Partner: g.partner, Goods: g.goods, Period: g.period, Currency: g.currency, Sums: make([]flow.Number, len(q.Windows)*len(q.Measures))}
			}
			addTo(groups[g].Sums, q, s, f.n)
		}
	}
	var out []string
	for _, row := range groups {
		if line, held := lineOf(row, q.By); held {
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}

func asks(q lake.Query, k flow.Key) bool {
	return k.Direction == q.Direction && q.Goods.Has(k.Goods) && !slices.Contains(q.Except, k.Partner) &&
		(len(q.Reporters) == 0 || slices.Contains(q.Reporters, k.Reporter)) && (len(q.Partners) == 0 || slices.Contains(q.Partners, k.Partner))
}

// group is what a sum is broken down by; what it is not broken down by stays empty.
type group struct {
	reporter, partner area.Code
	goods             goods.Code
	period            period.Period
	currency          money.Currency
}

func groupOf(q lake.Query, k flow.Key, c money.Currency) group {
	g := group{currency: c}
	for _, d := range q.By {
		switch d {
		case lake.ByReporter:
			g.reporter = k.Reporter
		case lake.ByPartner:
			g.partner = k.Partner
		case lake.ByPeriod:
			g.period = k.Period
		case lake.ByGoods:
			g.goods = k.Goods
			if q.Digits > 0 {
				g.goods = k.Goods.Prefix(q.Digits)
			}
		}
	}
	return g
}

func addTo(sums []flow.Number, q lake.Query, s statement, n int64) {
	for i, w := range q.Windows {
		for j, m := range q.Measures {
			if m == s.measure && slices.Contains(w.Periods, s.Period) && !slices.Contains(w.Without[s.Reporter], s.Period) {
				at := &sums[i*len(q.Measures)+j]
				*at = flow.Some(at.N + n)
			}
		}
	}
}
