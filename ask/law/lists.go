package law

import (
	"fmt"
	"strings"

	"detour/fault"
	"detour/report"
	"detour/trade/regime"
)

// Lists lists the law that is held, of one jurisdiction or, if by is empty, of all: lists, how much of each is held for
// which time, and duties.
func Lists(r regime.Regime, by string) (report.Report, error) {
	lists, duties := r.Lists(), r.Duties()
	if by != "" {
		var err error
		if lists, err = r.Of(by); err != nil {
			return report.Report{}, err
		}
		duties = nil
		for _, d := range r.Duties() {
			if strings.EqualFold(d.Jurisdiction, by) {
				duties = append(duties, d)
			}
		}
	}
	t := report.Table{Columns: []report.Column{
		{Key: "list", Title: "List"}, {Key: "jurisdiction", Title: "By"}, {Key: "act", Title: "Act"}, {Key: "article", Title: "Article"}, {Key: "annex", Title: "Annex"},
		{Key: "title", Title: "Title"}, {Key: "direction", Title: "Direction"}, {Key: "to", Title: "To"}, {Key: "kind", Title: "Kind"},
		{Key: "edition", Title: "Edition"}, {Key: "codes", Title: "Rows"}, {Key: "since", Title: "Since"}, {Key: "until", Title: "Until"}, {Key: "link", Title: "Link"},
	}}
	for _, l := range lists {
		t.Rows = append(t.Rows, []report.Cell{
			report.Str(l.ID), report.Str(l.Jurisdiction), report.Str(l.Act), open(l.Article), open(l.Annex),
			report.Str(l.Title), report.Str(string(l.Direction)), report.Strs(destinations(l)...), report.Str(string(l.Kind)),
			open(string(l.Edition)), report.Int(int64(len(l.Items))), open(l.Since.String()), open(l.Until.String()), report.Str(l.Link),
		})
	}
	return report.Report{
		Title: "The law that is held", Lead: counted(len(lists), "list") + ". Where a list is not complete on a day, an answer that needs it is unknown.",
		Blocks: []report.Block{
			{Key: "coverage", Title: "How much is held", Body: coverageTable(lists)},
			{Key: "lists", Title: "Lists", Body: t},
			{Key: "duties", Title: "Duties of exporters", Body: dutyTable(duties)},
		},
	}, nil
}

// destinations gives the areas of a list, * for anywhere.
func destinations(l *regime.List) []string {
	if l.To == nil {
		return []string{"*"}
	}
	var out []string
	for _, c := range l.To {
		out = append(out, string(c))
	}
	return out
}

// coverageTable says of each annex for which time it is held and how well.
func coverageTable(lists []*regime.List) report.Table {
	t := report.Table{Columns: []report.Column{
		{Key: "jurisdiction", Title: "By"}, {Key: "act", Title: "Act"}, {Key: "annex", Title: "Annex"}, {Key: "direction", Title: "Direction"},
		{Key: "state", Title: "State"}, {Key: "from", Title: "From"}, {Key: "until", Title: "Until"}, {Key: "list", Title: "List"},
	}}
	add := func(l *regime.List, state regime.State, s regime.Span) {
		t.Rows = append(t.Rows, []report.Cell{
			report.Str(l.Jurisdiction), report.Str(l.Act), open(l.Annex), report.Str(string(l.Direction)),
			report.Str(string(state)), open(s.From.String()), open(s.Until.String()), report.Str(l.ID),
		})
	}
	for _, l := range lists {
		for _, k := range l.Known {
			add(l, k.State, k.Span)
		}
		if len(l.Known) == 0 {
			add(l, regime.Absent, regime.Span{})
		}
	}
	return t
}

