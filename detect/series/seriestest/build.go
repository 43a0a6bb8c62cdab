package seriestest

import (
	"slices"
	"strings"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/trade/provenance"
)

// Of is a file of a data set, such as comext/bulk, that covers its flows and the periods (Covering).
func Of(dataset string, periods []period.Period, flows ...flow.Flow) File {
	source, name, _ := strings.Cut(dataset, "/")
	return File{Vintage: provenance.Vintage{Source: source, Dataset: name, Stamp: "2023-01-13"}, Coverage: Covering(flows, periods), Flows: flows}
}

// Months lists the months from the first to the last.
func Months(first, last period.Period) []period.Period {
	return period.Range{From: first, To: last}.Periods()
}

// Export is a flow in whole euros, the total of its cell.
func Export(reporter, partner area.Code, g goods.Code, p period.Period, euros int64) flow.Flow {
	return flow.Flow{
		Key:      flow.Key{Reporter: reporter, Partner: partner, Direction: flow.Export, Nomenclature: goods.CN, Goods: g, Period: p},
		Currency: money.EUR, Value: flow.Some(100 * euros),
	}
}

// Import is an Export seen from the other side of the border.
func Import(reporter, partner area.Code, g goods.Code, p period.Period, euros int64) flow.Flow {
	f := Export(reporter, partner, g, p, euros)
	f.Direction = flow.Import
	return f
}

// Weighing gives the flow a net mass in kilograms.
func Weighing(f flow.Flow, kg int64) flow.Flow {
	f.NetMass = flow.Some(1000 * kg)
	return f
}

// Covering is the coverage of a file that states everything that its flows do: for each direction, all of its reporters
// with every partner, the goods of its levels in full, in all of the periods. Further periods and reporters are
// covered too.
func Covering(flows []flow.Flow, periods []period.Period, reporters ...area.Code) []flow.Block {
	by := map[flow.Direction]*flow.Block{}
	var out []flow.Block
	for _, f := range flows {
		b := by[f.Direction]
		if b == nil {
			b = &flow.Block{Direction: f.Direction, Nomenclature: goods.CN, Measures: unique(flow.Measures()), Periods: slices.Clone(periods), Reporters: slices.Clone(reporters)}
			by[f.Direction] = b
		}
		b.Reporters, b.Levels, b.Periods = append(b.Reporters, f.Reporter), append(b.Levels, flow.Level(f.Goods)), append(b.Periods, f.Period)
	}
	for _, d := range []flow.Direction{flow.Export, flow.Import} {
		if b := by[d]; b != nil {
			b.Reporters, b.Levels, b.Periods = unique(b.Reporters), unique(b.Levels), unique(b.Periods)
			out = append(out, *b)
		}
	}
	return out
}

func unique[T ~string | ~int | ~int32](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}
