package svg

import (
	"math"
	"slices"
)

// Linear maps figures from From..To onto pixels from A..B.
type Linear struct{ From, To, A, B float64 }

// At gives the pixel of a figure.
func (l Linear) At(v float64) float64 { return l.A + (v-l.From)/(l.To-l.From)*(l.B-l.A) }

// Axis is a scale with its ticks.
type Axis struct {
	Linear
	Ticks    []float64
	Decimals int // that the ticks need
}

// NewAxis makes an axis from least to greatest with about n ticks at steps of 1, 2 or 5 times a power
// of ten. Zero is always on it. Widen moves the ends out to the next ticks.
func NewAxis(least, greatest float64, n int, widen bool) Axis {
	lo, hi := min(0, least), max(0, greatest)
	if lo == hi {
		hi = 1
	}
	step, power := niceStep((hi - lo) / float64(max(1, n)))
	first, last := int(math.Ceil(lo/step-1e-9)), int(math.Floor(hi/step+1e-9))
	if widen {
		first, last = int(math.Floor(lo/step+1e-9)), int(math.Ceil(hi/step-1e-9))
		lo, hi = float64(first)*step, float64(last)*step
	}
	a := Axis{Linear: Linear{From: lo, To: hi}, Decimals: max(0, -power)}
	for i := first; i <= last; i++ {
		a.Ticks = append(a.Ticks, float64(i)*step)
	}
	return a
}

// niceStep gives the least step of 1, 2 or 5 times 10^power that is not below raw.
func niceStep(raw float64) (step float64, power int) {
	power = int(math.Floor(math.Log10(raw)))
	unit := math.Pow10(power)
	for _, m := range []float64{1, 2, 5} {
		if m*unit >= raw*(1-1e-9) {
			return m * unit, power
		}
	}
	return 10 * unit, power + 1
}

// On gives the axis laid onto pixels a..b.
func (a Axis) On(from, to float64) Axis {
	a.A, a.B = from, to
	return a
}

// extent gives the least and greatest of the figures that are held, 0 and 0 if none is.
func extent(lists ...[]Number) (lo, hi float64) {
	first := true
	for _, n := range slices.Concat(lists...) {
		if !n.Held {
			continue
		}
		if first {
			lo, hi, first = n.V, n.V, false
		}
		lo, hi = min(lo, n.V), max(hi, n.V)
	}
	return lo, hi
}

// below draws a horizontal axis: grid lines from top to base, labels below it, its name under them. It
// gives the height reached.
func (f Frame) below(c *canvas, a Axis, top, base float64) float64 {
	for _, t := range a.Ticks {
		class := "grid"
		if t == 0 {
			class = "zero"
		}
		c.line(class, a.At(t), top, a.At(t), base)
		f.tick(c, a.At(t), base+14, f.Figure(t, a.Decimals))
	}
	c.text("axis", "end", f.Width-2, base+32, f.Axis)
	return base + 38
}

// tick sets a label centred below its tick, moved inwards where it would leave the drawing.
func (f Frame) tick(c *canvas, at, y float64, label string) {
	half := textWidth(label) / 2
	c.text("tick", "middle", min(max(at, half), f.Width-half), y, label)
}

// beside draws a vertical axis: grid lines from left to right, labels before them, its name on top.
func (f Frame) beside(c *canvas, a Axis, left, right float64) {
	for _, t := range a.Ticks {
		class := "grid"
		if t == 0 {
			class = "zero"
		}
		c.line(class, left, a.At(t), right, a.At(t))
		c.text("tick", "end", left-gap, a.At(t)+4, f.Figure(t, a.Decimals))
	}
	c.text("axis", "start", 0, a.B-12, f.Axis)
}

// tickRoom is the width that the labels of a vertical axis take.
func (f Frame) tickRoom(a Axis) float64 {
	w := 0.0
	for _, t := range a.Ticks {
		w = max(w, textWidth(f.Figure(t, a.Decimals)))
	}
	return w + gap
}
