package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"detour/report/digits"
	"detour/trade/money"
)

// drawnCell makes any cell.
func drawnCell(t *rapid.T) Cell {
	n := rapid.Int64().Draw(t, "n")
	switch rapid.IntRange(0, 8).Draw(t, "kind") {
	case 0:
		return Null()
	case 1:
		return Str(rapid.String().Draw(t, "text"))
	case 2:
		return Int(n)
	case 3, 4:
		return Amount(n, money.Currency(rapid.SampledFrom([]string{"EUR", "USD"}).Draw(t, "currency")))
	case 5:
		return Ratio(n>>21, rapid.Int64Range(-5, 1<<62).Draw(t, "den"))
	case 6:
		return Decimal(n, rapid.IntRange(0, 18).Draw(t, "places"))
	case 7:
		return Flag(n%2 == 0)
	default:
		return Strs(rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "items")...)
	}
}

func drawnFacts(t *rapid.T) Facts {
	facts := Facts{}
	for _, key := range drawnKeys(t) {
		facts = append(facts, Fact{Key: key, Title: key, Value: drawnCell(t)})
	}
	return facts
}

func drawnKeys(t *rapid.T) []string {
	return rapid.SliceOfNDistinct(rapid.StringN(1, 8, -1), 0, 4, rapid.ID[string]).Draw(t, "keys")
}

func drawnTable(t *rapid.T) Table {
	var tab Table
	for _, key := range drawnKeys(t) {
		tab.Columns = append(tab.Columns, Column{Key: key, Title: key})
	}
	for range rapid.IntRange(0, 4).Draw(t, "rows") {
		row := make([]Cell, len(tab.Columns))
		for j := range row {
			row[j] = drawnCell(t)
		}
		tab.Rows = append(tab.Rows, row)
	}
	return tab
}

// mirrors says in which way decoded JSON is not the cell, empty if it is.
func mirrors(got any, c Cell) string {
	wrong := func() string { return fmt.Sprintf("cell %+v decoded as %#v", c, got) }
	switch c.kind {
	case isNull:
		if got != nil {
			return wrong()
		}
	case isText:
		if got != c.s {
			return wrong()
		}
	case isFlag:
		if got != (c.n == 1) {
			return wrong()
		}
	case isInt, isAmount, isRatio, isDecimal:
		num, _ := got.(json.Number)
		seen, ok := new(big.Rat).SetString(num.String())
		if !ok || strings.ContainsAny(num.String(), "eE") || seen.Cmp(new(big.Rat).SetFrac(big.NewInt(c.n), digits.Pow10(int(c.places)))) != 0 {
			return wrong()
		}
	case isList:
		list, ok := got.([]any)
		if !ok || len(list) != len(c.sub) {
			return wrong()
		}
		for i, it := range c.sub {
			if s := mirrors(list[i], it); s != "" {
				return s
			}
		}
	default:
		return wrong()
	}
	return ""
}

func mirrorsFacts(got any, facts []Fact) string {
	object, ok := got.(map[string]any)
	if !ok || len(object) != len(facts) {
		return fmt.Sprintf("facts %v decoded as %#v", facts, got)
	}
	for _, f := range facts {
		if s := mirrors(object[f.Key], f.Value); s != "" {
			return f.Key + ": " + s
		}
	}
	return ""
}

func TestJSONOfAnyReportParsesAndKeepsEveryFigure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab, facts := drawnTable(t), drawnFacts(t)
		r := Report{Title: "x", Question: drawnFacts(t), Blocks: []Block{{Key: "table", Body: tab}, {Key: "facts", Body: facts}}}
		var out, again bytes.Buffer
		if err := JSON(&out, r); err != nil {
			t.Fatal(err)
		}
		if err := JSON(&again, r); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Fatalf("printed twice, the bytes differ (%v)", err)
		}
		dec := json.NewDecoder(&out)
		dec.UseNumber()
		var got map[string]any
		if err := dec.Decode(&got); err != nil {
			t.Fatal(err)
		}
		rows, ok := got["table"].([]any)
		if !ok || len(rows) != len(tab.Rows) {
			t.Fatalf("%d rows decoded as %#v", len(tab.Rows), got["table"])
		}
		for i, row := range tab.Rows {
			var as Facts
			for j, c := range row {
				as = append(as, Fact{Key: tab.Columns[j].Key, Value: c})
			}
			if s := mirrorsFacts(rows[i], as); s != "" {
				t.Fatal(s)
			}
		}
		for part, want := range map[string]Facts{"facts": facts, "question": r.Question} {
			if s := mirrorsFacts(got[part], want); s != "" {
				t.Fatal(s)
			}
		}
	})
}

func TestEveryPrinterTakesAnyTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Report{Title: "x", Question: drawnFacts(t), Blocks: []Block{{Key: "table", Body: drawnTable(t)}, {Key: "facts", Body: drawnFacts(t)}}}
		var out bytes.Buffer
		opts := TextOptions{Width: rapid.IntRange(0, 90).Draw(t, "width"), MaxRows: rapid.IntRange(0, 3).Draw(t, "most"), Colour: true}
		if err := Text(&out, r, opts); err != nil {
			t.Fatal(err)
		}
		if err := CSV(&out, r, "table"); err != nil {
			t.Fatal(err)
		}
		if err := HTML(&out, r, HTMLOptions{}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestJSONOfNothing(t *testing.T) {
	var out bytes.Buffer
	r := Report{Blocks: []Block{{Key: "rows", Body: Table{}}, {Key: "caveats", Body: Caveats(nil)}, {Key: "sources", Body: Sources(nil)}, {Key: "list", Body: Value{Cell: Strs()}}}}
	if err := JSON(&out, r); err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"rows\": [],\n  \"caveats\": [],\n  \"sources\": [],\n  \"list\": []\n}\n"
	if out.String() != want {
		t.Errorf("got %s, want %s", out.String(), want)
	}
}
