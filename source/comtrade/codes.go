package comtrade

import (
	"bytes"
	"strconv"
	"strings"

	"detour/source/comtrade/internal/text"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// editions are the nomenclatures of classificationCode.
var editions = map[string]goods.Nomenclature{
	"H0": "HS1992", "H1": "HS1996", "H2": "HS2002", "H3": "HS2007", "H4": goods.HS2012, "H5": goods.HS2017, "H6": goods.HS2022,
}

// inside are the flows that lie inside imports or exports and for which a flow has no direction.
var inside = map[string]bool{"FM": true, "DX": true, "MIP": true, "XIP": true, "MOP": true, "XOP": true}

// units are the quantity units of the World Customs Organization by their code in Comtrade. Codes added
// since are named by number (UN21).
var units = map[int]string{
	2: "m2", 3: "1000kWh", 4: "m", 5: "u", 6: "2u", 7: "l", 8: "kg", 9: "1000u", 10: "pack", 11: "12u", 12: "m3", 13: "carat",
}

const (
	otherUnit = "UN"
	maxUnit   = 999
)

// unit is what a unit code says; the name is empty where the goods have none (-1, 0 and 1).
type unit struct {
	name string
	flaw *text.Flaw
}

func unitOf(s string) unit {
	n, err := strconv.Atoi(s)
	switch {
	case s == "" || err == nil && n >= -1 && n <= 1:
		return unit{}
	case err != nil || n < -1 || n > maxUnit:
		return unit{flaw: flawOf(qtyUnitCode, "quantity unit "+text.Quote(s)+" is not a code", "")}
	case units[n] != "":
		return unit{name: units[n]}
	default:
		return unit{name: otherUnit + strconv.Itoa(n)}
	}
}

// place is what a code says of an area.
type place struct {
	code area.Code
	id   int // of a partner: its number in the cover
	flaw *text.Flaw
}

func placeOf(field column, s string) place {
	n, ok := number(s, 999)
	if !ok {
		return place{flaw: flawOf(field, "area "+text.Quote(s)+" is not a number of up to three digits", "")}
	}
	a, ok := area.ByM49(n)
	if !ok {
		return place{flaw: flawOf(field, "unknown area "+text.Quote(s), "areas are never guessed: only codes of UN M49 and Comtrade are read")}
	}
	return place{code: a.Code}
}

// The partner 492: 'Europe EU, nes' to Comtrade, which counts Monaco in France, and Monaco in M49.
const (
	ambiguous = "492"
	europeNES = area.Code("NES-492")
	monaco    = area.Code("MC")
	monacoISO = "MCO"
)

// partnerOf reads a partner by code, and 492 by what stands beside it.
func (p *parser) partnerOf(c *cells) *place {
	if string(c[partnerCode]) != ambiguous {
		return p.partners.Get(c[partnerCode])
	}
	if string(c[partnerISO]) == monacoISO {
		return &p.monaco
	}
	if a, ok := area.ByLabel(string(c[partnerDesc])); ok && a.Code == monaco {
		return &p.monaco
	}
	return &p.europe
}

// maxGoods is the most digits of a code of the HS.
const maxGoods = 6

// ware is what a text says of goods.
type ware struct {
	code  goods.Code
	level int
	id    int // its number in the cover
	flaw  *text.Flaw
}

func wareOf(s string) ware {
	if s == string(goods.Total) {
		return ware{code: goods.Total}
	}
	if n := len(s); n == 0 || n > maxGoods || n%2 != 0 || strings.Trim(s, "0123456789") != "" {
		return ware{flaw: flawOf(cmdCode, "goods code "+text.Quote(s)+" is neither TOTAL nor 2, 4 or 6 digits",
			"a code with an odd number of digits has lost a zero at its beginning, as spreadsheets do")}
	}
	return ware{code: goods.Code(s), level: len(s)}
}

// moment is what a text says of the period.
type moment struct {
	when period.Period
	flaw *text.Flaw
}

func momentOf(s string) moment {
	when, err := period.Parse(s)
	if err != nil || strings.Contains(s, "-") || len(s) == 6 && strings.HasSuffix(s, "00") {
		return moment{flaw: flawOf(periodCode, "period "+text.Quote(s)+" is neither YYYY nor YYYYMM", "")}
	}
	return moment{when: when}
}

// shape says by what a row breaks its cell down, a bit each.
type shape uint8

const (
	byPartner2 shape = 1 << iota
	byCustoms
	byTransport
	bySupply
)

// part is what a row says of the part of the cell that it is.
type part struct {
	name  string
	shape shape
	flaw  *text.Flaw
}

// What the total of a cell says, and the most places of a code that breaks it down.
const (
	total, allCustoms = "0", "C00"
	maxBreakdown      = 8
)

// breakdowns are the columns that break a cell down, in the order of their names in Part.
var breakdowns = [...]struct {
	column column
	name   string
	shape  shape
	all    string // what the total says
}{
	{customsCode, "customs", byCustoms, allCustoms},
	{mosCode, "mos", bySupply, total},
	{motCode, "mot", byTransport, total},
	{partner2Code, "partner2", byPartner2, total},
}

// partOf names the part by the codes that are not those of the total: `customs:C05;mot:2100;partner2:DE`.
// The total of the cell has no name.
func partOf(codes [len(breakdowns)]string) part {
	var names []string
	var p part
	for i, b := range breakdowns {
		code := codes[i]
		if code == b.all || code == "" && b.column == mosCode {
			continue
		}
		if b.column == partner2Code {
			second := placeOf(partner2Code, code)
			if second.flaw != nil {
				return part{flaw: second.flaw}
			}
			code = string(second.code)
		} else if len(code) == 0 || len(code) > maxBreakdown || strings.ContainsFunc(code, notInCode) {
			return part{flaw: flawOf(b.column, text.Quote(code)+" is not a code, so that a part cannot be told from the total", "")}
		}
		names = append(names, b.name+":"+code)
		p.shape |= b.shape
	}
	p.name = strings.Join(names, ";")
	return p
}

func notInCode(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }

// isTotal tells, without looking anything up, that a row is the total of its cell: the usual case.
func (c *cells) isTotal() bool {
	mos := c[mosCode]
	return string(c[partner2Code]) == total && string(c[customsCode]) == allCustoms && string(c[motCode]) == total && (len(mos) == 0 || string(mos) == total)
}

// heading is what the codes say that a whole file has in common.
type heading struct {
	nomenclature goods.Nomenclature
	direction    flow.Direction
	leftOut      string // the flow, where it lies inside another
	annual       bool
	monthly      bool // neither: the file does not say
	flaw         *text.Flaw
}

func headingOf(kind, frequency, edition, original, direction string) heading {
	h := heading{nomenclature: editions[edition], annual: frequency == "A", monthly: frequency == "M"}
	switch {
	case kind != "" && kind != "C":
		h.flaw = flawOf(typeCode, "type "+text.Quote(kind)+" is not C, trade in goods", "")
	case frequency != "" && !h.annual && !h.monthly:
		h.flaw = flawOf(freqCode, "frequency "+text.Quote(frequency)+" is neither A nor M", "")
	case h.nomenclature == "":
		h.flaw = flawOf(classificationCode, "classification "+text.Quote(edition)+" is not one of H0 to H6", "fetch the data by HS, as reported")
	case strings.EqualFold(original, "false"):
		h.flaw = flawOf(isOriginal, "the row was converted to "+edition+" from another classification", "fetch the data by HS, as reported: a conversion invents proportions")
	case inside[direction]:
		h.leftOut = direction
	default:
		h.direction = flow.Direction(direction)
		if d := h.direction; d != flow.Import && d != flow.Export && d != flow.ReImport && d != flow.ReExport {
			h.flaw = flawOf(flowCode, "unknown flow "+text.Quote(direction), "")
		}
	}
	return h
}

// frequencyFlaw holds the period against the frequency stated.
func (h *heading) frequencyFlaw(p period.Period) *text.Flaw {
	if h.annual && !p.IsYear() || h.monthly && p.IsYear() {
		return flawOf(periodCode, "period "+p.String()+" is not of the frequency that freqCode states", "")
	}
	return nil
}

func flawOf(c column, reason, hint string) *text.Flaw {
	return &text.Flaw{Field: columns[c].name, Reason: reason, Hint: hint}
}

// number reads digits, up to three of them and no more than most.
func number(s string, most int) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	return int(n), err == nil && len(s) <= 3 && int(n) <= most
}

// yes reads a flag as JSON (true), Python (True) or a database (1) write it.
func yes(b []byte) bool {
	return len(b) > 0 && (b[0] == 't' || b[0] == 'T' || b[0] == '1') && (len(b) == 1 || bytes.EqualFold(b, []byte("true")))
}
