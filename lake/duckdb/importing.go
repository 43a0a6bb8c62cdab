package duckdb

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"detour/lake"
	"detour/lake/segment"
	"detour/trade/flow"
	"detour/trade/provenance"
)

// Import is the one running import of a lake. It implements lake.Import.
type Import struct {
	store  *Store
	base   lake.Version
	held   lake.Manifest
	sealed []lake.Segment
	unlock func() error
}

// Begin implements lake.Store.
func (s *Store) Begin(context.Context) (lake.Import, error) {
	unlock, err := s.folder.Lock()
	if err != nil {
		return nil, err
	}
	base, err := s.folder.Head()
	if err != nil {
		return nil, errors.Join(err, unlock())
	}
	m, err := s.folder.Manifest(base)
	if err != nil {
		return nil, errors.Join(err, unlock())
	}
	s.folder.Tidy(m)
	return &Import{store: s, base: base, held: m, unlock: unlock}, nil
}

// Held implements lake.Import.
func (i *Import) Held(f lake.File) (lake.Segment, bool) {
	for _, s := range slices.Backward(slices.Concat(i.held.Segments, i.sealed)) { // newer vintages come last
		if s.Same(f) {
			return s, true
		}
	}
	return lake.Segment{}, false
}

// Resume implements lake.Import. A segment leaves out what its rivals had stated before, so it is good only beside
// the same ones; of other files nothing in it depends, so it is taken up whatever was committed since it was
// sealed. Only how much it supersedes has to be counted again.
func (i *Import) Resume(ctx context.Context, f lake.File) (lake.Sealed, bool, error) {
	s, ok := i.store.folder.Staged(f)
	if !ok || !slices.Equal(s.Beside, digests(i.rivals(s.Segment))) {
		return lake.Sealed{}, false, nil
	}
	var err error
	if s.Outcome.Superseded, err = i.superseded(ctx, s.Segment); err != nil {
		return lake.Sealed{}, false, err
	}
	i.sealed = append(i.sealed, s.Segment)
	return lake.Sealed{Vintage: s.Segment.Vintage, Notes: s.Segment.Notes, Outcome: s.Outcome}, true, nil
}

func digests(segs []lake.Segment) []string {
	var out []string
	for _, s := range segs {
		out = append(out, s.SHA256)
	}
	slices.Sort(out)
	return out
}

// Commit implements lake.Import.
func (i *Import) Commit(context.Context) (lake.Version, error) {
	if len(i.sealed) == 0 {
		return i.base, nil
	}
	m := i.held.With(i.sealed)
	v, err := i.store.folder.Publish(m)
	if err != nil {
		return "", err
	}
	i.store.folder.Unstage(m)
	i.base, i.held, i.sealed = v, m, nil
	return v, nil
}

// Abort implements lake.Import.
func (i *Import) Abort() error {
	if i.unlock == nil {
		return nil
	}
	unlock := i.unlock
	i.unlock = nil
	return unlock()
}

// Write implements lake.Import. The raw bytes are copied beside the decoding.
func (i *Import) Write(_ context.Context, f lake.File) (lake.Writer, error) {
	seg, err := i.store.folder.NewWriter()
	if err != nil {
		return nil, err
	}
	set, err := i.store.folder.NewQuarantine()
	if err != nil {
		seg.Discard()
		return nil, err
	}
	raw := make(chan error, 1)
	go func() { raw <- i.store.folder.KeepRaw(f.Path, f.Bytes) }()
	return &writer{imp: i, file: f, seg: seg, set: set, raw: raw}, nil
}

type writer struct {
	imp   *Import
	file  lake.File
	seg   *segment.Writer
	set   *segment.QuarantineWriter
	raw   chan error
	from  provenance.Origin
	notes []string
	done  bool
}

func (w *writer) Flows(batch []flow.Flow) error   { return w.seg.Append(batch) }
func (w *writer) Reject(q lake.Quarantined) error { return w.set.Add(q) }

// Remark implements lake.Writer.
func (w *writer) Remark(from provenance.Origin, notes []string) { w.from, w.notes = from, notes }

// Discard implements lake.Writer.
func (w *writer) Discard() {
	if w.done {
		return
	}
	w.done = true
	w.seg.Discard()
	w.set.Discard()
	<-w.raw //nolint:errcheck // the copy may stay: it is named by its bytes and harms nothing
}

