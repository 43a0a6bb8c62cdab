package table_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"detour/fault"
	"detour/source"
	"detour/source/table"
	"detour/trade/flow"
)

// A table laid out wide, a column a year and imports and exports side by side, says the same as one laid out
// long, whatever the order of rows and columns and wherever cells are empty.
func TestWideAndLongAgree(t *testing.T) {
	long := mapping(t, with(`direction = { column = "direction" }`, `coverage = { partners = "listed", absent = "missing" }`, `numbers = { none = ["-"] }`))
	wide := mapping(t, with(`grid = { kind = "csv", header = [1, 2] }`, `partner = { column = "partner" }`, `period = { header = 2 }`, `direction = { header = 1 }`,
		`values = [{ measure = "value", unit = "USD", match = '^(import|export) / ' }]`, `coverage = { partners = "listed", absent = "missing" }`, `numbers = { none = ["-"] }`))
	rapid.Check(t, func(t *rapid.T) {
		partners := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"Germany", "France", "Türkiye", "CN", "Kazakhstan", "World"}), 1, 5, rapid.ID).Draw(t, "partners")
		partners = slices.DeleteFunc(partners, func(p string) bool { return p == "CN" }) // a code is no label
		years := rapid.SliceOfNDistinct(rapid.IntRange(1994, 2030), 1, 6, rapid.ID).Draw(t, "years")
		directions := rapid.Permutation([]string{"import", "export"}).Draw(t, "directions")
		cells := rapid.SliceOfN(rapid.OneOf(rapid.Just(""), rapid.Just("-"), rapid.StringMatching(`[0-9]{1,9}(\.[0-9]{1,2})?`)), 60, 60).Draw(t, "cells")

		var head1, head2, w, l strings.Builder
		head2.WriteString("partner")
		l.WriteString("v,partner,year,direction\n")
		for i, d := range directions {
			for j, y := range years {
				head1.WriteString(",")
				if j == 0 {
					head1.WriteString(d)
				}
				fmt.Fprintf(&head2, ",%d", y)
				for k, p := range partners {
					fmt.Fprintf(&l, "%s,%s,%d,%s\n", cells[(k*2+i)*6+j], p, y, d)
				}
			}
		}
		for k, p := range partners {
			w.WriteString(p)
			for i := range directions {
				for j := range years {
					w.WriteString("," + cells[(k*2+i)*6+j])
				}
			}
			w.WriteString("\n")
		}
		a, aRelease, aErr := decode(wide, "wide.csv", []byte(head1.String()+"\n"+head2.String()+"\n"+w.String()))
		b, bRelease, bErr := decode(long, "long.csv", []byte(l.String()))
		if (aErr == nil) != (bErr == nil) {
			t.Fatalf("wide: %v, long: %v", aErr, bErr)
		}
		if diff := cmp.Diff(sorted(b.flows), sorted(a.flows)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(bRelease.Coverage, aRelease.Coverage); diff != "" {
			t.Fatal(diff)
		}
		held := 0
		for k := range partners {
			for i := range directions {
				for j := range years {
					if c := cells[(k*2+i)*6+j]; c != "" && c != "-" {
						held++
					}
				}
			}
		}
		if len(a.flows) != held || len(a.rejects) != 0 {
			t.Fatalf("%d flows and %d rejects of %d figures", len(a.flows), len(a.rejects), held)
		}
	})
}

func sorted(flows []flow.Flow) []string {
	var out []string
	for _, f := range flows {
		out = append(out, said(&recorder{flows: []flow.Flow{f}}))
	}
	slices.Sort(out)
	return out
}

// Whatever a mapping file says, it is read or refused by name, and what is read decodes without a panic.
func FuzzMapping(f *testing.F) {
	f.Add(minimal)
	f.Add(with(`numbers = { decimal = ",", group = [" "], none = ["-"], round = true }`, `month = { header = 1, labels = { "x" = "year" } }`, `skip = [{ when = { "$A" = ["x"] } }]`))
	f.Add(with(`grid = { kind = "json" }`, `period = { cell = "B7", pattern = '(\d+)' }`))
	f.Fuzz(func(t *testing.T, text string) {
		m, err := table.ReadMapping(strings.NewReader(text), "m.toml")
		if err != nil {
			if fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), "m.toml") {
				t.Fatalf("%v is a %s", err, fault.KindOf(err))
			}
			return
		}
		for _, file := range []string{"partner,year,v\nFrance,2022,1\n", `[{"partner":"France","year":2022,"v":1}]`} {
			checkDecode(t, m, []byte(file))
		}
	})
}

// Whatever the bytes of a file are, decoding ends in flows, rejects or bad input, the same each time.
func FuzzData(f *testing.F) {
	layouts := []string{
		`grid = { kind = "csv", header = [1, 2], encoding = "windows-1251" }`, `grid = { kind = "csv", header = [1] }`, `grid = { kind = "json" }`,
		`grid = { kind = "xlsx", header = [1], sheets = ["*"] }`, `grid = { kind = "xls", header = [1], sheets = ["*"] }`,
	}
	var mappings []table.Mapping
	for _, l := range layouts {
		m, err := table.ReadMapping(strings.NewReader(with(l)), "m.toml")
		if err != nil {
			f.Fatal(err)
		}
		mappings = append(mappings, m)
	}
	f.Add([]byte(",,\npartner,year,v\nFrance,2022,1\n"), uint8(0))
	f.Add([]byte("partner,year,v\nFrance,2022,1\n\"x"), uint8(1))
	f.Add([]byte(`[{"partner":"France","year":2022,"v":1e2}]`), uint8(2))
	f.Add([]byte("PK\x03\x04"), uint8(3))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), uint8(4))
	f.Fuzz(func(t *testing.T, file []byte, which uint8) { checkDecode(t, mappings[int(which)%len(mappings)], file) })
}

func checkDecode(t *testing.T, m table.Mapping, file []byte) {
	t.Helper()
	in := source.Input{Name: "t.csv", Size: int64(len(file)), R: bytes.NewReader(file)}
	a, b := &recorder{}, &recorder{}
	release, err := table.Format(m).Decode(t.Context(), in, a)
	again, errAgain := table.Format(m).Decode(t.Context(), in, b)
	if fmt.Sprint(err) != fmt.Sprint(errAgain) || !cmp.Equal(a.flows, b.flows) || !cmp.Equal(a.rejects, b.rejects) || !cmp.Equal(release, again) {
		t.Fatalf("the same bytes gave %v and %v", err, errAgain)
	}
	if err != nil {
		if fault.KindOf(err) != fault.BadInput {
			t.Fatalf("%v is a %s", err, fault.KindOf(err))
		}
		return
	}
	for _, f := range a.flows {
		if f.Value.N < 0 || f.NetMass.N < 0 || f.Quantity.N < 0 || !f.Value.Held && !f.NetMass.Held && !f.Quantity.Held {
			t.Fatalf("the flow %+v", f)
		}
		covered := slices.ContainsFunc(release.Coverage, func(b source.Block) bool {
			return slices.Contains(b.Reporters, f.Reporter) && slices.Contains(b.Periods, f.Period) && b.Direction == f.Direction && b.CoversGoods(f.Goods)
		})
		if !covered {
			t.Fatalf("no block covers %+v", f)
		}
	}
}
