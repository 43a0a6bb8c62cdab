package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"detour/lake"
	"detour/lake/duckdb"
	"detour/source/comext"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Imports are killed at random places, some by time and some by how far they have come. Whatever the place,
// the lake must answer as before, and the next import must end with the lake that an undisturbed one makes.
func TestKilledImports(t *testing.T) {
	if testing.Short() {
		t.Skip("imports hundreds of thousands of rows again and again")
	}
	killRounds(t, 3)
}

func TestSoakKilledImports(t *testing.T) {
	if os.Getenv("DETOUR_SOAK") == "" {
		t.Skip("set DETOUR_SOAK=1, or `make soak`")
	}
	killRounds(t, 100)
}

// The files of the import: a release of four months, one of which comes in no order, and a file that restates
// half a month, now and then with other figures.
const (
	killedRelease = "2024-06-01"
	rowsInFile    = 60_000
)

func killRounds(t *testing.T, rounds int) {
	files := killFiles(t)
	base := filepath.Join(t.TempDir(), "lake")
	importInto(t, base, "2024-05-01", files[0])
	before := answerOf(t, base)

	whole := copyOf(t, base)
	start := time.Now()
	importInto(t, whole, killedRelease, files...)
	took, after := time.Since(start), answerOf(t, whole)
	if before.version == after.version || slices.Equal(before.sums, after.sums) {
		t.Fatal("the import changes nothing, so no round could tell whether it was seen")
	}

	cut, resumed := 0, 0
	for n := range rounds {
		r := killRound{rand: rand.New(rand.NewPCG(2022, uint64(n))), byProgress: n%2 == 0, lake: copyOf(t, base), files: files, took: took, before: before, after: after}
		r.kill(t)
		notes := r.check(t)
		r.resume(t, notes, filesOf(t, whole))
		if notes >= 0 {
			cut, resumed = cut+1, resumed+notes
		}
		if t.Failed() {
			t.Fatalf("round %d: %d notes", n, notes)
		}
		must(t, os.RemoveAll(r.lake))
	}
	t.Logf("%d rounds: %d imports cut off, %d files resumed; undisturbed %v", rounds, cut, resumed, took)
	if cut == 0 || resumed == 0 {
		t.Errorf("of %d imports %d were cut off, with %d files to resume: the rounds prove nothing", rounds, cut, resumed)
	}
}

type killRound struct {
	rand          *rand.Rand
	byProgress    bool
	lake          string
	files         []string
	took          time.Duration
	before, after answer
}

// kill starts an import and ends it at a random place, while a reader asks on.
func (r *killRound) kill(t *testing.T) {
	t.Helper()
	child := command(t, r.lake, killedRelease, r.files...)
	must(t, child.Start())
	ended, cancel := context.WithCancel(t.Context())
	go func() {
		_ = child.Wait() // it is killed, or ends
		cancel()
	}()
	read := make(chan error, 1)
	go func() { read <- r.readUntil(ended) }()
	r.wait(ended)
	_ = child.Process.Kill() // it may have ended
	<-ended.Done()
	if err := <-read; err != nil {
		t.Error(err)
	}
}

// wait lasts until the place where the import is to be killed, or until it has ended.
func (r *killRound) wait(ended context.Context) {
	pause := time.Duration(r.rand.Int64N(int64(r.took * 3 / 2))) // the reader slows the import down
	if r.byProgress {
		notes := 1 + r.rand.IntN(len(r.files))
		for ended.Err() == nil && len(notesIn(r.lake)) < notes {
			time.Sleep(time.Millisecond)
		}
		pause = time.Duration(r.rand.Int64N(int64(r.took)/int64(2*len(r.files))) * r.rand.Int64N(2)) // at once, or within the next file
	}
	select {
	case <-ended.Done():
	case <-time.After(pause):
	}
}

// readUntil asks on; each answer must be the older one, whole, or the newer one.
func (r *killRound) readUntil(ended context.Context) error {
	for ended.Err() == nil {
		got, err := ask(context.WithoutCancel(ended), r.lake)
		if err != nil {
			return fmt.Errorf("reading beside an import: %w", err)
		}
		if !got.equal(r.before) && !got.equal(r.after) {
			return fmt.Errorf("beside an import the lake was %s with %q", got.version, got.sums)
		}
	}
	return nil
}

// check looks at the lake after the kill and gives the number of files that can be resumed, or -1 if the
// import had been committed.
func (r *killRound) check(t *testing.T) int {
	t.Helper()
	got := answerOf(t, r.lake)
	if got.equal(r.after) {
		return -1
	}
	if !got.equal(r.before) {
		t.Errorf("killed, the lake is %s with %q; before it was %s with %q", got.version, got.sums, r.before.version, r.before.sums)
	}
	return len(notesIn(r.lake))
}

// resume imports again and holds the lake against one that was never disturbed, file by file.
func (r *killRound) resume(t *testing.T, notes int, want []string) {
	t.Helper()
	states := importInto(t, r.lake, killedRelease, r.files...)
	expected := map[string]int{"resumed": notes, "imported": len(r.files) - notes}
	if notes < 0 {
		expected = map[string]int{"held": len(r.files)}
	}
	maps.DeleteFunc(expected, func(_ string, n int) bool { return n == 0 })
	if !maps.Equal(states, expected) {
		t.Errorf("the next import found %v, want %v", states, expected)
	}
	if got := answerOf(t, r.lake); !got.equal(r.after) {
		t.Errorf("resumed, the lake is %s with %q; undisturbed it is %s with %q", got.version, got.sums, r.after.version, r.after.sums)
	}
	if got := filesOf(t, r.lake); !slices.Equal(got, want) {
		t.Errorf("resumed, the lake is made of %q; undisturbed of %q", got, want)
	}
}

