package chain

import "math"

// change is how a series differs between the months before the event and those from the start of a search on.
type change struct {
	before, after    int     // months held
	sum0, sum1       float64 // in prices and volumes of the event: growth is taken off
	expected         float64 // of the months after, at the rate before
	active0, active1 int     // months with trade
	deviance         float64 // of a change in rate, in units of the dispersion; negative for a fall
	often            float64 // the same of the share of months with trade
}

// excess is what exceeds the rate before, a year; 0 where no month after is held.
func (c change) excess() float64 {
	if c.after == 0 {
		return 0
	}
	return (c.sum1 - c.expected) * 12 / float64(c.after)
}

// certain is the excess as far as it is more than chance: half of it at a deviance of 4, more beyond.
func (c change) certain() float64 {
	if c.deviance <= 0 {
		return 0
	}
	return c.excess() * c.deviance / (c.deviance + half)
}

// half is the deviance at which half of an excess counts, near the 95% point of chi squared with one degree of
// freedom.
const half = 4

// search is what all series are judged with.
type search struct {
	months, event int
	deflate       []float64 // by month: what takes growth off
}

func newSearch(b *Book) search {
	s, growth := search{months: b.Months, event: b.Event}, growthOf(b)
	for t := range b.Months {
		s.deflate = append(s.deflate, math.Exp(-growth*float64(t-b.Event)))
	}
	return s
}

// growthOf is the growth of ordinary trade in log a month: the trend, before the event, of the log of the mean over
// cells of each month's share in its cell's trade. Every cell counts the same, so no large one decides. Cells
// with trade in fewer than six months are left out; with less than two years there is no trend.
func growthOf(b *Book) float64 {
	shares := make([]float64, b.Event)
	for i := range b.Pairs {
		for _, l := range b.Pairs[i].In {
			sum, n := 0.0, 0
			for _, p := range l.Series {
				if int(p.Month) < b.Event {
					sum, n = sum+float64(p.Value), n+1
				}
			}
			for _, p := range l.Series {
				if int(p.Month) < b.Event && n >= 6 && sum > 0 {
					shares[p.Month] += float64(p.Value) / sum
				}
			}
		}
	}
	var n, x, y, xx, xy float64
	for t, s := range shares {
		if s > 0 {
			u, v := float64(t), math.Log(s)
			n, x, y, xx, xy = n+1, x+u, y+v, xx+u*u, xy+u*v
		}
	}
	if n < 24 {
		return 0
	}
	return (xy - x*y/n) / (xx - x*x/n)
}

// weigh judges a series from a month on; held nil is all. The deviance is that of two rates against one, in a Poisson
// likelihood whose dispersion is estimated within the two spans (quasi-likelihood, McCullagh & Nelder 1989), so
// that it does not depend on the unit. It is bounded by 1/lasting, since levels drift by themselves.
func (s search) weigh(y []float64, held []bool, from int) change {
	var c change
	var square0, square1 float64
	for t, x := range y {
		if held != nil && !held[t] {
			continue
		}
		x *= s.deflate[t]
		switch {
		case t < s.event:
			c.before, c.sum0, square0 = c.before+1, c.sum0+x, square0+x*x
			if x > 0 {
				c.active0++
			}
		case t >= from:
			c.after, c.sum1, square1 = c.after+1, c.sum1+x, square1+x*x
			if x > 0 {
				c.active1++
			}
		}
	}
	if c.after == 0 || c.before == 0 {
		return c
	}
	n0, n1, total := float64(c.before), float64(c.after), c.sum0+c.sum1
	c.expected = c.sum0 / n0 * n1
	if total <= 0 {
		return c
	}
	within := square0 - c.sum0*c.sum0/n0 + square1 - c.sum1*c.sum1/n1
	dispersion := max(within, leastNoise*(square0+square1)) / total
	rate := total / (n0 + n1)
	gain := 2 * (part(c.sum0, rate*n0) + part(c.sum1, rate*n1)) / dispersion
	c.deviance = math.Copysign(gain/(1+lasting*gain), c.sum1/n1-c.sum0/n0)
	share0, share1 := (float64(c.active0)+0.5)/(n0+1), (float64(c.active1)+0.5)/(n1+1)
	pooled := float64(c.active0+c.active1+1) / (n0 + n1 + 2)
	c.often = math.Copysign(2*(n0*divergence(share0, pooled)+n1*divergence(share1, pooled)), share1-share0)
	return c
}

const (
	lasting = 0.002
	// leastNoise keeps a few months that happen to be alike from seeming without noise.
	leastNoise = 0.1
)

// part is y log(y/e), 0 for y = 0.
func part(y, e float64) float64 {
	if y <= 0 {
		return 0
	}
	return y * math.Log(y/e)
}

// divergence is that of two shares (Kullback & Leibler 1951).
func divergence(p, q float64) float64 { return part(p, q) + part(1-p, 1-q) }

// euros adds the values of a series to a month's sum each, in EUR; kilos its masses.
func (s Series) euros(into []float64) []float64 {
	for _, p := range s {
		into[p.Month] += float64(p.Value) / 100
	}
	return into
}

func (s Series) kilos(into []float64) []float64 {
	for _, p := range s {
		into[p.Month] += float64(p.Mass) / 1000
	}
	return into
}

// rooted takes square roots, so that one very large month does not decide.
func rooted(y []float64) []float64 {
	out := make([]float64, len(y))
	for t, x := range y {
		out[t] = math.Sqrt(x)
	}
	return out
}
