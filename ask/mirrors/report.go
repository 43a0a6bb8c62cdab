package mirrors

import (
	"fmt"
	"slices"

	"detour/ask"
	"detour/detect/ghost"
	"detour/detect/series"
	"detour/report"
	"detour/report/chart"
)

// report lays the account out. It computes nothing but shares.
func (g Ghost) report(e ask.Env, r ghost.Result) report.Report {
	p := ghostPrinter{r}
	out := report.Report{
		Title: fmt.Sprintf("Ghost trade of %s with %s, %s", ask.Listed(g.From), ask.Listed(g.To), ask.Spoken(r.Question.Period)), Lead: p.lead(g),
		LakeVersion: string(r.Mirror.Version), Question: g.asked(e, r.Question), Simulated: ask.Simulated(r.Mirror.Sources),
		Blocks: []report.Block{{Key: "total", Title: "Total", Body: p.total()}, p.margins()},
	}
	for _, b := range r.Breakdowns {
		out.Blocks = append(out.Blocks, p.breakdown(b))
	}
	out.Blocks = append(append(out.Blocks, mirrorsBlock(r.Mirror), p.reliability()), fitBlock(r.Mirror.Fit)...)
	out.Blocks = append(out.Blocks, report.Block{Key: "caveats", Body: report.Caveats(r.Caveats)}, ask.SourcesBlock(r.Mirror.Sources))
	return out
}

type ghostPrinter struct{ r ghost.Result }

func (p ghostPrinter) amount(n int64) report.Cell { return report.Amount(n, p.r.Mirror.Currency) }

func (p ghostPrinter) lead(g Ghost) string {
	t, q := p.r.Total, p.r.Question
	s := fmt.Sprintf("%s exported %s to %s in %s, of which these saw %s: %s, or %s, is missing (%s; %s in the base, %s).",
		ask.Listed(g.From), p.amount(t.Exports), ask.Listed(g.To), ask.Spoken(q.Period), p.amount(t.Corrected), p.amount(t.Gap()), report.Ratio(t.Gap(), t.Exports), marginWords(q.Margins[0]),
		report.Ratio(t.BaseGap(), t.BaseExports), ask.Spoken(q.Base))
	if t.Added() > 0 {
		s += fmt.Sprintf(" Of the %s exported above the base, %s never arrived by the hubs' own statistics.", p.amount(t.Added()), report.Ratio(t.AddedGap(), t.Added()))
	}
	return s
}

// addedShare is the ghost share of additional exports; it does not exist where nothing was added.
func addedShare(l ghost.Line, gap int64) report.Cell {
	if l.Added() <= 0 {
		return report.Null()
	}
	return report.Ratio(gap-l.BaseGap(), l.Added())
}

// bounds are the interval of the gap, and of the share of additional exports.
func (p ghostPrinter) bounds(row ghost.Row) (low, high, shareLow, shareHigh report.Cell) {
	i := row.Interval
	if i == nil {
		return report.Null(), report.Null(), report.Null(), report.Null()
	}
	return p.amount(i.Low), p.amount(i.High), addedShare(row.Line, i.Low), addedShare(row.Line, i.High)
}

func (p ghostPrinter) weighted(row ghost.Row) report.Cell {
	if row.Weighted == nil {
		return report.Null()
	}
	return p.amount(*row.Weighted)
}

