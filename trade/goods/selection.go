package goods

import (
	"cmp"
	"slices"
	"strings"

	"detour/fault"
)

// Selection is what a question asks about: the union of named sets and code prefixes, or all goods. It is
// immutable; the zero value selects nothing.
type Selection struct {
	parts []part
	all   bool
	terms []Term
}

// part is one entry of the list: all goods, a set (which has an ID), or a prefix by itself.
type part struct {
	text   string
	set    Set
	prefix Code
}

// Term is one code of a selection. It selects the code and, unless Exact, everything below it.
type Term struct {
	Code  Code
	Exact bool
}

// allGoods is the word for all goods in a selection.
const allGoods = "all"

// ParseSelection reads a comma list of set IDs, code prefixes of 2 to 8 digits, or `all` by itself. Spaces,
// order and repeats do not matter. An empty list, an unknown word and `all` with others are bad input.
func ParseSelection(list string) (Selection, error) {
	var s Selection
	for text := range strings.SplitSeq(list, ",") {
		p, err := parsePart(strings.TrimSpace(text))
		if err != nil {
			return Selection{}, err
		}
		s.parts = append(s.parts, p)
		s.all = s.all || p.text == allGoods
	}
	slices.SortFunc(s.parts, func(a, b part) int { return cmp.Compare(a.text, b.text) })
	s.parts = slices.CompactFunc(s.parts, func(a, b part) bool { return a.text == b.text })
	if s.all && len(s.parts) > 1 {
		return Selection{}, fault.Errorf(fault.BadInput, "goods %q name all goods and others too", list).
			Hint("all stands by itself: it is the reporter's own total")
	}
	s.terms = minimal(s.parts, func(set Set) []Code { return set.Codes })
	return s, nil
}

func parsePart(text string) (part, error) {
	if text == allGoods {
		return part{text: text}, nil
	}
	if set, ok := SetByID(text); ok {
		return part{text: text, set: set}, nil
	}
	if c, err := ParseCode(text); err == nil && c != Total && c.Digits() <= cnDigits {
		return part{text: string(c), prefix: c}, nil
	}
	return part{}, fault.Errorf(fault.BadInput, "goods %q are neither a set nor 2 to %d digits", text, cnDigits).
		Hint("sets: %s; or all; or digits such as 8517", strings.Join(setIDs(), ", "))
}

func setIDs() []string {
	var ids []string
	for _, s := range sets() {
		ids = append(ids, s.ID)
	}
	return ids
}

// String gives the list as ParseSelection reads it, sorted.
func (s Selection) String() string {
	var texts []string
	for _, p := range s.parts {
		texts = append(texts, p.text)
	}
	return strings.Join(texts, ",")
}

// All tells whether all goods are selected: the reporter's Total where it states one, else the sum of its
// finest level. There are no terms then.
func (s Selection) All() bool { return s.all }

// Digits gives the level that is needed to tell the selected goods from the others: that of the most
// detailed term. Rows at this level or finer serve, coarser ones do not. 0 for all goods.
func (s Selection) Digits() int {
	n := 0
	for _, t := range s.terms {
		n = max(n, t.Code.Digits())
	}
	return n
}

// Match tells whether a row of code c is selected. A row coarser than the term never is: a heading does
// not stand for one of its codes. All goods match every code, Total too.
func (s Selection) Match(c Code) bool {
	if s.all {
		return true
	}
	// No term lies below another, so the only one that can cover c is c's or the last before it.
	i, found := slices.BinarySearchFunc(s.terms, c, func(t Term, c Code) int { return cmp.Compare(t.Code, c) })
	return found || (i > 0 && !s.terms[i-1].Exact && c.Under(s.terms[i-1].Code))
}

// Terms gives the codes selected, sorted, none covered by another; empty for all goods.
func (s Selection) Terms() []Term { return slices.Clone(s.terms) }

// TermsIn gives the terms in the codes of edition e, and the codes of the sets that e has no sound counterpart
// of (Set.CodesIn), sorted. Prefixes of the list itself stand as they are.
func (s Selection) TermsIn(e Edition) (terms []Term, absent []Code) {
	terms = minimal(s.parts, func(set Set) []Code {
		codes, gone := set.CodesIn(e)
		absent = append(absent, gone...)
		return codes
	})
	return terms, sortedUnion(absent)
}

// minimal gives the terms of the parts, sorted, without those that another covers.
func minimal(parts []part, codesOf func(Set) []Code) []Term {
	var all []Term
	for _, p := range parts {
		if p.prefix != "" {
			all = append(all, Term{Code: p.prefix})
		}
		if p.set.ID != "" {
			for _, c := range codesOf(p.set) {
				all = append(all, Term{Code: c, Exact: !p.set.Prefixes})
			}
		}
	}
	// A prefix comes before the same code meant exactly, and before all that lies below it.
	slices.SortFunc(all, func(a, b Term) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), exactLast(a)-exactLast(b))
	})
	var kept []Term
	for _, t := range all {
		if n := len(kept); n > 0 && (kept[n-1] == t || (!kept[n-1].Exact && t.Code.Under(kept[n-1].Code))) {
			continue
		}
		kept = append(kept, t)
	}
	return kept
}

func exactLast(t Term) int {
	if t.Exact {
		return 1
	}
	return 0
}
