package cli

import (
	"context"

	"github.com/spf13/cobra"

	"detour/fault"
)

func (a *app) demoCmd() *cobra.Command {
	return &cobra.Command{Use: "demo", Short: "The main question on bundled sample figures", Args: exact(0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context()) }}
}

func (a *app) demo(context.Context) error { return fault.Errorf(fault.Internal, "no sample") }
