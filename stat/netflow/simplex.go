package netflow

import (
	"math"
	"slices"

	"detour/fault"
)

// simplex is a basis of the network simplex method: a spanning tree, in which flows are what they must be, and for every other
// arc whether it is at its least flow or full.
//
// A root beyond the nodes and an artificial arc between it and each of them make the first tree: towards the root from
// nodes with something to give, from it to nodes in want. The tree is kept strongly feasible: from every node some flow
// could still be sent to the root. That rules out cycling, and it has a second use. Once the artificial arcs carry
// nothing, those left in the tree all lead to the root, so that they can never carry anything again whatever
// their costs: any basis of a feasible flow serves any costs, without a large constant among them.
//
// Flows are counted from the lower bound.
type simplex struct {
	nodes, arcs int // without root and artificial arcs; the root is node nodes, the artificial arc of v is arcs+v
	arc         []pricedArc
	lower       []int64 // by real arc
	room        []int64 // capacity less lower bound, or Unlimited
	flow        []int64 // above the lower bound
	tree        tree
	potential   []int64 // by node; that of the root is 0
	block       int     // arcs priced at a time
	at          int     // where pricing goes on
}

// pricedArc holds together what pricing reads.
type pricedArc struct {
	cost     int64
	from, to int32
	state    int32
}

// The states of an arc. The sign is that of the reduced cost with which the arc is content.
const (
	full    = -1
	settled = 0 // in the tree, or fixed where it is
	empty   = 1
)

// leastBlock is the number of arcs priced at a time in a small network, below which searching is not
// worth its start; larger ones take the root of their number of arcs (Kiraly & Kovacs 2012).
const leastBlock = 20

// newSimplex starts from the artificial tree.
func newSimplex(n Network) (*simplex, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	m, size := len(n.Arcs), len(n.Supply)
	s := &simplex{
		nodes: size, arcs: m,
		arc:       make([]pricedArc, m+size),
		lower:     make([]int64, m),
		room:      make([]int64, m+size),
		flow:      make([]int64, m+size),
		tree:      newTree(size, m),
		potential: make([]int64, size+1),
		block:     max(leastBlock, int(math.Sqrt(float64(m)))),
	}
	for i, a := range n.Arcs {
		s.arc[i] = pricedArc{from: int32(a.From), to: int32(a.To), state: empty}
		s.lower[i], s.room[i] = a.Lower, Unlimited
		if a.Capacity != Unlimited {
			room := a.Capacity - a.Lower
			if room < 0 || room == Unlimited {
				return nil, overflow("the room between %d and %d on arc %d", a.Lower, a.Capacity, i)
			}
			s.room[i] = room
		}
	}
	surplus, err := s.surplus(n)
	if err != nil {
		return nil, err
	}
	s.plant(surplus)
	return s, nil
}

// surplus gives what each node has to give away (or, negative, wants) when every arc carries its least.
func (s *simplex) surplus(n Network) ([]int64, error) {
	exact := make([]wide, s.nodes)
	for v, supply := range n.Supply {
		exact[v].add(supply)
	}
	for _, a := range n.Arcs {
		exact[a.From].sub(a.Lower)
		exact[a.To].add(a.Lower)
	}
	surplus := make([]int64, s.nodes)
	var sum, size wide
	for v := range exact {
		b, ok := exact[v].int64()
		if !ok || b == math.MinInt64 {
			return nil, overflow("supply and least flows at node %d", v)
		}
		surplus[v] = b
		sum.add(b)
		size.add(max(b, -b))
	}
	if _, ok := size.int64(); !ok {
		return nil, overflow("the total of all supplies")
	}
	if excess, _ := sum.int64(); excess != 0 {
		all := make([]int, s.nodes)
		for v := range all {
			all[v] = v
		}
		return nil, fault.Errorf(fault.BadInput, "%w", &Infeasible{Nodes: all, Excess: excess})
	}
	return surplus, nil
}

// plant joins every node to the root.
func (s *simplex) plant(surplus []int64) {
	root := int32(s.nodes)
	for v, b := range surplus {
		e := s.arcs + v
		s.room[e] = Unlimited
		s.arc[e] = pricedArc{from: int32(v), to: root}
		if b < 0 {
			s.arc[e] = pricedArc{from: root, to: int32(v)}
		}
		s.flow[e] = max(b, -b)
	}
}

// clone gives a basis of its own.
func (s *simplex) clone() *simplex {
	c := *s
	c.arc, c.flow = slices.Clone(s.arc), slices.Clone(s.flow)
	c.tree, c.potential = s.tree.clone(), slices.Clone(s.potential)
	return &c
}

