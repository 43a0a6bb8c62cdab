// Package truth is what is known of a simulated world beside its figures, and the file that says it
// (docs/format/world-truth.md).
package truth

import (
	"encoding/json"

	"detour/fault"
	"detour/trade/area"
	"detour/trade/goods"
	"detour/trade/period"
)

// Kind is what truly happens to a pair of a hub and a product.
type Kind string

// The kinds. A pair of none of them has ordinary trade alone.
const (
	Diverted Kind = "diverted" // the hub passes coalition goods on to the target
	Honest   Kind = "honest"   // new demand of the hub for coalition goods, which stay there
	Surge    Kind = "surge"    // the hub sells the target more of its own or of third-origin goods
)

// Kinds are all of them.
func Kinds() []Kind { return []Kind{Diverted, Honest, Surge} }

// Truth is what is known of a world beside its flows. docs/format/world-truth.md describes the files it is
// written to. Lists are sorted by their first fields and never nil; money is in whole euros.
type Truth struct {
	World      string      `json:"world"`
	Simulated  bool        `json:"simulated"` // always true
	Seed       uint64      `json:"seed"`
	First      Month       `json:"first_month"`
	Event      Month       `json:"event_month"`
	Last       Month       `json:"last_month"`
	Target     area.Code   `json:"target"`
	Exit       area.Code   `json:"exit"`
	Exporters  []area.Code `json:"exporters"`
	Suppliers  []area.Code `json:"suppliers"`
	Hubs       []area.Code `json:"hubs"`
	Goods      []Good      `json:"goods"`
	Reporters  []Reporter  `json:"reporters"`
	Pairs      []Pair      `json:"pairs"`
	Happenings []Happening `json:"happenings"`
}

// Good is one product.
type Good struct {
	Code      goods.Code `json:"goods"`        // HS2022
	Before    goods.Code `json:"goods_hs2017"` // its code until 2021-12
	Tier      string     `json:"tier"`         // of the Common High Priority List, else empty
	Listed    Month      `json:"listed_from"`  // first month of the ban, none where it is not listed
	Neighbour goods.Code `json:"neighbour"`    // the code used for it by who labels it falsely
}

// Reporter is one area that states trade, or would if it were not silent.
type Reporter struct {
	Area area.Code `json:"area"`
	// Last is the last month that it states, none where it states nothing at all.
	Last Month `json:"last_month"`
	// Stops says that it falls silent after the event (or, the target, about then).
	Stops bool `json:"stops"`
}

// Pair is a hub and a product, as really traded, with what happens to it. A happening with two hubs is two
// pairs. Pairs that are not listed have ordinary trade.
type Pair struct {
	Hub       area.Code  `json:"hub"`
	Goods     goods.Code `json:"goods"`
	Kind      Kind       `json:"kind"`
	Happening int        `json:"happening"` // its ID
}

// Happening is a route of diversion, or something that looks like one.
type Happening struct {
	ID       int         `json:"id"`
	Kind     Kind        `json:"kind"`
	Goods    goods.Code  `json:"goods"`    // as really traded, HS2022
	Declared goods.Code  `json:"declared"` // the code under which the last hub declares its exit
	Hubs     []area.Code `json:"hubs"`     // in the order in which goods pass them
	To       area.Code   `json:"to"`       // target or exit; empty for honest demand
	Onset    Month       `json:"onset"`
	Ramp     int         `json:"ramp_months"` // until the full size is reached
	Size     int64       `json:"size"`        // EUR a year planned, at the exporter's border
	DelayLow int         `json:"delay_low"`   // months in each hub
	DelayTop int         `json:"delay_high"`
	Margin   float64     `json:"margin"` // of each hub, a share of the price it paid
	Ghost    float64     `json:"ghost"`  // chance that a consignment is never seen in the hub
	// ThirdOrigin and BesideHonest tell surges apart: goods of other suppliers, and rising honest demand
	// of the hub for the same goods of the coalition.
	ThirdOrigin  bool       `json:"third_origin"`
	BesideHonest bool       `json:"beside_honest"`
	Sources      []Share    `json:"sources"`  // planned shares of those who send, sorted by area
	Sent         []Movement `json:"sent"`     // as the sender states it, at FOB
	Received     []Movement `json:"received"` // as the receiver states it, at CIF
}

// Share is one sender's planned share.
type Share struct {
	Area  area.Code `json:"area"`
	Share float64   `json:"share"`
}

// Movement is what one happening adds to the trade between two areas in a month, under the code declared. It
// is what happened: whether it is published depends on the reporter.
type Movement struct {
	From  area.Code  `json:"from"`
	To    area.Code  `json:"to"`
	Goods goods.Code `json:"goods"` // declared, HS2022
	Month Month      `json:"month"`
	Euros int64      `json:"eur"`
	Kilos int64      `json:"kg"`
	Ghost int64      `json:"ghost_eur"` // part of Euros that the hub never sees; 0 among what is received
}

// Month is a month of the truth, written as 2022-03, or null where there is none.
type Month struct{ period.Period }

// MonthOf gives the month of a period.
func MonthOf(p period.Period) Month { return Month{p} }

// MarshalJSON writes the month.
func (m Month) MarshalJSON() ([]byte, error) {
	if m.Period == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(m.String())
}

// UnmarshalJSON reads what MarshalJSON writes; anything else is bad input.
func (m *Month) UnmarshalJSON(b []byte) error {
	var text *string
	if err := json.Unmarshal(b, &text); err != nil {
		return fault.Errorf(fault.BadInput, "a month is text or null: %w", err)
	}
	if text == nil {
		m.Period = 0
		return nil
	}
	p, err := period.Parse(*text)
	if err != nil || p.IsYear() {
		return fault.Errorf(fault.BadInput, "%q is not a month", *text).Hint("write 2022-03")
	}
	m.Period = p
	return nil
}
