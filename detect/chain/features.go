package chain

import (
	"math"

	"detour/detect/chain/course"
)

// Group is a kind of evidence.
type Group string

// The groups, in the order of an evidence table.
const (
	Arrival   Group = "arrival"   // coalition goods to the hub
	Departure Group = "departure" // the hub to the target, or where else the goods leave
	Match     Group = "match"     // both legs in product, time and size
	Hubs      Group = "hubs"      // between two hubs
	Other     Group = "other"     // goods of other origin
	Mirror    Group = "mirror"    // what the hub saw of what it was sent
	Timing    Group = "timing"    // order and onset
	Lists     Group = "lists"     // the ban and the direct trade that was lost
)

// Groups lists them.
func Groups() []Group {
	return []Group{Arrival, Departure, Match, Hubs, Other, Mirror, Timing, Lists}
}

// Feature is one measure of a pair.
type Feature struct {
	ID    string
	Group Group
	Doc   string
	of    func(*view) (x float64, held bool)
}

// view is a pair in its surroundings.
type view struct {
	*survey
	exit     exit
	direct   change
	upstream float64 // EUR a year that entered another hub and came from there
	listed   int     // months from the event to the ban
}

// exit is the way on which most of what entered may have left.
type exit struct {
	kind           exitKind
	match          float64 // EUR a year, the smaller of entry and exit
	certain        float64
	deviance, root float64
	y, kilos       []float64
	held           []bool
}

type exitKind int

const (
	noExit exitKind = iota
	ownCode
	nearCode
	toHub
)

// speaks is how many months after the ban a hub must state for its legs to be judged, and listens how many for the
// course of both legs to be compared.
const (
	speaks  = 2
	listens = 6
)

