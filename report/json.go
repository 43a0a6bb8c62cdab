package report

import (
	"io"
	"strconv"

	"detour/report/ordered"
)

// JSON writes the report as one object: question, lake_version and simulated (only if true), then the
// blocks that have a key, in their order. Lists are never null, amounts are exact numbers in units of
// their currency, ratios decimals. Indented by two spaces, with a last newline.
func JSON(w io.Writer, r Report) error {
	if err := check(r); err != nil {
		return err
	}
	e := encoder{ordered.Indented(w)}
	e.Object(func() { e.report(r) })
	return e.Close()
}

// encoder writes the parts of a report as JSON.
type encoder struct{ *ordered.Writer }

func (e encoder) report(r Report) {
	if r.Question != nil {
		e.Key("question")
		e.facts(r.Question)
	}
	if r.LakeVersion != "" {
		e.Key("lake_version")
		e.Text(r.LakeVersion)
	}
	if r.Simulated {
		e.Key("simulated")
		e.Literal("true")
	}
	for _, b := range r.Blocks {
		if b.Key != "" && b.Only.reach(ToJSON) {
			e.Key(b.Key)
			e.body(b.Body)
		}
	}
}

func (e encoder) body(b Body) {
	switch b := b.(type) {
	case Value:
		e.cell(&b.Cell)
	case Facts:
		e.facts(b)
	case Table:
		e.table(b)
	case Chart:
		e.table(b.Table)
	case Prose:
		e.Text(string(b))
	case Caveats:
		e.table(caveatTable(b))
	case Sources:
		e.table(sourceTable(b))
	}
}

func (e encoder) table(t Table) {
	e.List(func() {
		for _, row := range t.Rows {
			e.row(t.Columns, row)
		}
		e.Items(t.Long.Len, func(part *ordered.Writer, from, to int) {
			part.Fail(t.each(ToJSON, from, to, func(row []Cell) { encoder{part}.row(t.Columns, row) }))
		})
	})
}

func (e encoder) row(columns []Column, row []Cell) {
	e.Item()
	e.Object(func() {
		for j, col := range columns {
			if col.Only.reach(ToJSON) {
				e.Key(col.Key)
				e.cell(&row[j])
			}
		}
	})
}

func (e encoder) facts(facts []Fact) {
	e.Object(func() {
		for i, f := range facts {
			if f.Only.reach(ToJSON) {
				e.Key(f.Key)
				e.cell(&facts[i].Value)
			}
		}
	})
}

func (e encoder) cell(c *Cell) {
	switch c.kind {
	case isText:
		e.Text(c.s)
	case isInt, isAmount, isRatio, isDecimal:
		e.Decimal(c.n, int(c.places))
	case isFlag:
		e.Literal(strconv.FormatBool(c.n == 1))
	case isList:
		e.List(func() {
			for i := range c.sub {
				e.Item()
				e.cell(&c.sub[i])
			}
		})
	default:
		e.Literal("null")
	}
}

func caveatTable(cs Caveats) Table {
	t := Table{Columns: []Column{{Key: "code", Title: "Kind"}, {Key: "scope", Title: "About"}, {Key: "text", Title: "Caveat"}}}
	for _, c := range cs {
		t.Rows = append(t.Rows, []Cell{Str(string(c.Code)), Str(c.Scope), Str(c.Text)})
	}
	return t
}

// sourceTable gives the sources as source (with its data set), vintage (the release stamp), digest and file.
func sourceTable(ss Sources) Table {
	t := Table{Columns: []Column{{Key: "source", Title: "Source"}, {Key: "vintage", Title: "Vintage"}, {Key: "sha256", Title: "SHA-256"}, {Key: "file", Title: "File"}}}
	for _, s := range ss {
		t.Rows = append(t.Rows, []Cell{Str(s.Vintage.ID()), Str(s.Vintage.Stamp), Str(s.Bytes.SHA256), Str(s.Bytes.Name)})
	}
	return t
}
