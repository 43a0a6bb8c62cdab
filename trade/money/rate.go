package money

import (
	"math/big"
	"strings"

	"detour/fault"
)

// Rate is a positive exact decimal: the units of a currency that one euro buys. Equal rates are equal
// as values (1.50 is 1.5). The zero value is no rate.
type Rate struct {
	digits   int64 // the rate is digits / 10^decimals, with no trailing zero among the decimals
	decimals uint8
}

// rateDigits is how many digits of a rate are held: as many as always fit in int64.
const rateDigits = 18

// MeanDecimals is how many decimals a mean of rates keeps. Daily reference rates have up to six. A
// mean of at most 23 days whose daily rates have d decimals lies at least 10^-d/46 from the nearest
// value at which rounding it to d decimals would turn, if it is not that value itself, and d+2
// decimals err by less; so the kept mean, printed with as many decimals as the daily rates, is the
// published one.
const MeanDecimals = 8

// ParseRate reads a rate such as 1.1019: positive, of at most 18 digits, without sign or exponent.
func ParseRate(s string) (Rate, error) {
	digits, decimals, ok := parseDecimal(s)
	if !ok || digits.Sign() == 0 {
		return Rate{}, fault.Errorf(fault.BadInput, "rate %q is not a positive decimal", s).Hint("write units of the currency for one euro, such as 9.7367")
	}
	return newRate(digits, decimals, s)
}

// newRate makes digits / 10^decimals a rate; s is what it is called in an error.
func newRate(digits *big.Int, decimals int, s string) (Rate, error) {
	digits, ten, rest := new(big.Int).Set(digits), big.NewInt(10), new(big.Int)
	for decimals > 0 {
		q, r := new(big.Int).QuoRem(digits, ten, rest)
		if r.Sign() != 0 {
			break
		}
		digits, decimals = q, decimals-1
	}
	if digits.Cmp(pow10(rateDigits)) >= 0 || decimals > rateDigits {
		return Rate{}, fault.Errorf(fault.BadInput, "rate %q has more than %d digits", s, rateDigits).Hint("round it")
	}
	return Rate{digits.Int64(), uint8(decimals)}, nil
}

// Held tells whether there is a rate.
func (r Rate) Held() bool { return r.digits != 0 }

// Rat gives the rate as a fraction of its own.
func (r Rate) Rat() *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(r.digits), pow10(int(r.decimals)))
}

// String gives the shortest decimal, empty where there is no rate.
func (r Rate) String() string {
	if !r.Held() {
		return ""
	}
	s := big.NewInt(r.digits).String()
	if r.decimals == 0 {
		return s
	}
	if missing := int(r.decimals) + 1 - len(s); missing > 0 {
		s = strings.Repeat("0", missing) + s
	}
	point := len(s) - int(r.decimals)
	return s[:point] + "." + s[point:]
}

// MeanRate is the mean of at least one rate, kept to MeanDecimals decimals, rounded half to even. It
// is bad input if that has more digits than a rate may have, or none.
func MeanRate(rates []Rate) (Rate, error) {
	mean := meanOf(rates)
	digits := roundHalfEven(new(big.Int).Mul(mean.Num(), pow10(MeanDecimals)), mean.Denom())
	if digits.Sign() == 0 {
		return Rate{}, fault.Errorf(fault.BadInput, "mean of rates is below the %d decimals that are kept", MeanDecimals)
	}
	return newRate(digits, MeanDecimals, mean.FloatString(MeanDecimals))
}

// meanOf is the exact mean of at least one rate. The sum is taken over one power of ten, which spares
// a greatest common divisor a term.
func meanOf(rates []Rate) *big.Rat {
	var decimals uint8
	for _, r := range rates {
		decimals = max(decimals, r.decimals)
	}
	sum := new(big.Int)
	for _, r := range rates {
		term := big.NewInt(r.digits)
		sum.Add(sum, term.Mul(term, pow10(int(decimals-r.decimals))))
	}
	count := big.NewInt(int64(len(rates)))
	return new(big.Rat).SetFrac(sum, count.Mul(count, pow10(int(decimals))))
}
