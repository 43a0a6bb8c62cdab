package lake_test

import (
	"reflect"
	"slices"
	"testing"

	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
	"detour/trade/provenance"
)

const dataset = "office/trade"

// file is a segment of exports with its coverage and with so many values for each reporter and period.
func file(stamp string, counts map[area.Code]map[period.Period]int64, coverage ...flow.Block) lake.Segment {
	s := lake.Segment{SHA256: "rows of " + stamp, Vintage: provenance.Vintage{Source: "office", Dataset: "trade", Stamp: stamp}, Coverage: coverage}
	for r, months := range counts {
		for p, n := range months {
			s.Counts = append(s.Counts, lake.Count{Reporter: r, Direction: flow.Export, Period: p, Values: n, Totals: n})
		}
	}
	slices.SortFunc(s.Counts, lake.CompareCounts)
	return s
}

// block is exports of all eight-digit goods to all partners.
func block(reporters []area.Code, periods ...period.Period) flow.Block {
	return flow.Block{Direction: flow.Export, Nomenclature: goods.CN, Levels: []int{8}, Reporters: reporters, Periods: periods, Measures: []flow.Measure{flow.Value}}
}

func census(segs ...lake.Segment) lake.Census {
	return lake.NewSnapshot("", lake.Manifest{}.With(segs), "").Census(dataset, flow.Export)
}

func months(n int64, of ...period.Period) map[period.Period]int64 {
	m := map[period.Period]int64{}
	for _, p := range of {
		m[p] = n
	}
	return m
}

func TestMissingByTheMedian(t *testing.T) {
	year := period.Range{From: 202201, To: 202206}.Periods()
	full := year[:4] // four of six covered months, so the median month is a full one
	for _, c := range []struct {
		name   string
		counts map[area.Code]map[period.Period]int64
		want   map[area.Code]lake.State // of 2022-06
	}{
		{"at the median", map[area.Code]map[period.Period]int64{"NL": months(lake.MedianForMissing, full...), "DE": months(1, year...)}, map[area.Code]lake.State{"NL": lake.Missing, "DE": lake.Reported}},
		{"below the median", map[area.Code]map[period.Period]int64{"MT": months(lake.MedianForMissing-1, full...), "DE": months(1, year...)}, map[area.Code]lake.State{"MT": lake.Reported}},
		{"usually empty", map[area.Code]map[period.Period]int64{"MT": months(1000, year[:2]...), "DE": months(1, year...)}, map[area.Code]lake.State{"MT": lake.Reported}},
		{"empty for all", map[area.Code]map[period.Period]int64{"MT": months(1, full...), "DE": months(lake.MedianForMissing, full...)}, map[area.Code]lake.State{"MT": lake.Missing, "DE": lake.Missing}},
		{"empty for all who are small", map[area.Code]map[period.Period]int64{"MT": months(9, full...), "CY": months(10, full...)}, map[area.Code]lake.State{"MT": lake.Reported, "CY": lake.Reported}},
		{"small ones together", map[area.Code]map[period.Period]int64{"MT": months(10, full...), "CY": months(10, full...)}, map[area.Code]lake.State{"MT": lake.Missing, "CY": lake.Missing}},
		{"without a row", map[area.Code]map[period.Period]int64{"DE": months(1000, year...)}, map[area.Code]lake.State{"MT": lake.Reported}},
	} {
		got := census(file("2022-07", c.counts, block([]area.Code{"CY", "DE", "MT", "NL"}, year...)))
		for r, want := range c.want {
			if s := got.State(r, 202206); s != want {
				t.Errorf("%s: %s is %d, want %d", c.name, r, s, want)
			}
		}
	}
}

