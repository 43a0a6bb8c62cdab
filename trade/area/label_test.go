package area

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// German labels as Eurostat's Geonomenclature and the German foreign trade statistics write them.
//
//nolint:misspell // the labels are German
func TestGermanLabels(t *testing.T) {
	for label, want := range map[string]Code{
		"Deutschland": "DE", "Deutschland (einschl. Deutsche Demokratische Republik 'DD' ab 1991)": "DE",
		"Belgien (einschl. Luxemburg 'LU' -> 1998)": "BE", "Weißrussland": "BY", "Belarus": "BY", "Belarus (Weißrussland)": "BY",
		"Kirgisistan": "KG", "Kirgisische Republik": "KG", "Kasachstan": "KZ", "Armenien": "AM", "Georgien": "GE", "Usbekistan": "UZ",
		"Russische Föderation": "RU", "Russische Föderation (Russland)": "RU", "Russland": "RU", "Aserbaidschan": "AZ",
		"Tadschikistan": "TJ", "Turkmenistan": "TM", "Moldau, Republik": "MD", "Ukraine": "UA", "Türkei": "TR",
		"Vereinigte Arabische Emirate": "AE", "China": "CN", "Hongkong": "HK", "Serbien": "RS", "Kosovo": "XK", "Nordmazedonien": "MK",
		"Vereinigtes Königreich": "GB", "Vereinigtes Königreich (Nordirland)": "XI", "Vereinigte Staaten": "US", "Kanada": "CA",
		"Norwegen": "NO", "Schweiz": "CH", "Korea, Republik": "KR", "Korea, Demokratische Volksrepublik": "KP", "Australien": "AU",
		"Neuseeland": "NZ", "Island": "IS", "Österreich": "AT", "Tschechische Republik": "CZ", "Tschechien": "CZ", "Litauen": "LT",
		"Lettland": "LV", "Estland": "EE", "Niederlande": "NL", "Griechenland": "GR", "Zypern": "CY", "Frankreich": "FR",
		"Demokratische Republik Kongo": "CD", "Kongo": "CG", "Elfenbeinküste": "CI", "Iran, Islamische Republik": "IR", "Mongolei": "MN",
		"Hohe See": "QP", "Schiffs- und Luftfahrzeugbedarf": "QQ", "Nicht ermittelte Länder und Gebiete": "QU", "Europäische Union": "EU-CHANGING",
		"Europäische Union - 27 Länder (ab 2020)": "EU27", "Alle Länder der Welt": "WORLD",
	} {
		if a, _ := ByLabel(label); a.Code != want {
			t.Errorf("%q gives %q, want %q", label, a.Code, want)
		}
	}
}

