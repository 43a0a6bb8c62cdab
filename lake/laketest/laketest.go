// Package laketest is the conformance suite of the port lake.Store: what every engine must do, whatever
// it is made of. An engine's own tests call Run and add what is particular to it (files, locks, memory).
package laketest

import (
	"testing"

	"detour/lake"
)

// Run holds a store against the port's contract. open gives a store on a new and empty lake and sees to
// its end (t.Cleanup); it is called once for each case, and by the property many times.
func Run(t *testing.T, open func(t *testing.T) lake.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, lake.Store)
	}{
		{"an empty lake answers", emptyLake},
		{"a commit is seen at once and whole", commitIsWhole},
		{"nothing is seen of an import given up", abortLeavesNothing},
		{"the same bytes change nothing", sameBytes},
		{"one import at a time", oneWriter},
		{"a sealed file is taken up again", resumes},
		{"a sealed file is taken up after other commits", resumesAfterOthers},
		{"a sealed file is not taken up beside other files", resumesBesideTheSame},
		{"rows outside the coverage are refused", uncovered},
		{"stamps are checked and their origin is kept", stamps},
		{"equal numbers of one vintage are held", held},
		{"different numbers of one vintage are a conflict", conflicts},
		{"files of one vintage complete each other", completes},
		{"quarantine keeps rows and reasons", quarantine},
		{"a newer vintage replaces what it covers", newerReplaces},
		{"a newer vintage replaces measure by measure", byMeasure},
		{"an older vintage imported later does not win", olderLater},
		{"data sets do not replace each other", otherDatasets},
		{"as-of takes vintages up to a date", asOf},
		{"an old version recomputes the same", oldVersion},
		{"superseded values are counted", superseded},
		{"of a cell the total counts, or else its parts", parts},
		{"levels are never mixed", levels},
		{"terms are codes or what lies below them", terms},
		{"windows and what is left out of them", windows},
		{"areas are chosen and left out", areas},
		{"sums by every dimension", dimensions},
		{"directions and currencies stay apart", apart},
		{"masses join the figures of their cell", massOnly},
		{"missing is not zero", missing},
		{"a sum that leaves 64 bits is bad input", overflow},
		{"what a reporter did not report", census},
		{"sources of a question", sources},
		{"CSV and Parquet exports hold the rows in force", exports},
		{"readers beside an import", readers},
		{"a cancelled question ends", cancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
	t.Run("sums equal those of the plain rules", func(t *testing.T) { agrees(t, open) })
}
