// Package baci decodes BACI, the reconciled world trade in goods that CEPII publishes: one file a year in
// one edition of the HS. docs/format/baci.md describes it; the decoder mirrors it.
//
// A flow of BACI is no reporter's own statement: CEPII takes freight and insurance off what the importer
// states and weighs it against what the exporter states (Gaulier & Zignago 2010, CEPII working paper 2010-23).
// It is held as an export of the exporter, FOB, under a source of its own, and never beside a reporter's
// statement of the same trade.
package baci

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"detour/fault"
	"detour/source"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

const sourceName = "baci"

// Formats lists the one format of BACI.
func Formats() []source.Format {
	return []source.Format{{
		ID:        "baci",
		Doc:       source.Doc{Title: "CEPII BACI", Source: "CEPII", Page: "baci.md"},
		Recognise: recognise,
		Decode:    decode,
	}}
}

// recognise knows the file by its header of six letters.
func recognise(_ string, head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	_, missing := layoutOf(line)
	return missing == ""
}

// editions are the nomenclatures by the mark that the file's name has.
var editions = map[string]goods.Nomenclature{
	"HS92": "HS1992", "HS96": "HS1996", "HS02": "HS2002", "HS07": "HS2007", "HS12": goods.HS2012, "HS17": goods.HS2017, "HS22": goods.HS2022,
}

// title is what the name of a file says of it.
type title struct {
	mark    string // HS12
	edition goods.Nomenclature
	year    period.Period
	version string // 202401, or 202401b for a correction
}

var namePattern = regexp.MustCompile(`(?i)^BACI_(HS\d\d)_Y(\d{4})_V(\d{4}(?:0[1-9]|1[0-2])[a-z]?)\.csv(?:\.gz)?$`)

// titleOf reads a name such as BACI_HS12_Y2022_V202401.csv.
func titleOf(name string) (title, error) {
	m := namePattern.FindStringSubmatch(name)
	if m == nil {
		return title{}, fault.Errorf(fault.BadInput, "reading %s: the name does not say edition, year and version", name).
			Hint("keep the name that CEPII gave the file, such as BACI_HS12_Y2022_V202401.csv")
	}
	t := title{mark: strings.ToUpper(m[1]), version: strings.ToLower(m[3])}
	t.edition = editions[t.mark]
	if t.edition == "" {
		return title{}, fault.Errorf(fault.BadInput, "reading %s: %s is no edition of the HS", name, t.mark)
	}
	var err error
	if t.year, err = period.Parse(m[2]); err != nil {
		return title{}, fmt.Errorf("reading %s: %w", name, err)
	}
	return t, nil
}

// stamp is the month of the version. A correction within a month has no date of its own.
func (t title) stamp() string {
	if len(t.version) > len("YYYYMM") {
		return ""
	}
	return t.version[:4] + "-" + t.version[4:]
}

// batchSize is how many flows the sink gets at once.
const batchSize = 4096

// decode reads a file, text or gzip of it.
func decode(ctx context.Context, in source.Input, to source.Sink) (source.Release, error) {
	title, err := titleOf(in.Name)
	if err != nil {
		return source.Release{}, err
	}
	m := &meter{in: in}
	r, err := m.open()
	if err != nil {
		return source.Release{}, reading(in, err)
	}
	d := &decoder{title: title, year: title.year.String(), meter: m, to: to, covered: map[pair]bool{}, places: map[string]place{}}
	if err := d.run(ctx, bufio.NewReaderSize(r, 1<<20)); err != nil {
		return source.Release{}, err
	}
	return source.Release{Source: sourceName, Dataset: title.mark, Stamp: title.stamp(), Coverage: d.coverage(), Notes: d.notes()}, nil
}

// meter counts the bytes taken from an input.
type meter struct {
	in   source.Input
	read atomic.Int64
}

// ReadAt implements io.ReaderAt.
func (m *meter) ReadAt(p []byte, off int64) (int, error) {
	n, err := m.in.R.ReadAt(p, off)
	m.read.Add(int64(n))
	return n, err
}

