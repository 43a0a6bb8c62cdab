package breakpoint_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"detour/source"
	"detour/source/comext"
	"detour/stat/breakpoint"
	"detour/trade/flow"
	"detour/trade/period"
	"detour/world/calibrate"
)

// What the test says of official series, by member, hub and HS6, with trade in six months or more: in 2020 and 2021, where breaks in
// 2021 are mostly those of an ordinary year, and in 2021 and 2022, with those of 2022. November and December 2022 are
// not whole in the workbooks, so 22 months are taken of both, and breaks from month 12 to 19. docs/method/breaks.md has the
// shares; the bounds lie around them, and keep them from moving unseen.
func TestSoakOfficialSeries(t *testing.T) {
	if os.Getenv("DETOUR_SOAK") == "" {
		t.Skip("reading all 22 shared workbooks takes minutes: DETOUR_SOAK=1")
	}
	books, err := filepath.Glob("../../../shared/data/eurostat/browser_xlsx/*.xlsx")
	if err != nil || len(books) == 0 {
		t.Skip("../shared/data/eurostat/browser_xlsx is absent: there are no official series")
	}
	var all reading
	for _, book := range books {
		all.read(t, book)
	}
	for _, c := range []struct {
		from  period.Period
		test  breakpoint.Test
		small [2]float64 // least and most share of p <= 0.05
	}{
		{202001, breakpoint.Test{}, [2]float64{0.12, 0.19}},
		{202001, breakpoint.Test{Block: 3}, [2]float64{0.06, 0.1}},
		{202101, breakpoint.Test{}, [2]float64{0.3, 0.5}},
		{202101, breakpoint.Test{Block: 3}, [2]float64{0.15, 0.4}},
	} {
		for _, cost := range []breakpoint.Cost{breakpoint.QuasiPoisson, breakpoint.HurdleLevel} {
			p := tested(t, calibrate.Collect(slices.Values(all.flows), c.from), cost, c.test)
			adjusted, err := breakpoint.Adjust(p, breakpoint.BenjaminiHochberg)
			if err != nil {
				t.Fatal(err)
			}
			small, found := share(p, 0.05), share(adjusted, 0.1)
			t.Logf("from %d, cost %d, blocks of %d: %d series, p <= .01 .05 .5: %.3f %.3f %.3f, adjusted <= .1: %.3f",
				c.from, cost, c.test.Block, len(p), share(p, 0.01), small, share(p, 0.5), found)
			if small < c.small[0] || small > c.small[1] {
				t.Errorf("from %d, cost %d, blocks of %d: p <= 0.05 in %.3f", c.from, cost, c.test.Block, small)
			}
		}
	}
}

// tested gives the p-values of the cells that trade in six months or more of 22.
func tested(t *testing.T, cells []calibrate.Cell, cost breakpoint.Cost, test breakpoint.Test) (p []float64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(20220224, 15))
	var scratch breakpoint.Scratch
	y := make([]float64, 22)
	for _, c := range cells {
		traded := 0
		for i := range y {
			if y[i] = float64(c[i]); y[i] > 0 {
				traded++
			}
		}
		if traded < 6 {
			continue
		}
		one, err := breakpoint.PValue(breakpoint.Series{Y: y}, breakpoint.Rule{Cost: cost}, breakpoint.Window{From: 12, To: 19}, test, rng, &scratch)
		if err != nil {
			t.Fatal(err)
		}
		p = append(p, one)
	}
	return p
}

func share(p []float64, most float64) float64 {
	n := 0.
	for _, x := range p {
		if x <= most {
			n++
		}
	}
	return n / float64(len(p))
}

// reading keeps the values of eight-digit codes to the six neighbours.
type reading struct{ flows []flow.Flow }

func (r *reading) read(t *testing.T, book string) {
	t.Helper()
	file, err := os.Open(book)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range comext.Formats() {
		if f.ID == "comext-workbook" {
			if _, err := f.Decode(context.Background(), source.Input{Name: filepath.Base(book), Size: info.Size(), R: file}, r); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func (r *reading) Flows(batch []flow.Flow) error {
	for _, f := range batch {
		if strings.Contains("AM BY GE KG KZ UZ", string(f.Partner)) && f.Goods.Digits() == 8 {
			r.flows = append(r.flows, f)
		}
	}
	return nil
}

func (r *reading) Reject(source.Reject) error { return nil }
func (r *reading) Progress(int64)             {}
