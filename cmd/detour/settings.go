package main

import (
	"os"
	"strings"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

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
