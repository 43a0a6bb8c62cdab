package biff_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"detour/source/table/internal/biff"
)

// le writes numbers and bytes one after the other, low byte first.
func le(parts ...any) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		switch p := p.(type) {
		case []byte:
			b.Write(p)
		case string:
			b.WriteString(p)
		default:
			if err := binary.Write(&b, binary.LittleEndian, p); err != nil {
				panic(err)
			}
		}
	}
	return b.Bytes()
}

func record(kind uint16, parts ...any) []byte {
	data := le(parts...)
	return le(kind, uint16(len(data)), data)
}

func utf16le(s string) []byte { return le(utf16.Encode([]rune(s))) }

// compound puts a stream into a compound file of version 3: header, a sector of the allocation table, one of
// the directory, and the stream, which is padded to the size from which it has sectors of its own.
func compound(name string, stream []byte) []byte {
	const sector, least, end, free = 512, 4096, 0xFFFFFFFE, 0xFFFFFFFF
	size := max(len(stream), least)
	n := (size + sector - 1) / sector
	fat := []uint32{0xFFFFFFFD, end}
	for i := range n {
		next := uint32(i + 3)
		if i == n-1 {
			next = end
		}
		fat = append(fat, next)
	}
	for len(fat) < sector/4 {
		fat = append(fat, free)
	}
	difat := append([]uint32{0}, bytesOf(108)...)
	header := le("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", make([]byte, 16), uint16(0x3E), uint16(3), uint16(0xFFFE), uint16(9), uint16(6), make([]byte, 6),
		uint32(0), uint32(1), uint32(1), uint32(0), uint32(least), uint32(end), uint32(0), uint32(end), uint32(0), difat)
	entry := func(name string, kind byte, child, start uint32, size uint64) []byte {
		text := utf16le(name)
		return le(text, make([]byte, 64-len(text)), uint16(len(text)+2), kind, byte(1), uint32(free), uint32(free), child, make([]byte, 36), start, size)
	}
	directory := le(entry("Root Entry", 5, 1, end, 0), entry(name, 2, free, 2, uint64(size)), make([]byte, 256))
	return le(header, fat, directory, stream, make([]byte, n*sector-len(stream)))
}

// bytesOf gives n free entries.
func bytesOf(n int) []uint32 {
	out := make([]uint32, n)
	for i := range out {
		out[i] = 0xFFFFFFFF
	}
	return out
}

var (
	bof = record(0x0809, uint16(0x0600), uint16(0x0005), make([]byte, 12))
	eof = record(0x000A)
)

// book is a workbook whose globals end with the shared texts and which has the sheets 'Data' and, a chart, 'Chart'.
func book(shared []byte, cells ...[]byte) []byte {
	globals := func(at uint32) []byte {
		return le(bof, record(0x0085, at, uint16(0), byte(4), byte(0), "Data"), record(0x0085, at, byte(0), byte(2), byte(5), byte(0), "Chart"), shared, eof)
	}
	return le(globals(uint32(len(globals(0)))), bof, bytes.Join(cells, nil), eof)
}

func read(t *testing.T, stream []byte) []biff.Sheet {
	t.Helper()
	sheets, err := biff.Read(bytes.NewReader(compound("Workbook", stream)))
	if err != nil {
		t.Fatal(err)
	}
	return sheets
}