// A new month of a file that covers every reporter, in which one that usually reports is absent.
func TestMissingFromANewMonth(t *testing.T) {
	c := census(
		file("2022-03", map[area.Code]map[period.Period]int64{"DE": months(50, 202201), "NL": months(40, 202201), "MT": months(3, 202201)}, block(nil, 202201)),
		file("2022-04", map[area.Code]map[period.Period]int64{"DE": months(50, 202202), "NL": months(40, 202202), "MT": months(3, 202202)}, block(nil, 202202)),
		file("2022-05", map[area.Code]map[period.Period]int64{"DE": months(50, 202203)}, block(nil, 202203)))
	for r, want := range map[area.Code]lake.State{"DE": lake.Reported, "NL": lake.Missing, "MT": lake.Reported} {
		if got := c.State(r, 202203); got != want {
			t.Errorf("%s is %d, want %d", r, got, want)
		}
	}
	if got := c.State("DE", 202204); got != lake.NotHeld {
		t.Errorf("a month that no release covers is %d", got)
	}
	if got := c.Reporters(); !slices.Equal(got, []area.Code{"DE", "MT", "NL"}) {
		t.Errorf("reporters %q", got)
	}
	if !slices.Equal(c.Periods, []period.Period{202201, 202202, 202203}) {
		t.Errorf("periods %v", c.Periods)
	}
}

// What a newer release took away counts no more: the month that it empties is missing.
func TestCensusCountsWhatIsInForce(t *testing.T) {
	year := period.Range{From: 202201, To: 202203}.Periods()
	first := file("2022-05", map[area.Code]map[period.Period]int64{"NL": months(40, year...), "DE": months(40, year...)}, block([]area.Code{"DE", "NL"}, year...))
	second := file("2022-06", map[area.Code]map[period.Period]int64{"DE": months(41, 202203)}, block([]area.Code{"DE", "NL"}, 202203))
	c := census(first, second)
	if got := c.State("NL", 202203); got != lake.Missing {
		t.Errorf("a month withdrawn is %d, want missing", got)
	}
	if got := c.State("NL", 202202); got != lake.Reported {
		t.Errorf("a month left in force is %d", got)
	}
	// Of one code taken away the manifest cannot tell how much is left, so the month counts as reported.
	part := block([]area.Code{"NL"}, 202203)
	part.Levels, part.Goods = nil, []goods.Code{"85171300"}
	c = census(first, file("2022-06", nil, part))
	if got := c.State("NL", 202203); got != lake.Reported {
		t.Errorf("a month replaced in part is %d, want reported", got)
	}
	// Two small releases of the same months do not make a large reporter.
	small := census(
		file("2022-05", map[area.Code]map[period.Period]int64{"MT": months(15, 202201, 202202)}, block([]area.Code{"MT"}, year...)),
		file("2022-06", map[area.Code]map[period.Period]int64{"MT": months(15, 202201, 202202), "DE": months(1, year...)}, block([]area.Code{"DE", "MT"}, year...)))
	if got := small.State("MT", 202203); got != lake.Reported {
		t.Errorf("an empty month of a small reporter is %d after a second release", got)
	}
}

// Months are judged by months and years by years.
func TestMedianOfOneFrequency(t *testing.T) {
	c := census(file("2022-05", map[area.Code]map[period.Period]int64{
		"DE": months(500, 201800, 201900, 202000, 202201, 202202, 202203),
		"MT": months(500, 201800, 201900, 202000),
	}, block([]area.Code{"DE", "MT"}, 201800, 201900, 202000, 202201, 202202, 202203)))
	if got := c.State("MT", 202203); got != lake.Reported {
		t.Errorf("an empty month of a reporter with full years and no full month is %d", got)
	}
}

func TestDoubleStated(t *testing.T) {
	count := func(r area.Code, p period.Period, values, totals int64) lake.Count {
		return lake.Count{Reporter: r, Direction: flow.Export, Period: p, Values: values, Totals: totals}
	}
	old, late := file("2022-05", nil, block(nil, 202201, 202202)), file("2022-05", nil, block(nil, 202203))
	old.Counts = []lake.Count{count("DE", 202201, 5, 2), count("DE", 202202, 5, 5), count("FR", 202201, 5, 0)}
	late.Counts, late.SHA256 = []lake.Count{count("DE", 202203, 5, 0), {Reporter: "AT", Direction: flow.Import, Period: 202203, Values: 2, Totals: 1}}, "late"
	got := lake.DoubleStated(lake.NewSnapshot("", lake.Manifest{}.With([]lake.Segment{late, old}), "").Live(dataset), flow.Export)
	if want := map[area.Code][]period.Period{"DE": {202201}}; !reflect.DeepEqual(got, want) {
		t.Errorf("stated twice: %v, want %v", got, want)
	}
}

