package cli

import (
	"bytes"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"detour/ask"
	"detour/fault"
	"detour/source/ecb"
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

func (a *app) ratesCmd() *cobra.Command {
	cmd := &cobra.Command{Use: "rates", Short: "Exchange rates", RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var from, to string
	build := &cobra.Command{Use: "build FILE", Short: "Compute the table of monthly averages from the ECB's reference file (csv, zip)", Args: exact(1, "the ECB's file"),
		RunE: func(_ *cobra.Command, args []string) error { return a.buildRates(args[0], from, to) }}
	build.Flags().StringVar(&from, "from", "2010-01", "first month")
	build.Flags().StringVar(&to, "to", "2025-12", "last month")
	cmd.AddCommand(build)
	return cmd
}

func (a *app) buildRates(path, from, to string) (err error) {
	first, err := period.Parse(from)
	if err != nil {
		return err
	}
	last, err := period.Parse(to)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return fault.Errorf(fault.NotFound, "reading rates: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return fault.Errorf(fault.Unavailable, "reading rates: %w", err)
	}
	daily, err := ecb.Decode(f, info.Size(), path)
	if err != nil {
		return err
	}
	var table bytes.Buffer
	if err := ecb.BuildTable(&table, daily, first, last); err != nil {
		return err
	}
	_, err = table.WriteTo(a.Out)
	return err
}