// Show gives one list in full.
func Show(r regime.Regime, id string) (report.Report, error) {
	l, ok := r.List(id)
	if !ok {
		return report.Report{}, fault.Errorf(fault.NotFound, "there is no list %q", id).Hint("`detour regime list` lists them")
	}
	t := report.Table{Columns: []report.Column{
		{Key: "code", Title: "Code"}, {Key: "scope", Title: "Scope"}, {Key: "above", Title: "Above"}, {Key: "condition", Title: "Condition"},
		{Key: "from", Title: "From", Only: report.Machines}, {Key: "from_latest", Title: "In force by", Only: report.Machines},
		{Key: "since", Title: "From", Only: report.People}, {Key: "until", Title: "Until"},
	}}
	for _, item := range l.Items {
		from, latest := bounds(item.From)
		t.Rows = append(t.Rows, []report.Cell{
			report.Str(string(item.Code)), report.Str(string(item.Scope)), value(item.Above), open(item.Condition),
			from, latest, open(item.From.String()), open(item.Until.String()),
		})
	}
	facts := report.Facts{
		{Key: "jurisdiction", Title: "By", Value: report.Str(l.Jurisdiction)}, {Key: "act", Title: "Act", Value: report.Str(l.Act)},
		{Key: "article", Title: "Article", Value: open(l.Article)}, {Key: "annex", Title: "Annex", Value: open(l.Annex)},
		{Key: "direction", Title: "Direction", Value: report.Str(string(l.Direction))}, {Key: "to", Title: "To", Value: report.Strs(destinations(l)...)},
		{Key: "kind", Title: "Kind", Value: report.Str(string(l.Kind))}, {Key: "edition", Title: "Edition of the codes", Value: open(string(l.Edition))},
		{Key: "since", Title: "Since", Value: open(l.Since.String())}, {Key: "until", Title: "Until", Value: open(l.Until.String())},
		{Key: "exempt", Title: "Exemptions", Value: report.Strs(l.Exempt...)}, {Key: "notes", Title: "Notes", Value: report.Strs(l.Notes...)},
		{Key: "link", Title: "Link", Value: report.Str(l.Link)},
	}
	return report.Report{
		Title: l.Title, Lead: counted(len(l.Items), "code") + " are held. A day written `<2022-12-04` is one by which the code was listed; since when is not known.",
		Blocks: []report.Block{
			{Key: "list", Title: "The list", Body: facts},
			{Key: "coverage", Title: "How much is held", Body: coverageTable([]*regime.List{l})},
			{Key: "codes", Title: "Codes", Body: t},
		},
	}, nil
}

// Diff is the question what one jurisdiction restricts and another does not.
type Diff struct{ By, Other, To, On, Direction string }

// Run answers the question.
func (d Diff) Run(r regime.Regime) (report.Report, error) {
	to, on, way, err := terms(d.To, d.On, d.Direction)
	if err != nil {
		return report.Report{}, err
	}
	found, err := r.Diff(d.By, d.Other, to, on, way)
	if err != nil {
		return report.Report{}, err
	}
	t := report.Table{Columns: []report.Column{
		{Key: "code", Title: "Code"}, {Key: "scope", Title: "Scope"}, {Key: "act", Title: "Act"}, {Key: "annex", Title: "Annex"},
		{Key: "from", Title: "From", Only: report.Machines}, {Key: "from_latest", Title: "In force by", Only: report.Machines}, {Key: "since", Title: "From", Only: report.People},
		{Key: "other", Title: "Covered by the other"}, {Key: "list", Title: "List"}, {Key: "link", Title: "Link"},
	}}
	count := map[regime.Covered]int{}
	for _, f := range found {
		l, item := f.Measure.List, f.Measure.Item
		from, latest := bounds(item.From)
		count[f.Other.Covered]++
		t.Rows = append(t.Rows, []report.Cell{
			report.Str(string(item.Code)), report.Str(string(item.Scope)), report.Str(l.Act), open(l.Annex),
			from, latest, open(item.From.String()), report.Str(string(f.Other.Covered)), report.Str(l.ID), report.Str(l.Link),
		})
	}
	return report.Report{
		Title: fmt.Sprintf("Restricted by %s, not wholly by %s, on %s", d.By, d.Other, on),
		Lead: fmt.Sprintf("%s of %s are not covered wholly by %s: %d not at all, %d in part, %d not known.",
			counted(len(found), "row"), d.By, d.Other, count[regime.No], count[regime.Partly], count[regime.Unknown]),
		Question: report.Facts{
			{Key: "by", Title: "By", Value: report.Str(d.By)}, {Key: "other", Title: "Other", Value: report.Str(d.Other)},
			{Key: "to", Title: "To", Value: report.Str(string(to))}, {Key: "on", Title: "On", Value: report.Str(on.String())},
			{Key: "direction", Title: "Direction", Value: report.Str(string(way))},
		},
		Blocks: []report.Block{{Key: "differences", Title: "Differences", Body: t}},
	}, nil
}

// Check looks through lists.
func Check(lists []*regime.List) report.Report {
	t := report.Table{Columns: []report.Column{{Key: "list", Title: "List"}, {Key: "what", Title: "Finding"}, {Key: "code", Title: "Code"}, {Key: "note", Title: "Note"}}}
	for _, l := range lists {
		for _, f := range l.Check() {
			t.Rows = append(t.Rows, []report.Cell{report.Str(f.List), report.Str(f.What), open(string(f.Code)), report.Str(f.Note)})
		}
	}
	return report.Report{
		Title: "Check of lists", Lead: fmt.Sprintf("%s in %s. That a list is in order says nothing of the law.", counted(len(t.Rows), "finding"), counted(len(lists), "list")),
		Blocks: []report.Block{{Key: "findings", Title: "Findings", Body: t}},
	}
}

// counted is a number of things in words.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
