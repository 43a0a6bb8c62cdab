package netflow

import "math/rand/v2"

// The generators follow the two families that are usual in comparisons of minimum-cost flow methods, as described in Klingman, Napier & Stutz
// (1974, NETGEN) and used by Kovacs (2015): costs 1 to 10,000, capacities 1 to 1,000. They are written anew and do not
// give the same networks.

// netgenLike has nodes/8 sources and as many sinks, joined by random paths that can carry all supplies, and random
// arcs besides.
func netgenLike(nodes, arcs int) Network {
	r := rand.New(rand.NewPCG(1, 1))
	n := Network{Supply: make([]int64, nodes)}
	ends := max(1, nodes/8)
	for i := range ends {
		amount := 1 + r.Int64N(1000)
		n.Supply[i] += amount
		n.Supply[nodes-1-i] -= amount
		at := i
		for range r.IntN(8) {
			next := ends + r.IntN(nodes-2*ends)
			n.Arcs = append(n.Arcs, Arc{From: at, To: next, Capacity: amount + r.Int64N(1000), Cost: 1 + r.Int64N(10_000)})
			at = next
		}
		n.Arcs = append(n.Arcs, Arc{From: at, To: nodes - 1 - i, Capacity: amount + r.Int64N(1000), Cost: 1 + r.Int64N(10_000)})
	}
	for len(n.Arcs) < arcs {
		n.Arcs = append(n.Arcs, Arc{From: r.IntN(nodes), To: r.IntN(nodes), Capacity: 1 + r.Int64N(1000), Cost: 1 + r.Int64N(10_000)})
	}
	return n
}

// gridLike sends 100 from each row's first node to its last, with arcs on along rows and both ways between them: about three
// arcs a node, paths as long as the grid.
func gridLike(rows, columns int) Network {
	r := rand.New(rand.NewPCG(1, 2))
	n := Network{Supply: make([]int64, rows*columns)}
	arc := func(from, to int, least int64) {
		n.Arcs = append(n.Arcs, Arc{From: from, To: to, Capacity: least + r.Int64N(1000), Cost: 1 + r.Int64N(10_000)})
	}
	for y := range rows {
		n.Supply[y*columns] += 100
		n.Supply[y*columns+columns-1] -= 100
		for x := range columns {
			v := y*columns + x
			if x+1 < columns {
				arc(v, v+1, 100)
			}
			if y+1 < rows {
				arc(v, v+columns, 1)
				arc(v+columns, v, 1)
			}
		}
	}
	return n
}

// calendar is a network of places by months, as routes are asked about: goods stay in a place at a cost of 1 a month and go to the
// places after it within two months, each arc limited. The last place is where they are wanted.
func calendar(places, months int) Network {
	r := rand.New(rand.NewPCG(1, 3))
	node := func(place, month int) int { return place*months + month }
	n := Network{Supply: make([]int64, places*months)}
	for place := range places {
		for month := range months {
			v := node(place, month)
			if month+1 < months {
				n.Arcs = append(n.Arcs, Arc{From: v, To: node(place, month+1), Capacity: 1_000_000, Cost: 1})
			}
			for later := month; later < min(months, month+3); later++ {
				for next := place + 1; next < places; next++ {
					n.Arcs = append(n.Arcs, Arc{From: v, To: node(next, later), Capacity: r.Int64N(1_000_000), Cost: int64(later-month) + 2})
				}
			}
		}
	}
	for month := range months - 1 {
		amount := r.Int64N(1_000_000)
		n.Supply[node(0, month)] += amount
		n.Supply[node(places-1, min(months-1, month+r.IntN(6)))] -= amount
	}
	return n
}
