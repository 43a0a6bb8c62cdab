package table

import (
	"slices"
	"unicode/utf8"

	"detour/source/table/internal/grid"
	"detour/trade/area"
)

// maxHints is for how many unknown labels of a file the nearest known one is looked for: whoever has more
// has the wrong mapping.
const maxHints = 200

// nearest gives the known label that differs least from the text, the first in order where several do,
// and none where more than a third of the text differs.
func (p *areaPlace) nearest(text string) string {
	if p.hints++; p.hints > maxHints {
		return ""
	}
	if p.near == nil {
		p.near = p.labelsKnown()
	}
	text = grid.Fold(text)
	best, least := "", utf8.RuneCountInString(text)/3+1
	for _, label := range p.near {
		if d := distance(text, grid.Fold(label), least); d < least {
			best, least = label, d
		}
	}
	return best
}

func (p *areaPlace) labelsKnown() []string {
	labels := slices.Clone(p.own)
	for _, a := range area.All() {
		labels = append(labels, a.Labels.EN, a.Labels.DE, a.Labels.FR)
	}
	slices.Sort(labels)
	return slices.Compact(labels)
}

// distance is the edit distance of Levenshtein (1966), or limit where it is not smaller.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if abs(len(x)-len(y)) >= limit {
		return limit
	}
	before := make([]int, len(y)+1)
	for j := range before {
		before[j] = j
	}
	for i, r := range x {
		now := []int{i + 1}
		for j, q := range y {
			change := before[j]
			if r != q {
				change++
			}
			now = append(now, min(change, before[j+1]+1, now[j]+1))
		}
		before = now
	}
	return min(before[len(y)], limit)
}

func abs(n int) int { return max(n, -n) }
