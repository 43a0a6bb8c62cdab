package bench

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"detour/report"
)

// contest is the program beside plain DuckDB on the same work.
type contest struct {
	key, title   string
	ours, theirs func(context.Context) (Cost, error)
	work         string // what both do, in words
	ratio        float64
	peak         int64 // what ours should stay below, 0 for no such target
}

// costs are the costs of one contest, ours[i] measured next to theirs[i].
type costs struct{ ours, theirs []Cost }

// run warms both up and runs them in pairs; who goes first changes from pair to pair, so that a drift of
// the machine favours neither.
func (b Bench) run(ctx context.Context, c contest) (costs, error) {
	var out costs
	for i := range b.Pairs + 1 {
		ours, theirs, err := pair(ctx, c, i%2 == 0)
		if err != nil {
			return out, err
		}
		if i == 0 {
			continue
		}
		b.say(fmt.Sprintf("%s %d of %d: %.2f s, DuckDB %.2f s", c.key, i, b.Pairs, ours.Wall.Seconds(), theirs.Wall.Seconds()))
		out.ours, out.theirs = append(out.ours, ours), append(out.theirs, theirs)
	}
	return out, nil
}

// contest runs a contest and lays it out.
func (b Bench) contest(ctx context.Context, c contest) ([]report.Block, error) {
	m, err := b.run(ctx, c)
	if err != nil {
		return nil, err
	}
	return c.blocks(m), nil
}

func pair(ctx context.Context, c contest, oursFirst bool) (ours, theirs Cost, err error) {
	if oursFirst {
		if ours, err = c.ours(ctx); err == nil {
			theirs, err = c.theirs(ctx)
		}
		return ours, theirs, err
	}
	if theirs, err = c.theirs(ctx); err == nil {
		ours, err = c.ours(ctx)
	}
	return ours, theirs, err
}

// ratios gives ours over theirs, pair by pair.
func (c costs) ratios() []float64 {
	out := make([]float64, len(c.ours))
	for i := range c.ours {
		out[i] = c.ours[i].Wall.Seconds() / c.theirs[i].Wall.Seconds()
	}
	return out
}

func walls(of []Cost) []time.Duration { return each(of, func(c Cost) time.Duration { return c.Wall }) }
func peaks(of []Cost) []int64         { return each(of, func(c Cost) int64 { return c.Peak }) }

func each[T any](of []Cost, f func(Cost) T) []T {
	out := make([]T, len(of))
	for i, c := range of {
		out[i] = f(c)
	}
	return out
}

// median is the middle one, the lower of the two in the middle of an even number.
func median[T cmp.Ordered](of []T) T {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[(len(sorted)-1)/2]
}

// blocks lays a contest out: medians, their ratio with its spread, peaks, targets and every run.
func (c contest) blocks(m costs) []report.Block {
	ratios := m.ratios()
	facts := report.Facts{
		{Key: "work", Title: "Work", Value: report.Str(c.work)},
		{Key: "ours_seconds", Title: "detour, median seconds", Value: seconds(median(walls(m.ours)))},
		{Key: "plain_seconds", Title: "DuckDB, median seconds", Value: seconds(median(walls(m.theirs)))},
		{Key: "ratio", Title: "Median ratio", Value: report.Float(median(ratios), 2)},
		{Key: "ratio_least", Title: "Least ratio", Value: report.Float(slices.Min(ratios), 2)},
		{Key: "ratio_most", Title: "Greatest ratio", Value: report.Float(slices.Max(ratios), 2)},
		{Key: "ratio_target", Title: "Ratio to meet", Value: report.Float(c.ratio, 2)},
		{Key: "ours_peak_mib", Title: "detour, greatest peak MiB", Value: mib(slices.Max(peaks(m.ours)))},
		{Key: "plain_peak_mib", Title: "DuckDB, greatest peak MiB", Value: mib(slices.Max(peaks(m.theirs)))},
	}
	if c.peak > 0 {
		facts = append(facts, report.Fact{Key: "peak_target_mib", Title: "Peak to stay below, MiB", Value: mib(c.peak)})
	}
	return []report.Block{
		{Key: c.key, Title: c.title, Body: facts},
		{Key: c.key + "_runs", Title: c.title + ", run by run", Body: m.table()},
	}
}

func (c costs) table() report.Table {
	t := report.Table{Columns: []report.Column{{Key: "run", Title: "Run"}, {Key: "ours_seconds", Title: "detour s"}, {Key: "plain_seconds", Title: "DuckDB s"}, {Key: "ratio", Title: "Ratio"},
		{Key: "ours_cpu_seconds", Title: "detour CPU s"}, {Key: "plain_cpu_seconds", Title: "DuckDB CPU s"}, {Key: "ours_peak_mib", Title: "detour MiB"}, {Key: "plain_peak_mib", Title: "DuckDB MiB"}}}
	for i, r := range c.ratios() {
		t.Rows = append(t.Rows, []report.Cell{report.Int(int64(i + 1)), seconds(c.ours[i].Wall), seconds(c.theirs[i].Wall), report.Float(r, 2),
			seconds(c.ours[i].CPU), seconds(c.theirs[i].CPU), mib(c.ours[i].Peak), mib(c.theirs[i].Peak)})
	}
	return t
}

func seconds(d time.Duration) report.Cell { return report.Float(d.Seconds(), 2) }

func mib(bytes int64) report.Cell { return report.Int(bytes >> 20) }
