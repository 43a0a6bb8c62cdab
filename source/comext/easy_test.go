package comext

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"detour/source"
	"detour/source/comext/internal/decodetest"
	"detour/source/comext/internal/table"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

const (
	easyHeader = "REPORTER,PARTNER,PRODUCT,FLOW,STAT_PROCEDURE,PERIOD,VALUE_IN_EUR"
	easyLine   = `"Cyprus","Kazakhstan","TOTAL-Total","2-EXPORT","T-Total","202408-Aug. 2024",11421`
)

// The rows of testdata/Relational_View_*.csv are invented.
func TestEasy(t *testing.T) {
	release, got := decodeFile(t, "easy-comext", filepath.Join("testdata", "Relational_View_2099-01-02T03_04_05.678Z.csv"))
	key := flow.Key{Reporter: "CY", Partner: "KZ", Direction: flow.Export, Nomenclature: goods.CN, Goods: goods.Total, Period: period.Month(2024, 8)}
	cell := func(change func(*flow.Key)) flow.Key { k := key; change(&k); return k }
	want := []flow.Flow{
		{Key: key, Value: flow.Some(1142100), NetMass: flow.Some(12_500)},
		{Key: cell(func(k *flow.Key) { k.Reporter, k.Partner = "HR", "AM" }), Value: flow.Some(6259200), NetMass: flow.Some(0)},
		{Key: cell(func(k *flow.Key) { k.Reporter, k.Period = "EU27", period.Year(2016) }), Value: flow.Some(100)},
		{Key: cell(func(k *flow.Key) { k.Direction, k.Period, k.Part = flow.Import, period.Year(2022), "proc:1" }), Value: flow.Some(200)},
		{Key: cell(func(k *flow.Key) { k.Goods, k.Period = "8517", period.Month(2024, 3) }), Value: flow.Some(300)},
	}
	for i := range want {
		want[i].Currency = money.EUR
	}
	if !slices.Equal(got.Got, want) {
		t.Errorf("flows\n%+v\nwant\n%+v", got.Got, want)
	}
	var rejects []string
	for _, r := range got.Rejected {
		rejects = append(rejects, fmt.Sprintf("%d %s: %s", r.Line, r.Field, r.Reason))
	}
	wantRejects := []string{
		`8 REPORTER: unknown area "Ruritania"`,
		`9 PRODUCT: unknown product code "Telephones"`,
		`10 FLOW: unknown flow "BALANCE"`,
		`11 STAT_PROCEDURE: unknown procedure "Normal"`,
		`12 PERIOD: unknown period "Jan.-Aug. 2024"`,
		`13 VALUE_IN_EUR: not a number that is zero or more: "12 345"`,
	}
	if !slices.Equal(rejects, wantRejects) {
		t.Errorf("rejects\n%s\nwant\n%s", strings.Join(rejects, "\n"), strings.Join(wantRejects, "\n"))
	}
	if release.Dataset != "easy" || release.Stamp != "2099-01-02T03:04" {
		t.Errorf("release %+v", release)
	}
	if len(release.Coverage) != 3 {
		t.Errorf("%d blocks, want exports by month and by year, imports by year", len(release.Coverage))
	}
}

func TestEasyPeriod(t *testing.T) {
	for in, want := range map[string]period.Period{
		"Aug. 2024": 202408, "202408-Aug. 2024": 202408, "202252-Jan.-Dec. 2022": 202200, "Jan.-Dec. 2016": 201600,
		"janv. 2020": 202001, "févr. 2020": 202002, "août 2020": 202008, "déc. 2020": 202012, "janv.-déc. 2020": 202000,
		"März 2021": 202103, "Mai 2021": 202105, "Okt. 2021": 202110, "Dez. 2021": 202112, "Jan.-Dez. 2021": 202100,
		"June 2019": 201906, "Sept. 2019": 201909, "202408": 202408,
		"Feb.-Dec. 2016": 0, "Jan.-Aug. 2016": 0, "202413-x": 0, "202400-x": 0, "Aug. 24": 0, "2024": 0, "Thermidor 2024": 0, "": 0, "Aug. +024": 0,
	} {
		if got := readEasyPeriod(in); got.period != want || (got.flaw == nil) != (want != 0) {
			t.Errorf("period of %q is %d, want %d", in, got.period, want)
		}
	}
}

