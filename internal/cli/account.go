package cli

import (
	"github.com/spf13/cobra"

	"detour/ask"
	"detour/fault"
)

func (a *app) accountCmd() *cobra.Command {
	var q ask.Account
	cmd := &cobra.Command{
		Use:   "account",
		Short: "How much more than normal growth was exported to the hubs",
		Example: "  detour account --from EU27 --to neighbours --goods eu-export-ban-2023-01 --months 2022-03..2022-11 --base 2021\n" +
			"  detour account --from EU27 --to KG --goods all --months 2022 --base 2019..2021 --baseline world-growth --currency NOK",
		Args: exact(0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if q.Level == 0 { // said so: the flag has a default
				return fault.Errorf(fault.BadInput, "--level 0 is not between 0 and 1").Hint("give --level 0.9")
			}
			return a.answer(cmd.Context(), q)
		},
	}
	f := cmd.Flags()
	a.commonFlags(cmd, &q.From, &q.To, &q.Goods, &q.Months, &q.Base, &q.Missing, &q.Source)
	f.StringVar(&q.Baseline, "baseline", "same-month", "what normal growth is: same-month, mean-of-years, world-growth, trend (see detour methods)")
	f.StringVar(&q.Comparison, "comparison", "default", "destinations that tell world growth: default, all")
	f.StringVar(&q.Measure, "measure", "value", "value, kg, units")
	f.StringVar(&q.Currency, "currency", "", "currency of the answer; the sources' own if single, else EUR")
	f.StringArrayVar(&q.By, "by", nil, "a further breakdown, such as exporter,hub; may be repeated")
	f.IntVar(&q.Digits, "digits", 0, "cut goods codes to this many digits in breakdowns: 2, 4, 6, 8, 10")
	f.StringVar(&q.Sum, "sum", "net", "net, or the positive parts of cells: positive@exporter,hub,goods, of codes cut as by --digits, or goods2, goods4, ...")
	f.StringVar(&q.Event, "event", "2022-03", "first month in which diversion is possible")
	f.StringVar(&q.Specifications, "specifications", "default", "other specifications to compute: none, default, all")
	f.Float64Var(&q.Level, "level", 0.9, "level of the predictive interval")
	return cmd
}

// commonFlags are the flags of every question about flows in a period against a base.
func (a *app) commonFlags(cmd *cobra.Command, from, to, goods, months, base, missing, source *string) {
	f := cmd.Flags()
	f.StringVar(from, "from", "EU27", "exporters: areas and groups")
	f.StringVar(to, "to", "neighbours", "hubs: areas and groups")
	f.StringVar(goods, "goods", "all", "sets, codes, or all (detour goods lists the sets)")
	f.StringVar(months, "months", "2022", "period: 2022-03..2022-11, or whole years")
	f.StringVar(base, "base", "2021", "base years: 2021, 2019..2021")
	f.StringVar(missing, "missing", "leave", "a month not reported: leave it out on both sides, or count it as zero")
	f.StringVar(source, "source", "", "only this source or data set, such as comext/bulk")
}
