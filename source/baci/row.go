package baci

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"detour/source"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

const usd money.Currency = "USD"

// The powers of ten that turn thousands of USD and tonnes into the units of a flow.
const valuePower, massPower = 5, 6

// place is what a code says of an area.
type place struct {
	code area.Code
	ok   bool
}

// seen is a code that was read before and what it means.
type seen struct {
	text  string
	place place
}

// The number 492 is 'Europe EU, nes' to Comtrade, whose codes BACI uses, and Monaco to M49.
const (
	ambiguous = "492"
	europeNES = area.Code("NES-492")
)

func placeOf(s string) place {
	if s == ambiguous {
		return place{europeNES, true}
	}
	n, err := strconv.ParseUint(s, 10, 16)
	a, ok := area.ByM49(int(n))
	return place{a.Code, err == nil && ok && len(s) <= 3 && !a.IsAggregate()}
}

// wares remembers the goods: some 5,000 codes come back in millions of rows.
type wares map[string]goods.Code

const maxWares = 1 << 16 // keeps nonsense from filling the memory

func (w *wares) get(b []byte) (goods.Code, bool) {
	if c, ok := (*w)[string(b)]; ok {
		return c, true
	}
	s := string(b)
	if len(s) == 5 {
		s = "0" + s // a code of BACI has six digits, so it is known which was lost
	}
	if len(s) != 6 || strings.Trim(s, "0123456789") != "" {
		return "", false
	}
	if *w == nil || len(*w) >= maxWares {
		*w = wares{}
	}
	(*w)[string(b)] = goods.Code(s)
	return goods.Code(s), true
}

// pair is an exporter and one of its importers.
type pair struct{ from, to area.Code }

// flow reads a line that is not blank into f, which is empty; the reject lacks the line.
func (d *decoder) flow(line []byte, f *flow.Flow) *source.Reject {
	if bad := d.split(line); bad != nil {
		return bad
	}
	l := &d.layout
	if year := d.fields[l.t]; string(year) != d.year {
		return reject("t", "year "+quote(year)+" in a file of "+d.title.year.String(), "")
	}
	f.Direction, f.Nomenclature, f.Period, f.Currency = flow.Export, d.title.edition, d.title.year, usd
	for side, c := range [...]struct {
		name string
		at   int
		to   *area.Code
	}{{"i", l.i, &f.Reporter}, {"j", l.j, &f.Partner}} {
		p := d.place(side, d.fields[c.at])
		if !p.ok {
			return reject(c.name, "unknown area "+quote(d.fields[c.at]), "areas are never guessed: only codes of UN M49 and Comtrade are read")
		}
		*c.to = p.code
	}
	var ok bool
	if f.Goods, ok = d.wares.get(d.fields[l.k]); !ok {
		return reject("k", "goods code "+quote(d.fields[l.k])+" has not six digits", "")
	}
	var reason string
	if f.Value, reason = amount(d.fields[l.v], valuePower); reason != "" {
		return reject("v", reason, "")
	}
	if f.NetMass, reason = amount(d.fields[l.q], massPower); reason != "" {
		return reject("q", reason, "")
	}
	if !f.Value.Held && !f.NetMass.Held {
		return reject("", "the row states no number", "")
	}
	d.cover(pair{f.Reporter, f.Partner}, f.NetMass.Held)
	return nil
}

// split parts a line at its commas and takes quotes and blanks off the fields. All fields that are read are
// numbers, so a comma within quotes is a field too many.
func (d *decoder) split(line []byte) *source.Reject {
	d.fields = d.fields[:0]
	for more := true; more; {
		var field []byte
		field, line, more = bytes.Cut(line, []byte{','})
		field = bytes.TrimSpace(field)
		if n := len(field); n >= 2 && field[0] == '"' && field[n-1] == '"' {
			field = bytes.TrimSpace(field[1 : n-1])
		}
		d.fields = append(d.fields, field)
	}
	if len(d.fields) != d.layout.fields {
		return reject("", fmt.Sprintf("%d fields where the header has %d", len(d.fields), d.layout.fields), "")
	}
	return nil
}

