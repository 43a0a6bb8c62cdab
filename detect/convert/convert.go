// Package convert says amounts in the currency of a question and, where rates are missing, which of them is
// named: the same one in whatever order a store gives its rows.
package convert

import (
	"cmp"
	"errors"

	"detour/fault"
	"detour/trade/money"
	"detour/trade/period"
)

// To gives an amount of the period in another currency; its own passes as it is. An error of kind NotFound is of
// a rate that is not held, and Missing keeps it.
func To(to money.Currency, rates *money.Rates, n int64, from money.Currency, p period.Period) (int64, error) {
	if from == to {
		return n, nil
	}
	out, err := rates.Convert(n, from, to, p)
	if fault.KindOf(err) == fault.NotFound {
		return 0, &noRate{err, p, from}
	}
	return out, err
}

// noRate is the error of an amount that could not be converted, with what says which of several comes first.
type noRate struct {
	error
	period   period.Period
	currency money.Currency
}

func (e *noRate) Unwrap() error { return e.error }

// Missing lets reading go on where a rate is missing, and keeps the error of the earliest month and then the first
// currency. Its zero value is ready; it is used by one goroutine.
type Missing struct{ first *noRate }

// Pass keeps the error of a missing rate, and gives any other back.
func (m *Missing) Pass(err error) error {
	var e *noRate
	if !errors.As(err, &e) {
		return err
	}
	if m.first == nil || cmp.Or(cmp.Compare(e.period, m.first.period), cmp.Compare(e.currency, m.first.currency)) < 0 {
		m.first = e
	}
	return nil
}

// Err is the error kept, nil where no rate was missing.
func (m *Missing) Err() error {
	if m.first == nil {
		return nil
	}
	return m.first
}
