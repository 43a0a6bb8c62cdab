package ask

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"detour/detect/account"
	"detour/detect/ledger"
	"detour/detect/series"
	"detour/report"
	"detour/report/chart"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/money"
)

// report lays an account out. It computes nothing but shares.
func (a Account) report(e Env, r account.Result) report.Report {
	p := accountPrinter{r: r, unit: currencyOf(r)}
	out := report.Report{
		Title: fmt.Sprintf("Exports of %s to %s above the baseline, %s", Listed(a.From), Listed(a.To), Spoken(r.Question.Period)), Lead: p.lead(a),
		LakeVersion: string(r.Version), Question: a.asked(e, r.Question, r.Sum), Simulated: Simulated(r.Sources),
	}
	out.Blocks = append(out.Blocks, report.Block{Key: "sum", Body: report.Value{Cell: report.Str(r.Sum)}, Only: report.Machines},
		report.Block{Key: "total", Title: "Total", Body: p.total()})
	for i, b := range r.Breakdowns {
		out.Blocks = append(out.Blocks, p.breakdown(b, i < 4))
	}
	out.Blocks = append(out.Blocks, p.beside()...)
	return out
}

func currencyOf(r account.Result) money.Currency {
	if r.Question.Measure == flow.Value {
		return r.Currency
	}
	return ""
}

type accountPrinter struct {
	r    account.Result
	unit money.Currency
}

func (p accountPrinter) cell(n int64) report.Cell { return AmountCell(n, p.unit) }

func (p accountPrinter) lead(a Account) string {
	t, q := p.r.Total, p.r.Question
	s := fmt.Sprintf("%s exported %s to %s in %s; the baseline (%s, %s) gives %s, so %s", Listed(a.From), p.cell(t.Actual), Listed(a.To), Spoken(q.Period),
		q.Baseline, p.base(), p.cell(t.Baseline), p.above())
	if i := p.r.Interval; i != nil {
		of := ""
		if t.Excess < 0 {
			of = " of the excess"
		}
		s += fmt.Sprintf(" (%g%% interval%s %s to %s)", 100*q.Level, of, p.cell(i.Low), p.cell(i.High))
	}
	s += "."
	if p.r.NoBase != 0 {
		s += fmt.Sprintf(" %s of what was exported has no comparable base.", p.cell(p.r.NoBase))
	}
	return s
}

// base is what the baseline rests on, in words.
func (p accountPrinter) base() string {
	if p.r.Question.Baseline == "trend" {
		return "history"
	}
	return Spoken(p.r.Question.Base)
}

// above says on which side of the baseline the total lies.
func (p accountPrinter) above() string {
	if n := p.r.Total.Excess; n < 0 && n > math.MinInt64 {
		return fmt.Sprint(p.cell(-n), " lie below it")
	}
	return fmt.Sprint(p.cell(p.r.Total.Excess), " lie above it")
}

// share is a part of the total excess; of one that is not above zero there are no parts.
func (p accountPrinter) share(excess int64) report.Cell {
	if p.r.Total.Excess <= 0 {
		return report.Null()
	}
	return report.Ratio(excess, p.r.Total.Excess)
}

// grown is the excess against the baseline, null where there is none.
func grown(l series.Line) report.Cell { return report.Ratio(l.Excess, l.Baseline) }

func (p accountPrinter) interval(i *account.Interval) (low, high report.Cell) {
	if i == nil {
		return report.Null(), report.Null()
	}
	return p.cell(i.Low), p.cell(i.High)
}

// total shows people only what there is: an interval, an amount without a base, a rounding difference.
func (p accountPrinter) total() report.Facts {
	t := p.r.Total
	low, high := p.interval(p.r.Interval)
	none := p.r.NoBase
	return report.Facts{
		{Key: "currency", Value: report.Str(p.r.Unit())},
		{Key: "actual", Title: "Reported", Value: p.cell(t.Actual)},
		{Key: "baseline", Title: "Baseline", Value: p.cell(t.Baseline)},
		{Key: "excess", Title: "Above the baseline", Value: p.cell(t.Excess)},
		{Key: "growth", Title: "Growth", Value: grown(t), Only: IfAny(t.Baseline != 0)},
		{Key: "low", Title: "Interval, from", Value: low, Only: IfAny(p.r.Interval != nil)},
		{Key: "high", Title: "Interval, to", Value: high, Only: IfAny(p.r.Interval != nil)},
		{Key: "no_base", Title: "Without a comparable base", Value: p.cell(none), Only: IfAny(none != 0)},
		{Key: "rounding", Title: "Largest rounding difference", Value: p.cell(p.r.RoundingGap), Only: IfAny(p.r.RoundingGap != 0)},
	}
}

