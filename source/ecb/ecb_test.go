package ecb

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"detour/fault"
	"detour/trade/money"
	"detour/trade/period"
)

const small = "Date,USD,NOK,RUB,\n" +
	"2022-04-01,1.1052,9.7123,N/A,\n" +
	"2022-03-31,1.11,9.8,N/A,\n" +
	"2022-03-01,1.1,9.7,117.201,\n"

func TestDecode(t *testing.T) {
	for name, file := range map[string][]byte{
		"csv":        []byte(small),
		"zip":        zipped(t, "eurofxref-hist.csv", small),
		"CRLF, mark": []byte("\uFEFF" + strings.ReplaceAll(small, "\n", "\r\n")),
		"no comma":   []byte(strings.ReplaceAll(small, ",\n", "\n")),
	} {
		d, err := Decode(bytes.NewReader(file), int64(len(file)), "file")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(d.days) != 3 || d.days[0].date.Format(time.DateOnly) != "2022-03-01" || d.days[0].rates[2].String() != "117.201" || d.days[1].rates[2].Held() {
			t.Errorf("%s: read as %v", name, d)
		}
	}
}

func TestDecodeNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "no header that begins with Date"},
		{"date;USD\n", "no header that begins with Date"},
		{"Date,USD,\n", "no day of rates"},
		{"Date,USD,usd,\n", `file line 1, field header: currency "usd"`},
		{"Date,USD,USD,\n", "two columns"},
		{"Date,USD,\n2022-03-01,1.1,\n2022-03-02,x,\n", `file line 3, field USD: rate "x"`},
		{"Date,USD\n2022-03-01,\n", `line 2, field Date: the row has 1 fields, 2 expected`},
		{"Date,USD,\n2022-03-01,,\n", `line 2, field USD: rate ""`},
		{"Date,USD,\n1.3.2022,1.1,\n", `line 2, field Date: "1.3.2022"`},
		{"Date,USD,\n2022-03-01,1.1,\n2022-03-01,1.1,\n", "line 3, field Date: 2022-03-01 stands already in line 2"},
		{"Date,USD,\n2022-03-01,1.1,2,\n", "file line 2, column 1: wrong number of fields"},
		{"Date,USD,\n2022-03-01,\"1.1,\n", "file line"},
	} {
		_, err := Decode(strings.NewReader(c.text), int64(len(c.text)), "file")
		if err == nil || fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
	for name, file := range map[string][]byte{
		"damaged": []byte("PK\x03\x04 nothing of an archive"),
		"foreign": zipped(t, "readme.txt", "hello"),
	} {
		if _, err := Decode(bytes.NewReader(file), int64(len(file)), "file"); fault.KindOf(err) != fault.BadInput || err == nil {
			t.Errorf("%s archive: %v", name, err)
		}
	}
}

// A file of every quotation day of February and March and a part of April 2022.
func TestMonthly(t *testing.T) {
	var text strings.Builder
	text.WriteString("Date,USD,RUB,ISK,CZK,\n")
	date := time.Date(2022, 2, 1, 0, 0, 0, 0, time.UTC)
	for n := 0; date.Format(time.DateOnly) <= "2022-04-20"; date = date.AddDate(0, 0, 1) {
		if !isQuotationDay(date) {
			continue
		}
		rouble, krona, koruna := "N/A", "N/A", "N/A"
		if date.Format(time.DateOnly) <= "2022-03-01" {
			rouble = "117.2"
		}
		if d := date.Format(time.DateOnly); d >= "2022-02-15" { // 10 of February's 20 days
			krona = "140"
		}
		if d := date.Format(time.DateOnly); d >= "2022-02-16" { // 9 of them
			koruna = "25"
		}
		n++
		text.WriteString(date.Format(time.DateOnly) + ",1." + []string{"1", "2"}[n%2] + "," + rouble + "," + krona + "," + koruna + ",\n")
	}
	monthly := averages(t, text.String())
	want := "currency,month,rate\nCZK,2022-03,25\nISK,2022-02,140\nISK,2022-03,140\nRUB,2022-02,117.2\nUSD,2022-02,1.15\nUSD,2022-03,1.15217391\n"
	var got bytes.Buffer
	if err := monthly.Encode(&got); err != nil {
		t.Fatal(err)
	}
	// March has 23 days, of which the first and the last have 1.2 (n is odd on them): 12 of 1.2, 11 of 1.1.
	if got.String() != want {
		t.Errorf("averages\n%swant\n%s", got.String(), want)
	}
}

// A file that begins in the middle of a month has no average for it.
func TestMonthlyLeavesOutWhatTheFileHoldsInPart(t *testing.T) {
	monthly := averages(t, "Date,USD,\n2022-03-31,1.1,\n2022-03-02,1.1,\n")
	if c := monthly.Currencies(); len(c) != 0 {
		t.Errorf("averages of %v from a file that misses 2022-03-01", c)
	}
	monthly = averages(t, "Date,USD,\n2024-03-28,1.1,\n2024-03-01,1.1,\n")
	if first, _ := monthly.Months("USD"); first != period.Month(2024, 3) {
		t.Error("March 2024 ended for the ECB on Thursday 28, the day before Good Friday")
	}
}

