package breakpoint

import (
	"math/rand/v2"
	"testing"
)

// pool of series of 72 months, half of their months zero, a tenth with a break.
func pool() []Series {
	rng := rand.New(rand.NewPCG(20220224, 12))
	out := make([]Series, 1000)
	for i := range out {
		c := broken{draw: hurdle(0.5, 1), months: 72, at: 48}
		if i%10 == 0 {
			c.jump = 2
		}
		out[i] = c.series(rng)
	}
	return out
}

func BenchmarkScan(b *testing.B) {
	each(b, func(x Series, cost Cost, s *Scratch) error {
		_, err := Scan(x, Rule{Cost: cost}, Window{}, DefaultLevel, s)
		return err
	})
}

func BenchmarkPValue(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	each(b, func(x Series, cost Cost, s *Scratch) error {
		_, err := PValue(x, Rule{Cost: cost}, Window{}, Test{}, rng, s)
		return err
	})
}

func BenchmarkSegment(b *testing.B) {
	each(b, func(x Series, cost Cost, s *Scratch) error {
		_, err := Segment(x, Rule{Cost: cost}, 0, s)
		return err
	})
}

func each(b *testing.B, work func(Series, Cost, *Scratch) error) {
	b.Helper()
	series := pool()
	for name, cost := range map[string]Cost{"QuasiPoisson": QuasiPoisson, "HurdleLevel": HurdleLevel, "HurdleTrend": HurdleTrend} {
		b.Run(name, func(b *testing.B) {
			var s Scratch
			b.ReportAllocs()
			for i := range b.N {
				if err := work(series[i%len(series)], cost, &s); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "series/s")
		})
	}
}
