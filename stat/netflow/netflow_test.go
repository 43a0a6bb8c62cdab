package netflow

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"detour/fault"
)

// checkTree holds a basis against its definition: a spanning tree in which every reduced cost is 0, and from
// whose every node some flow could be sent to the root.
func checkTree(t *rapid.T, s *simplex) {
	root := int32(s.nodes)
	reached, at := 0, root
	var walk func(v int32) (size int32)
	children := map[int32][]int32{}
	for v := s.tree.next[root]; v != root; v = s.tree.next[v] {
		children[s.tree.parent(v)] = append(children[s.tree.parent(v)], v) // in the order of the ring
	}
	walk = func(v int32) int32 {
		l, size := s.tree.links[v], int32(1)
		if at != v || s.tree.prev[s.tree.next[v]] != v {
			t.Fatalf("node %d comes where %d should in preorder", at, v)
		}
		reached, at = reached+1, s.tree.next[v]
		if v != root {
			if a := s.arc[l.arc]; s.reduced(int(l.arc)) != 0 || a.state != settled || max(a.from, a.to) != max(v, l.parent) || min(a.from, a.to) != min(v, l.parent) {
				t.Fatalf("node %d, parent %d, hangs on arc %+v of reduced cost %d", v, l.parent, a, s.reduced(int(l.arc)))
			}
			if up, _ := s.residual(v, true); up <= 0 {
				t.Fatalf("nothing can be sent from node %d to its parent", v)
			}
		}
		last := v
		for _, child := range children[v] {
			size += walk(child)
			last = s.tree.links[child].last
		}
		if l.size != size || l.last != last {
			t.Fatalf("node %d has %d nodes below and ends at %d, not %d and %d", v, l.size, l.last, size, last)
		}
		return size
	}
	walk(root)
	if reached != s.nodes+1 || at != root {
		t.Fatalf("%d of %d nodes in the tree", reached-1, s.nodes)
	}
	for i := range s.arcs {
		if x := s.flow[i]; x < 0 || x > s.room[i] || s.arc[i].state == empty && x != 0 || s.arc[i].state == full && x != s.room[i] {
			t.Fatalf("arc %d carries %d of %d in state %d", i, x, s.room[i], s.arc[i].state)
		}
	}
}

func TestTreeStaysStronglyFeasible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := small(t)
		s, err := newSimplex(n)
		if err != nil {
			return
		}
		checkTree(t, s)
		for _, price := range []int64{17, 1, 0} {
			if err := s.charge(n.costs(), price); err != nil {
				t.Fatal(err)
			}
			for e := s.enter(); e >= 0; e = s.enter() {
				if err := s.pivot(e); err != nil {
					t.Fatal(err)
				}
				checkTree(t, s)
			}
		}
	})
}

// With arcs of no limit every answer still has its proof: a cheapest flow, a set of nodes without a way
// out, or a cycle on top of some flow.
func TestUnlimitedArcs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := unlimited(t)
		s, err := MinCost(n)
		if err == nil {
			if err := Verify(n, s); err != nil {
				t.Fatalf("%+v, %+v: %v", n, s, err)
			}
			return
		}
		if isInfeasible(t, n, err) {
			return
		}
		proof, ok := errors.AsType[*Unbounded](err)
		if !ok {
			t.Fatalf("%+v: %v", n, err)
		}
		if err := proof.Verify(n); err != nil {
			t.Fatalf("%+v, %v: %v", n, proof, err)
		}
		r, err := Flows(n)
		if err != nil {
			t.Fatalf("%+v has no flow: %v", n, err)
		}
		var terms []Term
		for i, a := range n.Arcs {
			terms = append(terms, Term{i, a.Cost})
		}
		if _, err := r.Ranges([][]Term{terms}); !isUnbounded(err) {
			t.Fatalf("%+v has a range of costs: %v", n, err)
		}
	})
}

func isUnbounded(err error) bool {
	_, ok := errors.AsType[*Unbounded](err)
	return ok
}

func TestUnboundedProofs(t *testing.T) {
	n := Network{Supply: []int64{0, 0}, Arcs: []Arc{
		{From: 0, To: 1, Capacity: Unlimited, Cost: 2}, {From: 1, To: 0, Capacity: Unlimited, Cost: -3}, {From: 1, To: 0, Capacity: 5, Cost: -9},
	}}
	if err := (&Unbounded{[]int{1, 0}}).Verify(n); err != nil {
		t.Error(err)
	}
	for name, cycle := range map[string][]int{"none": nil, "unknown arc": {0, 3}, "open": {0}, "limited": {0, 2}} {
		if (&Unbounded{cycle}).Verify(n) == nil {
			t.Errorf("%s passed", name)
		}
	}
	n.Arcs[1].Cost = -2
	if (&Unbounded{[]int{0, 1}}).Verify(n) == nil {
		t.Error("a cycle that costs nothing passed")
	}
}

