package account

import (
	"cmp"
	"slices"

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
	rows, cells := newTally(), newTally()
	each(func(e series.Entry) {
		to := rows.sums(e.At.Project(by), e.Key)
		to.Actual.Add(e.Actual)
		to.Baseline.Add(e.Baseline)
		if len(positive) > 0 {
			to = cells.sums(e.At.Project(positive), e.Key)
		}
		to.Excess.Add(e.Actual)
		to.Excess.Add(-e.Baseline)
	})
	for i := range cells.rows {
		n, err := cells.rows[i].Excess.Int64()
		if err != nil {
			return Breakdown{}, err
		}
		rows.sums(cells.at[i].Project(by), cells.keys[i]).Excess.Add(max(n, 0))
	}
	out := Breakdown{By: by, Rows: make([]Row, len(rows.rows))}
	for i := range rows.rows {
		line, err := rows.rows[i].Line()
		if err != nil {
			return Breakdown{}, err
		}
		out.Rows[i] = Row{rows.keys[i].Project(by), line}
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
	slices.SortFunc(order, func(a, b ranked) int {
		if a.excess != b.excess {
			return cmp.Compare(b.excess, a.excess)
		}
		return series.CompareKeys(c.Key(a.at), c.Key(b.at))
	})
	out := Breakdown{By: by, Rows: make([]Row, len(order))}
	for i, o := range order {
		out.Rows[i] = Row{c.Key(o.at).Project(by), series.Line{Actual: c.Actual[o.at], Baseline: c.Baseline[o.at], Excess: o.excess}}
	}
	return out, nil
}

// tally is sums by coordinates, with a key that has each, in the order in which they first came.
type tally struct {
	index map[series.Coordinates]int
	at    []series.Coordinates
	keys  []series.Key
	rows  []series.Sums
}

func newTally() *tally { return &tally{index: map[series.Coordinates]int{}} }

// sums gives the sums at the coordinates, good until the next call.
func (t *tally) sums(at series.Coordinates, k series.Key) *series.Sums {
	i, ok := t.index[at]
	if !ok {
		i = len(t.rows)
		t.index[at] = i
		t.at, t.keys, t.rows = append(t.at, at), append(t.keys, k), append(t.rows, series.Sums{})
	}
	return &t.rows[i]
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
