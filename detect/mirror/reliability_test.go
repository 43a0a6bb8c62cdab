package mirror

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"detour/detect/series"
	"detour/trade/area"
)

// exact solves the same two-way model by weighted least squares on dummies, the first reporter of each side left out, and gives the
// marginal mean of each reporter over an average partner.
func exact(t *testing.T, obs []observation, exporters, hubs []area.Code) map[reporter]float64 {
	t.Helper()
	index := map[reporter]int{}
	for i, e := range exporters[1:] {
		index[reporter{e, false}] = 1 + i
	}
	for i, h := range hubs[1:] {
		index[reporter{h, true}] = len(exporters) + i
	}
	n := len(exporters) + len(hubs) - 1
	x, y := mat.NewDense(len(obs), n, nil), mat.NewVecDense(len(obs), nil)
	for i, o := range obs {
		w := math.Sqrt(o.weights)
		x.Set(i, 0, w)
		for _, r := range o.reporters() {
			if j, ok := index[r]; ok {
				x.Set(i, j, w)
			}
		}
		y.SetVec(i, w*o.discrepancy)
	}
	var b mat.VecDense
	if err := b.SolveVec(x, y); err != nil {
		t.Fatal(err)
	}
	effect := func(r reporter) float64 {
		if j, ok := index[r]; ok {
			return b.AtVec(j)
		}
		return 0
	}
	mean := func(list []area.Code, hub bool) (m float64) {
		for _, c := range list {
			m += effect(reporter{c, hub}) / float64(len(list))
		}
		return m
	}
	out := map[reporter]float64{}
	for _, e := range exporters {
		out[reporter{e, false}] = b.AtVec(0) + effect(reporter{e, false}) + mean(hubs, true)
	}
	for _, h := range hubs {
		out[reporter{h, true}] = b.AtVec(0) + effect(reporter{h, true}) + mean(exporters, false)
	}
	return out
}

// An unbalanced design, against the exact solution; the turns end at steps of 1e-12.
func TestDecomposition(t *testing.T) {
	draw := rand.New(rand.NewPCG(5, 6))
	exporters, hubs := []area.Code{"DE", "FR", "IT", "PL"}, []area.Code{"AM", "KG", "KZ"}
	var obs []observation
	for i, e := range exporters {
		for j, h := range hubs {
			for range 1 + (i+2*j)%4 {
				obs = append(obs, observation{e, h, 0.2 + 0.1*float64(i) + 0.3*float64(j) + 0.1*draw.Float64(), 5 + 10*draw.Float64()})
			}
		}
	}
	got := decompose(obs)
	want := exact(t, obs, exporters, hubs)
	if len(got.List) != 7 {
		t.Fatalf("%d reporters: %s", len(got.List), got.Lack)
	}
	for _, r := range got.List {
		if w := want[reporter{r.Reporter, r.Hub}]; math.Abs(r.Discrepancy-w) > 1e-9 || r.Score != math.Exp(-r.Discrepancy) {
			t.Errorf("%s: %v, by least squares %v", r.Reporter, r.Discrepancy, w)
		}
	}
	if w, ok := got.Weight("DE", "KZ"); !ok || !(w > 0 && w <= 1) {
		t.Errorf("weight %v, %v", w, ok)
	}
	if _, ok := got.Weight("DE", "UZ"); ok {
		t.Error("a pair with a hub that is not judged has a weight")
	}
}

// One bad reporter among good ones is told from its partners: statements off by a log ratio of one in either direction, with a
// tenth of noise. 200 cells of each leave less than 0.05.
func TestTheBadReporterIsFound(t *testing.T) {
	draw := rand.New(rand.NewPCG(7, 8))
	var cells []Cell
	for range 200 {
		for _, e := range []area.Code{"DE", "FR"} {
			for _, h := range []area.Code{"AM", "KZ"} {
				ratio := 0.1 * draw.NormFloat64()
				if h == "AM" {
					ratio += float64(2*draw.IntN(2) - 1)
				}
				m := int64(1e9 * math.Exp(ratio))
				cells = append(cells, Cell{Key: series.Key{Exporter: e, Hub: h}, Base: Base{Exports: 1e9, Imports: m, Corrected: []int64{m}}})
			}
		}
	}
	usual := 0.1 * math.Sqrt(2/math.Pi) // the mean of the absolute noise
	for _, r := range Judge(cells).List {
		want := map[area.Code]float64{"AM": 1, "KZ": usual, "DE": (1 + usual) / 2, "FR": (1 + usual) / 2}[r.Reporter]
		if math.Abs(r.Discrepancy-want) > 0.05 || r.Pairs != 400 {
			t.Errorf("%s: %.3f, made by %.3f, %d cells", r.Reporter, r.Discrepancy, want, r.Pairs)
		}
	}
}

func TestReliabilityIsNotPretended(t *testing.T) {
	o := func(e, h area.Code) observation { return observation{e, h, 0.1, 1} }
	for name, obs := range map[string][]observation{
		"nothing":      nil,
		"one exporter": {o("EU27", "AM"), o("EU27", "KZ"), o("EU27", "AM"), o("EU27", "KZ")},
		"one hub":      {o("DE", "KZ"), o("FR", "KZ"), o("DE", "KZ"), o("FR", "KZ")},
		"two islands":  {o("DE", "KZ"), o("FR", "AM"), o("DE", "KZ"), o("FR", "AM"), o("DE", "KZ"), o("FR", "AM")},
		"few cells":    {o("DE", "KZ"), o("FR", "AM"), o("DE", "AM"), o("FR", "KZ")},
	} {
		if r := decompose(obs); r.Lack == "" || len(r.List) > 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
