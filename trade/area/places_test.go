package area

import (
	"math"
	"strings"
	"testing"
)

// The length of the chord between two points of the unit sphere gives the same distance by another way. Both lose half of the
// digits at most, to antipodes for one and to neighbours for the other: a metre.
func TestDistance(t *testing.T) {
	vector := func(p place) [3]float64 {
		return [3]float64{math.Cos(p.latitude) * math.Cos(p.longitude), math.Cos(p.latitude) * math.Sin(p.longitude), math.Sin(p.latitude)}
	}
	for a, p := range places().at {
		for b, q := range places().at {
			km, ok := Distance(a, b)
			if a == b || p == q { // Vatican City lies within Rome, to the hundredth of a degree
				if ok {
					t.Errorf("%s is at a distance from %s", a, b)
				}
				continue
			}
			u, v := vector(p), vector(q)
			chord := math.Hypot(math.Hypot(u[0]-v[0], u[1]-v[1]), u[2]-v[2])
			if want := 2 * earthRadius * math.Asin(chord/2); !ok || math.Abs(km-want) > 0.001 {
				t.Errorf("%s-%s: %v km, %v by the chord", a, b, km, want)
			}
		}
	}
	if _, ok := Distance("DE", "EU27"); ok {
		t.Error("an aggregate has a place")
	}
}

func TestBorders(t *testing.T) {
	for _, pair := range []string{"DE PL", "RU KZ", "KG UZ", "NO RU", "AM GE", "CN HK"} {
		a, b, _ := strings.Cut(pair, " ")
		if !Border(Code(a), Code(b)) || !Border(Code(b), Code(a)) {
			t.Errorf("no border %s", pair)
		}
	}
	for _, pair := range []string{"AM RU", "KG RU", "DE LT", "GB FR"} {
		a, b, _ := strings.Cut(pair, " ")
		if Border(Code(a), Code(b)) {
			t.Errorf("a border %s", pair)
		}
	}
	if Border("DE", "DE") {
		t.Error("an area borders itself")
	}
}

// Neighbours with the furthest capitals are Russia and North Korea; a code mistaken for another would soon be further.
func TestPlacesAreWhole(t *testing.T) {
	p := places()
	if len(p.at) != 243 || len(p.borders) != 321 {
		t.Errorf("%d places, %d borders", len(p.at), len(p.borders))
	}
	for pair := range p.borders {
		km, ok := Distance(pair[0], pair[1])
		if ok && km > 6500 {
			t.Errorf("%v border each other at %.0f km", pair, km)
		}
	}
	for _, spoilt := range []string{"code,latitude,longitude,borders\nDE,1,2,AT\n", "code,latitude,longitude,borders\nDE,91,2,\n", "code,latitude,longitude,borders\nQQQ,1,2,\n"} {
		if _, err := readPlaces(spoilt); err == nil {
			t.Errorf("%q is read", spoilt)
		}
	}
}
