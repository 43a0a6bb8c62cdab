package comtrade

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"detour/fault"
	"detour/source/comtrade/internal/text"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// fieldNames are the 47 fields of the final data, in the order in which they are written.
var fieldNames = strings.Split("typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,"+
	"partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,classificationSearchCode,"+
	"isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,"+
	"qty,isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,"+
	"cifvalue,fobvalue,primaryValue,legacyEstimationFlag,isReported,isAggregate", ",")

// record is a row as the values of fieldNames: a number, a word (true, false) or a string as they stand in
// JSON, and nothing for null.
type record map[string]string

// EncodeBulk writes flows as a tab-separated bulk file with all 47 columns, in the order given; decoding it
// gives the same flows. Descriptions of goods and of codes that break a cell down stay empty.
//
// A flow that the file cannot say is bad input, naming its row: one that is not in USD, an edition of the HS
// and a direction; whose goods are neither TOTAL nor 2, 4 or 6 digits; whose area has no number in UN M49;
// whose Part is not of the form that the decoder gives; whose quantity has no unit of Comtrade, or whose unit
// has no quantity; which is confidential, or holds no number or a negative one.
func EncodeBulk(w io.Writer, flows iter.Seq[flow.Flow]) error {
	out := bufio.NewWriterSize(w, 64<<10)
	out.WriteString(strings.Join(fieldNames, "\t") + "\n")
	row := 1
	for f := range flows {
		row++
		r, err := recordOf(f)
		if err != nil {
			return fault.Errorf(fault.BadInput, "writing comtrade bulk row %d: %w", row, err)
		}
		for i, name := range fieldNames {
			if i > 0 {
				out.WriteByte('\t')
			}
			out.WriteString(bare(r[name]))
		}
		if err := out.WriteByte('\n'); err != nil {
			return err
		}
	}
	return out.Flush()
}

// bare is a value as it stands in text.
func bare(value string) string {
	switch value {
	case "true":
		return "True"
	case "false":
		return "False"
	}
	return strings.Trim(value, `"`)
}

// EncodeJSON writes flows as an answer of the API; decoding it gives the same flows. What EncodeBulk
// refuses is refused, naming the record.
func EncodeJSON(w io.Writer, flows iter.Seq[flow.Flow]) error {
	out := bufio.NewWriterSize(w, 64<<10)
	out.WriteString(`{"elapsedTime":"0.00 secs","data":[`)
	count := 0
	for f := range flows {
		count++
		r, err := recordOf(f)
		if err != nil {
			return fault.Errorf(fault.BadInput, "writing comtrade record %d: %w", count, err)
		}
		if count > 1 {
			out.WriteByte(',')
		}
		out.WriteByte('{')
		for i, name := range fieldNames {
			if i > 0 {
				out.WriteByte(',')
			}
			value := r[name]
			if value == "" {
				value = "null"
			}
			fmt.Fprintf(out, `%q:%s`, name, value)
		}
		if err := out.WriteByte('}'); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, `],"count":%d,"error":""}`+"\n", count)
	return out.Flush()
}

// recordOf says a flow in the words of Comtrade.
func recordOf(f flow.Flow) (record, error) {
	edition := editionCode(f.Nomenclature)
	ware := wareOf(string(f.Goods))
	switch {
	case f.Currency != usd || edition == "":
		return nil, fault.Errorf(fault.BadInput, "currency %q and nomenclature %q are not USD and an edition of the HS", f.Currency, f.Nomenclature)
	case ware.flaw != nil:
		return nil, fault.Errorf(fault.BadInput, "%s", ware.flaw.Reason)
	case f.Period <= 0 || momentOf(periodText(f.Period)).flaw != nil:
		return nil, fault.Errorf(fault.BadInput, "period %d is no month and no year", f.Period)
	case f.Confidential:
		return nil, fault.Errorf(fault.BadInput, "a confidential flow has no word here")
	case f.Quantity.Held != (f.Unit != ""):
		return nil, fault.Errorf(fault.BadInput, "a quantity without a unit, or a unit without a quantity")
	case !f.Value.Held && !f.NetMass.Held && !f.Quantity.Held, f.Value.N < 0, f.NetMass.N < 0, f.Quantity.N < 0:
		return nil, fault.Errorf(fault.BadInput, "no number, or a negative one")
	}
	r := record{
		"typeCode": `"C"`, "classificationCode": quoted(edition), "classificationSearchCode": `"HS"`, "isOriginalClassification": "true",
		"cmdCode": quoted(string(f.Goods)), "aggrLevel": strconv.Itoa(ware.level), "isLeaf": strconv.FormatBool(ware.level == maxGoods),
		"isQtyEstimated": "false", "isAltQtyEstimated": "false", "isNetWgtEstimated": "false", "isGrossWgtEstimated": "false",
		"legacyEstimationFlag": "0", "isReported": strconv.FormatBool(ware.level == maxGoods), "isAggregate": strconv.FormatBool(ware.level != maxGoods),
	}
	r.putPeriod(f.Period)
	r.putNumbers(f)
	if err := r.putAreas(f); err != nil {
		return nil, err
	}
	if err := r.putUnit(f.Unit); err != nil {
		return nil, err
	}
	if err := r.putFlow(f.Direction); err != nil {
		return nil, err
	}
	return r, r.putPart(f.Part)
}

