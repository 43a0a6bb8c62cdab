// Package account measures exports above normal growth: what exporters reported to hubs, less a baseline
// of what they would have exported, exactly summed, with the reservations that the data call for
// (docs/method/account.md).
package account

import (
	"cmp"
	"slices"

	"detour/detect/ledger"
	"detour/detect/series"
	"detour/fault"
)

// Question is what an account is asked. Its zero values are the defaults named below.
type Question struct {
	series.Question
	Baseline string // ID of a Baseline
	// Comparison says which destinations tell normal growth: Default or AllPartners.
	Comparison Comparison
	// By are further breakdowns: crosses of dimensions, in the order of series.Dimensions. One that the account has is no further one.
	By [][]series.Dimension
	// Positive, if not empty, sums the positive parts of the cells of these dimensions, goods among them cut to
	// PositiveDigits, or as breakdowns where that is 0.
	Positive       []series.Dimension
	PositiveDigits int
	Specifications Specifications
	// Level of the interval, 0.9 by default.
	Level float64
}

// Comparison is a choice of comparison destinations.
type Comparison string

// The comparisons.
const (
	DefaultComparison Comparison = "default"
	AllPartners       Comparison = "all"
)

// Specifications says how many other specifications are computed beside the one asked.
type Specifications string

// The choices; DefaultSpecs are at most MostDefaultSpecs.
const (
	NoSpecs      Specifications = "none"
	DefaultSpecs Specifications = "default"
	AllSpecs     Specifications = "all"
)

// MostDefaultSpecs bounds the specification curve of the default choice.
const MostDefaultSpecs = 24

func (q Question) check() error {
	if len(q.Years()) == 0 {
		return fault.Errorf(fault.BadInput, "the account needs base years").Hint("give --base 2021 or --base 2019..2021")
	}
	if q.Digits < 0 || q.PositiveDigits < 0 {
		return fault.Errorf(fault.BadInput, "codes of less than no digits do not exist")
	}
	if !(q.Level >= 0 && q.Level < 1) {
		return fault.Errorf(fault.BadInput, "the level %g of the interval is not between 0 and 1", q.Level).Hint("give --level 0.9")
	}
	if slices.ContainsFunc(slices.Concat(q.By, [][]series.Dimension{q.Positive}), repeated) {
		return fault.Errorf(fault.BadInput, "a breakdown names a dimension twice").Hint("use each of exporter, hub, goods, month once")
	}
	return nil
}

// crosses are the breakdowns asked for besides those by one dimension, each once.
func (q Question) crosses() [][]series.Dimension {
	var out [][]series.Dimension
	for _, by := range q.By {
		if len(by) > 1 && !slices.ContainsFunc(out, func(o []series.Dimension) bool { return slices.Equal(o, by) }) {
			out = append(out, by)
		}
	}
	return out
}

// positive is the level of the cells whose positive parts are summed; without dimensions, the sum is net.
func (q Question) positive() ledger.Level {
	l := ledger.Level{By: q.Positive}
	if slices.Contains(q.Positive, series.Goods) {
		l.Digits = cmp.Or(q.PositiveDigits, q.Digits)
	}
	return l
}

func repeated(dims []series.Dimension) bool {
	sorted := slices.Sorted(slices.Values(dims))
	return len(slices.Compact(sorted)) != len(dims)
}
