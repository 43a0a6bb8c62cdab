package account

import (
	"context"
	"slices"
	"strings"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
)

// Result is an account.
type Result struct {
	Question Question
	// Currency of the amounts; empty where another measure than value was asked.
	Currency money.Currency
	// Sum says which sum the excess is: "net", or "positive@LEVEL".
	Sum   string
	Total Line
	// Low and High bound the excess; nil where the baseline gives no interval.
	Interval *Interval
	// NoBase is the part of the actual in codes without a comparable base.
	NoBase    int64
	Editions  Editions
	Threshold *Line // goods banned only above a unit price; nil where the goods do not say
	// Breakdowns are by exporter, hub, goods and month, then those asked for.
	Breakdowns []Breakdown
	Supply     map[area.Code]Supply
	Split      *Split
	Specs      []Spec
	Caveats    []caveat.Caveat
	Sources    []lake.Segment
	// RoundingGap is the largest difference between the sum of the rounded cells and the rounded total.
	RoundingGap int64
	Version     lake.Version
}

// Interval is a predictive interval.
type Interval struct{ Low, High int64 }

// Run answers an account. Same snapshot and question, same result.
func Run(ctx context.Context, store lake.Store, snap *lake.Snapshot, rates *money.Rates, q Question) (Result, error) {
	b, err := baselineByID(q.Baseline)
	if err != nil {
		return Result{}, err
	}
	r, err := begin(store, snap, rates, q)
	if err != nil {
		return Result{}, err
	}
	return r.answer(ctx, b)
}

func (r *runner) answer(ctx context.Context, b Baseline) (Result, error) {
	out := Result{Question: r.q, Currency: r.currency, Sum: sumName(r.q), Version: r.snap.Version, Sources: r.sources()}
	c, from, err := r.cubeFor(ctx, b)
	if err != nil {
		return out, err
	}
	if err := b.run(ctx, r, c, r.q.years()); err != nil {
		return out, err
	}
	if err := r.sums(ctx, b, c, &out); err != nil {
		return out, err
	}
	if out.Editions, out.NoBase, err = r.editions(ctx, c); err != nil {
		return out, err
	}
	if out.Interval, err = r.interval(ctx, b, c, out.Total); err != nil {
		return out, err
	}
	if out.Threshold, err = r.threshold(c); err != nil {
		return out, err
	}
	if err := r.extras(ctx, c, from, &out); err != nil {
		return out, err
	}
	if r.q.Specifications != NoSpecs {
		if out.Specs, err = r.specifications(ctx, b, from, out); err != nil {
			return out, err
		}
	}
	out.Caveats = caveat.Merge(r.caveats)
	return out, nil
}

// cubeFor reads the figures: folded over the period where sums by month are not needed cell by cell,
// slot by slot otherwise. Both give the same totals, because every sum is exact.
func (r *runner) cubeFor(ctx context.Context, b Baseline) (*cube, *raw, error) {
	rounded := len(r.q.years()) > 1 || !r.ownCurrency()
	if !b.slots && !rounded && r.q.Specifications == NoSpecs && !r.goodsByMonth() {
		c, err := r.fold(ctx)
		return c, nil, err
	}
	years := r.q.years()
	if r.q.Specifications != NoSpecs {
		years = r.specYears()
	}
	from, err := r.read(ctx, years)
	if err != nil {
		return nil, nil, err
	}
	c, err := r.cube(from, r.q.years(), nil)
	return c, &from, err
}

// goodsByMonth tells whether a breakdown or the positive part crosses goods with months.
func (r *runner) goodsByMonth() bool {
	return slices.ContainsFunc(append(slices.Clone(r.q.By), r.q.Positive), func(by []Dimension) bool {
		return slices.Contains(by, Month)
	})
}

func sumName(q Question) string {
	if len(q.Positive) == 0 {
		return "net"
	}
	return "positive@" + DimensionsString(q.Positive)
}

// DimensionsString names a cross: exporter,hub.
func DimensionsString(by []Dimension) string {
	var names []string
	for _, d := range by {
		names = append(names, string(d))
	}
	return strings.Join(names, ",")
}

