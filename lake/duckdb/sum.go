package duckdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"

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
	known, _ := oneCurrency(q, live)
	row.Currency = money.Currency(known)
	read := reader{names: map[string]string{}}
	return s.query(ctx, "summing flows of "+q.Dataset, s.sumSQL(q, live), func(values []driver.Value) error {
		if err := read.into(&row, q.By, values); err != nil || !row.Held() {
			return err
		}
		return yield(&row)
	})
}

// askEvery is after how many rows it is asked whether the question is still wanted: each time would cost as
// much as a row, and so many rows take less than a millisecond.
const askEvery = 1 << 10

// query runs SQL on the driver itself: database/sql's conversions cost more than the sums. doing says what
// for, in errors; those of yield are returned as they are.
func (s *Store) query(ctx context.Context, doing, text string, yield func([]driver.Value) error) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return s.trouble(ctx, doing, err)
	}
	defer conn.Close()
	return conn.Raw(func(dc any) error {
		rows, err := dc.(driver.QueryerContext).QueryContext(ctx, text, nil)
		if err != nil {
			return s.trouble(ctx, doing, err)
		}
		defer rows.Close()
		values := make([]driver.Value, len(rows.Columns()))
		for n := 0; ; n++ {
			err := rows.Next(values)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err == nil && n%askEvery == 0 {
				err = ctx.Err() // the engine has all rows by now and looks no more
			}
			if err != nil {
				return s.trouble(ctx, doing, err)
			}
			if err := yield(values); err != nil {
				return err
			}
		}
	})
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
