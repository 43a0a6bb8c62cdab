package cli

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"detour/detect/series/seriestest"
	"detour/fault"
	"detour/lake"
)

// notAsked are the flags on which no figure of an answer depends, or which it states elsewhere.
var notAsked = []string{
	"at", "lake", // the answer names the lake's version
	"threads", "memory", // same figures, sooner or later
	"json", "csv", "html", "help", // how it is printed
}

// open is a store that stays open.
type open struct{ lake.Store }

func (open) Close() error { return nil }

// Every flag of a question stands in the question of its answer: a new one fails here until it does.
func TestEveryFlagStandsInTheAnswer(t *testing.T) {
	months := seriestest.Months(202101, 202212)
	store, _ := seriestest.New(seriestest.Of("comext/bulk", months, seriestest.Export("DE", "KZ", "84713000", 202203, 5)))
	for _, command := range []string{"account", "markets", "flows", "breaks"} {
		var out, errs bytes.Buffer
		c := Config{Out: &out, Err: &errs, Open: func(string, Engine) (lake.Store, error) { return open{store}, nil }}
		if code := Run(t.Context(), c, []string{command, "--from", "DE", "--to", "KZ", "--months", "2022-03", "--json"}); code != 0 {
			t.Fatalf("%s: exit %d: %s", command, code, &errs)
		}
		var answer struct{ Question map[string]any }
		if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		cmd, _, err := (&app{Config: c}).root().Find([]string{command})
		if err != nil {
			t.Fatal(err)
		}
		cmd.InheritedFlags() // joins them to the command's own
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			_, stated := answer.Question[strings.ReplaceAll(f.Name, "-", "_")]
			if stated == slices.Contains(notAsked, f.Name) {
				t.Errorf("%s --%s: stated in the answer: %t", command, f.Name, stated)
			}
		})
	}
}

func TestUnknownKeysNameTheNearest(t *testing.T) {
	known := flagNames((&app{}).root())
	for _, name := range []string{"lake", "months", "as-published", "vintage", "dir"} {
		if !slices.Contains(known, name) {
			t.Errorf("%s is no key", name)
		}
	}
	for key, near := range map[string]string{"month": "months", "as_of": "as-of", "Lake": "lake", "base-line": "baseline", "treads": "threads"} {
		err := checkKeys("c.toml", []string{"lake", key}, known)
		if err == nil || !strings.Contains(err.Error(), `c.toml has the unknown key "`+key+`"`) || !strings.Contains(fault.HintOf(err), "is "+near+";") {
			t.Errorf("%s: %v", key, err)
		}
	}
	if err := checkKeys("c.toml", known, known); err != nil {
		t.Error(err)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"same", "same", 0}} { // the textbook's
		if got, back := distance(c.a, c.b), distance(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("%q to %q: %d and back %d, want %d", c.a, c.b, got, back, c.want)
		}
	}
}

// In a flag's usage a word in backquotes would be taken for the flag's type, so nothing but a word may stand there.
func TestNoUsageIsTakenForAType(t *testing.T) {
	seen := 0
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		check := func(f *pflag.Flag) {
			seen++
			if kind, _ := pflag.UnquoteUsage(f); strings.Contains(kind, " ") || strings.Contains(f.Usage, "`") {
				t.Errorf("%s --%s: type %q of usage %q", c.CommandPath(), f.Name, kind, f.Usage)
			}
		}
		c.LocalFlags().VisitAll(check)
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk((&app{}).root())
	if seen == 0 {
		t.Error("no flag was seen")
	}
}
