package svg

// Bar is one bar with its label, its figure as text, and perhaps an interval.
type Bar struct {
	Label     string
	Value     Number
	Text      string
	Low, High Number
}

// Bars draws horizontal bars from zero, in the order given, with their figures beside them and
// intervals as whiskers. Any number of bars has room: the drawing grows downwards.
func Bars(f Frame, bars []Bar) string {
	labels := make([]string, len(bars))
	var reach []Number
	var leftRoom, rightRoom float64
	for i, b := range bars {
		labels[i] = b.Label
		reach = append(reach, b.Value, b.Low, b.High)
		if b.Value.V < 0 {
			leftRoom = max(leftRoom, textWidth(b.Text)+2*gap)
		} else {
			rightRoom = max(rightRoom, textWidth(b.Text)+2*gap)
		}
	}
	room := widest(labels, f.Width*0.38)
	left, right := room+gap+leftRoom, f.Width-rightRoom
	lo, hi := extent(reach)
	axis := NewAxis(lo, hi, int((right-left)/80), false).On(left, right)

	var c canvas
	top := f.top() + 2
	base := top + rowFor*float64(len(bars))
	height := f.below(&c, axis, top, base)
	for i, b := range bars {
		f.bar(&c, axis, b, room, top+rowFor*float64(i))
	}
	return f.finish(&c, height)
}

func (f Frame) bar(c *canvas, axis Axis, b Bar, room, y float64) {
	const thick = 14.0
	mid := y + rowFor/2
	c.hover(b.Label + ": " + b.Text)
	defer c.close("g")
	c.text("label", "end", room, mid+4, clip(b.Label, room))
	zero, end := axis.At(0), axis.At(0)
	class := "bar"
	if b.Value.Held {
		end = axis.At(b.Value.V)
	}
	if end < zero {
		class = "bar negative"
	}
	c.rect(class, min(zero, end), mid-thick/2, max(zero, end)-min(zero, end), thick)
	least, most := min(zero, end), max(zero, end)
	if b.Low.Held && b.High.Held {
		lo, hi := axis.At(b.Low.V), axis.At(b.High.V)
		c.line("whisker", lo, mid, hi, mid)
		c.line("whisker", lo, mid-3, lo, mid+3)
		c.line("whisker", hi, mid-3, hi, mid+3)
		least, most = min(least, lo), max(most, hi)
	}
	if b.Value.V < 0 {
		c.text("val", "end", least-gap, mid+4, b.Text)
	} else {
		c.text("val", "start", most+gap, mid+4, b.Text)
	}
}
