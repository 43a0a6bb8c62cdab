package intake_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"detour/fault"
	"detour/intake"
	"detour/lake"
	"detour/lake/duckdb"
	"detour/source"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/trade/provenance"
)

// lines is a format of the tests: a first line `lines STAMP`, then one partner a line; `?` is not understood and
// `!` ends the decoding.
type lines struct{ decoded []string }

func (l *lines) format() source.Format {
	return source.Format{
		ID:        "lines",
		Recognise: func(_ string, head []byte) bool { return bytes.HasPrefix(head, []byte("lines")) },
		Decode:    l.decode,
	}
}

func (l *lines) decode(_ context.Context, in source.Input, to source.Sink) (source.Release, error) {
	l.decoded = append(l.decoded, in.Name)
	var text io.Reader = io.NewSectionReader(in.R, 0, in.Size)
	if z, err := gzip.NewReader(text); err == nil {
		text = z
	} else {
		text = io.NewSectionReader(in.R, 0, in.Size)
	}
	s := bufio.NewScanner(text)
	s.Scan()
	_, stamp, _ := strings.Cut(s.Text(), "lines")
	r := source.Release{Source: "office", Dataset: "lines", Stamp: strings.TrimSpace(stamp), Notes: []string{"a note"}}
	r.Coverage = []source.Block{{Direction: flow.Export, Nomenclature: goods.CN, Levels: []int{8}, Periods: []period.Period{202201}, Measures: []source.Measure{source.Value}}}
	for n := int64(2); s.Scan(); n++ {
		var err error
		switch s.Text() {
		case "!":
			return r, fault.Errorf(fault.BadInput, "reading %s: broken off", in.Name)
		case "?":
			err = to.Reject(source.Reject{Line: n, Field: "PARTNER", Reason: "partner ?", Hint: "ask", Raw: s.Text()})
		default:
			err = to.Flows([]flow.Flow{{Key: flow.Key{Reporter: "DE", Partner: area.Code(s.Text()), Direction: flow.Export, Nomenclature: goods.CN, Goods: "85171300", Period: 202201},
				Currency: money.EUR, Value: flow.Some(1)}})
		}
		if err != nil {
			return r, err
		}
	}
	to.Progress(in.Size)
	return r, s.Err()
}

// house is a lake, a folder of files, and the importer between them.
type house struct {
	t      *testing.T
	folder string
	format lines
	im     intake.Importer
}

