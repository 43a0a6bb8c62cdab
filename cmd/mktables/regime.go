package main

import (
	"cmp"
	"embed"
	"path/filepath"
	"slices"
	"strings"

	"detour/fault"
)

// Heads of the lists of trade/regime whose rows come from official files: what the files do not say (dates of entry
// into force, how much is held) is written there by hand, with rows that were read elsewhere.
//
//go:embed regime/*.head
var regimeHeads embed.FS

// regimeRow is a row of a list of trade/regime before rows of the same terms are joined.
type regimeRow struct{ code, scope, above, condition, from string }

// regimeTables makes the lists of trade/regime whose rows come from official files.
func regimeTables(data string) ([]table, error) {
	rows := map[string][]regimeRow{}
	for _, read := range []func(string, map[string][]regimeRow) error{euAnnexes, priorityItems, norway} {
		if err := read(filepath.Join(data, "goods"), rows); err != nil {
			return nil, err
		}
	}
	heads, err := regimeHeads.ReadDir("regime")
	if err != nil {
		return nil, err
	}
	var tables []table
	for _, entry := range heads {
		head, err := regimeHeads.ReadFile("regime/" + entry.Name())
		if err != nil {
			return nil, err
		}
		id := strings.TrimSuffix(entry.Name(), ".head")
		if len(rows[id]) == 0 {
			return nil, fault.Errorf(fault.Internal, "no official file has rows for %s", entry.Name())
		}
		tables = append(tables, table{id + ".list", string(head) + joined(rows[id])})
	}
	return tables, nil
}

// joined writes rows of the same terms as one line a chapter.
func joined(rows []regimeRow) string {
	byCode := func(a, b regimeRow) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.scope, b.scope), cmp.Compare(a.above, b.above),
			cmp.Compare(a.condition, b.condition), cmp.Compare(a.code, b.code))
	}
	rows = slices.Compact(slices.SortedFunc(slices.Values(rows), byCode))
	var b strings.Builder
	for i := 0; i < len(rows); {
		first, codes := rows[i], []string{}
		for ; i < len(rows) && rows[i].terms() == first.terms(); i++ {
			codes = append(codes, rows[i].code)
		}
		condition := first.condition
		if strings.ContainsAny(condition, ",\"") {
			condition = `"` + strings.ReplaceAll(condition, `"`, `""`) + `"`
		}
		b.WriteString(strings.Join([]string{strings.Join(codes, " "), first.scope, first.above, condition, first.from, ""}, ",") + "\n")
	}
	return b.String()
}

// terms are what rows on one line have in common.
func (r regimeRow) terms() regimeRow {
	r.code = r.code[:2]
	return r
}

// euLists are the annexes of Regulation (EU) No 833/2014 as of 4 December 2022 with the list of each, and the day on
// which their codes entered into force, or by which they had at the latest.
var euLists = map[string]struct{ list, from string }{
	"VII.B": {"eu-833-vii-b", "2022-10-07"}, "X": {"eu-833-x", "<2022-12-04"},
	"XI.A": {"eu-833-xi-a", "2022-02-26"}, "XI.B": {"eu-833-xi", "<2022-12-04"},
	"XVII.B": {"eu-833-xvii", "2022-10-07"}, "XVIII": {"eu-833-xviii", "2022-03-16"}, "XX": {"eu-833-xx", "2022-04-09"},
	"XXI.A": {"eu-833-xxi", "<2022-12-04"}, "XXI.B": {"eu-833-xxi", "2022-10-07"}, "XXII": {"eu-833-xxii", "2022-04-09"},
	"XXV": {"eu-833-xxv", "2022-06-04"}, "XXVI": {"eu-833-xxvi", "2022-07-22"}, "XXVII": {"eu-833-xxvii", "2022-07-22"},
}

// inPart are codes that the consolidated text of 27 April 2023 marks `ex` and the file of 4 December 2022 does not: the
// lesser claim is taken for both.
var inPart = []string{"XI.B 27101999", "XI.B 851779", "XXV 2709"}

// opticalGoods is the category of Annex XVIII that was added to the 22 of Regulation (EU) 2022/428.
const opticalGoods = "(23)"

