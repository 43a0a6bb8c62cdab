package duckdb

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math/big"
	"strings"

	"detour/lake"
	"detour/lake/segment"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// reconcile holds the new rows against what the same vintage, or the file itself, has stated before:
// numbers that are equal are dropped, a row with one that differs goes to quarantine as a conflict.
// Where coverage and the segment's own proof say that there can be none, nothing is read.
func (w *writer) reconcile(ctx context.Context, path string, seg lake.Segment, rivals []lake.Segment) (lake.Segment, int64, error) {
	if len(rivals) == 0 && w.seg.Distinct() || seg.Rows == 0 {
		return seg, 0, nil
	}
	v := verdicts{again: make([]uint8, seg.Rows), conflicts: map[int64][]contradiction{}}
	restated, err := w.imp.store.judge(ctx, path, rivals, v)
	if err != nil || !restated {
		return seg, 0, err
	}
	return w.rewrite(ctx, path, seg, v)
}

// verdicts say which rows of a file restate a cell, by their number in it.
type verdicts struct {
	again     []uint8                   // bit i: flow.Measures()[i] was stated before
	conflicts map[int64][]contradiction // where the row differs from what was stated before
}

// contradiction is a number that a row states otherwise than it was stated before.
type contradiction struct {
	measure flow.Measure
	held    string // the figure held
	by      string // who stated it first
}

// unitColumn says which column tells in what a measure is stated; mass is in grams always.
var unitColumn = map[flow.Measure]string{flow.Value: "currency", flow.NetMass: "''", flow.Quantity: "unit"}

// judgeSQL gives for each row that restates a cell its number n, and for each measure whether it was stated before,
// whether otherwise, and the first statement of it: its row, number and unit. Rivals come first, each as row -1, -2,
// ... by its place in the list, then the file's own order decides.
func (s *Store) judgeSQL(path string, rivals []lake.Segment) string {
	columns := segment.KeyColumns + ", currency, value, net_mass, quantity, unit"
	all := []string{"SELECT " + columns + ", n FROM fresh"}
	for i, r := range rivals {
		all = append(all, fmt.Sprintf("SELECT %s, %d FROM %s", columns, -1-i, s.parquet([]string{r.SHA256})))
	}
	var firsts, verdict, again []string
	for i, m := range flow.Measures() {
		c, of := column[m], unitColumn[m]
		firsts = append(firsts, fmt.Sprintf("min(n) FILTER (%[2]s IS NOT NULL) AS at_%[1]d, arg_min(%[2]s, n) FILTER (%[2]s IS NOT NULL) AS first_%[1]d, arg_min(%[3]s, n) FILTER (%[2]s IS NOT NULL) AS of_%[1]d", i, c, of))
		is := fmt.Sprintf("(%s IS NOT NULL AND at_%d < n)", c, i)
		again = append(again, is)
		verdict = append(verdict, fmt.Sprintf("%[1]s, %[1]s AND (%[2]s <> first_%[3]d OR %[4]s <> of_%[3]d), at_%[3]d, first_%[3]d, of_%[3]d", is, c, i, of))
	}
	return fmt.Sprintf(`WITH fresh AS (SELECT *, file_row_number AS n FROM read_parquet(%s, file_row_number=true)),
firsts AS (SELECT %s, %s FROM (%s) GROUP BY ALL HAVING count(*) > 1)
SELECT n, %s FROM fresh JOIN firsts USING (%s) WHERE %s`,
		quote(path), segment.KeyColumns, strings.Join(firsts, ", "), strings.Join(all, " UNION ALL "), strings.Join(verdict, ", "), segment.KeyColumns, strings.Join(again, " OR "))
}

// judge fills in the verdicts and tells whether there are any.
func (s *Store) judge(ctx context.Context, path string, rivals []lake.Segment, v verdicts) (restated bool, err error) {
	err = s.query(ctx, "comparing with what the vintage has stated", s.judgeSQL(path, rivals), func(row []driver.Value) error {
		restated = true
		n := row[0].(int64)
		for i, m := range flow.Measures() {
			verdict := row[1+5*i : 6+5*i]
			if again := verdict[0].(bool); !again {
				continue
			}
			v.again[n] |= 1 << i
			if verdict[1].(bool) {
				v.conflicts[n] = append(v.conflicts[n], contradiction{m, figure(m, verdict[3].(int64), verdict[4].(string)), statedBy(verdict[2].(int64), rivals)})
			}
		}
		return nil
	})
	return restated, err
}

// statedBy names the file that a number of judgeSQL's rows stands for.
func statedBy(at int64, rivals []lake.Segment) string {
	if at >= 0 {
		return fmt.Sprintf("the file itself, flow %d", at+1)
	}
	raw := rivals[-1-at].Raw
	return raw.Name + " (sha256 " + raw.SHA256 + ")"
}

