// Package baseline says what a monthly series would have been, from its own history, and how far that can
// be trusted. It knows neither trade nor money: scaling a series scales its answers.
// docs/method/baselines.md has the equations.
package baseline

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"detour/fault"
	"detour/stat/ppml"
)

// Obs is the value of one month. T counts months: year*12 + month - 1.
type Obs struct {
	T int
	Y float64 // not negative
}

// MinMonths is how many months of history a trend needs: two for each month of the year.
const MinMonths = 24

// DefaultDamping is the share of a month's growth that the next month keeps. 0.98 is the upper end of what is
// recommended for damped trends (Gardner 1985; Hyndman & Athanasopoulos 2021, section 8.2): growth
// halves in three years, and is almost whole over the months that follow at once.
const DefaultDamping = 0.98

// MostRise is how many times the largest month of its history a trend may expect before the history no longer
// supports it. Growth enters the logarithm, so a surge in the last year is carried on as an exponential, however
// short it was, and the least that a month can be held against is the largest seen. Twice that leaves room for
// what a history of two years can bear witness to: trade that doubles from one year to the next.
const MostRise = 2

// TrendOptions of Trend. The zero value has the defaults.
type TrendOptions struct {
	Damping float64 // over 0 and up to 1, which is an undamped trend; 0 is DefaultDamping
}

// Forecast is what the trend expects.
type Forecast struct {
	Expected  []float64 // by month of the horizon
	Fitted    []float64 // by observation
	Residuals []float64 // by observation, value less fitted
	// Growth is the fitted change of the logarithm from one month to the next, before damping.
	Growth float64
	// Dispersion is the quasi-Poisson variance over the mean, in units of the series. It is estimated,
	// and scales with the currency: that the Poisson law's own is 1 has no meaning for values.
	Dispersion float64
}

// Supported tells whether the history bears the forecast: no month is expected above MostRise times the
// largest of the observations. Who asks for a trend decides what stands for one that is not supported.
func (f Forecast) Supported(y []Obs) bool {
	largest := 0.0
	for _, o := range y {
		largest = max(largest, o.Y)
	}
	return !slices.ContainsFunc(f.Expected, func(e float64) bool { return e > MostRise*largest })
}

// ShortHistory is the error of a series with too few months.
type ShortHistory struct{ Held, Needed int }

// Error implements error.
func (e *ShortHistory) Error() string {
	return fmt.Sprintf("the trend needs %d months of history, %d are held", e.Needed, e.Held)
}

// MonthNotHeld is the error of a horizon with a month of the year (1 to 12) of which the history has none.
type MonthNotHeld struct{ Month int }

// Error implements error.
func (e *MonthNotHeld) Error() string {
	return fmt.Sprintf("the history has no month %d of any year to take its season from", e.Month)
}

// NoTrend is the error of a history in which no finite trend fits best, as when all trade lies in
// its last year.
type NoTrend struct{ Positive int } // months with trade

// Error implements error.
func (e *NoTrend) Error() string {
	return fmt.Sprintf("no trend can be told from the %d months with trade in the history", e.Positive)
}

// Trend fits a linear trend and the months of the year to the logarithm of the expected value by Poisson
// pseudo-likelihood on all observations given, and extrapolates with the trend damped from the last of them on.
// Observations may have gaps and stand in any order; a month of the horizon up to the last observation
// lies on the line itself. A month of the year without trade in the whole history is expected to have
// none, and so is every month if the history has no trade at all.
//
// A history that cannot bear a trend is an error of kind NotFound that wraps *ShortHistory,
// *MonthNotHeld or *NoTrend. Values that are negative or not finite, a month given twice, and a damping outside
// its range are bad input. The slices given are not kept or changed.
func Trend(y []Obs, horizon []int, opts TrendOptions) (Forecast, error) {
	if opts.Damping == 0 {
		opts.Damping = DefaultDamping
	}
	seen, err := check(y, horizon, opts)
	if err != nil {
		return Forecast{}, err
	}
	values := make([]float64, len(y))
	for i, o := range y {
		values[i] = o.Y
	}
	if slices.Max(values) == 0 {
		return Forecast{Expected: make([]float64, len(horizon)), Fitted: make([]float64, len(y)), Residuals: values}, nil
	}

	last := slices.MaxFunc(y, func(a, b Obs) int { return cmp.Compare(a.T, b.T) }).T
	line, err := fitLine(y, values, seen, last)
	if err != nil {
		return Forecast{}, err
	}
	f := Forecast{Fitted: line.fit.Mu, Growth: line.growth, Dispersion: line.fit.Dispersion}
	for i, v := range values {
		f.Residuals = append(f.Residuals, v-f.Fitted[i])
	}
	for _, t := range horizon {
		expected := line.at(t, last, opts.Damping)
		if math.IsInf(expected, 0) {
			return Forecast{}, noTrend(values)
		}
		f.Expected = append(f.Expected, expected)
	}
	return f, nil
}

