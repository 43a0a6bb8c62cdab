package mirrors

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"detour/ask"
	"detour/detect/ghost"
	"detour/detect/mirror"
	"detour/detect/series"
	"detour/fault"
	"detour/report"
	"detour/trade/period"
)

// Mirror is the question what hubs say they received of what exporters say they sent. Of ask.Account it uses From, To, Goods,
// Months, Missing, Currency, Digits, Source and Event.
type Mirror struct {
	ask.Account
	MirrorSource string // sources and data sets that may speak for the hubs, with commas between
	Cif          string // the margin: a share, 0.05, or fit
	Lag          string // months: 0, 1, 2, or fit
	Dimensions   string // exporter,hub
}

// Ghost is the question how much of what exporters sent the hubs never saw. It uses Base and Level of ask.Account too.
type Ghost struct{ Mirror }

// standard are the margins that every answer shows beside the one asked for.
var standard = []mirror.Margin{0, 50_000, 100_000}

// Run answers the question. BadInput for what cannot be read, NotFound for what the lake does not hold.
func (m Mirror) Run(ctx context.Context, e ask.Env) (report.Report, error) {
	q, err := m.question(e)
	if err != nil {
		return report.Report{}, err
	}
	q.Base = period.Range{}
	by, err := ask.ReadDimensions("--by", m.Dimensions)
	if err != nil {
		return report.Report{}, err
	}
	res, err := mirror.Run(ctx, e.Store, e.Snapshot, e.Rates, q)
	if err != nil {
		return report.Report{}, err
	}
	return m.report(e, res, by)
}

// Run answers the question.
func (g Ghost) Run(ctx context.Context, e ask.Env) (report.Report, error) {
	q, err := g.question(e)
	if err != nil {
		return report.Report{}, err
	}
	res, err := ghost.Run(ctx, e.Store, e.Snapshot, e.Rates, ghost.Question{Question: q, Level: g.Level})
	if err != nil {
		return report.Report{}, err
	}
	return g.report(e, res), nil
}

func (m Mirror) question(e ask.Env) (q mirror.Question, err error) {
	a := m.Account
	if a.Base == "" {
		a.Base = "2021" // only to be read: a mirror has no base
	}
	of, err := a.Question(e)
	if err != nil {
		return q, err
	}
	q = mirror.Question{Question: of.Question, Mirror: m.MirrorSource}
	chosen, err := mirror.ParseMargin(m.Cif)
	if err != nil {
		return q, fmt.Errorf("--cif: %w", err)
	}
	q.Margins = append([]mirror.Margin{chosen}, slices.DeleteFunc(slices.Clone(standard), func(s mirror.Margin) bool { return s == chosen })...)
	if q.Lag, err = lag(m.Lag); err != nil {
		return q, err
	}
	return q, nil
}

func lag(word string) (int, error) {
	if word == "fit" {
		return mirror.FitLag, nil
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 0 || n > mirror.MostLag {
		return 0, fault.Errorf(fault.BadInput, "--lag %q is not a choice", word).Hint("use 0, 1, 2 or fit")
	}
	return n, nil
}

// asked is the question of a mirror; its base is the ghost's alone.
func (m Mirror) asked(e ask.Env, q series.Question) report.Facts {
	return append(append(m.Scope(q), ask.Compared(q)[1:]...), append(report.Facts{
		{Key: "mirror_source", Title: "Source of the mirror", Value: ask.Open(m.MirrorSource)},
		{Key: "cif", Title: "CIF/FOB margin", Value: report.Str(m.Cif)},
		{Key: "lag", Title: "Lag", Value: report.Str(m.Lag)},
		{Key: "currency", Title: "Currency", Value: ask.Open(m.Currency)},
		{Key: "event", Title: "Event", Value: report.Str(q.Event.String())},
		{Key: "digits", Title: "Digits", Value: ask.DigitsCell(q.Digits)},
		{Key: "by", Title: "By", Value: ask.Open(m.Dimensions)},
	}, e.Asked()...)...)
}

// asked is the question of ghost trade.
func (g Ghost) asked(e ask.Env, q ghost.Question) report.Facts {
	facts := g.Mirror.asked(e, q.Question.Question)
	i := slices.IndexFunc(facts, func(f report.Fact) bool { return f.Key == "missing" })
	facts = slices.Insert(facts, i, ask.Compared(q.Question.Question)[0])
	j := slices.IndexFunc(facts, func(f report.Fact) bool { return f.Key == "by" })
	facts[j] = report.Fact{Key: "level", Title: "Level of the interval", Value: report.Str(strconv.FormatFloat(q.Level, 'g', -1, 64))}
	return facts
}

// marginCell writes a margin as a share, or says that it is each pair's own.
func marginCell(m mirror.Margin) report.Cell {
	if m == mirror.Fitted {
		return report.Str("fit")
	}
	return report.Ratio(int64(m), 1_000_000)
}

// marginWords says a margin in a sentence.
func marginWords(m mirror.Margin) string {
	switch m {
	case mirror.Fitted:
		return "margins fitted on distance"
	case 0:
		return "no CIF/FOB margin taken off"
	default:
		return "a CIF/FOB margin of " + strings.TrimSpace(marginCell(m).String()) + " taken off"
	}
}

// mirrorsBlock says how each hub's mirror was read.
func mirrorsBlock(r mirror.Result) report.Block {
	t := report.Table{Columns: []report.Column{{Key: "code", Title: "Hub"}, {Key: "hub_label", Title: "Name", Only: report.People}, {Key: "dataset", Title: "Imports stated in"}, {Key: "lag", Title: "Lag, months"},
		{Key: "no_mirror", Title: "Exports without a mirror"}, {Key: "no_counterpart", Title: "Imports without a counterpart"}, {Key: "others", Title: "Also stated in"}, {Key: "silent", Title: "Why none", Only: report.Machines}}}
	for _, h := range r.Hubs {
		dataset, lag, silent := report.Str(h.Dataset), report.Int(int64(h.Lag)), report.Null()
		if h.Silent != "" {
			dataset, silent = report.Null(), report.Str(h.Silent)
		}
		if r.Annual || h.Silent != "" {
			lag = report.Null()
		}
		t.Rows = append(t.Rows, []report.Cell{report.Str(string(h.Hub)), report.Str(ask.AreaLabel(h.Hub)), dataset, lag,
			report.Amount(h.OneSided, r.Currency), report.Amount(h.Unsent, r.Currency), report.Strs(h.Others...), silent})
	}
	return report.Block{Key: "mirrors", Title: "The hubs' statements", Body: t}
}

// fitBlock is the margin as fitted, where one is.
func fitBlock(f *mirror.Fit) []report.Block {
	if f == nil {
		return nil
	}
	return []report.Block{{Key: "fit", Title: "The margin fitted", Note: "ln(CIF/FOB) on ln km between capitals and a common border, on pairs without hub or target; margins are clamped to 0 to 20%.", Body: report.Facts{
		{Key: "pairs", Title: "Pairs", Value: report.Int(int64(f.Pairs))},
		{Key: "constant", Title: "Constant", Value: report.Float(f.Constant, 6)},
		{Key: "ln_km", Title: "ln km", Value: report.Float(f.Distance, 6)},
		{Key: "border", Title: "Common border", Value: report.Float(f.Border, 6)},
	}}}
}
