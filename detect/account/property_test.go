package account_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"detour/detect/account"
	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// anyFiles draws a small lake: two reporters, hubs and other destinations, codes on and off the lists, some born and
// some ended in 2022, in one to three files of one or two data sets, and sometimes two currencies.
func anyFiles(t *rapid.T) []seriestest.File {
	months := seriestest.Months(202001, 202212)
	cells := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) flow.Key {
		return flow.Key{
			Reporter: rapid.SampledFrom([]area.Code{"DE", "FR"}).Draw(t, "reporter"), Partner: rapid.SampledFrom([]area.Code{"AM", "BY", "KZ", "IN", "US", "RU"}).Draw(t, "partner"),
			Direction: flow.Export, Nomenclature: goods.CN, Goods: rapid.SampledFrom([]goods.Code{"72142000", "87032319", "85423190", "85171200", "85171300", "62029310", "62024010"}).Draw(t, "goods"),
			Period: rapid.SampledFrom(months).Draw(t, "month"),
		}
	}), 1, 100, rapid.ID).Draw(t, "cells")
	dollars := rapid.Bool().Draw(t, "dollars")
	files := make([]seriestest.File, rapid.IntRange(1, 3).Draw(t, "files"))
	flows := make([][]flow.Flow, len(files))
	for _, k := range cells {
		f := flow.Flow{Key: k, Currency: money.EUR, Value: flow.Some(rapid.Int64Range(0, 1_000_000).Draw(t, "value"))}
		if dollars && k.Reporter == "FR" {
			f.Currency = "USD"
		}
		if rapid.Bool().Draw(t, "weighed") {
			f.NetMass = flow.Some(rapid.Int64Range(0, 10_000).Draw(t, "mass"))
		}
		at := rapid.IntRange(0, len(files)-1).Draw(t, "file")
		flows[at] = append(flows[at], f)
	}
	for i := range files {
		dataset := rapid.SampledFrom([]string{bulk, "comext/DS-045409"}).Draw(t, "data set")
		files[i] = seriestest.Of(dataset, months, flows[i]...)
		for j := range files[i].Coverage {
			files[i].Coverage[j].Reporters = []area.Code{"DE", "FR"}
			files[i].Coverage[j].Levels = []int{8}
		}
	}
	return slices.DeleteFunc(files, func(f seriestest.File) bool { return len(f.Flows) == 0 })
}

func anyQuestion(t *rapid.T) account.Question {
	dimensions := rapid.Custom(func(t *rapid.T) []series.Dimension {
		return slices.DeleteFunc(series.Dimensions(), func(series.Dimension) bool { return rapid.Bool().Draw(t, "left out") })
	})
	list, err := goods.ParseSelection(rapid.SampledFrom([]string{"all", "85,87", "chpl,62"}).Draw(t, "goods"))
	if err != nil {
		t.Fatal(err)
	}
	base := rapid.SampledFrom([]period.Range{{From: period.Year(2021), To: period.Year(2021)}, {From: period.Year(2020), To: period.Year(2021)}}).Draw(t, "base")
	return account.Question{
		Question: series.Question{
			From: []series.Party{party("both", "DE", "FR")}, To: []series.Party{party("hubs", "AM", "BY", "KZ")}, Goods: list,
			Period: period.Range{From: 202203, To: rapid.SampledFrom([]period.Period{202203, 202206, 202211}).Draw(t, "to")}, Base: base,
			MissingAsZero: rapid.Bool().Draw(t, "missing as zero"), Digits: rapid.SampledFrom([]int{0, 2, 4, 6}).Draw(t, "digits"),
		},
		Baseline:   rapid.SampledFrom([]string{"same-month", "mean-of-years", "world-growth", "trend"}).Draw(t, "baseline"),
		Comparison: rapid.SampledFrom([]account.Comparison{account.DefaultComparison, account.AllPartners}).Draw(t, "comparison"),
		By:         rapid.SliceOfN(dimensions, 0, 2).Draw(t, "by"), Positive: dimensions.Draw(t, "positive"),
		Specifications: account.NoSpecs,
	}
}

// answers is a question's outcome without what an error may hold of its making.
func answers(t *rapid.T, q account.Question, files []seriestest.File) (account.Result, string) {
	store, snap := seriestest.New(files...)
	r, err := account.Run(t.Context(), store, snap, money.Embedded(), q)
	if err != nil {
		if fault.KindOf(err) == fault.Internal {
			t.Fatal(err)
		}
		return account.Result{}, err.Error()
	}
	return r, ""
}

// The store gives its rows in no order, so an answer that depended on one would not come twice.
func TestTheSameAnswerTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		files, q := anyFiles(t), anyQuestion(t)
		q.Specifications = rapid.SampledFrom([]account.Specifications{account.NoSpecs, account.DefaultSpecs}).Draw(t, "specifications")
		once, err := answers(t, q, files)
		shuffled := rapid.Permutation(files).Draw(t, "order")
		for i := range shuffled {
			shuffled[i].Flows = rapid.Permutation(shuffled[i].Flows).Draw(t, "rows")
		}
		again, errAgain := answers(t, q, shuffled)
		if err != errAgain || !reflect.DeepEqual(once, again) {
			t.Fatalf("once %+v %s\nagain %+v %s", once, err, again, errAgain)
		}
	})
}

