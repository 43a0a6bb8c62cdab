package workbook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"detour/source"
	"detour/source/comext/internal/codes"
	"detour/source/comext/internal/table"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// sheet is one sheet of a workbook: a product, a flow and an indicator, by reporter and partner in
// rows and by time in columns.
type sheet struct {
	name string
	next func(row int, cells []string) // reads the next row
	head map[string]string             // what the lines above the table say

	dataset, stamp string
	product        codes.Ware
	direction      flow.Direction
	indicator      codes.Indicator
	columns        []periodColumn
	reporter       func(string) codes.Place
	partner        func(string) codes.Place

	flows     []flow.Flow
	rejects   []source.Reject
	tally     table.Tally // of cells; a row without a known reporter and partner counts as one
	reporters codes.Set[area.Code]
	partners  codes.Set[area.Code]
	refused   bool
	err       error // the workbook itself is damaged
}

// periodColumn is a column of values, with the column of its flags beside it, -1 if it has none.
type periodColumn struct {
	label       string
	period      period.Period
	value, flag int
}

const layoutHint = "export from the data browser in English: products, flows and indicators on sheets, reporters and partners in rows, time in columns"

// read takes the sheet row by row.
func (s *sheet) read(file *excelize.File) {
	s.head, s.reporters, s.partners = map[string]string{}, codes.Set[area.Code]{}, codes.Set[area.Code]{}
	s.next = s.readHead
	rows, err := file.Rows(s.name)
	if err != nil {
		s.err = err
		return
	}
	row := 1
	for ; !s.refused && rows.Next(); row++ {
		cells, err := rows.Columns()
		if err != nil {
			s.err = err
			break
		}
		s.next(row, cells)
	}
	if err := rows.Close(); err != nil && s.err == nil {
		s.err = err
	}
	if s.reporter == nil && !s.refused {
		s.refuse(row, "", "it holds no table of reporters and partners by time", layoutHint)
	}
}

// refuse gives the whole sheet up: nothing of it is kept but the reason.
func (s *sheet) refuse(row int, field, reason, hint string) {
	s.refused = true
	s.flows, s.reporters, s.partners = nil, nil, nil
	s.rejects = []source.Reject{{Line: int64(row), Sheet: s.name, Field: field, Reason: "sheet not read: " + reason, Hint: hint}}
	s.tally = table.Tally{Rejected: 1}
}

// readHead takes a line above the table: `Dataset: `, `PRODUCT [PRODUCT]`, `FLOW`, `INDICATORS`.
func (s *sheet) readHead(row int, cells []string) {
	name, _, _ := strings.Cut(cellAt(cells, 0), " [")
	if name == "TIME" {
		s.readTime(row, cells)
		return
	}
	for _, c := range cells[min(1, len(cells)):] {
		if c = strings.TrimSpace(c); c != "" {
			s.head[strings.TrimSuffix(name, ":")] = c
			return
		}
	}
}

// readTime takes the line of periods, when the lines above must have said what the sheet is about.
func (s *sheet) readTime(row int, cells []string) {
	if bad := s.subject(); bad != nil {
		s.refuse(row, bad.Field, bad.Reason, bad.Hint)
		return
	}
	if cellAt(cells, 1) != "TIME" {
		s.refuse(row, "TIME", "time is not in the columns from the third on", layoutHint)
		return
	}
	for i := 2; i < len(cells); i++ {
		label := cellAt(cells, i)
		if label == "" {
			continue
		}
		p, err := period.Parse(label)
		if err != nil || len(label) == 6 {
			s.refuse(row, "TIME", "period "+table.Quote(label)+" is neither YYYY-MM nor YYYY", "")
			return
		}
		column := periodColumn{label, p, i, -1}
		if cellAt(cells, i+1) == "" {
			column.flag = i + 1
		}
		s.columns = append(s.columns, column)
	}
	if len(s.columns) == 0 {
		s.refuse(row, "TIME", "it names no period", layoutHint)
	}
	s.next = s.readLabels
}

