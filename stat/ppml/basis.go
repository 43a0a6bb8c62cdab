package ppml

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// basis is the columns of a design that are independent, X = QR: q has orthonormal columns, r is upper
// triangular.
type basis struct {
	columns []int // of the design, ascending
	q       *mat.Dense
	r       *mat.TriDense
}

// independent is how much of a column's length must lie outside the earlier ones for it to count as a
// column of its own: well above the rounding of decimal data in float64, well below any real variation.
const independent = 1e-9

// orthonormal takes the columns in order, so that of a collinear set the last is dropped. It is
// Gram-Schmidt done twice, which is orthogonal to rounding (Giraud, Langou & Rozloznik 2005).
func orthonormal(x *mat.Dense) basis {
	n, p := x.Dims()
	b := basis{q: mat.NewDense(n, max(p, 1), nil)}
	r := mat.NewDense(max(p, 1), max(p, 1), nil)
	var kept [][]float64
	for j := range p {
		column := mat.Col(nil, j, x)
		length := floats.Norm(column, 2)
		if length == 0 || len(kept) == n {
			continue
		}
		k := len(kept)
		for range 2 {
			for i, q := range kept {
				along := floats.Dot(q, column)
				floats.AddScaled(column, -along, q)
				r.Set(i, k, r.At(i, k)+along)
			}
		}
		rest := floats.Norm(column, 2)
		if rest <= independent*length {
			for i := range kept {
				r.Set(i, k, 0)
			}
			continue
		}
		floats.Scale(1/rest, column)
		r.Set(k, k, rest)
		b.q.SetCol(k, column)
		kept = append(kept, column)
		b.columns = append(b.columns, j)
	}
	k := len(kept)
	if k == 0 {
		return basis{q: b.q.Slice(0, n, 0, 1).(*mat.Dense)}
	}
	b.q = mat.DenseCopyOf(b.q.Slice(0, n, 0, k))
	b.r = mat.NewTriDense(k, mat.Upper, nil)
	for i := range k {
		for j := i; j < k; j++ {
			b.r.SetTri(i, j, r.At(i, j))
		}
	}
	return b
}

// rank is the number of independent columns.
func (b basis) rank() int { return len(b.columns) }

// information is Q'MQ for the diagonal M of the weights.
func (b basis) information(weights []float64) *mat.SymDense {
	n, k := b.q.Dims()
	scaled := mat.NewDense(n, k, nil)
	for i := range n {
		floats.ScaleTo(scaled.RawRowView(i), math.Sqrt(weights[i]), b.q.RawRowView(i))
	}
	var info mat.SymDense
	info.SymOuterK(1, scaled.T())
	return &info
}

// coefficients turns those of the basis into those of the design's kept columns.
func (b basis) coefficients(gamma []float64) []float64 {
	var coef mat.VecDense
	// R has no zero on its diagonal; that it is badly conditioned is the user's design.
	_ = coef.SolveVec(b.r, mat.NewVecDense(len(gamma), gamma))
	return coef.RawVector().Data
}

// covariance turns that of the basis' coefficients into that of the design's.
func (b basis) covariance(v mat.Symmetric) *mat.SymDense {
	k := v.SymmetricDim()
	var half, full mat.Dense
	_ = half.Solve(b.r, v)        // R^-1 V
	_ = full.Solve(b.r, half.T()) // R^-1 (R^-1 V)'
	out := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			out.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
	return out
}

// pick copies rows of x.
func pick(x *mat.Dense, rows []int) *mat.Dense {
	_, p := x.Dims()
	out := mat.NewDense(len(rows), p, nil)
	for i, row := range rows {
		out.SetRow(i, x.RawRowView(row))
	}
	return out
}
