package ask

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"detour/lake"
	"detour/report"
	"detour/trade/area"
	"detour/trade/money"
	"detour/trade/provenance"
)

// other is another value for each field of the questions: whoever adds a field adds one here, and the answer must show it.
var other = map[string]any{
	"From": "DE", "To": "KZ", "Goods": "8542", "Months": "2022-03", "Base": "2020", "Baseline": "trend", "Comparison": "all", "Missing": "zero",
	"Measure": "kg", "Currency": "NOK", "By": []string{"exporter,hub"}, "Digits": 2, "Sum": "positive@hub", "Source": "comext", "Event": "2022-04",
	"Specifications": "none", "Level": 0.8, "Above": "7m", "Growth": "3", "AsPublished": true, "Dimensions": "month",
}

var plain = Account{From: "EU27", To: "neighbours", Goods: "all", Months: "2022", Base: "2021", Baseline: "same-month", Level: 0.9}

func env() Env {
	return Env{Snapshot: &lake.Snapshot{}, Groups: area.BuiltIn(), Rates: money.Embedded()}
}

// shown writes a question as an answer shows it to machines.
func shown(t *testing.T, facts report.Facts) string {
	t.Helper()
	var out strings.Builder
	if err := report.JSON(&out, report.Report{Question: facts}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func accountAsked(t *testing.T, e Env, a Account) string {
	t.Helper()
	q, err := a.question(e)
	if err != nil {
		t.Fatal(err)
	}
	return shown(t, a.asked(e, q, map[bool]string{true: "net", false: a.Sum}[a.Sum == ""]))
}

func marketsAsked(t *testing.T, e Env, m Markets) string {
	t.Helper()
	q, err := m.question(e)
	if err != nil {
		t.Fatal(err)
	}
	return shown(t, m.asked(e, q.Question))
}

func flowsAsked(t *testing.T, e Env, f Flows) string {
	t.Helper()
	q, err := f.question(e)
	if err != nil {
		t.Fatal(err)
	}
	return shown(t, f.asked(e, q.Question))
}

// key is what the field is called in an answer.
func key(field string) string {
	if field == "Dimensions" {
		return "by"
	}
	var b strings.Builder
	for i, r := range field {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// changes holds that each field of the question at to, which asks itself, shows in the answer. Fields that the question has from an
// Account and does not use are named.
func changes(t *testing.T, to reflect.Value, ask func() string, unused ...string) {
	t.Helper()
	before := ask()
	for _, f := range reflect.VisibleFields(to.Type()) {
		if f.Anonymous {
			continue
		}
		v, ok := other[f.Name]
		if !ok {
			t.Fatalf("there is no other value of %s: add one, and show the field in the answer's question", f.Name)
		}
		field := to.FieldByIndex(f.Index)
		was := reflect.New(field.Type()).Elem()
		was.Set(field)
		field.Set(reflect.ValueOf(v))
		after := ask()
		field.Set(was)
		if slices.Contains(unused, f.Name) {
			if after != before {
				t.Errorf("%s is said to have no part in the question, and is shown", f.Name)
			}
			continue
		}
		if after == before || !strings.Contains(after, `"`+key(f.Name)+`":`) {
			t.Errorf("%s changes, and the question of the answer stays %s", f.Name, after)
		}
	}
}

func TestAnswersStateAllThatTheyWereAsked(t *testing.T) {
	t.Run("account", func(t *testing.T) {
		a := plain
		changes(t, reflect.ValueOf(&a).Elem(), func() string { return accountAsked(t, env(), a) })
	})
	t.Run("markets", func(t *testing.T) {
		m := Markets{Account: plain, Above: "10m", Growth: "2"}
		changes(t, reflect.ValueOf(&m).Elem(), func() string { return marketsAsked(t, env(), m) },
			"Baseline", "Comparison", "Measure", "By", "Digits", "Sum", "Event", "Specifications", "Level")
	})
	t.Run("flows", func(t *testing.T) {
		f := Flows{Account: plain, Dimensions: "hub"}
		changes(t, reflect.ValueOf(&f).Elem(), func() string { return flowsAsked(t, env(), f) },
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
