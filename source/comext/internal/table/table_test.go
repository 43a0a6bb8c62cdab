package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"detour/trade/flow"
)

func TestAmount(t *testing.T) {
	for _, c := range []struct {
		text   string
		power  int
		want   flow.Number
		reason string
	}{
		{"65", 2, flow.Some(6500), ""},
		{"0", 2, flow.Some(0), ""},
		{"", 2, flow.Number{}, ""},
		{" : ", 2, flow.Number{}, ""},
		{"1.0342354E7", 2, flow.Some(1034235400), ""},
		{"8813.0", 2, flow.Some(881300), ""},
		{"1772.90", 5, flow.Some(177290000), ""},
		{".5", 3, flow.Some(500), ""},
		{"12e-1", 2, flow.Some(120), ""},
		{"0.00000000000000000000", 2, flow.Some(0), ""},
		{"0e30000", 2, flow.Some(0), ""},
		{"92233720368547758.07", 2, flow.Some(9223372036854775807), ""},
		{"92233720368547758.08", 2, flow.Number{}, "number too large"},
		{"999999999999999999", 6, flow.Number{}, "number too large"},
		{"1e300", 2, flow.Number{}, "number too large"},
		{"0.001", 2, flow.Number{}, "more decimals"},
		{"0.0005", 3, flow.Number{}, "more decimals"},
		{"-5", 2, flow.Number{}, "not a number"},
		{"1,000", 2, flow.Number{}, "not a number"},
		{"1.2.3", 2, flow.Number{}, "not a number"},
		{".", 2, flow.Number{}, "not a number"},
		{"e5", 2, flow.Number{}, "not a number"},
		{"NaN", 2, flow.Number{}, "not a number"},
		{"1e99999", 2, flow.Number{}, "not a number"},
	} {
		got, reason := Amount([]byte(c.text), c.power)
		if got != c.want || !strings.HasPrefix(reason, c.reason) || (reason == "") != (c.reason == "") {
			t.Errorf("Amount(%q, %d) = %v, %q; want %v, %q", c.text, c.power, got, reason, c.want, c.reason)
		}
	}
}

func TestRecordSplit(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string // nil: malformed
	}{
		{`a,b,`, []string{"a", "b", ""}},
		{``, []string{""}},
		{`"a,b",c`, []string{"a,b", "c"}},
		{`x,"he said ""no""",""`, []string{"x", `he said "no"`, ""}},
		{`"a"b,c`, nil},
		{`a"b,c`, nil},
		{`"a,b`, nil},
	} {
		var r Record
		ok := r.Split([]byte(c.line))
		var got []string
		for i := range r.Len() {
			if ok {
				got = append(got, string(r.Field(i)))
			}
		}
		if ok != (c.want != nil) || !slices.Equal(got, c.want) {
			t.Errorf("split(%s) = %q, %t; want %q", c.line, got, ok, c.want)
		}
	}
}

// Eight bytes at once must find the same commas as one byte at a time.
func TestRecordSplitIsExact(t *testing.T) {
	alphabet := rapid.SliceOf(rapid.SampledFrom([]byte{',', '-', '+', 0x2b, 0xac, 0x00, 0xff, 'a', ',' ^ 0x80}))
	rapid.Check(t, func(t *rapid.T) {
		line := alphabet.Draw(t, "line")
		var r Record
		r.Split(line)
		var got []string
		for i := range r.Len() {
			got = append(got, string(r.Field(i)))
		}
		if want := strings.Split(string(line), ","); !slices.Equal(got, want) {
			t.Fatalf("split(%q) = %q, want %q", line, got, want)
		}
	})
}

// More texts than the cache holds come back with their own meanings.
func TestCache(t *testing.T) {
	read := 0
	c := Cache[string]{Read: func(s string) string { read++; return "<" + s + ">" }}
	for range 2 {
		for i := range cacheLimit + 1000 {
			text := fmt.Sprint(i)
			if got := *c.Get([]byte(text)); got != "<"+text+">" {
				t.Fatalf("meaning of %s is %s", text, got)
			}
		}
	}
	if len(c.known) > cacheLimit {
		t.Errorf("%d texts kept, limit %d", len(c.known), cacheLimit)
	}
	before := read
	c.Get([]byte("1"))
	c.Get([]byte("1"))
	if read > before+1 {
		t.Error("a text was read twice in a row")
	}
}

func TestInOrder(t *testing.T) {
	const jobs = 500
	produce := func(offer func(*int) bool) error { //nolint:unparam // the signature is that of a reader, which can fail
		for i := range jobs {
			if !offer(&i) {
				return nil
			}
		}
		return nil
	}
	square := func() func(*int) { return func(j *int) { *j *= *j } }
	var got []int
	err := InOrder(t.Context(), 4, produce, square, func(j *int) error { got = append(got, *j); return nil })
	if err != nil || len(got) != jobs {
		t.Fatalf("%d jobs, error %v", len(got), err)
	}
	for i, v := range got {
		if v != i*i {
			t.Fatalf("job %d gave %d", i, v)
		}
	}
	errLate := errors.New("late")
	late := func(offer func(*int) bool) error { _ = produce(offer); return errLate }
	n := 0
	if err := InOrder(t.Context(), 4, late, square, func(*int) error { n++; return nil }); !errors.Is(err, errLate) || n != jobs {
		t.Errorf("error %v after %d jobs", err, n)
	}
	if err := InOrder(t.Context(), 4, produce, square, func(*int) error { return errLate }); !errors.Is(err, errLate) {
		t.Errorf("error %v of emit", err)
	}
}
