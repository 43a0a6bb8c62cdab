// Package asktest holds that an answer states all that it was asked, for the tests of every room of ask.
package asktest

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"detour/report"
)

// other is another value for each field of the questions: whoever adds a field adds one here, and the answer must show it.
var other = map[string]any{
	"From": "DE", "To": "KZ", "Goods": "8542", "Months": "2022-03", "Base": "2020", "Baseline": "trend", "Comparison": "all", "Missing": "zero",
	"Measure": "kg", "Currency": "NOK", "By": []string{"exporter,hub"}, "Digits": 2, "Sum": "positive@hub", "Source": "comext", "Event": "2022-04",
	"Specifications": "none", "Level": 0.8, "Above": "7m", "Growth": "3", "AsPublished": true, "Dimensions": "month",
	"Window": "2022-02..2022-05", "Rule": "hurdle", "Block": 4, "Permutations": 99, "Seed": uint64(7), "Fdr": 0.05, "Season": true, "LeastMonths": 9, "Limit": 3,
}

// Shown writes a question as an answer shows it to machines.
func Shown(t *testing.T, facts report.Facts) string {
	t.Helper()
	var out strings.Builder
	if err := report.JSON(&out, report.Report{Question: facts}); err != nil {
		t.Fatal(err)
	}
	return out.String()
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

// Changes holds that each field of the question at to, which asks itself, shows in the answer. Fields that the question has from an
// Account and does not use are named.
func Changes(t *testing.T, to reflect.Value, ask func() string, unused ...string) {
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
