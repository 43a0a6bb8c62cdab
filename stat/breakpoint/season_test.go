package breakpoint

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"detour/fault"
	"detour/stat/ppml"
)

// The twelve levels and the growth are those of the Poisson pseudo-likelihood of stat/ppml with thirteen columns.
func TestSeasonIsPoissonFit(t *testing.T) {
	rng := rand.New(rand.NewPCG(20220224, 13))
	n := 40
	y, held := make([]float64, n), make([]bool, n)
	var rows, kept []float64
	for i := range y {
		y[i] = wave(i) * math.Exp(0.015*float64(i)) * gamma(5)(rng)
		if held[i] = i%11 != 3; !held[i] {
			continue
		}
		row := make([]float64, 13)
		row[i%12], row[12] = 1, float64(i)
		rows, kept = append(rows, row...), append(kept, y[i])
	}
	fit, err := ppml.Fit(mat.NewDense(len(kept), 13, rows), kept, ppml.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := history{y: y, held: held}
	g := h.growth()
	if math.Abs(g-fit.Coef[12]) > 1e-8 { // 0.6 halved thirty times
		t.Errorf("growth %g, by ppml %g", g, fit.Coef[12])
	}
	value, weight, _ := h.at(g)
	for m := range value {
		level := math.Log(value[m]/weight[m]) - g*float64(n)/2
		if math.Abs(level-fit.Coef[m]) > 1e-6 {
			t.Errorf("month %d: log level %g, by ppml %g", m, level, fit.Coef[m])
		}
	}
	chi, freedom := h.pearson(g, value, weight, len(kept))
	if math.Abs(chi/float64(freedom)/fit.Dispersion-1) > 1e-6 || freedom != fit.DF {
		t.Errorf("dispersion %g over %d, by ppml %g over %d", chi/float64(freedom), freedom, fit.Dispersion, fit.DF)
	}
}

// A season without noise is met, whatever the growth; a month of the year without trade keeps a twentieth; what follows the index
// is not looked at.
func TestSeasonExact(t *testing.T) {
	y := make([]float64, 48)
	for i := range y {
		y[i] = wave(i) * math.Exp(-0.03*float64(i))
		if i%12 == 5 {
			y[i] = 0
		}
		if i >= 36 {
			y[i] = 1e6 * float64(i%2)
		}
	}
	got, err := Season(y, nil, 36)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range got {
		// Over the mean, which the month of the year without trade lowers, weighted by years of falling size.
		want := wave(i) / wave(0) * got[0]
		if i%12 == 5 {
			want = leastSeason
		}
		if math.Abs(e-want) > 1e-6 {
			t.Errorf("month %d: %g, want %g", i, e, want)
		}
	}
}

// Of a season that is there most is taken off, of one that is not there little is made. The mean over 300 series of the squared
// error of the logarithms, over 48 months of gamma values of shape 4, without shrinking about 1/16: no more than that with
// a season, and a third without.
func TestSeasonRecovery(t *testing.T) {
	rng := rand.New(rand.NewPCG(20220224, 14))
	for _, c := range []struct {
		name string
		wave func(int) float64
		most float64
	}{
		{"a wave", wave, 0.07},
		{"none", func(int) float64 { return 1 }, 0.02},
	} {
		var errorOf float64
		for range 300 {
			x := steady(gamma(4))(rng, 48)
			for i := range x.Y {
				x.Y[i] *= c.wave(i)
			}
			got, err := Season(x.Y, nil, 48)
			if err != nil {
				t.Fatal(err)
			}
			for m := range 12 {
				d := math.Log(got[m] / c.wave(m))
				errorOf += d * d / 12 / 300
			}
		}
		t.Logf("%s: %.4f", c.name, errorOf)
		if errorOf > c.most {
			t.Errorf("%s: a mean squared error of %.4f", c.name, errorOf)
		}
	}
}

func TestSeasonRefuses(t *testing.T) {
	y, held := make([]float64, 40), make([]bool, 40)
	for i := range y {
		y[i], held[i] = float64(i), i%12 != 4
	}
	var none *NoSeason
	if _, err := Season(y, nil, 23); !errors.As(err, &none) || none.Held != 23 || none.Never != 0 || fault.KindOf(err) != fault.NotFound {
		t.Errorf("23 months: %v", err)
	}
	if _, err := Season(y, held, 40); !errors.As(err, &none) || none.Held != 37 || none.Never != 1 {
		t.Errorf("a month of the year missing: %v", err)
	}
	for name, err := range map[string]error{
		"index":    second(Season(y, nil, 41)),
		"negative": second(Season(y, nil, -1)),
		"large":    second(Season(slices.Repeat([]float64{1e308}, 30), nil, 24)),
		"held":     second(Season(y, held[:3], 24)),
		"NaN":      second(Season([]float64{1, math.NaN()}, nil, 1)),
	} {
		if err == nil || fault.KindOf(err) != fault.BadInput {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := Season(make([]float64, 30), nil, 24); err != nil || got[7] != 1 {
		t.Errorf("never traded: %v, %v", got, err)
	}
}

func second(_ []float64, err error) error { return err }

// Exposures are finite and positive, and the same in any unit.
func TestSeasonProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(24, 60).Draw(t, "months")
		y := rapid.SliceOfN(rapid.OneOf(rapid.Just(0.), rapid.Float64Range(0, 100), rapid.Float64Range(0, 1e250)), n, n).Draw(t, "y")
		unit := math.Exp(rapid.Float64Range(-25, 25).Draw(t, "log unit"))
		one, err := Season(y, nil, n)
		if err != nil {
			t.Fatal(err)
		}
		z := make([]float64, n)
		for i := range z {
			z[i] = unit * y[i]
		}
		two, err := Season(z, nil, n)
		if err != nil {
			t.Fatal(err)
		}
		for i := range one {
			if !(one[i] >= leastSeason) || math.IsInf(one[i], 1) || math.Abs(one[i]-two[i]) > 1e-6*one[i] {
				t.Fatalf("month %d: %g, in another unit %g", i, one[i], two[i])
			}
		}
	})
}
