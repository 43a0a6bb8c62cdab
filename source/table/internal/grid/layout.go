package grid

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"

	"detour/fault"
)

// The kinds of files, the values of Layout.Kind.
const (
	CSV  = "csv"
	XLSX = "xlsx"
	XLS  = "xls"
	JSON = "json"
)

// Limits of a table, which is held in memory: it is a publication of an office, no database.
const (
	maxFile = 256 << 20
	maxRow  = 1 << 20
)

// Layout says where the cells are: the table [grid] of a mapping (docs/format/table.md).
type Layout struct {
	Kind      string   `toml:"kind"`
	Sheets    []string `toml:"sheets"`
	Header    []int    `toml:"header"`
	Anchor    string   `toml:"anchor"`
	Delimiter string   `toml:"delimiter"`
	Encoding  string   `toml:"encoding"`
}

// Check holds the layout against its document and gives the key that is wrong.
func (l Layout) Check() (key string, err error) {
	for _, c := range []struct {
		key   string
		check func() error
	}{{"kind", l.checkKind}, {"sheets", l.checkSheets}, {"header", l.checkHeader}, {"anchor", l.checkAnchor}, {"delimiter", l.checkDelimiter}, {"encoding", l.checkEncoding}} {
		if err := c.check(); err != nil {
			return c.key, err
		}
	}
	return "", nil
}

func wrong(format string, args ...any) *fault.Error {
	return fault.Errorf(fault.BadInput, format, args...)
}

func (l Layout) checkKind() error {
	kinds := []string{CSV, XLSX, XLS, JSON}
	if !slices.Contains(kinds, l.Kind) {
		return wrong("%q is not known", l.Kind).Hint("write one of %s", strings.Join(kinds, ", "))
	}
	return nil
}

func (l Layout) checkSheets() error {
	if (len(l.Sheets) > 0) != l.HasSheets() {
		return wrong("a workbook's mapping names its sheets, and no other does")
	}
	return CheckGlobs(l.Sheets)
}

// CheckGlobs refuses what path.Match cannot read.
func CheckGlobs(globs []string) error {
	for _, g := range globs {
		if _, err := path.Match(g, ""); err != nil {
			return wrong("%q: %w", g, err)
		}
	}
	return nil
}

// HasSheets tells whether the files are workbooks.
func (l Layout) HasSheets() bool { return l.Kind == XLSX || l.Kind == XLS }

func (l Layout) checkHeader() error {
	if l.Kind == JSON && len(l.Header) == 0 {
		return nil
	}
	if l.Kind == JSON || len(l.Header) == 0 {
		return wrong("the rows of the header are to be named, except for json, whose records name their fields")
	}
	if l.Header[0] < 1 || l.Header[len(l.Header)-1] > maxRow || !slices.IsSorted(l.Header) || len(slices.Compact(slices.Clone(l.Header))) < len(l.Header) {
		return wrong("%v are not rows in rising order", l.Header)
	}
	return nil
}

func (l Layout) checkAnchor() error {
	if l.Kind == JSON && l.Anchor != "" {
		return wrong("records have no header to look for")
	}
	return nil
}

func (l Layout) checkDelimiter() error {
	if l.Delimiter == "" {
		return nil
	}
	if l.Kind != CSV {
		return wrong("only csv has a delimiter")
	}
	if utf8.RuneCountInString(l.Delimiter) != 1 || strings.ContainsAny(l.Delimiter, "\"\r\n\ufffd") {
		return wrong("%q is not one character", l.Delimiter)
	}
	return nil
}

func (l Layout) checkEncoding() error {
	if l.Encoding == "" {
		return nil
	}
	if l.Kind != CSV {
		return wrong("only csv has an encoding")
	}
	if _, err := htmlindex.Get(l.Encoding); err != nil {
		return wrong("%q is not known", l.Encoding).Hint("write utf-8, windows-1251 or another name of the WHATWG encoding standard")
	}
	return nil
}

// ParseCell reads `B7` as row 6 and column 1, counted from 0.
func ParseCell(s string) (row, col int, err error) {
	m := cellPattern.FindStringSubmatch(s)
	if m == nil {
		return 0, 0, wrong("%q is no cell", s).Hint("write B7")
	}
	row, err = strconv.Atoi(m[2])
	if err != nil || row < 1 || row > maxRow {
		return 0, 0, wrong("%q is no cell of a sheet", s)
	}
	return row - 1, letters(m[1]), nil
}

var cellPattern = regexp.MustCompile(`^([A-Z]{1,3})(\d{1,7})$`)

// letters reads the name of a column of a sheet, A being 0.
func letters(s string) int {
	n := 0
	for _, r := range s {
		n = n*26 + int(r-'A') + 1
	}
	return n - 1
}

// letterName is the inverse of letters.
func letterName(col int) string {
	s := ""
	for n := col + 1; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}
