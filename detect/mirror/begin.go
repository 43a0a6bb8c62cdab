package mirror

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"detour/detect/cover"
	"detour/detect/series"
	"detour/fault"
	"detour/lake"
	"detour/trade/area"
	"detour/trade/caveat"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/money"
)

// beginning is what is settled before any figure is read: who speaks for each side, in which frequency and currency.
type beginning struct {
	store lake.Store
	snap  *lake.Snapshot
	rates *money.Rates
	q     Question
	split bool // all goods are asked for, told apart by chapters at least

	exports *series.Reader
	hubs    []Hub
	readers map[area.Code]*series.Reader // of hubs that are not silent
}

// begin finds the readers. All pairs are of one frequency: months where every side has months, else years. All are in
// one currency: the one asked for, the sides' own where they have the same, else EUR.
func begin(store lake.Store, snap *lake.Snapshot, rates *money.Rates, q Question) (*beginning, error) {
	b := &beginning{store: store, snap: snap, rates: rates, q: q, split: q.Goods.All() && q.Digits > 0}
	if b.split {
		b.q.Goods = chapters()
	}
	if err := b.find(); err != nil {
		return nil, err
	}
	annual, currency := b.inYears(), b.currency()
	if annual == q.Annual && currency == q.Currency {
		return b, nil
	}
	b.q.Annual, b.q.Currency = annual, currency
	return b, b.find()
}

// chapters is all goods by the chapters of the Harmonized System.
func chapters() goods.Selection {
	var codes []string
	for c := 1; c <= 99; c++ {
		codes = append(codes, fmt.Sprintf("%02d", c))
	}
	s, err := goods.ParseSelection(strings.Join(codes, ","))
	if err != nil {
		panic("mirror: " + err.Error()) // two digits are a code
	}
	return s
}

// find begins the readers of both sides. NotFound where the exporters, or all of the hubs, are silent.
func (b *beginning) find() (err error) {
	if b.exports, err = b.preferYears(b.q.Question); b.split && fault.KindOf(err) == fault.NotFound {
		return fault.Errorf(fault.NotFound, "the lake holds no exports of all goods by codes of %d digits that answer %s", b.q.Digits, b.q.Period).Hint("leave --digits out for totals")
	} else if err != nil {
		return err
	}
	b.hubs, b.readers = nil, map[area.Code]*series.Reader{}
	var silent error
	for _, h := range series.Members(b.q.To) {
		hub, r, err := b.hub(h)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			hub.Silent = err.Error()
			silent = cmp.Or(silent, err)
		case err != nil:
			return err
		default:
			b.readers[h] = r
		}
		b.hubs = append(b.hubs, hub)
	}
	if len(b.readers) == 0 {
		return fmt.Errorf("no hub of the question has a mirror: %w", silent)
	}
	return nil
}

// preferYears begins a reader; where years are wanted and none are held, of months.
func (b *beginning) preferYears(q series.Question) (*series.Reader, error) {
	r, err := series.Begin(b.store, b.snap, b.rates, q)
	if q.Annual && fault.KindOf(err) == fault.NotFound {
		q.Annual = false
		return series.Begin(b.store, b.snap, b.rates, q)
	}
	return r, err
}

// hub chooses the data set that states a hub's imports: one of cover.Order before any other, then one with totals where
// all goods are asked for, then the one that keeps most periods of the question, then the longest, then by order. Further ones are named, never mixed in.
func (b *beginning) hub(h area.Code) (Hub, *series.Reader, error) {
	out := Hub{Hub: h}
	var best *series.Reader
	failed := fault.Errorf(fault.NotFound, "the lake holds no imports of %s", h).Hint("`detour data` shows what is held; --mirror-source limits what may be used")
	var first error
	ids := cover.MayServe(b.snap.Datasets(), b.q.Mirror)
	listed, _ := cover.InOrder(ids)
	for _, id := range ids {
		census := b.snap.Census(id, flow.Import)
		if !slices.Contains(census.Reporters(), h) {
			continue
		}
		r, err := b.preferYears(b.imports(h, id))
		if fault.KindOf(err) == fault.NotFound {
			first = cmp.Or(first, err)
			continue
		}
		if err != nil {
			return out, nil, err
		}
		out.Others = append(out.Others, id)
		if best == nil || (slices.Contains(listed, id) || !slices.Contains(listed, out.Dataset)) && fuller(r, best) {
			best, out.Dataset = r, id
		}
	}
	switch {
	case best == nil && first != nil && b.split:
		return out, nil, fault.Errorf(fault.NotFound, "the lake holds no imports of %s by codes of %d digits that answer %s", h, b.q.Digits, b.q.Period).Hint("leave --digits out for totals")
	case best == nil:
		return out, nil, cmp.Or(first, error(failed))
	}
	out.Others = slices.DeleteFunc(out.Others, func(id string) bool { return id == out.Dataset })
	return out, best, nil
}

// imports is the question as the hub answers it.
func (b *beginning) imports(h area.Code, dataset string) series.Question {
	q := b.q.Question
	q.Direction, q.Source = flow.Import, dataset
	q.From, q.To = []series.Party{{Name: string(h), Members: []area.Code{h}}}, q.From
	return q
}

// fuller tells whether a reader answers more than another.
func fuller(a, b *series.Reader) bool {
	if ta, tb := total(a), total(b); ta != tb {
		return ta
	}
	if ka, kb := kept(a), kept(b); ka != kb {
		return ka > kb
	}
	return length(a) > length(b)
}

// length counts the periods that the reader's one data set covers in its frequency.
func length(r *series.Reader) int {
	n := 0
	for _, p := range r.Plans() {
		for _, at := range p.Census.Periods {
			if at.IsYear() == p.Annual && p.Census.State(p.Reporters[0], at) != lake.NotHeld {
				n++
			}
		}
	}
	return n
}

// total tells whether all goods are read as the reporter's total, or not all are asked for.
func total(r *series.Reader) bool {
	return !r.Q.Goods.All() || slices.Max(newSide(r).levels()) == 0
}

// kept counts the slots of the reader that are not dropped.
func kept(r *series.Reader) float64 {
	share := 0.0
	for _, w := range r.Windows {
		n := len(w.Slots)
		for _, dropped := range w.Dropped {
			for _, d := range dropped {
				if d {
					n--
				}
			}
		}
		share += float64(n) / float64(len(w.Slots))
	}
	return share
}

func (b *beginning) inYears() bool {
	for _, r := range b.readers {
		if newSide(r).inYears() {
			return true
		}
	}
	return newSide(b.exports).inYears()
}

func (b *beginning) currency() money.Currency {
	for _, r := range b.readers {
		if r.Currency != b.exports.Currency {
			return cmp.Or(b.q.Currency, money.EUR)
		}
	}
	return b.exports.Currency
}

// digits is the finest level at which both sides tell goods apart, or the one asked for.
func (b *beginning) digits() (int, error) {
	levels := newSide(b.exports).levels()
	for _, r := range b.readers {
		levels = append(levels, newSide(r).levels()...)
	}
	least := slices.Min(levels)
	if b.q.Digits > least {
		return 0, fault.Errorf(fault.BadInput, "both sides state these goods by %d digits, not by %d", least, b.q.Digits).Hint("give --digits %d or leave it out", least)
	}
	if least == 0 && slices.Max(levels) > 0 {
		b.exports.Caveatf(caveat.Method, "goods", "one side states a total and the other is the sum of its codes: what is not stated by code is on one side only")
	}
	return cmp.Or(b.q.Digits, least), nil
}
