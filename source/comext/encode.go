package comext

import (
	"bufio"
	"io"
	"iter"
	"strconv"
	"strings"

	"detour/fault"
	"detour/source/comext/internal/codes"
	"detour/source/comext/internal/table"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
)

// EncodeBulk writes flows as a bulk file of the present header, in the order given; decoding it gives
// the same flows. Columns that a flow says nothing of (other classifications, national currency) stay
// empty. A flow that the file cannot say is bad input, naming its row: one that is not in EUR and the
// Combined Nomenclature, whose Part is not BulkPart's with a trade type, whose Unit is not that of its
// Part, which is confidential under an ordinary code, which holds no number or a negative one, or
// whose area has no code in Comext.
func EncodeBulk(w io.Writer, flows iter.Seq[flow.Flow]) error {
	out := bufio.NewWriterSize(w, 64<<10)
	out.WriteString("REPORTER,PARTNER,TRADE_TYPE,PRODUCT_NC,PRODUCT_SITC,PRODUCT_CPA21,PRODUCT_CPA22,PRODUCT_BEC,PRODUCT_BEC5," +
		"PRODUCT_SECTION,FLOW,STAT_PROCEDURE,SUPPL_UNIT,PERIOD,VALUE_EUR,VALUE_NAC,QUANTITY_KG,QUANTITY_SUPPL_UNIT\n")
	line := []byte(nil)
	row := 1
	for f := range flows {
		row++
		part, err := bulkKind(f)
		if err == nil {
			line, err = appendBulk(line[:0], f, part)
		}
		if err != nil {
			return fault.Errorf(fault.BadInput, "writing comext bulk row %d: %w", row, err)
		}
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

// bulkCodes are the columns that tell rows of one cell apart.
type bulkCodes struct{ trade, procedure, unit string }

// bulkKind takes a Part apart and checks what the row could not say.
func bulkKind(f flow.Flow) (bulkCodes, error) {
	c := bulkCodes{unit: f.Unit}
	for field := range strings.SplitSeq(f.Part, ";") {
		switch name, value, _ := strings.Cut(field, ":"); name {
		case "proc":
			c.procedure = value
		case "type":
			c.trade = value
		}
	}
	_, secret, known := codes.Product(string(f.Goods))
	switch {
	case !isCode(c.procedure, '0', '9') || !isCode(c.trade, 'A', 'Z') || f.Part != BulkPart(c.trade, c.procedure, c.unit):
		return c, fault.Errorf(fault.BadInput, "part %q is not that of a procedure, a trade type and unit %q", f.Part, f.Unit)
	case f.Unit == noUnit || strings.ContainsAny(f.Unit, notInUnit) || len(f.Unit) > maxUnit:
		return c, fault.Errorf(fault.BadInput, "unit %q is not a code", f.Unit)
	case f.Quantity.Held && f.Unit == "":
		return c, fault.Errorf(fault.BadInput, "a supplementary quantity has no unit")
	case !known || secret != f.Confidential:
		return c, fault.Errorf(fault.BadInput, "product %q with confidential %t", f.Goods, f.Confidential)
	case f.Nomenclature != goods.CN || f.Currency != money.EUR:
		return c, fault.Errorf(fault.BadInput, "nomenclature %s and currency %s are not CN and EUR", f.Nomenclature, f.Currency)
	case f.Period <= 0:
		return c, fault.Errorf(fault.BadInput, "no period")
	case !codes.Held(&f) || f.Value.N < 0 || f.NetMass.N < 0 || f.Quantity.N < 0:
		return c, fault.Errorf(fault.BadInput, "no number, or a negative one")
	}
	return c, nil
}

func appendBulk(b []byte, f flow.Flow, c bulkCodes) ([]byte, error) {
	reporter, err := comextCode(f.Reporter)
	if err != nil {
		return nil, err
	}
	partner, err := comextCode(f.Partner)
	if err != nil {
		return nil, err
	}
	way, err := bulkFlow(f.Direction)
	if err != nil {
		return nil, err
	}
	for _, s := range []string{reporter, partner, c.trade, string(f.Goods), "", "", "", "", "", ""} {
		b = append(append(b, s...), ',')
	}
	b = append(append(append(b, way, ','), c.procedure...), ',')
	unit := c.unit
	if unit == "" {
		unit = noUnit
	}
	b = append(append(b, unit...), ',')
	b = append(appendPeriod(b, int(f.Period)), ',')
	b = append(table.AppendAmount(b, f.Value, 2), ",,"...)
	b = append(table.AppendAmount(b, f.NetMass, 3), ',')
	return append(table.AppendAmount(b, f.Quantity, 3), '\n'), nil
}

func comextCode(c area.Code) (string, error) {
	a, ok := area.Lookup(c)
	if !ok || len(a.Comext) == 0 {
		return "", fault.Errorf(fault.BadInput, "area %q has no code in Comext", c)
	}
	return a.Comext[0], nil
}

func bulkFlow(d flow.Direction) (byte, error) {
	switch d {
	case flow.Import:
		return '1', nil
	case flow.Export:
		return '2', nil
	default:
		return 0, fault.Errorf(fault.BadInput, "direction %q is neither import nor export", d)
	}
}

// appendPeriod writes YYYYMM, with month 52 for a whole year.
func appendPeriod(b []byte, p int) []byte {
	if p%100 == 0 {
		p += 52
	}
	return strconv.AppendInt(b, int64(p), 10)
}
