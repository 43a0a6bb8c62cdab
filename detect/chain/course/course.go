// Package course compares the courses of two legs of a chain month by month. A course is one amount a month in the order
// of time; from is the month of the ban, and held tells the months that are stated, nil being all. Every
// function says beside its answer whether there is one.
package course

import "math"

// UnitValue is the log of EUR a kilogram.
func UnitValue(y, kilos []float64, from int) (float64, bool) {
	var a, b float64
	for t := from; t < len(y); t++ {
		a, b = a+y[t], b+kilos[t]
	}
	if a <= 0 || b <= 0 {
		return 0, false
	}
	return math.Log(a / b), true
}

// Early is the rise of the eight months before the ban as a share of that after it.
func Early(y []float64, held []bool, from int) (float64, bool) {
	var before, n, nearly, m, after, k float64
	for t, x := range y {
		switch {
		case held != nil && !held[t]:
		case t >= from:
			after, k = after+x, k+1
		case t >= from-8:
			nearly, m = nearly+x, m+1
		default:
			before, n = before+x, n+1
		}
	}
	if n == 0 || m == 0 || k == 0 || after/k <= before/n {
		return 0, false
	}
	return max(-0.5, min(1.5, (nearly/m-before/n)/(after/k-before/n))), true
}

// Centre is the mean month, weighted by trade, counted from the ban.
func Centre(y []float64, held []bool, from int) (float64, bool) {
	var sum, moment float64
	for t := from; t < len(y); t++ {
		if held == nil || held[t] {
			sum, moment = sum+y[t], moment+y[t]*float64(t-from)
		}
	}
	if sum <= 0 {
		return 0, false
	}
	return moment / sum, true
}

// Span is the share of months from the ban on with trade, false for a course that is nil.
func Span(y []float64, from int) (float64, bool) {
	n := 0
	for t := from; t < len(y); t++ {
		if y[t] > 0 {
			n++
		}
	}
	return float64(n) / float64(max(1, len(y)-from)), y != nil
}

// Coherence is the greatest correlation, over spans of months, of the roots of what leaves and of what
// arrived within the span before.
func Coherence(in, out []float64, held []bool, from int) (float64, bool) {
	best, found := -1.0, false
	for low := range 4 {
		for high := low; high <= low+3; high++ {
			if r, ok := correlation(in, out, held, from, low, high); ok {
				best, found = max(best, r), true
			}
		}
	}
	return best, found
}

func correlation(in, out []float64, held []bool, from, low, high int) (float64, bool) {
	var n, x, y, xx, yy, xy float64
	for t := from; t < len(in); t++ {
		if held != nil && !held[t] {
			continue
		}
		arrived := 0.0
		for k := low; k <= min(high, t); k++ {
			arrived += in[t-k]
		}
		u, v := math.Sqrt(arrived), math.Sqrt(out[t])
		n, x, y, xx, yy, xy = n+1, x+u, y+v, xx+u*u, yy+v*v, xy+u*v
	}
	if n < 3 {
		return 0, false
	}
	a, b := xx-x*x/n, yy-y*y/n
	if a <= 1e-9*xx || b <= 1e-9*yy {
		return 0, false
	}
	return (xy - x*y/n) / math.Sqrt(a*b), true
}
