package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"detour/detect/series"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/goods"
)

// Spec is one specification: a combination of baseline, base years, goods and hubs, and what it gives.
type Spec struct {
	Baseline, Base, Goods, Hubs string
	series.Line
	Interval *Interval
	Chosen   bool
}

// variant is one choice of a kind, with the filter that it means.
type variant struct {
	name string
	keep func(series.Observation) bool
}

// specYears lists all base years that a specification may use: the question's, and those before the
// period that the data sets in use hold, up to three back.
func (r *runner) specYears() []int {
	years := r.Q.Years()
	first := min(r.Q.Period.From.Year(), r.Q.Event.Year())
	for y := first - 1; y >= first-3; y-- {
		if !slices.Contains(years, y) && r.holdsYear(y) {
			years = append(years, y)
		}
	}
	slices.Sort(years)
	return years
}

// holdsYear tells whether every reporter's data set covers all slots in year y.
func (r *runner) holdsYear(y int) bool {
	for _, p := range r.Plans() {
		for _, s := range r.Windows[p.Annual].Slots {
			if _, ok := slices.BinarySearch(p.Census.Periods, s.InYear(y)); !ok {
				return false
			}
		}
	}
	return true
}

// specifications computes the other specifications from the one pre-aggregation, the asked one first.
func (r *runner) specifications(ctx context.Context, chosen Baseline, from *series.Raw, main Result) ([]Spec, error) {
	out := []Spec{{Baseline: chosen.ID, Base: r.Q.Base.String(), Goods: r.Q.Goods.String(), Hubs: names(r.Q.To), Line: main.Total, Interval: main.Interval, Chosen: true}}
	for _, b := range r.specBaselines(chosen) {
		for _, years := range r.specBases(b) {
			for _, g := range r.specGoods() {
				for _, h := range r.specHubs() {
					if r.q.Specifications == DefaultSpecs && len(out) >= MostDefaultSpecs {
						return out, nil
					}
					if isChosen(r, chosen, b, years, g, h) {
						continue
					}
					s, ok, err := r.specification(ctx, b, years, g, h, *from)
					if err != nil {
						return nil, err
					}
					if ok {
						out = append(out, s)
					}
				}
			}
		}
	}
	return out, nil
}

func isChosen(r *runner, chosen, b Baseline, years []int, g, h variant) bool {
	return b.ID == chosen.ID && slices.Equal(years, r.Q.Years()) && g.keep == nil && h.keep == nil
}

// specification evaluates one combination; false where the lake does not hold what it needs.
func (r *runner) specification(ctx context.Context, b Baseline, years []int, g, h variant, from series.Raw) (Spec, bool, error) {
	c, err := r.Cube(from, years, func(o series.Observation) bool {
		return (g.keep == nil || g.keep(o)) && (h.keep == nil || h.keep(o))
	})
	if err != nil {
		return Spec{}, false, err
	}
	caveats := r.Caveats
	err = b.run(ctx, r, c, years)
	r.Caveats = caveats // those of another specification are not the answer's
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return Spec{}, false, nil
	}
	if err != nil {
		return Spec{}, false, err
	}
	whole, err := breakdown(c, nil, r.q.Positive)
	if err != nil {
		return Spec{}, false, err
	}
	line, err := whole.sumOf()
	return Spec{Baseline: b.ID, Base: yearsName(b, years), Goods: g.name, Hubs: h.name, Line: line}, true, err
}

func yearsName(b Baseline, years []int) string {
	if b.ID == "trend" {
		return "history"
	}
	if len(years) == 1 {
		return fmt.Sprint(years[0])
	}
	return fmt.Sprintf("%d..%d", years[0], years[len(years)-1])
}

// specBaselines lists the baselines to vary, the chosen one first; mean-of-years is same-month over
// several years and would only repeat it.
func (r *runner) specBaselines(chosen Baseline) []Baseline {
	out := []Baseline{chosen}
	for _, b := range Baselines() {
		if b.ID != chosen.ID && b.ID != "mean-of-years" && (b.ID != "same-month" || chosen.ID != "mean-of-years") {
			out = append(out, b)
		}
	}
	return out
}

// specBases lists the runs of base years to vary: the question's, each single year held, and every run of
// years up to the last.
func (r *runner) specBases(b Baseline) [][]int {
	if b.ID == "trend" {
		return [][]int{r.Q.Years()}
	}
	years := r.specYears()
	out := [][]int{r.Q.Years()}
	add := func(run []int) {
		if !slices.ContainsFunc(out, func(o []int) bool { return slices.Equal(o, run) }) && (b.ID != "mean-of-years" || len(run) > 1) {
			out = append(out, run)
		}
	}
	for i := len(years) - 1; i >= 0; i-- {
		add(years[i : i+1])
	}
	for i := len(years) - 2; i >= 0; i-- {
		if years[len(years)-1]-years[i] == len(years)-1-i {
			add(years[i:])
		}
	}
	return out
}

// specGoods lists the goods to vary: all asked, those without a unit-price threshold, the common high
// priority ones; all: each tier too.
func (r *runner) specGoods() []variant {
	out := []variant{{name: r.Q.Goods.String()}}
	if set, ok := goods.SetByID(ThresholdSet); ok {
		match := thresholdMatch(set)
		out = append(out, variant{"without " + ThresholdSet, func(o series.Observation) bool { return o.Goods != goods.Total && !match(o.Goods) }})
	}
	for _, s := range goods.Sets() {
		if s.ID == "chpl" || r.q.Specifications == AllSpecs && strings.HasPrefix(s.ID, "chpl-") {
			match := thresholdMatch(s)
			out = append(out, variant{"only " + s.ID, func(o series.Observation) bool { return match(o.Goods) }})
		}
	}
	return slices.DeleteFunc(out, func(v variant) bool { return v.keep != nil && !r.servesGoods(v) })
}

// servesGoods tells whether a variant keeps something the question selects, and not all of it.
func (r *runner) servesGoods(v variant) bool {
	some, all := false, true
	for _, t := range r.Terms() {
		kept := v.keep(series.Observation{Goods: t.Code})
		some, all = some || kept, all && kept
	}
	return some && !all
}

// specHubs lists the hubs to vary: all asked, and without Belarus, which may be a target itself; all:
// without each one.
func (r *runner) specHubs() []variant {
	out := []variant{{name: names(r.Q.To)}}
	for _, h := range r.Hubs {
		if len(r.Hubs) > 1 && (h == coTarget || r.q.Specifications == AllSpecs) {
			out = append(out, variant{names(r.Q.To) + " without " + string(h), func(o series.Observation) bool { return o.Hub != h }})
		}
	}
	return out
}

const coTarget area.Code = "BY"

func names(parties []series.Party) string {
	var out []string
	for _, p := range parties {
		out = append(out, p.Name)
	}
	return strings.Join(out, ",")
}
