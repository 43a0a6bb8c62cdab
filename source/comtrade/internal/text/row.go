package text

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Row splits one line at its separators. The fields stay valid until the next split, and no longer than
// the line.
//
// A field that begins with a quote ends with one, and a quote inside it is doubled; a quote elsewhere is a
// character like any other, for the tab-separated files write `Monitors, 19"` bare.
type Row struct {
	line []byte
	ends []int32 // where each field ends; the separator takes one byte
}

// Split takes a line without its line end and tells whether every quoted field is closed.
func (r *Row) Split(line []byte, separator byte) bool {
	r.line, r.ends = line, r.ends[:0]
	if bytes.IndexByte(line, '"') >= 0 {
		return r.splitQuoted(separator)
	}
	ends := r.ends
	mask := uint64(separator) * 0x0101010101010101
	i := 0
	for ; i+8 <= len(line); i += 8 {
		for at := zeroBytes(binary.LittleEndian.Uint64(line[i:]) ^ mask); at != 0; at &= at - 1 {
			ends = append(ends, int32(i+bits.TrailingZeros64(at)/8))
		}
	}
	for ; i < len(line); i++ {
		if line[i] == separator {
			ends = append(ends, int32(i))
		}
	}
	r.ends = append(ends, int32(len(line)))
	return true
}

// zeroBytes sets the top bit of each of the eight bytes that is zero: looking at eight at once halves the
// time that a row takes to split.
func zeroBytes(x uint64) uint64 {
	const low7 = 0x7f7f7f7f7f7f7f7f
	return ^((x&low7 + low7) | x | low7)
}

func (r *Row) splitQuoted(separator byte) bool {
	for start := 0; ; {
		end, ok := fieldEnd(r.line, start, separator)
		if !ok {
			return false
		}
		r.ends = append(r.ends, int32(end))
		if end == len(r.line) {
			return true
		}
		start = end + 1
	}
}

// fieldEnd finds where the field that begins at start ends.
func fieldEnd(line []byte, start int, separator byte) (end int, ok bool) {
	at := start
	if at < len(line) && line[at] == '"' {
		for at++; ; at += 2 {
			i := bytes.IndexByte(line[at:], '"')
			if i < 0 {
				return 0, false
			}
			if at += i; at+1 >= len(line) || line[at+1] != '"' {
				break
			}
		}
		at++
		return at, at == len(line) || line[at] == separator
	}
	if i := bytes.IndexByte(line[at:], separator); i >= 0 {
		return at + i, true
	}
	return len(line), true
}

// Len is the number of fields.
func (r *Row) Len() int { return len(r.ends) }

// Field gives field i without its quotes, or nothing for a negative index: a column that the file does
// not have.
func (r *Row) Field(i int) []byte {
	if i < 0 {
		return nil
	}
	start := int32(0)
	if i > 0 {
		start = r.ends[i-1] + 1
	}
	field := r.line[start:r.ends[i]]
	if len(field) > 0 && field[0] == '"' {
		return unquote(field)
	}
	return field
}

func unquote(field []byte) []byte {
	field = field[1 : len(field)-1]
	if bytes.IndexByte(field, '"') < 0 {
		return field
	}
	return bytes.ReplaceAll(field, []byte(`""`), []byte(`"`))
}

// Line takes the first line off a text, without its line end.
func Line(text []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(text, []byte{'\n'})
	return bytes.TrimSuffix(line, []byte{'\r'}), rest
}

// Blank tells whether a line holds nothing but space.
func Blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }
