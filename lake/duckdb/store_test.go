package duckdb_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"detour/fault"
	"detour/lake"
	"detour/lake/duckdb"
	"detour/lake/segment"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/trade/provenance"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wide is a release of one row for each of so many goods, in random order of the goods, so that its rows are
// neither sorted nor proved distinct by their order.
type wide struct{ rows int }

const dataset = "office/trade"

// code gives the goods of row i: all codes are different, and their order is not the rows'.
func (w wide) code(i int) goods.Code {
	return goods.Code(fmt.Sprintf("%08d", (i*7919)%w.rows)) // 7919 is prime to the sizes used
}

func (w wide) flows(from, to int) []flow.Flow {
	var out []flow.Flow
	for i := from; i < to; i++ {
		out = append(out, flow.Flow{Key: flow.Key{Reporter: "DE", Partner: area.Code("P" + string(rune('A'+i%20))), Direction: flow.Export, Nomenclature: goods.CN,
			Goods: w.code(i), Period: 202201}, Currency: money.EUR, Value: flow.Some(int64(i))})
	}
	return out
}

func (w wide) bring(t *testing.T, s lake.Store) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "raw")
	must(t, os.WriteFile(path, fmt.Appendf(nil, "%+v", w), 0o600))
	raw, err := segment.Digest(path)
	must(t, err)
	imp, err := s.Begin(t.Context())
	must(t, err)
	defer func() { must(t, imp.Abort()) }()
	to, err := imp.Write(t.Context(), lake.File{Path: path, Bytes: raw, Format: "test"})
	must(t, err)
	defer to.Discard()
	must(t, to.Reject(lake.Quarantined{Line: 1, Reason: "a reason", Raw: "a row"}))
	for at := 0; at < w.rows; at += 10_000 {
		must(t, to.Flows(w.flows(at, min(at+10_000, w.rows))))
	}
	_, err = to.Seal(t.Context(), provenance.Vintage{Source: "office", Dataset: "trade", Stamp: "2022-05"},
		[]flow.Block{{Direction: flow.Export, Nomenclature: goods.CN, Levels: []int{8}, Periods: []period.Period{202201}, Measures: []flow.Measure{flow.Value}}})
	must(t, err)
	_, err = imp.Commit(t.Context())
	must(t, err)
}

func newest(t *testing.T, s lake.Store) *lake.Snapshot {
	t.Helper()
	snap, err := s.Snapshot(t.Context(), "", "")
	must(t, err)
	return snap
}

func byGoods() lake.Query {
	return lake.Query{Dataset: dataset, Direction: flow.Export, Goods: lake.GoodsFilter{Level: 8}, Windows: []lake.Window{{Periods: []period.Period{202201}}},
		By: []lake.Dimension{lake.ByGoods, lake.ByPartner}, Measures: []flow.Measure{flow.Value}}
}

