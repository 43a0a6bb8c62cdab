// Package page is the HTML of a report: what stands where on it, and how it looks. Everything it prints
// is text made elsewhere.
package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"sync"

	"detour/report/svg"
	"detour/trade/caveat"
)

//go:embed page.tmpl
var source string

//go:embed page.css
var style string

var parsed = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(source)) })

// Style is the content of the page's one style element.
func Style() string { return style + svg.Style() }

// Policy is the content security policy under which the page works, and which it states itself:
// nothing is loaded or run, and only its own style element applies.
func Policy() string {
	sum := sha256.Sum256([]byte(Style()))
	return "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Page is a whole page.
type Page struct {
	Lang        string
	Title, Lead string
	Simulated   bool
	Caveats     []Caveats
	CaveatCount string // in words
	CaveatsOpen bool
	Asked       []Fact
	Blocks      []Block
	Sources     []Source
	LakeVersion string
}

// Block is one section; what is empty is not shown.
type Block struct {
	ID, Title, Note string
	Tiles           []Fact // figures to see at a glance
	Facts           []Fact
	Prose           []string
	Figure          *Figure
	Table           *Table
}

// Fact is a name and what it is.
type Fact struct{ Title, Value string }

// Figure is a drawing for wide and for narrow screens, as safe SVG, and a remark on it.
type Figure struct {
	Wide, Narrow template.HTML
	Caption      string
}

// Table is a table of texts.
type Table struct {
	Name   string
	Heads  []Head
	Rows   [][]Cell
	Total  []Cell
	Count  string // how many rows there are, in words
	More   string // how many of them are not shown, in a sentence; empty for none
	Folded bool   // shown when asked for
	Long   bool   // in a box that scrolls
}

// Head is the head of a column.
type Head struct {
	Title, Unit string
	Right       bool
}

// Cell is a cell; Head is one that names its row.
type Cell struct {
	Text        string
	Right, Head bool
}

// Caveats are the caveats of one kind.
type Caveats struct {
	Kind  string
	Items []Caveat
}

// Caveat is one caveat and what it is about.
type Caveat struct{ Scope, Text string }

// Source is one vintage and its files.
type Source struct {
	Vintage string
	Count   string // of files, in words
	Files   []File
}

// File is a raw file by its digest.
type File struct{ Name, SHA256 string }

// Policy is there for the template.
func (Page) Policy() string { return Policy() }

// Style is there for the template.
func (Page) Style() template.CSS { return template.CSS(Style()) } //nolint:gosec // embedded, no input reaches it

// Write writes the page.
func Write(w io.Writer, p Page) error { return parsed().Execute(w, p) }

// ByKind gathers caveats of one kind, in the order in which the kinds first come.
func ByKind(list []caveat.Caveat) []Caveats {
	var out []Caveats
	at := map[caveat.Code]int{}
	for _, c := range list {
		i, ok := at[c.Code]
		if !ok {
			i = len(out)
			at[c.Code] = i
			out = append(out, Caveats{Kind: strings.ReplaceAll(string(c.Code), "-", " ")})
		}
		out[i].Items = append(out[i].Items, Caveat{Scope: c.Scope, Text: c.Text})
	}
	return out
}
