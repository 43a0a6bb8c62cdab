package area

import (
	"slices"
	"strings"
	"testing"

	"detour/fault"
)

func TestTableIsWhole(t *testing.T) {
	areas := All()
	if !slices.IsSortedFunc(areas, func(a, b Area) int { return strings.Compare(string(a.Code), string(b.Code)) }) {
		t.Error("the table is not sorted by code")
	}
	iso := 0
	for _, a := range areas {
		if a.Labels.EN == "" || a.Labels.DE == "" || a.Labels.FR == "" {
			t.Errorf("%s lacks a label", a.Code)
		}
		for _, label := range []string{a.Labels.EN, a.Labels.DE, a.Labels.FR} {
			if found, ok := ByLabel(label); !ok || found.Code != a.Code {
				t.Errorf("label %q of %s gives %q", label, a.Code, found.Code)
			}
		}
		if a.Alpha3 != "" {
			iso++
			if len(a.Code) != 2 || len(a.Alpha3) != 3 || a.M49 == 0 || len(a.Comext) == 0 {
				t.Errorf("%s has alpha-3 %q, M49 %d, Comext %v", a.Code, a.Alpha3, a.M49, a.Comext)
			}
		}
		if !slices.IsSorted(a.Members) || (a.Members != nil && !a.IsAggregate()) {
			t.Errorf("%s has members %v", a.Code, a.Members)
		}
		for _, m := range a.Members {
			if member, ok := Lookup(m); !ok || member.Kind != Country {
				t.Errorf("%s has the member %s, which is no country", a.Code, m)
			}
		}
		if a.IsAggregate() && len(a.Code) < 3 {
			t.Errorf("the aggregate %s has a code that could be ISO's", a.Code)
		}
	}
	// ISO 3166-1 lists 249 areas; Kosovo and the former Netherlands Antilles come on top.
	if want := 249 + 2; iso != want {
		t.Errorf("%d areas have an alpha-3 code, want %d", iso, want)
	}
}

