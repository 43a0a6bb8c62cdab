package comtrade

import (
	"fmt"
	"maps"
	"slices"
)

// tally counts what the import is told in words.
type tally struct {
	rows              int64 // below the header, blank ones apart
	inside            map[string]int64
	estimatedMass     int64
	estimatedQuantity int64
	importsFOB        int64
	summed            int64
	estimatedRows     int64
	unitless          int64
}

func newTally() tally { return tally{inside: map[string]int64{}} }

func (t *tally) add(o tally) {
	t.rows += o.rows
	for k, n := range o.inside {
		t.inside[k] += n
	}
	t.estimatedMass += o.estimatedMass
	t.estimatedQuantity += o.estimatedQuantity
	t.importsFOB += o.importsFOB
	t.summed += o.summed
	t.estimatedRows += o.estimatedRows
	t.unitless += o.unitless
}

// The most rows that the API answers a call with, with a key and without.
const keyedLimit, previewLimit = 100_000, 500

// notes says what the reader of the import should know, in a fixed order.
func (t *tally) notes(overlapping int64) []string {
	var notes []string
	say := func(n int64, format string) {
		if n > 0 {
			notes = append(notes, fmt.Sprintf(format, n))
		}
	}
	if t.rows == keyedLimit || t.rows == previewLimit {
		say(t.rows, "the file holds exactly %d rows, the most that one call of the API answers: it may be cut")
	}
	for _, k := range slices.Sorted(maps.Keys(t.inside)) {
		say(t.inside[k], "rows of flow "+k+" left out, since they lie inside imports or exports: %d")
	}
	say(overlapping, "rows left out, since they break cells down in another way than the reporter's first such row, and the two overlap: %d")
	say(t.estimatedMass, "net masses estimated by the United Nations: %d")
	say(t.estimatedQuantity, "quantities estimated by the United Nations: %d")
	say(t.unitless, "quantities without a unit left out: %d")
	say(t.importsFOB, "rows of imports valued FOB, without a CIF value: %d")
	say(t.summed, "rows summed by the United Nations from the reporter's codes: %d")
	say(t.estimatedRows, "rows neither reported nor summed, thus estimated by the United Nations: %d")
	return notes
}
