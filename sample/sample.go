// Package sample holds the bundled figures: a small table of official annual totals, and a monthly table of
// invented figures that shows what months, members and products add. README.md says what they are and
// where they come from; cmd/mksample writes them. Both are files like any other: whoever wants their
// figures imports them.
package sample

import (
	"embed"
	"io/fs"
)

//go:embed files
var files embed.FS

// The bundled files.
const (
	// Annual is exports of the EU27 to the six neighbours and to Russia, all goods, 2010 to 2023, by year.
	Annual = "eu27_exports_annual_2024-11-25.csv"
	// Invented is monthly exports of seven members to nine partners in seven products, 2020 to 2022. It is
	// imported as simulated, so that every answer that rests on it says so.
	Invented = "invented_exports_monthly_2023-01-15.csv"
)

// Files holds the bundled files at its root.
func Files() fs.FS {
	sub, err := fs.Sub(files, "files")
	if err != nil {
		panic(err) // the name is a valid path
	}
	return sub
}
