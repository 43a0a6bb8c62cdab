package series

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"detour/detect/convert"
	"detour/detect/cover"
	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Reader reads one question. It is used by one goroutine.
type Reader struct {
	Q        Question // with its defaults filled in
	Snap     *lake.Snapshot
	Datasets []string        // that may serve, in order of preference
	Hubs     []area.Code     // the partners: the exporters, where imports are asked about
	Windows  map[bool]Window // by whether annual
	Currency money.Currency
	// Before is the month at which history ends: the event, or the first month asked if that is earlier.
	Before  period.Period
	Caveats []caveat.Caveat

	store     lake.Store
	rates     *money.Rates
	terms     []goods.Term
	answers   [][]*cover.Common
	answering map[*lake.Census]*lake.Census // what of it touches the question
	statedOf  map[*lake.Census]*cover.Stated
	censuses  map[string]*lake.Census
	levelsOf  map[levelKey]map[int][]goods.Term
	reports   map[area.Code]served
	plans     []Plan

	// What is read once, see ByMonth, MonthTotals and GoodsHistory.
	months, totals, byGoods func() (Raw, error)
	used                    map[string]lake.Segment // the files asked so far, see Used
}

// Caveatf adds a reservation to the answer.
func (r *Reader) Caveatf(code caveat.Code, scope, format string, args ...any) {
	r.Caveats = append(r.Caveats, caveat.Caveat{Code: code, Scope: scope, Text: fmt.Sprintf(format, args...)})
}

// Amount says a figure of the question in whole units, which is near enough for a caveat.
func (r *Reader) Amount(n int64) string {
	switch r.Q.Measure {
	case flow.NetMass:
		return fmt.Sprintf("%d kg", n/1000)
	case flow.Quantity:
		return fmt.Sprintf("%d supplementary units", n/1000)
	default:
		return fmt.Sprintf("%s %d", r.Currency, n/100)
	}
}

// Census is what a data set says of the question's direction and measure.
func (r *Reader) Census(dataset string) *lake.Census {
	c, ok := r.censuses[dataset]
	if !ok {
		whole := r.Snap.Census(dataset, r.Q.Direction)
		c = whole.Where(func(b flow.Block) bool { return slices.Contains(b.Measures, r.Q.Measure) })
		r.censuses[dataset], r.answering[c] = c, c.Where(r.asked().Touches)
	}
	return c
}

// Begin resolves what the question needs before any figure is read. NotFound where the lake does not
// hold what is asked.
func Begin(store lake.Store, snap *lake.Snapshot, rates *money.Rates, q Question) (*Reader, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	q.Direction, q.Measure, q.Event = cmp.Or(q.Direction, flow.Export), cmp.Or(q.Measure, flow.Value), cmp.Or(q.Event, Invasion)
	r := &Reader{store: store, Snap: snap, rates: rates, Q: q, Hubs: Members(q.To),
		censuses: map[string]*lake.Census{}, levelsOf: map[levelKey]map[int][]goods.Term{}, answering: map[*lake.Census]*lake.Census{}, statedOf: map[*lake.Census]*cover.Stated{}, Windows: map[bool]Window{},
		Before: min(q.Event, q.Period.Months().From), used: map[string]lake.Segment{}}
	r.Datasets = cover.MayServe(snap.Datasets(), q.Source)
	if len(r.Datasets) == 0 {
		return nil, fault.Errorf(fault.NotFound, "the lake holds no data set of source %q", q.Source).Hint("`detour data` lists what is held")
	}
	r.chooseTerms()
	if err := r.serve(); err != nil {
		return nil, err
	}
	if err := r.chooseWindows(); err != nil {
		return nil, err
	}
	if err := r.coverPlans(); err != nil {
		return nil, err
	}
	r.chooseCurrency()
	if r.Q.Measure == flow.Quantity {
		r.Caveatf(caveat.Method, "units", "supplementary units differ from code to code (pieces, litres, ...): sums over codes with different units say little")
	}
	return r, nil
}

