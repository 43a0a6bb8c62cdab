package comext

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"runtime"
	"strings"

	"github.com/bodgit/sevenzip"

	"detour/fault"
	"detour/source"
	"detour/source/comext/internal/codes"
	"detour/source/comext/internal/table"
	"detour/trade/flow"
)

// blockSize is how much text a worker takes at once: large enough that handing it on costs nothing,
// small enough that the flows of a few blocks stay within tens of megabytes.
const blockSize = 1 << 20

const sevenZipMagic = "7z\xbc\xaf\x27\x1c"

// recogniseBulk knows the text by its header. An archive shows no header, so there the name counts as
// well: Eurostat calls them full_v2_202402.7z, full201901.7z, full_partxixu_202201.7z.
func recogniseBulk(name string, head []byte) bool {
	if bytes.HasPrefix(head, []byte(sevenZipMagic)) {
		return strings.HasPrefix(strings.ToLower(name), "full")
	}
	return table.HeaderOf(table.FirstLine(head)).Has("PRODUCT_NC", "FLOW", "PERIOD")
}

// decodeBulk reads a bulk file: text, gzip, or 7z with one file in it.
func decodeBulk(ctx context.Context, in source.Input, to source.Sink) (source.Release, error) {
	m := table.NewMeter(in)
	r, err := openBulk(m)
	if err != nil {
		return source.Release{}, err
	}
	defer r.Close()
	br := bufio.NewReaderSize(r, 64<<10)
	names, err := table.ReadHeader(in, br)
	if err != nil {
		return source.Release{}, err
	}
	layout, err := newBulkLayout(in, names)
	if err != nil {
		return source.Release{}, err
	}
	run := bulkRun{in: in, meter: m, layout: layout, to: to, free: make(chan *block, 2*runtime.GOMAXPROCS(0)+2)}
	if err := run.decode(ctx, br); err != nil {
		return source.Release{}, err
	}
	covered, judged := coverBulk(layout, run.parsers)
	return source.Release{Source: codes.Source, Dataset: datasetBulk, Coverage: covered, Notes: append(run.notes(), judged...)}, nil
}

// openBulk gives the text of the file.
func openBulk(m *table.Meter) (io.ReadCloser, error) {
	start, err := table.Head(m.In, len(sevenZipMagic))
	if err != nil {
		return nil, err
	}
	if string(start) != sevenZipMagic {
		r, err := table.OpenText(m)
		return io.NopCloser(r), err
	}
	z, err := sevenzip.NewReader(m, m.In.Size)
	if err != nil {
		return nil, table.Reading(m.In, err)
	}
	var files []*sevenzip.File
	for _, f := range z.File {
		if !f.FileInfo().IsDir() {
			files = append(files, f)
		}
	}
	if len(files) != 1 {
		return nil, fault.Errorf(fault.BadInput, "reading %s: the archive holds %d files, a Comext archive holds one", m.In.Name, len(files)).
			Hint("unpack it and import the files one by one")
	}
	r, err := files[0].Open()
	if err != nil {
		return nil, table.Reading(m.In, err)
	}
	return &unpacked{ReadCloser: r, file: files[0], sum: crc32.NewIEEE()}, nil
}

// unpacked is a file of an archive, which ends well only where it has the length and the checksum that the
// archive states (0 where it states none): the unpacking itself compares neither.
type unpacked struct {
	io.ReadCloser
	file *sevenzip.File
	sum  hash.Hash32
	size uint64
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.ReadCloser.Read(p)
	u.size += uint64(n)
	_, _ = u.sum.Write(p[:n]) // never fails
	if errors.Is(err, io.EOF) && (u.size != u.file.UncompressedSize || u.file.CRC32 != 0 && u.sum.Sum32() != u.file.CRC32) {
		err = errDamaged
	}
	return n, err
}

var errDamaged = errors.New("the length or the checksum is not what the archive states")

// block is a run of whole lines and what was read from them.
type block struct {
	text     []byte
	flows    []flow.Flow
	rejects  []source.Reject // lines counted from the block's first, which is 1
	lines    int64
	consumed int64 // bytes of the input when the block was cut
}

// bulkRun is the decoding of one file.
type bulkRun struct {
	in      source.Input
	meter   *table.Meter
	layout  bulkLayout
	to      source.Sink
	free    chan *block   // blocks to use again
	parsers []*bulkParser // one for each worker
	lines   int64         // handed on so far, without the header
	flows   int64
}

func (r *bulkRun) decode(ctx context.Context, text io.Reader) error {
	workers := runtime.GOMAXPROCS(0)
	parsers := make(chan *bulkParser, workers)
	for range workers {
		p := newBulkParser(r.layout)
		r.parsers = append(r.parsers, p)
		parsers <- p
	}
	return table.InOrder(ctx, workers,
		func(offer func(*block) bool) error { return r.cut(text, offer) },
		func() func(*block) { return (<-parsers).parse },
		r.emit)
}

// cut makes blocks that end at line ends. Their bounds depend on the text alone, so the sink sees
// the same batches however many workers there are.
func (r *bulkRun) cut(text io.Reader, offer func(*block) bool) error {
	var rest []byte
	for {
		b := r.newBlock()
		n := copy(b.text[:cap(b.text)], rest)
		k, err := fill(text, b.text[n:cap(b.text)])
		b.text = b.text[:n+k]
		b.consumed = r.meter.Consumed()
		if errors.Is(err, io.EOF) {
			offer(b)
			return nil
		}
		if err != nil {
			return table.Reading(r.in, err)
		}
		end := bytes.LastIndexByte(b.text, '\n') + 1
		if end == 0 {
			return fault.Errorf(fault.BadInput, "reading %s: a line is longer than %d bytes", r.in.Name, blockSize).
				Hint("a text file with one row a line is expected")
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

func (r *bulkRun) newBlock() *block {
	select {
	case b := <-r.free:
		return b
	default:
		return &block{text: make([]byte, 0, blockSize)}
	}
}

// emit hands a block's rows to the sink and takes the block back.
func (r *bulkRun) emit(b *block) error {
	if len(b.flows) > 0 {
		if err := r.to.Flows(b.flows); err != nil {
			return err
		}
	}
	for _, reject := range b.rejects {
		reject.Line += r.lines + 1 // the header is line 1
		if err := r.to.Reject(reject); err != nil {
			return err
		}
	}
	r.lines += b.lines
	r.flows += int64(len(b.flows))
	r.to.Progress(b.consumed)
	select {
	case r.free <- b:
	default:
	}
	return nil
}

func (r *bulkRun) notes() []string {
	if r.flows == 0 {
		return []string{"the file holds no row that could be read"}
	}
	return nil
}
