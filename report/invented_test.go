package report

import (
	"fmt"
	"math"

	"detour/report/chart"
	"detour/trade/caveat"
	"detour/trade/provenance"
)

// invented is a report with every body and every cell. Its figures mean nothing.
func invented() Report {
	return Report{
		Title:       "Exports of EU27 to the neighbours above normal growth",
		Lead:        "EU27 exported EUR 4,237.1m more of the listed goods to the neighbours in March to November 2022 than in the same months of 2021, between EUR 3,911.0m and 4,570.4m.",
		Simulated:   true,
		LakeVersion: "7f3a9c2e41d0",
		Question: Facts{
			{Key: "from", Title: "from", Value: Str("EU27")},
			{Key: "to", Title: "to", Value: Strs("AM", "BY", "GE")},
			{Key: "months", Title: "months", Value: Str("2022-03..2022-11")},
			{Key: "as_of", Title: "as of", Value: Null()},
		},
		Blocks: []Block{
			{Key: "sum", Title: "Sum", Body: Value{Cell: Str("net")}},
			{Key: "total", Title: "Total", Body: Facts{
				{Key: "currency", Value: Str("EUR"), Only: Machines},
				{Key: "actual", Title: "Actual", Value: Amount(866835568734, "EUR")},
				{Key: "baseline", Title: "Baseline", Value: Amount(443124734000, "EUR")},
				{Key: "excess", Title: "Excess", Value: Amount(423710834734, "EUR")},
				{Key: "low", Title: "Low", Value: Amount(391100000000, "EUR")},
				{Key: "high", Title: "High", Value: Null()},
				{Key: "growth", Title: "Growth", Value: Ratio(423710834734, 443124734000)},
				{Key: "cells", Title: "Cells", Value: Int(41497)},
				{Key: "mass", Title: "Net mass", Value: Decimal(1234567891, 3), Unit: "t"},
			}},
			{Key: "by_exporter", Title: "By exporter", Note: "Excess with its 90% predictive interval.", Body: exporters()},
			{Key: "by_month", Title: "By month", Body: months()},
			{Key: "specifications", Title: "Specification curve", Note: "Every combination of baseline, base period and goods.", Body: specifications()},
			{Key: "routes", Title: "Routes", Body: routes()},
			{Key: "hub_goods", Title: "By hub and goods", Body: grid()},
			{Key: "legs", Title: "Both legs of the chain", Body: legs()},
			{Key: "by_goods", Title: "By goods", Body: goodsTable()},
			{Key: "flows", Title: "In the currencies of the reporters", Body: currencies()},
			{Key: "markets", Title: "Markets", Body: Table{Columns: []Column{{Key: "exporter", Title: "Exporter"}}}},
			{Key: "model", Title: "Baseline", Body: Facts{
				{Key: "id", Title: "Model", Value: Str("same-month")},
				{Key: "wape", Title: "Error in the back-test", Value: Ratio(2345, 10_000)},
				{Key: "score", Title: "Score", Value: Float(-0.0512, 3)},
				{Key: "chosen", Title: "Chosen", Value: Flag(true)},
				{Key: "base", Title: "Base", Value: Strs("2019", "2020")},
			}},
			{Title: "How to read this", Body: Prose("Excess is not yet diversion: a hub that now buys directly shows excess too.\n\nPositive parts grow with detail <& are stated with their level>."), Only: People},
			{Key: "caveats", Body: Caveats{
				{Code: caveat.EditionBreak, Scope: "85171300", Text: "new in 2022; its predecessor 851712 is not held"},
				{Code: caveat.NotReported, Scope: "NL 2022-11", Text: "not yet reported: left out of both years"},
				{Code: caveat.Simulated, Text: "the figures are invented"},
			}},
			{Key: "sources", Body: Sources{
				source("DS-045409", "01.xlsx", "aa01"), source("DS-045409", "02.xlsx", "aa02"), source("bulk", "full_202402.dat", "bb01"),
			}},
		},
	}
}

