package baseline

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"detour/fault"
)

// start is January 2018 in months.
const start = 2018 * 12

// truth is the noise-free series of the tests: a season and a growth of 1% a month.
func truth(t int) float64 {
	return math.Exp(10 + 0.4*math.Sin(2*math.Pi*float64(t%12)/12) + 0.01*float64(t-start))
}

func series(months int, y func(t int) float64) []Obs {
	var out []Obs
	for t := start; t < start+months; t++ {
		out = append(out, Obs{t, y(t)})
	}
	return out
}

// A series without noise is continued exactly where the trend is not damped, and by the closed form of
// the damped sum where it is. The tolerance is the fit's own of 1e-10, over the months of history.
func TestTrendContinues(t *testing.T) {
	y := series(48, truth)
	last := start + 47
	var horizon []int
	for h := range 12 {
		horizon = append(horizon, last+1+h)
	}
	straight := trend(t, y, horizon, TrendOptions{Damping: 1})
	damped := trend(t, y, horizon, TrendOptions{})
	near(t, "growth", straight.Growth, 0.01, 1e-9)
	near(t, "dispersion over the level", straight.Dispersion/truth(last), 0, 1e-9)
	steps, factor := 0.0, 1.0
	for h, month := range horizon {
		factor *= DefaultDamping
		steps += factor
		near(t, "straight", straight.Expected[h], truth(month), 1e-8)
		near(t, "damped", damped.Expected[h], truth(month)*math.Exp(0.01*(steps-float64(h+1))), 1e-8)
	}
}

// The score of the pseudo-likelihood is zero: the residuals of each month of the year sum to zero, and so do
// they weighted by time.
func TestTrendScore(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	y := series(50, noisy(rng, 2))
	f := trend(t, y, []int{start + 50}, TrendOptions{})
	var months [12]float64
	var slope, size, chi float64
	for i, o := range y {
		months[o.T%12] += f.Residuals[i]
		slope += f.Residuals[i] * float64(o.T-start)
		size += o.Y
		chi += f.Residuals[i] * f.Residuals[i] / f.Fitted[i]
		near(t, "fitted and residual", f.Fitted[i]+f.Residuals[i], o.Y, 1e-12)
	}
	for _, sum := range months {
		near(t, "residuals of a month", sum/size, 0, 1e-9)
	}
	near(t, "residuals by time", slope/size, 0, 1e-9)
	near(t, "dispersion", f.Dispersion, chi/(50-13), 1e-9)
}

// Growth, the next month and the dispersion are recovered from simulated gamma series. Over 300 series the mean of each
// must lie within four of its standard errors; the dispersion estimate and the exponential of an estimate
// have a bias of order 1/n besides, hence 2% more.
func TestTrendRecovery(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	const samples, phi = 300, 500.0
	next := start + 60
	var growth, ahead, dispersion mean
	for range samples {
		f := trend(t, series(60, noisy(rng, phi)), []int{next}, TrendOptions{Damping: 1})
		growth.add(f.Growth)
		ahead.add(f.Expected[0] / truth(next))
		dispersion.add(f.Dispersion / phi)
	}
	growth.within(t, "growth", 0.01, 0)
	ahead.within(t, "next month", 1, 0.02)
	dispersion.within(t, "dispersion", 1, 0.02)
}

func TestTrendScales(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		y := series(rapid.IntRange(24, 60).Draw(t, "months"), noisy(rng, 1000))
		horizon := []int{start + 60, start + 66}
		factor := math.Exp(rapid.Float64Range(-15, 15).Draw(t, "log factor"))
		scaled := slices.Clone(y)
		for i := range scaled {
			scaled[i].Y *= factor
		}
		a, err := Trend(y, horizon, TrendOptions{})
		if err != nil {
			t.Fatal(err)
		}
		b, err := Trend(scaled, horizon, TrendOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for h := range horizon {
			near(t, "expected", b.Expected[h]/factor, a.Expected[h], 1e-7)
		}
		near(t, "dispersion", b.Dispersion/factor, a.Dispersion, 1e-7)
	})
}

// Order does not matter, and a missing month is not a zero.
func TestTrendGapsAndOrder(t *testing.T) {
	y := series(40, truth)
	y = slices.Delete(y, 10, 14)
	slices.Reverse(y)
	f := trend(t, y, []int{start + 11, start + 40}, TrendOptions{Damping: 1})
	near(t, "month in a gap", f.Expected[0], truth(start+11), 1e-8)
	near(t, "month ahead", f.Expected[1], truth(start+40), 1e-8)
}

func TestTrendWithoutTrade(t *testing.T) {
	never := func(int) float64 { return 0 }
	f := trend(t, series(24, never), []int{start + 24}, TrendOptions{})
	if f.Expected[0] != 0 || f.Dispersion != 0 || len(f.Residuals) != 24 {
		t.Errorf("never traded: %+v", f)
	}
	summer := func(t int) float64 {
		if t%12 == 5 {
			return 0
		}
		return truth(t)
	}
	f = trend(t, series(36, summer), []int{start + 41, start + 42}, TrendOptions{Damping: 1})
	if f.Expected[0] != 0 {
		t.Errorf("a month of the year that is never traded: %g", f.Expected[0])
	}
	near(t, "another", f.Expected[1], truth(start+42), 1e-8)
}

