package bench

import (
	"bytes"
	"context"
	"database/sql/driver"
	"encoding/json"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"detour/report"
)

// TestMain gives all tests one folder for the programs, which does not outlive them.
func TestMain(m *testing.M) {
	var err error
	if programs, err = os.MkdirTemp("", "detour-bench-test-*"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(programs) // a temporary folder
	os.Exit(code)
}

var programs string

var build = sync.OnceValues(func() ([]byte, error) {
	return exec.Command("go", "build", "-o", programs, "detour/cmd/detour", "detour/cmd/detour-bench").CombinedOutput()
})

// built gives a small benchmark with the two programs built for it.
func built(t *testing.T) Bench {
	t.Helper()
	if testing.Short() {
		t.Skip("builds two programs")
	}
	if said, err := build(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	dir := t.TempDir()
	return Bench{Dir: dir, Program: filepath.Join(programs, "detour"), Self: filepath.Join(programs, "detour-bench"),
		Pairs: 2, Threads: 2, Flows: 20_000, Rows: 5_000, Shared: filepath.Join(dir, "absent")}
}

// Every contest runs to its end at a small size and says what both sides cost; a benchmark whose files are
// absent says that.
func TestEveryBenchmarkRuns(t *testing.T) {
	b := built(t)
	r, err := b.Run(t.Context(), Names()...)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := report.JSON(&out, r); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Account, Import, Comtrade struct {
			Ours  float64 `json:"ours_seconds"`
			Plain float64 `json:"plain_seconds"`
			Ratio float64
			Peak  int64 `json:"ours_peak_mib"`
		}
		Imports   []struct{ Run int } `json:"import_runs"`
		Comtrades []struct{ Run int } `json:"comtrade_runs"`
		Workbooks string
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		ours, plain, ratio float64
		peak               int64
	}{"account": {got.Account.Ours, got.Account.Plain, got.Account.Ratio, got.Account.Peak}, "import": {got.Import.Ours, got.Import.Plain, got.Import.Ratio, got.Import.Peak},
		"comtrade": {got.Comtrade.Ours, got.Comtrade.Plain, got.Comtrade.Ratio, got.Comtrade.Peak}} {
		if c.ours <= 0 || c.plain <= 0 || c.ratio <= 0 || c.peak <= 0 {
			t.Errorf("%s: %+v: every figure of a contest is positive", name, c)
		}
	}
	if len(got.Imports) != b.Pairs || len(got.Comtrades) != b.Pairs {
		t.Errorf("%d and %d runs of the imports are shown, and %d were made", len(got.Imports), len(got.Comtrades), b.Pairs)
	}
	if got.Workbooks == "" {
		t.Error("nothing is said of the workbooks that are absent")
	}
}

// Both sides of the contest of the account do the same work: the statement's sums are the account's.
func TestTheAccountAndTheStatementAgree(t *testing.T) {
	b := built(t)
	lake, err := b.made(t.Context(), "lake", b.Flows)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(b.Program, b.accountArgs(lake)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Exporter, Hub, Goods string
		Actual, Baseline     json.Number
	}
	var got struct {
		Rows []row `json:"by_exporter_hub_goods"`
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	ours := map[[3]string][2]string{}
	for _, r := range got.Rows {
		ours[[3]string{r.Exporter, r.Hub, r.Goods}] = [2]string{hundredths(t, r.Actual), hundredths(t, r.Baseline)}
	}
	theirs := 0
	err = plain(t.Context(), "", 1, accountSQL(lake), func(v []driver.Value) error {
		actual, base := sumText(v[3]), sumText(v[4])
		if actual == "0" && base == "0" {
			return nil // a series that is silent in both years
		}
		theirs++
		key := [3]string{v[0].(string), v[1].(string), v[2].(string)}
		if want := [2]string{actual, base}; ours[key] != want {
			t.Errorf("%v: the account has %v, the statement %v", key, ours[key], want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if theirs == 0 || theirs != len(ours) {
		t.Errorf("the statement gives %d rows, the account %d", theirs, len(ours))
	}
}

func sumText(v driver.Value) string {
	if n, ok := v.(*big.Int); ok {
		return n.String()
	}
	return "0" // no row in the window
}

func hundredths(t *testing.T, n json.Number) string {
	t.Helper()
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		t.Fatalf("%q is no number", n)
	}
	return new(big.Rat).Mul(r, big.NewRat(100, 1)).RatString()
}

// An input is made once, and not left half made.
func TestAnInputIsMadeOnce(t *testing.T) {
	b := built(t)
	first, err := b.made(t.Context(), "bulk", b.Rows)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	if lines := bytes.Count(text, []byte("\n")); lines != b.Rows+1 {
		t.Errorf("the bulk file has %d lines, and %d rows and a header were asked", lines, b.Rows)
	}
	b.Self = "/nowhere/detour-bench"
	if _, err := b.made(t.Context(), "bulk", b.Rows); err != nil {
		t.Errorf("the input is there already: %v", err)
	}
	if _, err := b.made(context.Background(), "bulk", 1); err == nil {
		t.Error("an input was made by a program that is not there")
	}
	if left, err := filepath.Glob(filepath.Join(b.Dir, "*.part")); err != nil || len(left) > 0 {
		t.Errorf("left half made: %v (%v)", left, err)
	}
}
