package main

import (
	"path/filepath"
	"slices"
	"strings"
)

const memberComment = `The codes of the named sets that follow an official list; sets.tsv names the list of each.
condition: empty, or what limits the law to a part of each code.
set	codes	condition`

// member is one code of a set.
type member struct{ set, code, condition string }

func memberTable(data string) ([]table, error) {
	var all []member
	for _, read := range []func(string) ([]member, error){chpl, exportBan, annexes} {
		members, err := read(filepath.Join(data, "goods"))
		if err != nil {
			return nil, err
		}
		all = append(all, members...)
	}
	return []table{{"members.tsv", text(memberComment, memberRows(all))}}, nil
}

// memberRows gathers the codes of a set that are under the same condition, a row for each heading so that a
// change of the list shows as a small change of the table.
func memberRows(members []member) [][]string {
	conditions := map[[2]string][]string{}
	for _, m := range members {
		k := [2]string{m.set, m.code}
		if !slices.Contains(conditions[k], m.condition) {
			conditions[k] = append(conditions[k], m.condition)
		}
	}
	codes := map[[3]string][]string{}
	for k, conditions := range conditions {
		slices.Sort(conditions)
		group := [3]string{k[0], k[1][:min(4, len(k[1]))], strings.Join(conditions, "; ")}
		codes[group] = append(codes[group], k[1])
	}
	var rows [][]string
	for group, c := range codes {
		slices.Sort(c)
		rows = append(rows, []string{group[0], strings.Join(c, " "), group[2]})
	}
	slices.SortFunc(rows, slices.Compare)
	return rows
}

// chpl reads the Common High Priority List into the set of all and those of the tiers. Its conversions to
// earlier editions are not taken: they are 1:1 and send 854151 and 854159 to telephones.
func chpl(goods string) ([]member, error) {
	s, err := readSheet(filepath.Join(goods, "chpl_bis_2024-02-23.csv"), "hs6", "tier")
	if err != nil {
		return nil, err
	}
	var members []member
	for i := range s.rows {
		code, err := s.code(i, "hs6", 6, 6)
		if err != nil {
			return nil, err
		}
		tier := strings.ToLower(strings.ReplaceAll(s.get(i, "tier"), ".", ""))
		members = append(members, member{set: "chpl", code: code}, member{set: "chpl-tier-" + tier, code: code})
	}
	return members, nil
}

func exportBan(goods string) ([]member, error) {
	s, err := readSheet(filepath.Join(goods, "eu_export_ban_cn8_2023-01_text.csv"), "code")
	if err != nil {
		return nil, err
	}
	var members []member
	for i := range s.rows {
		code, err := s.code(i, "code", 8, 8)
		if err != nil {
			return nil, err
		}
		members = append(members, member{set: "eu-export-ban-2023-01", code: code})
	}
	return members, nil
}

// exportAnnexes are the annexes of Regulation (EU) No 833/2014 that ban exports of listed codes, with the set
// that each goes into.
var exportAnnexes = map[string]string{
	"VII.B": "eu-833-annex-vii-b", "X": "eu-833-annex-x", "XI.A": "eu-833-annex-xi", "XI.B": "eu-833-annex-xi",
	"XVIII": "eu-833-annex-xviii", "XX": "eu-833-annex-xx",
}

func annexes(goods string) ([]member, error) {
	s, err := readSheet(filepath.Join(goods, "eu833_annex_codes_consolidated_2022-12-04.csv"), "annex", "direction", "category", "prefix", "ex")
	if err != nil {
		return nil, err
	}
	var members []member
	for i := range s.rows {
		set, listed := exportAnnexes[s.get(i, "annex")]
		if !listed || s.get(i, "direction") != "export" {
			continue
		}
		code, err := s.code(i, "prefix", 2, 8)
		if err != nil {
			return nil, err
		}
		m := member{set: set, code: code}
		if s.get(i, "ex") == "1" {
			m.condition = condition(s.get(i, "annex"), s.get(i, "category"))
		}
		members = append(members, m)
	}
	return members, nil
}

// condition says how the annex limits a code marked `ex`. Article 3h(3) sets EUR 300 per item for Annex XVIII
// unless the category names another value.
func condition(annex, category string) string {
	switch {
	case annex != "XVIII":
		return "ex: only the goods that the annex describes (" + category + ")"
	case strings.Contains(category, "EUR"):
		return "value per item: " + category
	default:
		return "value per item: " + category + " > EUR 300"
	}
}
