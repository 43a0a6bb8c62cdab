package breakpoint

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// regime is a law of series without a break.
type regime struct {
	name   string
	months int
	cost   Cost
	window Window
	test   Test
	ties   bool // few different statistics: p may be larger than uniform, never smaller
	draw   func(rng *rand.Rand, n int) Series
}

func steady(month func(rng *rand.Rand) float64) func(*rand.Rand, int) Series {
	return func(rng *rand.Rand, n int) Series {
		y := make([]float64, n)
		for i := range y {
			y[i] = month(rng)
		}
		return Series{Y: y}
	}
}

func gamma(shape float64) func(*rand.Rand) float64 {
	return func(rng *rand.Rand) float64 { return distuv.Gamma{Alpha: shape, Beta: shape, Src: rng}.Rand() }
}

// hurdle draws a month that is traded with a probability, log-normal with a standard deviation.
func hurdle(share, sigma float64) func(*rand.Rand) float64 {
	return func(rng *rand.Rand) float64 {
		if rng.Float64() >= share {
			return 0
		}
		return math.Exp(sigma * rng.NormFloat64())
	}
}

func count(mean float64) func(*rand.Rand) float64 {
	return func(rng *rand.Rand) float64 { return distuv.Poisson{Lambda: mean, Src: rng}.Rand() }
}

// quarterMissing marks a quarter of the months as missing, with a value that would be a break.
func quarterMissing(month func(*rand.Rand) float64) func(*rand.Rand, int) Series {
	return func(rng *rand.Rand, n int) Series {
		x := steady(month)(rng, n)
		x.Held = make([]bool, n)
		for i := range x.Held {
			if x.Held[i] = rng.IntN(4) > 0; !x.Held[i] {
				x.Y[i] = 1000 * float64(2*i/n)
			}
		}
		return x
	}
}

func wave(i int) float64 { return 1 + 0.7*math.Sin(2*math.Pi*float64(i)/12) }

// seasonal has a wave of the year, and the exposure that is true (known) or told from the first 48 months.
func seasonal(month func(*rand.Rand) float64, known bool) func(*rand.Rand, int) Series {
	return func(rng *rand.Rand, n int) Series {
		x := steady(month)(rng, n)
		x.Exposure = make([]float64, n)
		for i := range x.Y {
			x.Exposure[i] = wave(i)
			x.Y[i] *= wave(i)
		}
		if !known {
			exposure, err := Season(x.Y, nil, 48)
			if err != nil {
				panic(err)
			}
			x.Exposure = exposure
		}
		return x
	}
}

func growing(month func(*rand.Rand) float64) func(*rand.Rand, int) Series {
	return func(rng *rand.Rand, n int) Series {
		x := steady(month)(rng, n)
		for i := range x.Y {
			x.Y[i] *= math.Exp(0.02 * float64(i))
		}
		return x
	}
}

// remembering has logarithms of standard deviation 1 with an autocorrelation.
func remembering(rho float64) func(*rand.Rand, int) Series {
	return func(rng *rand.Rand, n int) Series {
		y := make([]float64, n)
		z := rng.NormFloat64()
		for i := range y {
			y[i] = math.Exp(z)
			z = rho*z + math.Sqrt(1-rho*rho)*rng.NormFloat64()
		}
		return Series{Y: y}
	}
}

var exchangeable = []regime{
	{name: "gamma, shape 2", months: 72, draw: steady(gamma(2))},
	{name: "gamma, shape 2", months: 24, draw: steady(gamma(2))},
	{name: "gamma, window of 13 months", months: 72, window: Window{48, 60}, draw: steady(gamma(2))},
	{name: "log-normal, sigma 2", months: 72, draw: steady(hurdle(1, 2))},
	{name: "80% zeros, sigma 1.5", months: 72, draw: steady(hurdle(0.2, 1.5))},
	{name: "95% zeros, sigma 1.5", months: 72, draw: steady(hurdle(0.05, 1.5)), ties: true},
	{name: "counts, mean 0.3", months: 72, draw: steady(count(0.3)), ties: true},
	{name: "a quarter missing", months: 72, draw: quarterMissing(hurdle(0.5, 1))},
	{name: "log-normal, sigma 1", cost: HurdleLevel, months: 72, draw: steady(hurdle(1, 1))},
	{name: "50% zeros, sigma 1", cost: HurdleLevel, months: 72, draw: steady(hurdle(0.5, 1))},
	{name: "50% zeros, sigma 1", cost: HurdleLevel, months: 24, draw: steady(hurdle(0.5, 1))},
	{name: "95% zeros, sigma 1.5", cost: HurdleLevel, months: 72, draw: steady(hurdle(0.05, 1.5)), ties: true},
	{name: "a quarter missing", cost: HurdleLevel, months: 72, draw: quarterMissing(hurdle(0.5, 1))},
}

