package cover

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
)

// Asked is what a question asks of a reporter.
type Asked struct {
	Partners []area.Code
	All      bool         // all goods
	Terms    []goods.Term // otherwise
	Digits   int          // rows as fine as this are preferred to those of the codes themselves; 0: any
}

// Part is goods that rows of one level answer, for the partners with which they are stated on all sides. No code is in two
// parts of an Answer.
type Part struct {
	lake.GoodsFilter
	Partners []area.Code
}

// Answer says which rows answer what is asked of a reporter, and what none does.
type Answer struct {
	Parts   []Part
	Lacking []area.Code  // partners in no part
	Absent  []goods.Code // codes asked that are in no part
	Partly  []goods.Code // headings asked that are the sums of listed codes
	Listed  int          // how many listed codes stand for all goods; 0 where those are stated in full
	Uneven  []goods.Code // codes in a part, but not for every partner that has one
	Some    []goods.Code // listed codes of the goods asked that are left out, because only some periods state them
}

// Answer chooses for each code asked one level for all partners: of those that state it whole the one that is stated for
// the most partners, of equal ones the row of the code itself, then the finest. Only where none does, codes that are listed below it stand
// for it, those that every period states: sums over different codes are not comparable. All goods are the Total, else
// the finest level in full, else the listed codes, by the same rule. stated has what is common to all periods, by partner, and nil for none.
func (q Asked) Answer(stated []*Common) Answer {
	b := &builder{Asked: q, stated: stated, by: map[string]*Part{}, left: map[goods.Code]bool{}}
	if q.All {
		b.all()
	}
	for _, t := range q.Terms {
		b.term(t)
	}
	return b.finish()
}

type builder struct {
	Asked
	stated []*Common
	by     map[string]*Part // by level and partners
	out    Answer
	left   map[goods.Code]bool // Some
}

// all finds the level of all goods.
func (b *builder) all() {
	whole := func(c *Common, n int) bool { return slices.Contains(c.Full, n) || n == 0 && c.states(goods.Total) }
	if n, partners := b.widest(append([]int{0}, b.fuller(0)...), whole); len(partners) > 0 {
		b.add(n, partners)
		return
	}
	b.out.Listed = b.listed("")
}

// term finds the level of a code.
func (b *builder) term(t goods.Term) {
	own := flow.Level(t.Code)
	levels := b.fuller(own)
	switch {
	case t.Exact:
		levels = []int{own}
	case b.Digits <= own:
		levels = append([]int{own}, levels...)
	default:
		levels = append(levels, own)
	}
	whole := func(c *Common, n int) bool { return slices.Contains(c.Full, n) || n == own && c.states(t.Code) }
	n, partners := b.widest(levels, whole)
	switch {
	case len(partners) > 0:
		b.add(n, partners, t)
	case !t.Exact && b.listed(t.Code) > 0:
		b.out.Partly = append(b.out.Partly, t.Code)
	default:
		b.out.Absent = append(b.out.Absent, t.Code)
	}
}

// fuller are the levels beyond one that are in full for some partner, the finest first.
func (b *builder) fuller(than int) []int {
	var out []int
	for _, c := range b.stated {
		if c != nil {
			out = append(out, c.Full...)
		}
	}
	out = slices.DeleteFunc(unique(out), func(n int) bool { return n <= than })
	slices.Reverse(out)
	return out
}

// widest is the level that answers for the most partners, the first of equal ones, and those partners.
func (b *builder) widest(levels []int, answers func(*Common, int) bool) (best int, most []area.Code) {
	for _, n := range levels {
		var partners []area.Code
		for i, h := range b.Partners {
			if c := b.stated[i]; c != nil && answers(c, n) {
				partners = append(partners, h)
			}
		}
		if len(partners) > len(most) {
			best, most = n, partners
		}
	}
	return best, most
}

// listed adds the codes below one that are listed, of the level that has some for the most partners, the finest of
// equal ones, and tells how many.
func (b *builder) listed(head goods.Code) int {
	at := map[int]map[goods.Code][]area.Code{}
	partners := map[int]int{}
	some := map[goods.Code]bool{}
	for i, h := range b.Partners {
		if b.stated[i] == nil {
			continue
		}
		has := map[int]bool{}
		for _, g := range below(b.stated[i].Codes, head) {
			n := flow.Level(g)
			if at[n] == nil {
				at[n] = map[goods.Code][]area.Code{}
			}
			at[n][g] = append(at[n][g], h)
			if !has[n] {
				has[n] = true
				partners[n]++
			}
		}
		for _, g := range below(b.stated[i].Some, head) {
			some[g] = true
		}
	}
	best := 0
	for _, n := range slices.Backward(slices.Sorted(maps.Keys(at))) {
		if partners[n] > partners[best] {
			best = n
		}
	}
	for _, g := range slices.Sorted(maps.Keys(at[best])) {
		b.add(best, at[best][g], goods.Term{Code: g, Exact: true})
	}
	for g := range some {
		if flow.Level(g) == best && at[best][g] == nil {
			b.left[g] = true
		}
	}
	return len(at[best])
}

// add puts the term, or all goods, into the part of its level and partners.
func (b *builder) add(level int, partners []area.Code, terms ...goods.Term) {
	key := fmt.Sprint(level, partners)
	p := b.by[key]
	if p == nil {
		p = &Part{lake.GoodsFilter{Level: level}, partners}
		b.by[key] = p
	}
	p.Terms = append(p.Terms, terms...)
}

func (b *builder) finish() Answer {
	served := map[area.Code]bool{}
	for _, p := range b.by {
		slices.SortFunc(p.Terms, func(x, y goods.Term) int { return cmp.Compare(x.Code, y.Code) })
		b.out.Parts = append(b.out.Parts, *p)
		for _, h := range p.Partners {
			served[h] = true
		}
	}
	slices.SortFunc(b.out.Parts, func(x, y Part) int {
		return cmp.Or(cmp.Compare(x.Level, y.Level), slices.Compare(x.Partners, y.Partners))
	})
	for _, h := range b.Partners {
		if !served[h] {
			b.out.Lacking = append(b.out.Lacking, h)
		}
	}
	for _, p := range b.out.Parts {
		if len(p.Partners) < len(served) {
			for _, t := range p.Terms {
				b.out.Uneven = append(b.out.Uneven, t.Code)
			}
		}
	}
	slices.Sort(b.out.Uneven)
	b.out.Some = slices.Sorted(maps.Keys(b.left))
	return b.out
}
