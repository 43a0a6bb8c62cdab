package boost

import (
	"math"
	"math/rand/v2"
	"slices"

	"detour/fault"
)

// Options say how a model is fitted.
type Options struct {
	Trees   int     // how many
	Depth   int     // questions from root to leaf: 2 lets pairs of inputs act together
	MinLeaf int     // rows that a leaf has at least
	Rate    float64 // share of a Newton step that is taken
	Ridge   float64 // added to the curvature of a leaf, which draws small leaves to zero
	Rows    float64 // share of the rows that each tree sees
	Inputs  float64 // share of the inputs that each tree sees
	Seed    uint64  // of the shares
}

// Defaults are options that serve some ten thousand rows with a few per cent of true outcomes.
func Defaults() Options {
	return Options{Trees: 600, Depth: 2, MinLeaf: 20, Rate: 0.05, Ridge: 1, Rows: 0.7, Inputs: 0.5, Seed: 1}
}

// bins is into how many parts the range of an input is cut at most: at its quantiles.
const bins = 64

// Fit fits a model to rows of equally many inputs and their outcomes. The same arguments give the same model. Rows of
// unequal length, NaN, options that make no sense, and outcomes that are all alike are bad input.
func Fit(rows [][]float64, is []bool, o Options) (Model, error) {
	if err := check(rows, is, o); err != nil {
		return Model{}, err
	}
	f := newFitter(rows, is, o)
	for range o.Trees {
		f.grow()
	}
	return f.model, nil
}

func check(rows [][]float64, is []bool, o Options) error {
	bad := func(what string) error { return fault.Errorf(fault.BadInput, "boosting: %s", what) }
	switch {
	case len(rows) == 0 || len(rows) != len(is):
		return bad("rows and outcomes differ in number, or there are none")
	case o.Trees < 0 || o.Depth < 1 || o.MinLeaf < 1 || !(o.Rate > 0) || !(o.Ridge >= 0):
		return bad("an option is out of range")
	case !(o.Rows > 0 && o.Rows <= 1) || !(o.Inputs > 0 && o.Inputs <= 1):
		return bad("a share is not within 0 and 1")
	case !slices.Contains(is, true) || !slices.Contains(is, false):
		return bad("outcomes are all alike")
	}
	for _, r := range rows {
		if len(r) != len(rows[0]) || slices.ContainsFunc(r, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 1) }) {
			return bad("a row is short or holds what is no number")
		}
	}
	return nil
}

// fitter is a fit under way.
type fitter struct {
	model    Model
	options  Options
	rows     [][]float64
	is       []bool
	cuts     [][]float64 // by input
	bin      [][]uint8   // by input and row: how many cuts lie at or below the value
	logOdds  []float64
	gradient []float64
	curve    []float64
	rng      *rand.Rand
	inputs   []int // those of the tree under way
	tree     Tree
}

func newFitter(rows [][]float64, is []bool, o Options) *fitter {
	n, d := len(rows), len(rows[0])
	f := &fitter{
		options: o, rows: rows, is: is, rng: rand.New(rand.NewPCG(o.Seed, 0)),
		logOdds: make([]float64, n), gradient: make([]float64, n), curve: make([]float64, n),
	}
	for j := range d {
		values := make([]float64, n)
		for i := range rows {
			values[i] = rows[i][j]
		}
		cuts := cutsOf(values)
		code := make([]uint8, n)
		for i, x := range values {
			at, found := slices.BinarySearch(cuts, x)
			if found {
				at++
			}
			code[i] = uint8(at)
		}
		f.cuts, f.bin = append(f.cuts, cuts), append(f.bin, code)
	}
	true1 := 0
	for _, y := range is {
		if y {
			true1++
		}
	}
	f.model = Model{Inputs: d, Base: math.Log(float64(true1) / float64(n-true1)), Trees: []Tree{}}
	for i := range f.logOdds {
		f.logOdds[i] = f.model.Base
	}
	return f
}

// cutsOf gives the distinct quantiles of values above the least, ascending.
func cutsOf(values []float64) []float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	var cuts []float64
	for k := 1; k < bins; k++ {
		cuts = append(cuts, sorted[k*len(sorted)/bins])
	}
	cuts = append(cuts, sorted[len(sorted)-1-len(sorted)/200])
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	return slices.DeleteFunc(cuts, func(x float64) bool { return x == sorted[0] })
}

// grow adds one tree.
func (f *fitter) grow() {
	var rows []int
	for i, l := range f.logOdds {
		p := Probability(l)
		f.gradient[i], f.curve[i] = -p, p*(1-p)
		if f.is[i] {
			f.gradient[i] = 1 - p
		}
		if f.options.Rows == 1 || f.rng.Float64() < f.options.Rows {
			rows = append(rows, i)
		}
	}
	f.inputs = f.inputs[:0]
	for j := range f.cuts {
		if f.options.Inputs == 1 || f.rng.Float64() < f.options.Inputs {
			f.inputs = append(f.inputs, j)
		}
	}
	f.tree = nil
	f.node(rows, f.options.Depth)
	one := Model{Inputs: f.model.Inputs, Trees: []Tree{f.tree}}
	for i, r := range f.rows {
		f.logOdds[i] += one.LogOdds(r)
	}
	f.model.Trees = append(f.model.Trees, f.tree)
}

// sums are those of some rows.
type sums struct {
	n               int
	gradient, curve float64
}

func (s sums) less(t sums) sums {
	return sums{s.n - t.n, s.gradient - t.gradient, s.curve - t.curve}
}

// gain is what a Newton step gains, twice over, to second order.
func (s sums) gain(ridge float64) float64 { return s.gradient * s.gradient / (s.curve + ridge) }

// node adds a node for rows and what lies below it, and gives its place.
func (f *fitter) node(rows []int, depth int) int {
	var all sums
	for _, i := range rows {
		all = sums{all.n + 1, all.gradient + f.gradient[i], all.curve + f.curve[i]}
	}
	at := len(f.tree)
	f.tree = append(f.tree, Node{})
	if all.curve+f.options.Ridge > 0 {
		f.tree[at].Value = f.options.Rate * all.gradient / (all.curve + f.options.Ridge)
	}
	if depth == 0 {
		return at
	}
	input, bin := f.best(rows, all)
	if input < 0 {
		return at
	}
	var low, high []int
	for _, i := range rows {
		if int(f.bin[input][i]) <= bin {
			low = append(low, i)
		} else {
			high = append(high, i)
		}
	}
	left := f.node(low, depth-1)
	right := f.node(high, depth-1)
	n := &f.tree[at]
	n.Input, n.Cut, n.Left, n.Right = input, f.cuts[input][bin], left, right
	return at
}

// best finds the input and the last bin of the low side that gain most, -1 for none.
func (f *fitter) best(rows []int, all sums) (input, bin int) {
	input = -1
	most := all.gain(f.options.Ridge) + 1e-9
	for _, j := range f.inputs {
		var by [bins + 2]sums
		for _, i := range rows {
			b := &by[f.bin[j][i]]
			b.n, b.gradient, b.curve = b.n+1, b.gradient+f.gradient[i], b.curve+f.curve[i]
		}
		var low sums
		for k := range f.cuts[j] {
			low = sums{low.n + by[k].n, low.gradient + by[k].gradient, low.curve + by[k].curve}
			high := all.less(low)
			if low.n < f.options.MinLeaf || high.n < f.options.MinLeaf {
				continue
			}
			if g := low.gain(f.options.Ridge) + high.gain(f.options.Ridge); g > most {
				most, input, bin = g, j, k
			}
		}
	}
	return input, bin
}
