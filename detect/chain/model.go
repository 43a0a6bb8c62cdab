package chain

import (
	_ "embed"
	"encoding/json"
	"math"
	"slices"

	"detour/fault"
	"detour/stat/boost"
)

// Model turns measures into a probability and amounts into intervals. It is fitted on simulated worlds by
// `detour-bench fit-chain`, which also says on which.
type Model struct {
	Fitted   string      `json:"fitted"`   // presets and seeds of the trees
	Adjusted string      `json:"adjusted"` // of calibration and intervals
	Features []string    `json:"features"` // as Features, in order
	Share    float64     `json:"share"`    // of true pairs among those fitted on
	Slope    float64     `json:"slope"`    // of calibrated log odds in those of the trees
	Shift    float64     `json:"shift"`
	Level    float64     `json:"level"` // of intervals
	Values   []Scale     `json:"values"`
	Trees    boost.Model `json:"trees"`
}

// Scale says how a true value compares with the central figure of a basis: as logs of their ratio.
type Scale struct {
	By     Basis   `json:"by"`
	From   float64 `json:"from"` // the least raw figure in EUR; up to that of the next
	N      int     `json:"n"`    // routes that it was told from
	Middle float64 `json:"middle"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

//go:embed model.json
var fitted []byte

// Fitted gives the model that the program carries.
func Fitted() (*Model, error) {
	var m Model
	if err := json.Unmarshal(fitted, &m); err != nil {
		return nil, fault.Errorf(fault.Internal, "reading the model of chains: %w", err)
	}
	return &m, m.Check()
}

// Check refuses a model that is not one of these features.
func (m *Model) Check() error {
	if !slices.Equal(m.Features, FeatureIDs()) || m.Trees.Inputs != len(m.Features) {
		return fault.Errorf(fault.BadInput, "the model of chains was fitted on other features than the program measures").
			Hint("fit it again: detour-bench fit-chain")
	}
	if !(m.Share > 0 && m.Share < 1) || !(m.Slope > 0) || math.IsNaN(m.Shift) || len(m.Values) != len(Bases())*len(Sizes()) {
		return fault.Errorf(fault.BadInput, "the model of chains lacks its calibration")
	}
	return m.Trees.Check()
}

// FeatureIDs lists the features' IDs in order.
func FeatureIDs() []string {
	var out []string
	for _, f := range Features() {
		out = append(out, f.ID)
	}
	return out
}

// Probabilities gives those of the rows of a whole book, 0 for nil rows: log odds of the trees, made level (Platt
// 1999), then moved to the share of true pairs in this book. That share is the one that equals the mean of the
// probabilities, found from the rows alone (Saerens, Latinne & Decaestecker 2002): a book without diversion is told by
// its pairs being like undiverted ones. In few rows the share stays near that of the worlds it was fitted on.
func (m *Model) Probabilities(rows [][]float64) []float64 {
	odds, n := make([]float64, len(rows)), 0
	inParallel(len(rows), func(i int) {
		if rows[i] != nil {
			odds[i] = m.Shift + m.Slope*m.Trees.LogOdds(rows[i])
		}
	})
	for _, r := range rows {
		if r != nil {
			n++
		}
	}
	p, share := make([]float64, len(rows)), m.Share
	for range rounds {
		shift, sum := logit(share)-logit(m.Share), m.Share*weight
		for i, r := range rows {
			if r != nil {
				p[i] = boost.Probability(odds[i] + shift)
				sum += p[i]
			}
		}
		next := sum / (float64(n) + weight)
		if math.Abs(next-share) < 1e-7 {
			break
		}
		share = next
	}
	return p
}

const (
	// weight is as how many pairs the worlds that a model was fitted on count when a book's share is sought.
	weight = 20
	rounds = 500
)

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// Value scales a raw figure.
func (m *Model) Value(raw float64, by Basis) Value {
	for _, s := range m.Values {
		if s.By == by && s.From == SizeOf(raw) {
			return Value{By: by, Central: raw * math.Exp(s.Middle), Low: raw * math.Exp(s.Low), High: raw * math.Exp(s.High)}
		}
	}
	return Value{By: by}
}
