package duckdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"detour/fault"
	"detour/lake"
	"detour/lake/segment"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
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
	s.folder.Sweep("*.tmp") // what a killed import was writing
	return &Import{store: s, base: base, held: m, unlock: unlock}, nil
}

// Held implements lake.Import.
func (i *Import) Held(f lake.File) bool {
	same := func(s lake.Segment) bool { return s.Same(f) }
	return slices.ContainsFunc(i.held.Segments, same) || slices.ContainsFunc(i.sealed, same)
}

// Resume implements lake.Import.
func (i *Import) Resume(_ context.Context, f lake.File) (lake.Outcome, bool, error) {
	s, ok := i.store.folder.Staged(f, i.base)
	if ok {
		i.sealed = append(i.sealed, s.Segment)
	}
	return s.Outcome, ok, nil
}

// Commit implements lake.Import.
func (i *Import) Commit(context.Context) (lake.Version, error) {
	if len(i.sealed) == 0 {
		return i.base, nil
	}
	v, err := i.store.folder.Publish(i.held.With(i.sealed))
	if err != nil {
		return "", err
	}
	i.store.folder.Sweep("*.json")
	i.sealed = nil
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
	imp  *Import
	file lake.File
	seg  *segment.Writer
	set  *segment.QuarantineWriter
	raw  chan error
	done bool
}

func (w *writer) Flows(batch []flow.Flow) error   { return w.seg.Append(batch) }
func (w *writer) Reject(q lake.Quarantined) error { return w.set.Add(q) }

// Discard implements lake.Writer.
func (w *writer) Discard() {
	if w.done {
		return
	}
	w.done = true
	w.seg.Discard()
	w.set.Discard()
	<-w.raw // the copy may stay: it is named by its bytes and harms nothing
}

// Seal implements lake.Writer.
func (w *writer) Seal(ctx context.Context, v provenance.Vintage, coverage []flow.Block) (lake.Outcome, error) {
	defer w.Discard()
	out := lake.Outcome{Read: w.seg.Rows() + w.set.Rows()}
	path, seg, err := w.seg.Close()
	if err != nil {
		return out, err
	}
	seg.Raw, seg.Format, seg.Vintage, seg.Coverage = w.file.Bytes, w.file.Format, v, coverage
	if seg, out.Held, err = w.reconcile(ctx, path, seg); err != nil {
		return out, err
	}
	if out.Superseded, err = w.imp.superseded(ctx, seg); err != nil {
		return out, err
	}
	out.Kept, out.Quarantined = seg.Rows, w.set.Rows()
	return out, w.keep(seg, out)
}

// keep gives every file its place and notes the segment for Commit, or for a resumed import.
func (w *writer) keep(seg lake.Segment, out lake.Outcome) error {
	folder := w.imp.store.folder
	w.done = true
	rawErr := <-w.raw
	if err := errors.Join(rawErr, w.seg.Keep(folder, seg)); err != nil {
		w.set.Discard()
		return err
	}
	var err error
	if seg.Quarantine, err = w.set.Keep(folder); err != nil {
		return err
	}
	if seg.Rows == 0 {
		seg.SHA256, seg.Size = "", 0
	}
	if err := folder.Stage(w.file, segment.Staged{Base: w.imp.base, Segment: seg, Outcome: out}); err != nil {
		return err
	}
	w.imp.sealed = append(w.imp.sealed, seg)
	return nil
}

