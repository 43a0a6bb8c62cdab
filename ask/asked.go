package ask

import (
	"strconv"
	"strings"

	"detour/detect/account"
	"detour/detect/series"
	"detour/report"
	"detour/trade/provenance"
)

// An answer repeats its question as it was understood: all that it depends on besides the lake, so that who
// holds the answer can ask again. What was left open is null.

// asked is the question of an account; sum is the kind of sum that it gives.
func (a Account) asked(e Env, q account.Question, sum string) report.Facts {
	return append(append(a.Scope(q.Question), Compared(q.Question)...), append(report.Facts{
		{Key: "baseline", Title: "Baseline", Value: report.Str(q.Baseline)},
		{Key: "comparison", Title: "Comparison", Value: report.Str(string(q.Comparison)), Only: IfAny(q.Baseline == "world-growth")},
		{Key: "measure", Title: "Measure", Value: report.Str(string(q.Measure))},
		{Key: "currency", Title: "Currency", Value: Open(a.Currency)},
		{Key: "event", Title: "Event", Value: report.Str(q.Event.String())},
		{Key: "level", Title: "Level of the interval", Value: levelCell(q.Level)},
		{Key: "by", Value: strs(crosses(q.By))},
		{Key: "digits", Title: "Digits", Value: DigitsCell(q.Digits)},
		{Key: "sum", Title: "Sum", Value: report.Str(sum)},
		{Key: "specifications", Title: "Specifications", Value: report.Str(string(q.Specifications))},
	}, e.Asked()...)...)
}

func crosses(by [][]series.Dimension) []string {
	var out []string
	for _, dims := range by {
		out = append(out, account.DimensionsString(dims))
	}
	return out
}

// asked is the question of markets.
func (m Markets) asked(e Env, q series.Question) report.Facts {
	return append(append(m.Scope(q), Compared(q)...), append(report.Facts{
		{Key: "currency", Title: "Currency", Value: Open(m.Currency)},
		{Key: "above", Title: "Above", Value: report.Str(m.Above)},
		{Key: "growth", Title: "Growth", Value: report.Str(m.Growth)},
		{Key: "as_published", Title: "As published", Value: report.Flag(m.AsPublished)},
	}, e.Asked()...)...)
}

// asked is the question of flows.
func (f Flows) asked(e Env, q series.Question) report.Facts {
	return append(f.Scope(q), append(report.Facts{
		{Key: "currency", Title: "Currency", Value: Open(f.Currency)},
		{Key: "digits", Title: "Digits", Value: DigitsCell(q.Digits)},
		{Key: "by", Title: "By", Value: report.Str(f.Dimensions)},
	}, e.Asked()...)...)
}

// Scope is the part of a question that says which flows it is about.
func (a Account) Scope(q series.Question) report.Facts {
	return report.Facts{
		{Key: "from", Title: "Exporters", Value: report.Str(a.From)},
		{Key: "to", Title: "Hubs", Value: report.Str(a.To)},
		{Key: "goods", Title: "Goods", Value: report.Str(q.Goods.String())},
		{Key: "months", Title: "Period", Value: report.Str(q.Period.String())},
		{Key: "source", Title: "Source", Value: Open(q.Source)},
	}
}

// Compared is the part of a question that says with what its period is compared.
func Compared(q series.Question) report.Facts {
	missing := "leave"
	if q.MissingAsZero {
		missing = "zero"
	}
	return report.Facts{
		{Key: "base", Title: "Base", Value: report.Str(q.Base.String())},
		{Key: "missing", Title: "Missing months", Value: report.Str(missing)},
	}
}

// Asked is what is asked of the lake whichever the question: up to which release, and with which files.
func (e Env) Asked() report.Facts {
	facts := report.Facts{e.asOf()}
	for _, f := range []struct {
		key, title string
		bytes      provenance.Bytes
	}{{"groups", "Groups file", e.GroupsFile}, {"rates", "Rates file", e.RatesFile}} {
		facts = append(facts, report.Fact{Key: f.key, Title: f.title, Value: Open(f.bytes.Name)},
			report.Fact{Key: f.key + "_sha256", Title: f.title + ", SHA-256", Value: Open(f.bytes.SHA256)})
	}
	return facts
}

// asOf is the date up to which releases are taken.
func (e Env) asOf() report.Fact {
	return report.Fact{Key: "as_of", Title: "Released up to", Value: Open(e.Snapshot.AsOf)}
}

// Open is what was asked for, or null where it was left open.
func Open(word string) report.Cell {
	if word == "" {
		return report.Null()
	}
	return report.Str(word)
}

// levelCell is the level of an interval, a number with the decimals that it was given.
func levelCell(level float64) report.Cell {
	_, decimals, _ := strings.Cut(strconv.FormatFloat(level, 'f', -1, 64), ".")
	return report.Float(level, len(decimals))
}

// DigitsCell is the length that codes are cut to, null where they stay as stated.
func DigitsCell(n int) report.Cell {
	if n == 0 {
		return report.Null()
	}
	return report.Int(int64(n))
}
