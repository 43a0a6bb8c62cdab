package mirror

import (
	"context"
	"maps"
	"math"
	"slices"

	"detour/fault"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// MonthsToFit is how many months before the event both sides have to state before a lag is chosen by them.
const MonthsToFit = 12

// byHub are sums of one side by hub and period.
type byHub map[area.Code]map[period.Period]int64

// past sums both sides over the question's slots in each year before the event in which every exporter and the hub
// are known, by hub. The lags are settled on the way: those asked for, or the best of the months before the event.
// Where a rate is not held for some of them there is no past.
func (p *pairing) past(ctx context.Context) (map[area.Code]map[int]Sides, error) {
	out, err := p.readPast(ctx)
	if fault.KindOf(err) == fault.NotFound {
		p.b.exports.Caveatf(caveat.Currency, "past", "figures before the event cannot all be converted, so there is neither an interval nor a lag from them: %v", err)
		return nil, nil
	}
	return out, err
}

func (p *pairing) readPast(ctx context.Context) (map[area.Code]map[int]Sides, error) {
	periods := p.before()
	x := byHub{}
	err := p.exports.read(ctx, periods, 0, func(_, h area.Code, _ goods.Code, at period.Period, n int64) error { return x.add(h, at, n) })
	if err != nil {
		return nil, err
	}
	out := map[area.Code]map[int]Sides{}
	for i := range p.b.hubs {
		h := &p.b.hubs[i]
		if h.Silent != "" {
			continue
		}
		m := byHub{}
		err := p.imports[h.Hub].read(ctx, periods, 0, func(h, partner area.Code, _ goods.Code, at period.Period, n int64) error {
			if _, asked := p.exporterOf[partner]; !asked {
				return nil
			}
			return m.add(h, at, n)
		})
		if err != nil {
			return nil, err
		}
		p.chooseLag(h, x[h.Hub], m[h.Hub])
		if out[h.Hub], err = p.years(h.Hub, x[h.Hub], m[h.Hub]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s byHub) add(h area.Code, at period.Period, n int64) (err error) {
	if s[h] == nil {
		s[h] = map[period.Period]int64{}
	}
	s[h][at], err = money.Add(s[h][at], n)
	return err
}

// before lists the periods of the pairs before the event that the exporters' data sets hold.
func (p *pairing) before() []period.Period {
	held := map[period.Period]bool{}
	for _, a := range p.exports.asked {
		for _, at := range p.b.exports.Census(a.Dataset).Periods {
			if p.annual {
				at = period.Year(at.Year())
			} else if at.IsYear() {
				continue
			}
			if p.isBefore(at) {
				held[at] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(held))
}

// isBefore tells whether the whole period is before the event.
func (p *pairing) isBefore(at period.Period) bool {
	if at.IsYear() {
		return at.Year() < p.b.exports.Before.Year()
	}
	return at < p.b.exports.Before
}

// knownOf tells whether all exporters and the hub know their trade in the period; imports shift later.
func (p *pairing) knownOf(h area.Code, at period.Period, shift int) bool {
	for e, partners := range p.partnersOf {
		if !p.exports.known(e, h, "", at) {
			return false
		}
		if !slices.ContainsFunc(partners, func(partner area.Code) bool { return p.imports[h].known(h, partner, "", at.Add(shift)) }) {
			return false
		}
	}
	return true
}

// chooseLag settles how many months later the hub's imports are taken: where asked to fit it, those with the least
// sum of absolute differences between the two sides over the months before the event that are known at every lag.
func (p *pairing) chooseLag(h *Hub, x, m map[period.Period]int64) {
	if p.annual {
		return
	}
	if h.Lag = p.b.q.Lag; h.Lag == FitLag {
		h.Lag = p.bestLag(h.Hub, x, m)
	}
	p.imports[h.Hub].lag = h.Lag
	p.imports[h.Hub].held = map[heldKey][]flow.Block{}
}

func (p *pairing) bestLag(h area.Code, x, m map[period.Period]int64) int {
	var differences [MostLag + 1]float64
	months := 0
	for _, at := range p.before() {
		known := true
		for lag := range differences {
			known = known && p.isBefore(at.Add(lag)) && p.knownOf(h, at, lag)
		}
		if !known {
			continue
		}
		months++
		for lag := range differences {
			differences[lag] += math.Abs(float64(x[at]) - float64(m[at.Add(lag)]))
		}
	}
	if months < MonthsToFit {
		p.b.readers[h].Caveatf(caveat.Method, string(h), "both sides of %s are known in %d months before the event, too few to choose a lag: it is taken as none", h, months)
		return 0
	}
	best := 0
	for lag, d := range differences {
		if d < differences[best] {
			best = lag
		}
	}
	return best
}

// years sums the question's slots in each year before the event in which all of them are known.
func (p *pairing) years(h area.Code, x, m map[period.Period]int64) (map[int]Sides, error) {
	out := map[int]Sides{}
	lag := p.imports[h].lag
	last := p.slots[len(p.slots)-1]
	for _, at := range p.before() {
		y := at.Year()
		end := last.InYear(y + last.Year() - p.slots[0].Year())
		if _, done := out[y]; done || !p.isBefore(end.Add(lag*steps(end))) {
			continue
		}
		var xs, ms money.Sum
		whole := true
		for _, slot := range p.slots {
			s := slot.InYear(y + slot.Year() - p.slots[0].Year())
			whole = whole && p.knownOf(h, s, 0)
			xs.Add(x[s])
			ms.Add(m[s.Add(lag*steps(s))])
		}
		if !whole {
			continue
		}
		exports, err := xs.Int64()
		if err != nil {
			return nil, err
		}
		imports, err := ms.Int64()
		if err != nil {
			return nil, err
		}
		out[y] = Sides{exports, imports}
	}
	return out, nil
}

// steps is how many steps a month of lag is in the period's frequency: none of a year.
func steps(p period.Period) int {
	if p.IsYear() {
		return 0
	}
	return 1
}
