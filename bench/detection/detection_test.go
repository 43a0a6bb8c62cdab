package detection

import (
	"bytes"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"detour/detect/chain"
	"detour/fault"
	"detour/report"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/world"
	"detour/world/scenario"
	"detour/world/truth"
)

// small is a world that is made in a moment.
func small(t testing.TB, seed uint64) *world.World {
	t.Helper()
	p, _ := scenario.Preset("typical")
	p.Extent.Goods = 60
	w, err := world.New(p, seed)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// The book holds to the cent what members state of sales to hubs under the codes of 2022, and nothing else.
func TestObservedIsWhatIsStated(t *testing.T) {
	w := small(t, 11)
	b, err := Observed(w)
	if err != nil {
		t.Fatal(err)
	}
	hubs := w.Truth().Hubs
	want, got := map[area.Code]int64{}, map[area.Code]int64{}
	for f := range w.Flows(world.Final, w.Members()...) {
		if f.Direction == flow.Export && !f.Confidential && f.Period >= changeOfEdition && slices.Contains(hubs, f.Partner) {
			want[f.Reporter] += f.Value.N
		}
	}
	first := int32(changeOfEdition.Sub(w.Truth().First.Period))
	for _, p := range b.Pairs {
		for _, l := range p.In {
			for _, x := range l.Series {
				if c := b.Sellers[l.Peer].Code; x.Month >= first && !l.Mirrored && slices.Contains(w.Members(), c) {
					got[c] += x.Value
				}
			}
		}
	}
	if d := cmp.Diff(want, got); d != "" || len(want) < 20 {
		t.Errorf("%d members\n%s", len(want), d)
	}
}

// What an observer of all ordinary trade sees of members is, to the cent, what truly moved.
func TestHappenedIsTheTruth(t *testing.T) {
	w := small(t, 12)
	b, err := Happened(w)
	if err != nil {
		t.Fatal(err)
	}
	type way struct {
		from, to area.Code
		code     goods.Code
	}
	moved := map[way]int64{}
	for _, h := range w.Truth().Happenings {
		for _, m := range h.Sent {
			moved[way{m.From, m.To, m.Goods}] += m.Euros * 100
		}
	}
	compared := 0
	for i, p := range b.Pairs {
		for _, l := range p.In {
			at := way{b.Sellers[l.Peer].Code, b.Hubs[i/len(b.Goods)].Code, b.Goods[i%len(b.Goods)].Code}
			sum := int64(0)
			for _, x := range l.Series {
				sum += x.Value
			}
			if l.Mirrored || sum == 0 || !slices.Contains(w.Members(), at.from) {
				continue
			}
			compared++
			if sum != moved[at] {
				t.Errorf("%v: the book says %d, the truth %d", at, sum, moved[at])
			}
		}
	}
	if compared < 50 {
		t.Errorf("only %d ways were compared", compared)
	}
}

// Three products, of which the second is not listed; the first hub diverts the first under the code of the third.
func TestRanked(t *testing.T) {
	q := &question{
		book: &chain.Book{Goods: []chain.Good{{Listed: 5}, {Listed: -1}, {Listed: 5}}},
		is:   []bool{true, false, false, false, false, false}, alias: map[int]int{0: 2},
	}
	kept, is := q.ranked([]float64{1, 9, 4, 3, 8, 2})
	// The diverted pair has the better of 1 and 4, the other code is left out, unlisted ones come last.
	if d := cmp.Diff([]float64{4, math.Inf(-1), 3, math.Inf(-1), 2}, kept); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]bool{true, false, false, false, false}, is); d != "" {
		t.Error(d)
	}
}

func TestWorthIsWhatTheCoalitionSent(t *testing.T) {
	w := small(t, 13)
	b, err := Observed(w)
	if err != nil {
		t.Fatal(err)
	}
	q, seen := newQuestion(w, b), 0
	for i, h := range q.truth.Happenings {
		if h.Kind != truth.Diverted {
			continue
		}
		// Beyond the first hub all movements begin in a hub.
		var sum int64
		for _, m := range h.Sent {
			if !slices.Contains(q.truth.Hubs, m.From) {
				sum += m.Euros
			}
		}
		seen++
		if got := q.worth(i); got != float64(sum) || sum == 0 {
			t.Errorf("route %d: %v, by movements %d", h.ID, got, sum)
		}
	}
	if seen < 10 {
		t.Errorf("only %d routes", seen)
	}
}

