package table

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"detour/fault"
	"detour/source/table/internal/grid"
)

// Mapping says how a table is to be read (docs/format/table.md has each key). It is a value: two mappings
// that say the same have the same Digest. Make one with ReadMapping, which checks it.
type Mapping struct {
	Source       string            `toml:"source"`
	Dataset      string            `toml:"dataset"`
	Title        string            `toml:"title"`
	Files        []string          `toml:"files"`
	Nomenclature string            `toml:"nomenclature"`
	Notes        []string          `toml:"notes"`
	Stamp        *Place            `toml:"stamp"`
	Grid         grid.Layout       `toml:"grid"`
	Numbers      Numbers           `toml:"numbers"`
	Coverage     Coverage          `toml:"coverage"`
	Labels       map[string]string `toml:"labels"`
	Skip         []Rule            `toml:"skip"`
	Keep         []Rule            `toml:"keep"`
	Dimensions
	Values []Values `toml:"values"`
}

// Numbers says how numbers are written.
type Numbers struct {
	Decimal string   `toml:"decimal"`
	Group   []string `toml:"group"`
	None    []string `toml:"none"`
	Missing []string `toml:"missing"`
	Round   bool     `toml:"round"`
}

// Coverage says what an absent figure means.
type Coverage struct {
	Partners string `toml:"partners"`
	Absent   string `toml:"absent"`
	Levels   []int  `toml:"levels"`
}

// Rule picks the rows in which every column named in When has one of the texts.
type Rule struct {
	When map[string][]string `toml:"when"`
}

// Dimensions are the places of what a figure is about. Those of a Values stand before the mapping's own.
type Dimensions struct {
	Reporter  *Place `toml:"reporter"`
	Partner   *Place `toml:"partner"`
	Goods     *Place `toml:"goods"`
	Direction *Place `toml:"direction"`
	Period    *Place `toml:"period"`
	Month     *Place `toml:"month"`
}

// Place is where a text stands: exactly one of Value, Column, Header, Cell and From is set.
type Place struct {
	Value   string            `toml:"value"`
	Column  string            `toml:"column"`
	Header  int               `toml:"header"`
	Cell    string            `toml:"cell"`
	From    string            `toml:"from"`
	Pattern string            `toml:"pattern"`
	Labels  map[string]string `toml:"labels"`
	System  string            `toml:"system"`
}

// Values is a group of columns that hold one measure.
type Values struct {
	Measure string   `toml:"measure"`
	Unit    string   `toml:"unit"`
	Columns []string `toml:"columns"`
	Match   string   `toml:"match"`
	Dimensions
}

// ReadMapping reads a mapping file. A key that no mapping has, a value that a key cannot have, and a key
// that is missing are bad input naming the file and the key; name serves these messages.
func ReadMapping(r io.Reader, name string) (Mapping, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return Mapping{}, fault.Errorf(fault.Unavailable, "reading the mapping %s: %w", name, err)
	}
	var m Mapping
	d := toml.NewDecoder(strings.NewReader(string(text))).DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return Mapping{}, badTOML(name, err)
	}
	if key, err := m.check(); err != nil {
		return Mapping{}, badKey(name, key, err)
	}
	return m, nil
}

// badTOML names the key, or the line where the text is no TOML.
func badTOML(name string, err error) error {
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(strict.Errors) > 0 {
		row, _ := strict.Errors[0].Position()
		return fault.Errorf(fault.BadInput, "the mapping %s, line %d: unknown key %s", name, row, strings.Join(strict.Errors[0].Key(), ".")).
			Hint("docs/format/table.md lists the keys")
	}
	if decode, ok := errors.AsType[*toml.DecodeError](err); ok {
		row, _ := decode.Position()
		return fault.Errorf(fault.BadInput, "the mapping %s, line %d, key %s: %w", name, row, strings.Join(decode.Key(), "."), err)
	}
	return fault.Errorf(fault.BadInput, "the mapping %s: %w", name, err)
}

func badKey(name, key string, err error) error {
	return fault.Errorf(fault.BadInput, "the mapping %s, key %s: %w", name, key, err)
}

// Digest is the sha256 of what the mapping says, in hex: comments and the order of keys do not change it.
func (m Mapping) Digest() string {
	said, err := json.Marshal(m)
	if err != nil {
		panic("table: a mapping has only texts, numbers and lists: " + err.Error())
	}
	sum := sha256.Sum256(said)
	return hex.EncodeToString(sum[:])
}

// dimensions gives the places of a group of columns, its own before the mapping's.
func (m Mapping) dimensions(v Values) Dimensions {
	return Dimensions{
		Reporter: first(v.Reporter, m.Reporter), Partner: first(v.Partner, m.Partner), Goods: first(v.Goods, m.Goods),
		Direction: first(v.Direction, m.Direction), Period: first(v.Period, m.Period), Month: first(v.Month, m.Month),
	}
}

func first(a, b *Place) *Place {
	if a != nil {
		return a
	}
	return b
}

func (d Dimensions) each(f func(name string, p *Place)) {
	f("reporter", d.Reporter)
	f("partner", d.Partner)
	f("goods", d.Goods)
	f("direction", d.Direction)
	f("period", d.Period)
	f("month", d.Month)
}

// sortedKeys gives the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
