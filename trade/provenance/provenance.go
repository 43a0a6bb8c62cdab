// Package provenance says where a figure comes from: which release of which data set, in which bytes.
package provenance

import (
	"cmp"
	"strings"
	"time"

	"detour/fault"
)

// Simulated is the source of made-up figures: of a simulated world, or invented for a sample.
const Simulated = "simulated"

// Vintage is one release of a data set of a source. Stamp orders the releases of a data set as a
// string: an ISO date or date-time (2023-01-13T11:00), or a month (2024-02).
type Vintage struct {
	Source  string // "comext"
	Dataset string // "DS-045409", "bulk"
	Stamp   string // "2023-01-13T11:00"
}

// ID gives source/dataset, the unit that serves a reporter.
func (v Vintage) ID() string { return v.Source + "/" + v.Dataset }

// String gives source/dataset@stamp.
func (v Vintage) String() string { return v.ID() + "@" + v.Stamp }

// Compare orders vintages by source, data set and stamp.
func (v Vintage) Compare(w Vintage) int {
	return cmp.Or(strings.Compare(v.Source, w.Source), strings.Compare(v.Dataset, w.Dataset), strings.Compare(v.Stamp, w.Stamp))
}

// Simulated tells whether the figures of the vintage are made up.
func (v Vintage) Simulated() bool { return v.Source == Simulated }

// Origin says where a release's stamp was taken from, since a stamp decides which figures are in force
// (docs/decisions/0003-vintages.md).
type Origin string

// The origins, from the surest to the last resort. The empty Origin is not known: the file was imported
// before origins were kept, or by a caller that did not say.
const (
	Given    Origin = "given"         // by whoever imported the file, with --vintage
	Stated   Origin = "file"          // the file's own words
	Named    Origin = "file name"     // a date in the file's name
	Imported Origin = "day of import" // nothing better was known
)

// CheckStamp refuses, as BadInput, a stamp that does not order among others: it is an ISO date, month, year
// or date-time, of a day and hour that exist.
func CheckStamp(s string) error {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02", "2006-01", "2006-01-02T15:04:05", "2006"} {
		// Parse takes an hour of one digit, which would not order as text.
		if t, err := time.Parse(layout, s); err == nil && t.Format(layout) == s {
			return nil
		}
	}
	return fault.Errorf(fault.BadInput, "%q is not a date", s).Hint("write 2024-05-17, 2024-05 or 2024-05-17T11:00")
}

// Bytes names the raw file that a figure was read from.
type Bytes struct {
	Name   string // the file's base name as imported
	SHA256 string // hex digest of its bytes
	Size   int64
}
