package table_test

import (
	"encoding/csv"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"detour/source"
	"detour/source/table"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// imported is what a built-in mapping made of the files of the shared folder that it recognises.
type imported struct {
	*recorder
	releases []source.Release
	names    []string
}

func importAll(t *testing.T, name string) imported {
	t.Helper()
	data := shared(t)
	m := mappingFile(t, name)
	out := imported{recorder: &recorder{}}
	paths, err := filepath.Glob(filepath.Join(data, "national", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(paths, filepath.Join(data, "comtrade", "uzbekistan_mirror_2017_2024.json")) {
		if !table.Format(m).Recognise(filepath.Base(path), head(t, path)) {
			continue
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		to, release, err := decode(m, filepath.Base(path), file)
		if err != nil {
			t.Fatal(err)
		}
		out.flows, out.rejects = append(out.flows, to.flows...), append(out.rejects, to.rejects...)
		out.releases, out.names = append(out.releases, release), append(out.names, filepath.Base(path))
	}
	if len(out.names) == 0 {
		t.Fatalf("%s recognises no file", name)
	}
	return out
}

func head(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 64)
	n, err := f.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return b[:n]
}

func mappingFile(t *testing.T, name string) table.Mapping {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("builtin", name+".toml"))
	if err != nil {
		t.Fatal(err)
	}
	return mapping(t, string(text))
}

func eu27(t *testing.T) map[area.Code]bool {
	t.Helper()
	eu, ok := area.Lookup("EU27")
	if !ok {
		t.Fatal("no EU27")
	}
	out := map[area.Code]bool{}
	for _, m := range eu.Members {
		out[m] = true
	}
	return out
}

func world(f flow.Flow) bool { return f.Partner == "WORLD" }

// countries are the partners that add up to the total.
func countries(f flow.Flow) bool {
	a, _ := area.Lookup(f.Partner)
	return !a.IsAggregate()
}

// The Kazakh tables state their own total, with which the 200 countries below it agree to the cent from 2021 on: no country
// was lost, none counted twice and no subtotal taken for a country. The total of 2019 is in tenths of a thousand USD, so it
// and the countries, many of which are too, may be a hundred USD apart for each hundred countries.
func TestKazakhstan(t *testing.T) {
	got := importAll(t, "kz")
	if len(got.names) != 5 || len(got.rejects) != 0 {
		t.Fatalf("%d files, rejects %+v", len(got.names), got.rejects)
	}
	stamps := map[string]bool{}
	for _, r := range got.releases {
		stamps[r.Stamp] = true
	}
	for _, y := range []string{"2019", "2020", "2021", "2022", "2023"} {
		if !stamps[y] {
			t.Errorf("no edition of %s in %v", y, stamps)
		}
	}
	totals := map[period.Period][2]int64{ // import, export, hundredths of USD, from the row 'Всего' of each last sheet
		201900: {3970930590000, 5806558870000}, 202100: {4141543546970, 6032102440065}, 202200: {5093436072379, 8459307008131},
	}
	tolerance := map[period.Period]int64{201900: 200 * 100}
	for year, want := range totals {
		edition := readKZ(t, year.String())
		for i, d := range []flow.Direction{flow.Import, flow.Export} {
			total := sum(edition, func(f flow.Flow) bool { return world(f) && f.Period == year && f.Direction == d })
			parts := sum(edition, func(f flow.Flow) bool { return countries(f) && f.Period == year && f.Direction == d })
			if total != want[i] {
				t.Errorf("%s %s: total %d, want %d", year, d, total, want[i])
			}
			if diff := total - parts; diff < -tolerance[year] || diff > tolerance[year] {
				t.Errorf("%s %s: the countries add up to %d of %d: %d apart", year, d, parts, total, diff)
			}
		}
	}
}

// readKZ reads the Kazakh file of a year, whatever else is in its name.
func readKZ(t *testing.T, year string) []flow.Flow {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(shared(t), "national/kazakhstan_data/*_"+year+".xls"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("%v, %v", paths, err)
	}
	file, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	to, _, err := decode(mappingFile(t, "kz"), filepath.Base(paths[0]), file)
	if err != nil {
		t.Fatal(err)
	}
	return to.flows
}

// Kyrgyzstan: the total by country is the total of the table by region, which is another file in another unit.
func TestKyrgyzstan(t *testing.T) {
	for _, c := range []struct {
		by, total string
		rejects   int
		want2022  int64 // hundredths of USD, from the row Total of the table by country
	}{
		{"kg-imports", "kg-imports-total", 1, 980315938200},
		{"kg-exports", "kg-exports-total", 0, 225470293200},
	} {
		got, other := importAll(t, c.by), importAll(t, c.total)
		if len(got.rejects) != c.rejects || len(other.rejects) != 0 {
			t.Errorf("%s: rejects %+v %+v", c.by, got.rejects, other.rejects)
		}
		for _, year := range []period.Period{201500, 201900, 202100, 202200} { // 2023 is revised in one of the two
			at := func(f flow.Flow) bool { return world(f) && f.Period == year }
			total, regions := sum(got.flows, at), sum(other.flows, at)/int64(len(other.names))
			// the table by region gives some years in millions with one decimal only
			if diff := total - regions; diff < -5_000_000 || diff > 5_000_000 {
				t.Errorf("%s %s: %d by country, %d by region", c.by, year, total, regions)
			}
			if year == 202200 && total != c.want2022 {
				t.Errorf("%s %s: %d, want %d", c.by, year, total, c.want2022)
			}
		}
	}
	imports := importAll(t, "kg-imports")
	if r := imports.rejects[0]; r.Sheet != "import" || r.Line != 40 || !strings.Contains(r.Reason, "Channel Islands") {
		t.Errorf("rejected %+v", r)
	}
	// What the countries lack of the office's total, thousand USD, summed over the cells of the workbooks by another program.
	// The tolerance is that of a sum quoted to one decimal.
	for name, lacks := range map[string]map[period.Period]float64{
		"kg-imports": {201000: 273.3, 201300: 0, 201700: 0, 201800: 0, 201900: 1179.7, 202100: 25897.5, 202200: 57.8, 202300: 17000},
		"kg-exports": {201300: 0, 201700: 0, 201800: 85, 202100: 1105454.2, 202200: 2180.9, 202300: 4966.9},
	} {
		flows := importAll(t, name).flows
		for year, lack := range lacks {
			total := sum(flows, func(f flow.Flow) bool { return world(f) && f.Period == year })
			parts := sum(flows, func(f flow.Flow) bool { return countries(f) && f.Period == year })
			if got := float64(total-parts) / 1e5; got < lack-.06 || got > lack+.06 {
				t.Errorf("%s %s: the countries lack %.2f thousand USD, want %.1f", name, year, got, lack)
			}
		}
	}
}

// cents reads thousand USD of a CSV cell; what is no number is nothing.
func cents(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(strings.TrimSpace(s))
	if !ok {
		return new(big.Rat)
	}
	return r.Mul(r, big.NewRat(100_000, 1))
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(shared(t), "national", path))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(file), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Uzbekistan: every column adds up to what the file's cells add up to, read here without the package.
func TestUzbekistan(t *testing.T) {
	for _, c := range []struct{ mapping, file string }{{"uz-imports", "uzbekistan_data/sdmx_data_1176.csv"}, {"uz-exports", "uzbekistan_data/sdmx_data_1105.csv"}} {
		got := importAll(t, c.mapping)
		if len(got.rejects) != 0 {
			t.Errorf("%s: rejects %+v", c.mapping, got.rejects)
		}
		rows := readCSV(t, c.file)
		for col := 4; col < len(rows[0]); col++ {
			year, err := period.Parse(rows[0][col])
			if err != nil {
				t.Fatal(err)
			}
			want := new(big.Rat)
			for _, row := range rows[1:] {
				want.Add(want, cents(row[col]))
			}
			n := sum(got.flows, func(f flow.Flow) bool { return f.Period == year })
			// two cells are finer than a cent, which the mapping rounds: half a cent each at most
			if diff := new(big.Rat).Sub(want, big.NewRat(n, 1)); diff.Abs(diff).Cmp(big.NewRat(1, 1)) > 0 {
				t.Errorf("%s %s: %d, want %s", c.mapping, year, n, want.FloatString(2))
			}
		}
		other := sum(got.flows, func(f flow.Flow) bool { return f.Partner == "AREAS-NES" && f.Period == 202300 })
		if c.mapping == "uz-exports" && other != 1035279690000 {
			t.Errorf("other countries 2023: %d", other)
		}
	}
}

// Armenia: three series, three data sets, each the sum of its own column; 67 lines name no country, and 2023 is January.
func TestArmenia(t *testing.T) {
	rows := readCSV(t, "armenia_data/armenia_data.csv")
	datasets := map[string]bool{}
	for _, c := range []struct {
		mapping   string
		column    int
		direction flow.Direction
	}{{"am-exports", 1, flow.Export}, {"am-imports-consignment", 2, flow.Import}, {"am-imports-origin", 3, flow.Import}} {
		got := importAll(t, c.mapping)
		datasets[got.releases[0].Dataset] = true
		if len(got.rejects) != 67 {
			t.Errorf("%s: %d rejects", c.mapping, len(got.rejects))
		}
		for y := 2017; y <= 2023; y++ {
			want := map[bool]*big.Rat{true: new(big.Rat), false: new(big.Rat)}
			for _, row := range rows[1:] {
				if row[0] == "" || row[5] != period.Year(y).String() || y == 2023 && row[4] == "Year" {
					continue
				}
				want[row[4] == "Year"].Add(want[row[4] == "Year"], cents(row[c.column]))
			}
			for whole, w := range want {
				n := sum(got.flows, func(f flow.Flow) bool { return f.Period.Year() == y && f.Period.IsYear() == whole })
				if big.NewRat(n, 1).Cmp(w) != 0 {
					t.Errorf("%s %d (whole year: %v): %d, want %s", c.mapping, y, whole, n, w.FloatString(2))
				}
			}
		}
		for _, f := range got.flows {
			if f.Direction != c.direction || f.Period == 202300 || f.Period > 202301 {
				t.Fatalf("%s states %+v", c.mapping, f)
			}
		}
		for _, b := range got.releases[0].Coverage {
			if last := b.Periods[len(b.Periods)-1]; last != 202200 && last != 202301 {
				t.Errorf("%s covers %v", c.mapping, b.Periods)
			}
		}
	}
	if len(datasets) != 3 {
		t.Errorf("the three series are the data sets %v", datasets)
	}
}

// The figures of the shared folder's README: imports that the hubs report over exports that the EU reports (EUR m, quoted there), and
// the published ghost share of additional exports to AM, KZ and KG of 48.7%. The tolerance is half the last digit
// that is quoted; Uzbekistan's were computed there with the line of the EU, which lacks Slovakia, so here they are a hundredth higher.
func TestConverted(t *testing.T) {
	got := importAll(t, "national-converted")
	if len(got.names) != 4 || len(got.rejects) != 0 {
		t.Fatalf("%d files, rejects %+v", len(got.names), got.rejects)
	}
	members := eu27(t)
	million := func(hub area.Code, year int) float64 {
		return float64(sum(got.flows, func(f flow.Flow) bool { return f.Reporter == hub && members[f.Partner] && f.Period.Year() == year })) / 1e8
	}
	exports := map[area.Code][3]float64{"KG": {263.2, 1170.9, 2733.8}, "KZ": {5487.1, 10347.7, 12110.1}, "AM": {757.4, 1885.6, 2161.7}, "UZ": {2298.6, 3765.9, 4354.8}}
	for hub, ratios := range map[area.Code][3]float64{"KG": {.93, .43, .33}, "KZ": {.87, .70, .80}, "UZ": {1.225, .94, 1.01}} {
		for i, want := range ratios {
			if ratio := million(hub, 2021+i) / exports[hub][i]; ratio < want-.005 || ratio > want+.005 {
				t.Errorf("%s %d: %.3f, want %.2f", hub, 2021+i, ratio, want)
			}
		}
	}
	var added, seen float64
	for _, hub := range []area.Code{"AM", "KZ", "KG"} {
		added += exports[hub][1] - exports[hub][0]
		seen += million(hub, 2022) - million(hub, 2021)
	}
	if share := 1 - seen/added; share < .4865 || share > .4875 {
		t.Errorf("ghost share %.4f, want .487", share)
	}
}

// The converted figures are those of the offices at 1.05 USD per EUR in 2022, country by country, to the cent:
// two files, two mappings and two sets of labels agree. For Armenia it tells which of its two series was converted: imports by country of consignment.
func TestConvertedIsTheOfficesFigures(t *testing.T) {
	converted := map[flow.Key]int64{}
	for _, f := range importAll(t, "national-converted").flows {
		converted[f.Key] = f.Value.N
	}
	for name, least := range map[string]int{"kg-imports": 135, "kz": 160, "uz-imports": 234, "am-imports-consignment": 110} {
		agree, apart := 0, 0
		for _, f := range importAll(t, name).flows {
			if f.Direction != flow.Import || f.Period != 202200 {
				continue
			}
			euro, ok := converted[f.Key]
			if !ok {
				continue
			}
			diff := new(big.Rat).Sub(new(big.Rat).Quo(big.NewRat(f.Value.N, 1), big.NewRat(105, 100)), big.NewRat(euro, 1))
			if diff.Abs(diff).Cmp(big.NewRat(1, 1)) <= 0 {
				agree++
			} else {
				apart++
			}
		}
		if agree < least || apart > 0 {
			t.Errorf("%s: %d figures agree, %d do not", name, agree, apart)
		}
	}
}

// The mirror of Uzbekistan: imports over exports, summed over chapters and the seven members of the EU in the file.
// The ratios are the README's, the sums those of the records, read here without the package.
func TestUzbekMirror(t *testing.T) {
	if testing.Short() {
		t.Skip("40,000 records, read twice")
	}
	var flows []flow.Flow
	for _, m := range []string{"uz-mirror-2017-2021", "uz-mirror-2022-2024"} {
		got := importAll(t, m)
		if len(got.rejects) != 0 || got.releases[0].Stamp != "2026-08-07" {
			t.Fatalf("%s: stamp %s, rejects %+v", m, got.releases[0].Stamp, got.rejects)
		}
		flows = append(flows, got.flows...)
	}
	file, err := os.ReadFile(filepath.Join(shared(t), "comtrade/uzbekistan_mirror_2017_2024.json"))
	if err != nil {
		t.Fatal(err)
	}
	var records []struct {
		P, K           string
		L, Y           int
		Pe, Ui, Pw, Uw *int64
	}
	if err := json.Unmarshal(file, &records); err != nil {
		t.Fatal(err)
	}
	figures := 0
	wanted := map[string]int64{}
	for _, r := range records {
		for measure, n := range map[string]*int64{"pe": r.Pe, "ui": r.Ui, "pw": r.Pw, "uw": r.Uw} {
			if n != nil {
				figures++
				wanted[measure] += *n
			}
		}
	}
	read := map[string]int64{}
	for _, f := range flows {
		side := map[flow.Direction]string{flow.Export: "p", flow.Import: "u"}[f.Direction]
		if (f.Reporter == "UZ") != (side == "u") || (f.Partner == "UZ") == (side == "u") {
			t.Fatalf("the flow %+v", f)
		}
		if edition := map[bool]goods.Nomenclature{true: goods.HS2017, false: goods.HS2022}[f.Period.Year() < 2022]; f.Nomenclature != edition {
			t.Fatalf("the flow %+v is of %s", f, f.Nomenclature)
		}
		value := side + map[string]string{"p": "e", "u": "i"}[side]
		if f.Value.Held {
			figures--
			read[value] += f.Value.N / 100
		}
		if f.NetMass.Held {
			figures--
			read[side+"w"] += f.NetMass.N / 1000
		}
	}
	for measure, want := range wanted {
		if read[measure] != want {
			t.Errorf("%s adds up to %d, want %d", measure, read[measure], want)
		}
	}
	if figures != 0 || len(wanted) != 4 {
		t.Errorf("%d figures of %v are lost", figures, wanted)
	}
	members := eu27(t)
	for year, want := range map[int]float64{2019: 1.13, 2021: 1.19, 2022: .84, 2024: .94} {
		chapter := func(f flow.Flow) bool { return len(f.Goods) == 2 && f.Period.Year() == year }
		exports := sum(flows, func(f flow.Flow) bool { return chapter(f) && members[f.Reporter] })
		imports := sum(flows, func(f flow.Flow) bool { return chapter(f) && members[f.Partner] })
		if ratio := float64(imports) / float64(exports); ratio < want-.005 || ratio > want+.005 {
			t.Errorf("%d: %.3f, want %.2f", year, ratio, want)
		}
	}
}
