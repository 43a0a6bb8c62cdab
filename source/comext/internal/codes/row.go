package codes

import (
	"strings"

	"detour/source/comext/internal/table"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
)

// Place is what a text says of an area.
type Place struct {
	Code area.Code
	Flaw *table.Flaw
}

// PlaceOf reads an area by code or label, as find does.
func PlaceOf(field, s string, find func(string) (area.Area, bool)) Place {
	s = strings.TrimSpace(s)
	a, ok := find(s)
	if !ok {
		return Place{Flaw: table.NewFlaw(field, "unknown area "+table.Quote(s), "areas are never guessed: only Eurostat's own codes and labels are read")}
	}
	return Place{Code: a.Code}
}

// Ware is what a text says of goods.
type Ware struct {
	Code         goods.Code
	Confidential bool
	Level        int // digits of the code, 0 for the total
	Flaw         *table.Flaw
}

// WareOf reads a product code.
func WareOf(field, s string) Ware {
	code, confidential, ok := Product(strings.TrimSpace(s))
	if !ok {
		return Ware{Flaw: table.NewFlaw(field, "unknown product code "+table.Quote(s), "a product is TOTAL, 2, 4, 6 or 8 digits, or 8 places with letters after the chapter")}
	}
	return Ware{Code: code, Confidential: confidential, Level: flow.Level(code)}
}

// State reads a number into the measure that it states.
func State(f *flow.Flow, what Indicator, text []byte, field string) *table.Flaw {
	n, reason := table.Amount(text, what.Power)
	if reason != "" {
		return table.NewFlaw(field, reason, "")
	}
	*NumberOf(f, what.Measure) = n
	if what.Measure == flow.Quantity && n.Held {
		f.Unit = SupplementaryUnit
	}
	return nil
}

// NumberOf gives the place in f that holds a measure.
func NumberOf(f *flow.Flow, m flow.Measure) *flow.Number {
	switch m {
	case flow.Value:
		return &f.Value
	case flow.NetMass:
		return &f.NetMass
	default:
		return &f.Quantity
	}
}

// Held tells whether f states any number.
func Held(f *flow.Flow) bool { return f.Value.Held || f.NetMass.Held || f.Quantity.Held }
