// Package archtest holds the source of the whole module against the floors table of ARCHITECTURE.md.
//
// It has tests only. The tables are data (table_test.go), one line a rule with its reason; the reason
// is the second half of the sentence with which a broken rule fails. A test keeps them equal to the
// tables of the document, so that neither can drift from the other.
package archtest
