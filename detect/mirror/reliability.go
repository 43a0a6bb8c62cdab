package mirror

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"detour/trade/area"
)

// Reliability says how far a reporter's statements are from its partners', other things equal.
type Reliability struct {
	Reporter area.Code
	Hub      bool // states imports, otherwise exports
	Pairs    int  // cells that tell of it
	// Discrepancy is the absolute log ratio of both sides that is to be expected of a cell of this reporter with an
	// average partner: its marginal mean. Score is exp(-Discrepancy): 1 for full agreement, 0.5 where one side is
	// usually half of the other.
	Discrepancy, Score float64
}

// Reliabilities are those of all reporters of a question that can be told apart, or why there are none.
type Reliabilities struct {
	List []Reliability // exporters, then hubs, by code
	Lack string        // why List is empty

	mean   float64
	effect map[reporter]float64
}

// reporter is one side of pairs.
type reporter struct {
	area area.Code
	hub  bool
}

// observation is one cell with trade on both sides.
type observation struct {
	exporter, hub        area.Code
	discrepancy, weights float64 // a logarithm, and the weight of the cell
}

// CellsToTell is how many cells a reporter needs for its reliability to be told.
const CellsToTell = 3

// Judge decomposes the absolute log ratios of the base, where both sides have trade, into a part of each exporter and one
// of each hub: a weighted analysis of variance, the weights being the logarithm of the two values together, after
// Gaulier & Zignago (2010, BACI). The base is used because diversion since would be taken for unreliable
// reporting. The margin is taken off before. It needs two exporters and two hubs, linked with each other.
func Judge(cells []Cell) Reliabilities {
	var obs []observation
	for _, c := range cells {
		x, m := float64(c.Base.Exports), float64(c.Base.Corrected[0])
		if x > 0 && m > 0 {
			obs = append(obs, observation{c.Exporter, c.Hub, math.Abs(math.Log(m / x)), math.Log1p((x + m) / 100)})
		}
	}
	return decompose(obs)
}

func decompose(obs []observation) Reliabilities {
	count, seen := map[reporter]int{}, map[reporter][]observation{}
	for _, o := range obs {
		for _, r := range o.reporters() {
			count[r]++
			seen[r] = append(seen[r], o)
		}
	}
	reporters := slices.SortedFunc(maps.Keys(count), func(a, b reporter) int { return cmp.Or(cmpBool(a.hub, b.hub), cmp.Compare(a.area, b.area)) })
	hubs := 0
	for _, r := range reporters {
		if r.hub {
			hubs++
		}
	}
	switch {
	case hubs < 2 || len(reporters)-hubs < 2:
		return Reliabilities{Lack: "with fewer than two exporters and two hubs in the base it cannot be told whose statements are off"}
	case !linked(obs):
		return Reliabilities{Lack: "the exporters and hubs of the base fall into groups that share no pair"}
	case slices.Min(slices.Collect(maps.Values(count))) < CellsToTell || len(obs) <= len(reporters):
		return Reliabilities{Lack: "some reporter has fewer than 3 cells with trade on both sides in the base"}
	}
	out := Reliabilities{effect: map[reporter]float64{}}
	out.fit(reporters, seen)
	for _, r := range reporters {
		d := max(0, out.mean+out.effect[r])
		out.List = append(out.List, Reliability{Reporter: r.area, Hub: r.hub, Pairs: count[r], Discrepancy: d, Score: math.Exp(-d)})
	}
	return out
}

func (o observation) reporters() [2]reporter {
	return [2]reporter{{o.exporter, false}, {o.hub, true}}
}

func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// fit solves the two-way model by turns: each effect is the weighted mean of what the others leave, until no effect
// moves. On linked observations that converges to the least squares solution. Effects are centred on each side, so
// that the mean is that of a cell of an average exporter and an average hub.
func (l *Reliabilities) fit(reporters []reporter, seen map[reporter][]observation) {
	const most = 10_000 // rounds; chains of few links need hundreds
	for range most {
		moved := 0.0
		for _, r := range reporters {
			var sum, weights float64
			for _, o := range seen[r] {
				both := o.reporters()
				sum += o.weights * (o.discrepancy - l.effect[both[0]] - l.effect[both[1]] + l.effect[r])
				weights += o.weights
			}
			moved = max(moved, math.Abs(sum/weights-l.effect[r]))
			l.effect[r] = sum / weights
		}
		if moved < 1e-12 {
			break
		}
	}
	for _, hub := range []bool{false, true} {
		of := slices.DeleteFunc(slices.Clone(reporters), func(r reporter) bool { return r.hub != hub })
		var mean float64
		for _, r := range of {
			mean += l.effect[r] / float64(len(of))
		}
		for _, r := range of {
			l.effect[r] -= mean
		}
		l.mean += mean
	}
}

// linked tells whether every reporter is joined to every other by pairs.
func linked(obs []observation) bool {
	joined := map[reporter]bool{{obs[0].exporter, false}: true}
	for grew := true; grew; {
		grew = false
		for _, o := range obs {
			both := o.reporters()
			if joined[both[0]] != joined[both[1]] {
				joined[both[0]], joined[both[1]], grew = true, true, true
			}
		}
	}
	return !slices.ContainsFunc(obs, func(o observation) bool { return !joined[o.reporters()[0]] })
}

// Weight is by how much a gap of the pair counts: exp of minus the discrepancy expected of the two, 1 where they agree.
// False where it cannot be told.
func (l *Reliabilities) Weight(exporter, hub area.Code) (float64, bool) {
	e, okE := l.effect[reporter{exporter, false}]
	h, okH := l.effect[reporter{hub, true}]
	return math.Exp(-max(0, l.mean+e+h)), okE && okH
}
