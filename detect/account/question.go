// Package account measures exports above normal growth: what exporters reported to hubs, less a baseline
// of what they would have exported, exactly summed, with the reservations that the data call for
// (docs/method/account.md).
package account

import (
	"slices"

	"detour/fault"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Party is one thing the user named: an area, or a group with its members at the first period asked.
type Party struct {
	Name    string
	Members []area.Code // sorted
}

// Question is what an account is asked. Its zero values are the defaults named below.
type Question struct {
	From, To []Party
	Goods    goods.Selection
	Period   period.Range // months, or whole years
	Base     period.Range // whole years
	Baseline string       // ID of a Baseline
	// Comparison says which destinations tell normal growth: Default or AllPartners.
	Comparison Comparison
	// MissingAsZero counts a month that was not reported as no trade, as published accounts do.
	MissingAsZero bool
	Measure       flow.Measure   // Value
	Currency      money.Currency // empty: the sources' own if single, else EUR
	// By are further breakdowns: crosses of dimensions.
	By [][]Dimension
	// Digits cuts the codes of the breakdowns by goods; 0 leaves them as stated.
	Digits int
	// Positive, if not empty, sums the positive parts of the cells of these dimensions.
	Positive []Dimension
	// Source limits the data sets that may serve: a source ("comext") or a data set ("comext/bulk").
	Source string
	// Event is the month before which history is free of diversion; methods.md calls it T0.
	Event          period.Period
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

// Dimension is a key of a breakdown.
type Dimension string

// The dimensions.
const (
	Exporter Dimension = "exporter"
	Hub      Dimension = "hub"
	Goods    Dimension = "goods"
	Month    Dimension = "month"
)

// Dimensions lists them in the order in which crosses name them.
func Dimensions() []Dimension { return []Dimension{Exporter, Hub, Goods, Month} }

// Invasion is the first whole month after 2022-02-24: the default event.
const Invasion = period.Period(202203)

func (q Question) check() error {
	switch {
	case len(q.From) == 0 || len(q.To) == 0:
		return fault.Errorf(fault.BadInput, "an account needs exporters and hubs").Hint("give --from EU27 --to neighbours")
	case q.noBase():
	case !q.Base.From.IsYear():
		return fault.Errorf(fault.BadInput, "the base %s is not whole years", q.Base).Hint("give --base 2021 or --base 2019..2021")
	case q.Base.To.Year() >= q.Period.From.Year():
		return fault.Errorf(fault.BadInput, "the base %s does not end before the period %s begins", q.Base, q.Period).Hint("choose earlier years with --base")
	}
	if both := overlap(q.From, q.To); both != "" {
		return fault.Errorf(fault.BadInput, "%s is both exporter and hub", both)
	}
	for _, d := range slices.Concat(q.By, [][]Dimension{q.Positive}) {
		if repeated(d) {
			return fault.Errorf(fault.BadInput, "a breakdown names a dimension twice").Hint("use each of exporter, hub, goods, month once")
		}
	}
	return nil
}

func overlap(from, to []Party) area.Code {
	for _, c := range members(from) {
		if slices.Contains(members(to), c) {
			return c
		}
	}
	return ""
}

func repeated(dims []Dimension) bool {
	sorted := slices.Sorted(slices.Values(dims))
	return len(slices.Compact(sorted)) != len(dims)
}

// members lists the areas of parties, sorted, each once.
func members(parties []Party) []area.Code {
	var all []area.Code
	for _, p := range parties {
		all = append(all, p.Members...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// noBase tells a question about the period alone.
func (q Question) noBase() bool { return q.Base == period.Range{} }

// years lists the base years.
func (q Question) years() []int {
	var out []int
	if q.noBase() {
		return nil
	}
	for _, p := range q.Base.Periods() {
		out = append(out, p.Year())
	}
	return out
}

// slots are the periods of the question in one frequency; years only where it is made of whole years.
func (q Question) slots(annual bool) ([]period.Period, bool) {
	if !annual {
		return q.Period.Months().Periods(), true
	}
	r, whole := q.Period.Years()
	return r.Periods(), whole
}
