package report

import (
	"cmp"
	"html/template"
	"io"
	"strconv"
	"strings"

	"detour/report/chart"
	"detour/report/digits"
	"detour/report/page"
	"detour/report/svg"
)

// HTMLOptions say how the page is written.
type HTMLOptions struct {
	// Lang is the language of the report's words, a BCP 47 tag; empty is en.
	Lang string
	// MaxRows is how many rows of a table are shown; 0 is all.
	MaxRows int
}

// HTML writes the report as one page that needs nothing else: no script, no request, charts as SVG, each
// with the table of its figures. Caveats stand by the lead, sources at the end. A server that sends the
// page sends page.Policy with it.
func HTML(w io.Writer, r Report, opts HTMLOptions) error {
	r = r.held()
	if err := check(r); err != nil {
		return err
	}
	return page.Write(w, pageOf(r, opts))
}

const (
	foldAbove   = 12 // rows of a table below a chart
	longAbove   = 30 // rows
	openCaveats = 4  // shown at once without asking
	mostTiles   = 8
)

func pageOf(r Report, opts HTMLOptions) page.Page {
	p := page.Page{Lang: cmp.Or(opts.Lang, "en"), Title: r.Title, Lead: r.Lead, Simulated: r.Simulated, LakeVersion: r.LakeVersion, Asked: pageFacts(asked(r.Question))}
	caveats := 0
	for i, b := range r.Blocks {
		if !b.Only.reach(ToHTML) {
			continue
		}
		switch body := b.Body.(type) {
		case Caveats:
			p.Caveats = append(p.Caveats, page.ByKind(body)...)
			caveats += len(body)
		case Sources:
			p.Sources = append(p.Sources, pageSources(body)...)
		default:
			p.Blocks = append(p.Blocks, pageBlock(b, "b"+strconv.Itoa(i+1), r.Simulated, opts.MaxRows))
		}
	}
	p.CaveatCount, p.CaveatsOpen = onPage().Things(caveats, "caveat"), caveats <= openCaveats
	return p
}

func pageBlock(b Block, id string, simulated bool, most int) page.Block {
	out := page.Block{ID: id, Title: b.Title, Note: b.Note}
	switch body := b.Body.(type) {
	case Value:
		out.Title, out.Facts = "", []page.Fact{{Title: b.Title, Value: onPage().alone(body.Cell, body.Unit)}}
	case Facts:
		out.Facts = pageFacts(body)
		if figures(body) && len(out.Facts) <= mostTiles {
			out.Tiles, out.Facts = out.Facts, nil
		}
	case Prose:
		out.Prose = strings.Split(string(body), "\n\n")
	case Table:
		out.Table = pageTable(body, b.Title, most)
	case Chart:
		out.Table = pageTable(body.Table, b.Title, most)
		out.Table.Folded = len(body.Rows) > foldAbove
		if len(body.Rows) > 0 {
			out.Figure = pageFigure(body, id, b.Title, simulated)
		}
	}
	return out
}

func pageFigure(c Chart, id, title string, simulated bool) *page.Figure {
	frame := svg.Frame{ID: id, Title: title, Figure: onPage().Float}
	if simulated {
		frame.Stamp = "simulated figures"
	}
	f := chart.Draw(c.Draw, easel{c.Table, c.scales()}, frame)
	return &page.Figure{
		Wide:    template.HTML(f.Wide),   //nolint:gosec // svg escapes every text it is given
		Narrow:  template.HTML(f.Narrow), //nolint:gosec // likewise
		Caption: f.Caption,
	}
}

func pageFacts(facts Facts) (out []page.Fact) {
	s := scalesOf(factCells(facts))
	for _, f := range facts {
		if f.shown(ToHTML) {
			out = append(out, page.Fact{Title: f.Title, Value: onPage().withUnit(f.Value, s, f.Unit)})
		}
	}
	return out
}

// figures says that people are shown only figures of these facts.
func figures(facts Facts) bool {
	for _, f := range facts {
		if f.shown(ToHTML) && !f.Value.numeric() && f.Value.kind != isNull {
			return false
		}
	}
	return true
}

func pageTable(t Table, name string, most int) *page.Table {
	n := len(t.Rows)
	if most > 0 {
		n = min(n, most)
	}
	cols := onPage().writeOut(t, n, ToHTML)
	out := &page.Table{Name: name, Count: onPage().Things(len(t.Rows), "row"), Long: n > longAbove}
	if more := len(t.Rows) - n; more > 0 {
		out.More = "… " + onPage().Count(more) + " more " + digits.Plural(more, "row") + ", which JSON and CSV hold."
	}
	for _, c := range cols {
		out.Heads = append(out.Heads, page.Head{Title: c.Title, Unit: c.Unit, Right: c.Right})
	}
	line := func(i int) []page.Cell {
		row := make([]page.Cell, len(cols))
		for j, c := range cols {
			row[j] = page.Cell{Text: c.Lines[i], Right: c.Right, Head: j == 0 && !c.Right}
		}
		return row
	}
	for i := range n {
		out.Rows = append(out.Rows, line(i))
	}
	if t.Total != nil {
		out.Total = line(n)
	}
	return out
}

func pageSources(ss Sources) (out []page.Source) {
	for _, v := range bySource(ss) {
		s := page.Source{Vintage: v.vintage, Count: onPage().Things(len(v.files), "file")}
		for _, f := range v.files {
			s.Files = append(s.Files, page.File{Name: f.Bytes.Name, SHA256: f.Bytes.SHA256})
		}
		out = append(out, s)
	}
	return out
}
