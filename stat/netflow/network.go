// Package netflow solves problems of flow on directed networks exactly, in integers: the cheapest flow,
// the greatest flow, the range that a linear figure takes over all flows, and transport in time.
//
// The engine is the primal network simplex method with strongly feasible trees (Cunningham 1976; Ahuja,
// Magnanti & Orlin 1993, chapter 11) and block pivot search, which Kiraly & Kovacs (2012) and Kovacs (2015) find
// the fastest of the exact methods up to the sizes met here. A basis that is feasible for one set of costs is so for every
// other, so that many figures on one network are answered from one start.
//
// Every answer carries its proof: potentials that show a flow to be cheapest, a cut that shows a flow to be
// greatest or a problem to have none, a cycle that shows a cost to have no bound. The proofs are
// checked by functions that know nothing of the engine.
//
// All amounts and costs are int64; what does not fit is refused with *Overflow and never wraps. Nodes are
// numbered from 0, arcs by their place. Answers depend on the order of nodes and arcs and on nothing else. Values are
// safe for concurrent use as long as nobody changes the slices that they hold.
package netflow

import (
	"fmt"
	"math"
	"slices"

	"detour/fault"
)

// Unlimited is the capacity of an arc that has none.
const Unlimited = math.MaxInt64

// Arc carries flow between Lower and Capacity, both included, at Cost a unit. Arcs may be
// parallel or return to their own node. Lower and Cost may be negative.
type Arc struct {
	From, To              int
	Lower, Capacity, Cost int64
}

// Network is a directed network: what leaves node v less what enters it is Supply[v], which is negative
// for a demand.
type Network struct {
	Supply []int64 // by node
	Arcs   []Arc
}

// Solution is a cheapest flow with its proof, which Verify checks.
type Solution struct {
	Flow      []int64 // by arc
	Potential []int64 // by node; Cost - Potential[From] + Potential[To] is the reduced cost of an arc
	Cost      int64   // sum of flow times cost
}

// Overflow is the error of amounts or costs whose exact treatment would need more than 64 bits.
type Overflow struct{ What string }

// Error implements error.
func (e *Overflow) Error() string { return e.What + " does not fit into 64 bits" }

func overflow(format string, args ...any) error {
	return fault.Errorf(fault.BadInput, "%w", &Overflow{fmt.Sprintf(format, args...)}).Hint("state amounts or costs in a larger unit")
}

// Infeasible is the error of a network that no flow obeys. Its proof is a set of nodes that supply Excess more than can
// leave them when their outgoing arcs are full and their incoming ones at their least; or, where supplies do not add up to zero, all nodes.
type Infeasible struct {
	Nodes  []int // ascending
	Excess int64 // positive, save that of all nodes
}

// Error implements error.
func (e *Infeasible) Error() string {
	if e.Excess < 0 {
		return fmt.Sprintf("no flow obeys supplies and bounds: all supplies add up to %d, not to 0", e.Excess)
	}
	return fmt.Sprintf("no flow obeys supplies and bounds: %d nodes supply %d more than can leave them", len(e.Nodes), e.Excess)
}

// Unbounded is the error of a cost that falls without end. Its proof is a directed cycle of unlimited arcs whose costs sum to less than zero.
type Unbounded struct {
	Cycle []int // arcs, each beginning where the one before it ends
}

// Error implements error.
func (e *Unbounded) Error() string {
	return fmt.Sprintf("the cost has no least value: a cycle of %d unlimited arcs lowers it for ever", len(e.Cycle))
}

// check refuses arcs that lead nowhere or have no flow.
func (n Network) check() error {
	if len(n.Supply)+len(n.Arcs) >= math.MaxInt32 {
		return overflow("the number of nodes and arcs")
	}
	for i, a := range n.Arcs {
		switch {
		case a.From < 0 || a.From >= len(n.Supply) || a.To < 0 || a.To >= len(n.Supply):
			return fault.Errorf(fault.BadInput, "arc %d leads from node %d to node %d of %d", i, a.From, a.To, len(n.Supply))
		case a.Lower > a.Capacity:
			return fault.Errorf(fault.BadInput, "arc %d has capacity %d below its least flow %d", i, a.Capacity, a.Lower)
		}
	}
	return nil
}

// costs gives the costs by arc.
func (n Network) costs() []int64 {
	costs := make([]int64, len(n.Arcs))
	for i, a := range n.Arcs {
		costs[i] = a.Cost
	}
	return costs
}

