package regime

import (
	"slices"
	"strconv"

	"detour/fault"
	"detour/trade/area"
	"detour/trade/goods"
)

// Covered is the answer to a question.
type Covered string

// The answers. Partly: a part of the goods, or all of them on a condition (a value, technical parameters), or
// the rest is not known. No: every list that could name the code is held for that day, and none does.
const (
	Yes     Covered = "yes"
	Partly  Covered = "partly"
	No      Covered = "no"
	Unknown Covered = "unknown"
)

// Question asks whether one jurisdiction restricts a code on a day.
type Question struct {
	Code      goods.Code
	Edition   goods.Edition // of Code; empty for the CN of the day's year
	To        area.Code     // destination, origin of imports, or territory passed
	On        Day
	By        string // jurisdiction, whatever the case
	Direction Direction
}

// Below is the scope of a measure whose row names a part of the code that was asked about, and all of that part.
const Below Scope = "below"

// Measure is one row of a list that names the code.
type Measure struct {
	List  *List
	Item  Item
	Scope Scope // of the code that was asked about: the item's, or Below
}

// Until gives the last day of the measure, 0 while it lasts.
func (m Measure) Until() Day {
	if m.Item.Until == 0 || (m.List.Until != 0 && m.List.Until < m.Item.Until) {
		return m.List.Until
	}
	return m.Item.Until
}

// Answer is what a jurisdiction says of a code on a day. Its slices are nil where there is nothing.
type Answer struct {
	Covered  Covered
	Measures []Measure // in the order of the lists and of their rows
	// Open are the lists that may name the code too, but are not held well enough for that day.
	Open []*List
}

// settle gives the question with its edition, once it makes sense.
func (q Question) settle() (Question, error) {
	if q.Edition == "" {
		q.Edition = goods.Edition(goods.CN) + goods.Edition(strconv.Itoa(q.On.Year()))
	}
	switch {
	case q.Code == goods.Total || q.Code == "":
		return q, fault.Errorf(fault.BadInput, "a regime is asked about a code, not about all goods")
	case q.Edition.HS() == "":
		return q, fault.Errorf(fault.BadInput, "the edition %s is not held", q.Edition).Hint("name one of HS2012, HS2017, HS2022 or a year of the CN from 2012 to 2027")
	}
	if exists, known := goods.Exists(q.Edition, q.Code); known && !exists {
		return q, fault.Errorf(fault.BadInput, "the code %s does not exist in %s", q.Code, q.Edition).Hint("name the edition that the code belongs to")
	}
	return q, nil
}

// Covers answers a question. A jurisdiction of which nothing is held is not found; a code that does not exist in
// its edition is bad input. A code of another edition of the HS than a list's is followed through its family
// (goods.Family); one whose family is too large to be followed is matched by its number, never wholly, and leaves the list open.
func (r Regime) Covers(q Question) (Answer, error) {
	q, err := q.settle()
	if err != nil {
		return Answer{}, err
	}
	lists, err := r.Of(q.By)
	if err != nil {
		return Answer{}, err
	}
	s := newSearch(q)
	for _, l := range lists {
		if l.Kind != Watch && l.Direction == q.Direction && l.reaches(q.To) && l.inForce(q.On) {
			s.read(l)
		}
	}
	return s.answer(), nil
}

// search gathers what the lists say of one question.
type search struct {
	q       Question
	targets map[goods.Edition]targets // by HS edition of a list
	out     Answer
}

// targets are the codes that the goods asked about have in one HS edition.
type targets struct {
	codes []goods.Code
	whole []bool // named wholly by some row so far
	loose bool   // matched by number only
}

func newSearch(q Question) *search { return &search{q: q, targets: map[goods.Edition]targets{}} }

func (s *search) read(l *List) {
	state := l.At(s.q.On)
	if state == Absent {
		s.out.Open = append(s.out.Open, l)
		return
	}
	t, known := s.targets[l.Edition.HS()]
	if !known {
		t = follow(s.q.Code, s.q.Edition, l.Edition)
		s.targets[l.Edition.HS()] = t
	}
	open := state == Partial || t.loose
	for _, item := range l.Items {
		if !item.holds(s.q.On) {
			open = open || (state == Guided && item.perhaps(s.q.On) && t.near(item))
			continue
		}
		if named, wholly := t.match(item); named {
			m := Measure{List: l, Item: item, Scope: item.Scope}
			if item.Scope == Whole && !wholly {
				m.Scope = Below
			}
			s.out.Measures = append(s.out.Measures, m)
		}
	}
	if open {
		s.out.Open = append(s.out.Open, l)
	}
}

// holds tells whether the row is certainly in force on a day.
func (i Item) holds(d Day) bool { return d >= i.From.Day && (i.Until == 0 || d <= i.Until) }

// perhaps tells whether the row may be in force on a day on which it is not certain to be.
func (i Item) perhaps(d Day) bool { return i.From.Latest && d < i.From.Day }

// near tells whether the item names any of the codes in part.
func (t targets) near(item Item) bool {
	return slices.ContainsFunc(t.codes, func(c goods.Code) bool { return c.Under(item.Code) || item.Code.Under(c) })
}

// match tells whether the item names any of the codes, and whether it names all of them wholly.
func (t targets) match(item Item) (named, wholly bool) {
	wholly = true
	for i, c := range t.codes {
		switch {
		case c.Under(item.Code):
			named = true
			if item.Scope == Whole && !t.loose {
				t.whole[i] = true
				continue
			}
			wholly = false
		case item.Code.Under(c):
			named, wholly = true, false
		default:
			wholly = false
		}
	}
	return named, wholly
}

func (s *search) answer() Answer {
	s.out.Covered = No
	if len(s.out.Open) > 0 {
		s.out.Covered = Unknown
	}
	if len(s.out.Measures) > 0 {
		s.out.Covered = Partly
	}
	for _, t := range s.targets {
		if t.all() {
			s.out.Covered = Yes
		}
	}
	return s.out
}

// all tells whether the rows together name all of the codes wholly.
func (t targets) all() bool {
	for _, whole := range t.whole {
		if !whole {
			return false
		}
	}
	return len(t.whole) > 0
}

// follow says the code of one edition in the HS edition of a list.
func follow(c goods.Code, from, to goods.Edition) targets {
	t := targets{codes: []goods.Code{c}}
	if from.HS() != to.HS() && c.Digits() >= hsDigits {
		family, known := goods.FamiliesBetween(from, to).Of(from, c)
		switch {
		case known && family.Stable():
		case known && family.Followed():
			t.codes = family.Members[to.HS()]
		default:
			t.loose = true
		}
	}
	t.whole = make([]bool, len(t.codes))
	return t
}

// hsDigits is the level down to which codes are followed through editions.
const hsDigits = 6
