package segment

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"pgregory.net/rapid"

	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/trade/provenance"
)

func create(t *testing.T) *Folder {
	t.Helper()
	f, err := Create(filepath.Join(t.TempDir(), "lake"))
	must(t, err)
	return f
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o600))
}

func export(reporter, partner area.Code, code goods.Code, when period.Period, cents int64) flow.Flow {
	return flow.Flow{Key: flow.Key{Reporter: reporter, Partner: partner, Direction: flow.Export, Nomenclature: goods.CN, Goods: code, Period: when},
		Currency: money.EUR, Value: flow.Some(cents)}
}

func TestCreateAndOpen(t *testing.T) {
	root := t.TempDir()
	if _, err := Open(filepath.Join(root, "none")); fault.KindOf(err) != fault.NotFound || fault.HintOf(err) == "" {
		t.Errorf("opening nothing: %v", err)
	}
	full := filepath.Join(root, "full")
	must(t, os.Mkdir(full, 0o700))
	write(t, filepath.Join(full, "thesis.doc"), "years of work")
	if _, err := Create(full); fault.KindOf(err) != fault.BadInput {
		t.Errorf("a lake over somebody's files: %v", err)
	}
	cut := filepath.Join(root, "cut off")
	must(t, os.MkdirAll(filepath.Join(cut, "manifests"), 0o700))
	write(t, filepath.Join(cut, "lock"), "")
	f, err := Create(cut) // its making was cut off before HEAD
	must(t, err)
	v, err := f.Head()
	must(t, err)
	m, err := f.Manifest(v)
	must(t, err)
	if len(m.Segments) != 0 {
		t.Errorf("a new lake holds %v", m.Segments)
	}
	next, err := f.Publish(lake.Manifest{}.With([]lake.Segment{{Format: "x", Vintage: provenance.Vintage{Stamp: "2022-05"}}}))
	must(t, err)
	again, err := Create(cut)
	must(t, err)
	if now, _ := again.Head(); now != next {
		t.Errorf("creating over a lake made it %s, it was %s", now, next)
	}
	for _, bad := range []lake.Version{"", "../HEAD", "0123456789abcdef"} {
		if _, err := f.Manifest(bad); fault.KindOf(err) != fault.NotFound {
			t.Errorf("version %q: %v", bad, err)
		}
	}
}

// One who found the folder empty and comes to lay the first manifest must not undo what another has
// imported meanwhile.
func TestCreateBesideAnImport(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lake")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := Create(dir); err != nil && fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	f, err := Open(dir)
	must(t, err)
	v, err := f.Publish(lake.Manifest{}.With([]lake.Segment{{Format: "x", Vintage: provenance.Vintage{Stamp: "2022-05"}}}))
	must(t, err)
	late, err := furnish(dir)
	must(t, err)
	if now, _ := late.Head(); now != v {
		t.Errorf("a late comer made the lake %s, it was %s", now, v)
	}
}

func TestLock(t *testing.T) {
	f := create(t)
	unlock, err := f.Lock()
	must(t, err)
	if _, err := f.Lock(); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a second lock: %v", err)
	}
	must(t, unlock())
	unlock, err = f.Lock()
	must(t, err)
	must(t, unlock())
}

