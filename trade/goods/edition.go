package goods

import (
	"slices"
	"strconv"
	"strings"

	"detour/trade/period"
)

// Nomenclature names the classification a code belongs to: CN, whose edition is the year of the period,
// or a fixed HS edition (HS2012, HS2017, HS2022).
type Nomenclature string

// The nomenclatures.
const (
	CN     Nomenclature = "CN"
	HS2012 Nomenclature = "HS2012"
	HS2017 Nomenclature = "HS2017"
	HS2022 Nomenclature = "HS2022"
)

// Edition is a nomenclature as in force: HS2012, HS2017, HS2022, or a year of the Combined Nomenclature
// such as CN2022.
type Edition string

// EditionOf gives the edition that a nomenclature has in a period: CN has one a year, an HS edition is
// its own.
func EditionOf(n Nomenclature, p period.Period) Edition {
	if n == CN {
		return Edition(CN) + Edition(strconv.Itoa(p.Year()))
	}
	return Edition(n)
}

// hsEditions are the editions of the Harmonized System, oldest first, each with the first year of the CN
// built on it. hsEnd is the first year on which no edition is held: HS2028 is to enter into force then.
var hsEditions = [...]struct {
	edition Edition
	from    int
}{{Edition(HS2012), 2012}, {Edition(HS2017), 2017}, {Edition(HS2022), 2022}}

const hsEnd = 2028

// HS gives the HS edition on which e is built, itself for an HS edition, and the empty edition where
// none is held (a CN before 2012 or after 2027, an unknown nomenclature).
func (e Edition) HS() Edition {
	year, isCN := e.cnYear()
	for _, hs := range slices.Backward(hsEditions[:]) {
		if e == hs.edition || (isCN && year >= hs.from && year < hsEnd) {
			return hs.edition
		}
	}
	return ""
}

func (e Edition) cnYear() (int, bool) {
	digits, isCN := strings.CutPrefix(string(e), string(CN))
	if !isCN {
		return 0, false
	}
	year, err := strconv.Atoi(digits)
	return year, err == nil
}

// rank gives the place of e's HS edition in hsEditions, -1 where none is held.
func (e Edition) rank() int {
	hs := e.HS()
	for i := range hsEditions {
		if hsEditions[i].edition == hs {
			return i
		}
	}
	return -1
}

// Known tells whether the code list of the edition itself is held: the HS editions, CN2023 and CN2026.
// Of the other years of the CN only the HS codes that they subdivide are known.
func Known(e Edition) bool { return len(nomenclature().codes[e]) > 0 }

// The levels to which the lists go.
const hsDigits, cnDigits = 6, 8

// Exists tells whether an edition has the code, or codes below it, and whether that is known at all. It
// is not known beyond the level of the list that is held (8 digits for CN2023 and CN2026, else 6), for the
// chapters 98 and 99 of the CN, which each office fills its own way, and for codes with letters. A
// code whose held digits do not exist does not exist either: 85171300 in CN2021.
func Exists(e Edition, c Code) (exists, known bool) {
	if c == Total {
		return true, true
	}
	list, level := nomenclature().codes[e], hsDigits
	_, isCN := e.cnYear()
	switch {
	case isCN && len(list) > 0:
		level = cnDigits
	case isCN:
		list = nomenclature().codes[e.HS()]
	}
	if len(list) == 0 || !c.numeric() || (isCN && c >= "98") {
		return false, false
	}
	if !anyUnder(list, c.Prefix(level)) {
		return false, true
	}
	return c.Digits() <= level, c.Digits() <= level
}

// Describe gives the text of the code, or of the HS subheading it lies below, in the wording of UN
// Comtrade; empty where the edition's HS does not have it.
func Describe(e Edition, c Code) string {
	if c == Total {
		return "All goods"
	}
	return nomenclature().texts[textKey{e.HS(), c.Prefix(hsDigits)}]
}

// under gives the codes of a sorted list that are p or lie below it.
func under(sorted []Code, p Code) []Code {
	from, _ := slices.BinarySearch(sorted, p)
	to := from
	for to < len(sorted) && sorted[to].Under(p) {
		to++
	}
	return sorted[from:to]
}

func anyUnder(sorted []Code, p Code) bool {
	i, _ := slices.BinarySearch(sorted, p)
	return i < len(sorted) && sorted[i].Under(p)
}
