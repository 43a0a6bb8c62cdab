package chain

import (
	"cmp"
	"slices"

	"detour/trade/area"
	"detour/trade/goods"
)

// Chain is one pair as judged.
type Chain struct {
	Hub         area.Code
	Goods       goods.Code
	Pair        int // its place in Book.Pairs
	Listed      bool
	Probability float64
	Value       Value
	Evidence    []Evidence // by group, in the order of Groups; empty unless asked for
}

// Evidence is what a group of features says. Weights are parts of the log odds.
type Evidence struct {
	Group    Group
	Weight   float64
	Measures []Measured
}

// Measured is one feature of one pair.
type Measured struct {
	ID     string
	Doc    string
	Value  float64
	Held   bool // false: the feature cannot be told, which has a weight too
	Weight float64
}

// Find judges every pair of a book, in the order of Book.Pairs: products that are not listed have probability 0. The
// evidence of pairs of at least the probability explain is given (above 1: of none). It uses all processors, and
// gives the same on any number of them. A book that contradicts itself is bad input.
func (m *Model) Find(b *Book, explain float64) ([]Chain, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	s := newSurveyor(b)
	s.run()
	measured := s.measure()
	rows := measured.Rows
	p := m.Probabilities(rows)
	out, failed := make([]Chain, len(rows)), make([]error, len(rows))
	inParallel(len(rows), func(i int) {
		c := &out[i]
		*c = Chain{Hub: s.hub(i).Code, Goods: s.good(i).Code, Pair: i, Listed: rows[i] != nil, Value: Value{By: ByNothing}}
		if rows[i] == nil {
			return
		}
		c.Probability = p[i]
		if p[i] >= explain {
			c.Evidence = m.evidence(rows[i])
		}
		if p[i] < worthValuing {
			return
		}
		v := s.view(i)
		c.Value = m.Value(measured.Raw[i], measured.By[i])
		c.Value.Feasible, failed[i] = s.feasible(i, &v)
	})
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// worthValuing is the probability from which a pair is given a value.
const worthValuing = 0.02

// evidence explains one row.
func (m *Model) evidence(row []float64) []Evidence {
	parts, _ := m.Trees.Explain(row)
	var out []Evidence
	for _, g := range Groups() {
		e := Evidence{Group: g}
		for j, f := range Features() {
			if f.Group != g {
				continue
			}
			x := Measured{ID: f.ID, Doc: f.Doc, Weight: m.Slope * parts[j]}
			if row[j] != absent {
				x.Value, x.Held = row[j], true
			}
			e.Weight += x.Weight
			e.Measures = append(e.Measures, x)
		}
		slices.SortStableFunc(e.Measures, func(a, b Measured) int { return cmp.Compare(abs(b.Weight), abs(a.Weight)) })
		out = append(out, e)
	}
	return out
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}
