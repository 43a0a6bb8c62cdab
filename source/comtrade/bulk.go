package comtrade

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"

	"detour/fault"
	"detour/source"
	"detour/source/comtrade/internal/cover"
	"detour/source/comtrade/internal/text"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/period"
)

// blockSize is how much text a worker takes at once, and bounds a row: large enough that handing it on
// costs nothing, small enough that the flows of a few blocks stay within tens of megabytes.
const blockSize = 1 << 20

// block is a run of whole rows and what was read from them.
type block struct {
	text     []byte
	ends     []int // of the records of JSON; nil where rows are lines
	flows    []flow.Flow
	shapes   []shape         // of the flows
	parts    bool            // some flow is not the total of its cell
	rejects  []source.Reject // rows counted from the block's first, which is 1
	rows     int64
	consumed int64 // bytes of the input when the block was cut
}

// run is the decoding of one file.
type run struct {
	in          source.Input
	meter       *text.Meter
	to          source.Sink
	header      int64       // lines before the first row
	free        chan *block // blocks to use again
	parsers     []*parser   // one for each worker
	chosen      map[choice]shape
	rows        int64 // handed on so far
	flows       int64
	overlapping int64
}

// choice is within what one breakdown is chosen: parts of two of them are the same trade twice.
type choice struct {
	reporter  area.Code
	period    period.Period
	direction flow.Direction
}

func newRun(in source.Input, to source.Sink) *run {
	return &run{in: in, meter: &text.Meter{In: in}, to: to, free: make(chan *block, 2*runtime.GOMAXPROCS(0)+2), chosen: map[choice]shape{}}
}

// decodeBulk reads a bulk file: text, or gzip of it.
func decodeBulk(ctx context.Context, in source.Input, to source.Sink) (source.Release, error) {
	r := newRun(in, to)
	r.header = 1
	plain, err := r.meter.Open()
	if err != nil {
		return source.Release{}, err
	}
	br := bufio.NewReaderSize(plain, 64<<10)
	header, err := br.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return source.Release{}, text.Reading(in, err)
	}
	line, _ := text.Line(header)
	l, err := newLayout(in, line)
	if err != nil {
		return source.Release{}, err
	}
	err = r.decode(ctx, func(offer func(*block) bool) error { return r.cut(br, offer) }, func(p *parser) func(*block) {
		lines := &lineReader{layout: l}
		return func(b *block) { p.lines(b, lines) }
	})
	if err != nil {
		return source.Release{}, err
	}
	out := r.release()
	if r.rows == 0 {
		out.Notes = append(out.Notes, "the file holds no rows")
	}
	return out, nil
}

// decode makes blocks, reads them in parallel and hands them on in the order of the file.
func (r *run) decode(ctx context.Context, produce func(func(*block) bool) error, reader func(*parser) func(*block)) error {
	workers := runtime.GOMAXPROCS(0)
	ready := make(chan func(*block), workers)
	for range workers {
		p := newParser()
		r.parsers = append(r.parsers, p)
		ready <- reader(p)
	}
	return text.InOrder(ctx, workers, produce, func() func(*block) { return <-ready }, r.emit)
}

// cut makes blocks that end at line ends. Their bounds depend on the text alone, so the sink sees the same
// batches however many workers there are.
func (r *run) cut(from io.Reader, offer func(*block) bool) error {
	var rest []byte
	for {
		b := r.newBlock()
		n := copy(b.text[:cap(b.text)], rest)
		k, err := fill(from, b.text[n:cap(b.text)])
		b.text = b.text[:n+k]
		b.consumed = r.meter.Consumed()
		if errors.Is(err, io.EOF) {
			offer(b)
			return nil
		}
		if err != nil {
			return text.Reading(r.in, err)
		}
		end := bytes.LastIndexByte(b.text, '\n') + 1
		if end == 0 {
			return tooLong(r.in)
		}
		rest = append(rest[:0], b.text[end:]...)
		b.text = b.text[:end]
		if !offer(b) {
			return nil
		}
	}
}

