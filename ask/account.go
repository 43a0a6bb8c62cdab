package ask

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"detour/detect/account"
	"detour/detect/series"
	"detour/fault"
	"detour/report"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Account is the question how much more than normal growth exporters sold to hubs. Fields are as the
// user writes them; empty ones take the defaults of the command line.
type Account struct {
	From, To       string // comma lists of groups and areas
	Goods          string // comma list of sets and codes, or all
	Months         string // 2022-03..2022-11, 2022
	Base           string // 2021, 2019..2021
	Baseline       string
	Comparison     string
	Missing        string // leave, zero
	Measure        string // value, kg, units
	Currency       string
	By             []string // crosses: "exporter,hub"
	Digits         int
	Sum            string // net, positive@exporter,hub,goods, or goods2 for cells of codes cut to two digits
	Source         string
	Event          string
	Specifications string
	Level          float64 // 0 is the default
}

// Run answers the question. BadInput for what cannot be read, NotFound for what the lake does not hold.
func (a Account) Run(ctx context.Context, e Env) (report.Report, error) {
	q, err := a.Question(e)
	if err != nil {
		return report.Report{}, err
	}
	res, err := account.Run(ctx, e.Store, e.Snapshot, e.Rates, q)
	if err != nil {
		return report.Report{}, err
	}
	if res.Question.Specifications == account.NoSpecs { // asked for by who wants the figure alone, and soon
		return a.report(e, res), nil
	}
	past, err := history(ctx, e, &res)
	out := a.report(e, res)
	if past != nil {
		out.Blocks = slices.Insert(out.Blocks, afterBreakdowns(out.Blocks), past.block)
		out.Blocks[len(out.Blocks)-1] = SourcesBlock(res.Sources, past.sources)
	}
	return out, err
}

// afterBreakdowns is the place after the account by month.
func afterBreakdowns(blocks []report.Block) int {
	return 1 + slices.IndexFunc(blocks, func(b report.Block) bool { return b.Key == "by_month" })
}

// Question reads the words of the account: BadInput names the flag that cannot be read.
func (a Account) Question(e Env) (q account.Question, err error) {
	q = account.Question{Question: series.Question{Digits: a.Digits, Source: a.Source, Event: series.Invasion}, Baseline: a.Baseline, Level: a.Level}
	if q.Period, err = period.ParseRange(a.Months); err != nil {
		return q, fmt.Errorf("--months: %w", err)
	}
	if q.Base, err = period.ParseRange(a.Base); err != nil {
		return q, fmt.Errorf("--base: %w", err)
	}
	if q.From, err = e.parties("--from", a.From, q.Period.From); err != nil {
		return q, err
	}
	if q.To, err = e.parties("--to", a.To, q.Period.From); err != nil {
		return q, err
	}
	if q.Goods, err = goods.ParseSelection(a.Goods); err != nil {
		return q, err
	}
	if a.Event != "" {
		if q.Event, err = period.Parse(a.Event); err != nil {
			return q, fmt.Errorf("--event: %w", err)
		}
		if q.Event.IsYear() {
			return q, fault.Errorf(fault.BadInput, "--event %s is no month", a.Event).Hint("give --event 2022-03")
		}
	}
	if a.Currency != "" {
		if q.Currency, err = money.ParseCurrency(a.Currency); err != nil {
			return q, err
		}
	}
	if err := checkDigits("--digits", a.Digits); err != nil {
		return q, err
	}
	if !(a.Level >= 0 && a.Level < 1) {
		return q, fault.Errorf(fault.BadInput, "--level %g is not between 0 and 1", a.Level).Hint("give --level 0.9")
	}
	return q, a.choices(&q)
}

// checkDigits refuses lengths that no code has. National tariffs go to ten digits; 0 leaves codes as stated.
func checkDigits(flag string, n int) error {
	if n < 0 || n > 10 || n%2 != 0 {
		return fault.Errorf(fault.BadInput, "%s: no goods code has %d digits", flag, n).Hint("use 2, 4, 6, 8 or 10; without it codes stay as stated")
	}
	return nil
}

// choices reads the parameters that are one of a few words.
func (a Account) choices(q *account.Question) (err error) {
	if q.MissingAsZero, err = Choice("--missing", a.Missing, map[string]bool{"": false, "leave": false, "zero": true}); err != nil {
		return err
	}
	if q.Measure, err = Choice("--measure", a.Measure, map[string]flow.Measure{"": flow.Value, "value": flow.Value, "kg": flow.NetMass, "units": flow.Quantity}); err != nil {
		return err
	}
	if q.Comparison, err = Choice("--comparison", a.Comparison, map[string]account.Comparison{"": account.DefaultComparison, "default": account.DefaultComparison, "all": account.AllPartners}); err != nil {
		return err
	}
	if q.Specifications, err = Choice("--specifications", a.Specifications, map[string]account.Specifications{
		"": account.DefaultSpecs, "none": account.NoSpecs, "default": account.DefaultSpecs, "all": account.AllSpecs}); err != nil {
		return err
	}
	for _, by := range a.By {
		dims, err := ReadDimensions("--by", by)
		if err != nil {
			return err
		}
		q.By = append(q.By, dims)
	}
	if level, ok := strings.CutPrefix(a.Sum, "positive@"); ok {
		if level, q.PositiveDigits, err = cutLevel(level); err != nil {
			return err
		}
		q.Positive, err = ReadDimensions("--sum", level)
		return err
	}
	_, err = Choice("--sum", a.Sum, map[string]bool{"": true, "net": true})
	return err
}

// cutLevel takes the digits off the goods of a level: of exporter,goods2 they are 2.
func cutLevel(level string) (bare string, digits int, err error) {
	words := strings.Split(level, ",")
	for i, w := range words {
		n, ok := strings.CutPrefix(w, string(series.Goods))
		if !ok || n == "" {
			continue
		}
		digits, err = strconv.Atoi(n)
		if err != nil || digits == 0 {
			return "", 0, fault.Errorf(fault.BadInput, "--sum: %q is no level of goods", w).Hint("use goods, or goods2, goods4, goods6, goods8 for codes cut to so many digits")
		}
		words[i] = string(series.Goods)
	}
	return strings.Join(words, ","), digits, checkDigits("--sum", digits)
}

// Choice reads one of some words of a flag: BadInput lists them.
func Choice[T any](flag, word string, of map[string]T) (T, error) {
	v, ok := of[word]
	if !ok {
		var words []string
		for w := range of {
			if w != "" {
				words = append(words, w)
			}
		}
		slices.Sort(words)
		return v, fault.Errorf(fault.BadInput, "%s %q is not a choice", flag, word).Hint("use one of %s", strings.Join(words, ", "))
	}
	return v, nil
}

// ReadDimensions reads the dimensions of a flag, with commas between.
func ReadDimensions(flag, list string) ([]series.Dimension, error) {
	words := strings.Split(list, ",")
	var out []series.Dimension
	for _, d := range series.Dimensions() {
		if slices.Contains(words, string(d)) {
			out = append(out, d)
		}
	}
	if len(out) != len(words) { // a word is none, or stands twice
		return nil, fault.Errorf(fault.BadInput, "%s %q is not a list of dimensions", flag, list).Hint("use exporter, hub, goods, month, each once")
	}
	return out, nil
}
