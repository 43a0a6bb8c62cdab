package netflow

import (
	"errors"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// figure draws weights for some arcs, an arc perhaps twice, and gives them by arc too.
func figure(t *rapid.T, n Network) (terms []Term, weights []int64) {
	weights = make([]int64, len(n.Arcs))
	for range rapid.IntRange(0, 5).Draw(t, "terms") {
		if len(n.Arcs) == 0 {
			break
		}
		term := Term{rapid.IntRange(0, len(n.Arcs)-1).Draw(t, "arc"), rapid.Int64Range(-3, 3).Draw(t, "weight")}
		terms = append(terms, term)
		weights[term.Arc] += term.Weight
	}
	return terms, weights
}

// figures draws some, with their ranges over the flows.
func figures(t *rapid.T, n Network, flows [][]int64) (all [][]Term, want []Range) {
	for range rapid.IntRange(1, 3).Draw(t, "figures") {
		terms, weights := figure(t, n)
		least, greatest := bounds(weights, flows)
		all, want = append(all, terms), append(want, Range{least, greatest})
	}
	return all, want
}

// checkRegion holds a region against the list of all its flows.
func checkRegion(t *rapid.T, n Network, r *Region, flows [][]int64) {
	all, want := figures(t, n, flows)
	got, err := r.Ranges(all)
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("%+v, %v: %v, %v; want %v", n, all, got, err, want)
	}
	for i, terms := range all {
		priced, err := r.Network(terms)
		if err != nil {
			t.Fatal(err)
		}
		s, err := r.Least(terms)
		if err != nil || s.Cost != want[i].Least {
			t.Fatalf("%+v, %v: %+v, %v; least %d", n, terms, s, err, want[i].Least)
		}
		if err := Verify(priced, s); err != nil {
			t.Fatalf("%+v, %v, %+v: %v", n, terms, s, err)
		}
		if !slices.ContainsFunc(flows, func(x []int64) bool { return slices.Equal(x, s.Flow) }) {
			t.Fatalf("%v is not a flow of the region", s.Flow)
		}
	}
	// What was asked before changes neither ranges nor flows.
	slices.Reverse(all)
	slices.Reverse(want)
	if again, err := r.Ranges(all); err != nil || !slices.Equal(again, want) {
		t.Fatalf("asked in another order: %v, %v; want %v", again, err, want)
	}
}

func TestRangesOverAllFlows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := small(t)
		all := every(n)
		r, err := Flows(n)
		if len(all) == 0 {
			if !isInfeasible(t, n, err) {
				t.Fatalf("%+v has no flow, not %v", n, err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		checkRegion(t, n, r, all)
	})
}

func TestRangesOverCheapestFlows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := tied(t)
		all := every(n)
		if len(all) == 0 {
			return
		}
		least, _ := bounds(n.costs(), all)
		cheapest := slices.DeleteFunc(all, func(x []int64) bool { return dot(n.costs(), x) > least })
		r, cost, err := CheapestFlows(n)
		if err != nil || cost != least {
			t.Fatalf("%+v: %d, %v; least %d", n, cost, err, least)
		}
		checkRegion(t, n, r, cheapest)
	})
}

func TestRangesOverGreatestFlows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := small(t)
		if len(n.Supply) == 1 {
			return
		}
		sink := len(n.Supply) - 1
		r, value, err := GreatestFlows(n, 0, sink)
		if _, infeasible := errors.AsType[*Infeasible](err); infeasible {
			return // what is infeasible is proved in TestMaxFlowIsGreatestOfAllFlows
		}
		if err != nil {
			t.Fatal(err)
		}
		through, err := between(n, 0, sink, value)
		if err != nil {
			t.Fatal(err)
		}
		all := every(through)
		if more, _ := between(n, 0, sink, value+1); len(all) == 0 || len(every(more)) > 0 {
			t.Fatalf("%+v: %d is not the greatest flow", n, value)
		}
		checkRegion(t, n, r, all)
	})
}

// The range under a limit of cost is that of the convex set of (cost, figure) over all whole flows: its ends are a
// flow within the limit or on a line from one within to one beyond.
func TestNearCheapest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := small(t)
		flows := every(n)
		if len(flows) == 0 {
			return
		}
		tolerance := rapid.Int64Range(0, 12).Draw(t, "tolerance")
		costs := n.costs()
		least, _ := bounds(costs, flows)
		var figures [][]Term
		var want []Range
		for range 2 {
			terms, weights := figure(t, n)
			low, high, _ := hull(costs, weights, flows, least+tolerance)
			figures, want = append(figures, terms), append(want, Range{low, high})
		}
		got, err := NearCheapest(n, tolerance, figures)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%+v, %v within %d: %v, %v; want %v", n, figures, tolerance, got, err, want)
		}
	})
}

// hull gives least and greatest weight at a cost up to the limit over all mixtures of flows, rounded outwards, and whether there was no need to.
func hull(costs, weights []int64, flows [][]int64, limit int64) (least, greatest int64, whole bool) {
	low, high := new(big.Rat), new(big.Rat)
	first := true
	take := func(v *big.Rat) {
		if first || v.Cmp(low) < 0 {
			low = v
		}
		if first || v.Cmp(high) > 0 {
			high = v
		}
		first = false
	}
	for _, x := range flows {
		if dot(costs, x) > limit {
			continue
		}
		take(big.NewRat(dot(weights, x), 1))
		for _, y := range flows {
			if dot(costs, y) > limit {
				share := big.NewRat(limit-dot(costs, x), dot(costs, y)-dot(costs, x))
				share.Mul(share, big.NewRat(dot(weights, y)-dot(weights, x), 1))
				take(share.Add(share, big.NewRat(dot(weights, x), 1)))
			}
		}
	}
	down := new(big.Int).Div(low.Num(), low.Denom()) // Euclid's, so rounded down
	up := new(big.Int).Neg(high.Num())
	up.Neg(up.Div(up, high.Denom()))
	return down.Int64(), up.Int64(), low.IsInt() && high.IsInt()
}
