package detection

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"detour/detect/chain"
	"detour/detect/chain/fit"
	"detour/fault"
	"detour/report"
	"detour/stat/boost"
	"detour/world"
	"detour/world/scenario"
)

// Question asks how well chains are found in simulated worlds of a preset.
type Question struct {
	Preset string
	Seeds  string // "1-10", "1,3,5"
	// Oracle asks for the average precision of who knows all ordinary trade, which takes as long again.
	Oracle bool
	// Say, if set, is told of progress.
	Say func(string)
}

// oracleSeeds are the worlds from which the oracle learns what diversion looks like.
var oracleSeeds = seedsFrom(401, 6)

// Run makes the worlds, judges them and scores the judgement. It uses all processors.
func (q Question) Run(ctx context.Context) (report.Report, error) {
	p, ok := scenario.Preset(q.Preset)
	if !ok {
		return report.Report{}, fault.Errorf(fault.BadInput, "no world is called %q", q.Preset).Hint("%s", "one of "+strings.Join(scenario.Presets(), ", "))
	}
	seeds, err := parseSeeds(q.Seeds)
	if err != nil {
		return report.Report{}, err
	}
	m, err := chain.Fitted()
	if err != nil {
		return report.Report{}, err
	}
	scores, err := q.scores(ctx, p, seeds, m)
	if err != nil {
		return report.Report{}, err
	}
	return q.report(m, scores), nil
}

func (q Question) scores(ctx context.Context, p scenario.Params, seeds []uint64, m *chain.Model) ([]Score, error) {
	var oracle *chain.Model
	if q.Oracle && p.Diversion.Pairs > 0 {
		e, err := examples(ctx, p, oracleSeeds, Happened, q.Say)
		if err != nil {
			return nil, err
		}
		if oracle, err = fit.Model(e, e, intervalLevel, boost.Defaults()); err != nil {
			return nil, err
		}
	}
	var out []Score
	for _, seed := range seeds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		q.say(fmt.Sprintf("world %s, seed %d", p.Name, seed))
		s, err := q.one(p, seed, m, oracle)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (q Question) say(what string) {
	if q.Say != nil {
		q.Say(what)
	}
}

func (q Question) one(p scenario.Params, seed uint64, m, oracle *chain.Model) (Score, error) {
	w, err := world.New(p, seed)
	if err != nil {
		return Score{}, err
	}
	b, err := Observed(w)
	if err != nil {
		return Score{}, err
	}
	s, err := score(w, b, m)
	if err != nil || oracle == nil {
		return s, err
	}
	known, err := Happened(w)
	if err != nil {
		return Score{}, err
	}
	all, err := score(w, known, oracle)
	s.Oracle = all.AveragePrecision
	return s, err
}

// parseSeeds reads numbers and ranges of them.
func parseSeeds(text string) ([]uint64, error) {
	var out []uint64
	for part := range strings.SplitSeq(text, ",") {
		from, to, ranged := strings.Cut(strings.TrimSpace(part), "-")
		if !ranged {
			to = from
		}
		a, err1 := strconv.ParseUint(from, 10, 32)
		b, err2 := strconv.ParseUint(to, 10, 32)
		if err1 != nil || err2 != nil || b < a || b-a >= mostSeeds {
			return nil, fault.Errorf(fault.BadInput, "%q names no seeds", text).Hint("write 1-10, or 1,3,5")
		}
		for s := a; s <= b; s++ {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

const mostSeeds = 1000

// spread is a mean and a standard deviation over seeds.
type spread struct{ mean, sd float64 }

func spreadOf(x []float64) spread {
	var s spread
	for _, v := range x {
		s.mean += v / float64(len(x))
	}
	for _, v := range x {
		s.sd += (v - s.mean) * (v - s.mean)
	}
	if len(x) > 1 {
		s.sd = math.Sqrt(s.sd / float64(len(x)-1))
	} else {
		s.sd = 0
	}
	return s
}

func (s spread) facts(ok bool) report.Facts {
	return report.Facts{
		{Key: "mean", Title: "Mean", Value: figure(s.mean, ok)},
		{Key: "sd", Title: "Standard deviation over seeds", Value: figure(s.sd, ok)},
	}
}
