package ask

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"detour/detect/ledger"
	"detour/detect/series"
)

func rowsOf(excess ...int64) []ledger.Row {
	out := make([]ledger.Row, len(excess))
	for i, n := range excess {
		out[i].Line = series.Line{Excess: n}
	}
	return out
}

func ranked(rows []ledger.Row) []int64 {
	rank := ranks(rows)
	out := make([]int64, len(rows))
	for i := range rows {
		out[i] = rank(i)
	}
	return out
}

func TestRanks(t *testing.T) {
	for _, c := range []struct{ rows, want []int64 }{
		{nil, []int64{}},
		{[]int64{9, 4, 4, -1}, []int64{1, 2, 3, 4}},
		{[]int64{-1, 4, 9, 4}, []int64{4, 2, 1, 3}}, // months: in time, ties by the earlier
	} {
		if got := ranked(rowsOf(c.rows...)); !slices.Equal(got, c.want) {
			t.Errorf("%v ranks %v, want %v", c.rows, got, c.want)
		}
	}
}

// A rank is one more than the number of rows that are larger, or equal and before.
func TestRanksCountWhatIsBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		excess := rapid.SliceOf(rapid.Int64Range(-3, 3)).Draw(t, "excess")
		for i, got := range ranked(rowsOf(excess...)) {
			want := int64(1)
			for j, n := range excess {
				if n > excess[i] || n == excess[i] && j < i {
					want++
				}
			}
			if got != want {
				t.Fatalf("row %d of %v ranks %d, want %d", i, excess, got, want)
			}
		}
	})
}

func TestKindOfReason(t *testing.T) {
	for in, want := range map[string]string{
		`partner "Nowhere \"x\"" is not a code`:                                           "partner … is not a code",
		"conflict: comext/easy@2024-11-25T10:45 has stated value 125725547.00 EUR before": "conflict: comext/easy@2024-11-25T10:45 has stated value … EUR before",
		"value -3 is below zero":                                                          "value … is below zero",
		"7 columns where 9 belong":                                                        "… columns where … belong",
		"sheet not read: no periods":                                                      "sheet not read: no periods",
	} {
		if got := kindOfReason(in); got != want {
			t.Errorf("%s is of kind %q, want %q", in, got, want)
		}
	}
}
