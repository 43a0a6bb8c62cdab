package intake

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"detour/fault"
	"detour/source"
)

// Mapping is a format for tables and the name by which a user asks for it.
type Mapping struct {
	Name   string
	Format source.Format
}

// chosen gives the formats that the user asked for, nil where files are to be recognised.
func (im Importer) chosen() ([]source.Format, error) {
	switch {
	case im.As != "" && len(im.Maps) > 0:
		return nil, fault.Errorf(fault.BadInput, "a format and a mapping are both asked for").Hint("a mapping is a format: leave --as out")
	case im.As != "":
		f, err := im.formatByID(im.As)
		return []source.Format{f}, err
	}
	var out []source.Format
	for _, name := range im.Maps {
		f, err := im.mapping(name)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(other source.Format) bool { return other.ID == f.ID }) {
			return nil, fault.Errorf(fault.BadInput, "the mapping %s says the same as another", name).Hint("name it once")
		}
		out = append(out, f)
	}
	return out, nil
}

// mapping finds a mapping by its name, else reads the file of that path. What it decodes is noted as read by it.
func (im Importer) mapping(name string) (source.Format, error) {
	var names []string
	for _, m := range im.Mappings() {
		if m.Name == name {
			return noted(m.Format, name), nil
		}
		names = append(names, m.Name)
	}
	f, err := im.ReadMapping(name)
	if fault.KindOf(err) == fault.NotFound {
		return f, fault.Errorf(fault.NotFound, "no mapping has the name, and no file the path %s", name).Hint("name a file, or one of %s", strings.Join(names, ", "))
	}
	return noted(f, filepath.Base(name)), err
}

// noted notes in each release which mapping read the file: the ID alone has no name.
func noted(f source.Format, name string) source.Format {
	decode := f.Decode
	f.Decode = func(ctx context.Context, in source.Input, to source.Sink) (source.Release, error) {
		r, err := decode(ctx, in, to)
		r.Notes = append([]string{fmt.Sprintf("read as the mapping %s says", name)}, r.Notes...)
		return r, err
	}
	return f
}

// formats gives the formats that read a file: the one asked for, every mapping asked for that fits it, else the one that
// recognises it.
func (im Importer) formats(chosen []source.Format, path string, file *os.File) ([]source.Format, error) {
	if im.As != "" {
		return chosen, nil
	}
	head, err := head(file, path)
	if err != nil {
		return nil, err
	}
	recognises := func(f source.Format) bool { return f.Recognise(filepath.Base(path), head) }
	if len(chosen) > 0 {
		fit := slices.DeleteFunc(slices.Clone(chosen), func(f source.Format) bool { return !recognises(f) })
		if len(fit) == 0 {
			return nil, fault.Errorf(fault.BadInput, "%s: no mapping of %s fits it", path, strings.Join(im.Maps, ", ")).
				Hint("the file's name must match the mapping's `files`, and its kind the mapping's")
		}
		return fit, nil
	}
	if i := slices.IndexFunc(im.Formats, recognises); i >= 0 {
		return im.Formats[i : i+1], nil
	}
	return nil, fault.Errorf(fault.BadInput, "%s: the format is not recognised", path).
		Hint("say which it is with --as, one of %s, or how to read a table with --map", strings.Join(im.ids(), ", "))
}

func (im Importer) formatByID(id string) (source.Format, error) {
	for _, f := range im.Formats {
		if f.ID == id {
			return f, nil
		}
	}
	return source.Format{}, fault.Errorf(fault.BadInput, "no format is called %q", id).Hint("use one of %s", strings.Join(im.ids(), ", "))
}

func (im Importer) ids() []string {
	var ids []string
	for _, f := range im.Formats {
		ids = append(ids, f.ID)
	}
	return ids
}
