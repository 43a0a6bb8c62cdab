package dates

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"detour/ask"
	"detour/detect/breaks"
	"detour/detect/series"
	"detour/report"
	"detour/report/chart"
	"detour/stat/breakpoint"
	"detour/trade/flow"
	"detour/trade/money"
	"detour/trade/period"
)

// breaksPrinter lays the answer about breaks out. It computes nothing.
type breaksPrinter struct {
	r     breaks.Result
	money money.Currency // empty where another measure than value was asked
	unit  string         // of that other measure
}

// nearRows is how many series that do not pass are shown beside those that do.
const nearRows = 10

func (b Breaks) report(e ask.Env, r breaks.Result) report.Report {
	p := breaksPrinter{r: r}
	switch r.Question.Measure {
	case flow.Value:
		p.money = r.Currency
	case flow.NetMass:
		p.unit = "kg"
	default:
		p.unit = "units"
	}
	found, rest := r.Breaks[:r.Found], r.Breaks[r.Found:]
	if b.Limit > 0 {
		found = found[:min(b.Limit, len(found))]
	}
	out := report.Report{
		Title: fmt.Sprintf("Breaks in the exports of %s to %s, %s", ask.Listed(b.From), ask.Listed(b.To), ask.Spoken(r.Question.Period)), Lead: p.lead(),
		LakeVersion: string(r.Version), Simulated: ask.Simulated(r.Sources), Question: b.asked(e, r.Question),
		Blocks: []report.Block{{Key: "breaks", Title: "Breaks, the strongest first", Note: shownOf(len(found), r.Found), Body: p.table(found)},
			{Key: "tested", Only: report.Machines, Body: report.Value{Cell: report.Int(int64(len(r.Breaks)))}},
			{Key: "found", Only: report.Machines, Body: report.Value{Cell: report.Int(int64(r.Found))}},
			{Key: "currency", Only: report.Machines, Body: report.Value{Cell: ask.Open(string(p.money))}},
			{Key: "by_month", Title: "In which months series changed", Note: "Breaks found, by the first month of the new level.", Body: p.months(), Only: ask.IfAny(r.Found > 0)}},
	}
	out.Blocks = append(out.Blocks, p.courses()...)
	out.Blocks = append(out.Blocks,
		report.Block{Key: "not_found", Title: "The strongest that do not pass", Note: "Chance alone may have made these.", Body: p.table(rest[:min(nearRows, len(rest))]), Only: ask.IfAny(len(rest) > 0)},
		report.Block{Key: "not_tested", Title: "Series not tested", Body: p.untested(), Only: ask.IfAny(r.Thin+r.Short+r.Renamed > 0)},
		report.Block{Key: "editions", Title: "Codes that an edition brought or ended", Body: p.editions(), Only: ask.IfAny(len(r.Editions) > 0)},
		report.Block{Key: "caveats", Body: report.Caveats(r.Caveats)}, ask.SourcesBlock(r.Sources))
	return out
}

func shownOf(shown, of int) string {
	if shown == of {
		return ""
	}
	return fmt.Sprintf("The first %d of %d.", shown, of)
}

func (p breaksPrinter) lead() string {
	r, q := p.r, p.r.Question
	if len(r.Breaks) == 0 {
		return "No series has what a test needs."
	}
	what := "level"
	if q.Rule == breakpoint.HurdleTrend {
		what = "level or growth"
	}
	s := fmt.Sprintf("%d of %d series tested show a change of %s in %s (%s, false discovery rate %g).", r.Found, len(r.Breaks), what, ask.Spoken(q.Window), ruleName(q.Rule), q.FDR)
	if r.Found == 0 {
		s += fmt.Sprintf(" The smallest p-value is %s, which is not small enough among so many: this says that the series do not tell, not that nothing changed.", p6(r.SmallestP))
	}
	return s
}

// p6 is a probability; none is said more exactly than a millionth.
func p6(x float64) report.Cell { return report.Float(x, 6) }

