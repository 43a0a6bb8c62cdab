package text

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func fields(t *testing.T, line string, separator byte) []string {
	t.Helper()
	var r Row
	if !r.Split([]byte(line), separator) {
		return nil
	}
	var out []string
	for i := range r.Len() {
		out = append(out, string(r.Field(i)))
	}
	return out
}

// What the standard library writes as a line is split into the same fields.
func TestSplitAgainstTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := rapid.SliceOfN(rapid.StringOf(rapid.SampledFrom([]rune("ab,\t\" é;|"))), 1, 20).Draw(rt, "fields")
		separator := rapid.SampledFrom([]rune(",\t")).Draw(rt, "separator")
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		w.Comma = separator
		if err := w.Write(want); err != nil {
			rt.Fatal(err)
		}
		w.Flush()
		line, _ := Line(text.Bytes())
		if got := fields(t, string(line), byte(separator)); !slices.Equal(got, want) {
			rt.Fatalf("%q is split into %q, want %q", line, got, want)
		}
	})
}

func TestSplit(t *testing.T) {
	for line, want := range map[string][]string{
		"":                        {""},
		",":                       {"", ""},
		`a,"b,c",d`:               {"a", "b,c", "d"},
		`"a""b",`:                 {`a"b`, ""},
		`19" wide,b`:              {`19" wide`, "b"},
		`"",""`:                   {"", ""},
		"\xac\xff,\x00,,,,,,,,,,": {"\xac\xff", "\x00", "", "", "", "", "", "", "", "", "", ""},
		strings.Repeat("x", 20):   {strings.Repeat("x", 20)},
		`"a`:                      nil,
		`"a"b,c`:                  nil,
		`a,"`:                     nil,
		`a,"""`:                   nil,
	} {
		if got := fields(t, line, ','); !slices.Equal(got, want) {
			t.Errorf("%q is split into %q, want %q", line, got, want)
		}
	}
	if got := new(Row).Field(-1); got != nil {
		t.Errorf("a column that is not there holds %q", got)
	}
}

func TestCacheReadsEachTextOnce(t *testing.T) {
	read := 0
	c := Cache[string]{Read: func(s string) string { read++; return s + "!" }}
	for range 3 {
		for _, s := range []string{"", "a", "12345678", "x12345678"} { // the last two share a place
			if got := *c.Get([]byte(s)); got != s+"!" {
				t.Errorf("%q means %q", s, got)
			}
		}
	}
	if read != 4 {
		t.Errorf("4 texts were read %d times", read)
	}
	long := strings.Repeat("x", maxText+1)
	for range 2 {
		if got := *c.Get([]byte(long)); got != long+"!" {
			t.Errorf("a long text means %q", got)
		}
	}
	if read != 6 {
		t.Errorf("a text too long to keep was kept")
	}
}

func TestInOrder(t *testing.T) {
	errEmit, errProduce := errors.New("emit"), errors.New("produce")
	type job struct{ in, out int }
	for name, c := range map[string]struct {
		jobs, stopAt int
		produced     error
		want         error
	}{
		"all": {100, -1, nil, nil}, "none": {0, -1, nil, nil}, "emit fails": {100, 30, nil, errEmit}, "produce fails": {100, -1, errProduce, errProduce},
		"both fail": {100, 30, errProduce, errEmit},
	} {
		var got []int
		err := InOrder(t.Context(), 3,
			func(offer func(*job) bool) error {
				for i := range c.jobs {
					if !offer(&job{in: i}) {
						return nil
					}
				}
				return c.produced
			},
			func() func(*job) { return func(j *job) { j.out = j.in * j.in } },
			func(j *job) error {
				if j.in == c.stopAt {
					return errEmit
				}
				got = append(got, j.out)
				return nil
			})
		want := c.jobs
		if c.stopAt >= 0 {
			want = c.stopAt
		}
		if !errors.Is(err, c.want) || len(got) != want {
			t.Errorf("%s: error %v, %d of %d jobs", name, err, len(got), want)
		}
		for i, out := range got {
			if out != i*i {
				t.Fatalf("%s: job %d gives %d", name, i, out)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := InOrder(ctx, 2, func(offer func(*job) bool) error {
		for offer(&job{}) {
		}
		return nil
	}, func() func(*job) { return func(*job) {} }, func(*job) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
