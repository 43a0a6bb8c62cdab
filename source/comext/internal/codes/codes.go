// Package codes is the words that all shapes of Comext share: products, flows, indicators, moments of
// release, and what a file's rows cover.
package codes

import (
	"regexp"
	"strings"
	"time"

	"detour/trade/flow"
	"detour/trade/goods"
)

// Source is Comext's name among the sources.
const Source = "comext"

// SupplementaryUnit is the unit of a supplementary quantity where the file does not name it: the unit
// that the Combined Nomenclature prescribes for the goods in that year.
const SupplementaryUnit = "SU"

// Product reads a code of the Combined Nomenclature or of a heading above it. Codes of eight places
// with letters after the chapter (12XXXXXX, 09SSS123) gather trade whose code is withheld.
func Product(s string) (code goods.Code, confidential, ok bool) {
	if s == string(goods.Total) {
		return goods.Total, false, true
	}
	letters := 0
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
		case 'A' <= c && c <= 'Z' && i >= 2:
			letters++
		default:
			return "", false, false
		}
	}
	switch len(s) {
	case 8:
		return goods.Code(s), letters > 0, true
	case 2, 4, 6:
		return goods.Code(s), false, letters == 0
	default:
		return "", false, false
	}
}

// Direction reads the code or the label of a flow, in English, French or German.
func Direction(s string) (flow.Direction, bool) {
	switch strings.ToUpper(s) {
	case "1", "IMPORT", "IMPORTATION", "EINFUHR":
		return flow.Import, true
	case "2", "EXPORT", "EXPORTATION", "AUSFUHR":
		return flow.Export, true
	default:
		return "", false
	}
}

// Indicator is what a column or an INDICATORS code measures, and the power of ten that turns its
// unit into the unit of flow.Flow.
type Indicator struct {
	Measure flow.Measure
	Power   int
}

// IndicatorOf reads the name of an indicator, as Comext has called it over the years.
func IndicatorOf(name string) (Indicator, bool) {
	switch strings.ToUpper(name) {
	case "VALUE_EUR", "VALUE_IN_EUR", "VALUE_IN_EUROS":
		return Indicator{flow.Value, 2}, true
	case "VALUE_1000ECU", "VALUE_1000EURO", "VALUE_1000EUR":
		return Indicator{flow.Value, 5}, true
	case "QUANTITY_KG", "QUANTITY_IN_KG":
		return Indicator{flow.NetMass, 3}, true
	case "QUANTITY_IN_100KG":
		return Indicator{flow.NetMass, 5}, true
	case "QUANTITY_TON":
		return Indicator{flow.NetMass, 6}, true
	case "QUANTITY_SUPPL_UNIT", "SUP_QUANTITY", "SUPPLEMENTARY_QUANTITY", "QUANTITY_IN_SUP_UNIT", "QUANTITY_SU":
		return Indicator{flow.Quantity, 3}, true
	default:
		return Indicator{}, false
	}
}

// IndicatorHint names the indicators that are known, for the hint of a rejected row.
const IndicatorHint = "known are VALUE_EUR, VALUE_IN_EUR(OS), QUANTITY_KG, QUANTITY_IN_KG, QUANTITY_IN_100KG, SUPPLEMENTARY_QUANTITY and their old names"

// Stamp turns Eurostat's moments (15/09/26, 15/09/26 11:00:00, 13/01/2023 11:00) into the form of
// provenance.Vintage: 2026-09-15, or 2026-09-15T11:00 where the hour is told.
func Stamp(s string) (string, bool) {
	day, hour, timed := strings.Cut(s, " ")
	for _, layout := range []string{"02/01/06", "02/01/2006"} {
		date, err := time.Parse(layout, day)
		if err != nil {
			continue
		}
		if !timed {
			return date.Format(time.DateOnly), true
		}
		for _, layout := range []string{"15:04", "15:04:05"} {
			if t, err := time.Parse(layout, strings.TrimSpace(hour)); err == nil {
				return date.Format(time.DateOnly) + t.Format("T15:04"), true
			}
		}
	}
	return "", false
}

// datasetPattern finds the data set in ESTAT:DS-045409(1.0) and in DS-045409__custom_4624885.
var datasetPattern = regexp.MustCompile(`^(?:[A-Z0-9_.]+:)?(DS-[0-9]+)(?:__custom_[0-9]+)?(?:\([0-9.]+\))?$`)

// Dataset reads the identifier of a dataflow, without agency, version and custom suffix.
func Dataset(s string) (string, bool) {
	m := datasetPattern.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	return m[1], true
}
