// Package goods is the product codes of trade statistics: nomenclatures and their editions, named sets of
// goods, and the families that follow goods through a change of edition.
//
// The tables are embedded (docs/method/goods.md says what they hold and where each comes from). Everything
// in the package is read-only after it is first used and safe for concurrent use; slices and maps that are
// handed out are shared and must not be changed.
package goods

import (
	"strings"

	"detour/fault"
)

// Code is a product code as stated: 2, 4, 6 or 8 digits (more in national tariffs), or Total.
type Code string

// Total is the code of the reporter's own total over all goods.
const Total Code = "TOTAL"

// The limits of ParseCode: a chapter has two digits, the longest national tariffs have ten.
const minDigits, maxDigits = 2, 10

// ParseCode reads a code of 2 to 10 digits or TOTAL. Spaces and dots within are dropped (`8517.13`,
// `8517 13 00`); anything else is bad input. Whether the code exists in some edition is not asked.
func ParseCode(s string) (Code, error) {
	bare := strings.NewReplacer(" ", "", ".", "").Replace(s)
	if strings.EqualFold(bare, string(Total)) {
		return Total, nil
	}
	if c := Code(bare); len(c) >= minDigits && len(c) <= maxDigits && c.numeric() {
		return c, nil
	}
	return "", fault.Errorf(fault.BadInput, "goods code %q is neither %d to %d digits nor %s", s, minDigits, maxDigits, Total).
		Hint("write a chapter, heading, subheading or CN code: 85, 8517, 851713, 85171300")
}

// Digits gives the level of the code: how many places it has, 0 for Total.
func (c Code) Digits() int {
	if c == Total {
		return 0
	}
	return len(c)
}

// Prefix gives the first n places of the code: the code itself where it has no more than n, or is Total.
func (c Code) Prefix(n int) Code {
	if c == Total || len(c) <= n {
		return c
	}
	return c[:n]
}

// Under tells whether the code is p or lies below it. Total lies below nothing else.
func (c Code) Under(p Code) bool { return strings.HasPrefix(string(c), string(p)) }

// numeric tells a product from Total and from the codes with letters under which offices hide goods.
func (c Code) numeric() bool {
	return strings.IndexFunc(string(c), func(r rune) bool { return r < '0' || r > '9' }) < 0
}
