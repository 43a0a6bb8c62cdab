package ask

import (
	"fmt"

	"detour/detect/account"
	"detour/report"
	"detour/trade/goods"
)

// GoodsSets lists the named sets of goods.
func GoodsSets() report.Report {
	t := report.Table{Columns: []report.Column{{Key: "set", Title: "Set"}, {Key: "title", Title: "Title"}, {Key: "edition", Title: "Edition"}, {Key: "digits", Title: "Digits"}, {Key: "codes", Title: "Codes"}, {Key: "source", Title: "Source"}}}
	for _, s := range goods.Sets() {
		t.Rows = append(t.Rows, []report.Cell{report.Str(s.ID), report.Str(s.Title), report.Str(string(s.Edition)), report.Int(int64(s.Digits)), report.Int(int64(len(s.Codes))), report.Str(s.Source)})
	}
	return report.Report{Title: "Named sets of goods", Blocks: []report.Block{{Key: "sets", Title: "Sets", Body: t}}}
}

// Families tells how large the families of codes are that follow goods through changes of edition, with
// all official links and without those that are left out.
func Families() report.Report {
	sizes := goods.FamiliesBetween(goods.Edition(goods.HS2017), goods.Edition(goods.HS2022)).Sizes()
	kept := sizeTable(sizes.Kept)
	all := sizeTable(sizes.Whole)
	left := report.Table{Columns: []report.Column{{Key: "newer", Title: "Newer"}, {Key: "into", Title: "Into"}, {Key: "from", Title: "Added from"}, {Key: "reason", Title: "Reason"}}}
	for _, c := range goods.Changes() {
		left.Rows = append(left.Rows, []report.Cell{report.Str(string(c.Newer)), report.Str(string(c.Into)), report.Str(string(c.From)), report.Str(c.Reason)})
	}
	return report.Report{
		Title: "Families of goods, HS2017 to HS2022",
		Lead:  fmt.Sprintf("A family of more than %d codes in an edition is not followed.", goods.FollowedMost),
		Blocks: []report.Block{
			{Key: "kept", Title: "Sizes without the links left out", Body: kept},
			{Key: "all_links", Title: "Sizes with every official link", Body: all},
			{Key: "left_out", Title: "Changes made by hand", Body: left}},
	}
}

func sizeTable(sizes []goods.SizeCount) report.Table {
	t := report.Table{Columns: []report.Column{{Key: "codes", Title: "Codes in the family"}, {Key: "families", Title: "Families"}}}
	for _, s := range sizes {
		t.Rows = append(t.Rows, []report.Cell{report.Int(int64(s.Codes)), report.Int(int64(s.Families))})
	}
	return t
}

// Methods documents the baselines.
func Methods() report.Report {
	t := report.Table{Columns: []report.Column{{Key: "id", Title: "Baseline"}, {Key: "title", Title: "Title"}, {Key: "method", Title: "Method"}, {Key: "needs", Title: "Needs"}, {Key: "source", Title: "Source"}}}
	for _, b := range account.Baselines() {
		t.Rows = append(t.Rows, []report.Cell{report.Str(b.ID), report.Str(b.Doc.Title), report.Str(b.Doc.Method), report.Str(b.Needs), report.Str(b.Doc.Source)})
	}
	return report.Report{Title: "Methods", Blocks: []report.Block{{Key: "baselines", Title: "Baselines", Body: t}}}
}
