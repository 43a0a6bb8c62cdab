package ask

import (
	"strings"
	"testing"

	"detour/detect/account"
	"detour/detect/series"
	"detour/report"
)

// The specification that was asked for is shown, however many give more.
func TestChosenSpecificationIsShown(t *testing.T) {
	for _, above := range []int{0, TerminalRows - 1, TerminalRows, 30} {
		p := accountPrinter{unit: "EUR"}
		p.r.SpecsOf = 40
		p.r.Specs = []account.Spec{{Baseline: "the-chosen-one", Base: "2021", Line: series.Line{Excess: 1}, Chosen: true}}
		for range above {
			p.r.Specs = append(p.r.Specs, account.Spec{Baseline: "same-month", Base: "2020", Line: series.Line{Excess: 2}})
		}
		var out strings.Builder
		if err := report.Text(&out, report.Report{Title: "t", Lead: "l", Blocks: []report.Block{p.specifications()}}, report.TextOptions{Width: 120, MaxRows: TerminalRows}); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out.String(), "the-chosen-one"); n != 1 {
			t.Errorf("%d above it: shown %d times\n%s", above, n, out.String())
		}
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), "of 40, those nearest to what was asked") {
			t.Errorf("the cut is not told:\n%s", out.String())
		}
	}
}
