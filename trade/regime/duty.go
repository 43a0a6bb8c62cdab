package regime

import (
	"slices"
	"strings"

	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/period"
)

// Duty is what the law asks of exporters to third countries, beside bans.
type Duty struct {
	ID           string
	Jurisdiction string
	Act          string
	Article      string
	Title        string
	Link         string
	From         Day
	Target       area.Code // the country that the goods must not reach
	Lists        []string  // IDs of the lists whose goods it is about; nil for any goods
	Except       []string  // codes that it leaves out
	Partners     bool      // not for goods to partner countries
	Exempt       []string
	Notes        []string
}

const (
	reg833 = "Regulation (EU) No 833/2014"
	reg765 = "Regulation (EC) No 765/2006"
	eli833 = "http://data.europa.eu/eli/reg/2024/1745/oj"
	eli765 = "http://data.europa.eu/eli/reg/2024/1865/oj"

	notSubsidiary = "Not for a company that its owner, for reasons it did not cause, cannot control"
	onlyPartners  = "Not for who sells these goods only within the Union or to partner countries"
)

// duties were read in Regulations (EU) 2023/2878 and 2024/1745, those on Belarus in Article 8ga and, as far as it is
// said here, in Regulation (EU) 2024/1865.
var duties = []Duty{
	{
		ID: "eu-833-12g", Jurisdiction: "EU", Act: reg833, Article: "12g", Title: "Contracts must prohibit re-export to Russia",
		Link: "http://data.europa.eu/eli/reg/2023/2878/oj", From: 20240320, Target: "RU", Partners: true,
		Lists:  []string{"eu-833-xi-a", "eu-833-xi", "eu-833-xx", "eu-833-xl"},
		Except: []string{"845710", "845811", "845891", "845961", "846693"},
		Exempt: []string{
			"Contracts on goods of CN 8457 10, 8458 11, 8458 91, 8459 61 and 8466 93 (paragraph 2(a))",
			"Contracts concluded before 19 December 2023, until 1 January 2025 or their earlier end (paragraph 2(b); until 24 June 2024 the text said 20 December 2024)",
			"Public contracts with an authority of a third country or an international organisation, which are to be reported within two weeks (paragraphs 2a and 2b, since 25 June 2024)",
		},
		Notes: []string{"Also for goods of Annex XXXV and firearms of Annex I to Regulation (EU) No 258/2012, whose codes are not held"},
	},
	{
		ID: "eu-833-12gb", Jurisdiction: "EU", Act: reg833, Article: "12gb", Title: "Risks of export to Russia must be assessed, documented and managed, in companies owned outside the Union too",
		Link: eli833, From: 20241226, Target: "RU", Partners: true, Lists: []string{"eu-833-xl"},
		Exempt: []string{onlyPartners + " (paragraph 2)", notSubsidiary + " (paragraph 4)"},
	},
	{
		ID: "eu-833-8a", Jurisdiction: "EU", Act: reg833, Article: "8a", Title: "Best efforts that companies owned outside the Union do not undermine the measures",
		Link: eli833, From: 20240625, Target: "RU",
	},
	{
		ID: "eu-765-8ga", Jurisdiction: "EU", Act: reg765, Article: "8ga", Title: "Risks of export to Belarus must be assessed, documented and managed, in companies owned outside the Union too",
		Link: eli765, From: 20250102, Target: "BY", Partners: true, Lists: []string{"eu-833-xl"},
		Exempt: []string{onlyPartners + " (paragraph 2, Annex Vba)"},
		Notes:  []string{"The goods are those of Annex XXX, the common high priority items; Annex XL of Regulation (EU) No 833/2014 stands in for it here"},
	},
	{
		ID: "eu-765-8i", Jurisdiction: "EU", Act: reg765, Article: "8i", Title: "Best efforts that companies owned outside the Union do not undermine the measures",
		Link: eli765, From: 20240701, Target: "BY",
	},
}

// Duties gives the duties, in a fixed order.
func (r Regime) Duties() []Duty { return slices.Clone(r.duties) }

// partners are the countries of Annex VIII as of 27 April 2023; Switzerland joined on 24 June 2023, before any
// duty existed. What the replacement of the annex on 25 June 2024 added is not held.
var partners = []area.Code{"AU", "CA", "CH", "GB", "JP", "KR", "NO", "NZ", "US"}

// DutiesOn gives the duties of an exporter in jurisdiction q.By who sends the goods to q.To on the day, in their
// order; nil for none. Goods to the target itself are a matter of bans.
func (r Regime) DutiesOn(q Question) ([]Duty, error) {
	q, err := q.settle()
	if err != nil || q.Direction != Export {
		return nil, err
	}
	var out []Duty
	for _, d := range r.duties {
		if d.applies(q) && (d.Lists == nil || r.onAny(d.Lists, q)) {
			out = append(out, d)
		}
	}
	return out, nil
}

func (d Duty) applies(q Question) bool {
	if !strings.EqualFold(d.Jurisdiction, q.By) || q.On < d.From || q.To == d.Target || within(d.Jurisdiction, q) {
		return false
	}
	if d.Partners && slices.Contains(partners, q.To) {
		return false
	}
	return !slices.ContainsFunc(d.Except, func(c string) bool { return q.Code.Under(goods.Code(c)) })
}

// within tells whether the goods stay in the jurisdiction.
func within(jurisdiction string, q Question) bool {
	if g, ok := area.BuiltIn().Get(jurisdiction); ok {
		return slices.Contains(g.At(period.Month(q.On.Year(), int(q.On)/100%100)), q.To)
	}
	return string(q.To) == jurisdiction
}

// onAny tells whether a row of one of the lists names the code, wholly or in part.
func (r Regime) onAny(ids []string, q Question) bool {
	s := newSearch(q)
	for _, id := range ids {
		if l, ok := r.List(id); ok {
			s.read(l)
		}
	}
	return len(s.out.Measures) > 0
}

// PriorityList is the ID of the Common High Priority List; the condition of its rows is the tier.
const PriorityList = "chpl"

// Priority gives the tier of the Common High Priority List that the code is in, `3.A`; empty for none. The list is
// taken as of its version, whatever the day of the question.
func (r Regime) Priority(q Question) (string, error) {
	q, err := q.settle()
	l, held := r.List(PriorityList)
	if err != nil || !held {
		return "", err
	}
	q.On = l.Known[0].From
	s := newSearch(q)
	s.read(l)
	if len(s.out.Measures) == 0 {
		return "", nil
	}
	return strings.TrimPrefix(s.out.Measures[0].Item.Condition, "tier "), nil
}
