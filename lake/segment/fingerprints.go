package segment

import (
	"math/bits"
	"slices"

	"detour/trade/flow"
)

// fingerprints prove that no cell is stated twice, whatever the order of the rows: cells of unequal fingerprints are
// unequal. Equal ones prove nothing, but among ten million unequal cells two share one once in 370,000 files. They take
// eight bytes a row; a file of more than fingerprintLimit rows is left unproved.
type fingerprints struct {
	rooms [1 << roomBits][]uint64 // by their first bits: small enough to be sorted within the processor's cache
	n     int
}

const (
	roomBits         = 8
	fingerprintLimit = 1 << 25
)

func (p *fingerprints) add(k *flow.Key) {
	switch p.n++; {
	case p.n < fingerprintLimit:
		f := fingerprint(k)
		room := &p.rooms[f>>(64-roomBits)]
		*room = append(*room, f)
	case p.n == fingerprintLimit:
		clear(p.rooms[:])
	}
}

// distinct tells whether the proof holds. It sorts the fingerprints, which takes a second for ten million.
func (p *fingerprints) distinct() bool {
	if p.n >= fingerprintLimit {
		return false
	}
	for _, room := range p.rooms {
		slices.Sort(room)
		for i := 1; i < len(room); i++ {
			if room[i] == room[i-1] {
				return false
			}
		}
	}
	return true
}

// fingerprint mixes all of a key: each word is multiplied into 128 bits, which are folded (as in wyhash, Wang Yi 2019).
func fingerprint(k *flow.Key) uint64 {
	h := mix(golden, uint64(k.Period))
	for _, s := range [...]string{string(k.Reporter), string(k.Partner), string(k.Direction), string(k.Nomenclature), string(k.Goods), k.Part} {
		h = mixText(h, s)
	}
	return h
}

const golden = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio: an odd number without pattern

func mix(h, word uint64) uint64 {
	high, low := bits.Mul64(h^word, golden)
	return high ^ low
}

// mixText mixes in a text's length, which keeps it apart from the next, and its bytes by eights.
func mixText(h uint64, s string) uint64 {
	h = mix(h, uint64(len(s)))
	word := uint64(0)
	for i := range len(s) {
		if i%8 == 0 && i > 0 {
			h, word = mix(h, word), 0
		}
		word = word<<8 | uint64(s[i])
	}
	return mix(h, word)
}