// Verify proves that s is a cheapest flow of n: its flow obeys bounds and supplies, and its potentials satisfy
// complementary slackness (Ahuja, Magnanti & Orlin 1993, theorem 9.4): an arc of positive reduced cost is at
// its least flow, one of negative reduced cost is full. It takes O(nodes + arcs), and its error, of
// kind Internal, names the first node or arc that fails.
func Verify(n Network, s Solution) error {
	if err := n.check(); err != nil {
		return err
	}
	if len(s.Potential) != len(n.Supply) {
		return fault.Errorf(fault.Internal, "%d potentials for %d nodes", len(s.Potential), len(n.Supply))
	}
	if err := verifyFlow(n, s.Flow); err != nil {
		return err
	}
	for i, a := range n.Arcs {
		var reduced wide
		reduced.add(a.Cost)
		reduced.sub(s.Potential[a.From])
		reduced.add(s.Potential[a.To])
		switch sign := reduced.sign(); {
		case sign > 0 && s.Flow[i] > a.Lower:
			return fault.Errorf(fault.Internal, "arc %d has a positive reduced cost and more than its least flow", i)
		case sign < 0 && (s.Flow[i] < a.Capacity || a.Capacity == Unlimited):
			return fault.Errorf(fault.Internal, "arc %d has a negative reduced cost and is not full", i)
		}
	}
	cost, err := total(n.costs(), s.Flow)
	if err == nil && cost != s.Cost {
		return fault.Errorf(fault.Internal, "the cost is %d, not %d", cost, s.Cost)
	}
	return err
}

// verifyFlow proves that a flow obeys bounds and supplies.
func verifyFlow(n Network, flow []int64) error {
	if len(flow) != len(n.Arcs) {
		return fault.Errorf(fault.Internal, "%d flows for %d arcs", len(flow), len(n.Arcs))
	}
	left := make([]wide, len(n.Supply))
	for v, supply := range n.Supply {
		left[v].add(supply)
	}
	for i, a := range n.Arcs {
		if flow[i] < a.Lower || flow[i] > a.Capacity {
			return fault.Errorf(fault.Internal, "arc %d carries %d, outside of %d to %d", i, flow[i], a.Lower, a.Capacity)
		}
		left[a.From].sub(flow[i])
		left[a.To].add(flow[i])
	}
	for v := range left {
		if left[v].sign() != 0 {
			return fault.Errorf(fault.Internal, "the flows at node %d do not add up to its supply", v)
		}
	}
	return nil
}

// Verify proves that no flow obeys n. It takes O(nodes + arcs); its error, of kind Internal, says what the proof lacks.
func (e *Infeasible) Verify(n Network) error {
	if err := n.check(); err != nil {
		return err
	}
	inside, err := members(e.Nodes, len(n.Supply))
	if err != nil {
		return err
	}
	excess, limited := excessOf(n, inside)
	whole := len(e.Nodes) == len(n.Supply)
	if !limited || excess.sign() < 0 && !whole || excess.sign() == 0 {
		return fault.Errorf(fault.Internal, "what the nodes supply can leave them")
	}
	if v, ok := excess.int64(); !ok || v != e.Excess {
		return fault.Errorf(fault.Internal, "the excess of the nodes is not %d", e.Excess)
	}
	return nil
}

// excessOf is the supply of the nodes inside, less what their outgoing arcs can take, plus what their incoming arcs must bring; limited
// is false where an outgoing arc is unlimited, so that there is no such figure.
func excessOf(n Network, inside []bool) (excess wide, limited bool) {
	for v, supply := range n.Supply {
		if inside[v] {
			excess.add(supply)
		}
	}
	for _, a := range n.Arcs {
		switch {
		case inside[a.From] && !inside[a.To]:
			if a.Capacity == Unlimited {
				return excess, false
			}
			excess.sub(a.Capacity)
		case !inside[a.From] && inside[a.To]:
			excess.add(a.Lower)
		}
	}
	return excess, true
}

// members turns a list of nodes into a table.
func members(nodes []int, n int) ([]bool, error) {
	inside := make([]bool, n)
	for _, v := range nodes {
		if v < 0 || v >= n || inside[v] {
			return nil, fault.Errorf(fault.Internal, "node %d of the proof is not one of %d, or is named twice", v, n)
		}
		inside[v] = true
	}
	return inside, nil
}

// Verify proves that n, if any flow obeys it, has no cheapest one. Its error, of kind Internal, says what the proof lacks.
func (e *Unbounded) Verify(n Network) error {
	if len(e.Cycle) == 0 || slices.Min(e.Cycle) < 0 || slices.Max(e.Cycle) >= len(n.Arcs) {
		return fault.Errorf(fault.Internal, "the proof is no list of arcs")
	}
	at := n.Arcs[e.Cycle[len(e.Cycle)-1]].To
	var cost wide
	for _, i := range e.Cycle {
		a := n.Arcs[i]
		if a.From != at || a.Capacity != Unlimited {
			return fault.Errorf(fault.Internal, "arc %d does not continue the cycle, or has a capacity", i)
		}
		at = a.To
		cost.add(a.Cost)
	}
	if cost.sign() >= 0 {
		return fault.Errorf(fault.Internal, "the cycle does not lower the cost")
	}
	return nil
}

// total is the exact sum of weight times flow.
func total(weights, flow []int64) (int64, error) {
	var sum wide
	for i, x := range flow {
		sum.addProduct(weights[i], x)
	}
	v, ok := sum.int64()
	if !ok {
		return 0, overflow("the total of flow times cost")
	}
	return v, nil
}
