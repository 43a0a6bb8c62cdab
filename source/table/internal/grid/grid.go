// Package grid reads files as grids of cells: CSV, workbooks old and new, and flat records in JSON.
// It knows nothing of trade.
package grid

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/htmlindex"

	"detour/fault"
	"detour/source"
	"detour/source/table/internal/biff"
)

// Cell is the text of a cell, white space at its ends cut off. A number that the file holds as such is
// written with a point and without exponent, whatever the mapping says of numbers in texts.
type Cell struct {
	Text     string
	IsNumber bool
}

// Grid is one sheet, or the whole of a file without sheets.
type Grid struct {
	Sheet string
	Rows  [][]Cell
	// lines are the numbers of the rows in the file, from 1; nil where row i is i+1.
	lines []int64
}

// Line gives the number of row i in the file, counted from 1.
func (g Grid) Line(i int) int64 {
	if g.lines == nil {
		return int64(i) + 1
	}
	return g.lines[i]
}

// At gives a cell, an empty one beyond the end of a row or of the grid.
func (g Grid) At(row, col int) Cell {
	if row >= len(g.Rows) || col >= len(g.Rows[row]) {
		return Cell{}
	}
	return g.Rows[row][col]
}

// Read gives the grids of a file that the layout, which has been checked, asks for, in the order of the file.
// A file that cannot be read, or has none of the sheets, is bad input naming it.
func Read(l Layout, in source.Input) ([]Grid, error) {
	if in.Size > maxFile {
		return nil, fault.Errorf(fault.BadInput, "reading %s: %d bytes are more than a table may have (%d)", in.Name, in.Size, maxFile)
	}
	var grids []Grid
	var err error
	switch r := io.NewSectionReader(in.R, 0, in.Size); l.Kind {
	case CSV:
		grids, err = readCSV(l, r)
	case JSON:
		grids, err = readJSON(r)
	case XLSX:
		grids, err = readXLSX(l, r)
	default:
		grids, err = readXLS(l, in.R)
	}
	if err != nil {
		return nil, fault.Errorf(fault.BadInput, "reading %s: %w", in.Name, err)
	}
	if len(grids) == 0 {
		return nil, fault.Errorf(fault.BadInput, "reading %s: it has no sheet that is called like %s", in.Name, strings.Join(l.Sheets, ", "))
	}
	return grids, nil
}

// wants tells whether a sheet is one of those that the mapping names.
func (l Layout) wants(sheet string) bool {
	return slices.ContainsFunc(l.Sheets, func(glob string) bool {
		ok, _ := path.Match(glob, sheet) // Check has refused bad patterns
		return ok
	})
}

func readCSV(l Layout, r io.Reader) ([]Grid, error) {
	text, err := decodeText(l, r)
	if err != nil {
		return nil, err
	}
	c := csv.NewReader(bytes.NewReader(text))
	c.FieldsPerRecord, c.ReuseRecord = -1, true
	if l.Delimiter != "" {
		c.Comma, _ = utf8.DecodeRuneInString(l.Delimiter)
	}
	var g Grid
	for {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			return []Grid{g}, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := c.FieldPos(0)
		row := make([]Cell, len(record))
		for i, field := range record {
			row[i] = Cell{Text: strings.TrimSpace(field)}
		}
		g.Rows, g.lines = append(g.Rows, row), append(g.lines, int64(line))
	}
}

// decodeText gives the text in UTF-8 without a byte-order mark.
func decodeText(l Layout, r io.Reader) ([]byte, error) {
	if l.Encoding != "" {
		enc, err := htmlindex.Get(l.Encoding)
		if err != nil {
			return nil, err
		}
		r = enc.NewDecoder().Reader(r)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if text = bytes.TrimPrefix(text, []byte("\ufeff")); !utf8.Valid(text) {
		return nil, wrong("the text is not UTF-8").Hint("say in the mapping how it is encoded: grid.encoding = \"windows-1251\"")
	}
	return text, nil
}

// readJSON reads an array of flat records. The header, row 1, has the names of all their fields, sorted; record n is row n+1.
func readJSON(r io.Reader) ([]Grid, error) {
	d := json.NewDecoder(r)
	d.UseNumber()
	var records []map[string]any
	if err := d.Decode(&records); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the array of records")
	}
	columns := map[string]int{}
	for _, rec := range records {
		for name := range rec {
			columns[name] = 0
		}
	}
	var header []Cell
	for i, name := range slices.Sorted(maps.Keys(columns)) {
		columns[name] = i
		header = append(header, Cell{Text: name})
	}
	g := Grid{Rows: [][]Cell{header}}
	for i, rec := range records {
		row := make([]Cell, len(header))
		for name, v := range rec {
			c, err := jsonCell(v)
			if err != nil {
				return nil, fmt.Errorf("record %d, field %s: %w", i+1, name, err)
			}
			row[columns[name]] = c
		}
		g.Rows = append(g.Rows, row)
	}
	return []Grid{g}, nil
}

