package netflow

import (
	"errors"
	"slices"
	"testing"
)

// The network of LEMON's own test (COIN-OR LEMON 1.3, test/min_cost_flow_test.cc, Boost licence), with the optima
// stated there: from, to, cost, capacity and three lower bounds, nodes from 1.
var lemonArcs = [][7]int64{
	{1, 2, 70, 11, 0, 8, 8}, {1, 3, 150, 3, 0, 1, 0}, {1, 4, 80, 15, 0, 2, 2}, {2, 8, 80, 12, 0, 0, 0}, {3, 5, 140, 5, 0, 3, 1},
	{4, 6, 60, 10, 0, 1, 0}, {4, 7, 80, 2, 0, 0, 0}, {4, 8, 110, 3, 0, 0, 0}, {5, 7, 60, 14, 0, 0, 0}, {5, 11, 120, 12, 0, 0, 0},
	{6, 3, 0, 3, 0, 0, 0}, {6, 9, 140, 4, 0, 0, 0}, {6, 10, 90, 8, 0, 0, 0}, {7, 1, 30, 5, 0, 0, -5}, {8, 12, 60, 16, 0, 4, 3},
	{9, 12, 50, 6, 0, 0, 0}, {10, 12, 70, 13, 0, 5, 2}, {10, 2, 100, 7, 0, 0, 0}, {10, 7, 60, 10, 0, 0, -3}, {11, 10, 20, 14, 0, 6, -20},
	{12, 11, 30, 10, 0, 0, -10},
}

