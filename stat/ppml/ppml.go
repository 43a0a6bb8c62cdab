// Package ppml fits E[y|x] = exp(x'b) by Poisson pseudo-maximum likelihood (Gourieroux, Monfort & Trognon
// 1984; Santos Silva & Tenreyro 2006) for a dense design of up to some tens of columns.
//
// The outcome need not be a count: only the mean has to be right, and the variance is asked for
// afterwards, never taken from the Poisson law. The fit is by iteratively reweighted least squares in
// an orthonormal basis of the design. Observations that are separated (their fitted mean would run to
// zero, and a coefficient to infinity) are found and set aside first (Correia, Guimaraes & Zylkin
// 2019), and collinear columns are dropped; both are reported.
package ppml

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"detour/fault"
)

// Options of a fit. The zero value has the defaults.
type Options struct {
	Names         []string // of the columns; nil names them x0, x1, ...
	Tolerance     float64  // largest change of any x'b in the last step; 0 is 1e-10
	MaxIterations int      // 0 is 100
}

// Dropped is a column that has no coefficient.
type Dropped struct {
	Column int
	Name   string
	Reason Reason
}

// Reason says why a column was dropped.
type Reason string

// The reasons.
const (
	// Collinear: a combination of earlier columns.
	Collinear Reason = "collinear"
	// Separation: it was a column of its own only through observations that are separated, such as
	// the dummy of a group whose outcomes are all zero.
	Separation Reason = "separation"
)

// Result is a fit. It is immutable and safe for concurrent use.
type Result struct {
	Columns   []int     // of the design that were kept, ascending; the next two follow it
	Names     []string  //
	Coef      []float64 //
	Dropped   []Dropped // by column
	Separated []int     // rows of the design that were set aside, ascending
	Mu        []float64 // fitted mean by row of the design; 0, its limit, where separated
	Deviance  float64   // Poisson deviance
	DF        int       // observations fitted less columns kept
	// Dispersion is Pearson's chi squared over DF, in units of the outcome; 0 where DF is 0 and there
	// is none.
	Dispersion float64
	Iterations int

	basis    basis
	rows     []int     // of the design, that basis holds
	residual []float64 // y - mu, by those
	mean     []float64 // mu, by those
}

// NotConverged is the error of a fit that did not settle.
type NotConverged struct {
	Iterations int
	Step       float64 // largest change of any x'b in the last iteration
}

// Error implements error.
func (e *NotConverged) Error() string {
	return fmt.Sprintf("the Poisson fit moved by %.1e still after %d iterations", e.Step, e.Iterations)
}

// Fit regresses y, not negative, on the columns of x, which must hold a constant if one is wanted. An
// outcome that is negative or not finite, a design that is not finite, lengths that disagree, and
// outcomes that are all zero are bad input; a fit that does not settle is an internal error that wraps
// *NotConverged. Neither x nor y is kept or changed.
func Fit(x *mat.Dense, y []float64, opts Options) (Result, error) {
	names, err := check(x, y, opts.Names)
	if err != nil {
		return Result{}, err
	}
	if opts.Tolerance == 0 {
		opts.Tolerance = 1e-10
	}
	if opts.MaxIterations == 0 {
		opts.MaxIterations = 100
	}

	whole := orthonormal(x)
	separated, rows := separate(y, whole)
	fit := Result{Separated: separated, rows: rows, basis: whole}
	if len(separated) > 0 {
		fit.basis = orthonormal(pick(x, rows))
	}
	if fit.basis.rank() == 0 {
		return Result{}, fault.Errorf(fault.BadInput, "no column of the design is other than zero where an outcome is not")
	}
	fit.name(names, whole)

	kept := make([]float64, len(rows))
	for i, row := range rows {
		kept[i] = y[row]
	}
	gamma, err := fit.iterate(kept, opts)
	if err != nil {
		return Result{}, err
	}
	fit.Coef = fit.basis.coefficients(gamma)
	fit.summarise(kept, len(y))
	return fit, nil
}

func check(x *mat.Dense, y []float64, names []string) ([]string, error) {
	n, p := x.Dims()
	if names == nil {
		for j := range p {
			names = append(names, fmt.Sprintf("x%d", j))
		}
	}
	if n != len(y) || p != len(names) {
		return nil, fault.Errorf(fault.BadInput, "a design of %d rows and %d columns for %d outcomes and %d names", n, p, len(y), len(names))
	}
	for i, v := range y {
		if !(v >= 0) || math.IsInf(v, 1) {
			return nil, fault.Errorf(fault.BadInput, "outcome %d is %g: neither negative nor infinite values have a Poisson mean", i, v)
		}
		if row := x.RawRowView(i); floats.HasNaN(row) || math.IsInf(floats.Norm(row, math.Inf(1)), 1) {
			return nil, fault.Errorf(fault.BadInput, "row %d of the design is not finite", i)
		}
	}
	if floats.Sum(y) == 0 {
		return nil, fault.Errorf(fault.BadInput, "every outcome is zero: no mean can be fitted")
	}
	return names, nil
}

// name fills in which columns were kept and which dropped; whole is the basis of all rows.
func (f *Result) name(names []string, whole basis) {
	alone := map[int]bool{}
	for _, j := range whole.columns {
		alone[j] = true
	}
	f.Columns = f.basis.columns
	next := 0
	for j, name := range names {
		switch {
		case next < len(f.Columns) && f.Columns[next] == j:
			f.Names = append(f.Names, name)
			next++
		case alone[j]:
			f.Dropped = append(f.Dropped, Dropped{j, name, Separation})
		default:
			f.Dropped = append(f.Dropped, Dropped{j, name, Collinear})
		}
	}
}

