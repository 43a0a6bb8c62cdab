package calibrate_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"detour/fault"
	"detour/source"
	"detour/source/comext"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
	"detour/world/calibrate"
)

// Four cells, each statistic of which is worked out by hand.
func TestMeasure(t *testing.T) {
	var thin, even, wave calibrate.Cell
	thin[0], thin[1], thin[12] = 1, 2, 4 // logs 0, ln 2, 2 ln 2: variance 2/3 (ln 2)^2
	for m := range even {
		even[m] = 100
		wave[m] = 100
		if m%2 == 1 {
			wave[m] = 1000
		}
	}
	got, err := calibrate.Measure(slices.Values([]calibrate.Cell{thin, even, wave, wave, {}}))
	if err != nil {
		t.Fatal(err)
	}
	if got.Cells != 4 {
		t.Errorf("%d cells, want the 4 with trade", got.Cells)
	}
	for name, c := range map[string][2]float64{
		"empty, middle of 0, 0, 0, 21/24":  {got.Empty.Median, 0},
		"empty, 90%":                       {got.Empty.High, 0.7 * 21 / 24},
		"spread, middle of thin and wave":  {got.Spread.Median, (math.Ln2*math.Sqrt(2./3) + math.Ln10/2) / 2},
		"ratio, middle of 1, 1, 1, 4/3":    {got.Ratio.Median, 1},
		"ratio, 90%":                       {got.Ratio.High, 1 + 0.7/3},
		"size, middle of 4, 1200, 6600 x2": {got.Size.Median, 3900},
		"size, 99%":                        {got.SizeTop, 6600},
		"lag 1 of the waves alone":         {got.Lag1.Median, -23. / 24},
	} {
		if math.Abs(c[0]-c[1]) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, c[0], c[1])
		}
	}
}

// An alternating series turns sign at lag 1 (23 products of 24 squares) and repeats at lag 12 (12 of 24).
func TestMeasureAutocorrelation(t *testing.T) {
	var wave calibrate.Cell
	for m := range wave {
		wave[m] = int64(10 + 90*(m%2))
	}
	got, err := calibrate.Measure(slices.Values([]calibrate.Cell{wave, wave}))
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got.Lag1.Median+23./24) > 1e-12 || math.Abs(got.Lag12.Median-0.5) > 1e-12 {
		t.Errorf("autocorrelations %v and %v, want -23/24 and 1/2", got.Lag1.Median, got.Lag12.Median)
	}
}

func TestMeasureRefusesNothing(t *testing.T) {
	if _, err := calibrate.Measure(slices.Values([]calibrate.Cell{{}})); fault.KindOf(err) != fault.BadInput {
		t.Errorf("error %v, want bad input", err)
	}
}

// Codes below one HS6 are one cell; what is no month of the two years, or no product, is left out.
func TestCollect(t *testing.T) {
	row := func(partner, code string, when period.Period, cents int64) flow.Flow {
		f := flow.Flow{Value: flow.Some(cents)}
		f.Reporter, f.Partner, f.Goods, f.Period = "DE", "KZ", goods.Code(code), when
		if partner != "" {
			f.Partner = "KG"
		}
		return f
	}
	hidden, silent := row("", "85XXXXXX", 202001, 100), row("", "85423190", 202001, 100)
	hidden.Confidential, silent.Value = true, flow.Number{}
	got := calibrate.Collect(slices.Values([]flow.Flow{
		row("", "85423190", 202001, 149), row("", "85423110", 202001, 100), row("KG", "854231", 202112, 50),
		row("", "8542", 202001, 100), row("", "85423190", 202201, 100), row("", "85423190", 202000, 100), hidden, silent,
	}), 202001)
	var kg, kz calibrate.Cell
	kg[23], kz[0] = 1, 2
	if diff := cmp.Diff([]calibrate.Cell{kg, kz}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCompare(t *testing.T) {
	near := calibrate.Official
	near.Ratio.High *= 1.09
	near.Lag12.Median += 0.039 // a tenth of the distance from -0.204 to 0.187
	for _, c := range calibrate.Compare(near, calibrate.Official) {
		if !c.Met() {
			t.Errorf("%s: %g is near %g", c.Name, c.Got, c.Want)
		}
	}
	far := calibrate.Official
	far.Empty.Low, far.SizeTop, far.Lag1.Low = 3./24, far.SizeTop*1.11, far.Lag1.Low-0.07
	missed := 0
	for _, c := range calibrate.Compare(far, calibrate.Official) {
		if !c.Met() {
			missed++
		}
	}
	if missed != 3 {
		t.Errorf("%d statistics are missed, want 3", missed)
	}
}

// The official statistics are those of the workbooks. Neither changes, and reading them takes a minute: make soak.
func TestSoakOfficial(t *testing.T) {
	if os.Getenv("DETOUR_SOAK") == "" {
		t.Skip("set DETOUR_SOAK=1 to measure the official workbooks again")
	}
	books, err := filepath.Glob("../../../shared/data/eurostat/browser_xlsx/*.xlsx")
	if err != nil || len(books) == 0 {
		t.Skip("../shared/data/eurostat/browser_xlsx is absent: the official workbooks cannot be measured")
	}
	var all reading
	for _, book := range books {
		all.read(t, book)
	}
	got, err := calibrate.Measure(slices.Values(calibrate.Collect(slices.Values(all.flows), 202001)))
	if err != nil {
		t.Fatal(err)
	}
	// Official is written with six decimals.
	if diff := cmp.Diff(calibrate.Official, got, cmpopts.EquateApprox(1e-5, 1e-6)); diff != "" {
		t.Error(diff)
	}
}

// reading keeps what the statistics are made of: values of eight-digit codes to the six neighbours.
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
