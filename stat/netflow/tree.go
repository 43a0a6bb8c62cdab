package netflow

import "slices"

// tree is a rooted spanning tree whose nodes stand in a ring in preorder, so that a subtree is a run of nodes (the threaded
// index of Ahuja, Magnanti & Orlin 1993, section 11.3; with sizes and last nodes as in Kiraly & Kovacs 2012). Moving a
// subtree costs the length of the path that changes and not its size.
type tree struct {
	next  []int32 // in preorder, the root after the last
	prev  []int32
	links []link
}

// link is the place of a node.
type link struct {
	parent, arc int32 // -1 at the root; arc joins node and parent
	size        int32 // nodes in the subtree, itself included
	last        int32 // of its subtree in preorder
}

// newTree hangs nodes 0 to n-1 on the root n, by arcs numbered from first on.
func newTree(n, first int) tree {
	t := tree{next: make([]int32, n+1), prev: make([]int32, n+1), links: make([]link, n+1)}
	for v := range n {
		t.links[v] = link{parent: int32(n), arc: int32(first + v), size: 1, last: int32(v)}
	}
	t.links[n] = link{parent: -1, arc: -1, size: int32(n + 1), last: int32(max(n-1, 0))}
	for v := range n + 1 {
		t.next[v] = int32((v + 1) % (n + 1))
		t.prev[t.next[v]] = int32(v)
	}
	return t
}

func (t *tree) clone() tree {
	return tree{slices.Clone(t.next), slices.Clone(t.prev), slices.Clone(t.links)}
}

func (t *tree) parent(v int32) int32 { return t.links[v].parent }

// meet gives the lowest node that is above both, itself included.
func (t *tree) meet(u, v int32) int32 {
	for u != v {
		if t.links[u].size < t.links[v].size {
			u = t.links[u].parent
		} else {
			v = t.links[v].parent
		}
	}
	return u
}

// join makes b follow a.
func (t *tree) join(a, b int32) { t.next[a], t.prev[b] = b, a }

// regraft cuts the tree above node cut and hangs the lost part, by its node low, on node high by an arc. What was below cut on
// the path to low then hangs the other way round.
func (t *tree) regraft(cut, low, high, arc int32) {
	t.lose(cut)
	end := t.turn(cut, low)
	t.links[low].parent, t.links[low].arc = high, arc
	t.gain(high, low, end)
}

// lose takes the run of cut out of the ring and out of what is above it.
func (t *tree) lose(cut int32) {
	l := t.links[cut]
	before := t.prev[cut]
	t.join(before, t.next[l.last])
	for v := l.parent; v >= 0; v = t.links[v].parent {
		t.links[v].size -= l.size
		if t.links[v].last == l.last {
			t.links[v].last = before
		}
	}
}

// turn makes low the root of the lost part. In the new preorder the run of low comes first, then what its
// parent has besides, and so on up to cut. It gives the last node.
func (t *tree) turn(cut, low int32) (end int32) {
	total := t.links[cut].size
	inner := t.links[low] // as below was before it turned
	before, after := t.prev[low], t.next[inner.last]
	end = inner.last
	t.links[low].size = total
	for below := low; below != cut; {
		v := inner.parent
		outer := t.links[v]
		start, stop, last := t.prev[v], after, before
		if outer.last != inner.last {
			t.join(before, after)
			stop, last = t.next[outer.last], outer.last
		}
		t.join(end, v)
		t.links[v].parent, t.links[v].arc, t.links[v].size = below, inner.arc, total-inner.size
		before, after, end = start, stop, last
		below, inner = v, outer
	}
	for v := cut; ; v = t.links[v].parent {
		t.links[v].last = end
		if v == low {
			return end
		}
	}
}

// gain puts the run from low to end behind high.
func (t *tree) gain(high, low, end int32) {
	t.join(end, t.next[high])
	t.join(high, low)
	size := t.links[low].size
	for v := high; v >= 0; v = t.links[v].parent {
		t.links[v].size += size
		if t.links[v].last == high {
			t.links[v].last = end
		}
	}
}
