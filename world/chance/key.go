package chance

import "math/rand/v2"

// Key names one thing that chance decides, whoever asks and when: what is drawn depends on the seed and
// the key alone, so neither threads nor the order of asking matter.
type Key struct {
	What    Topic
	A, B, C uint32
}

// Topic keeps the draws of different things apart.
type Topic uint64

// Source is the random source of the key.
func (k Key) Source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(k.words(seed))) }

// words gives the two words that seed the source of the key: two rounds of mixing of each part, with
// different constants (SplitMix64, Steele, Lea & Flood 2014).
func (k Key) words(seed uint64) (first, second uint64) {
	first, second = mix(seed), mix(^seed)
	for _, part := range [...]uint64{uint64(k.What), uint64(k.A)<<32 | uint64(k.B), uint64(k.C)} {
		first, second = mix(first^part), mix(second+part)
	}
	return first, second
}

func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
