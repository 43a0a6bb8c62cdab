package account

import (
	"context"
	"math/big"
	"slices"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// cellKey is one exporter, hub and code, by number in the cube's lists.
type cellKey struct {
	e, h uint16
	g    uint32
}

// cube holds, for each cell and slot, what was reported and what its base years reported, in hundredths
// of the question's currency (or the thousandths of its measure). A slot is a period of the question;
// a folded cube has one slot for all of them.
type cube struct {
	exporters []area.Code
	hubs      []area.Code
	goods     []goods.Code
	slots     []period.Period // one zero period where folded
	cells     []cellKey
	index     map[cellKey]int
	// actual and base have len(slots) numbers a cell; base sums over the base years.
	actual, base []int64
	// baseline is filled by the question's Baseline, in the same shape.
	baseline []int64
	// keep is the filter that the cells passed, nil for all of them.
	keep func(observation) bool
	// errs is what the trend missed before the event, by month; nil for other baselines.
	errs map[period.Period]*pastError

	exporterNo map[area.Code]uint16
	hubNo      map[area.Code]uint16
	goodsNo    map[goods.Code]uint32
}

func newCube(slots []period.Period) *cube {
	return &cube{slots: slots, index: map[cellKey]int{}, exporterNo: map[area.Code]uint16{}, hubNo: map[area.Code]uint16{}, goodsNo: map[goods.Code]uint32{}}
}

func numbered[K comparable, N uint16 | uint32](of map[K]N, list *[]K, k K) N {
	n, ok := of[k]
	if !ok {
		n = N(len(*list))
		of[k] = n
		*list = append(*list, k)
	}
	return n
}

// at gives the place of the cell's first slot.
func (c *cube) at(e, h area.Code, g goods.Code) int {
	k := cellKey{numbered(c.exporterNo, &c.exporters, e), numbered(c.hubNo, &c.hubs, h), numbered(c.goodsNo, &c.goods, g)}
	i, ok := c.index[k]
	if !ok {
		i = len(c.cells)
		c.index[k] = i
		c.cells = append(c.cells, k)
		c.actual = append(c.actual, make([]int64, len(c.slots))...)
		c.base = append(c.base, make([]int64, len(c.slots))...)
	}
	return i * len(c.slots)
}

// window is the question's periods in one frequency with what is left out of them: slots[i] is compared
// with the same month (or whole year) of each base year. dropped[r][i] leaves slot i out on both sides.
type window struct {
	slots   []period.Period
	years   []int
	dropped map[area.Code][]bool
}

func (w window) basePeriods(i int) []period.Period {
	out := make([]period.Period, len(w.years))
	for j, y := range w.years {
		out[j] = w.slots[i].InYear(y)
	}
	return out
}

// lakeWindows states the question for the store: the first window is the period, then one for each year
// of the period and base year, because a base month serves as many slots as there are years asked.
func (w window) lakeWindows() []lake.Window {
	out := []lake.Window{w.lakeWindow(func(p period.Period) (period.Period, bool) { return p, true })}
	for y := w.slots[0].Year(); y <= w.slots[len(w.slots)-1].Year(); y++ {
		for _, b := range w.years {
			out = append(out, w.lakeWindow(func(p period.Period) (period.Period, bool) { return p.InYear(b), p.Year() == y }))
		}
	}
	return out
}

func (w window) lakeWindow(of func(period.Period) (period.Period, bool)) lake.Window {
	out := lake.Window{Without: map[area.Code][]period.Period{}}
	for i, s := range w.slots {
		p, ok := of(s)
		if !ok {
			continue
		}
		out.Periods = append(out.Periods, p)
		for r, dropped := range w.dropped {
			if dropped[i] {
				out.Without[r] = append(out.Without[r], p)
			}
		}
	}
	return out
}

// fold reads the cube with one slot: the store sums over the period and over the base.
func (r *runner) fold(ctx context.Context) (*cube, error) {
	c := newCube([]period.Period{0})
	err := r.eachQuery(func(q lake.Query, w window) error {
		q.By, q.Digits, q.Windows = []lake.Dimension{lake.ByReporter, lake.ByPartner, lake.ByGoods}, r.q.Digits, w.lakeWindows()
		return r.store.Sum(ctx, r.snap, q, func(row *lake.Row) error {
			if none(row.Sums) {
				return nil
			}
			at := c.at(row.Reporter, row.Partner, row.Goods)
			var err error
			if c.actual[at], err = money.Add(c.actual[at], row.Sums[0].N); err != nil {
				return err
			}
			for _, n := range row.Sums[1:] {
				if c.base[at], err = money.Add(c.base[at], n.N); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return c, err
}

func none(sums []flow.Number) bool {
	return !slices.ContainsFunc(sums, func(n flow.Number) bool { return n.Held && n.N != 0 })
}

// raw is every stated sum by cell and period that a question and its specifications need, converted:
// the one pre-aggregation.
type raw struct {
	observations []observation
}

type observation struct {
	exporter, hub area.Code
	goods         goods.Code
	period        period.Period
	value         int64
}

// read fetches the sums by cell and period over the question's period and the given base years; each is
// converted once, by the rate of its own month.
func (r *runner) read(ctx context.Context, years []int) (raw, error) {
	var out raw
	err := r.eachQuery(func(q lake.Query, w window) error {
		w.years = years
		q.By, q.Digits = []lake.Dimension{lake.ByReporter, lake.ByPartner, lake.ByGoods, lake.ByPeriod}, r.q.Digits
		q.Windows = []lake.Window{{Periods: allPeriods(w)}}
		return r.store.Sum(ctx, r.snap, q, func(row *lake.Row) error {
			if !row.Sums[0].Held || row.Sums[0].N == 0 {
				return nil
			}
			v, err := r.convert(row.Sums[0].N, row.Currency, row.Period)
			out.observations = append(out.observations, observation{row.Reporter, row.Partner, row.Goods, row.Period, v})
			return err
		})
	})
	return out, err
}

// byMonth reads the sums by exporter, hub and period over everything before the event and the question
// itself: what breakdowns by month, trends and errors of the past need, read once.
func (r *runner) byMonth(ctx context.Context) (raw, error) {
	if r.months != nil {
		return *r.months, nil
	}
	out, err := r.wide(ctx, []lake.Dimension{lake.ByReporter, lake.ByPartner, lake.ByPeriod})
	r.months = &out
	return out, err
}

// goodsHistory is byMonth told apart by goods too.
func (r *runner) goodsHistory(ctx context.Context) (raw, error) {
	if r.byGoods != nil {
		return *r.byGoods, nil
	}
	out, err := r.wide(ctx, []lake.Dimension{lake.ByReporter, lake.ByPartner, lake.ByGoods, lake.ByPeriod})
	r.byGoods = &out
	return out, err
}

func (r *runner) wide(ctx context.Context, by []lake.Dimension) (raw, error) {
	var out raw
	err := r.eachQuery(func(q lake.Query, w window) error {
		periods := allPeriods(w)
		for _, p := range r.census(q.Dataset).Periods {
			if p.IsYear() == w.slots[0].IsYear() && p < r.q.Event {
				periods = append(periods, p)
			}
		}
		q.By, q.Windows = by, []lake.Window{{Periods: periods}}
		return r.store.Sum(ctx, r.snap, q, func(row *lake.Row) error {
			v, err := r.convert(row.Sums[0].N, row.Currency, row.Period)
			out.observations = append(out.observations, observation{row.Reporter, row.Partner, row.Goods, row.Period, v})
			return err
		})
	})
	return out, err
}

func allPeriods(w window) []period.Period {
	all := slices.Clone(w.slots)
	for i := range w.slots {
		all = append(all, w.basePeriods(i)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// cube arranges the observations by slot; keep chooses cells, nil all.
func (r *runner) cube(from raw, years []int, keep func(observation) bool) (*cube, error) {
	slots, places := r.slotPlaces(years)
	c := newCube(slots)
	c.keep = keep
	for _, o := range from.observations {
		if keep != nil && !keep(o) {
			continue
		}
		for _, to := range places(o) {
			at := c.at(o.exporter, o.hub, o.goods) + to.slot
			target := c.actual
			if to.base {
				target = c.base
			}
			var err error
			if target[at], err = money.Add(target[at], o.value); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// place is where an observation counts: in the actual of a slot, or in its base.
type place struct {
	slot int
	base bool
}

// slotPlaces lists the slots of all windows and gives a function that tells where an observation
// counts, dropped slots left out.
func (r *runner) slotPlaces(years []int) ([]period.Period, func(observation) []place) {
	var slots []period.Period
	for _, w := range r.windows {
		slots = append(slots, w.slots...)
	}
	slices.Sort(slots)
	slots = slices.Compact(slots)
	windows := map[bool]window{}
	for annual, w := range r.windows {
		w.years = years
		w.dropped = r.drops(w, annual)
		windows[annual] = w
	}
	cache := map[placeKey][]place{}
	return slots, func(o observation) []place {
		key := placeKey{o.exporter, o.period}
		if known, ok := cache[key]; ok {
			return known
		}
		w := windows[o.period.IsYear()]
		var out []place
		for i, s := range w.slots {
			if d := w.dropped[o.exporter]; d != nil && d[i] {
				continue
			}
			n, _ := slices.BinarySearch(slots, s)
			if s == o.period {
				out = append(out, place{slot: n})
			}
			if slices.Contains(w.basePeriods(i), o.period) {
				out = append(out, place{slot: n, base: true})
			}
		}
		cache[key] = out
		return out
	}
}

type placeKey struct {
	exporter area.Code
	period   period.Period
}

// convert gives an amount in the question's currency; other measures and the currency itself pass.
func (r *runner) convert(n int64, from money.Currency, p period.Period) (int64, error) {
	if r.q.Measure != flow.Value || from == r.currency {
		return n, nil
	}
	return r.rates.Convert(n, from, r.currency, p)
}

// mean divides a sum over n base years, rounded half to even.
func mean(sum int64, n int) int64 {
	if n == 1 {
		return sum
	}
	return roundQuotient(big.NewInt(sum), big.NewInt(int64(n)))
}

// roundQuotient is a/b rounded half to even; b is positive and the quotient fits int64.
func roundQuotient(a, b *big.Int) int64 {
	q, m := new(big.Int).DivMod(a, b, new(big.Int)) // m is not negative
	twice := m.Lsh(m, 1)
	if c := twice.Cmp(b); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return q.Int64()
}
