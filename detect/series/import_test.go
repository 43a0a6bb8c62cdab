package series_test

import (
	"testing"

	"detour/detect/series"
	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
)

// importsFrom asks about the imports of KZ and KG from the exporters, March 2022 against 2021.
func importsFrom(t *testing.T, exporters ...area.Code) series.Question {
	t.Helper()
	q := question(t, "all")
	q.Direction = flow.Import
	q.From = []series.Party{{Name: "hubs", Members: []area.Code{"KG", "KZ"}}}
	q.To = []series.Party{{Name: "exporters", Members: exporters}}
	return q
}

func TestImportsAreReadFromTheHub(t *testing.T) {
	kz := seriestest.Of("comext/bulk", months,
		seriestest.Import("KZ", "DE", "84713000", 202203, 40), seriestest.Import("KZ", "DE", "84713000", 202103, 20),
		seriestest.Export("DE", "KZ", "84713000", 202203, 50), seriestest.Export("KZ", "DE", "84713000", 202203, 7))
	got, r := cells(t, importsFrom(t, "DE", "FR"), kz)
	want(t, got, map[string]int64{"KZ DE 84713000 202203": 40, "KZ DE 84713000 202103": 20})
	if !says(r, caveat.NotHeld, "KG the lake holds no reports of these members of hubs") {
		t.Errorf("the hub that does not report is not named: %v", r.Caveats)
	}
}

func TestImportsInTheirOwnWords(t *testing.T) {
	exports := seriestest.Of("comext/bulk", months, both("DE", "84713000", 50, 30)...)
	_, err := begin(t, importsFrom(t, "DE"), exports)
	refused(t, err, "no imports of hubs from DE in all")

	some := seriestest.Of("comext/bulk", months, seriestest.Import("KZ", "DE", "84713000", 202203, 40), seriestest.Import("KZ", "DE", "84713000", 202103, 20))
	some.Coverage[0].Partners = []area.Code{"DE"}
	_, r := cells(t, importsFrom(t, "DE", "FR"), some)
	if !says(r, caveat.NotHeld, "imports from these partners are not held in every period compared, and are left out: FR") {
		t.Errorf("the exporter that is not covered is not named: %v", r.Caveats)
	}

	q := importsFrom(t, "DE")
	q.Direction = flow.ReExport
	if _, err := begin(t, q, some); fault.KindOf(err) != fault.BadInput {
		t.Errorf("re-exports: got %v, want bad input", err)
	}
}
