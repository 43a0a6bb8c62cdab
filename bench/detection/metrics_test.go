package detection

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// near allows for the rounding of a few sums.
const near = 1e-12

func TestAveragePrecision(t *testing.T) {
	for _, c := range []struct {
		name  string
		score []float64
		is    []bool
		want  float64
	}{
		{"first and third of four", []float64{4, 3, 2, 1}, []bool{true, false, true, false}, (1 + 2.0/3) / 2},
		{"order of the input does not matter", []float64{1, 2, 3, 4}, []bool{false, true, false, true}, (1 + 2.0/3) / 2},
		{"last of three", []float64{3, 2, 1}, []bool{false, false, true}, 1.0 / 3},
		// The six places of two among four: (1 + 5/6 + 3/4 + 7/12 + 1/2 + 5/12) / 6.
		{"two of four, all tied", []float64{0, 0, 0, 0}, []bool{true, true, false, false}, 49.0 / 72},
		// One ahead, then a tie of one true and one false: (1 + (1 + 2/3)/2) / 2.
		{"a tie after a hit", []float64{9, 1, 1}, []bool{true, true, false}, (1 + 5.0/6) / 2},
		{"nothing is true", []float64{1, 2}, []bool{false, false}, 0},
	} {
		if got := AveragePrecision(c.score, c.is); math.Abs(got-c.want) > near {
			t.Errorf("%s: %v, by hand %v", c.name, got, c.want)
		}
	}
}

// The mean over orders, counted out.
func TestAveragePrecisionOfTiesIsTheMeanOverOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "n")
		score, is := make([]float64, n), make([]bool, n)
		for i := range n {
			score[i], is[i] = float64(rapid.IntRange(0, 2).Draw(t, "score")), rapid.Bool().Draw(t, "is")
		}
		sum, orders := 0.0, 0
		permute(n, func(order []int) {
			// Ranked by score and then by the order: each order of each tie is met equally often.
			broken := make([]float64, n)
			for place, i := range order {
				broken[i] = score[i] - float64(place)/100
			}
			sum, orders = sum+AveragePrecision(broken, is), orders+1
		})
		if got, want := AveragePrecision(score, is), sum/float64(orders); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v %v: %v, counted out %v", score, is, got, want)
		}
	})
}

func permute(n int, each func([]int)) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	var from func(int)
	from = func(k int) {
		if k == n {
			each(order)
			return
		}
		for i := k; i < n; i++ {
			order[k], order[i] = order[i], order[k]
			from(k + 1)
			order[k], order[i] = order[i], order[k]
		}
	}
	from(0)
}

func TestCalibration(t *testing.T) {
	p := []float64{0.05, 0.15, 0.15, 0.95, 1}
	is := []bool{true, false, true, true, true}
	// Above 0.1: two at 0.15 of which half are true, two at 0.975 on the mean of which all are.
	want := (2*math.Abs(0.15-0.5) + 2*math.Abs(0.975-1)) / 4
	if got := CalibrationError(Curve(p, is, 0.1)); math.Abs(got-want) > near {
		t.Errorf("error %v, by hand %v", got, want)
	}
	if got := CalibrationError(Curve([]float64{0.05}, []bool{true}, 0.1)); got != 0 {
		t.Errorf("nothing above the floor: %v", got)
	}
}

func TestBrierSkill(t *testing.T) {
	is := []bool{true, false, false, false}
	for _, c := range []struct {
		p    []float64
		want float64
	}{
		{[]float64{1, 0, 0, 0}, 1},
		{[]float64{0.25, 0.25, 0.25, 0.25}, 0},
		{[]float64{0.5, 0.5, 0, 0}, 1 - 0.5/0.75}, // squared errors 0.25 + 0.25, those of the base rate 4 * 0.25 * 0.75
	} {
		if got := BrierSkill(c.p, is); math.Abs(got-c.want) > near {
			t.Errorf("%v: %v, by hand %v", c.p, got, c.want)
		}
	}
}

func TestIntervalScore(t *testing.T) {
	for _, c := range []struct{ low, high, truth, want float64 }{
		{1, 3, 2, 2},
		{1, 3, 4, 2 + 20},   // 2/(1 - 0.9) times 1 above
		{1, 3, 0.5, 2 + 10}, // and half of one below
	} {
		if got := IntervalScore(c.low, c.high, c.truth, 0.9); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
