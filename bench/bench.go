// Package bench scores the engine: it makes simulated inputs of a stated size, runs the program on them as
// a user would, whole processes one after another, and sets each beside plain DuckDB doing the same work.
// What is measured, and why so, is written in docs/method/speed.md.
//
// It never judges: a figure is printed beside the one it should meet, and whether it does is the reader's
// to see, because a busy machine would make any judgement a lottery.
package bench

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"detour/fault"
	"detour/report"
)

// Bench is how the benchmarks are run.
type Bench struct {
	Dir     string // where inputs are kept from one run to the next
	Program string // the detour to measure
	Self    string // the program that answers `sql` and `generate`, see SQL and Generate
	Pairs   int    // paired runs after one warm-up
	Threads int
	Flows   int    // rows of the simulated lake
	Masses  bool   // the simulated flows state masses beside values
	Rows    int    // rows of the bulk files
	Shared  string // folder with the official files
	// Say, if set, is told what is being done.
	Say func(string)
}

// The sizes that the targets are stated for.
const (
	Flows = 50_000_000
	Rows  = 10_000_000
	Pairs = 7
)

// Names lists the benchmarks in the order in which they are run.
func Names() []string { return []string{"account", "import", "comtrade", "workbooks"} }

// Run runs the named benchmarks and reports what they cost.
func (b Bench) Run(ctx context.Context, names ...string) (report.Report, error) {
	out := report.Report{Title: "Speed of detour", Question: b.asked()}
	if err := os.MkdirAll(b.Dir, 0o755); err != nil {
		return out, fault.Errorf(fault.Unavailable, "making the work folder: %w", err)
	}
	for _, name := range names {
		run, ok := map[string]func(context.Context) ([]report.Block, error){"account": b.account, "import": b.imports, "comtrade": b.comtrade, "workbooks": b.workbooks}[name]
		if !ok {
			return out, fault.Errorf(fault.BadInput, "no benchmark is called %q", name)
		}
		blocks, err := run(ctx)
		if err != nil {
			return out, err
		}
		out.Blocks = append(out.Blocks, blocks...)
	}
	return out, nil
}

func (b Bench) asked() report.Facts {
	return report.Facts{
		{Key: "pairs", Title: "Paired runs", Value: report.Int(int64(b.Pairs))},
		{Key: "threads", Title: "Threads", Value: report.Int(int64(b.Threads))},
	}
}

func (b Bench) say(what string) {
	if b.Say != nil {
		b.Say(what)
	}
}

// process runs a program with the benchmark's number of threads.
func (b Bench) process(ctx context.Context, program string, args ...string) (Cost, error) {
	return measure(ctx, b.Threads, program, args...)
}

// made gives the path of an input, making it first where it is not there: another process of ours makes
// it, so that this one stays small beside those it measures.
func (b Bench) made(ctx context.Context, what string, rows int) (string, error) {
	path := filepath.Join(b.Dir, what+"-"+strconv.Itoa(rows))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	b.say("making " + path)
	part := path + ".part"
	if err := os.RemoveAll(part); err != nil {
		return "", fault.Errorf(fault.Unavailable, "making %s: %w", path, err)
	}
	if _, err := b.process(ctx, b.Self, "generate", what, strconv.Itoa(rows), part); err != nil {
		return "", err
	}
	if err := os.Rename(part, path); err != nil {
		return "", fault.Errorf(fault.Unavailable, "making %s: %w", path, err)
	}
	return path, nil
}

// Generate makes the input of that name and size at path, which does not exist: `lake`, a lake of
// simulated values, `lake-masses`, one of values and masses, `bulk`, a Comext bulk file, or `comtrade`,
// a Comtrade bulk file.
func Generate(ctx context.Context, what string, rows int, path string) error {
	switch what {
	case "lake":
		return generateLake(ctx, rows, false, path)
	case "lake-masses":
		return generateLake(ctx, rows, true, path)
	case "bulk":
		return generateBulk(ctx, rows, path)
	case "comtrade":
		return generateComtrade(ctx, rows, path)
	default:
		return fault.Errorf(fault.BadInput, "nothing called %q is generated", what).Hint("lake, lake-masses, bulk or comtrade")
	}
}

// Cost is what one process took.
type Cost struct {
	Wall time.Duration
	CPU  time.Duration
	Peak int64 // bytes of memory, the largest resident set
}
