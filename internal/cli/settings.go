package cli

import (
	"cmp"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"detour/fault"
)

// flagNames lists the flags of a command and all below it: the keys that a configuration file may have.
func flagNames(cmd *cobra.Command) []string {
	var names []string
	add := func(f *pflag.Flag) {
		if f.Name != "help" {
			names = append(names, f.Name)
		}
	}
	cmd.LocalFlags().VisitAll(add)
	for _, sub := range cmd.Commands() {
		names = append(names, flagNames(sub)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// checkKeys refuses a key of the configuration file that sets nothing: a slip would change the answer unseen.
func checkKeys(file string, keys, known []string) error {
	for _, key := range keys {
		if !slices.Contains(known, key) {
			near := slices.MinFunc(known, func(a, b string) int { return cmp.Compare(distance(key, a), distance(key, b)) })
			return fault.Errorf(fault.BadInput, "reading the configuration: %s has the unknown key %q", file, key).
				Hint("the nearest known key is %s; keys are the names of flags", near)
		}
	}
	return nil
}

// distance counts the letters to insert, delete or change between two words (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1) // of the matrix of distances between beginnings
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