// numbers are the flow's, in the order of flow.Measures.
func numbers(f *flow.Flow) [3]*flow.Number {
	return [...]*flow.Number{&f.Value, &f.NetMass, &f.Quantity}
}

// strip takes from a row what was stated before and tells whether nothing is left.
func (v verdicts) strip(n int64, f *flow.Flow) bool {
	left := false
	for i, number := range numbers(f) {
		if v.again[n]&(1<<i) != 0 {
			*number = flow.Number{}
		}
		left = left || number.Held
	}
	return v.again[n] != 0 && !left
}

// rewrite makes the segment again without what restates a cell.
func (w *writer) rewrite(ctx context.Context, path string, old lake.Segment, v verdicts) (lake.Segment, int64, error) {
	fresh, err := w.imp.store.folder.NewWriter()
	if err != nil {
		return old, 0, err
	}
	var held int64
	err = w.imp.store.rows(ctx, path, func(n int64, f flow.Flow) error {
		if with, differs := v.conflicts[n]; differs {
			return w.set.Add(conflict(n, f, with, old))
		}
		if v.strip(n, &f) {
			held++
			return nil
		}
		return fresh.Append([]flow.Flow{f})
	})
	if err != nil {
		fresh.Discard()
		return old, 0, err
	}
	w.seg.Discard()
	w.seg = fresh
	_, seg, err := fresh.Close()
	old.SHA256, old.Size, old.Rows, old.Counts, old.Currencies = seg.SHA256, seg.Size, seg.Rows, seg.Counts, seg.Currencies
	return old, held, err
}

// conflict says which numbers of the n-th flow of a file contradict the vintage, what it holds and by whose word. Which
// line of the file it was its flows do not tell.
func conflict(n int64, f flow.Flow, with []contradiction, in lake.Segment) lake.Quarantined {
	var fields, held []string
	for _, c := range with {
		fields = append(fields, string(c.measure))
		held = append(held, c.held+" by "+c.by)
	}
	key := []string{string(f.Reporter), string(f.Partner), string(f.Direction), string(f.Nomenclature), string(f.Goods), f.Period.String(), f.Part}
	return lake.Quarantined{
		Field:  strings.Join(fields, ", "),
		Reason: fmt.Sprintf("conflict: flow %d of %s contradicts %s, which has for this cell %s", n+1, in.Raw.Name, in.Vintage, strings.Join(held, " and ")),
		Hint:   "if the file is a later release, import it with --vintage",
		Raw:    strings.Join(append(key, figures(f)), ","),
	}
}

// figures writes the measures that are held: value 12.50 EUR, net mass 3.000 kg.
func figures(f flow.Flow) string {
	var out []string
	for i, n := range numbers(&f) {
		if m := flow.Measures()[i]; n.Held {
			out = append(out, figure(m, n.N, map[flow.Measure]string{flow.Value: string(f.Currency), flow.Quantity: f.Unit}[m]))
		}
	}
	return strings.Join(out, ", ")
}

// figure writes one number, of a unit where the measure has more than one.
func figure(m flow.Measure, n int64, unit string) string {
	switch m {
	case flow.NetMass:
		return "net mass " + big.NewRat(n, 1000).FloatString(3) + " kg"
	case flow.Quantity:
		return "quantity " + big.NewRat(n, 1000).FloatString(3) + " " + unit
	default:
		return "value " + big.NewRat(n, 100).FloatString(2) + " " + unit
	}
}

// rows reads a segment file back, in its own order.
func (s *Store) rows(ctx context.Context, path string, yield func(int64, flow.Flow) error) error {
	read := reader{names: map[string]string{}}
	text := "SELECT file_row_number, " + rowColumns + " FROM read_parquet(" + quote(path) + ", file_row_number=true) ORDER BY file_row_number"
	return s.query(ctx, "reading rows back", text, func(v []driver.Value) error {
		var names [9]string
		for i, at := range []int{1, 2, 3, 4, 5, 7, 8, 12} {
			name, err := read.name(v[at])
			if err != nil {
				return err
			}
			names[i] = name
		}
		return yield(v[0].(int64), flow.Flow{
			Key: flow.Key{Reporter: area.Code(names[0]), Partner: area.Code(names[1]), Direction: flow.Direction(names[2]),
				Nomenclature: goods.Nomenclature(names[3]), Goods: goods.Code(names[4]), Period: period.Period(v[6].(int32)), Part: names[5]},
			Currency: money.Currency(names[6]), Value: held(v[9]), NetMass: held(v[10]), Quantity: held(v[11]), Unit: names[7], Confidential: v[13].(bool),
		})
	})
}

func held(v driver.Value) flow.Number {
	if n, ok := v.(int64); ok {
		return flow.Some(n)
	}
	return flow.Number{}
}
