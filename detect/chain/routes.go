package chain

import (
	"math"

	"detour/detect/chain/course"
	"detour/fault"
	"detour/stat/netflow"
	"detour/trade/area"
	"detour/trade/goods"
)

// Route is a way of one product through one hub or two, with what may have gone it from the ban on, in the months that
// the hubs state: EUR at the coalition's border, ghosts left out.
type Route struct {
	Goods goods.Code
	Hubs  []area.Code // in the order of passing
	Range
	// Quickest is what goes this way in one of the flows in which goods stay least: an illustration, no estimate.
	Quickest float64
}

// Routes gives the routes of products for which two found pairs trade with each other, the pairs being those of Find with
// at least the probability Found. Products are in the order of the book, routes in that of hubs. The ranges are over all
// flows on the product's network of hubs and months that pass on as much as possible, goods of other origins
// included, through two hubs at most. Products without such trade have routes of one hub, whose ranges are in Find.
func Routes(b *Book, chains []Chain) ([]Route, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	if len(chains) != len(b.Pairs) {
		return nil, fault.Errorf(fault.BadInput, "%d chains are given for %d pairs", len(chains), len(b.Pairs))
	}
	s := newSurveyor(b)
	s.run()
	var out []Route
	for g := range b.Goods {
		var pairs []int
		linked := false
		for h := range b.Hubs {
			if i := h*s.goods + g; chains[i].Probability >= Found {
				pairs = append(pairs, i)
			}
		}
		n := newNetwork(s, pairs)
		for _, i := range pairs {
			for _, o := range s.surveys[i].on {
				if to, ok := n.place[o.pair]; ok {
					linked = true
					n.link(n.place[i], to, o)
				}
			}
		}
		if !linked {
			continue
		}
		more, err := n.routes()
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// network is a product's: for each pair and month, goods that came from elsewhere, from the coalition and from
// another hub enter and leave apart, so that none passes more than two hubs.
type network struct {
	s       *surveyor
	pairs   []int
	place   map[int]int // of a pair, among pairs
	net     netflow.Network
	source  int
	sink    int
	stays   []netflow.Term
	figures []figure
}

type figure struct {
	pairs []int // places
	terms []netflow.Term
}

// The origins of goods in a hub.
const (
	fromElsewhere = iota
	fromCoalition
	fromHub
	origins
)

func newNetwork(s *surveyor, pairs []int) *network {
	n := &network{s: s, pairs: pairs, place: map[int]int{}, source: 0, sink: 1}
	n.net.Supply = make([]int64, 2+len(pairs)*s.book.Months*(2*origins+1))
	for at, i := range pairs {
		n.place[i] = at
	}
	for at, i := range pairs {
		n.hub(at, i)
	}
	return n
}

// node numbers a pair's nodes of a month: entries by origin, then exits by origin, then the border to the target.
func (n *network) node(at, month, which int) int {
	return 2 + (at*n.s.book.Months+month)*(2*origins+1) + which
}

func (n *network) arc(from, to int, capacity int64) int {
	n.net.Arcs = append(n.net.Arcs, netflow.Arc{From: from, To: to, Capacity: capacity})
	return len(n.net.Arcs) - 1
}

// hub lays the arcs within one pair, and the figure of the route through it alone.
func (n *network) hub(at, i int) {
	s := n.s
	v, held := s.view(i), s.hub(i).Held
	leaving := v.exit
	if leaving.kind != ownCode && leaving.kind != nearCode {
		leaving.kilos, leaving.held = s.book.Pairs[i].Out.kilos(s.zeros()), held
	}
	entry := v.entryKg
	if entry == nil {
		entry = s.zeros()
	}
	in, out := s.excess(entry, held, v.from), s.excess(leaving.kilos, leaving.held, v.from)
	other := s.excess(s.book.Pairs[i].Other.kilos(s.zeros()), held, v.from)
	alone := figure{pairs: []int{at}}
	for t := v.from; t < s.book.Months; t++ {
		n.arc(n.source, n.node(at, t, fromElsewhere), other[t])
		n.arc(n.source, n.node(at, t, fromCoalition), in[t])
		n.arc(n.node(at, t, 2*origins), n.sink, out[t])
		for o := range origins {
			for k := 0; k <= stay && t+k < s.book.Months; k++ {
				a := n.arc(n.node(at, t, o), n.node(at, t+k, origins+o), netflow.Unlimited)
				n.stays = append(n.stays, netflow.Term{Arc: a, Weight: int64(k)})
			}
			a := n.arc(n.node(at, t, origins+o), n.node(at, t, 2*origins), netflow.Unlimited)
			if o == fromCoalition {
				alone.terms = append(alone.terms, netflow.Term{Arc: a, Weight: 1})
			}
		}
	}
	n.figures = append(n.figures, alone)
}

// link lays the arcs from one pair to another, and the figure of the route through both: goods arrive in the month in
// which they leave.
func (n *network) link(from, to int, o onward) {
	first := n.s.surveys[n.pairs[from]].from
	both, most := figure{pairs: []int{from, to}}, n.s.excess(o.kilo, o.held, first)
	for t := first; t < n.s.book.Months; t++ {
		a := n.arc(n.node(from, t, origins+fromCoalition), n.node(to, t, fromHub), most[t])
		both.terms = append(both.terms, netflow.Term{Arc: a, Weight: 1})
	}
	n.figures = append(n.figures, both)
}

// routes asks for the range of every figure.
func (n *network) routes() ([]Route, error) {
	region, _, err := netflow.GreatestFlows(n.net, n.source, n.sink)
	if err != nil {
		return nil, err
	}
	var terms [][]netflow.Term
	for _, f := range n.figures {
		terms = append(terms, f.terms)
	}
	ranges, err := region.Ranges(terms)
	if err != nil {
		return nil, err
	}
	quickest, err := region.Least(n.stays)
	if err != nil {
		return nil, err
	}
	var out []Route
	for k, f := range n.figures {
		own := &n.s.surveys[n.pairs[f.pairs[0]]]
		price, ok := course.UnitValue(own.entryEuros, own.entryKg, own.from)
		if !ok {
			continue // nothing entered from the coalition
		}
		worth := math.Exp(price) / (1 + carriage)
		r := Route{Goods: n.s.good(n.pairs[f.pairs[0]]).Code, Range: Range{float64(ranges[k].Least) * worth, float64(ranges[k].Greatest) * worth}}
		for _, at := range f.pairs {
			r.Hubs = append(r.Hubs, n.s.hub(n.pairs[at]).Code)
		}
		for _, term := range f.terms {
			r.Quickest += float64(quickest.Flow[term.Arc]) * worth
		}
		out = append(out, r)
	}
	return out, nil
}