func TestWriterCounts(t *testing.T) {
	f := create(t)
	w, err := f.NewWriter()
	must(t, err)
	dollars, mass, secret := export("DE", "KG", "85171300", 202201, 5), export("DE", "UZ", "85171300", 202201, 0), export("AT", "KZ", "85XXXXXX", 202201, 1)
	dollars.Currency, dollars.Part = "USD", "proc:1" // in the middle of a reporter's month
	mass.Currency, mass.Value, mass.NetMass, mass.Quantity = "", flow.Number{}, flow.Some(3), flow.Some(4)
	secret.Confidential = true
	must(t, w.Append([]flow.Flow{export("DE", "KZ", "85171300", 202201, 5), dollars, mass}))
	must(t, w.Append([]flow.Flow{export("DE", "KZ", "85171300", 202202, 5), secret, export("DE", "AM", "85171300", 202201, 1)}))
	_, seg, err := w.Close()
	must(t, err)
	must(t, w.Keep(f, seg))
	want := []lake.Count{
		{Reporter: "AT", Direction: flow.Export, Period: 202201, Values: 1, Totals: 1, Confidential: 1},
		{Reporter: "DE", Direction: flow.Export, Period: 202201, Values: 5, Totals: 4},
		{Reporter: "DE", Direction: flow.Export, Period: 202202, Values: 1, Totals: 1},
	}
	if !slices.Equal(seg.Counts, want) {
		t.Errorf("counts\n got %+v\nwant %+v", seg.Counts, want)
	}
	if !slices.Equal(seg.Currencies, []string{"EUR", "USD"}) {
		t.Errorf("currencies %q", seg.Currencies)
	}
	if b, err := Digest(f.SegmentPath(seg.SHA256)); err != nil || b.SHA256 != seg.SHA256 || b.Size != seg.Size || seg.Rows != 6 {
		t.Errorf("the segment says %+v, its bytes are %+v (%v)", seg, b, err)
	}
	expectStaging(t, f)
}

func expectStaging(t *testing.T, f *Folder, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(f.Path("staging", ""))
	must(t, err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("staging holds %q, want %q", got, want)
	}
}

func TestEqualRowsAreEqualBytes(t *testing.T) {
	f := create(t)
	var rows []flow.Flow
	for i := range 3 * batchRows {
		rows = append(rows, export("DE", area.Code([]string{"AM", "KG", "KZ"}[i/batchRows]), "85171300", period.Month(1900+i%1000, 1+i%12), int64(i)))
	}
	var shas []string
	for _, batch := range []int{len(rows), 1000} {
		w, err := f.NewWriter()
		must(t, err)
		for part := range slices.Chunk(rows, batch) {
			must(t, w.Append(part))
		}
		_, seg, err := w.Close()
		must(t, err)
		w.Discard()
		shas = append(shas, seg.SHA256)
	}
	if shas[0] != shas[1] {
		t.Errorf("the same rows are %s and %s", shas[0], shas[1])
	}
	expectStaging(t, f)
}

// What a group states of its least and greatest text, by which readers pass it over, holds for every row of it: also for
// rows whose text is empty, and for texts first used after others were written.
func TestStatedBounds(t *testing.T) {
	f := create(t)
	w, err := f.NewWriter()
	must(t, err)
	rows := make([]flow.Flow, batchRows+1)
	for i := range rows {
		rows[i] = export("DE", "KZ", "85171300", 202201, int64(i))
		rows[i].Part = "proc:1"
	}
	rows[0].Part, rows[batchRows].Part = "", "zone:9"
	must(t, w.Append(rows))
	path, _, err := w.Close()
	must(t, err)
	defer w.Discard()
	in, err := file.OpenParquetFile(path, false)
	must(t, err)
	defer in.Close()
	for i, name := range textColumns {
		c, err := in.MetaData().RowGroup(0).ColumnChunk(i)
		must(t, err)
		s, err := c.Statistics()
		must(t, err)
		bounds := [2]string{string(s.EncodeMin()), string(s.EncodeMax())}
		want := map[string][2]string{"reporter": {"DE", "DE"}, "goods": {"85171300", "85171300"}, "part": {"", "zone:9"}, "unit": {"", ""}}
		if b, asked := want[name]; asked && (bounds != b || !s.HasMinMax()) {
			t.Errorf("%s: bounds %q, want %q", name, bounds, b)
		}
	}
}

