package comtrade

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// A file covers, for each reporter, period, direction and level that it has, the partners and codes that its
// rows name, and nothing else.
func TestCoverageOfAnExtract(t *testing.T) {
	plain := []string{"netWgt", "", "qty", ""}
	release, _ := decode(t, decodeBulk, bulk("\t",
		row(plain...),
		row(append(plain, "partnerCode", "417", "cmdCode", "854231")...),
		row(append(plain, "period", "2021", "classificationCode", "H6")...),
		row(append(plain, "period", "2021", "partnerCode", "417", "cmdCode", "854231")...),
		row(append(plain, "reporterCode", "251", "partnerCode", "417")...),
		row("flowCode", "M", "cmdCode", "TOTAL", "aggrLevel", "0", "qty", ""),
		row("flowCode", "DX", "partnerCode", "4"), // left out
		row("flowCode", "?", "partnerCode", "8"),  // rejected
	))
	values, y21, y22 := []flow.Measure{flow.Value}, period.Year(2021), period.Year(2022)
	want := []flow.Block{
		{
			Direction: flow.Import, Nomenclature: goods.HS2022, Reporters: []area.Code{"DE"}, Partners: []area.Code{"KZ"}, Levels: []int{0}, Periods: []period.Period{y22},
			Measures: []flow.Measure{flow.NetMass, flow.Value},
		},
		{
			Direction: flow.Export, Nomenclature: goods.HS2022, Reporters: []area.Code{"DE"}, Partners: []area.Code{"KG", "KZ"}, Goods: []goods.Code{"851713", "854231"},
			Periods: []period.Period{y21, y22}, Measures: values,
		},
		{
			Direction: flow.Export, Nomenclature: goods.HS2022, Reporters: []area.Code{"FR"}, Partners: []area.Code{"KG"}, Goods: []goods.Code{"851713"},
			Periods: []period.Period{y22}, Measures: values,
		},
	}
	if diff := cmp.Diff(want, release.Coverage); diff != "" {
		t.Error(diff)
	}
}

// A reporter that names a hundred partners and two thousand subheadings was asked for all; its
// neighbour in the same file, with fewer, covers what it names.
func TestCoverageOfWholeLists(t *testing.T) {
	var rows []map[string]string
	partners := placed[:100]
	for i := range 2000 {
		n, _, _ := numberOf(partners[i%len(partners)])
		rows = append(rows, row("partnerCode", n, "cmdCode", fmt.Sprintf("%06d", 10000+i)))
	}
	rows = append(rows, row("reporterCode", "417"))
	release, _ := decode(t, decodeBulk, bulk("\t", rows...))
	all := []flow.Measure{flow.NetMass, flow.Quantity, flow.Value}
	want := []flow.Block{
		{Direction: flow.Export, Nomenclature: goods.HS2022, Reporters: []area.Code{"DE"}, Levels: []int{6}, Periods: []period.Period{period.Year(2022)}, Measures: all},
		{
			Direction: flow.Export, Nomenclature: goods.HS2022, Reporters: []area.Code{"KG"}, Partners: []area.Code{"KZ"}, Goods: []goods.Code{"851713"},
			Periods: []period.Period{period.Year(2022)}, Measures: all,
		},
	}
	if diff := cmp.Diff(want, release.Coverage); diff != "" {
		t.Error(diff)
	}
	release, _ = decode(t, decodeBulk, bulk("\t", rows[1:]...)) // one code fewer
	for _, b := range release.Coverage {
		if b.Reporters[0] == "DE" && len(b.Goods) != 1999 {
			t.Errorf("1999 codes are taken for the level: %v, %d codes", b.Levels, len(b.Goods))
		}
	}
}