// table has a row for each break.
func (p breaksPrinter) table(rows []breaks.Break) report.Table {
	q := p.r.Question
	t := report.Table{}
	for _, d := range q.By {
		t.Columns = append(t.Columns, report.Column{Key: string(d), Title: ask.Titles[d]})
	}
	slope := report.Machines
	if q.Rule == breakpoint.HurdleTrend {
		slope = 0
	}
	t.Columns = append(t.Columns, []report.Column{{Key: "month", Title: "Month"}, {Key: "from", Title: "From"}, {Key: "to", Title: "To"}, {Key: "set_months", Only: report.Machines},
		{Key: "direction", Title: "Direction"}, {Key: "ratio", Title: "Ratio"}, {Key: "log_ratio", Only: report.Machines}, {Key: "log_error", Title: "Error of its log"},
		{Key: "slope", Title: "Change of growth", Only: slope}, {Key: "slope_error", Title: "Its error", Only: slope},
		{Key: "before", Title: "Mean month before", Unit: p.unit}, {Key: "after", Title: "After", Unit: p.unit}, {Key: "statistic", Title: "Statistic"}, {Key: "p", Only: report.Machines}, {Key: "adjusted_p", Title: "Adjusted p"},
		{Key: "months", Only: report.Machines}, {Key: "empty", Title: "Without trade"}, {Key: "event_in_set", Title: "Event in set"},
		{Key: "caveats", Title: "Caveats", Only: ask.IfAny(slices.ContainsFunc(rows, func(b breaks.Break) bool { return len(b.Caveats) > 0 }))}}...)
	if slices.Contains(q.By, series.Goods) {
		t.Columns = append(t.Columns, report.Column{Key: "goods_label", Title: "Description", Only: report.People})
	}
	t.Long = report.Long{Len: len(rows), Row: func(i int, shown report.Printers, to []report.Cell) []report.Cell {
		return p.row(rows[i], shown, to)
	}}
	return t
}

func (p breaksPrinter) row(b breaks.Break, shown report.Printers, to []report.Cell) []report.Cell {
	for _, d := range p.r.Question.By {
		to = append(to, report.Str(nameOf(b, d)))
	}
	ratio, size, sizeErr, slope, slopeErr := report.Null(), report.Null(), report.Null(), report.Null(), report.Null()
	if b.Sized {
		ratio, size, sizeErr = ratioCell(math.Exp(b.Size)), report.Float(b.Size, 4), report.Float(b.SizeErr, 4)
		if p.r.Question.Rule == breakpoint.HurdleTrend {
			slope, slopeErr = report.Float(b.Slope, 4), report.Float(b.SlopeErr, 4)
		}
	}
	to = append(to, report.Str(b.Month.String()), report.Str(b.From.String()), report.Str(b.To.String()), report.Int(int64(b.SetSize)), report.Str(directionWord(b.Direction)),
		ratio, size, sizeErr, slope, slopeErr, ask.AmountCell(b.Before, p.money), ask.AmountCell(b.After, p.money), report.Float(b.Statistic, 2), p6(b.P), p6(b.Adjusted),
		report.Int(int64(b.Months)), report.Ratio(int64(b.Empty), int64(b.Months)), report.Flag(b.EventInSet), ask.CaveatTexts(b.Caveats))
	if slices.Contains(p.r.Question.By, series.Goods) {
		label := report.Null()
		if shown&report.People != 0 {
			label = report.Str(ask.GoodsLabel(b.Goods, p.r.Question.Period.To))
		}
		to = append(to, label)
	}
	return to
}

func nameOf(b breaks.Break, d series.Dimension) string {
	switch d {
	case series.Exporter:
		return string(b.Exporter)
	case series.Hub:
		return string(b.Hub)
	default:
		return string(b.Goods)
	}
}

func directionWord(d breakpoint.Direction) string {
	return map[breakpoint.Direction]string{breakpoint.Down: "down", breakpoint.None: "none", breakpoint.Up: "up"}[d]
}

// ratioCell has decimals where they say something. What two lines through thin months give beyond 10^12 is no
// figure to be quoted, and is null; its logarithm stands beside it.
func ratioCell(x float64) report.Cell {
	switch {
	case x >= 1e12:
		return report.Null()
	case x >= 1e6:
		return report.Float(x, 0)
	}
	return report.Float(x, 4)
}

// months counts the breaks found by month, the event marked.
func (p breaksPrinter) months() report.Chart {
	t := report.Table{Columns: []report.Column{{Key: "month", Title: "Month"}, {Key: "up", Title: "Up"}, {Key: "down", Title: "Down"}}}
	for _, c := range p.r.ByMonth() {
		t.Rows = append(t.Rows, []report.Cell{report.Str(c.Month.String()), report.Int(int64(c.Up)), report.Int(int64(c.Down))})
	}
	return report.Chart{Table: t, Draw: chart.Lines{X: "month", Lines: []string{"up", "down"}, MarkAt: p.event(p.r.Question.Window), MarkText: "event"}}
}