// Seal implements lake.Writer.
func (w *writer) Seal(ctx context.Context, v provenance.Vintage, coverage []flow.Block) (lake.Outcome, error) {
	defer w.Discard()
	out := lake.Outcome{Read: w.seg.Rows() + w.set.Rows()}
	if err := provenance.CheckStamp(v.Stamp); err != nil {
		return out, fmt.Errorf("the release stamp of %s: %w", w.file.Bytes.Name, err)
	}
	path, seg, err := w.seg.Close()
	if err != nil {
		return out, err
	}
	seg.Raw, seg.Format, seg.Vintage, seg.Coverage = w.file.Bytes, w.file.Format, v, sorted(coverage)
	seg.StampFrom, seg.Notes = w.from, w.notes
	if err := w.seg.CoveredBy(seg.Coverage); err != nil {
		return out, fmt.Errorf("%s: %w", seg.Raw.Name, err)
	}
	rivals := w.imp.rivals(seg)
	if seg, out.Held, err = w.reconcile(ctx, path, seg, rivals); err != nil {
		return out, err
	}
	if out.Superseded, err = w.imp.superseded(ctx, seg); err != nil {
		return out, err
	}
	out.Kept, out.Quarantined = seg.Rows, w.set.Rows()
	return out, w.keep(segment.Staged{Beside: digests(rivals), Segment: seg, Outcome: out})
}

// sorted gives the blocks with every list in the order that flow.Block promises: whether blocks meet is looked up by
// bisection, so a list in another order, of measures say, would leave older figures in force without a word.
func sorted(blocks []flow.Block) []flow.Block {
	out := slices.Clone(blocks)
	for i := range out {
		b := &out[i]
		b.Reporters, b.Partners, b.Goods = inOrder(b.Reporters), inOrder(b.Partners), inOrder(b.Goods)
		b.Levels, b.Periods, b.Measures = inOrder(b.Levels), inOrder(b.Periods), inOrder(b.Measures)
	}
	return out
}

func inOrder[T cmp.Ordered](list []T) []T {
	if slices.IsSorted(list) {
		return list
	}
	return slices.Sorted(slices.Values(list))
}

// keep gives every file its place and notes the segment for Commit, or for a resumed import.
func (w *writer) keep(s segment.Staged) error {
	folder := w.imp.store.folder
	w.done = true
	err := <-w.raw
	if err != nil {
		w.seg.Discard()
	} else {
		err = w.seg.Keep(folder, s.Segment)
	}
	if err != nil {
		w.set.Discard()
		return err
	}
	if s.Segment.Quarantine, err = w.set.Keep(folder); err != nil {
		return err
	}
	if s.Segment.Rows == 0 {
		s.Segment.SHA256, s.Segment.Size = "", 0
	}
	if err := folder.Stage(w.file, s); err != nil {
		return err
	}
	w.imp.sealed = append(w.imp.sealed, s.Segment)
	return nil
}

// rivals are the segments of the same vintage that cover some of the same cells.
func (i *Import) rivals(seg lake.Segment) []lake.Segment {
	var out []lake.Segment
	for _, s := range slices.Concat(i.held.Segments, i.sealed) {
		if s.Vintage == seg.Vintage && s.SHA256 != "" && intersect(s.Coverage, seg.Coverage) {
			out = append(out, s)
		}
	}
	return out
}

func intersect(a, b []flow.Block) bool {
	return slices.ContainsFunc(a, func(x flow.Block) bool { return slices.ContainsFunc(b, x.Intersects) })
}

// superseded counts the numbers of older vintages in force that the new segment's coverage replaces.
func (i *Import) superseded(ctx context.Context, seg lake.Segment) (int64, error) {
	now := lake.NewSnapshot(i.base, i.held.With(i.sealed), "")
	var total int64
	for _, l := range now.Live(seg.Vintage.ID()) {
		if l.Vintage.Stamp >= seg.Vintage.Stamp || !intersect(l.Coverage, seg.Coverage) {
			continue
		}
		n, err := i.store.replacedIn(ctx, l, seg.Coverage)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

func (s *Store) replacedIn(ctx context.Context, l lake.Live, by []flow.Block) (n int64, err error) {
	var counts []string
	for _, m := range flow.Measures() {
		if covered := coveredSQL(by, m); covered != "" {
			counts = append(counts, "count("+column[m]+") FILTER (WHERE "+covered+")")
		}
	}
	text := "SELECT " + strings.Join(counts, " + ") + " FROM " + s.relation([]lake.Live{l}, rowColumns)
	err = s.query(ctx, "counting what is superseded", text, func(v []driver.Value) error {
		n = v[0].(int64)
		return nil
	})
	return n, err
}
