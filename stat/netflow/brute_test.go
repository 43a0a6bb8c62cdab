package netflow

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"detour/fault"
)

// small draws a network of up to four nodes and six arcs whose flows can be counted out.
func small(t *rapid.T) Network {
	nodes := rapid.IntRange(1, 4).Draw(t, "nodes")
	n := Network{Supply: make([]int64, nodes)}
	for range rapid.IntRange(0, 6).Draw(t, "arcs") {
		lower := rapid.Int64Range(-2, 2).Draw(t, "lower")
		n.Arcs = append(n.Arcs, Arc{
			From: rapid.IntRange(0, nodes-1).Draw(t, "from"), To: rapid.IntRange(0, nodes-1).Draw(t, "to"),
			Lower: lower, Capacity: lower + rapid.Int64Range(0, 3).Draw(t, "room"), Cost: rapid.Int64Range(-4, 4).Draw(t, "cost"),
		})
	}
	// Supplies of some flow, so that most networks have one; a unit moved now and then, so that not all have.
	for _, a := range n.Arcs {
		x := rapid.Int64Range(a.Lower, a.Capacity).Draw(t, "flow")
		n.Supply[a.From] += x
		n.Supply[a.To] -= x
	}
	if rapid.IntRange(0, 3).Draw(t, "move") == 0 {
		n.Supply[0]++
		n.Supply[rapid.IntRange(0, nodes-1).Draw(t, "to whom")]--
	}
	return n
}

// every lists all flows of a network with bounded arcs, one arc after the other.
func every(n Network) [][]int64 {
	var all [][]int64
	left := slices.Clone(n.Supply)
	flow := make([]int64, len(n.Arcs))
	var try func(i int)
	try = func(i int) {
		if i == len(n.Arcs) {
			if !slices.ContainsFunc(left, func(b int64) bool { return b != 0 }) {
				all = append(all, slices.Clone(flow))
			}
			return
		}
		a := n.Arcs[i]
		for x := a.Lower; x <= a.Capacity; x++ {
			flow[i] = x
			left[a.From] -= x
			left[a.To] += x
			try(i + 1)
			left[a.From] += x
			left[a.To] -= x
		}
	}
	try(0)
	return all
}

func dot(weights, flow []int64) int64 {
	var sum int64
	for i, x := range flow {
		sum += weights[i] * x
	}
	return sum
}

// bounds gives the least and greatest value of the weights over flows.
func bounds(weights []int64, flows [][]int64) (least, greatest int64) {
	least, greatest = dot(weights, flows[0]), dot(weights, flows[0])
	for _, x := range flows {
		least, greatest = min(least, dot(weights, x)), max(greatest, dot(weights, x))
	}
	return least, greatest
}

// isInfeasible tells whether err says, and proves, that n has no flow.
func isInfeasible(t *rapid.T, n Network, err error) bool {
	proof, ok := errors.AsType[*Infeasible](err)
	if !ok {
		return false
	}
	if fault.KindOf(err) != fault.BadInput {
		t.Fatalf("kind %v", fault.KindOf(err))
	}
	if err := proof.Verify(n); err != nil {
		t.Fatalf("%+v: %v", n, err)
	}
	return true
}

func TestMinCostIsLeastOfAllFlows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := small(t)
		all := every(n)
		s, err := MinCost(n)
		if len(all) == 0 {
			if !isInfeasible(t, n, err) {
				t.Fatalf("%+v has no flow, not %v, %v", n, s, err)
			}
			return
		}
		if err != nil {
			t.Fatalf("%+v: %v", n, err)
		}
		if err := Verify(n, s); err != nil {
			t.Fatalf("%+v, %+v: %v", n, s, err)
		}
		if least, _ := bounds(n.costs(), all); s.Cost != least {
			t.Fatalf("%+v: cost %d, least %d", n, s.Cost, least)
		}
	})
}

func TestMaxFlowIsGreatestOfAllFlows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := small(t)
		if len(n.Supply) == 1 {
			return
		}
		sink := len(n.Supply) - 1
		most := int64(-1)
		for value := range int64(40) { // six arcs of at most 5 cannot carry more than 30
			through, err := between(n, 0, sink, value)
			if err != nil {
				t.Fatal(err)
			}
			if len(every(through)) > 0 {
				most = value
			}
		}
		m, err := MaxFlow(n, 0, sink)
		if most < 0 {
			if _, ok := errors.AsType[*Infeasible](err); !ok {
				t.Fatalf("%+v has no flow, not %v, %v", n, m, err)
			}
			return
		}
		if err != nil || m.Value != most {
			t.Fatalf("%+v: %d, %v; greatest %d", n, m.Value, err, most)
		}
		if err := VerifyMax(n, 0, sink, m); err != nil {
			t.Fatalf("%+v, %+v: %v", n, m, err)
		}
	})
}

// A proof that is not one must not pass.
func TestVerifyRefuses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := small(t)
		all := every(n)
		s, err := MinCost(n)
		if len(n.Arcs) == 0 || err != nil {
			return
		}
		// Any flow other than a cheapest one, with whatever potentials, is refused.
		other := rapid.SampledFrom(all).Draw(t, "other")
		least, _ := bounds(n.costs(), all)
		claim := Solution{Flow: other, Potential: s.Potential, Cost: dot(n.costs(), other)}
		if err := Verify(n, claim); (err == nil) != (claim.Cost == least) {
			t.Fatalf("%+v, %+v, least %d: %v", n, claim, least, err)
		}
		claim = Solution{Flow: s.Flow, Potential: s.Potential, Cost: s.Cost + 1}
		if Verify(n, claim) == nil {
			t.Fatal("a wrong cost passed")
		}
		i := rapid.IntRange(0, len(n.Arcs)-1).Draw(t, "arc")
		if a := n.Arcs[i]; a.From != a.To {
			claim = Solution{Flow: slices.Clone(s.Flow), Potential: s.Potential, Cost: s.Cost}
			claim.Flow[i]++
			if Verify(n, claim) == nil {
				t.Fatal("a flow that is not conserved passed")
			}
		}
		var nodes []int
		for v := range n.Supply {
			if rapid.Bool().Draw(t, "in proof") {
				nodes = append(nodes, v)
			}
		}
		for excess := range int64(6) {
			if (&Infeasible{nodes, excess - 2}).Verify(n) == nil {
				t.Fatalf("%v passed as a proof that %+v has no flow", nodes, n)
			}
		}
	})
}
