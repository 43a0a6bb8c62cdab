package report

import (
	"fmt"
	"math"

	"detour/report/chart"
)

// routes are links from exporters over one hub or two to the target; one is negative, one not held.
func routes() Chart {
	t := Table{Columns: []Column{
		{Key: "from_stage"}, {Key: "from", Title: "From"}, {Key: "to_stage"}, {Key: "to", Title: "To"},
		{Key: "value", Title: "Attributed"}, {Key: "low", Title: "Low"}, {Key: "high", Title: "High"},
	}}
	add := func(a int64, from string, b int64, to string, millions int64, interval bool) {
		low, high := Null(), Null()
		if interval {
			low, high = Amount(millions*60_000_000, "EUR"), Amount(millions*130_000_000, "EUR")
		}
		t.Rows = append(t.Rows, []Cell{Int(a), Str(from), Int(b), Str(to), Amount(millions*100_000_000, "EUR"), low, high})
	}
	hubs, second := []string{"Kazakhstan", "Kyrgyzstan", "Armenia", "United Arab Emirates"}, []string{"Kazakhstan", "Belarus"}
	for i, from := range members[:9] {
		for j, hub := range hubs {
			if (i+j)%3 != 2 {
				add(1, from, 2, hub, int64(420/(i+1)/(j+1)), j < 2)
			}
		}
	}
	add(1, "Ireland", 2, "Armenia", -3, false)
	t.Rows = append(t.Rows, []Cell{Int(1), Str("Malta"), Int(2), Str("Armenia"), Null(), Null(), Null()})
	for j, hub := range hubs {
		add(2, hub, 4, "Russia", int64(600/(j+1)), j != 1)
	}
	add(2, "Kyrgyzstan", 3, second[0], 120, true)
	add(2, "United Arab Emirates", 3, second[1], 40, false)
	add(3, second[0], 4, "Russia", 100, true)
	add(3, second[1], 4, "Russia", 40, false)
	return Chart{Table: t, Draw: chart.Sankey{Stages: []string{"Exporters", "First hub", "Second hub", "Target"},
		FromStage: "from_stage", From: "from", ToStage: "to_stage", To: "to", Value: "value", Low: "low", High: "high"}}
}

// grid is excess by hub and goods: some is not held, one is an exact zero, some is below zero.
func grid() Chart {
	t := Table{Columns: []Column{{Key: "hub", Title: "Hub"}, {Key: "goods", Title: "Goods"}, {Key: "excess", Title: "Excess"}}}
	for i, hub := range []string{"Armenia", "Belarus", "Georgia", "Kazakhstan", "Kyrgyzstan", "Uzbekistan", "United Arab Emirates"} {
		for j, code := range []string{"847130", "847150", "848210", "850440", "851762", "852589", "852691", "853221", "853224", "854110", "854231", "854232", "854233", "854239"} {
			cell := Amount(int64(35_000_000_000*math.Pow(0.7, float64((i*5+j*3)%14)))-1_500_000_000, "EUR")
			switch (i*14 + j) % 11 {
			case 4:
				cell = Null()
			case 7:
				cell = Amount(0, "EUR")
			}
			if i != 2 || j != 3 { // one pair is not stated at all
				t.Rows = append(t.Rows, []Cell{Str(hub), Str(code), cell})
			}
		}
	}
	return Chart{Table: t, Draw: chart.HeatMap{Row: "hub", Column: "goods", Value: "excess"}}
}

// legs are a chain's two legs, each with a break and the months in which it may lie.
func legs() Chart {
	t := Table{Columns: []Column{
		{Key: "month", Title: "Month"}, {Key: "in", Title: "Reported"}, {Key: "in_baseline", Title: "Baseline"},
		{Key: "in_from", Only: Machines}, {Key: "in_to", Only: Machines},
		{Key: "out", Title: "Reported"}, {Key: "out_baseline", Title: "Baseline"}, {Key: "out_from", Only: Machines}, {Key: "out_to", Only: Machines},
		{Key: "break", Title: "Break", Only: People},
	}}
	month := func(i int) Cell { return Str(fmt.Sprintf("%d-%02d", 2020+i/12, i%12+1)) }
	for i := range 36 {
		base := int64(9_000_000_000 + 1_500_000_000*math.Sin(float64(i)*0.5236))
		in, out := base, base/12
		inFrom, inTo, outFrom, outTo, broke := Null(), Null(), Null(), Null(), Null()
		if i >= 27 {
			in += int64(i-24) * 1_600_000_000
		}
		if i >= 29 {
			out += int64(i-26) * 1_100_000_000
		}
		if i == 27 {
			inFrom, inTo, broke = month(26), month(28), Str("first leg, between 2022-03 and 2022-05")
		}
		if i == 29 {
			outFrom, outTo, broke = month(28), month(32), Str("second leg, between 2022-05 and 2022-09")
		}
		reported := Amount(out, "EUR")
		if i == 10 {
			reported = Null()
		}
		t.Rows = append(t.Rows, []Cell{month(i), Amount(in, "EUR"), Amount(base, "EUR"), inFrom, inTo, reported, Amount(base/12, "EUR"), outFrom, outTo, broke})
	}
	return Chart{Table: t, Draw: chart.Pair{X: "month", MarkAt: "2022-03", MarkText: "event 2022-03",
		First:  chart.Leg{Name: "EU27 to Kazakhstan, 8542", Actual: "in", Baseline: "in_baseline", BreakFrom: "in_from", BreakTo: "in_to"},
		Second: chart.Leg{Name: "Kazakhstan to Russia, 8542", Actual: "out", Baseline: "out_baseline", BreakFrom: "out_from", BreakTo: "out_to"}}}
}
