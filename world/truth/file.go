package truth

import (
	"encoding/json"
	"io"

	"detour/fault"
)

// Encode writes the truth as JSON.
func Encode(out io.Writer, t Truth) error {
	e := json.NewEncoder(out)
	e.SetIndent("", " ")
	return e.Encode(t)
}

// Decode reads what Encode wrote. Anything else, a field that the document does not know included,
// is bad input.
func Decode(in io.Reader) (Truth, error) {
	var t Truth
	d := json.NewDecoder(in)
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return Truth{}, fault.Errorf(fault.BadInput, "reading a truth: %w", err).Hint("docs/format/world-truth.md describes the file")
	}
	if _, err := d.Token(); err != io.EOF {
		return Truth{}, fault.Errorf(fault.BadInput, "reading a truth: something follows it")
	}
	if !t.Simulated {
		return Truth{}, fault.Errorf(fault.BadInput, "reading a truth: it is not marked as simulated")
	}
	return t, nil
}
