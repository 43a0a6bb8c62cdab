package goods

import (
	"cmp"
	"slices"
)

// SizeCount is how many families have so many codes, all editions together.
type SizeCount struct{ Codes, Families int }

// Sizes is the distribution of a table's family sizes, smallest size first: with the links that were left
// out by hand (Whole), and as the table has them (Kept).
type Sizes struct {
	Whole, Kept []SizeCount
	// Omitted is how many links were left out, Added how many were added.
	Omitted, Added int
}

// Sizes counts the families of the table by size.
func (t *FamilyTable) Sizes() Sizes {
	s := Sizes{Whole: bySize(partition(t.first, t.last, true)), Kept: bySize(partition(t.first, t.last, false))}
	for _, st := range steps()[t.first:t.last] {
		for _, older := range st.omitted {
			s.Omitted += len(older)
		}
	}
	for _, c := range byHand() {
		if c.From != "" && c.Older.rank() >= t.first && c.Newer.rank() <= t.last {
			s.Added++
		}
	}
	return s
}

func bySize(groups [][]node) []SizeCount {
	families := map[int]int{}
	for _, g := range groups {
		families[len(g)]++
	}
	var out []SizeCount
	for codes, n := range families {
		out = append(out, SizeCount{codes, n})
	}
	slices.SortFunc(out, func(a, b SizeCount) int { return cmp.Compare(a.Codes, b.Codes) })
	return out
}

// partition divides the codes of the editions first to last into the connected components of their
// links, with the links left out by hand if whole. Groups and their members are in the order of rank,
// then code.
func partition(first, last int, whole bool) [][]node {
	n := 0
	for _, hs := range hsEditions[first : last+1] {
		n += len(nomenclature().codes[hs.edition])
	}
	nodes, index := make([]node, 0, n), make(map[node]int, n)
	for rank := first; rank <= last; rank++ {
		for _, c := range nomenclature().codes[hsEditions[rank].edition] {
			index[node{rank, c}] = len(nodes)
			nodes = append(nodes, node{rank, c})
		}
	}
	sets := newUnionFind(len(nodes))
	join := func(rank int, links map[Code][]Code) {
		for newer, codes := range links {
			for _, older := range codes {
				sets.union(index[node{rank, newer}], index[node{rank - 1, older}])
			}
		}
	}
	for rank := first + 1; rank <= last; rank++ {
		join(rank, steps()[rank-1].back)
		if whole {
			join(rank, steps()[rank-1].omitted)
		}
	}
	return sets.groups(nodes)
}

// unionFind is the disjoint-set forest with path halving (Tarjan & van Leeuwen 1984). The root of a set
// is its least member, so the result does not depend on the order of the unions.
type unionFind []int

func newUnionFind(n int) unionFind {
	parent := make(unionFind, n)
	for i := range parent {
		parent[i] = i
	}
	return parent
}

func (u unionFind) find(i int) int {
	for u[i] != i {
		u[i] = u[u[i]]
		i = u[i]
	}
	return i
}

func (u unionFind) union(i, j int) {
	i, j = u.find(i), u.find(j)
	u[max(i, j)] = min(i, j)
}

func (u unionFind) groups(nodes []node) [][]node {
	var groups [][]node
	of := make(map[int]int, len(nodes))
	for i, n := range nodes {
		root := u.find(i)
		g, seen := of[root]
		if !seen {
			g = len(groups)
			of[root] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], n)
	}
	return groups
}
