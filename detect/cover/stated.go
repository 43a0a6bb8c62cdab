package cover

import (
	"encoding/binary"
	"slices"
	"sort"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// Stated finds what a data set states of the cells of a reporter and a partner in each of several periods. Cells of equal
// coverage share one answer. It is used by one goroutine.
type Stated struct {
	at      map[period.Period][]covering
	sets    numbers // of the lists that cover a cell in one period
	common  numbers // of the sets that cover it in some periods
	periods []*Common
	whole   []*Common
	lists   []flow.Block // that differ in goods
}

// covering is a block with the number of its list of goods.
type covering struct {
	flow.Block
	list uint32
}

// Common is the goods that are stated in each of some periods.
type Common struct {
	Full  []int        // levels that are listed in full, sorted
	Codes []goods.Code // those listed, sorted
	Some  []goods.Code // those stated in some of the periods only, sorted
}

// NewStated reads the census.
func NewStated(c *lake.Census) *Stated {
	s := &Stated{at: map[period.Period][]covering{}, sets: numbers{}, common: numbers{}}
	for _, b := range c.Blocks() {
		n := s.list(b)
		for _, p := range b.Periods {
			s.at[p] = append(s.at[p], covering{b, n})
		}
	}
	return s
}

func (s *Stated) list(b flow.Block) uint32 {
	same := func(o flow.Block) bool { return slices.Equal(b.Goods, o.Goods) && slices.Equal(b.Levels, o.Levels) }
	n := slices.IndexFunc(s.lists, same)
	if n < 0 {
		n = len(s.lists)
		s.lists = append(s.lists, b)
	}
	return uint32(n)
}

// numbers counts distinct lists of numbers.
type numbers map[string]uint32

// of gives the list's number, and whether it is new. The list is sorted, without repeats.
func (n numbers) of(list []uint32) (uint32, bool) {
	key := make([]byte, 0, 64)
	for _, v := range list {
		key = binary.LittleEndian.AppendUint32(key, v)
	}
	if at, known := n[string(key)]; known {
		return at, false
	}
	at := uint32(len(n))
	n[string(key)] = at
	return at, true
}

// Each gives for each partner what the reporter's trade with it states in each of the periods; nil where some period
// is not covered. Equal answers are one pointer.
func (s *Stated) Each(reporter area.Code, partners []area.Code, periods []period.Period) []*Common {
	sets := make([][]uint32, len(partners))
	var lists []uint32
	for _, p := range periods {
		own := slices.DeleteFunc(slices.Clone(s.at[p]), func(b covering) bool { return !flow.CoversArea(b.Reporters, reporter) })
		for i, h := range partners {
			lists = lists[:0]
			for _, b := range own {
				if flow.CoversArea(b.Partners, h) {
					lists = append(lists, b.list)
				}
			}
			sets[i] = append(sets[i], s.set(unique(lists)))
		}
	}
	out := make([]*Common, len(partners))
	for i := range partners {
		out[i] = s.inEach(unique(sets[i]))
	}
	return out
}

// set numbers the lists together.
func (s *Stated) set(lists []uint32) uint32 {
	n, fresh := s.sets.of(lists)
	if fresh {
		var c *Common
		if len(lists) > 0 {
			c = &Common{}
		}
		for _, l := range lists {
			if b := s.lists[l]; len(b.Goods) == 0 {
				c.Full = append(c.Full, b.Levels...)
			} else {
				c.Codes = append(c.Codes, b.Goods...)
			}
		}
		if c != nil {
			c.Full, c.Codes = unique(c.Full), unique(c.Codes)
		}
		s.periods = append(s.periods, c)
	}
	return n
}

func unique[T ~int | ~uint32 | ~string](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}

// inEach is what all of the sets state.
func (s *Stated) inEach(sets []uint32) *Common {
	n, fresh := s.common.of(sets)
	if fresh {
		var all *Common
		for i, set := range sets {
			one := s.periods[set]
			if one == nil {
				all = nil
				break
			}
			if i == 0 {
				all = one
			} else {
				all = both(all, one)
			}
		}
		s.whole = append(s.whole, all)
	}
	return s.whole[n]
}

// both is what a and b state.
func both(a, b *Common) *Common {
	out := &Common{}
	for _, n := range a.Full {
		if slices.Contains(b.Full, n) {
			out.Full = append(out.Full, n)
		}
	}
	var some []goods.Code
	merge(a.Codes, b.Codes, func(g goods.Code, inA, inB bool) {
		if (inA || slices.Contains(a.Full, flow.Level(g))) && (inB || slices.Contains(b.Full, flow.Level(g))) {
			out.Codes = append(out.Codes, g)
		} else {
			some = append(some, g)
		}
	})
	out.Some = unique(slices.Concat(some, a.Some, b.Some))
	return out
}

// merge calls f with each code of two sorted lists, in order.
func merge(a, b []goods.Code, f func(g goods.Code, inA, inB bool)) {
	for len(a) > 0 || len(b) > 0 {
		inA := len(b) == 0 || len(a) > 0 && a[0] <= b[0]
		inB := len(a) == 0 || len(b) > 0 && b[0] <= a[0]
		if inA {
			f(a[0], true, inB)
			a = a[1:]
		} else {
			f(b[0], false, inB)
		}
		if inB {
			b = b[1:]
		}
	}
}

// states tells whether rows of the code itself are stated.
func (c *Common) states(g goods.Code) bool {
	_, listed := slices.BinarySearch(c.Codes, g)
	return listed || slices.Contains(c.Full, flow.Level(g))
}

// below lists those of some sorted codes that are below one, which may be empty for all but the Total.
func below(codes []goods.Code, head goods.Code) []goods.Code {
	var out []goods.Code
	i := sort.Search(len(codes), func(i int) bool { return codes[i] >= head })
	for ; i < len(codes) && codes[i].Under(head); i++ {
		if codes[i] != head && codes[i] != goods.Total {
			out = append(out, codes[i])
		}
	}
	return out
}