// sums fills the breakdowns and the total.
func (r *runner) sums(ctx context.Context, b Baseline, c *cube, out *Result) error {
	months, err := r.monthly(ctx, b, c)
	if err != nil {
		return err
	}
	all := append([][]Dimension{{Exporter}, {Hub}, {Goods}, {Month}}, r.q.By...)
	for _, by := range all {
		from := c
		if slices.Contains(by, Month) {
			from = months
		}
		positive := r.q.Positive
		if len(positive) > 0 && !nested(by, positive) {
			positive = nil
			if len(by) == 1 {
				r.caveat(caveat.Method, DimensionsString(by), "the breakdown by %s is net: the positive part was asked of cells that do not tell it apart", by[0])
			}
		}
		d, err := breakdown(from, by, positive)
		if err != nil {
			return err
		}
		out.Breakdowns = append(out.Breakdowns, d)
	}
	whole, err := breakdown(c, nil, r.q.Positive)
	if err != nil {
		return err
	}
	if out.Total, err = whole.sumOf(); err != nil {
		return err
	}
	out.RoundingGap, err = r.roundingGap(months)
	return err
}

// monthly gives a cube with slots for the breakdowns by month: the cube itself unless it is folded.
func (r *runner) monthly(ctx context.Context, b Baseline, c *cube) (*cube, error) {
	if c.slots[0] != 0 {
		return c, nil
	}
	from, err := r.byMonth(ctx)
	if err != nil {
		return nil, err
	}
	m, err := r.cube(from, r.q.years(), nil)
	if err != nil {
		return nil, err
	}
	return m, b.run(ctx, r, m, r.q.years())
}

// roundingGap compares the rounded cells with each month's sum divided or converted once.
func (r *runner) roundingGap(c *cube) (int64, error) {
	n := len(r.q.years())
	var gap int64
	for s := range c.slots {
		var cells, base money.Sum
		for i := range c.cells {
			cells.Add(c.baseline[i*len(c.slots)+s])
			base.Add(c.base[i*len(c.slots)+s])
		}
		sum, err := cells.Int64()
		if err != nil {
			return 0, err
		}
		whole, err := base.Int64()
		if err != nil {
			return 0, err
		}
		if r.q.Baseline == "same-month" || r.q.Baseline == "mean-of-years" {
			gap = max(gap, abs(sum-mean(whole, n)))
		}
	}
	return gap, nil
}

func abs(n int64) int64 { return max(n, -n) }

// threshold totals the goods that are banned only above a unit price apart from the others.
func (r *runner) threshold(c *cube) (*Line, error) {
	set, ok := goods.SetByID(ThresholdSet)
	if !ok {
		return nil, nil
	}
	only := thresholdMatch(set)
	var s sums
	any := false
	c.each(func(e entry) {
		if !only(e.Goods) {
			return
		}
		any = true
		s.actual.Add(e.actual)
		s.baseline.Add(e.baseline)
		s.excess.Add(e.actual)
		s.excess.Add(-e.baseline)
	})
	if !any {
		return nil, nil
	}
	l, err := s.line()
	if err == nil {
		r.caveat(caveat.PriceThreshold, ThresholdSet, "part of these goods is banned only above a unit price, which statistics by month do not show; they are totalled apart")
	}
	return &l, err
}

// ThresholdSet names the goods banned only above a unit price.
const ThresholdSet = "eu-833-annex-xviii"

// thresholdMatch tells codes of the set, which lists prefixes, remembering what it has seen.
func thresholdMatch(set goods.Set) func(goods.Code) bool {
	known := map[goods.Code]bool{}
	return func(c goods.Code) bool {
		in, ok := known[c]
		if !ok {
			in = slices.ContainsFunc(set.Codes, c.Under)
			known[c] = in
		}
		return in
	}
}

// measureUnit names the unit of the figures of a measure other than value.
func measureUnit(m flow.Measure) string {
	if m == flow.NetMass {
		return "kg"
	}
	return "units"
}

// Unit is the currency, or the unit of the measure asked.
func (r Result) Unit() string {
	if r.Question.Measure == flow.Value {
		return string(r.Currency)
	}
	return measureUnit(r.Question.Measure)
}