func TestLive(t *testing.T) {
	a := file("2022-05", nil, block([]area.Code{"DE"}, 202201), block([]area.Code{"DE"}, 202202))
	b := file("2022-06", nil, block([]area.Code{"DE", "FR"}, 202201))
	same := file("2022-06", nil, block(nil, 202201, 202202))
	same.SHA256 = "another file of June"
	all := file("2022-07", nil, block(nil, 202201, 202202))
	all.SHA256 = "" // it is silent
	for _, c := range []struct {
		segs []lake.Segment
		want map[string]int // blocks taken, by rows
	}{
		{[]lake.Segment{a}, map[string]int{a.SHA256: 0}},
		{[]lake.Segment{b, a}, map[string]int{a.SHA256: 1, b.SHA256: 0}},
		{[]lake.Segment{same, b}, map[string]int{b.SHA256: 0, same.SHA256: 0}}, // files of one release do not replace each other
		{[]lake.Segment{a, b, all}, map[string]int{}},
	} {
		got := map[string]int{}
		for _, l := range lake.NewSnapshot("", lake.Manifest{}.With(c.segs), "").Live(dataset) {
			got[l.SHA256] = len(l.Replaced)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("live %v, want %v", got, c.want)
		}
	}
}

func TestManifestIsCanonical(t *testing.T) {
	a, b := file("2022-05", map[area.Code]map[period.Period]int64{"DE": months(1, 202201)}, block(nil, 202201)), file("2022-06", nil, block(nil, 202201))
	b.Quarantine, b.Currencies = lake.Quarantine{SHA256: "set aside", Size: 9, Rows: 1}, []string{"EUR"}
	one, v1, err := lake.Manifest{}.With([]lake.Segment{a, b}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	two, v2, err := lake.Manifest{}.With([]lake.Segment{b}).With([]lake.Segment{a}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	if v1 != v2 || !slices.Equal(one, two) || lake.VersionOf(one) != v1 || len(v1) != 16 {
		t.Errorf("one content is versions %s and %s", v1, v2)
	}
	if _, v3, _ := (lake.Manifest{}).With([]lake.Segment{a}).Encode(); v3 == v1 {
		t.Error("two contents are one version")
	}
}

func TestGoodsFilter(t *testing.T) {
	for _, c := range []struct {
		filter lake.GoodsFilter
		code   goods.Code
		want   bool
	}{
		{lake.GoodsFilter{Level: 8}, "85171300", true},
		{lake.GoodsFilter{Level: 8}, "8517", false},
		{lake.GoodsFilter{Level: 0}, goods.Total, true},
		{lake.GoodsFilter{Level: 5}, goods.Total, false},
		{lake.GoodsFilter{Level: 8, Terms: []goods.Term{{Code: "8517"}}}, "85171300", true},
		{lake.GoodsFilter{Level: 8, Terms: []goods.Term{{Code: "8517", Exact: true}}}, "85171300", false},
		{lake.GoodsFilter{Level: 8, Terms: []goods.Term{{Code: "8518"}, {Code: "85171300", Exact: true}}}, "85171300", true},
		{lake.GoodsFilter{Level: 4, Terms: []goods.Term{{Code: "85171300"}}}, "8517", false},
	} {
		if got := c.filter.Has(c.code); got != c.want {
			t.Errorf("%+v has %s: %t", c.filter, c.code, got)
		}
	}
}

// What of a census is chosen covers less; its counts stay whole.
func TestWhere(t *testing.T) {
	old := block([]area.Code{"DE"}, 202201)
	old.Measures = []flow.Measure{flow.NetMass}
	c := census(file("2022-03", map[area.Code]map[period.Period]int64{"DE": months(50, 202201, 202202)}, old, block([]area.Code{"DE"}, 202202)))
	values := c.Where(func(b flow.Block) bool { return slices.Contains(b.Measures, flow.Value) })
	if !slices.Equal(values.Periods, []period.Period{202202}) || len(values.Blocks()) != 1 || values.Covers("DE", 202201) || !values.Covers("DE", 202202) {
		t.Errorf("periods %v, blocks %v", values.Periods, values.Blocks())
	}
	if s := values.State("DE", 202202); s != lake.Reported || c.State("DE", 202201) != lake.Reported || values.State("DE", 202201) != lake.NotHeld {
		t.Errorf("states %d %d %d", s, c.State("DE", 202201), values.State("DE", 202201))
	}
}