func newHouse(t *testing.T) *house {
	t.Helper()
	s, err := duckdb.Create(filepath.Join(t.TempDir(), "lake"), duckdb.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	h := &house{t: t, folder: t.TempDir()}
	h.im = intake.Importer{Store: s, Formats: []source.Format{h.format.format()}, Today: "2024-03-01"}
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) file(name string, text ...string) string {
	h.t.Helper()
	path := filepath.Join(h.folder, name)
	must(h.t, os.WriteFile(path, []byte(strings.Join(text, "\n")), 0o600))
	return path
}

func (h *house) run(paths ...string) intake.Result {
	h.t.Helper()
	r, err := h.im.Run(h.t.Context(), paths)
	must(h.t, err)
	return r
}

func (h *house) snapshot() *lake.Snapshot {
	h.t.Helper()
	s, err := h.im.Store.Snapshot(h.t.Context(), "", "")
	must(h.t, err)
	return s
}

func TestImport(t *testing.T) {
	h := newHouse(t)
	var told []intake.Progress
	h.im.Watch = func(p intake.Progress) { told = append(told, p) }
	a := h.file("a.txt", "lines 2024-02-01", "KZ", "?", "KG")
	r := h.run(a, h.file("b.txt", "lines 2024-02-01", "UZ", "KZ"))
	want := []intake.FileResult{
		{File: "a.txt", Format: "lines", Vintage: vintage("2024-02-01"), State: intake.Imported, Outcome: lake.Outcome{Read: 3, Kept: 2, Quarantined: 1}, Notes: []string{"a note"}},
		{File: "b.txt", Format: "lines", Vintage: vintage("2024-02-01"), State: intake.Imported, Outcome: lake.Outcome{Read: 2, Kept: 1, Held: 1}, Notes: []string{"a note"}},
	}
	expectFiles(t, r, want)
	if total := (lake.Outcome{Read: 5, Kept: 3, Held: 1, Quarantined: 1}); r.Total() != total {
		t.Errorf("total %+v, want %+v", r.Total(), total)
	}
	if r.Version != h.snapshot().Version {
		t.Errorf("imported version %s, the lake is %s", r.Version, h.snapshot().Version)
	}
	if len(told) != 2 || told[0] != (intake.Progress{File: "a.txt", Bytes: 24, Size: 24, Rows: 3}) {
		t.Errorf("progress %+v", told)
	}
	var set []lake.Quarantined
	must(t, h.im.Store.Quarantine(t.Context(), h.snapshot(), func(_ lake.Segment, q lake.Quarantined) error {
		set = append(set, q)
		return nil
	}))
	if want := (lake.Quarantined{Line: 3, Field: "PARTNER", Reason: "partner ?", Hint: "ask", Raw: "?"}); !slices.Equal(set, []lake.Quarantined{want}) {
		t.Errorf("quarantine %+v", set)
	}

	again := h.run(a, a)
	already := intake.FileResult{File: "a.txt", Format: "lines", Vintage: vintage("2024-02-01"), State: intake.Already,
		Outcome: lake.Outcome{Read: 3, Held: 2, Quarantined: 1}, Notes: []string{"a note"}}
	expectFiles(t, again, []intake.FileResult{already, already})
	if again.Version != r.Version || len(h.format.decoded) != 2 {
		t.Errorf("the same bytes again made version %s of %s, decoded %q", again.Version, r.Version, h.format.decoded)
	}
}

func vintage(stamp string) provenance.Vintage {
	return provenance.Vintage{Source: "office", Dataset: "lines", Stamp: stamp}
}

func expectFiles(t *testing.T, r intake.Result, want []intake.FileResult) {
	t.Helper()
	if len(r.Files) != len(want) {
		t.Fatalf("%d results, want %d", len(r.Files), len(want))
	}
	for i, got := range r.Files {
		if got.File != want[i].File || got.Format != want[i].Format || got.Vintage != want[i].Vintage || got.State != want[i].State || got.Outcome != want[i].Outcome || !slices.Equal(got.Notes, want[i].Notes) {
			t.Errorf("result %d\n got %+v\nwant %+v", i, got, want[i])
		}
	}
}

func TestAllOrNoneAndResumed(t *testing.T) {
	h := newHouse(t)
	before := h.snapshot().Version
	a, b, bad := h.file("a.txt", "lines", "KZ", "?"), h.file("b.txt", "lines", "KZ", "KG"), h.file("bad.txt", "lines", "UZ", "!")
	_, err := h.im.Run(t.Context(), []string{a, b, bad})
	if fault.KindOf(err) != fault.BadInput || h.snapshot().Version != before {
		t.Errorf("after a file that cannot be read: %v, version %s of %s", err, h.snapshot().Version, before)
	}
	h.format.decoded = nil
	h.im.Today = "2024-03-02" // the stamp is that of the day on which the file was read
	r := h.run(a, b)
	expectFiles(t, r, []intake.FileResult{
		{File: "a.txt", Format: "lines", Vintage: vintage("2024-03-01"), State: intake.Resumed, Outcome: lake.Outcome{Read: 2, Kept: 1, Quarantined: 1}, Notes: []string{"a note"}},
		{File: "b.txt", Format: "lines", Vintage: vintage("2024-03-01"), State: intake.Resumed, Outcome: lake.Outcome{Read: 2, Kept: 1, Held: 1}, Notes: []string{"a note"}},
	})
	if len(h.format.decoded) != 0 {
		t.Errorf("decoded again: %q", h.format.decoded)
	}
	if got := h.snapshot(); len(got.Segments) != 2 || got.Version == before {
		t.Errorf("%d segments in version %s", len(got.Segments), got.Version)
	}
}

func TestStamp(t *testing.T) {
	for _, c := range []struct {
		asked, own, name, want string
		from                   provenance.Origin
	}{
		{"2024-02", "2024-01-01", "x_2023-05-06.txt", "2024-02", provenance.Given},
		{"2024-02", "next Tuesday", "x.txt", "2024-02", provenance.Given}, // which is how such a file is brought in
		{"", "2024-01-01T11:00", "x_2023-05-06.txt", "2024-01-01T11:00", provenance.Stated},
		{"", "", "x_2023-05-06.txt", "2023-05-06", provenance.Named},
		{"", "", "x20230506.txt", "2023-05-06", provenance.Named},
		{"", "", "full_v2_202402.txt", "2024-03-01", provenance.Imported}, // a month in the name is that of the data
		{"", "", "x_20231350_120230506.txt", "2024-03-01", provenance.Imported},
		{"", "", "x20230231.txt", "2024-03-01", provenance.Imported}, // there is no such day
	} {
		h := newHouse(t)
		h.im.Stamp = c.asked
		r := h.run(h.file(c.name, "lines "+c.own, "KZ"))
		if got := r.Files[0].Vintage.Stamp; got != c.want {
			t.Errorf("%+v: stamp %q", c, got)
		}
		if got := h.snapshot().Segments[0].StampFrom; got != c.from {
			t.Errorf("%+v: the stamp is from %q", c, got)
		}
	}
	h := newHouse(t)
	h.im.Stamp = "next Tuesday"
	if _, err := h.im.Run(t.Context(), nil); fault.KindOf(err) != fault.BadInput || fault.HintOf(err) == "" {
		t.Errorf("a vintage that is no date: %v", err)
	}
	h.im.Stamp = ""
	before := h.snapshot().Version
	_, err := h.im.Run(t.Context(), []string{h.file("odd.txt", "lines 2024-02-31", "KZ")})
	if fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), "odd.txt") || !strings.Contains(err.Error(), "2024-02-31") || !strings.Contains(fault.HintOf(err), "--vintage") {
		t.Errorf("a file that states a day that is none: %v (%s)", err, fault.HintOf(err))
	}
	if h.snapshot().Version != before {
		t.Error("it was imported")
	}
}

