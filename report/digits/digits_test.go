package digits

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDivHalfEven(t *testing.T) {
	for _, c := range [][3]int64{{5, 2, 2}, {7, 2, 4}, {-5, 2, -2}, {-7, 2, -4}, {7, -2, -4}, {1, 3, 0}, {2, 3, 1}, {-2, 3, -1}, {0, 3, 0}, {6, 3, 2}} {
		if got := DivHalfEven(big.NewInt(c[0]), big.NewInt(c[1])).Int64(); got != c[2] {
			t.Errorf("%d/%d: got %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

// The ratio in machine words is that of big numbers.
func TestRatio(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		num, den, places := rapid.Int64().Draw(t, "num"), rapid.Int64().Filter(func(n int64) bool { return n != 0 }).Draw(t, "den"), rapid.IntRange(0, 18).Draw(t, "places")
		want := DivHalfEven(new(big.Int).Mul(big.NewInt(num), Pow10(places)), big.NewInt(den))
		got, ok := Ratio(num, den, places)
		if ok != new(big.Int).Abs(want).IsInt64() || ok && got != want.Int64() {
			t.Fatalf("%d/%d to %d places is %d %t, want %s", num, den, places, got, ok, want)
		}
	})
	for _, c := range [][3]int64{{1, 2, 0}, {3, 2, 2}, {-1, 2, 0}, {-3, 2, -2}, {5, -2, -2}, {1, 3, 0}, {2, 3, 1}} {
		if got, ok := Ratio(c[0], c[1], 0); got != c[2] || !ok {
			t.Errorf("%d/%d is %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

func TestExactReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, places := rapid.Int64().Draw(t, "n"), rapid.IntRange(0, 18).Draw(t, "places")
		got, ok := new(big.Rat).SetString(Exact(n, places))
		if !ok || got.Cmp(new(big.Rat).SetFrac(big.NewInt(n), Pow10(places))) != 0 {
			t.Fatalf("%d/10^%d became %s", n, places, Exact(n, places))
		}
	})
}

func TestFixedIsWithinHalfAUnitAndGrouped(t *testing.T) {
	m := Manner{Group: ",", Minus: "-"}
	rapid.Check(t, func(t *rapid.T) {
		n, places := rapid.Int64().Draw(t, "n"), rapid.IntRange(0, 18).Draw(t, "places")
		decimals := rapid.IntRange(0, places).Draw(t, "decimals")
		text := m.Fixed(n, places, decimals)
		got, ok := new(big.Rat).SetString(strings.ReplaceAll(text, ",", ""))
		if !ok {
			t.Fatalf("%q is no number", text)
		}
		off := new(big.Rat).Sub(got, new(big.Rat).SetFrac(big.NewInt(n), Pow10(places)))
		if off.Abs(off).Cmp(new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Mul(big.NewInt(2), Pow10(decimals)))) > 0 {
			t.Fatalf("%d/10^%d to %d decimals became %s", n, places, decimals, text)
		}
		whole, _, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
		for i, g := range strings.Split(whole, ",") {
			if len(g) != 3 && (i > 0 || len(g) > 3 || g == "") {
				t.Fatalf("groups of %s", text)
			}
		}
	})
	if got := m.Fixed(math.MinInt64, 8, 1); got != "-92,233,720,368.5" {
		t.Errorf("the least amount became %s", got)
	}
}
