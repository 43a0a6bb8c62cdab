package account

import (
	"cmp"
	"slices"
	"sync"

	"detour/detect/series"
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

// entries calls a function with each entry, such as series.Cube.Each.
type entries func(func(series.Entry))

// breakdown sums a cube by dimensions. With positive, the excess of a row is the sum of the positive parts of
// the finer cells that positive names; otherwise it is the difference.
func breakdown(c *series.Cube, by, positive []series.Dimension) (Breakdown, error) {
	if len(positive) == 0 && c.ToldApart(by) && !onlyMonths(by) {
		return cross(c, by)
	}
	return tallied(c.Each, by, positive)
}

func tallied(each entries, by, positive []series.Dimension) (Breakdown, error) {
	rows, cells := newTally(by), newTally(positive)
	onto, finer := series.Onto(by), series.Onto(positive)
	each(func(e series.Entry) {
		to := rows.sums(onto.At(e.At), e.Key)
		to.Actual.Add(e.Actual)
		to.Baseline.Add(e.Baseline)
		if len(positive) > 0 {
			to = cells.sums(finer.At(e.At), e.Key)
		}
		to.Excess.Add(e.Actual)
		to.Excess.Add(-e.Baseline)
	})
	for i := range cells.rows {
		n, err := cells.rows[i].Excess.Int64()
		if err != nil {
			return Breakdown{}, err
		}
		rows.sums(onto.At(cells.at[i]), cells.keys[i]).Excess.Add(max(n, 0))
	}
	out := Breakdown{By: by, Rows: make([]Row, len(rows.rows))}
	for i := range rows.rows {
		line, err := rows.rows[i].Line()
		if err != nil {
			return Breakdown{}, err
		}
		out.Rows[i] = Row{onto.Key(rows.keys[i]), line}
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

// tally is sums by coordinates, with a key that has each, in the order in which they first came.
type tally struct {
	index map[series.Coordinates]int
	line  []int // in place of index for one dimension at most: 1 + the row by number, 0 where there is none yet
	at    []series.Coordinates
	keys  []series.Key
	rows  []series.Sums
}

func newTally(by []series.Dimension) *tally {
	if len(by) > 1 {
		return &tally{index: map[series.Coordinates]int{}}
	}
	return &tally{}
}

// sums gives the sums at the coordinates, good until the next call.
func (t *tally) sums(at series.Coordinates, k series.Key) *series.Sums {
	if t.index != nil {
		i, ok := t.index[at]
		if !ok {
			i = t.add(at, k)
			t.index[at] = i
		}
		return &t.rows[i]
	}
	n := int(at.Exporter) + int(at.Hub) + int(at.Goods) + int(at.Slot) // one of them at most is not zero
	for len(t.line) <= n {
		t.line = append(t.line, 0)
	}
	if t.line[n] == 0 {
		t.line[n] = 1 + t.add(at, k)
	}
	return &t.rows[t.line[n]-1]
}

func (t *tally) add(at series.Coordinates, k series.Key) int {
	t.at, t.keys, t.rows = append(t.at, at), append(t.keys, k), append(t.rows, series.Sums{})
	return len(t.rows) - 1
}

func onlyMonths(by []series.Dimension) bool {
	return slices.Equal(by, []series.Dimension{series.Month})
}

// total is the one row of a breakdown by nothing; zero where there is no entry.
func total(each entries, positive []series.Dimension) (series.Line, error) {
	b, err := tallied(each, nil, positive)
	if err != nil || len(b.Rows) == 0 {
		return series.Line{}, err
	}
	return b.Rows[0].Line, nil
}

// nested tells whether every dimension of by is one of finer.
func nested(by, finer []series.Dimension) bool {
	return !slices.ContainsFunc(by, func(d series.Dimension) bool { return !slices.Contains(finer, d) })
}
