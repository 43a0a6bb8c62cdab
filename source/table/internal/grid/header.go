package grid

import (
	"regexp"
	"slices"
	"strings"
)

// Fold is the key under which texts are compared: runs of white space are one space, case does not count.
func Fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// Header is the names of a grid's columns.
type Header struct {
	names []string
	above map[int][]string
	first int
}

// NewHeader reads the header of a grid where the layout says. A column is called by its texts in all rows of
// the header, joined by " / ". In all but the last an empty cell belongs to the one on its left, as in a heading
// that spans several columns. Bad input if no cell is the layout's anchor.
func NewHeader(g Grid, l Layout) (Header, error) {
	rows := l.Header
	if len(rows) == 0 {
		rows = []int{1} // the names of the fields of records
	}
	before, err := g.before(l.Anchor)
	if err != nil {
		return Header{}, err
	}
	width := 0
	for _, r := range rows {
		if i := before + r - 1; i < len(g.Rows) {
			width = max(width, len(g.Rows[i]))
		}
	}
	h := Header{names: make([]string, width), above: map[int][]string{}, first: before + rows[len(rows)-1]}
	for i, r := range rows {
		h.above[r] = g.texts(before+r-1, width, i < len(rows)-1)
	}
	for col := range width {
		var parts []string
		for _, r := range rows {
			if text := h.above[r][col]; text != "" {
				parts = append(parts, text)
			}
		}
		h.names[col] = strings.Join(parts, " / ")
	}
	return h, nil
}

// before counts the rows above the first that has the anchor: from there the rows of the header count.
func (g Grid) before(anchor string) (int, error) {
	if anchor == "" {
		return 0, nil
	}
	for i, row := range g.Rows {
		if slices.ContainsFunc(row, func(c Cell) bool { return Fold(c.Text) == Fold(anchor) }) {
			return i, nil
		}
	}
	return 0, wrong("no cell is %q, by which the header is found", anchor)
}

// texts gives a row's texts, empty ones filled from the left if it spans.
func (g Grid) texts(row, width int, spans bool) []string {
	out := make([]string, width)
	for col := range out {
		out[col] = g.At(row, col).Text
		if spans && out[col] == "" && col > 0 {
			out[col] = out[col-1]
		}
	}
	return out
}

// FirstRow is the index of the first row below the header.
func (h Header) FirstRow() int { return h.first }

// Above gives the text in the header's row r, counted from 1, above a column.
func (h Header) Above(r, col int) string {
	if texts := h.above[r]; col < len(texts) {
		return texts[col]
	}
	return ""
}

// Find gives the column that is called name, or that `$C` names by its letter. Bad input if none or two are.
func (h Header) Find(name string) (int, error) {
	if m := letterPattern.FindStringSubmatch(name); m != nil {
		return letters(m[1]), nil
	}
	found := -1
	for i, n := range h.names {
		if Fold(n) != Fold(name) {
			continue
		}
		if found >= 0 {
			return 0, wrong("two columns are called %q", name).Hint("name one by its letter: $C")
		}
		found = i
	}
	if found < 0 {
		return 0, wrong("no column is called %q", name).Hint("the columns are %s", h.list())
	}
	return found, nil
}

var letterPattern = regexp.MustCompile(`^\$([A-Z]{1,3})$`)

// Match gives the columns whose names the pattern fits, from left to right. Bad input if there is none.
func (h Header) Match(re *regexp.Regexp) ([]int, error) {
	var out []int
	for i, n := range h.names {
		if re.MatchString(n) {
			out = append(out, i)
		}
	}
	if len(out) == 0 {
		return nil, wrong("no column is called like %q", re).Hint("the columns are %s", h.list())
	}
	return out, nil
}

// list names the columns for a hint.
func (h Header) list() string {
	return strings.Join(slices.DeleteFunc(slices.Clone(h.names), func(n string) bool { return n == "" }), "; ")
}

// Name gives what a column is called in messages.
func (h Header) Name(col int) string {
	if col < len(h.names) && h.names[col] != "" {
		return h.names[col]
	}
	return "column " + letterName(col)
}
