package boost

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// One tree by hand: base log odds 0, gradients +-1/2, curvatures 1/4. A leaf of two equal rows steps by
// (2 * 1/2) / (2 * 1/4) = 2 without a ridge.
func TestOneTreeByHand(t *testing.T) {
	m, err := Fit([][]float64{{1}, {2}, {3}, {4}}, []bool{false, false, true, true}, Options{Trees: 1, Depth: 1, MinLeaf: 1, Rate: 1, Rows: 1, Inputs: 1})
	if err != nil {
		t.Fatal(err)
	}
	for x, want := range map[float64]float64{1: -2, 2: -2, 3: 2, 4: 2, math.Inf(-1): -2} {
		if got := m.LogOdds([]float64{x}); got != want {
			t.Errorf("log odds at %v: %v, by hand %v", x, got, want)
		}
	}
}

// A leaf's step is the loss's gradient over its curvature: held against differences of the loss itself.
func TestStepsAreNewtonSteps(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	rows, is := simulate(rng, 500)
	m, err := Fit(rows, is, Options{Trees: 1, Depth: 2, MinLeaf: 20, Rate: 1, Ridge: 0, Rows: 1, Inputs: 1})
	if err != nil {
		t.Fatal(err)
	}
	leaf := func(row []float64) int {
		i := 0
		for m.Trees[0][i].Left != 0 {
			i = m.Trees[0][i].next(row)
		}
		return i
	}
	loss := func(at int, step float64) float64 {
		sum := 0.0
		for i, r := range rows {
			if leaf(r) == at {
				u := m.Base + step
				if is[i] {
					u = -u
				}
				sum += math.Log1p(math.Exp(u))
			}
		}
		return sum
	}
	const d = 1e-4 // differences of second order lose half of the digits: 1e-4 leaves six
	for at, n := range m.Trees[0] {
		if n.Left != 0 {
			continue
		}
		slope, curve := (loss(at, d)-loss(at, -d))/(2*d), (loss(at, d)-2*loss(at, 0)+loss(at, -d))/(d*d)
		if want := -slope / curve; math.Abs(n.Value-want) > 1e-5*math.Abs(want) {
			t.Errorf("leaf %d steps by %v, differences say %v", at, n.Value, want)
		}
	}
}

// simulate draws two inputs that matter together and one that does not.
func simulate(rng *rand.Rand, n int) (rows [][]float64, is []bool) {
	for range n {
		r := []float64{rng.Float64(), rng.Float64(), rng.Float64()}
		rows, is = append(rows, r), append(is, rng.Float64() < truth(r))
	}
	return rows, is
}

func truth(r []float64) float64 {
	if r[0] > 0.5 && r[1] > 0.5 {
		return 0.7
	}
	return 0.1
}

// With 40,000 rows a quadrant's share is known to 0.005; boosting is allowed four of these.
func TestRecoversAnInteraction(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	rows, is := simulate(rng, 40_000)
	m, err := Fit(rows, is, Options{Trees: 200, Depth: 2, MinLeaf: 100, Rate: 0.1, Ridge: 1, Rows: 0.7, Inputs: 1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var sum [4]float64
	var n [4]int
	fresh, _ := simulate(rng, 10_000)
	for _, r := range fresh {
		k := 0
		if r[0] > 0.5 {
			k++
		}
		if r[1] > 0.5 {
			k += 2
		}
		sum[k], n[k] = sum[k]+Probability(m.LogOdds(r)), n[k]+1
	}
	for k, want := range []float64{0.1, 0.1, 0.1, 0.7} {
		if got := sum[k] / float64(n[k]); math.Abs(got-want) > 0.02 {
			t.Errorf("quadrant %d: %v, true %v", k, got, want)
		}
	}
	parts := make([]float64, 3)
	for _, r := range fresh {
		p, _ := m.Explain(r)
		for j := range parts {
			parts[j] += math.Abs(p[j]) / float64(len(fresh))
		}
	}
	if parts[2] > parts[0]/5 || parts[2] > parts[1]/5 {
		t.Errorf("mean parts %v: the third input does not matter", parts)
	}
}

func TestPartsAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	rows, is := simulate(rng, 2000)
	m, err := Fit(rows, is, Defaults())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-1, 2), rapid.Just(math.Inf(-1))), 3, 3).Draw(t, "row")
		parts, sum := m.Explain(row)
		for _, p := range parts {
			sum += p
		}
		if want := m.LogOdds(row); math.Abs(sum-want) > 1e-9 {
			t.Errorf("parts add up to %v, log odds are %v", sum, want)
		}
	})
}

func TestEachTreeLowersTheLoss(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	rows, is := simulate(rng, 1000)
	last := math.Inf(1)
	for trees := range 20 {
		m, err := Fit(rows, is, Options{Trees: trees, Depth: 2, MinLeaf: 20, Rate: 0.3, Ridge: 1, Rows: 1, Inputs: 1})
		if err != nil {
			t.Fatal(err)
		}
		loss := 0.0
		for i, r := range rows {
			u := m.LogOdds(r)
			if is[i] {
				u = -u
			}
			loss += math.Log1p(math.Exp(u))
		}
		if loss >= last {
			t.Errorf("%d trees lose %v, one fewer %v", trees, loss, last)
		}
		last = loss
	}
}

func TestRefuses(t *testing.T) {
	good := Defaults()
	for name, c := range map[string]struct {
		rows [][]float64
		is   []bool
		o    Options
	}{
		"no rows":        {nil, nil, good},
		"lengths":        {[][]float64{{1}, {2}}, []bool{true}, good},
		"not a number":   {[][]float64{{1}, {math.NaN()}}, []bool{true, false}, good},
		"a short row":    {[][]float64{{1}, {}}, []bool{true, false}, good},
		"all alike":      {[][]float64{{1}, {2}}, []bool{true, true}, good},
		"no depth":       {[][]float64{{1}, {2}}, []bool{true, false}, Options{MinLeaf: 1, Rate: 1, Rows: 1, Inputs: 1}},
		"a share beyond": {[][]float64{{1}, {2}}, []bool{true, false}, Options{Depth: 1, MinLeaf: 1, Rate: 1, Rows: 2, Inputs: 1}},
	} {
		if _, err := Fit(c.rows, c.is, c.o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for name, m := range map[string]Model{
		"a child that is its parent": {Inputs: 1, Trees: []Tree{{{Left: 0, Right: 0}, {Left: 1, Right: 1}}}},
		"an input that is not there": {Inputs: 1, Trees: []Tree{{{Input: 1}}}},
		"a tree without nodes":       {Inputs: 1, Trees: []Tree{{}}},
		"a base that is not finite":  {Inputs: 1, Base: math.Inf(1)},
	} {
		if m.Check() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
