// Package ask holds the questions that detour answers: each is a value with parameters and Run, which
// gives a Report. Command line, API, pages and watches only translate to and from them.
package ask

import (
	"cmp"
	"slices"
	"strings"

	"detour/detect/series"
	"detour/fault"
	"detour/lake"
	"detour/report"
	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/trade/provenance"
)

// Env is what questions are asked of. It is not changed by asking.
type Env struct {
	Store    lake.Store
	Snapshot *lake.Snapshot
	Rates    *money.Rates
	Groups   area.Groups
	// RatesFile and GroupsFile name the user's own files that went into Rates and Groups; zero for none.
	RatesFile, GroupsFile provenance.Bytes
	// Watch, if not nil, is told by several goroutines how much of a long answer is done.
	Watch func(done, all int)
}

// parties reads a comma list of groups and areas, groups with their members at the period.
func (e Env) parties(flag, list string, at period.Period) ([]series.Party, error) {
	if strings.TrimSpace(list) == "" {
		return nil, fault.Errorf(fault.BadInput, "%s names no area or group", flag).Hint("groups: %s", strings.Join(e.Groups.IDs(), ", "))
	}
	var out []series.Party
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		codes, err := e.Groups.Resolve(name, at)
		if err != nil {
			return nil, err
		}
		out = append(out, series.Party{Name: name, Members: codes})
	}
	return out, nil
}

// AmountCell gives a figure of the measure asked: money, or thousandths of a kilogram or unit.
func AmountCell(n int64, c money.Currency) report.Cell {
	if c == "" {
		return report.Decimal(n, 3)
	}
	return report.Amount(n, c)
}

// AreaLabel is the name of an area in English, its code where none is known.
func AreaLabel(c area.Code) string {
	if a, ok := area.Lookup(c); ok {
		return a.Labels.EN
	}
	return string(c)
}

// GoodsLabel describes a code in the edition in force at the period.
func GoodsLabel(c goods.Code, at period.Period) string {
	if c == goods.Total {
		return "all goods"
	}
	return goods.Describe(goods.EditionOf(goods.CN, at), c)
}

// Listed sets the list that a user wrote for reading.
func Listed(names string) string {
	return strings.Join(strings.FieldsFunc(names, func(r rune) bool { return r == ',' || r == ' ' }), ", ")
}

// counted is how many of what, in words.
func counted[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return report.Int(int64(n)).String() + " " + noun + "s"
}

// Spoken is a range of periods in words.
func Spoken(r period.Range) string { return strings.Replace(r.String(), "..", " to ", 1) }

// Simulated tells whether an answer that rests on the segments rests on made-up figures.
func Simulated(segments []lake.Segment) bool {
	return slices.ContainsFunc(segments, func(s lake.Segment) bool { return s.Vintage.Simulated() })
}

// SourcesBlock turns the segments that parts of an answer rest on into its trail: by vintage and file, each once.
func SourcesBlock(parts ...[]lake.Segment) report.Block {
	out := report.Sources{}
	for _, s := range slices.Concat(parts...) {
		out = append(out, report.Source{Vintage: s.Vintage, Bytes: s.Raw})
	}
	slices.SortFunc(out, func(a, b report.Source) int {
		return cmp.Or(a.Vintage.Compare(b.Vintage), cmp.Compare(a.Bytes.Name, b.Bytes.Name), cmp.Compare(a.Bytes.SHA256, b.Bytes.SHA256))
	})
	return report.Block{Key: "sources", Body: slices.Compact(out)}
}
