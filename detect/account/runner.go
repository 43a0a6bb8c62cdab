package account

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// runner is one question on its way to an answer.
type runner struct {
	store lake.Store
	snap  *lake.Snapshot
	rates *money.Rates
	q     Question

	datasets []string
	terms    []goods.Term
	censuses map[string]*lake.Census
	levelsOf map[levelKey]map[int][]goods.Term
	service  service
	hubs     []area.Code
	windows  map[bool]window // by whether annual
	currency money.Currency
	caveats  []caveat.Caveat

	months, byGoods *raw // read once, see byMonth
}

func (r *runner) caveat(code caveat.Code, scope, format string, args ...any) {
	r.caveats = append(r.caveats, caveat.Caveat{Code: code, Scope: scope, Text: fmt.Sprintf(format, args...)})
}

func (r *runner) census(dataset string) *lake.Census {
	c, ok := r.censuses[dataset]
	if !ok {
		made := r.snap.Census(dataset, flow.Export)
		c = &made
		r.censuses[dataset] = c
	}
	return c
}

// begin resolves what the question needs before any figure is read.
func begin(store lake.Store, snap *lake.Snapshot, rates *money.Rates, q Question) (*runner, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	if q.Measure == "" {
		q.Measure = flow.Value
	}
	if q.Event == 0 {
		q.Event = Invasion
	}
	if q.Level == 0 {
		q.Level = 0.9
	}
	r := &runner{store: store, snap: snap, rates: rates, q: q, hubs: members(q.To),
		censuses: map[string]*lake.Census{}, levelsOf: map[levelKey]map[int][]goods.Term{}, windows: map[bool]window{}}
	for _, id := range rankDatasets(snap.Datasets()) {
		if allowed(id, q.Source) {
			r.datasets = append(r.datasets, id)
		}
	}
	if len(r.datasets) == 0 {
		return nil, fault.Errorf(fault.NotFound, "the lake holds no data set of source %q", q.Source).Hint("`detour data` lists what is held")
	}
	r.chooseTerms()
	if err := r.serve(); err != nil {
		return nil, err
	}
	r.chooseWindows()
	if err := r.chooseCurrency(); err != nil {
		return nil, err
	}
	return r, r.checkGoods()
}

// chooseTerms says the goods in the codes of the period and of the base: sets stated in another HS
// edition are followed where that is sound.
func (r *runner) chooseTerms() {
	if r.q.Goods.All() {
		return
	}
	seen := map[goods.Term]bool{}
	for _, p := range r.editionPeriods() {
		e := goods.EditionOf(goods.CN, p)
		terms, absent := r.q.Goods.TermsIn(e)
		for _, t := range terms {
			seen[t] = true
		}
		if len(absent) > 0 {
			r.caveat(caveat.EditionBreak, string(e), "%d codes of the goods asked have no sound counterpart in %s and are not counted there: %s", len(absent), e, few(absent))
		}
	}
	r.terms = slices.SortedFunc(maps.Keys(seen), func(a, b goods.Term) int { return cmp.Compare(a.Code, b.Code) })
	r.terms = slices.DeleteFunc(r.terms, func(t goods.Term) bool {
		return slices.ContainsFunc(r.terms, func(o goods.Term) bool {
			return o != t && !o.Exact && t.Code.Under(o.Code) && (t.Code != o.Code || t.Exact)
		})
	})
}

// editionPeriods are a period of each side, whose editions the goods are said in.
func (r *runner) editionPeriods() []period.Period {
	if r.q.noBase() {
		return []period.Period{r.q.Period.To}
	}
	return []period.Period{r.q.Period.To, r.q.Base.From}
}

// few names the first codes of a list.
func few[T ~string](list []T) string {
	const most = 6
	s := ""
	for i, c := range list[:min(len(list), most)] {
		if i > 0 {
			s += " "
		}
		s += string(c)
	}
	if len(list) > most {
		s += " ..."
	}
	return s
}

// chooseWindows finds the slots of each frequency in use and drops those that either side lacks.
func (r *runner) chooseWindows() {
	for _, s := range r.service.reporters {
		if _, ok := r.windows[s.annual]; !ok {
			slots, _ := r.q.slots(s.annual) // best chose the frequency, so it can say the period
			r.windows[s.annual] = window{slots: slots, years: r.q.years()}
		}
	}
	for annual, w := range r.windows {
		w.dropped = r.drops(w, annual)
		r.windows[annual] = w
		r.sayDropped(w)
	}
	if len(r.windows) > 1 {
		r.caveat(caveat.Method, "", "some exporters are served by annual figures, so the breakdown by month has whole years beside months")
	}
}

// drops tells which slots of each reporter are left out on both sides because a side is missing.
func (r *runner) drops(w window, annual bool) map[area.Code][]bool {
	out := map[area.Code][]bool{}
	for c, s := range r.service.reporters {
		if s.annual != annual {
			continue
		}
		dropped := make([]bool, len(w.slots))
		for i, p := range w.slots {
			for _, side := range append(w.basePeriods(i), p) {
				dropped[i] = dropped[i] || r.lacks(s.census, c, side)
			}
		}
		if slices.Contains(dropped, true) {
			out[c] = dropped
		}
	}
	return out
}

