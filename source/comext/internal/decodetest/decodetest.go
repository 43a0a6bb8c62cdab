// Package decodetest is what the tests of Comext's decoders share.
package decodetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"detour/source"
	"detour/source/comext/internal/table"
	"detour/trade/flow"
)

// Recorder is a sink that keeps what it gets, with the order of the calls.
type Recorder struct {
	Got      []flow.Flow
	Rejected []source.Reject
	Consumed int64
	Calls    []string
}

// Flows implements source.Sink.
func (r *Recorder) Flows(batch []flow.Flow) error {
	r.Got = append(r.Got, batch...)
	r.Calls = append(r.Calls, fmt.Sprint("flows ", len(batch)))
	return nil
}

// Reject implements source.Sink.
func (r *Recorder) Reject(x source.Reject) error {
	r.Rejected = append(r.Rejected, x)
	r.Calls = append(r.Calls, fmt.Sprint("reject ", x.Line))
	return nil
}

// Progress implements source.Sink.
func (r *Recorder) Progress(n int64) { r.Consumed = n }

// Reasons lists the rejects as sheet, line, field and reason.
func (r *Recorder) Reasons() []string {
	var out []string
	for _, x := range r.Rejected {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %d %s: %s", x.Sheet, x.Line, x.Field, x.Reason)))
	}
	return out
}

// Conserved checks that the sink saw what the tally counts.
func (r *Recorder) Conserved(t *testing.T, n table.Tally) {
	t.Helper()
	if int64(len(r.Got)) != n.Flows || int64(len(r.Rejected)) != n.Rejected {
		t.Errorf("%d flows, %d rejects, tally %+v", len(r.Got), len(r.Rejected), n)
	}
}

// Input is a file in memory.
func Input(name, text string) source.Input {
	return source.Input{Name: name, Size: int64(len(text)), R: strings.NewReader(text)}
}

// Shared gives the files of the shared data that match, or skips the test.
func Shared(t testing.TB, pattern string) []string {
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
	files, err := filepath.Glob(filepath.Join(dir, "..", "shared", "data", pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("shared data absent: ../shared/data/%s", pattern)
	}
	return files
}