// check gives which months of the year, 0 to 11, the history holds.
func check(y []Obs, horizon []int, opts TrendOptions) (seen [12]bool, err error) {
	if !(opts.Damping > 0 && opts.Damping <= 1) {
		return seen, fault.Errorf(fault.BadInput, "damping %g is not over 0 and up to 1", opts.Damping)
	}
	given := map[int]bool{}
	for _, o := range y {
		if !(o.Y >= 0) || math.IsInf(o.Y, 1) {
			return seen, fault.Errorf(fault.BadInput, "the value of month %d is %g: a trend is fitted to finite values, none negative", o.T, o.Y)
		}
		if given[o.T] {
			return seen, fault.Errorf(fault.BadInput, "month %d is given twice", o.T)
		}
		given[o.T] = true
		seen[season(o.T)] = true
	}
	if len(y) < MinMonths {
		return seen, fault.Errorf(fault.NotFound, "%w", &ShortHistory{len(y), MinMonths}).Hint("import earlier months, or choose another baseline")
	}
	for _, t := range horizon {
		if !seen[season(t)] {
			return seen, fault.Errorf(fault.NotFound, "%w", &MonthNotHeld{season(t) + 1}).Hint("import earlier months, or choose another baseline")
		}
	}
	return seen, nil
}

// season is the month of the year, 0 to 11.
func season(t int) int { return (t%12 + 12) % 12 }

func noTrend(values []float64) error {
	positive := 0
	for _, v := range values {
		if v > 0 {
			positive++
		}
	}
	return fault.Errorf(fault.NotFound, "%w", &NoTrend{positive}).Hint("choose another baseline, or a wider aggregate")
}

// line is a fitted trend.
type line struct {
	fit    ppml.Result
	level  [12]float64 // logarithm, by month of the year, at the last observation's place on the trend
	traded [12]bool    // whether the month of the year has a level: it has none where it is never traded
	growth float64
}

// fitLine fits a dummy for each month of the year that is seen, then the trend: so where the two cannot
// be told apart it is the trend that has no coefficient.
func fitLine(y []Obs, values []float64, seen [12]bool, last int) (line, error) {
	var months []int
	for m, is := range seen {
		if is {
			months = append(months, m)
		}
	}
	x := mat.NewDense(len(y), len(months)+1, nil)
	for i, o := range y {
		x.Set(i, slices.Index(months, season(o.T)), 1)
		x.Set(i, len(months), float64(o.T-last))
	}
	fit, err := ppml.Fit(x, values, ppml.Options{})
	if err != nil {
		return line{}, fmt.Errorf("fitting a trend to %d months: %w", len(y), err)
	}
	out := line{fit: fit}
	identified := false
	for i, column := range fit.Columns {
		if column == len(months) {
			out.growth, identified = fit.Coef[i], true
		} else {
			out.level[months[column]], out.traded[months[column]] = fit.Coef[i], true
		}
	}
	if !identified {
		return line{}, noTrend(values)
	}
	return out, nil
}

// at is the expected value of month t. After the last observation the h-th month adds damping^h of the growth.
func (l line) at(t, last int, damping float64) float64 {
	m := season(t)
	if !l.traded[m] {
		return 0
	}
	steps := float64(t - last)
	if t > last && damping < 1 {
		steps = damping * (1 - math.Pow(damping, steps)) / (1 - damping)
	}
	return math.Exp(l.level[m] + l.growth*steps)
}
