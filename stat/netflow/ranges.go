package netflow

import (
	"math"
	"math/bits"
	"slices"

	"detour/fault"
)

// Term gives an arc a weight in a linear figure of a flow: the sum of weight times flow over all terms. Terms of one arc add up.
type Term struct {
	Arc    int
	Weight int64
}

// Range is the least and the greatest value that a figure takes.
type Range struct{ Least, Greatest int64 }

// Region is a set of flows of one network: all, the greatest, or the cheapest. It holds a flow to start from,
// so that every further question costs a few pivots only. It never changes and is safe for concurrent use.
type Region struct {
	network Network
	basis   *simplex
}

// Flows is the region of all flows of n. Errors are those of MinCost.
func Flows(n Network) (*Region, error) {
	s, err := newSimplex(n)
	if err != nil {
		return nil, err
	}
	if err := s.start(n.costs()); err != nil {
		return nil, err
	}
	if _, err := s.flows(len(n.Arcs)); err != nil {
		return nil, err
	}
	return &Region{Network{slices.Clone(n.Supply), slices.Clone(n.Arcs)}, s}, nil
}

// CheapestFlows is the region of all flows of n that have the least cost, which is given too. Errors are those of MinCost.
func CheapestFlows(n Network) (*Region, int64, error) {
	s, err := newSimplex(n)
	if err != nil {
		return nil, 0, err
	}
	costs := n.costs()
	if err := s.minimise(costs); err != nil {
		return nil, 0, err
	}
	best, err := s.solution(costs)
	if err != nil {
		return nil, 0, err
	}
	return &Region{Network{slices.Clone(n.Supply), s.face(n.Arcs)}, s}, best.Cost, nil
}

// GreatestFlows is the region of all flows of n that send as much from source to sink as possible, on top of the supplies;
// that amount is given too. Errors are those of MaxFlow.
func GreatestFlows(n Network, source, sink int) (*Region, int64, error) {
	s, err := maximise(n, source, sink)
	if err != nil {
		return nil, 0, err
	}
	flow, err := s.flows(len(n.Arcs) + 1)
	if err != nil {
		return nil, 0, err
	}
	value := flow[len(n.Arcs)]
	through, err := between(n, source, sink, value)
	if err != nil {
		return nil, 0, err
	}
	return &Region{Network{through.Supply, s.face(n.Arcs)}, s}, value, nil
}

// face narrows an optimal basis to the optimal flows, and gives the arcs narrowed in the same way: by complementary slackness a flow is
// optimal if and only if every arc of positive reduced cost is at its least flow and every one of negative
// reduced cost is full.
func (s *simplex) face(arcs []Arc) []Arc {
	for i := range s.arcs {
		if s.reduced(i) != 0 {
			s.arc[i].state = settled
		}
	}
	narrowed := slices.Clone(arcs)
	for i := range narrowed {
		switch reduced := s.reduced(i); {
		case reduced > 0:
			narrowed[i].Capacity = narrowed[i].Lower
		case reduced < 0:
			narrowed[i].Lower = narrowed[i].Capacity
		}
	}
	return narrowed
}

// Network gives the network whose flows are those of the region, arcs in the order that they had, costs
// being the weights of the terms. Verify checks what Least finds against it.
func (r *Region) Network(terms []Term) (Network, error) {
	weights, err := r.weights(terms)
	if err != nil {
		return Network{}, err
	}
	arcs := slices.Clone(r.network.Arcs)
	for i := range arcs {
		arcs[i].Cost = weights[i]
	}
	return Network{Supply: slices.Clone(r.network.Supply), Arcs: arcs}, nil
}

// weights adds the terms up by arc.
func (r *Region) weights(terms []Term) ([]int64, error) {
	exact := make([]wide, len(r.network.Arcs))
	for _, t := range terms {
		if t.Arc < 0 || t.Arc >= len(exact) {
			return nil, fault.Errorf(fault.BadInput, "a weight for arc %d of %d", t.Arc, len(exact))
		}
		exact[t.Arc].add(t.Weight)
	}
	weights := make([]int64, len(exact))
	for i := range exact {
		w, ok := exact[i].int64()
		if !ok {
			return nil, overflow("the weight of arc %d", i)
		}
		weights[i] = w
	}
	return weights, nil
}