// Features lists them, in the order of the model's inputs.
func Features() []Feature {
	always := func(f func(*view) float64) func(*view) (float64, bool) {
		return func(v *view) (float64, bool) { return f(v), true }
	}
	spoken := func(f func(*view) float64) func(*view) (float64, bool) {
		return func(v *view) (float64, bool) {
			if v.spoken < speaks {
				return 0, false
			}
			return f(v), true
		}
	}
	left := func(f func(*view) float64) func(*view) (float64, bool) {
		return func(v *view) (float64, bool) {
			if v.exit.kind == noExit {
				return 0, false
			}
			return f(v), true
		}
	}
	return []Feature{
		{"in_certain", Arrival, "log of the sellers' excess as far as certain", always(func(v *view) float64 { return logOf(v.legs.certain) })},
		{"in_sum", Arrival, "root of the deviances of the sellers that stand out", always(func(v *view) float64 { return math.Sqrt(v.legs.sum) })},
		{"in_top", Arrival, "root of the greatest deviance of a seller", always(func(v *view) float64 { return signedRoot(v.legs.top) })},
		{"in_root_top", Arrival, "the same, on roots of values", always(func(v *view) float64 { return signedRoot(v.legs.rootTop) })},
		{"in_root_sum", Arrival, "the same, summed over sellers", always(func(v *view) float64 { return signedRoot(v.legs.rootSum) })},
		{"in_often", Arrival, "root of the greatest deviance of a seller's share of months with trade", always(func(v *view) float64 { return signedRoot(v.legs.oftenTop) })},
		{"in_flagged", Arrival, "sellers that stand out", always(func(v *view) float64 { return float64(v.legs.flagged) })},
		{"in_total", Arrival, "root of the deviance of all sellers together", always(func(v *view) float64 { return signedRoot(v.in.deviance) })},
		{"in_total_often", Arrival, "the same of months with trade", always(func(v *view) float64 { return signedRoot(v.in.often) })},
		{"in_total_excess", Arrival, "log of the excess of all sellers together", always(func(v *view) float64 { return logOf(v.in.excess()) })},
		{"in_before", Arrival, "log of their trade a year before", always(func(v *view) float64 { return logOf(v.in.sum0 * 12 / float64(max(1, v.in.before))) })},
		{"in_ordinary", Arrival, "log ratio of the excess to the ordinary trade of the sellers that stand out", always(func(v *view) float64 {
			return math.Log((max(0, v.legs.statedAll) + scale) / (v.legs.ordinary + scale))
		})},
		{"seen", Arrival, "root of the deviance of what the hub saw of them", spoken(func(v *view) float64 { return signedRoot(v.seen.deviance) })},
		{"seen_excess", Arrival, "log of its excess", spoken(func(v *view) float64 { return logOf(v.seen.excess()) })},
		{"spoken", Departure, "months after the ban that the hub states", always(func(v *view) float64 { return float64(v.spoken) })},
		{"out", Departure, "root of the deviance of sales to the target", spoken(func(v *view) float64 { return signedRoot(v.out.deviance) })},
		{"out_root", Departure, "the same, on roots of values", spoken(func(v *view) float64 { return signedRoot(v.outRoot.deviance) })},
		{"out_often", Departure, "the same of months with trade", spoken(func(v *view) float64 { return signedRoot(v.out.often) })},
		{"out_certain", Departure, "log of their excess as far as certain", spoken(func(v *view) float64 { return logOf(v.out.certain()) })},
		{"out_before", Departure, "log of sales to the target a year before", always(func(v *view) float64 { return logOf(v.out.sum0 * 12 / float64(max(1, v.out.before))) })},
		{"exit_kind", Departure, "under its own code, a neighbouring one, or to another hub", left(func(v *view) float64 { return float64(v.exit.kind) })},
		{"exit", Departure, "root of the deviance of the likeliest exit", left(func(v *view) float64 { return signedRoot(v.exit.deviance) })},
		{"exit_root", Departure, "the same, on roots of values", left(func(v *view) float64 { return signedRoot(v.exit.root) })},
		{"match", Match, "log of the smaller of entry and exit", left(func(v *view) float64 { return logOf(v.exit.match) })},
		{"weaker", Match, "root of the smaller deviance of entry and exit", left(func(v *view) float64 {
			return signedRoot(min(max(v.legs.top, v.fromHub().deviance), v.exit.deviance))
		})},
		{"ratio", Match, "log ratio of exit to entry", left(func(v *view) float64 {
			return math.Log((v.exit.certain + scale) / (v.legs.certain + v.upstream + scale))
		})},
		{"coherence", Match, "greatest correlation of roots of mass out with mass in, over stays of 0 to 6 months", func(v *view) (float64, bool) {
			if v.exit.kind == noExit || v.entryKg == nil || v.spoken < listens {
				return 0, false
			}
			return course.Coherence(v.entryKg, v.exit.kilos, v.exit.held, v.from)
		}},
		{"price", Match, "log ratio of unit values, exit to entry", func(v *view) (float64, bool) {
			if v.exit.kind == noExit || v.entryKg == nil {
				return 0, false
			}
			out, a := course.UnitValue(v.exit.y, v.exit.kilos, v.from)
			in, b := course.UnitValue(v.entryEuros, v.entryKg, v.from)
			return out - in, a && b
		}},
		{"to_hub", Hubs, "log of the certain excess to another hub", always(func(v *view) float64 { return logOf(v.toHub().certain()) })},
		{"to_hub_strength", Hubs, "root of its deviance", always(func(v *view) float64 { return signedRoot(strongest(v.on)) })},
		{"from_hub", Hubs, "log of the certain excess from another hub", always(func(v *view) float64 { return logOf(v.fromHub().certain()) })},
		{"from_hub_strength", Hubs, "root of its deviance", always(func(v *view) float64 { return signedRoot(strongest(v.hubs)) })},
		{"upstream", Hubs, "log of what entered another hub and came from there", always(func(v *view) float64 { return logOf(v.upstream) })},
		{"other", Other, "root of the deviance of imports from elsewhere", spoken(func(v *view) float64 { return signedRoot(v.other.deviance) })},
		{"other_excess", Other, "log of their excess", spoken(func(v *view) float64 { return logOf(v.other.excess()) })},
		{"out_other", Other, "log ratio of the excess to the target to that from elsewhere", spoken(func(v *view) float64 {
			return math.Log((v.out.certain() + scale) / (v.other.certain() + scale))
		})},
		{"gap", Mirror, "share of the sellers' excess that the hub did not see", func(v *view) (float64, bool) {
			if v.spoken < speaks || v.legs.stated < 2*scale {
				return 0, false
			}
			return max(-1, min(1, 1-v.legs.arrived/(v.legs.stated*(1+carriage)))), true
		}},
		{"gap_months", Mirror, "months in which it can be judged", func(v *view) (float64, bool) { return float64(v.spoken), v.legs.stated >= 2*scale }},
		{"in_early", Timing, "share of the entry's rate that was there before the ban", func(v *view) (float64, bool) { return course.Early(v.entry, nil, v.from) }},
		{"exit_early", Timing, "the same of the exit", left(func(v *view) float64 {
			x, ok := course.Early(v.exit.y, v.exit.held, v.from)
			if !ok {
				return -1
			}
			return x
		})},
		{"in_centre", Timing, "centre of the entry, months after the ban", func(v *view) (float64, bool) { return course.Centre(v.entry, nil, v.from) }},
		{"in_span", Timing, "share of months with entry", func(v *view) (float64, bool) { return course.Span(v.entry, v.from) }},
		{"centres", Timing, "months from the centre of the entry to that of the exit", func(v *view) (float64, bool) {
			if v.exit.kind == noExit {
				return 0, false
			}
			in, a := course.Centre(v.entry, v.exit.held, v.from)
			out, b := course.Centre(v.exit.y, v.exit.held, v.from)
			return out - in, a && b
		}},
		{"lost", Lists, "log of the direct trade that was lost", always(func(v *view) float64 { return logOf(-v.direct.excess()) })},
		{"direct_before", Lists, "log of the direct trade before", always(func(v *view) float64 { return logOf(v.direct.sum0 * 12 / float64(max(1, v.direct.before))) })},
		{"listed_after", Lists, "months from the event to the ban", always(func(v *view) float64 { return float64(v.listed) })},
	}
}

