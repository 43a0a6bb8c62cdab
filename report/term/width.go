// Package term sets text in a terminal: its width, wrapping, styles and tables of columns.
package term

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Cells is how many columns of a terminal the text takes.
func Cells(s string) int {
	n := 0
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

func runeCells(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc):
		return 0
	case r < 0x300: // the common case needs no table
		return 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// clip shortens the text to at most n cells, an ellipsis telling so.
func clip(s string, n int) string {
	if Cells(s) <= n {
		return s
	}
	used := 0
	for i, r := range s {
		if used+runeCells(r) > n-1 {
			return s[:i] + "…"
		}
		used += runeCells(r)
	}
	return s
}

// Pad fills the text to n cells, on the left where it stands to the right.
func Pad(s string, n int, right bool) string {
	fill := strings.Repeat(" ", max(0, n-Cells(s)))
	if right {
		return fill + s
	}
	return s + fill
}

// wrap breaks the text into lines of at most n cells at its spaces; 0 leaves it in one line. A word
// that is longer than a line stands alone.
func wrap(s string, n int) []string {
	words := strings.Fields(s)
	if len(words) == 0 {
		return nil
	}
	lines := []string{words[0]}
	for _, w := range words[1:] {
		last := &lines[len(lines)-1]
		if n > 0 && Cells(*last)+1+Cells(w) > n {
			lines = append(lines, w)
			continue
		}
		*last += " " + w
	}
	return lines
}

// printable replaces what would move the cursor or colour the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
