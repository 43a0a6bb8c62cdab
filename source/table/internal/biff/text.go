package biff

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"
)

// text reads strings from a record and its continuations, of which the slice becomes its own. Where the characters of a string go on in the
// next record, that one begins with a byte of flags which says again how wide they are.
type text struct {
	parts [][]byte
}

// The flags of a string ([MS-XLS] 2.5.293 XLUnicodeRichExtendedString).
const (
	wide     = 0x01
	extended = 0x04
	rich     = 0x08
)

// readTexts reads the table of shared strings: how often they are used, how many there are, the strings.
func readTexts(parts [][]byte) ([]string, error) {
	t := text{parts: parts}
	head, err := t.take(8)
	if err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(head[4:])
	var texts []string
	for i := range n {
		count, err := t.take(2)
		if err != nil {
			return nil, fmt.Errorf("text %d of %d: %w", i, n, err)
		}
		s, err := t.read(int(binary.LittleEndian.Uint16(count)))
		if err != nil {
			return nil, fmt.Errorf("text %d of %d: %w", i, n, err)
		}
		texts = append(texts, s)
	}
	return texts, nil
}

// read gives a string of n characters whose flags come next, and passes over its formatting.
func (t *text) read(n int) (string, error) {
	flags, err := t.take(1)
	if err != nil {
		return "", err
	}
	after := 0
	if flags[0]&rich != 0 {
		b, err := t.take(2)
		if err != nil {
			return "", err
		}
		after += 4 * int(binary.LittleEndian.Uint16(b))
	}
	if flags[0]&extended != 0 {
		b, err := t.take(4)
		if err != nil {
			return "", err
		}
		after += int(binary.LittleEndian.Uint32(b))
	}
	s, err := t.characters(n, flags[0]&wide != 0)
	if err != nil {
		return "", err
	}
	return s, t.skip(after)
}

// characters reads n characters of one or two bytes each.
func (t *text) characters(n int, isWide bool) (string, error) {
	var units []uint16
	for {
		part, size := t.current(), 1+boolToInt(isWide)
		for len(units) < n && len(part) >= size {
			units = append(units, unit(part, isWide))
			part = part[size:]
		}
		t.leave(part)
		if len(units) == n {
			return string(utf16.Decode(units)), nil
		}
		if len(part) > 0 || len(t.parts) < 2 || len(t.parts[1]) == 0 {
			return "", errCut
		}
		t.parts = t.parts[1:]
		isWide = t.parts[0][0]&wide != 0
		t.leave(t.parts[0][1:])
	}
}

// unit is the character at the beginning of b; one byte is the low half of UTF-16.
func unit(b []byte, isWide bool) uint16 {
	if isWide {
		return binary.LittleEndian.Uint16(b)
	}
	return uint16(b[0])
}

// current is what is left of the present record.
func (t *text) current() []byte {
	if len(t.parts) == 0 {
		return nil
	}
	return t.parts[0]
}

func (t *text) leave(rest []byte) {
	if len(t.parts) > 0 {
		t.parts[0] = rest
	}
}

// take gives the next n bytes, which no record cuts in two.
func (t *text) take(n int) ([]byte, error) {
	for len(t.parts) > 1 && len(t.parts[0]) == 0 {
		t.parts = t.parts[1:]
	}
	part := t.current()
	if len(part) < n {
		return nil, errCut
	}
	t.leave(part[n:])
	return part[:n], nil
}

// skip passes over n bytes, over the ends of records too.
func (t *text) skip(n int) error {
	for n > 0 {
		part := t.current()
		k := min(n, len(part))
		t.leave(part[k:])
		if n -= k; n == 0 {
			break
		}
		if len(t.parts) < 2 {
			return errCut
		}
		t.parts = t.parts[1:]
	}
	return nil
}
