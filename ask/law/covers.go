// Package law is the questions about regimes, which need no lake: what is restricted, by which lists, and how much of
// the law is held. Each takes its words as they were given and makes a report.
package law

import (
	"fmt"

	"detour/report"
	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/regime"
)

// Covers is the question whether a jurisdiction restricts a code on a day, in words as they were given.
type Covers struct {
	Code, Edition, To, On, By, Direction string
	// Files are the names of the user's own lists that went into the law; for the answer to state.
	Files []string
}

// read makes the question of its words.
func (c Covers) read() (regime.Question, error) {
	q := regime.Question{Edition: goods.Edition(c.Edition), By: c.By}
	var err error
	if q.Code, err = goods.ParseCode(c.Code); err != nil {
		return q, err
	}
	q.To, q.On, q.Direction, err = terms(c.To, c.On, c.Direction)
	return q, err
}

// terms reads what every question about the law needs.
func terms(to, on, direction string) (place area.Code, day regime.Day, way regime.Direction, err error) {
	if place, err = area.Parse(to); err != nil {
		return "", 0, "", fmt.Errorf("--to: %w", err)
	}
	if day, err = regime.ParseDay(on); err != nil {
		return "", 0, "", fmt.Errorf("--on: %w", err)
	}
	if way, err = regime.ParseDirection(direction); err != nil {
		return "", 0, "", fmt.Errorf("--direction: %w", err)
	}
	return place, day, way, nil
}

// Run answers the question.
func (c Covers) Run(r regime.Regime) (report.Report, error) {
	q, err := c.read()
	if err != nil {
		return report.Report{}, err
	}
	answer, err := r.Covers(q)
	if err != nil {
		return report.Report{}, err
	}
	duties, err := r.DutiesOn(q)
	if err != nil {
		return report.Report{}, err
	}
	tier, err := r.Priority(q)
	if err != nil {
		return report.Report{}, err
	}
	return report.Report{
		Title: fmt.Sprintf("%s and the law of %s on %s", q.Code, c.By, q.On),
		Lead:  c.lead(q, answer),
		Question: report.Facts{
			{Key: "code", Title: "Code", Value: report.Str(string(q.Code))},
			{Key: "edition", Title: "Edition", Value: open(c.Edition)},
			{Key: "to", Title: "To", Value: report.Str(string(q.To))},
			{Key: "on", Title: "On", Value: report.Str(q.On.String())},
			{Key: "by", Title: "By", Value: report.Str(c.By)},
			{Key: "direction", Title: "Direction", Value: report.Str(string(q.Direction))},
			{Key: "lists", Title: "Own lists", Value: report.Strs(c.Files...)},
		},
		Blocks: []report.Block{
			{Key: "covered", Title: "Covered", Body: report.Value{Cell: report.Str(string(answer.Covered))}},
			{Key: "measures", Title: "Measures", Body: measureTable(answer.Measures)},
			{Key: "open", Title: "Lists that are not complete on that day", Body: openTable(answer.Open)},
			{Key: "priority", Title: "Tier of the Common High Priority List", Body: report.Value{Cell: open(tier)}},
			{Key: "duties", Title: "Duties of the exporter", Body: dutyTable(duties)},
			{Title: "Exemptions and notes", Only: report.People, Body: fineprint(answer.Measures, duties)},
		},
	}, nil
}

var coveredWords = map[regime.Covered]string{
	regime.Yes: "is restricted", regime.No: "is not restricted by any list",
	regime.Partly:  "is restricted in part or on a condition",
	regime.Unknown: "is named by no list that is held, but not all lists are held for that day, so that the answer is unknown",
}

func (c Covers) lead(q regime.Question, a regime.Answer) string {
	way := map[regime.Direction]string{regime.Export: "Export to", regime.Import: "Import from", regime.Transit: "Transit through"}[q.Direction]
	return fmt.Sprintf("%s %s of %s %s.", way, q.To, q.Code, coveredWords[a.Covered])
}