// The same bytes under another vintage are another release.
func TestAnotherVintage(t *testing.T) {
	h := newHouse(t)
	a := h.file("a.txt", "lines", "KZ")
	h.run(a)
	h.im.Stamp = "2024-03-05"
	r := h.run(a)
	expectFiles(t, r, []intake.FileResult{{File: "a.txt", Format: "lines", Vintage: vintage("2024-03-05"), State: intake.Imported,
		Outcome: lake.Outcome{Read: 1, Kept: 1, Superseded: 1}, Notes: []string{"a note"}}})
}

func TestFormats(t *testing.T) {
	h := newHouse(t)
	odd := h.file("odd.txt", "no lines", "KZ")
	_, err := h.im.Run(t.Context(), []string{odd})
	if fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), "odd.txt") || !strings.Contains(fault.HintOf(err), "lines") {
		t.Errorf("a file of no format: %v (%s)", err, fault.HintOf(err))
	}
	if _, err := h.im.Run(t.Context(), []string{filepath.Join(h.folder, "none")}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no file: %v", err)
	}
	h.im.As = "other"
	if _, err := h.im.Run(t.Context(), []string{odd}); fault.KindOf(err) != fault.BadInput || !strings.Contains(fault.HintOf(err), "lines") {
		t.Errorf("no such format: %v", err)
	}
	h.im.As = "lines"
	if r := h.run(odd); r.Files[0].Outcome.Kept != 1 {
		t.Errorf("a file read as told: %+v", r)
	}
	h.im.As = ""
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, err = z.Write([]byte("lines\nKZ\nKG\n" + strings.Repeat("?\n", source.HeadSize)))
	must(t, err)
	must(t, z.Close())
	if r := h.run(h.file("zipped", zipped.String())); r.Files[0].Format != "lines" || r.Files[0].Outcome.Read != 2+source.HeadSize {
		t.Errorf("a gzip file: %+v", r)
	}
	plain := h.file("plain.txt", "lines", "UZ")
	h.run(plain)
	h.im.Simulated = true // the same bytes as made-up figures are another thing
	if r := h.run(plain); r.Files[0].State != intake.Imported || r.Files[0].Vintage.ID() != "simulated/office-lines" || r.Files[0].Format != "simulated-lines" {
		t.Errorf("simulated figures are %+v", r.Files[0])
	}
}

func TestOneImportAtATime(t *testing.T) {
	h := newHouse(t)
	imp, err := h.im.Store.Begin(t.Context())
	must(t, err)
	if _, err := h.im.Run(t.Context(), nil); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an import beside another: %v", err)
	}
	must(t, imp.Abort())
	h.run(h.file("a.txt", "lines", "KZ"))
}

// A file that is written to while it is decoded gives nothing: the rows would not be of the bytes that name them.
func TestAFileThatChangesIsRefused(t *testing.T) {
	h := newHouse(t)
	path := h.file("a.txt", "lines 2024-02-01", "KZ")
	decode, meddle := h.im.Formats[0].Decode, func() {}
	h.im.Formats[0].Decode = func(ctx context.Context, in source.Input, to source.Sink) (source.Release, error) {
		meddle()
		return decode(ctx, in, to)
	}
	before := h.snapshot().Version
	meddle = func() {
		must(t, os.WriteFile(path, []byte("lines 2024-02-01\nKG"), 0o600))
		must(t, os.Chtimes(path, time.Time{}, time.Now().Add(time.Second))) // clocks of file systems are coarse
	}
	if _, err := h.im.Run(t.Context(), []string{path}); fault.KindOf(err) != fault.Conflict || h.snapshot().Version != before {
		t.Errorf("a file written to meanwhile: %v", err)
	}
}

// Check finds, without a lake, what Run would fail on before it decodes.
func TestCheck(t *testing.T) {
	h := newHouse(t)
	good, odd := h.file("a.txt", "lines 2024-02-01", "KZ"), h.file("b.txt", "something else")
	for _, c := range []struct {
		path, stamp string
		want        fault.Kind
	}{{good, "soon", fault.BadInput}, {odd, "", fault.BadInput}, {good + "x", "", fault.NotFound}} {
		im := intake.Importer{Formats: h.im.Formats, Stamp: c.stamp}
		if err := im.Check([]string{good, c.path}); fault.KindOf(err) != c.want || err == nil {
			t.Errorf("%s as of %q: %v", c.path, c.stamp, err)
		}
	}
	must(t, intake.Importer{Formats: h.im.Formats}.Check([]string{good}))
}
