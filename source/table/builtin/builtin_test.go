package builtin

import (
	"os"
	"slices"
	"strings"
	"testing"

	"detour/source/table"
)

// Every mapping is read, says something that no other says, and is on the page of the documents.
func TestAll(t *testing.T) {
	page, err := os.ReadFile("../../../docs/format/table.md")
	if err != nil {
		t.Fatal(err)
	}
	ids, names := map[string]string{}, []string(nil)
	for _, m := range All() {
		id := table.Format(m.Mapping).ID
		if other, twice := ids[id]; twice {
			t.Errorf("%s and %s say the same", m.Name, other)
		}
		ids[id], names = m.Name, append(names, m.Name)
		if !strings.Contains(string(page), "(../../source/table/builtin/"+m.Name+".toml)") {
			t.Errorf("docs/format/table.md does not list %s", m.Name)
		}
		if m.Title == "" || len(m.Files) == 0 {
			t.Errorf("%s has no title, or names no files", m.Name)
		}
	}
	if !slices.IsSorted(names) || !slices.Contains(names, "kg-imports") {
		t.Errorf("mappings %v", names)
	}
}
