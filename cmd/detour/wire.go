package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"golang.org/x/term"

	"detour/fault"
	"detour/intake"
	"detour/internal/cli"
	"detour/lake"
	"detour/lake/duckdb"
	"detour/source"
	"detour/source/baci"
	"detour/source/comext"
	"detour/source/comtrade"
	"detour/source/ecb"
	"detour/source/table"
	"detour/source/table/builtin"
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
		Importer:  intake.Importer{Formats: formats(), Mappings: mappings, ReadMapping: readMapping, Today: today},
		RateTable: rateTable,
	}
	settings(&c)
	return c
}

// formats lists every format that a file is recognised as.
func formats() []source.Format {
	return slices.Concat(comext.Formats(), comtrade.Formats(), baci.Formats())
}

// mappings lists the built-in mappings of tables.
func mappings() []intake.Mapping {
	var out []intake.Mapping
	for _, m := range builtin.All() {
		out = append(out, intake.Mapping{Name: m.Name, Format: asked(m.Mapping)})
	}
	return out
}

// readMapping reads the mapping in a file; NotFound if there is none.
func readMapping(path string) (source.Format, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return source.Format{}, fault.Errorf(fault.NotFound, "reading the mapping: %w", err)
	case err != nil:
		return source.Format{}, fault.Errorf(fault.Unavailable, "reading the mapping: %w", err)
	}
	defer f.Close()
	m, err := table.ReadMapping(f, path)
	if err != nil {
		return source.Format{}, err
	}
	return asked(m), nil
}

// asked is the format of a mapping that the user names: without names of files of its own it reads any.
func asked(m table.Mapping) source.Format {
	f := table.Format(m)
	if len(m.Files) == 0 {
		f.Recognise = func(string, []byte) bool { return true }
	}
	return f
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
