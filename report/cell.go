package report

import (
	"math"
	"strconv"
	"strings"

	"detour/report/digits"
	"detour/trade/money"
)

// Cell is one value of a report. The zero Cell is null: what does not exist or is not held. A cell is
// made by one of the functions of this file and never changes.
type Cell struct {
	kind   kind
	places uint8  // digits of n behind the point
	n      int64  // Int, Amount, Ratio, Decimal, Flag
	s      string // Str: the text; Amount: the currency; broken: what was wrong
	sub    []Cell // Strs: its items
}

type kind uint8

const (
	isNull kind = iota
	isText
	isInt
	isAmount
	isRatio
	isDecimal
	isFlag
	isList
	isBroken // a figure that cannot be told: check refuses the report
)

// ratioPlaces is the precision of a ratio: a hundredth of a hundredth of a per cent.
const ratioPlaces = 6

// Null is the value that does not exist or is not held.
func Null() Cell { return Cell{} }

// Str is text.
func Str(s string) Cell { return Cell{kind: isText, s: s} }

// Int is a whole number.
func Int(n int64) Cell { return Cell{kind: isInt, n: n} }

// Flag is a yes or no.
func Flag(b bool) Cell {
	if b {
		return Cell{kind: isFlag, n: 1}
	}
	return Cell{kind: isFlag}
}

// Amount is money in whole hundredths of the currency. Machines are given it in units, exactly.
func Amount(hundredths int64, c money.Currency) Cell {
	return Cell{kind: isAmount, n: hundredths, places: 2, s: string(c)}
}

// Ratio is num/den, rounded half to even to six decimals. Machines are given the ratio, people per
// cent. Over zero it does not exist and is null.
func Ratio(num, den int64) Cell {
	if den == 0 {
		return Null()
	}
	n, ok := digits.Ratio(num, den, ratioPlaces)
	if !ok {
		return broken("a ratio beyond 64 bits")
	}
	return Cell{kind: isRatio, n: n, places: ratioPlaces}
}

// Decimal is the exact decimal n/10^places: Decimal(1234, 3) is 1.234. Places are at most 18.
func Decimal(n int64, places int) Cell {
	if places < 0 || places > 18 {
		return broken("a decimal of " + strconv.Itoa(places) + " places")
	}
	return Cell{kind: isDecimal, n: n, places: uint8(places)}
}

// Float is an estimate given to a fixed number of decimals, at most 18. NaN, infinity and what
// exceeds 64 bits make the report one that cannot be printed.
func Float(x float64, places int) Cell {
	if math.IsNaN(x) || math.IsInf(x, 0) || places < 0 || places > 18 {
		return broken("not a finite number")
	}
	n, err := strconv.ParseInt(strings.Replace(strconv.FormatFloat(x, 'f', places, 64), ".", "", 1), 10, 64)
	if err != nil {
		return broken("an estimate beyond 64 bits")
	}
	return Decimal(n, places)
}

// Strs is several texts in one cell, in JSON a list.
func Strs(items ...string) Cell {
	c := Cell{kind: isList, sub: make([]Cell, len(items))}
	for i, s := range items {
		c.sub[i] = Str(s)
	}
	return c
}

func broken(why string) Cell { return Cell{kind: isBroken, s: why} }

// String is the cell as a sentence has it: an amount with its currency, a ratio in per cent.
func (c Cell) String() string { return onTerminal().alone(c, "") }

// numeric says whether the cell stands to the right in a table.
func (c Cell) numeric() bool { return c.kind >= isInt && c.kind <= isDecimal }

// float gives the figure for drawing, where a rounding of the last digit cannot be seen.
func (c Cell) float() float64 { return float64(c.n) / math.Pow10(int(c.places)) }
