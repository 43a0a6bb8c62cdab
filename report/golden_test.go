package report

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestPrintersGolden(t *testing.T) {
	printers := map[string]func(io.Writer, Report) error{
		"plain.txt":     func(w io.Writer, r Report) error { return Text(w, r, TextOptions{}) },
		"terminal.txt":  func(w io.Writer, r Report) error { return Text(w, r, TextOptions{Width: 72, MaxRows: 5, Colour: true}) },
		"report.json":   JSON,
		"exporters.csv": func(w io.Writer, r Report) error { return CSV(w, r, "") },
		"goods.csv":     func(w io.Writer, r Report) error { return CSV(w, r, "by_goods") },
		"total.csv":     func(w io.Writer, r Report) error { return CSV(w, r, "total") },
		"caveats.csv":   func(w io.Writer, r Report) error { return CSV(w, r, "caveats") },
		"page.html":     func(w io.Writer, r Report) error { return HTML(w, r, HTMLOptions{}) },
	}
	for name, printer := range printers {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := printer(&got, invented()); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("differs from %s (rewrite with -update and read the difference); got:\n%s", file, firstDifference(got.Bytes(), want))
			}
		})
	}
}

// firstDifference gives the first line in which two texts differ.
func firstDifference(got, want []byte) []byte {
	g, w := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range g {
		if i >= len(w) || !bytes.Equal(g[i], w[i]) {
			return g[i]
		}
	}
	return []byte("(it ends early)")
}
