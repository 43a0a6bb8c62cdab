// Package table reads the text files of Comext row by row: lines, quotes, columns by name, exact
// decimals, and why a row could not be read. It knows nothing of trade but that rows become flows.
package table

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"slices"
	"sync/atomic"

	"detour/fault"
	"detour/source"
)

// MaxLine bounds a line of a text file: a longer one means that the file is something else.
const MaxLine = 1 << 20

// Meter counts the bytes taken from an input. Reading it is safe from any goroutine.
type Meter struct {
	In   source.Input
	read atomic.Int64
}

// NewMeter makes a meter of the input, at zero.
func NewMeter(in source.Input) *Meter { return &Meter{In: in} }

// ReadAt implements io.ReaderAt.
func (m *Meter) ReadAt(p []byte, off int64) (int, error) {
	n, err := m.In.R.ReadAt(p, off)
	m.read.Add(int64(n))
	return n, err
}

// Consumed is never more than the input: archives read their index twice.
func (m *Meter) Consumed() int64 { return min(m.read.Load(), m.In.Size) }

// Head gives the first bytes of the input, fewer if it is shorter.
func Head(in source.Input, n int) ([]byte, error) {
	b := make([]byte, n)
	k, err := in.R.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, Reading(in, err)
	}
	return b[:k], nil
}

// OpenText gives the text of the input, decompressed where it is gzip.
func OpenText(m *Meter) (io.Reader, error) {
	start, err := Head(m.In, 2)
	if err != nil {
		return nil, err
	}
	r := io.NewSectionReader(m, 0, m.In.Size)
	if !bytes.Equal(start, []byte{0x1f, 0x8b}) {
		return r, nil
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, Reading(m.In, err)
	}
	return z, nil
}

// Reading classifies a failure to read the file. A cancelled context stays what it is.
func Reading(in source.Input, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fault.Errorf(fault.BadInput, "reading %s: %w", in.Name, err).Hint("the file may be damaged or cut short: fetch it again")
}

// ReadHeader takes the first line off a text file.
func ReadHeader(in source.Input, br *bufio.Reader) (Columns, error) {
	line, err := br.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return nil, fault.Errorf(fault.BadInput, "reading %s: no line end in the first %d bytes", in.Name, br.Size())
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, Reading(in, err)
	}
	names := HeaderOf(line)
	for i, n := range names {
		if n != "" && slices.Contains(names[:i], n) {
			return nil, fault.Errorf(fault.BadInput, "reading %s: header names column %s twice", in.Name, n)
		}
	}
	return names, nil
}

// MissingColumn is the error for a header that lacks a column.
func MissingColumn(in source.Input, name string) error {
	return fault.Errorf(fault.BadInput, "reading %s: header has no column %s", in.Name, name).
		Hint("columns are found by name, so the first line must name them")
}

// EachLine gives the lines after the header, numbered from 2, without their line ends. It leaves out
// blank ones and stops at the first error.
func EachLine(ctx context.Context, in source.Input, br *bufio.Reader, take func(n int64, line []byte) error) error {
	for n := int64(2); ; n++ {
		line, err := br.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return tooLong(in, n)
		}
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return Reading(in, err)
		}
		if !Blank(line) {
			if err := take(n, trimLine(line)); err != nil {
				return err
			}
		}
		if end {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

func tooLong(in source.Input, line int64) error {
	return fault.Errorf(fault.BadInput, "reading %s: line %d has no end", in.Name, line).
		Hint("a text file with one row a line is expected")
}
