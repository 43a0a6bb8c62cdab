package chain

import (
	"math"
	"runtime"
	"slices"
	"sync"

	"detour/trade/goods"
)

// survey is what is measured of a pair before pairs are joined. Amounts are EUR a year.
type survey struct {
	from   int // first month in which goods are banned, none before the event
	spoken int // months from then on that the hub states

	in, seen, other, out, outRoot change // whole legs: all sellers, what the hub saw of them, other origins, to the target
	legs                          legs
	on                            []onward // to other hubs, rises only
	hubs                          []onward // from other hubs, rises only

	// entry is the excess of the sellers that stand out, by month, as stated by them; entryKg what the hub saw of
	// these sellers, in kilograms. Nil where none stands out.
	entry, entryEuros, entryKg []float64
}

// legs sums up how single sellers changed.
type legs struct {
	certain         float64 // sum of certain excess
	top, rootTop    float64 // greatest deviance, of values and of their roots
	oftenTop        float64
	sum, rootSum    float64 // deviance above 3 of the five greatest; of roots above 2 of all
	flagged         int     // sellers that stand out
	stated, arrived float64 // EUR in excess of those, in months that the hub states, as stated and as seen by it
	statedAll       float64 // EUR in excess of those, in all months
	mirrored        float64 // EUR of it stated by the hub alone
	ordinary        float64 // EUR expected of those sellers
}

// onward is trade between two hubs that rose.
type onward struct {
	pair    int // the other end
	value   change
	root    float64 // deviance of roots
	y, kilo []float64
	held    []bool // months that its reporter states
}

// strength is the deviance of an onward flow on both scales.
func (o onward) strength() float64 { return o.value.deviance + max(0, o.root) }

// flag is the deviance from which a seller stands out.
const flag = 3

// surveyor measures the pairs of a book.
type surveyor struct {
	book    *Book
	search  search
	goods   int
	near    []int
	silent  bool // some seller states nothing
	surveys []survey
}

func newSurveyor(b *Book) *surveyor {
	s := &surveyor{book: b, search: newSearch(b), goods: len(b.Goods), near: neighbours(b.Goods), surveys: make([]survey, len(b.Pairs))}
	for _, x := range b.Sellers {
		s.silent = s.silent || x.Held != nil && !slices.Contains(x.Held, true)
	}
	return s
}

// run measures all pairs, then joins what passes between hubs.
func (s *surveyor) run() {
	inParallel(len(s.surveys), s.pair)
	for i := range s.surveys {
		for _, o := range s.surveys[i].on {
			to := &s.surveys[o.pair]
			o.pair = i
			to.hubs = append(to.hubs, o)
		}
	}
}

// inParallel does something for each number below n, on all processors; what is done for one must not touch what is
// done for another.
func inParallel(n int, do func(int)) {
	workers := runtime.GOMAXPROCS(0)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	group.Wait()
}

func (s *surveyor) hub(i int) *Hub   { return &s.book.Hubs[i/s.goods] }
func (s *surveyor) good(i int) *Good { return &s.book.Goods[i%s.goods] }

func (s *surveyor) pair(i int) {
	p, out := &s.book.Pairs[i], &s.surveys[i]
	held := s.hub(i).Held
	out.from = max(s.book.Event, s.good(i).Listed)
	for t := out.from; t < s.book.Months; t++ {
		if held == nil || held[t] {
			out.spoken++
		}
	}
	total, seen := s.zeros(), s.zeros()
	var deviances []float64
	for j := range p.In {
		deviances = append(deviances, s.leg(i, &p.In[j], total, seen))
	}
	slices.Sort(deviances)
	for _, d := range deviances[max(0, len(deviances)-5):] {
		out.legs.sum += max(0, d-flag)
	}
	leaving := p.Out.euros(s.zeros())
	out.in = s.search.weigh(total, nil, out.from)
	out.seen = s.search.weigh(seen, held, out.from)
	out.other = s.search.weigh(p.Other.euros(s.zeros()), held, out.from)
	out.out = s.search.weigh(leaving, held, out.from)
	out.outRoot = s.search.weigh(rooted(leaving), held, out.from)
	for j := range p.On {
		s.onward(i, &p.On[j])
	}
}

