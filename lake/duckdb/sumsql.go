package duckdb

import (
	"fmt"
	"slices"
	"strings"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/period"
)

// sumSQL is the whole query of a Sum: its dimensions, its sums, and the currency unless one is known (oneCurrency).
// It is made in layers: the rows in force that are asked for, of each cell the total or the parts, their sums,
// and what no currency belongs to put beside what one does.
func (s *Store) sumSQL(q lake.Query, live []lake.Live) string {
	rows := s.countedSQL(q, live)
	if _, one := oneCurrency(q, live); one {
		return selectSQL(slices.Concat(dimensionsSQL(q), castSQL(sumsSQL(q)))...) + " FROM " + rows + " GROUP BY ALL"
	}
	return byCurrencySQL(q, rows)
}

func selectSQL(fields ...string) string { return "SELECT " + strings.Join(fields, ", ") }

// dimensionsSQL cuts codes that are longer than asked; TOTAL, at level 0, is none.
func dimensionsSQL(q lake.Query) []string {
	var out []string
	for _, d := range q.By {
		if d == lake.ByGoods && 0 < q.Digits && q.Digits < q.Goods.Level {
			out = append(out, fmt.Sprintf("left(goods, %d) AS goods", q.Digits))
		} else {
			out = append(out, string(d))
		}
	}
	return out
}

// sumsSQL gives the sums window by window, in 128 bits.
func sumsSQL(q lake.Query) []string {
	var out []string
	for _, w := range q.Windows {
		for _, m := range q.Measures {
			out = append(out, "sum("+column[m]+")"+windowSQL(w, q))
		}
	}
	return out
}

// castSQL brings sums to 64 bits. It is the only conversion of the query, so that a failed one tells of a sum
// that leaves them (see Store.Sum).
func castSQL(sums []string) []string {
	out := make([]string, len(sums))
	for i, sum := range sums {
		out[i] = "CAST(" + sum + " AS BIGINT)"
	}
	return out
}

// windowSQL limits a sum to the window; the only window of a query is in its WHERE already.
func windowSQL(w lake.Window, q lake.Query) string {
	var conds []string
	if len(q.Windows) > 1 {
		conds = append(conds, periodsSQL(w.Periods))
	}
	if len(w.Without) > 0 {
		conds = append(conds, "NOT "+monthsSQL(w.Without))
	}
	if len(conds) == 0 {
		return ""
	}
	return " FILTER (WHERE " + allSQL(conds) + ")"
}

// oneCurrency gives the currency of all rows, empty where no value is asked; false where there are several.
func oneCurrency(q lake.Query, live []lake.Live) (currency string, one bool) {
	known := currencies(live)
	switch {
	case !slices.Contains(q.Measures, flow.Value) || len(known) == 0:
		return "", true
	case len(known) == 1:
		return known[0], true
	default:
		return "", false
	}
}

// currencies lists those of the segments, sorted.
func currencies(live []lake.Live) []string {
	var all []string
	for _, l := range live {
		all = append(all, l.Currencies...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// byCurrencySQL sums values by currency. Masses and quantities have none: those of the whole group stand in the row of the
// first currency in which it holds a value, or by themselves if it holds none. So a flow without a value neither
// vanishes nor makes a row of its own beside its cell's.
func byCurrencySQL(q lake.Query, rows string) string {
	group := dimensionNames(q)
	within := "OVER ()"
	if len(group) > 0 {
		within = "OVER (PARTITION BY " + strings.Join(group, ", ") + ")"
	}
	stated := append(dimensionsSQL(q), "CASE WHEN value IS NULL THEN NULL ELSE currency END AS stated")
	var sums, valued []string
	for i, sum := range sumsSQL(q) {
		name := fmt.Sprintf("sum_%d", i)
		stated = append(stated, sum+" AS "+name)
		if q.Measures[i%len(q.Measures)] == flow.Value {
			sums, valued = append(sums, name), append(valued, name+" IS NOT NULL")
		} else {
			sums = append(sums, "CASE WHEN stated IS NOT DISTINCT FROM first THEN sum("+name+") "+within+" END")
		}
	}
	first := "min(stated) FILTER (WHERE " + anySQL(valued) + ") " + within + " AS first"
	return selectSQL(slices.Concat(group, castSQL(sums), []string{"coalesce(stated, '')"})...) +
		" FROM (SELECT *, " + first + " FROM (" + selectSQL(stated...) + " FROM " + rows + " GROUP BY ALL))"
}

func dimensionNames(q lake.Query) []string {
	var out []string
	for _, d := range q.By {
		out = append(out, string(d))
	}
	return out
}

// countedSQL is the relation of the rows that q asks for, without the numbers of parts whose total is stated. The
// two are told apart cell by cell, which takes a join; only the reporters' periods that hold both pay for it.
func (s *Store) countedSQL(q lake.Query, live []lake.Live) string {
	const columns = cellColumns + ", part, currency, value, net_mass, quantity"
	asked := s.relation(live, columns)
	if where := whereSQL(q, live); len(where) > 0 {
		asked = "(" + selectSQL(columns) + " FROM " + asked + " WHERE " + strings.Join(where, " AND ") + ")"
	}
	both := doubleStated(q, live)
	if len(both) == 0 {
		return asked
	}
	months := monthsSQL(both)
	totals, numbers := []string{cellColumns}, []string{cellColumns, "part", "currency"}
	for _, m := range flow.Measures() {
		totals = append(totals, fmt.Sprintf("count(%[1]s) > 0 AS has_%[1]s", column[m]))
		numbers = append(numbers, fmt.Sprintf("CASE WHEN has_%[1]s THEN NULL ELSE %[1]s END AS %[1]s", column[m]))
	}
	return "(WITH asked AS " + asked +
		", totals AS (" + selectSQL(totals...) + " FROM asked WHERE part = '' AND " + months + " GROUP BY ALL)" +
		", parts AS (" + selectSQL(columns) + " FROM asked WHERE part <> '' AND " + months + ")" +
		" " + selectSQL(columns) + " FROM asked WHERE part = '' OR NOT " + months +
		" UNION ALL " + selectSQL(numbers...) + " FROM parts LEFT JOIN totals USING (" + cellColumns + "))"
}

// doubleStated is lake.DoubleStated less the reporters and periods that q does not ask for.
func doubleStated(q lake.Query, live []lake.Live) map[area.Code][]period.Period {
	both, asked := lake.DoubleStated(live, q.Direction), q.Periods()
	for r, periods := range both {
		if len(q.Reporters) > 0 && !slices.Contains(q.Reporters, r) {
			delete(both, r)
			continue
		}
		both[r] = slices.DeleteFunc(periods, func(p period.Period) bool {
			_, in := slices.BinarySearch(asked, p)
			return !in
		})
		if len(both[r]) == 0 {
			delete(both, r)
		}
	}
	return both
}
