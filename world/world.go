// Package world makes a simulated world of trade whose diversion is known, on which detection is scored. It
// knows nothing of how it will be judged.
//
// A world has exporters of a coalition, other suppliers, hubs, a target under sanctions and an exit beside it. Ordinary
// trade follows gravity, seasons and shocks, with the unruliness of official figures; from the event on some pairs of a hub and
// a product divert, others only look as if they did. Statisticians then value, delay, withhold,
// revise and fall silent. docs/method/world.md gives the equations, the parameters and what they are fitted on.
//
// All figures are made up. Area and product codes are real, so that everything downstream works on them;
// whoever imports what a world writes does so as simulated (package source, Simulated).
//
// Each thing that chance decides has a random source of its own, made from the seed and a key. So the same
// parameters and seed give the same flows on any number of threads, and two worlds that differ in one
// parameter share all that it does not touch. Floating-point results may differ in the last place between
// processor architectures, and a figure with them.
package world

import (
	"cmp"
	"iter"
	"math"
	"runtime"
	"slices"
	"sync"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/money"
	"detour/trade/period"
	"detour/world/chance"
	"detour/world/scenario"
	"detour/world/truth"
)

// World is a simulated world. It is immutable and safe for concurrent use.
type World struct {
	params  scenario.Params
	seed    uint64
	places  []place
	wares   []ware
	target  int
	exit    int
	climate climate
	cif     [][]float64 // CIF over FOB, less one, by sender and receiver
	usd     []rate      // by month
	// What happenings add to trade, as senders and as receivers state it.
	sent, received map[leg][]added
	truth          truth.Truth
}

// rate is the dollars that a euro buys, as a fraction.
type rate struct{ num, den int64 }

// New makes the world of the parameters and the seed. Parameters that make no world are bad input.
func New(p scenario.Params, seed uint64) (*World, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	wares, err := newWares(p, seed)
	if err != nil {
		return nil, err
	}
	w := &World{params: p, seed: seed, places: newPlaces(p, seed), wares: wares}
	w.target = slices.IndexFunc(w.places, func(pl place) bool { return pl.role == target })
	w.exit = slices.IndexFunc(w.places, func(pl place) bool { return pl.role == exit })
	w.climate = newClimate(p, seed, w.places, wares)
	w.cif = w.carriage()
	if w.usd, err = w.rates(); err != nil {
		return nil, err
	}
	w.live()
	return w, nil
}

// Params gives the parameters of the world.
func (w *World) Params() scenario.Params { return w.params }

// live lets things happen and writes the truth.
func (w *World) live() {
	w.truth = w.outline()
	for _, h := range w.draw() {
		l := w.happen(&h)
		h.Sent, h.Received = w.movements(l.sent), w.movements(l.received)
		w.truth.Happenings = append(w.truth.Happenings, *h.Happening)
		for _, c := range h.Hubs {
			w.truth.Pairs = append(w.truth.Pairs, truth.Pair{Hub: c, Goods: h.Goods, Kind: h.Kind, Happening: h.ID})
		}
	}
	slices.SortFunc(w.truth.Pairs, comparePairs)
	w.addUp()
}

// addUp adds the happenings to trade.
func (w *World) addUp() {
	var sent, received [][]truth.Movement
	for _, h := range w.truth.Happenings {
		sent, received = append(sent, h.Sent), append(received, h.Received)
	}
	w.sent, w.received = w.gather(sent), w.gather(received)
}

// Undiverted gives the same world as it would have been without diversion: everything that chance decides
// otherwise is the same. The difference of the two is what diversion adds to each stated flow.
func (w *World) Undiverted() *World {
	out := *w
	out.truth.Pairs = slices.DeleteFunc(slices.Clone(w.truth.Pairs), func(p truth.Pair) bool { return p.Kind == truth.Diverted })
	out.truth.Happenings = slices.DeleteFunc(slices.Clone(w.truth.Happenings), func(h truth.Happening) bool { return h.Kind == truth.Diverted })
	out.addUp()
	return &out
}

// carriage draws what freight and insurance add to the value between two places: 0 to 20%.
func (w *World) carriage() [][]float64 {
	out := make([][]float64, len(w.places))
	for i := range out {
		out[i] = make([]float64, len(w.places))
		for j := range out[i] {
			z := chance.Key{What: ofMirror, A: uint32(i), B: uint32(j), C: math.MaxUint32}.Source(w.seed).NormFloat64()
			out[i][j] = min(max(w.params.Statistics.CIFMean+w.params.Statistics.CIFSD*z, 0), 0.2)
		}
	}
	return out
}

