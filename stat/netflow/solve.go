package netflow

import (
	"slices"

	"detour/fault"
)

// MinCost finds a cheapest flow. Arcs or bounds that make no sense are bad input; so are, wrapped, *Infeasible, *Unbounded
// and *Overflow, which say why there is none. n is neither kept nor changed.
func MinCost(n Network) (Solution, error) {
	s, err := newSimplex(n)
	if err != nil {
		return Solution{}, err
	}
	costs := n.costs()
	if err := s.minimise(costs); err != nil {
		return Solution{}, err
	}
	return s.solution(costs)
}

// solution reads the basis under the costs of the arcs that are to be seen.
func (s *simplex) solution(costs []int64) (Solution, error) {
	flow, err := s.flows(len(costs))
	if err != nil {
		return Solution{}, err
	}
	cost, err := total(costs, flow)
	if err != nil {
		return Solution{}, err
	}
	return Solution{Flow: flow, Potential: slices.Clone(s.potential[:s.nodes]), Cost: cost}, nil
}

// Maximum is a greatest flow between two nodes with its proof, which VerifyMax checks.
type Maximum struct {
	Value int64
	Flow  []int64 // by arc
	Cut   []int   // nodes on the source's side of a least cut, ascending
}

// MaxFlow finds the most that can be sent from source to sink on top of the supplies, which are usually all zero. Costs are
// disregarded. Errors are those of MinCost: *Unbounded if nothing limits the flow.
func MaxFlow(n Network, source, sink int) (Maximum, error) {
	s, err := maximise(n, source, sink)
	if err != nil {
		return Maximum{}, err
	}
	flow, err := s.flows(len(n.Arcs) + 1)
	if err != nil {
		return Maximum{}, err
	}
	m := Maximum{Value: flow[len(n.Arcs)], Flow: flow[:len(n.Arcs):len(n.Arcs)]}
	// An arc from a node at or above the source's potential to one below it has a negative reduced cost
	// and is full; one back is at its least. The returning arc keeps the sink below.
	for v := range n.Supply {
		if s.potential[v] >= s.potential[source] {
			m.Cut = append(m.Cut, v)
		}
	}
	return m, nil
}

// maximise sends as much as it can through an arc, put after the others, that returns from sink to source.
func maximise(n Network, source, sink int) (*simplex, error) {
	if err := n.checkEnds(source, sink); err != nil {
		return nil, err
	}
	looped := Network{Supply: n.Supply, Arcs: append(slices.Clone(n.Arcs), Arc{From: sink, To: source, Capacity: Unlimited})}
	s, err := newSimplex(looped)
	if err != nil {
		return nil, err
	}
	costs := make([]int64, len(looped.Arcs))
	costs[len(n.Arcs)] = -1
	return s, s.minimise(costs)
}

func (n Network) checkEnds(source, sink int) error {
	if min(source, sink) < 0 || max(source, sink) >= len(n.Supply) || source == sink {
		return fault.Errorf(fault.BadInput, "a flow from node %d to node %d of %d", source, sink, len(n.Supply))
	}
	return nil
}

// VerifyMax proves that m is a greatest flow of n from source to sink: it obeys bounds and supplies, and no more fits
// through its cut. It takes O(nodes + arcs); its error, of kind Internal, says what fails.
func VerifyMax(n Network, source, sink int, m Maximum) error {
	if err := n.check(); err != nil {
		return err
	}
	if err := n.checkEnds(source, sink); err != nil {
		return err
	}
	inside, err := members(m.Cut, len(n.Supply))
	if err != nil {
		return err
	}
	if !inside[source] || inside[sink] || m.Value < 0 {
		return fault.Errorf(fault.Internal, "the cut does not part source and sink, or the value is negative")
	}
	through, err := between(n, source, sink, m.Value)
	if err != nil {
		return err
	}
	if err := verifyFlow(through, m.Flow); err != nil {
		return err
	}
	if excess, limited := excessOf(through, inside); !limited || excess.sign() != 0 {
		return fault.Errorf(fault.Internal, "the cut is not filled by a flow of %d", m.Value)
	}
	return nil
}

// between gives n with the value supplied at source and wanted at sink.
func between(n Network, source, sink int, value int64) (Network, error) {
	supply := slices.Clone(n.Supply)
	supply[source] += value
	supply[sink] -= value
	if supply[source] < n.Supply[source] || supply[sink] > n.Supply[sink] {
		return Network{}, overflow("a flow of %d on top of the supplies", value)
	}
	return Network{Supply: supply, Arcs: n.Arcs}, nil
}
