package mirrors

import (
	"fmt"
	"slices"
	"strings"

	"detour/ask"
	"detour/detect/mirror"
	"detour/detect/series"
	"detour/report"
	"detour/trade/money"
)

// report lists the ratios of both sides by some dimensions, in the order of their key, and the margins.
func (m Mirror) report(e ask.Env, r mirror.Result, by []series.Dimension) (report.Report, error) {
	rows, err := grouped(r.Cells, by)
	if err != nil {
		return report.Report{}, err
	}
	total, err := grouped(r.Cells, nil)
	if err != nil {
		return report.Report{}, err
	}
	pairs, err := grouped(r.Cells, []series.Dimension{series.Exporter, series.Hub})
	if err != nil {
		return report.Report{}, err
	}
	p := mirrorPrinter{r}
	t := total[0]
	out := report.Report{
		Title: fmt.Sprintf("Exports of %s to %s and their mirror, %s", ask.Listed(m.From), ask.Listed(m.To), ask.Spoken(r.Question.Period)),
		Lead: fmt.Sprintf("%s state exports of %s to %s in %s, and these imports of %s: %s of the exports (%s).", ask.Listed(m.From), p.amount(t.exports), ask.Listed(m.To), ask.Spoken(r.Question.Period),
			p.amount(t.imports), report.Ratio(t.imports, t.exports), marginWords(r.Question.Margins[0])),
		LakeVersion: string(r.Version), Question: m.asked(e, r.Question.Question), Simulated: ask.Simulated(r.Sources),
		Blocks: []report.Block{
			{Key: "total", Title: "Total", Body: p.total(t)},
			p.table(rows, by), p.margins(pairs), mirrorsBlock(r),
		},
	}
	out.Blocks = append(append(out.Blocks, fitBlock(r.Fit)...), report.Block{Key: "caveats", Body: report.Caveats(r.Caveats)}, ask.SourcesBlock(r.Sources))
	return out, nil
}

type mirrorPrinter struct{ r mirror.Result }

func (p mirrorPrinter) amount(n int64) report.Cell { return report.Amount(n, p.r.Currency) }

// mirrored is both sides of some cells.
type mirrored struct {
	key                         series.Key
	exports, imports, corrected int64
}

// grouped adds cells up by dimensions; without any there is one row.
func grouped(cells []mirror.Cell, by []series.Dimension) ([]mirrored, error) {
	sums := map[series.Key]*[3]money.Sum{}
	onto := series.Onto(by)
	for _, c := range cells {
		k := onto.Key(c.Key)
		if sums[k] == nil {
			sums[k] = &[3]money.Sum{}
		}
		for i, n := range [3]int64{c.Exports, c.Imports, c.Corrected[0]} {
			sums[k][i].Add(n)
		}
	}
	var out []mirrored
	for k, s := range sums {
		row := mirrored{key: k}
		for i, to := range [3]*int64{&row.exports, &row.imports, &row.corrected} {
			var err error
			if *to, err = s[i].Int64(); err != nil {
				return nil, err
			}
		}
		out = append(out, row)
	}
	slices.SortFunc(out, func(a, b mirrored) int { return series.CompareKeys(a.key, b.key) })
	return out, nil
}

// equal tells whether both sides are within five per cent of each other, the margin taken off.
func (m mirrored) equal() bool {
	apart := m.exports - m.corrected
	return float64(max(apart, -apart)) <= mirror.Equal*float64(max(m.exports, m.corrected))
}

func (p mirrorPrinter) total(t mirrored) report.Facts {
	return report.Facts{
		{Key: "currency", Value: report.Str(string(p.r.Currency))},
		{Key: "exports", Title: "Exports, as the exporters state them", Value: p.amount(t.exports)},
		{Key: "imports", Title: "Imports, as the hubs state them", Value: p.amount(t.imports)},
		{Key: "ratio", Title: "Imports over exports", Value: report.Ratio(t.imports, t.exports)},
		{Key: "corrected_imports", Title: "Imports without the margin", Value: p.amount(t.corrected)},
		{Key: "gap", Title: "Gap", Value: p.amount(t.exports - t.corrected)},
		{Key: "equal", Title: "Within 5% of each other", Value: report.Flag(t.equal())},
	}
}

func (p mirrorPrinter) table(rows []mirrored, by []series.Dimension) report.Block {
	t := report.Table{}
	var names []string
	for _, d := range by {
		t.Columns = append(t.Columns, report.Column{Key: string(d), Title: ask.Titles[d]})
		names = append(names, string(d))
	}
	t.Columns = append(t.Columns, report.Column{Key: "exports", Title: "Exports"}, report.Column{Key: "imports", Title: "Imports"}, report.Column{Key: "ratio", Title: "Imports over exports"},
		report.Column{Key: "corrected_imports", Title: "Without the margin"}, report.Column{Key: "gap", Title: "Gap"}, report.Column{Key: "equal", Title: "Within 5%"})
	for _, m := range rows {
		var row []report.Cell
		for _, d := range by {
			row = append(row, keyCell(d, m.key))
		}
		t.Rows = append(t.Rows, append(row, p.amount(m.exports), p.amount(m.imports), report.Ratio(m.imports, m.exports), p.amount(m.corrected), p.amount(m.exports-m.corrected), report.Flag(m.equal())))
	}
	return report.Block{Key: "pairs", Title: "By " + strings.Join(names, " and "), Body: t}
}

// margins are those of the pairs of exporter and hub: the margin in use, and the one that both statements would need to be
// equal, which in a pair with ghost trade is none.
func (p mirrorPrinter) margins(pairs []mirrored) report.Block {
	t := report.Table{Columns: []report.Column{{Key: "exporter", Title: "Exporter"}, {Key: "hub", Title: "Hub"}, {Key: "margin", Title: "Margin taken off"}, {Key: "apart", Title: "Imports above exports"}}}
	for _, m := range pairs {
		t.Rows = append(t.Rows, []report.Cell{report.Str(string(m.key.Exporter)), report.Str(string(m.key.Hub)), p.margin(m), report.Ratio(m.imports-m.exports, m.exports)})
	}
	return report.Block{Key: "margins", Title: "CIF/FOB margins", Body: t}
}

// margin is what was taken off: of an aggregate, what that comes to over its members.
func (p mirrorPrinter) margin(m mirrored) report.Cell {
	if p.r.Question.Margins[0] != mirror.Fitted {
		return marginCell(p.r.Question.Margins[0])
	}
	return report.Ratio(m.imports-m.corrected, m.corrected)
}
