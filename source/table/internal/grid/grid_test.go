package grid

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// A column has one name of letters, in the order of sheets: A to Z, AA to ZZ, AAA.
func TestLetters(t *testing.T) {
	for name, want := range map[string]int{"A": 0, "Z": 25, "AA": 26, "AZ": 51, "BA": 52, "IV": 255, "ZZ": 701, "AAA": 702, "XFD": 16383} {
		if got := letters(name); got != want {
			t.Errorf("%s is column %d, want %d", name, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		col := rapid.IntRange(0, 18277).Draw(t, "col")
		if got := letters(letterName(col)); got != col {
			t.Fatalf("column %d is called %s, which is %d", col, letterName(col), got)
		}
	})
}

func TestParseCell(t *testing.T) {
	if row, col, err := ParseCell("AB17"); err != nil || row != 16 || col != 27 {
		t.Errorf("AB17 is row %d, column %d, %v", row, col, err)
	}
	for _, s := range []string{"", "17", "AB", "A0", "a1", "ABCD1", "A1 ", "A9999999"} {
		if row, col, err := ParseCell(s); err == nil {
			t.Errorf("%q is row %d, column %d", s, row, col)
		}
	}
}

// A heading over several columns belongs to all of them, the last row of a header to its own column alone.
func TestHeader(t *testing.T) {
	text := func(texts ...string) (row []Cell) {
		for _, s := range texts {
			row = append(row, Cell{Text: s})
		}
		return row
	}
	g := Grid{Rows: [][]Cell{text("title"), text("Land", "Export", "", "Import"), text("", "all", "%", "all", "", "note")}}
	h, err := NewHeader(g, Layout{Anchor: "  land", Header: []int{1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"LAND": 0, "Export / all": 1, "export  / %": 2, "Import / all": 3, "Import / note": 5, "$B": 1} {
		if got, err := h.Find(name); err != nil || got != want {
			t.Errorf("%q is column %d, %v; want %d", name, got, err, want)
		}
	}
	if h.Above(1, 2) != "Export" || h.Above(2, 4) != "" || h.Above(2, 99) != "" || h.FirstRow() != 3 {
		t.Errorf("above: %q, %q; the table begins at %d", h.Above(1, 2), h.Above(2, 4), h.FirstRow())
	}
	if got, err := h.Match(regexp.MustCompile(`/ all$`)); err != nil || len(got) != 2 || got[0] != 1 || got[1] != 3 {
		t.Errorf("matching columns %v, %v", got, err)
	}
	if h.Name(0) != "Land" || h.Name(27) != "column AB" {
		t.Errorf("names %q, %q", h.Name(0), h.Name(27))
	}
}

// A binary fraction is the shortest decimal that reads back as the same; decimal digits stay as they stand.
func TestNumbers(t *testing.T) {
	for text, want := range map[string]Cell{
		"513.29999999999995": {Text: "513.3", IsNumber: true}, "2.4E-2": {Text: "0.024", IsNumber: true}, "1927623.2464447129": {Text: "1927623.2464447129", IsNumber: true},
		"1e400": {Text: "1e400"}, "NaN": {Text: "NaN"}, "x": {Text: "x"},
	} {
		if got := binaryCell(text); got != want {
			t.Errorf("%s is %+v, want %+v", text, got, want)
		}
	}
	if got := decimalCell("513.29999999999995"); got.Text != "513.29999999999995" || !got.IsNumber {
		t.Errorf("decimal digits became %+v", got)
	}
	if got := decimalCell("1.5e3"); got.Text != "1500" || !got.IsNumber {
		t.Errorf("1.5e3 is %+v", got)
	}
}
