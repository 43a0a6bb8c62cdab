package archtest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ARCHITECTURE.md shows the same tables, row for row.
func TestTheDocumentShowsTheseTables(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(moduleRoot, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	for heading, want := range map[string][][]string{
		"Floors": floorRows(),
		"Doors":  doorRows(),
		"Walls":  wallRows(),
		"Calls":  callRows(),
	} {
		got := tableUnder(string(text), heading)
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || !slices.Equal(got[i], want[i]) {
				t.Errorf("row %d under the heading %q of ARCHITECTURE.md is %q, and here %q: make them equal.", i+1, heading, at(got, i), at(want, i))
			}
		}
	}
}

// tableUnder gives the cells of the first table after a heading (of any level), without its head.
func tableUnder(text, heading string) [][]string {
	var rows [][]string
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			inside = strings.TrimLeft(line, "# ") == heading
		case inside && strings.HasPrefix(line, "|"):
			rows = append(rows, cells(line))
		case len(rows) > 0:
			return rows[2:]
		}
	}
	return rows[min(2, len(rows)):]
}

func cells(line string) []string {
	out := strings.Split(strings.Trim(line, "|"), "|")
	for i, cell := range out {
		out[i] = strings.TrimSpace(cell)
	}
	return out
}

func floorRows() [][]string {
	var rows [][]string
	for _, f := range floors {
		rows = append(rows, []string{f.name, code(f.folders), f.why})
	}
	return rows
}

func doorRows() [][]string {
	var rows [][]string
	for _, d := range doors {
		rows = append(rows, []string{code([]string{d.from}), code([]string{d.to}), d.why})
	}
	return rows
}

func wallRows() [][]string {
	var rows [][]string
	for _, w := range walls {
		to := "only " + code(w.only)
		if len(w.only) == 0 {
			to = "never " + code(w.never)
		}
		rows = append(rows, []string{code(w.behind), to, w.why})
	}
	return rows
}

func callRows() [][]string {
	var rows [][]string
	for _, c := range calls {
		names := make([]string, len(c.funcs))
		for i, f := range c.funcs {
			names[i] = c.pkg + "." + f
		}
		rows = append(rows, []string{code(names), code(c.only), c.why})
	}
	return rows
}

// code writes names as the document does: each in backquotes.
func code(names []string) string {
	return "`" + strings.Join(names, "` `") + "`"
}

func at(rows [][]string, i int) []string {
	if i < len(rows) {
		return rows[i]
	}
	return nil
}
