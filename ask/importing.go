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
		Lead: fmt.Sprintf("%s: %s read, %s kept, %s held already, %s superseded, %s in quarantine.", counted(len(r.Files), "file"),
			counted(total.Read, "row"), report.Int(total.Kept), report.Int(total.Held), counted(total.Superseded, "value"), counted(total.Quarantined, "row")),
		Blocks: []report.Block{
			{Key: "total", Only: report.Machines, Body: report.Facts{{Key: "read", Value: report.Int(total.Read)}, {Key: "kept", Value: report.Int(total.Kept)}, {Key: "held", Value: report.Int(total.Held)},
				{Key: "superseded", Value: report.Int(total.Superseded)}, {Key: "quarantined", Value: report.Int(total.Quarantined)}}},
			{Key: "files", Title: "Files", Body: t}},
	}
}

// Formats lists what an import recognises and the mappings that it knows by name. A mapping's format is what `detour data`
// shows of a file read by it.
func Formats(im intake.Importer) report.Report {
	formats := report.Table{Columns: []report.Column{{Key: "format", Title: "Format"}, {Key: "title", Title: "Title"}, {Key: "source", Title: "Source"}, {Key: "document", Title: "Document"}}}
	for _, f := range im.Formats {
		formats.Rows = append(formats.Rows, []report.Cell{report.Str(f.ID), report.Str(f.Doc.Title), report.Str(f.Doc.Source), report.Str("docs/format/" + f.Doc.Page)})
	}
	mappings := report.Table{Columns: []report.Column{{Key: "mapping", Title: "Mapping"}, {Key: "title", Title: "Title"}, {Key: "source", Title: "Source"}, {Key: "format", Title: "Format"}}}
	for _, m := range im.Mappings() {
		mappings.Rows = append(mappings.Rows, []report.Cell{report.Str(m.Name), report.Str(m.Format.Doc.Title), report.Str(m.Format.Doc.Source), report.Str(m.Format.ID)})
	}
	return report.Report{Title: "Formats", Blocks: []report.Block{
		{Key: "formats", Title: "Formats", Note: "A file is recognised by its first bytes.", Body: formats},
		{Key: "mappings", Title: "Mappings", Note: "`detour import --map NAME` reads a table as a mapping says; docs/format/table.md tells how to write one.", Body: mappings},
	}}
}
