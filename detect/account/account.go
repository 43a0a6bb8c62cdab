package account

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"detour/detect/beside"
	"detour/detect/edition"
	"detour/detect/growth"
	"detour/detect/ledger"
	"detour/detect/series"
	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Result is an account.
type Result struct {
	Question Question
	// Currency of the amounts; empty where another measure than value was asked.
	Currency money.Currency
	// Sum says which sum the excess is: "net", or "positive@LEVEL", the level of codes cut to four digits being goods4.
	Sum   string
	Total series.Line
	// Interval bounds the excess; nil where the baseline gives none.
	Interval *Interval
	Editions edition.Changes
	// NoBase is the part of the total's actual that has no comparable base, in its unit: of codes born without a
	// predecessor in the lake (Editions.NoBaseValue), and of cells whose base world growth could not scale.
	NoBase    int64
	Threshold *series.Line // goods banned only above a unit price; nil where the goods asked do not tell them apart
	// ThresholdNet tells that Threshold is a net sum beside a total of positive parts, whose cells do not tell its goods apart.
	ThresholdNet bool
	// Breakdowns are by exporter, hub, goods and month, then those asked for.
	Breakdowns []ledger.Breakdown
	Supply     map[area.Code]beside.Supply
	Split      *beside.Split
	Specs      []Spec
	// SpecsOf is how many specifications there are, of which Specs may be the first; SpecsRefused are those that cannot be computed.
	SpecsOf      int
	SpecsRefused []Refused
	Caveats      []caveat.Caveat
	Sources      []lake.Segment
	// RoundingGap is the largest difference that rounding makes, in a month or in all, to what was reported or
	// to the mean of base years: the sum of the converted and rounded cells against the sums over all cells,
	// each converted and rounded once.
	RoundingGap int64
	Version     lake.Version
}

// Interval is a predictive interval of the excess, in the unit of the account.
type Interval struct{ Low, High int64 }

// Run answers an account. Same snapshot and question, same result.
func Run(ctx context.Context, store lake.Store, snap *lake.Snapshot, rates *money.Rates, q Question) (Result, error) {
	b, err := baselineByID(q.Baseline)
	if err != nil {
		return Result{}, err
	}
	if err := q.check(); err != nil {
		return Result{}, err
	}
	read, err := series.Begin(store, snap, rates, q.Question)
	if err != nil {
		return Result{}, err
	}
	q.Question, q.Level, q.By = read.Q, cmp.Or(q.Level, DefaultLevel), q.crosses()
	read.Q.Digits = 0 // what is normal is said of codes as stated: only sums are cut, see ledger.Level
	r := &runner{Reader: read, q: q, sets: map[string]*edition.Set{}, compared: growth.In(read, q.Comparison == AllPartners)}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // what was read ahead and is not wanted after an error
	return r.answer(ctx, b)
}

// DefaultLevel is the level of an interval where none is asked.
const DefaultLevel = 0.9

// runner is one account on its way to an answer.
type runner struct {
	*series.Reader
	q    Question
	sets map[string]*edition.Set // said so far, by ID
	// trendErrs is what the trend last fitted missed before the event.
	trendErrs map[period.Period]*pastError

	compared *growth.Comparison
	// unscaled is the actual of cells whose base the rule last run could not scale.
	unscaled int64
	// unrated says of base years of specifications why their figures cannot be converted.
	unrated map[int]error
}

