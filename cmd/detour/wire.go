package main

import (
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"detour/intake"
	"detour/internal/cli"
	"detour/lake"
	"detour/lake/duckdb"
	"detour/source/comext"
	"detour/source/ecb"
	"detour/trade/period"
)

// config wires the program: here the engine, the formats and the sample are chosen, and everything that a run
// depends on from outside is read.
func config() cli.Config {
	width, _, _ := term.GetSize(int(os.Stdout.Fd())) // 0 in a pipe: tables are not cut
	today := time.Now().UTC().Format(time.DateOnly)
	c := cli.Config{
		Out: os.Stdout, Err: os.Stderr, Width: width, Terminal: term.IsTerminal(int(os.Stderr.Fd())),
		Colour: width > 0 && os.Getenv("NO_COLOR") == "", //nolint:misspell // the name is https://no-color.org's
		Open:   open, Create: create, Engine: cli.Engine{Memory: duckdb.MemoryLimit},
		Importer:  intake.Importer{Formats: comext.Formats(), Today: today},
		RateTable: rateTable,
	}
	settings(&c)
	return c
}

func open(dir string, e cli.Engine) (lake.Store, error) { return duckdb.Open(dir, duckdb.Options(e)) }

func create(dir string, e cli.Engine) (lake.Store, error) {
	return duckdb.Create(dir, duckdb.Options(e))
}

func rateTable(to io.Writer, from *io.SectionReader, name string, first, last period.Period) error {
	daily, err := ecb.Decode(from, from.Size(), name)
	if err != nil {
		return err
	}
	return ecb.BuildTable(to, daily, first, last)
}