//nolint:misspell // some labels are French
func TestLabelsThatAreEasilyConfused(t *testing.T) {
	for label, want := range map[string]Code{
		"Congo": "CG", "Congo, Democratic Republic of": "CD", "Congo (Democratic Republic of the)": "CD", "Congo, République démocratique du": "CD",
		"Dominica": "DM", "Dominican Republic": "DO", "Dominique": "DM", "Guinea": "GN", "Guinea-Bissau": "GW", "Niger": "NE", "Nigeria": "NG",
		"Virgin Islands (British)": "VG", "Virgin Islands, British (incl. Montserrat 'MS' -> 1994)": "VG", "Virgin Islands, United States": "VI",
		"Micronesia, Federated States of": "FM", "Samoa": "WS", "American Samoa": "AS", "Sudan (incl. South Sudan 'SS' -> 2012)": "SD",
		"Ceuta (incl. Melilla 'XL' -> 1998)": "XC", "Melilla": "XL", "Côte d’Ivoire (Ivory Coast)": "CI", "Cote d'Ivoire": "CI",
		"Switzerland (incl. Liechtenstein 'LI' -> 1994)": "CH", "Liechtenstein": "LI", "Other Asia, nes": "TW", "CZECHIA": "CZ",
		"Etats-Unis (incl. Ile Navassa (partie de 'UM') de 1995 -> 2000)": "US", "Ireland (Eire)": "IE", "Northern Ireland": "XI",
		"Occupied Palestinian Territory (West Bank (incl. East Jerusalem) and Gaza Strip)":                                 "PS",
		"Countries and territories not specified for commercial or military reasons in the framework of intra-Union trade": "QY",
		"Countries and territories not specified for commercial or military reasons in the framework of extra-Union trade": "QZ",
		"Countries and territories not specified within the framework of intra-Union trade":                                "QV",
		"Pays et territoires non déterminés dans le cadre des échanges avec les pays tiers":                                "QW",
		"Stores and provisions within the framework of extra-Union trade":                                                  "QS",
		"Avitaillement et soutage dans le cadre des échanges intra-UE":                                                     "QR",
		"Intra-EU27 (from 2020)": "INTRA-EU27", "Extra-UE27 (à partir de 2020)": "EXTRA-EU27", "Extra-EU": "EXTRA-EU",
		"Euro area - 20 countries (from 2023)": "EA20", "Intra-euro area - 21 countries (from 2026)": "INTRA-EA21",
	} {
		if a, _ := ByLabel(label); a.Code != want {
			t.Errorf("%q gives %q, want %q", label, a.Code, want)
		}
	}
	for _, label := range []string{
		"", "Korea", "Virgin Islands", "Congo (Kinshasa", "Germany (Bavaria)", "European Union - 27 countries", "European Union - 27 countries (2007-2013)",
		"(incl. Luxembourg)", "Narnia (incl. Germany 'DE')", "Federated States", "Monetary Union",
	} {
		if a, ok := ByLabel(label); ok {
			t.Errorf("%q gives %q, want nothing", label, a.Code)
		}
	}
}

func TestLabelsOfOneLanguage(t *testing.T) {
	for _, c := range []struct {
		language Language
		label    string
		want     Code
	}{
		{English, "Guinea", "GN"},
		{German, "Guinea", "GN"},
		{French, "Guinea", "GW"},
		{French, "Guinée", "GN"},
		{French, "Allemagne", "DE"},
		{French, "Narnia", ""},
		{"", "Guinea", "GN"},
	} {
		if a, _ := ByLabelIn(c.language, c.label); a.Code != c.want {
			t.Errorf("%q in %q gives %q, want %q", c.label, c.language, a.Code, c.want)
		}
	}
	if a, ok := ByLabel("fr:Guinea"); ok {
		t.Errorf("the table's own notation gives %q", a.Code)
	}
}

func TestLabelsOfEasyComext(t *testing.T) {
	files := sharedFiles(t, "eurostat/easy_comext_annual/*.csv")
	if len(files) != 14 {
		t.Errorf("%d files, want 14", len(files))
	}
	partners := map[Code]map[string]bool{} // files by code
	for _, file := range files {
		seen := map[Code]string{}
		for _, row := range readCSV(t, file) {
			reporter, partner := row[0], row[1]
			if a, _ := ByLabel(reporter); a.Code != "EU27" {
				t.Fatalf("%s: reporter %q gives %q", filepath.Base(file), reporter, a.Code)
			}
			language := English
			if row[3] == "EXPORTATION" {
				language = French
			}
			a, ok := ByLabelIn(language, partner)
			if !ok {
				t.Errorf("%s: partner %q is not found", filepath.Base(file), partner)
				continue
			}
			if other, twice := seen[a.Code]; twice && other != partner {
				t.Errorf("%s: %q and %q are both %s", filepath.Base(file), other, partner, a.Code)
			}
			seen[a.Code] = partner
			if partners[a.Code] == nil {
				partners[a.Code] = map[string]bool{}
			}
			partners[a.Code][file] = true
		}
	}
	// A partner of every year must be one area in the English and the French files alike.
	for _, c := range []Code{"AM", "BY", "GE", "KG", "KZ", "UZ", "RU", "CN", "US", "TR", "GB", "CD", "CG", "KR", "KP", "PS", "XC", "XL", "XK", "RS", "GN", "GW"} {
		if n := len(partners[c]); n != len(files) {
			t.Errorf("%s is a partner in %d of %d files", c, n, len(files))
		}
	}
}

