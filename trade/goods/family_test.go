package goods_test

import (
	"slices"
	"testing"

	"detour/trade/goods"

	"pgregory.net/rapid"
)

func family(t *testing.T, table *goods.FamilyTable, e goods.Edition, c goods.Code) goods.Family {
	t.Helper()
	f, ok := table.Of(e, c)
	if !ok {
		t.Fatalf("%s %s has no family", e, c)
	}
	return f
}

func TestPredecessors(t *testing.T) {
	table := goods.Families()
	for _, c := range []struct {
		from, to goods.Edition
		code     goods.Code
		want     []goods.Code
	}{
		{"HS2017", "HS2022", "851713", []goods.Code{"851712"}},
		{"HS2012", "HS2022", "851713", []goods.Code{"851712"}},
		{"CN2021", "CN2022", "85171300", []goods.Code{"851712"}},
		{"HS2017", "HS2022", "870121", []goods.Code{"870120"}},
		{"HS2017", "HS2022", "620240", []goods.Code{"620213", "620293"}},
		{"HS2017", "HS2022", "854151", []goods.Code{"854150"}}, // by hand
		{"HS2017", "HS2022", "852990", []goods.Code{"852990"}}, // goes on; 482 others left out
		{"HS2017", "HS2022", "854921", nil},                    // waste: all left out
		{"HS2017", "HS2022", "880621", []goods.Code{"852580", "880211", "880220"}},
		{"HS2022", "HS2022", "851713", []goods.Code{"851713"}},
		{"HS2022", "HS2017", "851712", nil}, // not the earlier
		{"HS2017", "HS2022", "851712", nil}, // not in HS2022
		{"HS2017", "HS2022", "8517", nil},
		{"HS2007", "HS2022", "851713", nil},
	} {
		if got := table.Predecessors(c.from, c.to, c.code); !slices.Equal(got, c.want) {
			t.Errorf("%s in %s was %v in %s, want %v", c.code, c.to, got, c.from, c.want)
		}
	}
}

func TestFamilyMembers(t *testing.T) {
	table := goods.FamiliesBetween("CN2021", "CN2022")
	phones := family(t, table, "CN2022", "85171300")
	if phones.ID != "HS2022:851713" || !slices.Equal(phones.Members["HS2022"], []goods.Code{"851713", "851714"}) ||
		!slices.Equal(phones.Members["HS2017"], []goods.Code{"851712"}) {
		t.Errorf("smartphones: %v", phones)
	}
	coats := family(t, table, "HS2022", "620240")
	for _, c := range table.Predecessors("HS2017", "HS2022", "620240") {
		if !slices.Contains(coats.Members["HS2017"], c) {
			t.Errorf("the family of 620240 lacks its predecessor %s: %v", c, coats)
		}
	}
	if !family(t, table, "HS2022", "854231").Stable() {
		t.Error("854231 is one code from HS2017 to HS2022, yet not stable")
	}
	for e, c := range map[goods.Edition]goods.Code{"CN2022": "85171300", "HS2022": "852990"} {
		if family(t, table, e, c).Stable() {
			t.Errorf("%s is called stable", c)
		}
	}
	if family(t, goods.Families(), "HS2017", "854231").Stable() {
		t.Error("854231 took in multi-component circuits in HS2017, yet is called stable")
	}
}

func TestOfRefuses(t *testing.T) {
	pair := goods.FamiliesBetween("HS2022", "HS2017")
	for e, c := range map[goods.Edition]goods.Code{
		"HS2022": "8517", "HS2017": "851713", "CN2021": "85171300", "HS2012": "851712", "CN2011": "85171200", "CN2022": goods.Total,
	} {
		if f, ok := pair.Of(e, c); ok {
			t.Errorf("%s of %s has the family %s", c, e, f.ID)
		}
	}
	if goods.FamiliesBetween("CN2010", "CN2022") != nil {
		t.Error("families over an edition that is not held")
	}
}

