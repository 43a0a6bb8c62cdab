package money

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// The quotient in machine words is that of big numbers, and refused where theirs is.
func TestMulDiv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, den := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b"), rapid.Int64Min(1).Draw(t, "den")
		got, err := MulDiv(a, b, den)
		want, errBig := Quotient(new(big.Int).Mul(big.NewInt(a), big.NewInt(b)), big.NewInt(den))
		if got != want || (err == nil) != (errBig == nil) {
			t.Fatalf("%d*%d/%d = %d %v, want %d %v", a, b, den, got, err, want, errBig)
		}
	})
	for _, c := range [][4]int64{{1, 1, 2, 0}, {3, 1, 2, 2}, {-1, 3, 2, -2}, {5, -1, 2, -2}, {7, 3, 3, 7}} {
		if got, err := MulDiv(c[0], c[1], c[2]); got != c[3] || err != nil {
			t.Errorf("%d*%d/%d = %d, want %d", c[0], c[1], c[2], got, c[3])
		}
	}
}

func TestMean(t *testing.T) {
	for _, c := range [][3]int64{{7, 1, 7}, {5, 2, 2}, {7, 2, 4}, {-5, 2, -2}, {-7, 2, -4}, {10, 3, 3}, {11, 3, 4}, {-11, 3, -4}} {
		if got := Mean(c[0], int(c[1])); got != c[2] {
			t.Errorf("%d/%d = %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

func TestSub(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		got, err := Sub(a, b)
		want := new(big.Int).Sub(big.NewInt(a), big.NewInt(b))
		if (err == nil) != want.IsInt64() || err == nil && got != want.Int64() {
			t.Fatalf("%d - %d = %d %v, want %s", a, b, got, err, want)
		}
	})
}
