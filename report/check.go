package report

import (
	"fmt"
	"slices"

	"detour/fault"
)

// check holds the report against what its types promise. What it finds is a fault of the program that
// made the report, so the error is internal and names the block and the place in it.
func check(r Report) error {
	seen := map[string]bool{"question": true, "lake_version": true, "simulated": true}
	if err := checkFacts(r.Question); err != nil {
		return fault.Errorf(fault.Internal, "report %q, question: %w", r.Title, err)
	}
	for i, b := range r.Blocks {
		err := checkBody(b.Body)
		if b.Key != "" && seen[b.Key] {
			err = fmt.Errorf("the key is taken")
		}
		if err != nil {
			return fault.Errorf(fault.Internal, "report %q, block %d (%s): %w", r.Title, i+1, b.Key, err)
		}
		seen[b.Key] = true
	}
	return nil
}

func checkBody(b Body) error {
	switch b := b.(type) {
	case Value:
		return checkCell(&b.Cell)
	case Facts:
		return checkFacts(b)
	case Table:
		return checkTable(b)
	case Chart:
		return checkChart(b)
	case nil:
		return fmt.Errorf("there is no body")
	default:
		return nil
	}
}

func checkFacts(facts []Fact) error {
	seen := map[string]bool{}
	for _, f := range facts {
		if f.Key == "" || seen[f.Key] {
			return fmt.Errorf("fact key %q is empty or taken", f.Key)
		}
		seen[f.Key] = true
		if err := checkCell(&f.Value); err != nil {
			return fmt.Errorf("fact %q: %w", f.Key, err)
		}
	}
	return nil
}

func checkTable(t Table) error {
	seen := map[string]bool{}
	for _, c := range t.Columns {
		if c.Key == "" || seen[c.Key] {
			return fmt.Errorf("column key %q is empty or taken", c.Key)
		}
		seen[c.Key] = true
	}
	if t.Total != nil {
		if err := checkRow(t, t.Total); err != nil {
			return fmt.Errorf("total: %w", err)
		}
	}
	for i, row := range t.Rows {
		if err := checkRow(t, row); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	return nil
}

func checkRow(t Table, row []Cell) error {
	if len(row) != len(t.Columns) {
		return fmt.Errorf("%d cells for %d columns", len(row), len(t.Columns))
	}
	for i := range row {
		if err := checkCell(&row[i]); err != nil {
			return fmt.Errorf("column %q: %w", t.Columns[i].Key, err)
		}
	}
	return nil
}

func checkCell(c *Cell) error {
	if c.kind == isBroken {
		return fmt.Errorf("%s", c.s)
	}
	return nil
}

func checkChart(c Chart) error {
	if err := checkTable(c.Table); err != nil {
		return err
	}
	if c.Draw == nil {
		return fmt.Errorf("there is no drawing")
	}
	for _, k := range c.Draw.Columns() {
		if c.column(k) < 0 {
			return fmt.Errorf("the drawing asks for column %q, which there is not", k)
		}
	}
	return c.Draw.Check(easel{c.Table, c.scales()})
}

// column gives the place of the column with the key, -1 if there is none.
func (t Table) column(key string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Key == key })
}
