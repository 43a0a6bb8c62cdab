package series

import (
	"maps"
	"slices"

	"detour/detect/cover"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// coverPlans limits each plan to the hubs and goods that its data set covers in every slot compared, on
// both sides: one that is held on one side only would be taken for trade from nothing, or to nothing. What
// is left out is named. NotFound where a plan has nothing left.
func (r *Reader) coverPlans() error {
	for _, p := range r.groupReports() {
		sides := r.comparedSides(p)
		hubs, lacking := split(r.Hubs, func(h area.Code) bool {
			return cover.InEach(p.Census, sides, func(b flow.Block) bool { return flow.CoversArea(b.Partners, h) })
		})
		p.hubs = hubs
		if len(lacking) > 0 {
			r.Caveatf(caveat.NotHeld, p.Dataset, "%s are not held in every period compared, and are left out: %s", r.Q.tradeWith(), Few(lacking))
		}
		r.coverGoods(&p, sides)
		if len(p.hubs) == 0 || len(p.levels) == 0 {
			return fault.Errorf(fault.NotFound, "%s does not hold the hubs and goods asked in every period compared", p.Dataset).Hint("`detour data` shows what is held")
		}
		r.plans = append(r.plans, p)
	}
	return nil
}

// comparedSides lists the periods of the slots that some exporter of the plan keeps, both sides.
func (r *Reader) comparedSides(p Plan) []period.Period {
	w := r.Windows[p.Annual]
	var out []period.Period
	for i, s := range w.Slots {
		kept := slices.ContainsFunc(p.Reporters, func(c area.Code) bool { return w.Dropped[c] == nil || !w.Dropped[c][i] })
		if kept {
			out = append(append(out, s), w.BasePeriods(i)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func split[T any](list []T, in func(T) bool) (kept, rest []T) {
	for _, v := range list {
		if in(v) {
			kept = append(kept, v)
		} else {
			rest = append(rest, v)
		}
	}
	return kept, rest
}

// coverGoods keeps the terms that the plan's data set covers, and says which it lacks, and which it
// answers by those codes below them that it lists.
func (r *Reader) coverGoods(p *Plan, sides []period.Period) {
	if r.Q.Goods.All() {
		return
	}
	kept := map[int][]goods.Term{}
	var partly []goods.Code
	for _, n := range slices.Sorted(maps.Keys(p.levels)) {
		for _, t := range p.levels[n] {
			if !cover.InEach(p.Census, sides, func(b flow.Block) bool { return cover.StatesTerm(b, n, t) }) {
				continue
			}
			kept[n] = append(kept[n], t)
			if n > flow.Level(t.Code) && !cover.InEach(p.Census, sides, func(b flow.Block) bool { return len(b.Goods) == 0 && slices.Contains(b.Levels, n) }) {
				partly = append(partly, t.Code)
			}
		}
	}
	p.levels = kept
	if lacking := r.lackingTerms(kept); len(lacking) > 0 {
		r.Caveatf(caveat.NotHeld, p.Dataset, "%d of %d codes asked are not held in every period compared, and are not counted: %s", len(lacking), len(r.terms), Few(lacking))
	}
	if len(partly) > 0 {
		r.Caveatf(caveat.NotHeld, p.Dataset, "%d headings asked are the sums of those codes below them that the data set lists, which may not be all: %s", len(partly), Few(partly))
	}
}

func (r *Reader) lackingTerms(kept map[int][]goods.Term) []goods.Code {
	served := map[goods.Term]bool{}
	for _, terms := range kept {
		for _, t := range terms {
			served[t] = true
		}
	}
	var out []goods.Code
	for _, t := range r.terms {
		if !served[t] {
			out = append(out, t.Code)
		}
	}
	return out
}
