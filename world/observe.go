package world

import (
	"cmp"
	"math"
	"slices"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/world/chance"
)

// side is one reporter's view of its trade with one partner in one direction.
type side struct {
	reporter, partner int
	direction         flow.Direction
}

// sides lists what is stated by some reporters, or by all where none is named, in the order of flows: nothing
// by a place that states nothing.
func (w *World) sides(of []area.Code) []side {
	var out []side
	for i, reporter := range w.places {
		for j, partner := range w.places {
			if i == j || reporter.last < 0 || (len(of) > 0 && !slices.Contains(of, reporter.code)) {
				continue
			}
			if receives(reporter.role) && trades(partner.role, reporter.role) {
				out = append(out, side{i, j, flow.Import})
			}
			if trades(reporter.role, partner.role) {
				out = append(out, side{i, j, flow.Export})
			}
		}
	}
	return out
}

// line is one code under which a reporter states goods.
type line struct {
	nomenclature goods.Nomenclature
	code         goods.Code
	confidential bool
	spans        []span
}

// term is a code of a nomenclature.
type term struct {
	nomenclature goods.Nomenclature
	code         goods.Code
}

// span is a ware during some months, the last not included.
type span struct{ ware, from, to int }

// changeOfEdition is the first month of HS2022 and of the Combined Nomenclature that is built on it.
const changeOfEdition = period.Period(202201)

// lines gives the codes of a reporter, sorted. Several wares may share one: where a code of HS2017 was
// divided, and where a member hides goods under a chapter.
func (w *World) lines(reporter int) []line {
	change := min(max(changeOfEdition.Sub(w.month(0)), 0), w.params.Extent.Months)
	at := map[term]*line{}
	add := func(n goods.Nomenclature, c goods.Code, hidden bool, s span) {
		if s.from >= s.to {
			return
		}
		k := term{n, c}
		if at[k] == nil {
			at[k] = &line{nomenclature: n, code: c, confidential: hidden}
		}
		at[k].spans = append(at[k].spans, s)
	}
	for i, ware := range w.wares {
		old, young := span{i, 0, change}, span{i, change, w.params.Extent.Months}
		switch {
		case !w.places[reporter].member:
			add(goods.HS2017, ware.before, false, old)
			add(goods.HS2022, ware.code, false, young)
		case w.hides(reporter, i):
			add(goods.CN, ware.before.Prefix(2)+"XXXXXX", true, old)
			add(goods.CN, ware.code.Prefix(2)+"XXXXXX", true, young)
		default:
			add(goods.CN, ware.before+"00", false, old)
			add(goods.CN, ware.code+"00", false, young)
		}
	}
	out := make([]line, 0, len(at))
	for _, l := range at {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.nomenclature, b.nomenclature), cmp.Compare(a.code, b.code))
	})
	return out
}

// hides tells whether a member keeps a product confidential.
func (w *World) hides(reporter, goods int) bool {
	return chance.Key{What: ofReporters, A: 1, B: uint32(reporter), C: uint32(goods)}.Source(w.seed).Float64() < w.params.Statistics.Confidential
}

// observer makes the flows of a side. It is reused, by one goroutine at a time.
type observer struct {
	w     *World
	gen   *chance.Generator
	drift chance.Factors
	kilos []int64
	// What is stated, ware by ware and month by month.
	euros, mass []int64
	lines       []line
	linesOf     int
}

func (w *World) newObserver() *observer {
	months, all := w.params.Extent.Months, w.params.Extent.Months*len(w.wares)
	return &observer{
		w: w, gen: chance.NewGenerator(w.params.Noise, w.seed, months), drift: make(chance.Factors, months), kilos: make([]int64, months),
		euros: make([]int64, all), mass: make([]int64, all), linesOf: -1,
	}
}

// observe gives the flows of a side, sorted.
func (o *observer) observe(s side, r Release) []flow.Flow {
	if o.linesOf != s.reporter {
		o.lines, o.linesOf = o.w.lines(s.reporter), s.reporter
	}
	clear(o.euros)
	clear(o.mass)
	months := o.w.params.Extent.Months
	for i := range o.w.wares {
		at := leg{s.reporter, s.partner, i}
		euros, mass := o.euros[i*months:(i+1)*months], o.mass[i*months:(i+1)*months]
		extra := o.w.sent
		if s.direction == flow.Import {
			at.from, at.to = s.partner, s.reporter
			extra = o.w.received
		}
		if o.trade(at) {
			o.state(s.direction, at, euros, mass)
		}
		for _, a := range extra[at] {
			euros[a.month] += a.euros
			mass[a.month] += a.kilos
		}
	}
	return o.publish(s, r)
}