// A column of texts comes back as it was written, also where every row has another, so that its dictionary is large and
// its group has several pages, and where the group is not the first.
func TestTextsComeBack(t *testing.T) {
	if testing.Short() {
		t.Skip("writes two groups of rows")
	}
	f := create(t)
	w, err := f.NewWriter()
	must(t, err)
	batch, part := make([]flow.Flow, batchRows), func(i int) string { return "zone:" + strconv.Itoa(i) }
	for at := 0; at < groupRows+batchRows; at += batchRows {
		for i := range batch {
			batch[i] = export("DE", "KZ", "85171300", 202201, 1)
			batch[i].Part = part(at + i)
		}
		must(t, w.Append(batch))
	}
	path, _, err := w.Close()
	must(t, err)
	defer w.Discard()
	in, err := file.OpenParquetFile(path, false)
	must(t, err)
	defer in.Close()
	read := 0
	for g := range in.NumRowGroups() {
		column, err := in.RowGroup(g).Column(slices.Index(textColumns[:], "part"))
		must(t, err)
		got := make([]parquet.ByteArray, batchRows)
		for column.HasNext() {
			n, _, err := column.(*file.ByteArrayColumnChunkReader).ReadBatch(batchRows, got, nil, nil)
			must(t, err)
			for i, b := range got[:n] {
				if string(b) != part(read+i) {
					t.Fatalf("row %d has the part %q", read+i, b)
				}
			}
			read += int(n)
		}
	}
	if read != groupRows+batchRows || in.NumRowGroups() != 2 {
		t.Errorf("%d rows in %d groups came back", read, in.NumRowGroups())
	}
}

// It is proved that no cell is stated twice if and only if none is, whatever the order of the rows: no two of the
// cells here share a fingerprint.
func TestDistinctIsProof(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
		var cells fingerprints
		keys, rows := map[flow.Key]bool{}, rapid.IntRange(0, 8).Draw(t, "rows")
		for range rows {
			k := flow.Key{Reporter: area.Code(pick("reporter", "AT", "ATD")), Partner: area.Code(pick("partner", "KG", "DKG", "")), Goods: goods.Code(pick("goods", "85", "8517130085", "85171300")),
				Period: period.Period(rapid.SampledFrom([]int{202200, 202201}).Draw(t, "period")), Direction: flow.Direction(pick("direction", "M", "X")),
				Nomenclature: goods.Nomenclature(pick("nomenclature", "CN", "HS2022")), Part: pick("part", "", "proc:1;type:E", "proc:1;type:I", "85")}
			cells.add(&k)
			keys[k] = true
		}
		if cells.distinct() != (len(keys) == rows) {
			t.Fatalf("%d cells in %d rows: distinct is %t", len(keys), rows, cells.distinct())
		}
	})
}

// The keys of a large file, which differ in little, have fingerprints that are spread over all rooms and do not meet.
func TestFingerprintsSpread(t *testing.T) {
	var cells fingerprints
	const reporters, codes, periods = 26, 1000, 12
	for r := range reporters {
		for c := range codes {
			for p := range periods {
				cells.add(&flow.Key{Reporter: area.Code([]byte{'A', byte('A' + r)}), Partner: "KG", Direction: flow.Export, Nomenclature: goods.CN,
					Goods: goods.Code(strconv.Itoa(85171300 + c)), Period: period.Month(2022, 1+p)})
			}
		}
	}
	if !cells.distinct() {
		t.Error("two cells share a fingerprint")
	}
	for i, room := range cells.rooms {
		// 1,219 are expected, of standard deviation 35: six of them are met by chance once in a billion rooms.
		if want := float64(reporters*codes*periods) / float64(len(cells.rooms)); math.Abs(float64(len(room))-want) > 6*math.Sqrt(want) {
			t.Errorf("room %d holds %d fingerprints, about %.0f are expected", i, len(room), want)
		}
	}
}

// Beyond the limit nothing is proved, and nothing kept.
func TestFingerprintsEnd(t *testing.T) {
	cells := fingerprints{n: fingerprintLimit - 2}
	for i := range 2 {
		cells.add(&flow.Key{Period: period.Period(i)})
		kept := 0
		for _, room := range cells.rooms {
			kept += len(room)
		}
		if proved := i == 0; cells.distinct() != proved || kept != 1-i {
			t.Errorf("after %d rows: distinct %t, %d kept", cells.n, cells.distinct(), kept)
		}
	}
}

