package report

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"detour/fault"
)

// CSV writes one table of the report: the block with the key, or the first table or chart with a key
// if key is empty. Facts are a table of one row; they, caveats and sources are written only if
// named. The header is the keys of the columns; amounts are in units of their currency, null is empty and
// items of a list are parted by "; ". Simulated figures get a column simulated. The total is not written.
//
// A key that the report has no table for is not found; the hint names those that it has.
func CSV(w io.Writer, r Report, key string) error {
	if err := check(r); err != nil {
		return err
	}
	var have []string
	for _, b := range r.Blocks {
		t, ok := tableOf(b.Body)
		if b.Key == "" || !b.Only.reach(ToCSV) || !ok {
			continue
		}
		if b.Key == key || (key == "" && isTable(b.Body)) {
			return writeCSV(w, t, r.Simulated)
		}
		have = append(have, b.Key)
	}
	if key == "" {
		return fault.Errorf(fault.NotFound, "the answer holds no table").Hint("ask for --json")
	}
	return fault.Errorf(fault.NotFound, "the answer holds no table %q", key).Hint("it holds %s", strings.Join(have, ", "))
}

func isTable(b Body) bool {
	switch b.(type) {
	case Table, Chart:
		return true
	default:
		return false
	}
}

// tableOf gives a body as a table where it has that shape.
func tableOf(b Body) (Table, bool) {
	switch b := b.(type) {
	case Table:
		return b, true
	case Chart:
		return b.Table, true
	case Facts:
		t := Table{Rows: [][]Cell{nil}}
		for _, f := range b {
			t.Columns = append(t.Columns, Column{Key: f.Key, Title: f.Title, Unit: f.Unit, Only: f.Only})
			t.Rows[0] = append(t.Rows[0], f.Value)
		}
		return t, true
	case Caveats:
		return caveatTable(b), true
	case Sources:
		return sourceTable(b), true
	default:
		return Table{}, false
	}
}

func writeCSV(w io.Writer, t Table, simulated bool) error {
	out := csv.NewWriter(w)
	var record []string
	write := func(field func(j int) string, mark string) {
		record = record[:0]
		for j, c := range t.Columns {
			if c.Only.reach(ToCSV) {
				record = append(record, field(j))
			}
		}
		if simulated {
			record = append(record, mark)
		}
		out.Write(record) // an error stays with the writer and is returned by Error
	}
	write(func(j int) string { return t.Columns[j].Key }, "simulated")
	line := func(row []Cell) { write(func(j int) string { return row[j].csv() }, "true") }
	for _, row := range t.Rows {
		line(row)
	}
	err := t.each(ToCSV, 0, t.Long.Len, line)
	out.Flush()
	return errors.Join(err, out.Error())
}

func (c Cell) csv() string {
	switch c.kind {
	case isNull:
		return ""
	case isText:
		return c.s
	case isInt, isAmount, isRatio, isDecimal:
		return c.exact()
	case isList:
		return join(c.sub, "; ", Cell.csv)
	default: // a Flag: others are not let through by check
		return strconv.FormatBool(c.n == 1)
	}
}
