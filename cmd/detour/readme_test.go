package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"detour/internal/cli"
)

// The tour of the README shows what the program says: each line under a command on the demo's lake stands in its
// output, in that order. The output may be longer.
func TestTheTourIsReal(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the demo")
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	steps := tour(string(text))
	if len(steps) == 0 {
		t.Fatal("the README shows no command on the demo's lake")
	}
	t.Chdir(t.TempDir())
	said(t, "demo")
	for _, s := range steps {
		out := strings.Split(said(t, strings.Fields(s.command)...), "\n")
		for _, want := range s.shown {
			at := slices.IndexFunc(out, func(line string) bool { return strings.TrimRight(line, " ") == want })
			if at < 0 {
				t.Errorf("%s\ndoes not say, where the README has it:\n%s", s.command, want)
				break
			}
			out = out[at+1:]
		}
	}
}

// step is a command of the tour with what is shown of its output.
type step struct {
	command string
	shown   []string
}

func tour(text string) []step {
	var steps []step
	inside := false
	for line := range strings.Lines(text) {
		shown, indented := strings.CutPrefix(strings.TrimRight(line, "\n"), "    ")
		command, is := strings.CutPrefix(shown, "$ bin/detour ")
		switch {
		case indented && is:
			if inside = strings.HasPrefix(command, "--lake detour-demo/lake"); inside {
				steps = append(steps, step{command: command})
			}
		case indented && inside:
			last := &steps[len(steps)-1]
			last.shown = append(last.shown, shown)
		case strings.TrimSpace(line) != "":
			inside = false
		}
	}
	return steps
}

// said runs the program and gives all that it says.
func said(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	c := config()
	c.Out, c.Err = &out, &out
	cli.Run(t.Context(), c, args)
	return out.String()
}
