package breakpoint

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// nile is the yearly flow of the Nile at Aswan from 1871 to 1970, in 10^8 cubic metres (Cobb 1978, Biometrika 65,
// table 1; the data set Nile of R).
var nile = []float64{
	1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
	1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
	831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
	781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
	744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
}

// The reference is the least-squares break of Zeileis, Kleiber, Kraemer & Hornik (2003, Computational Statistics & Data Analysis 44),
// as strucchange prints it: residual squares of 2835157 without and 1597457 with one break, after year 28 (1898), 95% interval 25
// to 32 (1895 to 1902; Bai 1997, with variances of their own on both sides). A break here is the first year of
// the new level, so 1899, and 1896 to 1903. The set here is another one, by likelihood ratio, and narrower: it must
// lie within theirs. That such a narrow set holds what it should is shown by TestSetCoverage on series like this one.
func TestNile(t *testing.T) {
	if whole, parts := squaresAbout(nile), squaresAbout(nile[:28])+squaresAbout(nile[28:]); math.Round(whole) != 2835157 || math.Round(parts) != 1597457 {
		t.Fatalf("residual squares %.1f and %.1f: the series is not that of the reference", whole, parts)
	}
	for _, cost := range []Cost{QuasiPoisson, HurdleLevel} {
		x, rule := Series{Y: nile}, Rule{Cost: cost}
		b, err := Scan(x, rule, Window{}, DefaultLevel, nil)
		if err != nil {
			t.Fatal(err)
		}
		set := b.Set
		t.Logf("cost %d: from %d, set %d to %d (%d years), statistic %.1f, log ratio %.4f +- %.4f", cost, 1871+b.At,
			1871+set[0], 1871+set[len(set)-1], len(set), b.Statistic, b.Size, b.SizeErr)
		if b.At != 28 || b.Direction != Down {
			t.Errorf("cost %d: the break is %d, direction %d", cost, 1871+b.At, b.Direction)
		}
		if 1871+set[0] < 1896 || 1871+set[len(set)-1] > 1903 || len(set) < 2 {
			t.Errorf("cost %d: the set is %v", cost, set)
		}
		// The means of the two parts, 1097.75 and 849.97, are printed in the same place.
		if want := math.Log(849.97 / 1097.75); cost == QuasiPoisson && math.Abs(b.Size-want) > 1e-5 {
			t.Errorf("log ratio %g, of the printed means %g", b.Size, want)
		}
		p, err := PValue(x, rule, Window{}, Test{}, rand.New(rand.NewPCG(1898, 0)), nil)
		if err != nil || p != 0.001 {
			t.Errorf("cost %d: p %g, %v, where no permutation should reach the series", cost, p, err)
		}
		// The only break, as by BIC in the reference.
		s, err := Segment(x, rule, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]int{28}, s.Breaks); diff != "" {
			t.Errorf("cost %d: %s", cost, diff)
		}
	}
}

func squaresAbout(xs []float64) (sum float64) {
	mean := average(xs)
	for _, x := range xs {
		sum += (x - mean) * (x - mean)
	}
	return sum
}
