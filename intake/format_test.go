package intake_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"detour/fault"
	"detour/intake"
	"detour/source"
	"detour/trade/provenance"
)

// named is the format of the tests as a mapping for files whose names begin with a text, into a data set of its own.
func (l *lines) named(id, begins string) source.Format {
	f := source.Simulated(l.format())
	f.ID = id
	f.Recognise = func(name string, _ []byte) bool { return strings.HasPrefix(name, begins) }
	return f
}

func mapped(t *testing.T) *house {
	h := newHouse(t)
	h.im.Mappings = func() []intake.Mapping {
		return []intake.Mapping{{Name: "a-files", Format: h.format.named("table-a", "a")}}
	}
	h.im.ReadMapping = func(path string) (source.Format, error) {
		if path != filepath.Join("some", "any.toml") {
			return source.Format{}, fault.Errorf(fault.NotFound, "no file %s", path)
		}
		return h.format.named("table-any", ""), nil
	}
	return h
}

// Each file is read by every mapping that fits it and by nothing else, and each reading has the mapping's name.
func TestMappings(t *testing.T) {
	h := mapped(t)
	h.im.Maps = []string{"a-files", filepath.Join("some", "any.toml")}
	r := h.run(h.file("a.txt", "lines 2024-02-01", "KZ"), h.file("b.txt", "lines 2024-02-01", "KG"))
	var got []string
	for _, f := range r.Files {
		got = append(got, f.File+" "+f.Format+" "+string(f.State)+": "+strings.Join(f.Notes, ", "))
	}
	want := []string{"a.txt table-a imported: read as the mapping a-files says, a note", "a.txt table-any imported: read as the mapping any.toml says, a note",
		"b.txt table-any imported: read as the mapping any.toml says, a note"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	// The note is kept, and the segment names the mapping by its format.
	for _, s := range h.snapshot().Segments {
		if !strings.HasPrefix(s.Format, "table-") || !strings.HasPrefix(s.Notes[0], "read as the mapping") || s.Vintage.Source != provenance.Simulated {
			t.Errorf("segment %+v", s)
		}
	}
	if again := h.run(filepath.Join(h.folder, "a.txt")); again.Files[0].State != intake.Already || again.Files[1].State != intake.Already || again.Version != r.Version {
		t.Errorf("what is held was read again: %+v", again)
	}
}

// A mapping that cannot be found, or none that fits a file, is said before anything is committed.
func TestMappingsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		maps []string
		as   string
		want string
		kind fault.Kind
	}{
		"unknown": {[]string{"b-files"}, "", "no mapping has the name, and no file the path b-files", fault.NotFound},
		"twice":   {[]string{"a-files", "a-files"}, "", "a-files says the same as another", fault.BadInput},
		"as":      {[]string{"a-files"}, "lines", "both asked for", fault.BadInput},
		"unfit":   {[]string{"a-files"}, "", "no mapping of a-files fits it", fault.BadInput},
	} {
		h := mapped(t)
		h.im.Maps, h.im.As = c.maps, c.as
		_, err := h.im.Run(t.Context(), []string{h.file("a.txt", "lines", "KZ"), h.file("b.txt", "lines", "KG")})
		if err == nil || fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
		if n := len(h.snapshot().Segments); n > 0 {
			t.Errorf("%s: %d segments were committed", name, n)
		}
	}
}
