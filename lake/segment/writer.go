package segment

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"maps"
	"os"
	"slices"

	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/period"
)

// KeyColumns are the columns that identify a cell.
const KeyColumns = "reporter, partner, direction, nomenclature, goods, period, part"

// Writer writes the rows of one segment and keeps their counts. Not safe for concurrent use.
type Writer struct {
	tmp     *os.File
	sum     hash.Hash
	buf     *bufio.Writer
	columns *columns
	counts  map[countKey]*lake.Count
	last    *lake.Count
	lastKey countKey
	cells   fingerprints
	money   []string // the currencies seen, sorted
	rows    int64

	partner  area.Code // of the last row
	partners map[area.Code]struct{}
	levels   uint64 // bit n: codes of n digits, see flow.Level
}

type countKey struct {
	reporter  area.Code
	direction flow.Direction
	period    period.Period
}

// NewWriter begins a segment in the folder's staging room.
func (f *Folder) NewWriter() (*Writer, error) {
	tmp, err := f.temp("segment")
	if err != nil {
		return nil, err
	}
	w := &Writer{tmp: tmp, sum: sha256.New(), counts: map[countKey]*lake.Count{}, partners: map[area.Code]struct{}{}}
	w.buf = bufio.NewWriterSize(io.MultiWriter(tmp, w.sum), 1<<20)
	w.columns = newColumns(w.buf)
	return w, nil
}

// Append adds rows.
func (w *Writer) Append(batch []flow.Flow) error {
	for i := range batch {
		fl := &batch[i]
		w.count(fl)
		w.extend(fl)
		w.cells.add(&fl.Key)
		if err := w.columns.add(fl); err != nil {
			return err
		}
	}
	w.rows += int64(len(batch))
	return nil
}

func (w *Writer) count(fl *flow.Flow) {
	k := countKey{fl.Reporter, fl.Direction, fl.Period}
	if w.last == nil || k != w.lastKey {
		c := w.counts[k]
		if c == nil {
			c = &lake.Count{Reporter: k.reporter, Direction: k.direction, Period: k.period}
			w.counts[k] = c
		}
		w.last, w.lastKey = c, k
	}
	if fl.Confidential {
		w.last.Confidential++
	}
	if at, known := slices.BinarySearch(w.money, string(fl.Currency)); !known && fl.Currency != "" {
		w.money = slices.Insert(w.money, at, string(fl.Currency))
	}
	for _, n := range [...]flow.Number{fl.Value, fl.NetMass, fl.Quantity} {
		if n.Held {
			w.last.Values++
			if fl.Part == "" {
				w.last.Totals++
			}
		}
	}
}

// extend notes the partner and the level of goods of a row.
func (w *Writer) extend(fl *flow.Flow) {
	if fl.Partner != w.partner || w.rows == 0 {
		w.partner = fl.Partner
		w.partners[fl.Partner] = struct{}{}
	}
	w.levels |= 1 << min(flow.Level(fl.Goods), 63)
}

// CoveredBy is an Internal error where a row has a reporter's period, a partner or a level of goods that no
// block states. A question that asks for all that a file covers reads the file without looking at each row,
// and a newer release replaces nothing else, so such a row would be in the wrong sums.
func (w *Writer) CoveredBy(blocks []flow.Block) error {
	inBlocks := func(is func(flow.Block) bool) bool { return slices.ContainsFunc(blocks, is) }
	for _, c := range w.sortedCounts() {
		if !inBlocks(func(b flow.Block) bool {
			return b.Direction == c.Direction && slices.Contains(b.Periods, c.Period) && flow.CoversArea(b.Reporters, c.Reporter)
		}) {
			return fault.Errorf(fault.Internal, "its rows state %s %s %s, its coverage does not", c.Reporter, c.Direction, c.Period)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(w.partners)) {
		if !inBlocks(func(b flow.Block) bool { return flow.CoversArea(b.Partners, p) }) {
			return fault.Errorf(fault.Internal, "its rows state partner %s, its coverage does not", p)
		}
	}
	for n := range 64 {
		if w.levels&(1<<n) != 0 && !inBlocks(func(b flow.Block) bool { return slices.Contains(b.GoodsLevels(), n) }) {
			return fault.Errorf(fault.Internal, "its rows state goods of %d digits, its coverage does not", n)
		}
	}
	return nil
}

// Rows is how many rows were appended.
func (w *Writer) Rows() int64 { return w.rows }

// Distinct tells whether it is proved that no cell was stated twice, see fingerprints.
func (w *Writer) Distinct() bool { return w.cells.distinct() }

// Close ends the segment and gives the path of its temporary file and what it holds; then comes Keep
// or Discard.
func (w *Writer) Close() (path string, seg lake.Segment, err error) {
	if err := errors.Join(w.columns.close(), w.buf.Flush()); err != nil {
		return "", seg, fault.Errorf(fault.Unavailable, "writing a segment: %w", err)
	}
	info, err := os.Stat(w.tmp.Name())
	if err != nil {
		return "", seg, fault.Errorf(fault.Unavailable, "writing a segment: %w", err)
	}
	seg = lake.Segment{SHA256: hex.EncodeToString(w.sum.Sum(nil)), Size: info.Size(), Rows: w.rows, Counts: w.sortedCounts(), Currencies: w.money}
	return w.tmp.Name(), seg, nil
}

func (w *Writer) sortedCounts() []lake.Count {
	out := make([]lake.Count, 0, len(w.counts))
	for _, c := range w.counts {
		out = append(out, *c)
	}
	slices.SortFunc(out, lake.CompareCounts)
	return out
}

// Discard drops the segment.
func (w *Writer) Discard() {
	_ = w.tmp.Close()
	_ = os.Remove(w.tmp.Name())
}

// Keep syncs a closed segment and gives it its place in the folder; a segment without rows is dropped.
func (w *Writer) Keep(f *Folder, seg lake.Segment) error {
	if seg.Rows == 0 {
		w.Discard()
		return nil
	}
	return install(w.tmp, f.SegmentPath(seg.SHA256), nil)
}
