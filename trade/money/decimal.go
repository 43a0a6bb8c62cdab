package money

import (
	"math/big"
	"strings"
)

// maxDigits keeps hostile input from making large integers; nothing that fits in int64 needs more.
const maxDigits = 40

// parseDecimal reads an unsigned decimal such as 12 or 1.50 as digits / 10^decimals. Signs, exponents,
// group separators and a bare point are refused.
func parseDecimal(s string) (digits *big.Int, decimals int, ok bool) {
	whole, fraction, point := strings.Cut(s, ".")
	if !isDigits(whole) || (point && !isDigits(fraction)) || len(whole)+len(fraction) > maxDigits {
		return nil, 0, false
	}
	digits, ok = new(big.Int).SetString(whole+fraction, 10)
	return digits, len(fraction), ok
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// pow10 is 10^n for n not negative.
func pow10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// roundHalfEven gives the integer nearest to num/den, den positive, a tie going to the even one.
func roundHalfEven(num, den *big.Int) *big.Int {
	// DivMod is Euclidean, so the remainder is never negative and q is the floor.
	q, rest := new(big.Int).DivMod(num, den, new(big.Int))
	switch rest.Lsh(rest, 1).Cmp(den) {
	case 1:
		q.Add(q, big.NewInt(1))
	case 0:
		q.Add(q, big.NewInt(int64(q.Bit(0))))
	}
	return q
}
