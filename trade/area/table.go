package area

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// areas.csv has one line an area, by code. Lists of codes are parted by spaces, further labels by |, with
// `fr:` before one that counts in French only; the first M49 code is the official one, the others are
// Comtrade's.
//
//go:embed areas.csv
var areasCSV string

var header = []string{"code", "alpha3", "m49", "comext", "kind", "en", "de", "fr", "further", "members"}

type indexed struct {
	areas    []Area
	byCode   map[Code]int
	byAlpha3 map[string]int
	byM49    map[int]int
	byComext map[string]int
	byLabel  map[string]int // by labelKey
}

// table is read once; a mistake in the embedded file is a mistake in the program, hence the panic.
var table = sync.OnceValue(func() *indexed {
	t, err := readTable(areasCSV)
	if err != nil {
		panic("area: areas.csv: " + err.Error())
	}
	return t
})

func readTable(text string) (*indexed, error) {
	t := &indexed{
		byCode: map[Code]int{}, byAlpha3: map[string]int{}, byM49: map[int]int{},
		byComext: map[string]int{}, byLabel: map[string]int{},
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || strings.Join(rows[0], ",") != strings.Join(header, ",") {
		return nil, fmt.Errorf("the header is not %v", header)
	}
	for _, row := range rows[1:] {
		if err := t.add(row); err != nil {
			return nil, fmt.Errorf("%s: %w", row[0], err)
		}
	}
	return t, nil
}

// add takes one line of the table; a code or label that another area has is an error.
func (t *indexed) add(row []string) error {
	kind, err := parseKind(row[4])
	if err != nil {
		return err
	}
	m49, err := parseNumbers(row[2])
	if err != nil {
		return err
	}
	a := Area{
		Code: Code(row[0]), Alpha3: row[1], Comext: strings.Fields(row[3]), Kind: kind,
		Labels: Labels{EN: row[5], DE: row[6], FR: row[7]},
	}
	if len(m49) > 0 {
		a.M49 = m49[0]
	}
	for m := range strings.FieldsSeq(row[9]) {
		a.Members = append(a.Members, Code(m))
	}
	i := len(t.areas)
	t.areas = append(t.areas, a)
	labels := append([]string{row[5], row[6], row[7]}, strings.Split(row[8], "|")...)
	for _, err := range []error{
		enter(t.byCode, i, a.Code), enter(t.byAlpha3, i, a.Alpha3), enter(t.byM49, i, m49...),
		enter(t.byComext, i, a.Comext...), enter(t.byLabel, i, labelKeys(labels)...),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// enter notes under each key that it means area i. Empty keys of a string index are left out.
func enter[K comparable](index map[K]int, i int, keys ...K) error {
	for _, key := range keys {
		if s, ok := any(key).(string); ok && s == "" {
			continue
		}
		if j, taken := index[key]; taken && j != i {
			return fmt.Errorf("%v already names another area", key)
		}
		index[key] = i
	}
	return nil
}

func parseKind(s string) (Kind, error) {
	for k := Country; k <= Aggregate; k++ {
		if s == k.String() {
			return k, nil
		}
	}
	return 0, fmt.Errorf("unknown kind %q", s)
}

func parseNumbers(list string) ([]int, error) {
	var out []int
	for s := range strings.FieldsSeq(list) {
		n, err := strconv.Atoi(s)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}
