// Package ecb reads the European Central Bank's euro foreign exchange reference rates, as it publishes
// them in one file of daily rates since 1999, and averages them by month. docs/format/rates.md has the
// layout of the file and the rule of the average.
//
// The rates are no flows, so the package is not a source.Format: what it makes is a money.Rates.
package ecb

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"detour/fault"
	"detour/trade/money"
)

// Daily is the reference file: rates by day and currency. It is immutable.
type Daily struct {
	currencies []money.Currency // in the file's order
	days       []day            // oldest first, no date twice
}

type day struct {
	date  time.Time    // midnight UTC
	rates []money.Rate // by position in Daily.currencies; an empty rate was not quoted
}

// maxText bounds what is unpacked from a zip file: the file of 1999 to 2026 has 2 MB.
const maxText = 256 << 20

// Decode reads the reference file, as the CSV text or as the zip file that holds it. Days may stand in
// any order. The first malformed row is bad input that names file, line and field.
func Decode(r io.ReaderAt, size int64, name string) (Daily, error) {
	var magic [4]byte
	if _, err := r.ReadAt(magic[:], 0); err != nil && err != io.EOF {
		return Daily{}, fault.Errorf(fault.Unavailable, "reading %s: %w", name, err)
	}
	if string(magic[:]) != "PK\x03\x04" {
		return decodeText(io.NewSectionReader(r, 0, size), name)
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return Daily{}, fault.Errorf(fault.BadInput, "reading %s: %w", name, err)
	}
	return decodeZip(archive, name)
}

func decodeZip(archive *zip.Reader, name string) (Daily, error) {
	var texts []*zip.File
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, ".csv") {
			texts = append(texts, f)
		}
	}
	if len(texts) != 1 {
		return Daily{}, fault.Errorf(fault.BadInput, "reading %s: %d CSV files in the archive, one expected", name, len(texts)).Hint(getIt)
	}
	text, err := texts[0].Open()
	if err != nil {
		return Daily{}, fault.Errorf(fault.BadInput, "reading %s: %w", name, err)
	}
	defer text.Close()
	return decodeText(io.LimitReader(text, maxText), name+"/"+texts[0].Name)
}

const getIt = "the file is eurofxref-hist.zip, or the eurofxref-hist.csv in it, from the ECB's page of reference rates"

func decodeText(r io.Reader, name string) (Daily, error) {
	text := bufio.NewReader(r)
	if head, err := text.Peek(3); err == nil && string(head) == "\uFEFF" {
		text.Discard(3) // cannot fail: the bytes have been seen
	}
	in := &reader{name: name, rows: csv.NewReader(text)}
	in.rows.ReuseRecord = true
	if err := in.header(); err != nil {
		return Daily{}, err
	}
	if err := in.body(); err != nil {
		return Daily{}, err
	}
	return in.daily, nil
}

// reader is a reference file being read.
type reader struct {
	name  string
	rows  *csv.Reader
	daily Daily
}

// next gives the next row, or io.EOF.
func (in *reader) next() ([]string, error) {
	row, err := in.rows.Read()
	var malformed *csv.ParseError
	switch {
	case errors.As(err, &malformed):
		return nil, fault.Errorf(fault.BadInput, "reading %s line %d, column %d: %w", in.name, malformed.Line, malformed.Column, malformed.Err)
	case err == io.EOF:
		return nil, io.EOF
	case err != nil:
		return nil, fault.Errorf(fault.BadInput, "reading %s: %w", in.name, err)
	}
	// The ECB ends every line with a comma.
	if last := len(row) - 1; strings.TrimSpace(row[last]) == "" {
		row = row[:last]
	}
	return row, nil
}

func (in *reader) header() error {
	row, err := in.next()
	if err == io.EOF || (err == nil && (len(row) < 2 || strings.TrimSpace(row[0]) != "Date")) {
		return fault.Errorf(fault.BadInput, "reading %s: no header that begins with Date", in.name).Hint(getIt)
	}
	if err != nil {
		return err
	}
	for i, code := range row[1:] {
		currency, err := money.ParseCurrency(strings.TrimSpace(code))
		if err == nil && slices.Contains(in.daily.currencies, currency) {
			err = fault.Errorf(fault.BadInput, "currency %s has two columns", currency)
		}
		if err != nil {
			return in.bad(i+1, "header", err)
		}
		in.daily.currencies = append(in.daily.currencies, currency)
	}
	return nil
}

func (in *reader) body() error {
	lines := map[time.Time]int{}
	for {
		row, err := in.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		d, err := in.day(row)
		if err != nil {
			return err
		}
		line, _ := in.rows.FieldPos(0)
		if first, twice := lines[d.date]; twice {
			return in.bad(0, "Date", fault.Errorf(fault.BadInput, "%s stands already in line %d", d.date.Format(time.DateOnly), first))
		}
		lines[d.date] = line
		in.daily.days = append(in.daily.days, d)
	}
	if len(in.daily.days) == 0 {
		return fault.Errorf(fault.BadInput, "reading %s: no day of rates", in.name).Hint(getIt)
	}
	slices.SortFunc(in.daily.days, func(a, b day) int { return a.date.Compare(b.date) })
	return nil
}

func (in *reader) day(row []string) (day, error) {
	if want := len(in.daily.currencies) + 1; len(row) != want {
		return day{}, in.bad(0, "Date", fault.Errorf(fault.BadInput, "the row has %d fields, %d expected", len(row), want))
	}
	date, err := time.Parse(time.DateOnly, strings.TrimSpace(row[0]))
	if err != nil || date.Year() < 1999 || date.Year() > 2999 {
		return day{}, in.bad(0, "Date", fault.Errorf(fault.BadInput, "%q is not a date such as 2022-03-01, in 1999 or later", row[0]))
	}
	d := day{date, make([]money.Rate, len(in.daily.currencies))}
	for i, cell := range row[1:] {
		if cell = strings.TrimSpace(cell); cell == "N/A" {
			continue
		}
		if d.rates[i], err = money.ParseRate(cell); err != nil {
			return day{}, in.bad(i+1, string(in.daily.currencies[i]), err)
		}
	}
	return d, nil
}

func (in *reader) bad(column int, field string, err error) error {
	line, _ := in.rows.FieldPos(column)
	return fault.Errorf(fault.BadInput, "reading %s line %d, field %s: %w", in.name, line, field, err)
}
