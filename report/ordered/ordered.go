// Package ordered writes JSON whose keys keep the order given and whose numbers keep their digits, which
// no map and no float64 does.
package ordered

import (
	"bytes"
	"encoding/json"
	"io"
)

// Writer collects one JSON value. The caller writes it in order: one value, its parts from within the
// calls of Object and List. A Writer is made by New.
type Writer struct {
	buf     bytes.Buffer
	strings *json.Encoder
}

// Member is a member of an object: its key and what writes its value.
type Member struct {
	Key   string
	Value func()
}

// New makes an empty writer.
func New() *Writer {
	w := new(Writer)
	w.strings = json.NewEncoder(&w.buf)
	w.strings.SetEscapeHTML(false)
	return w
}

// Object writes the members in their order.
func (w *Writer) Object(members []Member) {
	w.buf.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			w.buf.WriteByte(',')
		}
		w.Text(m.Key)
		w.buf.WriteByte(':')
		m.Value()
	}
	w.buf.WriteByte('}')
}

// List writes n items; none is [].
func (w *Writer) List(n int, item func(i int)) {
	w.buf.WriteByte('[')
	for i := range n {
		if i > 0 {
			w.buf.WriteByte(',')
		}
		item(i)
	}
	w.buf.WriteByte(']')
}

// Text writes a string; what is not UTF-8 in it is replaced.
func (w *Writer) Text(s string) {
	// Encoding a string into a buffer cannot fail; the encoder ends it with a newline, which goes.
	_ = w.strings.Encode(s)
	w.buf.Truncate(w.buf.Len() - 1)
}

// Literal writes a number, true, false or null as it stands.
func (w *Writer) Literal(s string) { w.buf.WriteString(s) }

// String is what has been written, in one line.
func (w *Writer) String() string { return w.buf.String() }

// IndentTo writes the value indented by two spaces, with a last newline.
func (w *Writer) IndentTo(to io.Writer) error {
	var out bytes.Buffer
	if err := json.Indent(&out, w.buf.Bytes(), "", "  "); err != nil {
		return err
	}
	out.WriteByte('\n')
	_, err := out.WriteTo(to)
	return err
}
