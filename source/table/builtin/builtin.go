// Package builtin holds the mappings of tables known so far, which docs/format/table.md lists. Each is a file of its own
// here, and a user's copy of it does the same.
package builtin

import (
	"cmp"
	"embed"
	"slices"
	"strings"
	"sync"

	"detour/source/table"
)

//go:embed *.toml
var files embed.FS

// Mapping is a mapping and the name that it goes by: that of its file without .toml.
type Mapping struct {
	Name string
	table.Mapping
}

// All lists the mappings by name. The list is the package's own; it may be read from several goroutines.
var All = sync.OnceValue(func() []Mapping {
	entries, err := files.ReadDir(".")
	must(err)
	out := make([]Mapping, len(entries))
	for i, e := range entries {
		f, err := files.Open(e.Name())
		must(err)
		m, err := table.ReadMapping(f, e.Name())
		must(err)
		out[i] = Mapping{strings.TrimSuffix(e.Name(), ".toml"), m}
	}
	slices.SortFunc(out, func(a, b Mapping) int { return cmp.Compare(a.Name, b.Name) })
	return out
})

// must panics where an embedded file is not what the tests have seen.
func must(err error) {
	if err != nil {
		panic("builtin: " + err.Error())
	}
}