// chooseTerms says the goods in the codes of the period and of the base: sets stated in another HS
// edition are followed where that is sound.
func (r *Reader) chooseTerms() {
	if r.Q.Goods.All() {
		return
	}
	seen := map[goods.Term]bool{}
	for _, p := range r.EditionPeriods() {
		e := goods.EditionOf(goods.CN, p)
		terms, absent := r.Q.Goods.TermsIn(e)
		for _, t := range terms {
			seen[t] = true
		}
		if len(absent) > 0 {
			r.Caveatf(caveat.EditionBreak, string(e), "%d codes of the goods asked have no sound counterpart in %s and are not counted there: %s", len(absent), e, Few(absent))
		}
	}
	r.terms = slices.SortedFunc(maps.Keys(seen), func(a, b goods.Term) int { return cmp.Compare(a.Code, b.Code) })
	r.terms = slices.DeleteFunc(r.terms, func(t goods.Term) bool {
		return slices.ContainsFunc(r.terms, func(o goods.Term) bool {
			return o != t && !o.Exact && t.Code.Under(o.Code) && (t.Code != o.Code || t.Exact)
		})
	})
}

// EditionPeriods are the years of both sides, whose editions the goods are said in.
func (r *Reader) EditionPeriods() []period.Period {
	var out []period.Period
	for y := r.Q.Period.From.Year(); y <= r.Q.Period.To.Year(); y++ {
		out = append(out, period.Year(y))
	}
	for _, y := range r.Q.Years() {
		out = append(out, period.Year(y))
	}
	return out
}

// Few names the first codes of a list.
func Few[T ~string](list []T) string {
	const most = 6
	var few []string
	for _, c := range list[:min(len(list), most)] {
		few = append(few, string(c))
	}
	if len(list) > most {
		few = append(few, "...")
	}
	return strings.Join(few, " ")
}

// chooseWindows finds the slots of each frequency in use and drops those that either side lacks.
// NotFound where nothing is left to compare: missing is not zero.
func (r *Reader) chooseWindows() error {
	for _, s := range r.reports {
		if _, ok := r.Windows[s.annual]; !ok {
			slots, _ := r.Q.slots(s.annual) // best chose the frequency, so it can say the period
			r.Windows[s.annual] = Window{Slots: slots, Years: r.Q.Years()}
		}
	}
	for annual, w := range r.Windows {
		w.Dropped = r.drops(w, annual)
		r.Windows[annual] = w
		r.sayDropped(w)
	}
	if len(r.Windows) > 1 {
		r.Caveatf(caveat.Method, "", "some %ss are served by annual figures, so the breakdown by month has whole years beside months", r.Q.reporter())
	}
	if r.comparesAny() {
		return nil
	}
	if r.Q.noBase() {
		return fault.Errorf(fault.NotFound, "no %s of the question reported %s", r.Q.reporter(), r.Q.asked()).Hint("`detour data` shows the months missing")
	}
	return fault.Errorf(fault.NotFound, "no %s of the question reported both %s and what it is compared with", r.Q.reporter(), r.Q.asked()).
		Hint("`detour data` shows the months missing; --missing zero counts them as no trade")
}

// comparesAny tells whether some exporter keeps a slot.
func (r *Reader) comparesAny() bool {
	for c, s := range r.reports {
		w := r.Windows[s.annual]
		if d := w.Dropped[c]; d == nil || slices.Contains(d, false) {
			return true
		}
	}
	return false
}

// drops tells which slots of each reporter are left out on both sides because a side is missing.
func (r *Reader) drops(w Window, annual bool) map[area.Code][]bool {
	out := map[area.Code][]bool{}
	for c, s := range r.reports {
		if s.annual != annual {
			continue
		}
		if dropped := r.Dropped(s.census, c, w); slices.Contains(dropped, true) {
			out[c] = dropped
		}
	}
	return out
}

// Dropped tells which slots of a window are left out for a reporter, because a side of them is missing.
func (r *Reader) Dropped(c *lake.Census, reporter area.Code, w Window) []bool {
	dropped := make([]bool, len(w.Slots))
	for i, p := range w.Slots {
		for _, side := range append(w.BasePeriods(i), p) {
			dropped[i] = dropped[i] || r.Lacks(c, reporter, side)
		}
	}
	return dropped
}

