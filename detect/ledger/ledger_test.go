package ledger_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"detour/detect/ledger"
	"detour/detect/series"
	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/period"
)

// cube draws an evaluated cube of few exporters, hubs, codes and months.
func cube(t *rapid.T) *series.Cube {
	c := &series.Cube{Exporters: []area.Code{"DE", "FR"}, Hubs: []area.Code{"AM", "KZ"}, Goods: []goods.Code{"84713000", "84714100", "84821000", "85", goods.Total},
		Slots: []period.Period{202203, 202204}}
	keys := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) series.CellKey {
		return series.CellKey{Exporter: rapid.Uint16Range(0, 1).Draw(t, "exporter"), Hub: rapid.Uint16Range(0, 1).Draw(t, "hub"), Goods: rapid.Uint32Range(0, 4).Draw(t, "goods")}
	}), 0, 12, rapid.ID).Draw(t, "cells")
	n := len(keys) * len(c.Slots)
	some := rapid.SliceOfN(rapid.Int64Range(-3, 9), n, n)
	c.Cells, c.Actual, c.Baseline = keys, some.Draw(t, "actual"), some.Draw(t, "baseline")
	return c
}

func level(t *rapid.T, label string) ledger.Level {
	l := ledger.Level{Digits: rapid.SampledFrom([]int{0, 2, 4, 8}).Draw(t, label+" digits")}
	for _, d := range series.Dimensions() {
		if rapid.Bool().Draw(t, label+" "+string(d)) {
			l.By = append(l.By, d)
		}
	}
	return l
}

// name writes an entry at a level, as plainly as can be.
func name(k series.Key, l ledger.Level) string {
	if l.Digits > 0 {
		k.Goods = k.Goods.Prefix(l.Digits)
	}
	return fmt.Sprint(series.Onto(l.By).Key(k))
}

// The breakdown is what maps of names add up to.
func TestAgainstMaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, by, positive := cube(t), level(t, "by"), level(t, "positive")
		if len(positive.By) == 0 || !positive.Finer(by) {
			positive = ledger.Level{}
		}
		want, cells, home := map[string]series.Line{}, map[string]int64{}, map[string]string{}
		c.Each(func(e series.Entry) {
			row := name(e.Key, by)
			l := want[row]
			l.Actual, l.Baseline = l.Actual+e.Actual, l.Baseline+e.Baseline
			if len(positive.By) == 0 {
				l.Excess += e.Actual - e.Baseline
			} else {
				cell := name(e.Key, positive)
				cells[cell] += e.Actual - e.Baseline
				if was, known := home[cell]; known && was != row {
					t.Fatalf("cell %s of %v lies in %s and %s", cell, positive, was, row)
				}
				home[cell] = row
			}
			want[row] = l
		})
		for cell, n := range cells {
			l := want[home[cell]]
			l.Excess += max(n, 0)
			want[home[cell]] = l
		}
		b, err := ledger.By(c, by, positive)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]series.Line{}
		for _, row := range b.Rows {
			got[fmt.Sprint(row.Key)] = row.Line
		}
		if len(got) != len(b.Rows) || !maps.Equal(got, want) {
			t.Fatalf("%v", cmp.Diff(want, got))
		}
	})
}

func TestFiner(t *testing.T) {
	hub, code := []series.Dimension{series.Hub}, []series.Dimension{series.Hub, series.Goods}
	for _, c := range []struct {
		finer, coarser ledger.Level
		want           bool
	}{
		{ledger.Level{By: code}, ledger.Level{By: code, Digits: 2}, true},
		{ledger.Level{By: code, Digits: 4}, ledger.Level{By: code, Digits: 2}, true},
		{ledger.Level{By: code, Digits: 2}, ledger.Level{By: code, Digits: 4}, false},
		{ledger.Level{By: code, Digits: 2}, ledger.Level{By: code}, false},
		{ledger.Level{By: code, Digits: 2}, ledger.Level{By: hub}, true},
		{ledger.Level{By: hub}, ledger.Level{By: code}, false},
	} {
		if got := c.finer.Finer(c.coarser); got != c.want {
			t.Errorf("%v finer than %v: %v", c.finer, c.coarser, got)
		}
	}
}
