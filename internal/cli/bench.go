package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"detour/bench/detection"
)

func (a *app) benchCmd() *cobra.Command {
	cmd := &cobra.Command{Use: "bench", Short: "How well the engine does on simulated worlds whose truth is known", Args: noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(a.benchDetectionCmd())
	return cmd
}

func (a *app) benchDetectionCmd() *cobra.Command {
	var q detection.Question
	cmd := &cobra.Command{
		Use: "detection", Short: "Scores the detection of chains, beside simple rules",
		Long: "Makes simulated worlds, looks for chains in what their statisticians publish, and holds the answer against the\n" +
			"truth (docs/method/chains.md). The model was fitted on other worlds than these. No lake is needed.",
		Example: "  detour bench detection --preset typical --seeds 1-3\n  detour bench detection --preset hard --seeds 1-10 --oracle --json",
		Args:    exact(0, "no argument"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.benchDetection(cmd.Context(), q) },
	}
	f := cmd.Flags()
	f.StringVar(&q.Preset, "preset", "typical", "the worlds: calm, typical, hard, dark")
	f.StringVar(&q.Seeds, "seeds", "1-10", "their seeds, as in 1-10 or 1,3,5")
	f.BoolVar(&q.Oracle, "oracle", false, "also what one could find who knows all ordinary trade; takes twice as long and six worlds more")
	return cmd
}

func (a *app) benchDetection(ctx context.Context, q detection.Question) error {
	if a.Terminal {
		q.Say = func(s string) { fmt.Fprintln(a.Err, s) }
	}
	r, err := q.Run(ctx)
	if err != nil {
		return err
	}
	return a.print(r)
}
