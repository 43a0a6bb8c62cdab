package dates

import (
	"context"
	"fmt"
	"strconv"

	"detour/ask"
	"detour/detect/account"
	"detour/detect/breaks"
	"detour/fault"
	"detour/report"
	"detour/stat/breakpoint"
	"detour/trade/period"
)

// Breaks is the question in which month the trade of each exporter, hub and goods changed. Of ask.Account it uses From, To, Goods,
// Months, Measure, Currency, Digits, Source and Event.
type Breaks struct {
	ask.Account
	Dimensions   string // exporter,hub,goods
	Window       string // 2021-07..2022-12; empty is from eight months before the event
	Rule         string // quasi-poisson, hurdle, hurdle-trend
	Block        int    // months that are permuted together
	Permutations int
	Seed         uint64
	Fdr          float64 // the most that false breaks may be of those found, on average
	Season       bool
	LeastMonths  int // months with trade
	Limit        int // rows shown, 0 for all that pass
}

// Run answers the question.
func (b Breaks) Run(ctx context.Context, e ask.Env) (report.Report, error) {
	q, err := b.question(e)
	if err != nil {
		return report.Report{}, err
	}
	res, err := breaks.Find(ctx, e.Store, e.Snapshot, e.Rates, q, e.Watch)
	if err != nil {
		return report.Report{}, err
	}
	return b.report(e, res), nil
}

var rules = map[string]breakpoint.Cost{"": breakpoint.QuasiPoisson, "quasi-poisson": breakpoint.QuasiPoisson, "hurdle": breakpoint.HurdleLevel, "hurdle-trend": breakpoint.HurdleTrend}

func ruleName(c breakpoint.Cost) string {
	return [...]string{breakpoint.QuasiPoisson: "quasi-poisson", breakpoint.HurdleLevel: "hurdle", breakpoint.HurdleTrend: "hurdle-trend"}[c]
}

func (b Breaks) question(e ask.Env) (q breaks.Question, err error) {
	base := b.Account
	base.Base = base.Months // only to be read; a question about breaks has no base
	a, err := base.Question(e)
	if err != nil {
		return q, err
	}
	q = breaks.Question{Question: a.Question, Test: breakpoint.Test{Permutations: b.Permutations, Block: b.Block}, Seed: b.Seed, FDR: b.Fdr, Season: b.Season, Least: b.LeastMonths}
	q.Base = period.Range{}
	if b.Window != "" {
		if q.Window, err = period.ParseRange(b.Window); err != nil {
			return q, fmt.Errorf("--window: %w", err)
		}
	}
	if q.Rule, err = ask.Choice("--rule", b.Rule, rules); err != nil {
		return q, err
	}
	if b.Limit < 0 {
		return q, fault.Errorf(fault.BadInput, "--limit %d is negative", b.Limit).Hint("0 shows all that pass")
	}
	if b.Dimensions != "" {
		q.By, err = ask.ReadDimensions("--by", b.Dimensions)
	}
	return q, err
}

// asked is the question of breaks.
func (b Breaks) asked(e ask.Env, q breaks.Question) report.Facts {
	return append(b.Scope(q.Question), append(report.Facts{
		{Key: "measure", Title: "Measure", Value: report.Str(string(q.Measure))},
		{Key: "currency", Title: "Currency", Value: ask.Open(b.Currency)},
		{Key: "digits", Title: "Digits", Value: ask.DigitsCell(q.Digits)},
		{Key: "event", Title: "Event", Value: report.Str(q.Event.String())},
		{Key: "by", Title: "A series for each", Value: report.Str(account.DimensionsString(q.By))},
		{Key: "window", Title: "A break may lie in", Value: report.Str(q.Window.String())},
		{Key: "rule", Title: "Rule", Value: report.Str(ruleName(q.Rule))},
		{Key: "block", Title: "Months permuted together", Value: report.Int(int64(q.Test.Block))},
		{Key: "permutations", Title: "Random orders at most", Value: report.Int(int64(q.Test.Permutations))},
		{Key: "seed", Title: "Seed", Value: report.Str(strconv.FormatUint(q.Seed, 10))},
		{Key: "fdr", Title: "Share of false breaks at most", Value: report.Str(strconv.FormatFloat(q.FDR, 'g', -1, 64))},
		{Key: "season", Title: "Season taken off", Value: report.Flag(q.Season)},
		{Key: "least_months", Title: "Months with trade at least", Value: report.Int(int64(q.Least))},
		{Key: "limit", Title: "Rows at most", Value: report.Int(int64(b.Limit))},
	}, e.Asked()...)...)
}
