package area

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"detour/fault"
	"detour/trade/period"
)

func codes(list string) []Code {
	var out []Code
	for c := range strings.FieldsSeq(list) {
		out = append(out, Code(c))
	}
	return out
}

func TestBuiltInGroups(t *testing.T) {
	gs := BuiltIn()
	if got := strings.Join(gs.IDs(), " "); got != "EU EU27 caucasus-central-asia coalition eaeu gateways neighbours" {
		t.Errorf("built in are %s", got)
	}
	for _, id := range gs.IDs() {
		g, _ := gs.Get(id)
		if g.Title == "" {
			t.Errorf("%s has no title", id)
		}
	}
	eu27, _ := Lookup("EU27")
	for _, c := range []struct {
		id   string
		at   period.Period
		want []Code
	}{
		{"neighbours", period.Month(2022, 3), codes("AM BY GE KG KZ UZ")},
		{"gateways", period.Year(2022), codes("AE CN HK RS TR")},
		{"caucasus-central-asia", period.Year(2010), codes("AM AZ GE KG KZ TJ TM UZ")},
		{"eaeu", period.Year(2014), codes("BY KZ RU")},
		{"eaeu", period.Year(2015), codes("AM BY KZ RU")},
		{"eaeu", period.Month(2015, 8), codes("AM BY KG KZ RU")},
		{"eaeu", period.Year(2009), nil},
		{"EU27", period.Year(2010), eu27.Members},
		{"EU", period.Month(2020, 2), eu27.Members},
		{"EU", period.Year(1960), codes("BE DE FR IT LU NL")},
	} {
		g, ok := gs.Get(c.id)
		if got := g.At(c.at); !ok || !slices.Equal(got, c.want) {
			t.Errorf("%s in %s is %v, want %v", c.id, c.at, got, c.want)
		}
	}
}

func TestEuropeanUnionByDate(t *testing.T) {
	eu, _ := BuiltIn().Get("eu")
	for at, want := range map[period.Period]int{
		period.Month(1972, 12): 6, period.Month(1973, 1): 9, period.Month(1981, 1): 10, period.Month(1986, 1): 12, period.Month(1995, 1): 15,
		period.Month(2004, 4): 15, period.Month(2004, 5): 25, period.Month(2007, 1): 27, period.Month(2013, 6): 27, period.Month(2013, 7): 28,
		period.Year(2013): 27, period.Month(2020, 1): 28, period.Year(2020): 28, period.Month(2020, 2): 27, period.Month(2025, 1): 27,
	} {
		if got := len(eu.At(at)); got != want {
			t.Errorf("%d members in %s, want %d", got, at, want)
		}
	}
}

func TestCoalitionHoldsTheUnion(t *testing.T) {
	eu, _ := BuiltIn().Get("EU")
	coalition, _ := BuiltIn().Get("coalition")
	others := codes("AU CA CH GB IS JP KR LI NO NZ TW US")
	for y := 2005; y <= 2025; y++ {
		for m := 1; m <= 12; m++ {
			at := period.Month(y, m)
			want := append(eu.At(at), others...)
			if y >= 2021 {
				want = append(want, "XI")
			}
			slices.Sort(want)
			if want = slices.Compact(want); !slices.Equal(coalition.At(at), want) {
				t.Fatalf("in %s the coalition is %v, want %v", at, coalition.At(at), want)
			}
		}
	}
}

func TestResolve(t *testing.T) {
	eu27, _ := Lookup("EU27")
	at := period.Month(2022, 3)
	for list, want := range map[string][]Code{
		"neighbours":                         codes("AM BY GE KG KZ UZ"),
		"Neighbours, TR":                     codes("AM BY GE KG KZ TR UZ"),
		"KZ,Kazakhstan, kaz,398":             codes("KZ"),
		"EU27":                               eu27.Members,
		"eu":                                 eu27.Members,
		"EA20,WORLD":                         codes("EA20 WORLD"),
		"Korea, Republic of (South Korea)":   codes("KR"),
		"Congo,Benin":                        codes("BJ CG"),
		"gateways,neighbours,EL,Deutschland": codes("AE AM BY CN DE GE GR HK KG KZ RS TR UZ"),
	} {
		if got, err := BuiltIn().Resolve(list, at); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q gives %v, %v; want %v", list, got, err, want)
		}
	}
	_, err := BuiltIn().Resolve("neighbours,Narnia", at)
	if fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), `"Narnia"`) || !strings.Contains(fault.HintOf(err), "caucasus-central-asia, coalition") {
		t.Errorf("an unknown name: %v, hint %q", err, fault.HintOf(err))
	}
	for _, list := range []string{"", "KZ,,TR", "KZ,"} {
		if got, err := BuiltIn().Resolve(list, at); fault.KindOf(err) != fault.BadInput || err == nil {
			t.Errorf("%q gives %v, %v", list, got, err)
		}
	}
	if got, err := BuiltIn().Resolve("eaeu", period.Year(2005)); err == nil || !strings.Contains(err.Error(), "eaeu has no members in 2005") {
		t.Errorf("a group before its time gives %v, %v", got, err)
	}
}

