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
	e := encoder{ordered.New()}
	var members []ordered.Member
	if r.Question != nil {
		members = append(members, ordered.Member{Key: "question", Value: func() { e.facts(r.Question) }})
	}
	if r.LakeVersion != "" {
		members = append(members, ordered.Member{Key: "lake_version", Value: func() { e.Text(r.LakeVersion) }})
	}
	if r.Simulated {
		members = append(members, ordered.Member{Key: "simulated", Value: func() { e.Literal("true") }})
	}
	for _, b := range r.Blocks {
		if b.Key != "" && b.Only.reach(ToJSON) {
			members = append(members, ordered.Member{Key: b.Key, Value: func() { e.body(b.Body) }})
		}
	}
	e.Object(members)
	return e.IndentTo(w)
}

// encoder writes the parts of a report as JSON.
type encoder struct{ *ordered.Writer }

func (e encoder) body(b Body) {
	switch b := b.(type) {
	case Value:
		e.cell(b.Cell)
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
	e.List(len(t.Rows), func(i int) {
		var members []ordered.Member
		for j, col := range t.Columns {
			if col.Only.reach(ToJSON) {
				members = append(members, ordered.Member{Key: col.Key, Value: func() { e.cell(t.Rows[i][j]) }})
			}
		}
		e.Object(members)
	})
}

func (e encoder) facts(facts []Fact) {
	var members []ordered.Member
	for _, f := range facts {
		if f.Only.reach(ToJSON) {
			members = append(members, ordered.Member{Key: f.Key, Value: func() { e.cell(f.Value) }})
		}
	}
	e.Object(members)
}

func (e encoder) cell(c Cell) {
	switch c.kind {
	case isText:
		e.Text(c.s)
	case isInt, isAmount, isRatio, isDecimal:
		e.Literal(c.exact())
	case isFlag:
		e.Literal(strconv.FormatBool(c.n == 1))
	case isList:
		e.List(len(c.sub), func(i int) { e.cell(c.sub[i].Value) })
	case isObject:
		e.facts(c.sub)
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
