package baseline

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// MinErrors is how many past errors an interval needs.
const MinErrors = 8

// Interval gives the interval that holds, with probability level, the sum of what n months with a baseline
// of total would have been. It is told from the past errors of the same rule on the same aggregate,
// errs[t] = value - base[t], in the order of time; months with a base of zero or less tell nothing of
// the dispersion and are left out. Low is never below zero. It returns ok = false, and no interval, with
// fewer than MinErrors errors left, and for a total that is negative or not finite, n below 1 or a level
// outside (0, 1). It panics if errs and base differ in length.
//
// The variance of a month is taken as phi times its base, phi being estimated about the baseline, so that a bias
// of the rule widens the interval as its noise does. That of a sum over months is
//
//	phi total (1 + 2 sum over k < n of (1 - k/n) rho_k)
//
// with rho_k the autocorrelation of errs/sqrt(base), not centred either: for n months these are the
// exact weights and Bartlett's (1950; Newey & West 1987) at lag n-1 at once, so the estimate is never
// negative. What it would take off the variance of independent errors is not taken off: errors that
// seem to cancel in a short past are no promise. The quantile is Student's with as many degrees of freedom
// as a Bartlett estimate at frequency zero has, 3/2 of the number of errors over n (Priestley 1981, section 6.2),
// at least 2.
//
// Multiplying errs, base and total by one factor multiplies the interval by it.
func Interval(errs, base []float64, total float64, n int, level float64) (low, high float64, ok bool) {
	if len(errs) != len(base) {
		panic("baseline: as many errors as bases are needed")
	}
	scaled := standardise(errs, base)
	held := len(scaled)
	if held < MinErrors || n < 1 || !(total >= 0) || math.IsInf(total, 1) || !(level > 0 && level < 1) {
		return 0, 0, false
	}
	lags := min(n, held) - 1
	spread := math.Sqrt(total * sumVariance(scaled, n, lags))
	freedom := min(float64(held), max(minFreedom, 1.5*float64(held)/float64(lags+1)))
	reach := spread * distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile((1+level)/2)
	if math.IsNaN(reach) || math.IsInf(reach, 0) {
		return 0, 0, false
	}
	return max(0, total-reach), total + reach, true
}

// minFreedom: with fewer degrees of freedom Student's law has no finite mean square, and intervals from
// a past hardly longer than the sum would say nothing at all. The coverage test holds it to account.
const minFreedom = 2

// standardise gives errs/sqrt(base) where that has a meaning.
func standardise(errs, base []float64) []float64 {
	var out []float64
	for t := range base {
		if r := errs[t] / math.Sqrt(base[t]); base[t] > 0 && !math.IsNaN(r) && !math.IsInf(r, 0) {
			out = append(out, r)
		}
	}
	return out
}

// sumVariance is the variance of the sum of n standardised errors, for each of them: phi, raised by
// their dependence.
func sumVariance(r []float64, n, lags int) float64 {
	phi := autocovariance(r, 0)
	raised := phi
	for k := 1; k <= lags; k++ {
		raised += 2 * (1 - float64(k)/float64(n)) * autocovariance(r, k)
	}
	return max(phi, raised)
}

// autocovariance about zero, divided by the number of errors whatever the lag, as Bartlett's weights need it.
func autocovariance(r []float64, lag int) float64 {
	var sum float64
	for t := lag; t < len(r); t++ {
		sum += r[t] * r[t-lag]
	}
	return sum / float64(len(r))
}
