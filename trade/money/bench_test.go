package money

import (
	"testing"

	"detour/trade/period"
)

func BenchmarkConvert(b *testing.B) {
	for name, p := range map[string]period.Period{"month": march, "year": period.Year(2021)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Embedded().Convert(123_456_789, "NOK", "USD", p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
