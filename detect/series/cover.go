package series

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"detour/detect/cover"
	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/period"
)

// asked is what the question asks of each reporter.
func (r *Reader) asked() cover.Asked {
	return cover.Asked{Partners: r.Hubs, All: r.Q.Goods.All(), Terms: r.terms, Digits: r.Q.Digits}
}

// coverPlans groups the served reporters by data set, frequency and what answers for them: those hubs and goods that the
// data set states of the reporter's own trade on both sides of every slot compared. One that is held on one side only would
// be taken for trade from nothing, or to nothing. What is left out is named. NotFound where nothing is left.
func (r *Reader) coverPlans() error {
	by := map[string]*Plan{}
	served := map[string]int{} // reporters of a data set in a frequency
	for _, c := range slices.Sorted(maps.Keys(r.reports)) {
		s := r.reports[c]
		in := fmt.Sprint(s.dataset, " ", s.annual)
		served[in]++
		stated := r.stated(s.census).Each(c, r.Hubs, r.comparedSides(c, s))
		key := fmt.Sprint(in, " ", r.same(stated))
		p := by[key]
		if p == nil {
			p = &Plan{Dataset: s.dataset, Annual: s.annual, Census: s.census, answer: r.asked().Answer(stated)}
			by[key] = p
		}
		p.Reporters = append(p.Reporters, c)
	}
	for _, p := range slices.SortedFunc(maps.Values(by), comparePlans) {
		scope := joined(p.Reporters)
		if len(p.Reporters) == served[fmt.Sprint(p.Dataset, " ", p.Annual)] {
			scope = p.Dataset
		}
		r.sayAnswer(scope, p.answer)
		if len(p.answer.Parts) > 0 {
			r.plans = append(r.plans, *p)
			continue
		}
		for _, c := range p.Reporters {
			delete(r.reports, c)
		}
	}
	if len(r.plans) == 0 {
		return fault.Errorf(fault.NotFound, "no data set holds %s in %s%s in every period compared, at one level of goods", r.Q.trade(Few(Members(r.Q.From)), Few(r.Hubs)), r.Q.Goods, r.Q.inMeasure()).
			Hint("`detour data` shows what is held")
	}
	return nil
}

// stated remembers what each census states of its cells.
func (r *Reader) stated(c *lake.Census) *cover.Stated {
	if r.statedOf[c] == nil {
		r.statedOf[c] = cover.NewStated(c)
	}
	return r.statedOf[c]
}

// same numbers lists of answers, of which equal ones are one pointer.
func (r *Reader) same(stated []*cover.Common) int {
	n := slices.IndexFunc(r.answers, func(o []*cover.Common) bool { return slices.Equal(o, stated) })
	if n < 0 {
		n = len(r.answers)
		r.answers = append(r.answers, stated)
	}
	return n
}

// comparedSides lists both sides of the slots that a reporter keeps; where it keeps none, what is held of them.
func (r *Reader) comparedSides(c area.Code, s served) []period.Period {
	w := r.Windows[s.annual]
	var out []period.Period
	for i, p := range w.Slots {
		if w.Dropped[c] == nil || !w.Dropped[c][i] {
			out = append(append(out, p), w.BasePeriods(i)...)
		}
	}
	if len(out) == 0 {
		out = slices.DeleteFunc(w.All(), func(p period.Period) bool { return !s.census.Covers(c, p) })
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sayAnswer names what of the question the figures of some reporters lack.
func (r *Reader) sayAnswer(scope string, a cover.Answer) {
	say := func(n int, format string, args ...any) {
		if n > 0 {
			r.Caveatf(caveat.NotHeld, scope, format, args...)
		}
	}
	say(len(a.Lacking), "%s are not held in every period compared, and are left out: %s", r.Q.tradeWith(), joined(a.Lacking))
	if len(a.Parts) == 0 {
		return
	}
	say(len(a.Absent), "%d of %d codes asked are not held in every period compared, and are not counted: %s", len(a.Absent), len(r.terms), Few(a.Absent))
	say(len(a.Partly), "%d headings asked are the sums of those codes below them that the data set lists, which may not be all: %s", len(a.Partly), Few(a.Partly))
	say(a.Listed, "all goods are the sum of the %d codes that the data set lists, which are not all there are", a.Listed)
	say(len(a.Uneven), "%d codes are held in every period compared for some of the partners only, and counted there alone: %s", len(a.Uneven), Few(a.Uneven))
	say(len(a.Some), "%d codes of the goods asked are held in some of the periods compared only, and are not counted: %s", len(a.Some), Few(a.Some))
}

// joined names every area of the list.
func joined(list []area.Code) string {
	return strings.Trim(fmt.Sprint(list), "[]")
}