// IfAny keeps from people what there is nothing of; machines are given every key.
func IfAny(some bool) report.Printers {
	if some {
		return 0
	}
	return report.Machines
}

// Titles are the headings of columns by dimension.
var Titles = map[series.Dimension]string{series.Exporter: "Exporter", series.Hub: "Hub", series.Goods: "Goods", series.Month: "Month"}

// breakdown is the table of a breakdown and, of the single ones, a chart. One row would only repeat the total.
func (p accountPrinter) breakdown(b ledger.Breakdown, alone bool) report.Block {
	names := account.DimensionsString(b.By)
	t := p.table(b, alone)
	block := report.Block{Key: "by_" + strings.ReplaceAll(names, ",", "_"), Title: "By " + strings.ReplaceAll(names, ",", " and "), Body: t, Only: IfAny(len(b.Rows) != 1 || !alone)}
	if !alone {
		return block
	}
	switch b.By[0] {
	case series.Month:
		block.Body = report.Chart{Table: t, Draw: chart.Lines{X: "code", Lines: []string{"actual", "baseline"}, MarkAt: eventMark(p.r), MarkText: "event"}}
	case series.Goods:
		block.Body = report.Chart{Table: t, Draw: chart.Bars{Label: "code", Value: "excess", Most: 15}}
	default:
		block.Body = report.Chart{Table: t, Draw: chart.Bars{Label: names + "_label", Value: "excess"}}
	}
	return block
}

func (p accountPrinter) table(b ledger.Breakdown, alone bool) report.Table {
	t := report.Table{}
	for _, d := range b.By {
		key := string(d)
		if alone {
			key = "code"
		}
		t.Columns = append(t.Columns, report.Column{Key: key, Title: Titles[d]})
		if d == series.Exporter || d == series.Hub {
			t.Columns = append(t.Columns, report.Column{Key: string(d) + "_label", Title: "Name", Only: report.People})
		}
	}
	t.Columns = append(t.Columns, report.Column{Key: "actual", Title: "Reported"}, report.Column{Key: "baseline", Title: "Baseline"},
		report.Column{Key: "excess", Title: "Above"}, report.Column{Key: "growth", Title: "Growth"},
		report.Column{Key: "share", Title: "Share"}, report.Column{Key: "rank", Title: "Rank"})
	if slices.Contains(b.By, series.Goods) {
		t.Columns = append(t.Columns, report.Column{Key: "goods_label", Title: "Description", Only: report.People})
	}
	rank := ranks(b.Rows)
	if !alone { // a cross may have as many rows as the lake has cells
		t.Long = report.Long{Len: len(b.Rows), Row: func(i int, shown report.Printers, to []report.Cell) []report.Cell {
			return p.row(to, b.By, b.Rows[i], rank(i), shown)
		}}
		return t
	}
	for i, row := range b.Rows {
		t.Rows = append(t.Rows, p.row(nil, b.By, row, rank(i), report.People|report.Machines))
	}
	return t
}

// ranks gives the place of each row by excess, the largest first, from 1 on; equal ones rank by their codes.
// Rows stand in that order already, but for those by month, which stand in the order of time.
func ranks(rows []ledger.Row) func(i int) int64 {
	byExcess := func(a, b ledger.Row) int { return cmp.Compare(b.Excess, a.Excess) }
	if slices.IsSortedFunc(rows, byExcess) {
		return func(i int) int64 { return int64(i) + 1 }
	}
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return byExcess(rows[a], rows[b]) })
	rank := make([]int64, len(rows))
	for place, i := range order {
		rank[i] = int64(place) + 1
	}
	return func(i int) int64 { return rank[i] }
}

