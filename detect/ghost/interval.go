package ghost

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"detour/detect/mirror"
	"detour/detect/series"
	"detour/trade/area"
)

// Interval says between which values the gap lies if the two sides drift apart by chance as they did before the
// event, in hundredths, and how many past changes tell of that.
type Interval struct {
	Low, High int64 // of the gap
	Changes   int
}

// MinChanges is how many past changes an interval needs.
const MinChanges = 3

// addIntervals gives the total and each hub theirs. The statements of two offices drift apart from year to year without any ghost
// trade. Their past changes, of the logarithm of imports over exports, over as many years as lie between base and
// period, are taken as a sample of that drift, with mean zero: a bias widens the interval as the noise does. What the hub
// would state under the same trade lies then within a factor of exp(+-t s), t being Student's quantile with as many degrees
// of freedom as there are changes. Neither rows by exporter, goods or month nor totals without such a past have one.
func (r *Result) addIntervals() {
	total := map[int]mirror.Sides{}
	for i, h := range r.spoken() {
		for y, s := range r.Mirror.Past[h] {
			if old, known := total[y]; i == 0 || known {
				total[y] = mirror.Sides{Exports: old.Exports + s.Exports, Imports: old.Imports + s.Imports}
			}
		}
		for y := range total {
			if _, known := r.Mirror.Past[h][y]; !known {
				delete(total, y)
			}
		}
	}
	if r.Total.Interval = r.interval(r.Total.Line, total); r.Total.Interval == nil {
		r.NoInterval = fmt.Sprintf("before the event there are fewer than %d pairs of years, %d apart, in which both sides of all hubs and exporters are held", MinChanges, r.apart())
	}
	for i, b := range r.Breakdowns {
		if b.By != series.Hub {
			continue
		}
		for j, row := range b.Rows {
			r.Breakdowns[i].Rows[j].Interval = r.interval(row.Line, r.Mirror.Past[row.Hub])
		}
	}
}

// spoken lists the hubs that have a mirror.
func (r *Result) spoken() []area.Code {
	var out []area.Code
	for _, h := range r.Mirror.Hubs {
		if h.Silent == "" {
			out = append(out, h.Hub)
		}
	}
	return out
}

// apart is how many years lie between the base and the period.
func (r *Result) apart() int { return r.Question.Period.From.Year() - r.Question.Base.To.Year() }

func (r *Result) interval(l Line, past map[int]mirror.Sides) *Interval {
	var squares float64
	n := 0
	for _, y := range slices.Sorted(maps.Keys(past)) {
		now := past[y]
		before, known := past[y-r.apart()]
		if !known || min(now.Exports, now.Imports, before.Exports, before.Imports) <= 0 {
			continue
		}
		change := math.Log(float64(now.Imports)/float64(now.Exports)) - math.Log(float64(before.Imports)/float64(before.Exports))
		squares += change * change
		n++
	}
	if n < MinChanges || l.Corrected <= 0 {
		return nil
	}
	reach := distuv.StudentsT{Sigma: 1, Nu: float64(n)}.Quantile((1+r.Question.Level)/2) * math.Sqrt(squares/float64(n))
	low, high := float64(l.Exports)-float64(l.Corrected)*math.Exp(reach), float64(l.Exports)-float64(l.Corrected)*math.Exp(-reach)
	if math.IsInf(low, 0) || low < math.MinInt64/2 {
		return nil
	}
	return &Interval{int64(math.Round(low)), int64(math.Round(high)), n}
}
