package duckdb

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"detour/lake"
	"detour/lake/segment"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// column names the segment column of each measure.
var column = map[flow.Measure]string{flow.Value: "value", flow.NetMass: "net_mass", flow.Quantity: "quantity"}

// cellColumns are the key of a cell: segment.KeyColumns less the part.
const cellColumns = "reporter, partner, direction, nomenclature, goods, period"

// rowColumns are all that a segment holds of a flow.
const rowColumns = segment.KeyColumns + ", currency, value, net_mass, quantity, unit, confidential"

// whereSQL lists the conditions of a query, less those that the coverage of every segment meets already: a
// list of areas costs more than the sums.
func whereSQL(q lake.Query, live []lake.Live) []string {
	var where []string
	given := func(cond string, all func(flow.Block) bool) {
		if anyBlock(live, func(b flow.Block) bool { return !all(b) }) {
			where = append(where, cond)
		}
	}
	periods := q.Periods()
	given(periodsSQL(periods), func(b flow.Block) bool { return within(b.Periods, periods) })
	given("direction = "+quote(string(q.Direction)), func(b flow.Block) bool { return b.Direction == q.Direction })
	if len(q.Reporters) > 0 {
		given("reporter IN ("+quoteAll(q.Reporters)+")", func(b flow.Block) bool { return within(b.Reporters, q.Reporters) })
	}
	if len(q.Partners) > 0 {
		given("partner IN ("+quoteAll(q.Partners)+")", func(b flow.Block) bool { return within(b.Partners, q.Partners) })
	}
	if len(q.Except) > 0 {
		where = append(where, "partner NOT IN ("+quoteAll(q.Except)+")")
	}
	given(levelSQL(q.Goods.Level), func(b flow.Block) bool { return slices.Equal(b.GoodsLevels(), []int{q.Goods.Level}) })
	if len(q.Goods.Terms) > 0 {
		where = append(where, termsSQL(q.Goods.Terms))
	}
	return where
}

// within tells whether a block's list, which is everything where it is empty, has only what is asked.
func within[T comparable](covered, asked []T) bool {
	return len(covered) > 0 && !slices.ContainsFunc(covered, func(v T) bool { return !slices.Contains(asked, v) })
}

func anyBlock(live []lake.Live, is func(flow.Block) bool) bool {
	return slices.ContainsFunc(live, func(l lake.Live) bool { return slices.ContainsFunc(l.Coverage, is) })
}

func levelSQL(level int) string {
	if level == 0 {
		return "goods = 'TOTAL'"
	}
	return fmt.Sprintf("length(goods) = %d AND goods <> 'TOTAL'", level)
}

// termsSQL turns codes into one membership test for each length of prefix.
func termsSQL(terms []goods.Term) string {
	exact, prefix := []goods.Code{}, map[int][]goods.Code{}
	for _, t := range terms {
		if t.Exact {
			exact = append(exact, t.Code)
		} else {
			prefix[len(t.Code)] = append(prefix[len(t.Code)], t.Code)
		}
	}
	var ways []string
	if len(exact) > 0 {
		ways = append(ways, "goods IN ("+quoteAll(exact)+")")
	}
	for _, n := range slices.Sorted(maps.Keys(prefix)) {
		ways = append(ways, fmt.Sprintf("left(goods, %d) IN (%s)", n, quoteAll(prefix[n])))
	}
	return "(" + strings.Join(ways, " OR ") + ")"
}

// periodsSQL states membership in a set of periods as ranges, which prune row groups.
func periodsSQL(periods []period.Period) string {
	sorted := slices.Compact(slices.SortedFunc(slices.Values(periods), cmp.Compare[period.Period]))
	if len(sorted) == 0 {
		return "false"
	}
	var ways []string
	for i := 0; i < len(sorted); {
		j := i
		for j+1 < len(sorted) && sorted[j].IsYear() == sorted[j+1].IsYear() && sorted[j].Add(1) == sorted[j+1] && !splitsYear(sorted[j], sorted[j+1]) {
			j++
		}
		if i == j {
			ways = append(ways, "period = "+strconv.Itoa(int(sorted[i])))
		} else {
			ways = append(ways, fmt.Sprintf("period BETWEEN %d AND %d", sorted[i], sorted[j]))
		}
		i = j + 1
	}
	if len(ways) == 1 {
		return ways[0]
	}
	return "(" + strings.Join(ways, " OR ") + ")"
}

