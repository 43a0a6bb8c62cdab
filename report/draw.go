package report

import (
	"math"
	"strings"

	"detour/report/svg"
)

// easel is a table as a chart sees it: its figures as the page writes them, at one scale. It is chart.Figures.
type easel struct {
	table  Table
	scales scales
}

func (e easel) cell(row int, key string) Cell { return e.table.Rows[row][e.table.column(key)] }

func (e easel) Rows() int { return len(e.table.Rows) }

func (e easel) Title(key string) string { return e.table.Columns[e.table.column(key)].Title }

func (e easel) Name(key string) string {
	j := e.table.column(key)
	unit, _ := columnUnit(e.table.Columns[j], e.table.Rows, j, e.scales)
	return strings.TrimSuffix(e.Title(key)+", "+unit, ", ")
}

func (e easel) Text(row int, key string) string { return onPage().figure(e.cell(row, key), e.scales) }

func (e easel) Held(row int, key string) bool { return e.cell(row, key).kind != isNull }

func (e easel) Number(row int, key string) svg.Number {
	c := e.cell(row, key)
	switch c.kind {
	case isAmount:
		return svg.Number{V: float64(c.n) / math.Pow10(e.scales[c.s].From), Held: true}
	case isRatio:
		return svg.Number{V: 100 * c.float(), Held: true}
	default:
		return svg.Number{V: c.float(), Held: c.numeric() || c.kind == isFlag}
	}
}

func (e easel) Count(n int, noun string) string { return onPage().Things(n, noun) }
