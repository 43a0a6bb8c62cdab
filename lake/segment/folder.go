// Package segment is the lake as a folder of files: Parquet segments, raw files and quarantine by their
// sha256, manifests by version, and a HEAD that is swapped atomically.
//
//	HEAD                    the newest version
//	manifests/VERSION.json  what each version holds
//	segments/SHA256.parquet flows
//	raw/SHA256              the files as imported
//	quarantine/SHA256.jsonl rows set aside
//	staging/                what a running import has sealed and not yet committed
//	lock                    held by the one import that runs
package segment

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"detour/fault"
	"detour/lake"
	"detour/trade/provenance"
)

// Folder is a lake's directory. It may be used from several goroutines and processes: files are never
// changed once they are in place.
type Folder struct{ dir string }

var rooms = []string{"manifests", "segments", "raw", "quarantine", "staging"}

// Open opens the lake in dir; NotFound if there is none.
func Open(dir string) (*Folder, error) {
	if _, err := os.Stat(filepath.Join(dir, "HEAD")); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fault.Errorf(fault.NotFound, "no lake in %s", dir).Hint("`detour import FILE...` makes one, or name another with --lake")
		}
		return nil, fault.Errorf(fault.Unavailable, "opening the lake in %s: %w", dir, err)
	}
	return &Folder{dir}, nil
}

// Create opens the lake in dir, making an empty one if dir is absent or empty. A directory with other
// things in it is bad input: a lake is never laid over somebody's files.
func Create(dir string) (*Folder, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Errorf(fault.Unavailable, "making a lake in %s: %w", dir, err)
	}
	if len(entries) > 0 {
		if f, err := Open(dir); err == nil || !unfinished(entries) {
			return f, notALake(dir, err)
		}
	}
	return furnish(dir)
}

// furnish makes an empty lake, or opens the one that somebody else has made meanwhile: the lock keeps
// its first import from being undone.
func furnish(dir string) (f *Folder, err error) {
	for _, room := range rooms {
		if err := os.MkdirAll(filepath.Join(dir, room), 0o755); err != nil {
			return nil, fault.Errorf(fault.Unavailable, "making a lake in %s: %w", dir, err)
		}
	}
	unlock, err := (&Folder{dir}).Lock()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if f, err := Open(dir); fault.KindOf(err) != fault.NotFound {
		return f, err
	}
	f = &Folder{dir}
	_, err = f.Publish(lake.Manifest{})
	return f, err
}

// unfinished tells a lake whose making was cut off before HEAD was written from a folder of other things.
func unfinished(entries []os.DirEntry) bool {
	for _, e := range entries {
		if e.Name() != "lock" && !slices.Contains(rooms, e.Name()) {
			return false
		}
	}
	return true
}

func notALake(dir string, err error) error {
	if err == nil {
		return nil
	}
	if fault.KindOf(err) != fault.NotFound {
		return err
	}
	return fault.Errorf(fault.BadInput, "%s is neither empty nor a lake", dir).Hint("name an empty or absent folder with --lake")
}

// Path gives the place of a file: Path("segments", "ab12.parquet").
func (f *Folder) Path(room, name string) string { return filepath.Join(f.dir, room, name) }

// SegmentPath gives the place of a segment's rows.
func (f *Folder) SegmentPath(sha string) string { return f.Path("segments", sha+".parquet") }

// RawPath gives the place of a raw file.
func (f *Folder) RawPath(sha string) string { return f.Path("raw", sha) }

// QuarantinePath gives the place of a file's set-aside rows.
func (f *Folder) QuarantinePath(sha string) string { return f.Path("quarantine", sha+".jsonl") }

// Head gives the newest version.
func (f *Folder) Head() (lake.Version, error) {
	b, err := os.ReadFile(filepath.Join(f.dir, "HEAD"))
	if err != nil {
		return "", fault.Errorf(fault.Unavailable, "reading the lake's head: %w", err)
	}
	return lake.Version(strings.TrimSpace(string(b))), nil
}

