// Package biff reads the cells of workbooks of Excel 97 to 2003 (.xls): the record stream BIFF8 inside a
// compound file. It knows values and texts; formats, formulas and everything drawn are passed over.
// Source: Microsoft, [MS-XLS] Excel Binary File Format, and [MS-CFB] for the container (read by mscfb).
package biff

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/richardlehane/mscfb"
)

// Cell is one cell: a number, or a text (empty for a blank one). The result of a formula counts as its value;
// an error such as #N/A is a text.
type Cell struct {
	Text     string
	Number   float64
	IsNumber bool
}

// Sheet is one worksheet. Rows[i] is row i+1 and ends with its last cell that is held; it may be empty.
type Sheet struct {
	Name string
	Rows [][]Cell
}

// Read gives the worksheets of a workbook in their order, hidden ones too; charts and macros are no
// worksheets. It never panics. The error says what is wrong with the file, in words for its user.
func Read(r io.ReaderAt) ([]Sheet, error) {
	stream, err := workbook(r)
	if err != nil {
		return nil, err
	}
	globals, err := readGlobals(stream)
	if err != nil {
		return nil, err
	}
	var out []Sheet
	room := maxCells
	for _, b := range globals.sheets {
		s, err := readSheet(stream, b, globals.texts, &room)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", b.name, err)
		}
		out = append(out, s)
	}
	return out, nil
}

// What keeps a hostile file from claiming all memory: the size of the stream, and the cells of all sheets
// together, of which a record of 18 bytes may claim a row.
const (
	maxStream = 256 << 20
	maxCells  = 1 << 22
)

// workbook finds the stream of records.
func workbook(r io.ReaderAt) ([]byte, error) {
	file, err := mscfb.New(r)
	if err != nil {
		return nil, fmt.Errorf("no compound file: %w", err)
	}
	for entry, err := file.Next(); err == nil; entry, err = file.Next() {
		switch entry.Name {
		case "Workbook":
			return io.ReadAll(io.LimitReader(entry, maxStream))
		case "Book":
			return nil, errors.New("a workbook of Excel 5 or 95, which is not read: save it as .xlsx")
		}
	}
	return nil, errors.New("a compound file without a workbook")
}

// The records that are read, by their numbers in [MS-XLS] 2.3.
const (
	recFormula    = 0x0006
	recEOF        = 0x000A
	recFilePass   = 0x002F
	recContinue   = 0x003C
	recBoundSheet = 0x0085
	recMulRk      = 0x00BD
	recRString    = 0x00D6
	recSST        = 0x00FC
	recLabelSST   = 0x00FD
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRk         = 0x027E
	recBOF        = 0x0809
)

// records walks over the stream from a position.
type records struct {
	stream []byte
	at     int
	kind   uint16
	data   []byte
}

var errCut = errors.New("the file is cut off")

func (r *records) next() error {
	if r.at < 0 || r.at+4 > len(r.stream) {
		return errCut
	}
	r.kind = binary.LittleEndian.Uint16(r.stream[r.at:])
	end := r.at + 4 + int(binary.LittleEndian.Uint16(r.stream[r.at+2:]))
	if end > len(r.stream) {
		return errCut
	}
	r.data, r.at = r.stream[r.at+4:end], end
	return nil
}

// continued gives the record's data and those of the CONTINUE records after it.
func (r *records) continued() [][]byte {
	parts := [][]byte{r.data}
	for {
		ahead := *r
		if ahead.next() != nil || ahead.kind != recContinue {
			return parts
		}
		*r = ahead
		parts = append(parts, r.data)
	}
}

// begin reads the BOF record, which tells the version.
func (r *records) begin() error {
	if err := r.next(); err != nil {
		return err
	}
	if r.kind != recBOF || len(r.data) < 4 || binary.LittleEndian.Uint16(r.data) != 0x0600 {
		return errors.New("not BIFF8, the format of Excel 97 to 2003")
	}
	return nil
}

type boundSheet struct {
	name string
	at   int
}

type globals struct {
	sheets []boundSheet
	texts  []string
}

func readGlobals(stream []byte) (g globals, err error) {
	r := records{stream: stream}
	if err := r.begin(); err != nil {
		return g, err
	}
	for {
		if err := r.next(); err != nil {
			return g, err
		}
		switch r.kind {
		case recEOF:
			return g, nil
		case recFilePass:
			return g, errors.New("the workbook is encrypted: save it without a password")
		case recBoundSheet:
			if g.sheets, err = addSheet(g.sheets, r.data); err != nil {
				return g, err
			}
		case recSST:
			if g.texts, err = readTexts(r.continued()); err != nil {
				return g, err
			}
		}
	}
}

// addSheet takes a BoundSheet8 record; only worksheets (type 0) have cells.
func addSheet(sheets []boundSheet, data []byte) ([]boundSheet, error) {
	if len(data) < 7 {
		return nil, errCut
	}
	t := text{parts: [][]byte{data[7:]}}
	name, err := t.read(int(data[6]))
	if err != nil {
		return nil, err
	}
	if data[5] != 0 {
		return sheets, nil
	}
	return append(sheets, boundSheet{name, int(binary.LittleEndian.Uint32(data))}), nil
}

func readSheet(stream []byte, b boundSheet, texts []string, room *int) (Sheet, error) {
	r := records{stream: stream, at: b.at}
	if err := r.begin(); err != nil {
		return Sheet{}, err
	}
	s := sheet{Sheet: Sheet{Name: b.name}, texts: texts, room: room}
	for {
		if err := r.next(); err != nil {
			return Sheet{}, err
		}
		if r.kind == recBOF { // a chart within the sheet: its records are its own
			if err := r.skipNested(); err != nil {
				return Sheet{}, err
			}
			continue
		}
		if r.kind == recEOF {
			return s.Sheet, nil
		}
		if err := s.take(r.kind, r.data); err != nil {
			return Sheet{}, err
		}
	}
}

