package baci

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"detour/fault"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// Name gives the name of a file, which says what its rows do not: edition, year and version (202401).
// Bad input where BACI has no such edition, the period is not a year, or the version is none.
func Name(edition goods.Nomenclature, year period.Period, version string) (string, error) {
	for mark, n := range editions {
		if n == edition && year.IsYear() {
			name := fmt.Sprintf("BACI_%s_Y%d_V%s.csv", mark, year.Year(), version)
			_, err := titleOf(name)
			return name, err
		}
	}
	return "", fault.Errorf(fault.BadInput, "BACI has no file of %s in %s", year, edition)
}

// Encode writes the flows of one year and edition, in the order given; decoding the file under its Name gives
// the same flows. A flow that the file cannot say is bad input, naming its row: one of another year or
// edition, that is not an export in USD of a six-digit code, is a part of a cell, has a quantity or is
// confidential, holds no number or a negative one, or whose area has no number in UN M49.
func Encode(w io.Writer, edition goods.Nomenclature, year period.Period, flows iter.Seq[flow.Flow]) error {
	out := bufio.NewWriterSize(w, 64<<10)
	out.WriteString("t,i,j,k,v,q\n")
	row := 1
	for f := range flows {
		row++
		from, to, err := sayable(f, edition, year)
		if err != nil {
			return fault.Errorf(fault.BadInput, "writing baci row %d: %w", row, err)
		}
		if _, err := fmt.Fprintf(out, "%d,%s,%s,%s,%13s,%13s\n", year.Year(), from, to, f.Goods, text(f.Value, valuePower), text(f.NetMass, massPower)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// sayable gives the codes of exporter and importer, or why the flow cannot be written.
func sayable(f flow.Flow, edition goods.Nomenclature, year period.Period) (from, to string, err error) {
	switch {
	case f.Nomenclature != edition || f.Period != year:
		return "", "", fault.Errorf(fault.BadInput, "%s of %s in a file of %s of %s", f.Nomenclature, f.Period, edition, year)
	case f.Direction != flow.Export || f.Currency != usd || f.Part != "":
		return "", "", fault.Errorf(fault.BadInput, "direction %q, currency %q, part %q are not those of a whole export in USD", f.Direction, f.Currency, f.Part)
	case len(f.Goods) != 6 || strings.Trim(string(f.Goods), "0123456789") != "":
		return "", "", fault.Errorf(fault.BadInput, "goods code %q has not six digits", f.Goods)
	case f.Quantity.Held || f.Unit != "" || f.Confidential:
		return "", "", fault.Errorf(fault.BadInput, "a quantity or a mark of confidence")
	case !f.Value.Held && !f.NetMass.Held, f.Value.N < 0, f.NetMass.N < 0:
		return "", "", fault.Errorf(fault.BadInput, "no number, or a negative one")
	}
	if from, err = numberOf(f.Reporter); err != nil {
		return "", "", err
	}
	to, err = numberOf(f.Partner)
	return from, to, err
}

func numberOf(c area.Code) (string, error) {
	if c == europeNES {
		return ambiguous, nil
	}
	a, ok := area.Lookup(c)
	n := strconv.Itoa(a.M49)
	if !ok || placeOf(n) != (place{c, true}) {
		return "", fault.Errorf(fault.BadInput, "area %q has no code in BACI", c)
	}
	return n, nil
}

// text writes a number in units of ten to the power -decimals, at least three decimals as CEPII does.
func text(n flow.Number, decimals int) string {
	if !n.Held {
		return "NA"
	}
	digits := fmt.Sprintf("%0*d", decimals+1, n.N)
	whole, fraction := digits[:len(digits)-decimals], digits[len(digits)-decimals:]
	return whole + "." + fraction[:3] + strings.TrimRight(fraction[3:], "0")
}