// trade makes the ordinary trade of a leg in the generator's buffers, with its masses.
func (o *observer) trade(at leg) bool {
	from, to, ware := &o.w.places[at.from], &o.w.places[at.to], &o.w.wares[at.ware]
	level := o.w.params.Noise.Level + from.sells + to.buys + ware.often
	if from.role == hub && to.role == hub {
		level += o.w.params.Structure.HubToHub
	}
	o.w.drift(o.drift, at.from, at.to, at.ware)
	k := chance.Key{What: ofTrade, A: uint32(at.from), B: uint32(at.to), C: uint32(at.ware)}
	if !o.gen.Trade(chance.Setting{Key: k, Intensity: level, Size: ware.large + to.buysBig}, o.drift) {
		return false
	}
	k.What = ofMass
	r, s := o.gen.Begin(k), o.w.params.Structure
	price := ware.price * math.Exp(s.CellPriceSD*r.NormFloat64())
	for t, euros := range o.gen.Cell.Euros {
		o.kilos[t] = 0
		if euros > 0 {
			o.kilos[t] = int64(math.Round(float64(euros) / (price * math.Exp(s.MonthPriceSD*r.NormFloat64()))))
		}
	}
	return true
}

// state writes ordinary trade down as its reporter sees it: the sender as it is; the receiver at CIF, with
// errors that stay and errors that pass, in part a month later, and in some cells not at all.
func (o *observer) state(d flow.Direction, at leg, euros, mass []int64) {
	if d == flow.Export {
		copy(euros, o.gen.Cell.Euros)
		copy(mass, o.kilos)
		return
	}
	s := o.w.params.Statistics
	r := o.gen.Begin(chance.Key{What: ofMirror, A: uint32(at.from), B: uint32(at.to), C: uint32(at.ware)})
	if r.Float64() < s.MirrorBlind {
		return
	}
	lasting := math.Exp(s.MirrorSD*r.NormFloat64() - s.MirrorSD*s.MirrorSD/2)
	for t, fob := range o.gen.Cell.Euros {
		if fob == 0 {
			continue
		}
		seen := lasting * math.Exp(s.MirrorMonthSD*r.NormFloat64()-s.MirrorMonthSD*s.MirrorMonthSD/2)
		late := s.EnRoute
		if o.gen.Cell.Count[t] == 1 { // one consignment arrives in one month
			late = 0
			if r.Float64() < s.EnRoute {
				late = 1
			}
		}
		value, weight := float64(fob)*seen*(1+o.w.cif[at.from][at.to]), float64(o.kilos[t])*seen
		for i, share := range [...]float64{1 - late, late} {
			if share > 0 && t+i < len(euros) {
				euros[t+i] += chance.WholeEuros(value * share)
				mass[t+i] += int64(math.Round(weight * share))
			}
		}
	}
}

// revise makes of the final figures those of the first release: near its end cells are missing and values
// are off, the more the later the month.
func (o *observer) revise(s side, end int) {
	p, months := o.w.params.Statistics, o.w.params.Extent.Months
	direction := uint32(0)
	if s.direction == flow.Import {
		direction = 1
	}
	for i := range o.w.wares {
		r := o.gen.Begin(chance.Key{What: ofRevision, A: uint32(s.reporter)<<1 | direction, B: uint32(s.partner), C: uint32(i)})
		for t := max(0, end-p.RevisedMonths); t < end; t++ {
			open := 1 - float64(end-1-t)/float64(p.RevisedMonths)
			missing, factor := r.Float64() < p.RevisionMissing*open, math.Exp(p.RevisionSD*open*r.NormFloat64())
			at := i*months + t
			switch {
			case missing:
				o.euros[at], o.mass[at] = 0, 0
			case o.euros[at] > 0:
				o.euros[at] = chance.WholeEuros(float64(o.euros[at]) * factor)
			}
		}
	}
}

// publish turns what is stated into flows: up to the reporter's last month and the release's, under its
// codes, in its currency.
func (o *observer) publish(s side, r Release) []flow.Flow {
	w, months := o.w, o.w.params.Extent.Months
	if r == First {
		o.revise(s, w.months(r))
	}
	end := min(w.places[s.reporter].last+1, w.months(r))
	var out []flow.Flow
	for _, l := range o.lines {
		for t := range end {
			var euros, kilos int64
			for _, sp := range l.spans {
				if t >= sp.from && t < sp.to {
					euros, kilos = euros+o.euros[sp.ware*months+t], kilos+o.mass[sp.ware*months+t]
				}
			}
			if euros > 0 {
				out = append(out, w.flow(s, &l, t, euros, kilos))
			}
		}
	}
	return out
}

// flow states a month of a line.
func (w *World) flow(s side, l *line, t int, euros, kilos int64) flow.Flow {
	f := flow.Flow{
		Key: flow.Key{
			Reporter: w.places[s.reporter].code, Partner: w.places[s.partner].code, Direction: s.direction,
			Nomenclature: l.nomenclature, Goods: l.code, Period: w.month(t),
		},
		Value: flow.Some(euros * 100), Currency: money.EUR, NetMass: flow.Some(kilos * 1000), Confidential: l.confidential,
	}
	if !w.places[s.reporter].member {
		f.Value, f.Currency = flow.Some(w.usd[t].of(euros*100)), dollar
	}
	return f
}

const dollar money.Currency = "USD"

// of converts hundredths of EUR, rounded half to even; mostEuros keeps the result within int64.
func (r rate) of(hundredths int64) int64 {
	out, err := money.MulDiv(hundredths, r.num, r.den)
	if err != nil {
		panic("world: " + err.Error()) // amounts are bounded
	}
	return out
}
