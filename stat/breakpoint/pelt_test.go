package breakpoint

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// objective is the penalised cost of Segment's document, worked out month by month from the definitions: the
// deviance of a Poisson law over the dispersion, or minus twice the log likelihood of a Bernoulli law and of a normal one
// with a given variance. It shares no line with the search.
type objective struct {
	x             Series
	held          []int
	cost          Cost
	scale         float64 // in the unit of the series
	beta, lengths float64
}

func newObjective(x Series, cost Cost, scale, beta float64) objective {
	o := objective{x: x, cost: cost, scale: scale, beta: beta}
	var sum float64
	for i, y := range x.Y {
		if x.Held == nil || x.Held[i] {
			o.held = append(o.held, i)
			sum += y
		}
	}
	if cost == QuasiPoisson {
		o.scale *= sum / float64(len(o.held))
	}
	if beta == 0 {
		o.beta, o.lengths = []float64{3, 4, 5}[cost]*math.Log(float64(len(o.held))), 1
	}
	return o
}

func (o objective) exposure(i int) float64 {
	if o.x.Exposure == nil {
		return 1
	}
	return o.x.Exposure[i]
}

// segment of the held months from i to before j, with its share of the penalty.
func (o objective) segment(i, j int) float64 {
	at := o.held[i:j]
	total := o.beta + o.lengths*math.Log(float64(len(at))/float64(len(o.held)))
	if o.cost == QuasiPoisson {
		return total + o.deviance(at)/o.scale
	}
	var ts, logs []float64
	for _, t := range at {
		if y := o.x.Y[t]; y > 0 {
			ts, logs = append(ts, float64(t)), append(logs, math.Log(y/o.exposure(t)))
		}
	}
	n, k := float64(len(at)), float64(len(logs))
	if k > 0 {
		total -= 2 * k * math.Log(k/n)
	}
	if k < n {
		total -= 2 * (n - k) * math.Log((n-k)/n)
	}
	if k == 0 {
		return total
	}
	meanT, mean := average(ts), average(logs)
	var slope, tt float64
	for i := range ts {
		slope += (ts[i] - meanT) * logs[i]
		tt += (ts[i] - meanT) * (ts[i] - meanT)
	}
	if slope /= tt; o.cost == HurdleLevel || tt == 0 {
		slope = 0
	}
	for i := range ts {
		r := logs[i] - mean - slope*(ts[i]-meanT)
		total += r * r / o.scale
	}
	return total
}

func (o objective) deviance(at []int) (deviance float64) {
	var sum, exposure float64
	for _, t := range at {
		sum += o.x.Y[t]
		exposure += o.exposure(t)
	}
	if sum == 0 {
		return 0
	}
	for _, t := range at {
		y, mu := o.x.Y[t], o.exposure(t)*sum/exposure
		if y > 0 {
			deviance += 2 * y * math.Log(y/mu)
		}
		deviance -= 2 * (y - mu)
	}
	return deviance
}