// subject reads the lines above the table.
func (s *sheet) subject() *table.Flaw {
	var ok bool
	if s.dataset, ok = codes.Dataset(bracketed(s.head["Dataset"])); !ok {
		return table.NewFlaw("Dataset", "no data set of Comext: "+table.Quote(s.head["Dataset"]), layoutHint)
	}
	if s.stamp, ok = codes.Stamp(s.head["Last updated"]); !ok {
		return table.NewFlaw("Last updated", "not a moment: "+table.Quote(s.head["Last updated"]), "")
	}
	if s.product = codes.WareOf("PRODUCT", bracketed(s.head["PRODUCT"])); s.product.Flaw != nil {
		return s.product.Flaw
	}
	if s.direction, ok = codes.Direction(bracketed(s.head["FLOW"])); !ok {
		return table.NewFlaw("FLOW", "unknown flow "+table.Quote(s.head["FLOW"]), "EXPORT and IMPORT are read")
	}
	if s.indicator, ok = codes.IndicatorOf(bracketed(s.head["INDICATORS"])); !ok {
		return table.NewFlaw("INDICATORS", "unknown indicator "+table.Quote(s.head["INDICATORS"]), codes.IndicatorHint)
	}
	return nil
}

// bracketed gives the code in the brackets that end a label, or the text where none do: labels hold
// brackets of their own.
func bracketed(s string) string {
	i := strings.LastIndexByte(s, '[')
	if i < 0 || !strings.HasSuffix(s, "]") {
		return s
	}
	return s[i+1 : len(s)-1]
}

// readLabels takes a line that names the dimensions of the rows, after one for the frequency.
func (s *sheet) readLabels(row int, cells []string) {
	switch a, b := cellAt(cells, 0), cellAt(cells, 1); {
	case a == "REPORTER (Labels)" && b == "PARTNER (Labels)":
		s.readRowsBy(area.ByLabel)
	case a == "REPORTER (Codes)" && b == "PARTNER (Codes)":
		s.readRowsBy(area.ByComext)
	case strings.HasPrefix(a, "FREQ ("):
	default:
		s.refuse(row, "", "rows are not reporters and partners: "+table.Quote(a)+", "+table.Quote(b), layoutHint)
	}
}

func (s *sheet) readRowsBy(find func(string) (area.Area, bool)) {
	s.reporter = func(text string) codes.Place { return codes.PlaceOf("REPORTER", text, find) }
	s.partner = func(text string) codes.Place { return codes.PlaceOf("PARTNER", text, find) }
	s.next = s.readRow
}

// readRow takes a row of data.
func (s *sheet) readRow(row int, cells []string) {
	if isFooter(cellAt(cells, 0)) {
		s.next = func(int, []string) {}
		return
	}
	if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
		return
	}
	reporter, partner := s.reporter(cellAt(cells, 0)), s.partner(cellAt(cells, 1))
	if bad := table.FirstFlaw(reporter.Flaw, partner.Flaw); bad != nil {
		s.reject(row, bad, cells)
		return
	}
	s.reporters.Add(reporter.Code)
	s.partners.Add(partner.Code)
	for _, column := range s.columns {
		s.readCell(row, cells, column, flow.Key{
			Reporter: reporter.Code, Partner: partner.Code, Direction: s.direction,
			Nomenclature: goods.CN, Goods: s.product.Code, Period: column.period,
		})
	}
}

// isFooter tells whether a line begins the legend below the table.
func isFooter(s string) bool {
	return s == "Special value" || s == "Special values" || s == "Available flags:" || s == "Observation flags:"
}

// readCell takes one value. A colon is none, unless its flag says that it is withheld.
func (s *sheet) readCell(row int, cells []string, c periodColumn, key flow.Key) {
	withheld := c.flag >= 0 && strings.Contains(cellAt(cells, c.flag), "c")
	f := flow.Flow{Key: key, Currency: money.EUR, Confidential: withheld || s.product.Confidential}
	text := cellAt(cells, c.value)
	if text == "" {
		s.reject(row, table.NewFlaw(c.label, "the cell is empty", "a value that is not available is written as a colon"), cells)
		return
	}
	if bad := codes.State(&f, s.indicator, []byte(text), c.label); bad != nil {
		s.reject(row, bad, cells)
		return
	}
	if !codes.Held(&f) && !withheld {
		s.tally.Absent++
		return
	}
	s.tally.Flows++
	s.flows = append(s.flows, f)
}

func (s *sheet) reject(row int, bad *table.Flaw, cells []string) {
	s.tally.Rejected++
	r := bad.Reject(int64(row), []byte(strings.Join(cells, "\t")))
	r.Sheet = s.name
	s.rejects = append(s.rejects, r)
}

// release tells what the sheet says of its release, for messages.
func (s *sheet) release() string { return fmt.Sprintf("%s of %s", s.dataset, s.stamp) }

// cellAt gives a cell without the blanks around it; rows end with their last filled cell.
func cellAt(cells []string, i int) string {
	if i >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[i])
}
