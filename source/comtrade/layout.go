package comtrade

import (
	"bytes"
	"fmt"

	"detour/fault"
	"detour/source"
	"detour/source/comtrade/internal/text"
)

// layout says where the columns of a text are, -1 for one that it does not have.
type layout struct {
	separator byte
	fields    int
	at        [columnCount]int
}

// newLayout reads the header: names in any case and order, parted by tabs or else by commas.
func newLayout(in source.Input, header []byte) (layout, error) {
	l := layout{separator: ','}
	if bytes.IndexByte(header, '\t') >= 0 {
		l.separator = '\t'
	}
	for c := range l.at {
		l.at[c] = -1
	}
	var row text.Row
	if !row.Split(header, l.separator) {
		return l, fault.Errorf(fault.BadInput, "reading %s: a quote in the header is not closed", in.Name)
	}
	l.fields = row.Len()
	for i := range l.fields {
		c, ok := columnOf(string(bytes.TrimSpace(row.Field(i))))
		if !ok {
			continue
		}
		if l.at[c] >= 0 {
			return l, fault.Errorf(fault.BadInput, "reading %s: header names column %s twice", in.Name, columns[c].name)
		}
		l.at[c] = i
	}
	for c, k := range columns {
		if k.required && l.at[c] < 0 {
			return l, fault.Errorf(fault.BadInput, "reading %s: header has no column %s", in.Name, k.name).
				Hint("columns are found by name; without partner2Code, customsCode and motCode the parts of a cell cannot be told from its total")
		}
	}
	return l, nil
}

// lineReader reads rows of text.
type lineReader struct {
	layout layout
	row    text.Row
}

// read gives the fields of a line.
func (r *lineReader) read(line []byte, to *cells) *text.Flaw {
	if !r.row.Split(line, r.layout.separator) {
		return &text.Flaw{Reason: "a quoted field is not closed, or goes on after its quote"}
	}
	if r.row.Len() != r.layout.fields {
		return &text.Flaw{Reason: fmt.Sprintf("%d fields where the header has %d", r.row.Len(), r.layout.fields)}
	}
	for c := range to {
		to[c] = r.row.Field(r.layout.at[c])
	}
	return nil
}