// fill reads until b is full. Unlike io.ReadFull it keeps the end of the file apart from the end of a gzip
// stream that was cut short, which is io.ErrUnexpectedEOF.
func fill(from io.Reader, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var k int
		k, err = from.Read(b[n:])
		n += k
	}
	return n, err
}

func tooLong(in source.Input) error {
	return fault.Errorf(fault.BadInput, "reading %s: a row is longer than %d bytes", in.Name, blockSize).
		Hint("a text with one row a line, or JSON with one flat record a row, is expected")
}

func (r *run) newBlock() *block {
	select {
	case b := <-r.free:
		return b
	default:
		return &block{text: make([]byte, 0, blockSize)}
	}
}

// emit hands a block's rows to the sink and takes the block back.
func (r *run) emit(b *block) error {
	if b.parts {
		r.leaveOut(b)
	}
	if len(b.flows) > 0 {
		if err := r.to.Flows(b.flows); err != nil {
			return err
		}
	}
	for _, reject := range b.rejects {
		reject.Line += r.header + r.rows
		if err := r.to.Reject(reject); err != nil {
			return err
		}
	}
	r.rows += b.rows
	r.flows += int64(len(b.flows))
	r.to.Progress(b.consumed)
	select {
	case r.free <- b:
	default:
	}
	return nil
}

// leaveOut takes out of a block the parts of a breakdown other than the first that the file has for the
// reporter's period and direction.
func (r *run) leaveOut(b *block) {
	kept := b.flows[:0]
	for i, f := range b.flows {
		if by := b.shapes[i]; by != 0 {
			at := choice{f.Reporter, f.Period, f.Direction}
			if first, known := r.chosen[at]; !known {
				r.chosen[at] = by
			} else if first != by {
				r.overlapping++
				continue
			}
		}
		kept = append(kept, f)
	}
	b.flows = kept
}

func (r *run) release() source.Release {
	all, covers := newTally(), []*cover.Cover(nil)
	for _, p := range r.parsers {
		all.add(p.tally)
		covers = append(covers, &p.cover)
	}
	out := source.Release{Source: sourceName, Dataset: dataset, Notes: all.notes(r.overlapping)}
	out.Coverage = cover.Blocks(covers, func(s cover.Statement) bool {
		return s.Shape == 0 || shape(s.Shape) == r.chosen[choice{s.Reporter, s.Period, s.Direction}]
	})
	if r.flows == 0 && all.rows > 0 {
		out.Notes = append(out.Notes, "the file holds no row that could be read")
	}
	return out
}

// lines reads the lines of a block.
func (p *parser) lines(b *block, lines *lineReader) {
	b.clear()
	var c cells
	for rest := b.text; len(rest) > 0; {
		var line []byte
		line, rest = text.Line(rest)
		b.rows++
		if bad := lines.read(line, &c); bad == nil {
			p.add(b, &c, line)
		} else if !text.Blank(line) {
			p.tally.rows++
			b.rejects = append(b.rejects, bad.Reject(b.rows, line))
		}
	}
}

// clear makes the block ready for what is read from its text.
func (b *block) clear() {
	b.flows, b.shapes, b.parts, b.rejects, b.rows = b.flows[:0], b.shapes[:0], false, nil, 0
}

// add reads a row into the block's flows or rejects.
func (p *parser) add(b *block, c *cells, raw []byte) {
	p.tally.rows++
	b.flows = append(b.flows, flow.Flow{})
	last := len(b.flows) - 1
	done, bad := p.flow(c, &b.flows[last])
	if bad != nil {
		b.rejects = append(b.rejects, bad.Reject(b.rows, raw))
	}
	if bad != nil || !done.kept {
		b.flows = b.flows[:last]
		return
	}
	b.shapes = append(b.shapes, done.shape)
	b.parts = b.parts || done.shape != 0
}
