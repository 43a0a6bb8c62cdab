package series

import (
	"cmp"
	"slices"
	"strings"

	"detour/detect/cover"
	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
)

// served is how one reporter's trade is read: from one data set, in one frequency, base included.
type served struct {
	dataset string
	annual  bool
	census  *lake.Census
}

// serve finds for each party of q.From who reports for it: its members, or, only if none of them is
// held, an aggregate of exactly the same members.
func (r *Reader) serve() error {
	r.reports = map[area.Code]served{}
	for _, p := range r.Q.From {
		if r.serveEach(p.Members) {
			continue
		}
		if agg, ok := area.AggregateOf(p.Members); ok && r.serveEach([]area.Code{agg}) {
			r.Caveatf(caveat.Aggregated, string(agg), "%s is answered by an aggregate reporter of the same members, not by the members' own reports", p.Name)
			continue
		}
		return fault.Errorf(fault.NotFound, "the lake holds no %s in %s%s that answer %s", r.Q.trade(p.Name, Few(r.Hubs)), r.Q.Goods, r.Q.inMeasure(), r.Q.asked()).
			Hint("`detour data` shows what is held; --source limits what may be used")
	}
	for _, p := range r.Q.From {
		r.notHeld(p)
	}
	return nil
}

func (q Question) asked() string {
	if q.noBase() {
		return q.Period.String()
	}
	return q.Period.String() + " against " + q.Base.String()
}

func (r *Reader) serveEach(members []area.Code) bool {
	found := false
	for _, m := range members {
		if s, ok := r.best(m); ok {
			r.reports[m] = s
			found = true
		}
	}
	return found
}

// notHeld names the members of a party without reports, where others of it have some.
func (r *Reader) notHeld(p Party) {
	var absent []string
	for _, m := range p.Members {
		if _, ok := r.reports[m]; !ok {
			absent = append(absent, string(m))
		}
	}
	if len(absent) > 0 && len(absent) < len(p.Members) {
		r.Caveatf(caveat.NotHeld, strings.Join(absent, " "), "the lake holds no reports of these members of %s", p.Name)
	}
}

// best chooses the data set and frequency that serve a reporter, one out of cover.Order only if none in it can.
func (r *Reader) best(reporter area.Code) (served, bool) {
	listed, rest := cover.InOrder(r.Datasets)
	if s, ok := r.fullest(reporter, listed); ok {
		return s, true
	}
	return r.fullest(reporter, rest)
}

// fullest chooses what covers most of what is asked of the reporter; equals go monthly before annual, then as listed.
func (r *Reader) fullest(reporter area.Code, ids []string) (served, bool) {
	var best served
	bestShare := 0.0
	for _, annual := range []bool{false, true} {
		for _, id := range ids {
			c := r.Census(id)
			if share := r.covered(c, reporter, annual); share > bestShare {
				best, bestShare = served{dataset: id, annual: annual, census: c}, share
			}
		}
	}
	return best, bestShare > 0
}

// covered is the share of the periods asked, base included, in which the data set covers some of the hubs and goods for
// the reporter; 0 unless it covers the reporter on both sides.
func (r *Reader) covered(c *lake.Census, reporter area.Code, annual bool) float64 {
	slots, ok := r.Q.slots(annual)
	if !ok || r.Q.Annual && !annual {
		return 0
	}
	now, then, held, all := false, r.Q.noBase(), 0, 0
	for _, p := range slots {
		for i, side := range r.Q.sidesOf(p) {
			all++
			if !c.Covers(reporter, side) {
				continue
			}
			now, then = now || i == 0, then || i > 0
			if r.answering[c].Covers(reporter, side) {
				held++
			}
		}
	}
	if !now || !then {
		return 0
	}
	return float64(held) / float64(all)
}

// Levels finds at which level of goods the rows answer the selection, term by term, never mixing, see
// cover.Goods.Levels. Nil where a data set cannot answer.
func (r *Reader) Levels(c *lake.Census, annual bool) map[int][]goods.Term {
	key := levelKey{c, annual}
	if known, ok := r.levelsOf[key]; ok {
		return known
	}
	out := cover.Of(c, annual).Levels(r.Q.Goods.All(), r.terms, r.Q.Digits)
	r.levelsOf[key] = out
	return out
}

type levelKey struct {
	census *lake.Census
	annual bool
}

// Plan is reporters that one data set serves in one frequency, with the same hubs and goods. No reporter is in two.
type Plan struct {
	Dataset   string
	Annual    bool
	Census    *lake.Census
	Reporters []area.Code

	answer cover.Answer
}

func comparePlans(a, b *Plan) int {
	annual := map[bool]int{true: 1}
	return cmp.Or(cmp.Compare(a.Dataset, b.Dataset), cmp.Compare(annual[a.Annual], annual[b.Annual]), slices.Compare(a.Reporters, b.Reporters))
}

// Plans lists what each data set in use serves.
func (r *Reader) Plans() []Plan { return slices.Clone(r.plans) }

// Queries are the store's questions for a plan: one for each level, so that levels are never mixed, and for codes that
// are read of other hubs. No two ask for one code: they may all be asked of other partners.
func (r *Reader) Queries(p Plan, partners []area.Code) []lake.Query {
	var out []lake.Query
	for _, part := range p.answer.Parts {
		out = append(out, lake.Query{
			Dataset: p.Dataset, Direction: r.Q.Direction, Reporters: p.Reporters, Partners: partners,
			Goods: part.GoodsFilter, Measures: []flow.Measure{r.Q.Measure},
		})
	}
	return out
}
