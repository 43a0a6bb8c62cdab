// Package intake brings files into the lake: it recognises a format, decodes, sets aside what cannot be
// read and commits. It is the only place where sources meet the lake.
package intake

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"

	"detour/fault"
	"detour/lake"
	"detour/lake/segment"
	"detour/source"
	"detour/trade/flow"
	"detour/trade/provenance"
)

// Importer brings files into a lake. A value of it may be used for one import at a time.
type Importer struct {
	Store   lake.Store
	Formats []source.Format
	// Mappings lists those that go by a name; ReadMapping reads the one in a file. Both may be nil where Maps is empty.
	Mappings    func() []Mapping
	ReadMapping func(path string) (source.Format, error)

	Today string   // ISO date: the stamp of last resort
	As    string   // ID of the format to use; empty: recognise
	Maps  []string // mappings to use instead, each on the files that it fits: names of Mappings, or paths
	Stamp string   // the vintage asked for; empty: the file's own
	// Simulated marks the files' figures as made up, see source.Simulated.
	Simulated bool
	// Whole says that the files are whole releases, see source.Whole.
	Whole bool
	// Watch, if set, is told how far a file has been read.
	Watch func(Progress)
}

// Progress tells how far a file has been read.
type Progress struct {
	File  string
	Bytes int64 // read so far
	Size  int64
	Rows  int64
}

// State says what was done with a file.
type State string

// The states: imported now, taken up from an import that was cut off, or held already.
const (
	Imported State = "imported"
	Resumed  State = "resumed"
	Already  State = "held"
)

// FileResult is what became of one file.
type FileResult struct {
	File    string
	Format  string
	Vintage provenance.Vintage
	State   State
	Outcome lake.Outcome
	Notes   []string
}

// Result is what became of an import.
type Result struct {
	Files   []FileResult
	Version lake.Version
}

// Total adds the outcomes up.
func (r Result) Total() lake.Outcome {
	var t lake.Outcome
	for _, f := range r.Files {
		t.Read += f.Outcome.Read
		t.Kept += f.Outcome.Kept
		t.Held += f.Outcome.Held
		t.Superseded += f.Outcome.Superseded
		t.Quarantined += f.Outcome.Quarantined
	}
	return t
}

// Run imports the files, all or none: an error leaves the lake as it was, though files already decoded
// need not be decoded again by the next run.
func (im Importer) Run(ctx context.Context, paths []string) (Result, error) {
	var res Result
	chosen, err := im.asked()
	if err != nil {
		return res, err
	}
	imp, err := im.Store.Begin(ctx)
	if err != nil {
		return res, err
	}
	defer func() { _ = imp.Abort() }() // after Commit this only lets go of the lock
	for _, path := range paths {
		read, err := im.file(ctx, imp, chosen, path)
		if err != nil {
			return res, err
		}
		res.Files = append(res.Files, read...)
	}
	res.Version, err = imp.Commit(ctx)
	return res, err
}

