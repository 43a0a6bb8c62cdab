package goods

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"
)

// Written by `go run ./cmd/mktables`: hs.tsv.gz, cn.tsv, links-*.tsv, members.tsv. Written by hand, with
// reasons and sources: by_hand.tsv, sets.tsv. docs/method/goods.md describes each.
//
//go:embed tables
var tables embed.FS

type textKey struct {
	hs   Edition
	code Code
}

// lists are the code lists held, at their finest level, sorted, and the texts of the HS at every level.
type lists struct {
	codes map[Edition][]Code
	texts map[textKey]string
}

var nomenclature = sync.OnceValue(func() *lists {
	l := &lists{codes: map[Edition][]Code{}, texts: map[textKey]string{}}
	for row := range rows("hs.tsv.gz", 3) {
		for e := range strings.SplitSeq(row[1], ",") {
			l.texts[textKey{Edition(e), Code(row[0])}] = row[2]
			if len(row[0]) == hsDigits {
				l.codes[Edition(e)] = append(l.codes[Edition(e)], Code(row[0]))
			}
		}
	}
	for row := range rows("cn.tsv", 2) {
		for e := range strings.SplitSeq(row[1], ",") {
			l.codes[Edition(e)] = append(l.codes[Edition(e)], Code(row[0]))
		}
	}
	for _, codes := range l.codes {
		slices.Sort(codes)
	}
	return l
})

// rows gives the rows of an embedded table: tab-separated, # before a comment. A table is part of the
// program and read whole by the tests, so a damaged one is a damaged build.
func rows(name string, columns int) iter.Seq[[]string] {
	text, err := table(name)
	if err != nil {
		panic(fmt.Sprintf("goods: table %s: %v", name, err))
	}
	return func(yield func([]string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if line == "" || line[0] == '#' {
				continue
			}
			row := strings.Split(line, "\t")
			if len(row) != columns {
				panic(fmt.Sprintf("goods: table %s: %d columns in %q, not %d", name, len(row), line, columns))
			}
			if !yield(row) {
				return
			}
		}
	}
}

func table(name string) (string, error) {
	raw, err := tables.ReadFile("tables/" + name)
	if err != nil || !strings.HasSuffix(name, ".gz") {
		return string(raw), err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(z)
	return string(text), err
}

// codeList reads codes separated by spaces.
func codeList(s string) []Code {
	var codes []Code
	for c := range strings.FieldsSeq(s) {
		codes = append(codes, Code(c))
	}
	return codes
}
