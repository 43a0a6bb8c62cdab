package files_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"detour/fault"
	"detour/source"
	"detour/source/baci"
	"detour/source/comext"
	"detour/source/comtrade"
	"detour/trade/flow"
	"detour/trade/money"
	"detour/trade/period"
	"detour/world"
	"detour/world/files"
	"detour/world/scenario"
	"detour/world/truth"
)

func small(t testing.TB) *world.World {
	t.Helper()
	p, _ := scenario.Preset("typical")
	p.Extent.Goods, p.Extent.Hubs = 25, 8
	w, err := world.New(p, 4)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// What is written is recognised by one format, and read back as what the reporters state, nothing set aside.
func TestPublishedFilesAreReadBack(t *testing.T) {
	w, dir := small(t), t.TempDir()
	published, err := files.WriteAll(dir, w)
	if err != nil {
		t.Fatal(err)
	}
	if len(published) != 4 {
		t.Fatalf("published %v, want two releases of two files", published)
	}
	formats := append(comext.Formats(), comtrade.Formats()...)
	for i, r := range files.Releases(w) {
		var got sink
		for _, path := range published[2*i : 2*i+2] {
			if filepath.Base(filepath.Dir(path)) != r.Stamp || !strings.HasPrefix(filepath.Base(path), "simulated_") {
				t.Errorf("the release of %s lies in %s", r.Stamp, path)
			}
			got.read(t, formats, path)
		}
		var want []flow.Flow
		for _, f := range slices.Concat(slices.Collect(w.Flows(r.Release, w.Members()...)), slices.Collect(w.Flows(r.Release, w.Others()...))) {
			if slices.Contains(w.Members(), f.Reporter) {
				f.Part = "proc:1;type:E"
			}
			want = append(want, f)
		}
		if len(want) < 10_000 {
			t.Errorf("only %d flows", len(want))
		}
		if !slices.Equal(got.flows, want) {
			t.Errorf("release %s: %d flows are read back, %d were stated, or they differ", r.Stamp, len(got.flows), len(want))
		}
	}
}

// Each row of the BACI files is the mean of what both sides state of the year, imports less 6% freight, or what
// one does, worked out here from the flows of all reporters, at the year's monthly rates. Figures are rounded to the dollar.
func TestBACIReconcilesBothSides(t *testing.T) {
	w := small(t)
	paths, err := files.WriteBACI(t.TempDir(), w)
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) != 5 { // 2018-03 to 2024-02 has five whole years
		t.Fatalf("files %v", paths)
	}
	want := map[flow.Key][2]float64{}
	for f := range w.Flows(world.Final) {
		if f.Confidential || f.Period.Year() < 2019 || f.Period.Year() > 2023 {
			continue
		}
		usd, err := money.Embedded().Convert(f.Value.N, f.Currency, "USD", f.Period)
		if err != nil {
			t.Fatal(err)
		}
		k := flow.Key{Reporter: f.Reporter, Partner: f.Partner, Direction: flow.Export, Nomenclature: "HS2022", Goods: f.Goods.Prefix(6), Period: period.Year(f.Period.Year())}
		if f.Period.Year() < 2022 {
			k.Nomenclature = "HS2017"
		}
		side, value := 0, float64(usd)/100
		if f.Direction == flow.Import {
			k.Reporter, k.Partner, side, value = f.Partner, f.Reporter, 1, value/1.06
		}
		both := want[k]
		both[side] += value
		want[k] = both
	}
	var got sink
	for _, path := range paths {
		got.read(t, baci.Formats(), path)
	}
	for _, f := range got.flows {
		both := want[f.Key]
		expected := both[0] + both[1]
		if both[0] > 0 && both[1] > 0 {
			expected /= 2
		}
		if math.Abs(float64(f.Value.N)/100-expected) > 0.51 {
			t.Fatalf("%+v, want USD %.2f of %v", f, expected, both)
		}
	}
	if len(got.flows) != len(want) || len(want) < 1000 {
		t.Errorf("%d cells are read back, %d are stated", len(got.flows), len(want))
	}
}

// sink keeps what is decoded.
type sink struct {
	t     *testing.T
	flows []flow.Flow
}

func (s *sink) read(t *testing.T, formats []source.Format, path string) {
	t.Helper()
	s.t = t
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	name, read := filepath.Base(path), 0
	for _, f := range formats {
		if f.Recognise(name, text[:min(len(text), source.HeadSize)]) {
			read++
			if _, err := f.Decode(t.Context(), source.Input{Name: name, Size: int64(len(text)), R: bytes.NewReader(text)}, s); err != nil {
				t.Fatal(err)
			}
		}
	}
	if read != 1 {
		t.Fatalf("%s is recognised by %d formats", name, read)
	}
}

func (s *sink) Flows(batch []flow.Flow) error {
	s.flows = append(s.flows, batch...)
	return nil
}

func (s *sink) Reject(r source.Reject) error {
	s.t.Errorf("line %d is set aside: %s", r.Line, r.Reason)
	return nil
}

func (s *sink) Progress(int64) {}

// A world that ends with its first release has one release.
func TestReleases(t *testing.T) {
	p, _ := scenario.Preset("typical")
	p.Extent.Goods, p.Statistics.FirstRelease = 10, 72
	w, err := world.New(p, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := files.Releases(w), []files.Stamped{{Release: world.Final, Stamp: "2024-03"}}; !slices.Equal(got, want) {
		t.Errorf("releases %v, want %v", got, want)
	}
}

func TestTruthIsReadBack(t *testing.T) {
	known := small(t).Truth()
	var text bytes.Buffer
	if err := truth.Encode(&text, known); err != nil {
		t.Fatal(err)
	}
	got, err := truth.Decode(bytes.NewReader(text.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(known, got); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(text.String(), ": null,\n   \"ghost\"") || bytes.Contains(text.Bytes(), []byte(`"sent": null`)) {
		t.Error("a list is null")
	}
}

// The tables hold the truth's rows, under the columns of the document.
func TestTables(t *testing.T) {
	document, err := os.ReadFile("../../docs/format/world-truth.md")
	if err != nil {
		t.Fatal(err)
	}
	known, dir := small(t).Truth(), t.TempDir()
	if err := files.WriteTruth(dir, known); err != nil {
		t.Fatal(err)
	}
	moves := 0
	for _, h := range known.Happenings {
		moves += len(h.Sent) + len(h.Received)
	}
	for name, want := range map[string]int{
		"pairs.csv": len(known.Pairs), "happenings.csv": len(known.Happenings), "movements.csv": moves,
		"goods.csv": len(known.Goods), "reporters.csv": len(known.Reporters),
	} {
		file, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(file).ReadAll()
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != want+1 {
			t.Errorf("%s has %d rows, want %d", name, len(rows)-1, want)
		}
		for _, column := range rows[0] {
			if !bytes.Contains(document, []byte(column)) {
				t.Errorf("%s has a column %s that the document does not know", name, column)
			}
		}
	}
}

// A folder that cannot be made is unavailable.
func TestWriteAllRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := files.WriteAll(file, small(t)); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("error %v, want unavailable", err)
	}
}
