package comext

import (
	"bytes"
	"strings"

	"detour/source"
	"detour/source/comext/internal/codes"
	"detour/source/comext/internal/table"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// noUnit is the code of SUPPL_UNIT for goods that have no supplementary unit.
const noUnit = "NO_SU"

// A unit is a short code, such as NAR, LTR or MTK: nothing that would confuse a line or a Part.
const (
	notInUnit = ",;:\" \t\r\n"
	maxUnit   = 16
)

// bulkLayout says where the columns are, -1 for one that the file does not have.
type bulkLayout struct {
	names     table.Columns
	reporter  int
	partner   int
	trade     int
	product   int
	flow      int
	procedure int
	regimes   bool // the procedures are those of STAT_REGIME, of which 4 is the total
	unit      int
	period    int
	value     measureColumn
	mass      measureColumn
	quantity  measureColumn
}

type measureColumn struct{ column, power int }

// newBulkLayout finds the columns under the names that the file has had over the years.
func newBulkLayout(in source.Input, names table.Columns) (bulkLayout, error) {
	l := bulkLayout{names: names}
	for _, c := range []struct {
		at       *int
		required bool
		names    []string
	}{
		{&l.reporter, true, []string{"REPORTER", "DECLARANT_ISO", "DECLARANT"}},
		{&l.partner, true, []string{"PARTNER_ISO", "PARTNER"}},
		{&l.trade, false, []string{"TRADE_TYPE"}},
		{&l.product, true, []string{"PRODUCT_NC"}},
		{&l.flow, true, []string{"FLOW"}},
		{&l.procedure, true, []string{"STAT_PROCEDURE", "STAT_REGIME"}},
		{&l.unit, false, []string{"SUPPL_UNIT", "SUPP_UNIT"}},
		{&l.period, true, []string{"PERIOD"}},
		{&l.value.column, true, []string{"VALUE_EUR", "VALUE_IN_EUROS", "VALUE_1000ECU", "VALUE_1000EURO"}},
		{&l.mass.column, false, []string{"QUANTITY_KG", "QUANTITY_IN_KG", "QUANTITY_TON"}},
		{&l.quantity.column, false, []string{"QUANTITY_SUPPL_UNIT", "SUP_QUANTITY"}},
	} {
		*c.at = names.Find(c.names...)
		if *c.at < 0 && c.required {
			return bulkLayout{}, table.MissingColumn(in, c.names[0])
		}
	}
	l.regimes = names[l.procedure] == "STAT_REGIME"
	for _, m := range []*measureColumn{&l.value, &l.mass, &l.quantity} {
		if m.column >= 0 {
			known, _ := codes.IndicatorOf(names[m.column])
			m.power = known.Power
		}
	}
	return l, nil
}

// measures lists what the file states of each cell.
func (l bulkLayout) measures() []flow.Measure {
	var out []flow.Measure
	if l.mass.column >= 0 {
		out = append(out, flow.NetMass)
	}
	if l.quantity.column >= 0 {
		out = append(out, flow.Quantity)
	}
	return append(out, flow.Value)
}

// bulkParser reads rows. It keeps the codes it has seen, so that a row costs no allocation; each
// worker has one of its own.
type bulkParser struct {
	layout    bulkLayout
	row       table.Record
	reporters table.Cache[place]
	partners  table.Cache[place]
	products  table.Cache[ware]
	periods   table.Cache[moment]
	kinds     table.Cache[kind]
	kindKey   []byte
	seen      bulkSeen
}

// A place, a ware and a moment are what a text means, with the note of where it was seen.
type (
	place struct {
		codes.Place
		seen *spans
	}
	ware struct {
		codes.Ware
		seen *spans
	}
	moment struct {
		period period.Period
		seen   *spans
		flaw   *table.Flaw
	}
)

// kind is what tells rows of one cell apart.
type kind struct {
	part    string
	unit    string
	unnamed bool // the file has quantities but does not name their units
	flaw    *table.Flaw
}

func newBulkParser(l bulkLayout) *bulkParser {
	p := &bulkParser{layout: l, seen: newBulkSeen()}
	p.reporters.Read = func(s string) place {
		c := codes.PlaceOf(l.names[l.reporter], s, area.ByComext)
		return place{c, p.seen.reporters.of(c.Code)}
	}
	p.partners.Read = func(s string) place {
		c := codes.PlaceOf(l.names[l.partner], s, area.ByComext)
		return place{c, p.seen.partners.of(c.Code)}
	}
	p.products.Read = func(s string) ware {
		c := codes.WareOf("PRODUCT_NC", s)
		return ware{c, p.seen.goods.of(c.Code)}
	}
	p.periods.Read = p.moment
	p.kinds.Read = p.kind
	return p
}

// parse reads the lines of a block into its flows and rejects.
func (p *bulkParser) parse(b *block) {
	b.flows, b.rejects, b.lines = b.flows[:0], nil, 0
	for text := b.text; len(text) > 0; {
		line := text
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			line, text = text[:i], text[i+1:]
		} else {
			text = nil
		}
		b.lines++
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
		b.flows = append(b.flows, flow.Flow{})
		if bad := p.flow(line, &b.flows[len(b.flows)-1]); bad != nil {
			b.flows = b.flows[:len(b.flows)-1]
			if !table.Blank(line) {
				b.rejects = append(b.rejects, bad.Reject(b.lines, line))
			}
		}
	}
}

