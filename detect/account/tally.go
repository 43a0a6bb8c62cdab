package account

import (
	"cmp"
	"slices"

	"detour/detect/series"
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

// breakdown sums entries of one cube by dimensions. With positive, the excess of a row is the sum of the
// positive parts of the finer cells that positive names; otherwise it is the difference.
func breakdown(each entries, by, positive []series.Dimension) (Breakdown, error) {
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
	return rows.sorted(by)
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

// sorted makes a breakdown. What is sorted is small, because the rows of a cross are many and long.
func (t *tally) sorted(by []series.Dimension) (Breakdown, error) {
	type ranked struct {
		excess int64
		row    int
	}
	lines, order := make([]series.Line, len(t.rows)), make([]ranked, len(t.rows))
	for i := range t.rows {
		var err error
		if lines[i], err = t.rows[i].Line(); err != nil {
			return Breakdown{By: by}, err
		}
		t.keys[i] = t.keys[i].Project(by)
		order[i] = ranked{lines[i].Excess, i}
	}
	onlyMonths := slices.Equal(by, []series.Dimension{series.Month})
	slices.SortFunc(order, func(a, b ranked) int {
		if c := cmp.Compare(b.excess, a.excess); c != 0 && !onlyMonths {
			return c
		}
		return series.CompareKeys(t.keys[a.row], t.keys[b.row])
	})
	out := Breakdown{By: by, Rows: make([]Row, len(order))}
	for i, o := range order {
		out.Rows[i] = Row{t.keys[o.row], lines[o.row]}
	}
	return out, nil
}

// total is the one row of a breakdown by nothing; zero where there is no entry.
func total(each entries, positive []series.Dimension) (series.Line, error) {
	b, err := breakdown(each, nil, positive)
	if err != nil || len(b.Rows) == 0 {
		return series.Line{}, err
	}
	return b.Rows[0].Line, nil
}

// nested tells whether every dimension of by is one of finer.
func nested(by, finer []series.Dimension) bool {
	return !slices.ContainsFunc(by, func(d series.Dimension) bool { return !slices.Contains(finer, d) })
}
