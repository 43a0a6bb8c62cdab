// Package lake is the store of flows: immutable segments of flows with their origin and coverage, listed
// in a manifest that names a version of the whole, and the port through which everything above asks it
// for exact sums.
//
// The package owns the port (Store, Import, Writer), the values that cross it, and the rules that need
// only the manifest: what a release covers, what is missing, which data set serves a reporter. Engines
// live below it (lake/duckdb) and run the conformance suite of lake/laketest.
package lake

import (
	"context"
	"io"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/trade/provenance"
)

// Version names one state of a lake: the first 16 hex digits of its manifest's sha256.
type Version string

// Store is a lake. Its methods may be called from several goroutines; readers see the snapshot they
// hold, whatever an import does meanwhile.
type Store interface {
	// Snapshot gives the state named by at, or the newest where at is empty, reduced to vintages
	// stamped up to asOf where that is not empty (see provenance.CheckStamp). NotFound for an unknown version.
	Snapshot(ctx context.Context, at Version, asOf string) (*Snapshot, error)
	// Sum gives the sums that q asks for, in any order: they are exact, so order cannot matter. Without
	// a window there is none; a group in which no number is held may be left out. The row belongs to
	// the store again when yield returns. A sum that leaves int64 is BadInput.
	Sum(ctx context.Context, s *Snapshot, q Query, yield func(*Row) error) error
	// Begin starts the one import that may run; Conflict while another holds the lock.
	Begin(ctx context.Context) (Import, error)
	// Quarantine gives the rows that were set aside, by raw file in order.
	Quarantine(ctx context.Context, s *Snapshot, yield func(Segment, Quarantined) error) error
	// Verify reads every byte that the snapshot names and gives what is damaged or absent.
	Verify(ctx context.Context, s *Snapshot, yield func(Damage)) error
	// Export writes the rows in force of the snapshot, in the order of their key.
	Export(ctx context.Context, s *Snapshot, file string, as ExportFormat) error
	io.Closer
}

// ExportFormat is a file format of Export.
type ExportFormat string

// The export formats.
const (
	ParquetFile ExportFormat = "parquet"
	CSVFile     ExportFormat = "csv"
)

// Import is one running import. Nothing of it is seen before Commit; what was sealed before a kill is
// found again by the next import of the same bytes. Not safe for concurrent use.
type Import interface {
	// Held tells whether the file, decoded by this format, is in the lake already: into the stamp
	// asked for, or into any where none is.
	Held(f File) bool
	// Resume takes up the file from an import that was cut off after sealing it; false if there is
	// none, or if it was sealed beside files that this import has not.
	Resume(ctx context.Context, f File) (Sealed, bool, error)
	// Write opens a segment for the flows of one file.
	Write(ctx context.Context, f File) (Writer, error)
	// Commit makes everything sealed visible at once and gives the new version.
	Commit(ctx context.Context) (Version, error)
	// Abort lets go of the lock; harmless after Commit.
	Abort() error
}

// File is the raw file that a segment is made from.
type File struct {
	Path   string           // where its bytes are now
	Bytes  provenance.Bytes // what they are
	Format string           // the format that decodes it
	Stamp  string           // the release stamp asked for; empty for the file's own
}

// Writer takes the flows of one file.
type Writer interface {
	// Flows appends; the slice is not kept.
	Flows(batch []flow.Flow) error
	// Reject sets a row aside.
	Reject(q Quarantined) error
	// Seal ends the file, which is of the vintage and covers the blocks, and stores segment, raw bytes
	// and quarantine.
	Seal(ctx context.Context, v provenance.Vintage, coverage []flow.Block) (Outcome, error)
	// Discard drops what was written; harmless after Seal.
	Discard()
}

// Sealed is what an import that was cut off knew of a file.
type Sealed struct {
	Vintage provenance.Vintage
	Outcome Outcome
}

// Outcome counts what became of a file's rows. Those kept, held and quarantined are those read.
type Outcome struct {
	Read        int64 // rows understood and rows set aside
	Kept        int64 // rows that state something new, of which only that is kept
	Held        int64 // rows all of whose numbers the same vintage has already
	Superseded  int64 // values of older vintages that the file's coverage replaces
	Quarantined int64 // rows not understood, and rows that contradict their own vintage
}

// Quarantined is a row that was set aside, with its reason.
type Quarantined struct {
	Line   int64  `json:"line"`
	Sheet  string `json:"sheet,omitempty"`
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason"`
	Hint   string `json:"hint,omitempty"`
	Raw    string `json:"raw"`
}

// Damage is a file of the lake whose bytes are not what its name says.
type Damage struct{ File, Reason string }

// Dimension is a key by which sums can be broken down.
type Dimension string

// The dimensions.
const (
	ByReporter Dimension = "reporter"
	ByPartner  Dimension = "partner"
	ByGoods    Dimension = "goods"
	ByPeriod   Dimension = "period"
)

// Query asks for sums of one data set's rows in force.
type Query struct {
	Dataset   string // source/dataset
	Direction flow.Direction
	Reporters []area.Code // empty: all
	Partners  []area.Code // empty: all
	Except    []area.Code // partners left out, sorted
	Goods     GoodsFilter
	// Windows are the sets of periods to sum over; a row counts in each window that has its period.
	Windows []Window
	By      []Dimension
	// Digits cuts codes to so many digits where goods is a dimension; 0 takes them as stated.
	Digits int
	// Measures to sum, in the order of Row.Sums; never empty.
	Measures []flow.Measure
}

// GoodsFilter chooses rows of one level of a nomenclature, so that levels are never mixed.
type GoodsFilter struct {
	Level int // digits of the rows to read, 0 for the reporter's Total
	// Terms limits the rows to those that are, or lie below, one of the codes; empty: all.
	Terms []goods.Term
}

// Window is a set of periods, less some periods of some reporters.
type Window struct {
	Periods []period.Period
	Without map[area.Code][]period.Period
}

// Row is one group of a Sum.
type Row struct {
	Reporter, Partner area.Code
	Goods             goods.Code
	Period            period.Period
	Currency          money.Currency
	// Sums has a number for each window and measure, window by window. Missing where no row held
	// the measure.
	Sums []flow.Number
}
