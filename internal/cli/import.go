package cli

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"detour/ask"
	"detour/fault"
	"detour/intake"
)

func (a *app) importCmd() *cobra.Command {
	im := a.Importer
	var strict bool
	cmd := &cobra.Command{
		Use:     "import FILE...",
		Short:   "Bring official files into the lake",
		Long:    "Brings files into the lake, all or none. Rows that cannot be read go to quarantine with their reason\n(`detour data quarantine`). The same bytes twice change nothing.",
		Example: "  detour import full_202402.dat.gz\n  detour import --vintage 2024-05-17 *.xlsx\n  detour import --map am-exports --map am-imports-origin armenia_data.csv",
		Args: func(cmd *cobra.Command, args []string) error {
			for _, name := range []string{"at", "as-of"} {
				if cmd.Flags().Changed(name) {
					return fault.Errorf(fault.BadInput, "--%s is for questions: an import adds to the newest version", name).Hint("--vintage states when the files were released")
				}
			}
			if len(args) == 0 {
				return fault.Errorf(fault.BadInput, "no file to import").Hint("detour import FILE...")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			res, err := a.load(cmd.Context(), a.lakeDir, im, args)
			if err != nil {
				return err
			}
			if err := a.print(ask.ImportReport(res)); err != nil {
				return err
			}
			if strict && res.Total().Quarantined > 0 {
				return quiet{1}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&im.As, "as", "", "the files' format, where it is not recognised")
	f.StringArrayVar(&im.Maps, "map", nil, "read tables as this mapping says: a built-in one (detour formats) or a TOML file; may be repeated")
	f.StringVar(&im.Stamp, "vintage", "", "the files' release stamp, such as 2024-05-17")
	f.BoolVar(&im.Simulated, "simulated", false, "the figures are made up: keep them apart from official ones, and mark every answer that rests on them")
	f.BoolVar(&im.Whole, "whole", false, "the files are whole releases: what they leave out is no trade, and older figures of it are taken back")
	f.BoolVar(&strict, "strict", false, "exit 1 when rows of the files are in quarantine")
	return cmd
}

// load imports files into the lake in dir, with a progress bar on a terminal.
func (a *app) load(ctx context.Context, dir string, im intake.Importer, files []string) (res intake.Result, err error) {
	if err := im.Check(files); err != nil { // before there is a lake that nothing came into
		return res, err
	}
	store, err := a.Create(dir, a.Engine)
	if err != nil {
		return res, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	im.Store = store
	if a.Terminal {
		bars := newBars(ctx, a)
		im.Watch = bars.see
		defer bars.wait()
	}
	return im.Run(ctx, files)
}

// barDelay keeps the bar away from imports that are over at once.
const barDelay = 2 * time.Second

// bars shows how far each file has been read: bytes, rows, rate and time left.
type bars struct {
	group   *mpb.Progress
	current *mpb.Bar
	now     intake.Progress
	rows    atomic.Int64 // the bar is drawn by a goroutine of its own
}

func newBars(ctx context.Context, a *app) *bars {
	return &bars{group: mpb.NewWithContext(ctx, mpb.WithOutput(a.Err), mpb.WithWidth(40), mpb.WithRenderDelay(afterDelay()))}
}

func afterDelay() <-chan any {
	c := make(chan any)
	time.AfterFunc(barDelay, func() { close(c) })
	return c
}

func (b *bars) see(p intake.Progress) {
	if p.File != b.now.File || p.Bytes < b.now.Bytes || b.current == nil { // a file that two mappings read begins again
		b.finish()
		name := p.File
		b.current = b.group.AddBar(p.Size, mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(name+" "), decor.Any(func(decor.Statistics) string { return fmt.Sprintf("%d rows ", b.rows.Load()) })),
			mpb.AppendDecorators(decor.AverageSpeed(decor.SizeB1024(0), "% .1f "), decor.AverageETA(decor.ET_STYLE_GO)))
	}
	b.now = p
	b.rows.Store(p.Rows)
	b.current.SetCurrent(min(p.Bytes, p.Size-1))
}

func (b *bars) finish() {
	if b.current != nil {
		b.current.SetCurrent(b.now.Size)
	}
}

func (b *bars) wait() {
	b.finish()
	b.group.Wait()
}
