package money

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

// averages is what `detour rates build` writes from the ECB's reference file (docs/format/rates.md).
//
//go:embed averages.csv
var averages string

var embedded = sync.OnceValue(func() *Rates {
	r, err := ReadRates(strings.NewReader(averages), "averages.csv")
	if err != nil {
		// The table is part of the program: a test reads it, so this is a damaged build.
		panic(fmt.Sprintf("money: embedded rates: %v", err))
	}
	first, last := r.Months("USD")
	r.source = fmt.Sprintf("ECB euro foreign exchange reference rates, monthly averages %s..%s, embedded", first, last)
	return r
})

// Embedded gives the monthly averages of the ECB's reference rates that the program carries, for every
// currency that the ECB quoted in those years.
func Embedded() *Rates { return embedded() }
