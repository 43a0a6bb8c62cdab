package scenario

// Parameter documents one of the Params.
type Parameter struct {
	Path    string // "Diversion.Ghost"
	Unit    string
	Meaning string
	Source  string // where its value comes from
}

// What a value comes from, where several share it.
const (
	byTable  = "the table of presets"
	byFit    = "fitted on the official workbooks of 2020-01 to 2021-12"
	byMirror = "set to the mirror of Uzbekistan and 10 coalition partners, HS6 by year, 2017 to 2024: of sales above USD 0.1m 15% are not seen, half of the others lie between 0.28 and 1.21 of what the seller states, and a year's log ratio correlates 0.58 with the next year's"
	byScale  = "set so that exports of listed goods to the target before the event are about six times those to all hubs of the size of the six neighbours, as in the official workbooks (25.8bn to 4.5bn EUR, March to November 2021)"
	byLaw    = "what the measures of 2022 did"
	assumed  = "assumed; no public figure"
)

// Documentation lists every parameter but the name, in the order of the structure.
func Documentation() []Parameter {
	return []Parameter{
		{"Extent.Exporters", "areas", "exporters of the coalition, 1 to 38: the 27 members first", byTable},
		{"Extent.Suppliers", "areas", "suppliers outside it, 0 to 14", byTable},
		{"Extent.Hubs", "areas", "hubs, 1 to 40", byTable},
		{"Extent.Goods", "products", "products, 2 to the number of HS2022", byTable},
		{"Extent.Months", "months", "length of the world, which lies within 2017 to 2025", byTable},
		{"Extent.Start", "month", "its first month", "so that month 49 is 2022-03"},
		{"Extent.Event", "month", "month of the event, counted from 1", byTable},

		{"Diversion.Pairs", "share of hub x product pairs", "pairs with diversion", byTable},
		{"Diversion.SizeLow", "EUR a year", "least planned size of a happening", byTable},
		{"Diversion.SizeHigh", "EUR a year", "greatest; log-uniform between, dealt out evenly", byTable},
		{"Diversion.Ghost", "share, to 0.5", "mean over routes of the chance that a consignment never shows in the hub; each route's is uniform between 0 and twice that", byTable},
		{"Diversion.DelayMost", "months", "longest stay in a hub; each route has a range within 0 to this, each part of a consignment a stay within its range", byTable},
		{"Diversion.Relabelled", "share of routes", "routes whose last hub declares a neighbouring code", byTable},
		{"Diversion.TwoHubs", "share of routes", "routes through two hubs", byTable},
		{"Diversion.Exit", "share of routes", "routes that leave the last hub for the exit, not the target", assumed},
		{"Diversion.Split", "share of consignments", "consignments that leave a hub in two or three parts", assumed},
		{"Diversion.MarginLow", "share of price", "least margin of a hub", assumed},
		{"Diversion.MarginHigh", "share of price", "greatest; uniform between, by route", assumed},
		{"Diversion.OnsetLast", "months", "latest start after the event or the listing, whichever is later; uniform from 0", assumed},
		{"Diversion.ExportersMost", "areas", "most senders of a happening; uniform from 1, the larger ones rather", assumed},
		{"Diversion.WareAttraction", "power", "how much rather goods that trade often are diverted", assumed},
		{"Diversion.RampLow", "months", "shortest time until a happening has its full size", assumed},
		{"Diversion.RampHigh", "months", "longest; uniform between", assumed},
		{"Diversion.ValuationSD", "log", "standard deviation of what a receiver states of a consignment, about its CIF value", assumed},

		{"Confounding.Honest", "share of pairs", "pairs with new demand of the hub itself", byTable},
		{"Confounding.Surge", "share of pairs", "pairs whose sales to the target rise without coalition goods", byTable},
		{"Confounding.ThirdOrigin", "share of surges", "those that pass on goods of other suppliers", byTable},
		{"Confounding.BesideHonest", "share of surges", "those beside which honest demand for coalition goods rises by the same size", byTable},
		{"Confounding.Listed", "share", "of them in listed goods, so that the lists alone tell nothing apart", assumed},
		{"Confounding.HubAttraction", "power", "how much rather large hubs have new demand", assumed},
		{"Confounding.OnsetFrom", "months", "earliest start, counted from the event", assumed},
		{"Confounding.OnsetLast", "months", "latest; uniform between", assumed},

		{"Sanctions.Listed", "share of products", "listed ones: the Common High Priority List, then codes of the EU's bans; half from the event, others 1, 4 and 12 months later", byLaw},
		{"Sanctions.LossLow", "share", "least share of direct trade that a listed product loses", byLaw + ": EUR 25.8bn fell to 7.3bn"},
		{"Sanctions.LossHigh", "share", "greatest; uniform between, by product", byLaw + ": EUR 25.8bn fell to 7.3bn"},
		{"Sanctions.LossUnlisted", "share", "what other products lose from the event", assumed},
		{"Sanctions.Substitution", "factor", "mean of an exponential by which suppliers' sales of a listed product to the target rise, beyond 1", assumed},

		{"Consignment.Low", "EUR", "least mean consignment of a happening", assumed},
		{"Consignment.High", "EUR", "greatest; log-uniform between", assumed},
		{"Consignment.Spread", "log", "standard deviation of one consignment's log", assumed},
		{"Consignment.Most", "a month", "consignments of a happening; beyond that they grow instead", assumed},

		{"Noise.Level", "log", "mean over cells of the log of consignments a month", byFit},
		{"Noise.ExporterSD", "log", "standard deviation of the effect of exporters on it", byFit},
		{"Noise.PartnerSD", "log", "of partners", byFit},
		{"Noise.WareSD", "log", "of products", byFit},
		{"Noise.ResidualSD", "log", "of what is left", byFit},
		{"Noise.Size", "log EUR", "mean over cells of the log of a consignment's mean", byFit},
		{"Noise.SizeSlope", "log by log", "its rise with the number of consignments", byFit},
		{"Noise.SizeOften", "log by log", "what is added to that rise above exp(1.2) consignments a month", byFit},
		{"Noise.SizeWareSD", "log", "standard deviation of the effect of products on it", "near the 1.58 that an additive model of the workbooks gives"},
		{"Noise.SizeSD", "log", "of what is left", byFit},
		{"Noise.SizeSkew", "", "skewness of both: z + skew (z^2 - 1), z standard normal", byFit},
		{"Noise.Spread", "log", "median over cells of the standard deviation of a consignment's log", byFit},
		{"Noise.SpreadSD", "log", "standard deviation over cells of the log of that", byFit},
		{"Noise.ShockSD", "log", "standard deviation of a cell's own shocks to the number", byFit},
		{"Noise.Persistence", "share", "what is left of such a shock a month later", byFit},
		{"Noise.Growth", "log a year", "common growth of numbers", byFit},

		{"Structure.SeasonSD", "log", "standard deviation over products of the amplitude of their season", assumed},
		{"Structure.AreaShockSD", "log", "of shocks that an area's trade shares", assumed},
		{"Structure.WareShockSD", "log", "of shocks that a product's trade shares", assumed},
		{"Structure.Persistence", "share", "what is left of those a month later", assumed},
		{"Structure.SlumpFirst", "log", "fall of 2020-04", "the number of cells with trade in the workbooks"},
		{"Structure.SlumpSecond", "log", "fall of 2020-05", "the number of cells with trade in the workbooks"},
		{"Structure.TargetIntensity", "log", "how much more often the target buys than an average hub", byScale},
		{"Structure.TargetSize", "log", "how much larger its consignments are", byScale},
		{"Structure.ExitIntensity", "log", "how much more often the exit buys than an average hub", "the largest of the six neighbours"},
		{"Structure.SupplierMean", "log", "how much more often an average supplier sells than an average exporter", assumed},
		{"Structure.SupplierSD", "log", "standard deviation of that over suppliers", assumed},
		{"Structure.HubSales", "log", "how much more often an average hub sells than an average exporter", assumed},
		{"Structure.HubToHub", "log", "what is added to that between hubs", assumed},
		{"Structure.PriceMedian", "EUR a kilogram", "median price of products", assumed},
		{"Structure.PriceSD", "log", "standard deviation of prices over products", assumed},
		{"Structure.CellPriceSD", "log", "over the cells of a product", assumed},
		{"Structure.MonthPriceSD", "log", "over the months of a cell", assumed},

		{"Statistics.Stopping", "share of hubs", "hubs that state nothing any more some time after the event", byTable},
		{"Statistics.StopFirst", "months", "earliest first silent month after the event", byTable},
		{"Statistics.StopLast", "months", "latest; uniform between", byTable},
		{"Statistics.TargetStops", "months", "silent months of the target before the event", "Russia published no month after 2022-01"},
		{"Statistics.Missing", "share of other reporters", "exporters, suppliers and hubs that do not stop which state nothing at all", byTable},
		{"Statistics.CIFMean", "share", "mean of what freight and insurance add", "the range of docs/method for CIF over FOB"},
		{"Statistics.CIFSD", "share", "standard deviation of that over pairs of areas; clamped to 0 to 0.2", "the range of docs/method for CIF over FOB"},
		{"Statistics.EnRoute", "share", "what arrives a month later than it left", assumed},
		{"Statistics.MirrorBlind", "share of cells", "ordinary cells that the receiver sees under another partner or code", byMirror},
		{"Statistics.MirrorSD", "log", "lasting error of a receiver's cell", byMirror},
		{"Statistics.MirrorMonthSD", "log", "passing error of its months", byMirror},
		{"Statistics.Confidential", "share of member x product", "products that a member states under a secret code of the chapter", assumed},
		{"Statistics.FirstRelease", "months", "length of the first release", "a year after the event"},
		{"Statistics.RevisedMonths", "months", "its last months, which the final release revises", assumed},
		{"Statistics.RevisionMissing", "share", "cells missing in its very last month, fewer before", assumed},
		{"Statistics.RevisionSD", "log", "error of values in its very last month, less before", assumed},
	}
}