func (r *runner) answer(ctx context.Context, b Baseline) (Result, error) {
	out := Result{Question: r.q, Currency: r.Currency, Sum: sumName(r.q), Version: r.Snap.Version}
	c, from, err := r.cubeFor(ctx, b)
	if err != nil {
		return out, err
	}
	if err := b.run(ctx, r, c, r.Q.Years()); err != nil {
		return out, err
	}
	unscaled := r.unscaled
	if err := r.sums(ctx, b, c, &out); err != nil {
		return out, err
	}
	if out.Editions, err = edition.Find(ctx, r.Reader, c); err != nil {
		return out, err
	}
	if out.NoBase, err = money.Add(out.Editions.NoBaseValue, unscaled); err != nil {
		return out, err
	}
	if out.Interval, err = r.interval(ctx, b, out.Total); err != nil {
		return out, err
	}
	if err := r.threshold(c, &out); err != nil {
		return out, err
	}
	if out.Supply, err = beside.SupplyOf(ctx, r.Reader); err != nil {
		return out, err
	}
	if out.Split, err = beside.SplitOf(ctx, r.Reader, c); err != nil {
		return out, err
	}
	if err := beside.SayWithheld(ctx, r.Reader); err != nil {
		return out, err
	}
	if r.q.Specifications != NoSpecs {
		if err := r.specifications(ctx, b, *from, &out); err != nil {
			return out, err
		}
	}
	out.Caveats, out.Sources = caveat.Merge(r.Caveats), r.Used()
	return out, nil
}

// cubeFor reads the figures: folded over the period where sums by month are not needed cell by cell,
// slot by slot otherwise. Both give the same totals, because every sum is exact.
func (r *runner) cubeFor(ctx context.Context, b Baseline) (*series.Cube, *series.Raw, error) {
	rounded := len(r.Q.Years()) > 1 || !r.OwnCurrency()
	if !b.slots && !rounded && r.q.Specifications == NoSpecs && !r.goodsByMonth() {
		c, err := r.Fold(ctx)
		return c, nil, err
	}
	from, err := r.readYears(ctx)
	if err != nil {
		return nil, nil, err
	}
	c, err := r.Cube(from, r.Q.Years(), nil)
	return c, &from, err
}

// readYears reads the period with all base years that are wanted. A rate that only another specification misses
// costs that specification alone.
func (r *runner) readYears(ctx context.Context) (series.Raw, error) {
	own := r.Q.Years()
	if r.q.Specifications == NoSpecs {
		return r.Read(ctx, own)
	}
	from, err := r.Read(ctx, r.specYears())
	if fault.KindOf(err) != fault.NotFound {
		return from, err
	}
	r.unrated = map[int]error{}
	rated := slices.Clone(own)
	for _, y := range r.specYears() {
		if slices.Contains(own, y) {
			continue
		}
		_, err := r.Read(ctx, []int{y})
		switch {
		case err == nil:
			rated = append(rated, y)
		case fault.KindOf(err) == fault.NotFound:
			r.unrated[y] = err
			r.Caveatf(caveat.Currency, "specifications", "no specification is computed over %d: %v", y, err)
		default:
			return nil, err
		}
	}
	return r.Read(ctx, rated) // a rate that the question itself misses is named again
}

// goodsByMonth tells whether a breakdown or the positive part crosses goods with months.
func (r *runner) goodsByMonth() bool {
	return slices.ContainsFunc(append(slices.Clone(r.q.By), r.q.Positive), func(by []series.Dimension) bool {
		return slices.Contains(by, series.Month)
	})
}

func sumName(q Question) string {
	if len(q.Positive) == 0 {
		return "net"
	}
	name := "positive@" + DimensionsString(q.Positive)
	if at := q.positive(); at.Digits > 0 {
		name = strings.Replace(name, string(series.Goods), fmt.Sprint(series.Goods, at.Digits), 1)
	}
	return name
}

// DimensionsString names a cross: exporter,hub.
func DimensionsString(by []series.Dimension) string {
	var names []string
	for _, d := range by {
		names = append(names, string(d))
	}
	return strings.Join(names, ",")
}

