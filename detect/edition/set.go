package edition

import (
	"slices"

	"detour/trade/goods"
	"detour/trade/period"
)

// Set is a named set of goods, said in the editions of some periods. It is not safe for concurrent use.
type Set struct {
	codes []goods.Code
	known map[goods.Code]membership
}

type membership struct{ in, partly bool }

// SetIn says a set in the editions of the CN of the periods.
func SetIn(set goods.Set, periods []period.Period) *Set {
	s := &Set{known: map[goods.Code]membership{}}
	alike := map[goods.Edition]bool{} // years of the CN without a list of their own are told apart by their HS alone
	for _, p := range periods {
		e := goods.EditionOf(goods.CN, p)
		if !goods.Known(e) {
			if alike[e.HS()] {
				continue
			}
			alike[e.HS()] = true
		}
		codes, _ := set.CodesIn(e)
		s.codes = append(s.codes, codes...)
	}
	return s
}

// Has tells whether all that is stated under the code lies in the set.
func (s *Set) Has(c goods.Code) bool { return s.of(c).in }

// Splits tells whether a code is too coarse for the set: part of what is stated under it may lie outside.
func (s *Set) Splits(c goods.Code) bool { return s.of(c).partly }

// Divides tells whether some of the codes lie in the set, some outside, and none on both sides.
func (s *Set) Divides(codes map[goods.Code]bool) bool {
	some, all := false, true
	for c := range codes {
		if s.Splits(c) {
			return false
		}
		some, all = some || s.Has(c), all && s.Has(c)
	}
	return some && !all
}

func (s *Set) of(c goods.Code) membership {
	m, ok := s.known[c]
	if !ok {
		m.in = slices.ContainsFunc(s.codes, c.Under)
		m.partly = !m.in && (c == goods.Total || slices.ContainsFunc(s.codes, func(in goods.Code) bool { return in.Under(c) }))
		s.known[c] = m
	}
	return m
}