// event is the month of the event where it lies in a range.
func (p breaksPrinter) event(in period.Range) string {
	if !in.Contains(p.r.Question.Event) {
		return ""
	}
	return p.r.Question.Event.String()
}

// drawn is how many of the strongest series a page shows month by month, two by two.
const drawn = 6

// courses draws the strongest series, with their breaks, the months in which these may lie, and the event.
func (p breaksPrinter) courses() []report.Block {
	var out []report.Block
	strongest := p.r.Breaks[:min(drawn, len(p.r.Breaks))]
	for pair := range slices.Chunk(strongest, 2) {
		t := report.Table{Columns: []report.Column{{Key: "month", Title: "Month"}}}
		for i := range pair {
			k := strconv.Itoa(i)
			t.Columns = append(t.Columns, report.Column{Key: "actual" + k, Title: "Reported", Unit: p.unit}, report.Column{Key: "mean" + k, Title: "Mean month", Unit: p.unit},
				report.Column{Key: "from" + k, Title: "Break from"}, report.Column{Key: "to" + k, Title: "Break to"})
		}
		for m, month := range p.r.Question.Period.Periods() {
			row := []report.Cell{report.Str(month.String())}
			for _, b := range pair {
				row = append(row, p.course(b, m)...)
			}
			t.Rows = append(t.Rows, row)
		}
		out = append(out, report.Block{Title: "Month by month: " + p.named(pair), Only: report.ToHTML, Body: report.Chart{Table: t, Draw: p.drawing(pair)}})
	}
	return out
}

// course is what a month of the series shows: what was reported, the mean month of its side, and in the break's own the ends of its set.
func (p breaksPrinter) course(b breaks.Break, m int) []report.Cell {
	at := b.Course()[m]
	actual, mean, from, to := report.Null(), b.Before, report.Null(), report.Null()
	if at.Held {
		actual = ask.AmountCell(at.Value, p.money)
	}
	if at.Month >= b.Month {
		mean = b.After
	}
	if at.Month == b.Month {
		from, to = report.Str(b.From.String()), report.Str(b.To.String())
	}
	return []report.Cell{actual, ask.AmountCell(mean, p.money), from, to}
}

func (p breaksPrinter) drawing(pair []breaks.Break) chart.Drawing {
	if len(pair) == 1 {
		return chart.Lines{X: "month", Lines: []string{"actual0", "mean0"}, MarkAt: pair[0].Month.String(), MarkText: "break"}
	}
	leg := func(i int) chart.Leg {
		k := strconv.Itoa(i)
		return chart.Leg{Name: fmt.Sprintf("%s (adjusted p %s)", p.named(pair[i:i+1]), p6(pair[i].Adjusted)), Actual: "actual" + k, Baseline: "mean" + k, BreakFrom: "from" + k, BreakTo: "to" + k}
	}
	return chart.Pair{X: "month", First: leg(0), Second: leg(1), MarkAt: p.event(p.r.Question.Period), MarkText: "event"}
}

// named lists series as a title has them.
func (p breaksPrinter) named(rows []breaks.Break) string {
	var out []string
	for _, b := range rows {
		var words []string
		for _, d := range p.r.Question.By {
			words = append(words, nameOf(b, d))
		}
		out = append(out, strings.Join(words, " "))
	}
	return strings.Join(out, ", ")
}

func (p breaksPrinter) untested() report.Facts {
	return report.Facts{
		{Key: "thin", Title: "With trade in too few months", Value: report.Int(int64(p.r.Thin))},
		{Key: "short", Title: "With too few months reported", Value: report.Int(int64(p.r.Short))},
		{Key: "editions", Title: "Of codes that an edition brought or ended", Value: report.Int(int64(p.r.Renamed))},
	}
}

func (p breaksPrinter) editions() report.Table {
	t := report.Table{Columns: []report.Column{{Key: "goods", Title: "Goods"}, {Key: "month", Title: "Edition of"}, {Key: "change", Title: "Change"}, {Key: "goods_label", Title: "Description", Only: report.People}}}
	for _, e := range p.r.Editions {
		change, when := "ended", e.At.Add(-1)
		if e.Born {
			change, when = "born", e.At
		}
		t.Rows = append(t.Rows, []report.Cell{report.Str(string(e.Goods)), report.Str(e.At.String()), report.Str(change), report.Str(ask.GoodsLabel(e.Goods, when))})
	}
	return t
}
