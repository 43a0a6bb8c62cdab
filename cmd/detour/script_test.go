package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"detour/lake/segment"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"detour": main}) }

// The scripts of testdata/script try the product as a user has it: one or more for each command.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"json":  jsonAt,
			"let":   let,
			"lock":  lock,
		},
	})
}

// exits CODE COMMAND ARGS... runs the command, which must end with the exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGS...")
	}
	code := 0
	err := ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code, err = exit.ExitCode(), nil
	}
	ts.Check(err)
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// json FILE PATH WANT holds a value of a JSON file (or of stdout) against what is wanted, written as compact
// JSON; a text may be written bare. A path is keys and places in lists parted by dots, empty for the whole; its last
// part may be len() or keys(): of an object, or of a list's first, in their order.
func jsonAt(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH WANT")
	}
	got, err := at([]byte(ts.ReadFile(args[0])), args[1])
	ts.Check(err)
	var bare string
	same := got == args[2] || json.Unmarshal([]byte(got), &bare) == nil && bare == args[2]
	if same == neg {
		ts.Fatalf("%s is %s, and %s was wanted (negated: %t)", args[1], got, args[2], neg)
	}
}

// let VARIABLE FILE PATH keeps the text of a JSON file at a path in an environment variable.
func let(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: let VARIABLE FILE PATH")
	}
	got, err := at([]byte(ts.ReadFile(args[1])), args[2])
	ts.Check(err)
	var text string
	ts.Check(json.Unmarshal([]byte(got), &text))
	ts.Setenv(args[0], text)
}

func at(raw json.RawMessage, path string) (string, error) {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' }) {
		next, err := stepInto(raw, step)
		if err != nil {
			return "", fmt.Errorf("%s of %s: %w", step, path, err)
		}
		raw = next
	}
	var compact bytes.Buffer
	err := json.Compact(&compact, raw)
	return compact.String(), err
}

func stepInto(raw json.RawMessage, step string) (json.RawMessage, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil && list != nil {
		if step == "len()" {
			return json.RawMessage(strconv.Itoa(len(list))), nil
		}
		if step == "keys()" && len(list) > 0 {
			return stepInto(list[0], step)
		}
		i, err := strconv.Atoi(step)
		if err != nil || i >= len(list) {
			return nil, fmt.Errorf("not a place in a list of %d", len(list))
		}
		return list[i], nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, err
	}
	if step == "keys()" {
		return json.Marshal(strings.Join(keysOf(raw), " "))
	}
	value, ok := object[step]
	if !ok {
		return nil, fmt.Errorf("there is no such key, only %s", strings.Join(keysOf(raw), " "))
	}
	return value, nil
}

// keysOf lists the keys of an object in the order in which they stand.
func keysOf(object json.RawMessage) []string {
	var keys []string
	d := json.NewDecoder(bytes.NewReader(object))
	depth, isKey := 0, false
	for {
		token, err := d.Token()
		if err != nil {
			return keys
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
			isKey = depth == 1
			continue
		case json.Delim('}'), json.Delim(']'):
			depth--
		default:
			if depth == 1 && isKey {
				keys, isKey = append(keys, token.(string)), false
				continue
			}
		}
		isKey = depth == 1
	}
}

// lock LAKE holds the lock of a lake until the script ends, as a running import does.
func lock(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: lock LAKE")
	}
	folder, err := segment.Open(ts.MkAbs(args[0]))
	ts.Check(err)
	unlock, err := folder.Lock()
	ts.Check(err)
	ts.Defer(func() { _ = unlock() }) // the folder goes with the script
}
