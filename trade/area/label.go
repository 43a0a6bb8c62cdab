package area

import (
	"slices"
	"strconv"
	"strings"

	"detour/fault"
)

// ByLabel finds an area by a label as Eurostat or UN Comtrade write it in English, German or French,
// and by the area's own names. Case, runs of white space and the shape of an apostrophe do not matter;
// a closing remark on what the area includes at which time, such as Eurostat's `(incl. Luxembourg 'LU'
// -> 1998)`, is not part of the name. All other words and brackets count.
func ByLabel(label string) (Area, bool) {
	key := labelKey(label)
	if a, ok := lookup(table().byLabel, key); ok {
		return a, true
	}
	name, ok := withoutRemark(key)
	if !ok {
		return Area{}, false
	}
	return lookup(table().byLabel, name)
}

// Language is one of the three in which Eurostat writes labels.
type Language string

// The languages.
const (
	English Language = "en"
	German  Language = "de"
	French  Language = "fr"
)

// ByLabelIn is ByLabel for a file whose language is known. It matters for labels that mean one area in
// one language and another elsewhere: in Eurostat's French files `Guinea` is Guinea-Bissau.
func ByLabelIn(language Language, label string) (Area, bool) {
	if a, ok := lookup(table().byLabel, ownKey(language, label)); ok {
		return a, true
	}
	return ByLabel(label)
}

// ownKey is the key of a label that counts in one language only; no other key holds a line break.
func ownKey(language Language, label string) string { return string(language) + "\n" + labelKey(label) }

var apostrophes = strings.NewReplacer("’", "'", "‘", "'", "`", "'", "´", "'")

func labelKey(label string) string {
	return strings.ToLower(apostrophes.Replace(strings.Join(strings.Fields(label), " ")))
}

// labelKeys gives the keys of labels as the table writes them: `fr:Guinea` counts in French only.
func labelKeys(labels []string) []string {
	keys := make([]string, len(labels))
	for i, l := range labels {
		keys[i] = labelKey(l)
		for _, language := range []Language{English, German, French} {
			if own, ok := strings.CutPrefix(l, string(language)+":"); ok {
				keys[i] = ownKey(language, own)
			}
		}
	}
	return keys
}

// withoutRemark cuts a closing `(incl. ...)`; a remark inside another bracket is not a closing one.
func withoutRemark(key string) (string, bool) {
	if !strings.HasSuffix(key, ")") {
		return "", false
	}
	for _, opening := range []string{" (incl. ", " (einschl. "} {
		if name, _, ok := strings.Cut(key, opening); ok && !strings.Contains(name, "(") {
			return name, true
		}
	}
	return "", false
}

// Parse reads what a person types: a code of detour's, Comext's (EL) or alpha-3, in any case, an M49
// number, or a label. Anything else is bad input.
func Parse(s string) (Code, error) {
	s = strings.TrimSpace(s)
	upper := strings.ToUpper(s)
	for _, find := range []func() (Area, bool){
		func() (Area, bool) { return Lookup(Code(upper)) },
		func() (Area, bool) { return ByComext(upper) },
		func() (Area, bool) { return ByAlpha3(upper) },
		func() (Area, bool) { return byDigits(s) },
		func() (Area, bool) { return ByLabel(s) },
	} {
		if a, ok := find(); ok {
			return a.Code, nil
		}
	}
	return "", fault.Errorf(fault.BadInput, "unknown area %q", s).
		Hint("write an ISO 3166 code (DE, DEU), an M49 number (276) or a name as Eurostat writes it (Germany, Deutschland, Allemagne)")
}

func byDigits(s string) (Area, bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return Area{}, false
	}
	return ByM49(int(n))
}

// AggregateOf finds the aggregate whose fixed members are exactly these, in any order.
func AggregateOf(members []Code) (Code, bool) {
	if len(members) == 0 {
		return "", false
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(members)))
	for _, a := range All() {
		if slices.Equal(a.Members, sorted) {
			return a.Code, true
		}
	}
	return "", false
}
