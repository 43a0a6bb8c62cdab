package ask

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"detour/lake"
	"detour/report"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/period"
)

// Data is the question what the lake holds: data sets, vintages, coverage with its gaps.
type Data struct{}

// Run answers the question.
func (Data) Run(ctx context.Context, e Env) (report.Report, error) {
	s := e.Snapshot
	sets := report.Table{Columns: []report.Column{{Key: "dataset", Title: "Data set"}, {Key: "vintages", Title: "Vintages"}, {Key: "files", Title: "Files"}, {Key: "rows", Title: "Rows"}, {Key: "values", Title: "Values"},
		{Key: "reporters", Title: "Reporters"}, {Key: "partners", Title: "Partners"}, {Key: "goods", Title: "Goods"}, {Key: "from", Title: "From"}, {Key: "to", Title: "To"}, {Key: "quarantined", Title: "Quarantined"}}}
	gaps := report.Table{Columns: []report.Column{{Key: "dataset", Title: "Data set"}, {Key: "direction", Title: "Direction"}, {Key: "reporter", Title: "Reporter"}, {Key: "missing", Title: "Not reported"}, {Key: "not_held", Title: "Not held"}}}
	for _, id := range s.Datasets() {
		sets.Rows = append(sets.Rows, datasetRow(s, id))
		for _, d := range []flow.Direction{flow.Export, flow.Import} {
			gaps.Rows = append(gaps.Rows, gapRows(s, id, d)...)
		}
	}
	reasons, err := reasonTable(ctx, e)
	if err != nil {
		return report.Report{}, err
	}
	return report.Report{
		Title: "What the lake holds", LakeVersion: string(s.Version), Question: report.Facts{e.asOf()},
		Lead: fmt.Sprintf("%s in %s of %s.", counted(s.Values(), "value"), counted(len(s.Segments), "file"), counted(len(s.Datasets()), "data set")),
		Blocks: []report.Block{
			{Key: "values", Body: report.Value{Cell: report.Int(s.Values())}, Only: report.Machines},
			{Key: "datasets", Title: "Data sets", Body: sets},
			{Key: "gaps", Title: "Gaps in coverage", Note: "A month covered by a release without one value of the reporter is not reported, if its median month has 20 values or more.", Body: gaps},
			{Key: "quarantine", Title: "Quarantine", Note: "Rows set aside, by reason; `detour data quarantine` lists them.", Body: reasons, Only: IfAny(len(reasons.Rows) > 0)},
			{Key: "files", Title: "Files", Body: fileTable(s)},
		},
	}, nil
}

func datasetRow(s *lake.Snapshot, id string) []report.Cell {
	var rows, values, quarantined int64
	partners, goods := map[area.Code]bool{}, map[string]bool{}
	allPartners := false
	var first, last period.Period
	reporters := map[area.Code]bool{}
	for _, seg := range s.Of(id) {
		rows, values, quarantined = rows+seg.Rows, values+seg.Values(), quarantined+seg.Quarantine.Rows
		for _, c := range seg.Counts {
			reporters[c.Reporter] = true
		}
		for _, b := range seg.Coverage {
			allPartners = allPartners || len(b.Partners) == 0
			for _, p := range b.Partners {
				partners[p] = true
			}
			for _, g := range b.Goods {
				goods[string(g)] = true
			}
			for _, n := range b.Levels {
				goods[levelName(n)] = true
			}
			for _, p := range b.Periods {
				if first == 0 || p < first {
					first = p
				}
				last = max(last, p)
			}
		}
	}
	many := report.Int(int64(len(partners)))
	if allPartners {
		many = report.Str("all")
	}
	var vintages []string
	for _, v := range s.Vintages(id) {
		vintages = append(vintages, v.Stamp)
	}
	return []report.Cell{report.Str(id), report.Strs(vintages...), report.Int(int64(len(s.Of(id)))), report.Int(rows), report.Int(values), report.Int(int64(len(reporters))), many,
		report.Str(goodsHeld(goods)), periodCell(first), periodCell(last), report.Int(quarantined)}
}

func levelName(n int) string {
	if n == 0 {
		return "TOTAL"
	}
	return fmt.Sprintf("all %d-digit codes", n)
}

func goodsHeld(names map[string]bool) string {
	codes := 0
	var words []string
	for n := range names {
		if strings.HasPrefix(n, "all ") || n == "TOTAL" {
			words = append(words, n)
		} else {
			codes++
		}
	}
	slices.Sort(words)
	if codes > 0 {
		words = append(words, counted(codes, "code"))
	}
	return strings.Join(words, ", ")
}

func periodCell(p period.Period) report.Cell {
	if p == 0 {
		return report.Null()
	}
	return report.Str(p.String())
}

// gapRows lists, for each reporter with gaps, the periods missing, and those that others have and it lacks.
func gapRows(s *lake.Snapshot, id string, d flow.Direction) [][]report.Cell {
	census := s.Census(id, d)
	var out [][]report.Cell
	for _, r := range census.Reporters() {
		var missing, lacking []string
		for _, p := range census.Periods {
			switch census.State(r, p) {
			case lake.Missing:
				missing = append(missing, p.String())
			case lake.NotHeld:
				lacking = append(lacking, p.String())
			}
		}
		if len(missing)+len(lacking) > 0 {
			out = append(out, []report.Cell{report.Str(id), report.Str(string(d)), report.Str(string(r)), report.Strs(missing...), report.Strs(lacking...)})
		}
	}
	return out
}

