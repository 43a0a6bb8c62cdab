package laketest

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"detour/fault"
	"detour/lake"
	"detour/trade/flow"
	"detour/trade/provenance"
)

func emptyLake(t *testing.T, s lake.Store) {
	snap := newest(t, s)
	if snap.Version == "" || len(snap.Segments) != 0 {
		t.Errorf("an empty lake is version %q with %d segments", snap.Version, len(snap.Segments))
	}
	expect(t, s, snap, exported(jan))
	if set := setAside(t, s, snap); len(set) != 0 {
		t.Errorf("an empty lake has %v in quarantine", set)
	}
	expectWhole(t, s, snap)
	expectKind(t, s.Export(t.Context(), snap, filepath.Join(t.TempDir(), "x.csv"), lake.CSVFile), fault.NotFound, "exporting an empty lake")
	_, err := s.Snapshot(t.Context(), "0123456789abcdef", "")
	expectKind(t, err, fault.NotFound, "an unknown version")
	_, err = s.Snapshot(t.Context(), "", "yesterday")
	expectKind(t, err, fault.BadInput, "an as-of that is no date")
	if v, _ := bring(t, s); v != snap.Version {
		t.Errorf("an import of nothing made version %s of %s", v, snap.Version)
	}
}

func expectWhole(t *testing.T, s lake.Store, snap *lake.Snapshot) {
	t.Helper()
	must(t, s.Verify(t.Context(), snap, func(d lake.Damage) { t.Errorf("damaged: %+v", d) }))
}

func commitIsWhole(t *testing.T, s lake.Store) {
	imp := begin(t, s)
	before := newest(t, s)
	expectOutcome(t, seal(t, imp, of("2022-05", x("DE", "KZ", phones, jan, 100))), lake.Outcome{Read: 1, Kept: 1})
	seal(t, imp, of("2022-06", x("FR", "KZ", phones, feb, 20)))
	if during := newest(t, s); during.Version != before.Version {
		t.Error("a sealed file is seen before the commit")
	}
	v, err := imp.Commit(t.Context())
	must(t, err)
	must(t, imp.Abort()) // harmless
	after := newest(t, s)
	if after.Version != v || v == before.Version {
		t.Errorf("committed version %s, now %s, before %s", v, after.Version, before.Version)
	}
	expect(t, s, after, by(exported(jan, feb), lake.ByReporter), "DE EUR 100", "FR EUR 20")
	expect(t, s, before, exported(jan, feb)) // who holds the older snapshot sees that
	expectWhole(t, s, after)
}

func abortLeavesNothing(t *testing.T, s lake.Store) {
	before := newest(t, s)
	imp := begin(t, s)
	seal(t, imp, of("2022-05", x("DE", "KZ", phones, jan, 100)))
	must(t, imp.Abort())
	if v := newest(t, s).Version; v != before.Version {
		t.Errorf("version %s after an import given up, %s before", v, before.Version)
	}
	imp = begin(t, s)
	w, err := imp.Write(t.Context(), of("2022-05", x("DE", "KZ", cars, jan, 1)).file(t))
	must(t, err)
	must(t, w.Flows([]flow.Flow{x("DE", "KZ", cars, jan, 1)}))
	w.Discard()
	v, err := imp.Commit(t.Context())
	must(t, err)
	must(t, imp.Abort())
	if v != before.Version {
		t.Error("a discarded file was committed")
	}
}

func sameBytes(t *testing.T, s lake.Store) {
	r := of("2022-05", x("DE", "KZ", phones, jan, 100))
	v, _ := bring(t, s, r)
	again, outs := bring(t, s, r, r)
	if again != v {
		t.Errorf("the same bytes made version %s of %s", again, v)
	}
	expectOutcome(t, outs[0], lake.Outcome{})
	imp := begin(t, s)
	defer func() { must(t, imp.Abort()) }()
	f := r.file(t)
	for _, c := range []struct {
		stamp, format string
		held          bool
	}{{"", "suite", true}, {"2022-05", "suite", true}, {"2022-06", "suite", false}, {"", "other", false}} {
		f.Stamp, f.Format = c.stamp, c.format
		if seg, held := imp.Held(f); held != c.held || held && seg.Vintage != r.vintage() {
			t.Errorf("held as %s into stamp %q: %t, %s", c.format, c.stamp, held, seg.Vintage)
		}
	}
}

