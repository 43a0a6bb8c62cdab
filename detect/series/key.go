package series

import (
	"cmp"
	"slices"

	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Dimension is a key of a breakdown.
type Dimension string

// The dimensions.
const (
	Exporter Dimension = "exporter"
	Hub      Dimension = "hub"
	Goods    Dimension = "goods"
	Month    Dimension = "month"
)

// Dimensions lists them in the order in which crosses name them.
func Dimensions() []Dimension { return []Dimension{Exporter, Hub, Goods, Month} }

// Line is what was reported, what was expected, and the difference, in hundredths of the currency (or
// thousandths of the unit).
type Line struct{ Actual, Baseline, Excess int64 }

// Key names a row of a breakdown; dimensions that it does not break down by are zero.
type Key struct {
	Exporter area.Code
	Hub      area.Code
	Goods    goods.Code
	Month    period.Period
}

// Entry is one cell and slot of an evaluated cube. At says where in the cube it is.
type Entry struct {
	Key
	At               Coordinates
	Actual, Baseline int64
}

// Coordinates are a Key by number in the lists of one cube: cheaper to compare than its codes.
type Coordinates struct {
	CellKey
	Slot uint16
}

// Each calls f with every cell and slot of the cube that has a figure.
func (c *Cube) Each(f func(Entry)) {
	for i, k := range c.Cells {
		for s, slot := range c.Slots {
			at := i*len(c.Slots) + s
			if c.Actual[at] != 0 || c.Baseline[at] != 0 {
				f(Entry{Key{c.Exporters[k.Exporter], c.Hubs[k.Hub], c.Goods[k.Goods], slot}, Coordinates{k, uint16(s)}, c.Actual[at], c.Baseline[at]})
			}
		}
	}
}

// Key gives the key of a place in Actual.
func (c *Cube) Key(at int) Key {
	k := c.Cells[at/len(c.Slots)]
	return Key{c.Exporters[k.Exporter], c.Hubs[k.Hub], c.Goods[k.Goods], c.Slots[at%len(c.Slots)]}
}

// ToldApart tells whether the dimensions have all in which entries of the cube differ.
func (c *Cube) ToldApart(by []Dimension) bool {
	return (len(c.Exporters) <= 1 || slices.Contains(by, Exporter)) &&
		(len(c.Hubs) <= 1 || slices.Contains(by, Hub)) && (len(c.Goods) <= 1 || slices.Contains(by, Goods)) && (len(c.Slots) <= 1 || slices.Contains(by, Month))
}

// Projection keeps some dimensions of keys and coordinates; the others become zero.
type Projection struct{ exporter, hub, goods, month bool }

// Onto keeps the dimensions named.
func Onto(by []Dimension) Projection {
	return Projection{slices.Contains(by, Exporter), slices.Contains(by, Hub), slices.Contains(by, Goods), slices.Contains(by, Month)}
}

// Key projects a key.
func (p Projection) Key(k Key) Key {
	if !p.exporter {
		k.Exporter = ""
	}
	if !p.hub {
		k.Hub = ""
	}
	if !p.goods {
		k.Goods = ""
	}
	if !p.month {
		k.Month = 0
	}
	return k
}

// At projects coordinates.
func (p Projection) At(c Coordinates) Coordinates {
	if !p.exporter {
		c.Exporter = 0
	}
	if !p.hub {
		c.Hub = 0
	}
	if !p.goods {
		c.Goods = 0
	}
	if !p.month {
		c.Slot = 0
	}
	return c
}

// CompareKeys orders keys by exporter, hub, goods and month.
func CompareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Exporter, b.Exporter), cmp.Compare(a.Hub, b.Hub), cmp.Compare(a.Goods, b.Goods), cmp.Compare(a.Month, b.Month))
}

// Sums adds up one row without leaving 64 bits on the way.
type Sums struct{ Actual, Baseline, Excess money.Sum }

// Line gives the row; a sum that does not fit 64 bits is BadInput.
func (s *Sums) Line() (Line, error) {
	a, err := s.Actual.Int64()
	if err != nil {
		return Line{}, err
	}
	b, err := s.Baseline.Int64()
	if err != nil {
		return Line{}, err
	}
	e, err := s.Excess.Int64()
	return Line{a, b, e}, err
}

// TakeBase makes the mean of the base years the baseline, each cell and slot rounded half to even.
func (c *Cube) TakeBase(years int) {
	c.Baseline = make([]int64, len(c.Base))
	for i, b := range c.Base {
		c.Baseline[i] = money.Mean(b, years)
	}
}
