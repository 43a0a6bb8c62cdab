package beside

import (
	"context"
	"maps"
	"slices"

	"detour/detect/series"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/money"
)

// unnamed are the special partners under which trade with a hub may hide: countries not specified, and
// those kept secret for commercial or military reasons. Stores and the high seas are no hub's.
var unnamed = []area.Code{"QU", "QV", "QW", "QX", "QY", "QZ"}

// SayWithheld adds the caveats on what the reporters of the question withheld: confidential rows, and
// trade in the same goods and period with partners that they do not name.
func SayWithheld(ctx context.Context, r *series.Reader) error {
	sayConfidential(r)
	sums := map[area.Code]int64{}
	err := r.EachQuery(func(q lake.Query, w series.Window) error {
		if !statesUnnamed(r.Census(q.Dataset)) {
			return nil
		}
		q.Partners, q.By, q.Windows = unnamed, []lake.Dimension{lake.ByReporter, lake.ByPeriod}, []lake.Window{{Periods: w.Slots}}
		return r.Sum(ctx, q, func(row *lake.Row) error {
			n, err := r.Convert(row.Sums[0].N, row.Currency, row.Period)
			if err != nil {
				return err
			}
			sums[row.Reporter], err = money.Add(sums[row.Reporter], n)
			return err
		})
	})
	if err != nil {
		return err
	}
	var hiding []area.Code
	var total int64
	for _, c := range slices.Sorted(maps.Keys(sums)) {
		if sums[c] == 0 {
			continue
		}
		hiding = append(hiding, c)
		if total, err = money.Add(total, sums[c]); err != nil {
			return err
		}
	}
	if len(hiding) > 0 {
		r.Caveatf(caveat.PartnerUnknown, series.Few(hiding), "%d exporters state trade in these goods and months with partners they do not name (%s in all): some of it may have gone to the hubs", len(hiding), r.Amount(total))
	}
	return nil
}

func statesUnnamed(c *lake.Census) bool {
	return slices.ContainsFunc(c.Blocks(), func(b flow.Block) bool {
		return slices.ContainsFunc(unnamed, func(p area.Code) bool { return flow.CoversArea(b.Partners, p) })
	})
}

// sayConfidential counts the rows withheld by the exporters in the periods asked, base included, over all
// their goods and partners: which cells they belong to is what is withheld.
func sayConfidential(r *series.Reader) {
	rows := map[area.Code]int64{}
	for _, p := range r.Plans() {
		asked := r.Windows[p.Annual].All()
		for _, l := range r.Snap.Live(p.Dataset) {
			for _, n := range l.Counts {
				if n.Confidential > 0 && n.Direction == flow.Export && slices.Contains(p.Reporters, n.Reporter) && slices.Contains(asked, n.Period) {
					rows[n.Reporter] += n.Confidential
				}
			}
		}
	}
	for _, c := range slices.Sorted(maps.Keys(rows)) {
		r.Caveatf(caveat.Confidential, string(c), "%d rows of this exporter in the months compared are withheld in part: what they hide is not in the figures", rows[c])
	}
}
