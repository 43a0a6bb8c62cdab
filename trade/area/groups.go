package area

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"

	"detour/fault"
	"detour/trade/period"
)

// Group is a named set of areas whose membership may change with time.
type Group struct {
	ID         string // `neighbours`; case does not matter when it is looked up
	Title      string
	Membership []Membership // by area, then by time; the times of one area do not overlap
}

// Membership is the time during which an area belongs to a group: both months count, 0 is open.
type Membership struct {
	Area        Code
	From, Until period.Period
}

// At gives the members in the month p, sorted; a year counts as its January. Nobody may belong then.
func (g Group) At(p period.Period) []Code {
	if p.IsYear() {
		p = period.Month(p.Year(), 1)
	}
	var out []Code
	for _, m := range g.Membership {
		if m.From <= p && (m.Until == 0 || p <= m.Until) {
			out = append(out, m.Area)
		}
	}
	slices.Sort(out)
	return out
}

// Groups is a catalogue of groups. It never changes: With gives a larger one.
type Groups struct {
	byKey map[string]Group // by lower-case id
}

// groups.csv has the form of a user's own file (docs/format/groups.md). A country belongs to a group from
// the month in which it joined to the month in which it left. Sources: EU: the accession treaties and the
// withdrawal agreement (OJ L 29, 31.1.2020, p. 7). EAEU: the treaty of 29 May 2014, in force on 2015-01-01,
// for Armenia on 2015-01-02 and for Kyrgyzstan on 2015-08-12; its three founders are counted from the
// customs union of 2010-01, which already took the customs borders between them away.
//
//go:embed groups.csv
var groupsCSV string

var titles = map[string]string{
	"EU":                    "European Union, members at the time",
	"EU27":                  "European Union, the 27 members since February 2020",
	"coalition":             "States that restrict exports to the target: EU members at the time, AU CA CH GB IS JP KR LI NO NZ TW US, and Northern Ireland where it is reported apart",
	"caucasus-central-asia": "Southern Caucasus and Central Asia",
	"eaeu":                  "Eurasian Economic Union, Russia included, and before 2015 the customs union",
	"gateways":              "Large trading places through which goods can reach the target",
	"neighbours":            "Armenia, Belarus, Georgia, Kazakhstan, Kyrgyzstan and Uzbekistan: the hubs of the published accounts",
}

// BuiltIn is the catalogue that comes with the program: EU, EU27, caucasus-central-asia, coalition, eaeu,
// gateways, neighbours. The coalition holds the EU members by date of accession and the others, which have
// all restricted exports to Russia since early 2022, without dates: it says whose exports are asked
// about, also before there was a measure.
func BuiltIn() Groups { return builtIn() }

var builtIn = sync.OnceValue(func() Groups {
	gs, err := Groups{}.With(strings.NewReader(groupsCSV), "groups.csv")
	if err != nil {
		panic("area: " + err.Error())
	}
	for key, g := range gs.byKey {
		g.Title = titles[g.ID]
		gs.byKey[key] = g
	}
	return gs
})

// Get finds a group by its id, whatever the case.
func (gs Groups) Get(id string) (Group, bool) {
	g, ok := gs.byKey[strings.ToLower(id)]
	return g, ok
}

// IDs lists the ids of the catalogue, sorted.
func (gs Groups) IDs() []string {
	ids := make([]string, 0, len(gs.byKey))
	for g := range maps.Values(gs.byKey) {
		ids = append(ids, g.ID)
	}
	slices.Sort(ids)
	return ids
}

// Resolve reads a comma list of groups and areas (`EU27,NO`) into sorted codes, each once. The name of a
// group wins over an area's; areas are read by Parse; a label that holds a comma itself must stand alone.
// A name that is neither, and a group that has no member at the time, is bad input.
func (gs Groups) Resolve(list string, at period.Period) ([]Code, error) {
	if a, ok := ByLabel(list); ok && strings.Contains(list, ",") {
		return []Code{a.Code}, nil
	}
	var out []Code
	for name := range strings.SplitSeq(list, ",") {
		codes, err := gs.resolve(strings.TrimSpace(name), at)
		if err != nil {
			return nil, err
		}
		out = append(out, codes...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func (gs Groups) resolve(name string, at period.Period) ([]Code, error) {
	if g, ok := gs.Get(name); ok {
		members := g.At(at)
		if len(members) == 0 {
			return nil, fault.Errorf(fault.BadInput, "the group %s has no members in %s", g.ID, at)
		}
		return members, nil
	}
	c, err := Parse(name)
	if err != nil {
		return nil, fault.Errorf(fault.BadInput, "%q is neither a group nor an area", name).
			Hint("the groups are %s; an area is a code (DE, DEU, 276) or a name (Germany)", strings.Join(gs.IDs(), ", "))
	}
	return []Code{c}, nil
}