// state is the census's own, but not held where nothing covers any of the hubs and goods asked.
func (r *Reader) state(c *lake.Census, reporter area.Code, p period.Period) lake.State {
	if a := r.answering[c]; a != nil && !a.Covers(reporter, p) {
		return lake.NotHeld
	}
	return c.State(reporter, p)
}

// Lacks tells whether a reporter's period cannot be compared: it is not held, or was not reported and does
// not count as no trade.
func (r *Reader) Lacks(c *lake.Census, reporter area.Code, p period.Period) bool {
	switch r.state(c, reporter, p) {
	case lake.NotHeld:
		return true
	case lake.Missing:
		return !r.Q.MissingAsZero
	default:
		return false
	}
}

// sayDropped names what is lacking, once for all reporters that lack the same.
func (r *Reader) sayDropped(w Window) {
	lack := map[caveat.Caveat][]area.Code{}
	for _, c := range slices.Sorted(maps.Keys(r.reports)) {
		s := r.reports[c]
		for _, p := range w.Slots {
			for _, side := range r.Q.sidesOf(p) {
				if v := r.lack(s.census, c, p, side); s.annual == p.IsYear() && v.Code != "" && !slices.Contains(lack[v], c) {
					lack[v] = append(lack[v], c)
				}
			}
		}
	}
	for v, reporters := range lack {
		v.Scope = joined(reporters)
		r.Caveats = append(r.Caveats, v)
	}
	r.Caveats = caveat.Merge(r.Caveats)
}

// lack says of a side what it lacks; without a code where it lacks nothing.
func (r *Reader) lack(c *lake.Census, reporter area.Code, slot, side period.Period) caveat.Caveat {
	state := r.state(c, reporter, side)
	switch {
	case state == lake.NotHeld:
		return caveat.Caveat{Code: caveat.NotHeld, Text: fmt.Sprintf("%s is not held%s", side, r.leftOut(slot))}
	case state == lake.Missing && r.Q.MissingAsZero:
		return caveat.Caveat{Code: caveat.MissingAsZero, Text: fmt.Sprintf("%s was not reported and counts as no trade", side)}
	case state == lake.Missing:
		return caveat.Caveat{Code: caveat.NotReported, Text: fmt.Sprintf("%s was not reported%s", side, r.leftOut(slot))}
	}
	return caveat.Caveat{}
}

// leftOut says what follows from a side that is lacking; where there is only one side nothing else does.
func (r *Reader) leftOut(slot period.Period) string {
	if r.Q.noBase() {
		return ""
	}
	return fmt.Sprintf(", so %s is left out on both sides", slot)
}

// chooseCurrency takes the one asked for, else the sources' own if single, else EUR.
func (r *Reader) chooseCurrency() {
	var stated []string
	for _, s := range r.Sources() {
		stated = append(stated, s.Currencies...)
	}
	slices.Sort(stated)
	stated = slices.Compact(stated)
	switch {
	case r.Q.Measure != flow.Value:
	case r.Q.Currency != "":
		r.Currency = r.Q.Currency
	case len(stated) == 1:
		r.Currency = money.Currency(stated[0])
	default:
		r.Currency = money.EUR
	}
	r.sayConversion(stated)
}

// OwnCurrency tells whether no figure needs conversion: every one is stated in the question's currency, or
// the measure is not money.
func (r *Reader) OwnCurrency() bool {
	if r.Q.Measure != flow.Value {
		return true
	}
	for _, s := range r.Sources() {
		for _, c := range s.Currencies {
			if money.Currency(c) != r.Currency {
				return false
			}
		}
	}
	return true
}

// EachQuery calls f with each of the question's store queries and its window. Of missing rates the first is
// named, see Convert.
func (r *Reader) EachQuery(f func(lake.Query, Window) error) error {
	var rates convert.Missing
	for _, p := range r.Plans() {
		for i, q := range r.Queries(p, nil) {
			q.Partners = p.answer.Parts[i].Partners
			if err := rates.Pass(f(q, r.Windows[p.Annual])); err != nil {
				return err
			}
		}
	}
	return rates.Err()
}

// DatasetOf names the data set that serves an exporter of the question.
func (r *Reader) DatasetOf(e area.Code) string { return r.reports[e].dataset }

