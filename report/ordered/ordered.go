// Package ordered writes JSON whose keys keep the order given and whose numbers keep their digits, which
// no map and no float64 does.
package ordered

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"runtime"
	"unicode/utf8"

	"detour/report/digits"
)

// Writer writes one JSON value. The caller gives its parts in order: an object from within the call of
// Object, each member being a Key and then a value; a list from within List, each item being Item and
// then a value. A Writer is made by Indented.
type Writer struct {
	to    io.Writer // nil for a part that another writer takes up
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
	if len(w.buf) >= flushAt && w.to != nil {
		w.flush()
	}
}

// Items writes n items of a list, some thousands at a time side by side: write gives items from to to, each
// beginning with Item, to the writer that it is handed, and is called from several goroutines at once.
func (w *Writer) Items(n int, write func(part *Writer, from, to int)) {
	const together = 1 << 12
	workers := runtime.GOMAXPROCS(0)
	parts, spare := make(chan chan *Writer, workers), make(chan []byte, 2*workers)
	go func() {
		defer close(parts)
		for from := 0; from < n; from += together {
			done := make(chan *Writer, 1)
			parts <- done // waits while as many as there are workers are under way
			go func() {
				part := &Writer{buf: taken(spare), depth: w.depth, begun: w.begun || from > 0}
				write(part, from, min(from+together, n))
				done <- part
			}()
		}
	}()
	for done := range parts {
		part := <-done
		w.Fail(part.err)
		w.flush()
		w.writeOn(part.buf)
		select {
		case spare <- part.buf:
		default:
		}
	}
	w.begun = w.begun || n > 0
}

// taken gives an empty buffer, one used before if there is any.
func taken(spare chan []byte) []byte {
	select {
	case b := <-spare:
		return b[:0]
	default:
		return nil
	}
}

// indents is a newline and the indents of depths that do not need more of it.
const indents = "\n                    "

func (w *Writer) newline() {
	w.buf = append(w.buf, indents[:min(1+2*w.depth, len(indents))]...)
	for n := len(indents); n < 1+2*w.depth; n += 2 {
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

// Fail ends the writing with err, if it is one: no more is written on, and Close gives it.
func (w *Writer) Fail(err error) { w.err = cmp.Or(w.err, err) }

// Close ends the value with a newline and gives the first error in writing it on.
func (w *Writer) Close() error {
	w.buf = append(w.buf, '\n')
	w.flush()
	return w.err
}

func (w *Writer) flush() {
	w.writeOn(w.buf)
	w.buf = w.buf[:0]
}

func (w *Writer) writeOn(b []byte) {
	if w.err == nil {
		_, w.err = w.to.Write(b)
	}
}
