package convert_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"detour/detect/convert"
	"detour/fault"
	"detour/trade/money"
	"detour/trade/period"
)

func rates(t *testing.T) *money.Rates {
	t.Helper()
	rate, err := money.ParseRate("1.25")
	if err != nil {
		t.Fatal(err)
	}
	r, err := money.NewRates("made up", []money.Entry{{Currency: "USD", Month: 202203, Rate: rate}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTo(t *testing.T) {
	if n, err := convert.To("EUR", rates(t), 125, "USD", 202203); n != 100 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := convert.To("KZT", nil, 7, "KZT", 202203); n != 7 || err != nil { // its own currency needs no rates
		t.Errorf("%d, %v", n, err)
	}
	if _, err := convert.To("EUR", rates(t), 1, "USD", 202204); fault.KindOf(err) != fault.NotFound {
		t.Errorf("%v", err)
	}
}

// Of several rates that are missing the earliest month's is named, then the first currency's, in whatever order they come.
func TestMissing(t *testing.T) {
	type lack struct {
		currency money.Currency
		at       period.Period
	}
	list := []lack{{"USD", 202206}, {"USD", 202205}, {"NOK", 202205}, {"GBP", 202207}}
	for seed := range uint64(10) {
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		var m convert.Missing
		for _, l := range list {
			_, err := convert.To("EUR", rates(t), 1, l.currency, l.at)
			if err := m.Pass(err); err != nil {
				t.Fatalf("%v is not kept", err)
			}
		}
		if err := m.Err(); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "NOK") || !strings.Contains(err.Error(), "2022-05") {
			t.Fatalf("order %v names %v", list, err)
		}
	}
	var m convert.Missing
	if other := errors.New("another"); !errors.Is(m.Pass(other), other) || m.Pass(nil) != nil || m.Err() != nil {
		t.Error("other errors do not pass")
	}
}
