package duckdb_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"detour/fault"
	"detour/lake"
	"detour/lake/duckdb"
)

func none(*lake.Row) error { return nil }

// A segment that is gone or cannot be read is no fault of the question's and none of the program's.
func TestUnreadableSegments(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lake")
	s := create(t, dir)
	wide{rows: 5000}.bring(t, s)
	snap := newest(t, s)
	path := filepath.Join(dir, "segments", snap.Segments[0].SHA256+".parquet")
	whole, err := os.ReadFile(path)
	must(t, err)
	for what, damage := range map[string]func(){
		"absent":       func() { must(t, os.Remove(path)) },
		"a folder":     func() { must(t, os.Remove(path)); must(t, os.Mkdir(path, 0o700)) },
		"empty":        func() { must(t, os.WriteFile(path, nil, 0o600)) },
		"cut short":    func() { must(t, os.WriteFile(path, whole[:len(whole)/2], 0o600)) },
		"another file": func() { must(t, os.WriteFile(path, []byte(strings.Repeat("thesis ", 100)), 0o600)) },
		"with zeros inside": func() {
			must(t, os.WriteFile(path, append(make([]byte, len(whole)-400), whole[len(whole)-400:]...), 0o600))
		},
	} {
		must(t, os.WriteFile(path, whole, 0o600))
		damage()
		fresh, err := duckdb.Open(dir, duckdb.Options{}) // nothing of the file is in memory
		must(t, err)
		for doing, err := range map[string]error{
			"summing":   fresh.Sum(t.Context(), snap, byGoods(), none),
			"exporting": fresh.Export(t.Context(), snap, filepath.Join(t.TempDir(), "x.csv"), lake.CSVFile),
		} {
			if fault.KindOf(err) != fault.Unavailable || !strings.HasPrefix(err.Error(), doing) || !strings.Contains(fault.HintOf(err), "data verify") {
				t.Errorf("%s a segment %s: %s, %v (%s)", doing, what, fault.KindOf(err), err, fault.HintOf(err))
			}
		}
		must(t, fresh.Close())
		must(t, os.RemoveAll(path))
	}
	must(t, os.WriteFile(path, whole, 0o600))
	must(t, s.Sum(t.Context(), snap, byGoods(), none))
}

// More groups than memory and the disk for the rest can hold.
func TestWantOfMemory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lake")
	loader := create(t, dir)
	wide{rows: 200_000}.bring(t, loader)
	s, err := duckdb.Open(dir, duckdb.Options{Memory: "3MB", Threads: 1})
	must(t, err)
	err = s.Sum(t.Context(), newest(t, s), byGoods(), none)
	if fault.KindOf(err) != fault.Unavailable || fault.HintOf(err) == "" {
		t.Errorf("a sum that finds no memory: %s, %v", fault.KindOf(err), err)
	}
	must(t, s.Close())
}

// The context's error is kept wherever the end comes, and the reader's own is handed back.
func TestCancelledMeanwhile(t *testing.T) {
	s := create(t, filepath.Join(t.TempDir(), "lake"))
	wide{rows: 5000}.bring(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Sum(ctx, newest(t, s), byGoods(), func(*lake.Row) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) || fault.KindOf(err) != fault.Unavailable {
		t.Errorf("cancelled while rows are taken: %v", err)
	}
	late, stop := context.WithTimeout(t.Context(), 0)
	defer stop()
	if err := s.Sum(late, newest(t, s), byGoods(), none); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("after the deadline: %v", err)
	}
}

// The text of an error decides nothing: a reader's error that reads like the engine's stays the reader's.
func TestReadersErrorStaysIts(t *testing.T) {
	s := create(t, filepath.Join(t.TempDir(), "lake"))
	wide{rows: 100}.bring(t, s)
	odd := errors.New("Conversion Error: Type INT128 is out of range")
	if err := s.Sum(t.Context(), newest(t, s), byGoods(), func(*lake.Row) error { return odd }); !errors.Is(err, odd) || fault.KindOf(err) != fault.Internal {
		t.Errorf("the reader's error came back as %s, %v", fault.KindOf(err), err)
	}
}
