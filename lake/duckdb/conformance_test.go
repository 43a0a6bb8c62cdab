package duckdb_test

import (
	"path/filepath"
	"testing"

	"detour/lake"
	"detour/lake/duckdb"
	"detour/lake/laketest"
)

func TestConformance(t *testing.T) {
	laketest.Run(t, func(t *testing.T) lake.Store { return create(t, filepath.Join(t.TempDir(), "lake")) })
}

func create(t *testing.T, dir string) *duckdb.Store {
	t.Helper()
	s, err := duckdb.Create(dir, duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
