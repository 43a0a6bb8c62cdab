package ask

import (
	"context"
	"fmt"
	"math/big"
	"slices"

	"detour/detect/account"
	"detour/detect/market"
	"detour/fault"
	"detour/report"
	"detour/trade/caveat"
	"detour/trade/money"
)

// Markets is the question which exporter x hub x code cells are large and grew.
type Markets struct {
	Account            // From, To, Goods, Months, Base, Missing, Source, Currency
	Above       string // 10m
	Growth      string // 2
	AsPublished bool
}

// Run answers the question.
func (m Markets) Run(ctx context.Context, e Env) (report.Report, error) {
	q, err := m.Question(e)
	if err != nil {
		return report.Report{}, err
	}
	rule := market.Rule{AsPublished: m.AsPublished}
	if rule.Above, err = money.ParseAmount(m.Above); err != nil {
		return report.Report{}, fmt.Errorf("--above: %w", err)
	}
	if rule.Above < 0 {
		return report.Report{}, fault.Errorf(fault.BadInput, "--above %s is below zero", m.Above).Hint("give an amount such as 10m, or 0")
	}
	growth, ok := new(big.Rat).SetString(m.Growth)
	if !ok || growth.Sign() < 0 {
		return report.Report{}, fault.Errorf(fault.BadInput, "--growth %q is not a factor", m.Growth).Hint("write 2 for doubled, 0 for any")
	}
	rule.Growth = growth
	res, err := market.Find(ctx, e.Store, e.Snapshot, e.Rates, q.Question, rule)
	if err != nil {
		return report.Report{}, err
	}
	return m.report(e, q, res), nil
}

func (m Markets) report(e Env, q account.Question, r market.Markets) report.Report {
	t := report.Table{Columns: []report.Column{{Key: "exporter", Title: "Exporter"}, {Key: "hub", Title: "Hub"}, {Key: "goods", Title: "Goods"}, {Key: "description", Only: report.People},
		{Key: "codes"}, {Key: "actual", Title: "Reported"}, {Key: "baseline", Title: "Base"}, {Key: "excess", Title: "Above"}, {Key: "currency", Only: report.ToCSV}, {Key: "caveats", Title: "Caveats"}}}
	for _, row := range r.Rows {
		t.Rows = append(t.Rows, []report.Cell{report.Str(string(row.Exporter)), report.Str(string(row.Hub)), report.Str(string(row.Goods)), report.Str(GoodsLabel(row.Goods, q.Period.To)), strs(row.Codes),
			report.Amount(row.Actual, r.Currency), report.Amount(row.Baseline, r.Currency), report.Amount(row.Actual-row.Baseline, r.Currency), report.Str(string(r.Currency)), CaveatTexts(row.Caveats)})
	}
	return report.Report{
		Title:       fmt.Sprintf("Markets above %s that grew more than %s times", m.Above, m.Growth),
		Lead:        fmt.Sprintf("%s of %s with %s above %s in %s and more than %s times the base in %s.", counted(len(r.Rows), "market"), Listed(m.From), Listed(m.To), m.Above, Spoken(q.Period), m.Growth, Spoken(q.Base)),
		LakeVersion: string(r.Version), Simulated: Simulated(r.Sources),
		Question: m.asked(e, q.Question),
		Blocks: []report.Block{
			{Key: "currency", Only: report.Machines, Body: report.Value{Cell: report.Str(string(r.Currency))}},
			{Key: "markets", Title: "Markets", Body: t},
			{Key: "caveats", Body: report.Caveats(r.Caveats)},
			SourcesBlock(r.Sources),
		},
	}
}

// CaveatTexts gives the texts of caveats as one cell.
func CaveatTexts(list []caveat.Caveat) report.Cell {
	var texts []string
	for _, c := range list {
		if !slices.Contains(texts, c.Text) {
			texts = append(texts, c.Text)
		}
	}
	return report.Strs(texts...)
}
