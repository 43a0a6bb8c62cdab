package comtrade

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"detour/fault"
	"detour/source"
	"detour/source/comtrade/internal/text"
)

// decodeJSON reads an answer of the API, record by record: {"elapsedTime","count","data":[...],"error"}.
func decodeJSON(ctx context.Context, in source.Input, to source.Sink) (source.Release, error) {
	r := newRun(in, to)
	plain, err := r.meter.Open()
	if err != nil {
		return source.Release{}, err
	}
	a := &answer{run: r, in: &guard{from: plain}}
	a.dec = json.NewDecoder(a.in)
	err = r.decode(ctx, a.read, func(p *parser) func(*block) {
		return p.records
	})
	if err != nil {
		return source.Release{}, err
	}
	out := r.release()
	out.Notes = append(out.Notes, a.notes(r.rows)...)
	return out, nil
}

// guard bounds how much is read without a record or value coming to an end: the decoder keeps that much
// in memory.
type guard struct {
	from io.Reader
	left int
}

var errTooLong = errors.New("too long")

func (g *guard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errTooLong
	}
	n, err := g.from.Read(p[:min(len(p), g.left)])
	g.left -= n
	return n, err
}

// answer is the envelope of the records.
type answer struct {
	run   *run
	in    *guard
	dec   *json.Decoder
	count *int64 // what the answer states, if it does
	found bool   // it has data
}

// read goes through the envelope and offers the records in blocks.
func (a *answer) read(offer func(*block) bool) error {
	err := a.envelope(offer)
	switch {
	case errors.Is(err, errTooLong):
		return tooLong(a.run.in)
	case errors.Is(err, errRefused):
		return nil // whoever refuses says why
	case err == nil || fault.KindOf(err) == fault.BadInput:
		return err
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return text.Reading(a.run.in, err)
}

var errRefused = errors.New("refused")

func (a *answer) envelope(offer func(*block) bool) error {
	if err := a.delimiter('{', "an object"); err != nil {
		return err
	}
	for a.more() {
		key, err := a.dec.Token()
		if err != nil {
			return err
		}
		a.in.left = blockSize
		switch key {
		case "data":
			err = a.data(offer)
		case "error":
			err = a.refusal()
		case "count":
			err = a.dec.Decode(&a.count)
		default:
			err = a.dec.Decode(new(json.RawMessage))
		}
		if err != nil {
			return err
		}
	}
	if _, err := a.dec.Token(); err != nil {
		return err
	}
	if !a.found {
		return fault.Errorf(fault.BadInput, "reading %s: the answer has no data", a.run.in.Name).Hint("the file is not an answer of UN Comtrade's data API")
	}
	a.in.left = blockSize
	if _, err := a.dec.Token(); !errors.Is(err, io.EOF) {
		return fault.Errorf(fault.BadInput, "reading %s: something follows the answer", a.run.in.Name).Hint("one file holds one answer")
	}
	return nil
}

func (a *answer) more() bool {
	a.in.left = blockSize
	return a.dec.More()
}

func (a *answer) delimiter(want json.Delim, what string) error {
	a.in.left = blockSize
	token, err := a.dec.Token()
	if err != nil {
		return err
	}
	if token != want {
		return fault.Errorf(fault.BadInput, "reading %s: %v where %s is expected", a.run.in.Name, token, what)
	}
	return nil
}

// refusal reads the error that the API states.
func (a *answer) refusal() error {
	var said any
	if err := a.dec.Decode(&said); err != nil || said == nil || said == "" {
		return err
	}
	return fault.Errorf(fault.BadInput, "reading %s: Comtrade answered with an error: %s", a.run.in.Name, text.Quote(fmt.Sprint(said))).
		Hint("ask again, more slowly or for less")
}

// data offers the records; null is no record.
func (a *answer) data(offer func(*block) bool) error {
	if a.found {
		return fault.Errorf(fault.BadInput, "reading %s: the answer states its data twice", a.run.in.Name)
	}
	a.found = true
	token, err := a.dec.Token()
	if err != nil || token == nil {
		return err
	}
	if token != json.Delim('[') {
		return fault.Errorf(fault.BadInput, "reading %s: data is %v where a list is expected", a.run.in.Name, token)
	}
	var record json.RawMessage
	b := a.run.newRecords()
	for a.more() {
		if err := a.dec.Decode(&record); err != nil {
			return err
		}
		if len(b.text) > 0 && len(b.text)+len(record) > blockSize {
			if !a.offer(b, offer) {
				return errRefused
			}
			b = a.run.newRecords()
		}
		b.text = append(b.text, record...)
		b.ends = append(b.ends, len(b.text))
	}
	if !a.offer(b, offer) {
		return errRefused
	}
	return a.delimiter(']', "the end of the data")
}

func (a *answer) offer(b *block, offer func(*block) bool) bool {
	b.consumed = a.run.meter.Consumed()
	return offer(b)
}

func (r *run) newRecords() *block {
	b := r.newBlock()
	b.text, b.ends = b.text[:0], b.ends[:0]
	return b
}

// notes says what the envelope gives away.
func (a *answer) notes(rows int64) []string {
	switch {
	case rows == 0:
		return []string{"the answer holds no data and no error: Comtrade answers a malformed period so, and one that is not reported"}
	case a.count != nil && *a.count != rows:
		return []string{fmt.Sprintf("the answer says that it holds %d records and holds %d", *a.count, rows)}
	default:
		return nil
	}
}

// records reads the records of a block.
func (p *parser) records(b *block) {
	b.clear()
	start := 0
	for _, end := range b.ends {
		record := b.text[start:end]
		start = end
		b.rows++
		var c cells
		if bad := fieldsOf(record, &c); bad != nil {
			p.tally.rows++
			b.rejects = append(b.rejects, bad.Reject(b.rows, record))
			continue
		}
		p.add(b, &c, record)
	}
}

// fieldsOf finds the fields of a record, which is valid JSON. Null is an empty field, as is one that the
// record does not have.
func fieldsOf(record []byte, to *cells) *text.Flaw {
	if record[0] != '{' {
		return &text.Flaw{Reason: "the record is not an object"}
	}
	var seen [columnCount]bool
	for name, value := range text.Members(record) {
		c, known := jsonColumns[string(name)]
		if !known {
			continue
		}
		if seen[c] {
			return flawOf(c, "the record states the field twice", "")
		}
		seen[c] = true
		switch value[0] {
		case '{', '[':
			return flawOf(c, "the field is a list or an object", "")
		case 'n':
		default:
			to[c] = text.Content(value)
		}
	}
	return nil
}

var jsonColumns = func() map[string]column {
	m := map[string]column{}
	for c, k := range columns {
		m[k.name] = column(c)
	}
	return m
}()
