package term

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCells(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "処理": 4, "е\u0301": 1, "Қазақстан": 9, "–": 1, "a\u200bb": 2} {
		if got := Cells(s); got != want {
			t.Errorf("%q: got %d cells, want %d", s, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{{"処理装置", 5, "処理…"}, {"処理装置", 8, "処理装置"}, {"abcdef", 4, "abc…"}, {"abcd", 4, "abcd"}} {
		if got := clip(c.s, c.n); got != c.want {
			t.Errorf("%q to %d: got %q, want %q", c.s, c.n, got, c.want)
		}
	}
}

func TestWrapKeepsEveryWordInItsWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-zа-я処]{1,9}`)).Draw(t, "words")
		n := rapid.IntRange(0, 40).Draw(t, "n")
		lines := wrap(strings.Join(words, " "), n)
		if got := strings.Fields(strings.Join(lines, " ")); !slices.Equal(got, words) {
			t.Fatalf("words %q became %q", words, got)
		}
		for _, l := range lines {
			if n > 0 && Cells(l) > n && strings.Contains(l, " ") {
				t.Fatalf("%q is wider than %d", l, n)
			}
		}
	})
}
