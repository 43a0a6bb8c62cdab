package ask

import (
	"context"
	"slices"

	"detour/detect/account"
	"detour/detect/ledger"
	"detour/detect/series"
	"detour/detect/stated"
	"detour/fault"
	"detour/lake"
	"detour/report"
	"detour/report/chart"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/period"
)

// history is what was reported in every period that the answer's data set holds, as stated: whether the base
// was a year like others is seen at a glance. Nil where several data sets answer, where no more is held
// than was asked about, or, with a caveat added to the result, where a rate is missing for some of it.
func history(ctx context.Context, e Env, r *account.Result) (*past, error) {
	q := r.Question.Question
	held, source := heldPeriods(e, *r)
	if len(held) < leastHistory {
		return nil, nil
	}
	q.Source, q.Currency, q.Digits, q.Base = source, r.Currency, 0, period.Range{}
	q.Period = period.Range{From: held[0], To: held[len(held)-1]}
	found, err := stated.Find(ctx, e.Store, e.Snapshot, e.Rates, q, []series.Dimension{series.Month})
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			r.Caveats = caveat.Merge(append(r.Caveats, caveat.Caveat{Code: caveat.Currency, Scope: "history", Text: "the history is left out: " + err.Error()}))
			err = nil
		}
		return nil, err
	}
	p := accountPrinter{r: *r, unit: currencyOf(*r)}
	t := report.Table{Columns: []report.Column{{Key: "code", Title: "Period"}, {Key: "actual", Title: "Reported"}}}
	for _, row := range found.Rows {
		t.Rows = append(t.Rows, []report.Cell{report.Str(row.Month.String()), p.stated(row)})
	}
	mark := q.Event.String()
	if held[0].IsYear() {
		mark = period.Year(q.Event.Year()).String()
	}
	block := report.Block{Key: "history", Title: "Over all periods held", Note: "As reported, with nothing left out on either side.", Only: report.ToJSON | report.ToCSV | report.ToHTML,
		Body: report.Chart{Table: t, Draw: chart.Lines{X: "code", Lines: []string{"actual"}, MarkAt: mark, MarkText: "event"}}}
	return &past{block, found.Sources}, nil
}

// past is the history with the files that it rests on, some of which the account itself may not ask.
type past struct {
	block   report.Block
	sources []lake.Segment
}

// leastHistory is the fewest periods worth a chart.
const leastHistory = 3

// heldPeriods lists the periods held by the one data set that answers, in the frequency of the answer.
func heldPeriods(e Env, r account.Result) ([]period.Period, string) {
	if len(r.Sources) == 0 {
		return nil, ""
	}
	id := r.Sources[0].Vintage.ID()
	for _, s := range r.Sources {
		if s.Vintage.ID() != id {
			return nil, ""
		}
	}
	months := r.Breakdowns[slices.IndexFunc(r.Breakdowns, func(b ledger.Breakdown) bool { return slices.Equal(b.By, []series.Dimension{series.Month}) })].Rows
	if len(months) == 0 {
		return nil, ""
	}
	census := e.Snapshot.Census(id, flow.Export)
	return slices.DeleteFunc(slices.Clone(census.Periods), func(p period.Period) bool { return p.IsYear() != months[0].Month.IsYear() }), id
}

// stated is the row's figure in the measure of the account.
func (p accountPrinter) stated(row stated.Flow) report.Cell {
	n := map[flow.Measure]flow.Number{flow.Value: row.Value, flow.NetMass: row.NetMass, flow.Quantity: row.Quantity}[p.r.Question.Measure]
	if !n.Held {
		return report.Null()
	}
	return p.cell(n.N)
}
