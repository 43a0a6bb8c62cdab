package world

import (
	"math"

	"detour/world/chance"
	"detour/world/scenario"
)

// climate is what many cells share, month by month, in logs of the expected number of consignments.
type climate struct {
	common []float64   // growth and the slump of spring 2020
	area   [][]float64 // by place
	ware   [][]float64 // by ware: season and shocks
	direct [][]float64 // by ware: what the lists do to sales of the coalition to the target and the exit
	others [][]float64 // by ware: what suppliers sell the target instead
}

func newClimate(p scenario.Params, seed uint64, places []place, wares []ware) climate {
	x, s := p.Extent, p.Structure
	c := climate{common: make([]float64, x.Months)}
	for t := range c.common {
		c.common[t] = p.Noise.Growth * (float64(t) - calibrated) / 12
		switch x.Start.Add(t) {
		case 202004:
			c.common[t] -= s.SlumpFirst
		case 202005:
			c.common[t] -= s.SlumpSecond
		}
	}
	for i := range places {
		c.area = append(c.area, chance.Autoregression(chance.Key{What: ofShock, A: 0, B: uint32(i), C: 0}, seed, s.AreaShockSD, s.Persistence, x.Months))
	}
	for i := range wares {
		c.ware = append(c.ware, season(i, p, seed))
		direct, others := policy(p, &wares[i])
		c.direct, c.others = append(c.direct, direct), append(c.others, others)
	}
	return c
}

// calibrated is the month, counted from the start, at which the level of the noise holds: the middle of
// the 24 months it was fitted on, 2020-01 to 2021-12, in a world that begins in 2018-03.
const calibrated = 33.5

// season is a yearly wave of a product with an amplitude and a phase of its own, and its shocks.
func season(i int, p scenario.Params, seed uint64) []float64 {
	out := chance.Autoregression(chance.Key{What: ofShock, A: 1, B: uint32(i), C: 0}, seed, p.Structure.WareShockSD, p.Structure.Persistence, p.Extent.Months)
	r := chance.Key{What: ofShock, A: 2, B: uint32(i), C: 0}.Source(seed)
	amplitude, phase := p.Structure.SeasonSD*r.NormFloat64(), r.Float64()
	for t := range out {
		out[t] += amplitude * math.Sin(2*math.Pi*(float64(t)/12+phase))
	}
	return out
}

// policy is what the lists do. Sales of listed goods fall by half of the loss in the month of listing and by all
// of it from the next; those of other goods fall by LossUnlisted from the event; suppliers rise over six months.
func policy(p scenario.Params, w *ware) (direct, others []float64) {
	direct, others = make([]float64, p.Extent.Months), make([]float64, p.Extent.Months)
	for t := range direct {
		switch since := t - w.listed; {
		case since >= 0:
			direct[t] = math.Log(max(leastLeft, 1-w.loss*min(1, float64(since+1)/2)))
			others[t] = math.Log1p(w.substitution * min(1, float64(since+1)/6))
		case w.listed == never && t >= p.Extent.Event-1:
			direct[t] = math.Log(max(leastLeft, 1-p.Sanctions.LossUnlisted))
		}
	}
	return direct, others
}

// leastLeft is the share of trade that survives any ban: exemptions and licences.
const leastLeft = 0.005

// drift fills the factors of a cell into into.
func (w *World) drift(into chance.Factors, from, to, goods int) {
	c := &w.climate
	for t := range into {
		into[t] = c.common[t] + c.area[from][t] + c.area[to][t] + c.ware[goods][t]
	}
	for t, x := range c.lists(w.places[from].role, w.places[to].role, goods) {
		into[t] += x
	}
}

// lists gives what the goods lists do to the trade between two roles, nil where they do nothing.
func (c *climate) lists(from, to role, goods int) []float64 {
	switch {
	case to != target && to != exit:
		return nil
	case from == exporter:
		return c.direct[goods]
	case from == supplier:
		return c.others[goods]
	default:
		return nil
	}
}
