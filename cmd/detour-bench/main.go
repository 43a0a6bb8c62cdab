// Command detour-bench measures the speed of detour: see docs/method/speed.md.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"

	"detour/bench"
	"detour/fault"
	"detour/report"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := root().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "detour-bench:", err)
		if hint := fault.HintOf(err); hint != "" {
			fmt.Fprintln(os.Stderr, "hint:", hint)
		}
		os.Exit(fault.ExitCode(err))
	}
}

func root() *cobra.Command {
	self, _ := os.Executable() // empty where the system cannot tell: then the first process fails and says so
	b := bench.Bench{Self: self, Say: func(s string) { fmt.Fprintln(os.Stderr, s) }}
	var json bool
	cmd := &cobra.Command{
		Use: "detour-bench", Short: "Measures the speed of detour beside plain DuckDB",
		SilenceUsage: true, SilenceErrors: true,
	}
	f := cmd.PersistentFlags()
	f.StringVar(&b.Dir, "dir", filepath.Join(os.TempDir(), "detour-bench"), "work folder: inputs are made there once")
	f.StringVar(&b.Program, "detour", filepath.Join(filepath.Dir(self), "detour"), "the program to measure")
	f.StringVar(&b.Shared, "shared", filepath.Join("..", "shared"), "folder with the official files")
	f.IntVar(&b.Pairs, "pairs", bench.Pairs, "paired runs, after one warm-up")
	f.IntVar(&b.Threads, "threads", 2, "threads of either side")
	f.IntVar(&b.Flows, "flows", bench.Flows, "rows of the simulated lake")
	f.BoolVar(&b.Masses, "masses", false, "simulate masses beside values: the account then parts prices from volumes too")
	f.IntVar(&b.Rows, "rows", bench.Rows, "rows of the bulk files")
	f.BoolVar(&json, "json", false, "print JSON")
	run := func(names ...string) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, _ []string) error {
			r, err := b.Run(cmd.Context(), names...)
			if err != nil {
				return err
			}
			if json {
				return report.JSON(os.Stdout, r)
			}
			return report.Text(os.Stdout, r, report.TextOptions{})
		}
	}
	for _, name := range bench.Names() {
		cmd.AddCommand(&cobra.Command{Use: name, Short: "Run the benchmark " + name, Args: cobra.NoArgs, RunE: run(name)})
	}
	cmd.AddCommand(&cobra.Command{Use: "all", Short: "Run all of them", Args: cobra.NoArgs, RunE: run(bench.Names()...)}, sqlCmd(&b), generateCmd(), fitChainCmd())
	return cmd
}

// sqlCmd is the other side of the contests.
func sqlCmd(b *bench.Bench) *cobra.Command {
	var database string
	cmd := &cobra.Command{
		Use: "sql STATEMENT", Short: "Run a statement in plain DuckDB and count its rows", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := bench.SQL(cmd.Context(), database, b.Threads, args[0])
			if err == nil {
				fmt.Println(n, "rows")
			}
			return err
		},
	}
	cmd.Flags().StringVar(&database, "database", "", "file of the database; in memory if empty")
	return cmd
}

func generateCmd() *cobra.Command {
	return &cobra.Command{
		Use: "generate lake|lake-masses|bulk|comtrade ROWS PATH", Short: "Make an input", Args: cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			rows, err := strconv.Atoi(args[1])
			if err != nil || rows < 1 {
				return fault.Errorf(fault.BadInput, "%q is not a number of rows", args[1])
			}
			return bench.Generate(cmd.Context(), args[0], rows, args[2])
		},
	}
}
