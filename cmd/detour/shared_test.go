package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"detour/internal/cli"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// The official figures that the account is held against: 22 workbooks of Eurostat's data browser (DS-045409, exports
// of the 27 members to AM BY GE KG KZ RU UZ by CN8 code of the export bans of January 2023, last updated
// 2023-01-13) and 14 files of Easy Comext (annual totals of EU27 by partner). The numbers were computed from
// them by other means; where they were published before, that was by A. Zemlys-Balevicius in 2023.

// sharedLake is a lake made of the shared data.
type sharedLake struct{ dir string }

// The account as published counted a month not yet reported as no trade.
var (
	banned    = []string{"account", "--from", "EU27", "--to", "neighbours", "--goods", "eu-export-ban-2023-01", "--months", "2022-03..2022-11", "--base", "2021"}
	published = append(slices.Clone(banned), "--missing", "zero")
	quick     = []string{"--specifications", "none"}
	yearly    = []string{"account", "--from", "EU27", "--to", "neighbours", "--goods", "all", "--months", "2022", "--base", "2021", "--source", "comext/easy"}
	rule      = []string{"markets", "--from", "EU27", "--to", "neighbours,RU", "--goods", "eu-export-ban-2023-01", "--months", "2022-03..2022-11", "--base", "2021", "--missing", "zero", "--above", "10m", "--growth", "2"}
)

func TestSharedFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("importing the shared workbooks takes a minute")
	}
	books, years := sharedFiles(t, "eurostat/browser_xlsx/*.xlsx"), sharedFiles(t, "eurostat/easy_comext_annual/*.csv")
	l := sharedLake{filepath.Join(t.TempDir(), "lake")}
	l.run(t, append([]string{"import"}, books...)...)
	t.Run("import", func(t *testing.T) { l.whole(t, books) })
	t.Run("not reported", l.notReported)
	t.Run("account", l.honest)
	t.Run("account as published", l.asPublished)
	t.Run("positive parts", l.positive)
	t.Run("codes born and ended", l.editions)
	t.Run("markets", l.markets)

	before := l.version(t)
	first := l.run(t, append(published, "--json")...)
	l.run(t, append([]string{"import"}, years...)...)
	t.Run("an older version", func(t *testing.T) { l.older(t, before, first) })
	t.Run("annual totals", l.annual)
	t.Run("verify", l.verify)
}

// sharedFiles finds files of the shared data, which lie beside the checkout.
func sharedFiles(t *testing.T, pattern string) []string {
	t.Helper()
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		root = filepath.Dir(root)
	}
	files, err := filepath.Glob(filepath.Join(root, "..", "shared", "data", pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the shared data are absent: no " + pattern)
	}
	return files
}

// run runs a command on the lake and gives what it prints.
func (l sharedLake) run(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	c := config()
	c.Settings, c.Out, c.Err, c.Width, c.Terminal, c.Colour = nil, &out, &errs, 0, false, false
	if code := cli.Run(t.Context(), c, append([]string{"--lake", l.dir}, args...)); code != 0 {
		t.Fatalf("%s: exit %d: %s", strings.Join(args[:1], " "), code, errs.String())
	}
	return out.String()
}

// sharedAnswer is what these tests read of an answer.
type sharedAnswer struct {
	LakeVersion string `json:"lake_version"`
	Values      int64
	OK          bool
	Damaged     []any
	Total       sharedLine
	ByExporter  []sharedLine `json:"by_exporter"`
	ByHub       []sharedLine `json:"by_hub"`
	Threshold   sharedLine   `json:"price_threshold"`
	Editions    struct {
		Born, Ended   int
		BornActual    float64 `json:"born_actual"`
		EndedBaseline float64 `json:"ended_baseline"`
	}
	Markets []struct {
		Exporter, Hub, Goods string
		Codes, Caveats       []string
		Actual, Baseline     float64
	}
	Specifications []struct {
		Excess float64
		Chosen bool
	}
	Gaps []struct {
		Reporter string
		Missing  []string
		NotHeld  []string `json:"not_held"`
	}
	Caveats []struct{ Code, Scope, Text string }
	Sources []struct{ File string }
}

type sharedLine struct {
	Code                     string
	Actual, Baseline, Excess float64
	Share                    float64
	Low, High                *float64
}

