// Package mirror holds what exporters say they sent to hubs beside what the hubs say they received of it: pair by
// pair of exporter, hub, goods and period, with the margin between the exporter's price (FOB) and the importer's
// (CIF), the lag between the two statements, and how well each reporter agrees with its partners
// (docs/method/ghost.md). Missing is not zero: a cell that one side does not cover is no pair, and is stated apart.
package mirror

import (
	"detour/detect/series"
	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/money"
)

// Question is what exporters sent to hubs (series.Question, of exports), and how the hubs' mirror is read. A base is
// not needed.
type Question struct {
	series.Question
	// Mirror limits the data sets that may speak for the hubs, as Source does for the exporters.
	Mirror string
	// Margins are the CIF/FOB margins to compute with, the one in use first.
	Margins []Margin
	// Lag is by how many months a hub's imports are taken later than the exports, 0 to MostLag; FitLag chooses
	// for each hub. Annual figures have none.
	Lag int
}

// Lags between the month of export and that of import.
const (
	FitLag  = -1
	MostLag = 2
)

// Cell is one exporter, hub, code and slot of the question that both sides state, in hundredths of the
// currency. A slot in which one of the base years is lacking on a side is left out on both.
type Cell struct {
	series.Key
	Exports int64 // as the exporter states them, FOB
	Imports int64 // as the hub states them, CIF unless its office says otherwise
	// Corrected are the imports divided by 1 + the margin, for each of Question.Margins.
	Corrected []int64
	// Base is the mean of the base years, zero without any.
	Base Base
}

// Base is a Cell's three figures in the mean of the base years.
type Base struct {
	Exports, Imports int64
	Corrected        []int64
}

// Hub says how one hub's mirror was read.
type Hub struct {
	Hub     area.Code
	Dataset string // empty where the hub is silent
	Lag     int    // months
	// Others are further data sets that state the hub's imports and were not used.
	Others []string
	// Silent is why there is no mirror at all; empty where there is one.
	Silent string
	// OneSided are exports in the period that have no mirror, in hundredths: of hubs and months that are silent, and
	// of cells that the hub does not cover. They are in no cell.
	OneSided int64
	// Unsent are imports in the period of which the exporter's side is not held.
	Unsent int64
}

// Result is every pair of the question.
type Result struct {
	Question Question // with its defaults filled in
	Version  lake.Version
	Currency money.Currency
	// Digits is the level at which both sides state goods, 0 for totals.
	Digits int
	// Annual tells that pairs are of whole years.
	Annual bool
	Cells  []Cell // by key
	Hubs   []Hub  // by code
	Fit    *Fit   // where a margin is fitted
	// Past are the sums of both sides over the question's slots in years before the event, by hub and year.
	Past    map[area.Code]map[int]Sides
	Caveats []caveat.Caveat
	Sources []lake.Segment
}

// Sides are both statements about the same trade.
type Sides struct{ Exports, Imports int64 }

func (q Question) check() error {
	switch {
	case q.Measure != "" && q.Measure != flow.Value:
		return fault.Errorf(fault.BadInput, "mirrors compare values, not %s", q.Measure)
	case q.Direction != "" && q.Direction != flow.Export:
		return fault.Errorf(fault.BadInput, "a mirror is asked from the exporters' side")
	case len(q.Margins) == 0:
		return fault.Errorf(fault.BadInput, "no CIF/FOB margin is given")
	case q.Lag < FitLag || q.Lag > MostLag:
		return fault.Errorf(fault.BadInput, "a lag of %d months is not between 0 and %d", q.Lag, MostLag)
	case q.Digits < 0:
		return fault.Errorf(fault.BadInput, "goods of %d digits do not exist", q.Digits)
	}
	return nil
}
