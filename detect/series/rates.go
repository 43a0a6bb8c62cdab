package series

import (
	"cmp"
	"errors"

	"detour/fault"
	"detour/trade/flow"
	"detour/trade/money"
	"detour/trade/period"
)

// Convert gives an amount in the question's currency; other measures and the currency itself pass. An error of
// kind NotFound is of a rate that is not held. A function given to Sum or EachQuery returns it as it is: the
// reading goes on, and the error of the earliest month and then the first currency is what comes of it.
func (r *Reader) Convert(n int64, from money.Currency, p period.Period) (int64, error) {
	if r.Q.Measure != flow.Value || from == r.Currency {
		return n, nil
	}
	out, err := r.rates.Convert(n, from, r.Currency, p)
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

// ratesMissing lets reading go on where a rate is missing, and keeps the error of the earliest month and then
// the first currency: which of several is named must not depend on the order in which the store gives its rows.
type ratesMissing struct{ first *noRate }

// pass keeps the error of a missing rate, and gives any other back.
func (m *ratesMissing) pass(err error) error {
	var e *noRate
	if !errors.As(err, &e) {
		return err
	}
	if m.first == nil || cmp.Or(cmp.Compare(e.period, m.first.period), cmp.Compare(e.currency, m.first.currency)) < 0 {
		m.first = e
	}
	return nil
}

// err is the error kept, nil where no rate was missing.
func (m *ratesMissing) err() error {
	if m.first == nil {
		return nil
	}
	return m.first
}