// Each record of cells, with the values that [MS-XLS] gives it.
func TestCells(t *testing.T) {
	at := func(row, col uint16) []byte { return le(row, col, uint16(0)) }
	formula := func(row uint16, result ...any) []byte {
		return record(0x0006, at(row, 1), le(result...), make([]byte, 8))
	}
	stream := book(
		record(0x00FC, uint32(3), uint32(3), uint16(5), byte(0), "plain", uint16(5), byte(1), utf16le("Китай"), uint16(2), byte(0x0C), uint16(1), uint32(3), "ab", make([]byte, 4+3)),
		record(0x0203, at(0, 0), 1.5),
		record(0x027E, at(0, 1), uint32(math.Float64bits(2.25)>>32)),                                          // a double
		record(0x027E, at(0, 2), uint32(12345)<<2|2),                                                          // an integer
		record(0x027E, at(0, 3), uint32(12345)<<2|3),                                                          // an integer, hundredths
		record(0x027E, at(0, 4), uint32(math.Float64bits(300)>>32)|1),                                         // a double, hundredths
		record(0x027E, at(0, 5), ^uint32(1)),                                                                  // -1
		record(0x00BD, uint16(1), uint16(1), uint16(0), uint32(7)<<2|2, uint16(0), uint32(8)<<2|2, uint16(2)), // a run
		record(0x00FD, at(2, 0), uint32(1)),
		record(0x00FD, at(2, 1), uint32(2)),
		record(0x0204, at(2, 2), uint16(3), byte(0), "old"),
		record(0x00D6, at(2, 3), uint16(4), byte(1), utf16le("rich")),
		record(0x0205, at(3, 0), byte(1), byte(0)),
		record(0x0205, at(3, 1), byte(0x2A), byte(1)),
		record(0x0201, at(3, 2)),                                                                             // a blank cell
		record(0x0809, uint16(0x0600), uint16(0x0020), make([]byte, 12)), record(0x0203, at(9, 9), 9.0), eof, // a chart within
		formula(4, 6.5),
		formula(5, byte(0), make([]byte, 5), uint16(0xFFFF)), record(0x0207, uint16(4), byte(0), "text"),
		formula(6, byte(1), byte(0), byte(1), make([]byte, 3), uint16(0xFFFF)),
		formula(7, byte(2), byte(0), byte(7), make([]byte, 3), uint16(0xFFFF)),
		formula(8, byte(3), make([]byte, 5), uint16(0xFFFF)),
		record(0x0207, uint16(4), byte(0), "lost"), // a text of nobody
	)
	n := func(f float64) biff.Cell { return biff.Cell{Number: f, IsNumber: true} }
	s := func(text string) biff.Cell { return biff.Cell{Text: text} }
	want := []biff.Sheet{{Name: "Data", Rows: [][]biff.Cell{
		{n(1.5), n(2.25), n(12345), n(123.45), n(3), n(-1)},
		{{}, n(7), n(8)},
		{s("Китай"), s("ab"), s("old"), s("rich")},
		{s("TRUE"), s("#ERROR 42")},
		{{}, n(6.5)},
		{{}, s("text")},
		{{}, s("TRUE")},
		{{}, s("#ERROR 7")},
		{{}, {}},
	}}}
	if diff := cmp.Diff(want, read(t, stream)); diff != "" {
		t.Error(diff)
	}
}

// The table of texts goes on in further records; within a string the width of its characters may change there.
func TestTextsGoOn(t *testing.T) {
	shared := le(
		record(0x00FC, uint32(4), uint32(4), uint16(6), byte(0), "abc"),
		record(0x003C, byte(1), utf16le("где"), uint16(2), byte(0), "xy", uint16(4), byte(1), utf16le("ab")),
		record(0x003C, byte(0), "cd"),
		record(0x003C, uint16(3), byte(8), uint16(2), "end", make([]byte, 3)), // its formatting goes on without flags
		record(0x003C, make([]byte, 5)),
	)
	var cells [][]byte
	for i := range uint32(4) {
		cells = append(cells, record(0x00FD, uint16(0), uint16(i), uint16(0), i))
	}
	want := []biff.Cell{{Text: "abcгде"}, {Text: "xy"}, {Text: "abcd"}, {Text: "end"}}
	if diff := cmp.Diff(want, read(t, book(shared, cells...))[0].Rows[0]); diff != "" {
		t.Error(diff)
	}
}

func TestFilesThatAreWrong(t *testing.T) {
	none := record(0x00FC, uint32(0), uint32(0))
	cell := func(kind uint16, parts ...any) []byte {
		return compound("Workbook", book(none, record(kind, le(parts...))))
	}
	whole := book(none)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "no compound file"},
		{"other", []byte(strings.Repeat("PK\x03\x04", 1000)), "no compound file"},
		{"no workbook", compound("Document", whole), "without a workbook"},
		{"Excel 95", compound("Book", whole), "save it as .xlsx"},
		{"version", compound("Workbook", record(0x0809, uint16(0x0500), uint16(5))), "not BIFF8"},
		{"no globals", compound("Workbook", bof), "cut off"},
		{"encrypted", compound("Workbook", le(bof, record(0x002F), eof)), "encrypted"},
		{"sheet beyond the end", compound("Workbook", le(bof, record(0x0085, uint32(1<<30), uint16(0), byte(1), byte(0), "x"), eof)), "sheet x: "},
		{"sheet's name", compound("Workbook", le(bof, record(0x0085, uint32(0), uint16(0), byte(9), byte(0), "x"), eof)), "cut off"},
		{"short sheet", compound("Workbook", le(bof, record(0x0085, uint32(0)), eof)), "cut off"},
		{"texts", compound("Workbook", book(record(0x00FC, uint32(1), uint32(1), uint16(9), byte(0), "x"))), "text 0 of 1"},
		{"no texts", compound("Workbook", book(record(0x00FC))), "cut off"},
		{"text's formatting", compound("Workbook", book(record(0x00FC, uint32(1), uint32(1), uint16(1), byte(8), uint16(9), "x"))), "text 0 of 1"},
		{"text index", cell(0x00FD, uint16(0), uint16(0), uint16(0), uint32(5)), "text 5 is not in the table"},
		{"short number", cell(0x0203, uint16(0), uint16(0), uint16(0), uint32(5)), "cut off"},
		{"column", cell(0x0203, uint16(0), uint16(256), uint16(0), 1.0), "column 257"},
		{"column of a run", cell(0x00BD, uint16(0), uint16(255), uint16(0), uint32(0), uint16(0), uint32(0), uint16(256)), "column 257"},
		{"label", cell(0x0204, uint16(0), uint16(0), uint16(0), uint16(9), byte(0), "x"), "cut off"},
	} {
		sheets, err := biff.Read(bytes.NewReader(c.file))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v; want %q", c.name, sheets, err, c.want)
		}
	}
}

