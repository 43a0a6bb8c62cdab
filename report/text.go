package report

import (
	"io"
	"strings"

	"detour/report/digits"
	"detour/report/term"
)

// TextOptions say how the terminal looks.
type TextOptions struct {
	// Width is the terminal's; text is wrapped and tables are narrowed to it. 0 is no limit.
	Width int
	// MaxRows is how many rows of a table are shown; 0 is all.
	MaxRows int
	// Colour allows bold and dim type.
	Colour bool
}

// Text writes the report for a terminal: lead, blocks, then the caveats as a list and the sources. Every
// table states its units in its header; its amounts share one scale.
func Text(w io.Writer, r Report, opts TextOptions) error {
	r = r.held()
	if err := check(r); err != nil {
		return err
	}
	t := typist{term.NewWriter(w, opts.Width, opts.Colour), opts.MaxRows}
	t.head(r)
	for _, b := range r.Blocks {
		switch b.Body.(type) {
		case Caveats, Sources:
		default:
			t.block(b)
		}
	}
	for _, b := range r.Blocks {
		switch b.Body.(type) {
		case Caveats, Sources:
			t.block(b)
		}
	}
	t.foot(r)
	return t.Flush()
}

type typist struct {
	*term.Writer
	most int // rows of a table
}

func (t typist) head(r Report) {
	title := r.Title
	if r.Simulated {
		title += " (simulated figures)"
	}
	t.Para(term.Bold, "", title)
	t.Para(term.Plain, "", r.Lead)
}

func (t typist) block(b Block) {
	if !b.Only.reach(ToText) || empty(b.Body) {
		return
	}
	t.Line(term.Plain, "")
	title := b.Title
	if title == "" {
		title = defaultTitle(b.Body)
	}
	if v, ok := b.Body.(Value); ok {
		t.Para(term.Plain, "", strings.TrimPrefix(title+": ", ": ")+onTerminal().alone(v.Cell, v.Unit))
	} else {
		t.Para(term.Bold, "", title)
	}
	t.Para(term.Dim, "", b.Note)
	switch body := b.Body.(type) {
	case Facts:
		t.facts(body)
	case Table:
		t.table(body)
	case Chart:
		t.table(body.Table)
	case Prose:
		t.prose(body)
	case Caveats:
		for _, c := range body {
			t.Para(term.Plain, "- ", caveatLine(c.Scope, c.Text))
		}
	case Sources:
		for _, s := range bySource(body) {
			t.Para(term.Plain, "- ", s.String())
		}
	}
}

// empty says that there is nothing to show of a body that is a list of remarks.
func empty(b Body) bool {
	switch b := b.(type) {
	case Caveats:
		return len(b) == 0
	case Sources:
		return len(b) == 0
	default:
		return false
	}
}

func defaultTitle(b Body) string {
	switch b.(type) {
	case Caveats:
		return "Caveats"
	case Sources:
		return "Sources"
	default:
		return ""
	}
}

func caveatLine(scope, text string) string {
	if scope == "" {
		return text
	}
	return scope + ": " + text
}

func (t typist) table(tab Table) {
	if len(tab.Rows) == 0 {
		t.Line(term.Dim, "  none")
		return
	}
	n := len(tab.Rows)
	if t.most > 0 {
		n = min(n, t.most)
	}
	var cols []term.Column
	for _, c := range onTerminal().writeOut(tab, n, ToText) {
		cols = append(cols, term.Column(c))
	}
	laid := t.Layout(cols)
	laid.Header()
	for i := range n {
		laid.Row(term.Plain, i)
	}
	if more := len(tab.Rows) - n; more > 0 {
		t.Line(term.Dim, "  … "+onTerminal().Count(more)+" more "+digits.Plural(more, "row")+" (--json or --csv has all)")
	}
	if tab.Total != nil {
		laid.Row(term.Bold, n)
	}
}

func (t typist) facts(facts Facts) {
	s := scalesOf(factCells(facts))
	w := 0
	for _, f := range facts {
		if f.shown(ToText) {
			w = max(w, term.Cells(f.Title))
		}
	}
	for _, f := range facts {
		if f.shown(ToText) {
			t.Para(term.Plain, "  "+term.Pad(f.Title, w, false)+"  ", onTerminal().withUnit(f.Value, s, f.Unit))
		}
	}
}

// shown says whether people see the fact on printer p: one without a title is for machines.
func (f Fact) shown(p Printers) bool { return f.Title != "" && f.Only.reach(p) }

func factCells(facts Facts) []Cell {
	out := make([]Cell, len(facts))
	for i, f := range facts {
		out[i] = f.Value
	}
	return out
}

func (t typist) prose(p Prose) {
	for i, par := range strings.Split(string(p), "\n\n") {
		if i > 0 {
			t.Line(term.Plain, "")
		}
		t.Para(term.Plain, "", par)
	}
}

func (t typist) foot(r Report) {
	if r.LakeVersion == "" && len(r.Question) == 0 {
		return
	}
	t.Line(term.Plain, "")
	if len(r.Question) > 0 {
		var words []string
		for _, f := range asked(r.Question) {
			if f.shown(ToText) {
				words = append(words, f.Title+" "+onTerminal().alone(f.Value, f.Unit))
			}
		}
		t.Para(term.Dim, "Asked: ", strings.Join(words, "; "))
	}
	if r.LakeVersion != "" {
		t.Para(term.Dim, "", "Lake version "+r.LakeVersion)
	}
}

// asked gives what the question set; what it left open is for machines.
func asked(question Facts) (out Facts) {
	for _, f := range question {
		if f.Value.kind != isNull {
			out = append(out, f)
		}
	}
	return out
}

// vintageFiles is the files of one vintage, for a compact list.
type vintageFiles struct {
	vintage string
	files   Sources
}

// bySource groups sources by vintage, in the order in which vintages first come.
func bySource(ss Sources) []vintageFiles {
	var out []vintageFiles
	at := map[string]int{}
	for _, s := range ss {
		v := s.Vintage.String()
		i, ok := at[v]
		if !ok {
			i = len(out)
			at[v] = i
			out = append(out, vintageFiles{vintage: v})
		}
		out[i].files = append(out[i].files, s)
	}
	return out
}

// String names the vintage and its file, or how many.
func (v vintageFiles) String() string {
	if len(v.files) == 1 {
		f := v.files[0].Bytes
		return v.vintage + ", " + f.Name + " (sha256 " + f.SHA256[:min(12, len(f.SHA256))] + "…)"
	}
	return v.vintage + ", " + onTerminal().Things(len(v.files), "file")
}