func TestRefused(t *testing.T) {
	const huge = math.MaxInt64
	two := []int64{0, 0}
	for name, n := range map[string]Network{
		"leads from node 0 to node 2": {two, []Arc{{From: 0, To: 2}}},
		"leads from node -1":          {two, []Arc{{From: -1, To: 0}}},
		"capacity 1 below":            {two, []Arc{{From: 0, To: 1, Lower: 2, Capacity: 1}}},
	} {
		if _, err := MinCost(n); err == nil || !strings.Contains(err.Error(), name) || fault.KindOf(err) != fault.BadInput {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, n := range map[string]Network{
		"room":    {two, []Arc{{From: 0, To: 1, Lower: -2, Capacity: huge - 1}}},
		"room 2":  {two, []Arc{{From: 0, To: 1, Lower: -1, Capacity: huge - 1}}},
		"through": {two, []Arc{{From: 0, To: 1, Capacity: huge - 1, Cost: -1}, {From: 0, To: 1, Capacity: huge - 1, Cost: -1}, {From: 1, To: 0, Capacity: Unlimited}}},
		"lower":   {[]int64{20, -20}, []Arc{{From: 0, To: 1, Lower: 10, Capacity: Unlimited}, {From: 1, To: 0, Capacity: huge - 15, Cost: -1}}},
		"supply":  {[]int64{huge, -huge}, []Arc{{From: 0, To: 1, Lower: -1, Capacity: 1}}},
		"total":   {[]int64{huge, huge, -huge, -huge}, nil},
		"sum":     {[]int64{-huge, -huge}, nil},
		"path":    {two, []Arc{{From: 0, To: 1, Capacity: 1, Cost: huge / 4}}},
		"path 2":  {two, []Arc{{From: 0, To: 1, Capacity: 1, Cost: math.MinInt64}}},
		"cost":    {[]int64{1 << 40, -1 << 40}, []Arc{{From: 0, To: 1, Capacity: 1 << 40, Cost: 1 << 40}}},
		"flow":    {[]int64{5, -5}, []Arc{{From: 0, To: 1, Capacity: huge - 2, Cost: -5}, {From: 1, To: 0, Capacity: Unlimited, Cost: 1}, {From: 0, To: 1, Capacity: 9, Cost: -1 << 40}}},
		"minimum": {[]int64{math.MinInt64, 0}, nil},
	} {
		_, err := MinCost(n)
		var over *Overflow
		if !errors.As(err, &over) || fault.KindOf(err) != fault.BadInput || fault.HintOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	var over *Overflow
	twice := Network{two, []Arc{{From: 0, To: 1, Capacity: huge - 1}, {From: 0, To: 1, Capacity: huge - 1}, {From: 1, To: 0, Capacity: Unlimited}}}
	if r, err := Flows(twice); err != nil {
		t.Error(err)
	} else if got, err := r.Ranges([][]Term{{{2, 1}}}); !errors.As(err, &over) {
		t.Errorf("a flow of twice the greatest number: %v, %v", got, err)
	}
	if _, err := between(Network{Supply: []int64{5, -5}}, 0, 1, huge); !errors.As(err, &over) {
		t.Errorf("a supply beyond 64 bits: %v", err)
	}
	if _, err := MaxFlow(Network{Supply: two}, 0, 0); fault.KindOf(err) != fault.BadInput {
		t.Errorf("a flow from a node to itself: %v", err)
	}
	open := Network{two, []Arc{{From: 0, To: 1, Capacity: Unlimited}}}
	if _, err := MaxFlow(open, 0, 1); !isUnbounded(err) {
		t.Errorf("an unlimited flow: %v", err)
	}
	r, err := Flows(open)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Ranges([][]Term{{{Arc: 1}}}); fault.KindOf(err) != fault.BadInput {
		t.Errorf("a weight for no arc: %v", err)
	}
	if _, err := NearCheapest(open, -1, nil); fault.KindOf(err) != fault.BadInput {
		t.Errorf("a negative tolerance: %v", err)
	}
}

// No node and no arc are a network too.
func TestEmpty(t *testing.T) {
	s, err := MinCost(Network{})
	if err != nil || s.Cost != 0 || len(s.Flow)+len(s.Potential) != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestWideAgreesWithBigInt(t *testing.T) {
	limit := new(big.Int).Lsh(big.NewInt(1), 127)
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{0, 1, -1, math.MaxInt64, math.MinInt64}))
		var w wide
		want, over := new(big.Int), false
		for range rapid.IntRange(0, 8).Draw(t, "terms") {
			a, b := number.Draw(t, "a"), number.Draw(t, "b")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				w.add(a)
				want.Add(want, big.NewInt(a))
			case 1:
				w.sub(a)
				want.Sub(want, big.NewInt(a))
			default:
				w.addProduct(a, b)
				want.Add(want, new(big.Int).Mul(big.NewInt(a), big.NewInt(b)))
			}
			over = over || want.Cmp(limit) >= 0 || want.Cmp(new(big.Int).Neg(limit)) < 0
		}
		if w.over != over {
			t.Fatalf("%v: over %t", want, w.over)
		}
		if over {
			return
		}
		v, fits := w.int64()
		if w.sign() != want.Sign() || fits != want.IsInt64() || fits && v != want.Int64() {
			t.Fatalf("%v: %d, %t, sign %d", want, v, fits, w.sign())
		}
	})
}

