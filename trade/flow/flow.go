// Package flow is what one reporter stated about trade in one product with one partner in one period.
package flow

import (
	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Direction is the side of the border on which the flow was seen. The re-flows are parts of their
// wholes: RX lies inside X and RM inside M, so they are never added to them.
type Direction string

// The directions, in Comtrade's letters.
const (
	Import   Direction = "M"
	Export   Direction = "X"
	ReImport Direction = "RM"
	ReExport Direction = "RX"
)

// Number is a whole number that may not be held: missing is a type of its own, neither zero nor NaN.
// The zero value is missing.
type Number struct {
	N    int64
	Held bool
}

// Some is a number that is held.
func Some(n int64) Number { return Number{N: n, Held: true} }

// Flow is one stated flow. Two flows with equal Key are statements about the same cell.
type Flow struct {
	Key
	// Value is in hundredths of Currency; FOB for exports, CIF for imports unless the source says otherwise.
	Value    Number
	Currency money.Currency
	// NetMass is in grams.
	NetMass Number
	// Quantity is in thousandths of Unit; Unit is empty where the goods have no supplementary unit.
	Quantity Number
	Unit     string
	// Confidential says that the source withheld part of the cell.
	Confidential bool
}

// Key identifies a cell within a data set (docs/decisions/0002-identity-of-a-series.md).
type Key struct {
	Reporter     area.Code
	Partner      area.Code
	Direction    Direction
	Nomenclature goods.Nomenclature
	Goods        goods.Code
	Period       period.Period
	// Part is empty for the total of the cell. Otherwise it names which part this is (a statistical
	// procedure, a customs regime, a mode of transport); parts are added only where no total is held.
	Part string
}
