package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"detour/bench/detection"
	"detour/fault"
)

// fitChainCmd fits the model that detect/chain carries: it is a file of the source, reviewed as any other.
func fitChainCmd() *cobra.Command {
	return &cobra.Command{
		Use: "fit-chain [FILE]", Short: "Fit the model of chains on simulated worlds and write its file", Args: cobra.MaximumNArgs(1),
		Long: "Makes some fifty worlds, which takes ten minutes on two cores, and writes detect/chain/model.json. The same\n" +
			"program gives the same file (docs/method/chains.md).",
		RunE: func(cmd *cobra.Command, args []string) error {
			path := filepath.Join("detect", "chain", "model.json")
			if len(args) > 0 {
				path = args[0]
			}
			out, err := detection.FitChain(cmd.Context(), func(s string) { fmt.Fprintln(os.Stderr, s) })
			if err != nil {
				return err
			}
			if err := os.WriteFile(path, out, 0o644); err != nil {
				return fault.Errorf(fault.Unavailable, "writing the model: %w", err)
			}
			return nil
		},
	}
}
