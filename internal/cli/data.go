package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"detour/ask"
	"detour/fault"
	"detour/lake"
	"detour/report"
)

func (a *app) dataCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "data",
		Short: "What the lake holds: sources, vintages, coverage and its gaps",
		Args:  exact(0, "no argument"),
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.answer(cmd.Context(), ask.Data{}) },
	}
	cmd.AddCommand(
		&cobra.Command{Use: "quarantine", Short: "Rows that were set aside, with reasons", Args: exact(0, "no argument"),
			RunE: func(cmd *cobra.Command, _ []string) error { return a.answer(cmd.Context(), ask.Quarantine{}) }},
		&cobra.Command{Use: "verify", Short: "Prove every byte of the lake", Args: exact(0, "no argument"),
			RunE: func(cmd *cobra.Command, _ []string) error { return a.verify(cmd.Context()) }},
		&cobra.Command{Use: "export FILE", Short: "Write the rows in force to FILE.parquet or FILE.csv", Args: exact(1, "one file"),
			RunE: func(cmd *cobra.Command, args []string) error { return a.export(cmd.Context(), args[0]) }},
	)
	return cmd
}

// verify exits 70 when something is damaged: that is nothing a user did.
func (a *app) verify(ctx context.Context) (err error) {
	e, closeStore, err := a.env(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	damaged := false
	r, err := ask.Verify{}.Run(ctx, e)
	if err != nil {
		return err
	}
	for _, b := range r.Blocks {
		if t, ok := b.Body.(report.Table); ok {
			damaged = damaged || len(t.Rows) > 0
		}
	}
	if err := a.print(r); err != nil {
		return err
	}
	if damaged {
		return quiet{70}
	}
	return nil
}

func (a *app) export(ctx context.Context, file string) (err error) {
	as := lake.ParquetFile
	switch {
	case strings.HasSuffix(file, ".parquet"):
	case strings.HasSuffix(file, ".csv"):
		as = lake.CSVFile
	default:
		return fault.Errorf(fault.BadInput, "%s: exports end in .parquet or .csv", file).Hint("name the file out.parquet or out.csv")
	}
	e, closeStore, err := a.env(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	if err := e.Store.Export(ctx, e.Snapshot, file, as); err != nil {
		return err
	}
	fmt.Fprintln(a.Err, "exported lake version", e.Snapshot.Version, "to", file)
	return nil
}
