package main

import (
	"io"
	"iter"
	"math/rand/v2"
	"slices"

	"detour/source/comext"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// writeInvented writes the invented table: trade that nobody did, in the shape of a Comext bulk file. What
// it shows is made up on purpose: listed goods that fall away to the target in March 2022 and rise in the
// hubs one to three months later, prices that rise, a code that is born in 2022, and an exporter whose
// last month but one has not been reported. All of it is integer arithmetic, so that every machine writes the same bytes.
func writeInvented(w io.Writer) error { return comext.EncodeBulk(w, inventedFlows()) }

// The table runs from 2020-01 to 2022-12; listed goods to the target are banned in March 2022.
const (
	firstMonth = period.Period(202001)
	lastMonth  = period.Period(202212)
	banned     = period.Period(202203)
)

// notReported is the month that one exporter has not reported yet.
var notReported = struct {
	exporter area.Code
	month    period.Period
}{"NL", 202211}

// place is a partner. Its size is relative; pull is the factor, per mille, that listed goods reach in 2022.
type place struct {
	code  area.Code
	size  int64
	pull  int64
	delay int // months between the ban and the first increase
}

func places() []place {
	return []place{
		{"AM", 60, 2900, 1}, {"AZ", 90, 1150, 0}, {"BY", 300, 650, 0}, {"GE", 110, 1900, 2}, {"KG", 25, 5600, 2},
		{"KZ", 260, 2300, 1}, {"RU", 1500, 160, 0}, {"UZ", 120, 1700, 3}, {"VN", 200, 1180, 0},
	}
}

// ware is a product of the table. A unit is a piece or a kilogram.
type ware struct {
	code, until2021 goods.Code // until2021 is its code before 2022, empty where it is the same
	pieces          bool
	cents           int64 // price of a unit in 2020
	grams           int64 // net mass of a unit
	units           int64 // relative size
	listed          bool  // banned towards the target
	makers          []area.Code
}

func wares() []ware {
	return []ware{
		{"30049000", "", false, 9000, 1000, 900, false, []area.Code{"DE", "IT", "NL", "PL"}},
		{"84713000", "", true, 61000, 1900, 260, true, []area.Code{"CZ", "DE", "LT", "NL", "PL"}},
		{"84822000", "", false, 1100, 1000, 1500, true, []area.Code{"CZ", "DE", "IT"}},
		{"85171300", "85171200", true, 33000, 220, 420, true, []area.Code{"CZ", "DE", "LT", "LV", "NL"}},
		{"85176200", "", false, 14000, 1000, 320, true, []area.Code{"DE", "LT", "LV", "NL", "PL"}},
		{"85423190", "", true, 1400, 8, 2600, true, []area.Code{"CZ", "DE", "LT", "NL"}},
		{"87032319", "", true, 2450000, 1600000, 20, true, []area.Code{"DE", "IT", "LT", "PL"}},
	}
}

// eagerness is, per mille, how much of a hub's new demand an exporter takes up beside its size.
func eagerness(e area.Code) (size, pull int64) {
	switch e {
	case "DE":
		return 1000, 1000
	case "LT":
		return 240, 1900
	case "LV":
		return 180, 1500
	case "PL":
		return 520, 1350
	case "CZ":
		return 430, 1150
	case "IT":
		return 560, 700
	default:
		return 610, 600
	}
}

// inventedFlows gives the rows in the order of their key, each a function of its place in the order alone.
func inventedFlows() iter.Seq[flow.Flow] {
	return func(yield func(flow.Flow) bool) {
		chance := rand.New(rand.NewPCG(2022, 3))
		for _, e := range exporters() {
			for _, p := range places() {
				for _, w := range wares() {
					if slices.Contains(w.makers, e) && !series(e, p, w, chance, yield) {
						return
					}
				}
			}
		}
	}
}

func exporters() []area.Code {
	var all []area.Code
	for _, w := range wares() {
		all = append(all, w.makers...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// series yields one exporter's exports of one ware to one place, month by month.
func series(e area.Code, p place, w ware, chance *rand.Rand, yield func(flow.Flow) bool) bool {
	size, pull := eagerness(e)
	for m := firstMonth; m <= lastMonth; m = m.Add(1) {
		noise := 700 + chance.Int64N(600) + chance.Int64N(200) // per mille, 1100 in the mean
		n := w.units * p.size * size / 1000 / 100
		for _, factor := range []int64{growth(m), season(m), policy(p, w, pull, m), noise} {
			n = n * factor / 1000
		}
		price := w.cents * (1000 + 4*int64(m.Sub(firstMonth)) + chance.Int64N(80)) / 1000
		small := chance.Int64N(90) > n // small trade is not done every month
		if n == 0 || small || e == notReported.exporter && m == notReported.month {
			continue
		}
		if !yield(row(e, p.code, w, m, n, price)) {
			return false
		}
	}
	return true
}

// growth is 6% a year, month by month, with a dent in the spring of 2020.
func growth(m period.Period) int64 {
	g := 1000 + 5*int64(m.Sub(firstMonth))
	if m >= 202004 && m <= 202005 {
		g = g * 7 / 10
	}
	return g
}

func season(m period.Period) int64 {
	return [...]int64{840, 900, 1040, 1010, 1000, 1020, 980, 870, 1050, 1080, 1110, 1100}[m.Month()-1]
}

// policy is what the ban does, per mille: listed goods to the target fall at once, those to a hub rise after its delay.
func policy(p place, w ware, pull int64, m period.Period) int64 {
	since := int64(m.Sub(banned)) - int64(p.delay)
	switch {
	case !w.listed || since < 0:
		return 1000
	case p.pull < 1000: // falls within two months
		return max(p.pull, 1000-(1000-p.pull)*(since+1)/2)
	default: // rises over five
		rise := (p.pull - 1000) * min(since+1, 5) / 5
		return 1000 + rise*pull/1000
	}
}

func row(e, p area.Code, w ware, m period.Period, n, cents int64) flow.Flow {
	unit, quantity := "", flow.Number{}
	if w.pieces {
		unit, quantity = "NAR", flow.Some(n*1000)
	}
	code := w.code
	if w.until2021 != "" && m.Year() < 2022 {
		code = w.until2021
	}
	return flow.Flow{
		Key:   flow.Key{Reporter: e, Partner: p, Direction: flow.Export, Nomenclature: goods.CN, Goods: code, Period: m, Part: comext.BulkPart("E", "1", unit)},
		Value: flow.Some(max(n*cents/100, 1) * 100), Currency: money.EUR, // whole euros and kilograms, as Comext has them
		NetMass:  flow.Some((n*w.grams + 500) / 1000 * 1000),
		Quantity: quantity, Unit: unit,
	}
}
