package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"detour/fault"
)

// hsYears are the HS editions with UN Comtrade's name for each.
var hsYears = []struct{ edition, class string }{{"HS2012", "H4"}, {"HS2017", "H5"}, {"HS2022", "H6"}}

const hsComment = `The Harmonized System: codes of 2, 4 and 6 digits, the editions that have each, its text.
Source: UN Statistics Division, UN Comtrade reference files classificationH4, H5 and H6 (after the World Customs Organization).
code	editions	text`

// hsTable lists codes and texts; a code whose text changed has a row for each text.
func hsTable(data string) ([]table, error) {
	type entry struct{ code, text string }
	editions := map[entry][]string{}
	for _, hs := range hsYears {
		path := filepath.Join(data, "nomenclature", "classification"+hs.class+".json")
		raw, err := readFile(path)
		if err != nil {
			return nil, err
		}
		var file struct{ Results []struct{ ID, Text string } }
		if err := json.Unmarshal(bytes.TrimPrefix(raw, []byte("\ufeff")), &file); err != nil {
			return nil, fault.Errorf(fault.BadInput, "reading %s: %w", filepath.Base(path), err)
		}
		for _, r := range file.Results {
			if !isCode(r.ID) {
				continue // ALL, TOTAL and the names of the levels
			}
			text, ok := strings.CutPrefix(r.Text, r.ID+" - ")
			if !ok {
				return nil, fault.Errorf(fault.BadInput, "reading %s: text of %s is %q, not `%s - ...`", filepath.Base(path), r.ID, r.Text, r.ID)
			}
			e := entry{r.ID, strings.Join(strings.Fields(text), " ")}
			editions[e] = append(editions[e], hs.edition)
		}
	}
	var rows [][]string
	for e, in := range editions {
		rows = append(rows, []string{e.code, strings.Join(in, ","), e.text})
	}
	slices.SortFunc(rows, slices.Compare)
	return []table{{"hs.tsv.gz", text(hsComment, rows)}}, nil
}

const cnComment = `The Combined Nomenclature: codes of 8 digits and the years that have each, of those whose list is held.
Source: European Union, Combined Nomenclature (Annex I to Council Regulation (EEC) No 2658/87) of 2023 and 2026.
code	editions`

func cnTable(data string) ([]table, error) {
	editions := map[string][]string{}
	for _, year := range []string{"2023", "2026"} {
		name := "cnCodes_" + year + ".json.gz"
		codes, err := readCN(filepath.Join(data, "nomenclature", name))
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		for _, c := range codes {
			editions[c] = append(editions[c], "CN"+year)
		}
	}
	var rows [][]string
	for c, in := range editions {
		rows = append(rows, []string{c, strings.Join(in, ",")})
	}
	slices.SortFunc(rows, slices.Compare)
	return []table{{"cn.tsv", text(cnComment, rows)}}, nil
}

func readCN(path string) ([]string, error) {
	raw, err := readFile(path)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, fault.Errorf(fault.BadInput, "%w", err)
	}
	var entries []struct{ Code string }
	if err := json.NewDecoder(z).Decode(&entries); err != nil {
		return nil, fault.Errorf(fault.BadInput, "%w", err)
	}
	var codes []string
	for i, e := range entries {
		if !isCode(e.Code) || len(e.Code) != 8 {
			return nil, fault.Errorf(fault.BadInput, "entry %d: code is %q, not 8 digits", i+1, e.Code)
		}
		codes = append(codes, e.Code)
	}
	slices.Sort(codes)
	return slices.Compact(codes), nil
}

const linkComment = `Correlation of %s with %s at 6 digits, n:m.
A row links each of its newer codes with each of its older ones. A code of both editions without a row is linked with itself alone.
Source: UN Statistics Division, %s.
newer codes	older codes`

// correlations are the UN's files of neighbouring editions with the names of their columns.
var correlations = []struct{ newer, older, file, newerColumn, olderColumn string }{
	{"HS2022", "HS2017", "HS2022toHS2017ConversionAndCorrelationTables__HS2022-HS2017_Correlations.csv", "HS2022", "HS2017"},
	{"HS2017", "HS2012", "HS2017toHS2012ConversionAndCorrelationTables__Correlation_HS17-HS12.csv", "HS 2017", "HS 2012"},
}

func linkTables(data string) ([]table, error) {
	var tables []table
	for _, c := range correlations {
		s, err := readSheet(filepath.Join(data, "nomenclature", c.file), c.newerColumn, c.olderColumn)
		if err != nil {
			return nil, err
		}
		older := map[string][]string{}
		for i := range s.rows {
			n, err := s.code(i, c.newerColumn, 6, 6)
			if err != nil {
				return nil, err
			}
			o, err := s.code(i, c.olderColumn, 6, 6)
			if err != nil {
				return nil, err
			}
			older[n] = append(older[n], o)
		}
		comment := fmt.Sprintf(linkComment, c.newer, c.older, strings.ReplaceAll(strings.TrimSuffix(c.file, ".csv"), "__", ", "))
		name := strings.ToLower("links-" + c.newer + "-" + c.older + ".tsv")
		tables = append(tables, table{name, text(comment, linkRows(older))})
	}
	return tables, nil
}

// linkRows groups the newer codes that have the same older ones, in the order of their first code, and
// leaves out those that have only themselves.
func linkRows(older map[string][]string) [][]string {
	newer := map[string][]string{}
	for n, codes := range older {
		slices.Sort(codes)
		if list := strings.Join(slices.Compact(codes), " "); list != n {
			newer[list] = append(newer[list], n)
		}
	}
	var rows [][]string
	for list, codes := range newer {
		slices.Sort(codes)
		rows = append(rows, []string{strings.Join(codes, " "), list})
	}
	slices.SortFunc(rows, func(a, b []string) int { return cmp.Compare(a[0], b[0]) })
	return rows
}
