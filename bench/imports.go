package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"detour/fault"
	"detour/report"
)

// importRatio is how many times DuckDB's reading of a file its import may take: decoding, proof that no cell is stated
// twice, the copy of the raw file and the segment included.
const importRatio = 2

// imports sets `detour import` of a Comext bulk file into a new lake beside DuckDB reading the same file
// into a table of a new database.
func (b Bench) imports(ctx context.Context) ([]report.Block, error) {
	file, err := b.made(ctx, "bulk", b.Rows)
	if err != nil {
		return nil, err
	}
	return b.contest(ctx, contest{
		key: "import", title: "The import of a Comext bulk file", ratio: importRatio,
		work: fmt.Sprintf("%d rows of 18 columns", b.Rows),
		ours: b.importing(file), theirs: b.reading(file),
	})
}

// importing is `detour import` of a file into a new lake.
func (b Bench) importing(file string) func(context.Context) (Cost, error) {
	return func(ctx context.Context) (Cost, error) {
		return b.fresh(func(dir string) (Cost, error) {
			return b.process(ctx, b.Program, "import", "--lake", dir, "--threads", fmt.Sprint(b.Threads), "--json", file)
		})
	}
}

// reading is DuckDB reading a file of text into a table of a new database.
func (b Bench) reading(file string) func(context.Context) (Cost, error) {
	return func(ctx context.Context) (Cost, error) {
		return b.fresh(func(dir string) (Cost, error) {
			return b.process(ctx, b.Self, "sql", "--threads", fmt.Sprint(b.Threads), "--database", filepath.Join(dir, "plain.duckdb"),
				fmt.Sprintf("CREATE TABLE t AS SELECT * FROM read_csv('%s')", file))
		})
	}
}

// workbooks imports the 22 data-browser workbooks into new lakes. There is nothing to set it beside: DuckDB
// reads no such workbook. Where the files are absent the block says so.
func (b Bench) workbooks(ctx context.Context) ([]report.Block, error) {
	pattern := filepath.Join(b.Shared, "data", "eurostat", "browser_xlsx", "*.xlsx")
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, fault.Errorf(fault.BadInput, "looking for workbooks: %w", err)
	}
	if len(files) == 0 {
		return []report.Block{{Key: "workbooks", Title: "The import of workbooks", Body: report.Prose("Not run: there is no " + pattern + ".")}}, nil
	}
	var costs []Cost
	for i := range b.Pairs {
		cost, err := b.fresh(func(dir string) (Cost, error) {
			return b.process(ctx, b.Program, slices.Concat([]string{"import", "--lake", dir, "--json"}, files)...)
		})
		if err != nil {
			return nil, err
		}
		b.say(fmt.Sprintf("workbooks %d of %d: %.1f s", i+1, b.Pairs, cost.Wall.Seconds()))
		costs = append(costs, cost)
	}
	return []report.Block{{Key: "workbooks", Title: "The import of workbooks", Body: report.Facts{
		{Key: "files", Title: "Files", Value: report.Int(int64(len(files)))},
		{Key: "seconds", Title: "Median seconds", Value: seconds(median(walls(costs)))},
		{Key: "seconds_target", Title: "Seconds to stay below", Value: report.Int(180)},
		{Key: "peak_mib", Title: "Greatest peak MiB", Value: mib(slices.Max(peaks(costs)))},
		{Key: "peak_target_mib", Title: "Peak to stay below, MiB", Value: report.Int(1024)},
	}}}, nil
}

// fresh runs something in a folder of its own, which does not outlive it.
func (b Bench) fresh(run func(dir string) (Cost, error)) (c Cost, err error) {
	dir, err := os.MkdirTemp(b.Dir, "run-*")
	if err != nil {
		return Cost{}, fault.Errorf(fault.Unavailable, "making a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return run(dir)
}