func TestKeepRaw(t *testing.T) {
	f := create(t)
	path := filepath.Join(t.TempDir(), "full_202401.dat")
	write(t, path, "DE,KZ,1")
	b, err := Digest(path)
	must(t, err)
	if b.Name != "full_202401.dat" || b.Size != 7 {
		t.Errorf("digest %+v", b)
	}
	write(t, path, "DE,KZ,2") // as long as before
	if err := f.KeepRaw(path, b); fault.KindOf(err) != fault.Conflict || fault.HintOf(err) == "" {
		t.Errorf("a file that changed since it was read: %v", err)
	}
	if _, err := os.Stat(f.RawPath(b.SHA256)); !errors.Is(err, os.ErrNotExist) {
		t.Error("bytes were kept under a name that is not theirs")
	}
	write(t, path, "DE,KZ,1")
	must(t, f.KeepRaw(path, b))
	must(t, os.Remove(path))
	must(t, f.KeepRaw(path, b)) // they are there: the file is not read again
	if kept, _ := os.ReadFile(f.RawPath(b.SHA256)); string(kept) != "DE,KZ,1" {
		t.Errorf("kept %q", kept)
	}
	if _, err := Digest(path); fault.KindOf(err) != fault.NotFound {
		t.Errorf("digest of no file: %v", err)
	}
	expectStaging(t, f)
}

// keep lays a segment with raw file and quarantine down and publishes it.
func keep(t *testing.T, f *Folder) (lake.File, lake.Segment, lake.Version) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "raw.csv")
	write(t, path, "the file as imported")
	b, err := Digest(path)
	must(t, err)
	must(t, f.KeepRaw(path, b))
	w, err := f.NewWriter()
	must(t, err)
	must(t, w.Append([]flow.Flow{export("DE", "KZ", "85171300", 202201, 5)}))
	_, seg, err := w.Close()
	must(t, err)
	must(t, w.Keep(f, seg))
	q, err := f.NewQuarantine()
	must(t, err)
	must(t, q.Add(lake.Quarantined{Line: 2, Reason: "a reason", Raw: "a row"}))
	seg.Raw, seg.Format, seg.Vintage = b, "test", provenance.Vintage{Source: "office", Dataset: "trade", Stamp: "2022-05"}
	seg.Quarantine, err = q.Keep(f)
	must(t, err)
	v, err := f.Publish(lake.Manifest{}.With([]lake.Segment{seg}))
	must(t, err)
	return lake.File{Path: path, Bytes: b, Format: "test"}, seg, v
}

func TestVerifyFindsEveryFlippedByte(t *testing.T) {
	f := create(t)
	_, seg, v := keep(t, f)
	expect := func(want ...string) {
		t.Helper()
		var got []string
		must(t, f.Verify(t.Context(), []lake.Segment{seg, seg}, func(d lake.Damage) { got = append(got, d.File) }))
		if !slices.Equal(got, want) {
			t.Errorf("damaged %q, want %q", got, want)
		}
	}
	expect()
	for _, path := range []string{f.SegmentPath(seg.SHA256), f.RawPath(seg.Raw.SHA256), f.QuarantinePath(seg.Quarantine.SHA256), f.Path("manifests", string(v)+".json")} {
		whole, err := os.ReadFile(path)
		must(t, err)
		rel, _ := filepath.Rel(f.dir, path)
		for at := 0; at < len(whole); at += 1 + len(whole)/20 {
			flipped := slices.Clone(whole)
			flipped[at] ^= 1 << (at % 8)
			write(t, path, string(flipped))
			expect(rel)
		}
		write(t, path, string(whole[:len(whole)-1]))
		expect(rel)
		must(t, os.Remove(path))
		if filepath.Dir(rel) != "manifests" { // a manifest nobody names is none
			expect(rel)
		}
		write(t, path, string(whole))
		expect()
	}
}