func average(xs []float64) float64 {
	var sum float64
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

// least cost of all segmentations, by dynamic programming over every pair of ends (Jackson et al. 2005).
func (o objective) least(length int) float64 {
	n := len(o.held)
	best := make([]float64, n+1)
	for end := 1; end <= n; end++ {
		best[end] = math.Inf(1)
		for start := 0; start <= end-length; start++ {
			best[end] = min(best[end], best[start]+o.segment(start, end))
		}
	}
	return best[n]
}

func (o objective) of(breaks []int) (total float64) {
	from := 0
	for _, b := range append(slices.Clone(breaks), len(o.x.Y)) {
		to, _ := slices.BinarySearch(o.held, b)
		total += o.segment(from, to)
		from = to
	}
	return total
}

// drawn gives series with levels that change, zeros, heavy tails, gaps and perhaps an exposure.
func drawn(t *rapid.T) Series {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	n := rapid.IntRange(16, 70).Draw(t, "months")
	zeros := rapid.SampledFrom([]float64{0, 0.3, 0.9}).Draw(t, "zeros")
	jump := rapid.SampledFrom([]float64{0, 1, 3}).Draw(t, "jump")
	x := Series{Y: make([]float64, n)}
	level, growth := 0.0, 0.0
	for i := range x.Y {
		if rng.IntN(12) == 0 {
			level, growth = jump*rng.NormFloat64(), 0.05*jump*rng.NormFloat64()
			zeros = min(0.95, max(0, zeros+0.3*rng.NormFloat64()))
		}
		level += growth
		if rng.Float64() >= zeros {
			x.Y[i] = math.Exp(level + 0.7*rng.NormFloat64())
		}
	}
	if rapid.Bool().Draw(t, "gaps") {
		x.Held = make([]bool, n)
		for i := range x.Held {
			x.Held[i] = i < 14 || rng.IntN(5) > 0
		}
	}
	if rapid.Bool().Draw(t, "exposure") {
		x.Exposure = make([]float64, n)
		for i := range x.Exposure {
			x.Exposure[i] = 300 * wave(i)
		}
	}
	return x
}

func drawnRule(t *rapid.T) Rule {
	return Rule{
		Cost:      rapid.SampledFrom([]Cost{QuasiPoisson, HurdleLevel, HurdleTrend}).Draw(t, "cost"),
		MinLength: rapid.IntRange(2, 7).Draw(t, "least length"),
	}
}

// PELT is exact: its breaks cost what the best of all segmentations costs, with its own penalties and with any given one. The tolerance
// is that of ties, 1e-7 for each month, and of sums.
func TestPELTIsOptimal(t *testing.T) {
	var scratch Scratch
	cuts := 0
	rapid.Check(t, func(t *rapid.T) {
		x, rule := drawn(t), drawnRule(t)
		beta := rapid.SampledFrom([]float64{0, 0.5, 3, 12}).Draw(t, "beta")
		s, err := Segment(x, rule, beta, &scratch)
		if err != nil {
			t.Fatal(err)
		}
		o := newObjective(x, rule.Cost, s.Scale, beta)
		best, got := o.least(rule.MinLength), o.of(s.Breaks)
		if math.Abs(got-best) > 1e-5*(1+math.Abs(best)) {
			t.Fatalf("breaks %v cost %.9g, the best segmentation %.9g", s.Breaks, got, best)
		}
		penalty := got - o.of(nil) + s.Gain
		want := o.beta * float64(len(s.Breaks))
		if beta != 0 && math.Abs(penalty-want) > 1e-5*(1+math.Abs(best)) {
			t.Fatalf("the gain leaves penalties of %g for %d breaks of %g", penalty, len(s.Breaks), o.beta)
		}
		from := 0
		for _, b := range append(slices.Clone(s.Breaks), len(x.Y)) {
			to, held := slices.BinarySearch(o.held, b)
			if to-from < rule.MinLength || !held && b < len(x.Y) {
				t.Fatalf("breaks %v: a segment of %d held months, or a break in a missing one", s.Breaks, to-from)
			}
			from = to
		}
		cuts += len(s.Breaks)
	})
	if cuts == 0 {
		t.Error("no series was cut: the comparison shows nothing")
	}
}

// Neither the unit of the series nor that of the exposure, nor what is written in missing months, changes a break, a
// direction, a p-value or a set. What differs but for rounding is compared to 1e-6.
func TestUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, rule := drawn(t), drawnRule(t)
		unit := math.Exp(rapid.Float64Range(-25, 25).Draw(t, "log unit"))
		z := Series{Y: slices.Clone(x.Y), Held: x.Held, Exposure: slices.Clone(x.Exposure)}
		for i := range z.Y {
			z.Y[i] *= unit
			if z.Held != nil && !z.Held[i] {
				z.Y[i] = math.NaN()
			}
		}
		for i := range z.Exposure {
			z.Exposure[i] /= unit
		}
		one, two := everything(t, x, rule), everything(t, z, rule)
		if diff := cmp.Diff(one.exact, two.exact); diff != "" {
			t.Fatal(diff)
		}
		for i := range one.near {
			if math.Abs(one.near[i]-two.near[i]) > 1e-6*(1+math.Abs(one.near[i])) {
				t.Fatalf("figure %d: %g and %g", i, one.near[i], two.near[i])
			}
		}
	})
}

type answers struct {
	exact any
	near  []float64
}