func (r *runner) lacks(c *lake.Census, reporter area.Code, p period.Period) bool {
	switch c.State(reporter, p) {
	case lake.NotHeld:
		return true
	case lake.Missing:
		return !r.q.MissingAsZero
	default:
		return false
	}
}

func (r *runner) sayDropped(w window) {
	for _, c := range slices.Sorted(maps.Keys(r.service.reporters)) {
		s := r.service.reporters[c]
		for i, p := range w.slots {
			for _, side := range append(w.basePeriods(i), p) {
				if s.annual == p.IsYear() {
					r.sayLack(s.census, c, p, side)
				}
			}
		}
	}
}

func (r *runner) sayLack(c *lake.Census, reporter area.Code, slot, side period.Period) {
	switch c.State(reporter, side) {
	case lake.NotHeld:
		r.caveat(caveat.NotHeld, string(reporter), "%s is not held, so %s is left out on both sides", side, slot)
	case lake.Missing:
		if r.q.MissingAsZero {
			r.caveat(caveat.MissingAsZero, string(reporter), "%s was not reported and counts as no trade", side)
		} else {
			r.caveat(caveat.NotReported, string(reporter), "%s was not reported, so %s is left out on both sides", side, slot)
		}
	}
}

// chooseCurrency takes the one asked for, else the sources' own if single, else EUR.
func (r *runner) chooseCurrency() error {
	if r.currency = r.q.Currency; r.currency != "" || r.q.Measure != flow.Value {
		return nil
	}
	var own []string
	for _, p := range r.plans() {
		for _, q := range r.queries(p, r.hubs) {
			q.Windows = r.windows[p.annual].lakeWindows()
			for _, s := range r.snap.Sources(q) {
				own = append(own, s.Currencies...)
			}
		}
	}
	slices.Sort(own)
	if own = slices.Compact(own); len(own) == 1 {
		r.currency = money.Currency(own[0])
	} else {
		r.currency = money.EUR
	}
	return nil
}

// ownCurrency tells whether every figure is stated in the question's currency already.
func (r *runner) ownCurrency() bool {
	for _, s := range r.sources() {
		for _, c := range s.Currencies {
			if money.Currency(c) != r.currency {
				return false
			}
		}
	}
	return true
}

// eachQuery calls f with each of the question's store queries and its window.
func (r *runner) eachQuery(f func(lake.Query, window) error) error {
	for _, p := range r.plans() {
		for _, q := range r.queries(p, r.hubs) {
			if err := f(q, r.windows[p.annual]); err != nil {
				return err
			}
		}
	}
	return nil
}

// sources lists the files that the figures can come from.
func (r *runner) sources() []lake.Segment {
	seen := map[string]lake.Segment{}
	_ = r.eachQuery(func(q lake.Query, w window) error { // f never fails
		q.Windows = w.lakeWindows()
		for _, s := range r.snap.Sources(q) {
			seen[s.Vintage.String()+s.Raw.Name+s.Raw.SHA256] = s
		}
		return nil
	})
	var out []lake.Segment
	for _, k := range slices.Sorted(maps.Keys(seen)) {
		out = append(out, seen[k])
	}
	return out
}

// checkGoods names the codes asked that no data set in use states, and hubs that none covers.
func (r *runner) checkGoods() error {
	for _, p := range r.plans() {
		absent := r.absentTerms(p)
		if len(absent) == len(r.terms) && len(absent) > 0 {
			return fault.Errorf(fault.NotFound, "%s holds none of the goods asked", p.dataset).Hint("`detour data` shows the goods held")
		}
		if len(absent) > 0 {
			r.caveat(caveat.NotHeld, p.dataset, "%d of %d codes asked are not in the data set and are not counted: %s", len(absent), len(r.terms), few(absent))
		}
		if hubs := r.absentHubs(p); len(hubs) == len(r.hubs) {
			return fault.Errorf(fault.NotFound, "%s holds no exports to %s", p.dataset, few(hubs)).Hint("`detour data` shows the partners held")
		} else if len(hubs) > 0 {
			r.caveat(caveat.NotHeld, p.dataset, "no exports to these hubs are held: %s", few(hubs))
		}
	}
	return nil
}

func (r *runner) absentTerms(p plan) []goods.Code {
	served := map[goods.Term]bool{}
	for _, terms := range p.levels {
		for _, t := range terms {
			served[t] = true
		}
	}
	h := heldCodes(p.census, p.annual)
	var out []goods.Code
	for _, t := range r.terms {
		if !served[t] || t.Exact && !h.codes[t.Code] && !h.full[flow.Level(t.Code)] {
			out = append(out, t.Code)
		}
	}
	return out
}

func (r *runner) absentHubs(p plan) []area.Code {
	var out []area.Code
	for _, h := range r.hubs {
		covered := slices.ContainsFunc(p.census.Blocks(), func(b flow.Block) bool { return flow.CoversArea(b.Partners, h) })
		if !covered {
			out = append(out, h)
		}
	}
	return out
}
