package ecb

import (
	"io"
	"time"

	"detour/fault"
	"detour/trade/money"
	"detour/trade/period"
)

// Monthly gives the monthly averages: the mean of the month's daily rates, as the ECB takes it, kept to
// money.MeanDecimals decimals. A month has no average for a currency that was quoted on fewer than half
// of the month's days in the file (the rouble on 2022-03-01 alone), and none for any currency where the
// file ends before the month does or begins after it has begun.
func (d Daily) Monthly() (*money.Rates, error) {
	var entries []money.Entry
	for _, m := range d.months() {
		for i, c := range d.currencies {
			quotes := m.quotes(i)
			if len(quotes)*2 < len(m.days) {
				continue
			}
			mean, err := money.MeanRate(quotes)
			if err != nil {
				return nil, fault.Errorf(fault.KindOf(err), "averaging %s in %s: %w", c, m.period, err)
			}
			entries = append(entries, money.Entry{Currency: c, Month: m.period, Rate: mean})
		}
	}
	return money.NewRates(origin, entries)
}

const origin = "ECB euro foreign exchange reference rates, monthly averages of the daily rates"

// month is the days of a month, never none.
type month struct {
	period period.Period
	days   []day
}

// quotes lists the rates that column i has in the month.
func (m month) quotes(i int) []money.Rate {
	var quotes []money.Rate
	for _, d := range m.days {
		if d.rates[i].Held() {
			quotes = append(quotes, d.rates[i])
		}
	}
	return quotes
}

// months groups the days and leaves out a first or last month that the file holds in part.
func (d Daily) months() []month {
	var months []month
	for _, day := range d.days {
		p := period.Month(day.date.Year(), int(day.date.Month()))
		if n := len(months); n == 0 || months[n-1].period != p {
			months = append(months, month{period: p})
		}
		last := &months[len(months)-1]
		last.days = append(last.days, day)
	}
	if n := len(months); n > 0 && quotedLater(months[n-1]) {
		months = months[:n-1]
	}
	if len(months) > 0 && quotedEarlier(months[0]) {
		months = months[1:]
	}
	return months
}

// quotedLater tells whether the month has a quotation day after its last day held.
func quotedLater(m month) bool {
	last := m.days[len(m.days)-1].date
	for d := last.AddDate(0, 0, 1); d.Month() == last.Month(); d = d.AddDate(0, 0, 1) {
		if isQuotationDay(d) {
			return true
		}
	}
	return false
}

// quotedEarlier tells whether the month has a quotation day before its first day held.
func quotedEarlier(m month) bool {
	first := m.days[0].date
	for d := first.AddDate(0, 0, -1); d.Month() == first.Month(); d = d.AddDate(0, 0, -1) {
		if isQuotationDay(d) {
			return true
		}
	}
	return false
}

// isQuotationDay tells whether the ECB sets rates on a day: every day on which TARGET is open, by its
// calendar since 2000 (weekdays but New Year, Good Friday, Easter Monday, 1 May, 25 and 26 December).
// 2001-12-31, a closing day of that year alone, counts as open.
func isQuotationDay(d time.Time) bool {
	switch d.Format("01-02") {
	case "01-01", "05-01", "12-25", "12-26":
		return false
	}
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	sunday := easter(d.Year())
	return !d.Equal(sunday.AddDate(0, 0, -2)) && !d.Equal(sunday.AddDate(0, 0, 1))
}

// easter is Easter Sunday in the Gregorian calendar, by the anonymous algorithm (Nature, 20 April
// 1876; Meeus, Astronomical Algorithms, chapter 8).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (b - (b+8)/25 + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

// BuildTable writes the monthly averages from the first to the last month (or whole year) as a rates
// file in the wide layout; for 2010 to 2025 of the ECB's own file these are the bytes that package money
// embeds. A month without an average of any currency is an error of kind NotFound.
func BuildTable(w io.Writer, d Daily, from, to period.Period) error {
	if from.IsYear() != to.IsYear() || from > to {
		return fault.Errorf(fault.BadInput, "months %s to %s do not run from an earlier to a later one", from, to)
	}
	rates, err := d.Monthly()
	if err != nil {
		return err
	}
	held := map[period.Period]bool{}
	for _, m := range d.months() {
		held[m.period] = true
	}
	months := period.Range{From: from, To: to}.Months()
	for _, m := range months.Periods() {
		if !held[m] {
			return fault.Errorf(fault.NotFound, "the reference file does not hold the whole of %s", m).Hint("take a newer file, or end the table earlier")
		}
	}
	return rates.EncodeTable(w, months,
		"Monthly averages "+months.String()+" of the daily euro foreign exchange reference rates of the European Central Bank:",
		"units of the currency for one euro. Source: ECB, https://www.ecb.europa.eu/stats/eurofxref/. Layout: docs/format/rates.md.")
}
