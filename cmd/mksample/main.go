// Command mksample rewrites the bundled files of package sample: the invented table from nothing, and, where
// the official files of the shared data folder are at hand, the table of annual totals from them. Same
// files, same tables.
//
//	go run ./cmd/mksample --shared ../shared
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"detour/fault"
	"detour/sample"
)

func main() {
	shared := flag.String("shared", "../shared", "folder whose data/ holds the official files")
	out := flag.String("out", "sample/files", "folder of the bundled files")
	flag.Parse()
	if err := run(*shared, *out); err != nil {
		fmt.Fprintln(os.Stderr, "mksample:", err)
		if hint := fault.HintOf(err); hint != "" {
			fmt.Fprintln(os.Stderr, "hint:", hint)
		}
		os.Exit(fault.ExitCode(err))
	}
}

func run(shared, out string) error {
	var invented bytes.Buffer
	if err := writeInvented(&invented); err != nil {
		return err
	}
	var annual bytes.Buffer
	if err := writeAnnual(context.Background(), &annual, filepath.Join(shared, "data")); err != nil {
		return err
	}
	for name, text := range map[string][]byte{sample.Invented: invented.Bytes(), sample.Annual: annual.Bytes()} {
		if err := os.WriteFile(filepath.Join(out, name), text, 0o644); err != nil {
			return fault.Errorf(fault.Unavailable, "writing the sample: %w", err)
		}
	}
	return nil
}
