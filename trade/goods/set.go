package goods

import (
	"slices"
	"strings"
	"sync"
)

// Set is a named list of goods with the official source it is taken from.
type Set struct {
	ID, Title string
	// Edition is the one in which the codes are stated.
	Edition Edition
	Source  string
	// Digits is the level of the most detailed code.
	Digits int
	// Codes are sorted and without repeats.
	Codes []Code
	// Prefixes says that a code stands for everything below it too. Otherwise each code is meant
	// exactly, at its own level.
	Prefixes bool

	partial map[Code]string
}

// Sets lists the named sets by ID.
func Sets() []Set { return slices.Clone(sets()) }

// SetByID finds a set.
func SetByID(id string) (Set, bool) {
	i, ok := slices.BinarySearchFunc(sets(), id, func(s Set, id string) int { return strings.Compare(s.ID, id) })
	if !ok {
		return Set{}, false
	}
	return sets()[i], true
}

// Partial tells whether the law covers only part of the code (`ex`), and on what condition, such as a
// value per item above a threshold. The most detailed entry of the set that covers the code decides; a
// code outside the set is not partly covered.
func (s Set) Partial(c Code) (condition string, partly bool) {
	for n := c.Digits(); n >= minDigits; n-- {
		entry := c.Prefix(n)
		if _, listed := slices.BinarySearch(s.Codes, entry); listed && (s.Prefixes || entry == c) {
			condition, partly = s.partial[entry]
			return condition, partly
		}
	}
	return "", false
}

var sets = sync.OnceValue(func() []Set {
	var all []Set
	codes, partial := members()
	for row := range rows("sets.tsv", 6) {
		s := Set{
			ID: row[0], Edition: Edition(row[1]), Prefixes: row[2] == "prefix", Title: row[3], Source: row[4],
			Codes: codes[row[0]], partial: partial[row[0]],
		}
		if row[5] != "-" {
			s.Codes = codeList(row[5])
		}
		for _, c := range s.Codes {
			s.Digits = max(s.Digits, c.Digits())
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Set) int { return strings.Compare(a.ID, b.ID) })
	return all
})

// members reads the codes of the sets that are taken from official lists, and the conditions of those
// that are partly covered, by set.
func members() (codes map[string][]Code, partial map[string]map[Code]string) {
	codes, partial = map[string][]Code{}, map[string]map[Code]string{}
	for row := range rows("members.tsv", 3) {
		id, listed := row[0], codeList(row[1])
		codes[id] = append(codes[id], listed...)
		if row[2] == "" {
			continue
		}
		if partial[id] == nil {
			partial[id] = map[Code]string{}
		}
		for _, c := range listed {
			partial[id][c] = row[2]
		}
	}
	for _, c := range codes {
		slices.Sort(c)
	}
	return codes, partial
}

// CodesIn gives the set in the codes of edition e, as few as say it, sorted, and the codes of the set
// (sorted) that e has no sound counterpart of.
//
// Codes keep their meaning within an HS edition. Across editions an HS6 code that kept its number stands
// for itself, whatever else moved in or out (Family.Stable tells). One that did not is replaced by its
// predecessors, if they held nothing else than goods of the set: cameras (852580) are no stand-in for
// 852589, solar cells (854140) none for 854149. A heading of the set is one in e too where all of it is
// selected. For codes of 8 digits no correlation is held: they stand as they are, less those known not
// to exist in e, and an HS edition has none of them.
func (s Set) CodesIn(e Edition) (codes, absent []Code) {
	if e.rank() < 0 {
		return nil, slices.Clone(s.Codes)
	}
	_, isCN := e.cnYear()
	var coarse []Code
	for _, c := range s.Codes {
		exists, known := Exists(e, c)
		switch {
		case c.Digits() <= hsDigits:
			coarse = append(coarse, c)
		case !isCN || (known && !exists):
			absent = append(absent, c)
		default:
			codes = append(codes, c)
		}
	}
	followed, lost := translate(coarse, s.Edition.rank(), e.rank())
	return sortedUnion(codes, followed), sortedUnion(absent, lost)
}

// translate says codes of at most 6 digits of the HS edition of rank `from` in that of rank `to`.
func translate(codes []Code, from, to int) (out, lost []Code) {
	if from == to {
		return codes, nil
	}
	list, target := nomenclature().codes[hsEditions[from].edition], nomenclature().codes[hsEditions[to].edition]
	var all []Code
	for _, c := range codes {
		all = append(all, under(list, c)...)
	}
	slices.Sort(all)
	var got []Code
	for _, c := range codes {
		below := under(list, c)
		var unsound []Code
		for _, hs6 := range below {
			before := follow(from, to, []Code{hs6})
			switch {
			case len(before) > 0 && isSubset(follow(to, from, before), all):
				got = append(got, before...)
			case slices.Contains(before, hs6):
				got = append(got, hs6)
			default:
				unsound = append(unsound, hs6)
			}
		}
		if len(unsound) == len(below) {
			unsound = []Code{c}
		}
		lost = append(lost, unsound...)
	}
	got = sortedUnion(got)
	return withHeadings(got, codes, target), lost
}

// withHeadings puts each of the headings in place of the sorted codes below it, where codes have all that
// the list has below it.
func withHeadings(codes, headings, list []Code) []Code {
	var whole []Code
	for _, h := range headings {
		if below := under(list, h); len(below) > 0 && isSubset(below, codes) {
			whole = append(whole, h)
		}
	}
	slices.Sort(whole)
	replaced := func(c Code) bool {
		for n := minDigits; n <= c.Digits(); n++ {
			if _, in := slices.BinarySearch(whole, c.Prefix(n)); in {
				return true
			}
		}
		return false
	}
	return sortedUnion(slices.DeleteFunc(slices.Clone(codes), replaced), whole)
}

func isSubset(codes, sorted []Code) bool {
	return !slices.ContainsFunc(codes, func(c Code) bool {
		_, in := slices.BinarySearch(sorted, c)
		return !in
	})
}

func sortedUnion(lists ...[]Code) []Code {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return slices.Compact(all)
}