// The link counts of the UN's files are met: between HS2022 and HS2017 everything hangs together in one
// family of 2,258 codes (1,167 and 1,091). The other figures were computed by a separate program
// from the same files.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		from, to               goods.Edition
		whole, kept            int // codes of the largest family
		families, unfollowed   int
		omitted, added, counts int // counts: codes in all editions
	}{
		{"HS2017", "HS2022", 2258, 66, 5252, 1, 9813, 2, 11001},
		{"HS2012", "HS2017", 348, 85, 5016, 2, 538, 0, 10594},
		{"HS2012", "HS2022", 3363, 129, 4907, 4, 10351, 2, 16207},
	} {
		table := goods.FamiliesBetween(c.from, c.to)
		s := table.Sizes()
		if w, k := s.Whole[len(s.Whole)-1].Codes, s.Kept[len(s.Kept)-1].Codes; w != c.whole || k != c.kept {
			t.Errorf("%s to %s: largest family %d and %d codes, want %d and %d", c.from, c.to, w, k, c.whole, c.kept)
		}
		if s.Omitted != c.omitted || s.Added != c.added {
			t.Errorf("%s to %s: %d links left out and %d added, want %d and %d", c.from, c.to, s.Omitted, s.Added, c.omitted, c.added)
		}
		families, unfollowed := table.All(), 0
		for _, f := range families {
			if !f.Followed() {
				unfollowed++
			}
		}
		if len(families) != c.families || unfollowed != c.unfollowed {
			t.Errorf("%s to %s: %d families, %d not followed, want %d and %d", c.from, c.to, len(families), unfollowed, c.families, c.unfollowed)
		}
		for name, counts := range map[string][]goods.SizeCount{"whole": s.Whole, "kept": s.Kept} {
			codes := 0
			for _, n := range counts {
				codes += n.Codes * n.Families
			}
			if codes != c.counts {
				t.Errorf("%s to %s, %s: %d codes in families, want %d", c.from, c.to, name, codes, c.counts)
			}
		}
	}
}

// Every code of every edition is in exactly one family.
func TestFamiliesDivide(t *testing.T) {
	table := goods.Families()
	seen := map[goods.Edition]map[goods.Code]string{}
	for _, f := range table.All() {
		for e, codes := range f.Members {
			if seen[e] == nil {
				seen[e] = map[goods.Code]string{}
			}
			for _, c := range codes {
				if other, twice := seen[e][c]; twice {
					t.Errorf("%s %s is in %s and %s", e, c, other, f.ID)
				}
				seen[e][c] = f.ID
			}
		}
	}
	// The lists of UN Comtrade, 999999 (not specified) included.
	for e, want := range map[goods.Edition]int{"HS2012": 5206, "HS2017": 5388, "HS2022": 5613} {
		if len(seen[e]) != want {
			t.Errorf("%s: %d codes in families, want %d", e, len(seen[e]), want)
		}
	}
}

// Of gives the same family for every member of a family and for the CN codes below it; predecessors lie in
// the family of their successor; families over fewer editions lie within those over more.
func TestFamilyProperties(t *testing.T) {
	table := goods.Families()
	all := table.All()
	pair := goods.FamiliesBetween("HS2017", "HS2022")
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(all).Draw(t, "family")
		for _, e := range table.Editions() {
			for _, c := range f.Members[e] {
				below := c + goods.Code(rapid.StringMatching(`[0-9]{0,4}`).Draw(t, "below"))
				if g, ok := table.Of(e, below); !ok || g.ID != f.ID {
					t.Fatalf("%s of %s is in %s, not %s", below, e, g.ID, f.ID)
				}
				for _, p := range table.Predecessors("HS2012", e, c) {
					if !slices.Contains(f.Members["HS2012"], p) {
						t.Fatalf("%s, before %s of %s, is outside %s", p, c, e, f.ID)
					}
				}
				if g, ok := pair.Of(e, c); ok {
					for _, inner := range g.Members[e] {
						if !slices.Contains(f.Members[e], inner) {
							t.Fatalf("%s over two editions reaches out of %s over three", g.ID, f.ID)
						}
					}
				}
			}
		}
	})
}

func TestChanges(t *testing.T) {
	into := map[goods.Code]bool{}
	for _, c := range goods.Changes() {
		into[c.Into] = true
		if c.Reason == "" || !goods.Known(c.Newer) || !goods.Known(c.Older) {
			t.Errorf("change %v lacks a reason or an edition", c)
		}
	}
	for _, c := range []goods.Code{"8549", "8524", "852990", "854151", "854159", "8542"} {
		if !into[c] {
			t.Errorf("no change into %s", c)
		}
	}
}