// place reads an area; the file is sorted, so it is mostly that of the row before.
func (d *decoder) place(side int, b []byte) place {
	last := &d.last[side]
	if last.text != "" && string(b) == last.text {
		return last.place
	}
	p, ok := d.places[string(b)]
	if !ok {
		p = placeOf(string(b))
		if p.ok {
			d.places[string(b)] = p
		}
	}
	*last = seen{string(b), p}
	return p
}

func reject(field, reason, hint string) *source.Reject {
	return &source.Reject{Field: field, Reason: reason, Hint: hint}
}

// quote shows a value in a reason, cut where it is long.
func quote(b []byte) string {
	const most = 80
	return strconv.Quote(string(b[:min(len(b), most)]))
}

// decimal is a number that is zero or more, with an exponent of two digits at most.
var decimal = regexp.MustCompile(`^\d{1,60}(\.\d{1,60})?([eE][+-]?\d{1,2})?$`)

// amount reads a decimal and gives it times ten to the power, rounded half to even. NA and nothing are
// missing. The reason is empty when it was read.
func amount(b []byte, power int) (n flow.Number, reason string) {
	if v, ok := plain(b, power); ok {
		return flow.Some(v), ""
	}
	switch {
	case len(b) == 0 || string(b) == "NA":
		return flow.Number{}, ""
	case !decimal.Match(b):
		return flow.Number{}, "not a number that is zero or more: " + quote(b)
	}
	exact, ok := new(big.Rat).SetString(string(b))
	if !ok {
		return flow.Number{}, "not a number that is zero or more: " + quote(b)
	}
	exact.Mul(exact, new(big.Rat).SetInt64(int64(math.Pow10(power))))
	v, err := money.Quotient(exact.Num(), exact.Denom())
	if err != nil {
		return flow.Number{}, "number too large: " + quote(b)
	}
	return flow.Some(v), ""
}

// plain reads at most 18 digits with no more decimals than the power, the usual case.
func plain(b []byte, power int) (int64, bool) {
	v, shift, point := int64(0), power, false
	for i, c := range b {
		d := c - '0'
		if d > 9 {
			if c != '.' || point || i == 0 || i == len(b)-1 {
				return 0, false
			}
			point = true
			continue
		}
		v = v*10 + int64(d)
		if point {
			shift--
		}
	}
	if len(b) == 0 || len(b) > 18 || shift < 0 {
		return 0, false
	}
	for ; shift > 0; shift-- {
		if v > math.MaxInt64/10 {
			return 0, false
		}
		v *= 10
	}
	return v, true
}

// cover notes a pair that the file has trade for.
func (d *decoder) cover(p pair, weighed bool) {
	d.weighed = d.weighed || weighed
	if p != d.latest {
		d.covered[p], d.latest = true, p
	}
}

// coverage states all six-digit codes for each exporter and the importers that it has trade with. A pair
// without any may be two countries that both do not report, so it is not covered.
func (d *decoder) coverage() []flow.Block {
	importers := map[area.Code][]area.Code{}
	for p := range d.covered {
		importers[p.from] = append(importers[p.from], p.to)
	}
	exporters := map[string][]area.Code{} // by their importers
	lists := map[string][]area.Code{}
	for from, to := range importers {
		slices.Sort(to)
		key := fmt.Sprint(to)
		exporters[key], lists[key] = append(exporters[key], from), to
	}
	measures := []flow.Measure{flow.Value}
	if d.weighed {
		measures = []flow.Measure{flow.NetMass, flow.Value}
	}
	var out []flow.Block
	for key, to := range lists {
		slices.Sort(exporters[key])
		out = append(out, flow.Block{
			Direction: flow.Export, Nomenclature: d.title.edition, Reporters: exporters[key], Partners: to,
			Levels: []int{6}, Periods: []period.Period{d.title.year}, Measures: measures,
		})
	}
	slices.SortFunc(out, func(a, b flow.Block) int { return cmp.Compare(a.Reporters[0], b.Reporters[0]) })
	return out
}
