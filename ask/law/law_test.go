package law_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"detour/ask/law"
	"detour/fault"
	"detour/report"
	"detour/trade/regime"
)

// The keys of an answer that programs rely on, and their order.
func TestCoversKeys(t *testing.T) {
	r, err := law.Covers{Code: "8703", To: "RU", On: "2023-01-15", By: "EU", Direction: "export"}.Run(regime.BuiltIn())
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := report.JSON(&text, r); err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Covered  string
		Measures []map[string]any
	}
	if err := json.Unmarshal(text.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"jurisdiction": "EU", "act": "Regulation (EU) No 833/2014", "article": "3h", "annex": "XVIII", "code": "8703", "scope": "value",
		"from": "2022-03-16", "until": nil, "link": "http://data.europa.eu/eli/reg/2014/833/2022-12-04", "above": "EUR 50000",
	}
	if answer.Covered != "partly" || len(answer.Measures) != 1 {
		t.Fatalf("%+v", answer)
	}
	for key, value := range want {
		if got, there := answer.Measures[0][key]; !there || got != value {
			t.Errorf("%s is %v, want %v", key, got, value)
		}
	}
}

// Every list says how much of it is held; one that says nothing is absent.
func TestListsStateCoverage(t *testing.T) {
	r, err := law.Lists(regime.BuiltIn(), "")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := report.CSV(&text, r, "coverage"); err != nil {
		t.Fatal(err)
	}
	for _, l := range regime.BuiltIn().Lists() {
		if !strings.Contains(text.String(), ","+l.ID+"\n") {
			t.Errorf("%s has no state", l.ID)
		}
	}
	for _, line := range []string{
		`GB,Russia (Sanctions) (EU Exit) Regulations 2019 (SI 2019/855),Schedules to Part 5 (trade),export,absent,,,gb-855`,
		`EU,Regulation (EU) No 833/2014,XXIII,export,complete,2023-02-26,2023-06-23,eu-833-xxiii`,
	} {
		if !strings.Contains(text.String(), line+"\n") {
			t.Errorf("the coverage lacks %s", line)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []law.Covers{
		{Code: "x", To: "RU", On: "2023-01-15", By: "EU", Direction: "export"},
		{Code: "8703", To: "Atlantis", On: "2023-01-15", By: "EU", Direction: "export"},
		{Code: "8703", To: "RU", On: "2023-01", By: "EU", Direction: "export"},
		{Code: "8703", To: "RU", On: "2023-01-15", By: "EU", Direction: "up"},
	} {
		if _, err := c.Run(regime.BuiltIn()); fault.KindOf(err) != fault.BadInput {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if _, err := law.Show(regime.BuiltIn(), "no such"); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}
