package ask

import (
	"reflect"
	"strings"
	"testing"

	"detour/ask/asktest"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/money"
	"detour/trade/provenance"
)

var plain = Account{From: "EU27", To: "neighbours", Goods: "all", Months: "2022", Base: "2021", Baseline: "same-month", Level: 0.9}

func env() Env {
	return Env{Snapshot: &lake.Snapshot{}, Groups: area.BuiltIn(), Rates: money.Embedded()}
}

func accountAsked(t *testing.T, e Env, a Account) string {
	t.Helper()
	q, err := a.Question(e)
	if err != nil {
		t.Fatal(err)
	}
	return asktest.Shown(t, a.asked(e, q, map[bool]string{true: "net", false: a.Sum}[a.Sum == ""]))
}

func marketsAsked(t *testing.T, e Env, m Markets) string {
	t.Helper()
	q, err := m.Question(e)
	if err != nil {
		t.Fatal(err)
	}
	return asktest.Shown(t, m.asked(e, q.Question))
}

func flowsAsked(t *testing.T, e Env, f Flows) string {
	t.Helper()
	q, err := f.Question(e)
	if err != nil {
		t.Fatal(err)
	}
	return asktest.Shown(t, f.asked(e, q.Question))
}

func TestAnswersStateAllThatTheyWereAsked(t *testing.T) {
	t.Run("account", func(t *testing.T) {
		a := plain
		asktest.Changes(t, reflect.ValueOf(&a).Elem(), func() string { return accountAsked(t, env(), a) })
	})
	t.Run("markets", func(t *testing.T) {
		m := Markets{Account: plain, Above: "10m", Growth: "2"}
		asktest.Changes(t, reflect.ValueOf(&m).Elem(), func() string { return marketsAsked(t, env(), m) },
			"Baseline", "Comparison", "Measure", "By", "Digits", "Sum", "Event", "Specifications", "Level")
	})
	t.Run("flows", func(t *testing.T) {
		f := Flows{Account: plain, Dimensions: "hub"}
		asktest.Changes(t, reflect.ValueOf(&f).Elem(), func() string { return flowsAsked(t, env(), f) },
			"Base", "Baseline", "Comparison", "Missing", "Measure", "By", "Sum", "Event", "Specifications", "Level")
	})
}

// The release asked for and the user's own files are part of every question, with the digest of their bytes.
func TestAnswersStateWhatTheLakeWasAskedWith(t *testing.T) {
	bare, e := env(), env()
	e.Snapshot = &lake.Snapshot{AsOf: "2023-01-31"}
	e.GroupsFile, e.RatesFile = provenance.Bytes{Name: "g.csv", SHA256: "aa"}, provenance.Bytes{Name: "r.csv", SHA256: "bb"}
	for name, ask := range map[string]func(Env) string{
		"account": func(e Env) string { return accountAsked(t, e, plain) },
		"markets": func(e Env) string { return marketsAsked(t, e, Markets{Account: plain}) },
		"flows":   func(e Env) string { return flowsAsked(t, e, Flows{Account: plain}) },
	} {
		for _, says := range []string{`"as_of": "2023-01-31"`, `"groups": "g.csv"`, `"groups_sha256": "aa"`, `"rates": "r.csv"`, `"rates_sha256": "bb"`} {
			if !strings.Contains(ask(e), says) {
				t.Errorf("%s does not state %s", name, says)
			}
			left := says[:strings.Index(says, ":")] + ": null"
			if !strings.Contains(ask(bare), left) {
				t.Errorf("%s without it does not state %s", name, left)
			}
		}
	}
}
