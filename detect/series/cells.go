package series

import (
	"context"
	"math/big"
	"slices"

	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// CellKey is one exporter, hub and code, by number in the cube's lists.
type CellKey struct {
	Exporter, Hub uint16
	Goods         uint32
}

// Cube holds, for each cell and slot, what was reported and what its base years reported, in hundredths
// of the question's currency (or the thousandths of its measure). A slot is a period of the question;
// a folded cube has one slot for all of them.
type Cube struct {
	Exporters []area.Code
	Hubs      []area.Code
	Goods     []goods.Code
	Slots     []period.Period // one zero period where folded
	Cells     []CellKey
	// Actual and Base have len(Slots) numbers a cell; Base sums over the base years.
	Actual, Base []int64
	// Baseline is filled by whoever says what is normal, in the same shape.
	Baseline []int64
	// Keep is the filter that the cells passed, nil for all of them.
	Keep func(Observation) bool

	index      map[CellKey]int
	exporterNo map[area.Code]uint16
	hubNo      map[area.Code]uint16
	goodsNo    map[goods.Code]uint32
}

// Folded tells whether all periods share one slot.
func (c *Cube) Folded() bool { return c.Slots[0] == 0 }

func newCube(slots []period.Period) *Cube {
	return &Cube{Slots: slots, index: map[CellKey]int{}, exporterNo: map[area.Code]uint16{}, hubNo: map[area.Code]uint16{}, goodsNo: map[goods.Code]uint32{}}
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
func (c *Cube) at(e, h area.Code, g goods.Code) int {
	k := CellKey{numbered(c.exporterNo, &c.Exporters, e), numbered(c.hubNo, &c.Hubs, h), numbered(c.goodsNo, &c.Goods, g)}
	i, ok := c.index[k]
	if !ok {
		i = len(c.Cells)
		c.index[k] = i
		c.Cells = append(c.Cells, k)
		c.Actual = append(c.Actual, make([]int64, len(c.Slots))...)
		c.Base = append(c.Base, make([]int64, len(c.Slots))...)
	}
	return i * len(c.Slots)
}

// Window is the question's periods in one frequency with what is left out of them: Slots[i] is compared
// with the same month (or whole year) of each base year. Dropped[r][i] leaves slot i out on both sides.
type Window struct {
	Slots   []period.Period
	Years   []int
	Dropped map[area.Code][]bool
}

// BasePeriods are the periods that slot i is compared with.
func (w Window) BasePeriods(i int) []period.Period {
	out := make([]period.Period, len(w.Years))
	for j, y := range w.Years {
		out[j] = w.Slots[i].InYear(y)
	}
	return out
}

// Uses counts the slots of a reporter whose own period p is, and those whose base has p.
func (w Window) Uses(reporter area.Code, p period.Period) (own, base int) {
	for i, s := range w.Slots {
		if d := w.Dropped[reporter]; d != nil && d[i] {
			continue
		}
		if s == p {
			own++
		}
		if slices.Contains(w.BasePeriods(i), p) {
			base++
		}
	}
	return own, base
}

// LakeWindows states the question for the store: the first window is the period, then one for each year
// of the period and base year, because a base month serves as many slots as there are years asked.
func (w Window) LakeWindows() []lake.Window {
	out := []lake.Window{w.lakeWindow(func(p period.Period) (period.Period, bool) { return p, true })}
	for y := w.Slots[0].Year(); y <= w.Slots[len(w.Slots)-1].Year(); y++ {
		for _, b := range w.Years {
			out = append(out, w.lakeWindow(func(p period.Period) (period.Period, bool) { return p.InYear(b), p.Year() == y }))
		}
	}
	return out
}

func (w Window) lakeWindow(of func(period.Period) (period.Period, bool)) lake.Window {
	out := lake.Window{Without: map[area.Code][]period.Period{}}
	for i, s := range w.Slots {
		p, ok := of(s)
		if !ok {
			continue
		}
		out.Periods = append(out.Periods, p)
		for r, dropped := range w.Dropped {
			if dropped[i] {
				out.Without[r] = append(out.Without[r], p)
			}
		}
	}
	return out
}

// Fold reads the cube with one slot: the store sums over the period and over the base.
func (r *Reader) Fold(ctx context.Context) (*Cube, error) {
	c := newCube([]period.Period{0})
	err := r.EachQuery(func(q lake.Query, w Window) error {
		q.By, q.Digits, q.Windows = []lake.Dimension{lake.ByReporter, lake.ByPartner, lake.ByGoods}, r.Q.Digits, w.LakeWindows()
		return r.Sum(ctx, q, func(row *lake.Row) error {
			if none(row.Sums) {
				return nil
			}
			at := c.at(row.Reporter, row.Partner, row.Goods)
			var err error
			if c.Actual[at], err = money.Add(c.Actual[at], row.Sums[0].N); err != nil {
				return err
			}
			for _, n := range row.Sums[1:] {
				if c.Base[at], err = money.Add(c.Base[at], n.N); err != nil {
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

// Raw is every stated sum by cell and period that a question and its specifications need, converted:
// the one pre-aggregation.
type Raw []Observation

// Observation is one sum: a cell in a period, in the question's currency.
type Observation struct {
	Exporter, Hub area.Code
	Goods         goods.Code
	Period        period.Period
	Value         int64
}

// Read fetches the sums by cell and period over the question's period and the given base years; each is
// converted once, by the rate of its own month.
func (r *Reader) Read(ctx context.Context, years []int) (Raw, error) {
	out := Raw{}
	err := r.EachQuery(func(q lake.Query, w Window) error {
		w.Years = years
		q.By, q.Digits = []lake.Dimension{lake.ByReporter, lake.ByPartner, lake.ByGoods, lake.ByPeriod}, r.Q.Digits
		q.Windows = []lake.Window{{Periods: w.All()}}
		return r.Sum(ctx, q, func(row *lake.Row) error {
			if !row.Sums[0].Held || row.Sums[0].N == 0 {
				return nil
			}
			v, err := r.Convert(row.Sums[0].N, row.Currency, row.Period)
			out = append(out, Observation{row.Reporter, row.Partner, row.Goods, row.Period, v})
			return err
		})
	})
	return out, err
}

// ByMonth reads the sums by exporter, hub and period over everything before the event and the question
// itself: what breakdowns by month, trends and errors of the past need, read once.
func (r *Reader) ByMonth(ctx context.Context) (Raw, error) {
	return r.once(ctx, &r.months, lake.ByReporter, lake.ByPartner, lake.ByPeriod)
}

// GoodsHistory is ByMonth told apart by goods too.
func (r *Reader) GoodsHistory(ctx context.Context) (Raw, error) {
	return r.once(ctx, &r.byGoods, lake.ByReporter, lake.ByPartner, lake.ByGoods, lake.ByPeriod)
}

// once reads what has not been read yet.
func (r *Reader) once(ctx context.Context, into *Raw, by ...lake.Dimension) (Raw, error) {
	if *into == nil {
		got, err := r.wide(ctx, by)
		if err != nil {
			return nil, err
		}
		*into = got
	}
	return *into, nil
}

func (r *Reader) wide(ctx context.Context, by []lake.Dimension) (Raw, error) {
	out := Raw{}
	err := r.EachQuery(func(q lake.Query, w Window) error {
		periods := w.All()
		for _, p := range r.Census(q.Dataset).Periods {
			if p.IsYear() == w.Slots[0].IsYear() && p < r.Before {
				periods = append(periods, p)
			}
		}
		q.By, q.Windows = by, []lake.Window{{Periods: periods}}
		return r.Sum(ctx, q, func(row *lake.Row) error {
			v, err := r.Convert(row.Sums[0].N, row.Currency, row.Period)
			out = append(out, Observation{row.Reporter, row.Partner, row.Goods, row.Period, v})
			return err
		})
	})
	return out, err
}

// All lists every period of both sides, sorted.
func (w Window) All() []period.Period {
	all := slices.Clone(w.Slots)
	for i := range w.Slots {
		all = append(all, w.BasePeriods(i)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Cube arranges the observations by slot; keep chooses cells, nil all.
func (r *Reader) Cube(from Raw, years []int, keep func(Observation) bool) (*Cube, error) {
	slots, places := r.Places(years)
	c := newCube(slots)
	c.Keep = keep
	for _, o := range from {
		if keep != nil && !keep(o) {
			continue
		}
		for _, to := range places(o) {
			at := c.at(o.Exporter, o.Hub, o.Goods) + to.Slot
			target := c.Actual
			if to.Base {
				target = c.Base
			}
			var err error
			if target[at], err = money.Add(target[at], o.Value); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// Place is where an Observation counts: in the actual of a slot, or in its base.
type Place struct {
	Slot int
	Base bool
}

// Places lists the slots of all windows and gives a function that tells where an Observation
// counts, dropped slots left out.
func (r *Reader) Places(years []int) ([]period.Period, func(Observation) []Place) {
	var slots []period.Period
	for _, w := range r.Windows {
		slots = append(slots, w.Slots...)
	}
	slices.Sort(slots)
	slots = slices.Compact(slots)
	windows := map[bool]Window{}
	for annual, w := range r.Windows {
		w.Years = years
		w.Dropped = r.drops(w, annual)
		windows[annual] = w
	}
	cache := map[placeKey][]Place{}
	return slots, func(o Observation) []Place {
		key := placeKey{o.Exporter, o.Period}
		if known, ok := cache[key]; ok {
			return known
		}
		w := windows[o.Period.IsYear()]
		var out []Place
		for i, s := range w.Slots {
			if d := w.Dropped[o.Exporter]; d != nil && d[i] {
				continue
			}
			n, _ := slices.BinarySearch(slots, s)
			if s == o.Period {
				out = append(out, Place{Slot: n})
			}
			if slices.Contains(w.BasePeriods(i), o.Period) {
				out = append(out, Place{Slot: n, Base: true})
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

// Convert gives an amount in the question's currency; other measures and the currency itself pass.
func (r *Reader) Convert(n int64, from money.Currency, p period.Period) (int64, error) {
	if r.Q.Measure != flow.Value || from == r.Currency {
		return n, nil
	}
	return r.rates.Convert(n, from, r.Currency, p)
}

// Mean divides a sum over n base years, rounded half to even.
func Mean(sum int64, n int) int64 {
	if n == 1 {
		return sum
	}
	return roundQuotient(big.NewInt(sum), big.NewInt(int64(n))).Int64()
}

// RoundQuotient is a/b rounded half to even; b is positive. A quotient that leaves int64 is BadInput.
func RoundQuotient(a, b *big.Int) (int64, error) {
	q := roundQuotient(a, b)
	if !q.IsInt64() {
		return 0, fault.Errorf(fault.BadInput, "an expected figure leaves int64: %s hundredths", q)
	}
	return q.Int64(), nil
}

func roundQuotient(a, b *big.Int) *big.Int {
	q, m := new(big.Int).DivMod(a, b, new(big.Int)) // m is not negative
	twice := m.Lsh(m, 1)
	if c := twice.Cmp(b); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return q
}