func everything(t *rapid.T, x Series, rule Rule) answers {
	s, err := Segment(x, rule, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Scan(x, rule, Window{}, DefaultLevel, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := PValue(x, rule, Window{}, Test{Permutations: 99}, rand.New(rand.NewPCG(1, 2)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return answers{
		exact: struct {
			Breaks, Set []int
			At          int
			Direction   Direction
			Sized       bool
			P           float64
		}{s.Breaks, b.Set, b.At, b.Direction, b.Sized, p},
		near: []float64{s.Gain, s.Scale, b.Statistic, b.Size, b.SizeErr, b.Slope, b.SlopeErr},
	}
}

// The scale before the search is that of the noise, whether or not there is a break by a factor of five in the middle. It is
// somewhat too small: the greatest difference is left out whether it is a break or not. The mean over 400 series must be within
// 12% of the truth.
func TestScaleBeforeSearch(t *testing.T) {
	rng := rand.New(rand.NewPCG(20220224, 7))
	for _, c := range []struct {
		name string
		cost Cost
		jump float64
		want float64 // variance over the mean in units of the mean of all; variance of logarithms
		draw func(*rand.Rand) float64
	}{
		{"counts, two levels", QuasiPoisson, 0, 1 / 6., count(2)}, // variance is mean, 6 on average
		{"gamma, one level", QuasiPoisson, 1, 0.25, gamma(4)},
		{"counts, one level", QuasiPoisson, 1, 0.5, count(2)},
		{"log-normal, one level", HurdleLevel, 1, 1, hurdle(0.7, 1)},
		{"log-normal, two levels", HurdleLevel, 5, 1, hurdle(0.7, 1)},
	} {
		var sum float64
		for range 400 {
			x := steady(c.draw)(rng, 72)
			for i := 36; i < 72; i++ {
				if x.Y[i] *= c.jump; c.jump == 0 {
					x.Y[i] = count(10)(rng)
				}
			}
			s, err := Segment(x, Rule{Cost: c.cost}, 0, nil)
			if err != nil {
				t.Fatal(err)
			}
			sum += s.Scale / 400
		}
		t.Logf("%-24s %.3f of %.3f", c.name, sum, c.want)
		if math.Abs(sum/c.want-1) > 0.12 {
			t.Errorf("%s: a mean scale of %.3f, %.3f wanted", c.name, sum, c.want)
		}
	}
}

// Segment finds breaks that are plain to see, and few where there are none, if months have no memory; with one it finds breaks in series
// without any, which its document says. 1,000 series know a share to 0.015.
func TestSegmentRecovers(t *testing.T) {
	skipShort(t)
	rng := rand.New(rand.NewPCG(20220224, 8))
	for _, c := range []struct {
		name                  string
		cost                  Cost
		draw                  func(*rand.Rand, int) Series
		least                 float64 // share in which two breaks of a factor of 8 are found within two months, and no other
		leastFalse, mostFalse float64 // share in which a series without a break is cut
	}{
		{"gamma, shape 4", QuasiPoisson, steady(gamma(4)), 0.85, 0, 0.11},
		{"counts, mean 3", QuasiPoisson, steady(count(3)), 0.8, 0, 0.1},
		{"log-normal, sigma 1", QuasiPoisson, steady(hurdle(1, 1)), 0.2, 0, 0.16},
		{"log-normal, sigma 2", QuasiPoisson, steady(hurdle(1, 2)), 0, 0, 0.13},
		{"80% zeros, sigma 1.5", QuasiPoisson, steady(hurdle(0.2, 1.5)), 0, 0, 0.1},
		{"memory 0.3, sigma 1", QuasiPoisson, remembering(0.3), 0, 0.3, 0.6},
		{"log-normal, sigma 0.7", HurdleLevel, steady(hurdle(1, 0.7)), 0.9, 0, 0.05},
		{"log-normal, sigma 2", HurdleLevel, steady(hurdle(1, 2)), 0.05, 0, 0.05},
		{"30% zeros, sigma 0.7", HurdleLevel, steady(hurdle(0.7, 0.7)), 0.8, 0, 0.05},
		{"80% zeros, sigma 1.5", HurdleLevel, steady(hurdle(0.2, 1.5)), 0, 0, 0.09},
		{"memory 0.3, sigma 1", HurdleLevel, remembering(0.3), 0, 0.15, 0.45},
		{"memory 0.6, sigma 1", HurdleLevel, remembering(0.6), 0, 0.7, 1},
		{"log-normal, sigma 0.7", HurdleTrend, steady(hurdle(1, 0.7)), 0.45, 0, 0.05},
		{"growth 2%, sigma 0.7", HurdleTrend, growing(hurdle(1, 0.7)), 0.45, 0, 0.05},
	} {
		var found, cut float64
		for range 1000 {
			x := c.draw(rng, 72)
			s, err := Segment(x, Rule{Cost: c.cost}, 0, nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Breaks) > 0 {
				cut += 1. / 1000
			}
			for i := 24; i < 48; i++ {
				x.Y[i] *= 8
			}
			if s, err = Segment(x, Rule{Cost: c.cost}, 0, nil); err != nil {
				t.Fatal(err)
			}
			if b := s.Breaks; len(b) == 2 && max(b[0]-24, 24-b[0], b[1]-48, 48-b[1]) <= 2 {
				found += 1. / 1000
			}
		}
		t.Logf("cost %d, %-22s both found, and no other %.3f; cut without a break %.3f", c.cost, c.name, found, cut)
		if found < c.least || cut < c.leastFalse || cut > c.mostFalse {
			t.Errorf("cost %d, %s: found %.3f, cut without a break %.3f", c.cost, c.name, found, cut)
		}
	}
}
