package text

import (
	"bytes"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"detour/trade/flow"
	"detour/trade/money"
)

// powers are the powers of ten that fit in 64 bits with room to double.
var powers = [19]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
}

// The limits of what is a number: hostile input must not make large integers.
const (
	maxNumber   = 100 // bytes of a number
	maxExponent = 100
)

// Amount reads a decimal that is zero or more, with an exponent if any, and gives it times ten to the
// power (0 to 6), rounded half to even to a whole number. No binary fraction is used. Blank is missing.
// The reason is empty when the number was read.
func Amount(b []byte, power int) (n flow.Number, reason string) {
	if v, ok := plain(b, power); ok {
		return flow.Some(v), ""
	}
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return flow.Number{}, ""
	}
	v, reason := decimal(b, power)
	if reason != "" {
		return flow.Number{}, reason + ": " + Quote(string(b))
	}
	return flow.Some(v), ""
}

// plain reads up to 18 digits with a point if any, the usual case.
func plain(b []byte, power int) (int64, bool) {
	if len(b) == 0 || len(b) > len(powers) {
		return 0, false
	}
	v, fraction, point := uint64(0), 0, false
	for i, c := range b {
		d := c - '0'
		if d > 9 {
			if c != '.' || point || i == 0 || i == len(b)-1 {
				return 0, false
			}
			point = true
			continue
		}
		v = v*10 + uint64(d)
		if point {
			fraction++
		}
	}
	if !point && len(b) == len(powers) {
		return 0, false // 19 digits may not fit
	}
	return shift(v, power-fraction)
}

// shift gives v, of at most 18 digits, times ten to the power p, rounded half to even, and whether that
// is an int64.
func shift(v uint64, p int) (int64, bool) {
	switch {
	case v == 0:
		return 0, true
	case p >= len(powers):
		return 0, false
	case p >= 0:
		hi, lo := bits.Mul64(v, powers[p])
		return int64(lo), hi == 0 && lo <= math.MaxInt64
	case -p >= len(powers):
		return 0, true // less than a tenth
	}
	unit := powers[-p]
	q, rest := v/unit, v%unit
	if rest*2 > unit || (rest*2 == unit && q%2 == 1) {
		q++
	}
	return int64(q), true
}

// decimal reads what plain does not: exponents and long numbers.
func decimal(b []byte, power int) (v int64, reason string) {
	const notANumber, tooLarge = "not a number that is zero or more", "number too large"
	if len(b) > maxNumber {
		return 0, notANumber
	}
	mantissa, exponent, ok := scientific(b)
	whole, fraction, point := bytes.Cut(mantissa, []byte{'.'})
	if !ok || !digits(whole) || (point && !digits(fraction)) {
		return 0, notANumber
	}
	p := power + exponent - len(fraction)
	significant := strings.TrimLeft(string(whole)+string(fraction), "0")
	for strings.HasSuffix(significant, "0") {
		significant = significant[:len(significant)-1]
		p++
	}
	if len(significant) < len(powers) {
		n, _ := strconv.ParseUint("0"+significant, 10, 64)
		if v, ok = shift(n, p); !ok {
			return 0, tooLarge
		}
		return v, ""
	}
	if v, ok = shiftLong(significant, p); !ok {
		return 0, tooLarge
	}
	return v, ""
}

// scientific separates the mantissa from the exponent.
func scientific(b []byte) (mantissa []byte, exponent int, ok bool) {
	i := bytes.IndexAny(b, "eE")
	if i < 0 {
		return b, 0, true
	}
	e, err := strconv.Atoi(string(b[i+1:]))
	return b[:i], e, err == nil && e >= -maxExponent && e <= maxExponent
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// shiftLong is shift for more digits than a machine word holds.
func shiftLong(significant string, p int) (int64, bool) {
	n, _ := new(big.Int).SetString(significant, 10)
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(p, -p))), nil)
	if p >= 0 {
		n.Mul(n, unit)
		return n.Int64(), n.IsInt64()
	}
	q, err := money.Quotient(n, unit)
	return q, err == nil
}

// AppendAmount writes a number in units of ten to the power -decimals as a decimal, without zeros at
// its end, and nothing where it is not held: what Amount reads back.
func AppendAmount(b []byte, n flow.Number, decimals int) []byte {
	if !n.Held {
		return b
	}
	unit := int64(powers[decimals])
	b = strconv.AppendInt(b, n.N/unit, 10)
	if rest := n.N % unit; rest != 0 {
		fraction := strconv.FormatInt(unit+rest, 10)[1:]
		b = append(append(b, '.'), strings.TrimRight(fraction, "0")...)
	}
	return b
}
