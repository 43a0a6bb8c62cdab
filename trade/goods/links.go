package goods

import (
	"slices"
	"strings"
	"sync"
)

// Change is one entry of the list of changes made by hand to the UN correlation tables.
type Change struct {
	Newer, Older Edition // neighbouring HS editions
	// Into is the code or prefix of the newer edition whose links are changed.
	Into Code
	// From is the older code of a link that was added. It is empty where links were left out: all
	// into Into from codes that do not begin with it.
	From   Code
	Reason string
}

func (c Change) omits(newer, older Code) bool {
	return c.From == "" && newer.Under(c.Into) && !older.Under(c.Into)
}

// Changes lists the changes made by hand, in the order of the table.
func Changes() []Change { return slices.Clone(byHand()) }

var byHand = sync.OnceValue(func() []Change {
	var changes []Change
	for row := range rows("by_hand.tsv", 6) {
		changes = append(changes, Change{
			Newer: Edition(row[1]), Older: Edition(row[2]), Into: Code(row[3]),
			From: Code(strings.Trim(row[4], "-")), Reason: row[5],
		})
	}
	return changes
})

// step is the correlation of two neighbouring HS editions, n:m.
type step struct {
	back    map[Code][]Code // newer code -> older codes, sorted
	forth   map[Code][]Code // older code -> newer codes, sorted
	omitted map[Code][]Code // newer code -> older codes of the links left out, sorted
}

// steps holds the correlation from hsEditions[i+1] back to hsEditions[i] at index i.
var steps = sync.OnceValue(func() []step {
	var all []step
	for i := range len(hsEditions) - 1 {
		all = append(all, newStep(hsEditions[i+1].edition, hsEditions[i].edition))
	}
	return all
})

// newStep reads the UN correlation and applies the changes made by hand. The table leaves out the codes
// that were and stayed one code with one number.
func newStep(newer, older Edition) step {
	s := step{back: map[Code][]Code{}, forth: map[Code][]Code{}, omitted: map[Code][]Code{}}
	stated := map[Code]bool{}
	for row := range rows("links-"+strings.ToLower(string(newer+"-"+older))+".tsv", 2) {
		for _, n := range codeList(row[0]) {
			stated[n] = true
			for _, o := range codeList(row[1]) {
				s.add(newer, n, o)
			}
		}
	}
	held := nomenclature().codes[older]
	for _, c := range nomenclature().codes[newer] {
		if _, same := slices.BinarySearch(held, c); same && !stated[c] {
			s.add(newer, c, c)
		}
	}
	for _, c := range byHand() {
		if c.Newer == newer && c.From != "" {
			s.link(c.Into, c.From)
		}
	}
	for _, links := range []map[Code][]Code{s.back, s.forth, s.omitted} {
		for _, codes := range links {
			slices.Sort(codes)
		}
	}
	return s
}

func (s *step) add(edition Edition, newer, older Code) {
	omits := func(c Change) bool { return c.Newer == edition && c.omits(newer, older) }
	if slices.ContainsFunc(byHand(), omits) {
		s.omitted[newer] = append(s.omitted[newer], older)
		return
	}
	s.link(newer, older)
}

func (s *step) link(newer, older Code) {
	s.back[newer] = append(s.back[newer], older)
	s.forth[older] = append(s.forth[older], newer)
}

// follow gives the HS6 codes of the edition of rank `to` that are linked with HS6 codes of the edition of
// rank `from`, sorted, through the editions between them.
func follow(from, to int, codes []Code) []Code {
	for ; from > to; from-- {
		codes = through(steps()[from-1].back, codes)
	}
	for ; from < to; from++ {
		codes = through(steps()[from].forth, codes)
	}
	return codes
}

func through(links map[Code][]Code, codes []Code) []Code {
	var out []Code
	for _, c := range codes {
		out = append(out, links[c]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
