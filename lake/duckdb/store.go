// Package duckdb is the embedded engine of the lake: DuckDB reads the folder's Parquet segments, which
// it never writes, so readers and the one import work at once.
package duckdb

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"

	engine "github.com/duckdb/duckdb-go/v2"

	"detour/fault"
	"detour/lake"
	"detour/lake/segment"
	"detour/trade/provenance"
)

// Store is a lake in a folder. It implements lake.Store.
type Store struct {
	folder *segment.Folder
	db     *sql.DB
	spill  string // folder of this store alone, for what does not fit in memory
}

// Options of the engine; the zero value takes DuckDB's number of threads and MemoryLimit.
type Options struct {
	Threads int
	Memory  string // such as "2GB"
}

// MemoryLimit is the engine's default, below which a question over 50 million flows stays.
const MemoryLimit = "2GB"

// Open opens the lake in dir; NotFound if there is none.
func Open(dir string, o Options) (*Store, error) {
	f, err := segment.Open(dir)
	if err != nil {
		return nil, err
	}
	return connect(f, o)
}

// Create opens the lake in dir, making an empty one where dir is absent or empty.
func Create(dir string, o Options) (*Store, error) {
	f, err := segment.Create(dir)
	if err != nil {
		return nil, err
	}
	return connect(f, o)
}

func connect(f *segment.Folder, o Options) (*Store, error) {
	spill, err := os.MkdirTemp("", "detour-spill-")
	if err != nil {
		return nil, fault.Errorf(fault.Unavailable, "starting the engine: %w", err).Hint("TMPDIR names the folder for temporary files")
	}
	if o.Memory == "" {
		o.Memory = MemoryLimit
	}
	settings := url.Values{
		"autoinstall_known_extensions": {"false"}, "autoload_known_extensions": {"false"},
		"preserve_insertion_order": {"false"}, "memory_limit": {o.Memory}, "temp_directory": {spill},
	}
	if o.Threads > 0 {
		settings.Set("threads", strconv.Itoa(o.Threads))
	}
	c, err := engine.NewConnector("?"+settings.Encode(), nil)
	if err != nil {
		return nil, errors.Join(fault.Errorf(fault.Unavailable, "starting the engine: %w", err), os.Remove(spill))
	}
	return &Store{folder: f, db: sql.OpenDB(c), spill: spill}, nil
}

// Close ends the engine.
func (s *Store) Close() error { return errors.Join(s.db.Close(), os.RemoveAll(s.spill)) }

// Snapshot implements lake.Store.
func (s *Store) Snapshot(_ context.Context, at lake.Version, asOf string) (*lake.Snapshot, error) {
	if at == "" {
		head, err := s.folder.Head()
		if err != nil {
			return nil, err
		}
		at = head
	}
	if asOf != "" {
		if err := provenance.CheckStamp(asOf); err != nil {
			return nil, fmt.Errorf("as-of: %w", err)
		}
	}
	m, err := s.folder.Manifest(at)
	if err != nil {
		return nil, err
	}
	return lake.NewSnapshot(at, m, asOf), nil
}

// Verify implements lake.Store.
func (s *Store) Verify(ctx context.Context, snap *lake.Snapshot, yield func(lake.Damage)) error {
	return s.folder.Verify(ctx, snap.Segments, yield)
}

// Quarantine implements lake.Store.
func (s *Store) Quarantine(_ context.Context, snap *lake.Snapshot, yield func(lake.Segment, lake.Quarantined) error) error {
	for _, seg := range snap.Segments {
		if seg.Quarantine.Rows == 0 {
			continue
		}
		if err := s.quarantineOf(seg, yield); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) quarantineOf(seg lake.Segment, yield func(lake.Segment, lake.Quarantined) error) error {
	f, err := os.Open(s.folder.QuarantinePath(seg.Quarantine.SHA256))
	if err != nil {
		return fault.Errorf(fault.Unavailable, "reading quarantine of %s: %w", seg.Raw.Name, err)
	}
	defer f.Close()
	d := json.NewDecoder(bufio.NewReader(f))
	for {
		var q lake.Quarantined
		if err := d.Decode(&q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fault.Errorf(fault.Internal, "reading quarantine of %s: %w", seg.Raw.Name, err)
		}
		if err := yield(seg, q); err != nil {
			return err
		}
	}
}

// peopleColumns are the columns of an export that is read without its document: periods as they are written, and exact
// decimals of the currency, of kilograms and of the unit.
const peopleColumns = `* EXCLUDE (period, net_mass, quantity, value, unit, confidential, currency, part),
	CASE WHEN t.period % 100 = 0 THEN (t.period // 100)::VARCHAR ELSE printf('%04d-%02d', t.period // 100, t.period % 100) END AS period,
	part, currency, t.value::DECIMAL(19, 0) * 0.01 AS value, t.net_mass::DECIMAL(19, 0) * 0.001 AS net_mass_kg,
	t.quantity::DECIMAL(19, 0) * 0.001 AS quantity, unit, confidential`

// Export implements lake.Store.
func (s *Store) Export(ctx context.Context, snap *lake.Snapshot, file string, as lake.ExportFormat) error {
	var parts []string
	for _, id := range snap.Datasets() {
		if live := snap.Live(id); len(live) > 0 {
			parts = append(parts, "SELECT "+quote(id)+" AS dataset, "+rowColumns+" FROM "+s.relation(live, rowColumns))
		}
	}
	if len(parts) == 0 {
		return fault.Errorf(fault.NotFound, "the lake holds no flows to export")
	}
	options, columns := "FORMAT parquet, COMPRESSION zstd", "*"
	if as == lake.CSVFile {
		options, columns = "FORMAT csv, HEADER true", peopleColumns
	}
	doing, tmp := "exporting to "+file, file+".part"
	if err := os.WriteFile(tmp, nil, 0o644); err != nil { // the engine would not tell that it is not the lake's file which fails
		return fault.Errorf(fault.Unavailable, "%s: %w", doing, err)
	}
	_, err := s.db.ExecContext(ctx, fmt.Sprintf("COPY (SELECT %s FROM (SELECT * FROM (%s) ORDER BY dataset, %s, value, net_mass, quantity) AS t) TO %s (%s)",
		columns, strings.Join(parts, " UNION ALL "), segment.KeyColumns, quote(tmp), options))
	if err != nil {
		err = s.trouble(ctx, doing, err)
	} else if err = os.Rename(tmp, file); err != nil {
		err = fault.Errorf(fault.Unavailable, "%s: %w", doing, err)
	}
	if err != nil {
		_ = os.Remove(tmp) // the error that matters is being returned
	}
	return err
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
