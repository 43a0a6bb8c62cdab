// Package period is the time of trade statistics: a month or a whole year, and ranges of them.
package period

import (
	"fmt"
	"strconv"
	"strings"

	"detour/fault"
)

// Period is a month or a year, written as YYYYMM, month 00 meaning the whole year: 202203 is March
// 2022, 202200 is 2022. The zero value is no period. Periods of one frequency order by their number.
type Period int32

// Month gives the period of month m (1 to 12) of year y.
func Month(y, m int) Period { return Period(y*100 + m) }

// Year gives the period of the whole year y.
func Year(y int) Period { return Period(y * 100) }

// Parse reads `2022-03`, `202203`, `2022` or `202252` (the annual codes of Comext and, with month
// 52, of Comtrade). Anything else, and years before 1900 or after 2999, is bad input.
func Parse(s string) (Period, error) {
	digits := s
	if len(s) == 7 && s[4] == '-' {
		digits = s[:4] + s[5:]
	}
	n, err := strconv.Atoi(digits)
	if err != nil || (len(digits) != 4 && len(digits) != 6) || strings.ContainsAny(digits, "+-") {
		return 0, badPeriod(s)
	}
	if len(digits) == 4 {
		n *= 100
	}
	y, m := n/100, n%100
	if m == 52 {
		m = 0
	}
	if y < 1900 || y > 2999 || m > 12 || (len(s) == 7 && m == 0) {
		return 0, badPeriod(s)
	}
	return Period(y*100 + m), nil
}

func badPeriod(s string) error {
	return fault.Errorf(fault.BadInput, "period %q is neither a month nor a year", s).Hint("write 2022-03 or 2022")
}

// Year gives the calendar year.
func (p Period) Year() int { return int(p) / 100 }

// Month gives the month, 1 to 12, or 0 for a whole year.
func (p Period) Month() int { return int(p) % 100 }

// IsYear tells whether the period is a whole year.
func (p Period) IsYear() bool { return p.Month() == 0 }

// String gives `2022-03` or `2022`.
func (p Period) String() string {
	if p.IsYear() {
		return strconv.Itoa(p.Year())
	}
	return fmt.Sprintf("%04d-%02d", p.Year(), p.Month())
}

// Add gives the period n steps later: months for a month, years for a year.
func (p Period) Add(n int) Period {
	if p.IsYear() {
		return Year(p.Year() + n)
	}
	i := p.Year()*12 + p.Month() - 1 + n
	return Month(i/12, i%12+1)
}

// InYear gives the same month (or the whole year) in year y.
func (p Period) InYear(y int) Period { return Period(y*100 + p.Month()) }

// Sub gives the number of steps from q to p. Both must have the same frequency.
func (p Period) Sub(q Period) int {
	if p.IsYear() {
		return p.Year() - q.Year()
	}
	return p.Year()*12 + p.Month() - q.Year()*12 - q.Month()
}

// Range is a closed range of periods of one frequency, From not after To.
type Range struct{ From, To Period }

// ParseRange reads `2022-03..2022-11`, `2019..2021`, or a single period.
func ParseRange(s string) (Range, error) {
	a, b, two := strings.Cut(s, "..")
	if !two {
		b = a
	}
	from, err := Parse(a)
	if err != nil {
		return Range{}, err
	}
	to, err := Parse(b)
	if err != nil {
		return Range{}, err
	}
	if from.IsYear() != to.IsYear() || from > to {
		return Range{}, fault.Errorf(fault.BadInput, "range %q does not run from an earlier to a later period of the same kind", s).
			Hint("write 2022-03..2022-11 or 2019..2021")
	}
	return Range{from, to}, nil
}

// String gives the range as ParseRange reads it.
func (r Range) String() string {
	if r.From == r.To {
		return r.From.String()
	}
	return r.From.String() + ".." + r.To.String()
}

// Periods lists the range's periods in order.
func (r Range) Periods() []Period {
	out := make([]Period, 0, r.To.Sub(r.From)+1)
	for p := r.From; p <= r.To; p = p.Add(1) {
		out = append(out, p)
	}
	return out
}

// Months gives the range month by month: whole years are spelt out as their twelve months.
func (r Range) Months() Range {
	if !r.From.IsYear() {
		return r
	}
	return Range{Month(r.From.Year(), 1), Month(r.To.Year(), 12)}
}

// Years gives the whole years of the range and whether it is made of whole years only:
// 2022 and 2022-01..2022-12 are, 2022-03..2022-11 is not.
func (r Range) Years() (Range, bool) {
	if r.From.IsYear() {
		return r, true
	}
	return Range{Year(r.From.Year()), Year(r.To.Year())}, r.From.Month() == 1 && r.To.Month() == 12
}

// Contains tells whether p, of the range's frequency, lies in it.
func (r Range) Contains(p Period) bool { return r.From <= p && p <= r.To }
