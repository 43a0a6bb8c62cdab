package goods_test

import (
	"strings"
	"testing"

	"detour/fault"
	"detour/trade/goods"
	"detour/trade/period"

	"pgregory.net/rapid"
)

func TestParseCode(t *testing.T) {
	for in, want := range map[string]goods.Code{
		"8517": "8517", "8517.13": "851713", " 8517 13 00 ": "85171300", "total": goods.Total, "01": "01", "8517130000": "8517130000",
	} {
		if got, err := goods.ParseCode(in); err != nil || got != want {
			t.Errorf("ParseCode(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "8", "85171300001", "8517XX", "all", "٨٥", "-1", "85,17"} {
		if got, err := goods.ParseCode(in); fault.KindOf(err) != fault.BadInput {
			t.Errorf("ParseCode(%q) = %q, %v; want bad input", in, got, err)
		}
	}
}

func TestLevels(t *testing.T) {
	if d := goods.Total.Digits(); d != 0 {
		t.Errorf("Total has %d digits, want 0", d)
	}
	if d := goods.Code("85171300").Digits(); d != 8 {
		t.Errorf("85171300 has %d digits", d)
	}
	if p := goods.Code("85171300").Prefix(6); p != "851713" {
		t.Errorf("prefix of 85171300 is %s", p)
	}
	if p := goods.Code("85").Prefix(4); p != "85" {
		t.Errorf("prefix of 85 is %s", p)
	}
	if p := goods.Total.Prefix(2); p != goods.Total {
		t.Errorf("prefix of Total is %s", p)
	}
}

func TestEditions(t *testing.T) {
	if e := goods.EditionOf(goods.CN, period.Month(2022, 3)); e != "CN2022" {
		t.Errorf("CN in March 2022 is %s", e)
	}
	if e := goods.EditionOf(goods.HS2017, period.Year(2022)); e != "HS2017" {
		t.Errorf("HS2017 in 2022 is %s", e)
	}
	for e, want := range map[goods.Edition]goods.Edition{
		"CN2011": "", "CN2012": "HS2012", "CN2016": "HS2012", "CN2017": "HS2017", "CN2021": "HS2017",
		"CN2022": "HS2022", "CN2027": "HS2022", "CN2028": "", "HS2017": "HS2017", "HS2007": "", "": "", "CN": "",
	} {
		if got := e.HS(); got != want {
			t.Errorf("HS of %q is %q, want %q", e, got, want)
		}
	}
	for e, want := range map[goods.Edition]bool{"HS2012": true, "HS2017": true, "HS2022": true, "CN2023": true, "CN2026": true, "CN2022": false, "": false} {
		if got := goods.Known(e); got != want {
			t.Errorf("Known(%s) = %t", e, got)
		}
	}
}

func TestExists(t *testing.T) {
	for _, c := range []struct {
		edition       goods.Edition
		code          goods.Code
		exists, known bool
	}{
		{"HS2022", "851713", true, true},
		{"HS2017", "851713", false, true},
		{"HS2017", "851712", true, true},
		{"HS2022", "8806", true, true},
		{"HS2017", "8806", false, true},
		{"HS2022", "85171300", false, false}, // beyond the list
		{"CN2023", "85171300", true, true},
		{"CN2023", "85171301", false, true},
		{"CN2023", "8517130010", false, false},
		{"CN2021", "85171300", false, true}, // its HS6 does not exist
		{"CN2022", "85171300", false, false},
		{"CN2022", "851713", true, true},
		{"CN2023", "99500000", false, false}, // chapters 98 and 99 are the offices' own
		{"CN2023", "84XXXXXX", false, false},
		{"CN2010", "8517", false, false},
		{"HS2022", goods.Total, true, true},
	} {
		if exists, known := goods.Exists(c.edition, c.code); exists != c.exists || known != c.known {
			t.Errorf("Exists(%s, %s) = %t, %t; want %t, %t", c.edition, c.code, exists, known, c.exists, c.known)
		}
	}
}

func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		edition goods.Edition
		code    goods.Code
		holds   string
	}{
		{"HS2022", "851713", "smartphones"},
		{"CN2022", "85171300", "smartphones"},
		{"HS2017", "851712", "cellular"},
		{"HS2022", "8806", "Unmanned"},
		{"HS2022", "01", "Animals"},
		{"HS2022", goods.Total, "All goods"},
	} {
		if got := goods.Describe(c.edition, c.code); !strings.Contains(got, c.holds) {
			t.Errorf("Describe(%s, %s) = %q, want something with %q", c.edition, c.code, got, c.holds)
		}
	}
	if got := goods.Describe("HS2017", "851713"); got != "" {
		t.Errorf("HS2017 has no 851713, but describes it as %q", got)
	}
}

// FuzzParseCode: whatever is accepted is a code that reads as itself.
func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"8517.13", "TOTAL", "85 17", "", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := goods.ParseCode(s)
		if err != nil {
			return
		}
		if again, err := goods.ParseCode(string(c)); err != nil || again != c {
			t.Errorf("%q reads as %q, which reads as %q, %v", s, c, again, err)
		}
	})
}

// digits draws a code of the length.
func digits(t *rapid.T, label string, least, most int) goods.Code {
	return goods.Code(rapid.StringMatching(`[0-9]{2,8}`).Filter(func(s string) bool {
		return len(s) >= least && len(s) <= most
	}).Draw(t, label))
}