func (l sharedLake) ask(t *testing.T, args ...string) sharedAnswer {
	t.Helper()
	var a sharedAnswer
	if err := json.Unmarshal([]byte(l.run(t, append(slices.Clone(args), "--json")...)), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func (l sharedLake) version(t *testing.T) string {
	t.Helper()
	return l.ask(t, "data").LakeVersion
}

// about holds a figure against a known one, to what is said of it.
func about(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: %.6f, known %.6f", what, got, want)
	}
}

func exactly[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, known %v", what, got, want)
	}
}

func line(t *testing.T, lines []sharedLine, code string) sharedLine {
	t.Helper()
	i := slices.IndexFunc(lines, func(l sharedLine) bool { return l.Code == code })
	if i < 0 {
		t.Fatalf("no row of %s", code)
	}
	return lines[i]
}

// bands holds figures, in millions, against known ones to a tenth.
func bands(t *testing.T, what string, lines []sharedLine, of func(sharedLine) float64, known map[string]float64) {
	t.Helper()
	for code, want := range known {
		about(t, what+" "+code, of(line(t, lines, code))/1e6, want, 0.05)
	}
}

func excess(l sharedLine) float64 { return l.Excess }
func actual(l sharedLine) float64 { return l.Actual }

func (l sharedLake) whole(t *testing.T, books []string) {
	before := l.ask(t, "data")
	exactly(t, "values", before.Values, 1_141_670)
	if q := l.run(t, "data", "quarantine", "--csv"); strings.Count(q, "\n") > 1 {
		t.Errorf("rows in quarantine: %s", q)
	}
	l.run(t, "import", books[0])
	exactly(t, "version after the same file again", l.version(t), before.LakeVersion)
}

// December 2022 and the Netherlands' November were not reported; Malta's four empty months are no trade.
func (l sharedLake) notReported(t *testing.T) {
	gaps := l.ask(t, "data").Gaps
	exactly(t, "reporters with a gap", len(gaps), 27)
	for _, g := range gaps {
		want := []string{"2022-12"}
		if g.Reporter == "NL" {
			want = []string{"2022-11", "2022-12"}
		}
		if !slices.Equal(g.Missing, want) || len(g.NotHeld) > 0 {
			t.Errorf("%s misses %v and lacks %v", g.Reporter, g.Missing, g.NotHeld)
		}
	}
	traded := map[period.Period]bool{}
	l.sum(t, lake.Query{Reporters: []area.Code{"MT"}, By: []lake.Dimension{lake.ByPeriod}, Windows: []lake.Window{{Periods: sharedMonths(202001, 202211)}}}, func(r *lake.Row) {
		traded[r.Period] = true
	})
	exactly(t, "months of Malta with trade", len(traded), 35-4)
}

func (l sharedLake) honest(t *testing.T) {
	a := l.ask(t, append(banned, quick...)...)
	about(t, "baseline", a.Total.Baseline, 4_431_247_340, 0)
	about(t, "excess", a.Total.Excess, 4_237_108_347, 0)
	bands(t, "excess", a.ByExporter, excess, map[string]float64{"NL": 208.8})
	about(t, "share of Germany and Lithuania", line(t, a.ByExporter, "DE").Share+line(t, a.ByExporter, "LT").Share, 0.539, 0.0005)
	if !slices.ContainsFunc(a.Caveats, func(c struct{ Code, Scope, Text string }) bool {
		return c.Code == "not-reported" && c.Scope == "NL" && strings.Contains(c.Text, "2022-11")
	}) {
		t.Errorf("the Netherlands' November is not named: %v", a.Caveats)
	}
	r := l.ask(t, append(slices.Concat(banned, quick), "--to", "RU")...)
	about(t, "to Russia in 2021, bn", r.Total.Baseline/1e9, 25.609, 0.0005)
}

