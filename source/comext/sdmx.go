package comext

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"strings"

	"detour/fault"
	"detour/source"
	"detour/source/comext/internal/codes"
	"detour/source/comext/internal/table"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
	"detour/trade/period"
)

// tooBig is how Eurostat's service names its refusal of a large pull; its answer then is no table.
const tooBig = "EXTRACTION_TOO_BIG"

// recogniseSDMX knows the dimensions of Comext's dataflows, and the refusal that people save
// instead of data: left unrecognised, nobody would tell them what it is.
func recogniseSDMX(_ string, head []byte) bool {
	return table.HeaderOf(table.FirstLine(head)).Has("REPORTER", "PARTNER", "PRODUCT", "FLOW", "INDICATORS", "TIME_PERIOD", "OBS_VALUE") ||
		isRefusal(head)
}

func isRefusal(head []byte) bool {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	return len(start) > 0 && (start[0] == '<' || start[0] == '{') && bytes.Contains(start, []byte(tooBig))
}

// decodeSDMX reads SDMX-CSV, version 1.0 (of SDMX 2.1) and 2.0 (of SDMX 3.0).
func decodeSDMX(ctx context.Context, in source.Input, to source.Sink) (source.Release, error) {
	release, _, err := readSDMX(ctx, in, to)
	return release, err
}

func readSDMX(ctx context.Context, in source.Input, to source.Sink) (source.Release, table.Tally, error) {
	m := table.NewMeter(in)
	text, err := table.OpenText(m)
	if err != nil {
		return source.Release{}, table.Tally{}, err
	}
	br := bufio.NewReaderSize(text, table.MaxLine)
	if start, _ := br.Peek(source.HeadSize); isRefusal(start) {
		return source.Release{}, table.Tally{}, fault.Errorf(fault.BadInput, "reading %s: this is not data but Eurostat's answer 413 %s", in.Name, tooBig).
			Hint("ask for less at a time, such as one year or one reporter, and import the pieces")
	}
	names, err := table.ReadHeader(in, br)
	if err != nil {
		return source.Release{}, table.Tally{}, err
	}
	layout, err := newSDMXLayout(in, names)
	if err != nil {
		return source.Release{}, table.Tally{}, err
	}
	r := newSDMXReader(layout, to)
	err = table.EachLine(ctx, in, br, func(n int64, line []byte) error {
		if n%table.BatchSize == 0 {
			to.Progress(m.Consumed())
		}
		return r.line(n, line)
	})
	if err == nil {
		err = r.out.Flush()
	}
	if err != nil {
		return source.Release{}, table.Tally{}, err
	}
	to.Progress(m.Consumed())
	if r.dataset == "" {
		return source.Release{}, r.tally, fault.Errorf(fault.BadInput, "reading %s: no row names a data set of Comext", in.Name).
			Hint("an empty answer of Eurostat holds a header only: ask again")
	}
	return source.Release{Source: codes.Source, Dataset: r.dataset, Stamp: r.stamp, Coverage: r.cover.Blocks()}, r.tally, nil
}

// sdmxLayout says where the columns are, -1 for one that the file does not have.
type sdmxLayout struct {
	names                                                                    table.Columns
	dataflow, updated, freq                                                  int
	reporter, partner, product, flow, indicator, period, value, flag, status int
}

func newSDMXLayout(in source.Input, names table.Columns) (sdmxLayout, error) {
	l := sdmxLayout{names: names}
	for _, c := range []struct {
		at       *int
		required bool
		names    []string
	}{
		{&l.dataflow, true, []string{"DATAFLOW", "STRUCTURE_ID"}},
		{&l.updated, false, []string{"LAST UPDATE", "LAST_UPDATE"}},
		{&l.freq, false, []string{"FREQ"}},
		{&l.reporter, true, []string{"REPORTER"}},
		{&l.partner, true, []string{"PARTNER"}},
		{&l.product, true, []string{"PRODUCT"}},
		{&l.flow, true, []string{"FLOW"}},
		{&l.indicator, true, []string{"INDICATORS"}},
		{&l.period, true, []string{"TIME_PERIOD"}},
		{&l.value, true, []string{"OBS_VALUE"}},
		{&l.flag, false, []string{"OBS_FLAG"}},
		{&l.status, false, []string{"CONF_STATUS"}},
	} {
		*c.at = names.Find(c.names...)
		if *c.at < 0 && c.required {
			return sdmxLayout{}, table.MissingColumn(in, c.names[0])
		}
	}
	return l, nil
}

// sdmxReader turns rows into flows. Rows next to each other that state different measures of one
// cell become one flow.
type sdmxReader struct {
	layout   sdmxLayout
	row      table.Record
	out      table.Batch
	tally    table.Tally
	cover    codes.Cover
	dataset  string // of the first row that names one; all others must agree
	stamp    string
	stamped  bool
	origins  table.Cache[origin]
	reporter table.Cache[codes.Place]
	partner  table.Cache[codes.Place]
	product  table.Cache[codes.Ware]
	key      []byte
}

// origin is what a row says of its release.
type origin struct {
	dataset, stamp string
	flaw           *table.Flaw
}

func newSDMXReader(l sdmxLayout, to source.Sink) *sdmxReader {
	r := &sdmxReader{layout: l, out: table.Batch{To: to}, cover: codes.Cover{}}
	r.reporter.Read = func(s string) codes.Place { return codes.PlaceOf("REPORTER", s, area.ByComext) }
	r.partner.Read = func(s string) codes.Place { return codes.PlaceOf("PARTNER", s, area.ByComext) }
	r.product.Read = func(s string) codes.Ware { return codes.WareOf("PRODUCT", s) }
	r.origins.Read = r.origin
	return r
}

