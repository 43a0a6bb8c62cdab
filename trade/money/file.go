package money

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"detour/fault"
	"detour/trade/period"
)

// A rates file is a CSV file in one of two layouts, told apart by the header (docs/format/rates.md):
// long, with the columns currency, month, rate, or wide, with currency, year and a column a month,
// 01 to 12, in which an empty cell is a rate that is not held.

// monthColumns are the names of the wide layout's columns of rates.
var monthColumns = [12]string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"}

// ReadRates reads a rates file. Columns are found by name, in any order, and further ones ignored; lines
// that begin with # are comments. The first row that cannot be read is bad input that names the
// file, the line and the field; name is also what Source gives.
func ReadRates(r io.Reader, name string) (*Rates, error) {
	rows := csv.NewReader(skipMark(r))
	rows.Comment = '#'
	rows.ReuseRecord = true
	in := &ratesFile{name: name, rows: rows, rates: &Rates{source: name, months: map[Currency]map[period.Period]Rate{}}}
	if err := in.read(); err != nil {
		return nil, err
	}
	return in.rates, nil
}

// skipMark takes a byte-order mark off the beginning.
func skipMark(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	if head, err := b.Peek(3); err == nil && string(head) == "\uFEFF" {
		b.Discard(3) // cannot fail: the bytes have been seen
	}
	return b
}

// ratesFile is a rates file being read.
type ratesFile struct {
	name  string
	rows  *csv.Reader
	row   []string
	at    map[string]int // column by header name
	rates *Rates
}

func (f *ratesFile) read() error {
	if err := f.next(); err != nil {
		return f.ending(err)
	}
	f.at = map[string]int{}
	for i, column := range f.row {
		f.at[strings.TrimSpace(column)] = i
	}
	cells := f.long
	if _, wide := f.at["year"]; wide {
		cells = f.wide
	}
	if err := f.complete(); err != nil {
		return err
	}
	for {
		if err := f.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := cells(); err != nil {
			return err
		}
	}
}

// complete holds the header against the columns that its layout needs.
func (f *ratesFile) complete() error {
	needed := []string{"currency", "month", "rate"}
	if _, wide := f.at["year"]; wide {
		needed = append([]string{"currency", "year"}, monthColumns[:]...)
	}
	for _, column := range needed {
		if _, ok := f.at[column]; !ok {
			return fault.Errorf(fault.BadInput, "reading %s: the header has no column %q", f.name, column).
				Hint("a rates file begins with the header currency,month,rate")
		}
	}
	return nil
}

func (f *ratesFile) next() (err error) {
	f.row, err = f.rows.Read()
	if malformed, ok := errors.AsType[*csv.ParseError](err); ok {
		return fault.Errorf(fault.BadInput, "reading %s line %d: %w", f.name, malformed.Line, malformed.Err).
			Hint("every row needs as many fields as the header")
	}
	if err != nil && err != io.EOF {
		return fault.Errorf(fault.Unavailable, "reading %s: %w", f.name, err)
	}
	return err
}

// ending turns the end of a file without a header into an error.
func (f *ratesFile) ending(err error) error {
	if err == io.EOF {
		return fault.Errorf(fault.BadInput, "reading %s: the file is empty", f.name).Hint("a rates file begins with the header currency,month,rate")
	}
	return err
}

// long takes a row of the long layout.
func (f *ratesFile) long() error {
	month, err := period.Parse(f.field("month"))
	if err != nil {
		return f.bad("month", err)
	}
	return f.cell(month, "month", "rate")
}

// wide takes a row of the wide layout.
func (f *ratesFile) wide() error {
	year, err := period.Parse(f.field("year"))
	if err == nil && !year.IsYear() {
		err = fault.Errorf(fault.BadInput, "%q is not a year", f.field("year")).Hint("write 2022")
	}
	if err != nil {
		return f.bad("year", err)
	}
	for i, column := range monthColumns {
		if f.field(column) == "" {
			continue
		}
		if err := f.cell(period.Month(year.Year(), i+1), "year", column); err != nil {
			return err
		}
	}
	return nil
}

// cell keeps the row's rate in the named column for the month.
func (f *ratesFile) cell(month period.Period, monthColumn, rateColumn string) error {
	currency, err := ParseCurrency(f.field("currency"))
	if err != nil {
		return f.bad("currency", err)
	}
	rate, err := ParseRate(f.field(rateColumn))
	if err != nil {
		return f.bad(rateColumn, err)
	}
	if err := f.rates.put(Entry{currency, month, rate}); err != nil {
		return f.bad(monthColumn, err)
	}
	return nil
}

func (f *ratesFile) field(column string) string { return strings.TrimSpace(f.row[f.at[column]]) }

func (f *ratesFile) bad(column string, err error) error {
	line, _ := f.rows.FieldPos(f.at[column])
	return fault.Errorf(fault.BadInput, "reading %s line %d, field %s: %w", f.name, line, column, err)
}

// Encode writes the table in the long layout, by currency and month.
func (r *Rates) Encode(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "currency,month,rate")
	for _, c := range r.Currencies() {
		first, last := r.Months(c)
		for _, m := range (period.Range{From: first, To: last}).Periods() {
			if rate := r.months[c][m]; rate.Held() {
				fmt.Fprintf(out, "%s,%s,%s\n", c, m, rate)
			}
		}
	}
	return out.Flush()
}

// EncodeTable writes the months of the range in the wide layout, by currency and year, under comments
// that give the lines of heading. Years in which a currency has no rate are left out.
func (r *Rates) EncodeTable(w io.Writer, months period.Range, heading ...string) error {
	months = months.Months()
	out := bufio.NewWriter(w)
	for _, line := range heading {
		fmt.Fprintf(out, "# %s\n", line)
	}
	fmt.Fprintf(out, "currency,year,%s\n", strings.Join(monthColumns[:], ","))
	for _, c := range r.Currencies() {
		for y := months.From.Year(); y <= months.To.Year(); y++ {
			if row := r.year(c, y, months); slices.ContainsFunc(row, Rate.Held) {
				fmt.Fprintf(out, "%s,%d", c, y)
				for _, rate := range row {
					fmt.Fprintf(out, ",%s", rate)
				}
				fmt.Fprintln(out)
			}
		}
	}
	return out.Flush()
}

// year gives the twelve rates of a year, those outside the months empty.
func (r *Rates) year(c Currency, year int, months period.Range) []Rate {
	row := make([]Rate, len(monthColumns))
	for i := range row {
		if m := period.Month(year, i+1); months.Contains(m) {
			row[i] = r.months[c][m]
		}
	}
	return row
}