func (w *World) rates() ([]rate, error) {
	out := make([]rate, w.params.Extent.Months)
	for t := range out {
		r, err := money.Embedded().Rate(dollar, w.month(t))
		if err != nil {
			return nil, err
		}
		out[t] = rate{r.Num().Int64(), r.Denom().Int64()}
	}
	return out, nil
}

// Release is one publication of the figures. Later ones revise earlier ones.
type Release uint8

// The releases. First ends Statistics.FirstRelease months after the start, and its last months are
// incomplete; Final has all months, and nothing in it will change.
const (
	Final Release = iota
	First
)

// Months gives the first and last month of a release.
func (w *World) Months(r Release) period.Range {
	return period.Range{From: w.month(0), To: w.month(w.months(r) - 1)}
}

func (w *World) months(r Release) int {
	if r == First {
		return min(w.params.Statistics.FirstRelease, w.params.Extent.Months)
	}
	return w.params.Extent.Months
}

// Flows gives what is stated in a release, in the order of reporter, partner, direction, nomenclature,
// goods and period, one flow a key. Members of the EU state codes of the Combined Nomenclature (the six digits of
// the Harmonized System and two noughts) in EUR; the others those of the edition in force, in USD. Values are
// FOB for exports and CIF for imports; masses are whole kilograms. No flow has a Part. If reporters are named,
// only what they state is given, and nothing else is made.
func (w *World) Flows(r Release, of ...area.Code) iter.Seq[flow.Flow] {
	return func(yield func(flow.Flow) bool) {
		for block := range w.Blocks(r, of...) {
			for i := range block {
				if !yield(block[i]) {
					return
				}
			}
		}
	}
}

// Blocks gives the flows of Flows in the same order, those of one reporter, partner and direction at a time.
// Blocks are made by as many goroutines as there are processors, which run only while the sequence does, and a few
// blocks are held at once, whatever the size of the world. A block belongs to the caller.
func (w *World) Blocks(r Release, of ...area.Code) iter.Seq[[]flow.Flow] {
	return inOrder(w, w.sides(of), func(o *observer, s side) []flow.Flow { return o.observe(s, r) })
}

// Link is the trade from one place to another as each of them states it, in the order of Flows. A side that
// states nothing, or not this, is empty.
type Link struct {
	From, To         area.Code
	Exports, Imports []flow.Flow
}

// Links gives the links by sender and receiver. What Blocks says of goroutines and memory holds here too.
func (w *World) Links(r Release) iter.Seq[Link] {
	return inOrder(w, w.links(), func(o *observer, at leg) Link {
		l := Link{From: w.places[at.from].code, To: w.places[at.to].code}
		if w.places[at.from].last >= 0 {
			l.Exports = o.observe(side{at.from, at.to, flow.Export}, r)
		}
		if receives(w.places[at.to].role) && w.places[at.to].last >= 0 {
			l.Imports = o.observe(side{at.to, at.from, flow.Import}, r)
		}
		return l
	})
}

// links lists who sells to whom, by sender and receiver.
func (w *World) links() []leg {
	var out []leg
	for i := range w.places {
		for j := range w.places {
			if i != j && trades(w.places[i].role, w.places[j].role) {
				out = append(out, leg{from: i, to: j})
			}
		}
	}
	return out
}

// inOrder makes something of each task, several at once, and gives the results in the order of the tasks.
func inOrder[Task, Result any](w *World, tasks []Task, do func(*observer, Task) Result) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		// What is being made or waits to be taken holds a place in the queue, or has just left it.
		queue, done := make(chan chan Result, runtime.GOMAXPROCS(0)), make(chan struct{})
		defer close(done)
		pool := sync.Pool{New: func() any { return w.newObserver() }}
		go func() {
			defer close(queue)
			for _, task := range tasks {
				out := make(chan Result, 1)
				select {
				case queue <- out:
				case <-done:
					return
				}
				go func() {
					o := pool.Get().(*observer)
					out <- do(o, task)
					pool.Put(o)
				}()
			}
		}()
		for result := range queue {
			if !yield(<-result) {
				return
			}
		}
	}
}

// Members gives the reporters that state Comext figures, sorted; Others those that state their own.
func (w *World) Members() []area.Code { return w.reporters(true) }

// Others gives the reporters that are no members of the EU, sorted.
func (w *World) Others() []area.Code { return w.reporters(false) }

func (w *World) reporters(member bool) []area.Code {
	var out []area.Code
	for _, pl := range w.places {
		if pl.member == member && pl.last >= 0 {
			out = append(out, pl.code)
		}
	}
	return out
}

func comparePairs(a, b truth.Pair) int {
	return cmp.Or(cmp.Compare(a.Hub, b.Hub), cmp.Compare(a.Goods, b.Goods))
}
