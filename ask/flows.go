package ask

import (
	"context"
	"fmt"

	"detour/detect/series"
	"detour/detect/stated"
	"detour/report"
	"detour/trade/area"
	"detour/trade/flow"
)

// Flows is the question what was stated, cell by cell. Of Account it uses From, To, Goods, Months,
// Currency, Digits and Source.
type Flows struct {
	Account
	Dimensions string // exporter,hub,goods,month
}

// Run answers the question.
func (f Flows) Run(ctx context.Context, e Env) (report.Report, error) {
	base := f.Account
	base.Base = base.Months // only to be read; a question about flows has no base
	q, err := base.Question(e)
	if err != nil {
		return report.Report{}, err
	}
	q.Base.From, q.Base.To = 0, 0
	by, err := ReadDimensions("--by", f.Dimensions)
	if err != nil {
		return report.Report{}, err
	}
	res, err := stated.Find(ctx, e.Store, e.Snapshot, e.Rates, q.Question, by)
	if err != nil {
		return report.Report{}, err
	}
	t := report.Table{}
	for _, d := range by {
		t.Columns = append(t.Columns, report.Column{Key: string(d), Title: Titles[d]})
		if d == series.Exporter || d == series.Hub {
			t.Columns = append(t.Columns, report.Column{Key: string(d) + "_label", Title: "Name", Only: report.People})
		}
	}
	t.Columns = append(t.Columns, report.Column{Key: "value", Title: "Value", Unit: string(res.Currency)}, report.Column{Key: "kg", Title: "Net mass", Unit: "kg"}, report.Column{Key: "units", Title: "Supplementary units"})
	for _, row := range res.Rows {
		t.Rows = append(t.Rows, flowRow(by, row, res))
	}
	return report.Report{
		Title: fmt.Sprintf("Exports of %s to %s, %s", Listed(f.From), Listed(f.To), Spoken(q.Period)), Lead: counted(len(res.Rows), "cell") + ", as the reporters stated them.",
		LakeVersion: string(res.Version), Simulated: Simulated(res.Sources),
		Question: f.asked(e, q.Question),
		Blocks: []report.Block{{Key: "currency", Only: report.Machines, Body: report.Value{Cell: report.Str(string(res.Currency))}},
			{Key: "flows", Title: "Flows", Body: t}, {Key: "caveats", Body: report.Caveats(res.Caveats)}, SourcesBlock(res.Sources)},
	}, nil
}

func flowRow(by []series.Dimension, row stated.Flow, res stated.Flows) []report.Cell {
	var out []report.Cell
	for _, d := range by {
		switch d {
		case series.Exporter:
			out = append(out, codeCell(row.Exporter), report.Str(AreaLabel(row.Exporter)))
		case series.Hub:
			out = append(out, codeCell(row.Hub), report.Str(AreaLabel(row.Hub)))
		case series.Goods:
			out = append(out, report.Str(string(row.Goods)))
		case series.Month:
			out = append(out, report.Str(row.Month.String()))
		}
	}
	value := report.Null()
	if row.Value.Held {
		value = report.Amount(row.Value.N, res.Currency)
	}
	return append(out, value, thousandths(row.NetMass), thousandths(row.Quantity))
}

func codeCell(c area.Code) report.Cell { return report.Str(string(c)) }

func thousandths(n flow.Number) report.Cell {
	if !n.Held {
		return report.Null()
	}
	return report.Decimal(n.N, 3)
}
