package series

import (
	"context"
	"slices"
	"sync"

	"detour/detect/cover"
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
	// Mass and BaseMass are net masses in grams in the shape of Actual and Base, nil unless Fold read them.
	Mass, BaseMass []int64
	// Baseline is filled by whoever says what is normal, in the same shape.
	Baseline []int64
	// Keep is the filter that the cells passed, nil for all of them.
	Keep func(Observation) bool

	index      map[CellKey]int // nil where no cell comes twice
	exporterNo map[area.Code]uint16
	hubNo      map[area.Code]uint16
	goodsNo    map[goods.Code]uint32
}

// Folded tells whether all periods share one slot.
func (c *Cube) Folded() bool { return c.Slots[0] == 0 }

func newCube(slots []period.Period) *Cube {
	return &Cube{Slots: slots, Actual: []int64{}, Base: []int64{}, index: map[CellKey]int{}, exporterNo: map[area.Code]uint16{}, hubNo: map[area.Code]uint16{}, goodsNo: map[goods.Code]uint32{}}
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
		if c.index != nil {
			c.index[k] = i
		}
		c.Cells = append(c.Cells, k)
		for _, of := range []*[]int64{&c.Actual, &c.Base, &c.Mass, &c.BaseMass} {
			if *of != nil {
				*of = append(*of, make([]int64, len(c.Slots))...)
			}
		}
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

// Fold reads the cube with one slot: the store sums over the period and over the base. Where a data set in
// use states masses and its codes are not cut, each cell has its masses too: reading them in the same pass
// costs a fraction of another. MonthTotals are read while the cells are taken.
func (r *Reader) Fold(ctx context.Context) (*Cube, error) {
	c := newCube([]period.Period{0})
	measures := []flow.Measure{r.Q.Measure}
	if r.StatesMass() && !r.cutsCodes() {
		measures = append(measures, flow.NetMass)
		c.Mass, c.BaseMass = []int64{}, []int64{}
	}
	if r.asksOnce() {
		c.index = nil
	}
	begun := sync.OnceFunc(func() { r.totals = ahead(r.history(ctx, r.totalsBy()...)) })
	err := r.EachQuery(func(q lake.Query, w Window) error {
		q.By, q.Digits, q.Windows, q.Measures = []lake.Dimension{lake.ByReporter, lake.ByPartner, lake.ByGoods}, r.Q.Digits, w.LakeWindows(), measures
		return r.Sum(ctx, q, func(row *lake.Row) error {
			begun()
			return c.fold(row, len(measures))
		})
	})
	return c, err
}

// fold adds a row whose sums are the measures of the period, then those of each window of the base.
func (c *Cube) fold(row *lake.Row, measures int) error {
	if none(row.Sums) {
		return nil
	}
	at := c.at(row.Reporter, row.Partner, row.Goods)
	sides := [2][2][]int64{{c.Actual, c.Mass}, {c.Base, c.BaseMass}}
	for i, n := range row.Sums {
		to := &sides[min(i/measures, 1)][i%measures][at]
		sum, err := money.Add(*to, n.N)
		if err != nil {
			return err
		}
		*to = sum
	}
	return nil
}

// asksOnce tells whether one query has all cells, each in one row, because it is in one currency.
func (r *Reader) asksOnce() bool {
	plans := r.Plans()
	return len(plans) == 1 && len(plans[0].answer.Parts) == 1 && r.OwnCurrency()
}

// cutsCodes tells whether rows of the stated codes are summed up to shorter ones.
func (r *Reader) cutsCodes() bool {
	return r.Q.Digits > 0 && slices.ContainsFunc(r.Plans(), func(p Plan) bool {
		return slices.ContainsFunc(p.answer.Parts, func(part cover.Part) bool { return r.Q.Digits < part.Level })
	})
}

// StatesMass tells whether masses are held beside the values asked for, in some data set in use.
func (r *Reader) StatesMass() bool {
	return r.Q.Measure == flow.Value && slices.ContainsFunc(r.Plans(), func(p Plan) bool {
		return slices.ContainsFunc(r.Snap.Of(p.Dataset), func(s lake.Segment) bool {
			return slices.ContainsFunc(s.Coverage, func(b flow.Block) bool {
				return b.Direction == r.Q.Direction && slices.Contains(b.Measures, flow.NetMass)
			})
		})
	})
}

func none(sums []flow.Number) bool {
	return !slices.ContainsFunc(sums, func(n flow.Number) bool { return n.Held && n.N != 0 })
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
