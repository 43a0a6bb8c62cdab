package cli

import (
	"github.com/spf13/cobra"

	"detour/ask"
)

func (a *app) flowsCmd() *cobra.Command {
	var q ask.Flows
	cmd := &cobra.Command{
		Use:     "flows",
		Short:   "The stated flows by any dimension",
		Example: "  detour flows --from DE,LT --to KZ --goods 8542 --months 2021..2022 --by exporter,month",
		Args:    exact(0, "no argument"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.answer(cmd.Context(), q) },
	}
	f := cmd.Flags()
	f.StringVar(&q.From, "from", "EU27", "exporters: areas and groups")
	f.StringVar(&q.To, "to", "neighbours", "hubs: areas and groups")
	f.StringVar(&q.Goods, "goods", "all", "sets, codes, or all")
	f.StringVar(&q.Months, "months", "2022", "period: 2022-03..2022-11, or whole years")
	f.StringVar(&q.Source, "source", "", "only this source or data set")
	f.StringVar(&q.Currency, "currency", "", "currency of the answer")
	f.IntVar(&q.Digits, "digits", 0, "cut goods codes to this many digits")
	f.StringVar(&q.Dimensions, "by", "exporter,hub", "dimensions: exporter, hub, goods, month")
	return cmd
}

func (a *app) marketsCmd() *cobra.Command {
	var q ask.Markets
	cmd := &cobra.Command{
		Use:     "markets",
		Short:   "Exporter x hub x code cells that are large and grew",
		Example: "  detour markets --to neighbours,RU --goods eu-export-ban-2023-01 --months 2022-03..2022-11 --above 10m --growth 2",
		Args:    exact(0, "no argument"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.answer(cmd.Context(), q) },
	}
	a.commonFlags(cmd, &q.From, &q.To, &q.Goods, &q.Months, &q.Base, &q.Missing, &q.Source)
	f := cmd.Flags()
	f.StringVar(&q.Currency, "currency", "", "currency of the answer")
	f.StringVar(&q.Above, "above", "10m", "more than this amount in the period")
	f.StringVar(&q.Growth, "growth", "2", "more than this many times the base")
	f.BoolVar(&q.AsPublished, "as-published", false, "take codes as they stand, without following them through editions")
	return cmd
}