// With other specifications the figures are read slot by slot, without them the store may fold the period: it must
// not be seen.
func TestFoldedEqualsSlotBySlot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		files, q := anyFiles(t), anyQuestion(t)
		folded, err := answers(t, q, files)
		q.Specifications = account.DefaultSpecs
		slots, errSlots := answers(t, q, files)
		if len(slots.Specs) > account.MostDefaultSpecs {
			t.Fatalf("%d specifications", len(slots.Specs))
		}
		slots.Specs, slots.SpecsOf, slots.SpecsRefused, slots.Question.Specifications = nil, 0, nil, account.NoSpecs
		if errSlots == "" {
			folded.Question.Specifications = account.NoSpecs
		} else {
			slots.Question.Specifications = ""
		}
		if err != errSlots || !reflect.DeepEqual(folded, slots) {
			t.Fatalf("folded %+v %s\nslot by slot %+v %s", folded, err, slots, errSlots)
		}
	})
}

func TestBreakdownsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		files, q := anyFiles(t), anyQuestion(t)
		positive := q.Positive
		q.Positive = nil
		net, err := answers(t, q, files)
		if err != "" {
			return
		}
		addUp(t, net)
		if net.Total.Excess != net.Total.Actual-net.Total.Baseline {
			t.Errorf("%+v", net.Total)
		}
		for _, b := range net.Breakdowns {
			seen := map[string]bool{}
			for _, row := range b.Rows {
				if k := name(row.Key); seen[k] {
					t.Errorf("by %v: %s twice", b.By, k)
				} else {
					seen[k] = true
				}
			}
		}

		q.Positive = positive
		parts, err := answers(t, q, files)
		if err != "" || len(positive) == 0 {
			return
		}
		if parts.Total.Actual != net.Total.Actual || parts.Total.Excess < max(net.Total.Excess, 0) {
			t.Errorf("positive %+v, net %+v", parts.Total, net.Total)
		}
		for _, b := range parts.Breakdowns {
			if slices.ContainsFunc(b.By, func(d series.Dimension) bool { return !slices.Contains(positive, d) }) {
				continue
			}
			var sum int64
			for _, row := range b.Rows {
				sum += row.Excess
			}
			if sum != parts.Total.Excess {
				t.Errorf("%s by %v: %d, want %d", parts.Sum, b.By, sum, parts.Total.Excess)
			}
		}
	})
}

// More detail never lessens a sum of positive parts.
func TestPositivePartsGrowWithDetail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		files, q := anyFiles(t), anyQuestion(t)
		last := int64(0)
		for n := range series.Dimensions() {
			q.Positive = series.Dimensions()[:n+1]
			r, err := answers(t, q, files)
			if err != "" {
				return
			}
			if n > 0 && r.Total.Excess < last {
				t.Fatal(fmt.Sprint(r.Sum, " ", r.Total.Excess, " is below ", last))
			}
			last = r.Total.Excess
		}
	})
}

// What is normal is said of codes as stated. How short breakdowns write them changes no total, and no row that
// tells no goods apart.
func TestDigitsChangeNoTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		files, q := anyFiles(t), anyQuestion(t)
		if q.Goods.All() { // of which a Total row would answer, and codes where digits are asked for
			t.Skip()
		}
		q.Digits, q.By = 0, [][]series.Dimension{{series.Exporter, series.Hub}}
		if slices.Contains(q.Positive, series.Goods) {
			q.PositiveDigits = 8 // as stated: another level would be another sum
		}
		stated, err := answers(t, q, files)
		q.Digits = rapid.SampledFrom([]int{2, 4, 6, 8}).Draw(t, "cut")
		cut, errCut := answers(t, q, files)
		if err != errCut {
			t.Fatalf("%s, cut %s", err, errCut)
		}
		if err != "" {
			return
		}
		if cut.Total != stated.Total || !reflect.DeepEqual(cut.Interval, stated.Interval) || cut.NoBase != stated.NoBase || cut.RoundingGap != stated.RoundingGap ||
			!reflect.DeepEqual(cut.Editions, stated.Editions) || !reflect.DeepEqual(cut.Threshold, stated.Threshold) || !reflect.DeepEqual(cut.Split, stated.Split) {
			t.Fatalf("cut to %d: %+v\nstated: %+v", q.Digits, cut, stated)
		}
		for i, b := range stated.Breakdowns {
			if slices.Contains(b.By, series.Goods) {
				continue
			}
			if !reflect.DeepEqual(b, cut.Breakdowns[i]) {
				t.Fatalf("cut to %d: %v\nstated: %v", q.Digits, cut.Breakdowns[i], b)
			}
		}
	})
}
