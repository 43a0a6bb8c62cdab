package segment

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"detour/fault"
	"detour/lake"
	"detour/trade/provenance"
)

// Digest reads a file and gives what identifies its bytes.
func Digest(path string) (provenance.Bytes, error) {
	f, err := os.Open(path)
	if err != nil {
		kind := fault.Unavailable
		if errors.Is(err, fs.ErrNotExist) {
			kind = fault.NotFound
		}
		return provenance.Bytes{}, fault.Errorf(kind, "reading %s: %w", path, err)
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.CopyBuffer(h, f, make([]byte, 1<<20))
	if err != nil {
		return provenance.Bytes{}, fault.Errorf(fault.Unavailable, "reading %s: %w", path, err)
	}
	return provenance.Bytes{Name: filepath.Base(path), SHA256: hex.EncodeToString(h.Sum(nil)), Size: n}, nil
}

// KeepRaw copies a raw file into the folder, unless its bytes are there already.
func (f *Folder) KeepRaw(path string, b provenance.Bytes) error {
	if info, err := os.Stat(f.RawPath(b.SHA256)); err == nil && info.Size() == b.Size {
		return nil
	}
	src, err := os.Open(path)
	if err != nil {
		return fault.Errorf(fault.Unavailable, "keeping %s: %w", path, err)
	}
	defer src.Close()
	tmp, err := os.CreateTemp(f.Path("staging", ""), "raw-*.tmp")
	if err != nil {
		return fault.Errorf(fault.Unavailable, "keeping %s: %w", path, err)
	}
	n, err := io.Copy(tmp, src)
	if err == nil && n != b.Size {
		err = fault.Errorf(fault.Conflict, "%s changed while it was being read", path).Hint("import it again when nothing writes to it")
	}
	return install(tmp, f.RawPath(b.SHA256), err)
}

// Staged is a sealed and not yet committed segment, with the version of the lake it was sealed against.
type Staged struct {
	Base    lake.Version
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
	return writeAtomic(f.stagedPath(file), b)
}

// Staged finds what an earlier import sealed of the file against the same version; false if nothing.
func (f *Folder) Staged(file lake.File, base lake.Version) (Staged, bool) {
	var s Staged
	b, err := os.ReadFile(f.stagedPath(file))
	if err != nil || json.Unmarshal(b, &s) != nil || s.Base != base || !s.Segment.Same(file) {
		return Staged{}, false
	}
	if s.Segment.SHA256 != "" && !present(f.SegmentPath(s.Segment.SHA256)) || !present(f.RawPath(s.Segment.Raw.SHA256)) {
		return Staged{}, false
	}
	return s, true
}

func present(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Sweep clears the staging room; only the holder of the lock may.
func (f *Folder) Sweep(pattern string) {
	names, _ := filepath.Glob(f.Path("staging", pattern)) // the pattern is well formed
	for _, n := range names {
		_ = os.Remove(n) // what cannot be removed now is swept by the next import
	}
}

// Verify reads every file the manifest names and gives what is damaged.
func (f *Folder) Verify(segs []lake.Segment, yield func(lake.Damage)) {
	seen := map[string]bool{}
	check := func(path, sha string) {
		if sha == "" || seen[path] {
			return
		}
		seen[path] = true
		rel, _ := filepath.Rel(f.dir, path) // both are below dir
		if b, err := Digest(path); err != nil {
			yield(lake.Damage{File: rel, Reason: err.Error()})
		} else if b.SHA256 != sha {
			yield(lake.Damage{File: rel, Reason: "its bytes have sha256 " + b.SHA256})
		}
	}
	for _, s := range segs {
		check(f.SegmentPath(s.SHA256), s.SHA256)
		check(f.RawPath(s.Raw.SHA256), s.Raw.SHA256)
		check(f.QuarantinePath(s.Quarantine.SHA256), s.Quarantine.SHA256)
	}
}

// ManifestDamage tells whether the manifest's bytes are those its version names; empty if they are.
func (f *Folder) ManifestDamage(v lake.Version) (string, error) {
	b, err := Digest(f.Path("manifests", string(v)+".json"))
	if err != nil {
		return "", err
	}
	if b.SHA256[:len(v)] != string(v) {
		return "its bytes have sha256 " + b.SHA256, nil
	}
	return "", nil
}
