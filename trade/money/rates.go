package money

import (
	"maps"
	"math/big"
	"slices"

	"detour/fault"
	"detour/trade/period"
)

// Rates is a table of monthly average rates against the euro, by currency and month. It is immutable
// and safe for concurrent use.
type Rates struct {
	source string
	months map[Currency]map[period.Period]Rate
}

// Entry is one cell of a table of rates.
type Entry struct {
	Currency Currency
	Month    period.Period
	Rate     Rate
}

// NewRates makes a table; source says where it comes from. It is bad input if an entry has no rate, is
// of the euro itself, is not of a month, or repeats the cell of an earlier one.
func NewRates(source string, entries []Entry) (*Rates, error) {
	r := &Rates{source: source, months: map[Currency]map[period.Period]Rate{}}
	for _, e := range entries {
		if err := r.put(e); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *Rates) put(e Entry) error {
	switch {
	case e.Currency == EUR:
		return fault.Errorf(fault.BadInput, "a rate of EUR is given").Hint("rates are units for one euro: the euro's own is always 1, leave it out")
	case !e.Rate.Held():
		return fault.Errorf(fault.BadInput, "the rate of %s for %s is empty", e.Currency, e.Month)
	case e.Month.IsYear():
		return fault.Errorf(fault.BadInput, "the rate of %s is for %s, not for a month", e.Currency, e.Month).Hint("give the twelve months: a year is their mean")
	}
	months := r.months[e.Currency]
	if months == nil {
		months = map[period.Period]Rate{}
		r.months[e.Currency] = months
	}
	if _, twice := months[e.Month]; twice {
		return fault.Errorf(fault.BadInput, "the rate of %s for %s is given twice", e.Currency, e.Month).Hint("keep one of them")
	}
	months[e.Month] = e.Rate
	return nil
}

// Over gives a table with every entry of r and, where r has none, those of base. Neither changes. The
// mean of a year may then mix the two; Source names both.
func (r *Rates) Over(base *Rates) *Rates {
	both := &Rates{source: r.source + ", else " + base.source, months: map[Currency]map[period.Period]Rate{}}
	for _, layer := range []*Rates{base, r} {
		for c, months := range layer.months {
			if both.months[c] == nil {
				both.months[c] = map[period.Period]Rate{}
			}
			maps.Copy(both.months[c], months)
		}
	}
	return both
}

// Source says where the rates come from, for the trail of a figure.
func (r *Rates) Source() string { return r.source }

// Currencies lists, in order, the currencies with at least one rate. The euro, whose rate is always 1,
// is not among them.
func (r *Rates) Currencies() []Currency { return slices.Sorted(maps.Keys(r.months)) }

// Months gives the first and the last month with a rate of c, or zero periods where there is none (and
// for the euro). Months between them may be missing.
func (r *Rates) Months(c Currency) (first, last period.Period) {
	months := slices.Sorted(maps.Keys(r.months[c]))
	if len(months) == 0 {
		return 0, 0
	}
	return months[0], months[len(months)-1]
}

// Rate gives the units of c for one euro: the average of a month or, for a year, the exact mean of its
// twelve monthly rates, all of which must be held. The euro's is 1. A rate that is not held is an error
// of kind NotFound that names the currency and the month. The fraction belongs to the caller.
func (r *Rates) Rate(c Currency, p period.Period) (*big.Rat, error) {
	if c == EUR {
		return big.NewRat(1, 1), nil
	}
	months := period.Range{From: p, To: p}.Months().Periods()
	rates := make([]Rate, len(months))
	for i, m := range months {
		rates[i] = r.months[c][m]
		if !rates[i].Held() {
			return nil, r.missing(c, m, p)
		}
	}
	return meanOf(rates), nil
}

func (r *Rates) missing(c Currency, month, asked period.Period) error {
	held := "none is held"
	if first, last := r.Months(c); first != 0 {
		held = "held from " + first.String() + " to " + last.String()
	}
	wanted := ""
	if asked != month {
		wanted = ", needed for the mean of " + asked.String()
	}
	return fault.Errorf(fault.NotFound, "no rate of %s for %s%s (%s: %s)", c, month, wanted, r.source, held).
		Hint("give it with --rates FILE, a CSV file of currency,month,rate in units of the currency for one euro")
}

// Convert gives hundredths of from in hundredths of to at the rates of p (see Rate), as one exact
// fraction rounded once, half to even. An amount in its own currency is returned as it is, whether or
// not a rate is held. A result that leaves int64 is bad input.
func (r *Rates) Convert(hundredths int64, from, to Currency, p period.Period) (int64, error) {
	if from == to {
		return hundredths, nil
	}
	per, err := r.Rate(from, p)
	if err != nil {
		return 0, err
	}
	buys, err := r.Rate(to, p)
	if err != nil {
		return 0, err
	}
	num := new(big.Int).Mul(buys.Num(), per.Denom())
	den := new(big.Int).Mul(buys.Denom(), per.Num())
	rounded := roundHalfEven(num.Mul(num, big.NewInt(hundredths)), den)
	if !rounded.IsInt64() {
		return 0, fault.Errorf(fault.BadInput, "%d hundredths of %s for %s leave int64 in %s", hundredths, from, p, to)
	}
	return rounded.Int64(), nil
}
