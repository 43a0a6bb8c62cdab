// Package scenario holds the parameters of simulated worlds: what there is, what happens, and what is done to
// the figures, with the presets on which detection is scored.
package scenario

import (
	"detour/fault"
	"detour/trade/period"
	"detour/world/chance"
)

// Params fix a world, together with a seed. Documentation says of each what it means, its unit and where
// its value comes from.
type Params struct {
	Name        string
	Extent      Extent
	Diversion   Diversion
	Confounding Confounding
	Sanctions   Sanctions
	Consignment Consignment
	Noise       chance.Noise
	Structure   Structure
	Statistics  Statistics
}

// Extent is what the world consists of.
type Extent struct {
	Exporters, Suppliers, Hubs, Goods, Months int
	Start                                     period.Period
	Event                                     int
}

// Diversion is what is to be found.
type Diversion struct {
	Pairs             float64
	SizeLow, SizeHigh float64
	Ghost             float64
	DelayMost         int
	Relabelled        float64
	TwoHubs           float64
	Exit              float64
	Split             float64
	MarginLow         float64
	MarginHigh        float64
	OnsetLast         int
	ExportersMost     int
	WareAttraction    float64
	RampLow, RampHigh int
	ValuationSD       float64
}

// Confounding is what looks like diversion and is none. Sizes are those of Diversion.
type Confounding struct {
	Honest, Surge float64
	ThirdOrigin   float64
	BesideHonest  float64
	Listed        float64
	HubAttraction float64
	OnsetFrom     int
	OnsetLast     int
}

// Sanctions are the goods lists and what they do to the trade with the target.
type Sanctions struct {
	Listed            float64
	LossLow, LossHigh float64
	LossUnlisted      float64
	Substitution      float64
}

// Consignment is the size of what is shipped beyond ordinary trade.
type Consignment struct {
	Low, High float64
	Spread    float64
	Most      float64
}

// Structure is the part of ordinary trade that many cells share.
type Structure struct {
	SeasonSD        float64
	AreaShockSD     float64
	WareShockSD     float64
	Persistence     float64
	SlumpFirst      float64
	SlumpSecond     float64
	TargetIntensity float64
	TargetSize      float64
	ExitIntensity   float64
	SupplierMean    float64
	SupplierSD      float64
	HubSales        float64
	HubToHub        float64
	PriceMedian     float64
	PriceSD         float64
	CellPriceSD     float64
	MonthPriceSD    float64
}

// Statistics is what is done to trade before it is published.
type Statistics struct {
	Stopping            float64
	StopFirst, StopLast int
	TargetStops         int
	Missing             float64
	CIFMean, CIFSD      float64
	EnRoute             float64
	MirrorBlind         float64
	MirrorSD            float64
	MirrorMonthSD       float64
	Confidential        float64
	FirstRelease        int
	RevisedMonths       int
	RevisionMissing     float64
	RevisionSD          float64
}

// Presets are the names that Preset knows.
func Presets() []string { return []string{"calm", "typical", "hard", "dark"} }

// Preset gives the parameters of a named world: a row of the table of docs/method/world.md over the values
// that all share. False for a name that is none of Presets.
func Preset(name string) (Params, bool) {
	p := typical()
	p.Name = name
	switch name {
	case "typical":
	case "calm":
		p.Diversion.Pairs, p.Diversion.Ghost, p.Diversion.DelayMost, p.Diversion.Relabelled, p.Diversion.TwoHubs = 0, 0, 0, 0, 0
		p.Statistics.Stopping, p.Statistics.Missing = 0, 0.05
	case "hard":
		p.Diversion.Pairs, p.Confounding.Honest, p.Confounding.Surge = 0.01, 0.06, 0.06
		p.Diversion.SizeLow, p.Diversion.SizeHigh = 0.1e6, 50e6
		p.Diversion.Ghost, p.Diversion.DelayMost, p.Diversion.Relabelled, p.Diversion.TwoHubs = 0.5, 6, 0.2, 0.3
		p.Statistics.Stopping, p.Statistics.Missing = 0.5, 0.25
	case "dark":
		p.Statistics.Stopping = 1
	default:
		return Params{}, false
	}
	return p, true
}

