package detection

import (
	"math"

	"detour/detect/chain"
)

// Rule is a simple rule of detection, which gives each pair a score; higher is more suspect.
type Rule struct {
	ID, Title string
	score     func(in, out history) float64
}

// history is a leg of a pair a month before the event and after it, in EUR a month.
type history struct {
	before, after, spread float64 // the means, and the standard deviation before
	year, last            float64 // EUR in the last twelve months, and in the twelve before the event
}

// Rules are those that detection has to beat (docs/method/chains.md).
func Rules() []Rule {
	return []Rule{
		{"market-doubled", "market above EUR 10m and more than doubled (Zemlys-Balevicius)", func(in, _ history) float64 {
			if in.year > 10e6 && in.year > 2*in.last {
				return in.year
			}
			return 0
		}},
		{"z-score", "z-score above 1.96 of sales to the hub", func(in, _ history) float64 { return above(in.z(), 1.96) }},
		{"year-on-year", "ratio of the last year to the year before the event", func(in, _ history) float64 { return in.ratio() }},
		{"smaller-excess", "the smaller of the two legs' excess over the mean before the event", func(in, out history) float64 {
			return max(0, min(in.after-in.before, out.after-out.before))
		}},
		{"smaller-z", "the smaller of the two legs' z", func(in, out history) float64 { return max(0, min(in.z(), out.z())) }},
	}
}

func above(x, floor float64) float64 {
	if x > floor {
		return x
	}
	return 0
}

// z is the rise in standard deviations of the months before; a leg without any trade before has a standard
// deviation of one euro, since a rise from nothing is a rise.
func (h history) z() float64 { return (h.after - h.before) / max(h.spread, 1) }

func (h history) ratio() float64 {
	if h.year == 0 {
		return 0
	}
	return h.year / max(h.last, 1)
}

// Score gives the score of every pair of a book.
func (r Rule) Score(b *chain.Book) []float64 {
	out := make([]float64, len(b.Pairs))
	for i := range b.Pairs {
		in := make([]float64, b.Months)
		for _, l := range b.Pairs[i].In {
			fill(in, l.Series)
		}
		leaving := make([]float64, b.Months)
		fill(leaving, b.Pairs[i].Out)
		held := b.Hubs[i/len(b.Goods)].Held
		out[i] = r.score(remember(in, nil, b.Event), remember(leaving, held, b.Event))
	}
	return out
}

func fill(into []float64, s chain.Series) {
	for _, p := range s {
		into[p.Month] += float64(p.Value) / 100
	}
}

func remember(y []float64, held []bool, event int) history {
	var h history
	var sum, squares, n, after, m float64
	for t, x := range y {
		switch {
		case held != nil && !held[t]:
		case t < event:
			sum, squares, n = sum+x, squares+x*x, n+1
		default:
			after, m = after+x, m+1
		}
		if t >= event-12 && t < event {
			h.last += x
		}
		if t >= len(y)-12 {
			h.year += x
		}
	}
	if n > 0 {
		h.before = sum / n
		h.spread = math.Sqrt(max(0, squares/n-h.before*h.before))
	}
	if m > 0 {
		h.after = after / m
	}
	return h
}