func TestTableRefusesWhatIsAmbiguous(t *testing.T) {
	head := strings.Join(header, ",") + "\n"
	for name, text := range map[string]string{
		"header":       "code,label\n",
		"code twice":   head + "AA,,,,country,A,A,A,,\nAA,,,,country,B,B,B,,\n",
		"label twice":  head + "AA,,,,country,A,A,A,,\nBB,,,,country,B,B,B,a,\n",
		"m49 twice":    head + "AA,,4,,country,A,A,A,,\nBB,,5 4,,country,B,B,B,,\n",
		"comext twice": head + "AA,,,XX,country,A,A,A,,\nBB,,,XX,country,B,B,B,,\n",
		"kind":         head + "AA,,,,planet,A,A,A,,\n",
		"number":       head + "AA,,four,,country,A,A,A,,\n",
		"short line":   head + "AA,,,,country\n",
	} {
		if _, err := readTable(text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestCodesOfOtherSystems(t *testing.T) {
	type find = func() (Area, bool)
	comext := func(c string) find { return func() (Area, bool) { return ByComext(c) } }
	m49 := func(n int) find { return func() (Area, bool) { return ByM49(n) } }
	alpha3 := func(c string) find { return func() (Area, bool) { return ByAlpha3(c) } }
	for _, c := range []struct {
		name string
		find find
		want Code
	}{
		{"GR", comext("GR"), "GR"}, {"EL", comext("EL"), "GR"}, {"XS", comext("XS"), "RS"}, {"XK", comext("XK"), "XK"},
		{"GB", comext("GB"), "GB"}, {"XU", comext("XU"), "GB"}, {"XI", comext("XI"), "XI"}, {"XC", comext("XC"), "XC"},
		{"AN", comext("AN"), "AN"}, {"QA", comext("QA"), "QA"}, {"QX", comext("QX"), "QX"}, {"lower", comext("gr"), ""},
		{"INT", comext("INT_EU27_2020"), "INTRA-EU27"}, {"INTRA", comext("EU27_2020_INTRA"), "INTRA-EU27"},
		{"EU27", comext("EU27_2020"), "EU27"}, {"crimea", comext("UA-43"), ""},
		{"0", m49(0), "WORLD"}, {"840", m49(840), "US"}, {"842", m49(842), "US"}, {"250", m49(250), "FR"}, {"251", m49(251), "FR"},
		{"578", m49(578), "NO"}, {"579", m49(579), "NO"}, {"756", m49(756), "CH"}, {"757", m49(757), "CH"},
		{"356", m49(356), "IN"}, {"699", m49(699), "IN"}, {"158", m49(158), "TW"}, {"490", m49(490), "TW"},
		{"860", m49(860), "UZ"}, {"51", m49(51), "AM"}, {"899", m49(899), "AREAS-NES"}, {"837", m49(837), "BUNKERS"},
		{"838", m49(838), "FREE-ZONES"}, {"839", m49(839), "SPECIAL-CATEGORIES"}, {"577", m49(577), "NES-577"}, {"492", m49(492), "MC"}, {"1", m49(1), ""},
		{"KAZ", alpha3("KAZ"), "KZ"}, {"TWN", alpha3("TWN"), "TW"}, {"XKX", alpha3("XKX"), "XK"}, {"empty", alpha3(""), ""},
	} {
		if a, ok := c.find(); a.Code != c.want || ok != (c.want != "") {
			t.Errorf("%s gives %q, want %q", c.name, a.Code, c.want)
		}
	}
	if a, _ := Lookup("US"); a.M49 != 840 {
		t.Errorf("M49 of US is %d, want the official 840", a.M49)
	}
}

func TestKinds(t *testing.T) {
	for code, want := range map[Code]Kind{
		"RU": Country, "XK": Country, "UA-43": Territory, "XI": Territory, "HK": Territory,
		"QP": Special, "QZ": Special, "NES-577": Special, "EU27": Aggregate, "WORLD": Aggregate, "EXTRA-EU27": Aggregate,
	} {
		a, ok := Lookup(code)
		if !ok || a.Kind != want || a.IsSpecial() != (want == Special) || a.IsAggregate() != (want == Aggregate) {
			t.Errorf("%s is a %s (found: %v), want %s", code, a.Kind, ok, want)
		}
	}
	if len(Special.String()) == 0 || Special.String() == Aggregate.String() {
		t.Error("kinds are not told apart in words")
	}
}

func TestOccupiedRegionsAreNotRussiaNorUkraine(t *testing.T) {
	for label, want := range map[string]Code{
		"Crimea": "UA-43", "Sevastopol": "UA-40", "Donetsk": "UA-14", "Luhansk": "UA-09", "Zaporizhzhia": "UA-23", "Kherson": "UA-65",
	} {
		if a, _ := ByLabel(label); a.Code != want || a.Kind != Territory {
			t.Errorf("%s is %q, a %s", label, a.Code, a.Kind)
		}
	}
}

func TestParse(t *testing.T) {
	for typed, want := range map[string]Code{
		"DE": "DE", "de": "DE", " EL ": "GR", "gr": "GR", "XS": "RS", "kgz": "KG", "276": "DE", "051": "AM", "Germany": "DE",
		"deutschland": "DE", "Weißrussland": "BY", "UK": "GB", "ua-43": "UA-43", "eu27": "EU27", "Extra-EU27": "EXTRA-EU27",
		"World": "WORLD", "QX": "QX", "Türkiye": "TR", "Turkey": "TR", "Viet  Nam": "VN", "Kyrgyz Republic": "KG",
	} {
		if got, err := Parse(typed); err != nil || got != want {
			t.Errorf("%q gives %q, %v; want %q", typed, got, err, want)
		}
	}
	for _, typed := range []string{"", "ZZ", "Narnia", "Korea", "Virgin Islands", "999", "-276", "2760000000", "Micronesia", "Ger"} {
		got, err := Parse(typed)
		if err == nil {
			t.Errorf("%q gives %q, want an error", typed, got)
		}
		if fault.KindOf(err) != fault.BadInput || fault.HintOf(err) == "" {
			t.Errorf("%q: %v is a %s with hint %q", typed, err, fault.KindOf(err), fault.HintOf(err))
		}
	}
}

func TestAggregateOf(t *testing.T) {
	eu, _ := Lookup("EU27")
	backwards := slices.Clone(eu.Members)
	slices.Reverse(backwards)
	if got, ok := AggregateOf(backwards); !ok || got != "EU27" {
		t.Errorf("the members of EU27 give %q", got)
	}
	if got, ok := AggregateOf(append(backwards, "GB")); !ok || got != "EU28" {
		t.Errorf("with GB they give %q", got)
	}
	if got, ok := AggregateOf(eu.Members[1:]); ok {
		t.Errorf("26 of them give %q", got)
	}
	if got, ok := AggregateOf(nil); ok {
		t.Errorf("nobody gives %q", got)
	}
	for code, n := range map[Code]int{"EU27": 27, "EU28": 28, "EA19": 19, "EA20": 20, "EA21": 21, "WORLD": 0, "INTRA-EU27": 0} {
		if a, ok := Lookup(code); !ok || len(a.Members) != n {
			t.Errorf("%s has %d members, want %d", code, len(a.Members), n)
		}
	}
}