// carriage is what freight and insurance add to a value on the way to a hub.
const carriage = 0.06

func (v *view) toHub() change   { return largest(v.on) }
func (v *view) fromHub() change { return largest(v.hubs) }

func largest(of []onward) change {
	var best change
	for _, o := range of {
		if o.value.certain() > best.certain() {
			best = o.value
		}
	}
	return best
}

func strongest(of []onward) float64 {
	best := 0.0
	for _, o := range of {
		best = max(best, o.strength())
	}
	return best
}

// views puts a pair into its surroundings.
func (s *surveyor) view(i int) view {
	own := &s.surveys[i]
	v := view{survey: own, listed: s.good(i).Listed - s.book.Event}
	v.direct = s.search.weigh(s.book.Direct[i%s.goods].euros(s.zeros()), nil, own.from)
	for _, o := range own.hubs {
		v.upstream = max(v.upstream, min(o.value.certain(), s.surveys[o.pair].legs.certain))
	}
	v.exit = s.exit(i, own.legs.certain+v.upstream)
	return v
}

// exit finds the likeliest way out of what entered.
func (s *surveyor) exit(i int, entered float64) exit {
	own, held := &s.surveys[i], s.hub(i).Held
	var best exit
	better := func(e exit, weight float64) {
		e.match = min(entered, e.certain)
		if best.kind == noExit || e.match*weight > best.match {
			best = e
		}
	}
	if own.spoken >= speaks {
		out := s.book.Pairs[i].Out
		better(exit{kind: ownCode, certain: own.out.certain(), deviance: own.out.deviance, root: own.outRoot.deviance,
			y: out.euros(s.zeros()), kilos: out.kilos(s.zeros()), held: held}, 1)
		if j := s.near[i%s.goods]; j >= 0 {
			near := s.book.Pairs[i-i%s.goods+j].Out
			y := near.euros(s.zeros())
			c := s.search.weigh(y, held, own.from)
			e := exit{kind: nearCode, certain: max(0, c.certain()-s.surveys[i-i%s.goods+j].legs.certain), deviance: c.deviance,
				root: s.search.weigh(rooted(y), held, own.from).deviance, y: y, kilos: near.kilos(s.zeros()), held: held}
			better(e, 0.7)
		}
	}
	for _, o := range own.on {
		better(exit{kind: toHub, certain: o.value.certain(), deviance: o.value.deviance, root: o.root, y: o.y, kilos: o.kilo, held: o.held}, 0.7)
	}
	return best
}

// absent stands for a feature that is not held in what the model is given: it is below every value.
var absent = math.Inf(-1)

// Measurement is what was measured of the pairs of a book, in their order.
type Measurement struct {
	// Rows has the features of a pair in the order of Features, what is not held being negative infinity; nil where the
	// product is not listed, or so late that no month is left.
	Rows [][]float64
	// Raw is a central figure in EUR before a model scales it, and By what it stands on; zero where there is no row.
	Raw []float64
	By  []Basis
}

// Measure measures every pair. A book that contradicts itself is bad input.
func Measure(b *Book) (Measurement, error) {
	if err := b.check(); err != nil {
		return Measurement{}, err
	}
	s := newSurveyor(b)
	s.run()
	return s.measure(), nil
}

func (s *surveyor) measure() Measurement {
	n, features := len(s.surveys), Features()
	out := Measurement{Rows: make([][]float64, n), Raw: make([]float64, n), By: make([]Basis, n)}
	inParallel(n, func(i int) {
		if g := s.good(i); g.Listed < 0 || g.Listed >= s.book.Months {
			return
		}
		v := s.view(i)
		row := make([]float64, len(features))
		for j, f := range features {
			x, held := f.of(&v)
			if !held {
				x = absent
			}
			row[j] = x
		}
		out.Rows[i] = row
		out.Raw[i], out.By[i] = s.raw(&v)
	})
	return out
}
