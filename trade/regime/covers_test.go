package regime_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"detour/fault"
	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/regime"
)

// Every question of the file was answered by hand from the text of the law, whose act, article and annex it names.
func TestCoversAsTheLawSays(t *testing.T) {
	file, err := os.ReadFile("testdata/questions.csv")
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(file))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 61 {
		t.Fatalf("%d questions", len(rows)-1)
	}
	for _, row := range rows[1:] {
		t.Run(strings.Join(row[:6], " "), func(t *testing.T) {
			on, err := regime.ParseDay(row[4])
			if err != nil {
				t.Fatal(err)
			}
			got, err := regime.BuiltIn().Covers(regime.Question{
				By: row[0], Code: goods.Code(row[1]), Edition: goods.Edition(row[2]), To: area.Code(row[3]), On: on, Direction: regime.Direction(row[5]),
			})
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Covered) != row[6] {
				t.Errorf("covered %s, want %s: %v", got.Covered, row[6], told(got.Measures))
			}
			if row[7] == "" {
				if got.Covered != regime.Partly && len(got.Measures) > 0 {
					t.Errorf("measures where none is wanted: %v", told(got.Measures))
				}
				return
			}
			named := func(m regime.Measure) bool {
				return strings.Contains(m.List.Act, row[7]) && m.List.Article == row[8] && m.List.Annex == row[9] &&
					m.Item.From.String() == row[10] && (row[11] == "" || string(m.Scope) == row[11])
			}
			if !slices.ContainsFunc(got.Measures, named) {
				t.Errorf("no measure is %v: %v", row[7:], told(got.Measures))
			}
		})
	}
}

func told(measures []regime.Measure) []string {
	var out []string
	for _, m := range measures {
		out = append(out, strings.Join([]string{m.List.ID, string(m.Item.Code), string(m.Scope), m.Item.From.String()}, " "))
	}
	return out
}

func TestCoversRefuses(t *testing.T) {
	for _, c := range []struct {
		q    regime.Question
		kind fault.Kind
	}{
		{regime.Question{Code: "851712", By: "EU", To: "RU", On: 20230601, Direction: regime.Export}, fault.BadInput}, // a telephone of HS2017
		{regime.Question{Code: goods.Total, By: "EU", To: "RU", On: 20230601, Direction: regime.Export}, fault.BadInput},
		{regime.Question{Code: "854231", By: "EU", To: "RU", On: 20110601, Direction: regime.Export}, fault.BadInput},
		{regime.Question{Code: "854231", By: "XX", To: "RU", On: 20230601, Direction: regime.Export}, fault.NotFound},
	} {
		if _, err := regime.BuiltIn().Covers(c.q); fault.KindOf(err) != c.kind || fault.HintOf(err) == "" && c.q.Code != goods.Total {
			t.Errorf("%+v: %v", c.q, err)
		}
	}
}

// Articles 12g, 8a, 12gb of Regulation (EU) No 833/2014, 8ga and 8i of Regulation (EC) No 765/2006: when, for what and where.
func TestDuties(t *testing.T) {
	for _, c := range []struct {
		code goods.Code
		to   area.Code
		on   regime.Day
		want string
	}{
		{"854231", "KZ", 20240319, ""},
		{"854231", "KZ", 20240320, "12g"},
		{"854231", "TR", 20250115, "12g 12gb 8a 8ga 8i"},
		{"854231", "TR", 20241226, "12g 12gb 8a 8i"},
		{"854231", "US", 20250115, "8a 8i"},          // partner country
		{"854231", "CH", 20240401, ""},               // partner country since 24 June 2023
		{"854231", "DE", 20250115, ""},               // not an export
		{"854231", "RU", 20250115, "8ga 8i"},         // banned; the duties on Belarus remain
		{"845710", "KZ", 20250115, "12gb 8a 8ga 8i"}, // paragraph 2(a) of Article 12g
		{"845811", "KZ", 20240401, ""},               // in Annex XL since 25 June 2024
		{"880730", "KZ", 20240401, "12g"},            // Annex XI
		{"27101921", "AM", 20240401, "12g"},          // Annex XX
		{"300490", "KZ", 20240401, ""},
	} {
		got, err := regime.BuiltIn().DutiesOn(regime.Question{Code: c.code, By: "EU", To: c.to, On: c.on, Direction: regime.Export})
		if err != nil {
			t.Fatal(err)
		}
		var articles []string
		for _, d := range got {
			articles = append(articles, d.Article)
		}
		slices.Sort(articles)
		if strings.Join(articles, " ") != c.want {
			t.Errorf("%s to %s on %s: %v, want %s", c.code, c.to, c.on, articles, c.want)
		}
	}
}

// The tiers of the list of 23 February 2024; 8548 90 of HS2017 went into 8548 00, among others.
func TestPriority(t *testing.T) {
	for code, want := range map[goods.Code]string{"854231": "1", "851762": "2", "850440": "3.A", "848210": "3.B", "853400": "4.A", "845710": "4.B", "300490": ""} {
		got, err := regime.BuiltIn().Priority(regime.Question{Code: code, On: 20230601})
		if err != nil || got != want {
			t.Errorf("%s: tier %q, %v; want %q", code, got, err, want)
		}
	}
}

// What the EU restricted on 1 July 2025 towards Russia in Annex VII, part B, Norway's Annex IX covers too: none is a difference.
func TestDiff(t *testing.T) {
	got, err := regime.BuiltIn().Diff("EU", "NO", "RU", 20250701, regime.Export)
	if err != nil || len(got) == 0 {
		t.Fatal(got, err)
	}
	for _, d := range got {
		if d.Measure.List.ID == "eu-833-vii-b" {
			t.Errorf("%s is said to be missing in Norway: %s", d.Measure.Item.Code, d.Other.Covered)
		}
		if d.Other.Covered == regime.Yes {
			t.Errorf("%s is covered by Norway", d.Measure.Item.Code)
		}
	}
	if _, err := regime.BuiltIn().Diff("EU", "XX", "RU", 20250701, regime.Export); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}
