// Package digits writes whole and decimal numbers, exactly, and counts.
//
// A decimal is n/10^places. Nothing passes through a float.
package digits

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// Manner is how figures are written for people.
type Manner struct {
	Group string // between groups of three digits
	Minus string
}

// Fixed writes n/10^places to so many decimals, at most places, rounded half to even. An exact zero has
// no decimals, so that it is told from what rounds to zero.
func (m Manner) Fixed(n int64, places, decimals int) string {
	if n == 0 {
		return "0"
	}
	q := DivHalfEven(big.NewInt(n), Pow10(places-decimals))
	whole, frac, _ := strings.Cut(plain(new(big.Int).Abs(q), decimals), ".")
	var b strings.Builder
	if q.Sign() < 0 {
		b.WriteString(m.Minus)
	}
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(m.Group)
		}
		b.WriteRune(d)
	}
	if frac != "" {
		b.WriteString("." + frac)
	}
	return b.String()
}

// Float writes an estimate, such as a place on an axis, to so many decimals; it is finite and within 64 bits then.
func (m Manner) Float(v float64, decimals int) string {
	return m.Fixed(int64(math.RoundToEven(v*math.Pow10(decimals))), decimals, decimals)
}

// Count writes how many.
func (m Manner) Count(n int) string { return m.Fixed(int64(n), 0, 0) }

// Things writes how many of what: the noun in the singular, or empty for the count alone.
func (m Manner) Things(n int, noun string) string {
	if noun == "" {
		return m.Count(n)
	}
	return m.Count(n) + " " + Plural(n, noun)
}

// Plural gives the noun for so many.
func Plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// Scale is how amounts of money are shown: in units of 10^From hundredths, called Suffix, to To decimals.
type Scale struct {
	Suffix   string
	From, To int
}

// ScaleOf gives the scale at which the greatest of some amounts, in hundredths, reads well; all of them then share it.
func ScaleOf(greatest uint64) Scale {
	switch {
	case greatest >= 1e8:
		return Scale{"m", 8, 1}
	case greatest >= 1e5:
		return Scale{"", 2, 0}
	default:
		return Scale{"", 2, 2}
	}
}

// Exact writes n/10^places for machines: no groups, no exponent, no trailing zeros.
func Exact(n int64, places int) string { return string(AppendExact(nil, n, places)) }

// AppendExact appends what Exact writes.
func AppendExact(b []byte, n int64, places int) []byte {
	if n < 0 {
		b = append(b, '-')
	}
	unit := unitOf(places)
	b = strconv.AppendUint(b, Magnitude(n)/unit, 10)
	rest := Magnitude(n) % unit
	if rest > 0 {
		b = append(b, '.')
	}
	for rest > 0 {
		unit /= 10
		b = append(b, '0'+byte(rest/unit))
		rest %= unit
	}
	return b
}

// unitOf is 10^places, for at most 19 places.
func unitOf(places int) uint64 {
	unit := uint64(1)
	for range places {
		unit *= 10
	}
	return unit
}

// Magnitude is the absolute value, right for the least int64 too.
func Magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// plain writes a number that is not negative with its last places digits behind the point.
func plain(n *big.Int, places int) string {
	s := n.String()
	if places == 0 {
		return s
	}
	if pad := places + 1 - len(s); pad > 0 {
		s = strings.Repeat("0", pad) + s
	}
	return s[:len(s)-places] + "." + s[len(s)-places:]
}

// Pow10 is ten to the n, which is not negative.
func Pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// DivHalfEven is a/b rounded to the nearest whole number, halves to the even one. It panics if b is 0.
func DivHalfEven(a, b *big.Int) *big.Int {
	q, rest := new(big.Int).QuoRem(a, b, new(big.Int))
	twice := rest.Lsh(rest.Abs(rest), 1)
	if c := twice.CmpAbs(b); c > 0 || (c == 0 && q.Bit(0) == 1) {
		q.Add(q, big.NewInt(int64(a.Sign()*b.Sign())))
	}
	return q
}

// Ratio is num/den in units of 10^-places, at most 18 of them, rounded half to even; den is not zero. False
// where that leaves 64 bits. It keeps to machine words, for a table has a ratio a row.
func Ratio(num, den int64, places int) (n int64, ok bool) {
	d := Magnitude(den)
	hi, lo := bits.Mul64(Magnitude(num), unitOf(places))
	if hi >= d {
		return 0, false
	}
	q, rest := bits.Div64(hi, lo, d)
	if left := d - rest; rest > left || (rest == left && q%2 == 1) {
		q++
	}
	if (num < 0) != (den < 0) {
		return -int64(q), q <= math.MaxInt64
	}
	return int64(q), q <= math.MaxInt64
}
