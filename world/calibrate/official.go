package calibrate

import "math"

// Official are the statistics of the official figures that the noise of a world is fitted on: exports of
// the 27 members to AM BY GE KG KZ UZ by HS6, EUR, 2020-01 to 2021-12, from the data browser's workbooks
// of Comext DS-045409 as released on 2023-01-13 (codes of the export-ban list of January 2023). TestSoakOfficial computes them again from the workbooks.
var Official = Statistics{
	Cells: 41_497,
	Empty: Quantiles{2. / 24, 20. / 24, 23. / 24}, Spread: Quantiles{0.454742, 1.064027, 1.995330},
	Ratio: Quantiles{0.196295, 1.164246, 6.545847}, Size: Quantiles{125, 5424, 213_508.6}, SizeTop: 2_878_179.68,
	Lag1: Quantiles{-0.203866, 0.106042, 0.467102}, Lag12: Quantiles{-0.204262, -0.008043, 0.186898},
}

// Tolerance is how far, as a share, a fitted statistic may lie from the official one.
const Tolerance = 0.1

// Comparison is one statistic of two populations.
type Comparison struct {
	Name      string // "spread 50%"
	Got, Want float64
	// Within is the greatest distance at which they count as equal: Tolerance of Want, or for
	// autocorrelations, which may be zero, Tolerance of the distance between their 10% and 90% quantiles.
	Within float64
}

// Met tells whether the two are equal within the tolerance.
func (c Comparison) Met() bool { return math.Abs(c.Got-c.Want) <= c.Within+rounding }

// rounding forgives the last digits of shares of 24 months.
const rounding = 1e-9

// Compare sets statistics beside those wanted, in the order in which docs/method/world.md lists them. The
// numbers of cells are not compared: they are a matter of extent.
func Compare(got, want Statistics) []Comparison {
	var out []Comparison
	relative := func(name string, got, want Quantiles) {
		out = append(out, row(name+" 10%", got.Low, want.Low), row(name+" 50%", got.Median, want.Median), row(name+" 90%", got.High, want.High))
	}
	absolute := func(name string, got, want Quantiles) {
		from := len(out)
		relative(name, got, want)
		for i := range out[from:] {
			out[from+i].Within = Tolerance * (want.High - want.Low)
		}
	}
	relative("share of empty months", got.Empty, want.Empty)
	relative("spread of log months", got.Spread, want.Spread)
	relative("second year to first", got.Ratio, want.Ratio)
	relative("EUR in second year", got.Size, want.Size)
	out = append(out, row("EUR in second year 99%", got.SizeTop, want.SizeTop))
	absolute("autocorrelation at 1", got.Lag1, want.Lag1)
	absolute("autocorrelation at 12", got.Lag12, want.Lag12)
	return out
}

func row(name string, got, want float64) Comparison {
	return Comparison{Name: name, Got: got, Want: want, Within: Tolerance * math.Abs(want)}
}
