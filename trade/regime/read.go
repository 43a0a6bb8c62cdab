package regime

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"detour/fault"
	"detour/trade/area"
	"detour/trade/goods"
)

// With adds the list of a file (docs/format/regime.md) and leaves r as it is. The name of the file serves messages. What
// is wrong in the file, and a list whose ID exists already, is bad input that names file and line.
func (r Regime) With(file io.Reader, name string) (Regime, error) {
	text, err := io.ReadAll(file)
	if err != nil {
		return Regime{}, fault.Errorf(fault.Unavailable, "reading the list %s: %w", name, err)
	}
	l, err := readList(text, name)
	if err != nil {
		return Regime{}, err
	}
	return r.with(l)
}

// fileReader is a list while it is read.
type fileReader struct {
	name string
	line int
	list List
	seen map[string]bool // keys of the head
}

func readList(text []byte, name string) (*List, error) {
	f := &fileReader{name: name, seen: map[string]bool{}}
	rest := bytes.TrimPrefix(text, []byte("\ufeff"))
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		f.line++
		s := strings.TrimSpace(string(line))
		if s == "" {
			break
		}
		if err := f.head(s); err != nil {
			return nil, err
		}
	}
	if err := f.whole(); err != nil {
		return nil, err
	}
	if err := f.rows(rest); err != nil {
		return nil, err
	}
	return &f.list, nil
}

func (f *fileReader) wrong(format string, args ...any) *fault.Error {
	return fault.Errorf(fault.BadInput, "%s line %d: "+format, append([]any{f.name, f.line}, args...)...)
}

// required are the keys that every head has.
var required = []string{"list", "jurisdiction", "act", "title", "link", "direction", "to", "kind"}

// repeated are the keys that a head may have several times.
var repeated = []string{"state", "exempt", "note"}

// head reads one line `key: value`.
func (f *fileReader) head(line string) error {
	if line[0] == '#' {
		return nil
	}
	key, value, found := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	if !found || value == "" {
		return f.wrong("%q is not `key: value`", line).Hint("an empty line parts the head from the rows")
	}
	if f.seen[key] && !slices.Contains(repeated, key) {
		return f.wrong("%s stands twice", key)
	}
	f.seen[key] = true
	if err := f.set(key, value); err != nil {
		return f.wrong("%s: %w", key, err)
	}
	return nil
}

func (f *fileReader) set(key, value string) (err error) {
	l := &f.list
	switch key {
	case "list":
		l.ID = value
		if strings.ContainsAny(value, ", \t") {
			err = fault.Errorf(fault.BadInput, "the name %q holds a comma or a space", value)
		}
	case "jurisdiction":
		l.Jurisdiction = value
	case "act":
		l.Act = value
	case "article":
		l.Article = value
	case "annex":
		l.Annex = value
	case "title":
		l.Title = value
	case "link":
		l.Link = value
	case "direction":
		l.Direction, err = ParseDirection(value)
	case "to":
		l.To, err = areas(value)
	case "kind":
		l.Kind, err = oneOf(value, Ban, Licence, Watch)
	case "edition":
		l.Edition = goods.Edition(value)
		if l.Edition.HS() == "" {
			err = fault.Errorf(fault.BadInput, "%q is no edition that is held", value).Hint("write HS2022 or CN2023")
		}
	case "since":
		l.Since, err = parseBound(value)
	case "until":
		l.Until, err = ParseDay(value)
	case "state":
		err = l.know(value)
	case "exempt":
		l.Exempt = append(l.Exempt, value)
	case "note":
		l.Notes = append(l.Notes, value)
	default:
		err = fault.Errorf(fault.BadInput, "no such key").Hint("docs/format/regime.md lists the keys")
	}
	return err
}

func oneOf[T ~string](s string, words ...T) (T, error) {
	if slices.Contains(words, T(s)) {
		return T(s), nil
	}
	return "", fault.Errorf(fault.BadInput, "%q is none of %v", s, words)
}

