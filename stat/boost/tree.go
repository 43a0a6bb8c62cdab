// Package boost fits the probability of an outcome as a sum of small trees: gradient boosting of the
// logistic loss (Friedman 2001) with Newton steps in the leaves (Friedman, Hastie & Tibshirani 2000; Chen & Guestrin
// 2016). It knows no trade: inputs are rows of numbers.
//
// An input that is not held is negative infinity: it lies below every cut. NaN is refused.
// docs/method/chains.md says what it is used for here.
package boost

import (
	"math"

	"detour/fault"
)

// Model is a fitted sum of trees. It is only read, and safe for concurrent use.
type Model struct {
	Inputs int     `json:"inputs"`
	Base   float64 `json:"base"` // log odds before any tree
	Trees  []Tree  `json:"trees"`
}

// Tree is its nodes, the root first.
type Tree []Node

// Node sends rows with an input below Cut to Left, others to Right, both being places in the tree. In a leaf Left is
// 0. Value is the step in log odds of the rows that pass, also where the node is no leaf.
type Node struct {
	Input int     `json:"i"`
	Cut   float64 `json:"c"`
	Left  int     `json:"l"`
	Right int     `json:"r"`
	Value float64 `json:"v"`
}

// Check refuses a model that cannot be evaluated: an input or a child that is not there, a child that does not come
// after its parent, a number that is not finite.
func (m Model) Check() error {
	if !finite(m.Base) {
		return fault.Errorf(fault.BadInput, "the base of the model is not finite")
	}
	for i, t := range m.Trees {
		if len(t) == 0 {
			return fault.Errorf(fault.BadInput, "tree %d of the model has no node", i)
		}
		for j, n := range t {
			inner := n.Left != 0
			if !finite(n.Value) || !finite(n.Cut) || n.Input < 0 || n.Input >= m.Inputs ||
				inner && (n.Left <= j || n.Right <= j || n.Left >= len(t) || n.Right >= len(t)) {
				return fault.Errorf(fault.BadInput, "node %d of tree %d of the model makes no sense", j, i)
			}
		}
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// LogOdds gives the log odds of a row of as many inputs as the model has; it panics on fewer.
func (m Model) LogOdds(row []float64) float64 {
	sum := m.Base
	for _, t := range m.Trees {
		i := 0
		for t[i].Left != 0 {
			i = t[i].next(row)
		}
		sum += t[i].Value
	}
	return sum
}

func (n Node) next(row []float64) int {
	if row[n.Input] < n.Cut {
		return n.Left
	}
	return n.Right
}

// Explain gives each input's part in the log odds of a row: at every node that the row passes, the change of value is
// the part of the input asked there (Saabas 2014). The parts and what the roots hold, given last, add up to LogOdds.
func (m Model) Explain(row []float64) (parts []float64, rest float64) {
	parts, rest = make([]float64, m.Inputs), m.Base
	for _, t := range m.Trees {
		i := 0
		rest += t[0].Value
		for t[i].Left != 0 {
			next := t[i].next(row)
			parts[t[i].Input] += t[next].Value - t[i].Value
			i = next
		}
	}
	return parts, rest
}

// Probability is that of log odds.
func Probability(logOdds float64) float64 { return 1 / (1 + math.Exp(-logOdds)) }
