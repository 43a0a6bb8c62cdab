package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"detour/fault"
	"detour/source"
	"detour/source/comext"
	"detour/trade/area"
	"detour/trade/flow"
	"detour/trade/goods"
	"detour/trade/period"
)

// writeAnnual writes the exports of the EU27, as one reporter, to the neighbours and to Russia: all goods, by
// year, as the Easy Comext files in data state them, in their own shape.
func writeAnnual(ctx context.Context, w io.Writer, data string) error {
	found, err := readAnnual(ctx, filepath.Join(data, "eurostat", "easy_comext_annual"))
	if err != nil {
		return err
	}
	slices.SortFunc(found, func(a, b flow.Flow) int {
		return cmp.Or(cmp.Compare(a.Period, b.Period), cmp.Compare(a.Partner, b.Partner))
	})
	fmt.Fprintln(w, "REPORTER,PARTNER,PRODUCT,FLOW,STAT_PROCEDURE,PERIOD,VALUE_IN_EUR")
	for _, f := range found {
		partner, ok := area.Lookup(f.Partner)
		if !ok || f.Value.N%100 != 0 {
			return fault.Errorf(fault.Internal, "%v is not whole euros to a known partner", f)
		}
		year := f.Period.Year()
		fmt.Fprintf(w, "%q,%q,\"TOTAL-Total\",\"2-EXPORT\",\"T-Total\",\"%d52-Jan.-Dec. %d\",%d\n", eu27Label, partner.Labels.EN, year, year, f.Value.N/100)
	}
	return nil
}

// eu27Label is Eurostat's label of the aggregate reporter.
const eu27Label = "European Union - 27 countries (AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GR, HR, HU, IE, IT, LT, LU, LV, MT, NL, PL, PT, RO, SE, SI, SK)"

func readAnnual(ctx context.Context, folder string) ([]flow.Flow, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.csv"))
	if err != nil || len(paths) == 0 {
		return nil, fault.Errorf(fault.NotFound, "no official file in %s", folder).Hint("give the folder that holds data/ with --shared")
	}
	easy := comext.Formats()[slices.IndexFunc(comext.Formats(), func(f source.Format) bool { return f.ID == "easy-comext" })]
	to := &wanted{reporter: areaOf(eu27Label), partners: bundledPartners()}
	for _, path := range paths {
		if err := decode(ctx, easy, path, to); err != nil {
			return nil, err
		}
	}
	return to.found, nil
}

func decode(ctx context.Context, f source.Format, path string, to source.Sink) error {
	file, err := os.Open(path)
	if err != nil {
		return fault.Errorf(fault.Unavailable, "reading %s: %w", path, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fault.Errorf(fault.Unavailable, "reading %s: %w", path, err)
	}
	_, err = f.Decode(ctx, source.Input{Name: filepath.Base(path), Size: info.Size(), R: file}, to)
	return err
}

func areaOf(label string) area.Code {
	a, _ := area.ByLabel(label)
	return a.Code
}

// bundledPartners are the neighbours and the target.
func bundledPartners() []area.Code {
	neighbours, _ := area.BuiltIn().Get("neighbours")
	return append(neighbours.At(period.Year(2022)), "RU")
}

// wanted keeps the totals that go into the table.
type wanted struct {
	reporter area.Code
	partners []area.Code
	found    []flow.Flow
}

// Flows implements source.Sink.
func (w *wanted) Flows(batch []flow.Flow) error {
	for _, f := range batch {
		if f.Reporter == w.reporter && slices.Contains(w.partners, f.Partner) && f.Direction == flow.Export && f.Goods == goods.Total && f.Period.IsYear() {
			w.found = append(w.found, f)
		}
	}
	return nil
}

// Reject implements source.Sink: a row that is not understood is none of those wanted.
func (w *wanted) Reject(source.Reject) error { return nil }

// Progress implements source.Sink.
func (w *wanted) Progress(int64) {}