// splitsYear tells whether a numeric range from a to b would take in something that is neither: the
// whole year's 00 lies between December and January, and eleven months lie between two years.
func splitsYear(a, b period.Period) bool { return a.IsYear() || a.Year() != b.Year() }

// relation is the rows in force of the segments: those that no newer vintage touches are read as they
// stand, the others lose the measures that were replaced.
func (s *Store) relation(live []lake.Live, columns string) string {
	var whole, parts []string
	for _, l := range live {
		if len(l.Replaced) == 0 {
			whole = append(whole, l.SHA256)
		} else {
			parts = append(parts, "SELECT "+columns+" FROM (SELECT * REPLACE ("+replaceSQL(l.Replaced)+") FROM "+s.parquet([]string{l.SHA256})+") WHERE value IS NOT NULL OR net_mass IS NOT NULL OR quantity IS NOT NULL")
		}
	}
	if len(whole) > 0 {
		parts = append(parts, "SELECT "+columns+" FROM "+s.parquet(whole))
	}
	return "(" + strings.Join(parts, " UNION ALL ") + ")"
}

// parquet reads segments by their sha256.
func (s *Store) parquet(shas []string) string {
	paths := make([]string, len(shas))
	for i, sha := range shas {
		paths[i] = quote(s.folder.SegmentPath(sha))
	}
	return "read_parquet([" + strings.Join(paths, ", ") + "])"
}

func replaceSQL(blocks []flow.Block) string {
	var out []string
	for _, m := range flow.Measures() {
		if covered := coveredSQL(blocks, m); covered != "" {
			out = append(out, fmt.Sprintf("CASE WHEN %s THEN NULL ELSE %s END AS %s", covered, column[m], column[m]))
		}
	}
	return strings.Join(out, ", ")
}

// coveredSQL tells whether one of the blocks states the measure of a row's cell; empty if none states it of any.
func coveredSQL(blocks []flow.Block, m flow.Measure) string {
	var covered []string
	for _, b := range blocks {
		if slices.Contains(b.Measures, m) {
			covered = append(covered, blockSQL(b))
		}
	}
	return strings.Join(covered, " OR ")
}

// blockSQL tells whether a row lies in the block.
func blockSQL(b flow.Block) string {
	conds := []string{"direction = " + quote(string(b.Direction)), "nomenclature = " + quote(string(b.Nomenclature)), periodsSQL(b.Periods)}
	if len(b.Reporters) > 0 {
		conds = append(conds, "reporter IN ("+quoteAll(b.Reporters)+")")
	}
	if len(b.Partners) > 0 {
		conds = append(conds, "partner IN ("+quoteAll(b.Partners)+")")
	}
	if len(b.Goods) > 0 {
		conds = append(conds, "goods IN ("+quoteAll(b.Goods)+")")
	} else {
		var levels []string
		for _, n := range b.Levels {
			levels = append(levels, levelSQL(n))
		}
		conds = append(conds, "("+strings.Join(levels, " OR ")+")")
	}
	return "(" + strings.Join(conds, " AND ") + ")"
}

func quoteAll[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = quote(string(v))
	}
	return strings.Join(out, ", ")
}

// monthsSQL tells whether a row is of one of the reporters' periods; those of equal periods are told at once.
func monthsSQL(of map[area.Code][]period.Period) string {
	reporters := map[string][]area.Code{}
	for _, r := range slices.Sorted(maps.Keys(of)) {
		periods := periodsSQL(of[r])
		reporters[periods] = append(reporters[periods], r)
	}
	var ways []string
	for _, periods := range slices.Sorted(maps.Keys(reporters)) {
		ways = append(ways, "(reporter IN ("+quoteAll(reporters[periods])+") AND "+periods+")")
	}
	return anySQL(ways)
}

// allSQL and anySQL join conditions, each of which can stand anywhere, into one that can.
func allSQL(conds []string) string { return joinSQL(conds, " AND ", "true") }
func anySQL(conds []string) string { return joinSQL(conds, " OR ", "false") }

func joinSQL(conds []string, with, none string) string {
	switch len(conds) {
	case 0:
		return none
	case 1:
		return conds[0]
	default:
		return "(" + strings.Join(conds, with) + ")"
	}
}
