package world

import (
	"math"
	"math/rand/v2"
	"slices"

	"detour/trade/area"
	"detour/world/chance"
	"detour/world/truth"
)

// happening is a happening of the truth while it is made, in indices.
type happening struct {
	*truth.Happening
	ware    int
	hubs    []int
	to      int
	onset   int
	sources []int
	shares  []float64 // cumulative, of sources
	buyers  []int     // who of the coalition sells beside a surge
	price   float64   // EUR a kilogram
	rand    *rand.Rand
}

// pair is a hub and a ware, in indices.
type pair struct{ hub, ware int }

// draw decides which pairs something happens to, and what. A pair has one happening at most. Sizes and
// ghost shares are spread evenly over their ranges and dealt out by chance, so that a world with few happenings
// has the same mixture as one with many.
func (w *World) draw() []happening {
	p, all := w.params, w.pairs()
	free := make(map[pair]bool, len(all))
	for _, at := range all {
		free[at] = true
	}
	out := w.routes(all, free, count(p.Diversion.Pairs, len(all)))
	out = append(out, w.confounders(truth.Honest, all, free, count(p.Confounding.Honest, len(all)))...)
	out = append(out, w.confounders(truth.Surge, all, free, count(p.Confounding.Surge, len(all)))...)
	for i := range out {
		out[i].ID = i + 1
	}
	return out
}

func (w *World) pairs() []pair {
	var all []pair
	for h, pl := range w.places {
		if pl.role == hub {
			for i := range w.wares {
				all = append(all, pair{h, i})
			}
		}
	}
	return all
}

// byChance orders the free pairs of positive weight as if each next one were drawn with a chance
// proportional to its weight among those left (Efraimidis & Spirakis 2006).
func byChance(r *rand.Rand, all []pair, free map[pair]bool, weight func(pair) float64) []pair {
	type ticket struct {
		at   pair
		time float64
	}
	var line []ticket
	for _, at := range all {
		time := r.ExpFloat64() / weight(at)
		if free[at] && !math.IsInf(time, 0) {
			line = append(line, ticket{at, time})
		}
	}
	slices.SortStableFunc(line, func(a, b ticket) int {
		if a.time < b.time {
			return -1
		}
		return 1
	})
	out := make([]pair, len(line))
	for i := range line {
		out[i] = line[i].at
	}
	return out
}

// routes draws diversion on n pairs: listed goods, those that the coalition sold much of rather than others.
func (w *World) routes(all []pair, free map[pair]bool, n int) []happening {
	d := w.params.Diversion
	r := chance.Key{What: ofPairs, A: 1}.Source(w.seed)
	double := count(d.TwoHubs/(1+d.TwoHubs), n)
	line := byChance(r, all, free, func(at pair) float64 {
		if w.wares[at.ware].listed > w.params.Extent.Months-1-d.OnsetLast {
			return 0
		}
		return math.Exp(d.WareAttraction * w.wares[at.ware].often)
	})
	var out []happening
	for _, at := range line {
		if n == 0 {
			break
		}
		if !free[at] {
			continue
		}
		free[at] = false
		hubs := []int{at.hub}
		if double > 0 && n > 1 {
			if second, ok := w.second(r, at, free); ok {
				hubs, double = append(hubs, second), double-1
				free[pair{second, at.ware}] = false
			}
		}
		n -= len(hubs)
		out = append(out, w.begin(truth.Diverted, at.ware, hubs, len(out)))
	}
	w.finishRoutes(r, out)
	return out
}

// second chooses another hub in which nothing happens to the ware.
func (w *World) second(r *rand.Rand, at pair, free map[pair]bool) (int, bool) {
	var open []int
	for h, pl := range w.places {
		if pl.role == hub && h != at.hub && free[pair{h, at.ware}] {
			open = append(open, h)
		}
	}
	if len(open) == 0 {
		return 0, false
	}
	return open[r.IntN(len(open))], true
}

// finishRoutes deals out what only routes of diversion have.
func (w *World) finishRoutes(r *rand.Rand, out []happening) {
	d := w.params.Diversion
	ghosts, order := chance.Shuffled(r, chance.Spaced(len(out))), r.Perm(len(out))
	for i := range out {
		h := &out[i]
		h.Ghost = 2 * d.Ghost * ghosts[i]
		h.to = w.target
		if h.rand.Float64() < d.Exit {
			h.to = w.exit
		}
		h.Margin = chance.Between(h.rand, d.MarginLow, d.MarginHigh)
		low, high := h.rand.IntN(d.DelayMost+1), h.rand.IntN(d.DelayMost+1)
		h.DelayLow, h.DelayTop = min(low, high), max(low, high)
		h.onset = max(w.params.Extent.Event-1, w.wares[h.ware].listed) + h.rand.IntN(d.OnsetLast+1)
		h.sources, h.shares = w.senders(h.rand, exporter)
		h.Declared = h.Goods
		if order[i] < count(d.Relabelled, len(out)) {
			h.Declared = w.wares[w.wares[h.ware].beside].code
		}
	}
	w.settle(r, out)
}