func (l sharedLake) asPublished(t *testing.T) {
	a := l.ask(t, published...)
	about(t, "actual", a.Total.Actual, 8_668_355_687, 0)
	about(t, "baseline", a.Total.Baseline, 4_454_577_723, 0)
	about(t, "excess", a.Total.Excess, 4_213_777_964, 0)
	bands(t, "excess", a.ByExporter, excess, map[string]float64{"DE": 1428.3, "LT": 853.6, "PL": 552.5, "CZ": 466.0, "NL": 185.5})
	bands(t, "actual", a.ByHub, actual, map[string]float64{"AM": 663.2, "BY": 2336.2, "GE": 960.7, "KG": 479.7, "KZ": 3365.2, "UZ": 863.3})
	about(t, "share of goods banned above a unit price", a.Threshold.Share, 0.7492, 0.00005)
	exactly(t, "workbooks that hold CN8 codes", len(a.Sources), 21)
	if a.Total.Low == nil || a.Total.High == nil || *a.Total.Low >= a.Total.Excess || *a.Total.High <= a.Total.Excess {
		t.Errorf("interval %v to %v about %f", a.Total.Low, a.Total.High, a.Total.Excess)
	}
	chosen := 0
	for _, s := range a.Specifications {
		if s.Chosen {
			chosen++
			about(t, "chosen specification", s.Excess, a.Total.Excess, 0)
		}
	}
	exactly(t, "chosen specifications", chosen, 1)
	if n := len(a.Specifications); n < 2 || n > 24 {
		t.Errorf("%d specifications", n)
	}
	if again := l.ask(t, append(published, quick...)...); again.Total != (sharedLine{Actual: a.Total.Actual, Baseline: a.Total.Baseline, Excess: a.Total.Excess, Low: again.Total.Low, High: again.Total.High}) {
		t.Errorf("without other specifications %+v", again.Total)
	}
	r := l.ask(t, append(slices.Concat(published, quick), "--to", "RU")...)
	about(t, "to Russia in 2022, bn", r.Total.Actual/1e9, 7.330, 0.0005)
	about(t, "to Russia in 2021, bn", r.Total.Baseline/1e9, 25.782, 0.0005)
}

func (l sharedLake) positive(t *testing.T) {
	for level, want := range map[string]float64{"exporter,hub,goods": 6_102_358_091, "hub,goods": 5_558_975_993} {
		a := l.ask(t, append(slices.Concat(published, quick), "--sum", "positive@"+level)...)
		about(t, "positive parts by "+level, a.Total.Excess, want, 0)
	}
}

// Of the set 69 codes have figures in 2022 alone, with any partner, and 91 have none in 2022.
func (l sharedLake) editions(t *testing.T) {
	a := l.ask(t, append(published, quick...)...)
	exactly(t, "born codes that the six bought", a.Editions.Born, 68)
	about(t, "their exports", a.Editions.BornActual, 703_455_686, 0)
	about(t, "baseline of what ended", a.Editions.EndedBaseline, 72_299_351, 0)

	set, _ := goods.SetByID("eu-export-ban-2023-01")
	var terms []goods.Term
	for _, c := range set.Codes {
		terms = append(terms, goods.Term{Code: c, Exact: true})
	}
	before, within := map[goods.Code]bool{}, map[goods.Code]bool{}
	windows := []lake.Window{{Periods: sharedMonths(202001, 202112)}, {Periods: sharedMonths(202201, 202212)}}
	l.sum(t, lake.Query{Goods: lake.GoodsFilter{Level: 8, Terms: terms}, By: []lake.Dimension{lake.ByGoods}, Windows: windows}, func(r *lake.Row) {
		before[r.Goods], within[r.Goods] = r.Sums[0].Held, r.Sums[1].Held
	})
	born, ended := 0, 0
	for _, c := range set.Codes {
		if within[c] && !before[c] {
			born++
		}
		if !within[c] && before[c] {
			ended++
		}
	}
	exactly(t, "codes with figures in 2022 alone", born, 69)
	exactly(t, "codes with figures before 2022 alone", ended, 91)
}

