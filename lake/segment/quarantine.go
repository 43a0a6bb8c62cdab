package segment

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"os"

	"detour/fault"
	"detour/lake"
)

// QuarantineWriter writes set-aside rows as JSON lines.
type QuarantineWriter struct {
	tmp  *os.File
	buf  *bufio.Writer
	sum  hash.Hash
	rows int64
}

// NewQuarantine begins a quarantine file in the staging room.
func (f *Folder) NewQuarantine() (*QuarantineWriter, error) {
	tmp, err := f.temp("quarantine")
	if err != nil {
		return nil, err
	}
	q := &QuarantineWriter{tmp: tmp, sum: sha256.New()}
	q.buf = bufio.NewWriter(io.MultiWriter(tmp, q.sum))
	return q, nil
}

// Add sets a row aside.
func (q *QuarantineWriter) Add(row lake.Quarantined) error {
	b, err := json.Marshal(row)
	if err == nil {
		_, err = q.buf.Write(append(b, '\n'))
	}
	if err != nil {
		return fault.Errorf(fault.Unavailable, "writing quarantine: %w", err)
	}
	q.rows++
	return nil
}

// Rows is how many rows were set aside.
func (q *QuarantineWriter) Rows() int64 { return q.rows }

// Keep gives the quarantine its place in the folder; without rows there is nothing to keep.
func (q *QuarantineWriter) Keep(f *Folder) (lake.Quarantine, error) {
	if q.rows == 0 {
		q.Discard()
		return lake.Quarantine{}, nil
	}
	err := q.buf.Flush()
	size, serr := q.tmp.Seek(0, io.SeekCurrent)
	if err == nil {
		err = serr
	}
	out := lake.Quarantine{SHA256: hex.EncodeToString(q.sum.Sum(nil)), Size: size, Rows: q.rows}
	return out, install(q.tmp, f.QuarantinePath(out.SHA256), err)
}

// Discard drops the file.
func (q *QuarantineWriter) Discard() {
	_ = q.tmp.Close()
	_ = os.Remove(q.tmp.Name())
}
