package netflow

import "math/bits"

// wide is an exact sum of 128 bits in two's complement; zero is ready to use. It remembers whether it
// ever left its range, for then no later addition makes it right again.
type wide struct {
	hi   int64
	lo   uint64
	over bool
}

func (w *wide) add(v int64) { w.plus(v>>63, uint64(v)) }

func (w *wide) sub(v int64) {
	w.plus(^(v >> 63), ^uint64(v))
	w.plus(0, 1)
}

// addProduct adds a times b.
func (w *wide) addProduct(a, b int64) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	// A negative factor was read as 2^64 too large.
	signed := int64(hi) - a>>63&b - b>>63&a
	w.plus(signed, lo)
}

func (w *wide) plus(hi int64, lo uint64) {
	low, carry := bits.Add64(w.lo, lo, 0)
	high, _ := bits.Add64(uint64(w.hi), uint64(hi), carry)
	if (w.hi < 0) == (hi < 0) && (int64(high) < 0) != (hi < 0) {
		w.over = true
	}
	w.hi, w.lo = int64(high), low
}

// sign is -1, 0 or 1; it means nothing after over.
func (w *wide) sign() int {
	switch {
	case w.hi < 0:
		return -1
	case w.hi == 0 && w.lo == 0:
		return 0
	default:
		return 1
	}
}

// int64 gives the sum and whether it fits.
func (w *wide) int64() (int64, bool) {
	v := int64(w.lo)
	return v, !w.over && w.hi == v>>63
}
