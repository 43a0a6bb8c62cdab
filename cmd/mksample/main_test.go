package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"detour/sample"
	"detour/source"
	"detour/source/comext"
	"detour/trade/flow"
)

// shared gives the folder of official files beside the checkout, or skips.
func shared(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	data := filepath.Join(dir, "..", "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skip("the shared data folder ../shared/data is absent")
	}
	return data
}

func bundled(t *testing.T, name string) []byte {
	t.Helper()
	text, err := fs.ReadFile(sample.Files(), name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheInventedFileIsWhatTheCommandWrites(t *testing.T) {
	var fresh bytes.Buffer
	if err := writeInvented(&fresh); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(fresh.Bytes(), bundled(t, sample.Invented)) {
		t.Error("the bundled file differs: run go run ./cmd/mksample")
	}
}

func TestTheAnnualFileIsWhatTheOfficialFilesState(t *testing.T) {
	var fresh bytes.Buffer
	if err := writeAnnual(context.Background(), &fresh, shared(t)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(fresh.Bytes(), bundled(t, sample.Annual)) {
		t.Error("the bundled file differs: run go run ./cmd/mksample")
	}
}

// kept collects what a decoder gives.
type kept struct {
	flows    []flow.Flow
	rejected []source.Reject
}

func (k *kept) Flows(batch []flow.Flow) error {
	k.flows = append(k.flows, batch...)
	return nil
}

func (k *kept) Reject(r source.Reject) error {
	k.rejected = append(k.rejected, r)
	return nil
}

func (k *kept) Progress(int64) {}

// The ordinary decoders recognise the bundled files and read every row. The totals are Eurostat's, as
// published: EUR 17,729,263,817 in 2021 and 26,959,858,896 in 2022 to the six neighbours.
func TestTheBundledFilesAreReadByTheOrdinaryDecoders(t *testing.T) {
	for name, want := range map[string]struct {
		format string
		rows   int
	}{sample.Annual: {"easy-comext", 7 * 14}, sample.Invented: {"comext-bulk", 8408}} {
		text := bundled(t, name)
		var got kept
		for _, f := range comext.Formats() {
			if !f.Recognise(name, text[:min(len(text), source.HeadSize)]) {
				continue
			}
			if f.ID != want.format {
				t.Errorf("%s is recognised as %s, want %s", name, f.ID, want.format)
			}
			if _, err := f.Decode(context.Background(), source.Input{Name: name, Size: int64(len(text)), R: bytes.NewReader(text)}, &got); err != nil {
				t.Fatal(err)
			}
		}
		if len(got.flows) != want.rows || len(got.rejected) != 0 {
			t.Errorf("%s: %d rows read and %v rejected, want %d and none", name, len(got.flows), got.rejected, want.rows)
		}
		if name == sample.Annual {
			for year, eur := range map[int]int64{2021: 17_729_263_817, 2022: 26_959_858_896} {
				if sum := toNeighbours(got.flows, year); sum != eur*100 {
					t.Errorf("%d: %d hundredths to the neighbours, want EUR %d", year, sum, eur)
				}
			}
		}
	}
}

func toNeighbours(flows []flow.Flow, year int) (sum int64) {
	for _, f := range flows {
		if f.Partner != "RU" && f.Period.Year() == year && slices.Contains(bundledPartners(), f.Partner) {
			sum += f.Value.N
		}
	}
	return sum
}
