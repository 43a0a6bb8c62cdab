package ppml

import (
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// An observation is separated where some combination z = Xg of the columns is zero on every positive
// outcome, nowhere negative, and positive on it: letting the coefficients run along -g then only makes
// its fitted mean smaller, without end (Correia, Guimaraes & Zylkin 2019, proposition 2).
//
// For a dense design the combinations that vanish on the positive outcomes are a null space, usually
// empty: the positive outcomes alone identify every column. Where it is not, z is sought by projecting
// in turn onto that space and onto the vectors without a negative entry, starting from all ones, which is their
// iterative rectifier with its weight on the positive outcomes taken to infinity. Two facts make its answer
// certain. Projecting never lowers the product with any z that separates, so as long as one exists the
// largest entry is at least 1: once it is below, there is none. And what it settles on has no negative
// entry, so it separates by itself.

const (
	// settled is the largest negative entry of a z that counts as none, its largest entry being 1 or more.
	settled = 1e-10
	// apart is the least entry of a settled z by which an observation counts as separated. Entries that
	// tend to zero are then of the order of settled.
	apart = 1e-6
	// projections bounds the search. It ends within hundreds; where it should not, nothing is set aside, for
	// dropping an observation that is not separated would change the estimates silently, while keeping
	// one that is ends in NotConverged.
	projections = 100_000
)

// separate gives the rows that are separated and those that are not; whole is the basis of the design.
func separate(y []float64, whole basis) (separated, rest []int) {
	var positive, zero []int
	for i, v := range y {
		if v > 0 {
			positive = append(positive, i)
		} else {
			zero = append(zero, i)
		}
	}
	out := make([]bool, len(y))
	if space := vanishing(whole.q, positive); space != nil {
		for len(zero) > 0 {
			z := rectify(pick(whole.q, zero), space)
			var left []int
			for i, row := range zero {
				if z != nil && z[i] > apart {
					out[row] = true
				} else {
					left = append(left, row)
				}
			}
			if len(left) == len(zero) {
				break
			}
			zero = left
		}
	}
	for i, is := range out {
		if is {
			separated = append(separated, i)
		} else {
			rest = append(rest, i)
		}
	}
	return separated, rest
}

// vanishing gives a basis of the combinations of q's columns that are zero on the rows, nil if there is none.
func vanishing(q *mat.Dense, rows []int) *mat.Dense {
	_, k := q.Dims()
	var svd mat.SVD
	if !svd.Factorize(pick(q, rows), mat.SVDFullV) {
		return nil
	}
	var v mat.Dense
	svd.VTo(&v)
	values := svd.Values(nil)
	rank := 0
	for rank < len(values) && values[rank] > independent {
		rank++
	}
	if rank == k {
		return nil
	}
	return mat.DenseCopyOf(v.Slice(0, k, rank, k))
}

// rectify gives a z in the range of on*space without a negative entry, nil if there is none but zero.
func rectify(on, space *mat.Dense) []float64 {
	b := orthonormal(spanned(on, space))
	if b.rank() == 0 {
		return nil
	}
	n, k := b.q.Dims()
	z, along := mat.NewVecDense(n, nil), mat.NewVecDense(k, nil)
	entries := z.RawVector().Data
	for i := range entries {
		entries[i] = 1
	}
	for range projections {
		along.MulVec(b.q.T(), z)
		z.MulVec(b.q, along)
		if floats.Max(entries) < 1-1e-9 {
			return nil
		}
		if floats.Min(entries) >= -settled {
			return entries
		}
		for i, v := range entries {
			entries[i] = max(v, 0)
		}
	}
	return nil
}

// spanned is on*space without the columns that are nothing but rounding. Both have orthonormal columns
// over all rows, so a column's length says how much of a combination these rows hold.
func spanned(on, space *mat.Dense) *mat.Dense {
	var values mat.Dense
	values.Mul(on, space)
	n, k := values.Dims()
	for j := range k {
		if mat.Norm(values.ColView(j), 2) <= independent {
			values.SetCol(j, make([]float64, n))
		}
	}
	return &values
}