// row appends the cells of a row, with labels where people see them.
func (p accountPrinter) row(to []report.Cell, by []series.Dimension, row ledger.Row, rank int64, shown report.Printers) []report.Cell {
	label := func(of func() string) report.Cell {
		if shown&report.People == 0 {
			return report.Null()
		}
		return report.Str(of())
	}
	for _, d := range by {
		switch d {
		case series.Exporter:
			to = append(to, codeCell(row.Exporter), label(func() string { return AreaLabel(row.Exporter) }))
		case series.Hub:
			to = append(to, codeCell(row.Hub), label(func() string { return AreaLabel(row.Hub) }))
		case series.Goods:
			to = append(to, report.Str(string(row.Goods)))
		case series.Month:
			to = append(to, report.Str(row.Month.String()))
		}
	}
	to = append(to, p.cell(row.Actual), p.cell(row.Baseline), p.cell(row.Excess), grown(row.Line), p.share(row.Excess), report.Int(rank))
	if slices.Contains(by, series.Goods) {
		to = append(to, label(func() string { return GoodsLabel(row.Goods, p.r.Question.Period.To) }))
	}
	return to
}

// eventMark is the month of the event where the chart by month shows it.
func eventMark(r account.Result) string {
	for _, b := range r.Breakdowns {
		if slices.Equal(b.By, []series.Dimension{series.Month}) && slices.ContainsFunc(b.Rows, func(row ledger.Row) bool { return row.Month == r.Question.Event }) {
			return r.Question.Event.String()
		}
	}
	return ""
}

// beside is what stands beside the account.
func (p accountPrinter) beside() []report.Block {
	var out []report.Block
	if t := p.r.Threshold; t != nil {
		share, told := p.share(t.Excess), p.r.Total.Excess > 0 && !p.r.ThresholdNet
		if !told {
			share = report.Null()
		}
		out = append(out, report.Block{Key: "price_threshold", Title: "Goods banned only above a unit price (Annex XVIII)", Body: report.Facts{
			{Key: "set", Value: report.Str(account.ThresholdSet)},
			{Key: "actual", Title: "Reported", Value: p.cell(t.Actual)},
			{Key: "baseline", Title: "Baseline", Value: p.cell(t.Baseline)},
			{Key: "excess", Title: "Above the baseline", Value: p.cell(t.Excess)},
			{Key: "share", Title: "Share of the excess", Value: share, Only: IfAny(told)},
		}})
	}
	out = append(out, p.editions())
	if s := p.r.Split; s != nil {
		out = append(out, report.Block{Key: "price_and_volume", Title: "Price and volume", Body: report.Facts{
			{Key: "volume", Title: "From volumes, at the base's unit values", Value: p.cell(s.Volume)},
			{Key: "price", Title: "From unit values", Value: p.cell(s.Price)},
			{Key: "other", Title: "Cells without a mass on both sides", Value: p.cell(s.Other)},
		}})
	}
	if len(p.r.Supply) > 0 {
		out = append(out, p.supply())
	}
	return append(out, p.specifications(), p.refused(),
		report.Block{Key: "specifications_of", Body: report.Value{Cell: report.Int(int64(p.r.SpecsOf))}, Only: report.Machines},
		report.Block{Key: "caveats", Body: report.Caveats(p.r.Caveats)},
		SourcesBlock(p.r.Sources))
}

func (p accountPrinter) editions() report.Block {
	e := p.r.Editions
	return report.Block{Key: "editions", Title: "Codes without a counterpart", Only: IfAny(len(e.Born)+len(e.Ended) > 0), Body: report.Facts{
		{Key: "born", Title: "Codes born in the period", Value: report.Int(int64(len(e.Born)))},
		{Key: "born_actual", Title: "Exports of these", Value: p.cell(e.BornValue)},
		{Key: "no_base", Title: "Born without a predecessor in the lake", Value: report.Int(int64(len(e.NoBase)))},
		{Key: "no_base_actual", Title: "Exports of those", Value: p.cell(e.NoBaseValue)},
		{Key: "ended", Title: "Codes that ended", Value: report.Int(int64(len(e.Ended)))},
		{Key: "ended_baseline", Title: "Baseline of those that ended", Value: p.cell(e.EndedBase)},
		{Key: "born_codes", Value: strs(e.Born)},
		{Key: "no_base_codes", Value: strs(e.NoBase)},
		{Key: "ended_codes", Value: strs(e.Ended)},
	}}
}