// minimise goes on to a cheapest flow under the costs, one for each real arc.
func (s *simplex) minimise(costs []int64) error {
	if err := s.start(costs); err != nil {
		return err
	}
	return s.phase(costs, 0)
}

// start goes on to a flow that uses no artificial arc. With the costs and an artificial price above any path's this takes
// fewer pivots than without them, and ends near what is wanted. Where it fails (there is no flow, the cost has no bound, or the price does not fit) the
// search without costs decides.
func (s *simplex) start(costs []int64) error {
	var top wide
	top.addProduct(largest(costs), int64(s.nodes))
	top.add(1)
	if price, ok := top.int64(); ok {
		_ = s.phase(costs, price) // whatever stopped it, the basis is sound
		if s.artificial() == 0 {
			return nil
		}
	}
	return s.feasible()
}

// feasible goes on to a flow that uses no artificial arc. If there is none the potentials, all 1 or -1, part
// the nodes that supply too much from the rest.
func (s *simplex) feasible() error {
	if err := s.phase(make([]int64, s.arcs), 1); err != nil {
		return err
	}
	excess := s.artificial()
	if excess == 0 {
		return nil
	}
	var nodes []int
	for v := range s.nodes {
		if s.potential[v] > 0 {
			nodes = append(nodes, v)
		}
	}
	return fault.Errorf(fault.BadInput, "%w", &Infeasible{Nodes: nodes, Excess: excess})
}

// artificial is the flow that artificial arcs bring to the root, which equals what they take from it.
func (s *simplex) artificial() int64 {
	var sum int64
	for v := range s.nodes {
		if e := s.arcs + v; int(s.arc[e].to) == s.nodes {
			sum += s.flow[e]
		}
	}
	return sum
}

// phase pivots until the flow is cheapest under costs of the real arcs and one price of all artificial ones.
func (s *simplex) phase(costs []int64, price int64) error {
	if err := s.charge(costs, price); err != nil {
		return err
	}
	for {
		e := s.enter()
		if e < 0 {
			return nil
		}
		if err := s.pivot(e); err != nil {
			return err
		}
	}
}

// charge sets the costs, and the potentials under which every arc of the tree has reduced cost 0. A
// potential is at most the costs of all nodes' arcs and the price; a reduced cost joins two of them and one cost.
func (s *simplex) charge(costs []int64, price int64) error {
	var reach wide
	reach.addProduct(2*int64(s.nodes)+1, largest(costs))
	reach.addProduct(2, price)
	if _, ok := reach.int64(); !ok {
		return overflow("the cost of a path (%d nodes, costs up to %d)", s.nodes, largest(costs))
	}
	for i, c := range costs {
		s.arc[i].cost = c
	}
	for v := range s.nodes {
		s.arc[s.arcs+v].cost = price
	}
	s.at = 0
	root := int32(s.nodes)
	for v := s.tree.next[root]; v != root; v = s.tree.next[v] {
		l := &s.tree.links[v]
		a := &s.arc[l.arc]
		s.potential[v] = s.potential[l.parent] - a.cost
		if a.from == v {
			s.potential[v] = s.potential[l.parent] + a.cost
		}
	}
	return nil
}

// largest is the greatest magnitude of a cost; MinInt64 has none, and counts as MaxInt64, for which no
// network has room either.
func largest(costs []int64) int64 {
	var top int64
	for _, c := range costs {
		if c == math.MinInt64 {
			return math.MaxInt64
		}
		top = max(top, c, -c)
	}
	return top
}

// reduced is the reduced cost of an arc.
func (s *simplex) reduced(e int) int64 {
	a := &s.arc[e]
	return a.cost - s.potential[a.from] + s.potential[a.to]
}

// enter gives the arc of the next block whose reduced cost is most at odds with its state, -1 if there is none in any block.
func (s *simplex) enter() int {
	found, worst := -1, int64(0)
	for left := s.arcs; left > 0 && found < 0; {
		begin := s.at
		end := min(begin+min(s.block, left), s.arcs)
		for i := begin; i < end; i++ {
			a := &s.arc[i]
			if v := int64(a.state) * (a.cost - s.potential[a.from] + s.potential[a.to]); v < worst {
				found, worst = i, v
			}
		}
		left -= end - begin
		if s.at = end; end == s.arcs {
			s.at = 0
		}
	}
	return found
}

