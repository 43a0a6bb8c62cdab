package money

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"detour/fault"
	"detour/trade/period"
)

var march = period.Month(2022, 3)

func TestRoundHalfEven(t *testing.T) {
	for _, c := range []struct{ num, den, want int64 }{
		{1, 2, 0}, {3, 2, 2}, {5, 2, 2}, {7, 2, 4},
		{-1, 2, 0}, {-3, 2, -2}, {-5, 2, -2}, {-7, 2, -4},
		{501, 1000, 1}, {499, 1000, 0}, {-501, 1000, -1}, {-499, 1000, 0},
		{1, 3, 0}, {2, 3, 1}, {-2, 3, -1}, {4, 1, 4}, {-4, 1, -4},
	} {
		if got := roundHalfEven(big.NewInt(c.num), big.NewInt(c.den)); got.Int64() != c.want {
			t.Errorf("%d/%d rounds to %s, want %d", c.num, c.den, got, c.want)
		}
	}
}

func TestParseRate(t *testing.T) {
	for in, want := range map[string]string{
		"1.1019": "1.1019", "1.50": "1.5", "100": "100", "100.00": "100", "0.00001": "0.00001", "007.5": "7.5",
		"1.13144761904761905": "1.13144761904761905",
	} {
		r, err := ParseRate(in)
		if err != nil || r.String() != want {
			t.Errorf("ParseRate(%q) = %s, %v, want %s", in, r, err, want)
		}
	}
	for _, in := range []string{"", "0", "0.000", "-1", "+1", "1e3", "1,5", ".5", "5.", "N/A", "Inf", "1.1314476190476190476", "1234567890123456789"} {
		if r, err := ParseRate(in); fault.KindOf(err) != fault.BadInput || err == nil {
			t.Errorf("ParseRate(%q) = %s, %v, want bad input", in, r, err)
		}
	}
	if a, b := mustRate(t, "1.50"), mustRate(t, "1.5"); a != b {
		t.Error("1.50 and 1.5 are not equal")
	}
}

func TestMeanRate(t *testing.T) {
	mean, err := MeanRate([]Rate{mustRate(t, "1"), mustRate(t, "1"), mustRate(t, "2")})
	if err != nil || mean.String() != "1.33333333" {
		t.Errorf("mean of 1, 1, 2: %s, %v", mean, err)
	}
	// 0.000000015 and 0.000000025 lie half way: both go to the even neighbour.
	for in, want := range map[string]string{"0.000000015": "0.00000002", "0.000000025": "0.00000002"} {
		if mean, err := MeanRate([]Rate{mustRate(t, in)}); err != nil || mean.String() != want {
			t.Errorf("mean of %s: %s, %v, want %s", in, mean, err, want)
		}
	}
	if mean, err := MeanRate([]Rate{mustRate(t, "0.000000001")}); err == nil {
		t.Errorf("a mean that rounds to nothing is %q", mean)
	}
}

// Converting rounds once, half to even.
func TestConvertRounding(t *testing.T) {
	r := table(t, Entry{"USD", march, mustRate(t, "1.25")}, Entry{"NOK", march, mustRate(t, "10")}, Entry{"JPY", march, mustRate(t, "0.5")})
	for _, c := range []struct {
		amount   int64
		from, to Currency
		want     int64
	}{
		{1, "JPY", EUR, 2},
		{1, EUR, "JPY", 0}, // 0.5
		{3, EUR, "JPY", 2}, // 1.5
		{5, EUR, "JPY", 2}, // 2.5
		{-5, EUR, "JPY", -2},
		{100, EUR, "USD", 125},
		{125, "USD", "NOK", 1000},
		{2, EUR, "USD", 2}, // 2.5
		{6, EUR, "USD", 8}, // 7.5
		{math.MaxInt64, EUR, EUR, math.MaxInt64},
	} {
		if got, err := r.Convert(c.amount, c.from, c.to, march); got != c.want || err != nil {
			t.Errorf("%d %s in %s: %d, %v, want %d", c.amount, c.from, c.to, got, err, c.want)
		}
	}
	if _, err := r.Convert(math.MaxInt64, EUR, "NOK", march); fault.KindOf(err) != fault.BadInput {
		t.Errorf("overflow: %v", err)
	}
}

func TestConvertProperties(t *testing.T) {
	c := drawnTable(t)
	rapid.Check(t, func(t *rapid.T) {
		r, from, to := c(t)
		// Rates drawn here are at most 10^4 apart, so the results stay in int64.
		amounts := rapid.Int64Range(-1e14, 1e14)
		a, b := amounts.Draw(t, "a"), amounts.Draw(t, "b")
		inA, inB := convert(t, r, a, from, to), convert(t, r, b, from, to)
		if (a < b && inA > inB) || (a > b && inA < inB) || (a == b && inA != inB) {
			t.Fatalf("not monotone: %d gives %d, %d gives %d", a, inA, b, inB)
		}
		if convert(t, r, -a, from, to) != -inA {
			t.Fatalf("not odd: %d", a)
		}
		if convert(t, r, a, EUR, EUR) != a || convert(t, r, a, from, from) != a {
			t.Fatalf("%d in its own currency is another amount", a)
		}
	})
}

// The result is the exact fraction, rounded: it lies within half a hundredth of it.
func TestConvertExact(t *testing.T) {
	c := drawnTable(t)
	rapid.Check(t, func(t *rapid.T) {
		r, from, to := c(t)
		a := rapid.Int64Range(-1e14, 1e14).Draw(t, "a")
		num, err := r.Rate(to, march)
		if err != nil {
			t.Fatal(err)
		}
		den, err := r.Rate(from, march)
		if err != nil {
			t.Fatal(err)
		}
		exact := new(big.Rat).Mul(new(big.Rat).SetInt64(a), new(big.Rat).Quo(num, den))
		off := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(convert(t, r, a, from, to)))
		if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%d %s is off by %s", a, from, off)
		}
	})
}

