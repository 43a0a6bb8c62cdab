// Package fit fits the model of chains to books whose truth is known.
package fit

import (
	"cmp"
	"math"
	"slices"

	"detour/detect/chain"
	"detour/fault"
	"detour/stat/boost"
)

// Example is a book whose truth is known.
type Example struct {
	chain.Measurement
	Is []bool // by pair: goods were diverted
	// Skip is pairs that are neither true nor false: the code under which diverted goods were declared.
	Skip []bool
	// Worth is the EUR that truly passed, 0 where nothing did.
	Worth []float64
}

// Model fits a model: its trees on some examples, calibration and intervals of the level on others, which should be
// of another kind so that what they say is not said too surely. Too few true pairs are bad input.
func Model(trees, adjust []Example, level float64, o boost.Options) (*chain.Model, error) {
	rows, is := pooled(trees)
	m := &chain.Model{Features: chain.FeatureIDs(), Level: level}
	var err error
	if m.Trees, err = boost.Fit(rows, is, o); err != nil {
		return nil, err
	}
	for i := range m.Trees.Trees {
		round(m.Trees.Trees[i])
	}
	if err := calibrate(m, adjust); err != nil {
		return nil, err
	}
	return m, scale(m, adjust)
}

// round keeps six digits of a tree's numbers, which makes the file of a model a third shorter.
func round(t boost.Tree) {
	for i := range t {
		t[i].Cut, t[i].Value = digits(t[i].Cut), digits(t[i].Value)
	}
}

func digits(x float64) float64 {
	if x == 0 {
		return 0
	}
	unit := math.Pow(10, 6-math.Ceil(math.Log10(math.Abs(x))))
	return math.Round(x*unit) / unit
}

func pooled(examples []Example) (rows [][]float64, is []bool) {
	for _, e := range examples {
		for i, r := range e.Rows {
			if r != nil && !e.Skip[i] {
				rows, is = append(rows, r), append(is, e.Is[i])
			}
		}
	}
	return rows, is
}

// calibrate fits slope and shift by Newton's method on the likelihood of outcomes, drawn to 0 and 1 by one pair each as
// Platt (1999) does.
func calibrate(m *chain.Model, examples []Example) error {
	rows, is := pooled(examples)
	x, n1 := make([]float64, len(rows)), 0.0
	for i, r := range rows {
		x[i] = m.Trees.LogOdds(r)
		if is[i] {
			n1++
		}
	}
	n := float64(len(rows))
	if n1 < 20 || n-n1 < 20 {
		return fault.Errorf(fault.BadInput, "fitting chains: %d true pairs among %d are too few to calibrate", int(n1), len(rows))
	}
	m.Share, m.Slope, m.Shift = n1/n, 1, 0
	for range 50 {
		var g0, g1, h00, h01, h11 float64
		for i, u := range x {
			p, y := boost.Probability(m.Shift+m.Slope*u), 1/(n-n1+2)
			if is[i] {
				y = (n1 + 1) / (n1 + 2)
			}
			w := p * (1 - p)
			g0, g1 = g0+y-p, g1+(y-p)*u
			h00, h01, h11 = h00+w, h01+w*u, h11+w*u*u
		}
		det := h00*h11 - h01*h01
		d0, d1 := (h11*g0-h01*g1)/det, (h00*g1-h01*g0)/det
		m.Shift, m.Slope = m.Shift+d0, m.Slope+d1
		if math.Abs(d0)+math.Abs(d1) < 1e-10 {
			return nil
		}
	}
	return fault.Errorf(fault.Internal, "fitting chains: the calibration does not converge")
}

// scale fits, for each basis and size, the factor with the least sum of absolute errors over true pairs that are found, and
// the quantiles of log ratios that hold the level, widened for their number as split conformal prediction does
// (Vovk, Gammerman & Shafer 2005). Few pairs borrow from all sizes, and from all bases.
func scale(m *chain.Model, examples []Example) error {
	var all []ratio
	for _, e := range examples {
		for i, p := range m.Probabilities(e.Rows) {
			if p >= chain.Found && e.Is[i] && e.Worth[i] > 0 && e.Raw[i] > 0 {
				all = append(all, ratio{e.By[i], math.Log(e.Worth[i] / e.Raw[i]), e.Raw[i]})
			}
		}
	}
	if len(all) < enough {
		return fault.Errorf(fault.BadInput, "fitting chains: %d true pairs are found, too few for intervals", len(all))
	}
	slices.SortFunc(all, func(a, b ratio) int { return cmp.Compare(a.log, b.log) })
	for _, b := range chain.Bases() {
		of := among(all, func(r ratio) bool { return r.by == b })
		for _, from := range chain.Sizes() {
			s := chain.Scale{By: b, From: from}
			own := among(of, func(r ratio) bool { return chain.SizeOf(r.raw) == from })
			s.N = len(own)
			for _, wider := range [][]ratio{of, all} {
				if len(own) < enough {
					own = wider
				}
			}
			s.Middle, s.Low, s.High = digits(middle(own)), digits(own[tail(m.Level, own)-1].log), digits(own[len(own)-tail(m.Level, own)].log)
			m.Values = append(m.Values, s)
		}
	}
	return nil
}

// ratio is the log of a true value over a raw figure.
type ratio struct {
	by       chain.Basis
	log, raw float64
}

func among(rs []ratio, keep func(ratio) bool) []ratio {
	return slices.DeleteFunc(slices.Clone(rs), func(r ratio) bool { return !keep(r) })
}

// middle is the log of the factor that makes the sum of absolute errors least: the median of ratios weighted by raw
// figures. Ratios are sorted.
func middle(rs []ratio) float64 {
	total, upTo := 0.0, 0.0
	for _, r := range rs {
		total += r.raw
	}
	for _, r := range rs {
		if upTo += r.raw; upTo >= total/2 {
			return r.log
		}
	}
	return 0
}

// tail is which of the least ratios bounds the interval: 1 for the least.
func tail(level float64, rs []ratio) int {
	return max(1, int(math.Floor((1-level)/2*float64(len(rs)+1))))
}

// enough is how many pairs a basis needs for quantiles of its own.
const enough = 40
