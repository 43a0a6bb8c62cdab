package cli

import (
	"bytes"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"detour/ask"
	"detour/fault"
	"detour/trade/period"
)

func (a *app) goodsCmd() *cobra.Command {
	cmd := &cobra.Command{Use: "goods", Short: "Named sets of goods", Args: exact(0, "no argument"),
		RunE: func(*cobra.Command, []string) error { return a.print(ask.GoodsSets()) }}
	cmd.AddCommand(&cobra.Command{Use: "families", Short: "Sizes of the families that follow codes through editions", Args: exact(0, "no argument"),
		RunE: func(*cobra.Command, []string) error { return a.print(ask.Families()) }})
	return cmd
}

func (a *app) methodsCmd() *cobra.Command {
	return &cobra.Command{Use: "methods", Short: "The baselines and what they need", Args: exact(0, "no argument"),
		RunE: func(*cobra.Command, []string) error { return a.print(ask.Methods()) }}
}

func (a *app) formatsCmd() *cobra.Command {
	return &cobra.Command{Use: "formats", Short: "The formats that import recognises, and the built-in mappings of tables", Args: exact(0, "no argument"),
		RunE: func(*cobra.Command, []string) error { return a.print(ask.Formats(a.Importer)) }}
}

func (a *app) ratesCmd() *cobra.Command {
	cmd := &cobra.Command{Use: "rates", Short: "Exchange rates", Args: noCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var first, last string
	build := &cobra.Command{Use: "build FILE", Short: "Compute the table of monthly averages from the ECB's reference file (csv, zip)", Args: exact(1, "the ECB's file"),
		RunE: func(_ *cobra.Command, args []string) error { return a.buildRates(args[0], first, last) }}
	build.Flags().StringVar(&first, "first", "2010-01", "first month")
	build.Flags().StringVar(&last, "last", "2025-12", "last month")
	cmd.AddCommand(build)
	return cmd
}

func (a *app) buildRates(path, from, to string) error {
	first, err := period.Parse(from)
	if err != nil {
		return fmt.Errorf("--first: %w", err)
	}
	last, err := period.Parse(to)
	if err != nil {
		return fmt.Errorf("--last: %w", err)
	}
	f, err := openFile("rates", path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fault.Errorf(fault.Unavailable, "reading rates: %w", err)
	}
	var table bytes.Buffer // so that an error leaves nothing on standard output
	if err := a.RateTable(&table, io.NewSectionReader(f, 0, info.Size()), path, first, last); err != nil {
		return err
	}
	_, err = table.WriteTo(a.Out)
	return err
}
