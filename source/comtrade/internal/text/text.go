// Package text reads the files of UN Comtrade: their bytes, lines, fields and exact decimals, in parallel
// and yet in order. It knows nothing of trade but that a row which cannot be read has a reason.
package text

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync/atomic"

	"detour/fault"
	"detour/source"
)

// Meter counts the bytes taken from an input. Reading it is safe from any goroutine.
type Meter struct {
	In   source.Input
	read atomic.Int64
}

// ReadAt implements io.ReaderAt.
func (m *Meter) ReadAt(p []byte, off int64) (int, error) {
	n, err := m.In.R.ReadAt(p, off)
	m.read.Add(int64(n))
	return n, err
}

// Consumed is never more than the input: its first bytes are read twice.
func (m *Meter) Consumed() int64 { return min(m.read.Load(), m.In.Size) }

// Open gives the text of the input without a byte-order mark, decompressed where it is gzip.
func (m *Meter) Open() (io.Reader, error) {
	var r io.Reader = io.NewSectionReader(m, 0, m.In.Size)
	start, r, err := peek(r, 2)
	if err != nil {
		return nil, Reading(m.In, err)
	}
	if string(start) == "\x1f\x8b" {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, Reading(m.In, err)
		}
	}
	const mark = "\ufeff"
	start, r, err = peek(r, len(mark))
	if err != nil {
		return nil, Reading(m.In, err)
	}
	if string(start) == mark {
		_, err = io.CopyN(io.Discard, r, int64(len(mark)))
	}
	return r, err
}

// peek gives the first n bytes, fewer if there are no more, and a reader that begins with them.
func peek(r io.Reader, n int) ([]byte, io.Reader, error) {
	b := make([]byte, n)
	k, err := io.ReadFull(r, b)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil, err
	}
	return b[:k], io.MultiReader(bytes.NewReader(b[:k]), r), nil
}

// Reading classifies a failure to read the file. A cancelled context stays what it is.
func Reading(in source.Input, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fault.Errorf(fault.BadInput, "reading %s: %w", in.Name, err).Hint("the file may be damaged or cut short: fetch it again")
}

// Flaw is why a row cannot be read; Field is empty where the row as a whole is malformed.
type Flaw struct{ Field, Reason, Hint string }

// Reject makes the entry for quarantine of a row.
func (f *Flaw) Reject(line int64, raw []byte) source.Reject {
	const most = 4 << 10
	raw = raw[:min(len(raw), most)]
	return source.Reject{Line: line, Field: f.Field, Reason: f.Reason, Hint: f.Hint, Raw: strings.ToValidUTF8(string(raw), "\ufffd")}
}

// Quote shows a value in a reason, cut where it is long.
func Quote(s string) string {
	const most = 80
	return strconv.Quote(s[:min(len(s), most)])
}
