package segment

import (
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
)

// texts is a column of texts within a group of rows, as a dictionary in the order of first use and a place in it for each
// row. The Parquet writer could make the dictionary itself, but takes two allocations for each text of each row.
type texts struct {
	places map[string]int32
	words  []string
	rows   []int32
	last   int32 // place of the latest row's
}

func (t *texts) add(s string) {
	if len(t.rows) == 0 || !same(s, t.words[t.last]) {
		t.last = t.place(s)
	}
	t.rows = append(t.rows, t.last)
}

// same tells whether two texts are one in memory: decoders keep one copy of each code, so that this is mostly so where
// they are equal, and where it is not, the dictionary tells.
func same(a, b string) bool { return len(a) == len(b) && unsafe.StringData(a) == unsafe.StringData(b) }

func (t *texts) place(s string) int32 {
	if t.places == nil {
		t.places = map[string]int32{}
	}
	at, known := t.places[s]
	if !known {
		at = int32(len(t.words))
		t.places[s] = at
		t.words = append(t.words, s)
	}
	return at
}

// write ends the group: it writes the column and forgets it.
func (t *texts) write(to *file.ByteArrayColumnChunkWriter) error {
	words, rows := t.arrays()
	defer words.Release()
	defer rows.Release()
	dictionary := to.CurrentEncoder().(interface{ PutDictionary(arrow.Array) error }) // the type's own name is internal to arrow
	if err := dictionary.PutDictionary(words); err != nil {
		return err
	}
	to.PageStatistics().(*metadata.ByteArrayStatistics).Update(t.bytes(), 0) // WriteDictIndices leaves that to the caller
	err := to.WriteDictIndices(rows, nil, nil)
	clear(t.places)
	t.words, t.rows = t.words[:0], t.rows[:0]
	return err
}

func (t *texts) arrays() (words, rows arrow.Array) {
	w := array.NewStringBuilder(memory.DefaultAllocator)
	defer w.Release()
	w.AppendValues(t.words, nil)
	r := array.NewInt32Builder(memory.DefaultAllocator)
	defer r.Release()
	r.AppendValues(t.rows, nil)
	return w.NewArray(), r.NewArray()
}

// bytes are the words, none of them nil: the statistics take nil for no text.
func (t *texts) bytes() []parquet.ByteArray {
	out := make([]parquet.ByteArray, len(t.words))
	for i, w := range t.words {
		out[i] = parquet.ByteArray(w)
	}
	return out
}
