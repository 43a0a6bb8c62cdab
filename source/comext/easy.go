package comext

import (
	"bufio"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"detour/fault"
	"detour/source"
	"detour/source/comext/internal/codes"
	"detour/source/comext/internal/table"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

func recogniseEasy(_ string, head []byte) bool {
	return table.HeaderOf(table.FirstLine(head)).Has("REPORTER", "PARTNER", "PRODUCT", "FLOW", "STAT_PROCEDURE", "PERIOD")
}

// decodeEasy reads the relational view of Easy Comext.
func decodeEasy(ctx context.Context, in source.Input, to source.Sink) (source.Release, error) {
	release, _, err := readEasy(ctx, in, to)
	return release, err
}

func readEasy(ctx context.Context, in source.Input, to source.Sink) (source.Release, table.Tally, error) {
	m := table.NewMeter(in)
	text, err := table.OpenText(m)
	if err != nil {
		return source.Release{}, table.Tally{}, err
	}
	br := bufio.NewReaderSize(text, table.MaxLine)
	names, err := table.ReadHeader(in, br)
	if err != nil {
		return source.Release{}, table.Tally{}, err
	}
	layout, err := newEasyLayout(in, names)
	if err != nil {
		return source.Release{}, table.Tally{}, err
	}
	r := newEasyReader(layout, to)
	if err := table.EachLine(ctx, in, br, r.line); err != nil {
		return source.Release{}, table.Tally{}, err
	}
	if err := r.out.Flush(); err != nil {
		return source.Release{}, table.Tally{}, err
	}
	to.Progress(m.Consumed())
	return source.Release{Source: codes.Source, Dataset: datasetEasy, Stamp: extracted(in.Name), Coverage: r.cover.Blocks()}, r.tally, nil
}

// extractedPattern finds the moment in Relational_View_2024-11-17T08_31_12.748Z.csv.
var extractedPattern = regexp.MustCompile(`_(\d{4}-\d{2}-\d{2}T\d{2}_\d{2})_\d{2}`)

// extracted gives the moment of extraction, which is in the name of the file alone; empty where it
// has been renamed.
func extracted(name string) string {
	found := extractedPattern.FindStringSubmatch(name)
	if found == nil {
		return ""
	}
	t, err := time.Parse("2006-01-02T15_04", found[1])
	if err != nil {
		return ""
	}
	return t.Format("2006-01-02T15:04")
}

// easyLayout says where the columns are.
type easyLayout struct {
	names                                               table.Columns
	reporter, partner, product, flow, procedure, period int
	measures                                            []easyMeasure
}

type easyMeasure struct {
	codes.Indicator
	column int
}

func newEasyLayout(in source.Input, names table.Columns) (easyLayout, error) {
	l := easyLayout{names: names}
	for _, c := range []struct {
		at   *int
		name string
	}{
		{&l.reporter, "REPORTER"}, {&l.partner, "PARTNER"}, {&l.product, "PRODUCT"},
		{&l.flow, "FLOW"}, {&l.procedure, "STAT_PROCEDURE"}, {&l.period, "PERIOD"},
	} {
		if *c.at = names.Find(c.name); *c.at < 0 {
			return easyLayout{}, table.MissingColumn(in, c.name)
		}
	}
	for i, name := range names {
		what, ok := codes.IndicatorOf(name)
		if !ok {
			continue
		}
		if slices.ContainsFunc(l.measures, func(m easyMeasure) bool { return m.Measure == what.Measure }) {
			return easyLayout{}, fault.Errorf(fault.BadInput, "reading %s: column %s states the %s a second time", in.Name, name, what.Measure)
		}
		l.measures = append(l.measures, easyMeasure{what, i})
	}
	if len(l.measures) == 0 {
		return easyLayout{}, table.MissingColumn(in, "VALUE_IN_EUR")
	}
	return l, nil
}

type easyReader struct {
	layout    easyLayout
	row       table.Record
	out       table.Batch
	tally     table.Tally
	cover     codes.Cover
	reporter  table.Cache[codes.Place]
	partner   table.Cache[codes.Place]
	product   table.Cache[codes.Ware]
	direction table.Cache[easyFlow]
	procedure table.Cache[easyPart]
	period    table.Cache[easyPeriod]
}

type easyFlow struct {
	direction flow.Direction
	flaw      *table.Flaw
}

type easyPart struct {
	part string
	flaw *table.Flaw
}

type easyPeriod struct {
	period period.Period
	flaw   *table.Flaw
}

func newEasyReader(l easyLayout, to source.Sink) *easyReader {
	r := &easyReader{layout: l, out: table.Batch{To: to}, cover: codes.Cover{}}
	r.reporter.Read = func(s string) codes.Place { return codes.PlaceOf("REPORTER", s, labelled) }
	r.partner.Read = func(s string) codes.Place { return codes.PlaceOf("PARTNER", s, labelled) }
	r.product.Read, r.direction.Read, r.procedure.Read, r.period.Read = readEasyProduct, readEasyFlow, readEasyPart, readEasyPeriod
	return r
}

// line takes one row.
func (r *easyReader) line(n int64, line []byte) error {
	f, bad := r.flow(line)
	switch {
	case bad != nil:
		r.tally.Rejected++
		return r.out.To.Reject(bad.Reject(n, line))
	case !codes.Held(&f):
		r.tally.Absent++
		return nil
	}
	for _, m := range r.layout.measures {
		r.cover.Add(f.Key, m.Measure)
	}
	r.tally.Flows++
	return r.out.Add(f)
}

func (r *easyReader) flow(line []byte) (f flow.Flow, bad *table.Flaw) {
	l, row := &r.layout, &r.row
	if bad = table.SplitRow(row, line, l.names); bad != nil {
		return f, bad
	}
	reporter, partner, product := r.reporter.Get(row.Field(l.reporter)), r.partner.Get(row.Field(l.partner)), r.product.Get(row.Field(l.product))
	way, part, when := r.direction.Get(row.Field(l.flow)), r.procedure.Get(row.Field(l.procedure)), r.period.Get(row.Field(l.period))
	if bad = table.FirstFlaw(reporter.Flaw, partner.Flaw, product.Flaw, way.flaw, part.flaw, when.flaw); bad != nil {
		return f, bad
	}
	f.Key = flow.Key{
		Reporter: reporter.Code, Partner: partner.Code, Direction: way.direction,
		Nomenclature: goods.CN, Goods: product.Code, Period: when.period, Part: part.part,
	}
	f.Currency, f.Confidential = money.EUR, product.Confidential
	for _, m := range l.measures {
		if bad = codes.State(&f, m.Indicator, row.Field(m.column), l.names[m.column]); bad != nil {
			return f, bad
		}
	}
	return f, nil
}

// labelled finds an area by its label, or by the code before the label (`AT-Austria`).
func labelled(s string) (area.Area, bool) {
	if a, ok := area.ByLabel(s); ok {
		return a, true
	}
	code, _, _ := strings.Cut(s, "-")
	return area.ByComext(code)
}

// isTotal tells whether a label is that of a total, in English, French or German.
func isTotal(label string) bool {
	return strings.EqualFold(label, "Total") || strings.EqualFold(label, "Insgesamt")
}

// codeOf gives the code before a label (`2-EXPORT`), or the label where there is none.
func codeOf(s string) string {
	code, _, _ := strings.Cut(strings.TrimSpace(s), "-")
	return strings.TrimSpace(code)
}

func readEasyProduct(s string) codes.Ware {
	if isTotal(strings.TrimSpace(s)) {
		return codes.Ware{Code: goods.Total}
	}
	w := codes.WareOf("PRODUCT", codeOf(s))
	if w.Flaw != nil {
		w.Flaw.Hint = "only labels that begin with the code tell the product: export codes with labels"
	}
	return w
}

func readEasyFlow(s string) easyFlow {
	d, ok := codes.Direction(codeOf(s))
	if !ok {
		return easyFlow{flaw: table.NewFlaw("FLOW", "unknown flow "+table.Quote(s), "known are 1-IMPORT and 2-EXPORT, and their labels in English, French and German")}
	}
	return easyFlow{direction: d}
}

func readEasyPart(s string) easyPart {
	code := codeOf(s)
	switch {
	case code == "T" || isTotal(code):
		return easyPart{}
	case isCode(code, '0', '9'):
		return easyPart{part: BulkPart("", code, "")}
	default:
		return easyPart{flaw: table.NewFlaw("STAT_PROCEDURE", "unknown procedure "+table.Quote(s), "Total and labels that begin with a digit are read")}
	}
}

// periodCode is the code that Comext puts before the label of a period.
var periodCode = regexp.MustCompile(`^(\d{6})(?:-|$)`)

// readEasyPeriod reads `202408-Aug. 2024` and `202252-Jan.-Dec. 2022` by their code, `Aug. 2024` and
// `Jan.-Dec. 2016` by their label.
func readEasyPeriod(s string) easyPeriod {
	s = strings.TrimSpace(s)
	if m := periodCode.FindStringSubmatch(s); m != nil {
		if p, err := period.Parse(m[1]); err == nil && !strings.HasSuffix(m[1], "00") {
			return easyPeriod{period: p}
		}
	} else if p, ok := labelledPeriod(s); ok {
		return easyPeriod{period: p}
	}
	return easyPeriod{flaw: table.NewFlaw("PERIOD", "unknown period "+table.Quote(s), "months (Aug. 2024) and whole years (Jan.-Dec. 2024) are read, in English, French and German")}
}

func labelledPeriod(s string) (period.Period, bool) {
	space := strings.LastIndexByte(s, ' ')
	if space < 0 || len(s)-space != len(" 2024") {
		return 0, false
	}
	year, err := strconv.ParseUint(s[space+1:], 10, 16)
	if err != nil || year < 1900 || year > 2999 {
		return 0, false
	}
	first, last, isRange := strings.Cut(s[:space], "-")
	m := month(first)
	switch {
	case !isRange && m > 0:
		return period.Month(int(year), m), true
	case isRange && m == 1 && month(last) == 12:
		return period.Year(int(year)), true
	default:
		return 0, false
	}
}

// month gives the number of a month from its name or abbreviation in English, French or German, 0 if
// it is none.
func month(name string) int {
	name = strings.NewReplacer("é", "e", "û", "u", "ä", "a").Replace(strings.ToLower(strings.TrimSuffix(strings.TrimSpace(name), ".")))
	for i, names := range [...]string{
		"jan january janv janvier januar", "feb february fevr fevrier februar", "mar march mars mrz marz", "apr april avr avril",
		"may mai", "jun june juin juni", "jul july juil juillet juli", "aug august aout",
		"sep sept september septembre", "oct october octobre okt oktober", "nov november novembre", "dec december decembre dez dezember",
	} {
		if slices.Contains(strings.Fields(names), name) {
			return i + 1
		}
	}
	return 0
}
