package cli

import (
	"github.com/spf13/cobra"

	"detour/ask/mirrors"
)

func (a *app) ghostCmd() *cobra.Command {
	var q mirrors.Ghost
	cmd := &cobra.Command{
		Use:   "ghost",
		Short: "How much of what was exported the hubs never saw",
		Example: "  detour ghost --from EU27 --to AM,KZ,KG --goods all --months 2022 --base 2021\n" +
			"  detour ghost --to KG --months 2023 --source comext/easy --mirror-source kg-nsc --cif 0.05",
		Args: exact(0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.answer(cmd.Context(), q) },
	}
	a.commonFlags(cmd, &q.From, &q.To, &q.Goods, &q.Months, &q.Base, &q.Missing, &q.Source)
	a.mirrorFlags(cmd, &q.Mirror)
	cmd.Flags().Float64Var(&q.Level, "level", 0.9, "level of the interval")
	return cmd
}

func (a *app) mirrorCmd() *cobra.Command {
	var q mirrors.Mirror
	cmd := &cobra.Command{
		Use:   "mirror",
		Short: "What hubs say they received of what exporters say they sent, with the margins",
		Example: "  detour mirror --from EU27 --to UZ --goods all --digits 2 --months 2022 --by hub,goods\n" +
			"  detour mirror --to KG --months 2022 --mirror-source kg-nsc",
		Args: exact(0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.answer(cmd.Context(), q) },
	}
	f := cmd.Flags()
	f.StringVar(&q.From, "from", "EU27", "exporters: areas and groups")
	f.StringVar(&q.To, "to", "neighbours", "hubs: areas and groups")
	f.StringVar(&q.Goods, "goods", "all", "sets, codes, or all")
	f.StringVar(&q.Months, "months", "2022", "period: 2022-03..2022-11, or whole years")
	f.StringVar(&q.Missing, "missing", "leave", "a month not reported: leave it out on both sides, or count it as zero")
	f.StringVar(&q.Source, "source", "", "only these sources or data sets for the exporters")
	a.mirrorFlags(cmd, &q)
	f.StringVar(&q.Dimensions, "by", "exporter,hub", "dimensions: exporter, hub, goods, month")
	return cmd
}

// mirrorFlags are the flags of every question that sets two sides against each other.
func (a *app) mirrorFlags(cmd *cobra.Command, q *mirrors.Mirror) {
	f := cmd.Flags()
	f.StringVar(&q.MirrorSource, "mirror-source", "", "only these sources or data sets for the hubs, such as kg-nsc,am-armstat/imports-origin")
	f.StringVar(&q.Cif, "cif", "0", "margin of imports (CIF) over exports (FOB): a share up to 0.2, or fit")
	f.StringVar(&q.Lag, "lag", "fit", "months from export to import, where both sides have months: 0, 1, 2, or fit")
	f.StringVar(&q.Currency, "currency", "", "currency of the answer; the sides' own if it is the same, else EUR")
	f.IntVar(&q.Digits, "digits", 0, "compare goods by codes of this many digits; the finest that both sides have if left out")
	f.StringVar(&q.Event, "event", "2022-03", "first month in which diversion is possible")
}
