// Package area is the places of trade statistics: countries, territories, special partners and
// aggregates, with the codes and labels under which the sources know them, and named groups of them.
//
// The table (areas.csv) follows ISO 3166-1, UN M49 with the codes that UN Comtrade uses beside it, and
// Eurostat's Geonomenclature (Implementing Regulation (EU) 2020/1470 and its predecessors). Nothing is
// guessed: a code or label that is not in it is not found. Everything here is read-only and may be used
// by any number of goroutines.
package area

// Code is detour's code of an area: ISO 3166-1 alpha-2 for countries and territories (GR, not EL; XK for
// Kosovo), ISO 3166-2 for the occupied regions of Ukraine (UA-43 Crimea), the Comext code for special
// partners (QV, QX, ...), and names such as EU27 for aggregates. No aggregate has a code of ISO's.
type Code string

// Kind says what sort of area a code names.
type Kind uint8

// The kinds. A territory is reported apart from the country it belongs to. A special partner is no place
// (stores, goods not specified, secret). An aggregate overlaps other areas and is never added to them.
const (
	Country Kind = iota
	Territory
	Special
	Aggregate
)

// String gives the kind in words.
func (k Kind) String() string { return [...]string{"country", "territory", "special", "aggregate"}[k] }

// Labels is the short name of an area in three languages; none is empty.
type Labels struct{ EN, DE, FR string }

// Area is one entry of the table. Its slices are shared: do not change them.
type Area struct {
	Code   Code
	Alpha3 string   // ISO 3166-1 alpha-3 (XKX for Kosovo), empty where there is none
	M49    int      // UN M49, 0 where there is none and for the world
	Comext []string // every code it has had in Comext, the present one first; may be empty
	Kind   Kind
	Labels Labels
	// Members is what an aggregate is made of, sorted; nil where it has no fixed members (the world,
	// extra-EU trade, an EU of changing composition) and for everything else.
	Members []Code
}

// IsSpecial tells whether the area is no place at all: stores, not specified, secret.
func (a Area) IsSpecial() bool { return a.Kind == Special }

// IsAggregate tells whether the area overlaps others, so that it must not be added to them.
func (a Area) IsAggregate() bool { return a.Kind == Aggregate }

// All lists the table by code. The slice is shared: do not change it.
func All() []Area { return table().areas }

// Lookup finds an area by its own code, exactly as written.
func Lookup(c Code) (Area, bool) { return lookup(table().byCode, c) }

// ByComext finds an area by a code of Comext, exactly as written: GR and EL, RS and XS, GB and XU
// (the United Kingdom without Northern Ireland, which is XI), INT_EU27_2020 and EU27_2020_INTRA.
func ByComext(code string) (Area, bool) { return lookup(table().byComext, code) }

// ByM49 finds an area by its UN M49 code or the one that UN Comtrade uses instead: 840 and 842 are the
// United States, 158 and 490 ('Other Asia, nes') Taiwan, 0 the world. One number means two things: 492
// is Monaco in M49, and here; Comtrade, which counts Monaco in France, writes it for 'Europe EU, nes'
// (NES-492, found by that label), so a decoder of Comtrade has to look at the label of 492.
func ByM49(n int) (Area, bool) { return lookup(table().byM49, n) }

// ByAlpha3 finds an area by its ISO 3166-1 alpha-3 code, in capitals.
func ByAlpha3(s string) (Area, bool) { return lookup(table().byAlpha3, s) }

func lookup[K comparable](index map[K]int, key K) (Area, bool) {
	i, ok := index[key]
	if !ok {
		return Area{}, false
	}
	return table().areas[i], true
}
