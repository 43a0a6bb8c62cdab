package account

import (
	"context"
	"strings"

	"detour/detect/series"
	"detour/fault"
)

// Baseline says what exports would have been without diversion. It is a value with documentation.
type Baseline struct {
	ID  string
	Doc Doc
	// Needs says in words what the lake must hold; a baseline whose needs are not met is refused by
	// name and never substituted.
	Needs string
	// run fills c.Baseline from c.Base; years is how many base years c.Base sums.
	run func(ctx context.Context, r *runner, c *series.Cube, years []int) error
	// past gives the errors of the rule on the question's total in months before the event, in order, and what it
	// expected of them. It is asked after run.
	past func(ctx context.Context, r *runner) (errs, expected []float64, err error)
	// slots tells whether the baseline needs the cube slot by slot, mean whether it is the mean of the base years.
	slots, mean bool
}

// Doc describes a baseline to people: the methods page is made of it.
type Doc struct{ Title, Method, Source string }

// Baselines is the catalogue.
func Baselines() []Baseline {
	return []Baseline{
		{ID: "same-month", Needs: "the same months of the base years", run: sameMonth, past: pastMeans, mean: true, Doc: Doc{
			Title:  "Same month of the base year, or the mean of base years",
			Method: "B(e,h,p,t) is what was reported for the same calendar month of the base year; with several base years, their mean, rounded half to even.",
			Source: "methods.md section 1"}},
		{ID: "mean-of-years", Needs: "the same months of at least two base years", run: meanOfYears, past: pastMeans, mean: true, Doc: Doc{
			Title:  "Mean of base years",
			Method: "As same-month, with at least two base years.",
			Source: "methods.md section 1"}},
		{ID: "world-growth", Needs: "the exporters' exports of the same goods to comparison destinations, in the period and the base years", run: worldGrowth, past: pastGrowth, slots: true, Doc: Doc{
			Title:  "Same month, grown like exports to comparison destinations",
			Method: "Same month of the base times the growth of the exporter's exports of the same family of goods to comparison destinations in that month; where the comparison is held and empty in the base, of its HS4, then HS2, then all goods asked, with a caveat; where all of it is empty the base cannot be scaled, and what was exported is stated apart. The default comparison leaves out the coalition, the hubs of the question, the target and aggregate partners; `all` leaves out aggregate partners only.",
			Source: "methods.md section 1"}},
		{ID: "trend", Needs: "at least 24 months before the event", run: trend, past: pastTrend, slots: true, Doc: Doc{
			Title:  "Trend before the event",
			Method: "Poisson pseudo-likelihood on a linear trend and month dummies for each exporter and hub, fitted before the event, the trend damped in extrapolation; shared out over codes as in the base years. A log-linear trend extrapolates a surge exponentially: a pair of which a month is expected above twice its largest month before the event is expected at the mean of its last twelve months instead, and so is one in which no trend can be told, each with a caveat. The interval uses the errors of the fit before the event.",
			Source: "Santos Silva & Tenreyro 2006; Gardner & McKenzie 1985"}},
	}
}

func baselineByID(id string) (Baseline, error) {
	var ids strings.Builder
	for _, b := range Baselines() {
		if b.ID == id {
			return b, nil
		}
		ids.WriteString(" " + b.ID)
	}
	return Baseline{}, fault.Errorf(fault.BadInput, "no baseline is called %q", id).Hint("use one of%s", ids.String())
}

func sameMonth(_ context.Context, _ *runner, c *series.Cube, years []int) error {
	c.TakeBase(len(years))
	return nil
}

func meanOfYears(ctx context.Context, r *runner, c *series.Cube, years []int) error {
	if len(years) < 2 {
		return fault.Errorf(fault.BadInput, "baseline mean-of-years needs at least two base years").Hint("give --base 2019..2021")
	}
	return sameMonth(ctx, r, c, years)
}
