// Package source is the port on which every official format is decoded: a Format is a value that
// recognises its files and turns them into flows, rejects and a statement of what the file covers.
//
// Each format has a folder of its own below this one and a document in docs/format that its decoder
// mirrors. Formats know neither each other nor the lake.
package source

import (
	"context"
	"io"

	"detour/trade/flow"
	"detour/trade/provenance"
)

// Doc describes a format to people: it becomes the format's entry in the list of formats.
type Doc struct {
	Title  string // "Eurostat Comext bulk file"
	Source string // who publishes it
	Page   string // path below docs/format
}

// Format is one official format: a value with documentation, a recogniser and a decoder.
type Format struct {
	ID  string // "comext-bulk": what --as takes
	Doc Doc
	// Recognise says whether a file is of this format, from its base name and its first bytes
	// (up to HeadSize, decompressed where it is gzip). It must not guess: at most one format
	// recognises a file.
	Recognise func(name string, head []byte) bool
	// Decode reads one file and gives its flows and rejects to the sink. It returns what the file
	// says of itself. A row that cannot be read is rejected and decoding goes on; an error means
	// that the file as a whole could not be read (bad input, naming file and place) or that the
	// sink or the context failed. Same bytes, same calls of the sink in the same order.
	Decode func(ctx context.Context, in Input, to Sink) (Release, error)
}

// Simulated gives the format for files of made-up figures: what it decodes is a release of the source
// provenance.Simulated, so that it is of no data set with official figures. Its ID is another, so that
// the same bytes read as official ones are another thing.
func Simulated(f Format) Format {
	decode := f.Decode
	f.ID = provenance.Simulated + "-" + f.ID
	f.Decode = func(ctx context.Context, in Input, to Sink) (Release, error) {
		r, err := decode(ctx, in, to)
		r.Source, r.Dataset = provenance.Simulated, r.Source+"-"+r.Dataset
		return r, err
	}
	return f
}

// Whole gives the format for files that are the whole of their release, whatever they hold: each of their blocks
// covers every reporter, partner and code of its levels, so that what is absent from the file is no trade.
func Whole(f Format) Format {
	decode := f.Decode
	f.Decode = func(ctx context.Context, in Input, to Sink) (Release, error) {
		r, err := decode(ctx, in, to)
		for i, b := range r.Coverage {
			r.Coverage[i].Levels = b.GoodsLevels()
			r.Coverage[i].Reporters, r.Coverage[i].Partners, r.Coverage[i].Goods = nil, nil, nil
		}
		r.Notes = append(r.Notes, "taken as a whole release, as the user says")
		return r, err
	}
	return f
}

// HeadSize is how many bytes of a file a recogniser sees at most.
const HeadSize = 64 << 10

// Input is one file to decode. Decoders do not close it.
type Input struct {
	Name string // base name, for messages
	Size int64
	R    io.ReaderAt
}

// Sink takes what a decoder reads. It is used from one goroutine at a time.
type Sink interface {
	// Flows takes a batch in file order. The slice belongs to the decoder again when the call
	// returns; the strings in it stay valid.
	Flows(batch []flow.Flow) error
	// Reject takes a row that could not be read.
	Reject(r Reject) error
	// Progress tells how many bytes of the input have been consumed so far.
	Progress(bytes int64)
}

// Reject is a row that was not understood: it goes to quarantine.
type Reject struct {
	Line   int64  // 1-based line of a text file, or row of a sheet
	Sheet  string // sheet of a workbook, else empty
	Field  string // column name, or empty where the whole row is malformed
	Reason string // what is wrong, with the value seen
	Hint   string // what to do about it, may be empty
	Raw    string // the row as it stands, cut at 4 KiB
}

// Release is what a file says of the release it belongs to.
type Release struct {
	Source  string // "comext"
	Dataset string // "DS-045409"
	// Stamp is the file's own words for when it was released, in the form of provenance.Vintage;
	// empty where it says nothing.
	Stamp    string
	Coverage []Block
	// Notes are remarks for the reader of the import.
	Notes []string
}

// Block and the measures are nouns of trade; the names here spare decoders an import.
type (
	// Block is a part of what a release covers.
	Block = flow.Block
	// Measure is one of the three numbers of a flow.
	Measure = flow.Measure
)

// The measures.
const (
	Value    = flow.Value
	NetMass  = flow.NetMass
	Quantity = flow.Quantity
)
