package report

import (
	"strings"

	"detour/report/digits"
)

// manner is how a printer for people writes figures.
type manner struct {
	digits.Manner
	space string // between a figure and its unit
}

func onTerminal() manner { return manner{digits.Manner{Group: ",", Minus: "-"}, " "} }

// onPage has thin spaces (the narrow one that does not break) and the minus sign.
func onPage() manner { return manner{digits.Manner{Group: "\u202f", Minus: "\u2212"}, "\u00a0"} }

// dash stands for null.
const dash = "–"

// scales is the scale of each currency in a set of cells.
type scales map[string]digits.Scale

func scalesOf(rows ...[]Cell) scales {
	greatest := map[string]uint64{}
	for _, row := range rows {
		for _, c := range row {
			if c.kind == isAmount {
				greatest[c.s] = max(greatest[c.s], digits.Magnitude(c.n))
			}
		}
	}
	out := scales{}
	for cur, g := range greatest {
		out[cur] = digits.ScaleOf(g)
	}
	return out
}

func (s scales) unit(currency string) string {
	return strings.TrimSuffix(currency+" "+s[currency].Suffix, " ")
}

// figure writes a numeric cell without its unit; others as text.
func (m manner) figure(c Cell, s scales) string {
	switch c.kind {
	case isNull:
		return dash
	case isText:
		return c.s
	case isInt:
		return m.Fixed(c.n, 0, 0)
	case isAmount:
		sc := s[c.s]
		return m.Fixed(c.n, sc.From, sc.To)
	case isRatio:
		return m.Fixed(c.n, ratioPlaces-2, 1)
	case isDecimal:
		return m.Fixed(c.n, int(c.places), int(c.places))
	case isFlag:
		return [2]string{"no", "yes"}[c.n]
	case isList:
		return join(c.sub, ", ", func(it Cell) string { return m.figure(it, s) })
	default:
		return "?"
	}
}

func join(items []Cell, between string, word func(Cell) string) string {
	words := make([]string, len(items))
	for i, it := range items {
		words[i] = word(it)
	}
	return strings.Join(words, between)
}

// alone writes a cell that no header explains: figure and unit, an amount at its own scale.
func (m manner) alone(c Cell, unit string) string { return m.withUnit(c, scalesOf([]Cell{c}), unit) }

// withUnit writes figure and unit, the currency before the figure.
func (m manner) withUnit(c Cell, s scales, unit string) string {
	switch f := m.figure(c, s); {
	case c.kind == isAmount:
		return c.s + m.space + f + s[c.s].Suffix
	case c.kind == isRatio:
		return f + "%"
	case c.numeric() && unit != "":
		return f + m.space + unit
	default:
		return f
	}
}

// exact writes the cell's number for machines.
func (c Cell) exact() string { return digits.Exact(c.n, int(c.places)) }
