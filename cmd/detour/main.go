// Command detour shows how goods under sanctions reach their target through third countries.
package main

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
	"golang.org/x/term"

	"detour/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	settings, err := settings()
	width, _, _ := term.GetSize(int(os.Stdout.Fd())) // 0 in a pipe: tables are not cut
	code := cli.Run(ctx, cli.Config{
		Settings: settings, SettingsError: err, Today: time.Now().UTC().Format(time.DateOnly),
		Out: os.Stdout, Err: os.Stderr, Width: width, Terminal: term.IsTerminal(int(os.Stderr.Fd())),
		Colour: width > 0 && os.Getenv("NO_COLOR") == "",
	}, os.Args[1:])
	stop()
	os.Exit(code)
}

// settings reads config.toml, or the file DETOUR_CONFIG names, and over it the environment: DETOUR_LAKE
// is the setting lake. Flags go over both.
func settings() (map[string]string, error) {
	k := koanf.New(".")
	path, named := os.LookupEnv("DETOUR_CONFIG")
	if !named {
		path = "config.toml"
	}
	if _, err := os.Stat(path); named || err == nil {
		if err := k.Load(file.Provider(path), toml.Parser()); err != nil {
			return nil, err
		}
	}
	name := func(key, value string) (string, any) {
		return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(key, "DETOUR_")), "_", "-"), value
	}
	err := k.Load(env.Provider(".", env.Opt{Prefix: "DETOUR_", TransformFunc: name}), nil)
	return k.StringMap(""), err
}
