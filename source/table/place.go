package table

import (
	"regexp"
	"strconv"
	"strings"

	"detour/source/table/internal/grid"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// place is a Place bound to a grid: it gives the text that stands there for a row and a column of values.
type place struct {
	field  string // what messages call it: its column, or partner
	read   func(row, col int) string
	cut    *regexp.Regexp // nil: the whole text
	labels map[string]string
}

// bind finds the place in a grid. A nil Place gives nil.
func (p *Place) bind(key string, g grid.Grid, h grid.Header, file string) (*place, error) {
	if p == nil {
		return nil, nil //nolint:nilnil // a place that is not stated is none
	}
	b := &place{field: key, labels: folded(p.Labels)}
	if p.Pattern != "" {
		re, err := regexp.Compile(p.Pattern)
		if err != nil {
			return nil, err
		}
		b.cut = re
	}
	if p.Column != "" {
		col, err := h.Find(p.Column)
		if err != nil {
			return nil, wrong("%s: %w", key, err)
		}
		b.field = h.Name(col)
		b.read = func(row, _ int) string { return g.At(row, col).Text }
		return b, nil
	}
	if p.Header != 0 {
		b.read = func(_, col int) string { return h.Above(p.Header, col) }
		return b, nil
	}
	text, err := p.constant(g, file)
	b.read = func(int, int) string { return text }
	return b, err
}

// constant gives the text of a place that is the same for the whole grid.
func (p *Place) constant(g grid.Grid, file string) (string, error) {
	switch {
	case p.Value != "":
		return p.Value, nil
	case p.Cell != "":
		row, col, err := grid.ParseCell(p.Cell)
		return g.At(row, col).Text, err
	case p.From == "sheet":
		return g.Sheet, nil
	default:
		return file, nil
	}
}

func folded(labels map[string]string) map[string]string {
	out := make(map[string]string, len(labels))
	for l, v := range labels {
		out[grid.Fold(l)] = v
	}
	return out
}

// text gives what stands there, cut to the group of the pattern and put through the labels, and whether
// the pattern fits and a label was found.
func (p *place) text(row, col int) (text string, labelled, ok bool) {
	text = strings.TrimSpace(p.read(row, col))
	if p.cut != nil {
		found := p.cut.FindStringSubmatch(text)
		if found == nil {
			return text, false, false
		}
		text = found[1]
	}
	if v, found := p.labels[grid.Fold(text)]; found {
		return v, true, true
	}
	return text, false, true
}

func (p *place) flaw(reason, hint string) *flaw { return &flaw{p.field, reason, hint} }

// systems are the ways to write an area; the label is the default.
var systems = map[string]func(string) (area.Area, bool){
	"label":  area.ByLabel,
	"code":   func(s string) (area.Area, bool) { return area.Lookup(area.Code(s)) },
	"alpha3": area.ByAlpha3,
	"comext": area.ByComext,
	"m49":    byM49,
}

// byM49 reads a number of M49 with or without leading zeros. Zero, the world in Comtrade and anything else in
// the tables of offices, is known only if the mapping has a label for it.
func byM49(s string) (area.Area, bool) {
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' || n > 999 {
			return area.Area{}, false
		}
		n = n*10 + int(r-'0')
	}
	if n == 0 {
		return area.Area{}, false
	}
	return area.ByM49(n)
}

// areaPlace finds areas: by the labels of the place, by those of the mapping, then in its system.
type areaPlace struct {
	*place
	system  string
	find    func(string) (area.Area, bool)
	mapping map[string]string
	known   map[string]*areaFound
	own     []string // labels of the mapping as written
	near    []string // the labels that hints may name, made when first needed
	hints   int
}

type areaFound struct {
	code area.Code
	flaw *flaw
}

func (m Mapping) areaPlace(p *Place, b *place) *areaPlace {
	system := p.System
	if system == "" {
		system = "label"
	}
	find := systems[system]
	if p.Value != "" {
		find = systems["code"]
	}
	return &areaPlace{
		place: b, system: system, find: find, mapping: folded(m.Labels), known: map[string]*areaFound{},
		own: append(sortedKeys(m.Labels), sortedKeys(p.Labels)...),
	}
}

func (p *areaPlace) area(row, col int) (area.Code, *flaw) {
	text, labelled, ok := p.text(row, col)
	switch {
	case !ok:
		return "", p.flaw("the pattern does not fit "+quote(text), "")
	case labelled:
		return area.Code(text), nil
	}
	found, ok := p.known[text]
	if !ok {
		found = p.look(text)
		p.known[text] = found
	}
	return found.code, found.flaw
}

func (p *areaPlace) look(text string) *areaFound {
	if code, ok := p.mapping[grid.Fold(text)]; ok {
		return &areaFound{code: area.Code(code)}
	}
	if a, ok := p.find(text); ok {
		return &areaFound{code: a.Code}
	}
	hint := "add it to [labels] or to a [[skip]] of the mapping"
	if p.system == "label" {
		if near := p.nearest(text); near != "" {
			hint = "the nearest known label is " + quote(near) + "; " + hint
		}
	}
	return &areaFound{flaw: p.flaw("unknown area "+quote(text), hint)}
}

func (p *place) goods(row, col int) (goods.Code, *flaw) {
	text, _, ok := p.text(row, col)
	if !ok {
		return "", p.flaw("the pattern does not fit "+quote(text), "")
	}
	c, err := goods.ParseCode(text)
	if err != nil {
		return "", p.flaw("unknown goods "+quote(text), "add the text to the labels of goods, or the row to a [[skip]]")
	}
	return c, nil
}

// directions are the words for them beside Comtrade's letters.
var directions = map[string]flow.Direction{
	"m": flow.Import, "import": flow.Import, "imports": flow.Import, "x": flow.Export, "export": flow.Export, "exports": flow.Export,
	"rm": flow.ReImport, "re-import": flow.ReImport, "rx": flow.ReExport, "re-export": flow.ReExport,
}

func (p *place) direction(row, col int) (flow.Direction, *flaw) {
	text, _, ok := p.text(row, col)
	d, known := directions[grid.Fold(text)]
	if !ok || !known {
		return "", p.flaw("unknown direction "+quote(text), "import, export, re-import, re-export and what the labels of direction say")
	}
	return d, nil
}

// period reads a period, or a year whose month stands elsewhere.
func (p *place) period(month *place, row, col int) (period.Period, *flaw) {
	text, _, ok := p.text(row, col)
	when, err := period.Parse(text)
	if !ok || err != nil {
		return 0, p.flaw("unknown period "+quote(text), "2022, 2022-03 and 202203 are read; a pattern cuts them out of a longer text")
	}
	if month == nil {
		return when, nil
	}
	if !when.IsYear() {
		return 0, p.flaw(quote(text)+" is no year, and the month stands elsewhere", "")
	}
	return month.month(when.Year(), row, col)
}

// wholeYear is what the labels of month say of the figure of a year.
const wholeYear = "year"

func (p *place) month(year, row, col int) (period.Period, *flaw) {
	text, _, ok := p.text(row, col)
	if ok && grid.Fold(text) == wholeYear {
		return period.Year(year), nil
	}
	if n, err := strconv.ParseUint(text, 10, 8); ok && err == nil && n >= 1 && n <= 12 {
		return period.Month(year, int(n)), nil
	}
	return 0, p.flaw("unknown month "+quote(text), "1 to 12 and year are read; the labels of month say what other words mean")
}