func TestBuildTableRefuses(t *testing.T) {
	d := decoded(t, small)
	for _, c := range []struct {
		from, to period.Period
		kind     fault.Kind
	}{
		{period.Month(2022, 3), period.Month(2022, 2), fault.BadInput},
		{period.Month(2022, 3), period.Year(2022), fault.BadInput},
		{period.Month(2022, 3), period.Month(2022, 4), fault.NotFound},
	} {
		if err := BuildTable(&bytes.Buffer{}, d, c.from, c.to); err == nil || fault.KindOf(err) != c.kind {
			t.Errorf("%s to %s: %v", c.from, c.to, err)
		}
	}
	var out bytes.Buffer
	if err := BuildTable(&out, d, period.Month(2022, 3), period.Month(2022, 3)); err != nil || !strings.HasSuffix(out.String(), "\nUSD,2022,,,1.105,,,,,,,,,\n") {
		t.Errorf("table %q, %v", out.String(), err)
	}
}

// The table that package money embeds is, byte for byte, what BuildTable writes from the ECB's file.
func TestEmbeddedTable(t *testing.T) {
	var built bytes.Buffer
	if err := BuildTable(&built, reference(t), period.Year(2010), period.Year(2025)); err != nil {
		t.Fatal(err)
	}
	embedded, err := os.ReadFile(filepath.Join(moduleRoot(t), "trade", "money", "averages.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(built.Bytes(), embedded) {
		t.Error("trade/money/averages.csv differs from what the reference file gives: build it again")
	}
}

// The days of the file are the quotation days of the calendar: from 2000 on, 2001-12-31 is the only
// one that the file has not.
func TestCalendarAgreesWithReferenceFile(t *testing.T) {
	d := reference(t)
	quoted := map[time.Time]bool{}
	for _, day := range d.days {
		quoted[day.date] = true
	}
	var differ []string
	for date := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); !date.After(d.days[len(d.days)-1].date); date = date.AddDate(0, 0, 1) {
		if isQuotationDay(date) != quoted[date] {
			differ = append(differ, date.Format(time.DateOnly))
		}
	}
	if strings.Join(differ, " ") != "2001-12-31" {
		t.Errorf("calendar and file differ on %v", differ)
	}
}

// Averages of whole years as the ECB publishes them, which are means of the year's daily rates.
func TestPublishedAnnualAverages(t *testing.T) {
	d := reference(t)
	for _, c := range []struct {
		currency money.Currency
		year     int
		want     string
	}{
		{"USD", 2020, "1.1422"}, {"USD", 2021, "1.1827"}, {"USD", 2022, "1.0530"},
		{"GBP", 2022, "0.85276"}, {"JPY", 2022, "138.03"}, {"NOK", 2022, "10.1026"},
	} {
		column := -1
		for i := range d.currencies {
			if d.currencies[i] == c.currency {
				column = i
			}
		}
		year := month{}
		for _, day := range d.days {
			if day.date.Year() == c.year {
				year.days = append(year.days, day)
			}
		}
		mean, err := money.MeanRate(year.quotes(column))
		if err != nil {
			t.Fatal(err)
		}
		if got := mean.Rat().FloatString(len(c.want) - strings.Index(c.want, ".") - 1); got != c.want {
			t.Errorf("%s %d: %s, published %s", c.currency, c.year, got, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("Date,USD,\n2022-03-31,1.1,\n2022-03-01,999999999999999999,\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		d, err := Decode(bytes.NewReader(file), int64(len(file)), "fuzz.csv")
		if err == nil {
			_, err = d.Monthly()
		} else if !strings.Contains(err.Error(), "fuzz.csv") {
			t.Fatalf("not named: %v", err)
		}
		if err != nil && fault.KindOf(err) != fault.BadInput {
			t.Fatalf("kind %v: %v", fault.KindOf(err), err)
		}
	})
}

func decoded(t *testing.T, text string) Daily {
	t.Helper()
	d, err := Decode(strings.NewReader(text), int64(len(text)), "test")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func averages(t *testing.T, text string) *money.Rates {
	t.Helper()
	monthly, err := decoded(t, text).Monthly()
	if err != nil {
		t.Fatal(err)
	}
	return monthly
}

func zipped(t *testing.T, name, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	w, err := archive.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// reference is the ECB's file, where it is at hand.
func reference(t *testing.T) Daily {
	t.Helper()
	path := filepath.Join(moduleRoot(t), "..", "shared", "data", "fx", "eurofxref-hist.zip")
	file, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		t.Skip("the shared data are absent: no eurofxref-hist.zip")
	}
	if err != nil {
		t.Fatal(err)
	}
	d, err := Decode(bytes.NewReader(file), int64(len(file)), "eurofxref-hist.zip")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// moduleRoot is the nearest folder above the test with a go.mod.
func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}
