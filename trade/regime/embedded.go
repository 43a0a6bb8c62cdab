package regime

import (
	"bytes"
	"embed"
	"io/fs"
	"sync"
)

// Lists of the project's own, one a file. docs/method/regime.md says which of them cmd/mktables writes.
//
//go:embed tables/*.list
var tables embed.FS

// BuiltIn is the law that comes with the program.
func BuiltIn() Regime { return builtIn() }

// A damaged table is a damaged build, hence the panics; the tests read all of them.
var builtIn = sync.OnceValue(func() Regime {
	r := Regime{duties: duties}
	names, err := fs.Glob(tables, "tables/*.list")
	if err != nil {
		panic("regime: " + err.Error())
	}
	for _, name := range names {
		text, err := tables.ReadFile(name)
		if err == nil {
			r, err = r.With(bytes.NewReader(text), name)
		}
		if err != nil {
			panic("regime: " + err.Error())
		}
	}
	return r
})
