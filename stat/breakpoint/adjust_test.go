package breakpoint

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"detour/fault"
)

// The fifteen p-values of Benjamini & Hochberg (1995, section 3.2, thrombolysis after myocardial infarction). They reject the four
// smallest at 0.05, Bonferroni the three smallest.
var infarction = []float64{
	0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1,
}

// p times 15 over its rank, or the least of the later ones where that is less: 0.0278*15/6 = 0.0695 gives way to
// 0.0298*15/7 = 0.063857, that to 0.0344*15/8 = 0.0645 not.
func TestAdjustByHand(t *testing.T) {
	want := []float64{
		0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0298 * 15 / 7, 0.0298 * 15 / 7, 0.0645, 0.0765, 0.486,
		0.4262 * 15 / 11, 0.5719 * 15 / 12, 0.6528 * 15 / 13, 0.759 * 15 / 14, 1,
	}
	const harmonic = 1195757. / 360360 // 1 + 1/2 + ... + 1/15
	got, err := Adjust(infarction, BenjaminiHochberg)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Error(diff)
	}
	if n, _ := slices.BinarySearch(got, 0.05); n != 4 {
		t.Errorf("%d are rejected at 0.05, by the paper 4", n)
	}
	for i := range want {
		want[i] = min(1, want[i]*harmonic)
	}
	if got, err = Adjust(infarction, BenjaminiYekutieli); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Error(diff)
	}
}

func TestAdjustOrderAndEnds(t *testing.T) {
	shuffled := slices.Clone(infarction)
	slices.Reverse(shuffled)
	forwards, _ := Adjust(infarction, BenjaminiHochberg)
	backwards, err := Adjust(shuffled, BenjaminiHochberg)
	slices.Reverse(backwards)
	if diff := cmp.Diff(forwards, backwards); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err := Adjust(nil, BenjaminiYekutieli); err != nil || len(got) != 0 {
		t.Errorf("no p-values: %v, %v", got, err)
	}
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		if _, err := Adjust([]float64{p}, BenjaminiHochberg); err == nil || fault.KindOf(err) != fault.BadInput {
			t.Errorf("p %g: %v", p, err)
		}
	}
}

// Of 1,000 series 100 have a break by a factor of e^2. Of those whose adjusted p is at most 0.1, on average no more than a
// tenth are false; six rounds know the mean to about 0.012, so 0.14 is allowed. Most of the true ones are found.
func TestFalseDiscoveries(t *testing.T) {
	skipShort(t)
	rng := rand.New(rand.NewPCG(20220224, 11))
	var scratch Scratch
	const rounds = 6
	var falseShare, power float64
	for range rounds {
		p := make([]float64, 1000)
		for i := range p {
			c := broken{draw: hurdle(0.6, 1), months: 72, at: 48}
			if i < 100 {
				c.jump = 2
			}
			var err error
			if p[i], err = PValue(c.series(rng), Rule{Cost: HurdleLevel}, Window{}, Test{}, rng, &scratch); err != nil {
				t.Fatal(err)
			}
		}
		adjusted, err := Adjust(p, BenjaminiHochberg)
		if err != nil {
			t.Fatal(err)
		}
		var right, wrong float64
		for i, a := range adjusted {
			switch {
			case a <= 0.1 && i < 100:
				right++
			case a <= 0.1:
				wrong++
			}
		}
		falseShare += wrong / max(1, right+wrong) / rounds
		power += right / 100 / rounds
	}
	t.Logf("false %.3f of those found; %.3f of the true ones found", falseShare, power)
	if falseShare > 0.14 || power < 0.8 {
		t.Errorf("false %.3f of those found; %.3f of the true ones found", falseShare, power)
	}
}
