package laketest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
	"detour/trade/provenance"
)

// release is a file of one release as the suite imports it. Equal releases are files of equal bytes.
type release struct {
	dataset  string // "office/trade" if empty
	stamp    string
	name     string // further releases of the same flows differ by it
	coverage []flow.Block
	flows    []flow.Flow
	rejects  []lake.Quarantined
	notes    []string
}

const dataset = "office/trade"

func (r release) vintage() provenance.Vintage {
	source, set, _ := strings.Cut(cmp.Or(r.dataset, dataset), "/")
	return provenance.Vintage{Source: source, Dataset: set, Stamp: r.stamp}
}

// file writes the release's raw bytes.
func (r release) file(t testing.TB) lake.File {
	raw := fmt.Appendf(nil, "%+v", r)
	sum := sha256.Sum256(raw)
	digest := hex.EncodeToString(sum[:])
	path := filepath.Join(t.TempDir(), digest)
	must(t, os.WriteFile(path, raw, 0o600))
	return lake.File{Path: path, Format: "suite", Bytes: provenance.Bytes{Name: r.name + ".txt", SHA256: digest, Size: int64(len(raw))}}
}

// of is a release whose coverage is the rectangle around its flows.
func of(stamp string, flows ...flow.Flow) release {
	return release{stamp: stamp, flows: flows, coverage: around(flows...)}
}

// covering is the release with its coverage given.
func (r release) covering(blocks ...flow.Block) release {
	r.coverage = blocks
	return r
}

// bring imports releases in one import and gives the new version and what became of each.
func bring(t testing.TB, s lake.Store, all ...release) (lake.Version, []lake.Outcome) {
	t.Helper()
	imp := begin(t, s)
	defer func() { must(t, imp.Abort()) }()
	var outs []lake.Outcome
	for _, r := range all {
		outs = append(outs, seal(t, imp, r))
	}
	v, err := imp.Commit(t.Context())
	must(t, err)
	return v, outs
}

func begin(t testing.TB, s lake.Store) lake.Import {
	t.Helper()
	imp, err := s.Begin(t.Context())
	must(t, err)
	return imp
}

// seal takes one release into the import, as the port's user does: unless its bytes are held already.
func seal(t testing.TB, imp lake.Import, r release) lake.Outcome {
	t.Helper()
	f := r.file(t)
	if _, held := imp.Held(f); held {
		return lake.Outcome{}
	}
	out, err := write(t, imp, f, r)
	must(t, err)
	return out
}

func write(t testing.TB, imp lake.Import, f lake.File, r release) (lake.Outcome, error) {
	t.Helper()
	w, err := imp.Write(t.Context(), f)
	must(t, err)
	defer w.Discard()
	must(t, w.Flows(r.flows))
	for _, q := range r.rejects {
		must(t, w.Reject(q))
	}
	w.Remark(provenance.Named, r.notes)
	return w.Seal(t.Context(), r.vintage(), r.coverage)
}

func newest(t testing.TB, s lake.Store) *lake.Snapshot { return snapshot(t, s, "", "") }

func snapshot(t testing.TB, s lake.Store, at lake.Version, asOf string) *lake.Snapshot {
	t.Helper()
	snap, err := s.Snapshot(t.Context(), at, asOf)
	must(t, err)
	return snap
}

// x is an export in euros, of a code of the Combined Nomenclature.
func x(reporter, partner area.Code, code goods.Code, when period.Period, euros int64) flow.Flow {
	return flow.Flow{
		Key:      flow.Key{Reporter: reporter, Partner: partner, Direction: flow.Export, Nomenclature: goods.CN, Goods: code, Period: when},
		Currency: money.EUR, Value: flow.Some(euros),
	}
}

func part(f flow.Flow, name string) flow.Flow {
	f.Part = name
	return f
}

func mass(f flow.Flow, grams int64) flow.Flow {
	f.NetMass = flow.Some(grams)
	return f
}

func unvalued(f flow.Flow) flow.Flow {
	f.Value, f.Currency = flow.Number{}, ""
	return f
}

// The goods and months of most cases.
const (
	phones, cars goods.Code    = "85171300", "87032319"
	jan, feb     period.Period = 202201, 202202
)

