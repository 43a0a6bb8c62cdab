// Package breaks dates the month in which trade changed: one series for each exporter, hub and goods (or fewer of
// these dimensions), the likeliest break of each with its confidence set, and p-values adjusted for the number of
// series. docs/method/breaks.md says what a break is, what was measured and what falls short; the mathematics are in stat/breakpoint.
package breaks

import (
	"cmp"
	"context"
	"slices"

	"detour/detect/beside"
	"detour/detect/series"
	"detour/fault"
	"detour/lake"
	"detour/stat/breakpoint"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Question is which series are dated, and how. Its Period is that of the series, in months; its Base is zero. Of months that
// were not reported none is taken for zero: MissingAsZero is bad input.
type Question struct {
	series.Question
	By []series.Dimension // of exporter, hub and goods, each at most once; nil is all three
	// Window is where a break may lie; the zero range is from eight months before the event to the end of the
	// period, or the whole period if that holds no event.
	Window period.Range
	Rule   breakpoint.Cost
	// Test says how a break is tested; zeros are 999 orders, and blocks of DefaultBlock months.
	Test breakpoint.Test
	Seed uint64
	// FDR is the most that false breaks may be of those found, on average; 0 is DefaultFDR.
	FDR float64
	// Season takes the months of the year off, as they were before the event.
	Season bool
	// Least is how many months with trade a series has at least to be tested; 0 is DefaultLeast.
	Least int
}

// The defaults of a Question.
const (
	DefaultBlock = 3
	DefaultFDR   = 0.1
	DefaultLeast = 6

	lead = 8 // months before the event in which a break may lie by default
)

// Break is the likeliest break of one series. Month of its Key is the first of the new level.
type Break struct {
	series.Key
	// From and To are the ends of the confidence set at 95%, which has Held months; it may have holes.
	From, To period.Period
	SetSize  int
	breakpoint.Break
	// Before and After are the mean months on both sides, in hundredths of the currency (or thousandths of the unit).
	Before, After int64
	// P is the p-value, Adjusted that of Benjamini and Hochberg over all series tested.
	P, Adjusted float64
	Months      int // held
	Empty       int // held, without trade
	EventInSet  bool
	Caveats     []caveat.Caveat

	line *line
}

// Result is the answer. Same snapshot and question, same result, on any number of processors.
type Result struct {
	Question Question // with its defaults
	// Breaks has each series tested, the strongest first: by adjusted p-value, then statistic, then key. The first Found
	// pass: their adjusted p-value is at most the question's FDR.
	Breaks    []Break
	Found     int
	SmallestP float64 // of the series tested, 1 where there is none
	// Thin, Short and Renamed count the series that were not tested: with trade in too few months, with too few held months at
	// a side of the window, and of the codes that an edition brought or ended.
	Thin, Short, Renamed int
	Editions             []Edition
	Currency             money.Currency
	Caveats              []caveat.Caveat
	Sources              []lake.Segment
	Version              lake.Version
}

// Edition names a code whose series begins or ends with an edition of its nomenclature, which is no break.
type Edition struct {
	Goods goods.Code
	At    period.Period // first month of the edition
	Born  bool          // else ended
}

// Count is how many series that pass changed in a month.
type Count struct {
	Month    period.Period
	Up, Down int
}

// ByMonth counts the breaks that pass, for each month of the window.
func (r Result) ByMonth() []Count {
	var out []Count
	for _, m := range r.Question.Window.Periods() {
		out = append(out, Count{Month: m})
	}
	for _, b := range r.Breaks[:r.Found] {
		c := &out[b.Month.Sub(out[0].Month)]
		if b.Direction == breakpoint.Up {
			c.Up++
		} else {
			c.Down++
		}
	}
	return out
}

// Month is one month of the course of a series. Where the month was not reported Value means nothing.
type Month struct {
	Month period.Period
	Value int64
	Held  bool
}

// Course gives the months of the series of a break, whose Result is as Find made it.
func (b Break) Course() []Month { return b.line.course() }

// Find dates the breaks. watch, if not nil, is told how many of the series are done, by several goroutines.
// BadInput for a question that cannot be read, NotFound for what the lake does not hold by month.
func Find(ctx context.Context, store lake.Store, snap *lake.Snapshot, rates *money.Rates, q Question, watch func(done, all int)) (Result, error) {
	q, err := q.settled()
	if err != nil {
		return Result{}, err
	}
	read, err := series.Begin(store, snap, rates, q.Question)
	if err != nil {
		return Result{}, err
	}
	q.Question = read.Q
	f := &finder{Reader: read, q: q}
	lines, err := f.lines(ctx)
	if err != nil {
		return Result{}, err
	}
	out := Result{Question: q, Currency: read.Currency, Version: snap.Version}
	if out.Editions, err = f.editions(ctx, lines); err != nil {
		return out, err
	}
	if err := f.test(ctx, &out, lines, watch); err != nil {
		return out, err
	}
	f.say(out)
	if err := beside.SayWithheld(ctx, read); err != nil {
		return out, err
	}
	out.Caveats, out.Sources = caveat.Merge(read.Caveats), read.Used()
	return out, nil
}

type finder struct {
	*series.Reader
	q Question
}

// settled fills in the defaults and refuses what makes no question.
func (q Question) settled() (Question, error) {
	q.Period = q.Period.Months()
	q.Event = cmp.Or(q.Event, series.Invasion)
	if q.Window == (period.Range{}) {
		q.Window = q.Period
		if q.Period.Contains(q.Event) {
			q.Window.From = max(q.Period.From, q.Event.Add(-lead))
		}
	}
	q.Window = q.Window.Months()
	q.Test.Permutations, q.Test.Block = cmp.Or(q.Test.Permutations, 999), cmp.Or(q.Test.Block, DefaultBlock)
	q.FDR, q.Least = cmp.Or(q.FDR, DefaultFDR), cmp.Or(q.Least, DefaultLeast)
	if q.By == nil {
		q.By = []series.Dimension{series.Exporter, series.Hub, series.Goods}
	}
	return q, q.check()
}

func (q Question) check() error {
	switch {
	case q.Base != period.Range{}:
		return fault.Errorf(fault.BadInput, "breaks are looked for in a period, without a base")
	case q.MissingAsZero:
		return fault.Errorf(fault.BadInput, "a month that was not reported is no zero: it would be a break")
	case len(q.By) == 0 || slices.Contains(q.By, series.Month):
		return fault.Errorf(fault.BadInput, "a series is of an exporter, a hub, goods, or several of them, by month").Hint("use --by hub,goods")
	case q.Window.From < q.Period.From || q.Window.To > q.Period.To:
		return fault.Errorf(fault.BadInput, "the window %s is not in the period %s", q.Window, q.Period).Hint("widen --months or narrow --window")
	case q.Rule > breakpoint.HurdleTrend:
		return fault.Errorf(fault.BadInput, "there is no rule number %d", q.Rule)
	case q.Test.Permutations < 1 || q.Test.Block < 1 || q.Test.Exceedances < 0:
		return fault.Errorf(fault.BadInput, "%d permutations in blocks of %d months: both are at least 1", q.Test.Permutations, q.Test.Block)
	case !(q.FDR > 0 && q.FDR < 1):
		return fault.Errorf(fault.BadInput, "the share of false breaks %g is not between 0 and 1", q.FDR).Hint("use --fdr 0.1")
	case q.Least < 1:
		return fault.Errorf(fault.BadInput, "a series has trade in at least %d months: that is none", q.Least)
	}
	return nil
}

// say adds what the answer as a whole is subject to.
func (f *finder) say(r Result) {
	if r.Renamed > 0 {
		var codes []goods.Code
		for _, e := range r.Editions {
			codes = append(codes, e.Goods)
		}
		f.Caveatf(caveat.EditionBreak, series.Few(codes), "%d series of %d codes that an edition of the nomenclature brought or ended are not tested: a code that was born is no break", r.Renamed, len(codes))
	}
	if r.Short > 0 {
		f.Caveatf(caveat.ThinSeries, "", "%d series have too few months that were reported on a side of every month in the window, and are not tested", r.Short)
	}
	if least := 1 / float64(f.q.Test.Permutations+1); r.Found == 0 && r.SmallestP <= least && least*float64(len(r.Breaks)) > f.q.FDR {
		f.Caveatf(caveat.Method, "permutations", "the least p-value of %d random orders, %.6f, is too large to pass among %d series unless many break: more orders may show some", f.q.Test.Permutations, least, len(r.Breaks))
	}
	if f.q.Measure != flow.Value {
		f.Caveatf(caveat.Method, string(f.q.Measure), "a flow that states none adds nothing to its month: where some months state less than others, a break may be that")
	}
	if f.q.Test.Block == 1 {
		f.Caveatf(caveat.Method, "block", "single months are permuted, as if a series had no memory: most series have some, and p-values are then too small")
	}
}
