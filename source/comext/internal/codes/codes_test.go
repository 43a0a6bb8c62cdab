package codes

import "testing"

func TestProduct(t *testing.T) {
	for _, c := range []struct {
		code             string
		confidential, ok bool
	}{
		{"TOTAL", false, true}, {"85", false, true}, {"8517", false, true}, {"851713", false, true}, {"85171300", false, true},
		{"12XXXXXX", true, true}, {"09SSS123", true, true}, {"99SSSSSS", true, true},
		{"XXXXXXXX", false, false}, {"85X", false, false}, {"851", false, false}, {"851713001", false, false},
		{"8517130é", false, false}, {"8517.13", false, false}, {"", false, false}, {"total", false, false},
	} {
		got, confidential, ok := Product(c.code)
		if ok != c.ok || confidential != c.confidential || (ok && string(got) != c.code) {
			t.Errorf("Product(%q) = %q, %t, %t", c.code, got, confidential, ok)
		}
	}
}

func TestStamp(t *testing.T) {
	for in, want := range map[string]string{
		"15/09/26": "2026-09-15", "15/09/26 11:00:00": "2026-09-15T11:00", "13/01/2023 11:00": "2023-01-13T11:00",
		"13/01/2023": "2023-01-13", "31/02/2023": "", "2023-01-13": "", "15/09/26 25:00": "", "": "",
	} {
		if got, ok := Stamp(in); got != want || ok != (want != "") {
			t.Errorf("Stamp(%q) = %q, %t; want %q", in, got, ok, want)
		}
	}
}

func TestDataset(t *testing.T) {
	for in, want := range map[string]string{
		"ESTAT:DS-045409(1.0)": "DS-045409", "DS-045409__custom_4624885": "DS-045409", "ESTAT:DS-059341(2.1)": "DS-059341",
		"ECB:EXR(1.0)": "", "DS-": "", "": "", "ESTAT:DS-1__custom_2(1.0)": "DS-1",
	} {
		if got, ok := Dataset(in); got != want || ok != (want != "") {
			t.Errorf("Dataset(%q) = %q, %t; want %q", in, got, ok, want)
		}
	}
}
