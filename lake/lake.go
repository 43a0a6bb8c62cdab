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
	"slices"

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
	// Sum gives the sums that q asks for, in any order: they are exact, so order cannot matter. A group in
	// which no number is held is left out; without a window there is none. The row belongs to the store
	// again when yield returns. A sum that leaves int64 is BadInput; segments that are gone or cannot be
	// read, and a want of memory or disk, are Unavailable. An end by the context keeps its error.
	Sum(ctx context.Context, s *Snapshot, q Query, yield func(*Row) error) error
	// Begin starts the one import that may run; Conflict while another holds the lock.
	Begin(ctx context.Context) (Import, error)
	// Quarantine gives the rows that were set aside, by raw file in order.
	Quarantine(ctx context.Context, s *Snapshot, yield func(Segment, Quarantined) error) error
	// Verify reads every byte that the snapshot names and gives what is damaged or absent.
	Verify(ctx context.Context, s *Snapshot, yield func(Damage)) error
	// Export writes the rows in force of the snapshot, in the order of their key: to Parquet with a segment's columns, to
	// CSV with decimals of the units and written periods (docs/format/lake.md).
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
	// Held tells whether the file, decoded by this format, is in the lake already, and as what: into the
	// stamp asked for, or into any, the newest, where none is.
	Held(f File) (Segment, bool)
	// Resume takes up the file from an import that was cut off after sealing it, whatever was committed
	// since; false if there is none, or if it was sealed beside other files of its vintage than are there now.
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
	// Remark tells where the file's stamp was taken from and what its decoder noted for the reader of the
	// import. It is kept with the file; without it the origin is not known.
	Remark(from provenance.Origin, notes []string)
	// Seal ends the file, which is of the vintage and covers the blocks, and stores segment, raw bytes
	// and quarantine. Blocks are stored with their lists sorted. A stamp that does not order among others (provenance.CheckStamp) is BadInput.
	Seal(ctx context.Context, v provenance.Vintage, coverage []flow.Block) (Outcome, error)
	// Discard drops what was written; harmless after Seal.
	Discard()
}

// Sealed is what an import that was cut off knew of a file.
type Sealed struct {
	Vintage provenance.Vintage
	Notes   []string
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

// Query asks for sums of one data set's rows in force. Of each measure of a cell it is the stated total that
// counts, or the sum of the cell's parts where no total of it is stated, never both
// (docs/decisions/0002-identity-of-a-series.md).
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

// Row is one group of a Sum. Where a group's values are stated in several currencies there is a row of each.
type Row struct {
	Reporter, Partner area.Code
	Goods             goods.Code
	Period            period.Period
	// Currency is what the values are stated in; it says nothing where no value is held. Masses and
	// quantities have none: where there are several, those of the whole group stand in the row of the first.
	Currency money.Currency
	// Sums has a number for each window and measure, window by window. Missing where no row held
	// the measure.
	Sums []flow.Number
}

// Held tells whether the group has a number.
func (r *Row) Held() bool {
	return slices.ContainsFunc(r.Sums, func(n flow.Number) bool { return n.Held })
}
