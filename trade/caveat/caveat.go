// Package caveat holds the reservations that travel with a number.
package caveat

import (
	"cmp"
	"slices"
)

// Code names a kind of caveat. Screens and tests rely on it; the text is for people.
type Code string

// The kinds of caveat.
const (
	NotReported       Code = "not-reported"         // a reporter's month is missing, not zero
	NotHeld           Code = "not-held"             // the lake does not hold what was asked
	EditionBreak      Code = "edition-break"        // the code changed its meaning or number between editions
	PredecessorAbsent Code = "predecessor-not-held" // the code is new and what it was before is not in the lake
	Ended             Code = "ended"                // the code has a base but no trade in the period: it may live on under another
	NoBase            Code = "no-comparable-base"   // nothing to compare with
	Confidential      Code = "confidential"         // trade under secret codes or partners
	PartnerUnknown    Code = "partner-not-specified"
	ThinSeries        Code = "thin-series"
	Currency          Code = "currency"
	Aggregated        Code = "aggregate-reporter" // the group answered as one reporter
	Substituted       Code = "wider-comparison"   // growth was taken from a wider heading
	PriceThreshold    Code = "price-threshold"    // banned only above a unit price
	Overlap           Code = "overlap"
	Simulated         Code = "simulated"
	Imputed           Code = "imputed"
	MissingAsZero     Code = "missing-as-zero"
	Method            Code = "method"
)

// Caveat is one reservation. Scope says what it is about (an area, a code, a month), in the
// project's own codes, and may be empty for the whole answer.
type Caveat struct {
	Code  Code
	Scope string
	Text  string
}

// Merge gives the union of lists, without repeats, in the order of code, scope, text.
func Merge(lists ...[]Caveat) []Caveat {
	all := slices.Concat(lists...)
	slices.SortFunc(all, compare)
	return slices.Compact(all)
}

func compare(a, b Caveat) int {
	return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Text, b.Text))
}
