package account

import (
	"slices"

	"detour/trade/goods"
)

// goodsSet is a named set of goods, said in the editions of the period and of the base.
type goodsSet struct {
	codes []goods.Code
	known map[goods.Code]membership
}

type membership struct{ in, partly bool }

// setOf says a set in the editions of the question.
func (r *runner) setOf(set goods.Set) *goodsSet {
	if known, ok := r.sets[set.ID]; ok {
		return known
	}
	s := &goodsSet{known: map[goods.Code]membership{}}
	alike := map[goods.Edition]bool{} // years of the CN without a list of their own are told apart by their HS alone
	for _, p := range r.EditionPeriods() {
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
	r.sets[set.ID] = s
	return s
}

// has tells whether all that is stated under the code lies in the set.
func (s *goodsSet) has(c goods.Code) bool { return s.of(c).in }

// splits tells whether a code is too coarse for the set: part of what is stated under it may lie outside.
func (s *goodsSet) splits(c goods.Code) bool { return s.of(c).partly }

func (s *goodsSet) of(c goods.Code) membership {
	m, ok := s.known[c]
	if !ok {
		m.in = slices.ContainsFunc(s.codes, c.Under)
		m.partly = !m.in && (c == goods.Total || slices.ContainsFunc(s.codes, func(in goods.Code) bool { return in.Under(c) }))
		s.known[c] = m
	}
	return m
}
