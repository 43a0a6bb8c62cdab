package world

import (
	"detour/trade/area"
	"detour/trade/period"
	"detour/world/scenario"
	"detour/world/truth"
)

// Truth gives what is known of the world. The lists are shared: do not change them.
func (w *World) Truth() truth.Truth { return w.truth }

// outline fills the truth with all but what happens.
func (w *World) outline() truth.Truth {
	x := w.params.Extent
	out := truth.Truth{
		World: w.params.Name, Simulated: true, Seed: w.seed, First: truth.MonthOf(w.month(0)), Event: truth.MonthOf(w.month(x.Event - 1)), Last: truth.MonthOf(w.month(x.Months - 1)),
		Target: scenario.Target, Exit: scenario.Exit,
		Exporters: []area.Code{}, Suppliers: []area.Code{}, Hubs: []area.Code{}, Reporters: []truth.Reporter{}, Pairs: []truth.Pair{}, Happenings: []truth.Happening{},
	}
	for _, pl := range w.places {
		switch pl.role {
		case exporter:
			out.Exporters = append(out.Exporters, pl.code)
		case supplier:
			out.Suppliers = append(out.Suppliers, pl.code)
		case hub:
			out.Hubs = append(out.Hubs, pl.code)
		}
		if pl.role != exit {
			r := truth.Reporter{Area: pl.code, Stops: !pl.missing && pl.last < x.Months-1}
			if pl.last >= 0 {
				r.Last.Period = w.month(pl.last)
			}
			out.Reporters = append(out.Reporters, r)
		}
	}
	for _, ware := range w.wares {
		g := truth.Good{Code: ware.code, Before: ware.before, Tier: ware.tier, Neighbour: w.wares[ware.beside].code}
		if ware.listed < x.Months {
			g.Listed.Period = w.month(ware.listed)
		}
		out.Goods = append(out.Goods, g)
	}
	return out
}

func (w *World) month(t int) period.Period { return w.params.Extent.Start.Add(t) }