func jsonCell(v any) (Cell, error) {
	switch v := v.(type) {
	case nil:
		return Cell{}, nil
	case string:
		return Cell{Text: strings.TrimSpace(v)}, nil
	case json.Number:
		return decimalCell(v.String()), nil
	case bool:
		return Cell{Text: strconv.FormatBool(v)}, nil
	default:
		return Cell{}, errors.New("neither a text nor a number: only flat records are read")
	}
}

// decimalCell is a number written in decimal digits, which are kept as they stand.
func decimalCell(s string) Cell {
	if !strings.ContainsAny(s, "eE") {
		return Cell{Text: s, IsNumber: true}
	}
	return binaryCell(s)
}

// binaryCell is a number that is a binary fraction in the file, written there in up to 17 digits
// (513.29999999999995); it counts as the shortest decimal that is the same fraction (513.3).
func binaryCell(s string) Cell {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return Cell{Text: s}
	}
	return floatCell(f)
}

// floatCell writes the shortest decimal that reads back as f. What is no finite number is a text, so that
// it is rejected where a number is expected.
func floatCell(f float64) Cell {
	finite := !math.IsNaN(f) && !math.IsInf(f, 0)
	return Cell{Text: strconv.FormatFloat(f, 'f', -1, 64), IsNumber: finite}
}

func readXLSX(l Layout, r io.Reader) (grids []Grid, err error) {
	book, err := excelize.OpenReader(r, excelize.Options{RawCellValue: true, UnzipSizeLimit: maxFile})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	for _, sheet := range book.GetSheetList() {
		if !l.wants(sheet) {
			continue
		}
		g, err := xlsxGrid(book, sheet)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", sheet, err)
		}
		grids = append(grids, g)
	}
	return grids, nil
}

func xlsxGrid(book *excelize.File, sheet string) (Grid, error) {
	rows, err := book.GetRows(sheet)
	if err != nil {
		return Grid{}, err
	}
	g := Grid{Sheet: sheet, Rows: make([][]Cell, len(rows))}
	for r, row := range rows {
		g.Rows[r] = make([]Cell, len(row))
		for c, text := range row {
			if g.Rows[r][c], err = xlsxCell(book, sheet, r, c, text); err != nil {
				return Grid{}, err
			}
		}
	}
	return g, nil
}

func xlsxCell(book *excelize.File, sheet string, row, col int, text string) (Cell, error) {
	if text == "" {
		return Cell{}, nil
	}
	name, err := excelize.CoordinatesToCellName(col+1, row+1)
	if err != nil {
		return Cell{}, err
	}
	kind, err := book.GetCellType(sheet, name)
	if err != nil {
		return Cell{}, err
	}
	if kind == excelize.CellTypeUnset || kind == excelize.CellTypeNumber {
		return binaryCell(text), nil
	}
	return Cell{Text: strings.TrimSpace(text)}, nil
}

func readXLS(l Layout, r io.ReaderAt) ([]Grid, error) {
	sheets, err := biff.Read(r)
	if err != nil {
		return nil, err
	}
	var grids []Grid
	for _, s := range sheets {
		if !l.wants(s.Name) {
			continue
		}
		g := Grid{Sheet: s.Name, Rows: make([][]Cell, len(s.Rows))}
		for i, row := range s.Rows {
			for _, c := range row {
				g.Rows[i] = append(g.Rows[i], xlsCell(c))
			}
		}
		grids = append(grids, g)
	}
	return grids, nil
}

func xlsCell(c biff.Cell) Cell {
	if c.IsNumber {
		return floatCell(c.Number)
	}
	return Cell{Text: strings.TrimSpace(c.Text)}
}
