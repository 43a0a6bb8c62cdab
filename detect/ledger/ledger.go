// Package ledger sums an evaluated cube by some of its dimensions: net, or the positive parts of finer cells, with
// goods codes as stated or cut. What is normal is said of stated codes before; only sums are cut here.
package ledger

import (
	"cmp"
	"slices"
	"sync"

	"detour/detect/series"
	"detour/trade/goods"
	"detour/trade/money"
)

// Row is one row of a breakdown.
type Row struct {
	series.Key
	series.Line
}

// Breakdown is an account by some dimensions: by excess descending, then by key; months in order of time.
type Breakdown struct {
	By   []series.Dimension
	Rows []Row
}

// Level is the dimensions of a breakdown, with the number of digits that goods codes are cut to; 0 leaves them as stated.
type Level struct {
	By     []series.Dimension
	Digits int
}

// Finer tells whether the cells of the level tell apart all that the coarser one does.
func (l Level) Finer(coarser Level) bool {
	for _, d := range coarser.By {
		if !slices.Contains(l.By, d) {
			return false
		}
	}
	return l.Digits == 0 || !slices.Contains(coarser.By, series.Goods) || coarser.Digits != 0 && coarser.Digits <= l.Digits
}

// By sums a cube by dimensions. With positive, the excess of a row is the sum of the positive parts of its cells,
// which must be Finer than by; without, which is no dimension, it is the difference. Sums that leave int64 are bad input.
func By(c *series.Cube, by, positive Level) (Breakdown, error) {
	if len(positive.By) == 0 && by.Digits == 0 && c.ToldApart(by.By) && !onlyMonths(by.By) {
		return cross(c, by.By)
	}
	return sum(c, func(goods.Code) bool { return true }, by, positive)
}

// Total is the one row of a breakdown by nothing, of the goods that of names; zero where there is no entry.
func Total(c *series.Cube, of func(goods.Code) bool, positive Level) (series.Line, error) {
	b, err := sum(c, of, Level{}, positive)
	if err != nil || len(b.Rows) == 0 {
		return series.Line{}, err
	}
	return b.Rows[0].Line, nil
}

func sum(c *series.Cube, of func(goods.Code) bool, by, positive Level) (Breakdown, error) {
	rows, cells := newTally(c, by), newTally(c, positive)
	var home []int // the row of each cell
	c.Each(func(e series.Entry) {
		if !of(e.Goods) {
			return
		}
		row := rows.row(e)
		to := &rows.rows[row]
		to.Actual.Add(e.Actual)
		to.Baseline.Add(e.Baseline)
		if len(positive.By) > 0 {
			cell := cells.row(e)
			if cell == len(home) {
				home = append(home, row)
			}
			to = &cells.rows[cell]
		}
		to.Excess.Add(e.Actual)
		to.Excess.Add(-e.Baseline)
	})
	for i := range cells.rows {
		n, err := cells.rows[i].Excess.Int64()
		if err != nil {
			return Breakdown{}, err
		}
		rows.rows[home[i]].Excess.Add(max(n, 0))
	}
	return rows.breakdown(by.By)
}

// breakdown lists the rows in order.
func (t *tally) breakdown(by []series.Dimension) (Breakdown, error) {
	out := Breakdown{By: by, Rows: make([]Row, len(t.rows))}
	for i := range t.rows {
		line, err := t.rows[i].Line()
		if err != nil {
			return Breakdown{}, err
		}
		out.Rows[i] = Row{t.keys[i], line}
	}
	inTime := onlyMonths(by)
	slices.SortFunc(out.Rows, func(a, b Row) int {
		if a.Excess != b.Excess && !inTime {
			return cmp.Compare(b.Excess, a.Excess)
		}
		return series.CompareKeys(a.Key, b.Key)
	})
	return out, nil
}

