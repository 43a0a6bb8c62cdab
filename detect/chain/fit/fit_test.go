package fit

import (
	"math"
	"math/rand/v2"
	"testing"

	"detour/detect/chain"
	"detour/fault"
	"detour/stat/boost"
)

// pairs has one measure that tells: a tenth of the pairs are true, which have it in four cases of five, others in one of
// twenty. What passed is half of the raw figure or twice it, evenly in logs.
func pairs(seed uint64, n int) Example {
	rng := rand.New(rand.NewPCG(seed, 1))
	var e Example
	for range n {
		is := rng.Float64() < 0.1
		mark, p := 0.0, 0.05
		if is {
			p = 0.8
		}
		if rng.Float64() < p {
			mark = 1
		}
		row := make([]float64, len(chain.FeatureIDs()))
		row[3] = mark
		worth, raw := 0.0, math.Exp(12+4*rng.Float64())
		if is {
			worth = raw * math.Exp(math.Ln2*(2*rng.Float64()-1))
		}
		e.Rows, e.Is, e.Skip = append(e.Rows, row), append(e.Is, is), append(e.Skip, false)
		e.Raw, e.By, e.Worth = append(e.Raw, raw), append(e.By, chain.ByArrival), append(e.Worth, worth)
	}
	return e
}

func model(t *testing.T, trees, adjust Example) *chain.Model {
	t.Helper()
	m, err := Model([]Example{trees}, []Example{adjust}, 0.9, boost.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	return m
}

// With one mark the line of calibration has a point for each of its two values: log odds are those of the shares among the
// pairs of calibration, drawn as Platt draws outcomes, whatever the trees say.
func TestCalibrationByHand(t *testing.T) {
	adjust := pairs(2, 5000)
	m := model(t, pairs(1, 5000), adjust)
	var n, is [2]float64
	for i, r := range adjust.Rows {
		n[int(r[3])]++
		if adjust.Is[i] {
			is[int(r[3])]++
		}
	}
	all := is[0] + is[1]
	high, low := (all+1)/(all+2), 1/(n[0]+n[1]-all+2)
	for k := range 2 {
		row := make([]float64, len(m.Features))
		row[3] = float64(k)
		got, want := boost.Probability(m.Shift+m.Slope*m.Trees.LogOdds(row)), (is[k]*high+(n[k]-is[k])*low)/n[k]
		if math.Abs(got-want) > 1e-6 { // where Newton's method stops
			t.Errorf("mark %d: %v, by hand %v", k, got, want)
		}
	}
}

// On other pairs of the same kind intervals hold what they should: 90% of about 400 found pairs are known to 0.015, and
// those they were told from to as much.
func TestIntervalsHoldOtherPairs(t *testing.T) {
	m, other := model(t, pairs(1, 5000), pairs(2, 5000)), pairs(3, 5000)
	n, held := 0.0, 0.0
	for i, p := range m.Probabilities(other.Rows) {
		if p < chain.Found || !other.Is[i] {
			continue
		}
		v := m.Value(other.Raw[i], other.By[i])
		n++
		if v.Low <= other.Worth[i] && other.Worth[i] <= v.High {
			held++
		}
		if v.Low > v.Central || v.Central > v.High {
			t.Fatalf("%+v", v)
		}
	}
	if share := held / n; n < 300 || math.Abs(share-0.9) > 0.06 {
		t.Errorf("intervals of 0.9 hold %.3f of %.0f", share, n)
	}
}

// The factor makes the sum of absolute errors least among those of all pairs.
func TestMiddleIsLeast(t *testing.T) {
	rs := []ratio{{raw: 5, log: -1}, {raw: 1, log: -0.5}, {raw: 7, log: 0.2}, {raw: 2, log: 0.7}}
	sum := func(log float64) float64 {
		s := 0.0
		for _, r := range rs {
			s += math.Abs(r.raw*math.Exp(r.log) - r.raw*math.Exp(log))
		}
		return s
	}
	for _, r := range rs {
		if sum(r.log) < sum(middle(rs))-1e-12 {
			t.Errorf("%v is better than %v", r.log, middle(rs))
		}
	}
}

func TestDigits(t *testing.T) {
	for x, want := range map[float64]float64{0: 0, 1.23456789: 1.23457, -123456.789: -123457, 0.00098765432: 0.000987654} {
		if got := digits(x); math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("%v: %v, want %v", x, got, want)
		}
	}
}

func TestTooFew(t *testing.T) {
	if _, err := Model([]Example{pairs(1, 1000)}, []Example{pairs(2, 50)}, 0.9, boost.Defaults()); fault.KindOf(err) != fault.BadInput {
		t.Errorf("few true pairs: %v", err)
	}
}
