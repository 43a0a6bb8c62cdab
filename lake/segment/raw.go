package segment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"detour/fault"
	"detour/lake"
	"detour/trade/provenance"
)

// copySize is how much of a raw file is read at a time: less costs system calls, more gains nothing.
const copySize = 1 << 20

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
	return DigestOf(f, path)
}

// DigestOf is Digest of an open file, wherever it was read to; path is for its name.
func DigestOf(f *os.File, path string) (provenance.Bytes, error) {
	h := sha256.New()
	n, err := io.CopyBuffer(h, io.NewSectionReader(f, 0, math.MaxInt64), make([]byte, copySize))
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
	tmp, err := f.temp("raw")
	if err != nil {
		return err
	}
	h := sha256.New()
	_, err = io.CopyBuffer(io.MultiWriter(tmp, h), src, make([]byte, copySize))
	if err == nil && hex.EncodeToString(h.Sum(nil)) != b.SHA256 {
		err = fault.Errorf(fault.Conflict, "%s changed while it was being read", path).Hint("import it again when nothing writes to it")
	}
	return install(tmp, f.RawPath(b.SHA256), err)
}

// place is where a file of the lake is, and the sha256 that its name promises.
type place struct{ path, sha string }

// files lists the files that a segment names.
func (f *Folder) files(s lake.Segment) []place {
	all := []place{{f.SegmentPath(s.SHA256), s.SHA256}, {f.QuarantinePath(s.Quarantine.SHA256), s.Quarantine.SHA256}, {f.RawPath(s.Raw.SHA256), s.Raw.SHA256}}
	return slices.DeleteFunc(all, func(p place) bool { return p.sha == "" })
}

// Verify reads every file that the segments name, and all manifests, and gives what is damaged. It stops
// with the context's error.
func (f *Folder) Verify(ctx context.Context, segs []lake.Segment, yield func(lake.Damage)) error {
	if err := f.verifyManifests(yield); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, s := range segs {
		for _, p := range f.files(s) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !seen[p.path] {
				seen[p.path] = true
				f.verify(p, yield)
			}
		}
	}
	return nil
}

func (f *Folder) verify(p place, yield func(lake.Damage)) {
	rel, err := filepath.Rel(f.dir, p.path)
	if err != nil {
		rel = p.path
	}
	if b, err := Digest(p.path); err != nil {
		yield(lake.Damage{File: rel, Reason: err.Error()})
	} else if !strings.HasPrefix(b.SHA256, p.sha) {
		yield(lake.Damage{File: rel, Reason: "its bytes have sha256 " + b.SHA256})
	}
}

func (f *Folder) verifyManifests(yield func(lake.Damage)) error {
	entries, err := os.ReadDir(f.Path("manifests", ""))
	if err != nil {
		return fault.Errorf(fault.Unavailable, "reading the lake's manifests: %w", err)
	}
	for _, e := range entries {
		f.verify(place{f.Path("manifests", e.Name()), strings.TrimSuffix(e.Name(), ".json")}, yield)
	}
	return nil
}