func strs[T ~string](list []T) report.Cell {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return report.Strs(out...)
}

func (p accountPrinter) supply() report.Block {
	t := report.Table{Columns: []report.Column{{Key: "code", Title: "Hub"}, {Key: "imports", Title: "Imports"}, {Key: "exports", Title: "Exports"},
		{Key: "balance", Title: "Balance"}, {Key: "base_imports", Title: "Imports, base"}, {Key: "base_exports", Title: "Exports, base"}, {Key: "base_balance", Title: "Balance, base"}}}
	var hubs []area.Code
	for h := range p.r.Supply {
		hubs = append(hubs, h)
	}
	slices.Sort(hubs)
	for _, h := range hubs {
		s := p.r.Supply[h]
		t.Rows = append(t.Rows, []report.Cell{report.Str(string(h)), p.cell(s.Imports), p.cell(s.Exports), p.cell(s.Imports - s.Exports),
			p.cell(s.BaseImports), p.cell(s.BaseExports), p.cell(s.BaseImports - s.BaseExports)})
	}
	return report.Block{Key: "supply", Title: "The hubs' own supply of these goods", Note: "As the hubs report it, from and to all partners.", Body: t}
}

// refused are the specifications that the lake cannot answer.
func (p accountPrinter) refused() report.Block {
	t := report.Table{Columns: []report.Column{{Key: "baseline", Title: "Baseline"}, {Key: "base", Title: "Base"}, {Key: "reason", Title: "Reason"}}}
	for _, f := range p.r.SpecsRefused {
		t.Rows = append(t.Rows, []report.Cell{report.Str(f.Baseline), report.Str(f.Base), report.Str(f.Reason)})
	}
	return report.Block{Key: "specifications_refused", Title: "Specifications that cannot be computed", Body: t, Only: IfAny(len(t.Rows) > 0)}
}

// TerminalRows is how many rows of a table a terminal is shown.
const TerminalRows = 20

// specifications is the specification curve, sorted by excess.
func (p accountPrinter) specifications() report.Block {
	specs := slices.Clone(p.r.Specs)
	bounds := IfAny(slices.ContainsFunc(specs, func(s account.Spec) bool { return s.Interval != nil }))
	t := report.Table{Columns: []report.Column{{Key: "baseline", Title: "Baseline"}, {Key: "base", Title: "Base"}, {Key: "goods", Title: "Goods"}, {Key: "hubs", Title: "Hubs"},
		{Key: "actual", Title: "Reported"}, {Key: "expected", Title: "Expected"}, {Key: "excess", Title: "Above"}, {Key: "low", Title: "From", Only: bounds}, {Key: "high", Title: "To", Only: bounds}, {Key: "chosen", Title: "Chosen"}}}
	slices.SortStableFunc(specs, func(a, b account.Spec) int { return cmp.Compare(b.Excess, a.Excess) })
	for i, s := range specs {
		low, high := p.interval(s.Interval)
		row := []report.Cell{report.Str(s.Baseline), report.Str(s.Base), report.Str(s.Goods), report.Str(s.Hubs),
			p.cell(s.Actual), p.cell(s.Line.Baseline), p.cell(s.Excess), low, high, report.Flag(s.Chosen)}
		t.Rows = append(t.Rows, row)
		if s.Chosen && i >= TerminalRows {
			t.Total = row // a terminal would not come to it
		}
	}
	note := "What other reasonable choices give, the largest first; the chosen one is marked."
	if n := p.r.SpecsOf; n > len(specs) {
		note += fmt.Sprintf(" These are %d of %d, those nearest to what was asked.", len(specs), n)
	}
	block := report.Block{Key: "specifications", Title: "Other specifications", Note: note, Body: t, Only: IfAny(len(specs) > 0)}
	if len(specs) > 1 {
		block.Body = report.Chart{Table: t, Draw: chart.Curve{Value: "excess", Low: "low", High: "high", Chosen: "chosen", Options: []string{"baseline", "base", "goods", "hubs"}}}
	}
	return block
}
