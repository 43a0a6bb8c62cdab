package cover

import (
	"cmp"
	"slices"
	"strings"

	"detour/trade/provenance"
)

// order is the documented order of data sets where several serve a reporter equally well: the finer and
// more often revised first, the publisher's own before the United Nations' copy. Others follow by name.
var order = []string{"comext/bulk", "comext/DS-059341", "comext/DS-045409", "comext/easy", "comtrade/final"}

// Order lists the data sets in the order in which they are preferred.
func Order() []string { return slices.Clone(order) }

// InOrder parts data sets, as MayServe gives them, into those of Order and the rest. What is not in it (reconciled
// figures, conversions, a table that a mapping reads) serves only where none of it does, however much it covers.
func InOrder(ids []string) (listed, rest []string) {
	n := 0
	for n < len(ids) && slices.Contains(order, ids[n]) {
		n++
	}
	return ids[:n], ids[n:]
}

// MayServe lists, in order of preference, the data sets of the sources asked for: "comext", or one data set,
// "comext/bulk", or several of them with commas between; empty for any. Simulated ones serve where they are asked for, or where no other is held: an
// official figure never gives way to a made-up one.
func MayServe(ids []string, source string) []string {
	ids = slices.DeleteFunc(ranked(ids), func(id string) bool { return !allowed(id, source) })
	official := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return allowed(id, provenance.Simulated) })
	if len(official) > 0 {
		return official
	}
	return ids
}

func ranked(ids []string) []string {
	rank := func(id string) int {
		if i := slices.Index(order, id); i >= 0 {
			return i
		}
		return len(order)
	}
	out := slices.Clone(ids)
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	return out
}

func allowed(id, sources string) bool {
	if sources == "" {
		return true
	}
	for s := range strings.SplitSeq(sources, ",") {
		if s = strings.TrimSpace(s); id == s || strings.HasPrefix(id, s+"/") {
			return true
		}
	}
	return false
}
