package world

import (
	"math"
	"slices"

	"detour/fault"
	"detour/trade/goods"
	"detour/world/chance"
	"detour/world/scenario"
)

// ware is one product of the world, by its HS2022 code.
type ware struct {
	code   goods.Code // 6 digits of HS2022
	before goods.Code // what it was in HS2017
	tier   string     // of the Common High Priority List, else empty
	listed int        // index of the month from which its export to the target is banned, never where not
	beside int        // the ware whose code is used for it by who labels it falsely
	// Effects, in logs: on the number of consignments and on their size.
	often, large float64
	price        float64 // EUR a kilogram
	loss         float64 // share of direct trade that is lost once it is listed
	substitution float64 // factor, less one, that other suppliers' sales to the target reach
}

const never = math.MaxInt32

// newWares chooses goods and gives them by code. The listed ones are those of the Common High Priority List
// and then goods of the EU's export bans of January 2023; all are spread evenly over the codes there are.
func newWares(p scenario.Params, seed uint64) ([]ware, error) {
	all, chpl, banned := allCodes(), inSet("chpl"), inSet("eu-export-ban-2023-01")
	if p.Extent.Goods > len(all) {
		return nil, fault.Errorf(fault.BadInput, "world %q: %d goods are asked for, HS2022 has %d", p.Name, p.Extent.Goods, len(all))
	}
	want := count(p.Sanctions.Listed, p.Extent.Goods)
	listed := spread(among(all, chpl, true), want)
	listed = append(listed, spread(among(among(all, banned, true), chpl, false), want-len(listed))...)
	slices.Sort(listed)
	chosen := slices.Concat(listed, spread(among(all, slices.Sorted(slices.Values(slices.Concat(chpl, banned))), false), p.Extent.Goods-len(listed)))
	if len(chosen) < p.Extent.Goods {
		return nil, fault.Errorf(fault.BadInput, "world %q: too few goods for a listed share of %g", p.Name, p.Sanctions.Listed).
			Hint("ask for fewer goods, or for another share")
	}
	slices.Sort(chosen)
	return describe(chosen, listed, p, seed), nil
}

// allCodes are the codes of HS2022, sorted.
func allCodes() []goods.Code {
	var all []goods.Code
	for _, f := range families().All() {
		all = append(all, f.Members[goods.Edition(goods.HS2022)]...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func families() *goods.FamilyTable {
	return goods.FamiliesBetween(goods.Edition(goods.HS2017), goods.Edition(goods.HS2022))
}

// inSet gives the HS6 codes of a named set that the program carries.
func inSet(id string) []goods.Code {
	set, ok := goods.SetByID(id)
	if !ok {
		panic("world: no goods set " + id) // the sets are part of the program
	}
	var out []goods.Code
	for _, c := range set.Codes {
		out = append(out, c.Prefix(6))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// among gives the codes that are, or are not, in the sorted set.
func among(codes, set []goods.Code, in bool) []goods.Code {
	var out []goods.Code
	for _, c := range codes {
		if _, found := slices.BinarySearch(set, c); found == in {
			out = append(out, c)
		}
	}
	return out
}

// spread takes n of the codes at even distances, or all where there are fewer.
func spread(codes []goods.Code, n int) []goods.Code {
	n = min(n, len(codes))
	out := make([]goods.Code, 0, max(n, 0))
	for i := range n {
		out = append(out, codes[i*len(codes)/n])
	}
	return out
}

// wave is a number of months after the event in which goods are listed, and the share of the goods that
// are listed by then.
type wave struct {
	after int
	share float64
}

var waves = []wave{{0, 0.5}, {1, 0.75}, {4, 0.9}, {12, 1}}

func describe(chosen, listed []goods.Code, p scenario.Params, seed uint64) []ware {
	n, tiers := len(chosen), tiers()
	often := chance.Scores(chance.Key{What: ofScores, A: 100, B: 0, C: 0}, seed, n)
	large := chance.Beside(chance.Key{What: ofScores, A: 101, B: 0, C: 0}, seed, often)
	prices := chance.Scores(chance.Key{What: ofScores, A: 102, B: 0, C: 0}, seed, n)
	out := make([]ware, n)
	for i, c := range chosen {
		r := chance.Key{What: ofWare, A: uint32(i)}.Source(seed)
		w := ware{
			code: c, before: before(c), tier: tiers[c], listed: never, beside: neighbour(chosen, i),
			often: p.Noise.WareSD * often[i], large: p.Noise.SizeWareSD * chance.Lean(large[i], p.Noise.SizeSkew),
			price:        p.Structure.PriceMedian * math.Exp(p.Structure.PriceSD*prices[i]),
			loss:         chance.Between(r, p.Sanctions.LossLow, p.Sanctions.LossHigh),
			substitution: p.Sanctions.Substitution * r.ExpFloat64(),
		}
		u := r.Float64()
		if _, is := slices.BinarySearch(listed, c); is {
			w.listed = p.Extent.Event - 1 + waves[slices.IndexFunc(waves, func(w wave) bool { return u < w.share })].after
		}
		out[i] = w
	}
	return out
}

// before gives the code of HS2017 under which the goods were traded: the same number if it was a
// predecessor, else the first predecessor, else the code itself.
func before(c goods.Code) goods.Code {
	old := families().Predecessors(goods.Edition(goods.HS2017), goods.Edition(goods.HS2022), c)
	if len(old) == 0 || slices.Contains(old, c) {
		return c
	}
	return old[0]
}

// tiers gives the tier of each code of the Common High Priority List.
func tiers() map[goods.Code]string {
	out := map[goods.Code]string{}
	for _, tier := range []string{"1", "2", "3a", "3b", "4a", "4b"} {
		for _, c := range inSet("chpl-tier-" + tier) {
			out[c] = tier
		}
	}
	return out
}

// neighbour gives the ware that shares most leading digits with ware i, the one nearest in order of those.
func neighbour(codes []goods.Code, i int) int {
	best, shared := -1, -1
	for distance := 1; distance < len(codes); distance++ {
		for _, j := range []int{i - distance, i + distance} {
			if j < 0 || j >= len(codes) {
				continue
			}
			if n := common(codes[i], codes[j]); n > shared {
				best, shared = j, n
			}
		}
		if shared >= 4 || distance > 8 {
			break
		}
	}
	return best
}

func common(a, b goods.Code) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