// A small file whose many sheets are one and the same, with cells at the far end of its rows, may not claim all memory.
func TestRoom(t *testing.T) {
	var cells [][]byte
	for row := range uint16(600) {
		cells = append(cells, record(0x0203, row, uint16(255), uint16(0), 1.0))
	}
	globals := func(at uint32) []byte {
		return le(bof, bytes.Repeat(record(0x0085, at, uint16(0), byte(1), byte(0), "x"), 30), eof)
	}
	stream := le(globals(uint32(len(globals(0)))), bof, bytes.Join(cells, nil), eof)
	_, err := biff.Read(bytes.NewReader(compound("Workbook", stream)))
	if err == nil || !strings.Contains(err.Error(), "more than 4194304 cells") {
		t.Errorf("%d bytes are read as 4.6 million cells: %v", len(stream), err)
	}
}

// No bytes make the reader panic, and it gives the same for the same bytes.
func FuzzRead(f *testing.F) {
	f.Add(book(record(0x00FC, uint32(1), uint32(1), uint16(1), byte(0), "x"), record(0x00FD, uint16(1), uint16(1), uint16(0), uint32(0))), true)
	f.Add(book(record(0x00FC, uint32(0), uint32(0)), record(0x0203, uint16(0), uint16(0), uint16(0), 1.0)), true)
	f.Add(compound("Workbook", book(nil)), false)
	f.Fuzz(func(t *testing.T, b []byte, isStream bool) {
		if isStream {
			b = compound("Workbook", b[:min(len(b), 32<<10)])
		}
		one, errOne := biff.Read(bytes.NewReader(b))
		two, errTwo := biff.Read(bytes.NewReader(b))
		if (errOne == nil) != (errTwo == nil) || len(one) != len(two) {
			t.Fatalf("%v, %v", errOne, errTwo)
		}
	})
}

// Counts of the real workbooks, found also by another reader of the format (github.com/shakinm/xlsReader v0.9.12),
// with which every one of these cells was compared.
func TestRealWorkbooks(t *testing.T) {
	want := map[string]int{
		"Основные показатели внешней торговли_2019.xls": 2433, "Основные показатели внешней торговли_2020.xls": 2378, "Основные показатели внешней торговли_2021.xls": 2357,
		"Основные показатели внешней торговли по странам_2022.xls": 2500, "Основные показатели внешней торговли по странам_2023.xls": 2609,
		"4.02.00.01 Номинальный курс отдельных валют..XLS": 398, "4.03.00.12 Импорт основных видов товаров (тыс.долларов)..XLS": 1135,
	}
	seen := 0
	for _, glob := range []string{"*/*.xls", "*/*.XLS"} {
		paths, err := filepath.Glob(filepath.Join("../../../../../shared/data/national", glob))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			sheets, err := biff.Read(bytes.NewReader(file))
			if err != nil {
				t.Errorf("%s: %v", filepath.Base(path), err)
			}
			held := 0
			for _, s := range sheets {
				for _, row := range s.Rows {
					for _, c := range row {
						if c.IsNumber || c.Text != "" {
							held++
						}
					}
				}
			}
			if n, ok := want[filepath.Base(path)]; ok && held != n {
				t.Errorf("%s has %d cells, want %d", filepath.Base(path), held, n)
			}
			seen++
		}
	}
	if seen == 0 {
		t.Skip("no ../shared/data beside the checkout: real workbooks are not read")
	}
	if seen != len(want) {
		t.Errorf("%d workbooks, want %d", seen, len(want))
	}
}
