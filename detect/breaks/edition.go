package breaks

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"detour/detect/edition"
	"detour/detect/series"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// editions finds the codes of the series that an edition within the period brought or ended, by month of the edition and
// code. Where the code lists of both editions are held they decide. Elsewhere a code is taken for born, or ended, which has no figure in the
// data set before the edition, or after it, whoever exported it to wherever.
func (f *finder) editions(ctx context.Context, lines []*line) ([]Edition, error) {
	type change struct {
		goods goods.Code
		born  bool
	}
	found := map[change]period.Period{} // born at the last edition before which there is nothing, ended at the first after which
	err := f.changes(ctx, lines, f.q.Digits, func(at period.Period, c edition.Changes) {
		for _, g := range c.Born {
			if !existed(g, at.Add(-1)) {
				found[change{g, true}] = at
			}
		}
		for _, g := range c.Ended {
			if _, before := found[change{g, false}]; !before && !existed(g, at) {
				found[change{g, false}] = at
			}
		}
	})
	var out []Edition
	for c, at := range found {
		out = append(out, Edition{Goods: c.goods, At: at, Born: c.born})
	}
	slices.SortFunc(out, func(a, b Edition) int { // a code cannot be born and end at one edition
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Goods, b.Goods))
	})
	return out, err
}

// existed tells that a code is known to be in the edition of a month.
func existed(g goods.Code, m period.Period) bool {
	exists, known := goods.Exists(goods.EditionOf(goods.CN, m), g)
	return exists && known
}

// barren finds the stated codes, parts of longer sums, that came with an edition and whose goods before are not in the lake: a sum
// with them would grow from nothing in the month of the edition.
func (f *finder) barren(ctx context.Context, raw series.Raw) (map[goods.Code]bool, error) {
	if slices.Contains(f.q.By, series.Goods) && f.q.Digits == 0 {
		return nil, nil // each code stands for itself
	}
	stated, err := f.gather(raw, nil, func(o series.Observation) (series.Key, bool) { return series.Key{Goods: o.Goods}, true })
	if err != nil {
		return nil, err
	}
	out := map[goods.Code]bool{}
	err = f.changes(ctx, stated, 0, func(at period.Period, c edition.Changes) {
		for _, g := range c.Born {
			delete(out, g) // what the last edition says holds
			if slices.Contains(c.NoBase, g) && !existed(g.Prefix(6), at.Add(-1)) {
				out[g] = true
			}
		}
	})
	if codes := slices.Sorted(maps.Keys(out)); len(codes) > 0 {
		f.Caveatf(caveat.PredecessorAbsent, series.Few(codes), "%d codes came with an edition, and what they were before is not in the lake: they are left out of all sums, which would grow by them from nothing", len(codes))
	}
	return out, err
}

// changes tells, for each edition within the period, which codes of the series have figures on one side of it alone.
func (f *finder) changes(ctx context.Context, lines []*line, digits int, see func(at period.Period, c edition.Changes)) error {
	for _, at := range firsts(f.q.Period) {
		cube, err := sides(lines, at)
		if err != nil {
			return err
		}
		if len(cube.Goods) == 0 {
			continue
		}
		before := period.Range{From: period.Year(f.q.Period.From.Year()), To: period.Year(at.Year() - 1)}
		c, err := edition.Find(ctx, f.asking(digits, period.Range{From: at, To: f.q.Period.To}, before), cube)
		if err != nil {
			return err
		}
		see(at, c)
	}
	return nil
}

// sides is a cube of the goods alone: what was traded from a month on, and before it as the baseline. It has no goods where
// series are not told apart by them.
func sides(lines []*line, at period.Period) (*series.Cube, error) {
	type both struct{ before, after money.Sum }
	by := map[goods.Code]*both{}
	for _, l := range lines {
		if l.Goods == "" {
			continue
		}
		s := by[l.Goods]
		if s == nil {
			s = &both{}
			by[l.Goods] = s
		}
		for i, v := range l.values {
			if l.months[i] < at {
				s.before.Add(v)
			} else {
				s.after.Add(v)
			}
		}
	}
	c := &series.Cube{Exporters: make([]area.Code, 1), Hubs: make([]area.Code, 1), Slots: []period.Period{0}}
	for _, g := range slices.Sorted(maps.Keys(by)) {
		after, err := by[g].after.Int64()
		if err != nil {
			return nil, err
		}
		before, err := by[g].before.Int64()
		if err != nil {
			return nil, err
		}
		c.Cells = append(c.Cells, series.CellKey{Goods: uint32(len(c.Goods))})
		c.Goods, c.Actual, c.Baseline = append(c.Goods, g), append(c.Actual, after), append(c.Baseline, before)
	}
	return c, nil
}

// shifts are the editions of the HS in a period, and by length the codes that each gave goods to, or took them from.
type shifts []shift

type shift struct {
	at    period.Period
	codes map[goods.Code]bool // of 2, 4 and 6 digits
}

func shiftsOf(p period.Range) shifts {
	var out shifts
	for _, at := range firsts(p) {
		older, newer := goods.EditionOf(goods.CN, at.Add(-1)).HS(), goods.EditionOf(goods.CN, at).HS()
		if older == newer {
			continue
		}
		t := goods.FamiliesBetween(older, newer)
		if t == nil {
			continue
		}
		s := shift{at: at, codes: map[goods.Code]bool{}}
		for _, f := range t.All() {
			for _, n := range []int{2, 4, 6} {
				s.add(f, older, newer, n)
			}
		}
		out = append(out, s)
	}
	return out
}

// add the codes of n digits between which goods of the family moved.
func (s shift) add(f goods.Family, older, newer goods.Edition, n int) {
	then, now := prefixes(f.Members[older], n), prefixes(f.Members[newer], n)
	if slices.Equal(then, now) && len(now) == 1 && (n < 6 || !f.Cut) {
		return
	}
	for _, c := range append(then, now...) {
		s.codes[c] = true
	}
}

func prefixes(codes []goods.Code, n int) []goods.Code {
	var out []goods.Code
	for _, c := range codes {
		out = append(out, c.Prefix(n))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// of lists the editions that changed what a code holds.
func (s shifts) of(g goods.Code) []period.Period {
	var out []period.Period
	for _, one := range s {
		if one.codes[g.Prefix(6)] {
			out = append(out, one.at)
		}
	}
	return out
}
