package ghost_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"detour/detect/ghost"
	"detour/detect/mirror"
	"detour/detect/series"
	"detour/fault"
	"detour/intake"
	"detour/lake"
	"detour/lake/duckdb"
	"detour/source"
	"detour/source/comext"
	"detour/source/table"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// The real figures: EU27 as one reporter of annual totals (Easy Comext, 2010 to 2023), the hubs' own offices, the same as a
// third party converted them to EUR, and the mirror of Uzbekistan from UN Comtrade. Numbers to be met were computed
// from the files by other means, and are those of design/methods.md and data/README.md.
type official struct {
	store lake.Store
	snap  *lake.Snapshot
}

var mappings = []string{"kg-imports", "kz", "uz-imports", "am-imports-origin", "am-imports-consignment", "national-converted", "uz-mirror-2017-2021", "uz-mirror-2022-2024"}

func TestRealFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("importing the shared tables takes some seconds")
	}
	l := importReal(t)
	t.Run("as published", l.asPublished)
	t.Run("by hub", l.byHub)
	t.Run("margins", l.margins)
	t.Run("offices", l.offices)
	t.Run("uzbek mirror", l.uzbek)
	t.Run("interval", l.interval)
	t.Run("silent hubs", l.silent)
	t.Run("no pairs to fit on", l.fit)
}

