package table

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// Record splits one line at its commas. The fields stay valid until the next split, and no longer
// than the line.
type Record struct {
	buf     []byte
	ends    []int32 // where each field ends; the separator takes one byte
	scratch []byte
}

// Split takes a line without its line end and tells whether its quotes are in order.
func (r *Record) Split(line []byte) bool {
	if bytes.IndexByte(line, '"') >= 0 {
		return r.splitQuoted(line)
	}
	r.buf, r.ends = line, r.ends[:0]
	i := 0
	for ; i+8 <= len(line); i += 8 {
		for at := commasIn(binary.LittleEndian.Uint64(line[i:])); at != 0; at &= at - 1 {
			r.ends = append(r.ends, int32(i+bits.TrailingZeros64(at)/8))
		}
	}
	for ; i < len(line); i++ {
		if line[i] == ',' {
			r.ends = append(r.ends, int32(i))
		}
	}
	r.ends = append(r.ends, int32(len(line)))
	return true
}

// commasIn sets the top bit of each of the eight bytes that is a comma. Looking at eight bytes at
// once halves the time that a row takes to split.
func commasIn(eight uint64) uint64 {
	const commas, low7 = 0x2c2c2c2c2c2c2c2c, 0x7f7f7f7f7f7f7f7f
	x := eight ^ commas
	return ^((x&low7 + low7) | x | low7)
}

// splitQuoted writes the fields without their quotes into scratch and splits that.
func (r *Record) splitQuoted(line []byte) bool {
	r.ends, r.scratch = r.ends[:0], r.scratch[:0]
	for {
		field, rest, more, ok := cutField(line)
		if !ok {
			return false
		}
		r.scratch = append(r.scratch, field...)
		r.ends = append(r.ends, int32(len(r.scratch)))
		if !more {
			r.buf = r.scratch
			return true
		}
		r.scratch = append(r.scratch, ',')
		line = rest
	}
}

// cutField takes the first field off a line; more tells whether a comma followed it.
func cutField(line []byte) (field, rest []byte, more, ok bool) {
	if len(line) == 0 || line[0] != '"' {
		field, rest, more = bytes.Cut(line, []byte{','})
		return field, rest, more, bytes.IndexByte(field, '"') < 0
	}
	line = line[1:]
	for {
		i := bytes.IndexByte(line, '"')
		if i < 0 {
			return nil, nil, false, false
		}
		field = append(field, line[:i]...)
		line = line[i+1:]
		switch {
		case len(line) == 0:
			return field, nil, false, true
		case line[0] == ',':
			return field, line[1:], true, true
		case line[0] == '"':
			field = append(field, '"')
			line = line[1:]
		default:
			return nil, nil, false, false
		}
	}
}

// Len is the number of fields.
func (r *Record) Len() int { return len(r.ends) }

// Field gives field i, or nothing for a negative index: a column that the file does not have.
func (r *Record) Field(i int) []byte {
	if i < 0 {
		return nil
	}
	start := int32(0)
	if i > 0 {
		start = r.ends[i-1] + 1
	}
	return r.buf[start:r.ends[i]]
}

// Text gives field i without the blanks around it.
func (r *Record) Text(i int) string { return string(bytes.TrimSpace(r.Field(i))) }

// Columns are the names of a header line, in upper case.
type Columns []string

// HeaderOf reads the names of a header line.
func HeaderOf(line []byte) Columns {
	var r Record
	if !r.Split(trimLine(bytes.TrimPrefix(line, []byte("\ufeff")))) {
		return nil
	}
	names := make(Columns, r.Len())
	for i := range names {
		names[i] = strings.ToUpper(r.Text(i))
	}
	return names
}

// Find gives the place of the first of the names that the header has, or -1.
func (c Columns) Find(names ...string) int {
	for _, n := range names {
		if i := slices.Index(c, n); i >= 0 {
			return i
		}
	}
	return -1
}

// Has tells whether the header has all the names.
func (c Columns) Has(names ...string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return c.Find(n) < 0 })
}

// FirstLine is the first line of the head of a file.
func FirstLine(head []byte) []byte {
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	return line
}

// trimLine takes the line end off a line.
func trimLine(line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte{'\n'})
	return bytes.TrimSuffix(line, []byte{'\r'})
}

// Blank tells whether a line holds nothing but space.
func Blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// SplitRow splits a line that must have as many fields as the header.
func SplitRow(row *Record, line []byte, names Columns) *Flaw {
	if !row.Split(line) {
		return NewFlaw("", "a quote is not closed, or stands inside a field", "")
	}
	if row.Len() != len(names) {
		return NewFlaw("", fmt.Sprintf("%d fields where the header has %d", row.Len(), len(names)), "")
	}
	return nil
}
