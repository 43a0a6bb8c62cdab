package world

import (
	"cmp"
	"math"
	"slices"

	"detour/trade/area"
	"detour/trade/goods"
	"detour/world/chance"
	"detour/world/truth"
)

// leg is one way of one ware, in indices; the ware is the one declared.
type leg struct{ from, to, ware int }

// added is what happenings add to a month of a leg.
type added struct {
	month        int
	euros, kilos int64
}

// load is what a happening adds to a leg in a month.
type load struct{ euros, kilos, ghost int64 }

// ledger gathers the consignments of a happening by leg and month, as the sender and as the receiver see them.
type ledger struct{ sent, received map[legMonth]load }

type legMonth struct {
	leg
	month int
}

func newLedger() ledger {
	return ledger{sent: map[legMonth]load{}, received: map[legMonth]load{}}
}

func (l load) plus(m load) load {
	return load{l.euros + m.euros, l.kilos + m.kilos, l.ghost + m.ghost}
}

func (l ledger) send(at leg, month int, what load) {
	l.sent[legMonth{at, month}] = l.sent[legMonth{at, month}].plus(what)
}

// happen makes the consignments of a happening from its onset to the end of the world.
func (w *World) happen(h *happening) ledger {
	l, c := newLedger(), w.params.Consignment
	monthly := float64(h.Size) / 12
	mean := min(max(chance.LogUniform(h.rand.Float64(), c.Low, c.High), monthly/c.Most), monthly*seldom)
	for t := h.onset; t < w.params.Extent.Months; t++ {
		expected := monthly / mean * min(1, float64(t-h.onset+1)/float64(h.Ramp))
		for range chance.Poisson(h.rand, expected) {
			w.carry(h, l, t, w.consignment(h, mean))
		}
		if h.BesideHonest {
			for range chance.Poisson(h.rand, expected) {
				w.deliver(h, l, leg{h.buyers[h.rand.IntN(len(h.buyers))], h.hubs[0], h.ware}, t, w.consignment(h, mean))
			}
		}
	}
	return l
}

// seldom is how many months of a happening's full size its consignments hold at most, so that even the
// smallest happening has one every other month.
const seldom = 2

// consignment draws one of the mean size.
func (w *World) consignment(h *happening, mean float64) load {
	sd := w.params.Consignment.Spread
	euros := chance.WholeEuros(math.Exp(math.Log(mean) - sd*sd/2 + sd*h.rand.NormFloat64()))
	return load{euros: euros, kilos: int64(math.Round(float64(euros) / h.price))}
}

// carry takes one consignment on its way.
func (w *World) carry(h *happening, l ledger, t int, what load) {
	if len(h.sources) == 0 { // the hub's own goods
		w.leave(h, l, 0, t, what)
		return
	}
	u := h.rand.Float64()
	from := h.sources[slices.IndexFunc(h.shares, func(upTo float64) bool { return u < upTo })]
	way := leg{from, h.hubs[0], h.ware}
	if h.rand.Float64() < h.Ghost {
		what.ghost = what.euros
		l.send(way, t, what)
		return
	}
	arrived := w.deliver(h, l, way, t, what)
	if h.Kind != truth.Honest {
		w.pass(h, l, 0, arrived, what)
	}
}

// deliver sends a load that is seen at both ends and gives the month in which it arrives.
func (w *World) deliver(h *happening, l ledger, way leg, t int, what load) (arrived int) {
	l.send(way, t, what)
	arrived = t
	if h.rand.Float64() < w.params.Statistics.EnRoute {
		arrived++
	}
	sd := w.params.Diversion.ValuationSD
	seen := load{kilos: what.kilos, euros: chance.WholeEuros(float64(what.euros) * (1 + w.cif[way.from][way.to]) * math.Exp(sd*h.rand.NormFloat64()-sd*sd/2))}
	if arrived < w.params.Extent.Months {
		at := legMonth{way, arrived}
		l.received[at] = l.received[at].plus(seen)
	}
	return arrived
}

// pass sends on what has arrived in hub i, whole or in two or three parts, each after a delay of its own
// and at the reseller's price.
func (w *World) pass(h *happening, l ledger, i, arrived int, what load) {
	parts := 1
	if h.rand.Float64() < w.params.Diversion.Split {
		parts = 2 + h.rand.IntN(2)
	}
	for n := range parts {
		part := load{euros: portion(what.euros, n, parts), kilos: portion(what.kilos, n, parts)}
		part.euros = int64(math.Round(float64(part.euros) * (1 + h.Margin)))
		leaves := arrived + h.DelayLow + h.rand.IntN(h.DelayTop-h.DelayLow+1)
		if leaves < w.params.Extent.Months && part.euros > 0 {
			w.leave(h, l, i, leaves, part)
		}
	}
}

// leave takes a load out of hub i: to the next hub, or under the code declared to the target or the exit.
func (w *World) leave(h *happening, l ledger, i, t int, what load) {
	if i+1 < len(h.hubs) {
		arrived := w.deliver(h, l, leg{h.hubs[i], h.hubs[i+1], h.ware}, t, what)
		w.pass(h, l, i+1, arrived, what)
		return
	}
	declared := h.ware
	if h.Declared != h.Goods {
		declared = w.wares[h.ware].beside
	}
	w.deliver(h, l, leg{h.hubs[i], h.to, declared}, t, what)
}

// portion is part n of the parts of a whole, which add up to it.
func portion(whole int64, n, parts int) int64 {
	return whole*int64(n+1)/int64(parts) - whole*int64(n)/int64(parts)
}

// movements writes one side of a ledger down, by areas, goods and month.
func (w *World) movements(of map[legMonth]load) []truth.Movement {
	out := make([]truth.Movement, 0, len(of))
	for at, what := range of {
		out = append(out, truth.Movement{
			From: w.places[at.from].code, To: w.places[at.to].code, Goods: w.wares[at.ware].code, Month: truth.MonthOf(w.month(at.month)),
			Euros: what.euros, Kilos: what.kilos, Ghost: what.ghost,
		})
	}
	slices.SortFunc(out, func(a, b truth.Movement) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Goods, b.Goods), cmp.Compare(a.Month.Period, b.Month.Period))
	})
	return out
}

// gather adds up what happenings move, by leg, each leg's months in order.
func (w *World) gather(sides [][]truth.Movement) map[leg][]added {
	place, ware := map[area.Code]int{}, map[goods.Code]int{}
	for i := range w.places {
		place[w.places[i].code] = i
	}
	for i := range w.wares {
		ware[w.wares[i].code] = i
	}
	out := map[leg][]added{}
	for _, side := range sides {
		for _, m := range side {
			at := leg{place[m.From], place[m.To], ware[m.Goods]}
			out[at] = append(out[at], added{m.Month.Sub(w.month(0)), m.Euros, m.Kilos})
		}
	}
	for at, months := range out {
		out[at] = merged(months)
	}
	return out
}

// merged puts months in order and adds up those that are equal.
func merged(months []added) []added {
	slices.SortFunc(months, func(a, b added) int { return cmp.Compare(a.month, b.month) })
	out := months[:0]
	for _, a := range months {
		if n := len(out); n > 0 && out[n-1].month == a.month {
			out[n-1].euros, out[n-1].kilos = out[n-1].euros+a.euros, out[n-1].kilos+a.kilos
		} else {
			out = append(out, a)
		}
	}
	return slices.Clip(out)
}
