package bench

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"detour/trade/area"
	"detour/trade/goods"
)

// bulkSQL writes a Comext bulk file of one month in the order of Eurostat's own: all members, every partner
// that Comext has, both directions, with the 18 columns filled as there. Which product is traded, and for how
// much, is drawn from hashes; partners differ in how much is traded with them by a factor of many. The CN8
// codes and the other classifications are invented, below real HS6 codes. Placeholders are members, partners,
// codes, the share of possible cells that are traded, in thousandths, the number of
// rows, and the path.
const bulkSQL = `COPY (
WITH pairs AS (
  SELECT reporter, partner, flow, CASE WHEN list_contains(members, partner) THEN 'I' ELSE 'E' END AS type,
    %[4]f * (0.5 + (hash(reporter) >> 40) / 16777216.0) * 3 * pow((hash(partner) >> 40) / 16777216.0, 2) AS share
  FROM (SELECT [%[1]s] AS members), (SELECT unnest([%[1]s]) AS reporter), (SELECT unnest([%[2]s]) AS partner), (VALUES ('1'), ('2')) f(flow)
  WHERE reporter <> partner
), products AS (
  SELECT hs6 || suffix AS product, hash(hs6) AS h, hash(hs6 || suffix) AS p, left(hs6, 2) AS chapter
  FROM (SELECT unnest([%[3]s]) AS hs6), (VALUES ('00'), ('90')) s(suffix)
), cells AS (
  SELECT *, hash(reporter, partner, flow, product) AS draw FROM pairs, products
  WHERE hash(reporter, partner, flow, product) %% 1000000 < 1000 * share
), lines AS (
  SELECT *, hash(draw, procedure) AS d, p %% 4 = 0 AS counted
  FROM cells, (VALUES ('1', 100), ('2', 3), ('3', 4), ('9', 2)) s(procedure, often) WHERE (draw >> 24) %% 100 < often
), figures AS (
  SELECT *, CAST(exp(3 + 9 * (d >> 40) / 16777216.0) AS BIGINT) AS euros FROM lines
)
SELECT reporter AS REPORTER, partner AS PARTNER, type AS TRADE_TYPE, product AS PRODUCT_NC,
  CAST(10000 + h %% 89999 AS VARCHAR) AS PRODUCT_SITC, CAST(1000 + h %% 8999 AS VARCHAR) AS PRODUCT_CPA21, CAST(1000 + h %% 8997 AS VARCHAR) AS PRODUCT_CPA22,
  CAST(100 + h %% 899 AS VARCHAR) AS PRODUCT_BEC, CAST(100000 + h %% 899999 AS VARCHAR) AS PRODUCT_BEC5, chapter AS PRODUCT_SECTION, flow AS FLOW, procedure AS STAT_PROCEDURE,
  CASE WHEN counted THEN ['NAR', 'LTR', 'MTK', 'PRS'][CAST(1 + p %% 4096 // 1024 AS BIGINT)] ELSE 'NO_SU' END AS SUPPL_UNIT, '202402' AS PERIOD,
  euros AS VALUE_EUR, euros AS VALUE_NAC, CAST(euros / (1 + p %% 200 / 10.0) AS BIGINT) AS QUANTITY_KG, CASE WHEN counted THEN euros // 7 ELSE 0 END AS QUANTITY_SUPPL_UNIT
FROM figures ORDER BY reporter, partner, type, product, flow, procedure LIMIT %[5]d
) TO '%[6]s' (FORMAT csv, HEADER true)`

// A traded cell has linesPerCell procedures on average in bulkSQL; spare makes sure of enough rows, whatever
// the hashes gave, so that the limit ends the file within the last member.
const linesPerCell, spare = 1.09, 1.1

// generateBulk writes a bulk file of so many rows.
func generateBulk(ctx context.Context, rows int, path string) error {
	members, partners, codes := comextCodes(exporters()), comextPartners(), heldThroughout(len(goods.Families().All()))
	cells := 2 * len(members) * (len(partners) - 1) * 2 * len(codes)
	share := 1000 * spare * float64(rows) / linesPerCell / float64(cells)
	text := fmt.Sprintf(bulkSQL, list(members), list(partners), list(codes), share, rows, strings.ReplaceAll(path, "'", "''"))
	return plain(ctx, "", 2, text, func([]driver.Value) error { return nil })
}

func comextCodes(of []area.Code) []string {
	var out []string
	for _, c := range of {
		a, _ := area.Lookup(c) // a member of the program's own group
		out = append(out, a.Comext[0])
	}
	return out
}

func comextPartners() []string {
	var out []string
	for _, a := range area.All() {
		if len(a.Comext) > 0 && !a.IsAggregate() {
			out = append(out, a.Comext[0])
		}
	}
	slices.Sort(out)
	return out
}
