// Package files writes a simulated world to a folder: what its reporters publish, in the official formats and
// with their own encoders, and the truth beside it. docs/format/world-truth.md describes the folder.
//
// Whoever imports the published files does so as simulated; their names begin with the word.
package files

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"

	"detour/fault"
	"detour/source/comext"
	"detour/source/comtrade"
	"detour/trade/flow"
	"detour/world"
)

// Releases gives the releases of a world with the stamp of each, earlier first: the month after the last
// that it states, with which the files are to be imported.
func Releases(w *world.World) []Stamped {
	var out []Stamped
	for _, r := range []world.Release{world.First, world.Final} {
		s := Stamped{r, w.Months(r).To.Add(1).String()}
		if len(out) > 0 && out[0].Stamp == s.Stamp {
			out = nil // the first release is no earlier than the final one, which replaces it
		}
		out = append(out, s)
	}
	return out
}

// Stamped is a release and its stamp.
type Stamped struct {
	Release world.Release
	Stamp   string // 2023-03
}

// WriteAll writes the truth into dir/truth, and each release into a folder named by its stamp: the members'
// figures as a Comext bulk file, the others' as a Comtrade bulk file. Folders are made where they are
// absent and files replaced. It gives the paths of the published files. An error is of kind Unavailable
// where the folder cannot be written.
func WriteAll(dir string, w *world.World) (published []string, err error) {
	if err := WriteTruth(filepath.Join(dir, "truth"), w.Truth()); err != nil {
		return nil, err
	}
	for _, r := range Releases(w) {
		for _, f := range []struct {
			name  string
			write func(io.Writer, *world.World, world.Release) error
		}{{"simulated_comext_", WriteComext}, {"simulated_comtrade_", WriteComtrade}} {
			path := filepath.Join(dir, r.Stamp, f.name+r.Stamp+".txt")
			if err := create(path, func(out io.Writer) error { return f.write(out, w, r.Release) }); err != nil {
				return nil, err
			}
			published = append(published, path)
		}
	}
	return published, nil
}

// WriteComext writes what members of the EU state as a Comext bulk file, in the order of world.Flows: exports
// beyond the EU (trade type E) under the normal procedure, without supplementary units.
func WriteComext(out io.Writer, w *world.World, r world.Release) error {
	flows := none
	if of := w.Members(); len(of) > 0 {
		flows = w.Flows(r, of...)
	}
	return comext.EncodeBulk(out, func(yield func(flow.Flow) bool) {
		for f := range flows {
			f.Part = comext.BulkPart("E", "1", "")
			if !yield(f) {
				return
			}
		}
	})
}

// WriteComtrade writes what all others state as a Comtrade bulk file, in the order of world.Flows.
func WriteComtrade(out io.Writer, w *world.World, r world.Release) error {
	flows := none
	if of := w.Others(); len(of) > 0 {
		flows = w.Flows(r, of...)
	}
	return comtrade.EncodeBulk(out, flows)
}

// none is what is stated where nobody states anything.
var none iter.Seq[flow.Flow] = func(func(flow.Flow) bool) {}

// create makes a file, and the folder it is in.
func create(path string, write func(io.Writer) error) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fault.Errorf(fault.Unavailable, "making the folder of %s: %w", path, err)
	}
	file, err := os.Create(path)
	if err != nil {
		return fault.Errorf(fault.Unavailable, "writing the world: %w", err)
	}
	defer func() {
		if e := file.Close(); e != nil {
			err = errors.Join(err, fault.Errorf(fault.Unavailable, "closing %s: %w", path, e))
		}
	}()
	out := bufio.NewWriterSize(file, 64<<10)
	if err := write(out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fault.Errorf(fault.Unavailable, "writing %s: %w", path, err)
	}
	return nil
}
