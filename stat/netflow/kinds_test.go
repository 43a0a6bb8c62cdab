package netflow

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// tied draws a small network whose costs are often equal.
func tied(t *rapid.T) Network {
	n := small(t)
	for i := range n.Arcs {
		n.Arcs[i].Cost /= 2
	}
	return n
}

// unlimited draws a small network, half of whose arcs have no capacity.
func unlimited(t *rapid.T) Network {
	n := small(t)
	for i := range n.Arcs {
		if rapid.Bool().Draw(t, "unlimited") {
			n.Arcs[i].Capacity = Unlimited
		}
	}
	return n
}

// The properties are tried on drawn cases. Were all these of the easy kind nothing would be proved: so a fixed sample of what the same
// generators draw is counted by kind, and each kind must make up a fiftieth.
func TestDrawnCasesAreOfAllKinds(t *testing.T) {
	const sample = 500
	found := map[string]int{"infeasible": 0, "unlimited and infeasible": 0, "unbounded": 0, "several cheapest": 0, "several greatest": 0, "fractions": 0, "narrowed": 0, "partly matched": 0}
	count := func(kind string, is bool) {
		if is {
			found[kind]++
		}
	}
	for seed := range sample {
		n := rapid.Custom(small).Example(seed)
		flows := every(n)
		count("infeasible", len(flows) == 0)

		_, err := MinCost(rapid.Custom(unlimited).Example(seed))
		_, infeasible := errors.AsType[*Infeasible](err)
		count("unlimited and infeasible", infeasible)
		count("unbounded", isUnbounded(err))

		n = rapid.Custom(tied).Example(seed)
		count("several cheapest", several(n))
		if flows = every(n); len(flows) > 0 {
			costs, weights := n.costs(), make([]int64, len(n.Arcs))
			for i := range weights {
				weights[i] = int64(i%3) - 1
			}
			least, _ := bounds(costs, flows)
			low, high, whole := hull(costs, weights, flows, least+3)
			l, g := bounds(weights, flows)
			count("fractions", !whole)
			count("narrowed", l < low || g > high)
		}
		if sink := len(n.Supply) - 1; sink > 0 {
			if m, err := MaxFlow(n, 0, sink); err == nil {
				through, err := between(n, 0, sink, m.Value)
				count("several greatest", err == nil && len(every(through)) > 1)
			}
		}

		type pair struct {
			in, out []int64
			lag     int
		}
		p := rapid.Custom(func(t *rapid.T) pair {
			in, out, lag := series(t)
			return pair{in, out, lag}
		}).Example(seed)
		m, err := MatchInTime(p.in, p.out, p.lag)
		one := slices.Repeat([]int64{1}, len(p.in))
		count("partly matched", err == nil && m.Total > 0 && m.Total < min(dot(one, p.in), dot(one, p.out)))
	}
	for kind, number := range found {
		if number < sample/50 {
			t.Errorf("%s: %d of %d", kind, number, sample)
		}
	}
}

// several tells whether a network has more than one cheapest flow.
func several(n Network) bool {
	flows := every(n)
	if len(flows) == 0 {
		return false
	}
	least, _ := bounds(n.costs(), flows)
	return len(slices.DeleteFunc(flows, func(x []int64) bool { return dot(n.costs(), x) > least })) > 1
}
