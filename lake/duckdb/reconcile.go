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
	"detour/trade/provenance"
)

// reconcile holds the new rows against what the same vintage, or the file itself, has stated before:
// numbers that are equal are dropped, a row with one that differs goes to quarantine as a conflict.
// Where coverage and order prove that there can be none, nothing is read.
func (w *writer) reconcile(ctx context.Context, path string, seg lake.Segment, rivals []lake.Segment) (lake.Segment, int64, error) {
	if len(rivals) == 0 && w.seg.Distinct() || seg.Rows == 0 {
		return seg, 0, nil
	}
	v := verdicts{again: make([]uint8, seg.Rows), conflicts: map[int64]string{}}
	restated, err := w.imp.store.judge(ctx, path, rivals, v)
	if err != nil || !restated {
		return seg, 0, err
	}
	return w.rewrite(ctx, path, seg, v)
}

// verdicts say which rows of a file restate a cell, by their number in it.
type verdicts struct {
	again     []uint8          // bit i: flow.Measures()[i] was stated before
	conflicts map[int64]string // what was stated before, where the row differs from it
}

// unitColumn says which column tells in what a measure is stated; mass is in grams always.
var unitColumn = map[flow.Measure]string{flow.Value: "currency", flow.NetMass: "''", flow.Quantity: "unit"}

// judgeSQL gives for each row that restates a cell its number, which measures were stated before, whether
// one differs, and the first statement of each. Rivals come first, then the file's own order decides.
func (s *Store) judgeSQL(path string, rivals []lake.Segment) string {
	columns := segment.KeyColumns + ", currency, value, net_mass, quantity, unit"
	all := "SELECT " + columns + ", n FROM fresh"
	if len(rivals) > 0 {
		all += " UNION ALL SELECT " + columns + ", -1 FROM " + s.parquet(digests(rivals))
	}
	var firsts, mask, differs, statements, again []string
	for i, m := range flow.Measures() {
		c, of := column[m], unitColumn[m]
		firsts = append(firsts, fmt.Sprintf("min(n) FILTER (%[2]s IS NOT NULL) AS at_%[1]d, arg_min(%[2]s, n) FILTER (%[2]s IS NOT NULL) AS first_%[1]d, arg_min(%[3]s, n) FILTER (%[2]s IS NOT NULL) AS of_%[1]d", i, c, of))
		is := fmt.Sprintf("(%s IS NOT NULL AND at_%d < n)", c, i)
		again = append(again, is)
		mask = append(mask, fmt.Sprintf("%d * %s::INTEGER", 1<<i, is))
		differs = append(differs, fmt.Sprintf("%s AND (%s <> first_%d OR %s <> of_%d)", is, c, i, of, i))
		statements = append(statements, fmt.Sprintf("first_%d, of_%d", i, i))
	}
	return fmt.Sprintf(`WITH fresh AS (SELECT *, file_row_number AS n FROM read_parquet(%s, file_row_number=true)),
firsts AS (SELECT %s, %s FROM (%s) GROUP BY ALL HAVING count(*) > 1)
SELECT n, %s, %s, %s FROM fresh JOIN firsts USING (%s) WHERE %s`,
		quote(path), segment.KeyColumns, strings.Join(firsts, ", "), all,
		strings.Join(mask, " + "), strings.Join(differs, " OR "), strings.Join(statements, ", "), segment.KeyColumns, strings.Join(again, " OR "))
}

// judge fills in the verdicts and tells whether there are any.
func (s *Store) judge(ctx context.Context, path string, rivals []lake.Segment, v verdicts) (restated bool, err error) {
	err = s.query(ctx, s.judgeSQL(path, rivals), func(row []driver.Value) error {
		restated = true
		n, again := row[0].(int64), uint8(row[1].(int32))
		v.again[n] = again
		if row[2].(bool) {
			v.conflicts[n] = figures(statement(again, row[3:]))
		}
		return nil
	})
	return restated, err
}

// statement is the measures that were stated before.
func statement(again uint8, first []driver.Value) flow.Flow {
	var f flow.Flow
	for i, n := range numbers(&f) {
		if again&(1<<i) != 0 {
			*n = held(first[2*i])
		}
	}
	if f.Value.Held {
		f.Currency = money.Currency(first[1].(string))
	}
	if f.Quantity.Held {
		f.Unit = first[5].(string)
	}
	return f
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
		if before, differs := v.conflicts[n]; differs {
			return w.set.Add(conflict(f, before, old.Vintage))
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
	seg.Raw, seg.Format, seg.Vintage, seg.Coverage = old.Raw, old.Format, old.Vintage, old.Coverage
	return seg, held, err
}

func conflict(f flow.Flow, before string, of provenance.Vintage) lake.Quarantined {
	return lake.Quarantined{
		Reason: "conflict: " + of.String() + " has stated " + before + " for this cell before",
		Hint:   "if the file is a later release, import it with --vintage",
		Raw: strings.Join([]string{string(f.Reporter), string(f.Partner), string(f.Direction), string(f.Nomenclature), string(f.Goods), f.Period.String(),
			f.Part, figures(f)}, ","),
	}
}

// figures writes the measures that are held: value 12.50 EUR, net mass 3.000 kg.
func figures(f flow.Flow) string {
	var out []string
	add := func(what string, n flow.Number, unit int64, places int, of string) {
		if n.Held {
			out = append(out, what+" "+big.NewRat(n.N, unit).FloatString(places)+" "+of)
		}
	}
	add("value", f.Value, 100, 2, string(f.Currency))
	add("net mass", f.NetMass, 1000, 3, "kg")
	add("quantity", f.Quantity, 1000, 3, f.Unit)
	return strings.Join(out, ", ")
}

// rows reads a segment file back, in its own order.
func (s *Store) rows(ctx context.Context, path string, yield func(int64, flow.Flow) error) error {
	read := reader{names: map[string]string{}}
	text := "SELECT file_row_number, " + rowColumns + " FROM read_parquet(" + quote(path) + ", file_row_number=true) ORDER BY file_row_number"
	return s.query(ctx, text, func(v []driver.Value) error {
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
