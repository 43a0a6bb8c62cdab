package archtest

// floor is a line of the floors table: folders of the module that may import every floor below.
// A package stands on the floor of the longest folder that its path begins with. Packages of one
// floor do not import each other, except a package its own parent folder and what a door allows.
type floor struct {
	name    string
	folders []string
	why     string // why it looks no higher
}

// floors from the roof down.
var floors = []floor{
	{"roof", []string{"cmd", "internal/archtest"}, "the roof wires and exits, and what wires is wired by nobody"},
	{"edges", []string{"internal/cli", "internal/api", "internal/web", "internal/fetch", "internal/casedb"}, "edges only translate, so that what one of them can do the others can do too"},
	{"questions", []string{"ask", "bench"}, "a question is asked in the same way by every edge, so it knows none of them"},
	{"cases", []string{"casefile", "watch"}, "a case is made of reports, whichever question they answered"},
	{"report", []string{"report"}, "a report is a value: it does not know who asked for it nor who keeps it"},
	{"intake", []string{"intake"}, "what enters the lake must not depend on what will be asked of it"},
	{"meaning", []string{"detect"}, "a detector must be provable on flows alone, without an import, a report or a question"},
	{"parties", []string{"party"}, "names and ownership must be judged without knowing what a statistic suspects"},
	{"worlds", []string{"world"}, "a simulated world is a test only if it knows nothing of how it will be judged"},
	{"lake", []string{"lake"}, "the lake keeps flows: it must hold the same bytes whatever is asked of them"},
	{"sources", []string{"source"}, "a format is decoded as its document says, not as the store or a detector would like it"},
	{"sample", []string{"sample"}, "bundled figures are files like any other: they know neither who imports them nor who asks"},
	{"maths", []string{"stat", "names"}, "an estimator is proved on published references, which know nothing of this program"},
	{"parties and consignments", []string{"entity"}, "plain values stand below all that reads them"},
	{"regimes", []string{"trade/regime"}, "a measure names flows, goods and areas; they exist without it"},
	{"flows", []string{"trade/flow"}, "a flow names its goods, areas, money and period; they exist without it"},
	{"trails", []string{"trade/provenance", "trade/caveat"}, "any value may carry a trail and a caveat, so they carry none"},
	{"terms", []string{"trade/area", "trade/goods", "trade/money"}, "areas, goods and money are the terms in which everything else is said"},
	{"time", []string{"trade/period"}, "a period is a number of a calendar, known by all, knowing none"},
	{"ground", []string{"fault"}, "every floor speaks of trouble in the same kinds, so the kinds rest on nothing"},
}

// door lets packages of a folder import another folder of their own floor.
type door struct{ from, to, why string }

var doors = []door{
	{"detect", "detect", "detectors are rooms of one folder: series reads for all of them, and one may build on what another finds"},
	{"lake/duckdb", "lake/segment", "the engine reads the segments where they lie, and lays them down through the one writer"},
	{"lake/laketest", "lake/laketest", "the readers of exported files are a room of the suite, which knows no lake"},
	{"report", "report", "a report is set by rooms of its own (digits, terminal, page, charts), which know no report"},
	{"source/comext", "source/comext", "four shapes of one source share its codes, tables and workbooks, which are nobody else's"},
	{"source/comtrade", "source/comtrade", "two shapes of one source share its text, numbers and coverage, which are nobody else's"},
	{"source/table", "source/table", "the readers of cells are rooms of their own, which know nothing of mappings"},
	{"stat/baseline", "stat/ppml", "the trend is a Poisson pseudo-likelihood fit, and there is one such fit in the house"},
	{"world", "world", "a simulated world is a set of rooms of one folder: parameters, draws, the truth and the files share its terms"},
}

// wall narrows what the floors would allow: what stands behind it is open only to some folders, or
// closed to some. "other modules" stands for every package outside the standard library and this module.
type wall struct {
	behind []string
	only   []string // if not empty: the only folders that may import it, besides itself
	never  []string // otherwise: the folders that may not
	why    string
}

const otherModules = "other modules"

var walls = []wall{
	{[]string{otherModules}, nil, []string{"entity", "trade", "fault"}, "nouns outlive libraries: whoever reads a noun should need the language alone"},
	{[]string{"entity", "trade"}, nil, []string{"stat", "names"}, "mathematics that knows trade can no longer be held against a published reference"},
	{[]string{"source"}, []string{"cmd", "bench", "intake", "world"}, nil, "intake is the only place where a source meets the lake, and a world writes with a source's own encoders"},
	{[]string{"lake/duckdb", "lake/clickhouse"}, []string{"cmd", "bench"}, nil, "the engine is chosen where the program is wired; everybody else speaks to the port"},
	{[]string{"github.com/duckdb"}, []string{"bench", "lake/duckdb"}, nil, "a second engine can take the place of the first only if nobody else speaks to it"},
}

// call is a function of the standard library that only some folders may call.
type call struct {
	pkg   string
	funcs []string
	only  []string
	why   string
}

var calls = []call{
	{"time", []string{"Now", "Since", "Until"}, []string{"cmd", "bench"}, "the clock is an argument: the same inputs give the same bytes on any day"},
	{"os", []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}, []string{"cmd"}, "configuration is read once, in cmd: what a run depends on is seen in one place"},
	{"os", []string{"Exit"}, []string{"cmd"}, "an exit code is the roof's answer to an error that came up to it whole"},
}

// Sizes, in lines of Go that are not tests.
const (
	packageLimit = 1500 // a package beyond it holds two ideas and wants a wall
	mainLimit    = 60   // cmd/detour/main.go only wires
)
