package bench

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"detour/fault"
	"detour/lake"
	"detour/lake/duckdb"
	"detour/lake/segment"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/trade/provenance"
)

// The simulated flows: exports of the 27 members to 20 hubs over six years.
const (
	firstYear, lastYear = 2017, 2022
	// A pair trades in this share of the codes, and then in this share of the months.
	codesShare, monthsShare = 96, 95 // per cent
	segmentExporters        = 3
)

// hubs are the six neighbours and others through which goods may go.
func hubs() []area.Code {
	return []area.Code{"AE", "AM", "AZ", "BY", "CN", "EG", "GE", "HK", "IL", "IN", "KG", "KZ", "MD", "MN", "RS", "TH", "TJ", "TR", "UZ", "VN"}
}

func exporters() []area.Code {
	eu, _ := area.BuiltIn().Get("EU27") // a group of the program's own
	return eu.At(period.Month(lastYear, 1))
}

// heldThroughout lists HS6 codes that are in every HS edition held, spread over the chapters.
func heldThroughout(n int) []goods.Code {
	var all []goods.Code
	for _, f := range goods.Families().All() {
		for _, c := range f.Members[goods.Edition(goods.HS2022)] {
			if old, _ := goods.Exists(goods.Edition(goods.HS2012), c); old {
				all = append(all, c)
			}
		}
	}
	slices.Sort(all)
	n = min(n, len(all))
	out := make([]goods.Code, n)
	for i := range out {
		out[i] = all[i*len(all)/n]
	}
	return out
}

// codesFor is how many codes make about so many rows.
func codesFor(rows int) int {
	months := 12 * (lastYear - firstYear + 1)
	perCode := float64(len(exporters())*len(hubs())*months) * codesShare / 100 * monthsShare / 100
	return max(1, int(math.Ceil(float64(rows)/perCode)))
}

// flowsSQL makes the exports of some members, in the order of reporter, partner, goods and period. All is
// drawn from hashes of the key, so the same statement gives the same rows: a series has a level of its own
// (from EUR 150 to 150,000 a month) and each month a draw around it; a kilogram, if masses are stated, has a
// price by goods.
func flowsSQL(of []area.Code, codes []goods.Code, masses bool) string {
	return fmt.Sprintf(`WITH cells AS (
  SELECT reporter, partner, goods, year * 100 + month AS period,
    hash(reporter, partner, goods) AS series, hash(reporter, partner, goods, year, month) AS draw
  FROM (SELECT %s AS reporter), (SELECT %s AS partner), (SELECT %s AS goods), range(%d, %d) y(year), range(1, 13) m(month)
), flows AS (
  SELECT *, CAST(exp(5 + 7 * (series >> 40) / 16777216.0 + 1.5 * ((draw >> 40) / 16777216.0 - 0.5)) AS BIGINT) AS euros,
    0.5 + hash(goods) %% 400 / 10.0 AS price
  FROM cells WHERE series %% 100 < %d AND draw %% 100 < %d
)
SELECT reporter, partner, goods, CAST(period AS INTEGER), euros * 100, CASE WHEN %t THEN CAST(1000 * euros / price AS BIGINT) END
FROM flows ORDER BY reporter, partner, goods, period`, unnested(of), unnested(hubs()), unnested(codes), firstYear, lastYear+1, codesShare, monthsShare, masses)
}

// generateLake makes a lake of about so many flows. They come in through the lake's own port, so the
// segments are those that an import writes; the raw file of each is the statement that made it.
func generateLake(ctx context.Context, rows int, masses bool, dir string) (err error) {
	store, err := duckdb.Create(dir, duckdb.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	imp, err := store.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, imp.Abort()) }()
	codes := heldThroughout(codesFor(rows))
	for of := range slices.Chunk(exporters(), segmentExporters) {
		if err := simulate(ctx, imp, of, codes, masses); err != nil {
			return err
		}
	}
	_, err = imp.Commit(ctx)
	return err
}

// simulate makes one segment: the exports of some members.
func simulate(ctx context.Context, imp lake.Import, of []area.Code, codes []goods.Code, masses bool) error {
	text := flowsSQL(of, codes, masses)
	statement := filepath.Join(os.TempDir(), fmt.Sprintf("simulated-%s-%d.sql", of[0], os.Getpid()))
	if err := os.WriteFile(statement, []byte(text), 0o644); err != nil {
		return fault.Errorf(fault.Unavailable, "writing the statement: %w", err)
	}
	defer func() { _ = os.Remove(statement) }() // a temporary file
	raw, err := segment.Digest(statement)
	if err != nil {
		return err
	}
	raw.Name = "simulated-" + string(of[0]) + ".sql"
	w, err := imp.Write(ctx, lake.File{Path: statement, Bytes: raw, Format: "simulated"})
	if err != nil {
		return err
	}
	defer w.Discard()
	batch := newBatch(w)
	if err := plain(ctx, "", 2, text, batch.add); err != nil {
		return err
	}
	if err := batch.flush(); err != nil {
		return err
	}
	_, err = w.Seal(ctx, provenance.Vintage{Source: "simulated", Dataset: "exports", Stamp: "2023-01-01"}, coverage(of, masses))
	return err
}

func coverage(of []area.Code, masses bool) []flow.Block {
	measures := []flow.Measure{flow.Value}
	if masses {
		measures = []flow.Measure{flow.NetMass, flow.Value}
	}
	return []flow.Block{{
		Direction: flow.Export, Nomenclature: goods.CN, Reporters: of, Partners: hubs(), Levels: []int{6},
		Periods:  period.Range{From: period.Month(firstYear, 1), To: period.Month(lastYear, 12)}.Periods(),
		Measures: measures,
	}}
}

// batch turns rows of flowsSQL into flows, handed on some thousands at a time.
type batch struct {
	to    lake.Writer
	flows []flow.Flow
}

func newBatch(to lake.Writer) *batch { return &batch{to: to, flows: make([]flow.Flow, 0, 1<<13)} }

func (b *batch) add(v []driver.Value) error {
	grams, held := v[5].(int64)
	b.flows = append(b.flows, flow.Flow{
		Key: flow.Key{Reporter: area.Code(v[0].(string)), Partner: area.Code(v[1].(string)), Direction: flow.Export, Nomenclature: goods.CN,
			Goods: goods.Code(v[2].(string)), Period: period.Period(v[3].(int32))},
		Value: flow.Some(v[4].(int64)), Currency: money.EUR, NetMass: flow.Number{N: grams, Held: held},
	})
	if len(b.flows) < cap(b.flows) {
		return nil
	}
	return b.flush()
}

func (b *batch) flush() error {
	err := b.to.Flows(b.flows)
	b.flows = b.flows[:0]
	return err
}