// drawnTable gives a drawer of tables of two currencies.
func drawnTable(t *testing.T) func(*rapid.T) (*Rates, Currency, Currency) {
	return func(rt *rapid.T) (*Rates, Currency, Currency) {
		draw := func(label string) Rate {
			n := rapid.Int64Range(1e5, 1e9).Draw(rt, label)
			r, err := newRate(big.NewInt(n), 5, label)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		return table(t, Entry{"USD", march, draw("usd")}, Entry{"NOK", march, draw("nok")}), "USD", "NOK"
	}
}

func TestYearIsMeanOfTwelve(t *testing.T) {
	var entries []Entry
	for m := 1; m <= 12; m++ {
		entries = append(entries, Entry{"USD", period.Month(2021, m), mustRate(t, "1."+strings.Repeat("0", m)+"1")})
	}
	want := new(big.Rat)
	for _, e := range entries {
		want.Add(want, e.Rate.Rat())
	}
	want.Quo(want, big.NewRat(12, 1))
	got, err := table(t, entries...).Rate("USD", period.Year(2021))
	if err != nil || got.Cmp(want) != 0 {
		t.Errorf("year: %v, %v, want %v", got, err, want)
	}
	_, err = table(t, entries[:11]...).Rate("USD", period.Year(2021))
	if fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "2021-12") || !strings.Contains(err.Error(), "USD") {
		t.Errorf("year without December: %v", err)
	}
}

func TestMissingRateIsNamed(t *testing.T) {
	r := Embedded()
	for _, c := range []struct {
		currency Currency
		period   period.Period
		names    string
	}{
		{"KZT", march, "KZT for 2022-03"},
		{"RUB", march, "RUB for 2022-03"},
		{"RUB", period.Year(2022), "RUB for 2022-03, needed for the mean of 2022"},
		{"HRK", period.Month(2023, 1), "held from 2010-01 to 2022-12"},
	} {
		_, err := r.Convert(1, c.currency, EUR, c.period)
		if fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), c.names) || !strings.Contains(fault.HintOf(err), "--rates FILE") {
			t.Errorf("%s %s: %v (hint: %s)", c.currency, c.period, err, fault.HintOf(err))
		}
	}
	if got, err := r.Convert(5, "KZT", "KZT", march); got != 5 || err != nil {
		t.Errorf("tenge in tenge: %d, %v", got, err)
	}
}

func TestOver(t *testing.T) {
	own := table(t, Entry{"KZT", march, mustRate(t, "540.5")}, Entry{"USD", march, mustRate(t, "2")})
	both := own.Over(Embedded())
	for c, want := range map[Currency]string{"KZT": "1081/2", "USD": "2/1"} {
		if got, err := both.Rate(c, march); err != nil || got.String() != want {
			t.Errorf("%s: %v, %v, want %s", c, got, err, want)
		}
	}
	under, err := both.Rate("USD", march.Add(1))
	base, baseErr := Embedded().Rate("USD", march.Add(1))
	if err != nil || baseErr != nil || under.Cmp(base) != 0 {
		t.Errorf("a month that the file does not give: %v, %v", under, base)
	}
	if got, _ := Embedded().Rate("USD", march); got.String() == "2/1" {
		t.Error("the base has changed")
	}
	if s := both.Source(); !strings.Contains(s, "test") || !strings.Contains(s, "ECB") {
		t.Errorf("source %q names not both", s)
	}
}

// Averages as the ECB printed them (Statistics Bulletin, exchange rates, March 2022).
func TestEmbeddedAgreesWithPublishedAverages(t *testing.T) {
	for c, want := range map[Currency]string{"USD": "1.1019", "JPY": "130.71", "GBP": "0.83638", "NOK": "9.7367"} {
		got, err := Embedded().Rate(c, march)
		if err != nil {
			t.Fatal(err)
		}
		if printed := got.FloatString(len(want) - strings.Index(want, ".") - 1); printed != want {
			t.Errorf("%s: %s, published %s", c, printed, want)
		}
	}
}

func TestEmbeddedSpan(t *testing.T) {
	r := Embedded()
	for _, c := range []Currency{"NOK", "USD", "GBP", "JPY", "CAD", "CHF", "KRW", "AUD", "NZD", "TRY", "CNY", "HKD", "PLN"} {
		if first, last := r.Months(c); first != period.Month(2010, 1) || last != period.Month(2025, 12) {
			t.Errorf("%s is held from %s to %s", c, first, last)
		}
		for y := 2010; y <= 2025; y++ {
			if _, err := r.Rate(c, period.Year(y)); err != nil {
				t.Error(err)
			}
		}
	}
	if _, last := r.Months("RUB"); last != period.Month(2022, 2) {
		t.Errorf("RUB is held to %s", last)
	}
	if first, last := r.Months("KZT"); first != 0 || last != 0 {
		t.Errorf("KZT is held from %s to %s", first, last)
	}
}

func mustRate(t *testing.T, s string) Rate {
	t.Helper()
	r, err := ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func table(t *testing.T, entries ...Entry) *Rates {
	t.Helper()
	r, err := NewRates("test", entries)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func convert(t *rapid.T, r *Rates, n int64, from, to Currency) int64 {
	got, err := r.Convert(n, from, to, march)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
