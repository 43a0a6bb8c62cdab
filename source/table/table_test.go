package table_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"detour/fault"
	"detour/source"
	"detour/source/table"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// recorder is a sink that keeps what it gets; failing, if set, is what it answers.
type recorder struct {
	flows    []flow.Flow
	rejects  []source.Reject
	consumed int64
	failing  error
}

func (r *recorder) Flows(batch []flow.Flow) error {
	r.flows = append(r.flows, batch...)
	return r.failing
}

func (r *recorder) Reject(x source.Reject) error {
	r.rejects = append(r.rejects, x)
	return r.failing
}

func (r *recorder) Progress(n int64) { r.consumed = n }

// minimal is a mapping of a table with the columns partner, year and v; lines replaces its lines by key.
const minimal = `source = "office"
dataset = "trade"
nomenclature = "HS2022"
coverage = { partners = "all", absent = "zero" }
reporter = { value = "KG" }
partner = { column = "partner" }
goods = { value = "TOTAL" }
direction = { value = "import" }
period = { column = "year" }
grid = { kind = "csv", header = [1] }
values = [{ measure = "value", unit = "USD", columns = ["v"] }]
`

// with replaces or adds lines `key = value` of the minimal mapping.
func with(lines ...string) string {
	text := minimal
	for _, line := range lines {
		key, _, _ := strings.Cut(line, " = ")
		old := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(key) + ` = .*\n`)
		text = old.ReplaceAllLiteralString(text, "") + line + "\n"
	}
	return text
}