// answer is what a lake says.
type answer struct {
	version lake.Version
	sums    []string
}

func (a answer) equal(b answer) bool { return a.version == b.version && slices.Equal(a.sums, b.sums) }

func ask(ctx context.Context, dir string) (a answer, err error) {
	s, err := duckdb.Open(dir, duckdb.Options{Threads: 1})
	if err != nil {
		return a, err
	}
	defer s.Close()
	snap, err := s.Snapshot(ctx, "", "")
	if err != nil {
		return a, err
	}
	a.version = snap.Version
	err = s.Sum(ctx, snap, lake.Query{
		Dataset: "comext/bulk", Direction: flow.Export, Goods: lake.GoodsFilter{Level: 8}, By: []lake.Dimension{lake.ByReporter, lake.ByPeriod},
		Windows: []lake.Window{{Periods: killMonths()}}, Measures: []flow.Measure{flow.NetMass, flow.Value},
	}, func(r *lake.Row) error {
		a.sums = append(a.sums, fmt.Sprint(r.Reporter, r.Period, r.Sums))
		return nil
	})
	slices.Sort(a.sums)
	return a, err
}

// answerOf asks, and proves every byte.
func answerOf(t *testing.T, dir string) answer {
	t.Helper()
	a, err := ask(t.Context(), dir)
	must(t, err)
	s, err := duckdb.Open(dir, duckdb.Options{})
	must(t, err)
	defer s.Close()
	snap, err := s.Snapshot(t.Context(), a.version, "")
	must(t, err)
	must(t, s.Verify(t.Context(), snap, func(d lake.Damage) { t.Errorf("damaged: %+v", d) }))
	return a
}

func command(t *testing.T, dir, release string, files ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command("detour", append([]string{"import", "--json", "--lake", dir, "--vintage", release}, files...)...)
	c.Dir = t.TempDir()
	return c
}

// importInto runs an import to its end and counts the files by what became of them.
func importInto(t *testing.T, dir, release string, files ...string) map[string]int {
	t.Helper()
	c := command(t, dir, release, files...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		t.Fatalf("importing: %v: %s", err, stderr.String())
	}
	var result struct{ Files []struct{ State string } }
	must(t, json.Unmarshal(stdout.Bytes(), &result))
	states := map[string]int{}
	for _, f := range result.Files {
		states[f.State]++
	}
	return states
}

func notesIn(dir string) []string {
	notes, _ := filepath.Glob(filepath.Join(dir, "staging", "*.json")) // the pattern is well formed
	return notes
}

// filesOf lists the lake's files. Most are named by their bytes, so equal lists are equal lakes.
func filesOf(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, strings.TrimPrefix(path, dir))
		}
		return err
	}))
	return out
}

func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "lake")
	must(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func killMonths() []period.Period { return period.Range{From: 202401, To: 202404}.Periods() }

// killFiles writes the files of the import.
func killFiles(t *testing.T) []string {
	t.Helper()
	folder := t.TempDir()
	var paths []string
	add := func(name string, flows []flow.Flow) {
		path := filepath.Join(folder, name)
		f, err := os.Create(path)
		must(t, err)
		must(t, comext.EncodeBulk(f, slices.Values(flows)))
		must(t, f.Close())
		paths = append(paths, path)
	}
	random := rand.New(rand.NewPCG(2022, 2024))
	for i, m := range killMonths() {
		flows := bulkMonth(m)
		if i == 2 {
			random.Shuffle(len(flows), func(a, b int) { flows[a], flows[b] = flows[b], flows[a] })
		}
		add(fmt.Sprintf("full_%d.dat", m), flows)
	}
	again := bulkMonth(killMonths()[1])[:rowsInFile/2]
	for i := 0; i < len(again); i += 1000 {
		again[i].Value.N++
	}
	add("again.dat", again)
	return paths
}

// bulkMonth is a month of exports, in the order of the office's files.
func bulkMonth(m period.Period) []flow.Flow {
	reporters, partners := []area.Code{"AT", "DE", "FR", "NL"}, []area.Code{"AM", "BY", "GE", "KG", "KZ", "UZ"}
	out := make([]flow.Flow, 0, rowsInFile)
	each := rowsInFile / len(reporters) / len(partners)
	for _, r := range reporters {
		for _, p := range partners {
			for n := range each {
				out = append(out, flow.Flow{
					Key:      flow.Key{Reporter: r, Partner: p, Direction: flow.Export, Nomenclature: goods.CN, Goods: goods.Code(fmt.Sprint(84_000_000 + 10*n)), Period: m, Part: comext.BulkPart("E", "1", "")},
					Currency: money.EUR, Value: flow.Some(int64(100 * (n + int(m)))), NetMass: flow.Some(int64(1000 * n)),
				})
			}
		}
	}
	return out
}