// reconcile holds the new rows against those that the same vintage, or the file itself, has stated
// before: equal ones are dropped, different ones go to quarantine as conflicts. Where coverage and
// order prove that there can be none, nothing is read.
func (w *writer) reconcile(ctx context.Context, path string, seg lake.Segment) (lake.Segment, int64, error) {
	rivals := w.imp.rivals(seg)
	if len(rivals) == 0 && w.seg.Distinct() || seg.Rows == 0 {
		return seg, 0, nil
	}
	verdicts, err := w.imp.store.verdicts(ctx, path, rivals)
	if err != nil || len(verdicts) == 0 {
		return seg, 0, err
	}
	return w.rewrite(ctx, path, seg, verdicts)
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

// verdict is what became of a row that restates a cell.
type verdict struct {
	conflict bool
	detail   string
}

// verdicts finds the rows of the file at path that restate a cell, by their number in it.
func (s *Store) verdicts(ctx context.Context, path string, rivals []lake.Segment) (map[int64]verdict, error) {
	cols := segment.KeyColumns + ", currency, value, net_mass, quantity"
	before := "SELECT " + cols + ", file_row_number AS n FROM fresh"
	for _, r := range rivals {
		before += " UNION ALL SELECT " + cols + ", -1 FROM read_parquet(" + quote(s.folder.SegmentPath(r.SHA256)) + ")"
	}
	differs := "(f.currency <> b.currency AND f.value IS NOT NULL AND b.value IS NOT NULL)"
	shares := "false"
	for _, m := range flow.Measures() {
		c := column[m]
		differs += fmt.Sprintf(" OR coalesce(f.%s <> b.%s, false)", c, c)
		shares += fmt.Sprintf(" OR (f.%s IS NOT NULL AND b.%s IS NOT NULL)", c, c)
	}
	text := fmt.Sprintf(`WITH fresh AS (SELECT * FROM read_parquet(%s, file_row_number=true)), before AS (%s)
SELECT f.file_row_number, bool_or(%s), min(coalesce(b.value::VARCHAR, '-') || '/' || coalesce(b.net_mass::VARCHAR, '-') || '/' || coalesce(b.quantity::VARCHAR, '-'))
FROM fresh f JOIN before b USING (%s) WHERE b.n < f.file_row_number AND (%s) GROUP BY 1`, quote(path), before, differs, segment.KeyColumns, shares)
	out := map[int64]verdict{}
	err := s.query(ctx, text, func(v []driver.Value) error {
		out[v[0].(int64)] = verdict{conflict: v[1].(bool), detail: v[2].(string)}
		return nil
	})
	return out, err
}

// rewrite makes the segment again without the rows that restate a cell.
func (w *writer) rewrite(ctx context.Context, path string, old lake.Segment, verdicts map[int64]verdict) (lake.Segment, int64, error) {
	fresh, err := w.imp.store.folder.NewWriter()
	if err != nil {
		return old, 0, err
	}
	var held int64
	err = w.imp.store.rows(ctx, path, func(n int64, f flow.Flow) error {
		v, restated := verdicts[n]
		switch {
		case !restated:
			return fresh.Append([]flow.Flow{f})
		case v.conflict:
			return w.set.Add(conflict(f, v, old.Vintage.String()))
		}
		held++
		return nil
	})
	if err != nil {
		fresh.Discard()
		return old, 0, err
	}
	_ = os.Remove(path)
	w.seg = fresh
	_, seg, err := fresh.Close()
	seg.Raw, seg.Format, seg.Vintage, seg.Coverage = old.Raw, old.Format, old.Vintage, old.Coverage
	return seg, held, err
}

func conflict(f flow.Flow, v verdict, vintage string) lake.Quarantined {
	return lake.Quarantined{
		Reason: "conflict: " + vintage + " states this cell before with other figures (value/net mass/quantity " + v.detail + ")",
		Hint:   "if the file is a later release, import it with --vintage",
		Raw: strings.Join([]string{string(f.Reporter), string(f.Partner), string(f.Direction), string(f.Nomenclature), string(f.Goods), f.Period.String(), f.Part,
			number(f.Value), number(f.NetMass), number(f.Quantity)}, ","),
	}
}

func number(n flow.Number) string {
	if !n.Held {
		return ""
	}
	return fmt.Sprint(n.N)
}

// rows reads a segment file back, in its own order.
func (s *Store) rows(ctx context.Context, path string, yield func(int64, flow.Flow) error) error {
	read := reader{names: map[string]string{}}
	text := "SELECT file_row_number, " + rowColumns + " FROM read_parquet(" + quote(path) + ", file_row_number=true) ORDER BY file_row_number"
	return s.query(ctx, text, func(v []driver.Value) error {
		var names [9]string
		for i, at := range []int{1, 2, 3, 4, 5, 7, 8, 12} {
			name, err := read.name(v[at])
			if err != nil {
				return err
			}
			names[i] = name
		}
		return yield(v[0].(int64), flow.Flow{
			Key: flow.Key{Reporter: area.Code(names[0]), Partner: area.Code(names[1]), Direction: flow.Direction(names[2]),
				Nomenclature: goods.Nomenclature(names[3]), Goods: goods.Code(names[4]), Period: period.Period(v[6].(int32)), Part: names[5]},
			Currency: money.Currency(names[6]), Value: held(v[9]), NetMass: held(v[10]), Quantity: held(v[11]), Unit: names[7], Confidential: v[13].(bool),
		})
	})
}

func held(v driver.Value) flow.Number {
	if n, ok := v.(int64); ok {
		return flow.Some(n)
	}
	return flow.Number{}
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
	var covered []string
	for _, b := range by {
		covered = append(covered, blockSQL(b))
	}
	text := "SELECT count(value) + count(net_mass) + count(quantity) FROM " + s.relation([]lake.Live{l}, rowColumns) + " WHERE " + strings.Join(covered, " OR ")
	err = s.query(ctx, text, func(v []driver.Value) error {
		var ok bool
		if n, ok = v[0].(int64); !ok {
			return fault.Errorf(fault.Internal, "counting replaced values: %T", v[0])
		}
		return nil
	})
	return n, err
}
