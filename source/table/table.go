// Package table decodes the tables of statistical offices (CSV, workbooks, records in JSON) as a small
// mapping file says: docs/format/table.md describes mappings, and the package mirrors it.
//
// A Mapping is a value. A reader yields grids of cells, one a sheet; a reshaper turns a grid and the mapping into
// flows, one for each cell of values. Values come out in hundredths of the stated currency, net mass in grams,
// quantities in thousandths; what is finer is rejected unless the mapping rounds.
package table

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"detour/fault"
	"detour/source"
	"detour/source/table/internal/grid"
	"detour/trade/provenance"
)

// Format makes a mapping the format of the files it describes. The ID holds a part of the mapping's digest, since the same
// bytes under another mapping are another thing: they are imported anew, and a table with three
// series is imported three times. The mapping must come from ReadMapping.
func Format(m Mapping) source.Format {
	return source.Format{
		ID:        "table-" + m.Digest()[:12],
		Doc:       source.Doc{Title: m.title(), Source: m.Source, Page: "table.md"},
		Recognise: m.recognise,
		Decode:    m.decode,
	}
}

func (m Mapping) title() string {
	if m.Title != "" {
		return m.Title
	}
	return "Table of " + m.Source + "/" + m.Dataset
}

// recognise goes by the name that the mapping gives, and by the first bytes, which tell the kind. A mapping
// without names recognises nothing: it has to be asked for.
func (m Mapping) recognise(name string, head []byte) bool {
	named := slices.ContainsFunc(m.Files, func(glob string) bool {
		ok, _ := path.Match(glob, name)
		return ok
	})
	return named && kindOf(head) == m.Grid.Kind
}

func kindOf(head []byte) string {
	switch text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n"); {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return grid.XLSX
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return grid.XLS
	case bytes.HasPrefix(text, []byte("[")):
		return grid.JSON
	default:
		return grid.CSV
	}
}

func (m Mapping) decode(ctx context.Context, in source.Input, to source.Sink) (source.Release, error) {
	grids, err := grid.Read(m.Grid, in)
	if err != nil {
		return source.Release{}, err
	}
	release := source.Release{Source: m.Source, Dataset: m.Dataset, Notes: slices.Clone(m.Notes)}
	out := reshaper{mapping: m, to: to, cover: newCover(m.Coverage)}
	for _, g := range grids {
		if err := ctx.Err(); err != nil {
			return source.Release{}, err
		}
		stamp, err := m.reshape(ctx, &out, g, in.Name)
		if err != nil {
			return source.Release{}, err
		}
		release.Stamp = max(release.Stamp, stamp)
	}
	if err := out.flush(); err != nil {
		return source.Release{}, err
	}
	if out.skipped > 0 {
		release.Notes = append(release.Notes, fmt.Sprintf("%d rows with figures were passed over as the mapping says", out.skipped))
	}
	if out.flows == 0 && out.rejects == 0 {
		return source.Release{}, fault.Errorf(fault.BadInput, "reading %s: the mapping finds no figure in it", in.Name)
	}
	to.Progress(in.Size)
	release.Coverage = out.cover.blocks()
	return release, nil
}

// reshape gives a grid's flows to the sink, and its stamp: the latest of the sheets' is the file's.
func (m Mapping) reshape(ctx context.Context, out *reshaper, g grid.Grid, file string) (stamp string, err error) {
	b, err := m.bind(g, file)
	if err == nil {
		stamp, err = m.stamp(g, b.header, file)
	}
	if err != nil {
		return "", fault.Errorf(fault.BadInput, "reading %s: %w", where(file, g), err)
	}
	return stamp, out.grid(ctx, b)
}

func where(file string, g grid.Grid) string {
	if g.Sheet == "" {
		return file
	}
	return file + ", sheet " + g.Sheet
}

func (m Mapping) stamp(g grid.Grid, h grid.Header, file string) (string, error) {
	p, err := m.Stamp.bind("stamp", g, h, file)
	if p == nil || err != nil {
		return "", err
	}
	text, _, ok := p.text(0, 0)
	if !ok {
		return "", wrong("stamp: the pattern does not fit %s", quote(text))
	}
	if err := provenance.CheckStamp(strings.TrimSpace(text)); err != nil {
		return "", wrong("stamp: %w", err)
	}
	return text, nil
}
