// Package growth tells how exports to comparison destinations grew, in the same goods, from base months to
// another: what scales a base in the baseline world-growth (docs/method/account.md section 3).
package growth

import (
	"context"
	"slices"

	"detour/detect/cover"
	"detour/detect/series"
	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Target is the country under sanctions.
const Target area.Code = "RU"

// Comparison is what the exporters of a question sent to comparison destinations. It is read once, when a
// rule first needs it, for all base years and all of the history. It is used by one goroutine.
type Comparison struct {
	read   *series.Reader
	except []area.Code // partners that do not tell normal growth, sorted
	held   map[exporterPeriod]bool
	rules  map[*goods.FamilyTable]*Rule

	rows     map[exporterCode][]int64 // as stated, a number a period; nil until read
	unrated  map[exporterPeriod]error // the rate that an exporter's amounts miss
	periods  []period.Period          // sorted
	editions []goods.Edition          // the HS edition of each period
}

type exporterPeriod struct {
	exporter area.Code
	period   period.Period
}

type exporterCode struct {
	exporter area.Code
	goods    goods.Code
}

// In compares with the destinations that are neither coalition nor hub of the question nor target, or, with
// all, with every one; aggregate partners are none. Nothing is read yet.
func In(r *series.Reader, all bool) *Comparison {
	c := &Comparison{read: r, held: map[exporterPeriod]bool{}, unrated: map[exporterPeriod]error{}, rules: map[*goods.FamilyTable]*Rule{}}
	for _, a := range area.All() {
		if a.IsAggregate() {
			c.except = append(c.except, a.Code)
		}
	}
	if !all {
		for _, group := range []string{"coalition", "EU27"} {
			members, _ := area.BuiltIn().Get(group)
			c.except = append(c.except, members.At(r.Q.Period.From)...)
		}
		c.except = append(append(c.except, r.Hubs...), Target)
	}
	slices.Sort(c.except)
	c.except = slices.Compact(c.except)
	return c
}

// Held tells whether the data set that serves the exporter covers, in each of the periods, its exports of all
// the goods asked to some comparison destination: then no figure is no trade.
func (c *Comparison) Held(e area.Code, periods ...period.Period) bool {
	return !slices.ContainsFunc(periods, func(p period.Period) bool {
		k := exporterPeriod{e, p}
		held, known := c.held[k]
		if !known {
			held = c.covers(e, p)
			c.held[k] = held
		}
		return !held
	})
}

func (c *Comparison) covers(e area.Code, p period.Period) bool {
	plans := c.read.Plans()
	i := slices.IndexFunc(plans, func(plan series.Plan) bool { return slices.Contains(plan.Reporters, e) })
	if i < 0 {
		return false
	}
	blocks := slices.DeleteFunc(slices.Clone(plans[i].Census.Covering(p)), func(b flow.Block) bool {
		return !flow.CoversArea(b.Reporters, e) || !cover.OtherPartner(b, c.except) || !slices.Contains(b.Measures, c.read.Q.Measure)
	})
	return !slices.ContainsFunc(c.read.Queries(plans[i], nil), func(q lake.Query) bool { return !cover.StateAll(blocks, q.Goods) })
}

// lackRate remembers a missing rate: it is an error of whoever asks for growth to or from that period, see Rule.Grow.
// Of several currencies the first is named, in whatever order they come.
func (c *Comparison) lackRate(at exporterPeriod, err error) {
	if known := c.unrated[at]; known == nil || err.Error() < known.Error() {
		c.unrated[at] = err
	}
}

// fill reads the comparison unless that is done.
func (c *Comparison) fill(ctx context.Context) error {
	if c.rows != nil {
		return nil
	}
	rows := map[exporterCode][]int64{}
	c.periods = c.read.SinceHistory()
	err := c.read.EachQuery(func(q lake.Query, _ series.Window) error {
		q.Partners, q.Except, q.By = nil, c.except, []lake.Dimension{lake.ByReporter, lake.ByGoods, lake.ByPeriod}
		q.Windows = []lake.Window{{Periods: c.periods}}
		return c.read.Sum(ctx, q, func(row *lake.Row) error {
			if row.Sums[0].N == 0 {
				return nil
			}
			n, err := c.read.Convert(row.Sums[0].N, row.Currency, row.Period)
			if fault.KindOf(err) == fault.NotFound {
				c.lackRate(exporterPeriod{row.Reporter, row.Period}, err)
				return nil
			}
			if err != nil {
				return err
			}
			k := exporterCode{row.Reporter, row.Goods}
			if rows[k] == nil {
				rows[k] = make([]int64, len(c.periods))
			}
			at, _ := slices.BinarySearch(c.periods, row.Period)
			rows[k][at], err = money.Add(rows[k][at], n)
			return err
		})
	})
	if err != nil {
		return err
	}
	for _, p := range c.periods {
		c.editions = append(c.editions, goods.EditionOf(goods.CN, p).HS())
	}
	c.rows = rows
	return nil
}