// line takes one row.
func (r *sdmxReader) line(n int64, line []byte) error {
	f, measure, flaw := r.flow(line)
	switch {
	case flaw != nil:
		r.tally.Rejected++
		return r.out.To.Reject(flaw.Reject(n, line))
	case !codes.Held(&f) && !r.withheld():
		r.tally.Absent++
		return nil
	}
	r.cover.Add(f.Key, measure)
	if r.join(&f, measure) {
		r.tally.Joined++
		return nil
	}
	r.tally.Flows++
	return r.out.Add(f)
}

// join puts the measure into the flow of the row before, where that is the same cell without it.
func (r *sdmxReader) join(f *flow.Flow, m flow.Measure) bool {
	if len(r.out.Flows) == 0 {
		return false
	}
	last := &r.out.Flows[len(r.out.Flows)-1]
	if last.Key != f.Key || codes.NumberOf(last, m).Held || !codes.NumberOf(f, m).Held {
		return false
	}
	*codes.NumberOf(last, m) = *codes.NumberOf(f, m)
	if m == flow.Quantity {
		last.Unit = f.Unit
	}
	last.Confidential = last.Confidential || f.Confidential
	return true
}

// flow reads one row: a cell and one measure of it, which is not held where the row has no value.
func (r *sdmxReader) flow(line []byte) (f flow.Flow, m flow.Measure, bad *table.Flaw) {
	l, row := &r.layout, &r.row
	if bad = table.SplitRow(row, line, l.names); bad != nil {
		return f, "", bad
	}
	if bad = r.release(); bad != nil {
		return f, "", bad
	}
	reporter, partner, product := r.reporter.Get(row.Field(l.reporter)), r.partner.Get(row.Field(l.partner)), r.product.Get(row.Field(l.product))
	if bad = table.FirstFlaw(reporter.Flaw, partner.Flaw, product.Flaw); bad != nil {
		return f, "", bad
	}
	f.Reporter, f.Partner, f.Goods, f.Confidential = reporter.Code, partner.Code, product.Code, product.Confidential || r.withheld()
	f.Nomenclature, f.Currency = goods.CN, money.EUR
	var ok bool
	if f.Direction, ok = codes.Direction(row.Text(l.flow)); !ok {
		return f, "", table.NewFlaw("FLOW", "flow "+table.Quote(row.Text(l.flow))+" is neither 1 (import) nor 2 (export)", "")
	}
	if f.Period, bad = r.period(); bad != nil {
		return f, "", bad
	}
	what, ok := codes.IndicatorOf(row.Text(l.indicator))
	if !ok {
		return f, "", table.NewFlaw("INDICATORS", "unknown indicator "+table.Quote(row.Text(l.indicator)), codes.IndicatorHint)
	}
	return f, what.Measure, codes.State(&f, what, row.Field(l.value), "OBS_VALUE")
}

// withheld tells whether a flag says that the value is confidential.
func (r *sdmxReader) withheld() bool {
	return bytes.IndexByte(r.row.Field(r.layout.flag), 'c') >= 0 || r.row.Text(r.layout.status) == "C"
}

// period reads TIME_PERIOD and holds it against the frequency.
func (r *sdmxReader) period() (period.Period, *table.Flaw) {
	s := r.row.Text(r.layout.period)
	p, err := period.Parse(s)
	if err != nil || len(s) == 6 {
		return 0, table.NewFlaw("TIME_PERIOD", "period "+table.Quote(s)+" is neither YYYY-MM nor YYYY", "")
	}
	if freq := r.row.Text(r.layout.freq); r.layout.freq >= 0 && freq != frequency(p) {
		return 0, table.NewFlaw("FREQ", "frequency "+table.Quote(freq)+" does not fit period "+s, "monthly (M) and annual (A) data are read")
	}
	return p, nil
}

func frequency(p period.Period) string {
	if p.IsYear() {
		return "A"
	}
	return "M"
}

// release holds the row's data set and stamp against those of the file.
func (r *sdmxReader) release() *table.Flaw {
	l, row := &r.layout, &r.row
	r.key = append(append(append(r.key[:0], row.Field(l.dataflow)...), ','), row.Field(l.updated)...)
	o := r.origins.Get(r.key)
	if o.flaw != nil {
		return o.flaw
	}
	if !r.stamped {
		r.dataset, r.stamp, r.stamped = o.dataset, o.stamp, true
	}
	if o.dataset != r.dataset {
		return table.NewFlaw(l.names[l.dataflow], "the row is of "+o.dataset+", the file began with "+r.dataset, "import each data set from a file of its own")
	}
	if o.stamp != r.stamp {
		return table.NewFlaw("LAST UPDATE", fmt.Sprintf("the row was released %s, the file began with %s", o.stamp, r.stamp), "import each release from a file of its own")
	}
	return nil
}

func (r *sdmxReader) origin(key string) origin {
	flowID, updated, _ := strings.Cut(key, ",")
	flowID, updated = strings.TrimSpace(flowID), strings.TrimSpace(updated)
	set, ok := codes.Dataset(flowID)
	if !ok {
		return origin{flaw: table.NewFlaw(r.layout.names[r.layout.dataflow], "unknown dataflow "+table.Quote(flowID), "Comext's are called DS- and a number")}
	}
	if updated == "" {
		return origin{dataset: set}
	}
	when, ok := codes.Stamp(updated)
	if !ok {
		return origin{flaw: table.NewFlaw("LAST UPDATE", "not a moment: "+table.Quote(updated), "15/09/26 or 15/09/26 11:00:00 is expected")}
	}
	return origin{dataset: set, stamp: when}
}
