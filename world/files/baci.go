package files

import (
	"io"
	"iter"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strconv"

	"detour/source/baci"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/world"
)

// WriteBACI writes the final figures of the whole years of a world, reconciled, as BACI files into
// dir/simulated_baci, one a year in the edition of its day, and gives their paths. The version in their names,
// which BACI's own rules fix, is the month of the final release. Each year makes the world again, so that no
// more than a few links are held at once.
//
// Reconciling follows the idea of Gaulier & Zignago (2010), without weighing reporters by reliability: imports are
// taken to FOB at the mean rate of freight and insurance; where both sides state a cell it is the mean of the two,
// else what one states. Codes that are withheld are left out.
func WriteBACI(dir string, w *world.World) (paths []string, err error) {
	stamp := w.Months(world.Final).To.Add(1)
	for _, year := range wholeYears(w.Months(world.Final)) {
		edition := goods.Nomenclature(goods.EditionOf(goods.CN, period.Month(year.Year(), 1)).HS())
		name, err := baci.Name(edition, year, strconv.Itoa(int(stamp)))
		if err != nil {
			return nil, err
		}
		path := filepath.Join(dir, "simulated_baci", name)
		if err := create(path, func(out io.Writer) error { return baci.Encode(out, edition, year, reconciled(w, edition, year)) }); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func wholeYears(months period.Range) []period.Period {
	var out []period.Period
	for y := months.From.Year(); y <= months.To.Year(); y++ {
		if months.From <= period.Month(y, 1) && period.Month(y, 12) <= months.To {
			out = append(out, period.Year(y))
		}
	}
	return out
}

const dollar money.Currency = "USD"

// total is what is stated of a product in a year, in dollars FOB and kilograms.
type total struct {
	dollars, kilos float64
	stated         bool
}

// with gives the mean of what both sides state, or what one does.
func (t total) with(o total) total {
	switch {
	case !t.stated:
		return o
	case !o.stated:
		return t
	default:
		return total{(t.dollars + o.dollars) / 2, (t.kilos + o.kilos) / 2, true}
	}
}

// whole is a number rounded to a whole, of which a flow counts parts.
func whole(x float64, parts int64) flow.Number { return flow.Some(int64(math.Round(x)) * parts) }

// codes lists the codes of either side, sorted.
func codes(a, b map[goods.Code]total) []goods.Code {
	all := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(all)
	return slices.Compact(all)
}

// inYear adds up a side of a link by HS6, its values divided by freight.
func inYear(side []flow.Flow, year period.Period, freight float64) map[goods.Code]total {
	out := map[goods.Code]total{}
	for i := range side {
		f := &side[i]
		if f.Period.Year() != year.Year() || f.Confidential {
			continue
		}
		hundredths, err := money.Embedded().Convert(f.Value.N, f.Currency, dollar, f.Period)
		if err != nil {
			panic("files: " + err.Error()) // the world itself was made at these rates
		}
		t := out[f.Goods.Prefix(6)]
		out[f.Goods.Prefix(6)] = total{t.dollars + float64(hundredths)/100/freight, t.kilos + float64(f.NetMass.N)/1000, true}
	}
	return out
}

// reconciled gives the flows of a year by exporter, importer and code.
func reconciled(w *world.World, edition goods.Nomenclature, year period.Period) iter.Seq[flow.Flow] {
	return func(yield func(flow.Flow) bool) {
		freight := 1 + w.Params().Statistics.CIFMean
		for link := range w.Links(world.Final) {
			exports, imports := inYear(link.Exports, year, 1), inYear(link.Imports, year, freight)
			for _, code := range codes(exports, imports) {
				both := exports[code].with(imports[code])
				if !yield(flow.Flow{
					Key:   flow.Key{Reporter: link.From, Partner: link.To, Direction: flow.Export, Nomenclature: edition, Goods: code, Period: year},
					Value: whole(both.dollars, 100), Currency: dollar, NetMass: whole(both.kilos, 1000),
				}) {
					return
				}
			}
		}
	}
}