func (m *meter) open() (io.Reader, error) {
	br := bufio.NewReaderSize(io.NewSectionReader(m, 0, m.in.Size), 1<<20)
	start, err := br.Peek(2)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case string(start) == "\x1f\x8b":
		return gzip.NewReader(br)
	default:
		return br, nil
	}
}

// reading classifies a failure to read the file. A cancelled context stays what it is.
func reading(in source.Input, err error) error {
	return fault.Errorf(fault.BadInput, "reading %s: %w", in.Name, err).Hint("the file may be damaged or cut short: fetch it again")
}

// decoder is the decoding of one file.
type decoder struct {
	title   title
	year    string // of the title, as the rows write it
	meter   *meter
	to      source.Sink
	layout  layout
	fields  [][]byte
	flows   []flow.Flow
	places  map[string]place
	last    [2]seen // the latest exporter and importer
	wares   wares
	covered map[pair]bool
	latest  pair
	weighed bool // some row states a mass
	kept    int64
}

// run goes through the lines.
func (d *decoder) run(ctx context.Context, br *bufio.Reader) error {
	in := d.meter.in
	header, err := br.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return reading(in, err)
	}
	var missing string
	if d.layout, missing = layoutOf(header); missing != "" {
		return fault.Errorf(fault.BadInput, "reading %s: the header %s", in.Name, missing).Hint("columns are found by name: t, i, j, k, v, q")
	}
	for n := int64(2); err == nil; n++ {
		var line []byte
		line, err = br.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return reading(in, err)
		}
		if bad := d.line(n, line); bad != nil {
			return bad
		}
		if len(d.flows) == batchSize {
			if err := errors.Join(ctx.Err(), d.flush()); err != nil {
				return err
			}
		}
	}
	return d.flush()
}

// line reads one line into a flow or gives it to quarantine.
func (d *decoder) line(n int64, line []byte) error {
	if line = bytes.TrimSpace(line); len(line) == 0 {
		return nil
	}
	d.flows = append(d.flows, flow.Flow{})
	last := len(d.flows) - 1
	bad := d.flow(line, &d.flows[last])
	if bad == nil {
		return nil
	}
	d.flows = d.flows[:last]
	if err := d.flush(); err != nil {
		return err
	}
	const most = 4 << 10
	bad.Line, bad.Raw = n, strings.ToValidUTF8(string(line[:min(len(line), most)]), "\ufffd")
	return d.to.Reject(*bad)
}

// flush hands on the flows that are read.
func (d *decoder) flush() error {
	if len(d.flows) > 0 {
		if err := d.to.Flows(d.flows); err != nil {
			return err
		}
	}
	d.kept += int64(len(d.flows))
	d.flows = d.flows[:0]
	d.to.Progress(min(d.meter.read.Load(), d.meter.in.Size))
	return nil
}

func (d *decoder) notes() []string {
	notes := []string{"BACI is reconciled by CEPII: a flow is neither the exporter's nor the importer's own statement"}
	if d.title.stamp() == "" {
		notes = append(notes, fmt.Sprintf("version %s corrects another of the same month, so it has no date of its own: --vintage gives it one", d.title.version))
	}
	if d.kept == 0 {
		notes = append(notes, "the file holds no row that could be read")
	}
	return notes
}

// layout says where the columns are.
type layout struct{ t, i, j, k, v, q, fields int }

// layoutOf finds the columns by name and says what is wrong with the header, if anything is.
func layoutOf(header []byte) (l layout, wrong string) {
	header = bytes.TrimSpace(bytes.TrimPrefix(header, []byte("\ufeff")))
	names := strings.Split(strings.ToLower(strings.ReplaceAll(string(header), `"`, "")), ",")
	l.fields = len(names)
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	for _, c := range []struct {
		name string
		at   *int
	}{{"t", &l.t}, {"i", &l.i}, {"j", &l.j}, {"k", &l.k}, {"v", &l.v}, {"q", &l.q}} {
		*c.at = slices.Index(names, c.name)
		if *c.at < 0 {
			return l, "has no column " + c.name
		}
		if slices.Contains(names[*c.at+1:], c.name) {
			return l, "names column " + c.name + " twice"
		}
	}
	return l, ""
}
