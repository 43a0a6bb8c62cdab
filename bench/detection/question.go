package detection

import (
	"math"
	"slices"

	"detour/detect/chain"
	"detour/trade/area"
	"detour/trade/goods"
	"detour/world"
	"detour/world/truth"
)

// question holds the truth against the pairs of a book.
type question struct {
	book  *chain.Book
	truth truth.Truth
	is    []bool // by pair: goods are diverted, under this code
	// alias gives, for a pair whose goods leave the hub under another code, the pair of that code.
	alias map[int]int
	route []int // by pair: the index of its route in truth.Happenings, -1 for none
}

func newQuestion(w *world.World, b *chain.Book) *question {
	q := &question{book: b, truth: w.Truth(), is: make([]bool, len(b.Pairs)), alias: map[int]int{}, route: make([]int, len(b.Pairs))}
	hub, good := map[area.Code]int{}, map[goods.Code]int{}
	for i, h := range b.Hubs {
		hub[h.Code] = i
	}
	for i, g := range b.Goods {
		good[g.Code] = i
	}
	for i := range q.route {
		q.route[i] = -1
	}
	for i, h := range q.truth.Happenings {
		if h.Kind != truth.Diverted {
			continue
		}
		for n, c := range h.Hubs {
			at := hub[c]*len(b.Goods) + good[h.Goods]
			q.is[at], q.route[at] = true, i
			if n == len(h.Hubs)-1 && h.Declared != h.Goods {
				q.alias[at] = hub[c]*len(b.Goods) + good[h.Declared]
			}
		}
	}
	return q
}

// ranked prepares scores for judgement: pairs of unlisted goods come last, all alike; a pair whose goods leave
// the hub under another code has the better of the two scores, and that of the other code, unless goods are diverted
// under it too, is no alarm of its own and left out.
func (q *question) ranked(score []float64) (kept []float64, is []bool) {
	last := make([]float64, len(score))
	for i, s := range score {
		last[i] = s
		if q.book.Goods[i%len(q.book.Goods)].Listed < 0 {
			last[i] = math.Inf(-1)
		}
	}
	drop := map[int]bool{}
	for at, other := range q.alias {
		last[at] = max(last[at], last[other])
		drop[other] = !q.is[other]
	}
	for i := range last {
		if !drop[i] {
			kept, is = append(kept, last[i]), append(is, q.is[i])
		}
	}
	return kept, is
}

func (q *question) averagePrecision(score []float64) float64 {
	kept, is := q.ranked(score)
	return AveragePrecision(kept, is)
}

// worth is the EUR that a route truly took in from the coalition, at its border: what its senders sent the first hub.
func (q *question) worth(route int) float64 {
	h, sum := &q.truth.Happenings[route], int64(0)
	for _, m := range h.Sent {
		if _, of := slices.BinarySearch(q.truth.Exporters, m.From); of {
			sum += m.Euros
		}
	}
	return float64(sum)
}

// passed is the EUR, at the border of the coalition, that a route of one hub truly passed on in the months that the hub
// states: what left it, at the price at which it came, and what it never saw.
func (q *question) passed(route int) float64 {
	h := &q.truth.Happenings[route]
	at := slices.IndexFunc(q.book.Hubs, func(x chain.Hub) bool { return x.Code == h.Hubs[0] })
	held := q.book.Hubs[at].Held
	var euros, kilos, left, ghost float64
	for _, m := range h.Sent {
		t := m.Month.Sub(q.truth.First.Period)
		if m.From != h.Hubs[0] {
			euros, kilos = euros+float64(m.Euros), kilos+float64(m.Kilos)
		}
		switch {
		case held != nil && !held[t]:
		case m.From == h.Hubs[0]:
			left += float64(m.Kilos)
		default:
			ghost += float64(m.Ghost)
		}
	}
	return left*euros/max(1, kilos) + ghost
}
