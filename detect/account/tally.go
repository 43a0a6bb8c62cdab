package account

import (
	"cmp"
	"slices"

	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Line is what was reported, what was expected, and the difference, in hundredths of the currency (or
// thousandths of the unit).
type Line struct{ Actual, Baseline, Excess int64 }

// Key names a row of a breakdown; dimensions that it does not break down by are zero.
type Key struct {
	Exporter area.Code
	Hub      area.Code
	Goods    goods.Code
	Month    period.Period
}

// Row is one row of a breakdown.
type Row struct {
	Key
	Line
}

// Breakdown is an account by some dimensions: by excess descending, then by key; months in order of time.
type Breakdown struct {
	By   []Dimension
	Rows []Row
}

// sums adds up one row.
type sums struct{ actual, baseline, excess money.Sum }

func (s *sums) line() (Line, error) {
	a, err := s.actual.Int64()
	if err != nil {
		return Line{}, err
	}
	b, err := s.baseline.Int64()
	if err != nil {
		return Line{}, err
	}
	e, err := s.excess.Int64()
	return Line{a, b, e}, err
}

// entry is one cell and slot of an evaluated cube.
type entry struct {
	Key
	actual, baseline int64
}

// each calls f with every cell and slot of the cube that has a figure.
func (c *cube) each(f func(entry)) {
	for i, k := range c.cells {
		for s, slot := range c.slots {
			at := i*len(c.slots) + s
			if c.actual[at] != 0 || c.baseline[at] != 0 {
				f(entry{Key{c.exporters[k.e], c.hubs[k.h], c.goods[k.g], slot}, c.actual[at], c.baseline[at]})
			}
		}
	}
}

// project keeps the dimensions of a key that are in by.
func (k Key) project(by []Dimension) Key {
	var out Key
	for _, d := range by {
		switch d {
		case Exporter:
			out.Exporter = k.Exporter
		case Hub:
			out.Hub = k.Hub
		case Goods:
			out.Goods = k.Goods
		case Month:
			out.Month = k.Month
		}
	}
	return out
}

// breakdown sums entries by dimensions. With positive, the excess of a row is the sum of the positive
// parts of the finer cells that positive names; otherwise it is the difference.
func breakdown(c *cube, by, positive []Dimension) (Breakdown, error) {
	rows := map[Key]*sums{}
	cells := map[Key]*sums{}
	c.each(func(e entry) {
		to := row(rows, e.Key.project(by))
		to.actual.Add(e.actual)
		to.baseline.Add(e.baseline)
		if len(positive) == 0 {
			to.excess.Add(e.actual)
			to.excess.Add(-e.baseline)
		} else {
			cell := row(cells, e.Key.project(positive))
			cell.excess.Add(e.actual)
			cell.excess.Add(-e.baseline)
		}
	})
	for k, s := range cells {
		n, err := s.excess.Int64()
		if err != nil {
			return Breakdown{}, err
		}
		row(rows, k.project(by)).excess.Add(max(n, 0))
	}
	return sorted(by, rows)
}

func row(of map[Key]*sums, k Key) *sums {
	s := of[k]
	if s == nil {
		s = &sums{}
		of[k] = s
	}
	return s
}

func sorted(by []Dimension, rows map[Key]*sums) (Breakdown, error) {
	out := Breakdown{By: by}
	for k, s := range rows {
		l, err := s.line()
		if err != nil {
			return out, err
		}
		out.Rows = append(out.Rows, Row{k, l})
	}
	onlyMonths := slices.Equal(by, []Dimension{Month})
	slices.SortFunc(out.Rows, func(a, b Row) int {
		if onlyMonths {
			return cmp.Compare(a.Month, b.Month)
		}
		return cmp.Or(cmp.Compare(b.Excess, a.Excess), compareKeys(a.Key, b.Key))
	})
	return out, nil
}

func compareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Exporter, b.Exporter), cmp.Compare(a.Hub, b.Hub), cmp.Compare(a.Goods, b.Goods), cmp.Compare(a.Month, b.Month))
}

// sumOf is the line of the whole breakdown.
func (b Breakdown) sumOf() (Line, error) {
	var s sums
	for _, r := range b.Rows {
		s.actual.Add(r.Actual)
		s.baseline.Add(r.Baseline)
		s.excess.Add(r.Excess)
	}
	return s.line()
}

// nested tells whether every dimension of by is one of finer.
func nested(by, finer []Dimension) bool {
	return !slices.ContainsFunc(by, func(d Dimension) bool { return !slices.Contains(finer, d) })
}