func euAnnexes(goods string, rows map[string][]regimeRow) error {
	s, err := readSheet(filepath.Join(goods, "eu833_annex_codes_consolidated_2022-12-04.csv"), "annex", "category", "prefix", "ex")
	if err != nil {
		return err
	}
	for i := range s.rows {
		annex := s.get(i, "annex")
		to, wanted := euLists[annex]
		if !wanted {
			continue // XXIV lists goods that are allowed
		}
		row := regimeRow{from: to.from}
		if row.code, err = s.code(i, "prefix", 2, 8); err != nil {
			return err
		}
		if annex == "XVIII" {
			if row.condition = s.get(i, "category"); strings.HasPrefix(row.condition, opticalGoods) {
				row.from = "<2022-12-04"
			}
		}
		if s.get(i, "ex") == "1" || slices.Contains(inPart, annex+" "+row.code) {
			row.scope = "ex"
			if annex == "XVIII" {
				row.scope, row.above = luxury(row.code, row.condition)
			}
		}
		rows[to.list] = append(rows[to.list], row)
	}
	return nil
}

// luxury gives the value of an item above which Annex XVIII bans it: EUR 300 (Article 3h) unless the category names
// another, or none. Of category 17 only cars, other vehicles for persons, vessels and motorcycles are surely meant by its
// values; what value counts for their parts is not said here.
func luxury(code, category string) (scope, above string) {
	value := "300"
	switch number, _, _ := strings.Cut(strings.TrimPrefix(category, "("), ")"); number {
	case "15":
		value = "750"
	case "16":
		value = "1000"
	case "17":
		return vehicles(code)
	case "19":
		value = "1500"
	case "23": // optical goods, of any value
		return "ex", ""
	}
	return "value", "EUR " + value
}

func vehicles(code string) (scope, above string) {
	switch code[:4] {
	case "8702", "8703", "8901", "8903":
		return "value", "EUR 50000"
	case "8711":
		return "value", "EUR 5000"
	}
	return "ex", ""
}

// cncItems are the items that Regulation (EU) 2024/1745 added to Annex XL on 25 June 2024; the other items of the
// Common High Priority List are those of Annex XI to Regulation (EU) 2023/2878.
var cncItems = []string{"845710", "845811", "845891", "845961", "846693"}

func priorityItems(goods string, rows map[string][]regimeRow) error {
	s, err := readSheet(filepath.Join(goods, "chpl_bis_2024-02-23.csv"), "hs6", "tier")
	if err != nil {
		return err
	}
	for i := range s.rows {
		code, err := s.code(i, "hs6", 6, 6)
		if err != nil {
			return err
		}
		rows["chpl"] = append(rows["chpl"], regimeRow{code: code, condition: "tier " + s.get(i, "tier"), from: "<2024-02-23"})
		from := "2023-12-19"
		if slices.Contains(cncItems, code) {
			from = "2024-06-25"
		}
		rows["eu-833-xl"] = append(rows["eu-833-xl"], regimeRow{code: code, from: from})
	}
	return nil
}

// norwegian are the annexes of the Norwegian regulation with the list of each; what XLVIII restricts is not held.
var norwegian = map[string]string{"II": "no-ii", "IX": "no-ix", "XXI": "no-xxi", "XXIII": "no-xxiii", "XXIIID": "no-xxiiid", "XXXVII": "no-xxxvii"}

// norway reads codes written as `8541`, `Ex8471` or `Chapter72`.
func norway(goods string, rows map[string][]regimeRow) error {
	s, err := readSheet(filepath.Join(goods, "no_russia_annex_goods_2025.csv"), "no_annex", "cn_code")
	if err != nil {
		return err
	}
	for i := range s.rows {
		list, wanted := norwegian[s.get(i, "no_annex")]
		if !wanted {
			continue
		}
		row := regimeRow{from: "<2025-06-27"}
		code := strings.ToLower(s.get(i, "cn_code"))
		code = strings.TrimPrefix(code, "chapter")
		if rest, ex := strings.CutPrefix(code, "ex"); ex {
			code, row.scope = rest, "ex"
		}
		if !isCode(code) || len(code) < 2 || len(code) > 8 {
			return fault.Errorf(fault.BadInput, "reading %s row %d: cn_code is %q", s.name, s.first+i, s.get(i, "cn_code"))
		}
		row.code = code
		rows[list] = append(rows[list], row)
	}
	return nil
}