// In series whose months can be permuted p is uniform. 4,000 series know a share to four standard errors; where
// statistics are tied it may only be too large.
func TestPUniform(t *testing.T) {
	for i, r := range exchangeable {
		r.hold(t, uint64(i), func(a, share, off float64) bool {
			return share <= a+4*off && (r.ties || share >= a-4*off)
		})
	}
}

// Where months can be permuted only nearly, p is nearly uniform: the exposure makes the noise of months unequal, and the line of
// HurdleTrend leaves residuals that are not quite exchangeable. Allowed beside four standard errors: a fifth of
// the nominal share and half a hundredth.
func TestPNearlyUniform(t *testing.T) {
	for i, r := range []regime{
		{name: "known season, gamma shape 2", months: 72, draw: seasonal(gamma(2), true)},
		{name: "growth of 2% a month, sigma 1", cost: HurdleTrend, months: 72, draw: growing(hurdle(1, 1))},
		{name: "growth of 2% a month, 50% zeros", cost: HurdleTrend, months: 72, draw: growing(hurdle(0.5, 1))},
		{name: "growth of 2% a month, sigma 1", cost: HurdleTrend, months: 36, draw: growing(hurdle(1, 1))},
	} {
		r.hold(t, 100+uint64(i), func(a, share, off float64) bool {
			return math.Abs(share-a) <= 0.2*a+0.005+4*off
		})
	}
}

// Memory and growth that a rule does not know of look like breaks, and a season that is estimated before an index fits too well
// there and too badly after. The bounds are what blocks must at least reach, and what single months are
// shown not to.
func TestPWhereItIsNotExact(t *testing.T) {
	skipShort(t)
	for i, c := range []struct {
		regime
		least, most float64 // share of p <= 0.05
	}{
		{regime{name: "memory 0.3, single months", months: 72, draw: remembering(0.3)}, 0.08, 0.25},
		{regime{name: "memory 0.3, blocks of 6", months: 72, test: Test{Block: 6}, draw: remembering(0.3)}, 0.02, 0.10},
		{regime{name: "memory 0.3, blocks of 3", months: 72, test: Test{Block: 3}, draw: remembering(0.3)}, 0.03, 0.12},
		{regime{name: "memory 0.6, blocks of 3", months: 72, test: Test{Block: 3}, draw: remembering(0.6)}, 0.08, 0.3},
		{regime{name: "memory 0.6, single months", months: 72, draw: remembering(0.6)}, 0.25, 0.65},
		{regime{name: "memory 0.6, blocks of 6", months: 72, test: Test{Block: 6}, draw: remembering(0.6)}, 0.03, 0.16},
		{regime{name: "memory 0.6, blocks of 12", months: 72, test: Test{Block: 12}, draw: remembering(0.6)}, 0, 0.10},
		{regime{name: "season from 48 months, gamma", months: 72, draw: seasonal(gamma(2), false)}, 0.05, 0.11},
		{regime{name: "season from 48 months, 50% zeros", months: 72, draw: seasonal(hurdle(0.5, 1), false)}, 0.05, 0.11},
		{regime{name: "season from 48 months, 50% zeros", cost: HurdleLevel, months: 72, draw: seasonal(hurdle(0.5, 1), false)}, 0.04, 0.09},
		{regime{name: "growth of 2% a month, level", months: 72, draw: growing(gamma(2))}, 0.5, 1},
	} {
		c.hold(t, 200+uint64(i), func(a, share, _ float64) bool {
			return a != 0.05 || c.least <= share && share <= c.most
		})
	}
}

// hold draws series and holds the share of p-values up to some levels against what is allowed.
func (r regime) hold(t *testing.T, stream uint64, allowed func(a, share, off float64) bool) {
	t.Helper()
	series := 4000
	if testing.Short() {
		series = 300
	}
	rng := rand.New(rand.NewPCG(20220224, stream))
	var scratch Scratch
	r.test.Permutations = 199
	levels := []float64{0.01, 0.05, 0.1, 0.5}
	shares := make([]float64, len(levels))
	drawn := 0
	for range series {
		x := r.draw(rng, r.months)
		p, err := PValue(x, Rule{Cost: r.cost}, r.window, r.test, rng, &scratch)
		if err != nil {
			t.Fatal(r.name, err)
		}
		drawn++
		for i, a := range levels {
			if p <= a+1e-12 {
				shares[i]++
			}
		}
	}
	for i, a := range levels {
		shares[i] /= float64(drawn)
		if !allowed(a, shares[i], math.Sqrt(a*(1-a)/float64(drawn))) {
			t.Errorf("cost %d, %d months, %s: p <= %g in %.3f of series", r.cost, r.months, r.name, a, shares[i])
		}
	}
	t.Logf("cost %d, %d months, %-32s p <= .01 .05 .1 .5: %.3f", r.cost, r.months, r.name, shares)
}

func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("thousands of series take long")
	}
}