func mapping(t *testing.T, text string) table.Mapping {
	t.Helper()
	m, err := table.ReadMapping(strings.NewReader(text), "m.toml")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func decode(m table.Mapping, name string, file []byte) (*recorder, source.Release, error) {
	to := &recorder{}
	release, err := table.Format(m).Decode(context.Background(), source.Input{Name: name, Size: int64(len(file)), R: bytes.NewReader(file)}, to)
	return to, release, err
}

// said writes what came out, a line a flow or reject.
func said(to *recorder) string {
	var b strings.Builder
	for _, f := range to.flows {
		fmt.Fprintf(&b, "%s %s %s %s %s", f.Reporter, f.Direction, f.Partner, f.Goods, f.Period)
		for _, n := range []struct {
			flow.Number
			unit string
		}{{f.Value, string(f.Currency)}, {f.NetMass, "g"}, {f.Quantity, f.Unit}} {
			if n.Held {
				fmt.Fprintf(&b, " %d%s", n.N, n.unit)
			}
		}
		b.WriteString("\n")
	}
	for _, r := range to.rejects {
		fmt.Fprintf(&b, "line %d, %s: %s\n", r.Line, r.Field, r.Reason)
	}
	return b.String()
}

// Every key of the document, one case or more each, on a small CSV file.
func TestKeys(t *testing.T) {
	const head = "partner,year,v\n"
	for _, c := range []struct{ name, mapping, file, want string }{
		{"minimal", minimal, head + "Germany,2022,12.34\n", "KG M DE TOTAL 2022 1234USD\n"},
		{"columns in any order, further ones ignored", minimal, "x,v,year, Partner \n1,2,2022,Germany\n", "KG M DE TOTAL 2022 200USD\n"},
		{"empty cells and lines", minimal, head + "\n\nGermany,2022,\nFrance,2022,1\n", "KG M FR TOTAL 2022 100USD\n"},
		{"short lines", minimal, head + "note\nFrance,2022,1\n", "KG M FR TOTAL 2022 100USD\n"},
		{"byte-order mark", minimal, "\ufeff" + head + "France,2022,1\n", "KG M FR TOTAL 2022 100USD\n"},
		{"header below", with(`grid = { kind = "csv", header = [3] }`), "title\nUSD\n" + head + "France,2022,1\n", "KG M FR TOTAL 2022 100USD\n"},
		{"header of two rows", with(`grid = { kind = "csv", header = [1, 2] }`, `values = [{ measure = "value", unit = "USD", columns = ["Import / all"] }]`),
			",,Export,,Import,\npartner,year,all,share,all,share\nFrance,2022,1,2,3,4\n", "KG M FR TOTAL 2022 300USD\n"},
		{"anchor", with(`grid = { kind = "csv", anchor = "partner", header = [1] }`), "title\n\n" + head + "France,2022,1\n", "KG M FR TOTAL 2022 100USD\n"},
		{"delimiter", with(`grid = { kind = "csv", header = [1], delimiter = ";" }`), "partner;year;v\nFrance;2022;1\n", "KG M FR TOTAL 2022 100USD\n"},
		{"encoding", with(`grid = { kind = "csv", header = [1], encoding = "windows-1251" }`, `labels = { "Китай" = "CN" }`),
			head + "\xca\xe8\xf2\xe0\xe9,2022,1\n", "KG M CN TOTAL 2022 100USD\n"},
		{"decimal and group", with(`numbers = { decimal = ",", group = [" ", "\u00a0", "."] }`), head + "France,2022,\"1 234\u00a0567.890,12\"\n", "KG M FR TOTAL 2022 123456789012USD\n"},
		{"point where a comma is due", with(`numbers = { decimal = "," }`), head + "France,2022,1.5\n", "line 2, v: \"1.5\" is no number\n"},
		{"group that is not stated", minimal, head + "France,2022,1 000\n", "line 2, v: \"1 000\" is no number\n"},
		{"none", with(`numbers = { none = ["-", "..."] }`), head + "France,2022,-\nFrance,2021,...\nFrance,2020,1\n", "KG M FR TOTAL 2020 100USD\n"},
		{"mark that is not stated", minimal, head + "France,2022,-\n", "line 2, v: \"-\" is no number\n"},
		{"missing", with(`numbers = { missing = ["x"] }`, `coverage = { partners = "listed", absent = "zero" }`), head + "France,2022,x\nFrance,2020,1\n", "KG M FR TOTAL 2020 100USD\n"},
		{"too fine", minimal, head + "France,2022,1.005\n", "line 2, v: 1.005 is finer than the smallest part of its unit\n"},
		{"round, half to even", with(`numbers = { round = true }`), head + "France,2022,1.005\nFrance,2021,1.015\nFrance,2020,1.0150001\n",
			"KG M FR TOTAL 2022 100USD\nKG M FR TOTAL 2021 102USD\nKG M FR TOTAL 2020 102USD\n"},
		{"negative", minimal, head + "France,2022,-1\n", "line 2, v: -1 is negative\n"},
		{"too large", minimal, head + "France,2022,1e30\n", "line 2, v: "},
		{"exponent", minimal, head + "France,2022,8e-2\n", "KG M FR TOTAL 2022 8USD\n"},
		{"unit", with(`values = [{ measure = "value", unit = "thousand EUR", columns = ["v"] }]`), head + "France,2022,1.5\n", "KG M FR TOTAL 2022 150000EUR\n"},
		{"unit of mass", with(`values = [{ measure = "net-mass", unit = "thousand t", columns = ["v"] }]`), head + "France,2022,1.5\n", "KG M FR TOTAL 2022 1500000000g\n"},
		{"unit of quantity", with(`values = [{ measure = "quantity", unit = "million p/st", columns = ["v"] }]`), head + "France,2022,1.5\n", "KG M FR TOTAL 2022 1500000000p/st\n"},
		{"value and mass of a cell", with(`values = [{ measure = "value", unit = "USD", columns = ["v"] }, { measure = "net-mass", unit = "kg", columns = ["w"] }]`),
			"partner,year,v,w\nFrance,2022,1,2\nSpain,2022,,2\n", "KG M FR TOTAL 2022 100USD 2000g\nKG M ES TOTAL 2022 2000g\n"},
		{"the same cell twice", with(`values = [{ measure = "value", unit = "USD", columns = ["v", "w"] }]`), "partner,year,v,w\nFrance,2022,1,2\n",
			"KG M FR TOTAL 2022 100USD\nline 2, w: the row states the value of one cell twice\n"},
		{"columns by letter", with(`values = [{ measure = "value", unit = "USD", columns = ["$C"] }]`, `partner = { column = "$A" }`), ",year,\nFrance,2022,1\n", "KG M FR TOTAL 2022 100USD\n"},
		{"match and period of the header", with(`values = [{ measure = "value", unit = "USD", match = '^\d{4}' }]`, `period = { header = 1, pattern = '^(\d{4})' }`),
			"partner,2021,2022 1,sum\nFrance,1,2,3\n", "KG M FR TOTAL 2021 100USD\nKG M FR TOTAL 2022 200USD\n"},
		{"blocks side by side", with(`values = [{ measure = "value", unit = "USD", columns = ["m"], direction = { value = "M" } }, { measure = "value", unit = "USD", columns = ["x"], direction = { value = "re-export" } }]`),
			"partner,year,m,x\nFrance,2022,1,2\n", "KG M FR TOTAL 2022 100USD\nKG RX FR TOTAL 2022 200USD\n"},
		{"year and month above", with(`grid = { kind = "csv", header = [1, 2] }`, `values = [{ measure = "value", unit = "USD", match = '^20' }]`, `partner = { column = "partner" }`,
			`period = { header = 1 }`, `month = { header = 2, labels = { "Jan" = "1", "all" = "Year" } }`),
			",2021,,2022\npartner,jan,all,12\nFrance,1,2,3\n", "KG M FR TOTAL 2021-01 100USD\nKG M FR TOTAL 2021 200USD\nKG M FR TOTAL 2022-12 300USD\n"},
		{"month beside", with(`month = { column = "m" }`), "partner,year,m,v\nFrance,2022,03,1\nFrance,2022,13,1\nFrance,2022-01,1,1\n",
			"KG M FR TOTAL 2022-03 100USD\nline 3, m: unknown month \"13\"\nline 4, year: \"2022-01\" is no year, and the month stands elsewhere\n"},
		{"cell and file", with(`period = { cell = "B1", pattern = 'in (\d{4})' }`, `reporter = { from = "file", pattern = '^(..)-', system = "code" }`, `grid = { kind = "csv", header = [2] }`),
			"trade,in 2022\npartner,v\nFrance,1\n", "UZ M FR TOTAL 2022 100USD\n"},
		{"pattern that does not fit", with(`period = { column = "year", pattern = '^Y(\d{4})$' }`), head + "France,Y2022,1\nFrance,2021,1\n", "KG M FR TOTAL 2022 100USD\nline 3, year: unknown period \"2021\"\n"},
		{"systems", with(`partner = { column = "partner", system = "alpha3" }`), head + "FRA,2022,1\nfra,2022,1\n", "KG M FR TOTAL 2022 100USD\nline 3, partner: unknown area \"fra\"\n"},
		{"system m49", with(`partner = { column = "partner", system = "m49", labels = { "00" = "AREAS-NES" } }`), head + "051,2022,1\n0,2022,1\n00,2022,1\n+51,2022,1\n",
			"KG M AM TOTAL 2022 100USD\nKG M AREAS-NES TOTAL 2022 100USD\nline 3, partner: unknown area \"0\"\nline 5, partner: unknown area \"+51\"\n"},
		{"system comext", with(`partner = { column = "partner", system = "comext" }`), head + "EL,2022,1\n", "KG M GR TOTAL 2022 100USD\n"},
		{"labels", with(`labels = { "Республика  Корея" = "KR", "France" = "FX" }`), "", "key labels"},
		{"labels fold", with(`labels = { "Республика  Корея" = "KR" }`), head + "РЕСПУБЛИКА КОРЕЯ,2022,1\n", "KG M KR TOTAL 2022 100USD\n"},
		{"goods and their labels", with(`goods = { column = "g", labels = { "all" = "TOTAL", "Телефоны" = "8517" } }`), "partner,year,g,v\nFrance,2022,all,1\nFrance,2022,8517.13,2\nFrance,2022,телефоны,3\nFrance,2022,phones,4\n",
			"KG M FR TOTAL 2022 100USD\nKG M FR 851713 2022 200USD\nKG M FR 8517 2022 300USD\nline 5, g: unknown goods \"phones\"\n"},
		{"direction and its labels", with(`direction = { column = "d", labels = { "ввоз" = "M" } }`), "partner,year,d,v\nFrance,2022,Ввоз,1\nFrance,2022,Exports,2\nFrance,2022,transit,3\n",
			"KG M FR TOTAL 2022 100USD\nKG X FR TOTAL 2022 200USD\nline 4, d: unknown direction \"transit\"\n"},
		{"skip", with(`skip = [{ when = { partner = ["Europe"] } }, { when = { partner = ["France"], year = ["2021", "2022"] } }]`), head + "Europe,2022,9\nFRANCE,2022,1\nFrance,2020,1\n", "KG M FR TOTAL 2020 100USD\n"},
		{"keep", with(`keep = [{ when = { year = ["2022"] } }]`), head + "France,2022,1\nFrance,2020,1\n", "KG M FR TOTAL 2022 100USD\n"},
		{"json", with(`grid = { kind = "json" }`), `[{"partner":"France","year":2022,"v":1.25},{"partner":"Spain","year":"2022","v":null,"x":true},{"partner":"Narnia","year":2022,"v":2}]`,
			"KG M FR TOTAL 2022 125USD\nline 4, partner: unknown area \"Narnia\"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := table.ReadMapping(strings.NewReader(c.mapping), "m.toml")
			if err != nil {
				if c.file == "" && strings.Contains(err.Error(), c.want) {
					return
				}
				t.Fatal(err)
			}
			to, _, err := decode(m, "UZ-table.csv", []byte(c.file))
			if err != nil {
				t.Fatal(err)
			}
			if got := said(to); got != c.want && (!strings.HasSuffix(c.want, ": ") || !strings.HasPrefix(got, c.want)) {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			if to.consumed != int64(len(c.file)) {
				t.Errorf("told of %d bytes of %d", to.consumed, len(c.file))
			}
		})
	}
}

// A mapping that is wrong is bad input which names the file and the key.
func TestMappingsThatAreWrong(t *testing.T) {
	for _, c := range []struct{ mapping, want string }{
		{"source = \"office\"\ncolour = \"red\"\n", "m.toml, line 2: unknown key colour"},
		{with(`grid = { kind = "csv", header = [1], colour = "red" }`), "unknown key grid.colour"},
		{with(`values = [{ measure = "value", unit = "USD", columns = ["v"], scale = 3 }]`), "unknown key values.scale"},
		{"source = office\n", "m.toml, line 1"},
		{with(`grid = { kind = "csv", header = "1" }`), "m.toml, line "},
		{with(`source = ""`), "m.toml, key source"},
		{with(`dataset = "a/b"`), "key dataset"},
		{with(`nomenclature = "HS"`), `key nomenclature: "HS" is not known`},
		{with(`files = ["[x"]`), "key files"},
		{with(`stamp = { column = "year" }`), "key stamp"},
		{with(`stamp = { value = "2022", pattern = "x" }`), "key stamp: pattern"},
		{with(`grid = { kind = "ods", header = [1] }`), "key grid.kind"},
		{with(`grid = { kind = "csv", header = [1], sheets = ["x"] }`), "key grid.sheets"},
		{with(`grid = { kind = "xlsx", header = [1] }`), "key grid.sheets"},
		{with(`grid = { kind = "csv" }`), "key grid.header"},
		{with(`grid = { kind = "csv", header = [2, 2] }`), "key grid.header"},
		{with(`grid = { kind = "csv", header = [0] }`), "key grid.header"},
		{with(`grid = { kind = "json", header = [1] }`), "key grid.header"},
		{with(`grid = { kind = "json", anchor = "x" }`), "key grid.anchor"},
		{with(`grid = { kind = "json", delimiter = ";" }`), "key grid.delimiter"},
		{with(`grid = { kind = "csv", header = [1], delimiter = ";;" }`), "key grid.delimiter"},
		{with(`grid = { kind = "csv", header = [1], encoding = "klingon" }`), "key grid.encoding"},
		{with(`grid = { kind = "json", encoding = "utf-8" }`), "key grid.encoding"},
		{with(`numbers = { decimal = "'" }`), "key numbers.decimal"},
		{with(`numbers = { group = ["."] }`), "key numbers.group"},
		{with(`numbers = { group = ["1"] }`), "key numbers.group"},
		{with(`numbers = { missing = ["x"] }`), "key numbers.missing"},
		{with(`numbers = { missing = ["x"], none = ["x"] }`, `coverage = { partners = "listed", absent = "zero" }`), `key numbers.missing: "x" means`},
		{with(`coverage = { absent = "zero" }`), "key coverage.partners"},
		{with(`coverage = { partners = "all" }`), "key coverage.absent"},
		{with(`coverage = { partners = "all", absent = "missing" }`), "key coverage.absent"},
		{with(`coverage = { partners = "listed", absent = "missing", levels = [2] }`), "key coverage.levels"},
		{with(`coverage = { partners = "all", absent = "zero", levels = [1] }`), "key coverage.levels"},
		{with(`coverage = { partners = "all", absent = "zero", levels = [4, 2] }`), "key coverage.levels"},
		{with(`labels = { "Narnia" = "NARNIA" }`), `key labels: "Narnia" is "NARNIA"`},
		{with(`labels = { "Narnia" = "DE", "narnia " = "DE" }`), "are one label"},
		{with(`skip = [{}]`), "key skip"},
		{with(`keep = [{}]`), "key keep"},
		{with(`values = []`), "key values"},
		{with(`values = [{ measure = "price", unit = "USD", columns = ["v"] }]`), "key values: group 1: measure"},
		{with(`values = [{ measure = "value", unit = "dollars", columns = ["v"] }]`), "group 1: unit"},
		{with(`values = [{ measure = "net-mass", unit = "lb", columns = ["v"] }]`), "group 1: unit"},
		{with(`values = [{ measure = "quantity", columns = ["v"] }]`), "group 1: unit"},
		{with(`values = [{ measure = "value", unit = "USD" }]`), "columns, match"},
		{with(`values = [{ measure = "value", unit = "USD", columns = ["v"], match = "v" }]`), "columns, match"},
		{with(`values = [{ measure = "value", unit = "USD", match = "(" }]`), "match"},
		{strings.Replace(minimal, "reporter = { value = \"KG\" }\n", "", 1), "reporter: it is not said"},
		{with(`reporter = { value = "KG", column = "x" }`), "reporter: exactly one of"},
		{with(`reporter = { value = "KG", system = "isbn" }`), "reporter: system"},
		{with(`goods = { value = "TOTAL", system = "code" }`), "goods: only reporter and partner"},
		{with(`partner = { column = "partner", labels = { "x" = "NARNIA" } }`), "partner: \"x\" is"},
		{with(`period = { header = 2 }`), "period: row 2 is not"},
		{with(`period = { header = 1, pattern = "(" }`), "period: pattern"},
		{with(`period = { cell = "7B" }`), "period: \"7B\" is no cell"},
		{with(`period = { cell = "A9999999" }`), "period: \"A9999999\" is no cell"},
		{with(`period = { from = "sheet" }`), "period: csv has no sheets"},
		{with(`period = { from = "wire" }`), "period: \"wire\""},
	} {
		_, err := table.ReadMapping(strings.NewReader(c.mapping), "m.toml")
		if err == nil || fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "m.toml") {
			t.Errorf("%v (a %s), want %q", err, fault.KindOf(err), c.want)
		}
	}
	_, err := table.ReadMapping(readerThatFails{}, "m.toml")
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a mapping that cannot be read: %v", err)
	}
}