func importReal(t *testing.T) official {
	t.Helper()
	data, err := filepath.Abs("../../../shared/data")
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for _, pattern := range []string{"national/*/*", "comtrade/uzbekistan_mirror_2017_2024.json"} {
		found, err := filepath.Glob(filepath.Join(data, pattern))
		if err != nil {
			t.Fatal(err)
		}
		tables = append(tables, found...)
	}
	years, err := filepath.Glob(filepath.Join(data, "eurostat/easy_comext_annual/*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) == 0 || len(years) == 0 {
		t.Skip("the shared data are absent: no ../shared/data beside the checkout")
	}
	store, err := duckdb.Create(filepath.Join(t.TempDir(), "lake"), duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	importFiles(t, store, comext.Formats(), years)
	for _, name := range mappings {
		format := mapping(t, name)
		importFiles(t, store, []source.Format{format}, slices.DeleteFunc(slices.Clone(tables), func(path string) bool { return !format.Recognise(filepath.Base(path), head(t, path)) }))
	}
	snap, err := store.Snapshot(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	return official{store, snap}
}

func importFiles(t *testing.T, store lake.Store, formats []source.Format, files []string) {
	t.Helper()
	if _, err := (intake.Importer{Store: store, Formats: formats, Today: "2026-01-01"}).Run(t.Context(), files); err != nil {
		t.Fatal(err)
	}
}

func mapping(t *testing.T, name string) source.Format {
	t.Helper()
	f, err := os.Open(filepath.Join("../../source/table/builtin", name+".toml"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := table.ReadMapping(f, name)
	if err != nil {
		t.Fatal(err)
	}
	return table.Format(m)
}

func head(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b[:min(len(b), 4096)]
}

// question asks about EU27 exports of all goods to the hubs in a year against a base, uncorrected.
func question(t *testing.T, year, base int, hubs ...area.Code) ghost.Question {
	t.Helper()
	all, err := goods.ParseSelection("all")
	if err != nil {
		t.Fatal(err)
	}
	eu, _ := area.BuiltIn().Get("EU27")
	q := ghost.Question{Level: 0.9}
	q.Question.Question = series.Question{
		From: []series.Party{{Name: "EU27", Members: eu.At(period.Year(year))}}, To: []series.Party{{Name: "hubs", Members: hubs}},
		Goods: all, Period: period.Range{From: period.Year(year), To: period.Year(year)}, Base: period.Range{From: period.Year(base), To: period.Year(base)},
		Source: "comext/easy",
	}
	q.Margins, q.Mirror = []mirror.Margin{0, 50_000, 100_000}, "national-converted"
	return q
}

func (l official) ask(t *testing.T, q ghost.Question) ghost.Result {
	t.Helper()
	r, err := ghost.Run(t.Context(), l.store, l.snap, money.Embedded(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The published share: Armenia by consignment, fixed yearly rates, no correction. Known to a decimal of a per cent.
func (l official) asPublished(t *testing.T) {
	r := l.ask(t, question(t, 2022, 2021, "AM", "KG", "KZ"))
	percent(t, "of additional exports", r.Total.AddedGap(), r.Total.Added(), 48.7)
	only := l.ask(t, question(t, 2023, 2021, "KG", "KZ"))
	percent(t, "of additional exports to KZ and KG in 2023", only.Total.AddedGap(), only.Total.Added(), 39.5)
}

func percent(t *testing.T, what string, part, whole int64, known float64) {
	t.Helper()
	got := 100 * float64(part) / float64(whole)
	if !(math.Abs(got-known) <= 0.05) { // known to one decimal
		t.Errorf("%s: %.3f%%, known %.1f%%", what, got, known)
	}
}

func (l official) byHub(t *testing.T) {
	for _, c := range []struct {
		hub  area.Code
		year int
		now  float64
		base float64
	}{{"KG", 2022, 57.1, 6.8}, {"KG", 2023, 67.0, 6.8}, {"KZ", 2022, 29.8, 12.7}, {"KZ", 2023, 20.4, 12.7}, {"AM", 2022, 10.7, -15.2}} {
		r := l.ask(t, question(t, c.year, 2021, c.hub))
		percent(t, string(c.hub), r.Total.Gap(), r.Total.Exports, c.now)
		percent(t, string(c.hub)+" in 2021", r.Total.BaseGap(), r.Total.BaseExports, c.base)
	}
}

func (l official) margins(t *testing.T) {
	r := l.ask(t, question(t, 2022, 2021, "AM", "KG", "KZ"))
	for i, known := range []float64{48.7, 51.2, 53.4} {
		percent(t, "margin", r.Margins[i].AddedGap(), r.Margins[i].Added(), known)
	}
}

// The hubs' own offices in USD, at the ECB's rates. Known to two decimals; the share by computing it from the files with
// the same yearly means of the monthly averages.
func (l official) offices(t *testing.T) {
	for year, known := range map[int]float64{2021: .93, 2022: .43, 2023: .33} {
		q := question(t, year, year-1, "KG")
		q.Mirror = "kg-nsc"
		r := l.ask(t, q)
		ratio(t, "KG", year, r.Total.Imports, r.Total.Exports, known)
	}
	q := question(t, 2022, 2021, "AM", "KG", "KZ")
	q.Mirror = "kg-nsc,kz-bns,am-armstat/imports-consignment"
	r := l.ask(t, q)
	percent(t, "of additional exports, offices", r.Total.AddedGap(), r.Total.Added(), 49.0)
	q.Mirror = "kg-nsc,kz-bns,am-armstat/imports-origin"
	r = l.ask(t, q)
	percent(t, "of additional exports, Armenia by origin", r.Total.AddedGap(), r.Total.Added(), 51.9)
	q.Mirror = ""
	r = l.ask(t, q)
	for _, h := range r.Mirror.Hubs {
		if strings.HasPrefix(h.Dataset, "national-converted") || len(h.Others) == 0 {
			t.Errorf("%s is read from %s, with %v beside it", h.Hub, h.Dataset, h.Others)
		}
	}
}

func ratio(t *testing.T, what string, year int, imports, exports int64, known float64) {
	t.Helper()
	if got := float64(imports) / float64(exports); math.Abs(got-known) > 0.005 {
		t.Errorf("%s %d: %.4f, known %.2f", what, year, got, known)
	}
}

// Uzbekistan: chapter by chapter, seven members of the EU. Against all 27 members the converted file gives -22.5% and 6.2%; the
// figures of -21.9% and 6.7% that were computed elsewhere are those of its line for the EU, which lacks Slovakia (its row is in
// Russian), so they come back when Slovakia's row is taken off.
func (l official) uzbek(t *testing.T) {
	for year, known := range map[int]float64{2019: 1.13, 2021: 1.19, 2022: .84, 2024: .94} {
		q := question(t, year, year-1, "UZ").Question
		q.Base, q.Source, q.Mirror, q.Digits = period.Range{}, "comtrade", "comtrade", 2
		q.From = []series.Party{{Name: "members in the file", Members: []area.Code{"DE", "FR", "IT", "LT", "LV", "NL", "PL"}}}
		r, err := mirror.Run(t.Context(), l.store, l.snap, money.Embedded(), q)
		if err != nil {
			t.Fatal(err)
		}
		var exports, imports int64
		for _, c := range r.Cells {
			exports += c.Exports
			imports += c.Imports
		}
		if r.Digits != 2 || r.Currency != "USD" {
			t.Errorf("%d digits in %s", r.Digits, r.Currency)
		}
		ratio(t, "UZ", year, imports, exports, known)
	}
	r := l.ask(t, question(t, 2022, 2021, "UZ"))
	percent(t, "UZ", r.Total.Gap(), r.Total.Exports, 6.2)
	percent(t, "UZ in 2021", r.Total.BaseGap(), r.Total.BaseExports, -22.5)
	now, base := l.slovakia(t, 2022), l.slovakia(t, 2021)
	percent(t, "UZ without Slovakia's row", r.Total.Gap()+now, r.Total.Exports, 6.7)
	percent(t, "UZ in 2021 without Slovakia's row", r.Total.BaseGap()+base, r.Total.BaseExports, -21.9)
}

// slovakia is what Uzbekistan imported from it by the converted file.
func (l official) slovakia(t *testing.T, year int) int64 {
	t.Helper()
	var out int64
	q := lake.Query{Dataset: "national-converted/imports-eur", Direction: flow.Import, Reporters: []area.Code{"UZ"}, Partners: []area.Code{"SK"},
		Windows: []lake.Window{{Periods: []period.Period{period.Year(year)}}}, Measures: []flow.Measure{flow.Value}}
	if err := l.store.Sum(t.Context(), l.snap, q, func(row *lake.Row) error {
		out = row.Sums[0].N
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// Against the offices there are the changes of 2019, 2020 and 2021 that all three hubs have (Kazakhstan's tables begin with 2018); the
// converted files begin with 2019 and have too few.
func (l official) interval(t *testing.T) {
	q := question(t, 2022, 2021, "AM", "KG", "KZ")
	if r := l.ask(t, q); r.Total.Interval != nil || r.NoInterval == "" {
		t.Errorf("an interval from two changes: %+v", r.Total.Interval)
	}
	q.Mirror = "kg-nsc,kz-bns,am-armstat/imports-consignment"
	r := l.ask(t, q)
	i := r.Total.Interval
	if i == nil || i.Changes != 3 || i.Low >= r.Total.Gap() || r.Total.Gap() >= i.High {
		t.Fatalf("%+v", i)
	}
	percent(t, "low", i.Low-r.Total.BaseGap(), r.Total.Added(), 39.2)
	percent(t, "high", i.High-r.Total.BaseGap(), r.Total.Added(), 58.1)
	// Easy Comext begins with 2010, and Kyrgyzstan's table long before.
	q = question(t, 2022, 2021, "KG")
	q.Mirror = "kg-nsc"
	if i := l.ask(t, q).Total.Interval; i == nil || i.Changes != 11 {
		t.Errorf("KG: %+v", i)
	}
}

// Belarus and Georgia have no mirror in the lake: they are named with what was exported to them, and in no gap.
func (l official) silent(t *testing.T) {
	q := question(t, 2022, 2021, "AM", "BY", "GE", "KG", "KZ")
	r := l.ask(t, q)
	three := l.ask(t, question(t, 2022, 2021, "AM", "KG", "KZ"))
	if r.Total.Line != three.Total.Line {
		t.Errorf("%+v, without the silent hubs %+v", r.Total.Line, three.Total.Line)
	}
	for _, h := range r.Mirror.Hubs {
		if silent := h.Hub == "BY" || h.Hub == "GE"; silent != (h.Silent != "") || silent != (h.OneSided > 0) {
			t.Errorf("%+v", h)
		}
	}
}

func (l official) fit(t *testing.T) {
	q := question(t, 2022, 2021, "KG")
	q.Margins = []mirror.Margin{mirror.Fitted}
	if _, err := ghost.Run(t.Context(), l.store, l.snap, money.Embedded(), q); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "at least 30 pairs") {
		t.Errorf("%v", err)
	}
}
