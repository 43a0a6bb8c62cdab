package mirror

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"detour/fault"
)

func TestParseMargin(t *testing.T) {
	for text, want := range map[string]Margin{"0": 0, "0.05": 50_000, "0.10": 100_000, "0.2": MostMargin, "0.000001": 1, "fit": Fitted} {
		if got, err := ParseMargin(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "5%", "-0.05", "0.21", "0.0000001", "NaN", "Fit"} {
		if _, err := ParseMargin(text); fault.KindOf(err) != fault.BadInput {
			t.Errorf("%q is read: %v", text, err)
		}
	}
}

// By hand, at the half too: 1.05/1.05; 3/1.2 is 2.5 and goes to the even 2; 9/1.2 is 7.5 and goes to 8.
func TestCorrect(t *testing.T) {
	for _, c := range []struct {
		imports int64
		margin  Margin
		want    int64
	}{{105, 50_000, 100}, {3, MostMargin, 2}, {9, MostMargin, 8}, {-9, MostMargin, -8}, {77, 0, 77}, {math.MaxInt64, 100_000, 8384883669867978006}} {
		if got, err := correct(c.imports, c.margin); err != nil || got != c.want {
			t.Errorf("%d less %d: %d, %v, want %d", c.imports, c.margin, got, err, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.Int64Range(0, 1<<62).Draw(t, "imports"), Margin(rapid.Int64Range(0, int64(MostMargin)-1).Draw(t, "margin"))
		less, err1 := correct(n, m)
		more, err2 := correct(n, m+1)
		if err1 != nil || err2 != nil || less > n || more > less {
			t.Fatalf("%d: %d, %d", n, less, more)
		}
	})
}
