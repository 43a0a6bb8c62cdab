package table

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"detour/fault"
	"detour/source/table/internal/grid"
	"detour/trade/flow"
	"detour/trade/money"
)

// unit is what a stated number counts: per of the smallest parts that a flow holds (hundredths of a
// currency, grams, thousandths of a quantity's unit).
type unit struct {
	measure  flow.Measure
	per      *big.Int
	currency money.Currency
	name     string // of a quantity
}

var magnitudes = map[string]int64{"thousand": 1e3, "million": 1e6, "billion": 1e9}

var masses = map[string]int64{"g": 1, "kg": 1e3, "t": 1e6}

// parseUnit reads `USD`, `thousand USD`, `million t`, `p/st`.
func parseUnit(m flow.Measure, s string) (unit, error) {
	u := unit{measure: m, per: big.NewInt(1), name: s}
	if word, base, ok := strings.Cut(s, " "); ok && magnitudes[word] != 0 {
		u.per, u.name = big.NewInt(magnitudes[word]), base
	}
	switch m {
	case flow.Value:
		c, err := money.ParseCurrency(u.name)
		if err != nil {
			return unit{}, err
		}
		u.currency = c
		u.per.Mul(u.per, big.NewInt(100))
	case flow.NetMass:
		grams, ok := masses[u.name]
		if !ok {
			return unit{}, wrong("%q is no unit of mass", u.name).Hint("write g, kg, t or thousand t")
		}
		u.per.Mul(u.per, big.NewInt(grams))
	default:
		if u.name == "" {
			return unit{}, wrong("a quantity needs a unit")
		}
		u.per.Mul(u.per, big.NewInt(1000))
	}
	return u, nil
}

// said is what a cell says.
type said uint8

// A cell is empty and says nothing, or says that there was no trade, that the figure is not known, or the figure.
const (
	nothing said = iota
	noTrade
	notKnown
	figure
)

var plain = regexp.MustCompile(`^[+-]?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,2})?$`)

// read gives the number of a cell in the unit's smallest parts.
func (n Numbers) read(c grid.Cell, u unit) (int64, said, error) {
	switch {
	case c.Text == "":
		return 0, nothing, nil
	case slices.Contains(n.None, c.Text):
		return 0, noTrade, nil
	case slices.Contains(n.Missing, c.Text):
		return 0, notKnown, nil
	}
	text := c.Text
	if !c.IsNumber {
		text = n.plain(text)
	}
	if !plain.MatchString(text) {
		return 0, nothing, fault.Errorf(fault.BadInput, "%s is no number", quote(c.Text)).
			Hint("the mapping's [numbers] says how numbers are written, and which marks are no trade or missing")
	}
	v, err := n.scale(text, u)
	return v, figure, err
}

// plain writes a number of the file's style with a point and without groups; what is not of that style
// becomes no number.
func (n Numbers) plain(text string) string {
	for _, g := range n.Group {
		text = strings.ReplaceAll(text, g, "")
	}
	if n.decimal() == "," {
		text = strings.NewReplacer(",", ".", ".", "?").Replace(text)
	}
	return text
}

// scale gives text times u.per, which has to be whole unless the mapping rounds: then half to even.
func (n Numbers) scale(text string, u unit) (int64, error) {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0, wrong("%s is no number", quote(text))
	}
	if r.Sign() < 0 {
		return 0, wrong("%s is negative", text)
	}
	r.Mul(r, new(big.Rat).SetInt(u.per))
	if !r.IsInt() && !n.Round {
		return 0, wrong("%s is finer than the smallest part of its unit", text).
			Hint("if the file holds results of formulas, numbers.round = true rounds them")
	}
	return money.Quotient(r.Num(), r.Denom())
}
