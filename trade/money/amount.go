package money

import (
	"math/big"
	"math/bits"
	"strings"

	"detour/fault"
)

// Add gives a + b, or bad input where that leaves int64.
func Add(a, b int64) (int64, error) {
	sum := a + b
	// Only operands of one sign can overflow, and then the sum has the other.
	if (a >= 0) == (b >= 0) && (sum >= 0) != (a >= 0) {
		return 0, fault.Errorf(fault.BadInput, "sum leaves int64: %d + %d hundredths", a, b)
	}
	return sum, nil
}

// Sub gives a - b, or bad input where that leaves int64.
func Sub(a, b int64) (int64, error) {
	difference := a - b
	// Only operands of different signs can overflow, and then the difference has not the first one's.
	if (a >= 0) != (b >= 0) && (difference >= 0) != (a >= 0) {
		return 0, fault.Errorf(fault.BadInput, "difference leaves int64: %d - %d hundredths", a, b)
	}
	return difference, nil
}

// Sum adds amounts in 128 bits, so that the order of large terms of both signs does not matter. The
// zero value is an empty sum. It is not safe for concurrent use.
type Sum struct {
	hi    int64 // hi and lo are one integer in two's complement
	lo    uint64
	wider bool // a term or the sum has left 128 bits, and nothing can mend that
}

// Add adds n.
func (s *Sum) Add(n int64) { s.add(n>>63, uint64(n)) }

// AddBig adds n, which is left as it is.
func (s *Sum) AddBig(n *big.Int) {
	if n.BitLen() > 127 {
		s.wider = true
		return
	}
	magnitude := new(big.Int).Abs(n)
	lo := new(big.Int).And(magnitude, new(big.Int).SetUint64(^uint64(0))).Uint64()
	hi := magnitude.Rsh(magnitude, 64).Uint64()
	if n.Sign() < 0 {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	s.add(int64(hi), lo)
}

func (s *Sum) add(hi int64, lo uint64) {
	var carry uint64
	was := s.hi
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.hi += hi + int64(carry)
	if (was >= 0) == (hi >= 0) && (s.hi >= 0) != (was >= 0) {
		s.wider = true
	}
}

// Int64 gives the sum, or bad input where it leaves int64.
func (s *Sum) Int64() (int64, error) {
	n := int64(s.lo)
	if s.wider || s.hi != n>>63 {
		return 0, fault.Errorf(fault.BadInput, "sum leaves int64: %s hundredths", s)
	}
	return n, nil
}

// String gives the sum in hundredths.
func (s *Sum) String() string {
	if s.wider {
		return "more than 128 bits of"
	}
	n := new(big.Int).Lsh(big.NewInt(s.hi), 64)
	return n.Add(n, new(big.Int).SetUint64(s.lo)).String()
}

// ParseAmount reads an amount in units of a currency, such as 1234.56, 250k, 10m or 1.5bn, with an
// optional minus sign, and gives it in hundredths, exactly. What is finer than a hundredth, or leaves
// int64, is bad input.
func ParseAmount(s string) (int64, error) {
	number, negative := strings.CutPrefix(strings.ToLower(s), "-")
	number, power := cutMagnitude(number)
	digits, decimals, ok := parseDecimal(number)
	if !ok {
		return 0, fault.Errorf(fault.BadInput, "amount %q is not a number", s).Hint("write 1234.56, 250k, 10m or 1.5bn, without group separators")
	}
	if negative {
		digits.Neg(digits)
	}
	scaled := new(big.Rat).SetFrac(digits.Mul(digits, pow10(power+2)), pow10(decimals))
	if !scaled.IsInt() {
		return 0, fault.Errorf(fault.BadInput, "amount %q is finer than a hundredth", s).Hint("amounts are held in whole hundredths")
	}
	if !scaled.Num().IsInt64() {
		return 0, fault.Errorf(fault.BadInput, "amount %q leaves int64 in hundredths", s)
	}
	return scaled.Num().Int64(), nil
}

// cutMagnitude takes the suffix k, m or bn off a number and gives its power of ten.
func cutMagnitude(s string) (number string, power int) {
	switch {
	case strings.HasSuffix(s, "bn"):
		return s[:len(s)-2], 9
	case strings.HasSuffix(s, "m"):
		return s[:len(s)-1], 6
	case strings.HasSuffix(s, "k"):
		return s[:len(s)-1], 3
	default:
		return s, 0
	}
}
