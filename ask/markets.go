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
	q, err := m.question(e)
	if err != nil {
		return report.Report{}, err
	}
	rule := market.Rule{AsPublished: m.AsPublished}
	if rule.Above, err = money.ParseAmount(m.Above); err != nil {
		return report.Report{}, fmt.Errorf("--above: %w", err)
	}
	growth, ok := new(big.Rat).SetString(m.Growth)
	if !ok || growth.Sign() < 0 {
		return report.Report{}, fault.Errorf(fault.BadInput, "--growth %q is not a factor", m.Growth).Hint("write 2 for doubled")
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
		{Key: "codes"}, {Key: "actual", Title: "Reported"}, {Key: "baseline", Title: "Base"}, {Key: "excess", Title: "Above"}, {Key: "caveats", Title: "Caveats"}}}
	for _, row := range r.Rows {
		t.Rows = append(t.Rows, []report.Cell{report.Str(string(row.Exporter)), report.Str(string(row.Hub)), report.Str(string(row.Goods)), report.Str(goodsLabel(row.Goods, q.Period.To)), strs(row.Codes),
			report.Amount(row.Actual, r.Currency), report.Amount(row.Baseline, r.Currency), report.Amount(row.Actual-row.Baseline, r.Currency), caveatTexts(row.Caveats)})
	}
	return report.Report{
		Title:       fmt.Sprintf("Markets above %s that grew more than %s times", m.Above, m.Growth),
		Lead:        fmt.Sprintf("%s of %s with %s above %s in %s and more than %s times the base in %s.", counted(len(r.Rows), "market"), listed(m.From), listed(m.To), m.Above, spoken(q.Period), m.Growth, spoken(q.Base)),
		LakeVersion: string(r.Version), Simulated: simulated(r.Sources),
		Question: m.asked(e, q.Question),
		Blocks: []report.Block{
			{Key: "markets", Title: "Markets", Body: t},
			{Key: "caveats", Body: report.Caveats(r.Caveats)},
			sourcesBlock(r.Sources),
		},
	}
}

func caveatTexts(list []caveat.Caveat) report.Cell {
	var texts []string
	for _, c := range list {
		if !slices.Contains(texts, c.Text) {
			texts = append(texts, c.Text)
		}
	}
	return report.Strs(texts...)
}