func oneWriter(t *testing.T, s lake.Store) {
	imp := begin(t, s)
	_, err := s.Begin(t.Context())
	expectKind(t, err, fault.Conflict, "a second import")
	must(t, imp.Abort())
	must(t, imp.Abort()) // harmless
	must(t, begin(t, s).Abort())
}

func resumes(t *testing.T, s lake.Store) {
	r := of("2022-05", x("DE", "KZ", phones, jan, 100))
	r.notes = []string{"a note"}
	f := r.file(t)
	imp := begin(t, s)
	if _, ok, err := imp.Resume(t.Context(), f); ok || err != nil {
		t.Errorf("resuming a file never sealed: %t, %v", ok, err)
	}
	sealed, err := write(t, imp, f, r)
	must(t, err)
	must(t, imp.Abort())

	imp = begin(t, s)
	got, ok, err := imp.Resume(t.Context(), f)
	must(t, err)
	if want := (lake.Sealed{Vintage: r.vintage(), Notes: r.notes, Outcome: sealed}); !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("resumed %t with %+v, want %+v", ok, got, want)
	}
	if _, held := imp.Held(f); !held {
		t.Error("a resumed file is not held by its import")
	}
	_, err = imp.Commit(t.Context())
	must(t, err)
	must(t, imp.Abort())
	expect(t, s, newest(t, s), exported(jan), "EUR 100")

	imp = begin(t, s)
	defer func() { must(t, imp.Abort()) }()
	other := r.file(t)
	other.Stamp = "2022-06"
	if _, ok, _ := imp.Resume(t.Context(), other); ok {
		t.Error("a file is resumed into another vintage, or after its commit")
	}
}

// What was committed meanwhile neither loses nor spoils a sealed file; only what it supersedes is another.
func resumesAfterOthers(t *testing.T, s lake.Store) {
	r := of("2022-06", x("DE", "KZ", phones, jan, 100), x("DE", "KZ", cars, jan, 7))
	imp := begin(t, s)
	expectOutcome(t, seal(t, imp, r), lake.Outcome{Read: 2, Kept: 2})
	must(t, imp.Abort())
	bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 90), x("DE", "KG", phones, jan, 5)))
	imp = begin(t, s)
	got, ok, err := imp.Resume(t.Context(), r.file(t))
	if want := (lake.Outcome{Read: 2, Kept: 2, Superseded: 1}); !ok || err != nil || got.Outcome != want {
		t.Errorf("resumed %t with %+v, want %+v (%v)", ok, got.Outcome, want, err)
	}
	_, err = imp.Commit(t.Context())
	must(t, err)
	must(t, imp.Abort())
	expect(t, s, newest(t, s), exported(jan), "EUR 112")
	expectWhole(t, s, newest(t, s))
}

// A sealed segment leaves out what files sealed before it had stated. Taken up without them, it would be
// silent where its file speaks.
func resumesBesideTheSame(t *testing.T, s lake.Store) {
	a := of("2022-05", x("DE", "KZ", phones, jan, 100))
	b := of("2022-05", x("DE", "KZ", phones, jan, 100), x("DE", "KZ", cars, jan, 7))
	imp := begin(t, s)
	seal(t, imp, a)
	expectOutcome(t, seal(t, imp, b), lake.Outcome{Read: 2, Kept: 1, Held: 1})
	must(t, imp.Abort())

	imp = begin(t, s)
	if _, ok, _ := imp.Resume(t.Context(), b.file(t)); ok {
		t.Error("resumed without the file beside which it was sealed")
	}
	seal(t, imp, b)
	_, err := imp.Commit(t.Context())
	must(t, err)
	must(t, imp.Abort())
	expect(t, s, newest(t, s), exported(jan), "EUR 107")
}

func uncovered(t *testing.T, s lake.Store) {
	covered := x("DE", "KZ", phones, jan, 100)
	imported := covered
	imported.Direction = flow.Import
	for _, f := range []flow.Flow{x("FR", "KZ", phones, jan, 1), x("DE", "KZ", phones, feb, 1), imported, x("DE", "KG", phones, jan, 1), x("DE", "KZ", "8517", jan, 1)} {
		r := of("2022-05", covered, f).covering(around(covered)...)
		imp := begin(t, s)
		_, err := write(t, imp, r.file(t), r)
		expectKind(t, err, fault.Internal, "a row outside the coverage")
		must(t, imp.Abort())
	}
}

