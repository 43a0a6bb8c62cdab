package term

import (
	"bufio"
	"io"
	"slices"
	"strings"
)

// Style is how a line stands out.
type Style string

// The styles.
const (
	Plain Style = ""
	Bold  Style = "\x1b[1m"
	Dim   Style = "\x1b[2m"
)

// Writer writes lines to a terminal of a width; width 0 is no limit. It keeps the first error for
// Flush. What is written loses its control characters: figures and names come from files.
type Writer struct {
	out    *bufio.Writer
	width  int
	styled bool
}

// NewWriter makes a writer; styled allows bold and dim type.
func NewWriter(w io.Writer, width int, styled bool) *Writer {
	return &Writer{out: bufio.NewWriter(w), width: width, styled: styled}
}

// Flush ends the writing and gives its first error.
func (w *Writer) Flush() error { return w.out.Flush() }

// Line writes one line as it is.
func (w *Writer) Line(style Style, s string) {
	s = printable(s)
	if w.styled && style != Plain && s != "" {
		s = string(style) + s + "\x1b[0m"
	}
	w.out.WriteString(s + "\n")
}

// Para writes wrapped text, the first line after lead and the others below it; nothing if the text is empty.
func (w *Writer) Para(style Style, lead, s string) {
	indent := strings.Repeat(" ", Cells(lead))
	room := 0
	if w.width > 0 {
		room = max(20, w.width-Cells(lead))
	}
	for i, l := range wrap(s, room) {
		if i > 0 {
			lead = indent
		}
		w.Line(style, lead+l)
	}
}

const (
	gutter   = 2  // cells between columns, and before the first
	narrowed = 10 // a column of text is not narrowed below this
)

// Column is a column of a table, its lines written out. Columns that stand to the right hold figures.
type Column struct {
	Title, Unit string
	Right       bool
	Lines       []string
}

// Table is columns laid out for a writer.
type Table struct {
	w      *Writer
	cols   []Column
	widths []int
}

// Layout fits the columns to the width: each as wide as its lines and the words of its title. Where that
// is wider than the terminal the widest columns of text give way, never a figure.
func (w *Writer) Layout(cols []Column) Table {
	widths := make([]int, len(cols))
	total := 0
	for j, c := range cols {
		widths[j] = Cells(c.Unit)
		for _, s := range slices.Concat(strings.Fields(c.Title), c.Lines) {
			widths[j] = max(widths[j], Cells(s))
		}
		total += widths[j] + gutter
	}
	for excess := total - w.width; w.width > 0 && excess > 0; excess-- {
		widest := -1
		for j, c := range cols {
			if !c.Right && widths[j] > narrowed && (widest < 0 || widths[j] > widths[widest]) {
				widest = j
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return Table{w, cols, widths}
}

// Header writes the titles, wrapped to their columns and standing on a common foot, then the units.
func (t Table) Header() {
	titles := make([][]string, len(t.cols))
	deep := 0
	for j, c := range t.cols {
		titles[j] = wrap(c.Title, t.widths[j])
		deep = max(deep, len(titles[j]))
	}
	for i := range deep {
		t.row(Bold, func(j int) string {
			if k := i - deep + len(titles[j]); k >= 0 {
				return titles[j][k]
			}
			return ""
		})
	}
	if slices.ContainsFunc(t.cols, func(c Column) bool { return c.Unit != "" }) {
		t.row(Dim, func(j int) string { return t.cols[j].Unit })
	}
}

// Row writes line i of every column.
func (t Table) Row(style Style, i int) {
	t.row(style, func(j int) string { return t.cols[j].Lines[i] })
}

func (t Table) row(style Style, text func(j int) string) {
	var b strings.Builder
	for j, c := range t.cols {
		b.WriteString(strings.Repeat(" ", gutter))
		b.WriteString(Pad(clip(printable(text(j)), t.widths[j]), t.widths[j], c.Right))
	}
	t.w.Line(style, strings.TrimRight(b.String(), " "))
}
