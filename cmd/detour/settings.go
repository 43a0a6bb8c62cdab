package main

import (
	"os"
	"strings"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"detour/internal/cli"
)

// settings reads config.toml, or the file DETOUR_CONFIG names, and over it the environment: DETOUR_LAKE
// is the setting lake. Flags go over both.
func settings(c *cli.Config) {
	k := koanf.New(".")
	path, named := os.LookupEnv("DETOUR_CONFIG")
	if !named {
		path = "config.toml"
	}
	if _, err := os.Stat(path); named || err == nil {
		if err := k.Load(file.Provider(path), toml.Parser()); err != nil {
			c.SettingsError = err
			return
		}
		c.ConfigFile, c.FileKeys = path, k.Keys()
	}
	name := func(key, value string) (string, any) {
		return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(key, "DETOUR_")), "_", "-"), value
	}
	c.SettingsError = k.Load(env.Provider(".", env.Opt{Prefix: "DETOUR_", TransformFunc: name}), nil)
	c.Settings = k.StringMap("")
}
