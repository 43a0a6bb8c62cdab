package table

import (
	"strings"

	"detour/source"
)

// Flaw is why a row, or one cell of it, cannot be read.
type Flaw struct{ Field, Reason, Hint string }

// NewFlaw makes a flaw; field is empty where the row as a whole is malformed, the hint may be.
func NewFlaw(field, reason, hint string) *Flaw { return &Flaw{field, reason, hint} }

// FirstFlaw gives the first that is not nil, or nil.
func FirstFlaw(flaws ...*Flaw) *Flaw {
	for _, f := range flaws {
		if f != nil {
			return f
		}
	}
	return nil
}

// Reject makes the entry for quarantine of a line.
func (f *Flaw) Reject(line int64, raw []byte) source.Reject {
	return source.Reject{Line: line, Field: f.Field, Reason: f.Reason, Hint: f.Hint, Raw: rawText(raw)}
}

// rawText keeps a row for the quarantine: valid UTF-8, at most 4 KiB.
func rawText(raw []byte) string {
	const most = 4 << 10
	if len(raw) > most {
		raw = raw[:most]
	}
	return strings.ToValidUTF8(string(raw), "\ufffd")
}
