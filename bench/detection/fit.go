package detection

import (
	"context"
	"encoding/json"
	"fmt"

	"detour/detect/chain"
	"detour/detect/chain/fit"
	"detour/fault"
	"detour/stat/boost"
	"detour/world"
	"detour/world/scenario"
)

// worlds are those of one preset with some seeds.
type worlds struct {
	preset string
	seeds  []uint64
}

// What the model of chains is fitted on. It is scored on other seeds, and on other presets than it is calibrated on.
// Hard worlds hold a third of the routes of the others, so there are more of them.
var (
	treeWorlds  = []worlds{{"typical", seedsFrom(101, 10)}, {"hard", seedsFrom(101, 20)}, {"dark", seedsFrom(101, 10)}}
	adjustSeeds = seedsFrom(301, 8)
)

func (w worlds) String() string {
	return fmt.Sprintf("%s %d to %d", w.preset, w.seeds[0], w.seeds[len(w.seeds)-1])
}

const intervalLevel = 0.9

func seedsFrom(first uint64, n int) []uint64 {
	out := make([]uint64, n)
	for i := range out {
		out[i] = first + uint64(i)
	}
	return out
}

// between is the world on which the model is calibrated: none of the presets that are scored, but between typical and
// hard in all in which these two differ.
func between() scenario.Params {
	p, _ := scenario.Preset("typical")
	p.Name = "between"
	p.Diversion.Pairs, p.Confounding.Honest, p.Confounding.Surge = 0.02, 0.045, 0.05
	p.Diversion.SizeLow, p.Diversion.SizeHigh = 0.2e6, 100e6
	p.Diversion.Ghost, p.Diversion.DelayMost, p.Diversion.Relabelled, p.Diversion.TwoHubs = 0.4, 4, 0.12, 0.2
	p.Statistics.Stopping, p.Statistics.Missing = 0.4, 0.15
	return p
}

// FitChain fits the model that detect/chain carries and gives its file. say, if set, is told of progress.
func FitChain(ctx context.Context, say func(string)) ([]byte, error) {
	var trees []fit.Example
	for _, of := range treeWorlds {
		p, _ := scenario.Preset(of.preset)
		more, err := examples(ctx, p, of.seeds, Observed, say)
		if err != nil {
			return nil, err
		}
		trees = append(trees, more...)
	}
	adjust, err := examples(ctx, between(), adjustSeeds, Observed, say)
	if err != nil {
		return nil, err
	}
	m, err := fit.Model(trees, adjust, intervalLevel, boost.Defaults())
	if err != nil {
		return nil, err
	}
	m.Fitted, m.Adjusted = fmt.Sprint(treeWorlds), worlds{between().Name, adjustSeeds}.String()
	out, err := json.Marshal(m)
	if err != nil {
		return nil, fault.Errorf(fault.Internal, "writing the model of chains: %w", err)
	}
	return append(out, '\n'), nil
}

// examples makes worlds and measures them as see shows them.
func examples(ctx context.Context, p scenario.Params, seeds []uint64, see func(*world.World) (*chain.Book, error), say func(string)) ([]fit.Example, error) {
	var out []fit.Example
	for _, seed := range seeds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if say != nil {
			say(fmt.Sprintf("world %s, seed %d", p.Name, seed))
		}
		w, err := world.New(p, seed)
		if err != nil {
			return nil, err
		}
		b, err := see(w)
		if err != nil {
			return nil, err
		}
		e, err := newQuestion(w, b).example()
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// example measures the book of a question and says what is true.
func (q *question) example() (fit.Example, error) {
	m, err := chain.Measure(q.book)
	if err != nil {
		return fit.Example{}, err
	}
	e := fit.Example{Measurement: m, Is: q.is, Skip: make([]bool, len(q.is)), Worth: make([]float64, len(q.is))}
	for _, other := range q.alias {
		e.Skip[other] = !q.is[other]
	}
	for i, route := range q.route {
		if route >= 0 {
			e.Worth[i] = q.worth(route)
		}
	}
	return e, nil
}
