package table

import (
	"strconv"
	"strings"

	"detour/fault"
	"detour/source/table/internal/grid"
)

// flaw is why a cell or a row is not understood.
type flaw struct{ field, reason, hint string }

func quote(s string) string { return strconv.Quote(s) }

// rawSize is how much of a row a reject shows at most.
const rawSize = 4 << 10

// raw shows a row as it stands, its cells apart.
func raw(row []grid.Cell) string {
	var b strings.Builder
	for i, c := range row {
		if i > 0 {
			b.WriteString(" | ")
		}
		b.WriteString(c.Text)
	}
	s := b.String()
	if len(s) > rawSize {
		s = strings.ToValidUTF8(s[:rawSize], "")
	}
	return s
}

// faultOf makes a flaw of an error in a column.
func faultOf(column string, err error) *flaw { return &flaw{column, err.Error(), fault.HintOf(err)} }
