package bench

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"

	engine "github.com/duckdb/duckdb-go/v2"

	"detour/fault"
)

// SQL runs a statement in plain DuckDB with its own defaults but the number of threads, draining every row
// of its answer, and gives their number. The database is a file, or in memory where it is empty.
func SQL(ctx context.Context, database string, threads int, text string) (rows int64, err error) {
	err = plain(ctx, database, threads, text, func([]driver.Value) error {
		rows++
		return nil
	})
	return rows, err
}

// plain gives the rows of a statement; the values are the caller's until yield returns. It asks the driver
// itself, as lake/duckdb does: what database/sql would add is not DuckDB's cost.
func plain(ctx context.Context, database string, threads int, text string, yield func([]driver.Value) error) (err error) {
	c, err := engine.NewConnector(database, nil)
	if err != nil {
		return fault.Errorf(fault.Unavailable, "opening DuckDB: %w", err)
	}
	db := sql.OpenDB(c)
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return fault.Errorf(fault.Unavailable, "opening DuckDB: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("SET threads=%d", threads)); err != nil {
		return fault.Errorf(fault.Unavailable, "opening DuckDB: %w", err)
	}
	return conn.Raw(func(dc any) error {
		r, err := dc.(driver.QueryerContext).QueryContext(ctx, text, nil)
		if err != nil {
			return fault.Errorf(fault.Unavailable, "running SQL: %w", err)
		}
		return errors.Join(drain(r, yield), r.Close())
	})
}

func drain(r driver.Rows, yield func([]driver.Value) error) error {
	values := make([]driver.Value, len(r.Columns()))
	for {
		err := r.Next(values)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = yield(values)
		}
		if err != nil {
			return err
		}
	}
}

// list writes words as a list of SQL strings; none of ours has a quote in it.
func list[T ~string](words []T) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "'" + string(w) + "'"
	}
	return strings.Join(quoted, ", ")
}

// unnested is a table of one column made of words.
func unnested[T ~string](words []T) string { return "unnest([" + list(words) + "])" }
