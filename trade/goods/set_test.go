package goods_test

import (
	"slices"
	"strings"
	"testing"

	"detour/trade/goods"
)

func set(t *testing.T, id string) goods.Set {
	t.Helper()
	s, ok := goods.SetByID(id)
	if !ok {
		t.Fatalf("no set %s", id)
	}
	return s
}

func TestSets(t *testing.T) {
	all := goods.Sets()
	if !slices.IsSortedFunc(all, func(a, b goods.Set) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the sets are not sorted by ID")
	}
	for _, s := range all {
		if s.Title == "" || s.Source == "" || s.Edition.HS() == "" || len(s.Codes) == 0 {
			t.Errorf("%s lacks a title, source, edition or codes", s.ID)
		}
		if !slices.IsSorted(s.Codes) || len(slices.Compact(slices.Clone(s.Codes))) != len(s.Codes) {
			t.Errorf("the codes of %s are not sorted or repeat", s.ID)
		}
		if d := slices.MaxFunc(s.Codes, func(a, b goods.Code) int { return a.Digits() - b.Digits() }).Digits(); d != s.Digits {
			t.Errorf("%s has codes of %d digits, says %d", s.ID, d, s.Digits)
		}
		for _, c := range s.Codes {
			if exists, known := goods.Exists(s.Edition, c); known && !exists && c.Digits() <= 6 {
				t.Errorf("%s: %s does not exist in %s", s.ID, c, s.Edition)
			}
		}
	}
}

// The counts of the official lists (../shared/data/README.md and the files themselves).
func TestSetCounts(t *testing.T) {
	for id, want := range map[string]int{
		"chpl": 50, "chpl-tier-1": 4, "chpl-tier-2": 5, "chpl-tier-3a": 16, "chpl-tier-3b": 9, "chpl-tier-4a": 11, "chpl-tier-4b": 5,
		"eu-export-ban-2023-01": 2223,
	} {
		if got := len(set(t, id).Codes); got != want {
			t.Errorf("%s has %d codes, want %d", id, got, want)
		}
	}
	var tiers []goods.Code
	for _, s := range goods.Sets() {
		if strings.HasPrefix(s.ID, "chpl-tier-") {
			tiers = append(tiers, s.Codes...)
		}
	}
	slices.Sort(tiers)
	if !slices.Equal(tiers, set(t, "chpl").Codes) {
		t.Error("the tiers do not divide the Common High Priority List")
	}
}

func TestPartial(t *testing.T) {
	luxury := set(t, "eu-833-annex-xviii")
	for _, c := range []struct {
		code  goods.Code
		holds string // empty: not partly covered
	}{
		{"87032319", "EUR 50000"},
		{"8703", "EUR 50000"},
		{"841810", "EUR 750"},
		{"42033000", "EUR 300"},
		{"900510", ""},
		{"85423100", ""},
		{"87", ""},
	} {
		condition, partly := luxury.Partial(c.code)
		if partly != (c.holds != "") || !strings.Contains(condition, c.holds) {
			t.Errorf("%s: partial %t on %q, want one with %q", c.code, partly, condition, c.holds)
		}
	}
	if _, partly := set(t, "chpl").Partial("854231"); partly {
		t.Error("the Common High Priority List has no partly covered codes")
	}
}

// Six of the fifty codes do not exist before HS2022. Four have sound predecessors: 854150 held nothing else
// than 854151 and 854159, 854890 (waste apart) than 854800, 880330 than 880730.
func TestCHPLBefore2022(t *testing.T) {
	chpl := set(t, "chpl")
	young := []goods.Code{"852589", "854149", "854151", "854159", "854800", "880730"}
	for _, e := range []goods.Edition{"HS2017", "CN2021", "HS2012", "CN2015"} {
		codes, absent := chpl.CodesIn(e)
		if want := []goods.Code{"852589", "854149"}; !slices.Equal(absent, want) {
			t.Errorf("%s: absent %v, want %v", e, absent, want)
		}
		want := slices.DeleteFunc(slices.Clone(chpl.Codes), func(c goods.Code) bool { return slices.Contains(young, c) })
		want = append(want, "854150", "854890", "880330")
		slices.Sort(want)
		if !slices.Equal(codes, want) {
			t.Errorf("%s: %v, want %v", e, codes, want)
		}
		if slices.Contains(codes, "851712") {
			t.Errorf("%s: telephones are not on the list", e)
		}
	}
	codes, absent := chpl.CodesIn("CN2024")
	if !slices.Equal(codes, chpl.Codes) || len(absent) > 0 {
		t.Error("within HS2022 the codes do not stand as they are")
	}
}

func TestCodesIn(t *testing.T) {
	for _, c := range []struct {
		set           string
		edition       goods.Edition
		codes, absent []goods.Code
	}{
		{"drones", "CN2022", []goods.Code{"8806"}, nil},
		{"drones", "CN2021", nil, []goods.Code{"8806"}},
		{"microelectronics", "CN2019", []goods.Code{"8541", "8542"}, nil},
		{"microelectronics", "HS2012", []goods.Code{"8541", "8542"}, nil},
		{"cars", "HS2012", []goods.Code{"8703"}, nil},
		{"cars", "CN2010", nil, []goods.Code{"8703"}},
		{"cars", "", nil, []goods.Code{"8703"}},
	} {
		codes, absent := set(t, c.set).CodesIn(c.edition)
		if !slices.Equal(codes, c.codes) || !slices.Equal(absent, c.absent) {
			t.Errorf("%s in %s: %v without %v, want %v without %v", c.set, c.edition, codes, absent, c.codes, c.absent)
		}
	}
}

// A code of 8 digits whose HS6 is not in the year's HS is absent; headings never stand for it.
func TestExportBanIn(t *testing.T) {
	ban := set(t, "eu-export-ban-2023-01")
	codes, absent := ban.CodesIn("CN2021")
	for _, c := range []goods.Code{"85171300", "87012190", "87012110", "62024010"} {
		if !slices.Contains(absent, c) {
			t.Errorf("%s was born in 2022, yet is not absent from CN2021", c)
		}
	}
	if len(codes)+len(absent) != 2223 {
		t.Errorf("CN2021: %d codes and %d absent do not make 2223", len(codes), len(absent))
	}
	for _, c := range codes {
		if exists, known := goods.Exists("HS2017", c.Prefix(6)); !exists || !known {
			t.Errorf("%s in CN2021, but its HS6 is not in HS2017", c)
		}
	}
	if codes, absent := ban.CodesIn("HS2022"); len(codes) != 0 || len(absent) != 2223 {
		t.Errorf("HS2022 has %d of the CN8 codes", len(codes))
	}
}

// A heading that lost goods to a new one keeps its number (2106 lost nicotine pouches to 2404) and stands.
func TestCodesInKeepsNumbers(t *testing.T) {
	codes, absent := set(t, "eu-833-annex-xviii").CodesIn("CN2021")
	if !slices.Contains(codes, "2106") || slices.Contains(absent, "210690") {
		t.Errorf("2106 does not stand in CN2021; absent %v", absent)
	}
}
