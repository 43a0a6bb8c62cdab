package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"detour/fault"
)

func readFile(path string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Errorf(fault.NotFound, "reading official file: %w", err).Hint("--shared names the folder that holds data/")
	}
	return raw, nil
}

// sheet is a csv file with its columns found by name.
type sheet struct {
	name  string
	index map[string]int
	rows  [][]string
	first int // line of the first row
}

// readSheet reads a csv file whose header is the first row that holds all of the wanted columns: the UN's
// files have a title row above it, byte-order marks, CRLF, spaces around names and rows of unequal length.
func readSheet(path string, wanted ...string) (sheet, error) {
	raw, err := readFile(path)
	if err != nil {
		return sheet{}, err
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	name := filepath.Base(path)
	if err != nil {
		return sheet{}, fault.Errorf(fault.BadInput, "reading %s: %w", name, err)
	}
	for i, row := range rows {
		index := map[string]int{}
		for j, column := range row {
			index[strings.TrimSpace(column)] = j
		}
		if !slices.ContainsFunc(wanted, func(w string) bool { _, ok := index[w]; return !ok }) {
			return sheet{name, index, rows[i+1:], i + 2}, nil
		}
	}
	return sheet{}, fault.Errorf(fault.BadInput, "reading %s: no row has the columns %q", name, wanted)
}

// get gives the trimmed field of row i, empty where the row is too short.
func (s sheet) get(i int, column string) string {
	if j := s.index[column]; j < len(s.rows[i]) {
		return strings.TrimSpace(s.rows[i][j])
	}
	return ""
}

// code gives the field of row i, which must be a code of so many digits at least and at most.
func (s sheet) code(i int, column string, least, most int) (string, error) {
	c := s.get(i, column)
	if !isCode(c) || len(c) < least || len(c) > most {
		return "", fault.Errorf(fault.BadInput, "reading %s row %d: %s is %q, not %d to %d digits", s.name, s.first+i, column, c, least, most)
	}
	return c, nil
}

func isCode(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
