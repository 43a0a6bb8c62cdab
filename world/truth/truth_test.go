package truth_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"detour/fault"
	"detour/world/truth"
)

func TestDecodeRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "no object": "[]", "official": `{"world":"typical","simulated":false}`, "unknown field": `{"simulated":true,"x":1}`,
		"two": `{"simulated":true} {}`, "year": `{"simulated":true,"first_month":"2022"}`, "number": `{"simulated":true,"first_month":202201}`,
	} {
		if _, err := truth.Decode(strings.NewReader(text)); fault.KindOf(err) != fault.BadInput {
			t.Errorf("%s: error %v, want bad input", name, err)
		}
	}
}

// What is decoded is written and decoded again to the same.
func FuzzDecode(f *testing.F) {
	f.Add(`{"simulated":true,"first_month":"2022-03","pairs":[{"hub":"KZ","goods":"854231","kind":"diverted","happening":1}]}`)
	f.Add(`{"simulated":true,"happenings":[{"id":1,"ghost":0.25,"sent":[{"from":"DE","to":"KZ","goods":"854231","month":null,"eur":5}]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		first, err := truth.Decode(strings.NewReader(text))
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := truth.Encode(&again, first); err != nil {
			t.Fatal(err)
		}
		second, err := truth.Decode(&again)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Error(diff)
		}
	})
}
