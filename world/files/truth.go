package files

import (
	"encoding/csv"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"detour/trade/area"
	"detour/world/truth"
)

// WriteTruth writes truth.json, which holds everything, and tables of its parts: pairs.csv, happenings.csv,
// movements.csv, goods.csv, reporters.csv. The folder is made where it is absent.
func WriteTruth(dir string, t truth.Truth) error {
	if err := create(filepath.Join(dir, "truth.json"), func(out io.Writer) error { return truth.Encode(out, t) }); err != nil {
		return err
	}
	for _, table := range tables {
		err := create(filepath.Join(dir, table.name), func(out io.Writer) error {
			w := csv.NewWriter(out)
			w.Write(strings.Split(table.columns, ","))
			table.rows(t, func(fields ...string) { w.Write(fields) })
			w.Flush()
			return w.Error()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tables are the parts of the truth as CSV, in the columns that docs/format/world-truth.md lists.
var tables = []struct {
	name, columns string
	rows          func(truth.Truth, func(...string))
}{
	{"pairs.csv", "hub,goods,kind,happening", func(t truth.Truth, row func(...string)) {
		for _, p := range t.Pairs {
			row(string(p.Hub), string(p.Goods), string(p.Kind), strconv.Itoa(p.Happening))
		}
	}},
	{"happenings.csv", "id,kind,goods,declared,hubs,to,onset,ramp_months,size,delay_low,delay_high,margin,ghost,third_origin,beside_honest,sources", func(t truth.Truth, row func(...string)) {
		for _, h := range t.Happenings {
			row(strconv.Itoa(h.ID), string(h.Kind), string(h.Goods), string(h.Declared), joined(h.Hubs), string(h.To), month(h.Onset),
				strconv.Itoa(h.Ramp), strconv.FormatInt(h.Size, 10), strconv.Itoa(h.DelayLow), strconv.Itoa(h.DelayTop), share(h.Margin),
				share(h.Ghost), strconv.FormatBool(h.ThirdOrigin), strconv.FormatBool(h.BesideHonest), sources(h.Sources))
		}
	}},
	{"movements.csv", "happening,kind,stated_by,from,to,goods,month,eur,kg,ghost_eur", func(t truth.Truth, row func(...string)) {
		for _, h := range t.Happenings {
			for _, side := range []struct {
				by    string
				moves []truth.Movement
			}{{"sender", h.Sent}, {"receiver", h.Received}} {
				for _, m := range side.moves {
					row(strconv.Itoa(h.ID), string(h.Kind), side.by, string(m.From), string(m.To), string(m.Goods), month(m.Month),
						strconv.FormatInt(m.Euros, 10), strconv.FormatInt(m.Kilos, 10), strconv.FormatInt(m.Ghost, 10))
				}
			}
		}
	}},
	{"goods.csv", "goods,goods_hs2017,tier,listed_from,neighbour", func(t truth.Truth, row func(...string)) {
		for _, g := range t.Goods {
			row(string(g.Code), string(g.Before), g.Tier, month(g.Listed), string(g.Neighbour))
		}
	}},
	{"reporters.csv", "area,last_month,stops", func(t truth.Truth, row func(...string)) {
		for _, r := range t.Reporters {
			row(string(r.Area), month(r.Last), strconv.FormatBool(r.Stops))
		}
	}},
}

// month is empty where there is none.
func month(m truth.Month) string {
	if m.Period == 0 {
		return ""
	}
	return m.String()
}

func share(x float64) string { return strconv.FormatFloat(x, 'f', 6, 64) }

func joined(list []area.Code) string {
	var b strings.Builder
	for i, c := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(c))
	}
	return b.String()
}

func sources(list []truth.Share) string {
	words := make([]string, 0, len(list))
	for _, s := range list {
		words = append(words, string(s.Area)+"="+share(s.Share))
	}
	return strings.Join(words, " ")
}
