package text

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"detour/trade/flow"
)

// The reference is a fraction of math/big, rounded by its definition: the nearest whole number, a tie to the
// even one.
func TestAmountIsTheRoundedDecimal(t *testing.T) {
	digits := rapid.StringMatching(`[0-9]{1,24}`)
	rapid.Check(t, func(t *rapid.T) {
		s := digits.Draw(t, "whole")
		if rapid.Bool().Draw(t, "has fraction") {
			s += "." + digits.Draw(t, "fraction")
		}
		if rapid.Bool().Draw(t, "has exponent") {
			s += fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"e", "E", "e+"}).Draw(t, "e"), rapid.IntRange(0, 30).Draw(t, "exponent"))
		} else if rapid.Bool().Draw(t, "has negative exponent") {
			s += fmt.Sprintf("e-%d", rapid.IntRange(0, 60).Draw(t, "negative exponent"))
		}
		power := rapid.IntRange(0, 6).Draw(t, "power")
		exact, ok := new(big.Rat).SetString(strings.TrimLeft(s, "0"))
		if !ok {
			exact, ok = new(big.Rat).SetString("0" + strings.TrimLeft(s, "0"))
		}
		if !ok {
			t.Fatalf("the reference does not read %q", s)
		}
		exact.Mul(exact, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(power)), nil)))
		got, reason := Amount([]byte(s), power)
		if reason != "" {
			if limit := new(big.Rat).SetFrac64(1<<62, 1); exact.Cmp(limit) < 0 || !strings.HasPrefix(reason, "number too large") {
				t.Fatalf("Amount(%q, %d): %s", s, power, reason)
			}
			return
		}
		off := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(got.N))
		half := big.NewRat(1, 2)
		if c := off.Abs(off).Cmp(half); !got.Held || c > 0 || c == 0 && got.N%2 != 0 {
			t.Fatalf("Amount(%q, %d) = %d", s, power, got.N)
		}
	})
}

func TestAmount(t *testing.T) {
	for _, c := range []struct {
		in    string
		power int
		want  int64
	}{
		{"0", 2, 0}, {"00.00", 2, 0}, {"0e99", 6, 0}, {"1", 2, 100}, {" 1.5 ", 2, 150}, {"0.125", 2, 12}, {"0.135", 2, 14}, {"0.005", 2, 0}, {"0.015", 2, 2},
		{"16397000.0", 3, 16397000000}, {"1.6397E7", 3, 16397000000}, {"1e-100", 2, 0}, {"9223372036854775807", 0, 9223372036854775807},
		{"92233720368547758.074", 2, 9223372036854775807}, {"1000000000000000000000e-20", 0, 10}, {"0.1000000000000000055511151231257827", 2, 10},
		{"0.0049999999999999999999999", 2, 0}, {"0.0050000000000000000000001", 2, 1}, {strings.Repeat("0", 60) + "7", 0, 7},
	} {
		if got, reason := Amount([]byte(c.in), c.power); got != flow.Some(c.want) || reason != "" {
			t.Errorf("Amount(%q, %d) = %v %s, want %d", c.in, c.power, got, reason, c.want)
		}
	}
	for _, in := range []string{"", " ", "\t"} {
		if got, reason := Amount([]byte(in), 2); got.Held || reason != "" {
			t.Errorf("Amount(%q) = %v %s, want missing", in, got, reason)
		}
	}
	for _, in := range []string{
		"-1", "+1", "1,5", "1 000", ".", "1.", ".5", "1..2", "1.2.3", "e5", "1e", "1e5.5", "1e101", "1e-101", "1e99999999999999999999", "NaN", "inf", "0x10", "1_000", "１",
		"92233720368547758.08", "1e18", "9223372036854775808", "99999999999999999999999999", strings.Repeat("1", 101), "1:",
	} {
		if got, reason := Amount([]byte(in), 2); got.Held || reason == "" {
			t.Errorf("Amount(%q) = %v, want a reason", in, got)
		}
	}
}

func TestAppendAmountIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := flow.Some(rapid.Int64Min(0).Draw(t, "n"))
		power := rapid.IntRange(0, 6).Draw(t, "power")
		written := AppendAmount(nil, want, power)
		if got, reason := Amount(written, power); got != want || reason != "" {
			t.Fatalf("%d is written %s and read %v %s", want.N, written, got, reason)
		}
	})
	if got := AppendAmount(nil, flow.Number{}, 2); len(got) != 0 {
		t.Errorf("a missing number is written %q", got)
	}
}
