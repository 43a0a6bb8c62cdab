package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"detour/ask"
	"detour/fault"
	"detour/report"
	"detour/sample"
	"detour/trade/provenance"
)

func (a *app) demoCmd() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The main question on bundled figures",
		Long: "Makes a lake of the bundled files in DIR/lake (--lake is not used), asks how much the EU exported to the target's\n" +
			"neighbours above the baseline, first of official annual totals, then of invented monthly figures that show what\n" +
			"months, members and products add, and writes both answers as reports to DIR. It may be run again.",
		Args: exact(0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), dir) },
	}
	cmd.Flags().StringVar(&dir, "dir", "detour-demo", "folder for the lake, its files and the reports")
	return cmd
}

// showing is one question of the demo: the whole answer goes to a page, some of it to the terminal.
type showing struct {
	title    string
	question ask.Account
	blocks   []string
	page     string
}

func showings() []showing {
	main := ask.Account{From: "EU27", To: "neighbours", Goods: "all", Months: "2022", Base: "2021", Baseline: "same-month"}
	monthly := main
	monthly.From, monthly.Source = "CZ,DE,IT,LT,LV,NL,PL", provenance.Simulated
	monthly.Goods, monthly.Months = "eu-export-ban-2023-01", "2022-03..2022-11"
	return []showing{
		{"Official annual totals", main, []string{"by_hub", "specifications"}, "official.html"},
		{"Invented monthly figures", monthly, []string{"by_exporter", "specifications"}, "invented.html"},
	}
}

func (a *app) demo(ctx context.Context, dir string) (err error) {
	lakeDir := filepath.Join(dir, "lake")
	if err := a.loadSample(ctx, lakeDir, filepath.Join(dir, "files")); err != nil {
		return err
	}
	e, closeStore, err := a.envOf(ctx, lakeDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	made := report.Table{Columns: []report.Column{{Key: "title", Title: "Answer"}, {Key: "simulated", Title: "Made-up figures"}, {Key: "file", Title: "Report"}}}
	for _, s := range showings() {
		r, err := s.question.Run(ctx, e)
		if err != nil {
			return err
		}
		page := filepath.Join(dir, s.page)
		if err := writeHTML(page, r); err != nil {
			return err
		}
		if a.toTerminal() {
			if err := a.text(only(r, s.blocks)); err != nil {
				return err
			}
			fmt.Fprintln(a.Out)
		}
		made.Rows = append(made.Rows, []report.Cell{report.Str(s.title), report.Flag(r.Simulated), report.Str(page)})
	}
	return a.print(report.Report{
		Title: "The demo",
		Lead:  "Ask further with detour --lake " + lakeDir + "; with --source simulated of the invented figures.",
		Blocks: []report.Block{
			{Key: "lake", Only: report.Machines, Body: report.Value{Cell: report.Str(lakeDir)}},
			{Key: "reports", Title: "Reports", Body: made},
		},
	})
}

// only keeps the blocks named, and the reservations and sources of any answer.
func only(r report.Report, blocks []string) report.Report {
	r.Blocks = slices.DeleteFunc(r.Blocks, func(b report.Block) bool {
		switch b.Body.(type) {
		case report.Caveats, report.Sources:
			return false
		default:
			return !slices.Contains(blocks, b.Key)
		}
	})
	return r
}

// loadSample lays the bundled files down in a folder and imports them from there, as anybody could.
func (a *app) loadSample(ctx context.Context, lakeDir, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fault.Errorf(fault.Unavailable, "making the demo: %w", err)
	}
	for _, name := range []string{sample.Annual, sample.Invented} {
		path := filepath.Join(folder, name)
		if err := layDown(path, name); err != nil {
			return fault.Errorf(fault.Unavailable, "making the demo: %w", err)
		}
		im := a.Importer
		im.Simulated = name == sample.Invented
		if _, err := a.load(ctx, lakeDir, im, []string{path}); err != nil {
			return err
		}
	}
	return nil
}

// layDown writes a bundled file unless it is there already.
func layDown(path, name string) error {
	text, err := fs.ReadFile(sample.Files(), name)
	if err != nil {
		return err
	}
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, text) {
		return nil
	}
	return os.WriteFile(path, text, 0o644)
}
