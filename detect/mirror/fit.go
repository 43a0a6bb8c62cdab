package mirror

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"detour/detect/growth"
	"detour/detect/series"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/money"
	"detour/trade/period"
)

// Fit is the margin as a function of distance and common borders: ln(CIF/FOB) = Constant + Distance ln(km) +
// Border, least squares over pairs of which neither side is a hub or the target, since ghost trade contaminates
// their ratios. The ratios are winsorised at their 5th and 95th percentiles. It is fitted on figures of the base, or of the
// period where there is no base, and held fixed (after Gaulier & Zignago 2010, who fit unit values, by year).
type Fit struct {
	Constant, Distance, Border float64
	Pairs                      int
}

// PairsToFit is how many pairs a margin is fitted on at least.
const PairsToFit = 30

// winsorised at this share of each end.
const tail = 0.05

// Margin gives the margin of a pair, clamped to between 0 and MostMargin. NotFound where no distance is known.
func (f *Fit) Margin(exporter, hub area.Code) (float64, error) {
	km, ok := area.Distance(exporter, hub)
	if !ok {
		return 0, fault.Errorf(fault.NotFound, "no distance between %s and %s is known", exporter, hub).Hint("give --cif a share instead of fit")
	}
	v := f.Constant + f.Distance*math.Log(km)
	if area.Border(exporter, hub) {
		v += f.Border
	}
	return min(max(math.Expm1(v), 0), float64(MostMargin)/marginUnit), nil
}

// pair is one observation of a fit.
type pair struct {
	ratio, distance float64 // both as logarithms
	border          bool
}

// leastSquares fits the margin on the pairs.
func leastSquares(pairs []pair) (*Fit, error) {
	if len(pairs) < PairsToFit {
		return nil, fault.Errorf(fault.NotFound, "a margin is fitted on at least %d pairs of which neither side is a hub or the target, and the lake holds %d", PairsToFit, len(pairs)).
			Hint("give --cif 0, 0.05 or 0.10")
	}
	ratios := make([]float64, len(pairs))
	for i, p := range pairs {
		ratios[i] = p.ratio
	}
	slices.Sort(ratios)
	cut := int(tail * float64(len(pairs)))
	low, high := ratios[cut], ratios[len(ratios)-1-cut]
	columns := 3
	if all := pairs[0].border; !slices.ContainsFunc(pairs, func(p pair) bool { return p.border != all }) {
		columns = 2 // no border can be told from the constant
	}
	x, y := mat.NewDense(len(pairs), columns, nil), mat.NewVecDense(len(pairs), nil)
	for i, p := range pairs {
		x.Set(i, 0, 1)
		x.Set(i, 1, p.distance)
		if columns == 3 && p.border {
			x.Set(i, 2, 1)
		}
		y.SetVec(i, min(max(p.ratio, low), high))
	}
	var b mat.VecDense
	if err := b.SolveVec(x, y); err != nil {
		return nil, fault.Errorf(fault.NotFound, "no margin can be fitted on %d pairs: %w", len(pairs), err).Hint("give --cif 0, 0.05 or 0.10")
	}
	f := &Fit{Constant: b.AtVec(0), Distance: b.AtVec(1), Pairs: len(pairs)}
	if columns == 3 {
		f.Border = b.AtVec(2)
	}
	return f, nil
}

// fitMargin mirrors every importer that is neither hub nor target with every such exporter.
func fitMargin(ctx context.Context, b *beginning) (*Fit, error) {
	both := reportBoth(b)
	var pairs []pair
	for _, importer := range both {
		more, err := pairsOf(ctx, b, importer, both)
		if fault.KindOf(err) == fault.NotFound {
			continue // the importer or its partners are silent in these goods and years
		}
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, more...)
	}
	return leastSquares(pairs)
}

// reportBoth lists the countries that state exports and imports in the lake, but hubs and the target.
func reportBoth(b *beginning) []area.Code {
	var exporters, importers []area.Code
	for _, id := range b.snap.Datasets() {
		x, m := b.snap.Census(id, flow.Export), b.snap.Census(id, flow.Import)
		exporters, importers = append(exporters, x.Reporters()...), append(importers, m.Reporters()...)
	}
	hubs := append(series.Members(b.q.To), growth.Target)
	for _, name := range []string{"neighbours", "gateways"} {
		group, _ := area.BuiltIn().Get(name)
		hubs = append(hubs, group.At(b.q.Period.From)...)
	}
	slices.Sort(importers)
	importers = slices.Compact(importers)
	return slices.DeleteFunc(importers, func(c area.Code) bool {
		a, _ := area.Lookup(c)
		return a.Kind != area.Country || slices.Contains(hubs, c) || !slices.Contains(exporters, c)
	})
}

// pairsOf mirrors one importer with the exporters, over the base or, without one, the period.
func pairsOf(ctx context.Context, b *beginning, importer area.Code, exporters []area.Code) ([]pair, error) {
	q := b.q
	q.Margins, q.Source, q.Mirror, q.Digits, q.Lag = []Margin{0}, "", "", 0, 0
	q.To = []series.Party{{Name: string(importer), Members: []area.Code{importer}}}
	others := slices.DeleteFunc(slices.Clone(exporters), func(e area.Code) bool { return e == importer })
	q.From = []series.Party{{Name: "others", Members: others}}
	if q.Base.From != 0 {
		q.Period, q.Base = q.Base, period.Range{}
	}
	r, err := Run(ctx, b.store, b.snap, b.rates, q)
	if err != nil {
		return nil, err
	}
	sums := map[area.Code]*[2]money.Sum{}
	for _, c := range r.Cells {
		if sums[c.Exporter] == nil {
			sums[c.Exporter] = &[2]money.Sum{}
		}
		sums[c.Exporter][0].Add(c.Exports)
		sums[c.Exporter][1].Add(c.Imports)
	}
	var out []pair
	for _, e := range exporters {
		km, ok := area.Distance(e, importer)
		if sums[e] == nil || !ok {
			continue
		}
		x, errX := sums[e][0].Int64()
		m, errM := sums[e][1].Int64()
		if errX == nil && errM == nil && x > 0 && m > 0 {
			out = append(out, pair{math.Log(float64(m) / float64(x)), math.Log(km), area.Border(e, importer)})
		}
	}
	return out, nil
}
