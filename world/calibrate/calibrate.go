// Package calibrate measures how unruly monthly trade is: how often a series is empty, how far its months
// spread, how it changes from year to year, how large it is, and how long its shocks last. The same function
// measures official figures and a simulated world, so that the two can stand side by side.
//
// Measure works on any series of amounts; Collect makes such series of flows. docs/method/world.md defines
// each statistic and tells how the world was fitted.
package calibrate

import (
	"iter"
	"math"
	"slices"

	"detour/fault"
)

// Months is the length of a series: two whole years, the earlier first.
const Months = 24

const year = 12

// Cell is one series: what an exporter sold a partner of one product, month by month, in whole units of a
// currency. Zero is a month without trade.
type Cell [Months]int64

// Quantiles are the 10%, 50% and 90% quantiles over cells.
type Quantiles struct{ Low, Median, High float64 }

// Statistics describe a population of cells. All are over cells with trade in one month or more.
type Statistics struct {
	// Cells counts them.
	Cells int
	// Empty is the share of months without trade.
	Empty Quantiles
	// Spread is the standard deviation (over n) of the log of months with trade, of cells with three or more.
	Spread Quantiles
	// Ratio is the second year to the first, where both have trade.
	Ratio Quantiles
	// Size is the amount of the second year, where it has trade, and SizeTop its 99% quantile.
	Size    Quantiles
	SizeTop float64
	// Lag1 and Lag12 are the autocorrelations of the log at those lags, of cells with trade in every month.
	Lag1, Lag12 Quantiles
}

// Measure gives the statistics of the cells. It is bad input where a statistic has fewer than two cells.
func Measure(cells iter.Seq[Cell]) (Statistics, error) {
	var m measured
	for c := range cells {
		m.add(c)
	}
	for name, list := range map[string][]float64{"spread": m.spread, "ratio": m.ratio, "size": m.size, "autocorrelation": m.lag1} {
		if len(list) < 2 {
			return Statistics{}, fault.Errorf(fault.BadInput, "too few cells to measure their %s", name).
				Hint("measure more cells, over months in which they trade")
		}
	}
	return Statistics{
		Cells: len(m.empty), Empty: quantiles(m.empty), Spread: quantiles(m.spread), Ratio: quantiles(m.ratio),
		Size: quantiles(m.size), SizeTop: quantile(m.size, 0.99), Lag1: quantiles(m.lag1), Lag12: quantiles(m.lag12),
	}, nil
}

// measured holds one number a cell; quantiles sorts each list.
type measured struct{ empty, spread, ratio, size, lag1, lag12 []float64 }

func (m *measured) add(c Cell) {
	var years [2]float64
	var logs []float64
	for t, v := range c {
		if v > 0 {
			years[t/year] += float64(v)
			logs = append(logs, math.Log(float64(v)))
		}
	}
	if len(logs) == 0 {
		return
	}
	m.empty = append(m.empty, 1-float64(len(logs))/Months)
	if years[1] > 0 {
		m.size = append(m.size, years[1])
		if years[0] > 0 {
			m.ratio = append(m.ratio, years[1]/years[0])
		}
	}
	deviations, squares := centred(logs)
	if len(logs) >= 3 {
		m.spread = append(m.spread, math.Sqrt(squares/float64(len(logs))))
	}
	if len(logs) == Months && squares > still {
		m.lag1 = append(m.lag1, lagged(deviations, 1)/squares)
		m.lag12 = append(m.lag12, lagged(deviations, year)/squares)
	}
}

// still is the sum of squares below which a series has not varied: its rounding has no autocorrelation.
const still = 1e-9

// centred takes the mean off and gives the sum of squares.
func centred(x []float64) (deviations []float64, squares float64) {
	var mean float64
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for i := range x {
		x[i] -= mean
		squares += x[i] * x[i]
	}
	return x, squares
}

func lagged(x []float64, k int) float64 {
	var sum float64
	for t := range x[k:] {
		sum += x[t] * x[t+k]
	}
	return sum
}

func quantiles(x []float64) Quantiles {
	slices.Sort(x)
	return Quantiles{quantile(x, 0.1), quantile(x, 0.5), quantile(x, 0.9)}
}

// quantile of sorted numbers, by linear interpolation (type 7 of Hyndman & Fan 1996).
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
