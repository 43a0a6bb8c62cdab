package text

import "encoding/binary"

// Cache remembers what texts mean: at most cacheLimit of them, and the latest at a place that takes no
// search.
type Cache[T any] struct {
	Read   func(string) T // what a text means
	known  map[string]*meaning[T]
	latest [1 << latestBits]*meaning[T]
}

type meaning[T any] struct {
	text  string
	value T
}

const (
	maxText    = 128 // bytes of a text that is remembered
	latestBits = 12
	cacheLimit = 1 << 16 // keeps nonsense from filling the memory: the HS has some 7,000 codes
)

// Get gives the meaning of the text; it must not be written to.
func (c *Cache[T]) Get(b []byte) *T {
	if len(b) > maxText {
		v := c.Read(string(b))
		return &v
	}
	at := &c.latest[slot(b)]
	if *at == nil || string(b) != (*at).text {
		*at = c.find(b)
	}
	return &(*at).value
}

func (c *Cache[T]) find(b []byte) *meaning[T] {
	if m, ok := c.known[string(b)]; ok {
		return m
	}
	if c.known == nil || len(c.known) >= cacheLimit {
		c.known = map[string]*meaning[T]{}
	}
	s := string(b)
	m := &meaning[T]{s, c.Read(s)}
	c.known[s] = m
	return m
}

// slot spreads texts over the latest by their last eight bytes (multiplicative hashing, Knuth, The Art of
// Computer Programming, vol. 3, section 6.4).
func slot(b []byte) uint64 {
	const golden = 0x9e3779b97f4a7c15
	x := uint64(0)
	if len(b) >= 8 {
		x = binary.LittleEndian.Uint64(b[len(b)-8:])
	} else {
		for _, c := range b {
			x = x<<8 | uint64(c)
		}
	}
	return x * golden >> (64 - latestBits)
}