func (l sharedLake) markets(t *testing.T) {
	const notHeld = "predecessor not held"
	plain := l.ask(t, append(rule, "--as-published")...).Markets
	russia, fromNothing := 0, 0
	for _, m := range plain {
		if m.Hub == "RU" {
			russia++
		}
		if m.Baseline == 0 {
			fromNothing++
		}
		if len(m.Caveats) > 0 {
			t.Errorf("as published, with a caveat: %+v", m)
		}
	}
	exactly(t, "markets as published", len(plain), 118)
	exactly(t, "with Russia", russia, 25)
	exactly(t, "from nothing", fromNothing, 28)

	bare, unknown := 0, 0
	for _, m := range l.ask(t, rule...).Markets {
		says := slices.ContainsFunc(m.Caveats, func(c string) bool { return strings.Contains(c, notHeld) })
		if says {
			bare++
		}
		if m.Baseline == 0 && !says {
			unknown++
			if len(m.Caveats) == 0 && slices.Contains([]string{"87012190", "87012110", "85171300", "62024010"}, m.Goods) {
				t.Errorf("%+v is born, and shown as new without a caveat", m)
			}
		}
	}
	exactly(t, "markets without a base that is held", bare, 16)
	exactly(t, "other markets from nothing", unknown, 11)

	// Coats are followed: Italy's to Russia were 6202 13 and 6202 93, and did not double.
	followed := 0
	for _, m := range l.ask(t, append(slices.Clone(rule), "--growth", "0", "--above", "1m")...).Markets {
		if !slices.Contains(m.Codes, "62024010") {
			continue
		}
		followed++
		if slices.ContainsFunc(m.Caveats, func(c string) bool { return strings.Contains(c, notHeld) }) {
			t.Errorf("its base is held: %+v", m)
		}
		if m.Exporter == "IT" && m.Hub == "RU" && (m.Baseline == 0 || m.Actual > 2*m.Baseline) {
			t.Errorf("%+v", m)
		}
	}
	if followed == 0 {
		t.Error("no market of 62024010 at all")
	}
}

// A version recomputes to the byte, whatever came after it.
func (l sharedLake) older(t *testing.T, version, first string) {
	if now := l.version(t); now == version {
		t.Fatal("the second import changed nothing")
	}
	if again := l.run(t, append(published, "--json", "--at", version)...); again != first {
		t.Error("the older version answers otherwise")
	}
	a := l.ask(t, append(published, quick...)...)
	about(t, "excess, with annual totals in the lake too", a.Total.Excess, 4_213_777_964, 0)
	exactly(t, "workbooks that serve", len(a.Sources), 21)
}

func (l sharedLake) annual(t *testing.T) {
	a := l.ask(t, append(yearly, quick...)...)
	about(t, "2021", a.Total.Baseline, 17_729_263_817, 0)
	about(t, "2022", a.Total.Actual, 26_959_858_896, 0)
	about(t, "over 2021, bn", a.Total.Excess/1e9, 9.231, 0.0005)
	bands(t, "2022", a.ByHub, actual, map[string]float64{"KG": 1170.9, "KZ": 10347.7, "AM": 1885.6, "GE": 3227.8, "UZ": 3765.9})
	if a.Total.Low != nil || a.Total.High != nil {
		t.Error("an interval from annual totals")
	}
	with := func(more ...string) sharedLine {
		return l.ask(t, append(slices.Concat(yearly, quick), more...)...).Total
	}
	about(t, "over the mean of 2019-21, bn", with("--base", "2019..2021").Excess/1e9, 9.343, 0.0005)
	kg := with("--to", "KG")
	about(t, "growth of Kyrgyzstan, per cent", 100*kg.Excess/kg.Baseline, 344.8, 0.05)
	for comparison, excess := range map[string]float64{"all": 5.565, "default": 6.294} {
		g := with("--baseline", "world-growth", "--comparison", comparison)
		about(t, "over world growth, "+comparison+", bn", g.Excess/1e9, excess, 0.0005)
	}
	all := with("--baseline", "world-growth", "--comparison", "all")
	about(t, "growth of all exports, per cent", 100*(all.Baseline/a.Total.Baseline-1), 20.6757, 0.00005)
}

func (l sharedLake) verify(t *testing.T) {
	a := l.ask(t, "data", "verify")
	if !a.OK || len(a.Damaged) > 0 {
		t.Errorf("%+v", a)
	}
}

func sharedMonths(first, last period.Period) []period.Period {
	return period.Range{From: first, To: last}.Periods()
}

// sum asks the lake itself for exports in value of the workbooks.
func (l sharedLake) sum(t *testing.T, q lake.Query, yield func(*lake.Row)) {
	t.Helper()
	store, err := open(l.dir, config().Engine)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	snap, err := store.Snapshot(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	q.Dataset, q.Direction, q.Measures = "comext/DS-045409", flow.Export, []flow.Measure{flow.Value}
	if q.Goods.Level == 0 {
		q.Goods.Level = 8
	}
	err = store.Sum(t.Context(), snap, q, func(r *lake.Row) error {
		yield(r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
