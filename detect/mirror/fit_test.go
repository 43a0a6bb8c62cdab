package mirror

import (
	"math"
	"math/rand/v2"
	"testing"

	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// The law that the pairs below are made by: 2% between neighbours at 500 km, 12% at 10,000 km without a border.
const (
	trueConstant = -0.19
	trueDistance = 0.033
	trueBorder   = -0.01
)

func law(km float64, border bool) float64 {
	v := trueConstant + trueDistance*math.Log(km)
	if border {
		v += trueBorder
	}
	return v
}

// Without noise the coefficients come back, but for what winsorising takes off the ends; without it they would be exact, and the
// slope loses at most twice the tail (the reason for 0.01 on a slope of 0.033).
func TestLeastSquares(t *testing.T) {
	places := []area.Code{"DE", "FR", "IT", "ES", "PL", "US", "CA", "MX", "BR", "JP", "IN", "AU", "ZA", "CL"}
	noisy := rand.New(rand.NewPCG(1, 2))
	for _, noise := range []float64{0, 0.1} {
		var pairs []pair
		for _, a := range places {
			for _, b := range places {
				if km, ok := area.Distance(a, b); ok {
					pairs = append(pairs, pair{law(km, area.Border(a, b)) + noise*noisy.NormFloat64(), math.Log(km), area.Border(a, b)})
				}
			}
		}
		f, err := leastSquares(pairs)
		if err != nil {
			t.Fatal(err)
		}
		within := 0.01 + 4*noise/math.Sqrt(float64(len(pairs))) // four standard errors of a slope on a regressor of spread about one
		if math.Abs(f.Distance-trueDistance) > within || f.Pairs != 182 {
			t.Errorf("noise %g: %+v", noise, f)
		}
		for _, hub := range []area.Code{"KZ", "KG"} {
			km, _ := area.Distance("DE", hub)
			got, err := f.Margin("DE", hub)
			if want := math.Expm1(law(km, false)); err != nil || math.Abs(got-want) > within {
				t.Errorf("noise %g: margin DE-%s %.4f, %v, made by %.4f", noise, hub, got, err, want)
			}
		}
	}
}

// The normal equations hold: residuals of the winsorised ratios are orthogonal to every regressor.
func TestLeastSquaresIsOne(t *testing.T) {
	draw := rand.New(rand.NewPCG(3, 4))
	var pairs []pair
	for i := range 101 {
		pairs = append(pairs, pair{draw.Float64(), 6 + 3*draw.Float64(), i%4 == 0})
	}
	f, err := leastSquares(pairs)
	if err != nil {
		t.Fatal(err)
	}
	// 101 ratios lose five at each end: the sixth and the sixth from the end are the bounds.
	sorted := append([]pair(nil), pairs...)
	for i := range sorted {
		for j := range i {
			if sorted[i].ratio < sorted[j].ratio {
				sorted[i], sorted[j] = sorted[j], sorted[i]
			}
		}
	}
	low, high := sorted[5].ratio, sorted[95].ratio
	var sums [3]float64
	for _, p := range pairs {
		border := 0.0
		if p.border {
			border = 1
		}
		rest := min(max(p.ratio, low), high) - f.Constant - f.Distance*p.distance - f.Border*border
		sums[0] += rest
		sums[1] += rest * p.distance
		sums[2] += rest * border
	}
	for i, s := range sums {
		if math.Abs(s) > 1e-9 { // sums of a hundred terms below ten, in double precision
			t.Errorf("regressor %d: %g", i, s)
		}
	}
}

func TestMarginIsClamped(t *testing.T) {
	for constant, want := range map[float64]float64{-1: 0, 0.05: math.Expm1(0.05), 1: 0.2} {
		if got, err := (&Fit{Constant: constant}).Margin("DE", "KZ"); err != nil || got != want {
			t.Errorf("%g: %v, %v", constant, got, err)
		}
	}
	if _, err := (&Fit{}).Margin("EU27", "KZ"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an aggregate has a distance: %v", err)
	}
}

// A lake in which eight countries state their trade with each other, and DE with a hub whose imports are half of what
// they should be: the margin of the pair is told by the others alone.
func TestFitFromALake(t *testing.T) {
	year := period.Year(2021)
	places := []area.Code{"DE", "FR", "IT", "ES", "US", "MX", "BR", "AU"}
	const sent = 1_000_000_000
	var flows []flow.Flow
	for _, a := range places {
		for _, b := range places {
			if km, ok := area.Distance(a, b); ok {
				flows = append(flows, seriestest.Export(a, b, goods.Total, year, sent),
					seriestest.Import(b, a, goods.Total, year, int64(math.Round(sent*math.Exp(law(km, area.Border(a, b)))))))
			}
		}
	}
	flows = append(flows, seriestest.Export("DE", "KZ", goods.Total, year, sent), seriestest.Import("KZ", "DE", goods.Total, year, sent/2))
	store, snap := seriestest.New(seriestest.Of("office/trade", nil, flows...))
	all, err := goods.ParseSelection("all")
	if err != nil {
		t.Fatal(err)
	}
	q := Question{Margins: []Margin{Fitted, 0}}
	q.Question = series.Question{From: []series.Party{{Name: "DE", Members: []area.Code{"DE"}}}, To: []series.Party{{Name: "KZ", Members: []area.Code{"KZ"}}}, Goods: all, Period: period.Range{From: year, To: year}}
	r, err := Run(t.Context(), store, snap, money.Embedded(), q)
	if err != nil {
		t.Fatal(err)
	}
	if r.Fit == nil || r.Fit.Pairs != 56 || len(r.Cells) != 1 {
		t.Fatalf("%+v, %+v", r.Fit, r.Cells)
	}
	km, _ := area.Distance("DE", "KZ")
	c := r.Cells[0]
	margin := float64(c.Imports)/float64(c.Corrected[0]) - 1
	if want := math.Expm1(law(km, false)); math.Abs(margin-want) > 0.01 || c.Corrected[1] != c.Imports || c.Imports != sent*100/2 {
		t.Errorf("margin %.4f, made by %.4f; %+v", margin, want, c)
	}
}