func TestLabelsOfWorkbooks(t *testing.T) {
	files := sharedFiles(t, "eurostat/browser_xlsx/*.xlsx")
	eu, _ := Lookup("EU27")
	for _, file := range files {
		reporters, partners := map[Code]bool{}, map[Code]bool{}
		for _, row := range structure(t, file) {
			side := map[string]map[Code]bool{"REPORTER": reporters, "PARTNER": partners}[row[0]]
			if side == nil {
				continue
			}
			a, ok := ByLabel(row[1])
			if !ok {
				t.Errorf("%s: %s %q is not found", filepath.Base(file), row[0], row[1])
			}
			side[a.Code] = true
		}
		if got := sortedKeys(reporters); !slices.Equal(got, eu.Members) {
			t.Errorf("%s: reporters %v", filepath.Base(file), got)
		}
		if got := sortedKeys(partners); !slices.Equal(got, []Code{"AM", "BY", "GE", "KG", "KZ", "RU", "UZ"}) {
			t.Errorf("%s: partners %v", filepath.Base(file), got)
		}
	}
}

func TestComtradeMeta(t *testing.T) {
	text, err := os.ReadFile(sharedFiles(t, "comtrade/meta.json")[0])
	if err != nil {
		t.Fatal(err)
	}
	var meta struct {
		Reporter struct{ ISO3, Code string }
		Partners []struct{ ISO3, Name string }
	}
	if err := json.Unmarshal(text, &meta); err != nil {
		t.Fatal(err)
	}
	if c, err := Parse(meta.Reporter.Code); err != nil || c != "UZ" {
		t.Errorf("the reporter's M49 code %s gives %q, %v", meta.Reporter.Code, c, err)
	}
	if len(meta.Partners) < 90 {
		t.Errorf("only %d partners", len(meta.Partners))
	}
	for _, p := range meta.Partners {
		byCode, _ := ByAlpha3(p.ISO3)
		byLabel, _ := ByLabel(p.Name)
		if byCode.Code == "" || byCode.Code != byLabel.Code {
			t.Errorf("%s gives %q, %q gives %q", p.ISO3, byCode.Code, p.Name, byLabel.Code)
		}
	}
}

func TestAlpha3OfIMF(t *testing.T) {
	// The IMF's own groups, remainders and former states, and its code for the West Bank and Gaza.
	own := []string{"CSK", "SCG", "WBG", "YUG"}
	for _, row := range readCSV(t, sharedFiles(t, "imf/RU_trade.csv")[0]) {
		id := row[7]
		if len(id) != 3 || slices.Contains(own, id) {
			continue
		}
		if _, ok := ByAlpha3(id); !ok {
			t.Errorf("%s (%s) is not found", id, row[8])
		}
	}
}

// sharedFiles lists files of the folder of official data beside the project; without it the test is skipped.
func sharedFiles(t *testing.T, pattern string) []string {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if root == filepath.Dir(root) {
			t.Fatal("no go.mod above the test")
		}
		root = filepath.Dir(root)
	}
	files, err := filepath.Glob(filepath.Join(root, "..", "shared", "data", filepath.FromSlash(pattern)))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("no %s in ../shared/data: the shared data are absent", pattern)
	}
	return files
}

func readCSV(t *testing.T, file string) [][]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return rows[1:]
}

// structure reads the pairs of dimension and label in the sheet Structure, the second of a workbook.
func structure(t *testing.T, file string) [][]string {
	t.Helper()
	book, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	sheet, err := book.Open("xl/worksheets/sheet2.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer sheet.Close()
	type row struct {
		Cells []string `xml:"c>is>t"`
	}
	var out [][]string
	for d := xml.NewDecoder(sheet); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "row" {
			continue
		}
		var r row
		if err := d.DecodeElement(&r, &start); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(r.Cells) == 2 && strings.TrimSpace(r.Cells[1]) != "" {
			out = append(out, r.Cells)
		}
	}
}

func sortedKeys(set map[Code]bool) []Code {
	var out []Code
	for c := range set {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}
