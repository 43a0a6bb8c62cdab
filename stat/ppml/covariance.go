package ppml

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"detour/fault"
)

// The covariances of the coefficients, in the order of Result.Columns. n is the number of observations
// fitted, p that of the columns kept.

// Quasi is the quasi-Poisson covariance: right if the variance is Dispersion times the mean.
func (f *Result) Quasi() *mat.SymDense {
	bread := f.bread()
	bread.ScaleSym(f.Dispersion, bread)
	return f.basis.covariance(bread)
}

// HC0 is White's sandwich, right whatever the variance, for independent observations.
func (f *Result) HC0() *mat.SymDense {
	n, k := f.basis.q.Dims()
	scores := mat.NewDense(n, k, nil)
	for i := range n {
		floats.ScaleTo(scores.RawRowView(i), f.residual[i], f.basis.q.RawRowView(i))
	}
	return f.sandwich(scores)
}

// HC1 is HC0 times n/(n-p).
func (f *Result) HC1() (*mat.SymDense, error) {
	if err := f.spare(); err != nil {
		return nil, err
	}
	v := f.HC0()
	v.ScaleSym(float64(len(f.rows))/float64(f.DF), v)
	return v, nil
}

// spare is the error of a correction for small samples that has no degree of freedom to spare.
func (f *Result) spare() error {
	if f.DF > 0 {
		return nil
	}
	return fault.Errorf(fault.BadInput, "%d observations for %d coefficients leave no degree of freedom", len(f.rows), len(f.Columns))
}

// CR0 is the sandwich for observations that are independent between clusters only. Clusters has an
// identifier for each row of the design; at least two must be among the rows fitted.
func (f *Result) CR0(clusters []int) (*mat.SymDense, error) {
	scores, err := f.clusterScores(clusters)
	if err != nil {
		return nil, err
	}
	return f.sandwich(scores), nil
}

// CR1 is CR0 times G/(G-1) (n-1)/(n-p) for G clusters, as Stata and fixest have it.
func (f *Result) CR1(clusters []int) (*mat.SymDense, error) {
	if err := f.spare(); err != nil {
		return nil, err
	}
	scores, err := f.clusterScores(clusters)
	if err != nil {
		return nil, err
	}
	v, g, n := f.sandwich(scores), float64(scores.RawMatrix().Rows), float64(len(f.rows))
	v.ScaleSym(g/(g-1)*(n-1)/float64(f.DF), v)
	return v, nil
}

// clusterScores sums the scores of each cluster, by first appearance.
func (f *Result) clusterScores(clusters []int) (*mat.Dense, error) {
	if len(clusters) != len(f.Mu) {
		return nil, fault.Errorf(fault.BadInput, "%d cluster identifiers for %d observations", len(clusters), len(f.Mu))
	}
	place := map[int]int{}
	for _, row := range f.rows {
		if _, seen := place[clusters[row]]; !seen {
			place[clusters[row]] = len(place)
		}
	}
	if len(place) < 2 {
		return nil, fault.Errorf(fault.BadInput, "all observations lie in one cluster: no variance can be told")
	}
	_, k := f.basis.q.Dims()
	scores := mat.NewDense(len(place), k, nil)
	for i, row := range f.rows {
		floats.AddScaled(scores.RawRowView(place[clusters[row]]), f.residual[i], f.basis.q.RawRowView(i))
	}
	return scores, nil
}

// sandwich is (Q'MQ)^-1 S'S (Q'MQ)^-1 for scores S, turned to the design's columns.
func (f *Result) sandwich(scores *mat.Dense) *mat.SymDense {
	bread := f.bread()
	var half mat.Dense
	half.Mul(scores, bread)
	var v mat.SymDense
	v.SymOuterK(1, half.T())
	return f.basis.covariance(&v)
}

// bread is the inverse of the information Q'MQ, which the fit has already solved with.
func (f *Result) bread() *mat.SymDense {
	var chol mat.Cholesky
	chol.Factorize(f.basis.information(f.mean))
	var inverse mat.SymDense
	_ = chol.InverseTo(&inverse)
	return &inverse
}

// StdErrors gives the square roots of a covariance's diagonal.
func StdErrors(v mat.Symmetric) []float64 {
	out := make([]float64, v.SymmetricDim())
	for i := range out {
		out[i] = math.Sqrt(v.At(i, i))
	}
	return out
}
