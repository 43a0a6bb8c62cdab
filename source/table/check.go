package table

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"detour/fault"
	"detour/source/table/internal/grid"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
)

// check holds a mapping against its document and gives the key that is wrong. It runs in the order of the
// document, so that the first fault of a file is named.
func (m Mapping) check() (key string, err error) {
	layoutKey, layout := m.Grid.Check()
	for _, c := range []struct {
		key string
		err error
	}{
		{"source", checkName(m.Source)},
		{"dataset", checkName(m.Dataset)},
		{"nomenclature", oneOf(m.Nomenclature, string(goods.HS2012), string(goods.HS2017), string(goods.HS2022), string(goods.CN))},
		{"files", grid.CheckGlobs(m.Files)},
		{"grid." + layoutKey, layout},
		{"stamp", m.Stamp.check(m, false, "value", "cell", "from")},
		{"numbers.decimal", oneOf(m.Numbers.Decimal, "", ".", ",")},
		{"numbers.group", m.Numbers.checkGroup()},
		{"coverage.partners", oneOf(m.Coverage.Partners, "all", "listed")},
		{"coverage.absent", m.Coverage.checkAbsent()},
		{"coverage.levels", m.Coverage.checkLevels()},
		{"numbers.missing", m.checkMissing()},
		{"labels", checkLabels(m.Labels)},
		{"skip", checkRules(m.Skip)},
		{"keep", checkRules(m.Keep)},
		{"values", m.checkValues()},
	} {
		if c.err != nil {
			return c.key, c.err
		}
	}
	return "", nil
}

func wrong(format string, args ...any) *fault.Error {
	return fault.Errorf(fault.BadInput, format, args...)
}

func oneOf(s string, allowed ...string) error {
	if slices.Contains(allowed, s) {
		return nil
	}
	return wrong("%q is not known", s).Hint("write one of %s", strings.TrimPrefix(strings.Join(allowed, ", "), ", "))
}

var namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// checkName keeps names fit for source/dataset@stamp.
func checkName(s string) error {
	if !namePattern.MatchString(s) {
		return wrong("%q is no name", s).Hint("letters of the alphabet, digits, dots, dashes and underscores make a name")
	}
	return nil
}

func (n Numbers) checkGroup() error {
	for _, g := range n.Group {
		if g == "" || g == n.decimal() || strings.ContainsAny(g, "0123456789+-") {
			return wrong("%q cannot stand between digits", g)
		}
	}
	return nil
}

func (n Numbers) decimal() string {
	if n.Decimal == "" {
		return "."
	}
	return n.Decimal
}

func (c Coverage) checkAbsent() error {
	if c.Partners == "all" && c.Absent == "missing" {
		return wrong("all partners cannot be covered where absence is missing").Hint(`write coverage.partners = "listed"`)
	}
	return oneOf(c.Absent, "zero", "missing")
}

func (c Coverage) checkLevels() error {
	if len(c.Levels) > 0 && c.Absent == "missing" {
		return wrong("where absence is missing, nothing but the codes that are stated is covered")
	}
	for _, l := range c.Levels {
		if l < 0 || l == 1 || l > 10 {
			return wrong("%d is no number of digits", l)
		}
	}
	if !slices.IsSorted(c.Levels) {
		return wrong("%v does not rise", c.Levels)
	}
	return nil
}

// checkMissing refuses what a block of coverage cannot say: everything except one cell.
func (m Mapping) checkMissing() error {
	if len(m.Numbers.Missing) > 0 && (m.Coverage.Partners == "all" || len(m.Coverage.Levels) > 0) {
		return wrong("a cell can be missing only where coverage is by what is listed").Hint(`write coverage.partners = "listed" and no coverage.levels`)
	}
	for _, mark := range m.Numbers.Missing {
		if slices.Contains(m.Numbers.None, mark) {
			return wrong("%q means no trade and missing", mark)
		}
	}
	return nil
}