func fileTable(s *lake.Snapshot) report.Table {
	t := report.Table{Columns: []report.Column{{Key: "file", Title: "File"}, {Key: "format", Title: "Format"}, {Key: "dataset", Title: "Data set"}, {Key: "vintage", Title: "Vintage"}, {Key: "stamp_from", Title: "Stamp from"}, {Key: "rows", Title: "Rows"}, {Key: "quarantined", Title: "Quarantined"}, {Key: "sha256"}}}
	for _, seg := range s.Segments {
		t.Rows = append(t.Rows, []report.Cell{report.Str(seg.Raw.Name), report.Str(seg.Format), report.Str(seg.Vintage.ID()), report.Str(seg.Vintage.Stamp), Open(string(seg.StampFrom)), report.Int(seg.Rows), report.Int(seg.Quarantine.Rows), report.Str(seg.Raw.SHA256)})
	}
	return t
}

// maxReasons is how many reasons are told apart: more come of a file that is something else, and would fill the memory.
const maxReasons = 1000

// reason is why rows were set aside, the same for all rows of a kind.
type reason struct{ field, text string }

// otherReasons are those beyond the first maxReasons, in the order of files and rows.
var otherReasons = reason{"", "other reasons"}

// reasonCount counts the rows and files of a reason. Rows come file by file.
type reasonCount struct {
	rows, files int64
	last        string // sha256 of the last file
}

// countReasons reads what was set aside, row by row.
func countReasons(ctx context.Context, e Env) (map[reason]*reasonCount, error) {
	known := map[reason]*reasonCount{}
	err := e.Store.Quarantine(ctx, e.Snapshot, func(s lake.Segment, q lake.Quarantined) error {
		r := reason{q.Field, kindOfReason(q.Reason)}
		if known[r] == nil && len(known) >= maxReasons {
			r = otherReasons
		}
		t := known[r]
		if t == nil {
			t = &reasonCount{}
			known[r] = t
		}
		t.rows++
		if t.last != s.Raw.SHA256 {
			t.last = s.Raw.SHA256
			t.files++
		}
		return nil
	})
	return known, err
}

// reasonTable counts the rows set aside by field and reason, the most frequent first.
func reasonTable(ctx context.Context, e Env) (report.Table, error) {
	found, err := countReasons(ctx, e)
	order := slices.SortedFunc(maps.Keys(found), func(a, b reason) int {
		return cmp.Or(cmp.Compare(found[b].rows, found[a].rows), cmp.Compare(a.field, b.field), cmp.Compare(a.text, b.text))
	})
	t := report.Table{Columns: []report.Column{{Key: "reason", Title: "Reason"}, {Key: "field", Title: "Field"}, {Key: "rows", Title: "Rows"}, {Key: "files", Title: "Files"}}}
	for _, r := range order {
		t.Rows = append(t.Rows, []report.Cell{report.Str(r.text), report.Str(r.field), report.Int(found[r].rows), report.Int(found[r].files)})
	}
	return t, err
}

// ofRow is what a reason repeats of its row: a text in quotes, or a figure that stands alone.
var ofRow = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|(^|\s)-?[0-9][0-9.,]*\b`)

// kindOfReason is a reason without what it repeats of its row, so that rows of one kind count as one.
func kindOfReason(s string) string { return ofRow.ReplaceAllString(s, "$1…") }

// Quarantine is the question which rows were set aside, and why.
type Quarantine struct{}

// Run answers the question.
func (Quarantine) Run(ctx context.Context, e Env) (report.Report, error) {
	t := report.Table{Columns: []report.Column{{Key: "file", Title: "File"}, {Key: "sheet", Title: "Sheet"}, {Key: "line", Title: "Line"}, {Key: "field", Title: "Field"}, {Key: "reason", Title: "Reason"}, {Key: "hint", Title: "Hint"}, {Key: "raw", Title: "Row"}}}
	err := e.Store.Quarantine(ctx, e.Snapshot, func(s lake.Segment, q lake.Quarantined) error {
		t.Rows = append(t.Rows, []report.Cell{report.Str(s.Raw.Name), report.Str(q.Sheet), report.Int(q.Line), report.Str(q.Field), report.Str(q.Reason), report.Str(q.Hint), report.Str(q.Raw)})
		return nil
	})
	return report.Report{Title: "Quarantine", Lead: counted(len(t.Rows), "row") + " set aside.", LakeVersion: string(e.Snapshot.Version), Question: report.Facts{e.asOf()},
		Blocks: []report.Block{{Key: "quarantine", Title: "Rows", Body: t}}}, err
}

// Verify is the question whether every byte of the lake is what it was.
type Verify struct{}

// Run answers the question; the report's "damaged" list is empty where all is well.
func (Verify) Run(ctx context.Context, e Env) (report.Report, error) {
	t := report.Table{Columns: []report.Column{{Key: "file", Title: "File"}, {Key: "reason", Title: "Damage"}}}
	err := e.Store.Verify(ctx, e.Snapshot, func(d lake.Damage) {
		t.Rows = append(t.Rows, []report.Cell{report.Str(d.File), report.Str(d.Reason)})
	})
	lead := fmt.Sprintf("Every byte of %s is as it was imported.", counted(len(e.Snapshot.Segments), "file"))
	if len(t.Rows) > 0 {
		lead = counted(len(t.Rows), "damaged file") + "."
	}
	return report.Report{Title: "Verification", Lead: lead, LakeVersion: string(e.Snapshot.Version), Blocks: []report.Block{
		{Key: "ok", Body: report.Value{Cell: report.Flag(len(t.Rows) == 0)}, Only: report.Machines},
		{Key: "damaged", Title: "Damage", Body: t}}}, err
}