type readerThatFails struct{}

func (readerThatFails) Read([]byte) (int, error) { return 0, errors.New("disk gone") }

// A file that does not fit its mapping as a whole is bad input naming file, sheet and what is missing.
func TestFilesThatDoNotFit(t *testing.T) {
	book := workbook(t, "data", [][]any{{"partner", "year", "v"}, {"France", 2022, 1}})
	const xlsx = `grid = { kind = "xlsx", header = [1], sheets = ["data"] }`
	for _, c := range []struct {
		name, mapping string
		file          []byte
		want          string
	}{
		{"column", minimal, []byte("country,year,v\nFrance,2022,1\n"), `reading t.csv: partner: no column is called "partner"`},
		{"column of values", minimal, []byte("partner,year\nFrance,2022\n"), `values: no column is called "v"`},
		{"column twice", minimal, []byte("partner,year,v,V\n"), `two columns are called "v"`},
		{"match", with(`values = [{ measure = "value", unit = "USD", match = "^w" }]`), []byte("partner,year,v\n"), "no column is called like"},
		{"rule", with(`skip = [{ when = { x = ["1"] } }]`), []byte("partner,year,v\n"), `skip: no column is called "x"`},
		{"keep", with(`keep = [{ when = { x = ["1"] } }]`), []byte("partner,year,v\n"), `keep: no column is called "x"`},
		{"anchor", with(`grid = { kind = "csv", anchor = "land", header = [1] }`), []byte("partner,year,v\n"), `no cell is "land"`},
		{"nothing", minimal, []byte("partner,year,v\n"), "the mapping finds no figure"},
		{"empty", minimal, nil, "no column is called"},
		{"encoding", minimal, []byte("partner,year,v\n\xca,2022,1\n"), "not UTF-8"},
		{"quotes", minimal, []byte("partner,year,v\n\"France,2022,1\n"), "reading t.csv"},
		{"stamp", with(`stamp = { cell = "A1" }`), []byte("partner,year,v\nFrance,2022,1\n"), "stamp: "},
		{"stamp's pattern", with(`stamp = { from = "file", pattern = '_(\d{4})' }`), []byte("partner,year,v\nFrance,2022,1\n"), "stamp: the pattern"},
		{"json object", with(`grid = { kind = "json" }`), []byte(`{"partner":"France"}`), "reading t.csv"},
		{"json nested", with(`grid = { kind = "json" }`), []byte(`[{"partner":{"x":1}}]`), "record 1, field partner"},
		{"json and more", with(`grid = { kind = "json" }`), []byte(`[] []`), "something follows"},
		{"no workbook", with(xlsx), []byte("partner"), "reading t.csv"},
		{"no sheet", with(`grid = { kind = "xlsx", header = [1], sheets = ["trade*"] }`), book, "no sheet that is called like trade*"},
		{"no old workbook", with(`grid = { kind = "xls", header = [1], sheets = ["data"] }`), book, "no compound file"},
		{"column of a sheet", with(xlsx, `partner = { column = "land" }`), book, "reading t.csv, sheet data: partner"},
	} {
		_, _, err := decode(mapping(t, c.mapping), "t.csv", c.file)
		if err == nil || fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "reading t.csv") {
			t.Errorf("%s: %v (a %s), want %q", c.name, err, fault.KindOf(err), c.want)
		}
	}
	to := &recorder{failing: errors.New("disk full")}
	for _, file := range []string{"partner,year,v\nFrance,2022,1\n", "partner,year,v\nNarnia,2022,1\n"} {
		_, err := table.Format(mapping(t, minimal)).Decode(t.Context(), source.Input{Name: "t.csv", Size: int64(len(file)), R: strings.NewReader(file)}, to)
		if !errors.Is(err, to.failing) {
			t.Errorf("a sink that fails: %v", err)
		}
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	const file = "partner,year,v\nFrance,2022,1\n"
	_, err := table.Format(mapping(t, minimal)).Decode(stopped, source.Input{Name: "t.csv", Size: int64(len(file)), R: strings.NewReader(file)}, &recorder{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("an import that was stopped: %v", err)
	}
}

func workbook(t *testing.T, sheet string, rows [][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := f.SetSheetRow(sheet, "A"+strconv.Itoa(i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The example of the document gives what the document says.
func TestDocument(t *testing.T) {
	page, err := os.ReadFile("../../docs/format/table.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```[a-z]*\n(.*?)```").FindAllStringSubmatch(string(page), 2)
	var rows [][]any
	for line := range strings.Lines(blocks[0][1]) {
		var row []any
		for field := range strings.SplitSeq(line, "|") {
			field = strings.TrimSpace(field)
			if n, err := strconv.ParseFloat(field, 64); err == nil {
				row = append(row, n)
			} else {
				row = append(row, field)
			}
		}
		rows = append(rows, row)
	}
	m := mapping(t, blocks[1][1])
	to, release, err := decode(m, "4.03.00.20 x.xlsx", workbook(t, "import", rows))
	if err != nil {
		t.Fatal(err)
	}
	const want = `KG M WORLD TOTAL 1994 30050000USD
KG M WORLD TOTAL 2022 1250000000USD
KG M WORLD TOTAL 2023 1400025000USD
KG M AT TOTAL 1994 12340000USD
KG M AT TOTAL 2022 700075500USD
KG M AT TOTAL 2023 800000000USD
KG M MC TOTAL 2023 100USD
`
	if got := said(to); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	wanted := source.Release{
		Source: "kg-nsc", Dataset: "imports-by-country",
		Coverage: []source.Block{{
			Direction: flow.Import, Nomenclature: goods.HS2022, Reporters: []area.Code{"KG"}, Goods: []goods.Code{goods.Total},
			Periods: []period.Period{199400, 202200, 202300}, Measures: []source.Measure{source.Value},
		}},
		Notes: []string{"The last year is preliminary.", "1 rows with figures were passed over as the mapping says"},
	}
	if diff := cmp.Diff(wanted, release); diff != "" {
		t.Error(diff)
	}
	f := table.Format(m)
	if f.Doc.Title != "Kyrgyzstan, imports by country" || !f.Recognise("4.03.00.20 x.xlsx", []byte("PK\x03\x04")) {
		t.Errorf("the format is %+v", f.Doc)
	}
	for name, head := range map[string]string{"4.03.00.18 x.xlsx": "PK\x03\x04", "4.03.00.20 x.xlsx": "partner,v"} {
		if f.Recognise(name, []byte(head)) {
			t.Errorf("%s beginning with %q is recognised", name, head)
		}
	}
}

func TestRecogniseByKind(t *testing.T) {
	for kind, head := range map[string]string{"csv": "a,b", "json": "\ufeff [{", "xlsx": "PK\x03\x04", "xls": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"} {
		line := map[string]string{"csv": `header = [1]`, "json": `sheets = []`, "xlsx": `header = [1], sheets = ["*"]`, "xls": `header = [1], sheets = ["*"]`}[kind]
		m := mapping(t, with(`files = ["t*"]`, `grid = { kind = "`+kind+`", `+line+` }`))
		for other, h := range map[string]string{"csv": "a,b", "json": "[", "xlsx": "PK\x03\x04", "xls": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"} {
			if got := table.Format(m).Recognise("table", []byte(h)); got != (other == kind) {
				t.Errorf("a mapping of %s recognises %s: %v", kind, other, got)
			}
		}
		if !table.Format(m).Recognise("t", []byte(head)) || table.Format(m).Recognise("x", []byte(head)) {
			t.Errorf("%s goes not by the name", kind)
		}
	}
	if table.Format(mapping(t, minimal)).Recognise("t", []byte("a,b")) {
		t.Error("a mapping without files recognises one")
	}
}

// The ID is that of what the mapping says.
func TestDigest(t *testing.T) {
	id := func(text string) string { return table.Format(mapping(t, text)).ID }
	same := "# a remark\n" + with(`source = "office"`)
	if id(minimal) != id(same) || !regexp.MustCompile(`^table-[0-9a-f]{12}$`).MatchString(id(minimal)) {
		t.Errorf("%s and, with a remark and another order, %s", id(minimal), id(same))
	}
	if id(minimal) == id(with(`values = [{ measure = "value", unit = "EUR", columns = ["v"] }]`)) {
		t.Error("another mapping has the same ID")
	}
}

// An unknown label goes to quarantine with its sheet and row and the nearest label that is known.
func TestQuarantine(t *testing.T) {
	m := mapping(t, with(`grid = { kind = "xlsx", header = [1], sheets = ["d*"] }`, `labels = { "Нидерланды" = "NL" }`))
	rows := [][]any{{"partner", "year", "v"}, {"Germony", 2022, 1}, {"Нидерланд", 2022, 2}, {"Xyzzy", 2022, 3}, {"France", 2022, "n/a"}, {"Spain", 2022, 4.5}}
	to, _, err := decode(m, "t.xlsx", workbook(t, "data", rows))
	if err != nil {
		t.Fatal(err)
	}
	want := []source.Reject{
		{Line: 2, Sheet: "data", Field: "partner", Reason: `unknown area "Germony"`, Hint: `the nearest known label is "Germany"; add it to [labels] or to a [[skip]] of the mapping`, Raw: "Germony | 2022 | 1"},
		{Line: 3, Sheet: "data", Field: "partner", Reason: `unknown area "Нидерланд"`, Hint: `the nearest known label is "Нидерланды"; add it to [labels] or to a [[skip]] of the mapping`, Raw: "Нидерланд | 2022 | 2"},
		{Line: 4, Sheet: "data", Field: "partner", Reason: `unknown area "Xyzzy"`, Hint: "add it to [labels] or to a [[skip]] of the mapping", Raw: "Xyzzy | 2022 | 3"},
		{Line: 5, Sheet: "data", Field: "v", Reason: `"n/a" is no number`, Hint: "the mapping's [numbers] says how numbers are written, and which marks are no trade or missing", Raw: "France | 2022 | n/a"},
	}
	if diff := cmp.Diff(want, to.rejects); diff != "" {
		t.Error(diff)
	}
	if said(&recorder{flows: to.flows}) != "KG M ES TOTAL 2022 450USD\n" {
		t.Errorf("flows\n%s", said(to))
	}
}

func TestCoverage(t *testing.T) {
	const file = "partner,year,g,v,w\nFrance,2021,TOTAL,1,\nFrance,2022,85,1,2\nSpain,2022,85,1,3\nSpain,2021,85,x,-\n"
	read := func(lines ...string) []source.Block {
		lines = append(lines, `goods = { column = "g" }`, `values = [{ measure = "value", unit = "USD", columns = ["v"] }, { measure = "net-mass", unit = "kg", columns = ["w"] }]`)
		_, release, err := decode(mapping(t, with(lines...)), "t.csv", []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		return release.Coverage
	}
	block := func(partners []area.Code, codes []goods.Code, periods []period.Period, measures ...source.Measure) source.Block {
		return source.Block{Direction: flow.Import, Nomenclature: goods.HS2022, Reporters: []area.Code{"KG"}, Partners: partners, Goods: codes, Periods: periods, Measures: measures}
	}
	type (
		areas   = []area.Code
		codes   = []goods.Code
		periods = []period.Period
	)
	both := []source.Measure{source.Value, source.NetMass}
	levels := block(nil, nil, periods{202100, 202200}, both...)
	levels.Levels = []int{0, 2}
	for _, c := range []struct {
		name  string
		lines []string
		want  []source.Block
	}{
		{"all", []string{`numbers = { none = ["-", "x"] }`, `coverage = { partners = "all", absent = "zero" }`}, []source.Block{
			block(nil, codes{"85", "TOTAL"}, periods{202100, 202200}, source.Value), block(nil, codes{"85"}, periods{202100, 202200}, source.NetMass),
		}},
		{"levels", []string{`numbers = { none = ["-", "x"] }`, `coverage = { partners = "all", absent = "zero", levels = [0, 2] }`}, []source.Block{levels}},
		{"listed", []string{`numbers = { none = ["-", "x"] }`, `coverage = { partners = "listed", absent = "zero" }`}, []source.Block{
			block(areas{"FR"}, codes{"85", "TOTAL"}, periods{202100, 202200}, source.Value), block(areas{"ES"}, codes{"85"}, periods{202100, 202200}, both...),
			block(areas{"FR"}, codes{"85"}, periods{202200}, source.NetMass),
		}},
		{"listed, one cell missing", []string{`numbers = { none = ["-"], missing = ["x"] }`, `coverage = { partners = "listed", absent = "zero" }`}, []source.Block{
			block(areas{"ES"}, codes{"85"}, periods{202200}, source.Value), block(areas{"FR"}, codes{"85", "TOTAL"}, periods{202100, 202200}, source.Value),
			block(areas{"ES"}, codes{"85"}, periods{202100, 202200}, source.NetMass), block(areas{"FR"}, codes{"85"}, periods{202200}, source.NetMass),
		}},
		{"only what is stated", []string{`numbers = { none = ["-"], missing = ["x"] }`, `coverage = { partners = "listed", absent = "missing" }`}, []source.Block{
			block(areas{"ES", "FR"}, codes{"85"}, periods{202200}, source.Value), block(areas{"FR"}, codes{"TOTAL"}, periods{202100}, source.Value),
			block(areas{"ES"}, codes{"85"}, periods{202100, 202200}, source.NetMass), block(areas{"FR"}, codes{"85"}, periods{202200}, source.NetMass),
		}},
	} {
		got := read(c.lines...)
		order := func(a, b source.Block) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
		slices.SortFunc(got, order)
		slices.SortFunc(c.want, order)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// sum adds the values of those flows that are wanted, in hundredths.
func sum(flows []flow.Flow, want func(flow.Flow) bool) int64 {
	var s money.Sum
	for _, f := range flows {
		if want(f) && f.Value.Held {
			s.Add(f.Value.N)
		}
	}
	n, err := s.Int64()
	if err != nil {
		panic(err)
	}
	return n
}

// shared gives the folder of real files, or skips.
func shared(t *testing.T) string {
	t.Helper()
	for dir, _ := os.Getwd(); ; dir = filepath.Dir(dir) {
		data := filepath.Join(dir, "shared", "data")
		if _, err := os.Stat(filepath.Join(data, "national")); err == nil {
			return data
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no ../shared/data beside the checkout: the real tables are not read")
		}
	}
}
