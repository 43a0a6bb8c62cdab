package ppml

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// The reference coefficients were computed with R's glm at tight tolerance and are given to ten
// digits after the point: hence 1e-9 for coefficients, 1e-8 for standard errors.

var gravity = strings.Split("lypex,lypim,lyex,lyim,ldist,border,comlang,colony,landl_ex,landl_im,lremot_ex,lremot_im,comfrt_wto,open_wto", ",")

// Santos Silva & Tenreyro 2006, table 3, all observations and those with trade.
func TestLogOfGravity(t *testing.T) {
	for name, positive := range map[string]bool{"log_of_gravity_table3_ppml_all": false, "log_of_gravity_table3_ppml_pos": true} {
		t.Run(name, func(t *testing.T) {
			want := expected(t)[name]
			var y []float64
			var design []float64
			for _, row := range text(t, "log_of_gravity.csv.gz") {
				trade := number(t, row["trade"])
				if trade == 0 && positive {
					continue
				}
				y = append(y, trade)
				design = append(design, 1)
				for _, v := range gravity {
					design = append(design, number(t, row[v]))
				}
			}
			f, err := Fit(mat.NewDense(len(y), len(gravity)+1, design), y, Options{Names: append([]string{"(Intercept)"}, gravity...)})
			if err != nil {
				t.Fatal(err)
			}
			if len(y) != want.N || len(f.Coef) != len(want.Coef) || len(f.Separated)+len(f.Dropped) > 0 {
				t.Fatalf("%d observations, %d coefficients, separated %v, dropped %v", len(y), len(f.Coef), f.Separated, f.Dropped)
			}
			se := StdErrors(f.HC0())
			for j, v := range f.Names {
				near(t, v, f.Coef[j], want.Coef[v], 1e-9)
				if s, ok := want.HC0[v]; ok {
					near(t, "HC0 of "+v, se[j], s, 1e-8)
				}
			}
			near(t, "deviance", f.Deviance, want.Deviance, 1e-9)
		})
	}
}

// The four factors of fixest's trade data make 57 dummies: dense, and just within reach. Its clustered
// standard error without a correction for small samples is given to nine digits.
func TestFixestTrade(t *testing.T) {
	if testing.Short() {
		t.Skip("38,325 observations of 58 columns")
	}
	want := expected(t)["fixest_trade"]
	factors := []string{"Origin", "Destination", "Product", "Year"}
	table := text(t, "fixest_trade.csv")
	levels := map[string]int{}
	for _, row := range table {
		for _, factor := range factors {
			level := factor + "=" + row[factor]
			if _, seen := levels[level]; !seen {
				levels[level] = len(levels) + 1
			}
		}
	}
	x, y, origin := mat.NewDense(len(table), len(levels)+1, nil), make([]float64, len(table)), make([]int, len(table))
	for i, row := range table {
		x.Set(i, 0, math.Log(number(t, row["dist_km"])))
		y[i] = number(t, row["Euros"])
		for _, factor := range factors {
			x.Set(i, levels[factor+"="+row[factor]], 1)
		}
		origin[i] = levels["Origin="+row["Origin"]]
	}
	f := fit(t, x, y)
	near(t, "log(dist_km)", f.Coef[0], want.Coef["log(dist_km)"], 1e-10)
	v, err := f.CR0(origin)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "CR0", StdErrors(v)[0], want.SE["cluster Origin sandwich"], 1e-8)
	if len(f.Dropped) != len(factors)-1 {
		t.Errorf("dropped %v: one dummy of each factor but the first is collinear", f.Dropped)
	}
}

// The cases of separation published with ppmlhdfe: exactly the observations marked are set aside.
func TestSeparationCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(folder(t), "separation", "*.csv"))
	if err != nil || len(files) != 11 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			x, y, want := separationCase(t, filepath.Join("separation", filepath.Base(file)))
			f, err := Fit(x, y, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(f.Separated, want) {
				t.Errorf("separated %v, want %v", f.Separated, want)
			}
		})
	}
}

// separationCase reads a case: a constant, the columns x, and a dummy for each level of each column id.
func separationCase(t *testing.T, file string) (x *mat.Dense, y []float64, separated []int) {
	t.Helper()
	table := text(t, file)
	var columns []string
	for i, row := range table {
		for name, v := range row {
			column := name
			if strings.HasPrefix(name, "id") {
				column += "=" + v
			}
			if name != "y" && name != "separated" && !slices.Contains(columns, column) {
				columns = append(columns, column)
			}
		}
		y = append(y, number(t, row["y"]))
		if row["separated"] == "1" {
			separated = append(separated, i)
		}
	}
	slices.Sort(columns)
	x = mat.NewDense(len(table), len(columns)+1, nil)
	for i, row := range table {
		x.Set(i, 0, 1)
		for j, column := range columns {
			if name, level, dummy := strings.Cut(column, "="); !dummy {
				x.Set(i, j+1, number(t, row[name]))
			} else if row[name] == level {
				x.Set(i, j+1, 1)
			}
		}
	}
	return x, y, separated
}

type reference struct {
	N        int
	Deviance float64
	Coef     map[string]float64
	HC0      map[string]float64 `json:"robust_se_hc0"`
	SE       map[string]float64
}

func expected(t *testing.T) map[string]reference {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(folder(t), "expected_coefficients.json"))
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(file, &raw); err != nil {
		t.Fatal(err)
	}
	out := map[string]reference{}
	for name, entry := range raw {
		var r reference
		if name != "note" && name != "separation" {
			if err := json.Unmarshal(entry, &r); err != nil {
				t.Fatal(err)
			}
			out[name] = r
		}
	}
	return out
}

// text reads a table by column name.
func text(t *testing.T, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(folder(t), file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(file, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	records, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", file, err))
	}
	var out []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for j, cell := range record {
			row[records[0][j]] = cell
		}
		out = append(out, row)
	}
	return out
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// folder is the reference data, where they are at hand.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	data := filepath.Join(dir, "..", "shared", "data", "ppml")
	if _, err := os.Stat(data); err != nil {
		t.Skip("the shared data are absent: no ppml folder")
	}
	return data
}
