package scenario_test

import (
	"reflect"
	"slices"
	"testing"

	"detour/world/scenario"
)

// Every parameter is documented, once, and nothing else is.
func TestEveryParameterIsDocumented(t *testing.T) {
	var want []string
	for group := range reflect.TypeFor[scenario.Params]().Fields() {
		if group.Type.Kind() == reflect.Struct {
			for f := range group.Type.Fields() {
				want = append(want, group.Name+"."+f.Name)
			}
		}
	}
	var got []string
	for _, p := range scenario.Documentation() {
		got = append(got, p.Path)
		if p.Meaning == "" || p.Source == "" {
			t.Errorf("%s has no meaning or no source", p.Path)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("documented: %v\nthere are: %v", got, want)
	}
}
