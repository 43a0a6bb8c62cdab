package svg

import (
	"slices"
	"strings"

	"golang.org/x/text/width"
)

// em is the size of type in charts, in pixels; svg.css says the same.
const em = 12.0

// bold is how much wider bold type is set.
const bold = 1.15

// textWidth estimates how wide a label is set, in pixels. The page's fonts are not known here, so the
// estimate is on the generous side of the common sans-serif faces.
func textWidth(s string) float64 {
	w := 0.0
	for _, r := range s {
		w += runeWidth(r)
	}
	return w * em
}

func runeWidth(r rune) float64 {
	switch {
	case strings.ContainsRune("ijl.,:;'|!()[]ftrI \u202f\u00a0", r):
		return 0.38
	case strings.ContainsRune("mwMW—…%@", r):
		return 0.98
	case r >= 'A' && r <= 'Z':
		return 0.72
	case r < 0x1100:
		return 0.63
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 1
	default:
		return 0.6
	}
}

// clip shortens a label to the room in pixels, an ellipsis telling so.
func clip(s string, room float64) string {
	if textWidth(s) <= room {
		return s
	}
	used := runeWidth('…') * em
	for i, r := range s {
		used += runeWidth(r) * em
		if used > room {
			return strings.TrimRight(s[:i], " ,") + "…"
		}
	}
	return s
}

// widest is the width of the widest label, at most a limit.
func widest(labels []string, limit float64) float64 {
	w := 0.0
	for _, s := range labels {
		w = max(w, textWidth(s))
	}
	return min(w, limit)
}

// spread moves labels along an axis until they stand at least apart from one another and within lo..hi,
// keeping their order. It gives the new places in the order of the old.
func spread(at []float64, apart, lo, hi float64) []float64 {
	order := make([]int, len(at))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case at[a] < at[b]:
			return -1
		case at[a] > at[b]:
			return 1
		}
		return 0
	})
	out := slices.Clone(at)
	next := lo
	for _, i := range order {
		out[i] = max(out[i], next)
		next = out[i] + apart
	}
	next = hi
	for _, i := range slices.Backward(order) {
		out[i] = min(out[i], next)
		next = out[i] - apart
	}
	return out
}

// isMonth recognises 2022-03, whose labels are best set at the turns of quarters and years.
func isMonth(s string) bool {
	return len(s) == 7 && s[4] == '-' && strings.Trim(s[:4]+s[5:], "0123456789") == ""
}

// every picks which of the labels of an axis to set so that none touches the next, given the pixels from
// one to the next: all, or the first and every so many after it; of months those at a turn.
func every(labels []string, apart float64) []bool {
	steps, offset := []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}, 0
	if len(labels) > 0 && isMonth(labels[0]) {
		steps = []int{1, 2, 3, 6, 12, 24, 60, 120, 240}
		offset = (int(labels[0][5]-'0')*10 + int(labels[0][6]-'0') - 1) % 12
	}
	need := widest(labels, 1e9) + 2*gap
	step := steps[len(steps)-1]
	for _, s := range steps {
		if float64(s)*apart >= need {
			step = s
			break
		}
	}
	out := make([]bool, len(labels))
	for i := range labels {
		out[i] = (i+offset)%step == 0
	}
	if !slices.Contains(out, true) && len(out) > 0 {
		out[0] = true
	}
	return out
}
