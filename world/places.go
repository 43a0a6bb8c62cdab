package world

import (
	"math"
	"slices"
	"strings"

	"detour/trade/area"
	"detour/world/chance"
	"detour/world/scenario"
)

// role is what an area does in the world.
type role uint8

const (
	exporter role = iota // of the coalition: sells to everybody
	supplier             // outside the coalition: sells to hubs and the target
	hub                  // buys, and sells to the target, the exit and other hubs
	target
	exit // a neighbour of the target through which goods also reach it
)

// place is one area of the world. Its effects are logs: as a seller on the number of consignments it
// sends, as a buyer on the number and size of those it gets.
type place struct {
	code    area.Code
	role    role
	member  bool
	sells   float64
	buys    float64
	buysBig float64
	// last is the index of the last month that the place states, -1 where it states none.
	last    int
	missing bool
}

// newPlaces gives the places by code. Effects are normal scores dealt out by chance, so that every seed has
// the same distribution of large and small areas.
func newPlaces(p scenario.Params, seed uint64) []place {
	var all []place
	x, s := p.Extent, p.Structure
	add := func(list []area.Code, of role, sells, buys func(score float64) float64) {
		scores := chance.Scores(chance.Key{What: ofScores, A: uint32(of), B: 0, C: 0}, seed, len(list))
		for i, c := range list {
			all = append(all, place{code: c, role: of, member: of == exporter && i < scenario.Members, sells: sells(scores[i]), buys: buys(scores[i]), last: x.Months - 1})
		}
	}
	never := func(float64) float64 { return math.Inf(-1) }
	add(scenario.Exporters[:x.Exporters], exporter, func(z float64) float64 { return p.Noise.ExporterSD * z }, never)
	add(scenario.Suppliers[:x.Suppliers], supplier, func(z float64) float64 { return s.SupplierMean + s.SupplierSD*z },
		func(z float64) float64 { return p.Noise.PartnerSD * z })
	add(scenario.Hubs[:x.Hubs], hub, func(z float64) float64 { return s.HubSales + p.Noise.PartnerSD*z },
		func(z float64) float64 { return p.Noise.PartnerSD * z })
	all = append(all,
		place{code: scenario.Target, role: target, sells: math.Inf(-1), buys: s.TargetIntensity, buysBig: s.TargetSize, last: x.Event - 1 - p.Statistics.TargetStops - 1},
		place{code: scenario.Exit, role: exit, sells: math.Inf(-1), buys: s.ExitIntensity, last: -1})
	slices.SortFunc(all, func(a, b place) int { return strings.Compare(string(a.code), string(b.code)) })
	silence(all, p, seed)
	return all
}

// silence makes hubs stop and other reporters be missing altogether.
func silence(all []place, p scenario.Params, seed uint64) {
	r := chance.Key{What: ofReporters}.Source(seed)
	var hubs, others []int
	for i, pl := range all {
		switch pl.role {
		case hub:
			hubs = append(hubs, i)
		case exporter, supplier:
			others = append(others, i)
		}
	}
	r.Shuffle(len(hubs), func(i, j int) { hubs[i], hubs[j] = hubs[j], hubs[i] })
	stopping := count(p.Statistics.Stopping, len(hubs))
	for _, i := range hubs[:stopping] {
		after := p.Statistics.StopFirst + r.IntN(p.Statistics.StopLast-p.Statistics.StopFirst+1)
		all[i].last = min(all[i].last, p.Extent.Event-1+after-1)
	}
	others = append(others, hubs[stopping:]...)
	r.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
	for _, i := range others[:count(p.Statistics.Missing, len(others))] {
		all[i].last, all[i].missing = -1, true
	}
}

// count is the whole number nearest to a share of n.
func count(share float64, n int) int { return int(math.Round(share * float64(n))) }

// trades tells whether goods go from one role to another in ordinary trade.
func trades(from, to role) bool {
	switch from {
	case exporter:
		return to != exporter
	case supplier:
		return to == hub || to == target
	case hub:
		return to == hub || to == target || to == exit
	default:
		return false
	}
}

// receives tells whether places of the role state imports.
func receives(r role) bool { return r == hub || r == target }
