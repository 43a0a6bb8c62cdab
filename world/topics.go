package world

import "detour/world/chance"

// The topics. Their order is part of what a seed means.
const (
	ofTrade chance.Topic = iota + 1
	ofMirror
	ofScores
	ofShock
	ofWare
	ofPairs
	ofEvent
	ofReporters
	ofRevision
	ofMass
)
