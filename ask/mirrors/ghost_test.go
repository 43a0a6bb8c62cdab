package mirrors

import (
	"reflect"
	"strings"
	"testing"

	"detour/ask"
	"detour/ask/asktest"
	"detour/detect/ghost"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/money"
)

func mirrorAsked(t *testing.T, e ask.Env, m Mirror) string {
	t.Helper()
	q, err := m.question(e)
	if err != nil {
		t.Fatal(err)
	}
	return asktest.Shown(t, m.asked(e, q.Question))
}

func ghostAsked(t *testing.T, e ask.Env, g Ghost) string {
	t.Helper()
	q, err := g.question(e)
	if err != nil {
		t.Fatal(err)
	}
	return asktest.Shown(t, g.asked(e, ghost.Question{Question: q, Level: g.Level}))
}

// Every parameter of a ghost account and of a mirror shows in its answer; those of the account that they do not use are not set by any edge.
func TestGhostAnswersStateAllThatTheyWereAsked(t *testing.T) {
	unused := []string{"Baseline", "Comparison", "Measure", "By", "Sum", "Specifications"}
	asked := Mirror{Account: plain, MirrorSource: "office", Cif: "0", Lag: "fit", Dimensions: "exporter,hub"}
	t.Run("mirror", func(t *testing.T) {
		m := asked
		own := []string{`"mirror_source": "office"`, `"cif": "0"`, `"lag": "fit"`, `"by": "exporter,hub"`}
		for _, says := range own {
			if !strings.Contains(mirrorAsked(t, env(), m), says) {
				t.Errorf("the answer does not say %s", says)
			}
		}
		asktest.Changes(t, reflect.ValueOf(&m.Account).Elem(), func() string { return mirrorAsked(t, env(), m) }, append(unused, "Base", "Level")...)
	})
	t.Run("ghost", func(t *testing.T) {
		g := Ghost{Mirror: asked}
		if says := ghostAsked(t, env(), g); !strings.Contains(says, `"base": "2021"`) || !strings.Contains(says, `"level": "0.9"`) || strings.Contains(says, `"by"`) {
			t.Errorf("%s", says)
		}
		asktest.Changes(t, reflect.ValueOf(&g.Account).Elem(), func() string { return ghostAsked(t, env(), g) }, unused...)
	})
}

func env() ask.Env {
	return ask.Env{Snapshot: &lake.Snapshot{}, Groups: area.BuiltIn(), Rates: money.Embedded()}
}

var plain = ask.Account{From: "EU27", To: "neighbours", Goods: "all", Months: "2022", Base: "2021", Baseline: "same-month", Level: 0.9}