func (p ghostPrinter) total() report.Facts {
	t := p.r.Total
	low, high, shareLow, shareHigh := p.bounds(t)
	held := ask.IfAny(t.Interval != nil)
	return report.Facts{
		{Key: "currency", Value: report.Str(string(p.r.Mirror.Currency))},
		{Key: "exports", Title: "Exports, as the exporters state them", Value: p.amount(t.Exports)},
		{Key: "imports", Title: "Imports, as the hubs state them", Value: p.amount(t.Imports)},
		{Key: "corrected_imports", Title: "Imports without the margin", Value: p.amount(t.Corrected)},
		{Key: "gap", Title: "Gap", Value: p.amount(t.Gap())},
		{Key: "gap_low", Title: "Gap, from", Value: low, Only: held},
		{Key: "gap_high", Title: "Gap, to", Value: high, Only: held},
		{Key: "ghost_share", Title: "Ghost share", Value: report.Ratio(t.Gap(), t.Exports)},
		{Key: "base_exports", Title: "Exports, base", Value: p.amount(t.BaseExports)},
		{Key: "base_imports", Title: "Imports, base", Value: p.amount(t.BaseImports)},
		{Key: "base_gap", Title: "Gap, base", Value: p.amount(t.BaseGap())},
		{Key: "base_ghost_share", Title: "Ghost share, base", Value: report.Ratio(t.BaseGap(), t.BaseExports)},
		{Key: "additional_exports", Title: "Additional exports", Value: p.amount(t.Added())},
		{Key: "additional_gap", Title: "Gap in them", Value: p.amount(t.AddedGap())},
		{Key: "additional_share", Title: "Ghost share of additional exports", Value: addedShare(t.Line, t.Gap())},
		{Key: "additional_share_low", Title: "Share, from", Value: shareLow, Only: held},
		{Key: "additional_share_high", Title: "Share, to", Value: shareHigh, Only: held},
		{Key: "interval_changes", Title: "Past changes that tell the interval", Value: p.changes(), Only: held},
		{Key: "no_interval", Title: "No interval", Value: ask.Open(p.r.NoInterval), Only: ask.IfAny(t.Interval == nil)},
		{Key: "weighted_gap", Title: "Gap weighted by reliability", Value: p.weighted(t), Only: ask.IfAny(t.Weighted != nil)},
	}
}

func (p ghostPrinter) changes() report.Cell {
	if p.r.Total.Interval == nil {
		return report.Null()
	}
	return report.Int(int64(p.r.Total.Interval.Changes))
}

// margins is the total under each margin, the smallest first.
func (p ghostPrinter) margins() report.Block {
	t := report.Table{Columns: []report.Column{{Key: "margin", Title: "CIF/FOB margin"}, {Key: "corrected_imports", Title: "Imports without it"}, {Key: "gap", Title: "Gap"}, {Key: "ghost_share", Title: "Ghost share"},
		{Key: "base_gap", Title: "Gap, base"}, {Key: "base_ghost_share", Title: "Share, base"}, {Key: "additional_share", Title: "Share of additional exports"}, {Key: "chosen", Title: "In use"}}}
	list := slices.Clone(p.r.Margins)
	slices.SortFunc(list, func(a, b ghost.Margin) int { return int(a.Margin - b.Margin) })
	for _, m := range list {
		t.Rows = append(t.Rows, []report.Cell{marginCell(m.Margin), p.amount(m.Corrected), p.amount(m.Gap()), report.Ratio(m.Gap(), m.Exports),
			p.amount(m.BaseGap()), report.Ratio(m.BaseGap(), m.BaseExports), addedShare(m.Line, m.Gap()), report.Flag(m.Margin == p.r.Question.Margins[0])})
	}
	return report.Block{Key: "margins", Title: "By CIF/FOB margin", Note: "What other margins between the exporter's price and the importer's give.", Body: t}
}

