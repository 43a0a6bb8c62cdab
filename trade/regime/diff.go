package regime

import (
	"detour/trade/area"
)

// Difference is a row of one jurisdiction's law that another's does not cover wholly.
type Difference struct {
	Measure Measure
	Other   Answer
}

// Diff lists what jurisdiction by restricts on a day and other does not, wholly or as far as is known, in the order of
// by's lists and rows. Rows that are only a guide to goods named by parameters are left out.
func (r Regime) Diff(by, other string, to area.Code, on Day, direction Direction) ([]Difference, error) {
	lists, err := r.Of(by)
	if err != nil {
		return nil, err
	}
	if _, err := r.Of(other); err != nil {
		return nil, err
	}
	var out []Difference
	for _, l := range lists {
		if l.Kind == Watch || l.Direction != direction || !l.reaches(to) || !l.inForce(on) || l.At(on) == Absent {
			continue
		}
		for _, item := range l.Items {
			if !item.holds(on) || item.Scope == Parameters {
				continue
			}
			answer, err := r.Covers(Question{Code: item.Code, Edition: l.Edition, To: to, On: on, By: other, Direction: direction})
			if err != nil {
				continue // a code that its own edition lacks is a finding of Check, and nothing that another law could name
			}
			if answer.Covered != Yes {
				out = append(out, Difference{Measure{List: l, Item: item, Scope: item.Scope}, answer})
			}
		}
	}
	return out, nil
}