// Check tells, without a lake, whether Run can begin: that what is asked for exists, that the files are there, and that
// each has a format.
func (im Importer) Check(paths []string) error {
	chosen, err := im.asked()
	if err != nil {
		return err
	}
	for _, path := range paths {
		f, err := openInput(path)
		if err != nil {
			return err
		}
		_, err = im.formats(chosen, path, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// asked gives the formats that the user asked for, and holds the stamp asked for against its form.
func (im Importer) asked() ([]source.Format, error) {
	if im.Stamp != "" {
		if err := provenance.CheckStamp(im.Stamp); err != nil {
			return nil, fmt.Errorf("the vintage: %w", err)
		}
	}
	return im.chosen()
}

// file brings in one file, once for each format that reads it.
func (im Importer) file(ctx context.Context, imp lake.Import, chosen []source.Format, path string) ([]FileResult, error) {
	in, err := openInput(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	formats, err := im.formats(chosen, path, in)
	if err != nil {
		return nil, err
	}
	before, err := in.Stat()
	if err != nil {
		return nil, fault.Errorf(fault.Unavailable, "reading %s: %w", path, err)
	}
	raw, err := segment.DigestOf(in, path)
	if err != nil {
		return nil, err
	}
	var out []FileResult
	for _, f := range formats {
		read, err := im.read(ctx, imp, f, input{in, path, before}, raw)
		if err != nil {
			return nil, err
		}
		out = append(out, read)
	}
	return out, nil
}

// input is a file that is open for as long as it is brought in: one that takes its name meanwhile is not read.
type input struct {
	*os.File
	path   string
	before os.FileInfo // as it was before its bytes were identified
}

// unchanged is a Conflict where something has written to the file since its bytes were identified.
func (in input) unchanged() error {
	now, err := in.Stat()
	if err != nil {
		return fault.Errorf(fault.Unavailable, "reading %s: %w", in.path, err)
	}
	if now.Size() != in.before.Size() || !now.ModTime().Equal(in.before.ModTime()) {
		return fault.Errorf(fault.Conflict, "%s changed while it was being read", in.path).Hint("import it again when nothing writes to it")
	}
	return nil
}

func openInput(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		kind := fault.Unavailable
		if errors.Is(err, fs.ErrNotExist) {
			kind = fault.NotFound
		}
		return nil, fault.Errorf(kind, "reading %s: %w", path, err)
	}
	return f, nil
}

func (im Importer) read(ctx context.Context, imp lake.Import, format source.Format, in input, raw provenance.Bytes) (FileResult, error) {
	if im.Whole {
		format = source.Whole(format)
	}
	if im.Simulated {
		format = source.Simulated(format)
	}
	file := lake.File{Path: in.path, Bytes: raw, Format: format.ID, Stamp: im.Stamp}
	res := FileResult{File: raw.Name, Format: format.ID, State: Already}
	if held, ok := imp.Held(file); ok {
		res.Vintage, res.Notes = held.Vintage, held.Notes
		res.Outcome = lake.Outcome{Read: held.Rows + held.Quarantine.Rows, Held: held.Rows, Quarantined: held.Quarantine.Rows}
		return res, nil
	}
	sealed, resumed, err := imp.Resume(ctx, file)
	if err != nil {
		return res, err
	}
	if resumed {
		res.State, res.Vintage, res.Outcome, res.Notes = Resumed, sealed.Vintage, sealed.Outcome, sealed.Notes
		return res, nil
	}
	res.State = Imported
	err = im.decode(ctx, imp, format, file, in, &res)
	return res, err
}

func (im Importer) decode(ctx context.Context, imp lake.Import, format source.Format, file lake.File, in input, res *FileResult) error {
	w, err := imp.Write(ctx, file)
	if err != nil {
		return err
	}
	defer w.Discard()
	to := &sink{w: w, watch: im.Watch, now: Progress{File: file.Bytes.Name, Size: file.Bytes.Size}}
	rel, err := format.Decode(ctx, source.Input{Name: file.Bytes.Name, Size: file.Bytes.Size, R: in}, to)
	if err := errors.Join(in.unchanged(), err); err != nil { // what was read of a file that changed says nothing
		return err
	}
	stamp, from := im.stamp(rel, file.Bytes.Name)
	if err := provenance.CheckStamp(stamp); err != nil {
		return fault.Errorf(fault.BadInput, "the release stamp of %s (%s): %w", file.Bytes.Name, from, err).Hint("say when it was released with --vintage")
	}
	res.Notes = rel.Notes
	res.Vintage = provenance.Vintage{Source: rel.Source, Dataset: rel.Dataset, Stamp: stamp}
	w.Remark(from, rel.Notes)
	res.Outcome, err = w.Seal(ctx, res.Vintage, rel.Coverage)
	return err
}

// stamp is the release stamp and where it comes from: the one asked for, else the file's own words, else a date
// in its name, else the day of import (docs/decisions/0003-vintages.md).
func (im Importer) stamp(rel source.Release, name string) (string, provenance.Origin) {
	switch {
	case im.Stamp != "":
		return im.Stamp, provenance.Given
	case rel.Stamp != "":
		return rel.Stamp, provenance.Stated
	}
	if m := dateInName.FindStringSubmatch(name); m != nil {
		if day := m[1] + "-" + m[2] + "-" + m[3]; provenance.CheckStamp(day) == nil { // else digits that are no date
			return day, provenance.Named
		}
	}
	return im.Today, provenance.Imported
}

// dateInName finds a whole date; a bare month in a name is the month of the data, not of the release.
var dateInName = regexp.MustCompile(`(?:^|[^0-9])(20[0-9]{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12][0-9]|3[01])(?:[^0-9]|$)`)

// head reads a file's first bytes, decompressed where they are gzip.
func head(f *os.File, path string) ([]byte, error) {
	b := make([]byte, source.HeadSize)
	n, err := f.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.Errorf(fault.Unavailable, "reading %s: %w", path, err)
	}
	b = b[:n]
	if z, err := gzip.NewReader(bytes.NewReader(b)); err == nil {
		plain := make([]byte, source.HeadSize)
		n, _ := io.ReadFull(z, plain) // the head of a gzip stream is cut off by nature
		return plain[:n], nil
	}
	return b, nil
}

// sink hands what a decoder reads to the lake's writer and tells the watcher.
type sink struct {
	w     lake.Writer
	watch func(Progress)
	now   Progress
}

func (s *sink) Flows(batch []flow.Flow) error {
	s.now.Rows += int64(len(batch))
	return s.w.Flows(batch)
}

func (s *sink) Reject(r source.Reject) error {
	s.now.Rows++
	return s.w.Reject(lake.Quarantined(r))
}

func (s *sink) Progress(n int64) {
	s.now.Bytes = n
	if s.watch != nil {
		s.watch(s.now)
	}
}
