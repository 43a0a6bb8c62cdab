package table

import (
	"context"
	"regexp"
	"slices"

	"detour/source"
	"detour/source/table/internal/grid"
	"detour/trade/flow"
	"detour/trade/goods"
)

// bound is a mapping bound to a grid: columns and cells are found.
type bound struct {
	grid   grid.Grid
	header grid.Header
	groups []group
	skip   []rule
	keep   []rule
}

// group is a group of columns of values with its places.
type group struct {
	columns           []int
	unit              unit
	reporter, partner *areaPlace
	goods             *place
	direction         *place
	period, month     *place
}

// rule is a Rule whose columns are found.
type rule []condition

type condition struct {
	column int
	texts  []string // folded
}

func (m Mapping) bind(g grid.Grid, file string) (b bound, err error) {
	b = bound{grid: g}
	if b.header, err = grid.NewHeader(g, m.Grid); err != nil {
		return b, err
	}
	if b.skip, err = bindRules(m.Skip, b.header); err != nil {
		return b, wrong("skip: %w", err)
	}
	if b.keep, err = bindRules(m.Keep, b.header); err != nil {
		return b, wrong("keep: %w", err)
	}
	for _, v := range m.Values {
		bound, err := m.bindGroup(v, b, file)
		if err != nil {
			return b, err
		}
		b.groups = append(b.groups, bound)
	}
	return b, nil
}

func (m Mapping) bindGroup(v Values, b bound, file string) (out group, err error) {
	if out.columns, err = columns(b.header, v); err != nil {
		return out, wrong("values: %w", err)
	}
	if out.unit, err = parseUnit(flow.Measure(v.Measure), v.Unit); err != nil {
		return out, err
	}
	places := map[string]*place{}
	d := m.dimensions(v)
	d.each(func(key string, p *Place) {
		if err == nil {
			places[key], err = p.bind(key, b.grid, b.header, file)
		}
	})
	if err != nil {
		return out, err
	}
	out.reporter, out.partner = m.areaPlace(d.Reporter, places["reporter"]), m.areaPlace(d.Partner, places["partner"])
	out.goods, out.direction, out.period, out.month = places["goods"], places["direction"], places["period"], places["month"]
	return out, nil
}

// columns gives those that a group of values names, in its order, or that its pattern fits.
func columns(h grid.Header, v Values) ([]int, error) {
	if v.Match != "" {
		re, err := regexp.Compile(v.Match)
		if err != nil {
			return nil, err
		}
		return h.Match(re)
	}
	var out []int
	for _, name := range v.Columns {
		col, err := h.Find(name)
		if err != nil {
			return nil, err
		}
		out = append(out, col)
	}
	return out, nil
}

func bindRules(rules []Rule, h grid.Header) ([]rule, error) {
	var out []rule
	for _, r := range rules {
		var bound rule
		for _, name := range sortedKeys(r.When) {
			col, err := h.Find(name)
			if err != nil {
				return nil, err
			}
			c := condition{column: col}
			for _, t := range r.When[name] {
				c.texts = append(c.texts, grid.Fold(t))
			}
			bound = append(bound, c)
		}
		out = append(out, bound)
	}
	return out, nil
}

func (b bound) matches(rules []rule, row int) bool {
	return slices.ContainsFunc(rules, func(r rule) bool {
		return !slices.ContainsFunc(r, func(c condition) bool {
			return !slices.Contains(c.texts, grid.Fold(b.grid.At(row, c.column).Text))
		})
	})
}

// wanted tells whether the mapping's rules leave a row in.
func (b bound) wanted(row int) bool {
	return !b.matches(b.skip, row) && (len(b.keep) == 0 || b.matches(b.keep, row))
}

// reshaper turns the grids of a file into flows.
type reshaper struct {
	mapping                 Mapping
	to                      source.Sink
	cover                   *cover
	batch                   []flow.Flow
	skipped, flows, rejects int
}

// batchSize is how many flows the sink is handed at a time.
const batchSize = 4096