func TestSeeds(t *testing.T) {
	for text, want := range map[string][]uint64{"1-3": {1, 2, 3}, "5": {5}, "7, 2-3,2": {2, 3, 7}} {
		got, err := parseSeeds(text)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%q: %v\n%s", text, err, d)
		}
	}
	for _, text := range []string{"", "a", "3-1", "1-", "1-5000", "-1"} {
		if _, err := parseSeeds(text); fault.KindOf(err) != fault.BadInput {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// One world by hand of the simple rules: a leg that rises from 1 to 3 a month on the mean, with a spread of 1.
func TestRulesByHand(t *testing.T) {
	y := make([]float64, 72)
	for i := range y {
		y[i] = float64(2 * (i % 2))
		if i >= 48 {
			y[i] += 2
		}
	}
	h := remember(y, nil, 48)
	if h.z() != 2 || h.year != 36 || h.last != 12 || h.ratio() != 3 {
		t.Errorf("%+v: z %v, ratio %v", h, h.z(), h.ratio())
	}
}

// The model that the program carries, on worlds that it was not fitted on: far above the best rule, and quiet where
// nothing is diverted. The bounds are three standard deviations over seeds below what docs/method/chains.md reports.
func TestTheModelOnOtherWorlds(t *testing.T) {
	if testing.Short() {
		t.Skip("makes two whole worlds")
	}
	m, err := chain.Fitted()
	if err != nil {
		t.Fatal(err)
	}
	one := func(preset string) Score {
		p, _ := scenario.Preset(preset)
		s, err := Question{}.one(p, 206, m, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := one("typical")
	if best := slices.Max(s.Rules); s.AveragePrecision < 0.89 || s.AveragePrecision < best+(1-best)/2 {
		t.Errorf("average precision %.3f, best rule %.3f", s.AveragePrecision, best)
	}
	if s = one("calm"); s.Alarms > 4 {
		t.Errorf("%d false alarms among %d pairs of a calm world", s.Alarms, s.Pairs)
	}
}

func TestReport(t *testing.T) {
	q := Question{Preset: "typical", Seeds: "1-2", Oracle: true}
	scores := []Score{
		{Seed: 1, AveragePrecision: 0.8, Oracle: 1, Rules: []float64{0.1, 0.2, 0.3, 0.4, 0.5}, Alarms: 1, Pairs: 500,
			Probability: []float64{0.9, 0.1}, Is: []bool{true, false},
			Routes: []RouteScore{{True: 100, Central: 90, Low: 80, High: 120, NaiveLow: 0, NaiveHigh: 50, Feasible: &chain.Range{Least: 50, Most: 100}, Passed: 70}}},
		{Seed: 2, AveragePrecision: 0.6, Oracle: 0.9, Rules: []float64{0.1, 0.2, 0.3, 0.4, 0.7}, Pairs: 500, Missed: 1,
			Routes: []RouteScore{{True: 300, Central: 350, Low: 310, High: 400, NaiveLow: 200, NaiveHigh: 300}}},
	}
	var out bytes.Buffer
	if err := report.JSON(&out, q.report(&chain.Model{}, scores)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"mean": 0.7`, `"sd": 0.141`, // of 0.8 and 0.6
		`"oracle_average_precision": 0.95`,
		`"value_error": 0.15`,     // (10 + 50) / 400
		`"coverage": 0.5`,         // 300 lies below 310
		`"interval_score": 0.825`, // (40 + 90 + 20 * 10) / 400
		`"false_alarms_per_1000": 1`,
		`"feasible_ranges_holding": 1`,
	} {
		if !bytes.Contains(out.Bytes(), []byte(want)) {
			t.Errorf("%s is not in\n%s", want, out.String())
		}
	}
}

// The file of the model is what fitting makes.
func TestSoakTheModelIsFitted(t *testing.T) {
	if os.Getenv("DETOUR_SOAK") == "" {
		t.Skip("fits the model again, which takes ten minutes: set DETOUR_SOAK")
	}
	got, err := FitChain(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../../detect/chain/model.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("detect/chain/model.json is another model: run detour-bench fit-chain")
	}
}
