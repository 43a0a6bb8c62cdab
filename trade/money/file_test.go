package money

import (
	"bytes"
	"strings"
	"testing"

	"detour/fault"
	"detour/trade/period"
)

func TestReadRates(t *testing.T) {
	for name, text := range map[string]string{
		"long":      "currency,month,rate\nKZT,2022-03,560.42\nRUB,2022-03,117.2\n",
		"any order": "# mine\nnote,rate,month,currency\nx,560.42,202203,KZT\n\ny,117.20, 2022-03 ,RUB\n",
		"mark":      "\uFEFFcurrency,month,rate\r\nKZT,2022-03,560.42\r\nRUB,2022-03,117.2\r\n",
		"wide":      "currency,year,01,02,03,04,05,06,07,08,09,10,11,12\nKZT,2022,,,560.42,,,,,,,,,\nRUB,2022,,,117.2,,,,,,,,,\n",
	} {
		r, err := ReadRates(strings.NewReader(text), "own.csv")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var out bytes.Buffer
		if err := r.Encode(&out); err != nil {
			t.Fatal(err)
		}
		if want := "currency,month,rate\nKZT,2022-03,560.42\nRUB,2022-03,117.2\n"; out.String() != want {
			t.Errorf("%s: read as %q", name, out.String())
		}
		if r.Source() != "own.csv" {
			t.Errorf("%s: source %q", name, r.Source())
		}
	}
}

func TestReadRatesNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "own.csv: the file is empty"},
		{"currency,month\n", `no column "rate"`},
		{"currency,year,01\n", `no column "02"`},
		{"currency,month,rate\nKZT,2022-03,560\nkzt,2022-04,1\n", `own.csv line 3, field currency: currency "kzt"`},
		{"currency,month,rate\nKZT,März,560\n", `own.csv line 2, field month: period "März"`},
		{"currency,month,rate\nKZT,2022,560\n", "own.csv line 2, field month: the rate of KZT is for 2022, not for a month"},
		{"currency,month,rate\nKZT,2022-03,\"560,4\"\n", `own.csv line 2, field rate: rate "560,4"`},
		{"currency,month,rate\nKZT,2022-03,-1\n", `field rate: rate "-1"`},
		{"currency,month,rate\nEUR,2022-03,1\n", "line 2, field month: a rate of EUR"},
		{"currency,month,rate\nKZT,2022-03,1\n# once more\nKZT,2022-03,1\n", "line 4, field month: the rate of KZT for 2022-03 is given twice"},
		{"currency,month,rate\nKZT,2022-03\n", "own.csv line 2: wrong number of fields"},
		{"currency,month,rate\nKZT,2022-03,\"5\n", "own.csv line"},
		{"currency,year,01,02,03,04,05,06,07,08,09,10,11,12\nKZT,2022-03,1,,,,,,,,,,,\n", "line 2, field year"},
		{"currency,year,01,02,03,04,05,06,07,08,09,10,11,12\nKZT,2022,1,,x,,,,,,,,,\n", "line 2, field 03"},
	} {
		_, err := ReadRates(strings.NewReader(c.text), "own.csv")
		if err == nil || fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), c.want) || fault.HintOf(err) == "" {
			t.Errorf("%q: %v (hint %q), want %q", c.text, err, fault.HintOf(err), c.want)
		}
	}
}

// The embedded table reads back as it stands, comments apart.
func TestTableRoundTrip(t *testing.T) {
	_, body, _ := strings.Cut(averages, "\ncurrency,")
	var out bytes.Buffer
	if err := Embedded().EncodeTable(&out, period.Range{From: period.Year(2010), To: period.Year(2025)}); err != nil {
		t.Fatal(err)
	}
	if out.String() != "currency,"+body {
		t.Error("the embedded table written again differs")
	}
	if len(averages) > 150<<10 {
		t.Errorf("the embedded table has %d bytes", len(averages))
	}
}

func FuzzReadRates(f *testing.F) {
	f.Add("currency,month,rate\nKZT,2022-03,560.42\n")
	f.Add("currency,year,01,02,03,04,05,06,07,08,09,10,11,12\nKZT,2022,,,560.42,,,,,,,,,\n")
	f.Add("\uFEFF# x\nrate,month,currency\n1.5,202201,USD\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ReadRates(strings.NewReader(text), "fuzz.csv")
		if err != nil {
			if fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), "fuzz.csv") {
				t.Fatalf("not named: %v", err)
			}
			return
		}
		var once, twice bytes.Buffer
		if err := r.Encode(&once); err != nil {
			t.Fatal(err)
		}
		again, err := ReadRates(bytes.NewReader(once.Bytes()), "again.csv")
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if err := again.Encode(&twice); err != nil || once.String() != twice.String() {
			t.Fatalf("written again it differs: %v", err)
		}
	})
}
