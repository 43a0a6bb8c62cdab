package detection

import (
	"cmp"
	"math/big"
	"slices"

	"detour/detect/chain"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/world"
	"detour/world/truth"
)

// Observed makes the book of what an investigator can see of a world in its final release: stated flows and the
// goods lists. Nothing of what truly happens enters it.
func Observed(w *world.World) (*chain.Book, error) {
	b := newBinder(w)
	for link := range w.Links(world.Final) {
		if err := b.add(link); err != nil {
			return nil, err
		}
	}
	return b.bind(), nil
}

// binder gathers links into a book.
type binder struct {
	book        chain.Book
	truth       truth.Truth
	seller, hub map[area.Code]int
	heirs       map[term][]int    // products of a code
	first       map[area.Code]int // months that an area states
	rates       map[rateKey]*big.Rat
}

// term is a code of the older edition or of the younger.
type term struct {
	code  goods.Code
	young bool
}

type rateKey struct {
	currency money.Currency
	month    period.Period
}

func newBinder(w *world.World) *binder {
	t := w.Truth()
	b := &binder{
		truth: t, seller: map[area.Code]int{}, hub: map[area.Code]int{}, heirs: map[term][]int{}, rates: map[rateKey]*big.Rat{},
		first: map[area.Code]int{},
	}
	b.book.Months, b.book.Event = t.Last.Sub(t.First.Period)+1, t.Event.Sub(t.First.Period)
	for _, r := range t.Reporters {
		if r.Last.Period != 0 {
			b.first[r.Area] = r.Last.Sub(t.First.Period) + 1
		}
	}
	for i, c := range t.Exporters {
		b.seller[c] = i
		b.book.Sellers = append(b.book.Sellers, chain.Seller{Code: c, Held: b.held(c)})
	}
	for i, c := range t.Hubs {
		b.hub[c] = i
		b.book.Hubs = append(b.book.Hubs, chain.Hub{Code: c, Held: b.held(c)})
	}
	families := goods.FamiliesBetween(goods.Edition(goods.HS2017), goods.Edition(goods.HS2022))
	for i, g := range t.Goods {
		listed := -1
		if g.Listed.Period != 0 {
			listed = g.Listed.Sub(t.First.Period)
		}
		b.heirs[term{g.Code, true}] = []int{i}
		b.book.Goods = append(b.book.Goods, chain.Good{Code: g.Code, Listed: listed, Tier: g.Tier})
		for _, old := range families.Predecessors(goods.Edition(goods.HS2017), goods.Edition(goods.HS2022), g.Code) {
			b.heirs[term{old, false}] = append(b.heirs[term{old, false}], i)
		}
	}
	pairs := len(t.Hubs) * len(t.Goods)
	b.book.Pairs = make([]chain.Pair, pairs)
	b.book.Direct = make([]chain.Series, len(t.Goods))
	return b
}

func (b *binder) held(c area.Code) []bool {
	out := make([]bool, b.book.Months)
	for i := range b.first[c] {
		out[i] = true
	}
	return out
}

// add files one link.
func (b *binder) add(l world.Link) error {
	exports, err := b.series(l.Exports)
	if err != nil {
		return err
	}
	imports, err := b.series(l.Imports)
	if err != nil {
		return err
	}
	seller, fromCoalition := b.seller[l.From]
	from, fromHub := b.hub[l.From]
	to, toHub := b.hub[l.To]
	for g := range b.book.Goods {
		switch {
		case toHub && fromCoalition:
			b.pair(to, g).In = b.leg(b.pair(to, g).In, seller, l, exports[g], imports[g])
		case toHub && fromHub:
			b.pair(from, g).On = b.leg(b.pair(from, g).On, to, l, exports[g], imports[g])
		case toHub:
			other := &b.pair(to, g).Other
			*other = append(*other, imports[g]...)
		case fromCoalition:
			b.book.Direct[g] = append(b.book.Direct[g], exports[g]...)
		case fromHub:
			out := &b.pair(from, g).Out
			*out = append(*out, exports[g]...)
		}
	}
	return nil
}

func (b *binder) pair(hub, good int) *chain.Pair {
	return &b.book.Pairs[hub*len(b.book.Goods)+good]
}

// leg adds a leg with trade: as its sender states it or, where the receiver states more months, as that does.
func (b *binder) leg(to []chain.Leg, peer int, l world.Link, exports, imports chain.Series) []chain.Leg {
	out := chain.Leg{Peer: peer, Series: exports, Seen: imports}
	if b.first[l.From] < b.first[l.To] {
		out = chain.Leg{Peer: peer, Series: imports, Mirrored: true}
	}
	if len(out.Series)+len(out.Seen) == 0 {
		return to
	}
	return append(to, out)
}

// series gives what flows state by product, in EUR. A code of the older edition that was divided is divided
// evenly among its products: there is no other way to know. Secret codes name no product and are left out.
func (b *binder) series(flows []flow.Flow) ([]chain.Series, error) {
	out := make([]chain.Series, len(b.book.Goods))
	for i := range flows {
		f := &flows[i]
		value, err := b.euros(f)
		if err != nil {
			return nil, err
		}
		heirs := b.heirs[term{f.Goods.Prefix(6), f.Period >= changeOfEdition}]
		for _, g := range heirs {
			n := int64(len(heirs))
			out[g] = append(out[g], chain.Point{Month: int32(f.Period.Sub(b.truth.First.Period)), Value: value / n, Mass: f.NetMass.N / n})
		}
	}
	for g := range out {
		out[g] = merged(out[g])
	}
	return out, nil
}

// euros converts the value of a flow at the rate of its month.
func (b *binder) euros(f *flow.Flow) (int64, error) {
	if f.Currency == money.EUR {
		return f.Value.N, nil
	}
	k := rateKey{f.Currency, f.Period}
	r, ok := b.rates[k]
	if !ok {
		var err error
		if r, err = money.Embedded().Rate(f.Currency, f.Period); err != nil {
			return 0, err
		}
		b.rates[k] = r
	}
	return money.MulDiv(f.Value.N, r.Denom().Int64(), r.Num().Int64())
}

// changeOfEdition is the first month of HS2022.
const changeOfEdition = period.Period(202201)

// merged puts points in order and adds up those of one month.
func merged(s chain.Series) chain.Series {
	byMonth := func(a, b chain.Point) int { return cmp.Compare(a.Month, b.Month) }
	if !slices.IsSortedFunc(s, byMonth) {
		slices.SortFunc(s, byMonth)
	}
	out := s[:0]
	for _, p := range s {
		if n := len(out); n > 0 && out[n-1].Month == p.Month {
			out[n-1].Value, out[n-1].Mass = out[n-1].Value+p.Value, out[n-1].Mass+p.Mass
		} else {
			out = append(out, p)
		}
	}
	return out
}

func (b *binder) bind() *chain.Book {
	for i := range b.book.Pairs {
		p := &b.book.Pairs[i]
		p.Other, p.Out = merged(p.Other), merged(p.Out)
	}
	for g := range b.book.Direct {
		b.book.Direct[g] = merged(b.book.Direct[g])
	}
	return &b.book
}