func measureTable(measures []regime.Measure) report.Table {
	t := report.Table{Columns: []report.Column{
		{Key: "jurisdiction", Title: "By"}, {Key: "act", Title: "Act"}, {Key: "article", Title: "Article"}, {Key: "annex", Title: "Annex"},
		{Key: "code", Title: "Code"}, {Key: "scope", Title: "Scope"}, {Key: "from", Title: "From", Only: report.Machines}, {Key: "since", Title: "From", Only: report.People},
		{Key: "until", Title: "Until"}, {Key: "link", Title: "Link"},
		{Key: "from_latest", Title: "In force by", Only: report.Machines}, {Key: "kind", Title: "Kind"}, {Key: "above", Title: "Above"}, {Key: "condition", Title: "Condition"},
		{Key: "list", Title: "List", Only: report.Machines}, {Key: "exempt", Title: "Exemptions", Only: report.Machines},
	}}
	for _, m := range measures {
		from, latest := bounds(m.Item.From)
		t.Rows = append(t.Rows, []report.Cell{
			report.Str(m.List.Jurisdiction), report.Str(m.List.Act), open(m.List.Article), open(m.List.Annex),
			report.Str(string(m.Item.Code)), report.Str(string(m.Scope)), from, open(m.Item.From.String()),
			open(m.Until().String()), report.Str(m.List.Link),
			latest, report.Str(string(m.List.Kind)), value(m.Item.Above), open(m.Item.Condition),
			report.Str(m.List.ID), report.Strs(m.List.Exempt...),
		})
	}
	return t
}

// bounds gives the day of entry into force, if it is known, and otherwise the day by which it had come.
func bounds(b regime.Bound) (from, latest report.Cell) {
	if b.Latest {
		return report.Null(), report.Str(b.Day.String())
	}
	return open(b.Day.String()), report.Null()
}

func value(v regime.Value) report.Cell {
	if v.Units == 0 {
		return report.Null()
	}
	return report.Str(fmt.Sprintf("%s %d", v.Currency, v.Units))
}

func openTable(lists []*regime.List) report.Table {
	t := report.Table{Columns: []report.Column{
		{Key: "list", Title: "List"}, {Key: "jurisdiction", Title: "By", Only: report.Machines}, {Key: "act", Title: "Act"},
		{Key: "article", Title: "Article"}, {Key: "annex", Title: "Annex"}, {Key: "title", Title: "Title"}, {Key: "link", Title: "Link"},
	}}
	for _, l := range lists {
		t.Rows = append(t.Rows, []report.Cell{
			report.Str(l.ID), report.Str(l.Jurisdiction), report.Str(l.Act), open(l.Article), open(l.Annex), report.Str(l.Title), report.Str(l.Link),
		})
	}
	return t
}

func dutyTable(duties []regime.Duty) report.Table {
	t := report.Table{Columns: []report.Column{
		{Key: "jurisdiction", Title: "By"}, {Key: "act", Title: "Act"}, {Key: "article", Title: "Article"}, {Key: "title", Title: "Duty"},
		{Key: "target", Title: "Target"}, {Key: "from", Title: "From"}, {Key: "exempt", Title: "Exemptions", Only: report.Machines}, {Key: "notes", Title: "Notes", Only: report.Machines}, {Key: "link", Title: "Link"},
	}}
	for _, d := range duties {
		t.Rows = append(t.Rows, []report.Cell{
			report.Str(d.Jurisdiction), report.Str(d.Act), report.Str(d.Article), report.Str(d.Title),
			report.Str(string(d.Target)), report.Str(d.From.String()), report.Strs(d.Exempt...), report.Strs(d.Notes...), report.Str(d.Link),
		})
	}
	return t
}

// fineprint tells people the exemptions of lists and duties, and notes, a line each.
func fineprint(measures []regime.Measure, duties []regime.Duty) report.Table {
	t := report.Table{Columns: []report.Column{{Key: "of", Title: "Of"}, {Key: "text", Title: "Text"}}}
	said := map[string]bool{}
	add := func(of string, texts ...string) {
		for _, text := range texts {
			if !said[of+text] {
				said[of+text] = true
				t.Rows = append(t.Rows, []report.Cell{report.Str(of), report.Str(text)})
			}
		}
	}
	for _, m := range measures {
		add(m.List.Annex, m.List.Exempt...)
		add(m.List.Annex, m.List.Notes...)
	}
	for _, d := range duties {
		add("Article "+d.Article, d.Exempt...)
		add("Article "+d.Article, d.Notes...)
	}
	return t
}

// open is a word that may be absent.
func open(s string) report.Cell {
	if s == "" {
		return report.Null()
	}
	return report.Str(s)
}
