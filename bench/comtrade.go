package bench

import (
	"bufio"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"

	"detour/fault"
	"detour/report"
	"detour/source/comtrade"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// comtradeSQL draws the flows of an annual Comtrade file from hashes of their keys, as bulkSQL does: 47
// reporters with every partner, imports and exports, the total and codes of two, four and six digits, in the order
// of the file's own key. Half of the codes are counted as well as weighed. Placeholders are reporters, partners, codes,
// the share of possible cells that are traded, in millionths, and the number of rows.
const comtradeSQL = `WITH pairs AS (
  SELECT reporter, partner, direction,
    %[4]f * (0.5 + (hash(reporter) >> 40) / 16777216.0) * 3 * pow((hash(partner) >> 40) / 16777216.0, 2) AS share
  FROM (SELECT %[1]s AS reporter), (SELECT %[2]s AS partner), (VALUES ('M'), ('X')) d(direction)
  WHERE reporter <> partner
), flows AS (
  SELECT *, hash(reporter, direction, partner, goods) AS draw, hash(goods) AS g FROM pairs, (SELECT %[3]s AS goods)
  WHERE hash(reporter, direction, partner, goods) %% 1000000 < share
), figures AS (
  SELECT *, CAST(exp(9 + 9 * (draw >> 40) / 16777216.0) AS BIGINT) AS cents FROM flows
)
SELECT reporter, partner, direction, goods, cents, CAST(cents * 10 / (1 + g %% 200 / 10.0) AS BIGINT), CASE WHEN g %% 2 = 0 THEN cents // 7000 * 1000 END
FROM figures ORDER BY reporter, direction, partner, goods LIMIT %[5]d`

const comtradeYear = 2022

// generateComtrade writes a Comtrade bulk file of so many rows.
func generateComtrade(ctx context.Context, rows int, path string) (err error) {
	reporters, partners, codes := slices.Concat(exporters(), hubs()), comtradePartners(), allLevels()
	cells := 2 * len(reporters) * (len(partners) - 1) * len(codes)
	text := fmt.Sprintf(comtradeSQL, unnested(reporters), unnested(partners), unnested(codes), 1e6*spare*float64(rows)/float64(cells), rows)
	f, err := os.Create(path)
	if err != nil {
		return fault.Errorf(fault.Unavailable, "making %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := bufio.NewWriterSize(f, 1<<20)
	var asked error
	if err := comtrade.EncodeBulk(out, comtradeFlows(ctx, text, &asked)); err != nil {
		return err
	}
	return errors.Join(asked, out.Flush())
}

// comtradeFlows gives the flows of the statement and leaves its error in failed.
func comtradeFlows(ctx context.Context, text string, failed *error) iter.Seq[flow.Flow] {
	return func(yield func(flow.Flow) bool) {
		*failed = plain(ctx, "", 2, text, func(v []driver.Value) error {
			f := flow.Flow{
				Key: flow.Key{Reporter: area.Code(v[0].(string)), Partner: area.Code(v[1].(string)), Direction: flow.Direction(v[2].(string)),
					Nomenclature: goods.HS2022, Goods: goods.Code(v[3].(string)), Period: period.Year(comtradeYear)},
				Value: flow.Some(v[4].(int64)), Currency: "USD", NetMass: flow.Some(v[5].(int64)),
			}
			if n, counted := v[6].(int64); counted {
				f.Quantity, f.Unit = flow.Some(n), "u"
			}
			if !yield(f) {
				return fault.Errorf(fault.Internal, "the file is not taken further")
			}
			return nil
		})
	}
}

func comtradePartners() []area.Code {
	var out []area.Code
	for _, a := range area.All() {
		if a.M49 != 0 && !a.IsAggregate() {
			out = append(out, a.Code)
		}
	}
	slices.Sort(out)
	return out
}

// allLevels lists the total and the codes of two, four and six digits.
func allLevels() []goods.Code {
	out := []goods.Code{goods.Total}
	for _, c := range heldThroughout(len(goods.Families().All())) {
		out = append(out, c[:2], c[:4], c)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// comtrade sets `detour import` of a Comtrade bulk file into a new lake beside DuckDB reading the same file
// into a table of a new database.
func (b Bench) comtrade(ctx context.Context) ([]report.Block, error) {
	file, err := b.made(ctx, "comtrade", b.Rows)
	if err != nil {
		return nil, err
	}
	return b.contest(ctx, contest{
		key: "comtrade", title: "The import of a Comtrade bulk file", ratio: importRatio,
		work: fmt.Sprintf("%d rows of 47 columns", b.Rows),
		ours: b.importing(file), theirs: b.reading(file),
	})
}
