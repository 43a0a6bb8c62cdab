// Package ghost measures ghost trade: goods that the exporter says went to a hub and that the hub never saw. The gap
// is what exporters state less what the hubs state, without the margin between FOB and CIF; its part in what was exported
// more than in the base is the ghost share of additional exports (docs/method/ghost.md; Chupilkin, Javorcik, Peeva &
// Plekhanov 2025, CEPR DP20097).
package ghost

import (
	"cmp"
	"context"
	"math"
	"slices"

	"detour/detect/mirror"
	"detour/detect/series"
	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/money"
)

// Question is a mirror with a base, and the level of the interval.
type Question struct {
	mirror.Question
	Level float64 // between 0 and 1
}

// Line is both sides of some trade now and in the base, in hundredths of the currency. Corrected are imports without the
// margin.
type Line struct {
	Exports, Imports, Corrected             int64
	BaseExports, BaseImports, BaseCorrected int64
}

// Gap is what was exported and never seen, negative where the hub saw more.
func (l Line) Gap() int64 { return l.Exports - l.Corrected }

// BaseGap is the Gap of the base.
func (l Line) BaseGap() int64 { return l.BaseExports - l.BaseCorrected }

// Added are the exports above those of the base, and AddedGap what of them was never seen.
func (l Line) Added() int64 { return l.Exports - l.BaseExports }

// AddedGap is the Gap above that of the base.
func (l Line) AddedGap() int64 { return l.Gap() - l.BaseGap() }

// Row is a part of the account.
type Row struct {
	series.Key
	Line
	// Weighted is the gap weighted by the reliability of each pair, nil where that is not known.
	Weighted *int64
	// Interval of the rows by hub, nil where there is none.
	Interval *Interval
}

// Breakdown is the account by one dimension: rows by gap, the largest first, then by code; months by time.
type Breakdown struct {
	By   series.Dimension
	Rows []Row
}

// Margin is the account under another CIF/FOB margin.
type Margin struct {
	mirror.Margin
	Line
}

// Result is the account.
type Result struct {
	Question    Question
	Mirror      mirror.Result
	Total       Row
	NoInterval  string // why the total has no interval
	Breakdowns  []Breakdown
	Margins     []Margin // in the order of the question, the one in use first
	Reliability mirror.Reliabilities
	Caveats     []caveat.Caveat
}

// Run measures the ghost trade of the question. Errors are those of mirror.Run.
func Run(ctx context.Context, store lake.Store, snap *lake.Snapshot, rates *money.Rates, q Question) (Result, error) {
	if len(q.Years()) == 0 {
		return Result{}, fault.Errorf(fault.BadInput, "ghost trade is told against base years").Hint("give --base 2021")
	}
	if !(q.Level > 0 && q.Level < 1) {
		return Result{}, fault.Errorf(fault.BadInput, "the level %g of the interval is not between 0 and 1", q.Level).Hint("give --level 0.9")
	}
	m, err := mirror.Run(ctx, store, snap, rates, q.Question)
	if err != nil {
		return Result{}, err
	}
	out := Result{Question: q, Mirror: m, Reliability: mirror.Judge(m.Cells)}
	out.Question.Question = m.Question
	if out.Total, err = out.sum(nil, m.Cells); err != nil {
		return Result{}, err
	}
	for _, d := range series.Dimensions() {
		b, err := out.breakdown(d)
		if err != nil {
			return Result{}, err
		}
		out.Breakdowns = append(out.Breakdowns, b)
	}
	for i, margin := range q.Margins {
		l, err := lineOf(m.Cells, i)
		if err != nil {
			return Result{}, err
		}
		out.Margins = append(out.Margins, Margin{margin, l})
	}
	out.addIntervals()
	out.Caveats = caveat.Merge(m.Caveats, out.reservations())
	return out, nil
}

// lineOf adds up cells under one of the margins.
func lineOf(cells []mirror.Cell, margin int) (Line, error) {
	var sums [6]money.Sum
	for _, c := range cells {
		for i, n := range [6]int64{c.Exports, c.Imports, c.Corrected[margin], c.Base.Exports, c.Base.Imports, c.Base.Corrected[margin]} {
			sums[i].Add(n)
		}
	}
	var n [6]int64
	for i := range sums {
		var err error
		if n[i], err = sums[i].Int64(); err != nil {
			return Line{}, err
		}
	}
	return Line{n[0], n[1], n[2], n[3], n[4], n[5]}, nil
}

// sum is the row of some cells by some dimensions.
func (r *Result) sum(by []series.Dimension, cells []mirror.Cell) (Row, error) {
	l, err := lineOf(cells, 0)
	if err != nil {
		return Row{}, err
	}
	out := Row{Line: l}
	if len(by) > 0 {
		out.Key = series.Onto(by).Key(cells[0].Key)
	}
	if r.Reliability.Lack != "" {
		return out, nil
	}
	var weighted money.Sum
	for _, c := range cells {
		w, known := r.Reliability.Weight(c.Exporter, c.Hub)
		if !known { // a pair without trade in the base
			return out, nil
		}
		weighted.Add(int64(math.RoundToEven(w * float64(c.Exports-c.Corrected[0]))))
	}
	n, err := weighted.Int64()
	out.Weighted = &n
	return out, err
}

func (r *Result) breakdown(d series.Dimension) (Breakdown, error) {
	by := []series.Dimension{d}
	onto := series.Onto(by)
	groups := map[series.Key][]mirror.Cell{}
	for _, c := range r.Mirror.Cells {
		k := onto.Key(c.Key)
		groups[k] = append(groups[k], c)
	}
	out := Breakdown{By: d}
	for _, cells := range groups {
		row, err := r.sum(by, cells)
		if err != nil {
			return out, err
		}
		out.Rows = append(out.Rows, row)
	}
	slices.SortFunc(out.Rows, func(a, b Row) int {
		if d == series.Month {
			return series.CompareKeys(a.Key, b.Key)
		}
		return cmp.Or(cmp.Compare(b.Gap(), a.Gap()), series.CompareKeys(a.Key, b.Key))
	})
	return out, nil
}

// customsUnion has no customs declarations between its members; the dates are not needed for reservations.
const customsUnion = "eaeu"

// reservations are those of every ghost account, and of its hubs.
func (r *Result) reservations() []caveat.Caveat {
	out := []caveat.Caveat{
		{Code: caveat.Method, Scope: "mirror", Text: "exports are stated by destination, imports often by origin: goods of another origin that an exporter sends on look like ghost trade, and goods that come through a third country like the reverse. Consignment and origin are different series"},
		{Code: caveat.Method, Scope: "re-flows", Text: "re-exports are inside exports and re-imports inside imports"},
	}
	members, _ := area.BuiltIn().Get(customsUnion)
	var inside []area.Code
	for _, h := range r.Mirror.Hubs {
		if slices.Contains(members.At(r.Question.Period.To), h.Hub) {
			inside = append(inside, h.Hub)
		}
	}
	if len(inside) > 0 {
		out = append(out, caveat.Caveat{Code: caveat.Method, Scope: series.Few(inside), Text: "these hubs are in the customs union with Russia: goods may be cleared in another member, and trade between members has no customs declarations"})
	}
	if slices.Contains(series.Members(r.Question.To), "BY") && r.Question.Period.To.Year() >= 2022 {
		out = append(out, caveat.Caveat{Code: caveat.NotReported, Scope: "BY", Text: "Belarus publishes nothing in detail since 2022"})
	}
	return out
}
