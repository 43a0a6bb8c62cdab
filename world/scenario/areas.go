package scenario

import (
	"strings"

	"detour/trade/area"
)

// The areas in the order in which a world takes them. Real codes, made-up figures: the 27 members first,
// then the others of the coalition; the hubs of the published accounts first, then others.
var (
	Exporters = codes("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK GB US JP CH KR NO CA AU NZ IS TW")
	Suppliers = codes("CN IN VN MY TH BR ID MX PK BD PH LK EG ZA")
	Hubs      = codes("AE AM AZ GE HK KG KZ RS TR UZ MD TJ TM MN MK BA ME AL QA OM KW BH SA JO LB IL SG MO MA TN DZ CL PE CO EC UY PY KE NG GH")
)

// The area under sanctions, and the neighbour through which goods also reach it.
const (
	Target area.Code = "RU"
	Exit   area.Code = "BY"
)

// Members are how many of Exporters report to Comext: the first.
const Members = 27

func codes(list string) []area.Code {
	var out []area.Code
	for c := range strings.FieldsSeq(list) {
		out = append(out, area.Code(c))
	}
	return out
}