func TestTrendRefuses(t *testing.T) {
	var short *ShortHistory
	if _, err := Trend(series(23, truth), nil, TrendOptions{}); !errors.As(err, &short) || short.Held != 23 || fault.KindOf(err) != fault.NotFound || fault.HintOf(err) == "" {
		t.Errorf("23 months: %v", err)
	}
	var month *MonthNotHeld
	noMarch := slices.DeleteFunc(series(36, truth), func(o Obs) bool { return o.T%12 == 2 })
	if _, err := Trend(noMarch, []int{start + 38}, TrendOptions{}); !errors.As(err, &month) || month.Month != 3 {
		t.Errorf("no March: %v", err)
	}
	if _, err := Trend(noMarch, []int{start + 39}, TrendOptions{}); err != nil {
		t.Errorf("no March, April asked: %v", err)
	}
	var none *NoTrend
	born := series(36, func(t int) float64 {
		if t < start+24 {
			return 0
		}
		return truth(t)
	})
	if _, err := Trend(born, []int{start + 36}, TrendOptions{}); !errors.As(err, &none) || none.Positive != 12 {
		t.Errorf("trade in the last year only: %v", err)
	}
	for name, y := range map[string][]Obs{
		"negative": append(series(30, truth), Obs{start + 30, -1}),
		"NaN":      append(series(30, truth), Obs{start + 30, math.NaN()}),
		"twice":    append(series(30, truth), Obs{start, 1}),
	} {
		if _, err := Trend(y, nil, TrendOptions{}); err == nil || fault.KindOf(err) != fault.BadInput {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, damping := range []float64{-0.5, 1.1, math.NaN()} {
		if _, err := Trend(series(30, truth), nil, TrendOptions{Damping: damping}); fault.KindOf(err) != fault.BadInput || err == nil {
			t.Errorf("damping %g: %v", damping, err)
		}
	}
}

// A history bears months up to MostRise times its largest, and not one above.
func TestSupported(t *testing.T) {
	y := []Obs{{start, 3}, {start + 1, 10}, {start + 2, 0}}
	for _, c := range []struct {
		expected []float64
		want     bool
	}{{nil, true}, {[]float64{0, 10 * MostRise}, true}, {[]float64{0, 10*MostRise + 0.001, 1}, false}} {
		if got := (Forecast{Expected: c.expected}).Supported(y); got != c.want {
			t.Errorf("%v: %v", c.expected, got)
		}
	}
	if !(Forecast{Expected: []float64{0}}).Supported([]Obs{{start, 0}}) {
		t.Error("no trade bears no trade")
	}
}

// A surge in the last of two years is carried on far above all that was seen; the steady growth of the other tests is not.
func TestSurgeIsNotSupported(t *testing.T) {
	horizon := []int{start + 24, start + 25, start + 26}
	steady := series(24, truth)
	if !trend(t, steady, horizon, TrendOptions{}).Supported(steady) {
		t.Error("a growth of 1% a month is refused")
	}
	surge := series(24, func(t int) float64 {
		if t < start+12 {
			return truth(t) / 100
		}
		return truth(t)
	})
	f := trend(t, surge, horizon, TrendOptions{})
	if f.Supported(surge) {
		t.Errorf("expected %v", f.Expected)
	}
}

// noisy draws gamma values of mean truth and variance phi times it.
func noisy(rng *rand.Rand, phi float64) func(int) float64 {
	return func(t int) float64 {
		return distuv.Gamma{Alpha: truth(t) / phi, Beta: 1 / phi, Src: rng}.Rand()
	}
}

func trend(t *testing.T, y []Obs, horizon []int, opts TrendOptions) Forecast {
	t.Helper()
	f, err := Trend(y, horizon, opts)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// mean gathers draws of a statistic.
type mean struct{ n, sum, squares float64 }

func (m *mean) add(x float64) { m.n, m.sum, m.squares = m.n+1, m.sum+x, m.squares+x*x }

// within holds the mean against a value: four standard errors and what else is allowed.
func (m *mean) within(t *testing.T, what string, want, more float64) {
	t.Helper()
	got := m.sum / m.n
	se := math.Sqrt((m.squares/m.n - got*got) / m.n)
	if math.Abs(got-want) > 4*se+more {
		t.Errorf("%s: mean %g, want %g within %g", what, got, want, 4*se+more)
	}
}

type failer interface {
	Helper()
	Errorf(string, ...any)
}

// near compares relative to want, and absolutely where that is below 1.
func near(t failer, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
		t.Errorf("%s: %.12g, want %.12g within %g", what, got, want, tolerance)
	}
}
