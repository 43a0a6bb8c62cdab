package table

import (
	"detour/source"
	"detour/trade/flow"
)

// BatchSize is how many flows the sink gets at once from the formats that are read row by row.
const BatchSize = 4096

// Batch gathers flows for the sink.
type Batch struct {
	To    source.Sink
	Flows []flow.Flow // not yet handed on
}

// Add takes a flow; the one before it is then complete.
func (b *Batch) Add(f flow.Flow) error {
	if len(b.Flows) == BatchSize {
		if err := b.Flush(); err != nil {
			return err
		}
	}
	b.Flows = append(b.Flows, f)
	return nil
}

// Flush hands on what is left.
func (b *Batch) Flush() error {
	if len(b.Flows) == 0 {
		return nil
	}
	err := b.To.Flows(b.Flows)
	b.Flows = b.Flows[:0]
	return err
}

// Tally is what became of the rows of a file, blank ones and the header apart. Every row is in one
// of the counts.
type Tally struct {
	Flows    int64 // gave a flow
	Joined   int64 // completed the flow of the row before
	Absent   int64 // state that there is no value
	Rejected int64
}

// Add adds the counts of a part of the file.
func (t *Tally) Add(o Tally) {
	t.Flows += o.Flows
	t.Joined += o.Joined
	t.Absent += o.Absent
	t.Rejected += o.Rejected
}
