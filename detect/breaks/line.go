package breaks

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"detour/detect/series"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/money"
	"detour/trade/period"
)

// line is one series by month.
type line struct {
	series.Key
	months []period.Period // shared by all
	values []int64
	held   []bool // nil: all
}

func (l *line) holds(i int) bool { return l.held == nil || l.held[i] }

// count gives the months held, and those of them with trade.
func (l *line) count() (held, traded int) {
	for i, v := range l.values {
		if l.holds(i) {
			held++
			if v != 0 {
				traded++
			}
		}
	}
	return held, traded
}

// mean is that of the held months from one to before another; 0 where none is held.
func (l *line) mean(from, before int) (int64, error) {
	var sum money.Sum
	n := 0
	for i := from; i < before; i++ {
		if l.holds(i) {
			sum.Add(l.values[i])
			n++
		}
	}
	if n == 0 {
		return 0, nil
	}
	all, err := sum.Int64()
	return money.Mean(all, n), err
}

// course gives the months for whoever draws them.
func (l *line) course() []Month {
	out := make([]Month, len(l.months))
	for i, m := range l.months {
		out[i] = Month{Month: m, Value: l.values[i], Held: l.holds(i)}
	}
	return out
}

// lines reads the series, in the order of their keys. Codes are read as stated, since what their sums hold must be known.
func (f *finder) lines(ctx context.Context) ([]*line, error) {
	lacks, err := f.lacking(f.q.Period.Periods())
	if err != nil {
		return nil, err
	}
	stated := f.asking(0, f.q.Period, period.Range{})
	raw, err := stated.Read(ctx, nil)
	if err != nil {
		return nil, err
	}
	barren, err := f.barren(ctx, raw)
	if err != nil {
		return nil, err
	}
	of := series.Onto(f.q.By)
	return f.gather(raw, lacks, func(o series.Observation) (series.Key, bool) {
		k := series.Key{Exporter: o.Exporter, Hub: o.Hub, Goods: o.Goods}
		if f.q.Digits > 0 {
			k.Goods = o.Goods.Prefix(f.q.Digits)
		}
		return of.Key(k), !barren[o.Goods]
	})
}

// asking is the reader with another period, base and length of codes.
func (f *finder) asking(digits int, asked, base period.Range) *series.Reader {
	r := *f.Reader
	r.Caveats = nil
	r.Q.Digits, r.Q.Period, r.Q.Base = digits, asked, base
	return &r
}

// gather adds the observations up to series; key says to which each belongs, if to any. A month that an exporter lacks is
// missing in each series to which it exports at all: the sum of the others is no figure for it.
func (f *finder) gather(raw series.Raw, lacks map[area.Code][]bool, key func(series.Observation) (series.Key, bool)) ([]*line, error) {
	months := f.q.Period.Periods()
	by := map[series.Key]*line{}
	for _, o := range raw {
		k, in := key(o)
		if !in || o.Period.IsYear() {
			continue
		}
		l := by[k]
		if l == nil {
			l = &line{Key: k, months: months, values: make([]int64, len(months))}
			by[k] = l
		}
		l.without(lacks[o.Exporter])
		at := &l.values[o.Period.Sub(months[0])]
		var err error
		if *at, err = money.Add(*at, o.Value); err != nil {
			return nil, fmt.Errorf("adding up %s: %w", l.name(), err)
		}
	}
	return slices.SortedFunc(maps.Values(by), func(a, b *line) int { return series.CompareKeys(a.Key, b.Key) }), nil
}

// lacking marks, for each exporter that lacks months, which; others have no entry. NotFound where none is served by month.
func (f *finder) lacking(months []period.Period) (map[area.Code][]bool, error) {
	out := map[area.Code][]bool{}
	monthly := 0
	for _, p := range f.Plans() {
		if p.Annual {
			f.Caveatf(caveat.NotHeld, p.Dataset, "%d exporters are held by whole years only, and left out: %s", len(p.Reporters), series.Few(p.Reporters))
			continue
		}
		for _, e := range p.Reporters {
			monthly++
			kept := f.KeptSlots(e)
			if len(kept) == len(months) {
				continue
			}
			out[e] = make([]bool, len(months))
			for i, m := range months {
				out[e][i] = !slices.Contains(kept, m)
			}
		}
	}
	if monthly == 0 {
		return nil, fault.Errorf(fault.NotFound, "the lake holds the exporters asked by whole years only, and breaks are months").Hint("import monthly figures")
	}
	return out, nil
}

// without takes months out of the series.
func (l *line) without(lacks []bool) {
	if lacks == nil {
		return
	}
	if l.held == nil {
		l.held = slices.Repeat([]bool{true}, len(l.values))
	}
	for i, lacking := range lacks {
		l.held[i] = l.held[i] && !lacking
	}
}

// name is the series in one word: what its random orders are drawn from.
func (l *line) name() string { return fmt.Sprintf("%s/%s/%s", l.Exporter, l.Hub, l.Goods) }
