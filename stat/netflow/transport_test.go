package netflow

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"detour/fault"
)

// checkMatching proves that m can be done.
func checkMatching(t *rapid.T, m Matching, in, out []int64, lag int) {
	left, wanted, sum := slices.Clone(in), slices.Clone(out), int64(0)
	for i, x := range m.Matches {
		if x.Amount <= 0 || x.In > x.Out || x.Out > x.In+lag {
			t.Fatalf("match %+v with a lag of %d", x, lag)
		}
		if i > 0 {
			if before := m.Matches[i-1]; before.Out > x.Out || before.Out == x.Out && before.In >= x.In {
				t.Fatalf("%+v is not in order", m.Matches)
			}
		}
		left[x.In] -= x.Amount
		wanted[x.Out] -= x.Amount
		sum += x.Amount
	}
	if sum != m.Total || len(in) > 0 && min(slices.Min(left), slices.Min(wanted)) < 0 {
		t.Fatalf("%+v matches more than there is, or not what it says, of %v and %v", m, in, out)
	}
}

// Going through the months matches as much as a greatest flow does, whose cut proves that there is no more.
func TestMatchInTimeIsAGreatestFlow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, out, lag := series(t)
		m, err := MatchInTime(in, out, lag)
		if err != nil {
			t.Fatal(err)
		}
		checkMatching(t, m, in, out, lag)
		c, err := NewCalendar(in, out, make([]int64, lag+1))
		if err != nil {
			t.Fatal(err)
		}
		f, err := MaxFlow(c.Network, c.Source, c.Sink)
		if err != nil || f.Value != m.Total {
			t.Fatalf("%v in, %v out, lag %d: matched %d, flow %d, %v", in, out, lag, m.Total, f.Value, err)
		}
		if err := VerifyMax(c.Network, c.Source, c.Sink, f); err != nil {
			t.Fatal(err)
		}
	})
}

// series draws up to 24 months, many of them empty, and a lag.
func series(t *rapid.T) (in, out []int64, lag int) {
	months := rapid.IntRange(0, 24).Draw(t, "months")
	amount := rapid.OneOf(rapid.Just[int64](0), rapid.Int64Range(0, 9), rapid.Int64Range(0, 1e12))
	in = rapid.SliceOfN(amount, months, months).Draw(t, "in")
	out = rapid.SliceOfN(amount, months, months).Draw(t, "out")
	return in, out, rapid.IntRange(0, 8).Draw(t, "lag")
}

// Among all matchings, counted out, none as great costs less.
func TestMatchAtLeastCost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		months := rapid.IntRange(1, 3).Draw(t, "months")
		in := rapid.SliceOfN(rapid.Int64Range(0, 3), months, months).Draw(t, "in")
		out := rapid.SliceOfN(rapid.Int64Range(0, 3), months, months).Draw(t, "out")
		costs := rapid.SliceOfN(rapid.Int64Range(-3, 5), 1, 4).Draw(t, "costs")
		m, cost, err := MatchAtLeastCost(in, out, costs)
		if err != nil {
			t.Fatal(err)
		}
		checkMatching(t, m, in, out, len(costs)-1)
		var paid int64
		for _, x := range m.Matches {
			paid += x.Amount * costs[x.Out-x.In]
		}
		most, least := countMatchings(in, out, costs)
		if m.Total != most || cost != least || paid != least {
			t.Fatalf("%v in, %v out, costs %v: %+v at %d (%d paid), best %d at %d", in, out, costs, m, cost, paid, most, least)
		}
	})
}

// countMatchings tries every matching; it gives the greatest total and the least cost of one so great.
func countMatchings(in, out, costs []int64) (most, least int64) {
	left, wanted := slices.Clone(in), slices.Clone(out)
	var try func(i, o int, total, cost int64)
	try = func(i, o int, total, cost int64) {
		if i == len(in) {
			if total > most || total == most && cost < least {
				most, least = total, cost
			}
			return
		}
		if o >= len(out) || o-i >= len(costs) {
			try(i+1, i+1, total, cost)
			return
		}
		for x := range min(left[i], wanted[o]) + 1 {
			left[i] -= x
			wanted[o] -= x
			try(i, o+1, total+x, cost+x*costs[o-i])
			left[i] += x
			wanted[o] += x
		}
	}
	most = -1
	try(0, 0, 0, 0)
	return most, least
}

// 10 come in month 0, 5 in month 2; 4 leave in month 1, 8 in month 3, 9 in month 4. With a lag of 2 the 6 left of the first
// ten are lost after month 2.
func TestMatchInTimeByHand(t *testing.T) {
	in, out := []int64{10, 0, 5, 0, 0}, []int64{0, 4, 0, 8, 9}
	for lag, want := range map[int][]Match{
		0: nil,
		1: {{0, 1, 4}, {2, 3, 5}},
		2: {{0, 1, 4}, {2, 3, 5}},
		3: {{0, 1, 4}, {0, 3, 6}, {2, 3, 2}, {2, 4, 3}},
	} {
		if m, err := MatchInTime(in, out, lag); err != nil || !slices.Equal(m.Matches, want) {
			t.Errorf("lag %d: %+v, %v; want %v", lag, m, err, want)
		}
	}
	// With a lag of 2 and one matched, the goods of month 0 that month 2 could use are the ones about to be lost.
	m, cost, err := MatchAtLeastCost(in, out, []int64{2, 1, 0})
	if want := []Match{{0, 1, 4}, {2, 4, 5}}; err != nil || cost != 4 || !slices.Equal(m.Matches, want) {
		t.Errorf("preferring two months: %+v at %d, %v; want %v at 4", m, cost, err, want)
	}
}

func TestSeriesRefused(t *testing.T) {
	for name, err := range map[string]error{
		"lengths":  second(MatchInTime([]int64{1}, nil, 1)),
		"lag":      second(MatchInTime(nil, nil, -1)),
		"negative": second(MatchInTime([]int64{1, -1}, []int64{0, 0}, 1)),
		"overflow": second(MatchInTime([]int64{math.MaxInt64, 1}, []int64{0, 0}, 1)),
		"no costs": second(NewCalendar(nil, nil, nil)),
	} {
		if err == nil || fault.KindOf(err) != fault.BadInput {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
