package laketest

import (
	"maps"
	"slices"
	"strings"

	"detour/lake"
	"detour/trade/flow"
	"detour/trade/money"
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
			} else if now.n != before.n || s.measure == flow.Value && now.currency != before.currency {
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
	groups := map[string]sumsByCurrency{}
	for s, f := range force {
		total := s
		total.Part = ""
		if _, stated := force[total]; !asks(q, s.Key) || s.Part != "" && stated {
			continue
		}
		code := s.Goods
		if q.Digits > 0 {
			code = code.Prefix(q.Digits)
		}
		key := keyOf(q.By, s.Reporter, s.Partner, code, s.Period)
		if groups[key] == nil {
			groups[key] = sumsByCurrency{}
		}
		groups[key].add(q, s, f)
	}
	var out []string
	for key, sums := range groups {
		sums.joinFirst()
		for currency, numbers := range sums {
			out = append(out, lineOf(key, currency, numbers, q))
		}
	}
	slices.Sort(out)
	return out
}

// sumsByCurrency are the numbers of a group, masses and quantities under no currency.
type sumsByCurrency map[money.Currency][]flow.Number

func (by sumsByCurrency) add(q lake.Query, s statement, f figure) {
	if s.measure != flow.Value {
		f.currency = ""
	}
	for i, w := range q.Windows {
		for j, m := range q.Measures {
			if m != s.measure || !slices.Contains(w.Periods, s.Period) || slices.Contains(w.Without[s.Reporter], s.Period) {
				continue
			}
			if by[f.currency] == nil {
				by[f.currency] = make([]flow.Number, len(q.Windows)*len(q.Measures))
			}
			at := &by[f.currency][i*len(q.Measures)+j]
			*at = flow.Some(at.N + f.n)
		}
	}
}

// joinFirst puts masses and quantities into the row of the first currency, if there is one.
func (by sumsByCurrency) joinFirst() {
	currencies := slices.Sorted(maps.Keys(by))
	if len(currencies) < 2 || currencies[0] != "" {
		return
	}
	for i, n := range by[""] {
		if n.Held {
			by[currencies[1]][i] = n
		}
	}
	delete(by, "")
}

func asks(q lake.Query, k flow.Key) bool {
	return k.Direction == q.Direction && q.Goods.Has(k.Goods) && !slices.Contains(q.Except, k.Partner) &&
		(len(q.Reporters) == 0 || slices.Contains(q.Reporters, k.Reporter)) && (len(q.Partners) == 0 || slices.Contains(q.Partners, k.Partner))
}
