package provenance

import (
	"slices"
	"testing"

	"detour/fault"
)

func TestCheckStamp(t *testing.T) {
	// In the order of time, which has to be the order of text.
	good := []string{"1988", "2024", "2024-02", "2024-02-29", "2024-02-29T00:00", "2024-02-29T23:59", "2024-02-29T23:59:59", "2024-12-31"}
	for _, s := range good {
		if err := CheckStamp(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	if !slices.IsSorted(good) {
		t.Errorf("stamps do not order as text: %q", good)
	}
	for _, s := range []string{"", "yesterday", "24-02-29", "2024-2-9", "2023-02-29", "2024-13", "2024-00", "2024-02-30", "2024-02-29T24:00", "2024-02-29T1:00",
		"2024-02-29T10:60", "2024-02-29 10:00", "2024-02-29T10:00Z", "2024-02-29T10:00:00.5", " 2024", "2024 ", "2024/02"} {
		if err := CheckStamp(s); fault.KindOf(err) != fault.BadInput || fault.HintOf(err) == "" {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestVintages(t *testing.T) {
	v := []Vintage{{"b", "a", "2024"}, {"a", "b", "2022-05"}, {"a", "a", "2023"}, {"a", "b", "2022"}}
	slices.SortFunc(v, Vintage.Compare)
	var got []string
	for _, v := range v {
		got = append(got, v.String())
	}
	if want := []string{"a/a@2023", "a/b@2022", "a/b@2022-05", "b/a@2024"}; !slices.Equal(got, want) {
		t.Errorf("vintages in order %q, want %q", got, want)
	}
	if (Vintage{Source: "comext"}).Simulated() || !(Vintage{Source: Simulated}).Simulated() {
		t.Error("made-up figures are those of the source that says so")
	}
}
