package account_test

import (
	"slices"
	"strings"
	"testing"

	"detour/detect/account"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
)

// varied is a lake in which every kind of specification can be answered: five years, two exporters, hubs with
// Belarus among them, and other destinations; 87032319 has a price threshold, 85423190 has high priority.
func varied() seriestest.File {
	months := seriestest.Months(201801, 202212)
	var flows []flow.Flow
	n := int64(0)
	for i, m := range months {
		for _, e := range []area.Code{"DE", "FR"} {
			for _, h := range []area.Code{"AM", "BY", "KZ", "IN"} {
				for _, g := range []goods.Code{"72142000", "87032319", "85423190"} {
					n = (n*1103 + 7) % 997
					flows = append(flows, seriestest.Export(e, h, g, m, 10_000+50*int64(i)+10*n))
				}
			}
		}
	}
	return seriestest.Of(bulk, months, flows...)
}

func variedQuestion(t testing.TB, baseline string) account.Question {
	t.Helper()
	q := two(question(t, "2022-03..2022-11", "2021", baseline))
	q.To = []series.Party{party("hubs", "AM", "BY", "KZ")}
	q.Goods = selection(t, "72,85,87")
	return q
}

func TestSpecifications(t *testing.T) {
	file := varied()
	for _, b := range account.Baselines() {
		q := variedQuestion(t, b.ID)
		if b.ID == "mean-of-years" {
			q.Base = span(t, "2020..2021")
		}
		if r := run(t, q, file); r.Specs != nil {
			t.Errorf("none gives %d", len(r.Specs))
		}
		q.Specifications = account.DefaultSpecs
		r := run(t, q, file)
		if len(r.Specs) != account.MostDefaultSpecs {
			t.Errorf("%s: %d by default", b.ID, len(r.Specs))
		}
		if r.SpecsOf <= len(r.Specs) {
			t.Errorf("%s: %d of %d", b.ID, len(r.Specs), r.SpecsOf)
		}
		first, base := r.Specs[0], q.Base.String()
		if b.ID == "trend" {
			base = "history"
		}
		if !first.Chosen || first.Line != r.Total || first.Interval != r.Interval || first.Baseline != b.ID || first.Base != base || first.Goods != "72,85,87" || first.Hubs != "hubs" {
			t.Errorf("%s: the first is not the question's answer: %+v", b.ID, first)
		}
		seen := map[[4]string]bool{}
		var baselines []string
		for i, s := range r.Specs {
			if s.Chosen != (i == 0) {
				t.Errorf("%s: chosen is %v", b.ID, s)
			}
			key := [4]string{s.Baseline, s.Base, s.Goods, s.Hubs}
			if seen[key] {
				t.Errorf("%s: %v twice", b.ID, key)
			}
			seen[key] = true
			baselines = append(baselines, s.Baseline)
		}
		for _, want := range []string{"same-month", "world-growth", "trend"} { // the cut leaves none of them out
			if !slices.Contains(baselines, want) {
				t.Errorf("%s: no specification of %s", b.ID, want)
			}
		}
		q.Specifications = account.AllSpecs
		if all := run(t, q, file); len(all.Specs) <= account.MostDefaultSpecs || len(all.Specs) != all.SpecsOf {
			t.Errorf("%s: %d of all", b.ID, len(all.Specs))
		}
	}
}

