package chance

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The draws: a Poisson number has mean and variance of its mean, below and above the switch of methods, and
// a sum of log-normals has the mean of the sum. Four standard errors of 40,000 draws.
func TestDraws(t *testing.T) {
	r := Key{What: 1}.Source(1)
	const n = 40_000
	for _, mean := range []float64{0.1, 3, 29, 31, 400} {
		var sum, square float64
		for range n {
			x := float64(Poisson(r, mean))
			sum, square = sum+x, square+(x-mean)*(x-mean)
		}
		if math.Abs(sum/n-mean) > 4*math.Sqrt(mean/n) || math.Abs(square/n/mean-1) > 4*math.Sqrt((2+1/mean)/n) {
			t.Errorf("Poisson %g has mean %g and variance %g", mean, sum/n, square/n)
		}
	}
	for _, k := range []int{1, 7} {
		var sum float64
		for range n {
			sum += sumOfLogNormals(r, k, 2, 0.8)
		}
		mean, one := float64(k)*math.Exp(2.32), math.Exp(2.32)
		if sd := one * math.Sqrt(math.Expm1(0.64)*float64(k)); math.Abs(sum/n-mean) > 4*sd/math.Sqrt(n) {
			t.Errorf("a sum of %d has mean %g, want %g", k, sum/n, mean)
		}
	}
}

// Keys that differ seed different sources.
func TestKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.Uint32()
		a := Key{1, word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")}
		b := Key{1, word.Draw(t, "a2"), word.Draw(t, "b2"), word.Draw(t, "c2")}
		x1, x2 := a.words(1)
		y1, y2 := b.words(1)
		if (a == b) != (x1 == y1 && x2 == y2) {
			t.Fatalf("%v and %v seed %x %x and %x %x", a, b, x1, x2, y1, y2)
		}
	})
}
