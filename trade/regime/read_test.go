package regime_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"detour/fault"
	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/regime"
)

const sample = "\ufeff# a comment\r\n" + `list: mine
jurisdiction: EU
act: Act 1
article: 2
annex: III
title: A list
link: https://example.org/1
direction: export
to: RU BY
kind: ban
edition: CN2023
since: <2023-01-01
state: partial 2023-01-01..2023-01-31
state: complete 2023-02-01..
exempt: some
note: a note

from,codes,scope,above,condition,until,more
2023-02-01,8542 85423119,,,,,x
<2023-02-01,8703,value,EUR 50000,"cars, new",2023-03-31,
# another comment
,98,ex,,,,
`

func read(t *testing.T, text string) (*regime.List, error) {
	t.Helper()
	r, err := regime.Regime{}.With(strings.NewReader(text), "mine.list")
	if err != nil {
		return nil, err
	}
	return r.Lists()[0], nil
}

func TestReadList(t *testing.T) {
	got, err := read(t, sample)
	if err != nil {
		t.Fatal(err)
	}
	want := &regime.List{
		ID: "mine", Jurisdiction: "EU", Act: "Act 1", Article: "2", Annex: "III", Title: "A list", Link: "https://example.org/1",
		Direction: regime.Export, To: []area.Code{"BY", "RU"}, Kind: regime.Ban, Edition: "CN2023", Since: regime.Bound{Day: 20230101, Latest: true},
		Known: []regime.Known{
			{Span: regime.Span{From: 20230101, Until: 20230131}, State: regime.Partial},
			{Span: regime.Span{From: 20230201}, State: regime.Complete},
		},
		Exempt: []string{"some"}, Notes: []string{"a note"},
		Items: []regime.Item{
			{Code: "8542", Scope: regime.Whole, From: regime.Bound{Day: 20230201}},
			{Code: "85423119", Scope: regime.Whole, From: regime.Bound{Day: 20230201}},
			{Code: "8703", Scope: regime.AboveValue, Above: regime.Value{Units: 50000, Currency: "EUR"}, Condition: "cars, new", From: regime.Bound{Day: 20230201, Latest: true}, Until: 20230331},
			{Code: "98", Scope: regime.Ex},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Each mistake is bad input that names the file and the line.
func TestReadRefuses(t *testing.T) {
	for name, c := range map[string]struct{ old, by, place string }{
		"unknown key":      {"annex: III", "anex: III", "line 6: anex"},
		"key twice":        {"annex: III", "article: 3", "line 6: article stands twice"},
		"no value":         {"annex: III", "annex:", "line 6"},
		"no act":           {"act: Act 1\n", "", "the head has no act"},
		"direction":        {"direction: export", "direction: out", "line 9: direction"},
		"area":             {"to: RU BY", "to: RU XQ", "line 10: to"},
		"kind":             {"kind: ban", "kind: bann", "line 11: kind"},
		"edition":          {"edition: CN2023", "edition: CN1999", "line 12: edition"},
		"day":              {"since: <2023-01-01", "since: 2023-02-30", "line 13: since"},
		"state":            {"complete 2023-02-01..", "all 2023-02-01..", "line 15: state"},
		"state's time":     {"complete 2023-02-01..", "complete 2023-02-01", "line 15: state"},
		"states overlap":   {"complete 2023-02-01..", "complete 2023-01-31..", "line 15: state"},
		"no codes column":  {"from,codes", "from,code", "the column codes is missing"},
		"no edition":       {"edition: CN2023\n", "", "no edition"},
		"code":             {"8542 85423119", "8542 854x", "line 20: codes"},
		"no code":          {"8542 85423119", "", "line 20: no codes"},
		"total":            {"8542 85423119", "TOTAL", "line 20: codes"},
		"scope":            {"98,ex", "98,in part", "line 23: scope"},
		"value":            {"EUR 50000", "50000", "line 21: above"},
		"value left out":   {"EUR 50000", "", "line 21: scope value"},
		"value out of use": {"98,ex,", "98,ex,EUR 3", "line 23: scope ex"},
		"until":            {"2023-03-31", "2023-01-31", "line 21: until"},
		"fields":           {",98,ex,,,,", ",98", "record on line"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(sample, c.old) {
				t.Fatal("the sample has no", c.old)
			}
			_, err := read(t, strings.Replace(sample, c.old, c.by, 1))
			if fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), "mine.list") || !strings.Contains(err.Error(), c.place) {
				t.Errorf("%v; want %q", err, c.place)
			}
		})
	}
	r := regime.BuiltIn()
	if _, err := r.With(strings.NewReader(strings.Replace(sample, "list: mine", "list: chpl", 1)), "x"); fault.KindOf(err) != fault.BadInput {
		t.Errorf("a list of a name that exists: %v", err)
	}
}

