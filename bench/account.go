package bench

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"detour/report"
)

// The question of the account: two whole years, so every exporter, hub and code of the lake is in it.
const accountMonths, accountBase = "2022-01..2022-12", "2021"

// account sets `detour account` by exporter, hub and HS6 beside the statement that gives the same sums.
func (b Bench) account(ctx context.Context) ([]report.Block, error) {
	what := "lake"
	if b.Masses {
		what = "lake-masses"
	}
	lake, err := b.made(ctx, what, b.Flows)
	if err != nil {
		return nil, err
	}
	return b.contest(ctx, contest{
		key: "account", title: "The account by exporter, hub and HS6", ratio: 1.5, peak: 3 << 30,
		work: fmt.Sprintf("%d simulated flows, %s against %s", b.Flows, accountMonths, accountBase),
		ours: func(ctx context.Context) (Cost, error) {
			return b.process(ctx, b.Program, b.accountArgs(lake)...)
		},
		theirs: func(ctx context.Context) (Cost, error) {
			return b.process(ctx, b.Self, "sql", "--threads", fmt.Sprint(b.Threads), accountSQL(lake))
		},
	})
}

func (b Bench) accountArgs(lake string) []string {
	return []string{"account", "--lake", lake, "--threads", fmt.Sprint(b.Threads), "--from", "EU27", "--to", joined(hubs()), "--goods", "all",
		"--months", accountMonths, "--base", accountBase, "--digits", "6", "--by", "exporter,hub,goods", "--specifications", "none", "--json"}
}

func accountSQL(lake string) string {
	return fmt.Sprintf(`SELECT reporter, partner, goods,
  sum(value) FILTER (WHERE period BETWEEN 202201 AND 202212), sum(value) FILTER (WHERE period BETWEEN 202101 AND 202112)
FROM read_parquet('%s') GROUP BY 1, 2, 3`, filepath.Join(lake, "segments", "*.parquet"))
}

func joined[T ~string](words []T) string {
	plain := make([]string, len(words))
	for i, w := range words {
		plain[i] = string(w)
	}
	return strings.Join(plain, ",")
}