// Manifest reads the manifest of a version; NotFound for an unknown one. A manifest that is not the one
// its version names is refused: it would give other answers under that version.
func (f *Folder) Manifest(v lake.Version) (lake.Manifest, error) {
	var m lake.Manifest
	if strings.ContainsAny(string(v), `/\.`) {
		return m, unknownVersion(v)
	}
	b, err := os.ReadFile(f.Path("manifests", string(v)+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return m, unknownVersion(v)
	}
	if err != nil {
		return m, fault.Errorf(fault.Unavailable, "reading manifest %s: %w", v, err)
	}
	if lake.VersionOf(b) != v {
		return m, fault.Errorf(fault.Internal, "manifest %s is damaged: its bytes are not those that the version names", v).
			Hint("restore the file from a copy of the lake, or ask another version with --at")
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fault.Errorf(fault.Internal, "reading manifest %s: %w", v, err)
	}
	if m.Layout != lake.Layout {
		return m, fault.Errorf(fault.Unavailable, "manifest %s has layout %d, this program reads %d", v, m.Layout, lake.Layout)
	}
	for _, s := range m.Segments {
		if err := provenance.CheckStamp(s.Vintage.Stamp); err != nil {
			return m, fault.Errorf(fault.Internal, "manifest %s: the release stamp of %s: %w", v, s.Raw.Name, err)
		}
	}
	return m, nil
}

func unknownVersion(v lake.Version) error {
	return fault.Errorf(fault.NotFound, "the lake has no version %q", v).Hint("`detour data --json` names the present one")
}

// Publish writes the manifest and makes it the head, in that order, so that a reader always finds a
// whole version.
func (f *Folder) Publish(m lake.Manifest) (lake.Version, error) {
	b, v, err := m.Encode()
	if err != nil {
		return "", err
	}
	if err := f.writeAtomic(f.Path("manifests", string(v)+".json"), b); err != nil {
		return "", err
	}
	return v, f.writeAtomic(filepath.Join(f.dir, "HEAD"), []byte(v+"\n"))
}

// writeAtomic puts the bytes in place at once and durably: a temporary file, synced, then renamed.
func (f *Folder) writeAtomic(path string, b []byte) error {
	tmp, err := f.temp(filepath.Base(path))
	if err != nil {
		return err
	}
	_, err = tmp.Write(b)
	return install(tmp, path, err)
}

// temp begins a file in the staging room, where Tidy finds it should it never be installed. Unlike os.CreateTemp it
// leaves to the umask who may read the file, as for any other: it will be part of the lake.
func (f *Folder) temp(kind string) (*os.File, error) {
	for n := 0; ; n++ {
		name := fmt.Sprintf("%s-%d-%d.tmp", kind, os.Getpid(), n)
		tmp, err := os.OpenFile(f.Path("staging", name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if err == nil {
			return tmp, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, fault.Errorf(fault.Unavailable, "writing to the lake: %w", err)
		}
	}
}

// install syncs and closes tmp and gives it its name; on any error tmp is removed.
func install(tmp *os.File, path string, err error) error {
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // the error that matters is being returned
		if fault.KindOf(err) == fault.Internal {
			err = fault.Errorf(fault.Unavailable, "writing %s: %w", path, err)
		}
	}
	return err
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Lock takes the lake's import lock; Conflict while another process holds it. The lock goes with the
// process, so a killed import leaves none behind.
func (f *Folder) Lock() (unlock func() error, err error) {
	file, err := os.OpenFile(filepath.Join(f.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fault.Errorf(fault.Unavailable, "locking the lake: %w", err)
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(fault.Errorf(fault.Conflict, "another import is writing to %s", f.dir).
			Hint("wait until it ends; readers need not wait"), file.Close())
	}
	return file.Close, nil
}