func TestADamagedManifestIsRefused(t *testing.T) {
	f := create(t)
	_, seg, v := keep(t, f)
	path := f.Path("manifests", string(v)+".json")
	whole, err := os.ReadFile(path)
	must(t, err)
	write(t, path, strings.Replace(string(whole), seg.Vintage.Stamp, "2022-06", 1)) // still a manifest, of another lake
	if _, err := f.Manifest(v); fault.KindOf(err) != fault.Internal || fault.HintOf(err) == "" {
		t.Errorf("a manifest that its version does not name: %v", err)
	}
	seg.Vintage.Stamp = "May" // which a decoder of another program may have written
	v, err = f.Publish(lake.Manifest{}.With([]lake.Segment{seg}))
	must(t, err)
	if _, err := f.Manifest(v); fault.KindOf(err) != fault.Internal || !strings.Contains(err.Error(), `"May"`) {
		t.Errorf("a stamp that does not order: %v", err)
	}
}

func TestStaged(t *testing.T) {
	f := create(t)
	file, seg, _ := keep(t, f)
	if _, ok := f.Staged(file); ok {
		t.Error("found what was never staged")
	}
	want := Staged{Beside: []string{"another"}, Segment: seg, Outcome: lake.Outcome{Read: 2, Kept: 1, Quarantined: 1}}
	must(t, f.Stage(file, want))
	got, ok := f.Staged(file)
	if !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("staged %+v, %t", got, ok)
	}
	for _, other := range []lake.File{{Bytes: file.Bytes, Format: "other"}, {Bytes: file.Bytes, Format: "test", Stamp: "2022-06"}, {Bytes: provenance.Bytes{SHA256: "x"}, Format: "test"}} {
		if _, ok := f.Staged(other); ok {
			t.Errorf("found as %+v", other)
		}
	}
	must(t, os.Remove(f.QuarantinePath(seg.Quarantine.SHA256)))
	if _, ok := f.Staged(file); ok {
		t.Error("found without its quarantine")
	}
	later := seg
	later.Vintage.Stamp = "2022-06"
	f.Unstage(lake.Manifest{}.With([]lake.Segment{later})) // the same bytes as another release
	if _, ok := readStaged(f.stagedPath(file)); !ok {
		t.Error("the note of what was not committed is gone")
	}
	write(t, f.Path("staging", "broken.json"), "{")
	f.Unstage(lake.Manifest{}.With([]lake.Segment{later, seg}))
	expectStaging(t, f)
}

// What a killed import was writing goes, and what it had sealed stays while a note names it.
func TestTidy(t *testing.T) {
	f := create(t)
	for _, kind := range []string{"segment", "raw", "quarantine", "HEAD", "0123.json"} {
		tmp, err := f.temp(kind)
		must(t, err)
		must(t, tmp.Close())
	}
	file, seg, v := keep(t, f)
	committed, err := f.Manifest(v)
	must(t, err)
	in := func(what string, m lake.Manifest, want bool) {
		t.Helper()
		f.Tidy(m)
		for _, p := range f.files(seg) {
			if _, err := os.Stat(p.path); (err == nil) != want {
				t.Errorf("%s: %s is there: %t", what, p.path, err == nil)
			}
		}
	}
	in("named by the newest manifest", committed, true)
	in("named by an older manifest", lake.Manifest{}, true)
	must(t, os.Remove(f.Path("manifests", string(v)+".json")))
	must(t, f.Stage(file, Staged{Segment: seg}))
	in("named by a note", lake.Manifest{}, true)
	expectStaging(t, f, filepath.Base(f.stagedPath(file)))
	must(t, os.Remove(f.stagedPath(file)))
	write(t, f.Path("manifests", "damaged.json"), "{")
	in("named perhaps by a damaged manifest", lake.Manifest{}, true)
	must(t, os.Remove(f.Path("manifests", "damaged.json")))
	in("named by nobody", lake.Manifest{}, false)
	expectStaging(t, f)
}

func TestQuarantineWithoutRows(t *testing.T) {
	f := create(t)
	q, err := f.NewQuarantine()
	must(t, err)
	if got, err := q.Keep(f); err != nil || got != (lake.Quarantine{}) {
		t.Errorf("kept %+v, %v", got, err)
	}
	expectStaging(t, f)
}
