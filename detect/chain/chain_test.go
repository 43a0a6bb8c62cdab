package chain

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"detour/fault"
	"detour/stat/boost"
	"detour/trade/area"
	"detour/trade/goods"
)

const (
	months = 72
	event  = 48
)

// book has two hubs and four products, of which the last two are neighbours and the second is not listed. Ordinary
// trade is small and irregular.
func book() *Book {
	b := &Book{
		Months: months, Event: event,
		Hubs:    []Hub{{Code: "AM"}, {Code: "KG"}},
		Goods:   []Good{{Code: "284910", Listed: event}, {Code: "392010", Listed: -1}, {Code: "854231", Listed: event + 1, Tier: "1"}, {Code: "854232", Listed: event}},
		Sellers: []Seller{{Code: "DE"}, {Code: "IT"}},
		Pairs:   make([]Pair, 8), Direct: make([]Series, 4),
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range b.Pairs {
		for s := range b.Sellers {
			y := scattered(rng)
			b.Pairs[i].In = append(b.Pairs[i].In, Leg{Peer: s, Series: y, Seen: y})
		}
		b.Pairs[i].Out, b.Pairs[i].Other = scattered(rng), scattered(rng)
	}
	for g := range b.Direct {
		b.Direct[g] = scattered(rng)
	}
	return b
}

// scattered has trade in a third of the months, EUR 1,000 on the mean, at 20 EUR a kilogram.
func scattered(rng *rand.Rand) Series {
	var out Series
	for t := range months {
		if rng.Float64() < 1.0/3 {
			euros := 1000 * rng.ExpFloat64()
			out = append(out, Point{Month: int32(t), Value: int64(euros * 100), Mass: int64(euros / 20 * 1000)})
		}
	}
	return out
}

// flow has the amounts from a month on.
func flow(from int, euros ...float64) Series {
	var out Series
	for k, x := range euros {
		if t := from + k; t < months && x > 0 {
			out = append(out, Point{Month: int32(t), Value: int64(x * 100), Mass: int64(x / 50 * 1000)})
		}
	}
	return out
}

// carried adds freight and insurance to values.
func carried(s Series) Series {
	for i := range s {
		s[i].Value = int64(float64(s[i].Value) * (1 + carriage))
	}
	return s
}

func plus(a, b Series) Series {
	var sum [months]Point
	for _, s := range []Series{a, b} {
		for _, p := range s {
			sum[p.Month] = Point{p.Month, sum[p.Month].Value + p.Value, sum[p.Month].Mass + p.Mass}
		}
	}
	var out Series
	for _, p := range sum {
		if p.Value > 0 {
			out = append(out, p)
		}
	}
	return out
}

// consignments are of irregular size, EUR 200,000 on the mean, every month to the end.
func consignments(seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 9))
	var out []float64
	for range months - event - 3 {
		out = append(out, 100_000+100_000*rng.ExpFloat64())
	}
	return out
}

