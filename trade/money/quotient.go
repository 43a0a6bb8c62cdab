package money

import (
	"math"
	"math/big"
	"math/bits"

	"detour/fault"
)

// Mean is sum/n rounded half to even; n is positive.
func Mean(sum int64, n int) int64 {
	if n == 1 {
		return sum
	}
	return roundHalfEven(big.NewInt(sum), big.NewInt(int64(n))).Int64()
}

// Quotient is a/b rounded half to even; b is positive. It is bad input if that leaves int64.
func Quotient(a, b *big.Int) (int64, error) {
	q := roundHalfEven(a, b)
	if !q.IsInt64() {
		return 0, fault.Errorf(fault.BadInput, "a figure leaves int64: %s hundredths", q)
	}
	return q.Int64(), nil
}

// MulDiv is the Quotient of a*b and den, which is positive, in machine words where they suffice.
func MulDiv(a, b, den int64) (int64, error) {
	if hi, lo := bits.Mul64(magnitude(a), magnitude(b)); hi < uint64(den) {
		q, rest := bits.Div64(hi, lo, uint64(den))
		if above := uint64(den) - rest; rest > above || rest == above && q%2 == 1 {
			q++
		}
		switch negative := (a < 0) != (b < 0); {
		case q > math.MaxInt64: // which may yet be the least int64
		case negative:
			return -int64(q), nil
		default:
			return int64(q), nil
		}
	}
	return Quotient(new(big.Int).Mul(big.NewInt(a), big.NewInt(b)), big.NewInt(den))
}

// magnitude is the absolute value, right for the least int64 too.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
