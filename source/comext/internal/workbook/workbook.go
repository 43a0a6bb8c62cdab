// Package workbook decodes the workbooks of Eurostat's data browser
// (docs/format/comext-workbook.md).
package workbook

import (
	"bytes"
	"cmp"
	"compress/flate"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"detour/fault"
	"detour/source"
	"detour/source/comext/internal/codes"
	"detour/source/comext/internal/table"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// Recognise looks for a data set of Comext among the first parts of the zip archive: the data
// browser writes its Summary sheet first, with the texts in it. A name tells nothing.
func Recognise(_ string, head []byte) bool {
	const localHeader, fixed = "PK\x03\x04", 30
	if !bytes.HasPrefix(head, []byte(localHeader)) {
		return false
	}
	for rest := head; ; {
		i := bytes.Index(rest, []byte(localHeader))
		if i < 0 || len(rest)-i < fixed {
			return false
		}
		rest = rest[i:]
		name := int(binary.LittleEndian.Uint16(rest[26:]))
		extra := int(binary.LittleEndian.Uint16(rest[28:]))
		if data := fixed + name + extra; data <= len(rest) && namesDataset(string(rest[fixed:fixed+name]), rest[data:]) {
			return true
		}
		rest = rest[len(localHeader):]
	}
}

// namesDataset tells whether the beginning of a compressed part of a workbook names a data set of Comext.
func namesDataset(part string, compressed []byte) bool {
	if part != "xl/worksheets/sheet1.xml" && part != "xl/sharedStrings.xml" {
		return false
	}
	// The head is cut somewhere: what can be read of the part is enough.
	text, _ := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(compressed)), source.HeadSize))
	return bytes.Contains(text, []byte("[DS-"))
}

// Decode reads a workbook of the data browser.
func Decode(ctx context.Context, in source.Input, to source.Sink) (source.Release, error) {
	release, _, err := read(ctx, in, to)
	return release, err
}

func read(ctx context.Context, in source.Input, to source.Sink) (source.Release, table.Tally, error) {
	file, err := excelize.OpenReader(io.NewSectionReader(in.R, 0, in.Size), excelize.Options{RawCellValue: true, UnzipSizeLimit: unzipLimit})
	if err != nil {
		return source.Release{}, table.Tally{}, table.Reading(in, err)
	}
	defer file.Close()
	names := slices.DeleteFunc(file.GetSheetList(), func(n string) bool { return n == summarySheet || n == "Structure" })
	b := &book{in: in, to: to, sheets: len(names), covered: map[string]*flow.Block{}}
	err = table.InOrder(ctx, min(2, runtime.GOMAXPROCS(0)), // more would hold more sheets in memory at once
		func(offer func(*sheet) bool) error {
			for _, n := range names {
				if !offer(&sheet{name: n}) {
					return nil
				}
			}
			return nil
		},
		func() func(*sheet) { return func(s *sheet) { s.read(file) } },
		b.emit)
	if err != nil {
		return source.Release{}, table.Tally{}, err
	}
	if b.first == nil {
		return source.Release{}, b.tally, fault.Errorf(fault.BadInput, "reading %s: no sheet holds a table of Comext", in.Name).
			Hint(layoutHint)
	}
	if listed, ok := summaryCount(file); ok && listed != len(names) {
		b.notes = append(b.notes, fmt.Sprintf("the Summary lists %d sheets, the workbook holds %d", listed, len(names)))
	}
	return source.Release{Source: codes.Source, Dataset: b.first.dataset, Stamp: b.first.stamp, Coverage: b.blocks(), Notes: b.notes}, b.tally, nil
}

const (
	// unzipLimit is ten times what the largest workbook that the browser gives takes.
	unzipLimit   = 1 << 30
	summarySheet = "Summary"
)

// summaryCount counts the sheets that the Summary lists.
func summaryCount(file *excelize.File) (int, bool) {
	rows, err := file.Rows(summarySheet)
	if err != nil {
		return 0, false
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return 0, false
		}
		if strings.HasPrefix(cellAt(cells, 1), "Sheet ") {
			n++
		}
	}
	return n, true
}

// book puts the sheets of one workbook together.
type book struct {
	in      source.Input
	to      source.Sink
	sheets  int
	done    int
	first   *sheet // the first that could be read
	tally   table.Tally
	covered map[string]*flow.Block // sheets that differ in their product only share a block
	notes   []string
}

// emit hands a sheet's rows to the sink.
func (b *book) emit(s *sheet) error {
	b.done++
	if s.err != nil {
		return table.Reading(b.in, fmt.Errorf("sheet %s: %w", s.name, s.err))
	}
	b.agree(s)
	b.cover(s)
	b.tally.Add(s.tally)
	for i := 0; i < len(s.flows); i += table.BatchSize {
		if err := b.to.Flows(s.flows[i:min(i+table.BatchSize, len(s.flows))]); err != nil {
			return err
		}
	}
	for _, r := range s.rejects {
		if err := b.to.Reject(r); err != nil {
			return err
		}
	}
	b.to.Progress(b.in.Size * int64(b.done) / int64(b.sheets))
	return nil
}

// agree holds the release of a sheet against that of the first sheet that could be read.
func (b *book) agree(s *sheet) {
	switch {
	case s.refused:
	case b.first == nil:
		b.first = s
	case s.release() != b.first.release():
		s.refuse(2, "Dataset", "it is "+s.release()+", the workbook began with "+b.first.release(), "import each release from a file of its own")
	}
}

// cover notes what the sheet covers: its product, for every reporter, partner and period it lists.
func (b *book) cover(s *sheet) {
	if len(s.reporters) == 0 {
		return
	}
	periods := codes.Set[period.Period]{}
	for _, c := range s.columns {
		periods.Add(c.period)
	}
	block := flow.Block{
		Direction: s.direction, Nomenclature: goods.CN,
		Reporters: s.reporters.Sorted(), Partners: s.partners.Sorted(),
		Periods: periods.Sorted(), Measures: []flow.Measure{s.indicator.Measure},
	}
	key := fmt.Sprint(block)
	if b.covered[key] == nil {
		b.covered[key] = &block
	}
	b.covered[key].Goods = append(b.covered[key].Goods, s.product.Code)
}

func (b *book) blocks() []flow.Block {
	out := make([]flow.Block, 0, len(b.covered))
	for _, block := range b.covered {
		slices.Sort(block.Goods)
		block.Goods = slices.Compact(block.Goods)
		out = append(out, *block)
	}
	slices.SortFunc(out, func(x, y flow.Block) int {
		return cmp.Or(cmp.Compare(x.Direction, y.Direction), slices.Compare(x.Measures, y.Measures), slices.Compare(x.Goods, y.Goods),
			slices.Compare(x.Reporters, y.Reporters), slices.Compare(x.Partners, y.Partners), slices.Compare(x.Periods, y.Periods))
	})
	return out
}
