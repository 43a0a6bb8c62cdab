package goods

import (
	"slices"
	"testing"
)

// The list with the most codes that is stated in another HS edition than asked.
func BenchmarkCodesIn(b *testing.B) {
	const asked Edition = "CN2021"
	longest := slices.MaxFunc(sets(), func(x, y Set) int { return translated(x, asked) - translated(y, asked) })
	for b.Loop() {
		longest.CodesIn(asked)
	}
}

// translated counts the HS6 codes that CodesIn follows.
func translated(s Set, to Edition) int {
	if s.Edition.HS() == to.HS() {
		return 0
	}
	n := 0
	for _, c := range s.Codes {
		if c.Digits() <= hsDigits {
			n += len(under(nomenclature().codes[s.Edition.HS()], c))
		}
	}
	return n
}

// The table that a question over 2021 and 2022 asks for, from the correlations read.
func BenchmarkFamiliesBetween(b *testing.B) {
	steps()
	for b.Loop() {
		newFamilyTable(Edition(HS2017).rank(), Edition(HS2022).rank())
	}
}