// flow reads one row into f, which is empty.
func (p *bulkParser) flow(line []byte, f *flow.Flow) *table.Flaw {
	l, row := &p.layout, &p.row
	if bad := table.SplitRow(row, line, l.names); bad != nil {
		return bad
	}
	reporter, partner := p.reporters.Get(row.Field(l.reporter)), p.partners.Get(row.Field(l.partner))
	product, when := p.products.Get(row.Field(l.product)), p.periods.Get(row.Field(l.period))
	kind := p.kinds.Get(p.kindOf(row))
	if bad := table.FirstFlaw(reporter.Flaw, partner.Flaw, product.Flaw, when.flaw, kind.flaw); bad != nil {
		return bad
	}
	f.Reporter, f.Partner, f.Goods, f.Period, f.Part = reporter.Code, partner.Code, product.Code, when.period, kind.part
	f.Nomenclature, f.Currency, f.Confidential = goods.CN, money.EUR, product.Confidential
	if bad := p.numbers(row, kind, f); bad != nil {
		return bad
	}
	switch d := row.Field(l.flow); {
	case len(d) == 1 && d[0] == '1':
		f.Direction = flow.Import
	case len(d) == 1 && d[0] == '2':
		f.Direction = flow.Export
	default:
		return table.NewFlaw(l.names[l.flow], "flow "+table.Quote(string(d))+" is neither 1 (import) nor 2 (export)", "")
	}
	in := spanOf(f.Direction, f.Period.IsYear())
	*reporter.seen |= in
	*partner.seen |= in
	*product.seen |= in
	*when.seen |= in
	return nil
}

// numbers reads the measures of a row.
func (p *bulkParser) numbers(row *table.Record, k *kind, f *flow.Flow) *table.Flaw {
	l := &p.layout
	var reason string
	if f.Value, reason = table.Amount(row.Field(l.value.column), l.value.power); reason != "" {
		return table.NewFlaw(l.names[l.value.column], reason, "")
	}
	if f.NetMass, reason = table.Amount(row.Field(l.mass.column), l.mass.power); reason != "" {
		return table.NewFlaw(l.names[l.mass.column], reason, "")
	}
	if k.unit != "" {
		if f.Quantity, reason = table.Amount(row.Field(l.quantity.column), l.quantity.power); reason != "" {
			return table.NewFlaw(l.names[l.quantity.column], reason, "")
		}
		f.Unit = k.unit
		if k.unnamed && f.Quantity.N == 0 {
			f.Quantity, f.Unit = flow.Number{}, "" // here 0 also stands for goods that have no unit
		}
	}
	if !codes.Held(f) {
		return table.NewFlaw("", "the row states no number", "")
	}
	return nil
}

// kindOf joins the fields that tell rows of one cell apart.
func (p *bulkParser) kindOf(row *table.Record) []byte {
	k := append(p.kindKey[:0], row.Field(p.layout.trade)...)
	k = append(append(k, ','), row.Field(p.layout.procedure)...)
	p.kindKey = append(append(k, ','), row.Field(p.layout.unit)...)
	return p.kindKey
}

func (p *bulkParser) kind(key string) kind {
	trade, rest, _ := strings.Cut(key, ",")
	procedure, unit, _ := strings.Cut(rest, ",")
	l := &p.layout
	if l.trade >= 0 && !isCode(trade, 'A', 'Z') {
		return kind{flaw: table.NewFlaw(l.names[l.trade], "trade type "+table.Quote(trade)+" is not a capital letter", "")}
	}
	if !isCode(procedure, '0', '9') {
		return kind{flaw: table.NewFlaw(l.names[l.procedure], "procedure "+table.Quote(procedure)+" is not a digit", "")}
	}
	if strings.ContainsAny(unit, notInUnit) || len(unit) > maxUnit {
		return kind{flaw: table.NewFlaw(l.names[l.unit], "supplementary unit "+table.Quote(unit)+" is not a code", "")}
	}
	if unit == noUnit {
		unit = ""
	}
	k := kind{part: BulkPart(trade, procedure, unit), unit: unit}
	if l.regimes && procedure == "4" {
		k.part = ""
	}
	if l.unit < 0 && l.quantity.column >= 0 {
		k.unit, k.unnamed = codes.SupplementaryUnit, true
	}
	return k
}

func isCode(s string, from, to byte) bool {
	return len(s) == 1 && s[0] >= from && s[0] <= to
}

// BulkPart names the part of a cell that a row of the bulk file is: proc:1;type:E;unit:NAR. The
// trade type (I within the EU, E beyond) and the unit are left out where they are empty.
func BulkPart(trade, procedure, unit string) string {
	part := "proc:" + procedure
	if trade != "" {
		part += ";type:" + trade
	}
	if unit != "" {
		part += ";unit:" + unit
	}
	return part
}

func (p *bulkParser) moment(s string) moment {
	when, err := period.Parse(s)
	if err != nil || len(s) != 6 || strings.HasSuffix(s, "00") {
		return moment{flaw: table.NewFlaw("PERIOD", "period "+table.Quote(s)+" is neither YYYYMM nor YYYY52", "")}
	}
	return moment{period: when, seen: p.seen.periods.of(when)}
}
