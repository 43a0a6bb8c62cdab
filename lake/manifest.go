package lake

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/period"
	"detour/trade/provenance"
)

// Manifest lists what a version of the lake holds. Equal manifests are equal bytes.
type Manifest struct {
	Layout   int       `json:"layout"`
	Segments []Segment `json:"segments"`
}

// Layout is the number of the manifest's present form.
const Layout = 1

// Segment is what came from one raw file: its rows, coverage and counts. SHA256 is that of the Parquet
// file, empty where the file had no row to keep.
type Segment struct {
	SHA256     string
	Size       int64
	Raw        provenance.Bytes
	Format     string
	Vintage    provenance.Vintage
	StampFrom  provenance.Origin `json:",omitempty"` // where the vintage's stamp was taken from
	Notes      []string          `json:",omitempty"` // the decoder's remarks for the reader of the import
	Coverage   []flow.Block
	Counts     []Count
	Currencies []string
	Rows       int64
	Quarantine Quarantine
}

// Quarantine names the rows of the raw file that were set aside: a JSON-lines file by its sha256.
type Quarantine struct {
	SHA256 string
	Size   int64
	Rows   int64
}

// Count is how many numbers a segment holds of one reporter, direction and period; Totals are those in
// rows that are totals of their cell, the rest being parts.
type Count struct {
	Reporter  area.Code
	Direction flow.Direction
	Period    period.Period
	Values    int64
	Totals    int64
	// Confidential is how many rows the source withheld something of.
	Confidential int64 `json:",omitempty"`
}

// CompareCounts orders counts by reporter, direction and period.
func CompareCounts(a, b Count) int {
	return cmp.Or(cmp.Compare(a.Reporter, b.Reporter), cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.Period, b.Period))
}

// Values is how many numbers the segment holds.
func (s Segment) Values() int64 {
	var n int64
	for _, c := range s.Counts {
		n += c.Values
	}
	return n
}

// Same tells whether the segment is that file decoded by that format into the stamp asked for.
func (s Segment) Same(f File) bool {
	return s.Raw.SHA256 == f.Bytes.SHA256 && s.Format == f.Format && (f.Stamp == "" || s.Vintage.Stamp == f.Stamp)
}

// With gives the manifest with further segments, in canonical order.
func (m Manifest) With(more []Segment) Manifest {
	out := Manifest{Layout: Layout, Segments: slices.Concat(m.Segments, more)}
	slices.SortFunc(out.Segments, func(a, b Segment) int {
		return cmp.Or(a.Vintage.Compare(b.Vintage), cmp.Compare(a.Raw.Name, b.Raw.Name),
			cmp.Compare(a.Raw.SHA256, b.Raw.SHA256), cmp.Compare(a.Format, b.Format))
	})
	return out
}

// Encode gives the manifest's bytes and the version they name.
func (m Manifest) Encode() ([]byte, Version, error) {
	m.Layout = Layout
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, "", err
	}
	return b, VersionOf(b), nil
}

// VersionOf gives the version that an encoded manifest's bytes name.
func VersionOf(manifest []byte) Version {
	sum := sha256.Sum256(manifest)
	return Version(hex.EncodeToString(sum[:8]))
}
