package mirror

import (
	"math"
	"math/big"

	"detour/fault"
	"detour/trade/area"
	"detour/trade/money"
)

// Margin is by how much imports, valued CIF at the border of the hub, stand above the same goods valued FOB, in
// millionths of the FOB value: 50,000 is five per cent. Fitted takes each pair's own from its distance.
type Margin int64

// Margins.
const (
	Fitted     Margin = -1
	marginUnit        = 1_000_000
	MostMargin Margin = 200_000 // of the clamp, and of what may be asked for
)

// ParseMargin reads a share such as 0.05, between 0 and 0.2 with at most six decimals, or fit.
func ParseMargin(s string) (Margin, error) {
	if s == "fit" {
		return Fitted, nil
	}
	r, ok := new(big.Rat).SetString(s)
	if ok {
		r.Mul(r, big.NewRat(marginUnit, 1))
		ok = r.IsInt() && r.Sign() >= 0 && r.Cmp(big.NewRat(int64(MostMargin), 1)) <= 0
	}
	if !ok {
		return 0, fault.Errorf(fault.BadInput, "the margin %q is not a share between 0 and 0.2", s).Hint("write 0, 0.05, 0.10, or fit")
	}
	return Margin(r.Num().Int64()), nil
}

// Equal is within how much of each other two statements count as equal.
const Equal = 0.05

// correct takes the margin off an amount, rounded half to even.
func correct(imports int64, m Margin) (int64, error) {
	if m == 0 {
		return imports, nil
	}
	return money.MulDiv(imports, marginUnit, marginUnit+int64(m))
}

// of gives the margin of one pair in numbers.
func (m Margin) of(f *Fit, exporter, hub area.Code) (Margin, error) {
	if m != Fitted {
		return m, nil
	}
	share, err := f.Margin(exporter, hub)
	return Margin(math.Round(share * marginUnit)), err
}