func stamps(t *testing.T, s lake.Store) {
	bad := of("May 2022", x("DE", "KZ", phones, jan, 1))
	imp := begin(t, s)
	_, err := write(t, imp, bad.file(t), bad)
	expectKind(t, err, fault.BadInput, "a stamp that does not order")
	must(t, imp.Abort())
	bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 1)))
	if got := newest(t, s).Segments[0].StampFrom; got != provenance.Named {
		t.Errorf("the stamp is from %q", got)
	}
}

func held(t *testing.T, s lake.Store) {
	a := of("2022-05", x("DE", "KZ", phones, jan, 100), x("DE", "KZ", cars, jan, 5))
	b := of("2022-05", x("DE", "KZ", cars, jan, 5), x("DE", "KG", cars, jan, 3), x("DE", "KZ", cars, jan, 5))
	_, outs := bring(t, s, a, b)
	expectOutcome(t, outs[1], lake.Outcome{Read: 3, Kept: 1, Held: 2})
	c := a
	c.name = "the same rows in other bytes"
	_, outs = bring(t, s, c)
	expectOutcome(t, outs[0], lake.Outcome{Read: 2, Held: 2})
	expect(t, s, newest(t, s), exported(jan), "EUR 108")
	expectWhole(t, s, newest(t, s))
}

func conflicts(t *testing.T, s lake.Store) {
	file := func(name string, r release) release { r.name = name; return r }
	first := file("first", of("2022-05", x("DE", "KZ", phones, jan, 10000)))
	bring(t, s, first)
	// Unsorted, and within the file: the first statement stays, its equal is held, the rest contradicts.
	_, outs := bring(t, s, file("second", of("2022-05", mass(x("DE", "KZ", cars, feb, 500), 2000), x("DE", "KZ", phones, jan, 12345), x("DE", "KZ", cars, feb, 700),
		mass(x("DE", "KZ", cars, feb, 500), 2001), x("DE", "KZ", cars, feb, 500), x("AT", "KZ", cars, feb, 1))))
	expectOutcome(t, outs[0], lake.Outcome{Read: 6, Kept: 2, Held: 1, Quarantined: 3})
	dollars := mass(x("DE", "KZ", phones, jan, 10000), 1)
	dollars.Currency = "USD"
	_, outs = bring(t, s, file("third", of("2022-05", dollars)))
	expectOutcome(t, outs[0], lake.Outcome{Read: 1, Quarantined: 1})
	expect(t, s, newest(t, s), by(exported(jan, feb), lake.ByReporter, lake.ByPeriod), "AT 2022-02 EUR 1", "DE 2022-01 EUR 10000", "DE 2022-02 EUR 500")
	// The only file of its release, in no order, contradicts itself.
	_, outs = bring(t, s, file("fourth", of("2022-08", mass(x("DE", "KZ", phones, feb, 800), 4), x("DE", "KZ", cars, jan, 3), mass(x("DE", "KZ", phones, feb, 900), 5))))
	expectOutcome(t, outs[0], lake.Outcome{Read: 3, Kept: 2, Quarantined: 1, Superseded: 3})
	reasons := map[string]string{} // by field and row
	for _, q := range setAside(t, s, newest(t, s)) {
		reasons[q.Field+": "+q.Raw] = q.Reason
	}
	rival := "value 100.00 EUR by first.txt (sha256 " + first.file(t).Bytes.SHA256 + ")"
	want := map[string][2]string{ // who contradicts, and whom in what
		"value: DE,KZ,X,CN,85171300,2022-01,,value 123.45 EUR":                            {"flow 2 of second.txt", rival},
		"value: DE,KZ,X,CN,87032319,2022-02,,value 7.00 EUR":                              {"flow 3 of second.txt", "value 5.00 EUR by the file itself, flow 1"},
		"net-mass: DE,KZ,X,CN,87032319,2022-02,,value 5.00 EUR, net mass 2.001 kg":        {"flow 4 of second.txt", "net mass 2.000 kg by the file itself, flow 1"},
		"value: DE,KZ,X,CN,85171300,2022-01,,value 100.00 USD, net mass 0.001 kg":         {"flow 1 of third.txt", rival},
		"value, net-mass: DE,KZ,X,CN,85171300,2022-02,,value 9.00 EUR, net mass 0.005 kg": {"flow 3 of fourth.txt", "value 8.00 EUR by the file itself, flow 1 and net mass 0.004 kg by the file itself, flow 1"},
	}
	for row, of := range want {
		if reason := reasons[row]; !strings.HasPrefix(reason, "conflict: "+of[0]+" ") || !strings.HasSuffix(reason, of[1]) {
			t.Errorf("%s: reason %q, want %q", row, reason, of)
		}
	}
	if len(reasons) != len(want) {
		t.Errorf("set aside: %q", reasons)
	}
}

