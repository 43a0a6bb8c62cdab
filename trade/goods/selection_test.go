package goods_test

import (
	"slices"
	"strings"
	"testing"

	"detour/fault"
	"detour/trade/goods"

	"pgregory.net/rapid"
)

func selection(t *testing.T, list string) goods.Selection {
	t.Helper()
	s, err := goods.ParseSelection(list)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParseSelection(t *testing.T) {
	if got := selection(t, " 8703, chpl ,8703,85.17").String(); got != "8517,8703,chpl" {
		t.Errorf("canonical list is %s", got)
	}
	for _, list := range []string{"", ",", "8", "851713000", "TOTAL", "all,8703", "chpl-tier-9", "8703,"} {
		_, err := goods.ParseSelection(list)
		if fault.KindOf(err) != fault.BadInput || fault.HintOf(err) == "" {
			t.Errorf("ParseSelection(%q): %v; want bad input with a hint", list, err)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		list    string
		yes, no []goods.Code
	}{
		{"eu-export-ban-2023-01", []goods.Code{"85171300", "62024010"}, []goods.Code{"8517", "851713", "8517130010", "85171200", goods.Total}},
		{"chpl", []goods.Code{"854231", "85423190"}, []goods.Code{"8542", "85", "854290", goods.Total}},
		{"8703", []goods.Code{"8703", "870321", "87032110"}, []goods.Code{"87", "8704", "870", goods.Total}},
		{"all", []goods.Code{"8703", "87032110", goods.Total}, nil},
		{"85171300,eu-export-ban-2023-01", []goods.Code{"8517130010"}, []goods.Code{"6202401000"}},
	} {
		s := selection(t, c.list)
		for _, code := range c.yes {
			if !s.Match(code) {
				t.Errorf("%s does not select %s", c.list, code)
			}
		}
		for _, code := range c.no {
			if s.Match(code) {
				t.Errorf("%s selects %s", c.list, code)
			}
		}
	}
	if (goods.Selection{}).Match("8703") {
		t.Error("the zero selection selects something")
	}
}

func TestSelectionLevels(t *testing.T) {
	for list, want := range map[string]int{"all": 0, "8703": 4, "chpl": 6, "chpl,8703": 6, "eu-export-ban-2023-01": 8, "85,854231": 2} {
		if got := selection(t, list).Digits(); got != want {
			t.Errorf("%s needs %d digits, want %d", list, got, want)
		}
	}
}

func TestTerms(t *testing.T) {
	if terms := selection(t, "all").Terms(); len(terms) != 0 {
		t.Errorf("all has %d terms", len(terms))
	}
	ban := selection(t, "eu-export-ban-2023-01").Terms()
	if len(ban) != 2223 || slices.ContainsFunc(ban, func(t goods.Term) bool { return !t.Exact }) {
		t.Error("the export ban is not 2223 exact codes")
	}
	got := selection(t, "microelectronics,chpl-tier-1,854110,90").Terms()
	want := []goods.Term{{Code: "8541"}, {Code: "8542"}, {Code: "90"}}
	if !slices.Equal(got, want) {
		t.Errorf("terms %v, want %v", got, want)
	}
}

func TestTermsIn(t *testing.T) {
	terms, absent := selection(t, "drones,8703").TermsIn("CN2021")
	if !slices.Equal(terms, []goods.Term{{Code: "8703"}}) || !slices.Equal(absent, []goods.Code{"8806"}) {
		t.Errorf("drones,8703 in CN2021: %v without %v", terms, absent)
	}
	if terms, absent := selection(t, "all").TermsIn("CN2021"); len(terms)+len(absent) != 0 {
		t.Errorf("all in CN2021: %v without %v", terms, absent)
	}
}

// Match agrees with the terms read one by one, terms are sorted and none covers another, and the text reads
// back as the same selection.
func TestSelectionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ids []string
		for _, s := range goods.Sets() {
			ids = append(ids, s.ID)
		}
		parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(ids), rapid.Custom(func(t *rapid.T) string {
			return string(digits(t, "prefix", 2, 8))
		})), 1, 6).Draw(t, "parts")
		s, err := goods.ParseSelection(strings.Join(parts, ","))
		if err != nil {
			t.Fatal(err)
		}
		terms := s.Terms()
		for i, term := range terms[1:] {
			before := terms[i]
			if before.Code >= term.Code || (!before.Exact && term.Code.Under(before.Code)) {
				t.Fatalf("terms %v, %v are not in order or one covers the other", before, term)
			}
		}
		c := rapid.OneOf(rapid.SampledFrom(terms), rapid.Custom(func(t *rapid.T) goods.Term {
			return goods.Term{Code: digits(t, "code", 2, 8)}
		})).Draw(t, "row").Code
		c = c.Prefix(rapid.IntRange(2, 8).Draw(t, "level"))
		direct := slices.ContainsFunc(terms, func(term goods.Term) bool {
			return c == term.Code || (!term.Exact && c.Under(term.Code))
		})
		if s.Match(c) != direct {
			t.Fatalf("Match(%s) = %t, its terms say %t", c, !direct, direct)
		}
		again, err := goods.ParseSelection(s.String())
		if err != nil || again.String() != s.String() || !slices.Equal(again.Terms(), terms) {
			t.Fatalf("%s reads back as %s, %v", s, again, err)
		}
	})
}