// Least finds a flow of the region in which the figure is least, with its proof: Solution.Cost is the figure. Weights with their
// signs reversed ask for the greatest. It always starts from the flow that the region holds, so that its answer does not depend on
// what was asked before. Errors are those of MinCost.
func (r *Region) Least(terms []Term) (Solution, error) {
	weights, err := r.weights(terms)
	if err != nil {
		return Solution{}, err
	}
	s := r.basis.clone()
	if err := s.phase(r.extend(weights), 0); err != nil {
		return Solution{}, err
	}
	return s.solution(weights)
}

// extend gives weight 0 to the arc that a greatest flow returns by.
func (r *Region) extend(weights []int64) []int64 {
	return append(slices.Clip(weights), make([]int64, r.basis.arcs-len(weights))...)
}

// Ranges gives the range of each figure over the flows of the region, each figure being a list of terms. Every one starts from where the
// last ended, which does not matter to the ranges and saves much of the work. Both ends are attained, in whole numbers. A figure
// without an end is *Unbounded.
func (r *Region) Ranges(figures [][]Term) ([]Range, error) {
	s := r.basis.clone()
	ranges := make([]Range, len(figures))
	for i, terms := range figures {
		weights, err := r.weights(terms)
		if err == nil {
			ranges[i], err = r.span(s, weights)
		}
		if err != nil {
			return nil, fault.Errorf(fault.KindOf(err), "figure %d: %w", i, err)
		}
	}
	return ranges, nil
}

// span moves s to where the weights are least, then to where they are greatest.
func (r *Region) span(s *simplex, weights []int64) (Range, error) {
	least, err := r.lowest(s, weights)
	if err != nil {
		return Range{}, err
	}
	greatest, err := r.lowest(s, negated(weights))
	return Range{least, -greatest}, err
}

// lowest moves s to where the weights are least and gives their value there.
func (r *Region) lowest(s *simplex, weights []int64) (int64, error) {
	if err := s.phase(r.extend(weights), 0); err != nil {
		return 0, err
	}
	return s.value(weights)
}

// value is the sum of weight times flow.
func (s *simplex) value(weights []int64) (int64, error) {
	var sum wide
	for i, w := range weights {
		if w != 0 {
			sum.addProduct(w, s.lower[i])
			sum.addProduct(w, s.flow[i])
		}
	}
	v, ok := sum.int64()
	if !ok || v == math.MinInt64 { // whose negative does not fit
		return 0, overflow("the value of a figure")
	}
	return v, nil
}

// negated reverses signs. MinInt64 is its own negative; phase has no room for it either way.
func negated(weights []int64) []int64 {
	reversed := make([]int64, len(weights))
	for i, w := range weights {
		reversed[i] = -w
	}
	return reversed
}

// NearCheapest gives the range of each figure over all flows of n, in any fractions, whose cost is at most tolerance (in units of cost, not
// negative) above the least. Ends that are not whole are rounded outwards, so that the range holds every flow and
// is less than 1 too wide at each end. Each figure must have a range over all flows. Errors are those of MinCost.
//
// A bound on cost is not a bound on an arc, and a flow on the edge of it is a mixture of two whole flows, one within the bound and one beyond it.
// They are the ends of an edge of the convex set of pairs (cost, figure), found by
// minimising along the line between the best two known until it holds no better one: Newton's method
// on the multiplier of the bound, which ends as edges are finite in number and none is met twice.
func NearCheapest(n Network, tolerance int64, figures [][]Term) ([]Range, error) {
	if tolerance < 0 {
		return nil, fault.Errorf(fault.BadInput, "a tolerance of %d", tolerance)
	}
	region, cheapest, err := CheapestFlows(n)
	if err != nil {
		return nil, err
	}
	if tolerance == 0 {
		return region.Ranges(figures)
	}
	if region, err = Flows(n); err != nil {
		return nil, err
	}
	limit := cheapest + tolerance
	if limit < cheapest {
		return nil, overflow("the tolerated cost")
	}
	ranges := make([]Range, len(figures))
	b := budget{region: region, basis: region.basis.clone(), costs: n.costs(), limit: limit}
	for i, terms := range figures {
		weights, err := region.weights(terms)
		if err == nil {
			ranges[i], err = b.span(weights)
		}
		if err != nil {
			return nil, fault.Errorf(fault.KindOf(err), "figure %d: %w", i, err)
		}
	}
	return ranges, nil
}

