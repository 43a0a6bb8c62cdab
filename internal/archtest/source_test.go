package archtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// moduleRoot is where this package's tests run from, seen from its own folder.
const moduleRoot = "../.."

func listModule(t *testing.T) []pkg {
	t.Helper()
	packages, err := module()
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

// module asks the go command once for every package of the module, sorted by path. A package that does
// not build is listed too (-e): its imports are as wrong or right as any.
var module = sync.OnceValues(func() ([]pkg, error) {
	if err := touchFolders(); err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,GoFiles,CgoFiles,Imports", "./...")
	cmd.Dir = moduleRoot
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, stderr.String())
	}
	var packages []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		packages = append(packages, p)
	}
})

// touchFolders reads every folder of the module, so that the go command, which remembers test results
// by the files that the test itself opened, runs this test again when a folder has changed.
func touchFolders() error {
	return filepath.WalkDir(moduleRoot, func(folder string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() && folder != moduleRoot && (d.Name()[0] == '.' || d.Name() == "bin") {
			return filepath.SkipDir
		}
		return err
	})
}

func TestNoPackageIsTooLarge(t *testing.T) {
	for _, p := range listModule(t) {
		lines := 0
		for _, name := range p.files() {
			lines += countLines(t, filepath.Join(p.Dir, name))
		}
		if lines > packageLimit {
			t.Errorf("%s has %d lines without its tests, more than %d, because it holds more than one idea: raise a wall in it.", p.folder(), lines, packageLimit)
		}
	}
}

func TestMainOnlyWires(t *testing.T) {
	main := filepath.Join(moduleRoot, "cmd/detour/main.go")
	if lines := countLines(t, main); lines >= mainLimit {
		t.Errorf("cmd/detour/main.go has %d lines and should stay under %d, because it only wires: move the rest to the edges.", lines, mainLimit)
	}
}

func countLines(t *testing.T, file string) int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(text, []byte("\n"))
}

func TestNoHiddenInputsBelowTheRoof(t *testing.T) {
	for _, p := range listModule(t) {
		for _, name := range p.files() {
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, sentence := range hiddenInputs(p.folder(), fset, file) {
				t.Error(sentence)
			}
		}
	}
}

// hiddenInputs gives a sentence for each init function of the file and each call that the table keeps for others.
func hiddenInputs(folder string, fset *token.FileSet, file *ast.File) []string {
	var out []string
	place := func(n ast.Node) string {
		at := fset.Position(n.Pos())
		return fmt.Sprintf("%s:%d", path.Join(folder, filepath.Base(at.Filename)), at.Line)
	}
	names := importNames(file)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				out = append(out, place(n)+" has an init function, because of which importing a package changes what a program does: keep an explicit list instead.")
			}
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if !ok {
				break
			}
			if c, ok := forbidden(folder, names[x.Name], n.Sel.Name); ok {
				out = append(out, fmt.Sprintf("%s must not use %s.%s, because %s.", place(n), c.pkg, n.Sel.Name, c.why))
			}
		}
		return true
	})
	return out
}

// importNames maps the name by which a file knows an import to its path.
func importNames(file *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has let it through, so it cannot happen
		}
		name := path.Base(importPath)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = importPath
	}
	return names
}

func forbidden(folder, importPath, function string) (call, bool) {
	i := slices.IndexFunc(calls, func(c call) bool {
		return c.pkg == importPath && slices.Contains(c.funcs, function) &&
			!slices.ContainsFunc(c.only, func(top string) bool { return within(folder, top) })
	})
	if i < 0 {
		return call{}, false
	}
	return calls[i], true
}

// The rule is tried on a file that breaks it in every way, an import under another name included.
func TestHiddenInputsAreSeen(t *testing.T) {
	const text = `package p
import (
	"os"
	clock "time"
)
func init() {}
func f() { _ = clock.Now; os.Getenv("X"); os.Open("x") }
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(hiddenInputs("lake", fset, file), "\n")
	for _, want := range []string{"lake/p.go:6 has an init", "lake/p.go:7 must not use time.Now", "lake/p.go:7 must not use os.Getenv"} {
		if !strings.Contains(got, want) {
			t.Errorf("not seen: %s; seen:\n%s", want, got)
		}
	}
	if n := strings.Count(got, "\n") + 1; n != 3 {
		t.Errorf("%d sentences, want 3:\n%s", n, got)
	}
	if inRoof := hiddenInputs("cmd/detour", fset, file); len(inRoof) != 1 {
		t.Errorf("the roof may read clock and environment, but got %q", inRoof)
	}
}