// areas reads areas parted by spaces, or * for anywhere.
func areas(s string) ([]area.Code, error) {
	if s == "*" {
		return nil, nil
	}
	var out []area.Code
	for word := range strings.FieldsSeq(s) {
		c, err := area.Parse(word)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func parseBound(s string) (Bound, error) {
	day, latest := strings.CutPrefix(s, "<")
	d, err := ParseDay(day)
	return Bound{d, latest}, err
}

// know reads `complete 2023-02-26..2023-06-23`; without a last day the state lasts.
func (l *List) know(s string) error {
	word, span, _ := strings.Cut(s, " ")
	state, err := oneOf(word, Absent, Partial, Complete, Guided)
	if err != nil {
		return err
	}
	first, last, found := strings.Cut(strings.TrimSpace(span), "..")
	if !found {
		return fault.Errorf(fault.BadInput, "%q is not a state and a time", s).Hint("write complete 2023-02-26..2023-06-23")
	}
	k := Known{State: state}
	if k.From, err = ParseDay(first); err != nil {
		return err
	}
	if last != "" {
		if k.Until, err = ParseDay(last); err != nil {
			return err
		}
	}
	if k.Until != 0 && k.Until < k.From {
		return fault.Errorf(fault.BadInput, "%s is before %s", k.Until, k.From)
	}
	if n := len(l.Known); n > 0 && (l.Known[n-1].Until == 0 || k.From <= l.Known[n-1].Until) {
		return fault.Errorf(fault.BadInput, "%s does not follow %s", k.Span, l.Known[n-1].Span)
	}
	l.Known = append(l.Known, k)
	return nil
}

// whole looks whether the head is complete.
func (f *fileReader) whole() error {
	for _, key := range required {
		if !f.seen[key] {
			return f.wrong("the head has no %s", key).Hint("every list says %s", strings.Join(required, ", "))
		}
	}
	return nil
}

// columns of the rows; all but codes may be absent.
var columns = []string{"codes", "scope", "above", "condition", "from", "until"}

func (f *fileReader) rows(text []byte) error {
	before := f.line
	r := csv.NewReader(bytes.NewReader(text))
	r.Comment = '#'
	index := map[string]int{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fault.Errorf(fault.BadInput, "%s after line %d: %w", f.name, before, err)
		}
		at, _ := r.FieldPos(0)
		f.line = before + at
		if len(index) == 0 {
			for i, column := range row {
				index[strings.TrimSpace(column)] = i
			}
			if _, ok := index["codes"]; !ok {
				return f.wrong("the column codes is missing").Hint("the first line below the head is %s", strings.Join(columns, ","))
			}
			if f.list.Edition == "" {
				return f.wrong("the list has rows and no edition").Hint("add edition: CN2023 to the head")
			}
			continue
		}
		cell := func(column string) string {
			if i, ok := index[column]; ok {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		if err := f.row(cell); err != nil {
			return err
		}
	}
}

// row adds the items of one row.
func (f *fileReader) row(cell func(string) string) (err error) {
	item := Item{Scope: Whole, Condition: cell("condition")}
	if s := cell("scope"); s != "" {
		if item.Scope, err = oneOf(s, Whole, Ex, AboveValue, Parameters); err != nil {
			return f.wrong("scope: %w", err)
		}
	}
	if s := cell("above"); s != "" {
		if item.Above, err = parseValue(s); err != nil {
			return f.wrong("above: %w", err)
		}
	}
	if (item.Above == Value{}) == (item.Scope == AboveValue) {
		return f.wrong("scope %s and above %q do not go together", item.Scope, cell("above")).Hint("a value stands with the scope value, and only there")
	}
	if s := cell("from"); s != "" {
		if item.From, err = parseBound(s); err != nil {
			return f.wrong("from: %w", err)
		}
	}
	if s := cell("until"); s != "" {
		if item.Until, err = ParseDay(s); err != nil {
			return f.wrong("until: %w", err)
		}
		if item.Until < item.From.Day {
			return f.wrong("until %s is before from %s", item.Until, item.From)
		}
	}
	codes := strings.Fields(cell("codes"))
	if len(codes) == 0 {
		return f.wrong("no codes")
	}
	for _, c := range codes {
		if item.Code, err = goods.ParseCode(c); err != nil || item.Code == goods.Total {
			return f.wrong("codes: %q is not a code", c).Hint("write codes without dots, parted by spaces: 8542 85423119")
		}
		f.list.Items = append(f.list.Items, item)
	}
	return nil
}

// parseValue reads `EUR 300`.
func parseValue(s string) (Value, error) {
	currency, units, _ := strings.Cut(s, " ")
	n, err := strconv.ParseInt(units, 10, 64)
	if err != nil || n <= 0 || len(currency) != 3 || strings.ToUpper(currency) != currency {
		return Value{}, fault.Errorf(fault.BadInput, "%q is not a value", s).Hint("write EUR 300")
	}
	return Value{n, currency}, nil
}