// sums fills the breakdowns and the total. Those by month come last, because their figures may still be
// under way, see series.Reader.Fold.
func (r *runner) sums(ctx context.Context, b Baseline, c *series.Cube, out *Result) error {
	all := append([][]series.Dimension{{series.Exporter}, {series.Hub}, {series.Goods}, {series.Month}}, r.q.By...)
	out.Breakdowns = make([]ledger.Breakdown, len(all))
	if err := r.breakdowns(c, all, false, out); err != nil {
		return err
	}
	var err error
	if out.Total, err = r.total(c); err != nil {
		return err
	}
	months, err := r.monthly(ctx, b, c)
	if err != nil {
		return err
	}
	if err := r.breakdowns(months, all, true, out); err != nil {
		return err
	}
	out.RoundingGap, err = r.roundingGap(ctx, b, months)
	return err
}

// breakdowns fills those of all that are by month, or those that are not, side by side.
func (r *runner) breakdowns(c *series.Cube, all [][]series.Dimension, byMonth bool, out *Result) error {
	errs := make([]error, len(all))
	var under sync.WaitGroup
	for i, by := range all {
		if slices.Contains(by, series.Month) != byMonth {
			continue
		}
		at, positive := ledger.Level{By: by, Digits: r.q.Digits}, r.q.positive()
		if len(positive.By) > 0 && !positive.Finer(at) {
			positive = ledger.Level{}
			r.Caveatf(caveat.Method, DimensionsString(by), "the breakdown by %s is net: the positive part was asked of cells that do not tell it apart", DimensionsString(by))
		}
		under.Go(func() { out.Breakdowns[i], errs[i] = ledger.By(c, at, positive) })
	}
	under.Wait()
	return cmp.Or(errs...)
}

// monthly gives a cube with slots for the breakdowns by month: the cube itself unless it is folded.
func (r *runner) monthly(ctx context.Context, b Baseline, c *series.Cube) (*series.Cube, error) {
	if !c.Folded() {
		return c, nil
	}
	from, err := r.MonthTotals(ctx)
	if err != nil {
		return nil, err
	}
	m, err := r.Cube(from, r.Q.Years(), nil)
	if err != nil {
		return nil, err
	}
	return m, b.run(ctx, r, m, r.Q.Years())
}

// total sums a cube up.
func (r *runner) total(c *series.Cube) (series.Line, error) {
	return ledger.Total(c, func(goods.Code) bool { return true }, r.q.positive())
}

// threshold totals the goods that are banned only above a unit price apart from the others, by the sum of the
// total where its cells tell them apart.
func (r *runner) threshold(c *series.Cube, out *Result) error {
	listed, ok := goods.SetByID(ThresholdSet)
	if !ok {
		return nil
	}
	set := r.setOf(listed)
	if !slices.ContainsFunc(c.Goods, set.Has) || slices.ContainsFunc(c.Goods, set.Splits) {
		return nil
	}
	positive := r.q.positive()
	splits := func(g goods.Code) bool { return positive.Digits > 0 && set.Splits(g.Prefix(positive.Digits)) }
	if len(positive.By) > 0 && (!slices.Contains(positive.By, series.Goods) || slices.ContainsFunc(c.Goods, splits)) {
		positive, out.ThresholdNet = ledger.Level{}, true
	}
	l, err := ledger.Total(c, set.Has, positive)
	out.Threshold = &l
	r.Caveatf(caveat.PriceThreshold, ThresholdSet, "part of these goods is banned only above a unit price, which statistics by month do not show; they are totalled apart")
	return err
}

// setOf says a set in the editions of the question.
func (r *runner) setOf(set goods.Set) *edition.Set {
	if r.sets[set.ID] == nil {
		r.sets[set.ID] = edition.SetIn(set, r.EditionPeriods())
	}
	return r.sets[set.ID]
}

// ThresholdSet names the goods banned only above a unit price.
const ThresholdSet = "eu-833-annex-xviii"

// Unit is the currency, or the unit of the measure asked.
func (r Result) Unit() string {
	switch r.Question.Measure {
	case flow.Value:
		return string(r.Currency)
	case flow.NetMass:
		return "kg"
	default:
		return "units"
	}
}