// budget asks for figures under a limit of cost.
type budget struct {
	region *Region
	basis  *simplex
	costs  []int64
	limit  int64
}

func (b *budget) span(weights []int64) (Range, error) {
	least, err := b.lowest(weights)
	if err != nil {
		return Range{}, err
	}
	greatest, err := b.lowest(negated(weights))
	return Range{least, -greatest}, err
}

// point is a flow seen as its cost and the value of a figure.
type point struct{ cost, value int64 }

// lowest is the least value within the limit, rounded down.
func (b *budget) lowest(weights []int64) (int64, error) {
	within, err := b.best(b.costs, weights)
	if err != nil {
		return 0, err
	}
	beyond, err := b.best(weights, weights)
	if err != nil {
		return 0, err
	}
	for beyond.cost > b.limit && beyond.value < within.value {
		across, up, err := slope(within, beyond)
		if err != nil {
			return 0, err
		}
		mixed, err := b.mix(weights, across, up)
		if err != nil {
			return 0, err
		}
		next, err := b.best(mixed, weights)
		if err != nil {
			return 0, err
		}
		if !below(next, within, across, up) {
			return interpolate(within, beyond, b.limit), nil
		}
		if next.cost <= b.limit {
			within = next
		} else {
			beyond = next
		}
	}
	return min(within.value, beyond.value), nil
}

// best moves the basis to where the objective is least.
func (b *budget) best(objective, weights []int64) (point, error) {
	if _, err := b.region.lowest(b.basis, objective); err != nil {
		return point{}, err
	}
	cost, err := b.basis.value(b.costs)
	if err != nil {
		return point{}, err
	}
	value, err := b.basis.value(weights)
	return point{cost, value}, err
}

// slope gives by how much cost grows and the value falls from one point to the other, in lowest terms.
func slope(within, beyond point) (across, up int64, err error) {
	across, up = beyond.cost-within.cost, within.value-beyond.value
	if across <= 0 || up <= 0 {
		return 0, 0, overflow("the difference of two flows")
	}
	a, b := across, up
	for b != 0 {
		a, b = b, a%b
	}
	return across / a, up / a, nil
}

// mix weighs arcs so that both points are equally good.
func (b *budget) mix(weights []int64, across, up int64) ([]int64, error) {
	mixed := make([]int64, len(weights))
	for i, w := range weights {
		var sum wide
		sum.addProduct(across, w)
		sum.addProduct(up, b.costs[i])
		v, ok := sum.int64()
		if !ok {
			return nil, overflow("the mixture of weight and cost on arc %d", i)
		}
		mixed[i] = v
	}
	return mixed, nil
}

// below tells whether a point is better than the line through p.
func below(next, p point, across, up int64) bool {
	var difference wide
	difference.addProduct(across, next.value)
	difference.addProduct(up, next.cost)
	difference.addProduct(-across, p.value)
	difference.addProduct(-up, p.cost)
	return difference.sign() < 0
}

// interpolate gives the value of the line between two points at the limit, rounded down.
func interpolate(within, beyond point, limit int64) int64 {
	// The quotient is below up, since the limit lies between the two costs.
	across, up := uint64(beyond.cost-within.cost), uint64(within.value-beyond.value)
	hi, lo := bits.Mul64(up, uint64(limit-within.cost))
	quotient, rest := bits.Div64(hi, lo, across)
	if rest > 0 {
		quotient++
	}
	return within.value - int64(quotient)
}