func fittedModel(t testing.TB) *Model {
	t.Helper()
	m, err := Fitted()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func find(t testing.TB, b *Book) []Chain {
	t.Helper()
	out, err := fittedModel(t).Find(b, 0)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// divert sends consignments into a pair, and out as the third product of the first hub a month later, at the same price.
func divert(b *Book, pair int) {
	x := consignments(5)
	p := &b.Pairs[pair]
	p.In[0].Series = plus(p.In[0].Series, flow(event+2, x...))
	p.In[0].Seen = plus(p.In[0].Seen, carried(flow(event+2, x...)))
	b.Pairs[2].Out = plus(b.Pairs[2].Out, flow(event+3, x...))
}

func TestFindsADiversionAndNothingElse(t *testing.T) {
	b := book()
	divert(b, 2)
	for i, c := range find(t, b) {
		if want := i == 2; c.Probability >= 0.5 != want {
			t.Errorf("pair %d (%s %s): probability %.3f, diverted: %v", i, c.Hub, c.Goods, c.Probability, want)
		}
	}
}

func TestFindsNothingWhereNothingHappens(t *testing.T) {
	for _, c := range find(t, book()) {
		if c.Probability >= 0.5 {
			t.Errorf("%s %s: probability %.3f", c.Hub, c.Goods, c.Probability)
		}
	}
}

// Goods that leave as their neighbour are found under their own code; those that go on to another hub, in both hubs.
func TestFindsRelabelledGoodsAndSecondHubs(t *testing.T) {
	b := book()
	divert(b, 3)
	if c := find(t, b)[3]; c.Probability < 0.3 {
		t.Errorf("relabelled: probability %.3f", c.Probability)
	}
	b = book()
	x := consignments(6)
	b.Pairs[2].In[0].Series = plus(b.Pairs[2].In[0].Series, flow(event+2, x...))
	b.Pairs[2].In[0].Seen = plus(b.Pairs[2].In[0].Seen, flow(event+2, x...))
	b.Pairs[2].On = []Leg{{Peer: 1, Series: flow(event+3, x...), Seen: flow(event+3, x...)}}
	b.Pairs[6].Out = plus(b.Pairs[6].Out, flow(event+4, x...))
	found := find(t, b)
	for _, i := range []int{2, 6} {
		if found[i].Probability < 0.5 {
			t.Errorf("hub %d of two: probability %.3f", i, found[i].Probability)
		}
	}
}

// What is told of a chain is what went through it: everything entered in held months and left a month later.
func TestValueOfADiversion(t *testing.T) {
	b := book()
	divert(b, 2)
	want := 0.0
	for _, x := range consignments(5) {
		want += x
	}
	v := find(t, b)[2].Value
	// Ordinary trade of EUR 333 a month is below 1% of what was added.
	if math.Abs(v.Central/want-1) > 0.02 || v.Low > want || v.High < want || v.By != ByArrival {
		t.Errorf("%+v, true %.0f", v, want)
	}
	// All left a month later, so all may have passed. Other origins bring EUR 333 a month, 4% of it in mass.
	// Freight may be anything from nothing to a fifth; it is 6%.
	least, most := 0.94*want*(1+carriage)/(1+mostCarriage), 1.02*want*(1+carriage)/(1+leastCarriage)
	if v.Feasible == nil || v.Feasible.Least < least || v.Feasible.Most > most || v.Feasible.Least > v.Feasible.Most {
		t.Errorf("range %+v, true %.0f", v.Feasible, want)
	}
}

// Where other origins explain all that left, nothing must have come from the coalition.
func TestOtherOriginsLowerTheLeast(t *testing.T) {
	b := book()
	divert(b, 2)
	x := consignments(5)
	for i := range x {
		x[i] *= 2 // so that no month of theirs falls short
	}
	b.Pairs[2].Other = plus(b.Pairs[2].Other, flow(event+2, x...))
	s := newSurveyor(b)
	s.run()
	v := s.view(2)
	r, err := s.feasible(2, &v)
	if err != nil || r == nil || r.Least > 0.02*r.Most {
		t.Errorf("range %+v, error %v", r, err)
	}
}

// A hub that states nothing after the event has no exit, no gap and no range, and its pair can still be found.
func TestASilentHub(t *testing.T) {
	b := book()
	divert(b, 2)
	held := make([]bool, months)
	for i := range event {
		held[i] = true
	}
	b.Hubs[0].Held = held
	c := find(t, b)[2]
	if c.Probability < 0.05 || c.Value.Feasible != nil {
		t.Errorf("%+v", c)
	}
	for _, e := range c.Evidence {
		for _, m := range e.Measures {
			if m.Held && (m.ID == "out" || m.ID == "gap" || m.ID == "exit" || m.ID == "coherence") {
				t.Errorf("%s is said to be %v of a silent hub", m.ID, m.Value)
			}
		}
	}
}

func TestEvidenceAddsUp(t *testing.T) {
	b := book()
	divert(b, 2)
	m := fittedModel(t)
	measured, err := Measure(b)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range find(t, b) {
		if !c.Listed {
			if c.Probability != 0 || c.Evidence != nil || b.Goods[i%4].Listed >= 0 {
				t.Errorf("pair %d: %+v", i, c)
			}
			continue
		}
		_, rest := m.Trees.Explain(measured.Rows[i])
		sum, features := m.Slope*rest, 0
		for _, e := range c.Evidence {
			sum += e.Weight
			features += len(e.Measures)
		}
		if want := m.Slope * m.Trees.LogOdds(measured.Rows[i]); math.Abs(sum-want) > 1e-9 || features != len(Features()) {
			t.Errorf("pair %d: %d features add up to %v, log odds are %v", i, features, sum, want)
		}
	}
}

// The unit of money does not matter to a deviance, nor does the order of months within a span.
func TestDevianceIsFreeOfUnitAndOrder(t *testing.T) {
	s := search{months: months, event: event, deflate: ones()}
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(1, 1e6)), months, months).Draw(t, "y")
		unit := rapid.Float64Range(0.01, 100).Draw(t, "unit")
		other := make([]float64, months)
		for i := range event {
			other[i] = unit * y[event-1-i]
		}
		for i := event; i < months; i++ {
			other[i] = unit * y[months-1-(i-event)]
		}
		a, b := s.weigh(y, nil, event), s.weigh(other, nil, event)
		if math.Abs(a.deviance-b.deviance) > 1e-6*(1+math.Abs(a.deviance)) || a.often != b.often {
			t.Errorf("%v and %v", a, b)
		}
	})
}