// What the lake cannot answer is named with its reason: no destinations, no history. There are no goods to tell apart.
func TestSpecificationsThatCannotBeAnswered(t *testing.T) {
	x := seriestest.Export
	file := seriestest.Of("comext/DS-045409", months21to22, x("DE", "KZ", code(1), 202203, 9), x("DE", "KZ", code(1), 202103, 4))
	file.Coverage[0].Partners = []area.Code{"AM", "KZ"}
	q := question(t, "2022-03", "2021", "same-month")
	q.Specifications = account.DefaultSpecs
	r := run(t, q, file)
	if len(r.Specs) != 1 || !r.Specs[0].Chosen || r.SpecsOf != 1 {
		t.Errorf("%+v of %d", r.Specs, r.SpecsOf)
	}
	if len(r.SpecsRefused) != 2 {
		t.Fatalf("%+v", r.SpecsRefused)
	}
	for i, want := range []account.Refused{{"world-growth", "2021", "to comparison destinations in 2021-03"}, {"trend", "history", "needs 24 months"}} {
		if got := r.SpecsRefused[i]; got.Baseline != want.Baseline || got.Base != want.Base || !strings.Contains(got.Reason, want.Reason) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// A specification is the answer to its own question.
func TestSpecificationsAreQuestions(t *testing.T) {
	file := varied()
	q := variedQuestion(t, "same-month")
	q.Specifications = account.AllSpecs
	for _, positive := range [][]series.Dimension{nil, {series.Hub, series.Goods}} {
		q.Positive = positive
		answered := 0
		for _, s := range run(t, q, file).Specs {
			alone := q
			alone.Specifications, alone.Baseline = account.NoSpecs, s.Baseline
			if s.Base != "history" {
				alone.Base = span(t, s.Base)
			}
			switch {
			case s.Goods == "without "+account.ThresholdSet:
				alone.Goods = selection(t, "72,854") // headings 8542 and 7214 are the rest
			case s.Goods == "only chpl":
				alone.Goods = selection(t, "chpl")
			case strings.HasPrefix(s.Goods, "only chpl-"):
				continue
			}
			if without, ok := strings.CutPrefix(s.Hubs, "hubs without "); ok {
				if s.Baseline == "world-growth" {
					continue // there the hub left out is still no destination
				}
				alone.To = []series.Party{party("hubs", slices.DeleteFunc([]area.Code{"AM", "BY", "KZ"}, func(h area.Code) bool { return string(h) == without })...)}
			}
			answered++
			if r := run(t, alone, file); r.Total != s.Line {
				t.Errorf("%s %s %s %s: %+v, asked alone %+v", s.Baseline, s.Base, s.Goods, s.Hubs, s.Line, r.Total)
			}
		}
		if answered < 40 {
			t.Errorf("only %d specifications were asked alone", answered)
		}
	}
}

// A set of HS2022 is said in the codes of the base too: what changed its number is followed.
func TestSpecificationsFollowSets(t *testing.T) {
	listed, ok := goods.SetByID("chpl")
	if !ok {
		t.Fatal("no list")
	}
	before, _ := listed.CodesIn("CN2021")
	var renumbered goods.Code // in the base's edition only
	for _, c := range before {
		if exists, known := goods.Exists("HS2022", c.Prefix(6)); known && !exists {
			renumbered = c
		}
	}
	if renumbered == "" {
		t.Fatal("no code of the list had another number in HS2017: the case needs one")
	}
	x := seriestest.Export
	file := seriestest.Of(bulk, months21to22, x("DE", "KZ", renumbered+"00", 202103, 40), x("DE", "KZ", "85423190", 202203, 90), x("DE", "KZ", "72142000", 202203, 5))
	q := question(t, "2022-03", "2021", "same-month")
	q.Specifications = account.DefaultSpecs
	specs := run(t, q, file).Specs
	at := slices.IndexFunc(specs, func(s account.Spec) bool {
		return s.Goods == "only chpl" && s.Baseline == "same-month" && s.Base == "2021"
	})
	if at < 0 || specs[at].Line != line(90, 40, 50) {
		t.Errorf("%+v", specs)
	}
}

// Of other goods a specification takes the growth of its own: here all goods, since nobody else bought iron bars.
func TestSpecificationsWidenWithinTheirGoods(t *testing.T) {
	q := question(t, "2022-03", "2021", "world-growth")
	q.Goods, q.Specifications = selection(t, "25,72,87"), account.DefaultSpecs
	r := run(t, q, seriestest.Of(bulk, months21to22, concat(pair("KZ", "72142000", 3, 100, 300),
		pair("KZ", "87032319", 3, 10, 10), pair("IN", "87032319", 3, 10, 30), pair("IN", "25171010", 3, 10, 20))...))
	wantTotal(t, r, line(310, 250+30, 30))
	at := slices.IndexFunc(r.Specs, func(s account.Spec) bool {
		return s.Baseline == "world-growth" && s.Goods == "without "+account.ThresholdSet
	})
	if at < 0 || r.Specs[at].Line != line(300, 200, 100) {
		t.Errorf("%+v", r.Specs)
	}
}