func (p ghostPrinter) breakdown(b ghost.Breakdown) report.Block {
	hubs := ask.IfAny(b.By == series.Hub && slices.ContainsFunc(b.Rows, func(r ghost.Row) bool { return r.Interval != nil }))
	if b.By != series.Hub {
		hubs = report.Machines
	}
	label := report.Column{Key: "label", Title: "Name", Only: report.People}
	t := report.Table{Columns: []report.Column{{Key: "code", Title: ask.Titles[b.By]}, label, {Key: "exports", Title: "Exports"}, {Key: "imports", Title: "Imports", Only: report.Machines},
		{Key: "corrected_imports", Title: "Imports"}, {Key: "gap", Title: "Gap"}, {Key: "gap_low", Title: "From", Only: hubs}, {Key: "gap_high", Title: "To", Only: hubs}, {Key: "ghost_share", Title: "Ghost share"},
		{Key: "base_exports", Title: "Exports, base", Only: report.Machines}, {Key: "base_imports", Title: "Imports, base", Only: report.Machines}, {Key: "base_gap", Title: "Gap, base", Only: report.Machines},
		{Key: "base_ghost_share", Title: "Share, base"}, {Key: "additional_exports", Title: "Additional"}, {Key: "additional_gap", Title: "Gap in it", Only: report.Machines}, {Key: "additional_share", Title: "Ghost share of it"},
		{Key: "additional_share_low", Title: "From", Only: report.Machines}, {Key: "additional_share_high", Title: "To", Only: report.Machines},
		{Key: "weighted_gap", Title: "Weighted gap", Only: ask.IfAny(p.r.Reliability.Lack == "")}}}
	for _, row := range b.Rows {
		low, high, shareLow, shareHigh := p.bounds(row)
		t.Rows = append(t.Rows, []report.Cell{keyCell(b.By, row.Key), p.label(b.By, row.Key), p.amount(row.Exports), p.amount(row.Imports),
			p.amount(row.Corrected), p.amount(row.Gap()), low, high, report.Ratio(row.Gap(), row.Exports),
			p.amount(row.BaseExports), p.amount(row.BaseImports), p.amount(row.BaseGap()),
			report.Ratio(row.BaseGap(), row.BaseExports), p.amount(row.Added()), p.amount(row.AddedGap()), addedShare(row.Line, row.Gap()),
			shareLow, shareHigh, p.weighted(row)})
	}
	block := report.Block{Key: "by_" + string(b.By), Title: "By " + string(b.By), Body: t, Only: ask.IfAny(len(b.Rows) > 1)}
	switch b.By {
	case series.Month:
		block.Body = report.Chart{Table: t, Draw: chart.Lines{X: "code", Lines: []string{"exports", "corrected_imports"}}}
	case series.Goods:
		block.Body = report.Chart{Table: t, Draw: chart.Bars{Label: "code", Value: "gap", Most: 15}}
	default:
		block.Body = report.Chart{Table: t, Draw: chart.Bars{Label: "label", Value: "gap"}}
	}
	return block
}

// keyCell is the code of a row by one dimension.
func keyCell(d series.Dimension, k series.Key) report.Cell {
	switch d {
	case series.Exporter:
		return report.Str(string(k.Exporter))
	case series.Hub:
		return report.Str(string(k.Hub))
	case series.Goods:
		return report.Str(string(k.Goods))
	default:
		return report.Str(k.Month.String())
	}
}

func (p ghostPrinter) label(d series.Dimension, k series.Key) report.Cell {
	switch d {
	case series.Exporter:
		return report.Str(ask.AreaLabel(k.Exporter))
	case series.Hub:
		return report.Str(ask.AreaLabel(k.Hub))
	case series.Goods:
		return report.Str(ask.GoodsLabel(k.Goods, p.r.Question.Period.To))
	default:
		return report.Str(k.Month.String())
	}
}

// reliability is how far each reporter is from its partners.
func (p ghostPrinter) reliability() report.Block {
	l := p.r.Reliability
	t := report.Table{Columns: []report.Column{{Key: "code", Title: "Reporter"}, {Key: "label", Title: "Name", Only: report.People}, {Key: "side", Title: "Side"}, {Key: "cells", Title: "Cells"}, {Key: "discrepancy", Title: "Log ratio expected"}, {Key: "score", Title: "Score"}}}
	for _, r := range l.List {
		side := "exports"
		if r.Hub {
			side = "imports"
		}
		t.Rows = append(t.Rows, []report.Cell{report.Str(string(r.Reporter)), report.Str(ask.AreaLabel(r.Reporter)), report.Str(side), report.Int(int64(r.Pairs)), report.Float(r.Discrepancy, 6), report.Float(r.Score, 6)})
	}
	note := "How far a reporter's figures of the base are from those of an average partner; the score is 1 where they agree."
	if l.Lack != "" {
		note = "Not told: " + l.Lack + "."
	}
	return report.Block{Key: "reliability", Title: "Reliability", Note: note, Body: t}
}