// Groups and an export that do not fit in the memory given go through a folder of the store's own, which
// goes with it.
func TestSpill(t *testing.T) {
	if testing.Short() {
		t.Skip("writes half a million rows")
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Chdir(t.TempDir()) // the engine's own choice would be a folder here
	w := wide{rows: 500_000}
	dir := filepath.Join(t.TempDir(), "lake")
	loader := create(t, dir)
	w.bring(t, loader)

	s, err := duckdb.Create(dir, duckdb.Options{Memory: "40MB", Threads: 2})
	must(t, err)
	groups, sum := 0, int64(0)
	spilt := watch(temp)
	must(t, s.Sum(t.Context(), newest(t, s), byGoods(), func(r *lake.Row) error {
		groups++
		sum += r.Sums[0].N
		return nil
	}))
	if n := int64(w.rows); groups != w.rows || sum != n*(n-1)/2 {
		t.Errorf("%d groups with sum %d", groups, sum)
	}
	if !spilt() {
		t.Error("the sum fitted in memory, so it tells nothing of spilling")
	}
	out := filepath.Join(t.TempDir(), "flows.csv")
	must(t, s.Export(t.Context(), newest(t, s), out, lake.CSVFile))
	expectSorted(t, out, w.rows)
	must(t, s.Close())
	must(t, loader.Close())
	if left, _ := filepath.Glob(filepath.Join(temp, "*")); len(left) != 0 {
		t.Errorf("a closed store left %q", left)
	}
	if here, _ := filepath.Glob("*"); len(here) != 0 {
		t.Errorf("the engine wrote to the working folder: %q", here)
	}
}

// watch looks for files in the folders of dir until it is asked whether it has seen any.
func watch(dir string) (seen func() bool) {
	stop, found := make(chan struct{}), make(chan bool)
	go func() {
		var names []string
		for {
			select {
			case <-stop:
				found <- len(names) > 0
				return
			case <-time.After(time.Millisecond):
				if len(names) == 0 {
					names, _ = filepath.Glob(filepath.Join(dir, "*", "*")) // the pattern is well formed
				}
			}
		}
	}()
	return func() bool { close(stop); return <-found }
}

// expectSorted wants as many lines, in ascending order: the engine may reorder rows at will wherever it is
// not told otherwise.
func expectSorted(t *testing.T, name string, rows int) {
	t.Helper()
	f, err := os.Open(name)
	must(t, err)
	defer f.Close()
	lines, n, before := bufio.NewScanner(f), 0, ""
	lines.Scan() // the header
	for lines.Scan() {
		if n++; lines.Text() <= before {
			t.Fatalf("row %d is out of order: %s after %s", n, lines.Text(), before)
		}
		before = lines.Text()
	}
	if n != rows {
		t.Errorf("%d rows exported, %d held", n, rows)
	}
}

func TestVerifyAndDamage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lake")
	s := create(t, dir)
	wide{rows: 100}.bring(t, s)
	snap := newest(t, s)
	seg := snap.Segments[0]
	for _, file := range []string{"segments/" + seg.SHA256 + ".parquet", "raw/" + seg.Raw.SHA256, "quarantine/" + seg.Quarantine.SHA256 + ".jsonl", "manifests/" + string(snap.Version) + ".json"} {
		whole, err := os.ReadFile(filepath.Join(dir, file))
		must(t, err)
		flipped := slices.Clone(whole)
		flipped[len(flipped)/2] ^= 4
		must(t, os.WriteFile(filepath.Join(dir, file), flipped, 0o600))
		var found []string
		must(t, s.Verify(t.Context(), snap, func(d lake.Damage) { found = append(found, d.File) }))
		if !slices.Equal(found, []string{file}) {
			t.Errorf("damaged %q, found %q", file, found)
		}
		must(t, os.WriteFile(filepath.Join(dir, file), whole, 0o600))
	}
}

// Two processes, or two stores in one: the lock is the lake's, and each reads what the other has committed.
func TestTwoStores(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lake")
	if _, err := duckdb.Open(dir, duckdb.Options{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("opening no lake: %v", err)
	}
	a := create(t, dir)
	b, err := duckdb.Open(dir, duckdb.Options{Threads: 1})
	must(t, err)
	defer b.Close()
	imp, err := a.Begin(t.Context())
	must(t, err)
	if _, err := b.Begin(t.Context()); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), dir) {
		t.Errorf("an import beside another: %v", err)
	}
	must(t, imp.Abort())
	wide{rows: 100}.bring(t, a)
	if got, want := newest(t, b).Version, newest(t, a).Version; got != want {
		t.Errorf("the other store reads version %s, not %s", got, want)
	}
	n := 0
	must(t, b.Sum(t.Context(), newest(t, b), byGoods(), func(*lake.Row) error { n++; return nil }))
	if n != 100 {
		t.Errorf("%d groups", n)
	}
}

// A file that repeats another of its release leaves nothing but its own name, also where that takes more
// than one row group, and nothing stays in staging.
func TestRestatedWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lake")
	s := create(t, dir)
	wide{rows: 30_000}.bring(t, s)
	path := filepath.Join(t.TempDir(), "raw")
	must(t, os.WriteFile(path, []byte("other bytes"), 0o600))
	raw, err := segment.Digest(path)
	must(t, err)
	imp, err := s.Begin(t.Context())
	must(t, err)
	defer func() { must(t, imp.Abort()) }()
	to, err := imp.Write(t.Context(), lake.File{Path: path, Bytes: raw, Format: "test"})
	must(t, err)
	more := wide{rows: 30_000}.flows(0, 30_000)
	slices.Reverse(more)
	extra := more[0]
	extra.Partner = "XX"
	must(t, to.Flows(append(more, extra)))
	first := newest(t, s).Segments[0]
	out, err := to.Seal(t.Context(), first.Vintage, first.Coverage)
	must(t, err)
	if want := (lake.Outcome{Read: 30_001, Kept: 1, Held: 30_000}); out != want {
		t.Errorf("outcome %+v, want %+v", out, want)
	}
	_, err = imp.Commit(t.Context())
	must(t, err)
	left, err := os.ReadDir(filepath.Join(dir, "staging"))
	must(t, err)
	if len(left) != 0 {
		t.Errorf("staging holds %v", left)
	}
}
