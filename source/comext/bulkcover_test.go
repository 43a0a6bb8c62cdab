package comext

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"detour/source"
	"detour/source/comext/internal/decodetest"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// releaseText is a bulk file of exports whose rows name so many reporters, partners and codes.
func releaseText(t *testing.T, reporters, partners, codes int) string {
	t.Helper()
	var members, others []area.Code
	for _, a := range area.All() {
		if _, known := area.ByComext(string(a.Code)); !known || a.Kind != area.Country {
			continue
		}
		if len(members) < reporters {
			members = append(members, a.Code)
		} else if len(others) < partners {
			others = append(others, a.Code)
		}
	}
	if len(members) < reporters || len(others) < partners {
		t.Fatalf("%d and %d areas known", len(members), len(others))
	}
	var b strings.Builder
	b.WriteString("REPORTER,PARTNER,PRODUCT_NC,FLOW,STAT_PROCEDURE,PERIOD,VALUE_EUR\n")
	for i := range max(reporters, partners, codes) {
		fmt.Fprintf(&b, "%s,%s,%08d,2,1,202203,%d\n", members[i%reporters], others[i%partners], 10_000_000+i%codes, i)
	}
	return b.String()
}

// Each list is judged by itself, on both sides of its threshold.
func TestBulkCoverageIsJudged(t *testing.T) {
	many := manyCodes[8]
	for _, c := range []struct {
		reporters, partners, codes int
		note                       string
	}{
		{manyReporters, manyPartners, many, ""},
		{manyReporters - 1, manyPartners, many, "the 19 reporters that"},
		{manyReporters, manyPartners - 1, many, "the 99 partners that"},
		{manyReporters, manyPartners, many - 1, "the 4999 codes that"},
		{1, 1, 1, "the 1 reporter, 1 partner, 1 code that"},
	} {
		release, got := decode(t, "comext-bulk", "f", releaseText(t, c.reporters, c.partners, c.codes))
		if len(got.Rejected) > 0 || len(release.Coverage) != 1 {
			t.Fatalf("%+v: rejects %v, coverage %v", c, got.Rejected, release.Coverage)
		}
		b, note := release.Coverage[0], strings.Join(release.Notes, "; ")
		sizes := [3]int{len(b.Reporters), len(b.Partners), len(b.Goods)}
		want := [3]int{listed(c.reporters, manyReporters), listed(c.partners, manyPartners), listed(c.codes, many)}
		if sizes != want || (len(b.Goods) == 0) != slices.Equal(b.Levels, []int{8}) {
			t.Errorf("%+v: %v listed, want %v; levels %v", c, sizes, want, b.Levels)
		}
		if !strings.Contains(note, c.note) || (c.note == "") != (note == "") {
			t.Errorf("%+v: note %q", c, note)
		}
	}
}

// listed is how many of n codes are listed, where so many are all.
func listed(n, many int) int {
	if n >= many {
		return 0
	}
	return n
}

// An extract takes nothing back that it does not name; the same bytes said to be whole take all of the month back.
func TestAnExtractLeavesTheRestInForce(t *testing.T) {
	const header = "REPORTER,PARTNER,PRODUCT_NC,FLOW,STAT_PROCEDURE,PERIOD,VALUE_EUR\n"
	full, _ := decode(t, "comext-bulk", "full", header+"DE,KZ,84713000,2,1,202203,1\nDE,KG,84713000,2,1,202203,1\nLT,KZ,84822000,2,1,202203,1\n")
	text := header + "DE,KZ,84713000,2,1,202203,2\nDE,Nowhere,84822000,2,1,202203,2\n"
	extract, _ := decode(t, "comext-bulk", "extract", text)
	want := flow.Block{Direction: flow.Export, Nomenclature: "CN", Reporters: []area.Code{"DE"}, Partners: []area.Code{"KZ"}, Goods: []goods.Code{"84713000"},
		Periods: []period.Period{202203}, Measures: []flow.Measure{flow.Value}}
	if fmt.Sprint(extract.Coverage) != fmt.Sprint([]flow.Block{want}) { // the row set aside covers nothing
		t.Errorf("coverage %v, want %v", extract.Coverage, want)
	}
	if extract.Coverage[0].Contains(full.Coverage[0]) {
		t.Errorf("%v covers all of %v", extract.Coverage, full.Coverage)
	}
	whole, err := source.Whole(formatOf(t, "comext-bulk")).Decode(t.Context(), decodetest.Input("extract", text), &decodetest.Recorder{})
	if err != nil {
		t.Fatal(err)
	}
	if !whole.Coverage[0].Contains(full.Coverage[0]) {
		t.Errorf("said to be whole, %v does not cover %v", whole.Coverage, full.Coverage)
	}
}