// confounders draws n pairs of a kind that is no diversion.
func (w *World) confounders(kind truth.Kind, all []pair, free map[pair]bool, n int) []happening {
	c := w.params.Confounding
	r := chance.Key{What: ofPairs, A: 2, B: number(kind)}.Source(w.seed)
	listed := 0
	for i := range w.wares {
		if w.wares[i].listed != never {
			listed++
		}
	}
	line := byChance(r, all, free, func(at pair) float64 {
		weight := (1 - c.Listed) / float64(max(1, len(w.wares)-listed))
		if w.wares[at.ware].listed != never {
			weight = c.Listed / float64(max(1, listed))
		}
		if kind == truth.Honest {
			weight *= math.Exp(c.HubAttraction * w.places[at.hub].buys)
		}
		return weight
	})
	var out []happening
	for _, at := range line[:min(n, len(line))] {
		free[at] = false
		out = append(out, w.begin(kind, at.ware, []int{at.hub}, len(out)))
	}
	third, beside := r.Perm(len(out)), r.Perm(len(out))
	for i := range out {
		h := &out[i]
		h.Declared, h.to = h.Goods, w.target
		h.onset = max(0, w.params.Extent.Event-1+c.OnsetFrom+h.rand.IntN(c.OnsetLast-c.OnsetFrom+1))
		h.ThirdOrigin = kind == truth.Surge && third[i] < count(c.ThirdOrigin, len(out)) && w.params.Extent.Suppliers > 0
		h.BesideHonest = kind == truth.Surge && beside[i] < count(c.BesideHonest, len(out))
		w.confound(h)
	}
	w.settle(r, out)
	return out
}

// confound fills in who sends: the coalition for honest demand, other suppliers for goods of third
// origin, nobody for a hub's own.
func (w *World) confound(h *happening) {
	d := w.params.Diversion
	switch {
	case h.Kind == truth.Honest:
		h.to = -1
		h.sources, h.shares = w.senders(h.rand, exporter)
	case h.ThirdOrigin:
		h.Margin = chance.Between(h.rand, d.MarginLow, d.MarginHigh)
		h.DelayTop = h.rand.IntN(lag(d.DelayMost) + 1)
		h.sources, h.shares = w.senders(h.rand, supplier)
	}
	if h.BesideHonest {
		h.buyers, _ = w.senders(h.rand, exporter)
	}
}

// lag is the delay of goods of third origin where nothing is diverted that could set it.
func lag(most int) int { return max(most, 1) }

// number keeps the draws of kinds apart.
func number(kind truth.Kind) uint32 { return uint32(slices.Index(truth.Kinds(), kind)) }

func (w *World) begin(kind truth.Kind, ware int, hubs []int, n int) happening {
	r := chance.Key{What: ofEvent, A: number(kind), B: uint32(n), C: 0}.Source(w.seed)
	h := happening{
		Happening: &truth.Happening{Kind: kind, Goods: w.wares[ware].code, Hubs: []area.Code{}, Sources: []truth.Share{}},
		ware:      ware, hubs: hubs, rand: r,
		price: w.wares[ware].price * math.Exp(w.params.Structure.CellPriceSD*r.NormFloat64()),
	}
	for _, i := range hubs {
		h.Hubs = append(h.Hubs, w.places[i].code)
	}
	h.Ramp = w.params.Diversion.RampLow + r.IntN(w.params.Diversion.RampHigh-w.params.Diversion.RampLow+1)
	return h
}

// settle deals out the sizes and writes down what is fixed by now.
func (w *World) settle(r *rand.Rand, out []happening) {
	d := w.params.Diversion
	sizes := chance.Shuffled(r, chance.Spaced(len(out)))
	for i := range out {
		h := &out[i]
		h.Size = chance.WholeEuros(chance.LogUniform(sizes[i], d.SizeLow, d.SizeHigh))
		h.Onset.Period = w.month(h.onset)
		if h.to >= 0 {
			h.To = w.places[h.to].code
		}
		before := 0.0
		for j, s := range h.sources {
			h.Sources = append(h.Sources, truth.Share{Area: w.places[s].code, Share: h.shares[j] - before})
			before = h.shares[j]
		}
	}
}

// senders chooses some places of a role, large ones rather than small ones, with cumulative shares; the
// places are sorted.
func (w *World) senders(r *rand.Rand, of role) (who []int, cumulative []float64) {
	type ticket struct {
		place int
		time  float64
	}
	var line []ticket
	for i, pl := range w.places {
		if pl.role == of {
			line = append(line, ticket{i, r.ExpFloat64() / math.Exp(attraction*pl.sells)})
		}
	}
	slices.SortFunc(line, func(a, b ticket) int {
		if a.time < b.time {
			return -1
		}
		return 1
	})
	for _, t := range line[:min(len(line), 1+r.IntN(w.params.Diversion.ExportersMost))] {
		who = append(who, t.place)
	}
	slices.Sort(who)
	sum := 0.0
	for range who {
		sum += r.ExpFloat64()
		cumulative = append(cumulative, sum)
	}
	for i := range cumulative {
		cumulative[i] /= sum
	}
	return who, cumulative
}

// attraction is how much more often a large seller sends than a small one, as a power of its size.
const attraction = 0.5