// Two counts of equal spread, by hand: 48 months at 1 and 24 at 3 with noise of a known dispersion.
func TestDevianceByHand(t *testing.T) {
	y := make([]float64, months)
	for i := range y {
		y[i] = 2 * float64(i%2) // mean 1, squares 2
		if i >= event {
			y[i] += 2 // mean 3
		}
	}
	c := search{months: months, event: event, deflate: ones()}.weigh(y, nil, event)
	// Within-span variance is 1 a month: 72 over a total of 48 + 72 gives 0.6; the rate of all is 120/72.
	gain := 2 * (48*math.Log(48/(48*120.0/72)) + 72*math.Log(72/(24*120.0/72))) / 0.6
	if want := gain / (1 + lasting*gain); math.Abs(c.deviance-want) > 1e-9 || c.excess() != 24 {
		t.Errorf("deviance %v, by hand %v; excess %v, by hand (3 - 1) * 12", c.deviance, want, c.excess())
	}
}

func ones() []float64 {
	out := make([]float64, months)
	for i := range out {
		out[i] = 1
	}
	return out
}

func TestGrowthIsRecovered(t *testing.T) {
	b := book()
	for i := range b.Pairs {
		for j := range b.Pairs[i].In {
			var s Series
			for t := range months {
				s = append(s, Point{Month: int32(t), Value: int64(1e6 * math.Exp(0.01*float64(t)) * float64(1+i+j))})
			}
			b.Pairs[i].In[j].Series = s
		}
	}
	if g := growthOf(b); math.Abs(g-0.01) > 1e-5 { // values are whole
		t.Errorf("growth %v a month, true 0.01", g)
	}
}

// The share of true pairs that is found from log odds alone is the likeliest one, here known in closed form: if 98 in 100
// true pairs and 2 in 100 false ones have a mark, and a share q of all has it, (q - 0.02) / 0.96. The pull to the share
// fitted on, worth 20 pairs in 4,000, moves it by 0.001, or 0.002 where there is next to none.
func TestTheShareOfABookIsTheLikeliest(t *testing.T) {
	m := &Model{Share: 0.2, Slope: 1, Trees: step()}
	for _, share := range []float64{0.001, 0.02, 0.1, 0.3} {
		rng := rand.New(rand.NewPCG(7, 7))
		rows, marks := make([][]float64, 4000), 0.0
		for i := range rows {
			p := 0.02
			if rng.Float64() < share {
				p = 0.98
			}
			rows[i] = []float64{0}
			if rng.Float64() < p {
				rows[i][0], marks = 1, marks+1
			}
		}
		sum, want := 0.0, (marks/4000-0.02)/0.96
		for _, p := range m.Probabilities(rows) {
			sum += p / 4000
		}
		if math.Abs(sum-want) > 0.002 {
			t.Errorf("mean probability %.4f, likeliest share %.4f", sum, want)
		}
	}
}

// step is the model of a mark that 98 in 100 true pairs and 2 in 100 false ones have, where one in five is true.
func step() boost.Model {
	odds := func(p, q float64) float64 { return math.Log(0.25 * p / q) }
	return boost.Model{Inputs: 1, Trees: []boost.Tree{{
		{Input: 0, Cut: 0.5, Left: 1, Right: 2}, {Value: odds(0.02, 0.98)}, {Value: odds(0.98, 0.02)},
	}}}
}

func TestSameAnswerOnAnyNumberOfProcessors(t *testing.T) {
	b := book()
	divert(b, 2)
	many := find(t, b)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if d := cmp.Diff(many, find(t, b)); d != "" {
		t.Error(d)
	}
}

