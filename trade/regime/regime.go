// Package regime is the law as data: which goods a jurisdiction restricts, to where, in which direction, since when, by
// which act, article and annex, and how much of that is known here.
//
// The built-in lists are the project's own tables of facts of law (docs/method/regime.md); a user adds lists in the
// same form (docs/format/regime.md). Dates are of entry into force. Nothing is guessed: where a list is not complete
// on a day, an answer that would need it is unknown. Values of this package are read-only once made and may be used by
// any number of goroutines; slices that are handed out are shared and must not be changed.
package regime

import (
	"slices"
	"strings"

	"detour/fault"
	"detour/trade/area"
	"detour/trade/goods"
)

// Direction is the way of the goods that a list restricts.
type Direction string

// The directions. In transit the list's areas are the territory that the goods may not pass.
const (
	Export  Direction = "export"
	Import  Direction = "import"
	Transit Direction = "transit"
)

// ParseDirection reads a direction.
func ParseDirection(s string) (Direction, error) { return oneOf(s, Export, Import, Transit) }

// Kind says what a list does to its goods.
type Kind string

// The kinds. A watch list restricts nothing by itself: duties and advice refer to it.
const (
	Ban     Kind = "ban"
	Licence Kind = "licence"
	Watch   Kind = "watch"
)

// Scope says how much of a code's goods a row means.
type Scope string

// The scopes. Whole is written as an empty cell.
const (
	Whole      Scope = "whole"
	Ex         Scope = "ex"         // the goods that the annex describes
	AboveValue Scope = "value"      // only items above a value
	Parameters Scope = "parameters" // the law names goods by technical parameters; the code is a guide
)

// State says how much of a list is held on a day.
type State string

// The states. A list has state Absent on days without another.
const (
	Absent   State = "absent"
	Partial  State = "partial"  // the rows that hold are in force; there may be others
	Complete State = "complete" // what no row names is not on the list
	// Guided lists name goods by parameters: the rows are a guide, and nothing more could be held.
	Guided State = "parameters"
)

// Bound is the first day of something: the day itself, or a day by which it had begun at the latest.
type Bound struct {
	Day    Day // 0: not known
	Latest bool
}

// Span is a time with both days included; a zero Until is open.
type Span struct{ From, Until Day }

// Holds tells whether d lies in the span.
func (s Span) Holds(d Day) bool { return s.From <= d && (s.Until == 0 || d <= s.Until) }

// Value is an amount of money in whole units.
type Value struct {
	Units    int64
	Currency string // ISO 4217
}

// Item is one code of a list.
type Item struct {
	Code      goods.Code // 2 to 10 digits: what lies below it is meant too
	Scope     Scope
	Above     Value // with AboveValue: the value of an item above which it is restricted
	Condition string
	From      Bound
	Until     Day // last day, 0 while it lasts
}

// Known is a time for which a list is held to some extent.
type Known struct {
	Span
	State State
}

// List is one annex (or part of one) with what its article does.
type List struct {
	ID           string
	Jurisdiction string // `EU`, otherwise ISO 3166 alpha-2
	Act          string
	Article      string
	Annex        string
	Title        string
	Link         string
	Direction    Direction
	To           []area.Code // sorted; nil is anywhere
	Kind         Kind
	Edition      goods.Edition // of its codes; empty where it has none
	Since        Bound         // in force; zero where not known
	Until        Day           // last day, 0 while it lasts
	Known        []Known       // by time, not overlapping
	Exempt       []string
	Notes        []string
	Items        []Item // in the order of the file
}

// At gives the state of the list on a day.
func (l *List) At(d Day) State {
	for _, k := range l.Known {
		if k.Holds(d) {
			return k.State
		}
	}
	return Absent
}

// inForce tells whether the list may have been in force on a day.
func (l *List) inForce(d Day) bool {
	return (d >= l.Since.Day || l.Since.Latest) && (l.Until == 0 || d <= l.Until)
}

func (l *List) reaches(to area.Code) bool {
	_, named := slices.BinarySearch(l.To, to)
	return l.To == nil || named
}

// Regime is a set of lists and duties.
type Regime struct {
	lists  []*List // by jurisdiction, then ID
	duties []Duty
}

// Lists gives the lists by jurisdiction, then ID.
func (r Regime) Lists() []*List { return r.lists }

// List finds a list by its ID.
func (r Regime) List(id string) (*List, bool) {
	i := slices.IndexFunc(r.lists, func(l *List) bool { return l.ID == id })
	if i < 0 {
		return nil, false
	}
	return r.lists[i], true
}

// Jurisdictions lists whose law is held, sorted.
func (r Regime) Jurisdictions() []string {
	var out []string
	for _, l := range r.lists {
		out = append(out, l.Jurisdiction)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Of gives the lists of a jurisdiction, whatever the case; none is not found.
func (r Regime) Of(jurisdiction string) ([]*List, error) {
	var out []*List
	for _, l := range r.lists {
		if strings.EqualFold(l.Jurisdiction, jurisdiction) {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return nil, fault.Errorf(fault.NotFound, "no law of %q is held", jurisdiction).Hint("held are %s", strings.Join(r.Jurisdictions(), ", "))
	}
	return out, nil
}

// with adds a list; one of its ID may not exist.
func (r Regime) with(l *List) (Regime, error) {
	if _, exists := r.List(l.ID); exists {
		return Regime{}, fault.Errorf(fault.BadInput, "the list %s exists already", l.ID).Hint("give it another name")
	}
	at, _ := slices.BinarySearchFunc(r.lists, l, func(a, b *List) int {
		return strings.Compare(a.Jurisdiction+"\x00"+a.ID, b.Jurisdiction+"\x00"+b.ID)
	})
	return Regime{slices.Insert(slices.Clone(r.lists), at, l), r.duties}, nil
}
