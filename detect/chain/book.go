// Package chain finds pairs of a hub and a product through which goods of the coalition reach the target:
// excess into the hub matched in product, time and size with excess out of it. Each pair gets an evidence
// table, a calibrated probability, and a value within limits. docs/method/chains.md has the equations.
//
// It takes a Book of values and gives values; it reads no store and knows no simulated world.
package chain

import (
	"detour/fault"
	"detour/trade/area"
	"detour/trade/goods"
)

// Book is what is known of the trade by which goods may reach the target. All series have the same Months, numbered
// from 0. A Book is only read, and may be shared by goroutines as long as nobody changes it.
type Book struct {
	Months int
	Event  int // the month from which diversion is looked for
	Hubs   []Hub
	Goods  []Good
	// Sellers are the exporters of the coalition.
	Sellers []Seller
	// Pairs has one pair for each hub and product: that of hub h and product g is Pairs[h*len(Goods)+g].
	Pairs []Pair
	// Direct is what the coalition itself sold the target, by product, as the sellers state it.
	Direct []Series
}

// Hub is a third country.
type Hub struct {
	Code area.Code
	// Held tells the months that it states, nil for all of them.
	Held []bool
}

// Seller is an exporter of the coalition.
type Seller struct {
	Code area.Code
	Held []bool // as for a Hub; a seller that states nothing has only false
}

// Good is a product.
type Good struct {
	Code goods.Code
	// Listed is the first month in which its export to the target is banned, negative where it is not.
	Listed int
	Tier   string // of the Common High Priority List, empty for none
}

// Pair is the trade of one product through one hub.
type Pair struct {
	// In is what the coalition sold the hub, by seller. Sellers without trade may be left out.
	In []Leg
	// Other is what the hub states of its imports from elsewhere than the coalition and the hubs, CIF.
	Other Series
	// Out is what the hub states of its exports to the target and to places that pass goods on to it.
	Out Series
	// On is what the hub sold to other hubs, Peer being theirs.
	On []Leg
}

// Leg is trade with one peer: an index of Sellers, or of Hubs.
type Leg struct {
	Peer int
	// Series is what the sender states at FOB or, where that is silent or falls silent, the receiver at CIF (Mirrored).
	Series   Series
	Mirrored bool
	// Seen is what the receiver states of the same trade beside a sender's statement, CIF.
	Seen Series
}

// Series is the months that are not zero, ascending. A month that is left out is zero where its reporter is
// held, and missing elsewhere.
type Series []Point

// Point is one month: value in hundredths of EUR and mass in grams, 0 where it is not held.
type Point struct {
	Month       int32
	Value, Mass int64
}

// check refuses books that contradict themselves.
func (b *Book) check() error {
	bad := func(what string, args ...any) error {
		return fault.Errorf(fault.BadInput, "the book of chains has "+what, args...)
	}
	switch {
	case b.Months < 1 || b.Event < 1 || b.Event >= b.Months:
		return bad("%d months and its event in month %d", b.Months, b.Event)
	case len(b.Pairs) != len(b.Hubs)*len(b.Goods):
		return bad("%d pairs for %d hubs and %d products", len(b.Pairs), len(b.Hubs), len(b.Goods))
	case len(b.Direct) != len(b.Goods):
		return bad("%d direct series for %d products", len(b.Direct), len(b.Goods))
	}
	for i, h := range b.Hubs {
		if h.Held != nil && len(h.Held) != b.Months {
			return bad("%d held months for hub %s (%d)", len(h.Held), h.Code, i)
		}
	}
	for i, s := range b.Sellers {
		if s.Held != nil && len(s.Held) != b.Months {
			return bad("%d held months for seller %s (%d)", len(s.Held), s.Code, i)
		}
	}
	for i := range b.Pairs {
		if err := b.checkPair(i); err != nil {
			return err
		}
	}
	for g := range b.Direct {
		if !b.Direct[g].within(b.Months) {
			return bad("an impossible series of direct trade in %s", b.Goods[g].Code)
		}
	}
	return nil
}

func (b *Book) checkPair(i int) error {
	p := &b.Pairs[i]
	ok := p.Other.within(b.Months) && p.Out.within(b.Months)
	for _, l := range p.In {
		ok = ok && l.Peer >= 0 && l.Peer < len(b.Sellers) && l.Series.within(b.Months) && l.Seen.within(b.Months)
	}
	for _, l := range p.On {
		ok = ok && l.Peer >= 0 && l.Peer < len(b.Hubs) && l.Series.within(b.Months) && l.Seen.within(b.Months)
	}
	if !ok {
		return fault.Errorf(fault.BadInput, "the book of chains has an impossible series or peer for hub %s and product %s",
			b.Hubs[i/len(b.Goods)].Code, b.Goods[i%len(b.Goods)].Code)
	}
	return nil
}

// within tells whether months ascend within bounds and amounts are not negative.
func (s Series) within(months int) bool {
	last := int32(-1)
	for _, p := range s {
		if p.Month <= last || int(p.Month) >= months || p.Value < 0 || p.Mass < 0 {
			return false
		}
		last = p.Month
	}
	return true
}
