package regime

import (
	"cmp"
	"fmt"
	"slices"

	"detour/trade/goods"
)

// Finding is something in a list that a reader should look at.
type Finding struct {
	List string
	Code goods.Code // empty where it is about the whole list
	What string     // one of the words below
	Note string
}

// What Check finds.
const (
	NoSuchCode  = "no such code" // the edition has no such code
	Overlap     = "overlap"      // two rows name the same goods at the same time on the same terms
	MissingDate = "missing date" // a row or a list without the day of its entry into force
	LostCode    = "lost code"    // a later edition has no such code: it must be followed
)

// Check looks through a list: codes that do not exist in their edition, overlaps, missing dates, and codes that a
// later edition no longer has. Findings are by what, then code. That the list is in order says nothing of the law.
func (l *List) Check() []Finding {
	found := map[Finding]bool{}
	add := func(code goods.Code, what, format string, args ...any) {
		found[Finding{l.ID, code, what, fmt.Sprintf(format, args...)}] = true
	}
	if l.Since == (Bound{}) {
		add("", MissingDate, "the day on which the list entered into force is not stated")
	}
	for _, item := range l.Items {
		if exists, known := goods.Exists(l.Edition, item.Code); known && !exists {
			add(item.Code, NoSuchCode, "%s has no such code", l.Edition)
			continue
		}
		if item.From.Day == 0 || item.From.Latest {
			add(item.Code, MissingDate, "in force %s", orUnknown(item.From))
		}
		if e, lost := lostIn(l.Edition, item.Code); lost {
			add(item.Code, LostCode, "%s has no such code", e)
		}
	}
	l.overlaps(add)
	out := make([]Finding, 0, len(found))
	for f := range found {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Note, b.Note))
	})
	return out
}

func orUnknown(b Bound) string {
	if b.Day == 0 {
		return "since a day that is not stated"
	}
	return "by " + b.Day.String() + " at the latest, since when is not stated"
}

// later are the editions with a list of their own in which codes may be missing, oldest first.
var later = []goods.Edition{"HS2017", "HS2022", "CN2023", "CN2026"}

// lostIn gives the first later edition that lacks the code.
func lostIn(of goods.Edition, c goods.Code) (goods.Edition, bool) {
	for _, e := range later {
		if e[len(goods.CN):] <= of[len(goods.CN):] {
			continue // the year stands after two letters
		}
		if exists, known := goods.Exists(e, c); known && !exists {
			return e, true
		}
	}
	return "", false
}

// overlaps finds pairs of rows by the prefixes of each code.
func (l *List) overlaps(add func(goods.Code, string, string, ...any)) {
	byCode := map[goods.Code][]Item{}
	broadFirst := slices.Clone(l.Items)
	slices.SortStableFunc(broadFirst, func(a, b Item) int { return cmp.Compare(a.Code.Digits(), b.Code.Digits()) })
	for _, item := range broadFirst {
		for n := 2; n <= item.Code.Digits(); n++ {
			for _, other := range byCode[item.Code.Prefix(n)] {
				if item.clashes(other) {
					add(item.Code, Overlap, "with %s of another row", other.Code)
				}
			}
		}
		byCode[item.Code] = append(byCode[item.Code], item)
	}
}

// clashes tells whether two rows on the same goods say the same at the same time.
func (i Item) clashes(other Item) bool {
	return i.Scope == other.Scope && i.Above == other.Above && i.Condition == other.Condition &&
		(i.Until == 0 || other.From.Day <= i.Until) && (other.Until == 0 || i.From.Day <= other.Until)
}