// A user's list answers like a built-in one, from the day on that it says.
func TestOwnList(t *testing.T) {
	r, err := regime.BuiltIn().With(strings.NewReader(sample), "mine.list")
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[regime.Day]bool{20230131: false, 20230201: true} {
		a, err := r.Covers(regime.Question{Code: "9880", By: "eu", To: "BY", On: day, Direction: regime.Export})
		if err != nil {
			t.Fatal(err)
		}
		// The row of 98 has no date: it holds whenever the list is held, in part or wholly.
		if len(a.Measures) != 1 || a.Measures[0].List.ID != "mine" {
			t.Errorf("%s: %v", day, told(a.Measures))
		}
		if a, err = r.Covers(regime.Question{Code: "85423119", By: "EU", To: "BY", On: day, Direction: regime.Export}); err != nil || (a.Covered == regime.Yes) != want {
			t.Errorf("%s: %s, %v", day, a.Covered, err)
		}
	}
}

func TestCheck(t *testing.T) {
	l, err := read(t, `list: mine
jurisdiction: XX
act: a
title: t
link: l
direction: export
to: *
kind: ban
edition: HS2017

codes,scope,from,until
8517,,2022-01-01,2022-06-30
851712,,2022-06-30,
852491,,2022-01-01,
852580,ex,,
8525,,<2022-01-01,
8541,,2022-01-01,2022-01-31
8541,,2022-02-01,
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []regime.Finding{
		{List: "mine", Code: "851712", What: regime.LostCode, Note: "HS2022 has no such code"},
		{List: "mine", Code: "852580", What: regime.LostCode, Note: "HS2022 has no such code"},
		{List: "mine", Code: "", What: regime.MissingDate, Note: "the day on which the list entered into force is not stated"},
		{List: "mine", Code: "8525", What: regime.MissingDate, Note: "in force by 2022-01-01 at the latest, since when is not stated"},
		{List: "mine", Code: "852580", What: regime.MissingDate, Note: "in force since a day that is not stated"},
		{List: "mine", Code: "852491", What: regime.NoSuchCode, Note: "HS2017 has no such code"},
		{List: "mine", Code: "851712", What: regime.Overlap, Note: "with 8517 of another row"},
	}
	if diff := cmp.Diff(want, l.Check()); diff != "" {
		t.Error(diff)
	}
}

// The built-in lists: what Check finds in them, besides days that have not been read, is in the texts of the law. The EU and
// Norway print 4412 94 and 4418 60, which HS2022 does not have, and Norway 8469; CN2023 divided 9013 80 90.
func TestBuiltInLists(t *testing.T) {
	var odd []string
	for _, l := range regime.BuiltIn().Lists() {
		for _, f := range l.Check() {
			if f.What != regime.MissingDate {
				odd = append(odd, f.List+" "+f.What+" "+string(f.Code))
			}
		}
		if l.Kind != regime.Watch && !strings.HasPrefix(l.Link, "http") {
			t.Errorf("%s has the link %q", l.ID, l.Link)
		}
	}
	want := []string{
		"eu-833-xviii lost code 90138090", "eu-833-xxiii no such code 441294", "eu-833-xxiii no such code 441860",
		"no-ii no such code 846900", "no-xxiii no such code 441860",
	}
	if diff := cmp.Diff(want, odd); diff != "" {
		t.Error(diff)
	}
}

// A code below one that is wholly covered is wholly covered; one above it is never said not to be covered.
func TestCoversIsMonotone(t *testing.T) {
	law := regime.BuiltIn()
	l, _ := law.List("eu-833-xxiii")
	rapid.Check(t, func(t *rapid.T) {
		item := rapid.SampledFrom(l.Items).Draw(t, "item")
		on := rapid.SampledFrom([]regime.Day{20230226, 20230427, 20230623}).Draw(t, "on")
		n := rapid.SampledFrom([]int{2, 4, 6, 8}).Draw(t, "digits")
		q := regime.Question{Code: item.Code.Prefix(n), Edition: "CN2023", By: "EU", To: "RU", On: on, Direction: regime.Export}
		if exists, known := goods.Exists(q.Edition, q.Code); known && !exists {
			return // the two codes of HS2017 that the annex prints
		}
		a, err := law.Covers(q)
		if err != nil {
			t.Fatal(err)
		}
		if a.Covered == regime.No || a.Covered == regime.Unknown || (n >= item.Code.Digits() && item.Scope == regime.Whole && a.Covered != regime.Yes) {
			t.Fatalf("%s on %s: %s", q.Code, on, a.Covered)
		}
	})
}

func FuzzReadList(f *testing.F) {
	f.Add(sample)
	f.Add("list: a\n\ncodes\n85\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := regime.Regime{}.With(strings.NewReader(text), "f")
		if err != nil {
			if fault.KindOf(err) != fault.BadInput || !strings.HasPrefix(err.Error(), "f ") && !strings.Contains(err.Error(), "exists already") {
				t.Fatal(err)
			}
			return
		}
		for _, l := range r.Lists() {
			for _, item := range l.Items {
				if item.Code.Digits() < 2 || (item.Until != 0 && item.Until < item.From.Day) {
					t.Fatal(item)
				}
			}
			l.Check()
		}
	})
}