// pivot sends as much flow as it can round the cycle that arc e closes in the tree, and lets the arc that
// stops it leave. Of several such the last on the cycle, walked along the flow from its node nearest the
// root: this keeps the tree strongly feasible (Ahuja, Magnanti & Orlin 1993, section 11.6).
func (s *simplex) pivot(e int) error {
	tail, head := s.arc[e].from, s.arc[e].to
	if s.arc[e].state == full {
		tail, head = head, tail
	}
	apex := s.tree.meet(tail, head)
	amount, cut, limited := s.room[e], int32(-1), s.room[e] != Unlimited || s.arc[e].state == full
	if s.arc[e].state == full {
		amount = s.flow[e]
	}
	below := head // the end of e that loses its way to the root
	for v := tail; v != apex; v = s.tree.parent(v) {
		r, l := s.residual(v, false)
		if limited = limited || l; r < amount {
			amount, cut, below = r, v, tail
		}
	}
	for v := head; v != apex; v = s.tree.parent(v) {
		r, l := s.residual(v, true)
		if limited = limited || l; r <= amount {
			amount, cut, below = r, v, head
		}
	}
	if !limited {
		return s.unbounded(e, tail, head, apex)
	}
	s.send(e, tail, head, apex, amount)
	if cut < 0 {
		s.arc[e].state = -s.arc[e].state
		return s.finite(e)
	}
	leaving := int(s.tree.links[cut].arc)
	s.arc[leaving].state = full
	if s.flow[leaving] == 0 {
		s.arc[leaving].state = empty
	}
	s.arc[e].state = settled
	if below == tail {
		s.regraft(e, cut, tail, head)
	} else {
		s.regraft(e, cut, head, tail)
	}
	return s.finite(leaving)
}

// finite refuses an arc without a capacity that was filled all the same.
func (s *simplex) finite(e int) error {
	if s.room[e] == Unlimited && s.flow[e] == Unlimited {
		return overflow("the flow of unlimited arc %d", e)
	}
	return nil
}

// residual is what can still be sent between v and its parent, up or down, and whether anything limits it.
func (s *simplex) residual(v int32, up bool) (amount int64, limited bool) {
	e := s.tree.links[v].arc
	if (s.arc[e].from == v) == up {
		return s.room[e] - s.flow[e], s.room[e] != Unlimited
	}
	return s.flow[e], true
}

// send moves the amount round the cycle of arc e.
func (s *simplex) send(e int, tail, head, apex int32, amount int64) {
	if amount == 0 {
		return
	}
	s.flow[e] += int64(s.arc[e].state) * amount
	for v := tail; v != apex; v = s.tree.parent(v) {
		if e := s.tree.links[v].arc; s.arc[e].from == v {
			s.flow[e] -= amount
		} else {
			s.flow[e] += amount
		}
	}
	for v := head; v != apex; v = s.tree.parent(v) {
		if e := s.tree.links[v].arc; s.arc[e].from == v {
			s.flow[e] += amount
		} else {
			s.flow[e] -= amount
		}
	}
}

// regraft cuts the tree above node cut and joins the lost part by arc e, whose end in it is low and whose other end is high.
func (s *simplex) regraft(e int, cut, low, high int32) {
	shift := s.reduced(e)
	if s.arc[e].to == low {
		shift = -shift
	}
	s.tree.regraft(cut, low, high, int32(e))
	for v, left := low, s.tree.links[low].size; left > 0; left-- {
		s.potential[v] += shift
		v = s.tree.next[v]
	}
}

// unbounded lists the cycle of arc e in the direction of its flow.
func (s *simplex) unbounded(e int, tail, head, apex int32) error {
	var cycle []int
	for v := tail; v != apex; v = s.tree.parent(v) {
		cycle = append(cycle, int(s.tree.links[v].arc))
	}
	slices.Reverse(cycle)
	cycle = append(cycle, e)
	for v := head; v != apex; v = s.tree.parent(v) {
		cycle = append(cycle, int(s.tree.links[v].arc))
	}
	return fault.Errorf(fault.BadInput, "%w", &Unbounded{Cycle: cycle})
}

// flows gives the flow of the first arcs, counted from zero.
func (s *simplex) flows(arcs int) ([]int64, error) {
	flow := make([]int64, arcs)
	for i := range flow {
		x := s.lower[i] + s.flow[i]
		if x < s.lower[i] || s.flow[i] == Unlimited {
			return nil, overflow("the flow of unlimited arc %d", i)
		}
		flow[i] = x
	}
	return flow, nil
}
