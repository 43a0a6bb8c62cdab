package duckdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"strings"

	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// Sum implements lake.Store.
func (s *Store) Sum(ctx context.Context, snap *lake.Snapshot, q lake.Query, yield func(*lake.Row) error) error {
	live := snap.Live(q.Dataset)
	if len(live) == 0 || len(q.Windows) == 0 {
		return nil
	}
	row := lake.Row{Sums: make([]flow.Number, len(q.Windows)*len(q.Measures))}
	if known := currencies(live); len(known) == 1 {
		row.Currency = money.Currency(known[0])
	}
	read := reader{names: map[string]string{}}
	return s.query(ctx, s.sumSQL(q, live), func(values []driver.Value) error {
		if err := read.into(&row, q.By, values); err != nil {
			return err
		}
		return yield(&row)
	})
}

// query runs SQL on the driver itself: database/sql's conversions cost more than the sums.
func (s *Store) query(ctx context.Context, text string, yield func([]driver.Value) error) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return fault.Errorf(fault.Unavailable, "reading the lake: %w", err)
	}
	defer conn.Close()
	err = conn.Raw(func(dc any) error {
		rows, err := dc.(driver.QueryerContext).QueryContext(ctx, text, nil)
		if err != nil {
			return engineError(err)
		}
		return drain(rows, yield)
	})
	return err
}

func drain(rows driver.Rows, yield func([]driver.Value) error) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	values := make([]driver.Value, len(rows.Columns()))
	for {
		switch err := rows.Next(values); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return engineError(err)
		}
		if err := yield(values); err != nil {
			return err
		}
	}
}

func engineError(err error) error {
	if strings.Contains(err.Error(), "out of range") || strings.Contains(err.Error(), "INT128") {
		return fault.Errorf(fault.BadInput, "a sum leaves the range of 64-bit hundredths: %w", err).
			Hint("ask for fewer months or areas at once")
	}
	return fault.Errorf(fault.Internal, "reading the lake: %w", err)
}

// reader turns the driver's values into rows, keeping one copy of each name.
type reader struct{ names map[string]string }

func (r *reader) name(v driver.Value) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", fault.Errorf(fault.Internal, "reading the lake: %T where a name was expected", v)
	}
	if known, ok := r.names[s]; ok {
		return known, nil
	}
	r.names[s] = s
	return s, nil
}

func (r *reader) into(row *lake.Row, by []lake.Dimension, values []driver.Value) error {
	for i, d := range by {
		if err := r.dimension(row, d, values[i]); err != nil {
			return err
		}
	}
	values = values[len(by):]
	for i := range row.Sums {
		switch n := values[i].(type) {
		case nil:
			row.Sums[i] = flow.Number{}
		case int64:
			row.Sums[i] = flow.Some(n)
		default:
			return fault.Errorf(fault.Internal, "reading the lake: %T where a sum was expected", n)
		}
	}
	if len(values) == len(row.Sums) {
		return nil
	}
	name, err := r.name(values[len(row.Sums)])
	row.Currency = money.Currency(name)
	return err
}

func (r *reader) dimension(row *lake.Row, d lake.Dimension, v driver.Value) error {
	if d == lake.ByPeriod {
		n, ok := v.(int32)
		if !ok {
			return fault.Errorf(fault.Internal, "reading the lake: %T where a period was expected", v)
		}
		row.Period = period.Period(n)
		return nil
	}
	name, err := r.name(v)
	if err != nil {
		return err
	}
	switch d {
	case lake.ByReporter:
		row.Reporter = area.Code(name)
	case lake.ByPartner:
		row.Partner = area.Code(name)
	case lake.ByGoods:
		row.Goods = goods.Code(name)
	default:
		return fault.Errorf(fault.Internal, "reading the lake: unknown dimension %q", d)
	}
	return nil
}
