package account_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"detour/detect/account"
	"detour/detect/series/seriestest"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/period"
)

// noisy sells a varying amount to KZ in each of the months, in euros.
func noisy(months []period.Period, factor int64) []flow.Flow {
	rnd := rand.New(rand.NewPCG(1, 2))
	var out []flow.Flow
	for _, m := range months {
		out = append(out, seriestest.Export("DE", "KZ", code(1), m, factor*(10_000+rnd.Int64N(5_000))))
	}
	return out
}

// Eight months before the event with a base give an interval, seven do not.
func TestIntervalNeedsEightErrors(t *testing.T) {
	for first, want := range map[period.Period]bool{202007: true, 202008: false} { // errors from a year later to 2022-02
		months := seriestest.Months(first, 202212)
		r := run(t, question(t, "2022-09..2022-10", "2021", "same-month"), seriestest.Of(bulk, months, noisy(months, 1)...))
		if (r.Interval != nil) != want {
			t.Errorf("history from %s: interval %v", first, r.Interval)
		}
		if has(r, caveat.ThinSeries, "interval") == want {
			t.Errorf("history from %s: caveats %v", first, r.Caveats)
		}
		if want && (r.Interval.Low >= r.Total.Excess || r.Interval.High <= r.Total.Excess) {
			t.Errorf("interval %v about %d", r.Interval, r.Total.Excess)
		}
	}
}

// Money has no unit of its own: seven times the amounts, seven times the interval.
func TestIntervalScales(t *testing.T) {
	for _, baseline := range []string{"same-month", "trend"} {
		q := question(t, "2022-03..2022-11", "2021", baseline)
		one, seven := run(t, q, seriestest.Of(bulk, months20to22, noisy(months20to22, 1)...)), run(t, q, seriestest.Of(bulk, months20to22, noisy(months20to22, 7)...))
		if one.Interval == nil || seven.Interval == nil {
			t.Fatalf("%s: %v, %v", baseline, one.Interval, seven.Interval)
		}
		for _, ends := range [][2]int64{{one.Interval.Low, seven.Interval.Low}, {one.Interval.High, seven.Interval.High}} {
			if d := math.Abs(float64(7*ends[0] - ends[1])); d > 7*9 { // a hundredth a month, sevenfold
				t.Errorf("%s: %d and %d", baseline, ends[0], ends[1])
			}
		}
	}
}

// A wider level is a wider interval.
func TestIntervalLevel(t *testing.T) {
	q := question(t, "2022-03..2022-11", "2021", "same-month")
	q.Level = 0.5
	half := run(t, q, seriestest.Of(bulk, months20to22, noisy(months20to22, 1)...))
	q.Level = 0.95
	wide := run(t, q, seriestest.Of(bulk, months20to22, noisy(months20to22, 1)...))
	if wide.Interval.Low >= half.Interval.Low || wide.Interval.High <= half.Interval.High {
		t.Errorf("%v is not inside %v", half.Interval, wide.Interval)
	}
	if d := run(t, question(t, "2022-03..2022-11", "2021", "same-month"), seriestest.Of(bulk, months20to22, noisy(months20to22, 1)...)); d.Question.Level != account.DefaultLevel {
		t.Errorf("level %g", d.Question.Level)
	}
}

// steady sells the same every month, so the rule never errs.
func steady(months []period.Period) []flow.Flow {
	var out []flow.Flow
	for _, m := range months {
		out = append(out, seriestest.Export("FR", "KZ", code(1), m, 5000), seriestest.Export("DE", "KZ", code(1), m, 1000))
	}
	return out
}

// Where one exporter did not report, the total seems to fall. That is no error of the rule.
func TestIntervalLeavesMissingMonthsOut(t *testing.T) {
	gone := []period.Period{202006, 202110}
	flows := concat(busy("FR", without(months20to22, gone...)), busy("DE", months20to22))
	for _, f := range steady(months20to22) {
		if f.Reporter != "FR" || f.Period != gone[0] && f.Period != gone[1] {
			flows = append(flows, f)
		}
	}
	q := two(question(t, "2022-03..2022-05", "2021", "same-month"))
	file := seriestest.Of(bulk, months20to22, flows...)
	r := run(t, q, file)
	if r.Interval == nil || r.Interval.Low != r.Total.Excess || r.Interval.High != r.Total.Excess {
		t.Errorf("a rule that never erred has the interval %v about %d", r.Interval, r.Total.Excess)
	}
	q.MissingAsZero = true // then it is a fall, and an error
	if r = run(t, q, file); r.Interval.Low >= r.Total.Excess {
		t.Errorf("interval %v about %d", r.Interval, r.Total.Excess)
	}
}

// A month without trade of a small reporter is a true zero, and an error of the rule.
func TestIntervalCountsZeros(t *testing.T) {
	r := run(t, question(t, "2022-03..2022-05", "2021", "same-month"), seriestest.Of(bulk, months20to22, steady(without(months20to22, 202110))...))
	if r.Interval == nil || r.Interval.Low >= r.Total.Excess {
		t.Errorf("interval %v about %d", r.Interval, r.Total.Excess)
	}
}
