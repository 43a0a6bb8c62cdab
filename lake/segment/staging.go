package segment

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strings"

	"detour/fault"
	"detour/lake"
)

// Staged is a sealed and not yet committed segment, with what it was sealed beside: the segments of its own
// vintage, by sha256, whose rows it does not repeat.
type Staged struct {
	Beside  []string
	Segment lake.Segment
	Outcome lake.Outcome
}

func (f *Folder) stagedPath(file lake.File) string {
	key := sha256.Sum256([]byte(file.Bytes.SHA256 + "\n" + file.Format + "\n" + file.Stamp))
	return f.Path("staging", hex.EncodeToString(key[:12])+".json")
}

// Stage notes a sealed segment, so that an import that is cut off can be resumed.
func (f *Folder) Stage(file lake.File, s Staged) error {
	b, err := json.Marshal(s)
	if err != nil {
		return fault.Errorf(fault.Internal, "staging %s: %w", file.Bytes.Name, err)
	}
	return f.writeAtomic(f.stagedPath(file), b)
}

// Staged finds what an earlier import sealed of the file; false if nothing, or if some of it is gone.
func (f *Folder) Staged(file lake.File) (Staged, bool) {
	s, whole := readStaged(f.stagedPath(file))
	whole = whole && s.Segment.Same(file)
	for _, p := range f.files(s.Segment) {
		_, err := os.Stat(p.path)
		whole = whole && err == nil
	}
	return s, whole
}

func readStaged(path string) (s Staged, ok bool) {
	b, err := os.ReadFile(path)
	return s, err == nil && json.Unmarshal(b, &s) == nil
}

// Unstage removes the notes of what the manifest holds, and those that cannot be read. What it does not hold was
// sealed by an import that was cut off and stays to be taken up, for decoding may have taken hours; only the
// holder of the lock may.
func (f *Folder) Unstage(m lake.Manifest) {
	for _, path := range f.list("staging", ".json") {
		s, ok := readStaged(path)
		if !ok || slices.ContainsFunc(m.Segments, func(held lake.Segment) bool {
			return held.Raw.SHA256 == s.Segment.Raw.SHA256 && held.Format == s.Segment.Format && held.Vintage == s.Segment.Vintage
		}) {
			discard(path)
		}
	}
}

// list gives the paths of a room's files with the ending. What cannot be listed now is found by the next import.
func (f *Folder) list(room, ending string) []string {
	entries, _ := os.ReadDir(f.Path(room, ""))
	var out []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ending) {
			out = append(out, f.Path(room, e.Name()))
		}
	}
	return out
}

// discard removes a file. What cannot be removed now is found again by the next import.
func discard(path string) { _ = os.Remove(path) }

// Tidy clears away what imports that were cut off have left and nobody can use: half-written files, notes of what
// was committed, and files in place that neither a note nor a manifest names, since what they were sealed for
// was decoded anew or given up. m is the newest manifest; only the holder of the lock may.
func (f *Folder) Tidy(m lake.Manifest) {
	for _, path := range f.list("staging", ".tmp") {
		discard(path)
	}
	f.Unstage(m)
	orphans := f.orphans(m)
	if len(orphans) == 0 {
		return
	}
	// The newest manifest names what the older ones do, unless somebody has put HEAD back: then all are asked.
	for _, path := range f.list("manifests", ".json") {
		b, err := os.ReadFile(path)
		var named lake.Manifest
		if err != nil || json.Unmarshal(b, &named) != nil {
			return // what a damaged manifest names is not known
		}
		f.spare(orphans, named.Segments...)
	}
	for path := range orphans {
		discard(path)
	}
}

// orphans are the files in place that neither the manifest nor a note names.
func (f *Folder) orphans(m lake.Manifest) map[string]bool {
	out := map[string]bool{}
	for _, room := range []string{"segments", "raw", "quarantine"} {
		for _, path := range f.list(room, "") {
			out[path] = true
		}
	}
	f.spare(out, m.Segments...)
	for _, path := range f.list("staging", ".json") {
		s, _ := readStaged(path) // those that cannot be read were removed
		f.spare(out, s.Segment)
	}
	return out
}

func (f *Folder) spare(orphans map[string]bool, segs ...lake.Segment) {
	for _, s := range segs {
		for _, p := range f.files(s) {
			delete(orphans, p.path)
		}
	}
}