func (s *surveyor) zeros() []float64 { return make([]float64, s.book.Months) }

// leg measures one seller's trade and gives its deviance.
func (s *surveyor) leg(i int, l *Leg, total, seen []float64) float64 {
	out := &s.surveys[i]
	hub := s.hub(i).Held
	held, arrived := s.book.Sellers[l.Peer].Held, l.Seen
	if l.Mirrored {
		held, arrived = hub, l.Series
	}
	y := l.Series.euros(s.zeros())
	value, root := s.search.weigh(y, held, out.from), s.search.weigh(rooted(y), held, out.from)
	l.Series.euros(total)
	arrived.euros(seen)
	sum := &out.legs
	sum.certain += value.certain()
	sum.top, sum.rootTop, sum.oftenTop = max(sum.top, value.deviance), max(sum.rootTop, root.deviance), max(sum.oftenTop, value.often)
	sum.rootSum += max(0, root.deviance-2)
	if max(value.deviance, root.deviance) > flag && value.excess() > 0 {
		s.enter(out, l.Mirrored, y, arrived, hub, value)
	}
	return value.deviance
}

// enter adds a seller that stands out to what enters the hub.
func (s *surveyor) enter(out *survey, mirrored bool, y []float64, arrived Series, hub []bool, c change) {
	if out.entry == nil {
		out.entry, out.entryEuros, out.entryKg = s.zeros(), s.zeros(), s.zeros()
	}
	usual := c.expected / float64(c.after)
	seen := arrived.euros(s.zeros())
	arrived.euros(out.entryEuros)
	arrived.kilos(out.entryKg)
	sum := &out.legs
	sum.flagged++
	then := s.search.weigh(seen, hub, out.from)
	for t, x := range y {
		usualThen := usual / s.search.deflate[t]
		if x > 0 {
			out.entry[t] += max(0, x-usualThen)
		}
		if t < out.from {
			continue
		}
		sum.statedAll += x - usualThen
		sum.ordinary += usualThen
		switch {
		case mirrored:
			sum.mirrored += x - usualThen
		case (hub == nil || hub[t]) && then.before > 0:
			sum.stated += x - usualThen
			sum.arrived += seen[t] - then.sum0/float64(then.before)/s.search.deflate[t]
		}
	}
}

// onward measures what goes to another hub, and keeps it if it rose.
func (s *surveyor) onward(i int, l *Leg) {
	held := s.hub(i).Held
	if l.Mirrored {
		held = s.book.Hubs[l.Peer].Held
	}
	y := l.Series.euros(s.zeros())
	c := s.search.weigh(y, held, s.surveys[i].from)
	if c.certain() <= 0 {
		return
	}
	s.surveys[i].on = append(s.surveys[i].on, onward{
		pair: l.Peer*s.goods + i%s.goods, value: c, root: s.search.weigh(rooted(y), held, s.surveys[i].from).deviance,
		y: y, kilo: l.Series.kilos(s.zeros()), held: held,
	})
}

// neighbours gives, for each product, the one that shares most leading digits of its code, the nearest in order of
// those; -1 where there is no other.
func neighbours(all []Good) []int {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return compareCodes(all[a].Code, all[b].Code) })
	out := make([]int, len(all))
	for at, i := range order {
		best, shared := -1, -1
		for distance := 1; distance <= nearby; distance++ {
			for _, j := range []int{at - distance, at + distance} {
				if j >= 0 && j < len(order) {
					if n := common(all[i].Code, all[order[j]].Code); n > shared {
						best, shared = order[j], n
					}
				}
			}
		}
		out[i] = best
	}
	return out
}

// nearby is how far in the order of codes a neighbour is looked for.
const nearby = 8

func compareCodes(a, b goods.Code) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

func common(a, b goods.Code) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func signedRoot(x float64) float64 { return math.Copysign(math.Sqrt(math.Abs(x)), x) }

// scale is the amount, EUR a year, from which logs of amounts grow.
const scale = 1e4

func logOf(x float64) float64 { return math.Log1p(max(0, x) / scale) }
