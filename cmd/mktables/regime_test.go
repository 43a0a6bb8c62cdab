package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"detour/trade/regime"
)

// The committed lists of law are what the official files and the heads give.
func TestRegimeTablesAreFresh(t *testing.T) {
	tables, err := regimeTables(data(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, fresh := range tables {
		committed, err := os.ReadFile(filepath.Join(root(t), "trade", "regime", "tables", fresh.name))
		if err != nil {
			t.Fatal(err)
		}
		if string(committed) != fresh.text {
			t.Errorf("%s is not what the official files give: run go run ./cmd/mktables -regime trade/regime/tables", fresh.name)
		}
	}
}

// Every row of the annexes of 4 December 2022 that bans something, and every row of the Norwegian annexes that are held, is
// in a list with its code and with `ex` as something less than the whole code.
func TestRegimeTablesAreWhole(t *testing.T) {
	dir := data(t)
	held := func(list, code string, ex bool) bool {
		l, ok := regime.BuiltIn().List(list)
		if !ok {
			return false
		}
		for _, item := range l.Items {
			if string(item.Code) == code && (item.Scope != regime.Whole) == ex {
				return true
			}
		}
		return false
	}
	eu, err := readSheet(filepath.Join(dir, "goods", "eu833_annex_codes_consolidated_2022-12-04.csv"), "annex", "prefix", "ex")
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	for i := range eu.rows {
		to, wanted := euLists[eu.get(i, "annex")]
		if !wanted {
			left++
			continue
		}
		ex := eu.get(i, "ex") == "1" || slices.Contains(inPart, eu.get(i, "annex")+" "+eu.get(i, "prefix"))
		if !held(to.list, eu.get(i, "prefix"), ex) {
			t.Errorf("%s %s is not in %s", eu.get(i, "annex"), eu.get(i, "printed_code"), to.list)
		}
	}
	if left != 13 { // Annex XXIV
		t.Errorf("%d rows are left out", left)
	}
	no, err := readSheet(filepath.Join(dir, "goods", "no_russia_annex_goods_2025.csv"), "no_annex", "cn_code")
	if err != nil {
		t.Fatal(err)
	}
	left = 0
	for i := range no.rows {
		list, wanted := norwegian[no.get(i, "no_annex")]
		if !wanted {
			left++
			continue
		}
		code := strings.ToLower(no.get(i, "cn_code"))
		if !held(list, strings.TrimPrefix(strings.TrimPrefix(code, "chapter"), "ex"), strings.HasPrefix(code, "ex")) {
			t.Errorf("%s %s is not in %s", no.get(i, "no_annex"), code, list)
		}
	}
	if left != 2 { // Annex XLVIII
		t.Errorf("%d Norwegian rows are left out", left)
	}
}

// The values of Annex XVIII by category.
func TestLuxury(t *testing.T) {
	for _, c := range []struct{ code, category, scope, above string }{
		{"330300", "(6) Perfumes and cosmetics", "value", "EUR 300"},
		{"851713", "(15) Electronic items for domestic use > EUR 750", "value", "EUR 750"},
		{"8521", "(16) Audio/video apparatus > EUR 1000", "value", "EUR 1000"},
		{"8703", "(17) Vehicles", "value", "EUR 50000"},
		{"8711", "(17) Vehicles", "value", "EUR 5000"},
		{"8708", "(17) Vehicles", "ex", ""},
		{"9201", "(19) Musical instruments > EUR 1500", "value", "EUR 1500"},
		{"900580", "(23) Optical articles", "ex", ""},
	} {
		if scope, above := luxury(c.code, c.category); scope != c.scope || above != c.above {
			t.Errorf("%s in %s: %s %q", c.code, c.category, scope, above)
		}
	}
}

func TestNorwegianCodes(t *testing.T) {
	goods := t.TempDir()
	write := func(code string) error {
		text := "no_annex,cn_code\nXXIII," + code + "\n"
		if err := os.WriteFile(filepath.Join(goods, "no_russia_annex_goods_2025.csv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		rows := map[string][]regimeRow{}
		err := norway(goods, rows)
		if err == nil && (rows["no-xxiii"][0].code != "72" && rows["no-xxiii"][0].scope != "ex") {
			t.Errorf("%s: %v", code, rows)
		}
		return err
	}
	for _, code := range []string{"Chapter72", "Ex8471", "ex2804"} {
		if err := write(code); err != nil {
			t.Error(err)
		}
	}
	if err := write("84 71"); err == nil || !strings.Contains(err.Error(), "row 2: cn_code") {
		t.Error(err)
	}
}
