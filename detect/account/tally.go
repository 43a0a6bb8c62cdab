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

// breakdown sums entries by dimensions. With positive, the excess of a row is the sum of the positive
// parts of the finer cells that positive names; otherwise it is the difference.
func breakdown(each entries, by, positive []series.Dimension) (Breakdown, error) {
	rows := map[series.Key]*series.Sums{}
	cells := map[series.Key]*series.Sums{}
	each(func(e series.Entry) {
		to := row(rows, e.Key.Project(by))
		to.Actual.Add(e.Actual)
		to.Baseline.Add(e.Baseline)
		if len(positive) == 0 {
			to.Excess.Add(e.Actual)
			to.Excess.Add(-e.Baseline)
		} else {
			cell := row(cells, e.Key.Project(positive))
			cell.Excess.Add(e.Actual)
			cell.Excess.Add(-e.Baseline)
		}
	})
	for k, s := range cells {
		n, err := s.Excess.Int64()
		if err != nil {
			return Breakdown{}, err
		}
		row(rows, k.Project(by)).Excess.Add(max(n, 0))
	}
	return sorted(by, rows)
}

func row(of map[series.Key]*series.Sums, k series.Key) *series.Sums {
	s := of[k]
	if s == nil {
		s = &series.Sums{}
		of[k] = s
	}
	return s
}

func sorted(by []series.Dimension, rows map[series.Key]*series.Sums) (Breakdown, error) {
	out := Breakdown{By: by}
	for k, s := range rows {
		l, err := s.Line()
		if err != nil {
			return out, err
		}
		out.Rows = append(out.Rows, Row{k, l})
	}
	onlyMonths := slices.Equal(by, []series.Dimension{series.Month})
	slices.SortFunc(out.Rows, func(a, b Row) int {
		if onlyMonths {
			return cmp.Compare(a.Month, b.Month)
		}
		return cmp.Or(cmp.Compare(b.Excess, a.Excess), series.CompareKeys(a.Key, b.Key))
	})
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
