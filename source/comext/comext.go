// Package comext decodes Eurostat's Comext, the external trade statistics of the EU, in the four
// shapes in which people hold it: the bulk file, SDMX-CSV, the data browser's workbook and the
// relational view of Easy Comext. docs/format/comext-*.md and easy-comext.md describe the shapes;
// each decoder mirrors its page.
//
// All decoders give values in hundredths of EUR (the ECU of before 1999 counts as one euro), net mass
// in grams and supplementary quantities in thousandths. A number that those units cannot hold exactly
// is rejected, never rounded.
package comext

import (
	"detour/source"
	"detour/source/comext/internal/codes"
	"detour/source/comext/internal/workbook"
)

// The data sets of the files that do not name one.
const (
	datasetBulk = "bulk"
	datasetEasy = "easy"
)

// SupplementaryUnit is the unit of a supplementary quantity where the file does not name it.
const SupplementaryUnit = codes.SupplementaryUnit

// Formats lists the formats of Comext.
func Formats() []source.Format {
	const eurostat = "Eurostat"
	return []source.Format{
		{
			ID:        "comext-bulk",
			Doc:       source.Doc{Title: "Eurostat Comext bulk file", Source: eurostat, Page: "comext-bulk.md"},
			Recognise: recogniseBulk,
			Decode:    decodeBulk,
		},
		{
			ID:        "comext-sdmx",
			Doc:       source.Doc{Title: "Eurostat Comext SDMX-CSV", Source: eurostat, Page: "comext-sdmx-csv.md"},
			Recognise: recogniseSDMX,
			Decode:    decodeSDMX,
		},
		{
			ID:        "comext-workbook",
			Doc:       source.Doc{Title: "Eurostat data browser workbook of Comext", Source: eurostat, Page: "comext-workbook.md"},
			Recognise: workbook.Recognise,
			Decode:    workbook.Decode,
		},
		{
			ID:        "easy-comext",
			Doc:       source.Doc{Title: "Easy Comext relational view", Source: eurostat, Page: "easy-comext.md"},
			Recognise: recogniseEasy,
			Decode:    decodeEasy,
		},
	}
}
