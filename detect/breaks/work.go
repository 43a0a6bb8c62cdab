package breaks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"detour/detect/series"
	"detour/stat/breakpoint"
	"detour/trade/caveat"
	"detour/trade/goods"
	"detour/trade/period"
)

// test dates every series that can be dated, and fills the result.
func (f *finder) test(ctx context.Context, out *Result, lines []*line, watch func(done, all int)) error {
	renamed := map[goods.Code]bool{}
	for _, e := range out.Editions {
		renamed[e.Goods] = true
	}
	var tried []*line
	for _, l := range lines {
		_, traded := l.count()
		switch {
		case renamed[l.Goods]:
			out.Renamed++
		case traded < f.q.Least:
			out.Thin++
		default:
			tried = append(tried, l)
		}
	}
	dated, err := f.all(ctx, tried, watch)
	if err != nil {
		return err
	}
	for _, b := range dated {
		if b == nil {
			out.Short++
			continue
		}
		out.Breaks = append(out.Breaks, *b)
	}
	return rank(out)
}

// rank adjusts the p-values and sorts.
func rank(r *Result) error {
	p := make([]float64, len(r.Breaks))
	for i, b := range r.Breaks {
		p[i] = b.P
	}
	adjusted, err := breakpoint.Adjust(p, breakpoint.BenjaminiHochberg)
	if err != nil {
		return err
	}
	r.SmallestP = 1
	for i := range r.Breaks {
		r.SmallestP = min(r.SmallestP, p[i])
		r.Breaks[i].Adjusted = adjusted[i]
		if adjusted[i] <= r.Question.FDR {
			r.Found++
		}
	}
	slices.SortFunc(r.Breaks, func(a, b Break) int {
		return cmp.Or(cmp.Compare(a.Adjusted, b.Adjusted), cmp.Compare(b.Statistic, a.Statistic), series.CompareKeys(a.Key, b.Key))
	})
	return nil
}

// stretch is how many series are dated between two tellings of how many there are.
const stretch = 64

// all dates the series on all processors, in their order; nil for one without room for a break. Of errors the first in that order is given.
func (f *finder) all(ctx context.Context, lines []*line, watch func(done, all int)) ([]*Break, error) {
	out, errs := make([]*Break, len(lines)), make([]error, len(lines))
	shifts := shiftsOf(f.q.Period)
	var next, done atomic.Int64
	var under sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		under.Go(func() {
			w := worker{q: f.q, shifts: shifts, source: rand.NewPCG(0, 0)}
			for i := range taken(ctx, &next, len(lines)) {
				out[i], errs[i] = w.date(lines[i])
				if n := done.Add(1); watch != nil && (n%stretch == 0 || int(n) == len(lines)) {
					watch(int(n), len(lines))
				}
			}
		})
	}
	under.Wait()
	return out, cmp.Or(cmp.Or(errs...), ctx.Err())
}

// taken gives the numbers below n that no other goroutine has taken of next, until the context ends.
func taken(ctx context.Context, next *atomic.Int64, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for ctx.Err() == nil {
			if i := int(next.Add(1)) - 1; i >= n || !yield(i) {
				return
			}
		}
	}
}

// worker dates one series after the other.
type worker struct {
	q       Question
	shifts  shifts
	source  *rand.PCG
	scratch breakpoint.Scratch
	y       []float64
}

// date gives the likeliest break of a series, nil where there is no room for one.
func (w *worker) date(l *line) (*Break, error) {
	w.y = w.y[:0]
	for _, v := range l.values {
		w.y = append(w.y, float64(v))
	}
	b := Break{Key: l.Key, line: l}
	x := breakpoint.Series{Y: w.y, Held: l.held}
	if w.q.Season {
		exposure, err := breakpoint.Season(x.Y, x.Held, max(0, min(w.q.Event.Sub(l.months[0]), len(x.Y))))
		if no, ok := errors.AsType[*breakpoint.NoSeason](err); ok {
			b.Caveats = append(b.Caveats, caveat.Caveat{Code: caveat.Method, Scope: "season", Text: "the season is not known, and is not taken off: " + no.Error()})
		} else if err != nil {
			return nil, fmt.Errorf("the season of %s: %w", l.name(), err)
		}
		x.Exposure = exposure
	}
	rule := breakpoint.Rule{Cost: w.q.Rule}
	window := breakpoint.Window{From: w.q.Window.From.Sub(l.months[0]), To: w.q.Window.To.Sub(l.months[0])}
	var err error
	if b.Break, err = breakpoint.Scan(x, rule, window, breakpoint.DefaultLevel, &w.scratch); err != nil {
		return nil, unlessShort(l, err)
	}
	if err := w.place(&b); err != nil {
		return nil, err
	}
	w.seed(l)
	b.P, err = breakpoint.PValue(x, rule, window, w.q.Test, rand.New(w.source), &w.scratch)
	if err != nil {
		return nil, unlessShort(l, err)
	}
	return &b, nil
}

// unlessShort names the series of an error other than that it has no room.
func unlessShort(l *line, err error) error {
	if _, short := errors.AsType[*breakpoint.TooShort](err); short {
		return nil
	}
	return fmt.Errorf("dating %s: %w", l.name(), err)
}

// seed makes the random orders those of the series alone, whatever was dated before it.
func (w *worker) seed(l *line) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(l.name())) // a hash takes everything
	w.source.Seed(w.q.Seed, h.Sum64())
}

// place turns places in the series into months, and the set, which lies in the scratch, into its ends.
func (w *worker) place(b *Break) error {
	l := b.line
	first, last := b.Set[0], b.Set[len(b.Set)-1]
	b.Month, b.From, b.To, b.SetSize = l.months[b.At], l.months[first], l.months[last], len(b.Set)
	if event := w.q.Event.Sub(l.months[0]); slices.Contains(b.Set, event) {
		b.EventInSet = true
	}
	b.Set = nil
	held, traded := l.count()
	b.Months, b.Empty = held, held-traded
	for _, at := range w.shifts.of(l.Goods) {
		if b.From <= at && at <= b.To {
			b.Caveats = append(b.Caveats, caveat.Caveat{Code: caveat.EditionBreak, Scope: string(l.Goods),
				Text: fmt.Sprintf("the break may be the edition of %s, in which goods came under this code or left it", at)})
		}
	}
	var err error
	if b.Before, err = l.mean(0, b.At); err == nil {
		b.After, err = l.mean(b.At, len(l.values))
	}
	if err != nil {
		return fmt.Errorf("the mean month of %s: %w", l.name(), err)
	}
	return nil
}

// firsts lists the first months of the years after the period's first.
func firsts(p period.Range) []period.Period {
	var out []period.Period
	for y := p.From.Year() + 1; y <= p.To.Year(); y++ {
		out = append(out, period.Month(y, 1))
	}
	return out
}