func source(dataset, file, digest string) Source {
	return Source{
		Vintage: provenance.Vintage{Source: "comext", Dataset: dataset, Stamp: "2023-01-13T11:00"},
		Bytes:   provenance.Bytes{Name: file, SHA256: fmt.Sprintf("%-64s", digest)[:4] + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab", Size: 1},
	}
}

var members = []string{"Germany", "Lithuania", "Poland", "Czechia", "Italy", "Latvia", "Netherlands", "Belgium", "Estonia", "Austria", "France", "Slovakia", "Hungary", "Sweden", "Slovenia", "Finland", "Romania", "Spain", "Bulgaria", "Denmark", "Croatia", "Portugal", "Luxembourg", "Malta", "Cyprus", "Ireland", "Greece"}

func exporters() Chart {
	t := Table{Columns: []Column{
		{Key: "code", Title: "Code", Only: Machines}, {Key: "name", Title: "Exporter", Only: People},
		{Key: "actual", Title: "Actual"}, {Key: "baseline", Title: "Baseline"}, {Key: "excess", Title: "Excess"},
		{Key: "low", Title: "Low"}, {Key: "high", Title: "High"}, {Key: "share", Title: "Share of excess"}, {Key: "rank"},
	}}
	for i, m := range members {
		excess := int64(142830000000*math.Pow(0.72, float64(i))) - 900000000
		if i == len(members)-1 {
			excess = -9000000000
		}
		base := excess/2 + 20000000000
		t.Rows = append(t.Rows, []Cell{
			Str(fmt.Sprintf("%c%c", m[0], m[1]-32)), Str(m), Amount(base+excess, "EUR"), Amount(base, "EUR"), Amount(excess, "EUR"),
			Amount(excess-4000000000, "EUR"), Amount(excess+excess/20+4000000000, "EUR"), Ratio(excess, 423710834734), Int(int64(i + 1)),
		})
	}
	t.Total = []Cell{Null(), Null(), Amount(866835568734, "EUR"), Amount(443124734000, "EUR"), Amount(423710834734, "EUR"), Null(), Null(), Ratio(1, 1), Null()}
	return Chart{Table: t, Draw: chart.Bars{Label: "name", Value: "excess", Low: "low", High: "high"}}
}

func months() Chart {
	t := Table{Columns: []Column{
		{Key: "month", Title: "Month"}, {Key: "actual", Title: "Actual"}, {Key: "baseline", Title: "Baseline"},
		{Key: "low", Title: "Low"}, {Key: "high", Title: "High"},
	}}
	for i := range 35 {
		base := int64(45000000000 + 4000000000*math.Sin(float64(i)*0.5236) + 150000000*float64(i))
		actual := base + int64(2500000000*math.Sin(float64(i)*2.1))
		low, high := Null(), Null()
		if i >= 26 {
			actual += int64(i-24) * 4200000000
			low, high = Amount(base-6000000000, "EUR"), Amount(base+6000000000, "EUR")
		}
		cell := Amount(actual, "EUR")
		if i == 14 {
			cell = Null()
		}
		t.Rows = append(t.Rows, []Cell{Str(fmt.Sprintf("%d-%02d", 2020+i/12, i%12+1)), cell, Amount(base, "EUR"), low, high})
	}
	return Chart{Table: t, Draw: chart.Lines{X: "month", Lines: []string{"actual", "baseline"}, Low: "low", High: "high", Band: "90% interval", MarkAt: "2022-03", MarkText: "event 2022-03"}}
}

func specifications() Chart {
	t := Table{Columns: []Column{
		{Key: "baseline", Title: "Baseline"}, {Key: "base", Title: "Base period"}, {Key: "goods", Title: "Goods"},
		{Key: "excess", Title: "Excess"}, {Key: "low", Title: "Low"}, {Key: "high", Title: "High"}, {Key: "chosen", Title: "Chosen"},
	}}
	i := 0
	for _, model := range []string{"same-month", "world-growth", "trend", "ets"} {
		for _, base := range []string{"2021", "2019..2021"} {
			for _, goods := range []string{"eu-export-ban-2023-01", "chpl", "all"} {
				v := 250000000000 + 37000000000*int64((i*7)%11) - 8000000000*int64(i%5)
				excess, low, high := Amount(v, "EUR"), Amount(v-30000000000, "EUR"), Amount(v+42000000000, "EUR")
				if model == "same-month" {
					low, high = Null(), Null()
				}
				if i == 23 {
					excess, low, high = Null(), Null(), Null() // refused
				}
				t.Rows = append(t.Rows, []Cell{Str(model), Str(base), Str(goods), excess, low, high, Flag(i == 6)})
				i++
			}
		}
	}
	return Chart{Table: t, Draw: chart.Curve{Value: "excess", Low: "low", High: "high", Chosen: "chosen", Options: []string{"baseline", "base", "goods"}}}
}

func goodsTable() Table {
	t := Table{
		Columns: []Column{{Key: "code", Title: "Code"}, {Key: "title", Title: "Goods"}, {Key: "excess", Title: "Excess"}, {Key: "mass", Title: "Net mass", Unit: "kg"}, {Key: "caveats", Title: "Caveats"}},
	}
	for i, code := range []string{"87032319", "85171300", "84715000"} {
		t.Rows = append(t.Rows, []Cell{
			Str(code), Str([]string{`Motor cars, "used", of a cylinder capacity exceeding 1 500 cm³ but not exceeding 3 000 cm³`, "Smartphones", "Обработка данных 処理装置"}[i]),
			Amount([]int64{12345, 0, -99}[i], "EUR"), Int([]int64{1234567, 0, -1200}[i]), Strs([]string{"edition-break", "thin-series"}[:i%3]...),
		})
	}
	return t
}

func currencies() Table {
	return Table{
		Columns: []Column{{Key: "reporter", Title: "Reporter"}, {Key: "value", Title: "Value"}, {Key: "confidential", Title: "Confidential"}},
		Rows: [][]Cell{
			{Str("DE"), Amount(123456789012, "EUR"), Flag(false)},
			{Str("NO"), Amount(98765432, "NOK"), Flag(true)},
		},
	}
}