func TestEasyFlow(t *testing.T) {
	for in, want := range map[string]flow.Direction{
		"2-EXPORT": flow.Export, "EXPORT": flow.Export, "EXPORTATION": flow.Export, "AUSFUHR": flow.Export, "Ausfuhr": flow.Export,
		"1-IMPORT": flow.Import, "IMPORTATION": flow.Import, "EINFUHR": flow.Import, "3-OTHER": "", "": "",
	} {
		if got := readEasyFlow(in); got.direction != want {
			t.Errorf("flow of %q is %q, want %q", in, got.direction, want)
		}
	}
}

func TestEasyStamp(t *testing.T) {
	for in, want := range map[string]string{
		"Relational_View_2024-11-17T08_31_12.748Z.csv": "2024-11-17T08:31", "eu.csv": "", "x_2024-13-17T08_31_12.csv": "",
	} {
		if got := extracted(in); got != want {
			t.Errorf("stamp of %q is %q, want %q", in, got, want)
		}
	}
}

func TestEasyRefusals(t *testing.T) {
	for header, want := range map[string]string{
		strings.Replace(easyHeader, "PERIOD", "TIME", 1):             "no column PERIOD",
		strings.Replace(easyHeader, "VALUE_IN_EUR", "EUR", 1):        "no column VALUE_IN_EUR",
		easyHeader + ",VALUE_IN_EUROS":                               "second time",
		easyHeader + "," + strings.Repeat("X", table.MaxLine) + ",Y": "no line end",
	} {
		if err := badInput(t, "easy-comext", "view.csv", header+"\n"); !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
}

// The annual totals of the EU of 27, one file a year in two languages.
func TestSharedEasy(t *testing.T) {
	known := map[string]int64{ // EUR, as computed in the shared data's README
		"KG 2021": 263_200_000, "KG 2022": 1_170_900_000, "KZ 2022": 10_347_700_000,
	}
	rows := 0
	var six = map[period.Period]int64{}
	for _, path := range decodetest.Shared(t, "eurostat/easy_comext_annual/*.csv") {
		release, got := decodeFile(t, "easy-comext", path)
		if len(got.Rejected) > 0 {
			t.Errorf("%s: %d rejects, the first %+v", filepath.Base(path), len(got.Rejected), got.Rejected[0])
		}
		if release.Stamp == "" || len(release.Coverage) != 1 || len(release.Coverage[0].Periods) != 1 {
			t.Errorf("%s: stamp %q, coverage %v", filepath.Base(path), release.Stamp, release.Coverage)
		}
		rows += len(got.Got)
		for _, f := range got.Got {
			if f.Reporter != "EU27" || f.Goods != goods.Total || f.Part != "" || f.Direction != flow.Export {
				t.Fatalf("%s: %+v", filepath.Base(path), f)
			}
			if want, ok := known[fmt.Sprint(f.Partner, " ", f.Period)]; ok && (f.Value.N/100-want > 50_000 || want-f.Value.N/100 > 50_000) {
				t.Errorf("%s %s: EUR %d, want about %d", f.Partner, f.Period, f.Value.N/100, want)
			}
			if strings.Contains("AM BY GE KG KZ UZ", string(f.Partner)) {
				six[f.Period] += f.Value.N
			}
		}
	}
	if rows != 3407 {
		t.Errorf("%d flows, want 3,407", rows)
	}
	if six[period.Year(2021)] != 17_729_263_817_00 || six[period.Year(2022)] != 26_959_858_896_00 {
		t.Errorf("exports to the six neighbours %v", six)
	}
}

func FuzzEasy(f *testing.F) {
	f.Add([]byte(easyHeader + "\n" + easyLine + "\n"))
	f.Add([]byte(easyHeader + ",QUANTITY_IN_KG\r\n\"Croatia\",\"Armenia\",\"Total\",\"EXPORT\",\"Total\",\"Aug. 2024\",62592,:\r\n\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var got decodetest.Recorder
		in := source.Input{Name: "f", Size: int64(len(text)), R: bytes.NewReader(text)}
		_, n, err := readEasy(context.Background(), in, &got)
		conserved(t, text, n, &got, err)
	})
}