func quoted(s string) string { return `"` + s + `"` }

func editionCode(n goods.Nomenclature) string {
	for i := range len(editions) {
		if code := "H" + strconv.Itoa(i); editions[code] == n {
			return code
		}
	}
	return ""
}

// periodText is YYYY or YYYYMM.
func periodText(p period.Period) string {
	if p.IsYear() {
		return strconv.Itoa(p.Year())
	}
	return strconv.Itoa(int(p))
}

func (r record) putPeriod(p period.Period) {
	frequency, month, first := "A", 52, p.Year()*10000+101
	if !p.IsYear() {
		frequency, month, first = "M", p.Month(), int(p)*100+1
	}
	r["freqCode"], r["period"] = quoted(frequency), quoted(periodText(p))
	r["refPeriodId"], r["refYear"], r["refMonth"] = strconv.Itoa(first), strconv.Itoa(p.Year()), strconv.Itoa(month)
}

func (r record) putNumbers(f flow.Flow) {
	put := func(name string, n flow.Number, power int) { r[name] = string(text.AppendAmount(nil, n, power)) }
	put("primaryValue", f.Value, valuePower)
	put("netWgt", f.NetMass, massPower)
	put("qty", f.Quantity, quantityPower)
	if f.Direction == flow.Import || f.Direction == flow.ReImport {
		r["cifvalue"] = r["primaryValue"]
	} else {
		r["fobvalue"] = r["primaryValue"]
	}
}

func (r record) putAreas(f flow.Flow) error {
	if f.Reporter == europeNES {
		return fault.Errorf(fault.BadInput, "area %s is no reporter", f.Reporter)
	}
	for _, side := range []struct {
		name string
		code area.Code
	}{{"reporter", f.Reporter}, {"partner", f.Partner}} {
		n, a, err := numberOf(side.code)
		if err != nil {
			return err
		}
		r[side.name+"Code"], r[side.name+"Desc"] = n, quoted(a.Labels.EN)
		if a.Alpha3 != "" {
			r[side.name+"ISO"] = quoted(a.Alpha3)
		}
	}
	return nil
}

// numberOf gives the code of an area: the official one, which Comtrade's readers understand as well as its own.
func numberOf(code area.Code) (string, area.Area, error) {
	a, ok := area.Lookup(code)
	switch {
	case code == europeNES:
		return ambiguous, a, nil
	case !ok || a.M49 == 0 && code != world:
		return "", a, fault.Errorf(fault.BadInput, "area %q has no code in Comtrade", code)
	}
	return strconv.Itoa(a.M49), a, nil
}

const world = area.Code("WORLD")

func (r record) putUnit(name string) error {
	r["qtyUnitCode"], r["qtyUnitAbbr"] = "-1", `"N/A"`
	if name == "" {
		return nil
	}
	code, _ := strings.CutPrefix(name, otherUnit)
	for n, known := range units {
		if known == name {
			code = strconv.Itoa(n)
		}
	}
	if u := unitOf(code); u.flaw != nil || u.name != name {
		return fault.Errorf(fault.BadInput, "unit %q is none of Comtrade's", name)
	}
	r["qtyUnitCode"], r["qtyUnitAbbr"] = code, quoted(name)
	return nil
}

func (r record) putFlow(d flow.Direction) error {
	for _, k := range []struct {
		direction flow.Direction
		label     string
	}{{flow.Import, "Import"}, {flow.Export, "Export"}, {flow.ReImport, "Re-import"}, {flow.ReExport, "Re-export"}} {
		if k.direction == d {
			r["flowCode"], r["flowDesc"] = quoted(string(d)), quoted(k.label)
			return nil
		}
	}
	return fault.Errorf(fault.BadInput, "direction %q is none of M, X, RM, RX", d)
}

// putPart takes a Part apart.
func (r record) putPart(name string) error {
	var codes [len(breakdowns)]string
	for i, b := range breakdowns {
		codes[i] = b.all
		for field := range strings.SplitSeq(name, ";") {
			if value, ok := strings.CutPrefix(field, b.name+":"); ok {
				codes[i] = value
			}
		}
		if b.column == partner2Code && codes[i] != total {
			n, _, err := numberOf(area.Code(codes[i]))
			if err != nil {
				return err
			}
			codes[i] = n
		}
		r[columns[b.column].name] = quoted(codes[i])
	}
	if p := partOf(codes); p.flaw != nil || p.name != name {
		return fault.Errorf(fault.BadInput, "part %q is none of Comtrade's", name)
	}
	return nil
}