// cross is the breakdown by all that tells the cells of a cube apart: a row a figure, and nothing to sum. It
// may have a million rows, so what is sorted is small and compares by number.
func cross(c *series.Cube, by []series.Dimension) (Breakdown, error) {
	type ranked struct {
		excess int64
		at     int // in c.Actual
	}
	order := make([]ranked, 0, len(c.Actual))
	for at := range c.Actual {
		if c.Actual[at] == 0 && c.Baseline[at] == 0 {
			continue
		}
		excess, err := money.Sub(c.Actual[at], c.Baseline[at])
		if err != nil {
			return Breakdown{}, err
		}
		order = append(order, ranked{excess, at})
	}
	order = sortHalves(order, func(a, b ranked) int {
		if a.excess != b.excess {
			return cmp.Compare(b.excess, a.excess)
		}
		return series.CompareKeys(c.Key(a.at), c.Key(b.at))
	})
	rows, onto := make([]Row, len(order)), series.Onto(by)
	inHalves(len(order), func(from, to int) {
		for i, o := range order[from:to] {
			rows[from+i] = Row{onto.Key(c.Key(o.at)), series.Line{Actual: c.Actual[o.at], Baseline: c.Baseline[o.at], Excess: o.excess}}
		}
	})
	return Breakdown{By: by, Rows: rows}, nil
}

// sortHalves sorts by a strict order on two cores.
func sortHalves[T any](list []T, compare func(a, b T) int) []T {
	inHalves(len(list), func(from, to int) { slices.SortFunc(list[from:to], compare) })
	a, b := list[:len(list)/2], list[len(list)/2:]
	out := make([]T, 0, len(list))
	for len(a) > 0 && len(b) > 0 {
		if compare(a[0], b[0]) < 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// inHalves does [0, n/2) and [n/2, n) side by side.
func inHalves(n int, do func(from, to int)) {
	var under sync.WaitGroup
	under.Go(func() { do(0, n/2) })
	do(n/2, n)
	under.Wait()
}

// tally is sums by coordinates at a level, with the key that each has there, in the order in which they first came.
type tally struct {
	onto  series.Projection
	cut   *cutting
	index map[series.Coordinates]int
	line  []int // in place of index for one dimension at most: 1 + the row by number, 0 where there is none yet
	keys  []series.Key
	rows  []series.Sums
}

func newTally(c *series.Cube, at Level) *tally {
	t := &tally{onto: series.Onto(at.By)}
	if len(at.By) > 1 {
		t.index = map[series.Coordinates]int{}
	}
	if at.Digits > 0 && slices.Contains(at.By, series.Goods) {
		t.cut = cut(c.Goods, at.Digits)
	}
	return t
}

// row gives the row of an entry.
func (t *tally) row(e series.Entry) int {
	if t.cut != nil {
		e.Goods, e.At.Goods = t.cut.code(e.At.Goods)
	}
	at := t.onto.At(e.At)
	if t.index != nil {
		i, ok := t.index[at]
		if !ok {
			i = t.add(e.Key)
			t.index[at] = i
		}
		return i
	}
	n := int(at.Exporter) + int(at.Hub) + int(at.Goods) + int(at.Slot) // one of them at most is not zero
	for len(t.line) <= n {
		t.line = append(t.line, 0)
	}
	if t.line[n] == 0 {
		t.line[n] = 1 + t.add(e.Key)
	}
	return t.line[n] - 1
}

func (t *tally) add(k series.Key) int {
	t.keys, t.rows = append(t.keys, t.onto.Key(k)), append(t.rows, series.Sums{})
	return len(t.rows) - 1
}

// cutting is a cube's list of codes cut to some digits.
type cutting struct {
	codes []goods.Code
	of    []uint32 // the number in codes of each code of the cube
}

func cut(stated []goods.Code, digits int) *cutting {
	c, known := &cutting{of: make([]uint32, len(stated))}, map[goods.Code]uint32{}
	for i, g := range stated {
		short := g.Prefix(digits)
		n, ok := known[short]
		if !ok {
			n = uint32(len(c.codes))
			known[short], c.codes = n, append(c.codes, short)
		}
		c.of[i] = n
	}
	return c
}

func (c *cutting) code(stated uint32) (goods.Code, uint32) {
	n := c.of[stated]
	return c.codes[n], n
}

func onlyMonths(by []series.Dimension) bool {
	return slices.Equal(by, []series.Dimension{series.Month})
}
