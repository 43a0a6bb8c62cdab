package archtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// pkg is what `go list -json` says of a package, without its tests.
type pkg struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	CgoFiles   []string
	Imports    []string
}

func (p pkg) files() []string { return slices.Concat(p.GoFiles, p.CgoFiles) }

// folder is the package's path within the module: "trade/flow".
func (p pkg) folder() string { return strings.TrimPrefix(p.ImportPath, modulePrefix) }

const modulePrefix = "detour/"

func TestEveryImportGoesDown(t *testing.T) {
	imports := 0
	for _, p := range listModule(t) {
		imports += len(p.Imports)
		for _, sentence := range wrongImports(p) {
			t.Error(sentence)
		}
	}
	if imports == 0 {
		t.Error("the go command listed no import at all, so nothing was held against the table.")
	}
}

// wrongImports gives a sentence for each import of p that the tables forbid.
func wrongImports(p pkg) []string {
	from, ok := floorOf(p.folder())
	if !ok {
		return []string{fmt.Sprintf("%s stands on no floor: give it one in ARCHITECTURE.md and in internal/archtest.", p.folder())}
	}
	var out []string
	for _, path := range p.Imports {
		if why := wrongStep(p.folder(), from, path); why != "" {
			out = append(out, why)
		}
		for _, w := range walls {
			if w.hides(path) && !w.opensTo(p.folder()) {
				out = append(out, fmt.Sprintf("%s must not import %s, because %s.", p.folder(), strings.TrimPrefix(path, modulePrefix), w.why))
			}
		}
	}
	return out
}

// wrongStep says why a package on floor from must not import path, or nothing if it may.
func wrongStep(folder string, from int, path string) string {
	target, ours := strings.CutPrefix(path, modulePrefix)
	if !ours {
		return ""
	}
	to, ok := floorOf(target)
	switch {
	case !ok:
		return fmt.Sprintf("%s must not import %s, because that stands on no floor of the table.", folder, target)
	case to < from:
		return fmt.Sprintf("%s (%s) must not import %s (%s), because %s; imports go downward only.",
			folder, floors[from].name, target, floors[to].name, floors[from].why)
	case to == from && !within(folder, target) && !hasDoor(folder, target):
		return fmt.Sprintf("%s must not import %s, because both stand on the floor %q and no door leads from one to the other.",
			folder, target, floors[from].name)
	}
	return ""
}

// floorOf gives the index of the floor with the longest folder that holds the package.
func floorOf(folder string) (int, bool) {
	best, length := 0, -1
	for i, f := range floors {
		for _, top := range f.folders {
			if within(folder, top) && len(top) > length {
				best, length = i, len(top)
			}
		}
	}
	return best, length >= 0
}

func hasDoor(from, to string) bool {
	return slices.ContainsFunc(doors, func(d door) bool { return d.opens(from, to) })
}

func (d door) opens(from, to string) bool { return within(from, d.from) && within(to, d.to) }

func (w wall) hides(path string) bool {
	target, ours := strings.CutPrefix(path, modulePrefix)
	return slices.ContainsFunc(w.behind, func(behind string) bool {
		if behind == otherModules {
			return !ours && !isStandard(path)
		}
		return within(target, behind)
	})
}

func (w wall) opensTo(folder string) bool {
	holds := func(top string) bool { return within(folder, top) }
	if len(w.only) > 0 {
		return slices.ContainsFunc(w.only, holds) || slices.ContainsFunc(w.behind, holds)
	}
	return !slices.ContainsFunc(w.never, holds)
}

// within says that folder is top or lies below it.
func within(folder, top string) bool {
	return folder == top || strings.HasPrefix(folder, top+"/")
}

// isStandard says that the import path is one of the standard library: its first element has no dot.
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// A door that nobody uses is a rule that says nothing.
func TestEveryDoorIsUsed(t *testing.T) {
	packages := listModule(t)
	for _, d := range doors {
		used := slices.ContainsFunc(packages, func(p pkg) bool {
			return slices.ContainsFunc(p.Imports, func(path string) bool {
				target, ours := strings.CutPrefix(path, modulePrefix)
				return ours && d.opens(p.folder(), target)
			})
		})
		if !used {
			t.Errorf("no import goes through the door from %s to %s: take it out of the table.", d.from, d.to)
		}
	}
}

// The rules themselves are tried on imports that must fail, and on some that must not.
func TestTheRules(t *testing.T) {
	for _, c := range []struct {
		from, to string
		fails    string // part of the sentence, empty where the import is right
	}{
		{"cmd/detour", "detour/internal/cli", ""},
		{"lake", "detour/intake", "lake (lake) must not import intake (intake), because the lake keeps flows"},
		{"trade/period", "detour/trade/flow", "imports go downward only"},
		{"trade/flow", "detour/trade/area", ""},
		{"trade/area", "detour/trade/money", "no door"},
		{"trade/flow", "github.com/apache/arrow-go/v18/arrow", "nouns outlive libraries"},
		{"trade/flow", "database/sql", ""},
		{"fault", "golang.org/x/text/language", "nouns outlive libraries"},
		{"source/comext", "detour/source", ""},
		{"source/comext", "detour/source/ecb", "no door"},
		{"source", "detour/source/comext", "no door"},
		{"detect/account", "detour/source/comext", "intake is the only place"},
		{"intake", "detour/source", ""},
		{"stat/ppml", "detour/trade/flow", "mathematics that knows trade"},
		{"stat/ppml", "gonum.org/v1/gonum/mat", ""},
		{"stat/ppml", "detour/names/fold", "no door"},
		{"ask", "detour/lake/duckdb", "the engine is chosen"},
		{"lake/duckdb", "detour/lake", ""},
		{"lake/duckdb", "github.com/duckdb/duckdb-go/v2", ""},
		{"lake", "github.com/duckdb/duckdb-go/v2", "a second engine"},
		{"utils", "fmt", "stands on no floor"},
		{"ask", "detour/utils", "stands on no floor"},
		{"report", "detour/fault", ""},
	} {
		got := strings.Join(wrongImports(pkg{ImportPath: modulePrefix + c.from, Imports: []string{c.to}}), " ")
		if (c.fails == "") != (got == "") || !strings.Contains(got, c.fails) {
			t.Errorf("%s importing %s: got %q, want %q", c.from, c.to, got, c.fails)
		}
	}
}