var lemonSupplies = [][]int64{
	{20, -4, 0, 0, 9, -6, 0, 0, 3, -2, 0, -20},
	{27, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -27},
	{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
	{30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -30},
}

func TestLemon(t *testing.T) {
	for name, test := range map[string]struct {
		supply, lower   int // from 1
		limited, priced bool
		cost            int64
		infeasible      bool
	}{
		"1": {1, 1, true, true, 5240, false}, "2": {2, 1, true, true, 7620, false}, "3": {1, 2, true, true, 5970, false},
		"4": {2, 2, true, true, 8010, false}, "5": {1, 1, false, false, 74, false}, "6": {2, 2, false, false, 94, false},
		"7": {3, 1, false, false, 0, false}, "8": {3, 2, true, false, 0, true}, "9": {4, 3, true, true, 6360, false},
	} {
		n := Network{Supply: lemonSupplies[test.supply-1]}
		for _, a := range lemonArcs {
			arc := Arc{From: int(a[0] - 1), To: int(a[1] - 1), Lower: a[3+test.lower], Capacity: Unlimited, Cost: 1}
			if test.limited {
				arc.Capacity = a[3]
			}
			if test.priced {
				arc.Cost = a[2]
			}
			n.Arcs = append(n.Arcs, arc)
		}
		s, err := MinCost(n)
		if test.infeasible {
			if proof, ok := errors.AsType[*Infeasible](err); !ok || proof.Verify(n) != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || s.Cost != test.cost || Verify(n, s) != nil {
			t.Errorf("%s: %+v, %v; cost %d, proof %v", name, s, err, test.cost, Verify(n, s))
		}
	}
}

// The same source's network with negative costs: without bound while arcs are unlimited, -40,000 with capacities of 5,000.
func TestLemonNegativeCosts(t *testing.T) {
	build := func(capacity, low56, low67 int64) Network {
		n := Network{Supply: []int64{100, 0, 0, -100, 0, 0, 0}}
		for _, a := range [][3]int64{{1, 2, 100}, {1, 3, 30}, {2, 4, 20}, {3, 4, 80}, {3, 2, 50}, {5, 3, 10}, {5, 6, 80}, {6, 7, 30}, {7, 5, -120}} {
			n.Arcs = append(n.Arcs, Arc{From: int(a[0] - 1), To: int(a[1] - 1), Capacity: capacity, Cost: a[2]})
		}
		n.Arcs[6].Lower, n.Arcs[7].Lower = low56, low67
		return n
	}
	for _, n := range []Network{build(Unlimited, 0, 0), build(Unlimited, 1000, -1000)} {
		_, err := MinCost(n)
		if proof, ok := errors.AsType[*Unbounded](err); !ok || proof.Verify(n) != nil {
			t.Errorf("%v: it has no least cost", err)
		}
	}
	n := build(5000, 0, 0)
	if s, err := MinCost(n); err != nil || s.Cost != -40_000 || Verify(n, s) != nil {
		t.Errorf("%+v, %v, proof %v", s, err, Verify(n, s))
	}
}

// The examples of Google's OR-Tools guide, "Minimum cost flows" (cost 150) and "Maximum flows" (flow 60).
func TestORToolsGuide(t *testing.T) {
	n := Network{Supply: []int64{20, 0, 0, -5, -15}}
	for _, a := range [][4]int64{{0, 1, 15, 4}, {0, 2, 8, 4}, {1, 2, 20, 2}, {1, 3, 4, 2}, {1, 4, 10, 6}, {2, 3, 15, 1}, {2, 4, 4, 3}, {3, 4, 20, 2}, {4, 2, 5, 3}} {
		n.Arcs = append(n.Arcs, Arc{From: int(a[0]), To: int(a[1]), Capacity: a[2], Cost: a[3]})
	}
	if s, err := MinCost(n); err != nil || s.Cost != 150 || Verify(n, s) != nil {
		t.Errorf("%+v, %v, proof %v", s, err, Verify(n, s))
	}
	n = Network{Supply: make([]int64, 5)}
	for _, a := range [][3]int64{{0, 1, 20}, {0, 2, 30}, {0, 3, 10}, {1, 2, 40}, {1, 4, 30}, {2, 3, 10}, {2, 4, 20}, {3, 2, 5}, {3, 4, 20}} {
		n.Arcs = append(n.Arcs, Arc{From: int(a[0]), To: int(a[1]), Capacity: a[2]})
	}
	m, err := MaxFlow(n, 0, 4)
	if err != nil || m.Value != 60 || VerifyMax(n, 0, 4, m) != nil {
		t.Errorf("%+v, %v, proof %v", m, err, VerifyMax(n, 0, 4, m))
	}
}

// Cormen, Leiserson, Rivest & Stein, Introduction to Algorithms, figure 26.6 of the third edition: a greatest flow of 23, whose
// only least cut parts {s, v1, v2, v4} from {v3, t}.
func TestCormen(t *testing.T) {
	n := Network{Supply: make([]int64, 6)}
	for _, a := range [][3]int64{{0, 1, 16}, {0, 2, 13}, {2, 1, 4}, {1, 3, 12}, {3, 2, 9}, {2, 4, 14}, {4, 3, 7}, {3, 5, 20}, {4, 5, 4}} {
		n.Arcs = append(n.Arcs, Arc{From: int(a[0]), To: int(a[1]), Capacity: a[2]})
	}
	m, err := MaxFlow(n, 0, 5)
	if err != nil || m.Value != 23 || !slices.Equal(m.Cut, []int{0, 1, 2, 4}) || VerifyMax(n, 0, 5, m) != nil {
		t.Errorf("%+v, %v, proof %v", m, err, VerifyMax(n, 0, 5, m))
	}
	claim := Maximum{Value: 0, Flow: make([]int64, 9), Cut: m.Cut}
	for name, claim := range map[string]Maximum{"less": claim, "no cut": {23, m.Flow, nil}, "another cut": {23, m.Flow, []int{0}}, "more": {24, m.Flow, m.Cut}} {
		if VerifyMax(n, 0, 5, claim) == nil {
			t.Errorf("%s passed", name)
		}
	}
}

// Optima of generated networks computed by networkx 3.6.1 (network_simplex and maximum_flow_value), which shares no code with this package.
var networkx = []struct {
	name    string
	network Network
	cost    int64
	flow    int64 // first node to last, without supplies
}{
	{"netgen", netgenLike(300, 2_000), 109_523_378, 4_308},
	{"grid", gridLike(20, 25), 194_015_852, 445},
	{"calendar", calendar(5, 36), 55_369_556, 5_000_000},
}

func TestNetworkx(t *testing.T) {
	for _, test := range networkx {
		n := test.network
		if s, err := MinCost(n); err != nil || s.Cost != test.cost || Verify(n, s) != nil {
			t.Errorf("%s: cost %d, %v; networkx %d", test.name, s.Cost, err, test.cost)
		}
		n.Supply = make([]int64, len(n.Supply))
		if m, err := MaxFlow(n, 0, len(n.Supply)-1); err != nil || m.Value != test.flow {
			t.Errorf("%s: flow %d, %v; networkx %d", test.name, m.Value, err, test.flow)
		}
	}
}

// Large networks prove themselves: whatever the engine did, potentials and cuts do not lie.
func TestLargeNetworksProveThemselves(t *testing.T) {
	scale := 1
	if testing.Short() {
		scale = 10
	}
	for name, n := range map[string]Network{
		"netgen": netgenLike(12_500/scale, 100_000/scale), "of 1k nodes": netgenLike(1_000/scale, 100_000/scale),
		"grid": gridLike(183, 183/scale), "calendar": calendar(33, 60/scale),
	} {
		s, err := MinCost(n)
		if err != nil {
			t.Fatal(name, err)
		}
		if err := Verify(n, s); err != nil {
			t.Error(name, err)
		}
		n.Supply = make([]int64, len(n.Supply))
		m, err := MaxFlow(n, 0, len(n.Supply)-1)
		if err != nil {
			t.Fatal(name, err)
		}
		if err := VerifyMax(n, 0, len(n.Supply)-1, m); err != nil {
			t.Error(name, err)
		}
	}
}

func TestLargeNetworksProveThatTheyHaveNoFlow(t *testing.T) {
	for name, n := range map[string]Network{"netgen": netgenLike(1_250, 10_000), "grid": gridLike(58, 58), "calendar": calendar(11, 60)} {
		for v := range n.Supply {
			n.Supply[v] *= 1_000_000 // more than any capacities let through
		}
		_, err := MinCost(n)
		if proof, ok := errors.AsType[*Infeasible](err); !ok || proof.Verify(n) != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Of a network too large to count out, both ends of each range are proved by the flows that attain them.
func TestRangesOfACalendarAreAttained(t *testing.T) {
	n := calendar(6, 24)
	r, cost, err := CheapestFlows(n)
	if err != nil {
		t.Fatal(err)
	}
	figures := exchanges(n, 24)
	ranges, err := r.Ranges(figures)
	if err != nil {
		t.Fatal(err)
	}
	open := 0
	for i, terms := range figures {
		for sign, want := range map[int64]int64{1: ranges[i].Least, -1: -ranges[i].Greatest} {
			var signed []Term
			for _, x := range terms {
				signed = append(signed, Term{x.Arc, sign * x.Weight})
			}
			s, err := r.Least(signed)
			if err != nil || s.Cost != want {
				t.Fatalf("figure %d: %d, %v; range %v", i, s.Cost, err, ranges[i])
			}
			priced, err := r.Network(signed)
			if err != nil {
				t.Fatal(err)
			}
			if err := Verify(priced, s); err != nil {
				t.Error(err)
			}
			if err := verifyFlow(n, s.Flow); err != nil || dot(n.costs(), s.Flow) != cost {
				t.Errorf("figure %d: not a cheapest flow, %v", i, err)
			}
		}
		if ranges[i].Least < ranges[i].Greatest {
			open++
		}
	}
	if open == 0 {
		t.Error("every range is a point: nothing is proved")
	}
}