func TestWideKnowsItsLimit(t *testing.T) {
	var w wide
	w.addProduct(math.MinInt64, math.MinInt64) // 2^126
	if w.over {
		t.Error("2^126 fits")
	}
	w.addProduct(math.MinInt64, math.MinInt64)
	if !w.over {
		t.Error("2^127 does not fit")
	}
	w.addProduct(math.MinInt64, math.MaxInt64)
	w.addProduct(math.MinInt64, math.MaxInt64)
	if _, fits := w.int64(); fits {
		t.Error("a sum that left its range came back")
	}
}

// Claims that fail in one thing only, each for its own reason.
func TestVerifyRefusesForEachReason(t *testing.T) {
	both := []int64{0, 0}
	for name, claim := range map[string]struct {
		n Network
		s Solution
	}{
		"add up":            {Network{[]int64{3, -3}, []Arc{{From: 0, To: 1, Capacity: 5}}}, Solution{[]int64{4}, both, 0}},
		"carries 0":         {Network{[]int64{3, -3}, []Arc{{From: 0, To: 1, Lower: 1, Capacity: 5}, {From: 0, To: 1, Capacity: 5}}}, Solution{[]int64{0, 3}, both, 0}},
		"carries 6":         {Network{[]int64{6, -6}, []Arc{{From: 0, To: 1, Capacity: 5}}}, Solution{[]int64{6}, both, 0}},
		"not full":          {Network{[]int64{math.MaxInt64, -math.MaxInt64}, []Arc{{From: 0, To: 1, Capacity: Unlimited}}}, Solution{[]int64{math.MaxInt64}, []int64{1, 0}, 0}},
		"2 flows for 1":     {Network{both, []Arc{{From: 0, To: 1, Capacity: 5}}}, Solution{[]int64{0, 0}, both, 0}},
		"1 potentials":      {Network{both, []Arc{{From: 0, To: 1, Capacity: 5}}}, Solution{[]int64{0}, []int64{0}, 0}},
		"more than its lea": {Network{[]int64{1, -1}, []Arc{{From: 0, To: 1, Capacity: 5, Cost: 1}}}, Solution{[]int64{1}, both, 1}},
		"the cost is 1":     {Network{[]int64{1, -1}, []Arc{{From: 0, To: 1, Capacity: 5, Cost: 1}}}, Solution{[]int64{1}, []int64{1, 0}, 2}},
	} {
		if err := Verify(claim.n, claim.s); err == nil || !strings.Contains(err.Error(), name) || fault.KindOf(err) != fault.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (&Infeasible{[]int{0, 0}, -3}).Verify(Network{[]int64{-3, 3}, []Arc{{From: 1, To: 0, Capacity: 5}}}); err == nil {
		t.Error("a node named twice passed for all nodes")
	}
	if err := VerifyMax(Network{both, []Arc{{From: 1, To: 0, Lower: 1, Capacity: 1}}}, 0, 1, Maximum{-1, []int64{1}, []int{0}}); err == nil {
		t.Error("a negative flow passed")
	}
}

// The same network gives the same flow and potentials to the last digit, also where many flows are cheapest.
func TestSameInputSameFlow(t *testing.T) {
	n := calendar(6, 24)
	first, err := MinCost(n)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		again, err := MinCost(Network{slices.Clone(n.Supply), slices.Clone(n.Arcs)})
		if err != nil || !slices.Equal(first.Flow, again.Flow) || !slices.Equal(first.Potential, again.Potential) {
			t.Fatalf("another flow, %v", err)
		}
	}
}