// around gives the smallest blocks, one a direction and nomenclature, that cover the flows.
func around(flows ...flow.Flow) []flow.Block {
	blocks := map[string]*flow.Block{}
	for i := range flows {
		f := &flows[i]
		side := string(f.Direction) + " " + string(f.Nomenclature)
		if blocks[side] == nil {
			blocks[side] = &flow.Block{Direction: f.Direction, Nomenclature: f.Nomenclature}
		}
		b := blocks[side]
		put(&b.Reporters, f.Reporter)
		put(&b.Partners, f.Partner)
		put(&b.Goods, f.Goods)
		put(&b.Periods, f.Period)
		for i, n := range numbers(f) {
			if n.Held {
				put(&b.Measures, flow.Measures()[i])
			}
		}
	}
	var out []flow.Block
	for _, side := range slices.Sorted(maps.Keys(blocks)) {
		out = append(out, *blocks[side])
	}
	return out
}

// put puts v into a sorted list, once.
func put[T cmp.Ordered](list *[]T, v T) {
	if at, in := slices.BinarySearch(*list, v); !in {
		*list = slices.Insert(*list, at, v)
	}
}

// numbers are the flow's, in the order of flow.Measures.
func numbers(f *flow.Flow) [3]*flow.Number {
	return [...]*flow.Number{&f.Value, &f.NetMass, &f.Quantity}
}

// exported asks for the value of eight-digit exports in the months given.
func exported(months ...period.Period) lake.Query {
	return lake.Query{
		Dataset: dataset, Direction: flow.Export, Goods: lake.GoodsFilter{Level: 8},
		Windows: []lake.Window{{Periods: months}}, Measures: []flow.Measure{flow.Value},
	}
}

// by is the query broken down.
func by(q lake.Query, d ...lake.Dimension) lake.Query {
	q.By = d
	return q
}

// lines gives the groups of a sum, sorted: keys in the query's order, the currency of the values held, and the
// sums with "-" for what is missing.
func lines(t testing.TB, s lake.Store, snap *lake.Snapshot, q lake.Query) []string {
	t.Helper()
	var out []string
	must(t, s.Sum(t.Context(), snap, q, func(r *lake.Row) error {
		if !r.Held() {
			t.Errorf("a group without a number: %+v", *r)
		}
		out = append(out, lineOf(keyOf(q.By, r.Reporter, r.Partner, r.Goods, r.Period), r.Currency, r.Sums, q))
		return nil
	}))
	slices.Sort(out)
	return out
}

func keyOf(by []lake.Dimension, reporter, partner area.Code, code goods.Code, when period.Period) (key string) {
	for _, d := range by {
		key += map[lake.Dimension]string{lake.ByReporter: string(reporter), lake.ByPartner: string(partner), lake.ByGoods: string(code), lake.ByPeriod: when.String()}[d] + " "
	}
	return key
}

func lineOf(key string, of money.Currency, numbers []flow.Number, q lake.Query) string {
	sums, currency := "", money.Currency("-")
	for i, n := range numbers {
		if !n.Held {
			sums += " -"
			continue
		}
		sums += " " + strconv.FormatInt(n.N, 10)
		if q.Measures[i%len(q.Measures)] == flow.Value {
			currency = of
		}
	}
	return key + string(currency) + sums
}

// expect asks and compares the groups, which want lists in order.
func expect(t testing.TB, s lake.Store, snap *lake.Snapshot, q lake.Query, want ...string) {
	t.Helper()
	if got := lines(t, s, snap, q); !slices.Equal(got, want) {
		t.Errorf("sums\n got %q\nwant %q", got, want)
	}
}

func expectOutcome(t testing.TB, got, want lake.Outcome) {
	t.Helper()
	if got != want {
		t.Errorf("outcome %+v, want %+v", got, want)
	}
	if got.Read != got.Kept+got.Held+got.Quarantined {
		t.Errorf("outcome %+v: rows read are not those kept, held and quarantined", got)
	}
}

func expectKind(t testing.TB, err error, want fault.Kind, doing string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != want {
		t.Errorf("%s: error %v, want %s", doing, err, want)
	}
}

// setAside lists what a snapshot has in quarantine.
func setAside(t testing.TB, s lake.Store, snap *lake.Snapshot) []lake.Quarantined {
	t.Helper()
	var out []lake.Quarantined
	must(t, s.Quarantine(t.Context(), snap, func(_ lake.Segment, q lake.Quarantined) error {
		out = append(out, q)
		return nil
	}))
	return out
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
