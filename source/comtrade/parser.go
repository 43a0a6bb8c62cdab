package comtrade

import (
	"bytes"
	"strings"

	"detour/source/comtrade/internal/cover"
	"detour/source/comtrade/internal/text"
	"detour/trade/flow"
	"detour/trade/money"
)

const usd money.Currency = "USD"

// The powers of ten that turn USD, kilograms and units into the units of a flow.
const valuePower, massPower, quantityPower = 2, 3, 3

// parser reads rows. It keeps the codes it has seen, so that a row costs no allocation; each worker has
// one of its own.
type parser struct {
	reporters text.Cache[place]
	partners  text.Cache[place]
	wares     text.Cache[ware]
	moments   text.Cache[moment]
	units     text.Cache[unit]
	headings  text.Cache[heading]
	parts     text.Cache[part]
	key       []byte
	monaco    place
	europe    place
	cover     cover.Cover
	tally     tally
}

func newParser() *parser {
	p := &parser{tally: newTally()}
	p.reporters.Read = func(s string) place { return placeOf(reporterCode, s) }
	p.partners.Read = func(s string) place { return p.numbered(placeOf(partnerCode, s)) }
	p.monaco, p.europe = p.numbered(place{code: monaco}), p.numbered(place{code: europeNES})
	p.wares.Read = func(s string) ware {
		w := wareOf(s)
		if w.flaw == nil {
			w.id = p.cover.Goods(w.code)
		}
		return w
	}
	p.moments.Read, p.units.Read = momentOf, unitOf
	p.headings.Read = func(s string) heading {
		f := strings.Split(s, "\x00")
		return headingOf(f[0], f[1], f[2], f[3], f[4])
	}
	p.parts.Read = func(s string) part { return partOf([len(breakdowns)]string(strings.Split(s, "\x00"))) }
	return p
}

func (p *parser) numbered(at place) place {
	if at.flaw == nil {
		at.id = p.cover.Partner(at.code)
	}
	return at
}

// joined joins fields into a key. A field that holds the joint itself would be taken for two.
func (p *parser) joined(fields ...[]byte) ([]byte, bool) {
	p.key = p.key[:0]
	for i, f := range fields {
		if bytes.IndexByte(f, 0) >= 0 {
			return nil, false
		}
		if i > 0 {
			p.key = append(p.key, 0)
		}
		p.key = append(p.key, f...)
	}
	return p.key, true
}

var (
	totalPart = part{}
	badByte   = &text.Flaw{Reason: "a zero byte in the row"}
)

func (p *parser) partOf(c *cells) *part {
	if c.isTotal() {
		return &totalPart
	}
	key, ok := p.joined(c[customsCode], c[mosCode], c[motCode], c[partner2Code])
	if !ok {
		return &part{flaw: badByte}
	}
	return p.parts.Get(key)
}

func (p *parser) headingOf(c *cells) *heading {
	key, ok := p.joined(c[typeCode], c[freqCode], c[classificationCode], c[isOriginal], c[flowCode])
	if !ok {
		return &heading{flaw: badByte}
	}
	return p.headings.Get(key)
}

// outcome is what became of a row: a flow, or nothing if it lies inside another.
type outcome struct {
	kept  bool
	shape shape
}

// flow reads one row into f, which is empty.
func (p *parser) flow(c *cells, f *flow.Flow) (outcome, *text.Flaw) {
	head, when := p.headingOf(c), p.moments.Get(c[periodCode])
	reporter, partner := p.reporters.Get(c[reporterCode]), p.partnerOf(c)
	product, part := p.wares.Get(c[cmdCode]), p.partOf(c)
	if bad := firstFlaw(head.flaw, when.flaw, reporter.flaw, partner.flaw, product.flaw, part.flaw); bad != nil {
		return outcome{}, bad
	}
	if bad := firstFlaw(head.frequencyFlaw(when.when), levelFlaw(c[aggrLevel], product)); bad != nil {
		return outcome{}, bad
	}
	if head.leftOut != "" {
		p.tally.inside[head.leftOut]++
		return outcome{}, nil
	}
	f.Reporter, f.Partner, f.Direction, f.Nomenclature = reporter.code, partner.code, head.direction, head.nomenclature
	f.Goods, f.Period, f.Part, f.Currency = product.code, when.when, part.name, usd
	if bad := p.numbers(c, f); bad != nil {
		return outcome{}, bad
	}
	p.remark(c, f)
	p.cover.Note(f, partner.id, product.id, product.level, uint8(part.shape))
	return outcome{true, part.shape}, nil
}

func firstFlaw(flaws ...*text.Flaw) *text.Flaw {
	for _, f := range flaws {
		if f != nil {
			return f
		}
	}
	return nil
}

// levelFlaw holds the code against the level stated, where one is.
func levelFlaw(stated []byte, w *ware) *text.Flaw {
	if len(stated) == 0 || len(stated) == 1 && int(stated[0]-'0') == w.level {
		return nil
	}
	return flawOf(aggrLevel, "level "+text.Quote(string(stated))+" is not that of goods code "+string(w.code), "")
}

// numbers reads the measures of a row.
func (p *parser) numbers(c *cells, f *flow.Flow) *text.Flaw {
	var reason string
	if f.Value, reason = text.Amount(c[primaryValue], valuePower); reason != "" {
		return flawOf(primaryValue, reason, "")
	}
	if f.NetMass, reason = text.Amount(c[netWgt], massPower); reason != "" {
		return flawOf(netWgt, reason, "")
	}
	u := p.units.Get(c[qtyUnitCode])
	if u.flaw != nil {
		return u.flaw
	}
	quantity, reason := text.Amount(c[qty], quantityPower)
	switch {
	case reason != "":
		return flawOf(qty, reason, "")
	case quantity.Held && u.name != "":
		f.Quantity, f.Unit = quantity, u.name
	case quantity.N > 0:
		p.tally.unitless++
	}
	if !f.Value.Held && !f.NetMass.Held && !f.Quantity.Held {
		return &text.Flaw{Reason: "the row states no number"}
	}
	return nil
}

// remark counts what a flow has no word for.
func (p *parser) remark(c *cells, f *flow.Flow) {
	if f.NetMass.Held && yes(c[isNetWgtEstimated]) {
		p.tally.estimatedMass++
	}
	if f.Quantity.Held && yes(c[isQtyEstimated]) {
		p.tally.estimatedQuantity++
	}
	imports := f.Direction == flow.Import || f.Direction == flow.ReImport
	if imports && len(c[cifvalue]) == 0 && len(c[fobvalue]) > 0 {
		p.tally.importsFOB++
	}
	if len(c[isReported]) > 0 && !yes(c[isReported]) {
		if yes(c[isAggregate]) {
			p.tally.summed++
		} else {
			p.tally.estimatedRows++
		}
	}
}
