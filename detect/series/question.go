// Package series reads what reporters stated for a question: which data set serves each reporter, which
// months are comparable, and the exact sums by cell, slot by slot (docs/method/account.md). Every detector
// that asks about flows over time reads them here, so that nothing is added twice and missing is never zero.
package series

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

// Question says which flows are asked about. Its zero values are the defaults named below.
type Question struct {
	// Direction is Export, or Import. Imports are read from those who receive: From are then the hubs, who report,
	// and To the exporters, their partners.
	Direction flow.Direction
	From, To  []Party
	Goods     goods.Selection
	Period    period.Range // months, or whole years
	Base      period.Range // whole years before the period; the zero range asks about the period alone
	// MissingAsZero counts a month that was not reported as no trade, as published accounts do.
	MissingAsZero bool
	Measure       flow.Measure   // Value
	Currency      money.Currency // empty: the sources' own if single, else EUR
	// Digits cuts the codes of the breakdowns by goods; 0 leaves them as stated.
	Digits int
	// Source limits the data sets that may serve: a source ("comext"), a data set ("comext/bulk"), or several
	// with commas between.
	Source string
	// Annual lets only figures of whole years serve.
	Annual bool
	// Event is the month before which history is free of diversion; methods.md calls it T0.
	Event period.Period
}

// Invasion is the first whole month after 2022-02-24: the default event.
const Invasion = period.Period(202203)

func (q Question) check() error {
	switch {
	case q.Direction != "" && q.Direction != flow.Export && q.Direction != flow.Import:
		return fault.Errorf(fault.BadInput, "re-flows (%s) are parts of exports and imports, and are not read apart", q.Direction)
	case len(q.From) == 0 || len(q.To) == 0:
		return fault.Errorf(fault.BadInput, "the question needs exporters and hubs").Hint("give --from EU27 --to neighbours")
	case q.noBase():
	case !q.Base.From.IsYear():
		return fault.Errorf(fault.BadInput, "the base %s is not whole years", q.Base).Hint("give --base 2021 or --base 2019..2021")
	case q.Base.To.Year() >= q.Period.From.Year():
		return fault.Errorf(fault.BadInput, "the base %s does not end before the period %s begins", q.Base, q.Period).Hint("choose earlier years with --base")
	}
	if err := unmixed(slices.Concat(Members(q.From), Members(q.To))); err != nil {
		return err
	}
	if both := overlap(q.From, q.To); both != "" {
		return fault.Errorf(fault.BadInput, "%s is both %s", both, q.sides())
	}
	return nil
}

// The words for the question's direction.

func (q Question) imports() bool { return q.Direction == flow.Import }

func (q Question) reporter() string {
	if q.imports() {
		return "importer"
	}
	return "exporter"
}

func (q Question) sides() string {
	if q.imports() {
		return "importer and partner"
	}
	return "exporter and hub"
}

func (q Question) tradeWith() string {
	if q.imports() {
		return "imports from these partners"
	}
	return "exports to these hubs"
}

func (q Question) trade(reporter, partners string) string {
	if q.imports() {
		return "imports of " + reporter + " from " + partners
	}
	return "exports of " + reporter + " to " + partners
}

func overlap(from, to []Party) area.Code {
	for _, c := range Members(from) {
		if slices.Contains(Members(to), c) {
			return c
		}
	}
	return ""
}

// Members lists the areas of parties, sorted, each once.
func Members(parties []Party) []area.Code {
	var all []area.Code
	for _, p := range parties {
		all = append(all, p.Members...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// noBase tells a question about the period alone.
func (q Question) noBase() bool { return q.Base == period.Range{} }

// Years lists the base years.
func (q Question) Years() []int {
	var out []int
	if q.noBase() {
		return nil
	}
	for _, p := range q.Base.Periods() {
		out = append(out, p.Year())
	}
	return out
}

// sidesOf lists a slot and what it is compared with.
func (q Question) sidesOf(slot period.Period) []period.Period {
	return append([]period.Period{slot}, Window{Slots: []period.Period{slot}, Years: q.Years()}.BasePeriods(0)...)
}

// inMeasure names a measure that is not the value.
func (q Question) inMeasure() string {
	return map[flow.Measure]string{flow.NetMass: " by net mass (kg)", flow.Quantity: " by supplementary units"}[q.Measure]
}

// slots are the periods of the question in one frequency; years only where it is made of whole years.
func (q Question) slots(annual bool) ([]period.Period, bool) {
	if !annual {
		return q.Period.Months().Periods(), true
	}
	r, whole := q.Period.Years()
	return r.Periods(), whole
}

// unmixed refuses an aggregate beside one of its members: together they would count that member twice.
func unmixed(named []area.Code) error {
	for _, c := range named {
		a, _ := area.Lookup(c) // an area that is not known has no members
		for _, m := range a.Members {
			if slices.Contains(named, m) {
				return fault.Errorf(fault.BadInput, "%s and its member %s are both named", c, m).Hint("name either the aggregate or its members")
			}
		}
	}
	return nil
}
