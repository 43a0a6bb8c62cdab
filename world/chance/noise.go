// Package chance draws what a simulated world leaves to chance: from a source for each thing, so that what is
// drawn depends on the seed and the thing alone, and in the manner of official figures. It knows no trade
// beyond consignments and their size.
package chance

import (
	"math"
	"math/rand/v2"
)

// Noise is how ordinary trade between one exporter, one partner and one product varies. Its values are
// fitted (docs/method/world.md), so that the cells of the world are as unruly as the official ones.
//
// Consignments of a month are Poisson; their sizes are log-normal. The log of the expected number is the
// sum of a level, of effects of exporter, partner and product, of a residual, and of shocks that fade.
type Noise struct {
	Level      float64 // mean over cells of the log of consignments a month
	ExporterSD float64 // effects on that log
	PartnerSD  float64
	WareSD     float64
	ResidualSD float64

	Size        float64 // mean over cells of the log of a consignment's mean EUR
	SizeSlope   float64 // rise of that log with the log number, in units of it
	SizeOften   float64 // what is added to that slope where consignments are frequent
	SizeWareSD  float64 // effect of the product on it
	SizeSD      float64 // residual of it
	SizeSkew    float64 // how much longer the upper sides of both are than the lower ones
	Spread      float64 // median over cells of the standard deviation of the log of one consignment
	SpreadSD    float64 // standard deviation over cells of the log of Spread
	ShockSD     float64 // standard deviation of a cell's own shock to the log number
	Persistence float64 // share of a shock left a month later
	Growth      float64 // of the log number a year
}

// Factors are the logs of what multiplies the expected number of consignments, month by month.
type Factors []float64

// Cell is one series of ordinary trade, in a generator's buffers.
type Cell struct {
	Count []int32 // consignments of a month
	Euros []int64 // whole euros at FOB, none where there is no consignment
}

// Setting is what fixes the level of a cell, before its own residuals.
type Setting struct {
	Key       Key
	Intensity float64 // log of consignments a month
	Size      float64 // log EUR beyond what the intensity says
}

// Generator makes cells. It is reused from cell to cell, by one goroutine.
type Generator struct {
	noise Noise
	seed  uint64
	pcg   rand.PCG
	rand  *rand.Rand
	// Cell is the last one made.
	Cell Cell
}

// NewGenerator makes a generator of cells of so many months.
func NewGenerator(noise Noise, seed uint64, months int) *Generator {
	g := &Generator{noise: noise, seed: seed, Cell: Cell{Count: make([]int32, months), Euros: make([]int64, months)}}
	g.rand = rand.New(&g.pcg)
	return g
}

// Begin makes the random source that of a key, whatever was drawn before.
func (g *Generator) Begin(k Key) *rand.Rand {
	a, b := k.words(g.seed)
	g.pcg.Seed(a, b)
	return g.rand
}

// frequent is the log of consignments a month from which their size falls with their number.
const frequent = 1.2

// negligible is the expected number of consignments below which a whole cell is taken as empty: less
// than one in ten thousand such cells would have traded once.
const negligible = 1e-4

// Trade makes the cell of a setting under the factors, which have one number a month. The result is
// overwritten by the next call; false means that the cell is empty.
func (g *Generator) Trade(s Setting, drift Factors) bool {
	n, r := g.noise, g.Begin(s.Key)
	own := n.ResidualSD * r.NormFloat64()
	level := s.Intensity + own
	if level+drift.highest() < math.Log(negligible/float64(len(drift))) {
		return false
	}
	mean := n.Size + s.Size + n.SizeSlope*(level-n.Level) + n.SizeOften*max(0, level-frequent) + n.SizeSD*Lean(r.NormFloat64(), n.SizeSkew)
	spread := n.Spread * math.Exp(n.SpreadSD*r.NormFloat64())
	median := mean - spread*spread/2
	shock, step := n.ShockSD*r.NormFloat64(), n.ShockSD*math.Sqrt(1-n.Persistence*n.Persistence)
	traded := false
	for t := range drift {
		shock = n.Persistence*shock + step*r.NormFloat64()
		count := Poisson(r, math.Exp(level+shock+drift[t]))
		g.Cell.Count[t], g.Cell.Euros[t] = int32(count), 0
		if count > 0 {
			traded = true
			g.Cell.Euros[t] = WholeEuros(sumOfLogNormals(r, count, median, spread))
		}
	}
	return traded
}

// Lean makes of a standard normal number one of mean 0 whose distribution is skewed.
func Lean(z, skew float64) float64 { return z + skew*(z*z-1) }

func (f Factors) highest() float64 {
	high := math.Inf(-1)
	for _, x := range f {
		high = max(high, x)
	}
	return high
}

// sumOfLogNormals draws the sum of n log-normal amounts, each with the mean and sd of its log, as one
// log-normal of the same mean and variance (Fenton 1960), which is exact for n = 1.
func sumOfLogNormals(r *rand.Rand, n int, mean, sd float64) float64 {
	variance := math.Log1p(math.Expm1(sd*sd) / float64(n))
	return math.Exp(mean + math.Log(float64(n)) + (sd*sd-variance)/2 + math.Sqrt(variance)*r.NormFloat64())
}

// mostEuros bounds a month of a cell, far above any real one, so that sums of a world stay within int64.
const mostEuros = 1e11

// WholeEuros rounds an amount to whole euros: at least one, at most far more than any real month.
func WholeEuros(x float64) int64 { return int64(max(1, math.Round(min(x, mostEuros)))) }

// poissonNormal is the mean from which a Poisson number is drawn as a rounded normal one.
const poissonNormal = 30

// Poisson draws by multiplication of uniforms (Knuth 1969), or from the normal approximation where that
// would take long.
func Poisson(r *rand.Rand, mean float64) int {
	if mean >= poissonNormal {
		return int(max(0, math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	product, n := r.Float64(), 0
	if product <= 1-mean { // which is at most exp(-mean): most months of most cells end here
		return 0
	}
	for limit := math.Exp(-mean); product > limit; product *= r.Float64() {
		n++
	}
	return n
}
