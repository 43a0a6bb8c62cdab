package table

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"detour/trade/flow"
)

// powers are the powers of ten that an int64 holds.
var powers = [19]int64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
}

// Amount reads a number that is zero or more and gives it times ten to the power (0 to 6), exactly.
// Blank and `:` are missing. The reason is empty when the number was read.
func Amount(b []byte, power int) (n flow.Number, reason string) {
	if v, ok := digits(b); ok && v <= math.MaxInt64/powers[power] {
		return flow.Some(v * powers[power]), ""
	}
	b = bytes.TrimSpace(b)
	if len(b) == 0 || (len(b) == 1 && b[0] == ':') {
		return flow.Number{}, ""
	}
	v, reason := decimal(b, power)
	if reason != "" {
		return flow.Number{}, reason
	}
	return flow.Some(v), ""
}

// digits reads up to 18 digits, the usual case.
func digits(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	n := int64(0)
	for _, c := range b {
		d := c - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int64(d)
	}
	return n, true
}

// decimal reads digits, fraction and exponent (1.0342354E7) times ten to the power, without passing
// through a float, so that no digit is lost or invented.
func decimal(b []byte, power int) (v int64, reason string) {
	mantissa, exponent, ok := scientific(b)
	if !ok {
		return 0, "not a number that is zero or more: " + Quote(string(b))
	}
	whole, fraction, _ := bytes.Cut(mantissa, []byte("."))
	if len(whole)+len(fraction) == 0 {
		return 0, "not a number that is zero or more: " + Quote(string(b))
	}
	shift := power + exponent - len(fraction)
	for _, part := range [2][]byte{whole, fraction} {
		for _, c := range part {
			d := c - '0'
			if d > 9 {
				return 0, "not a number that is zero or more: " + Quote(string(b))
			}
			if v > (math.MaxInt64-int64(d))/10 {
				return 0, "number too large: " + Quote(string(b))
			}
			v = v*10 + int64(d)
		}
	}
	return scale(v, shift, b)
}

// scientific separates the mantissa from the exponent.
func scientific(b []byte) (mantissa []byte, exponent int, ok bool) {
	i := bytes.IndexAny(b, "eE")
	if i < 0 {
		return b, 0, true
	}
	e, err := strconv.ParseInt(string(b[i+1:]), 10, 16)
	return b[:i], int(e), err == nil
}

func scale(v int64, shift int, b []byte) (_ int64, reason string) {
	for ; shift < 0 && v != 0; shift++ {
		if v%10 != 0 {
			return 0, "more decimals than the unit holds: " + Quote(string(b))
		}
		v /= 10
	}
	for ; shift > 0 && v != 0; shift-- {
		if v > math.MaxInt64/10 {
			return 0, "number too large: " + Quote(string(b))
		}
		v *= 10
	}
	return v, ""
}

// AppendAmount writes a number in units of ten to the power -decimals as a decimal, without zeros at
// its end, and nothing where it is not held: what Amount reads back.
func AppendAmount(b []byte, n flow.Number, decimals int) []byte {
	if !n.Held {
		return b
	}
	unit := powers[decimals]
	b = strconv.AppendInt(b, n.N/unit, 10)
	if rest := n.N % unit; rest != 0 {
		fraction := strconv.FormatInt(unit+rest, 10)[1:]
		b = append(append(b, '.'), strings.TrimRight(fraction, "0")...)
	}
	return b
}

// Quote shows a value in a reason, cut where it is long.
func Quote(s string) string {
	const most = 80
	if len(s) > most {
		s = s[:most]
	}
	return strconv.Quote(s)
}
