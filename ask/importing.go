package ask

import (
	"fmt"

	"detour/intake"
	"detour/report"
)

// ImportReport tells what became of an import.
func ImportReport(r intake.Result) report.Report {
	t := report.Table{Columns: []report.Column{{Key: "file", Title: "File"}, {Key: "format", Title: "Format"}, {Key: "vintage", Title: "Vintage"}, {Key: "state", Title: "State"},
		{Key: "read", Title: "Read"}, {Key: "kept", Title: "Kept"}, {Key: "held", Title: "Held already"}, {Key: "superseded", Title: "Superseded"}, {Key: "quarantined", Title: "Quarantined"}, {Key: "notes", Title: "Notes"}}}
	for _, f := range r.Files {
		vintage := report.Null()
		if f.Vintage.Source != "" {
			vintage = report.Str(f.Vintage.String())
		}
		t.Rows = append(t.Rows, []report.Cell{report.Str(f.File), report.Str(f.Format), vintage, report.Str(string(f.State)),
			report.Int(f.Outcome.Read), report.Int(f.Outcome.Kept), report.Int(f.Outcome.Held), report.Int(f.Outcome.Superseded), report.Int(f.Outcome.Quarantined), report.Strs(f.Notes...)})
	}
	total := r.Total()
	return report.Report{
		Title: "Import", LakeVersion: string(r.Version),
		Lead: fmt.Sprintf("%s: %s read, %d kept, %d held already, %s superseded, %s in quarantine.", counted(len(r.Files), "file"),
			counted(total.Read, "row"), total.Kept, total.Held, counted(total.Superseded, "value"), counted(total.Quarantined, "row")),
		Blocks: []report.Block{
			{Key: "total", Only: report.Machines, Body: report.Facts{{Key: "read", Value: report.Int(total.Read)}, {Key: "kept", Value: report.Int(total.Kept)}, {Key: "held", Value: report.Int(total.Held)},
				{Key: "superseded", Value: report.Int(total.Superseded)}, {Key: "quarantined", Value: report.Int(total.Quarantined)}}},
			{Key: "files", Title: "Files", Body: t}},
	}
}
