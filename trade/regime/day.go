package regime

import (
	"fmt"
	"time"

	"detour/fault"
)

// Day is a calendar day written as YYYYMMDD: 20230601. The zero value is no day. Days order by their number.
type Day int32

// ParseDay reads `2023-06-01`.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 {
		return 0, fault.Errorf(fault.BadInput, "%q is not a day", s).Hint("write 2023-06-01")
	}
	return Day(t.Year()*10000 + int(t.Month())*100 + t.Day()), nil
}

// String gives `2023-06-01`, empty for no day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}

// Year gives the calendar year.
func (d Day) Year() int { return int(d) / 10000 }

// String gives `2023-06-01`, or `<2023-06-01` for a day by which something had begun.
func (b Bound) String() string {
	if b.Latest {
		return "<" + b.Day.String()
	}
	return b.Day.String()
}

// String gives `2023-06-01..2023-06-30`, without the last day while open.
func (s Span) String() string { return s.From.String() + ".." + s.Until.String() }