func completes(t *testing.T, s lake.Store) {
	_, outs := bring(t, s,
		of("2022-05", x("DE", "KZ", phones, jan, 100)),
		of("2022-05", mass(unvalued(x("DE", "KZ", phones, jan, 0)), 3)),
		of("2022-05", mass(x("DE", "KZ", phones, jan, 100), 3), mass(x("DE", "KZ", cars, jan, 50), 4)),
		of("2022-05", mass(x("DE", "KG", phones, jan, 1), 1), x("DE", "KG", cars, jan, 2)),
		of("2022-05", mass(x("DE", "KG", cars, jan, 2), 9))) // the value is held, the mass is new
	expectOutcome(t, outs[1], lake.Outcome{Read: 1, Kept: 1})
	expectOutcome(t, outs[2], lake.Outcome{Read: 2, Kept: 1, Held: 1})
	expectOutcome(t, outs[4], lake.Outcome{Read: 1, Kept: 1})
	q := by(exported(jan), lake.ByPartner, lake.ByGoods)
	q.Measures = []flow.Measure{flow.Value, flow.NetMass}
	expect(t, s, newest(t, s), q, "KG 85171300 EUR 1 1", "KG 87032319 EUR 2 9", "KZ 85171300 EUR 100 3", "KZ 87032319 EUR 50 4")
}

func quarantine(t *testing.T, s lake.Store) {
	r := of("2022-05", x("DE", "KZ", phones, jan, 100))
	r.rejects = []lake.Quarantined{
		{Line: 17, Field: "PARTNER", Reason: "partner \"??\" is not a code", Hint: "look it up", Raw: "DE,??,85171300"},
		{Sheet: "Sheet 2", Line: 3, Reason: "row <is> malformed & has\nodd bytes \u00e9", Raw: ",,,"},
	}
	only := release{stamp: "2022-06", rejects: r.rejects[:1]}
	_, outs := bring(t, s, r, only)
	expectOutcome(t, outs[0], lake.Outcome{Read: 3, Kept: 1, Quarantined: 2})
	expectOutcome(t, outs[1], lake.Outcome{Read: 1, Quarantined: 1})
	if got, want := setAside(t, s, newest(t, s)), append(slices.Clone(r.rejects), only.rejects...); !slices.Equal(got, want) {
		t.Errorf("quarantine\n got %+v\nwant %+v", got, want)
	}
	stop := errors.New("enough")
	if err := s.Quarantine(t.Context(), newest(t, s), func(lake.Segment, lake.Quarantined) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the reader's error came back as %v", err)
	}
	expectWhole(t, s, newest(t, s))
}

func readers(t *testing.T, s lake.Store) {
	bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 100)))
	snap := newest(t, s)
	imp := begin(t, s)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 5 {
				if err := s.Sum(t.Context(), snap, exported(jan), func(r *lake.Row) error {
					if r.Sums[0] != flow.Some(100) {
						t.Errorf("a reader beside an import got %v", r.Sums)
					}
					return nil
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	seal(t, imp, of("2022-06", x("DE", "KZ", phones, jan, 5)))
	_, err := imp.Commit(t.Context())
	must(t, err)
	must(t, imp.Abort())
	all.Wait()
	expect(t, s, snap, exported(jan), "EUR 100")
	expect(t, s, newest(t, s), exported(jan), "EUR 5")
}

func cancelled(t *testing.T, s lake.Store) {
	bring(t, s, of("2022-05", x("DE", "KZ", phones, jan, 100)))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	snap := newest(t, s)
	for doing, err := range map[string]error{
		"sum":          s.Sum(ctx, snap, exported(jan), func(*lake.Row) error { return nil }),
		"verification": s.Verify(ctx, snap, func(lake.Damage) {}),
		"export":       s.Export(ctx, snap, filepath.Join(t.TempDir(), "x.csv"), lake.CSVFile),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled %s gave %v", doing, err)
		}
	}
	stop := errors.New("enough")
	if err := s.Sum(t.Context(), snap, exported(jan), func(*lake.Row) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the reader's error came back as %v", err)
	}
}
