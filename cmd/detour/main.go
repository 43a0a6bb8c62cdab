// Command detour shows how goods under sanctions reach their target through third countries.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"detour/internal/cli"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return cli.Run(ctx, config(), os.Args[1:])
}
