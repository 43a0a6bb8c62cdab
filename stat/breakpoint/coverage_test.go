package breakpoint

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// broken is a series with one break of a known size.
type broken struct {
	name   string
	cost   Cost
	months int
	at     int
	jump   float64 // log ratio of levels
	draw   func(*rand.Rand) float64
	least  float64 // coverage of the nominal 95%
}

func (c broken) series(rng *rand.Rand) Series {
	x := steady(c.draw)(rng, c.months)
	for i := c.at; i < c.months; i++ {
		x.Y[i] *= math.Exp(c.jump)
	}
	return x
}

// What the confidence set of nominally 95% holds, how many months it has, and how the size is met. 1,000 series
// know a coverage to 0.007.
func TestSetCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(20220224, 9))
	var scratch Scratch
	for _, c := range []broken{
		{"gamma, shape 2", QuasiPoisson, 72, 48, 0.5, gamma(2), 0.93},
		{"gamma, shape 2", QuasiPoisson, 72, 48, 1, gamma(2), 0.93},
		{"gamma, shape 2", QuasiPoisson, 72, 48, 2, gamma(2), 0.93},
		{"gamma, shape 2", QuasiPoisson, 72, 48, -1, gamma(2), 0.93},
		{"gamma, shape 2", QuasiPoisson, 36, 26, 1, gamma(2), 0.93},
		{"counts, mean 0.5", QuasiPoisson, 72, 48, math.Log(4), nil, 0.93},
		{"50% zeros, sigma 1", QuasiPoisson, 72, 48, 1.5, hurdle(0.5, 1), 0.93},
		{"80% zeros, sigma 1", QuasiPoisson, 72, 48, 2, hurdle(0.2, 1), 0.93},
		{"log-normal, sigma 1", HurdleLevel, 72, 48, 1, hurdle(1, 1), 0.93},
		{"log-normal, sigma 1", HurdleLevel, 72, 48, 2, hurdle(1, 1), 0.93},
		{"50% zeros, sigma 1", HurdleLevel, 72, 48, 1.5, hurdle(0.5, 1), 0.93},
		{"80% zeros, sigma 1", HurdleLevel, 72, 48, 2, hurdle(0.2, 1), 0.93},
		{"80% zeros before, 20% after", HurdleLevel, 72, 48, math.Log(4), nil, 0.93},
		{"log-normal, sigma 1", HurdleTrend, 72, 48, 2, hurdle(1, 1), 0.93},
		{"as the Nile", QuasiPoisson, 100, 28, math.Log(849.97 / 1097.75), asNile, 0.93},
		{"as the Nile", HurdleLevel, 100, 28, math.Log(849.97 / 1097.75), asNile, 0.93},
		{"nothing before, 50% zeros after", QuasiPoisson, 72, 48, math.Inf(1), nil, 0.93},
		{"memory 0.3, sigma 1", HurdleLevel, 72, 48, 1, nil, 0.85},
		{"memory 0.6, sigma 1", HurdleLevel, 72, 48, 1, nil, 0.65},
		{"growth then jump, sigma 0.5", HurdleTrend, 72, 48, 2, nil, 0.93},
	} {
		var holds, months, exact, sized, covers float64
		const series = 1000
		for range series {
			x := c.drawBroken(rng)
			b, err := Scan(x, Rule{Cost: c.cost}, Window{}, DefaultLevel, &scratch)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(b.Set, c.at) {
				holds += 1. / series
			}
			months += float64(len(b.Set)) / series
			if b.At == c.at {
				exact += 1. / series
			}
			if b.Sized {
				sized++
				if math.Abs(b.Size-c.jump) <= 1.96*b.SizeErr {
					covers++
				}
			}
		}
		t.Logf("cost %d, %d months, %-28s log ratio %4.1f: set holds %.3f, %4.1f months; date exact %.2f; size within 1.96 errors %.3f",
			c.cost, c.months, c.name, c.jump, holds, months, exact, covers/max(1, sized))
		if holds < c.least {
			t.Errorf("cost %d, %s, %g: the set holds %.3f", c.cost, c.name, c.jump, holds)
		}
	}
}

// asNile is the first level of the Nile with the noise of its years, 127 of 1098.
func asNile(rng *rand.Rand) float64 { return 1097.75 + 126.6*rng.NormFloat64() }

// drawBroken draws what is more than a factor from some month on.
func (c broken) drawBroken(rng *rand.Rand) Series {
	pick := func(before, after func(*rand.Rand) float64) Series {
		x := steady(before)(rng, c.months)
		for i := c.at; i < c.months; i++ {
			x.Y[i] = after(rng)
		}
		return x
	}
	switch c.name {
	case "counts, mean 0.5":
		return pick(count(0.5), count(2))
	case "80% zeros before, 20% after":
		return pick(hurdle(0.2, 1), hurdle(0.8, 1))
	case "nothing before, 50% zeros after":
		return pick(hurdle(0, 1), hurdle(0.5, 1))
	}
	if c.draw != nil {
		return c.series(rng)
	}
	x := map[string]func(*rand.Rand, int) Series{
		"memory 0.3, sigma 1":         remembering(0.3),
		"memory 0.6, sigma 1":         remembering(0.6),
		"growth then jump, sigma 0.5": growing(hurdle(1, 0.5)),
	}[c.name](rng, c.months)
	for i := c.at; i < c.months; i++ {
		x.Y[i] *= math.Exp(c.jump)
	}
	return x
}