func (r *records) skipNested() error {
	for depth := 1; depth > 0; {
		if err := r.next(); err != nil {
			return err
		}
		switch r.kind {
		case recBOF:
			depth++
		case recEOF:
			depth--
		}
	}
	return nil
}

// sheet is a worksheet while it is read.
type sheet struct {
	Sheet
	texts []string
	room  *int // how many cells the workbook may still have
	// pending is the cell of a formula whose text stands in the STRING record after it.
	pendingRow, pendingCol int
	pending                bool
}

// headSize are the row, column and format before the contents of each cell.
const headSize = 6

func (s *sheet) take(kind uint16, data []byte) error {
	if kind == recString {
		return s.takeString(data)
	}
	least, isCell := map[uint16]int{
		recNumber: 8, recRk: 4, recMulRk: 0, recLabelSST: 4, recLabel: 3, recRString: 3, recBoolErr: 2, recFormula: 8,
	}[kind]
	if !isCell {
		return nil
	}
	if len(data) < headSize+least {
		return errCut
	}
	row, col := int(binary.LittleEndian.Uint16(data)), int(binary.LittleEndian.Uint16(data[2:]))
	if col > maxColumn {
		return fmt.Errorf("row %d has a cell in column %d", row+1, col+1)
	}
	if kind == recMulRk {
		return s.takeMulRk(row, col, data)
	}
	cell, err := s.cell(kind, data[headSize:])
	if err != nil {
		return err
	}
	if s.pending = kind == recFormula && isTextResult(data[headSize:]); s.pending {
		s.pendingRow, s.pendingCol = row, col
	}
	return s.put(row, col, cell)
}

// maxColumn is the last column of a sheet, counted from 0: IV.
const maxColumn = 255

func (s *sheet) put(row, col int, c Cell) error {
	for len(s.Rows) <= row {
		s.Rows = append(s.Rows, nil)
	}
	if more := col + 1 - len(s.Rows[row]); more > 0 {
		if *s.room -= more; *s.room < 0 {
			return fmt.Errorf("more than %d cells", maxCells)
		}
		s.Rows[row] = append(s.Rows[row], make([]Cell, more)...)
	}
	s.Rows[row][col] = c
	return nil
}

func (s *sheet) cell(kind uint16, data []byte) (Cell, error) {
	switch kind {
	case recNumber:
		return number(math.Float64frombits(binary.LittleEndian.Uint64(data))), nil
	case recRk:
		return number(rk(binary.LittleEndian.Uint32(data))), nil
	case recLabelSST:
		i := binary.LittleEndian.Uint32(data)
		if uint64(i) >= uint64(len(s.texts)) {
			return Cell{}, fmt.Errorf("text %d is not in the table of %d texts", i, len(s.texts))
		}
		return Cell{Text: s.texts[i]}, nil
	case recLabel, recRString:
		t := text{parts: [][]byte{data[2:]}}
		v, err := t.read(int(binary.LittleEndian.Uint16(data)))
		return Cell{Text: v}, err
	case recBoolErr:
		return boolErr(data[0], data[1] == 1), nil
	default:
		return formula(data), nil
	}
}

// takeMulRk reads a run of RK numbers: each a format of two bytes and the number, then the last column.
func (s *sheet) takeMulRk(row, col int, data []byte) error {
	for run := data[4 : len(data)-2]; len(run) >= 6; run = run[6:] {
		if col > maxColumn {
			return fmt.Errorf("row %d has a cell in column %d", row+1, col+1)
		}
		if err := s.put(row, col, number(rk(binary.LittleEndian.Uint32(run[2:])))); err != nil {
			return err
		}
		col++
	}
	s.pending = false
	return nil
}

func (s *sheet) takeString(data []byte) error {
	if !s.pending {
		return nil
	}
	if len(data) < 3 {
		return errCut
	}
	t := text{parts: [][]byte{data[2:]}}
	v, err := t.read(int(binary.LittleEndian.Uint16(data)))
	if err != nil {
		return err
	}
	s.pending = false
	return s.put(s.pendingRow, s.pendingCol, Cell{Text: v})
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func number(f float64) Cell { return Cell{Number: f, IsNumber: true} }

// rk expands an RkNumber ([MS-XLS] 2.5.122): 30 bits of an integer or of a double, perhaps times 100.
func rk(v uint32) float64 {
	f := math.Float64frombits(uint64(v&^3) << 32)
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

// formula gives the result that was computed last ([MS-XLS] 2.5.133); a text follows in a record of its own.
func formula(data []byte) Cell {
	if binary.LittleEndian.Uint16(data[6:]) != 0xFFFF {
		return number(math.Float64frombits(binary.LittleEndian.Uint64(data)))
	}
	switch data[0] {
	case 1:
		return boolErr(data[2], false)
	case 2:
		return boolErr(data[2], true)
	default:
		return Cell{}
	}
}

func isTextResult(data []byte) bool {
	return binary.LittleEndian.Uint16(data[6:]) == 0xFFFF && data[0] == 0
}

func boolErr(v byte, isError bool) Cell {
	switch {
	case isError:
		return Cell{Text: fmt.Sprintf("#ERROR %d", v)}
	case v != 0:
		return Cell{Text: "TRUE"}
	default:
		return Cell{Text: "FALSE"}
	}
}
