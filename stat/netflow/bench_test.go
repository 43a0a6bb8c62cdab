package netflow

import (
	"slices"
	"testing"
)

// Each line says how many arcs a network has; calendar is the shape that questions about routes have.
func benchmarks() []struct {
	name    string
	network Network
} {
	return []struct {
		name    string
		network Network
	}{
		{"netgen 10k", netgenLike(1_250, 10_000)}, {"netgen 100k", netgenLike(12_500, 100_000)}, {"netgen 100k of 1k nodes", netgenLike(1_000, 100_000)},
		{"grid 10k", gridLike(58, 58)}, {"grid 100k", gridLike(183, 183)}, {"calendar 10k", calendar(11, 60)}, {"calendar 95k", calendar(33, 60)},
	}
}

func BenchmarkMinCost(b *testing.B) {
	for _, x := range benchmarks() {
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := MinCost(x.network); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	n := netgenLike(12_500, 100_000)
	s, err := MinCost(n)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := Verify(n, s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMaxFlow(b *testing.B) {
	for _, x := range benchmarks() {
		n := Network{Supply: make([]int64, len(x.network.Supply)), Arcs: x.network.Arcs}
		b.Run(x.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := MaxFlow(n, 0, len(n.Supply)-1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The ranges of what each pair of places exchanges in a calendar of 10,000 arcs: 55 figures from one start, and each from the beginning.
func BenchmarkRanges(b *testing.B) {
	n := calendar(11, 60)
	figures := exchanges(n, 60)
	b.Run("one start", func(b *testing.B) {
		for b.Loop() {
			r, err := Flows(n)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := r.Ranges(figures); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("each anew", func(b *testing.B) {
		for b.Loop() {
			for _, terms := range figures {
				for _, sign := range []int64{1, -1} {
					priced := Network{Supply: n.Supply, Arcs: slices.Clone(n.Arcs)}
					for i := range priced.Arcs {
						priced.Arcs[i].Cost = 0
					}
					for _, t := range terms {
						priced.Arcs[t.Arc].Cost = sign * t.Weight
					}
					if _, err := MinCost(priced); err != nil {
						b.Fatal(err)
					}
				}
			}
		}
	})
	b.Run("near cheapest", func(b *testing.B) {
		for b.Loop() {
			if _, err := NearCheapest(n, 1_000_000, figures); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// exchanges gives, for each pair of places of a calendar, the sum of what goes from one to the other.
func exchanges(n Network, months int) [][]Term {
	var figures [][]Term
	at := map[[2]int]int{}
	for i, a := range n.Arcs {
		pair := [2]int{a.From / months, a.To / months}
		if pair[0] == pair[1] {
			continue
		}
		if _, seen := at[pair]; !seen {
			at[pair] = len(figures)
			figures = append(figures, nil)
		}
		figures[at[pair]] = append(figures[at[pair]], Term{i, 1})
	}
	return figures
}

func BenchmarkMatchInTime(b *testing.B) {
	in, out := make([]int64, 72), make([]int64, 72)
	for month := range in {
		in[month], out[month] = int64(month*7919%1000), int64(month*104729%1000)
	}
	for b.Loop() {
		if _, err := MatchInTime(in, out, 6); err != nil {
			b.Fatal(err)
		}
	}
}
