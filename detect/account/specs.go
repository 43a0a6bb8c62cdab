package account

import (
	"cmp"
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

// Refused is a baseline over base years that the lake cannot answer, and why.
type Refused struct{ Baseline, Base, Reason string }

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

// combination is a specification before it is evaluated.
type combination struct {
	baseline    Baseline
	years       []int
	goods, hubs variant
	away        int // in how many of its choices it departs from the question
}

// specifications computes the other specifications from the one pre-aggregation, the asked one first, then
// those that depart from it in one choice, in two, and so on: what the default cuts off is farthest away.
func (r *runner) specifications(ctx context.Context, chosen Baseline, from series.Raw, out *Result) error {
	for _, k := range r.combinations(chosen, from) {
		switch {
		case k.away == 0:
			out.Specs = append(out.Specs, Spec{Baseline: chosen.ID, Base: yearsName(chosen, k.years), Goods: k.goods.name, Hubs: k.hubs.name, Line: out.Total, Interval: out.Interval, Chosen: true})
		case slices.ContainsFunc(out.SpecsRefused, k.sameBase):
			continue // its goods and hubs are not why
		case r.q.Specifications == DefaultSpecs && len(out.Specs) == MostDefaultSpecs:
		default:
			s, err := r.specification(ctx, k, from)
			if fault.KindOf(err) == fault.NotFound {
				out.SpecsRefused = append(out.SpecsRefused, Refused{k.baseline.ID, yearsName(k.baseline, k.years), err.Error()})
				continue
			}
			if err != nil {
				return err
			}
			out.Specs = append(out.Specs, s)
		}
		out.SpecsOf++
	}
	return nil
}

// sameBase tells whether what was refused has the baseline and the base of the combination.
func (k combination) sameBase(f Refused) bool {
	return f.Baseline == k.baseline.ID && f.Base == yearsName(k.baseline, k.years)
}

func (r *runner) combinations(chosen Baseline, from series.Raw) []combination {
	var out []combination
	goodsAsked, hubsAsked := r.specGoods(from), r.specHubs()
	for _, b := range r.specBaselines(chosen) {
		for _, years := range r.specBases(b, chosen) {
			for _, g := range goodsAsked {
				for _, h := range hubsAsked {
					away := count(b.ID != chosen.ID && (!b.mean || !chosen.mean), !slices.Equal(years, r.Q.Years()), g.keep != nil, h.keep != nil)
					out = append(out, combination{b, years, g, h, away})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b combination) int { return cmp.Compare(a.away, b.away) })
	return out
}

func count(conditions ...bool) int {
	n := 0
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}

// keep is the filter of both variants, nil where all is kept.
func (k combination) keep() func(series.Observation) bool {
	switch {
	case k.goods.keep == nil:
		return k.hubs.keep
	case k.hubs.keep == nil:
		return k.goods.keep
	default:
		return func(o series.Observation) bool { return k.goods.keep(o) && k.hubs.keep(o) }
	}
}

// specification evaluates one combination. NotFound where the lake does not hold what it needs.
func (r *runner) specification(ctx context.Context, k combination, from series.Raw) (Spec, error) {
	for _, y := range k.years {
		if err := r.unrated[y]; err != nil {
			return Spec{}, err
		}
	}
	c, err := r.Cube(from, k.years, k.keep())
	if err != nil {
		return Spec{}, err
	}
	caveats := r.Caveats
	err = k.baseline.run(ctx, r, c, k.years)
	r.Caveats = caveats // those of another specification are not the answer's
	if err != nil {
		return Spec{}, err
	}
	line, err := r.total(c)
	return Spec{Baseline: k.baseline.ID, Base: yearsName(k.baseline, k.years), Goods: k.goods.name, Hubs: k.hubs.name, Line: line}, err
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
		if b.ID != chosen.ID && b.ID != "mean-of-years" {
			out = append(out, b)
		}
	}
	return out
}

// specBases lists the runs of base years to vary: the question's, each single year held, and every run of
// years up to the last. Beside a chosen mean of years, same-month has the single years only.
func (r *runner) specBases(b, chosen Baseline) [][]int {
	if b.ID == "trend" {
		return [][]int{r.Q.Years()}
	}
	years := r.specYears()
	var out [][]int
	add := func(run []int) {
		repeated := slices.ContainsFunc(out, func(o []int) bool { return slices.Equal(o, run) })
		missed := b.ID == "mean-of-years" && len(run) == 1 || b.ID == "same-month" && chosen.ID == "mean-of-years" && len(run) > 1
		if !repeated && !missed {
			out = append(out, run)
		}
	}
	add(r.Q.Years())
	for i := range slices.Backward(years) {
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
// priority ones; all: each tier too. Only what the codes read can tell apart is varied.
func (r *runner) specGoods(from series.Raw) []variant {
	out := []variant{{name: r.Q.Goods.String()}}
	codes := map[goods.Code]bool{}
	for _, o := range from {
		codes[o.Goods] = true
	}
	for _, listed := range goods.Sets() {
		without := listed.ID == ThresholdSet
		only := listed.ID == "chpl" || r.q.Specifications == AllSpecs && strings.HasPrefix(listed.ID, "chpl-")
		if !without && !only {
			continue
		}
		set := r.setOf(listed)
		name := "only "
		if without {
			name = "without "
		}
		if set.Divides(codes) {
			out = append(out, variant{name + listed.ID, func(o series.Observation) bool { return set.Has(o.Goods) == only }})
		}
	}
	return out
}

// specHubs lists the hubs to vary: all asked, and without Belarus, which may be a target itself; all:
// without each one. A hub left out is still none of the destinations that tell world growth.
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
