package area

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"detour/fault"
	"detour/trade/period"
)

// With adds the groups of a CSV file (docs/format/groups.md) and leaves gs as it is. The name of the file
// serves messages and the titles. What is wrong in the file, and a group that already exists or that
// has the code of a place, is bad input that names file, line and column.
func (gs Groups) With(r io.Reader, name string) (Groups, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return Groups{}, fault.Errorf(fault.Unavailable, "reading groups from %s: %w", name, err)
	}
	file := groupsFile{name: name, csv: csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))}
	read, err := file.read()
	if err != nil {
		return Groups{}, err
	}
	all := maps.Clone(gs.byKey)
	if all == nil {
		all = map[string]Group{}
	}
	for _, key := range slices.Sorted(maps.Keys(read)) {
		if g, exists := all[key]; exists {
			return Groups{}, fault.Errorf(fault.BadInput, "%s: the group %s exists already", name, g.ID).Hint("give it another name")
		}
		all[key] = read[key]
	}
	return Groups{all}, nil
}

// groupsFile is a file of groups while it is read.
type groupsFile struct {
	name    string
	csv     *csv.Reader
	columns map[string]int
}

// The columns; only the dates may be absent.
var groupColumns = []string{"group", "area", "from", "until"}

func (f *groupsFile) read() (map[string]Group, error) {
	if err := f.readHeader(); err != nil {
		return nil, err
	}
	groups := map[string]Group{}
	for {
		row, err := f.csv.Read()
		if errors.Is(err, io.EOF) {
			return groups, nil
		}
		if err != nil {
			return nil, fault.Errorf(fault.BadInput, "%s: %w", f.name, err)
		}
		if err := f.addRow(groups, row); err != nil {
			return nil, err
		}
	}
}

func (f *groupsFile) readHeader() error {
	row, err := f.csv.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return fault.Errorf(fault.BadInput, "%s: %w", f.name, err)
	}
	f.columns = map[string]int{}
	for i, column := range row {
		f.columns[strings.TrimSpace(column)] = i
	}
	for _, column := range groupColumns[:2] {
		if _, ok := f.columns[column]; !ok {
			return fault.Errorf(fault.BadInput, "%s: the column %s is missing", f.name, column).
				Hint("the first line of a file of groups is %s", strings.Join(groupColumns, ","))
		}
	}
	return nil
}

// addRow puts one line's membership into its group, in order.
func (f *groupsFile) addRow(groups map[string]Group, row []string) error {
	id := f.cell(row, "group")
	if err := checkID(id); err != nil {
		return f.wrong("group", err)
	}
	m, err := f.membership(row)
	if err != nil {
		return err
	}
	key := strings.ToLower(id)
	g, ok := groups[key]
	if !ok {
		g = Group{ID: id, Title: id + ", defined in " + f.name}
	}
	for _, other := range g.Membership {
		if other.Area == m.Area && overlap(other, m) {
			return f.wrong("area", fault.Errorf(fault.BadInput, "%s belongs to %s twice at the same time", m.Area, g.ID))
		}
	}
	g.Membership = append(g.Membership, m)
	slices.SortFunc(g.Membership, func(a, b Membership) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.From, b.From))
	})
	groups[key] = g
	return nil
}

func (f *groupsFile) membership(row []string) (m Membership, err error) {
	if m.Area, err = Parse(f.cell(row, "area")); err != nil {
		return m, f.wrong("area", err)
	}
	if a, _ := Lookup(m.Area); a.IsAggregate() {
		return m, f.wrong("area", fault.Errorf(fault.BadInput, "%s is an aggregate", m.Area).Hint("list its members instead"))
	}
	if m.From, err = parseMonth(f.cell(row, "from")); err != nil {
		return m, f.wrong("from", err)
	}
	if m.Until, err = parseMonth(f.cell(row, "until")); err != nil {
		return m, f.wrong("until", err)
	}
	if m.Until != 0 && m.Until < m.From {
		return m, f.wrong("until", fault.Errorf(fault.BadInput, "%s is before %s", m.Until, m.From))
	}
	return m, nil
}

func (f *groupsFile) cell(row []string, column string) string {
	i, ok := f.columns[column]
	if !ok {
		return ""
	}
	return strings.TrimSpace(row[i])
}

func (f *groupsFile) wrong(column string, err error) error {
	line, _ := f.csv.FieldPos(f.columns[column])
	return fault.Errorf(fault.BadInput, "%s line %d, column %s: %w", f.name, line, column, err)
}

// checkID keeps a group's name apart from what else may stand in a list.
func checkID(id string) error {
	if id == "" || strings.ContainsFunc(id, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		return fault.Errorf(fault.BadInput, "the name %q of a group is empty or holds a comma or a space", id)
	}
	if a, ok := Lookup(Code(strings.ToUpper(id))); ok && !a.IsAggregate() {
		return fault.Errorf(fault.BadInput, "the group %s has the code of %s", id, a.Labels.EN).Hint("give it another name")
	}
	return nil
}

// parseMonth reads a month; an empty cell is open.
func parseMonth(s string) (period.Period, error) {
	if s == "" {
		return 0, nil
	}
	p, err := period.Parse(s)
	if err == nil && p.IsYear() {
		err = fault.Errorf(fault.BadInput, "%q is a year", s).Hint("write a month, 2015-01")
	}
	return p, err
}

func overlap(a, b Membership) bool {
	return (a.Until == 0 || b.From <= a.Until) && (b.Until == 0 || a.From <= b.Until)
}
