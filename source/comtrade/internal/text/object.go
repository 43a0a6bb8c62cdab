package text

import (
	"bytes"
	"encoding/json"
	"iter"
	"strings"
)

const space = " \t\r\n"

// Members gives the names and values of an object, which must be valid JSON, in order. The values are as
// they stand, see Content.
func Members(object []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for rest := bytes.TrimLeft(object[1:], space); rest[0] != '}'; rest = bytes.TrimLeft(rest, space+",") {
			var name, value []byte
			name, rest = cutValue(rest)
			value, rest = cutValue(bytes.TrimLeft(rest, space+":"))
			if !yield(Content(name), value) {
				return
			}
		}
	}
}

// Content is what a string of valid JSON says, and a number or word as it stands.
func Content(value []byte) []byte {
	if value[0] != '"' {
		return value
	}
	if bytes.IndexByte(value, '\\') < 0 {
		return value[1 : len(value)-1]
	}
	var s string
	if err := json.Unmarshal(value, &s); err != nil {
		return value // not so: the record is valid
	}
	return []byte(s)
}

// cutValue takes the first value off valid JSON that begins with one.
func cutValue(b []byte) (value, rest []byte) {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth == 0 {
				return b[:i], b[i:] // the end of what holds the value
			}
			depth--
		default:
			if depth == 0 && strings.IndexByte(space+",:", b[i]) >= 0 {
				return b[:i], b[i:]
			}
			continue
		}
		if depth == 0 {
			return b[:i+1], b[i+1:]
		}
	}
	return b, nil
}
