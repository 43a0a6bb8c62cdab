package comext

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"detour/fault"
	"detour/source"
	"detour/source/comext/internal/codes"
	"detour/source/comext/internal/decodetest"
	"detour/source/comext/internal/table"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

const (
	sdmxHeader  = "DATAFLOW,LAST UPDATE,freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE,OBS_FLAG"
	sdmx3Header = "STRUCTURE,STRUCTURE_ID,freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS"
	sdmxLine    = "ESTAT:DS-045409(1.0),15/09/26,M,AT,AE,7204,2,VALUE_IN_EUROS,2023-09,204548,"
	refusalXML  = `<?xml version='1.0' encoding='UTF-8'?><S:Fault xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>413</faultcode><faultstring>EXTRACTION_TOO_BIG: The requested extraction is too big</faultstring></S:Fault>`
	refusalJSON = `{"error":[{"status":413,"id":150,"label":"EXTRACTION_TOO_BIG: The requested extraction is too big"}]}`
)

var sdmxKey = flow.Key{
	Reporter: "AT", Partner: "AE", Direction: flow.Export, Nomenclature: goods.CN, Goods: "7204", Period: period.Month(2023, 9),
}

// The measures of one cell stand in rows of their own: next to each other they make one flow.
func TestSDMX(t *testing.T) {
	release, got := decode(t, "comext-sdmx", "pull.csv", sdmxHeader+`
ESTAT:DS-045409(1.0),15/09/26,M,AT,AE,7204,2,QUANTITY_IN_100KG,2023-09,1772.90,
ESTAT:DS-045409(1.0),15/09/26,M,AT,AE,7204,2,SUPPLEMENTARY_QUANTITY,2023-09,12,
ESTAT:DS-045409(1.0),15/09/26,M,AT,AE,7204,2,VALUE_IN_EUROS,2023-09,204548,p
ESTAT:DS-045409(1.0),15/09/26,M,AT,AE,72042110,2,VALUE_IN_EUROS,2023-09,1,
ESTAT:DS-045409(1.0),15/09/26,M,AT,AE,7204,2,VALUE_IN_EUROS,2023-10,2,
ESTAT:DS-045409(1.0),15/09/26,M,AT,AE,72042110,2,QUANTITY_IN_100KG,2023-09,0.01,
`)
	fine, later := sdmxKey, sdmxKey
	fine.Goods, later.Period = "72042110", period.Month(2023, 10)
	want := []flow.Flow{
		{Key: sdmxKey, Value: flow.Some(20454800), Currency: money.EUR, NetMass: flow.Some(177_290_000), Quantity: flow.Some(12_000), Unit: SupplementaryUnit},
		{Key: fine, Value: flow.Some(100), Currency: money.EUR},
		{Key: later, Value: flow.Some(200), Currency: money.EUR},
		{Key: fine, NetMass: flow.Some(1000), Currency: money.EUR},
	}
	if !slices.Equal(got.Got, want) {
		t.Errorf("flows\n%+v\nwant\n%+v\nrejects %v", got.Got, want, got.Rejected)
	}
	if release.Dataset != "DS-045409" || release.Stamp != "2026-09-15" || release.Source != "comext" {
		t.Errorf("release %+v", release)
	}
	wantCover := []flow.Block{{
		Direction: flow.Export, Nomenclature: goods.CN, Reporters: []area.Code{"AT"}, Partners: []area.Code{"AE"}, Goods: []goods.Code{"7204", "72042110"},
		Periods: []period.Period{period.Month(2023, 9), period.Month(2023, 10)}, Measures: flowMeasures,
	}}
	if fmt.Sprint(release.Coverage) != fmt.Sprint(wantCover) {
		t.Errorf("coverage %v, want %v", release.Coverage, wantCover)
	}
}

func TestSDMX3(t *testing.T) {
	release, got := decode(t, "comext-sdmx", "pull.csv", "\ufeff"+sdmx3Header+"\r\n"+
		"dataflow,ESTAT:DS-059341(1.0),A,DE,KZ,851713,1,VALUE_EUR,2023,10.5,,F\r\n"+
		"dataflow,ESTAT:DS-059341(1.0),A,DE,KZ,851713,1,QUANTITY_KG,2023,3,,F\r\n"+
		"dataflow,ESTAT:DS-059341(1.0),A,DE,KZ,850110,1,VALUE_EUR,2023,,c,C\r\n"+
		"dataflow,ESTAT:DS-059341(1.0),A,DE,KZ,850120,1,VALUE_EUR,2023,:,,F\r\n")
	if len(got.Got) != 2 || got.Got[0].Value != flow.Some(1050) || got.Got[0].NetMass != flow.Some(3000) || got.Got[0].Period != period.Year(2023) {
		t.Errorf("flows %+v, rejects %v", got.Got, got.Rejected)
	}
	if withheld := got.Got[1]; !withheld.Confidential || codes.Held(&withheld) || withheld.Goods != "850110" {
		t.Errorf("withheld cell %+v", withheld)
	}
	if release.Dataset != "DS-059341" || release.Stamp != "" {
		t.Errorf("release %+v", release)
	}
}

