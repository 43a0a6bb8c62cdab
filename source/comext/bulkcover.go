package comext

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// A file does not say whether it is the whole release or an extract of it. What it names is counted, each
// direction and frequency by itself: a list that is longer than anybody asks for is taken to be whole, so that what is absent from
// it is no trade; of a shorter one only what it names is covered.
const (
	// manyReporters is below the 27 member states, of which some may be late, and above any usual choice. Files of the
	// times when the EU had fewer members cover those that they name.
	manyReporters = 20
	// manyPartners: the file knows some 250, of which a month's whole file names nearly all.
	manyPartners = 100
)

// manyCodes by level. The nomenclature has one total, 97 chapters, some 1,230 headings, 5,400 subheadings and 9,500
// codes of eight digits; the longest lists of goods under sanctions have fewer than 3,000 of these.
var manyCodes = map[int]int{0: 1, 2: 60, 4: 500, 6: 2000, 8: 5000}

// spans is a set of directions and frequencies, a bit each.
type spans uint8

// allSpans are the spans one by one: imports by month and by year, exports by month and by year.
var allSpans = []spans{1, 2, 4, 8}

func spanOf(d flow.Direction, annual bool) spans {
	s := spans(1)
	if annual {
		s <<= 1
	}
	if d == flow.Export {
		s <<= 2
	}
	return s
}

func (s spans) direction() flow.Direction {
	if s >= 4 {
		return flow.Export
	}
	return flow.Import
}

// notes holds, for each code, the spans in which a row that was read has it.
type notes[T cmp.Ordered] map[T]*spans

// of gives the note of a code, for writing.
func (n notes[T]) of(code T) *spans {
	if n[code] == nil {
		n[code] = new(spans)
	}
	return n[code]
}

// add takes over the notes of another part of the file.
func (n notes[T]) add(o notes[T]) {
	for code, s := range o {
		*n.of(code) |= *s
	}
}

// in lists the codes seen in the span, sorted.
func (n notes[T]) in(s spans) []T {
	return slices.Sorted(func(yield func(T) bool) {
		for code := range maps.Keys(n) {
			if *n[code]&s != 0 && !yield(code) {
				return
			}
		}
	})
}

// bulkSeen is what rows have named.
type bulkSeen struct {
	reporters, partners notes[area.Code]
	goods               notes[goods.Code]
	periods             notes[period.Period]
}

func newBulkSeen() bulkSeen {
	return bulkSeen{notes[area.Code]{}, notes[area.Code]{}, notes[goods.Code]{}, notes[period.Period]{}}
}

// coverBulk states what the file covers, by direction and frequency, and in words how that was judged.
func coverBulk(l bulkLayout, parsers []*bulkParser) (blocks []flow.Block, judged []string) {
	all := newBulkSeen()
	for _, p := range parsers {
		all.reporters.add(p.seen.reporters)
		all.partners.add(p.seen.partners)
		all.goods.add(p.seen.goods)
		all.periods.add(p.seen.periods)
	}
	for _, s := range allSpans {
		covered := all.blocks(s, l.measures())
		blocks = append(blocks, covered...)
		if note := extractNote(covered); note != "" && !slices.Contains(judged, note) {
			judged = append(judged, note)
		}
	}
	return blocks, judged
}

// blocks gives what is covered in the span: one block of the levels listed in full, one of the codes of the others.
func (b bulkSeen) blocks(s spans, measures []flow.Measure) []flow.Block {
	base := flow.Block{
		Direction: s.direction(), Nomenclature: goods.CN, Periods: b.periods.in(s), Measures: measures,
		Reporters: unlessMany(b.reporters.in(s), manyReporters), Partners: unlessMany(b.partners.in(s), manyPartners),
	}
	byLevel := map[int][]goods.Code{}
	for _, c := range b.goods.in(s) {
		byLevel[flow.Level(c)] = append(byLevel[flow.Level(c)], c)
	}
	whole, named := base, base
	for _, n := range slices.Sorted(maps.Keys(byLevel)) {
		if len(byLevel[n]) >= manyCodes[n] {
			whole.Levels = append(whole.Levels, n)
		} else {
			named.Goods = append(named.Goods, byLevel[n]...)
		}
	}
	slices.Sort(named.Goods)
	var out []flow.Block
	if len(whole.Levels) > 0 {
		out = append(out, whole)
	}
	if len(named.Goods) > 0 {
		out = append(out, named)
	}
	return out
}

// unlessMany gives the list, or none, which is everything, where it is long enough to be whole.
func unlessMany(list []area.Code, many int) []area.Code {
	if len(list) >= many {
		return nil
	}
	return list
}

// extractNote says what is covered where that is not everything; empty where it is.
func extractNote(blocks []flow.Block) string {
	var named []string
	say := func(n int, noun string) {
		switch n {
		case 0:
		case 1:
			named = append(named, "1 "+noun)
		default:
			named = append(named, fmt.Sprintf("%d %ss", n, noun))
		}
	}
	if len(blocks) == 0 {
		return ""
	}
	last := blocks[len(blocks)-1] // that with codes, if there is one
	say(len(last.Reporters), "reporter")
	say(len(last.Partners), "partner")
	say(len(last.Goods), "code")
	if len(named) == 0 {
		return ""
	}
	words := map[flow.Direction]string{flow.Import: "imports", flow.Export: "exports"}
	return "taken as an extract: of " + words[last.Direction] + " it covers the " + strings.Join(named, ", ") + " that it names, and takes nothing else back; --whole says that it is a whole release"
}