func checkLabels(labels map[string]string) error {
	seen := map[string]string{}
	for _, l := range slices.Sorted(maps.Keys(labels)) {
		if other, twice := seen[grid.Fold(l)]; twice {
			return wrong("%q and %q are one label", other, l)
		}
		seen[grid.Fold(l)] = l
		if _, ok := area.Lookup(area.Code(labels[l])); !ok {
			return wrong("%q is %q, which is no code of an area", l, labels[l]).Hint("write DE, XK, WORLD or AREAS-NES")
		}
	}
	return nil
}

func checkRules(rules []Rule) error {
	for i, r := range rules {
		if len(r.When) == 0 {
			return wrong("rule %d has no `when`", i+1)
		}
	}
	return nil
}

func (m Mapping) checkValues() error {
	if len(m.Values) == 0 {
		return wrong("a mapping needs columns of values")
	}
	for i, v := range m.Values {
		if err := m.checkGroup(v); err != nil {
			return wrong("group %d: %w", i+1, err)
		}
	}
	return nil
}

func (m Mapping) checkGroup(v Values) error {
	if err := oneOf(v.Measure, string(flow.Value), string(flow.NetMass), string(flow.Quantity)); err != nil {
		return wrong("measure: %w", err)
	}
	if _, err := parseUnit(flow.Measure(v.Measure), v.Unit); err != nil {
		return wrong("unit: %w", err)
	}
	if (len(v.Columns) > 0) == (v.Match != "") {
		return wrong("columns, match: exactly one of them says which columns")
	}
	if _, err := regexp.Compile(v.Match); err != nil {
		return wrong("match: %w", err)
	}
	var err error
	m.dimensions(v).each(func(name string, p *Place) {
		if err != nil {
			return
		}
		if p == nil && name != "month" {
			err = wrong("%s: it is not said where it stands", name)
			return
		}
		if e := p.check(m, name == "reporter" || name == "partner", "value", "column", "header", "cell", "from"); e != nil {
			err = wrong("%s: %w", name, e)
		}
	})
	return err
}

// check holds a place against what the mapping and the key allow; a nil place is fine.
func (p *Place) check(m Mapping, isArea bool, allowed ...string) error {
	if p == nil {
		return nil
	}
	var set []string
	for _, c := range []struct {
		key string
		set bool
	}{{"value", p.Value != ""}, {"column", p.Column != ""}, {"header", p.Header != 0}, {"cell", p.Cell != ""}, {"from", p.From != ""}} {
		if c.set {
			set = append(set, c.key)
		}
	}
	if len(set) != 1 || !slices.Contains(allowed, set[0]) {
		return wrong("exactly one of %s says where it stands, not %v", strings.Join(allowed, ", "), set)
	}
	return firstError(
		p.checkWhere(m),
		checkPattern(p.Pattern),
		p.checkSystem(isArea),
	)
}

func (p *Place) checkWhere(m Mapping) error {
	if p.Header != 0 && !slices.Contains(m.Grid.Header, p.Header) {
		return wrong("row %d is not one of the header's %v", p.Header, m.Grid.Header)
	}
	if p.From != "" {
		if err := oneOf(p.From, "sheet", "file"); err != nil {
			return err
		}
		if p.From == "sheet" && !m.Grid.HasSheets() {
			return wrong("%s has no sheets", m.Grid.Kind)
		}
	}
	if p.Cell != "" {
		if _, _, err := grid.ParseCell(p.Cell); err != nil {
			return err
		}
	}
	return nil
}

func (p *Place) checkSystem(isArea bool) error {
	if !isArea && p.System != "" {
		return wrong("only reporter and partner have a system")
	}
	if isArea {
		if err := oneOf(p.System, append([]string{""}, slices.Sorted(maps.Keys(systems))...)...); err != nil {
			return wrong("system: %w", err)
		}
		return checkLabels(p.Labels)
	}
	return nil
}

func checkPattern(s string) error {
	if s == "" {
		return nil
	}
	re, err := regexp.Compile(s)
	if err != nil {
		return wrong("pattern: %w", err)
	}
	if re.NumSubexp() != 1 {
		return wrong("pattern: %q has %d groups, not one", s, re.NumSubexp())
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
