// Package ordered writes JSON whose keys keep the order given and whose numbers keep their digits, which
// no map and no float64 does.
package ordered

import (
	"bytes"
	"encoding/json"
	"io"
	"unicode/utf8"

	"detour/report/digits"
)

// Writer writes one JSON value. The caller gives its parts in order: an object from within the call of
// Object, each member being a Key and then a value; a list from within List, each item being Item and
// then a value. A Writer is made by Indented.
type Writer struct {
	to    io.Writer
	buf   []byte
	depth int
	begun bool // the object or list that is being written has a part already
	err   error
}

// flushAt is how much is collected before it is written on.
const flushAt = 1 << 16

// Indented makes a writer that writes the value on as it grows, indented by two spaces. Close ends it.
func Indented(to io.Writer) *Writer { return &Writer{to: to} }

// Object writes an object whose members body gives.
func (w *Writer) Object(body func()) { w.enclose('{', '}', body) }

// List writes a list whose items body gives; none is [].
func (w *Writer) List(body func()) { w.enclose('[', ']', body) }

func (w *Writer) enclose(open, end byte, body func()) {
	w.buf = append(w.buf, open)
	w.depth++
	w.begun = false
	body()
	w.depth--
	if w.begun {
		w.newline()
	}
	w.buf = append(w.buf, end)
	w.begun = true
}

// Key begins a member of an object.
func (w *Writer) Key(key string) {
	w.Item()
	w.Text(key)
	w.buf = append(w.buf, ": "...)
}

// Item begins an item of a list.
func (w *Writer) Item() {
	if w.begun {
		w.buf = append(w.buf, ',')
	}
	w.begun = true
	w.newline()
	if len(w.buf) >= flushAt {
		w.flush()
	}
}

func (w *Writer) newline() {
	w.buf = append(w.buf, '\n')
	for range w.depth {
		w.buf = append(w.buf, "  "...)
	}
}

// Text writes a string; what is not UTF-8 in it is replaced.
func (w *Writer) Text(s string) {
	if plain(s) {
		w.buf = append(append(append(w.buf, '"'), s...), '"')
		return
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)                                                       // encoding a string into a buffer cannot fail
	w.buf = append(w.buf, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...) // the encoder ends it with a newline
}

// plain tells whether a string stands between quotes as it is.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Literal writes a number, true, false or null as it stands.
func (w *Writer) Literal(s string) { w.buf = append(w.buf, s...) }

// Decimal writes n/10^places, exactly.
func (w *Writer) Decimal(n int64, places int) { w.buf = digits.AppendExact(w.buf, n, places) }

// Close ends the value with a newline and gives the first error in writing it on.
func (w *Writer) Close() error {
	w.buf = append(w.buf, '\n')
	w.flush()
	return w.err
}

func (w *Writer) flush() {
	if w.err == nil {
		_, w.err = w.to.Write(w.buf)
	}
	w.buf = w.buf[:0]
}
