package cli

import (
	"context"
	"sync"

	"github.com/spf13/cobra"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"detour/ask/dates"
)

func (a *app) breaksCmd() *cobra.Command {
	var q dates.Breaks
	cmd := &cobra.Command{
		Use:   "breaks",
		Short: "The months in which exports changed, and how sure that is",
		Long: "Dates the series of every exporter, hub and goods, the strongest first: the month of the new level, the months in\n" +
			"which it may have begun, and a p-value adjusted for the number of series. Fewer and fuller series tell more than many\n" +
			"thin ones: begin with --by hub,goods --digits 2 (docs/method/breaks.md).",
		Example: "  detour breaks --by hub,goods --digits 2\n" +
			"  detour breaks --from EU27 --to neighbours --goods eu-export-ban-2023-01 --months 2020-01..2022-10 --by exporter,hub --html breaks.html",
		Args: exact(0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.answer(cmd.Context(), q) },
	}
	f := cmd.Flags()
	f.StringVar(&q.From, "from", "EU27", "exporters: areas and groups")
	f.StringVar(&q.To, "to", "neighbours", "hubs: areas and groups")
	f.StringVar(&q.Goods, "goods", "all", "sets, codes, or all (detour goods lists the sets)")
	f.StringVar(&q.Months, "months", "2020..2022", "months of the series; three years or more where they are held")
	f.StringVar(&q.Source, "source", "", "only this source or data set, such as comext/bulk")
	f.StringVar(&q.Measure, "measure", "value", "value, kg, units")
	f.StringVar(&q.Currency, "currency", "", "currency of the answer; the sources' own if single, else EUR")
	f.StringVar(&q.Dimensions, "by", "exporter,hub,goods", "what has a series of its own: exporter, hub, goods")
	f.IntVar(&q.Digits, "digits", 0, "cut goods codes to this many digits")
	f.StringVar(&q.Event, "event", "2022-03", "first month in which diversion is possible")
	f.StringVar(&q.Window, "window", "", "where a break may lie; from eight months before the event if left open")
	f.StringVar(&q.Rule, "rule", "quasi-poisson", "what changes: quasi-poisson (the sum), hurdle (the usual month), hurdle-trend (also its growth)")
	f.IntVar(&q.Block, "block", 3, "months that are permuted together: 1 supposes that months have no memory")
	f.IntVar(&q.Permutations, "permutations", 999, "random orders a series is compared with at most: 1/(these+1) is the least p-value")
	f.Uint64Var(&q.Seed, "seed", 1, "of the random orders")
	f.Float64Var(&q.Fdr, "fdr", 0.1, "how many of the breaks found may be false, as a share")
	f.BoolVar(&q.Season, "season", false, "take off the months of the year, as they were before the event")
	f.IntVar(&q.LeastMonths, "least-months", 6, "months with trade that a series has at least to be tested")
	f.IntVar(&q.Limit, "limit", 0, "show only the strongest; 0 is all that pass")
	return cmd
}

// answerBar shows how much of an answer is done, if it takes long.
type answerBar struct {
	group *mpb.Progress
	once  sync.Once
	bar   *mpb.Bar
}

func newAnswerBar(ctx context.Context, a *app) *answerBar {
	return &answerBar{group: mpb.NewWithContext(ctx, mpb.WithOutput(a.Err), mpb.WithWidth(40), mpb.WithRenderDelay(afterDelay()))}
}

// see may be called by several goroutines at once.
func (b *answerBar) see(done, all int) {
	b.once.Do(func() {
		b.bar = b.group.AddBar(int64(all), mpb.BarRemoveOnComplete(), mpb.PrependDecorators(decor.CountersNoUnit("%d of %d ")), mpb.AppendDecorators(decor.AverageETA(decor.ET_STYLE_GO)))
	})
	if int64(done) > b.bar.Current() {
		b.bar.SetCurrent(int64(done))
	}
}

func (b *answerBar) wait() { b.group.Shutdown() }
