package money

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"detour/fault"
)

func TestAdd(t *testing.T) {
	for _, c := range []struct {
		a, b, sum int64
		ok        bool
	}{
		{1, 2, 3, true},
		{math.MaxInt64, math.MinInt64, -1, true},
		{math.MaxInt64, 0, math.MaxInt64, true},
		{math.MaxInt64, 1, 0, false},
		{math.MinInt64, -1, 0, false},
		{math.MinInt64, math.MinInt64, 0, false},
	} {
		sum, err := Add(c.a, c.b)
		if sum != c.sum || (err == nil) != c.ok {
			t.Errorf("Add(%d, %d) = %d, %v", c.a, c.b, sum, err)
		}
		if err != nil && fault.KindOf(err) != fault.BadInput {
			t.Errorf("Add(%d, %d): kind %v", c.a, c.b, fault.KindOf(err))
		}
	}
}

// A sum agrees with big.Int whatever the order and size of its terms.
func TestSumAgreesWithBigInt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sum Sum
		want := new(big.Int)
		for range rapid.IntRange(0, 40).Draw(t, "terms") {
			n := rapid.Int64().Draw(t, "n")
			shift := rapid.UintRange(0, 50).Draw(t, "shift")
			wide := new(big.Int).Lsh(big.NewInt(n), shift)
			want.Add(want, wide)
			if shift == 0 {
				sum.Add(n)
			} else {
				sum.AddBig(wide)
			}
		}
		if sum.String() != want.String() {
			t.Fatalf("sum %s, want %s", sum.String(), want)
		}
		got, err := sum.Int64()
		if (err == nil) != want.IsInt64() || (err == nil && got != want.Int64()) {
			t.Fatalf("Int64() = %d, %v, want %s", got, err, want)
		}
	})
}

func TestSumLimits(t *testing.T) {
	var sum Sum
	for range 3 {
		sum.Add(math.MaxInt64)
	}
	if _, err := sum.Int64(); fault.KindOf(err) != fault.BadInput {
		t.Errorf("three times the largest: %v", err)
	}
	for range 3 {
		sum.Add(math.MinInt64)
	}
	if got, err := sum.Int64(); got != -3 || err != nil {
		t.Errorf("what left int64 on the way and came back: %d, %v", got, err)
	}

	least := new(big.Int).Neg(pow10(38)) // within 128 bits, twice is not
	var wide Sum
	wide.AddBig(least)
	wide.AddBig(least)
	wide.AddBig(pow10(38))
	wide.AddBig(pow10(38))
	if _, err := wide.Int64(); err == nil {
		t.Error("a sum that left 128 bits answers as if it had not")
	}
	var wider Sum
	wider.AddBig(pow10(60))
	if _, err := wider.Int64(); err == nil {
		t.Error("a term wider than 128 bits is taken")
	}
}

func TestParseAmount(t *testing.T) {
	for in, want := range map[string]int64{
		"10m":                  1_000_000_000,
		"1.5bn":                150_000_000_000,
		"1.5BN":                150_000_000_000,
		"250k":                 25_000_000,
		"1234.56":              123_456,
		"1234.5600":            123_456,
		"0.01":                 1,
		"0":                    0,
		"-2.5":                 -250,
		"1.23456k":             123_456,
		"92233720368547758.07": math.MaxInt64,
	} {
		if got, err := ParseAmount(in); got != want || err != nil {
			t.Errorf("ParseAmount(%q) = %d, %v, want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "m", "-", "1,000", "1e6", ".5", "5.", "1.005", "1.2345678k", "--1", "+1", "1 m", "10mm", "92233720368547758.08", "NaN", "1_000"} {
		if got, err := ParseAmount(in); fault.KindOf(err) != fault.BadInput || err == nil {
			t.Errorf("ParseAmount(%q) = %d, %v, want bad input", in, got, err)
		}
	}
}

func TestParseCurrency(t *testing.T) {
	for _, in := range []string{"EUR", "KZT", "HRK", "AED", "ZWG"} {
		if got, err := ParseCurrency(in); string(got) != in || err != nil {
			t.Errorf("ParseCurrency(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "eur", "EU", "EURO", "XYZ", "D A", "\nAE", " EU"} {
		if got, err := ParseCurrency(in); err == nil {
			t.Errorf("ParseCurrency(%q) = %q", in, got)
		}
	}
}
