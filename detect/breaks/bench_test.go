package breaks

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"detour/detect/series"
	"detour/trade/goods"
	"detour/trade/period"
)

// Series of 36 and of 72 months, half of them without trade, one in ten with a break: dated and tested as by default.
func BenchmarkDating(b *testing.B) {
	for _, years := range []int{3, 6} {
		b.Run(fmt.Sprintf("%d months", 12*years), func(b *testing.B) {
			q, err := Question{Question: series.Question{Period: period.Range{From: period.Month(2023-years, 1), To: 202212}}}.settled()
			if err != nil {
				b.Fatal(err)
			}
			f := finder{q: q}
			lines := invented(q, 4000)
			for b.Loop() {
				if _, err := f.all(context.Background(), lines, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(lines)*b.N)/b.Elapsed().Seconds(), "series/s")
		})
	}
}

func invented(q Question, n int) []*line {
	rng := rand.New(rand.NewPCG(1, 1))
	months := q.Period.Periods()
	out := make([]*line, n)
	for i := range out {
		l := &line{Key: series.Key{Goods: goods.Code(fmt.Sprintf("%08d", i))}, months: months, values: make([]int64, len(months))}
		for m := range l.values {
			level := 1e6
			if i%10 == 0 && m >= len(months)-9 {
				level = 8e6
			}
			if rng.IntN(2) == 0 {
				l.values[m] = int64(level * (rng.ExpFloat64() + rng.ExpFloat64()))
			}
		}
		out[i] = l
	}
	return out
}
