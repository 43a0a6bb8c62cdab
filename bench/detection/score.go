package detection

import (
	"math"

	"detour/detect/chain"
	"detour/world"
)

// Score is how well chains were found in one world.
type Score struct {
	Seed             uint64
	AveragePrecision float64
	Rules            []float64 // by rule, its average precision
	Oracle           float64
	Alarms           int // pairs of probability 0.5 or more in which nothing was diverted
	Pairs            int
	Probability      []float64 // of ranked pairs
	Is               []bool
	Routes           []RouteScore // true routes that were found
	Missed           int          // true routes that were not
}

// RouteScore holds the value of a true route against what was said of it, in EUR from the ban on.
type RouteScore struct {
	True, Central, Low, High float64
	NaiveLow, NaiveHigh      float64
	// Feasible is the range of what was passed on in the months that the hub states, and Passed what truly was; nil
	// for routes of two hubs, whose parts have ranges of their own.
	Feasible *chain.Range
	Passed   float64
}

// score judges a book of a world with a model.
func score(w *world.World, b *chain.Book, m *chain.Model) (Score, error) {
	chains, err := m.Find(b, 2)
	if err != nil {
		return Score{}, err
	}
	q := newQuestion(w, b)
	p := make([]float64, len(chains))
	for i := range chains {
		p[i] = chains[i].Probability
	}
	out := Score{Seed: w.Truth().Seed, AveragePrecision: q.averagePrecision(p), Pairs: len(p)}
	for _, r := range Rules() {
		out.Rules = append(out.Rules, q.averagePrecision(r.Score(b)))
	}
	out.Probability, out.Is = q.ranked(p)
	for i, x := range out.Probability {
		out.Probability[i] = max(0, x) // unlisted pairs rank last
		if x >= chain.Found && !out.Is[i] {
			out.Alarms++
		}
	}
	q.routes(&out, chains)
	return out, nil
}

// routes holds the values of routes against the truth. A route is valued by its first hub if that was found.
func (q *question) routes(out *Score, chains []chain.Chain) {
	by := map[int]int{} // the pair that speaks for a route
	for i, h := range q.truth.Happenings {
		if h.Kind == "diverted" {
			by[i] = -1
		}
	}
	first := map[int]bool{}
	for i, route := range q.route {
		if route < 0 {
			continue
		}
		at := i
		if other, ok := q.alias[i]; ok && chains[other].Probability > chains[i].Probability {
			at = other
		}
		isFirst := q.truth.Happenings[route].Hubs[0] == chains[i].Hub
		if chains[at].Probability >= chain.Found && (by[route] < 0 || isFirst && !first[route]) {
			by[route], first[route] = at, isFirst
		}
	}
	for i := range q.truth.Happenings {
		at, ok := by[i]
		switch {
		case !ok:
		case at < 0:
			out.Missed++
		default:
			v := chains[at].Value
			low, high := naive(q.book, at)
			r := RouteScore{True: q.worth(i), Central: v.Central, Low: v.Low, High: v.High, NaiveLow: low, NaiveHigh: high}
			if len(q.truth.Happenings[i].Hubs) == 1 && v.Feasible != nil {
				r.Feasible, r.Passed = v.Feasible, q.passed(i)
			}
			out.Routes = append(out.Routes, r)
		}
	}
}

// naive is the range that two simple figures make: the excess of either leg over its mean before the event, as far as
// it is stated.
func naive(b *chain.Book, pair int) (low, high float64) {
	in := make([]float64, b.Months)
	for _, l := range b.Pairs[pair].In {
		fill(in, l.Series)
	}
	out := make([]float64, b.Months)
	fill(out, b.Pairs[pair].Out)
	entered, left := remember(in, nil, b.Event), remember(out, b.Hubs[pair/len(b.Goods)].Held, b.Event)
	months := float64(b.Months - b.Event)
	x, y := max(0, entered.after-entered.before)*months, max(0, left.after-left.before)*months
	return math.Min(x, y), math.Max(x, y)
}
