package detection

import (
	"detour/detect/chain"
	"detour/world"
)

// Happened is the book of an observer who knows all ordinary trade to the euro: what is published less what would be
// published if nothing happened, neither diversion nor what looks like it. What is not published it does not know either.
func Happened(w *world.World) (*chain.Book, error) {
	full, err := Observed(w)
	if err != nil {
		return nil, err
	}
	p := w.Params()
	p.Diversion.Pairs, p.Confounding.Honest, p.Confounding.Surge = 0, 0, 0
	still, err := world.New(p, w.Truth().Seed)
	if err != nil {
		return nil, err
	}
	ordinary, err := Observed(still)
	if err != nil {
		return nil, err
	}
	for i := range full.Pairs {
		p, q := &full.Pairs[i], &ordinary.Pairs[i]
		p.In, p.On = less(p.In, q.In), less(p.On, q.On)
		p.Other, p.Out = minus(p.Other, q.Other), minus(p.Out, q.Out)
	}
	return full, nil
}

// less takes the legs of one list from those of another; both are sorted by peer, and the first holds all that the
// second does.
func less(a, b []chain.Leg) []chain.Leg {
	var out []chain.Leg
	for _, l := range a {
		for len(b) > 0 && b[0].Peer < l.Peer {
			b = b[1:]
		}
		if len(b) > 0 && b[0].Peer == l.Peer {
			l.Series, l.Seen = minus(l.Series, b[0].Series), minus(l.Seen, b[0].Seen)
		}
		if len(l.Series)+len(l.Seen) > 0 {
			out = append(out, l)
		}
	}
	return out
}

// minus takes one series from another month by month. Rests of less than a euro come from conversion.
func minus(a, b chain.Series) chain.Series {
	var out chain.Series
	for _, p := range a {
		for len(b) > 0 && b[0].Month < p.Month {
			b = b[1:]
		}
		if len(b) > 0 && b[0].Month == p.Month {
			p.Value, p.Mass = p.Value-b[0].Value, max(0, p.Mass-b[0].Mass)
		}
		if p.Value >= 100 {
			out = append(out, p)
		}
	}
	return out
}