// iterate finds the coefficients of the basis, with the fitted means and residuals. The log link is the
// Poisson law's own, so a step of reweighted least squares is a step of Newton's method: the root that
// it settles on does not depend on how exactly each step is solved.
func (f *Result) iterate(y []float64, opts Options) ([]float64, error) {
	n, k := f.basis.q.Dims()
	f.mean, f.residual = make([]float64, n), make([]float64, n)
	gamma, eta := make([]float64, k), make([]float64, n)
	f.start(y, eta)
	deviance := math.Inf(1)
	change := math.Inf(1)
	for f.Iterations = 1; f.Iterations <= opts.MaxIterations; f.Iterations++ {
		// The first step leaves the starting values, which lie outside the basis: it solves for x'b
		// itself, later ones for its change.
		target := f.residual
		if f.Iterations == 1 {
			target = make([]float64, n)
			for i := range target {
				target[i] = f.mean[i]*eta[i] + f.residual[i]
			}
		}
		step, err := f.solve(target)
		if err != nil {
			return nil, err
		}
		before := eta
		gamma, eta, deviance = f.advance(y, gamma, step, deviance)
		change = floats.Distance(before, eta, math.Inf(1))
		if f.Iterations > 1 && (change <= opts.Tolerance || f.rooted(y)) {
			return gamma, nil
		}
	}
	return nil, fault.Errorf(fault.Internal, "%w", &NotConverged{opts.MaxIterations, change})
}

// start sets means half way between each outcome and their mean, as glm in R and Stata do.
func (f *Result) start(y, eta []float64) {
	mean := floats.Sum(y) / float64(len(y))
	for i := range y {
		f.mean[i] = (y[i] + mean) / 2
		f.residual[i] = y[i] - f.mean[i]
		eta[i] = math.Log(f.mean[i])
	}
}

// solve gives the least squares coefficients (Q'MQ)^-1 Q't, M the diagonal of the means.
func (f *Result) solve(target []float64) ([]float64, error) {
	_, k := f.basis.q.Dims()
	var chol mat.Cholesky
	if !chol.Factorize(f.basis.information(f.mean)) {
		return nil, fault.Errorf(fault.Internal, "the information of the Poisson fit is not positive: its means span too many magnitudes")
	}
	var right mat.VecDense
	right.MulVec(f.basis.q.T(), mat.NewVecDense(len(target), target))
	step := mat.NewVecDense(k, nil)
	if err := chol.SolveVecTo(step, &right); err != nil {
		return nil, fault.Errorf(fault.Internal, "the information of the Poisson fit is singular: %w", err)
	}
	return step.RawVector().Data, nil
}

// halvings bounds how often a step that leads uphill is halved; 2^-30 of a step is as good as none.
const halvings = 30

// advance takes the step, halved until the deviance does not grow, and gives the new coefficients,
// their x'b and the deviance. Near the optimum the deviance is flat to rounding, hence the slack.
func (f *Result) advance(y, gamma, step []float64, deviance float64) ([]float64, []float64, float64) {
	n, k := f.basis.q.Dims()
	next, eta := make([]float64, k), mat.NewVecDense(n, nil)
	for try := 0; ; try++ {
		floats.AddScaledTo(next, gamma, math.Pow(2, -float64(try)), step)
		eta.MulVec(f.basis.q, mat.NewVecDense(k, next))
		d := f.expand(y, eta.RawVector().Data)
		if d <= deviance*(1+1e-8) || try == halvings {
			return next, eta.RawVector().Data, d
		}
	}
}

// expand sets means and residuals from x'b and gives the deviance.
func (f *Result) expand(y, eta []float64) float64 {
	var d float64
	for i, e := range eta {
		f.mean[i] = math.Exp(e)
		f.residual[i] = y[i] - f.mean[i]
		d -= f.residual[i]
		if y[i] > 0 {
			d += y[i] * (math.Log(y[i]) - e)
		}
	}
	return 2 * d
}

// rooted tells whether the score is zero to rounding, so that no further step can mean anything.
func (f *Result) rooted(y []float64) bool {
	n, k := f.basis.q.Dims()
	for j := range k {
		var score, size float64
		for i := range n {
			q := f.basis.q.At(i, j)
			score += q * f.residual[i]
			size += math.Abs(q) * (y[i] + f.mean[i])
		}
		if math.Abs(score) > 0x1p-50*size {
			return false
		}
	}
	return true
}

func (f *Result) summarise(y []float64, n int) {
	f.Mu = make([]float64, n)
	var pearson float64
	for i, row := range f.rows {
		f.Mu[row] = f.mean[i]
		pearson += f.residual[i] * f.residual[i] / f.mean[i]
	}
	_, k := f.basis.q.Dims()
	f.Deviance = f.deviance(y)
	if f.DF = len(f.rows) - k; f.DF > 0 {
		f.Dispersion = pearson / float64(f.DF)
	}
}

// deviance is summed from the means, without the cancelling of large terms that a step can afford.
func (f *Result) deviance(y []float64) float64 {
	var d float64
	for i, v := range y {
		d -= f.residual[i]
		if v > 0 {
			d += v * math.Log(v/f.mean[i])
		}
	}
	return 2 * d
}