func typical() Params {
	return Params{
		Extent: Extent{Exporters: 27, Suppliers: 6, Hubs: 10, Goods: 400, Months: 72, Start: period.Month(2018, 3), Event: 49},
		Diversion: Diversion{
			Pairs: 0.03, SizeLow: 0.5e6, SizeHigh: 200e6, Ghost: 0.3, DelayMost: 3, Relabelled: 0.05, TwoHubs: 0.1,
			Exit: 0.1, Split: 0.3, MarginLow: 0.05, MarginHigh: 0.6, OnsetLast: 6, ExportersMost: 5, WareAttraction: 0.25,
			RampLow: 2, RampHigh: 8, ValuationSD: 0.1,
		},
		Confounding: Confounding{
			Honest: 0.03, Surge: 0.04, ThirdOrigin: 0.5, BesideHonest: 0.25, Listed: 0.7, HubAttraction: 0.5, OnsetFrom: -6, OnsetLast: 12,
		},
		Sanctions:   Sanctions{Listed: 0.5, LossLow: 0.6, LossHigh: 1, LossUnlisted: 0.3, Substitution: 1},
		Consignment: Consignment{Low: 20e3, High: 400e3, Spread: 0.9, Most: 60},
		Noise:       fitted,
		Structure: Structure{
			SeasonSD: 0.3, AreaShockSD: 0.08, WareShockSD: 0.1, Persistence: 0.8, SlumpFirst: 0.4, SlumpSecond: 0.3,
			TargetIntensity: 2.5, TargetSize: 2, ExitIntensity: 0.8, SupplierMean: 1, SupplierSD: 1, HubSales: -1, HubToHub: -2,
			PriceMedian: 20, PriceSD: 1.5, CellPriceSD: 0.5, MonthPriceSD: 0.3,
		},
		Statistics: Statistics{
			Stopping: 0.25, StopFirst: 3, StopLast: 12, TargetStops: 1, Missing: 0.1, CIFMean: 0.06, CIFSD: 0.03, EnRoute: 0.3,
			MirrorBlind: 0.15, MirrorSD: 0.7, MirrorMonthSD: 0.4, Confidential: 0.02,
			FirstRelease: 60, RevisedMonths: 6, RevisionMissing: 0.2, RevisionSD: 0.1,
		},
	}
}

// fitted is the noise of the official workbooks of 2020-01 to 2021-12 (docs/method/world.md has both sides).
var fitted = chance.Noise{
	Level: -5.97, ExporterSD: 2.27, PartnerSD: 0.936, WareSD: 2.223, ResidualSD: 1.76,
	Size: 7.81, SizeSlope: -0.005, SizeOften: -0.55, SizeWareSD: 1.2, SizeSD: 1.3, SizeSkew: -0.02,
	Spread: 1.19, SpreadSD: 0.53, ShockSD: 0.37, Persistence: 0.4, Growth: 0.12,
}

// The first month and the last that a world may have: its codes are those of HS2017 and HS2022, and its
// rates those that the program carries.
var firstMonth, lastMonth = period.Month(2017, 1), period.Month(2025, 12)

// Check refuses parameters that make no world.
func (p Params) Check() error {
	x := p.Extent
	for _, bad := range []struct {
		is   bool
		what string
	}{
		{x.Exporters < 1 || x.Exporters > len(Exporters), "the number of exporters"},
		{x.Suppliers < 0 || x.Suppliers > len(Suppliers), "the number of suppliers"},
		{x.Hubs < 1 || x.Hubs > len(Hubs), "the number of hubs"},
		{x.Goods < 2, "the number of goods"},
		{x.Start < firstMonth || x.Start.IsYear() || x.Months < 1 || x.Start.Add(x.Months-1) > lastMonth, "the months"},
		{x.Event < 1 || x.Event > x.Months, "the month of the event"},
		{p.Diversion.SizeLow <= 0 || p.Diversion.SizeHigh < p.Diversion.SizeLow, "the range of sizes"},
		{p.Diversion.DelayMost < 0 || p.Diversion.RampLow < 1 || p.Diversion.RampHigh < p.Diversion.RampLow, "delay or ramp"},
		{p.Diversion.ExportersMost < 1 || p.Diversion.OnsetLast < 0, "the exporters or the onset of a route"},
		{p.Confounding.OnsetLast < p.Confounding.OnsetFrom, "the onset of other growth"},
		{x.Event-1+p.Confounding.OnsetLast >= x.Months, "an onset after the last month"},
		{p.Statistics.StopFirst < 1 || p.Statistics.StopLast < p.Statistics.StopFirst, "the months in which hubs stop"},
		{p.Consignment.Low <= 0 || p.Consignment.High < p.Consignment.Low || p.Consignment.Most <= 0, "the consignments"},
		{p.Diversion.Pairs+p.Confounding.Honest+p.Confounding.Surge > 0.5, "the share of pairs with something to see (at most half)"},
		{!shares(p), "a share outside 0 to 1"},
	} {
		if bad.is {
			return fault.Errorf(fault.BadInput, "world %q: %s cannot be simulated", p.Name, bad.what).
				Hint("docs/method/world.md gives the range of each parameter")
		}
	}
	return nil
}

func shares(p Params) bool {
	d, c, s, a := p.Diversion, p.Confounding, p.Sanctions, p.Statistics
	for _, x := range []float64{
		d.Pairs, 2 * d.Ghost, d.Relabelled, d.TwoHubs, d.Exit, d.Split, c.Honest, c.Surge, c.ThirdOrigin, c.BesideHonest, c.Listed,
		s.Listed, s.LossLow, s.LossHigh, s.LossUnlisted, a.Stopping, a.Missing, a.EnRoute, a.MirrorBlind, a.Confidential, a.RevisionMissing,
		p.Noise.Persistence, p.Structure.Persistence,
	} {
		if !(x >= 0 && x <= 1) {
			return false
		}
	}
	return s.LossLow <= s.LossHigh
}
