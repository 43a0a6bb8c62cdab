package segment

import (
	"io"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"detour/fault"
	"detour/trade/flow"
)

// Row group and batch sizes: a group of this many rows keeps a scan by two threads busy and the
// writer below 200 MB; a batch is what is handed to the Parquet writer at a time.
const (
	groupRows = 1 << 19
	batchRows = 1 << 13
)

// textColumns, then period, then the measures, then confidential: the order of columns in a segment.
var textColumns = [...]string{"reporter", "partner", "direction", "nomenclature", "goods", "part", "currency", "unit"}

var measureColumns = [...]string{"value", "net_mass", "quantity"}

// columns collects rows column by column and hands them to the Parquet writer: numbers in batches, texts when a group
// ends, since only then its dictionary is whole.
type columns struct {
	out          *file.Writer
	group        file.BufferedRowGroupWriter
	inGroup      int
	n            int
	text         [len(textColumns)]texts
	period       []int32
	measure      [len(measureColumns)][]int64 // with a slot for what is missing
	present      [len(measureColumns)][]int16
	valid        [len(measureColumns)][]byte // the same in bits
	confidential []bool
}

func newColumns(w io.Writer) *columns {
	var fields schema.FieldList
	for _, name := range textColumns {
		fields = append(fields, schema.Must(schema.NewPrimitiveNodeLogical(name, parquet.Repetitions.Required, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1)))
	}
	fields = append(fields, schema.NewInt32Node("period", parquet.Repetitions.Required, -1))
	props := []parquet.WriterProperty{parquet.WithCompression(compress.Codecs.Lz4Raw), parquet.WithDataPageSize(1 << 20)}
	for _, name := range measureColumns {
		fields = append(fields, schema.NewInt64Node(name, parquet.Repetitions.Optional, -1))
		props = append(props, parquet.WithDictionaryFor(name, false))
	}
	fields = append(fields, schema.NewBooleanNode("confidential", parquet.Repetitions.Required, -1))
	root := schema.MustGroup(schema.NewGroupNode("flow", parquet.Repetitions.Required, fields, -1))
	return &columns{out: file.NewParquetWriter(w, root, file.WithWriterProps(parquet.NewWriterProperties(props...)))}
}

func (c *columns) add(f *flow.Flow) error {
	for i, s := range [...]string{string(f.Reporter), string(f.Partner), string(f.Direction), string(f.Nomenclature), string(f.Goods), f.Part, string(f.Currency), f.Unit} {
		c.text[i].add(s)
	}
	c.period = append(c.period, int32(f.Period))
	c.number(0, f.Value)
	c.number(1, f.NetMass)
	c.number(2, f.Quantity)
	c.confidential = append(c.confidential, f.Confidential)
	if c.n++; c.n == batchRows {
		return c.flush()
	}
	return nil
}

func (c *columns) number(i int, n flow.Number) {
	if c.n%8 == 0 {
		c.valid[i] = append(c.valid[i], 0)
	}
	held := int16(0)
	if n.Held {
		held = 1
		c.valid[i][c.n/8] |= 1 << (c.n % 8)
	}
	c.measure[i] = append(c.measure[i], n.N)
	c.present[i] = append(c.present[i], held)
}

func (c *columns) flush() error {
	if c.n == 0 {
		return nil
	}
	if c.group == nil {
		c.group = c.out.AppendBufferedRowGroup()
	}
	if err := c.write(); err != nil {
		return fault.Errorf(fault.Unavailable, "writing a segment: %w", err)
	}
	c.inGroup += c.n
	c.reset()
	if c.inGroup >= groupRows {
		return c.closeGroup()
	}
	return nil
}

func (c *columns) write() error {
	at := len(c.text)
	next := func() (file.ColumnChunkWriter, error) {
		w, err := c.group.Column(at)
		at++
		return w, err
	}
	w, err := next()
	if err != nil {
		return err
	}
	if _, err := w.(*file.Int32ColumnChunkWriter).WriteBatch(c.period, nil, nil); err != nil {
		return err
	}
	for i := range c.measure {
		w, err := next()
		if err != nil {
			return err
		}
		// WriteBatch would make a message for each number, in case it were wrong.
		w.(*file.Int64ColumnChunkWriter).WriteBatchSpaced(c.measure[i], c.present[i], nil, c.valid[i], 0)
	}
	if w, err = next(); err != nil {
		return err
	}
	_, err = w.(*file.BooleanColumnChunkWriter).WriteBatch(c.confidential, nil, nil)
	return err
}

func (c *columns) reset() {
	c.n = 0
	c.period, c.confidential = c.period[:0], c.confidential[:0]
	for i := range c.measure {
		c.measure[i], c.present[i], c.valid[i] = c.measure[i][:0], c.present[i][:0], c.valid[i][:0]
	}
}

func (c *columns) closeGroup() error {
	if c.group == nil {
		return nil
	}
	for i := range c.text {
		w, err := c.group.Column(i)
		if err == nil {
			err = c.text[i].write(w.(*file.ByteArrayColumnChunkWriter))
		}
		if err != nil {
			return fault.Errorf(fault.Unavailable, "writing a segment: %w", err)
		}
	}
	err := c.group.Close()
	c.group, c.inGroup = nil, 0
	return err
}

func (c *columns) close() error {
	if err := c.flush(); err != nil {
		return err
	}
	if err := c.closeGroup(); err != nil {
		return err
	}
	return c.out.Close()
}