// Sources lists the files that the figures can come from.
func (r *Reader) Sources() []lake.Segment {
	seen := map[string]lake.Segment{}
	_ = r.EachQuery(func(q lake.Query, w Window) error { // f never fails
		q.Windows = w.LakeWindows()
		for _, s := range r.Snap.Sources(q) {
			seen[segmentKey(s)] = s
		}
		return nil
	})
	return sortedSegments(seen)
}

func segmentKey(s lake.Segment) string {
	return s.Vintage.String() + " " + s.Raw.Name + " " + s.Raw.SHA256
}

func sortedSegments(by map[string]lake.Segment) []lake.Segment {
	var out []lake.Segment
	for _, k := range slices.Sorted(maps.Keys(by)) {
		out = append(out, by[k])
	}
	return out
}

// KeptSlots lists the months of the question that are compared for an exporter; nil where it is served
// by annual figures.
func (r *Reader) KeptSlots(e area.Code) []period.Period {
	s := r.reports[e]
	if s.annual {
		return nil
	}
	w := r.Windows[false]
	out := make([]period.Period, 0, len(w.Slots))
	for i, p := range w.Slots {
		if d := w.Dropped[e]; d == nil || !d[i] {
			out = append(out, p)
		}
	}
	return out
}

// ReportedBefore lists the months before the event that an exporter reported.
func (r *Reader) ReportedBefore(e area.Code) []period.Period {
	var out []period.Period
	census := r.reports[e].census
	for _, m := range census.Periods {
		if !m.IsYear() && m < r.Before && r.state(census, e, m) == lake.Reported {
			out = append(out, m)
		}
	}
	return out
}

// MonthsBefore lists the months before the event that a data set in use covers for some reporter.
func (r *Reader) MonthsBefore() []period.Period {
	var out []period.Period
	for _, s := range r.reports {
		for _, m := range s.census.Periods {
			if !s.annual && !m.IsYear() && m < r.Before {
				out = append(out, m)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// AllReport tells whether no exporter served by monthly figures lacks the month.
func (r *Reader) AllReport(m period.Period) bool {
	for c, s := range r.reports {
		if !s.annual && r.Lacks(s.census, c, m) {
			return false
		}
	}
	return true
}

// Sum asks the store, see lake.Store. Of missing rates the first is named, see Convert.
func (r *Reader) Sum(ctx context.Context, q lake.Query, yield func(*lake.Row) error) error {
	r.note(q)
	return r.sum(ctx, q, yield)
}

// sum is Sum of a query that is noted.
func (r *Reader) sum(ctx context.Context, q lake.Query, yield func(*lake.Row) error) error {
	var rates convert.Missing
	if err := r.store.Sum(ctx, r.Snap, q, func(row *lake.Row) error { return rates.Pass(yield(row)) }); err != nil {
		return err
	}
	return rates.Err()
}

// note remembers the files that the query asks.
func (r *Reader) note(q lake.Query) {
	for _, s := range r.Snap.Sources(q) {
		r.used[segmentKey(s)] = s
	}
}

// Used lists the files that every figure asked for so far can come from.
func (r *Reader) Used() []lake.Segment { return sortedSegments(r.used) }

// sayConversion names the rates where amounts were converted.
func (r *Reader) sayConversion(stated []string) {
	if r.Q.Measure == flow.Value && slices.ContainsFunc(stated, func(c string) bool { return money.Currency(c) != r.Currency }) {
		r.Caveatf(caveat.Currency, string(r.Currency), "amounts are converted by monthly average rates (%s): exchange rates are part of what grew", r.rates.Source())
	}
}

// Convert gives an amount in the question's currency; other measures and the currency itself pass. An error of
// kind NotFound is of a rate that is not held. A function given to Sum or EachQuery returns it as it is: the
// reading goes on, and the error of the earliest month and then the first currency is what comes of it.
func (r *Reader) Convert(n int64, from money.Currency, p period.Period) (int64, error) {
	if r.Q.Measure != flow.Value {
		return n, nil
	}
	return convert.To(r.Currency, r.rates, n, from, p)
}