func (r *reshaper) grid(ctx context.Context, b bound) error {
	for row := b.header.FirstRow(); row < len(b.grid.Rows); row++ {
		if row%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if !b.saysAnything(row) {
			continue
		}
		if !b.wanted(row) {
			r.skipped++
			continue
		}
		if err := r.row(b, row); err != nil {
			return err
		}
	}
	return nil
}

// saysAnything tells whether a row has a cell in a column of values: headings and notes have none.
func (b bound) saysAnything(row int) bool {
	return slices.ContainsFunc(b.groups, func(g group) bool {
		return slices.ContainsFunc(g.columns, func(col int) bool { return b.grid.At(row, col).Text != "" })
	})
}

// row gives the flows of a row. Measures of one cell become one flow. Of several equal flaws one is told.
func (r *reshaper) row(b bound, row int) error {
	var flows []flow.Flow
	var flaws []flaw
	for _, g := range b.groups {
		for _, col := range g.columns {
			if bad := r.cell(b, g, row, col, &flows); bad != nil && !slices.Contains(flaws, *bad) {
				flaws = append(flaws, *bad)
			}
		}
	}
	for _, f := range flaws {
		r.rejects++
		err := r.to.Reject(source.Reject{
			Line: b.grid.Line(row), Sheet: b.grid.Sheet, Field: f.field, Reason: f.reason, Hint: f.hint, Raw: raw(b.grid.Rows[row]),
		})
		if err != nil {
			return err
		}
	}
	r.flows += len(flows)
	if r.batch = append(r.batch, flows...); len(r.batch) < batchSize {
		return nil
	}
	return r.flush()
}

func (r *reshaper) flush() error {
	if len(r.batch) == 0 {
		return nil
	}
	err := r.to.Flows(r.batch)
	r.batch = r.batch[:0]
	return err
}

// cell adds what a cell of values states to the flows of its row.
func (r *reshaper) cell(b bound, g group, row, col int, flows *[]flow.Flow) *flaw {
	n, says, err := r.mapping.Numbers.read(b.grid.At(row, col), g.unit)
	switch {
	case err != nil:
		return faultOf(b.header.Name(col), err)
	case says == nothing:
		return nil
	}
	key, bad := r.key(g, row, col)
	if bad != nil {
		return bad
	}
	if says == figure {
		if bad := state(flows, key, g.unit, n, b.header.Name(col)); bad != nil {
			return bad
		}
	}
	r.cover.add(key, g.unit.measure, says == notKnown)
	return nil
}

func (r *reshaper) key(g group, row, col int) (k flow.Key, bad *flaw) {
	k.Nomenclature = goods.Nomenclature(r.mapping.Nomenclature)
	if k.Reporter, bad = g.reporter.area(row, col); bad != nil {
		return k, bad
	}
	if k.Partner, bad = g.partner.area(row, col); bad != nil {
		return k, bad
	}
	if k.Goods, bad = g.goods.goods(row, col); bad != nil {
		return k, bad
	}
	if k.Direction, bad = g.direction.direction(row, col); bad != nil {
		return k, bad
	}
	k.Period, bad = g.period.period(g.month, row, col)
	return k, bad
}

// state puts a number into the flow of its key, which a row may hold already with another measure.
func state(flows *[]flow.Flow, key flow.Key, u unit, n int64, column string) *flaw {
	i := slices.IndexFunc(*flows, func(f flow.Flow) bool { return f.Key == key })
	if i < 0 {
		i = len(*flows)
		*flows = append(*flows, flow.Flow{Key: key})
	}
	f := &(*flows)[i]
	held := map[flow.Measure]*flow.Number{flow.Value: &f.Value, flow.NetMass: &f.NetMass, flow.Quantity: &f.Quantity}[u.measure]
	if held.Held {
		return &flaw{column, "the row states the " + string(u.measure) + " of one cell twice", "two columns of the mapping mean the same"}
	}
	*held = flow.Some(n)
	switch u.measure {
	case flow.Value:
		f.Currency = u.currency
	case flow.Quantity:
		f.Unit = u.name
	}
	return nil
}
