package mirror

import (
	"context"
	"slices"

	"detour/detect/cover"
	"detour/detect/series"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// side is what one direction's reporters state, in the periods of the pairs: the exporters', or one hub's.
type side struct {
	r      *series.Reader
	asked  []asked
	annual bool // pairs are of whole years
	lag    int  // months by which a statement is later than the pair it belongs to
	held   map[heldKey][]flow.Block
}

// asked is one query of the reader, and whether its data set answers in years.
type asked struct {
	lake.Query
	annual bool
}

// heldKey is a query's reporter and partner in a period of the pairs.
type heldKey struct {
	query             int
	reporter, partner area.Code
	period            period.Period
}

func newSide(r *series.Reader) *side {
	s := &side{r: r, held: map[heldKey][]flow.Block{}}
	_ = r.EachQuery(func(q lake.Query, w series.Window) error { // the function never fails
		s.asked = append(s.asked, asked{q, w.Slots[0].IsYear()})
		return nil
	})
	return s
}

// inYears tells whether some data set in use answers in years.
func (s *side) inYears() bool {
	return slices.ContainsFunc(s.asked, func(a asked) bool { return a.annual })
}

// levels lists the numbers of digits of the codes that are read.
func (s *side) levels() []int {
	var out []int
	for _, a := range s.asked {
		out = append(out, a.Goods.Level)
	}
	return out
}

// stated lists the periods in which a query's data set states a period of the pairs.
func (s *side) stated(a asked, p period.Period) []period.Period {
	if p.IsYear() && !a.annual {
		return period.Range{From: p, To: p}.Months().Periods()
	}
	return []period.Period{p.Add(s.shift(a))}
}

func (s *side) shift(a asked) int {
	if a.annual || s.annual {
		return 0
	}
	return s.lag
}

// paired is the period of the pairs that a stated one belongs to.
func (s *side) paired(a asked, p period.Period) period.Period {
	if s.annual {
		return period.Year(p.Year())
	}
	return p.Add(-s.shift(a))
}

// read gives every sum of the periods of the pairs, converted, cell by cell as stated; goods in as many digits as
// asked, where that is none as totals.
func (s *side) read(ctx context.Context, periods []period.Period, digits int, yield func(reporter, partner area.Code, g goods.Code, p period.Period, n int64) error) error {
	for _, a := range s.asked {
		q := a.Query
		q.By = []lake.Dimension{lake.ByReporter, lake.ByPartner, lake.ByPeriod}
		if digits > 0 {
			q.By, q.Digits = append(q.By, lake.ByGoods), digits
		}
		var all []period.Period
		for _, p := range periods {
			all = append(all, s.stated(a, p)...)
		}
		slices.Sort(all)
		q.Windows = []lake.Window{{Periods: slices.Compact(all)}}
		err := s.r.Sum(ctx, q, func(row *lake.Row) error {
			n, err := s.r.Convert(row.Sums[0].N, row.Currency, row.Period)
			if err != nil {
				return err
			}
			g := row.Goods
			if digits == 0 {
				g = goods.Total
			}
			return yield(row.Reporter, row.Partner, g, s.paired(a, row.Period), n)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// known tells whether the reporter states, or leaves out because there was none, its trade in the goods with the
// partner in a period of the pairs. Without goods: whether it states any.
func (s *side) known(reporter, partner area.Code, g goods.Code, p period.Period) bool {
	for i, a := range s.asked {
		blocks := s.blocks(heldKey{i, reporter, partner, p})
		periods := s.stated(a, p)
		if !slices.ContainsFunc(periods, func(p period.Period) bool {
			return !slices.ContainsFunc(blocks, func(b flow.Block) bool { return slices.Contains(b.Periods, p) && states(b, a.Goods.Level, g) })
		}) {
			return true
		}
	}
	return false
}

// blocks are those that cover the reporter and partner in some of the stated periods, none where one of these was
// not reported.
func (s *side) blocks(k heldKey) []flow.Block {
	if known, ok := s.held[k]; ok {
		return known
	}
	var out []flow.Block
	a := s.asked[k.query]
	if slices.Contains(a.Reporters, k.reporter) && slices.Contains(a.Partners, k.partner) {
		census := s.r.Census(a.Dataset)
		for _, p := range s.stated(a, k.period) {
			if s.r.Lacks(census, k.reporter, p) {
				out = nil
				break
			}
			for _, b := range census.Covering(p) {
				if flow.CoversArea(b.Reporters, k.reporter) && flow.CoversArea(b.Partners, k.partner) && slices.Contains(b.Measures, flow.Value) {
					out = append(out, b)
				}
			}
		}
	}
	s.held[k] = out
	return out
}

// states tells whether the block states the goods in rows of the level.
func states(b flow.Block, level int, g goods.Code) bool {
	switch {
	case level == 0:
		return b.CoversGoods(goods.Total)
	case g == "" || g == goods.Total:
		return slices.Contains(b.GoodsLevels(), level)
	default:
		return cover.StatesTerm(b, level, goods.Term{Code: g})
	}
}
