package goods

import (
	"cmp"
	"slices"
	"sync"
)

// FollowedMost is how many codes a family may have in one edition to be followed: a larger one says of
// its codes little more than the chapter does.
const FollowedMost = 30

// Family is the smallest group of HS6 codes that holds together through every edition of its table:
// what was traded under one of them may have been traded under another before or after.
type Family struct {
	// ID names the family: its first code in the newest edition in which it has one, `HS2022:851713`.
	ID string
	// Members are its HS6 codes by HS edition, sorted; an edition without a code has no entry.
	Members map[Edition][]Code
	// Cut says that links into a member were left out (Changes): the member also took in a little of
	// what other families held, so its growth across the change of edition is in part reclassification.
	Cut bool
}

// Followed tells whether the family is small enough to be followed, see FollowedMost.
func (f Family) Followed() bool {
	for _, codes := range f.Members {
		if len(codes) > FollowedMost {
			return false
		}
	}
	return true
}

// Codes counts the codes of the family, each edition's apart.
func (f Family) Codes() int {
	n := 0
	for _, codes := range f.Members {
		n += len(codes)
	}
	return n
}

// FamilyTable divides the HS6 codes of a run of HS editions into families. It is immutable.
type FamilyTable struct {
	first, last int // ranks in hsEditions
	families    []Family
	of          map[node]int
}

// node is one code of one edition, by rank.
type node struct {
	rank int
	code Code
}

// Families gives the families over all HS editions held.
func Families() *FamilyTable { return familyTables[0][len(hsEditions)-1]() }

// FamiliesBetween gives the families over the HS editions of a, of b and between them, in either order;
// nil where no HS edition is held for one of them. A question over 2021 and 2022 asks for HS2017 to
// HS2022: families over more editions are coarser for no gain.
func FamiliesBetween(a, b Edition) *FamilyTable {
	first, last := min(a.rank(), b.rank()), max(a.rank(), b.rank())
	if first < 0 {
		return nil
	}
	return familyTables[first][last]()
}

// familyTables has one table for each run of editions, made when it is first asked for: a question wants one.
var familyTables = func() (all [len(hsEditions)][len(hsEditions)]func() *FamilyTable) {
	for first := range all {
		for last := first; last < len(all); last++ {
			all[first][last] = sync.OnceValue(func() *FamilyTable { return newFamilyTable(first, last) })
		}
	}
	return all
}()

func newFamilyTable(first, last int) *FamilyTable {
	groups := partition(first, last, false)
	t := &FamilyTable{first: first, last: last, of: make(map[node]int, len(groups)*(last-first+1))}
	for _, group := range groups {
		f := Family{Members: make(map[Edition][]Code, last-first+1)}
		for _, n := range group {
			e := hsEditions[n.rank].edition
			f.Members[e] = append(f.Members[e], n.code)
			f.Cut = f.Cut || (n.rank > first && len(steps()[n.rank-1].omitted[n.code]) > 0)
		}
		newest := hsEditions[group[len(group)-1].rank].edition
		f.ID = string(newest) + ":" + string(f.Members[newest][0])
		t.families = append(t.families, f)
	}
	slices.SortFunc(t.families, func(a, b Family) int { return cmp.Compare(a.ID, b.ID) })
	for i, f := range t.families {
		for e, codes := range f.Members {
			for _, c := range codes {
				t.of[node{e.rank(), c}] = i
			}
		}
	}
	return t
}

// Editions lists the HS editions of the table, oldest first.
func (t *FamilyTable) Editions() []Edition {
	var editions []Edition
	for _, hs := range hsEditions[t.first : t.last+1] {
		editions = append(editions, hs.edition)
	}
	return editions
}

// All lists the families by ID.
func (t *FamilyTable) All() []Family { return slices.Clone(t.families) }

// Of gives the family of a code of 6 or more digits. A CN code belongs to the family of its HS6 in the HS
// edition of its year. False where the code is coarser or its edition or HS6 is not in the table.
func (t *FamilyTable) Of(e Edition, c Code) (Family, bool) {
	i, ok := t.of[node{e.rank(), c.Prefix(hsDigits)}]
	if !ok {
		return Family{}, false
	}
	return t.families[i], true
}

// Stable tells whether the family is one code with the same number in every edition of the table, and
// took in nothing by links that were left out.
func (f Family) Stable() bool {
	var number Code
	for _, codes := range f.Members {
		if len(codes) != 1 || (number != "" && codes[0] != number) {
			return false
		}
		number = codes[0]
	}
	return !f.Cut
}

// Predecessors gives the HS6 codes of edition from (the earlier) in which the goods of code c of edition
// to were traded, sorted, by the links that were kept. A CN code is taken as its HS6. None where the
// code is new, is not an HS6 of its edition, or from is not the earlier.
func (t *FamilyTable) Predecessors(from, to Edition, c Code) []Code {
	earlier, later := from.rank(), to.rank()
	if earlier < t.first || later > t.last || earlier > later {
		return nil
	}
	if _, ok := t.of[node{later, c.Prefix(hsDigits)}]; !ok {
		return nil
	}
	return follow(later, earlier, []Code{c.Prefix(hsDigits)})
}