func TestRefusesBooksThatContradictThemselves(t *testing.T) {
	for name, spoil := range map[string]func(*Book){
		"an event outside":        func(b *Book) { b.Event = months },
		"too few pairs":           func(b *Book) { b.Pairs = b.Pairs[:7] },
		"too few direct series":   func(b *Book) { b.Direct = nil },
		"held months of a hub":    func(b *Book) { b.Hubs[1].Held = []bool{true} },
		"held months of a seller": func(b *Book) { b.Sellers[1].Held = []bool{true} },
		"months out of order":     func(b *Book) { b.Pairs[0].Out = Series{{Month: 2}, {Month: 1}} },
		"a month too late":        func(b *Book) { b.Pairs[0].Other = Series{{Month: months}} },
		"a negative amount":       func(b *Book) { b.Direct[0] = Series{{Month: 1, Value: -1}} },
		"a seller who is not":     func(b *Book) { b.Pairs[3].In[0].Peer = 2 },
		"a hub that is not":       func(b *Book) { b.Pairs[3].On = []Leg{{Peer: -1}} },
	} {
		b := book()
		spoil(b)
		if _, err := fittedModel(t).Find(b, 2); fault.KindOf(err) != fault.BadInput {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNeighbours(t *testing.T) {
	all := []Good{{Code: "854231"}, {Code: "010121"}, {Code: "854232"}, {Code: "847150"}}
	if d := cmp.Diff([]int{2, 3, 0, 0}, neighbours(all)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{-1}, neighbours(all[:1])); d != "" {
		t.Error(d)
	}
}

// 5,000 products and 20 hubs over 96 months within a minute on two cores: docs/method/chains.md has the figure.
func BenchmarkFind(b *testing.B) {
	big := &Book{Months: 96, Event: 62, Pairs: make([]Pair, 20*5000), Direct: make([]Series, 5000)}
	for h := range 20 {
		big.Hubs = append(big.Hubs, Hub{Code: area.Code([]byte{'A', byte('A' + h)})})
	}
	for s := range 27 {
		big.Sellers = append(big.Sellers, Seller{Code: area.Code([]byte{'B', byte('A' + s)})})
	}
	for g := range 5000 {
		big.Goods = append(big.Goods, Good{Code: goods.Code([]byte{'0' + byte(g/1000), '0' + byte(g/100%10), '0' + byte(g/10%10), '0' + byte(g%10), '0', '0'}), Listed: 62})
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range big.Pairs {
		for s := range 10 {
			big.Pairs[i].In = append(big.Pairs[i].In, Leg{Peer: s, Series: scattered(rng), Seen: scattered(rng)})
		}
		big.Pairs[i].Out, big.Pairs[i].Other = scattered(rng), scattered(rng)
		big.Pairs[i].On = []Leg{{Peer: rng.IntN(20), Series: scattered(rng)}}
	}
	m := fittedModel(b)
	for b.Loop() {
		if _, err := m.Find(big, 2); err != nil {
			b.Fatal(err)
		}
	}
}

// Half of what enters the first hub goes to the target, half to the second hub and from there to the target. The first
// hub's own sales are half of its entry, so both routes carry just that, whatever the flow.
func TestRoutesOfTwoHubs(t *testing.T) {
	b := book()
	x, half := consignments(6), consignments(6)
	want := 0.0
	for i := range half {
		half[i] /= 2
		want += half[i]
	}
	b.Pairs[2] = Pair{
		In:  []Leg{{Peer: 0, Series: flow(event+2, x...), Seen: carried(flow(event+2, x...))}},
		Out: flow(event+2, half...), On: []Leg{{Peer: 1, Series: flow(event+2, half...)}},
	}
	b.Pairs[6] = Pair{Out: flow(event+2, half...)}
	chains := make([]Chain, len(b.Pairs))
	chains[2].Probability, chains[6].Probability = 1, 1
	routes, err := Routes(b, chains)
	if err != nil {
		t.Fatal(err)
	}
	if len(routes) != 2 {
		t.Fatalf("%+v", routes)
	}
	for i, hubs := range [][]area.Code{{"AM"}, {"AM", "KG"}} {
		r := routes[i]
		// Kilograms are whole: 22 months of a kilogram at EUR 50.
		if d := cmp.Diff(hubs, r.Hubs); d != "" || r.Goods != "854231" || math.Abs(r.Least-want) > 1100 || math.Abs(r.Most-want) > 1100 || r.Quickest < r.Least || r.Quickest > r.Most {
			t.Errorf("%+v, true %.0f", r, want)
		}
	}
	// Goods of other origins in the first hub can take the place of what it sells the target itself.
	b.Pairs[2].Other = flow(event+2, half...)
	if routes, err = Routes(b, chains); err != nil || routes[0].Least > 1100 || math.Abs(routes[0].Most-want) > 1100 {
		t.Errorf("%+v, %v", routes, err)
	}
}