func TestSDMXRejects(t *testing.T) {
	line := func(field, with string) string { return strings.Replace(sdmxLine, field, with, 1) }
	_, got := decode(t, "comext-sdmx", "pull.csv", strings.Join([]string{
		sdmxHeader, sdmxLine,
		line("15/09/26", "16/09/26"),
		line("DS-045409", "DS-059341"),
		line("15/09/26", "yesterday"),
		line("DS-045409", "EXR"),
		line(",AT,", ",ZZ9,"),
		line(",AE,", ",,"),
		line(",7204,", ",720,"),
		line(",2,", ",X,"),
		line(",2,VALUE_IN_EUROS", ",2,PRICE"),
		line("2023-09", "202309"),
		line("2023-09", "2023-Q3"),
		line(",M,", ",A,"),
		line("204548", "204548.001"),
		line("204548", "2e5x"),
		line(",M,", ","),
		"", "",
	}, "\n"))
	var rejects []string
	for _, r := range got.Rejected {
		rejects = append(rejects, fmt.Sprintf("%d %s: %s", r.Line, r.Field, r.Reason))
	}
	want := []string{
		`3 LAST UPDATE: the row was released 2026-09-16, the file began with 2026-09-15`,
		`4 DATAFLOW: the row is of DS-059341, the file began with DS-045409`,
		`5 LAST UPDATE: not a moment: "yesterday"`,
		`6 DATAFLOW: unknown dataflow "ESTAT:EXR(1.0)"`,
		`7 REPORTER: unknown area "ZZ9"`,
		`8 PARTNER: unknown area ""`,
		`9 PRODUCT: unknown product code "720"`,
		`10 FLOW: flow "X" is neither 1 (import) nor 2 (export)`,
		`11 INDICATORS: unknown indicator "PRICE"`,
		`12 TIME_PERIOD: period "202309" is neither YYYY-MM nor YYYY`,
		`13 TIME_PERIOD: period "2023-Q3" is neither YYYY-MM nor YYYY`,
		`14 FREQ: frequency "A" does not fit period 2023-09`,
		`15 OBS_VALUE: more decimals than the unit holds: "204548.001"`,
		`16 OBS_VALUE: not a number that is zero or more: "2e5x"`,
		`17 : 10 fields where the header has 11`,
	}
	if !slices.Equal(rejects, want) {
		t.Errorf("rejects\n%s\nwant\n%s", strings.Join(rejects, "\n"), strings.Join(want, "\n"))
	}
	if len(got.Got) != 1 {
		t.Errorf("%d flows, want 1", len(got.Got))
	}
}

// The refusal that Eurostat sends instead of a table too large is named, with what to do.
func TestSDMXRefusal(t *testing.T) {
	for _, text := range []string{refusalXML, refusalJSON, "\ufeff\n" + refusalXML} {
		err := badInput(t, "comext-sdmx", "pull.csv", text)
		if !strings.Contains(err.Error(), "413 EXTRACTION_TOO_BIG") || !strings.Contains(fault.HintOf(err), "less at a time") {
			t.Errorf("error %q, hint %q", err, fault.HintOf(err))
		}
	}
	if err := badInput(t, "comext-sdmx", "pull.csv", sdmxHeader+"\n"); !strings.Contains(err.Error(), "no row names a data set") {
		t.Errorf("error %q for a header alone", err)
	}
	if err := badInput(t, "comext-sdmx", "pull.csv", strings.Replace(sdmxHeader, "indicators", "what", 1)+"\n"); !strings.Contains(err.Error(), "no column INDICATORS") {
		t.Errorf("error %q for a column that is missing", err)
	}
}

// A run of rows that crosses the bound of a batch is still one flow.
func TestSDMXJoinAcrossBatches(t *testing.T) {
	var text strings.Builder
	text.WriteString(sdmxHeader + "\n")
	const cells = 3 * table.BatchSize
	for i := range cells {
		for _, what := range []string{"QUANTITY_IN_100KG", "VALUE_IN_EUROS"} {
			fmt.Fprintf(&text, "ESTAT:DS-045409(1.0),15/09/26,M,AT,AE,%08d,2,%s,2023-09,5,\n", i, what)
		}
	}
	_, got := decode(t, "comext-sdmx", "pull.csv", text.String())
	if len(got.Got) != cells {
		t.Fatalf("%d flows for %d cells", len(got.Got), cells)
	}
	for _, f := range got.Got {
		if !f.Value.Held || !f.NetMass.Held {
			t.Fatalf("half a cell: %+v", f)
		}
	}
}

func FuzzSDMX(f *testing.F) {
	f.Add([]byte(sdmxHeader + "\n" + sdmxLine + "\n" + strings.Replace(sdmxLine, "VALUE_IN_EUROS", "QUANTITY_IN_100KG", 1) + "\n\n"))
	f.Add([]byte(sdmx3Header + "\ndataflow,ESTAT:DS-059341(1.0),A,DE,KZ,850110,1,VALUE_EUR,2023,:,c,C"))
	f.Add([]byte(refusalXML))
	f.Fuzz(func(t *testing.T, text []byte) {
		var got decodetest.Recorder
		in := source.Input{Name: "f", Size: int64(len(text)), R: bytes.NewReader(text)}
		_, n, err := readSDMX(context.Background(), in, &got)
		conserved(t, text, n, &got, err)
	})
}

// conserved checks that every row of a text became a flow, part of one, an absence or a reject.
func conserved(t *testing.T, text []byte, n table.Tally, got *decodetest.Recorder, err error) {
	t.Helper()
	if err != nil || bytes.HasPrefix(text, []byte{0x1f, 0x8b}) {
		return
	}
	if rows := rowsOf(text); int64(rows) != n.Flows+n.Joined+n.Absent+n.Rejected {
		t.Errorf("%d rows, tally %+v", rows, n)
	}
	got.Conserved(t, n)
}
