package ordered

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// tree is a value of any shape: text, number, list or object.
type tree struct {
	text  string
	n     int64
	items []tree
	keys  []string // of an object's items
}

func trees(depth int) *rapid.Generator[tree] {
	return rapid.Custom(func(t *rapid.T) tree {
		kinds := 4
		if depth == 0 {
			kinds = 2
		}
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			return tree{text: "t" + rapid.String().Draw(t, "text")}
		case 1:
			return tree{n: rapid.Int64().Draw(t, "n")}
		case 2:
			return tree{items: rapid.SliceOfN(trees(depth-1), 0, 4).Draw(t, "items")}
		default:
			items := rapid.SliceOfN(trees(depth-1), 0, 4).Draw(t, "members")
			keys := make([]string, len(items)+1) // one more than there are items, so that none are not nil
			for i := range items {
				keys[i] = rapid.String().Draw(t, "key")
			}
			return tree{items: items, keys: keys}
		}
	})
}

func (v tree) write(w *Writer) {
	switch {
	case v.keys != nil:
		w.Object(func() {
			for i, item := range v.items {
				w.Key(v.keys[i])
				item.write(w)
			}
		})
	case v.items != nil:
		w.List(func() {
			for _, item := range v.items {
				w.Item()
				item.write(w)
			}
		})
	case v.text != "":
		w.Text(v.text)
	default:
		w.Decimal(v.n, 3)
	}
}

// written is the value as a writer writes it on.
func written(t *rapid.T, v tree) []byte {
	var out bytes.Buffer
	w := Indented(&out)
	v.write(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The indents are those of the standard library.
func TestIndented(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := written(t, trees(3).Draw(t, "value"))
		var compact, want bytes.Buffer
		if err := json.Compact(&compact, got); err != nil {
			t.Fatalf("%v in %s", err, got)
		}
		if err := json.Indent(&want, compact.Bytes(), "", "  "); err != nil || want.String()+"\n" != string(got) {
			t.Fatalf("%v\n%s\nwant\n%s", err, got, &want)
		}
	})
}

func TestTextReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		got := written(t, tree{text: s + "."})
		var back string
		if err := json.Unmarshal(got, &back); err != nil || back != s+"." {
			t.Fatalf("%q became %s, read back as %q %v", s, got, back, err)
		}
	})
}

// Items written side by side come as they would one after the other.
func TestItems(t *testing.T) {
	for _, n := range []int{0, 1, 5000, 30_000} {
		var together, single bytes.Buffer
		a, b := Indented(&together), Indented(&single)
		a.List(func() {
			a.Items(n, func(part *Writer, from, to int) {
				for i := from; i < to; i++ {
					part.Item()
					part.Object(func() { part.Key("i"); part.Decimal(int64(i), 0) })
				}
			})
		})
		b.List(func() {
			for i := range n {
				b.Item()
				b.Object(func() { b.Key("i"); b.Decimal(int64(i), 0) })
			}
		})
		if err := errors.Join(a.Close(), b.Close()); err != nil || !bytes.Equal(together.Bytes(), single.Bytes()) {
			t.Errorf("%d items differ, error %v", n, err)
		}
	}
	broken := errors.New("broken")
	w := Indented(io.Discard)
	w.List(func() {
		w.Items(10_000, func(part *Writer, from, _ int) {
			if from > 0 {
				part.Fail(broken)
			}
		})
	})
	if err := w.Close(); !errors.Is(err, broken) {
		t.Errorf("error of a part: %v", err)
	}
}

// failing takes some bytes and then none.
type failing struct{ left int }

func (f *failing) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errors.New("full")
	}
	return len(b), nil
}

func TestErrorsComeBack(t *testing.T) {
	w := Indented(&failing{flushAt})
	w.List(func() {
		for range 10 {
			w.Item()
			w.Text(strings.Repeat("x", flushAt/2))
		}
	})
	if err := w.Close(); err == nil {
		t.Error("a writer that failed says nothing of it")
	}
	var out bytes.Buffer
	w = Indented(&out)
	broken := errors.New("broken")
	w.List(func() { w.Fail(broken); w.Fail(nil) })
	if err := w.Close(); !errors.Is(err, broken) || out.Len() > 0 {
		t.Errorf("%v after %q", err, &out)
	}
}