func TestOwnGroups(t *testing.T) {
	file := "\ufeffnote,until,area,from,group\n" +
		"x,,Kazakhstan,,my-hubs\n" +
		"x,2022-02,TUR,2020-01,my-hubs\n" +
		"x,,TR,2023-05,My-Hubs\n" +
		"x,,UA-43,,occupied\n"
	gs, err := BuiltIn().With(strings.NewReader(file), "mine.csv")
	if err != nil {
		t.Fatal(err)
	}
	g, ok := gs.Get("MY-HUBS")
	if !ok || g.ID != "my-hubs" || !strings.Contains(g.Title, "mine.csv") {
		t.Errorf("the group is %+v", g)
	}
	for at, want := range map[period.Period]string{
		period.Month(2019, 12): "KZ", period.Month(2020, 1): "KZ TR", period.Month(2022, 2): "KZ TR", period.Month(2022, 3): "KZ", period.Month(2023, 5): "KZ TR",
	} {
		if got := g.At(at); !slices.Equal(got, codes(want)) {
			t.Errorf("in %s it is %v, want %s", at, got, want)
		}
	}
	if got := len(gs.IDs()); got != len(BuiltIn().IDs())+2 {
		t.Errorf("the catalogue holds %d groups", got)
	}
	if _, ok := BuiltIn().Get("my-hubs"); ok {
		t.Error("the built-in catalogue was changed")
	}
	if got, err := gs.Resolve("occupied,my-hubs", period.Year(2022)); err != nil || !slices.Equal(got, codes("KZ TR UA-43")) {
		t.Errorf("resolved to %v, %v", got, err)
	}
}

func TestOwnGroupsThatAreWrong(t *testing.T) {
	head := "group,area,from,until\n"
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "column group is missing"},
		{"header", "group,country\n", "column area is missing"},
		{"area", head + "mine,KZ,,\nmine,Narnia,,\n", `mine.csv line 3, column area: unknown area "Narnia"`},
		{"aggregate", head + "mine,EU27,,\n", "EU27 is an aggregate"},
		{"year", head + "mine,KZ,2015,\n", `line 2, column from: "2015" is a year`},
		{"date", head + "mine,KZ,,soon\n", `line 2, column until: period "soon"`},
		{"backwards", head + "mine,KZ,2020-02,2020-01\n", "column until: 2020-01 is before 2020-02"},
		{"twice", head + "mine,KZ,2020-02,\nmine,KZ,,2020-02\n", "line 3, column area: KZ belongs to mine twice"},
		{"built in", head + "eu27,KZ,,\n", "the group EU27 exists already"},
		{"code", head + "de,DE,,\n", "the group de has the code of Germany"},
		{"space", head + "my hubs,KZ,,\n", `the name "my hubs"`},
		{"no name", head + ",KZ,,\n", `the name ""`},
		{"fields", head + "mine,KZ\n", "wrong number of fields"},
		{"quote", head + "mine,\"KZ,,\n", "mine.csv: "},
	} {
		gs, err := BuiltIn().With(strings.NewReader(c.text), "mine.csv")
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.BadInput || !strings.HasPrefix(err.Error(), "mine.csv") {
			t.Errorf("%s: %v (a %s), want %q", c.name, err, fault.KindOf(err), c.want)
		}
		if len(gs.IDs()) != 0 {
			t.Errorf("%s: groups %v beside the error", c.name, gs.IDs())
		}
	}
	_, err := BuiltIn().With(iotest.ErrReader(errors.New("disk gone")), "mine.csv")
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

func FuzzGroupsFile(f *testing.F) {
	f.Add("group,area,from,until\nmine,KZ,2015-01,\n")
	f.Add("\ufeffarea,group\nDE,mine\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		gs, err := Groups{}.With(strings.NewReader(text), "mine.csv")
		if err != nil {
			if fault.KindOf(err) != fault.BadInput {
				t.Fatalf("%v is a %s", err, fault.KindOf(err))
			}
			return
		}
		for _, id := range gs.IDs() {
			g, ok := gs.Get(id)
			if !ok {
				t.Fatalf("group %q is listed and not found", id)
			}
			if members := g.At(period.Year(2022)); len(slices.Compact(members)) != len(g.At(period.Year(2022))) {
				t.Fatalf("%v holds somebody twice", members)
			}
		}
	})
}
