package detection

import (
	"detour/detect/chain"
	"detour/report"
)

// report lays scores out.
func (q Question) report(m *chain.Model, scores []Score) report.Report {
	a := addUp(scores)
	out := report.Report{
		Title: "Detection of chains in simulated worlds", Simulated: true,
		Question: report.Facts{
			{Key: "preset", Title: "World", Value: report.Str(q.Preset)},
			{Key: "seeds", Title: "Seeds", Value: report.Str(q.Seeds)},
		},
	}
	add := func(key, title, note string, body report.Body) {
		out.Blocks = append(out.Blocks, report.Block{Key: key, Title: title, Note: note, Body: body})
	}
	number := func(x float64, ok bool) report.Value { return report.Value{Cell: figure(x, ok)} }
	add("average_precision", "Average precision over pairs of a hub and a product", "", a.precision.facts(a.true1 > 0))
	add("oracle_average_precision", "That of who knows all ordinary trade", "What the published figures allow at most, as far as a model fitted on such worlds can tell.", number(a.oracle, q.Oracle && a.true1 > 0))
	add("value_error", "Sum of absolute errors over the value of true routes found", "", number(a.valueError, a.routes > 0))
	add("coverage", "Share of these whose value lies in its interval", "", number(a.coverage, a.routes > 0))
	add("interval_score", "Interval score over value", "Lower is better (Gneiting & Raftery 2007).", number(a.intervalScore, a.routes > 0))
	add("naive_interval_score", "That of the range between the two legs' simple excess", "", number(a.naiveScore, a.routes > 0))
	add("naive_coverage", "Coverage of that range", "", number(a.naiveCoverage, a.routes > 0))
	add("calibration_error", "Calibration error over pairs of a probability above 0.1", "Fitted on "+m.Fitted+"; calibrated on "+m.Adjusted+".", number(a.calibration, true))
	add("brier_skill", "Brier skill over the base rate", "", number(a.brier, a.true1 > 0))
	add("false_alarms_per_1000", "Pairs of probability 0.5 or more without diversion, of 1,000", "", number(a.alarms, true))
	add("routes", "True routes", "", report.Facts{
		{Key: "found", Title: "Found (probability 0.5 or more)", Value: report.Int(int64(a.routes))},
		{Key: "missed", Title: "Missed", Value: report.Int(int64(a.missed))},
		{Key: "feasible_ranges", Title: "With a feasible range", Value: report.Int(int64(a.ranges))},
		{Key: "feasible_ranges_holding", Title: "Of these, value in the range", Value: report.Int(int64(a.rangesHolding))},
	})
	add("rules", "Simple rules on the same worlds", "", a.rulesTable())
	add("calibration", "Calibration curve", "", a.curveTable())
	add("by_seed", "By seed", "", seedTable(scores))
	return out
}

// figure is a number that may not exist: where nothing is true there is nothing to find.
func figure(x float64, ok bool) report.Cell {
	if !ok {
		return report.Null()
	}
	return report.Float(x, 3)
}

// total is what scores add up to.
type total struct {
	precision                                    spread
	rules                                        []spread
	oracle, valueError, coverage                 float64
	intervalScore, naiveScore, naiveCoverage     float64
	calibration, brier, alarms                   float64
	routes, missed, ranges, rangesHolding, true1 int
	curve                                        []CalibrationBin
}

func addUp(scores []Score) total {
	var t total
	var precision, oracle, p []float64
	var is []bool
	rules := make([][]float64, len(Rules()))
	pairs, alarms := 0, 0
	for _, s := range scores {
		precision, oracle = append(precision, s.AveragePrecision), append(oracle, s.Oracle)
		for i, r := range s.Rules {
			rules[i] = append(rules[i], r)
		}
		p, is = append(p, s.Probability...), append(is, s.Is...)
		pairs, alarms, t.missed = pairs+s.Pairs, alarms+s.Alarms, t.missed+s.Missed
		for _, r := range s.Routes {
			t.add(r)
		}
	}
	t.precision, t.oracle = spreadOf(precision), spreadOf(oracle).mean
	for _, r := range rules {
		t.rules = append(t.rules, spreadOf(r))
	}
	t.curve = Curve(p, is, curveFloor)
	t.calibration, t.brier, t.alarms = CalibrationError(t.curve), BrierSkill(p, is), 1000*float64(alarms)/float64(max(1, pairs))
	for _, y := range is {
		if y {
			t.true1++
		}
	}
	t.share(scores)
	return t
}

// curveFloor is the probability above which calibration is judged.
const curveFloor = 0.1

// add sums up one route; share divides the sums.
func (t *total) add(r RouteScore) {
	t.routes++
	t.valueError += max(r.Central-r.True, r.True-r.Central)
	t.intervalScore += IntervalScore(r.Low, r.High, r.True, intervalLevel)
	t.naiveScore += IntervalScore(r.NaiveLow, r.NaiveHigh, r.True, intervalLevel)
	if r.Low <= r.True && r.True <= r.High {
		t.coverage++
	}
	if r.NaiveLow <= r.True && r.True <= r.NaiveHigh {
		t.naiveCoverage++
	}
	if f := r.Feasible; f != nil {
		t.ranges++
		if f.Least <= r.Passed && r.Passed <= f.Most {
			t.rangesHolding++
		}
	}
}

func (t *total) share(scores []Score) {
	worth, n := 0.0, float64(max(1, t.routes))
	for _, s := range scores {
		for _, r := range s.Routes {
			worth += r.True
		}
	}
	if worth > 0 {
		t.valueError, t.intervalScore, t.naiveScore = t.valueError/worth, t.intervalScore/worth, t.naiveScore/worth
	}
	t.coverage, t.naiveCoverage = t.coverage/n, t.naiveCoverage/n
}

func (t *total) rulesTable() report.Table {
	out := report.Table{Columns: []report.Column{{Key: "id", Title: "Rule"}, {Key: "title", Title: "What it says"}, {Key: "average_precision", Title: "Average precision"}, {Key: "sd", Title: "SD"}}}
	for i, r := range Rules() {
		out.Rows = append(out.Rows, []report.Cell{report.Str(r.ID), report.Str(r.Title), figure(t.rules[i].mean, t.true1 > 0), figure(t.rules[i].sd, t.true1 > 0)})
	}
	return out
}

func (t *total) curveTable() report.Table {
	out := report.Table{Columns: []report.Column{{Key: "from", Title: "From"}, {Key: "pairs", Title: "Pairs"}, {Key: "predicted", Title: "Predicted"}, {Key: "true", Title: "True"}}}
	for i, b := range t.curve {
		if b.N > 0 {
			out.Rows = append(out.Rows, []report.Cell{report.Float(float64(i)/10, 1), report.Int(int64(b.N)), report.Float(b.Predicted, 3), report.Float(b.True, 3)})
		}
	}
	return out
}

func seedTable(scores []Score) report.Table {
	out := report.Table{Columns: []report.Column{{Key: "seed", Title: "Seed"}, {Key: "average_precision", Title: "Average precision"}, {Key: "false_alarms", Title: "False alarms"}, {Key: "found", Title: "Routes found"}, {Key: "missed", Title: "Missed"}}}
	for _, s := range scores {
		out.Rows = append(out.Rows, []report.Cell{report.Int(int64(s.Seed)), report.Float(s.AveragePrecision, 3), report.Int(int64(s.Alarms)), report.Int(int64(len(s.Routes))), report.Int(int64(s.Missed))})
	}
	return out
}
