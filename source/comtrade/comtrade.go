// Package comtrade decodes the 'final' data of UN Comtrade in the two shapes in which people hold them:
// the bulk file of text, one row a line, and the JSON that the API answers with. docs/format/comtrade.md
// describes both; the decoders mirror it.
//
// Values are in hundredths of USD, net mass in grams, quantities in thousandths of their unit, each the
// decimal of the file rounded half to even; no binary fraction is used on the way.
package comtrade

import (
	"bytes"
	"strings"

	"detour/source"
	"detour/source/comtrade/internal/text"
)

// The data set of all files of the final data, annual and monthly.
const (
	sourceName = "comtrade"
	dataset    = "final"
)

// Formats lists the formats of Comtrade.
func Formats() []source.Format {
	const publisher = "United Nations Statistics Division"
	return []source.Format{
		{
			ID:        "comtrade-bulk",
			Doc:       source.Doc{Title: "UN Comtrade bulk file", Source: publisher, Page: "comtrade.md"},
			Recognise: recogniseBulk,
			Decode:    decodeBulk,
		},
		{
			ID:        "comtrade-json",
			Doc:       source.Doc{Title: "UN Comtrade API answer", Source: publisher, Page: "comtrade.md"},
			Recognise: recogniseJSON,
			Decode:    decodeJSON,
		},
	}
}

// recogniseBulk knows the text by its header.
func recogniseBulk(_ string, head []byte) bool {
	line, _ := text.Line(trimMark(head))
	l, err := newLayout(source.Input{}, line)
	return err == nil && l.at[primaryValue] >= 0
}

// recogniseJSON knows the answer by the first of its keys, or by a key that its records alone have.
func recogniseJSON(_ string, head []byte) bool {
	head = bytes.TrimSpace(trimMark(head))
	if !bytes.HasPrefix(head, []byte{'{'}) || !bytes.Contains(head, []byte(`"data"`)) {
		return false
	}
	return bytes.Contains(head, []byte(`"elapsedTime"`)) || bytes.Contains(head, []byte(`"refPeriodId"`))
}

func trimMark(head []byte) []byte { return bytes.TrimPrefix(head, []byte("\ufeff")) }

// column is a field that is read. The others of the 47 are ignored.
type column int

const (
	typeCode column = iota
	freqCode
	periodCode
	reporterCode
	flowCode
	partnerCode
	partnerISO
	partnerDesc
	partner2Code
	classificationCode
	isOriginal
	cmdCode
	aggrLevel
	customsCode
	mosCode
	motCode
	qtyUnitCode
	qty
	isQtyEstimated
	netWgt
	isNetWgtEstimated
	cifvalue
	fobvalue
	primaryValue
	isReported
	isAggregate
	columnCount
)

// columns are the names of the fields that are read, and whether a file must have them. Without the last
// three codes of a breakdown a part could not be told from the total.
var columns = [columnCount]struct {
	name     string
	required bool
}{
	typeCode: {"typeCode", false}, freqCode: {"freqCode", false}, periodCode: {"period", true},
	reporterCode: {"reporterCode", true}, flowCode: {"flowCode", true},
	partnerCode: {"partnerCode", true}, partnerISO: {"partnerISO", false}, partnerDesc: {"partnerDesc", false},
	partner2Code:       {"partner2Code", true},
	classificationCode: {"classificationCode", true}, isOriginal: {"isOriginalClassification", false},
	cmdCode: {"cmdCode", true}, aggrLevel: {"aggrLevel", false},
	customsCode: {"customsCode", true}, mosCode: {"mosCode", false}, motCode: {"motCode", true},
	qtyUnitCode: {"qtyUnitCode", false}, qty: {"qty", false}, isQtyEstimated: {"isQtyEstimated", false},
	netWgt: {"netWgt", false}, isNetWgtEstimated: {"isNetWgtEstimated", false},
	cifvalue: {"cifvalue", false}, fobvalue: {"fobvalue", false}, primaryValue: {"primaryValue", true},
	isReported: {"isReported", false}, isAggregate: {"isAggregate", false},
}

// cells are the fields of a row; those that the file does not have are empty.
type cells [columnCount][]byte

// columnOf finds a column by its name in any case.
func columnOf(name string) (column, bool) {
	for c := range columns {
		if strings.EqualFold(columns[c].name, name) {
			return column(c), true
		}
	}
	return 0, false
}
