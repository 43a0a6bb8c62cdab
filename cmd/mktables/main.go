// Command mktables rewrites the embedded tables of trade/goods, and those of trade/regime, from the official files of
// the shared data folder. Same files, same tables. docs/method/goods.md and docs/method/regime.md describe them.
//
//	go run ./cmd/mktables --shared ../shared --regime trade/regime/tables
package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"detour/fault"
)

func main() {
	shared := flag.String("shared", "../shared", "folder whose data/ holds the official files")
	out := flag.String("out", "trade/goods/tables", "folder of the embedded tables of goods")
	regime := flag.String("regime", "", "folder of the embedded lists of law; without it they are not written")
	flag.Parse()
	if err := run(*shared, *out, *regime); err != nil {
		fmt.Fprintln(os.Stderr, "mktables:", err)
		if hint := fault.HintOf(err); hint != "" {
			fmt.Fprintln(os.Stderr, "hint:", hint)
		}
		os.Exit(fault.ExitCode(err))
	}
}

func run(shared, out, regime string) error {
	data := filepath.Join(shared, "data")
	tables, err := generate(data)
	if err != nil {
		return err
	}
	if err := write(out, tables); err != nil || regime == "" {
		return err
	}
	if tables, err = regimeTables(data); err != nil {
		return err
	}
	return write(regime, tables)
}

func write(folder string, tables []table) error {
	for _, t := range tables {
		raw, err := t.file()
		if err != nil {
			return fmt.Errorf("packing %s: %w", t.name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, t.name), raw, 0o644); err != nil {
			return fault.Errorf(fault.Unavailable, "writing table: %w", err)
		}
	}
	return nil
}

// table is one embedded table: the name of its file and its text. A name that ends in .gz is stored compressed.
type table struct{ name, text string }

func generate(data string) ([]table, error) {
	var tables []table
	for _, build := range []func(string) ([]table, error){hsTable, cnTable, linkTables, memberTable} {
		made, err := build(data)
		if err != nil {
			return nil, err
		}
		tables = append(tables, made...)
	}
	return tables, nil
}

func (t table) file() ([]byte, error) {
	if !strings.HasSuffix(t.name, ".gz") {
		return []byte(t.text), nil
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write([]byte(t.text)); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// text makes the text of a table: comment lines, then rows of tab-separated fields.
func text(comment string, rows [][]string) string {
	var b strings.Builder
	for line := range strings.Lines(comment) {
		b.WriteString("# " + strings.TrimSpace(line) + "\n")
	}
	for _, row := range rows {
		b.WriteString(strings.Join(row, "\t") + "\n")
	}
	return b.String()
}
