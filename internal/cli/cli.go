// Package cli is detour's command line: it translates flags into questions and reports into output, and
// does nothing else.
package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"detour/ask"
	"detour/fault"
	"detour/intake"
	"detour/lake"
	"detour/report"
	"detour/trade/area"
	"detour/trade/money"
	"detour/trade/period"
	"detour/trade/provenance"
)

// Config is what the command line is given from outside.
type Config struct {
	// Settings are flag values from the configuration file and the environment, by flag name; flags on
	// the command line go over them.
	Settings      map[string]string
	SettingsError error
	// FileKeys are the keys of the configuration file named ConfigFile: each must name a flag. Of the
	// environment that is not asked, since others may use its prefix too.
	ConfigFile string
	FileKeys   []string
	Out, Err   io.Writer
	Width      int // of the terminal, 0 in a pipe
	Terminal   bool
	Colour     bool

	// Open opens the lake in a folder, NotFound if there is none; Create makes it where the folder is
	// absent or empty.
	Open, Create func(dir string, e Engine) (lake.Store, error)
	Engine       Engine // the defaults
	// Importer knows the formats and the day; its lake and what the user asks for are filled in here.
	Importer intake.Importer
	// RateTable writes the rates file of monthly averages from the first to the last month, computed
	// from the ECB's reference file; name is for its errors.
	RateTable func(to io.Writer, from *io.SectionReader, name string, first, last period.Period) error
}

// Engine says what the lake's engine may use.
type Engine struct {
	Threads int    // 0 for one a core
	Memory  string // such as "2GB"
}

// Run runs one command and gives its exit code.
func Run(ctx context.Context, c Config, args []string) int {
	a := &app{Config: c}
	root := a.root() //nolint:contextcheck // the commands are given it by ExecuteContext
	root.SetArgs(args)
	root.SetOut(c.Out)
	root.SetErr(c.Err)
	err := root.ExecuteContext(ctx)
	return a.end(err)
}

// app is one run of the program.
type app struct {
	Config
	lakeDir, asOf, at, groupsFile, ratesFile string
	json                                     bool
	csv, html                                string
}

// quiet is an exit code without a message: it has been said already.
type quiet struct{ code int }

func (q quiet) Error() string { return fmt.Sprintf("exit %d", q.code) }

func (a *app) end(err error) int {
	if err == nil {
		return 0
	}
	if q, ok := errors.AsType[quiet](err); ok {
		return q.code
	}
	fmt.Fprintln(a.Err, "detour:", err)
	if hint := fault.HintOf(err); hint != "" {
		fmt.Fprintln(a.Err, "hint:", hint)
	}
	return fault.ExitCode(err)
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "detour",
		Short: "Shows how goods under sanctions reach their target through third countries",
		Long: "detour measures exports above normal growth to a target's neighbours, from official trade statistics,\n" +
			"with every figure traced to its source. Start with `detour demo`.",
		SilenceUsage: true, SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.settle(cmd) },
		Args:              noCommand,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	f := root.PersistentFlags()
	f.StringVar(&a.lakeDir, "lake", "lake", "folder of the lake")
	f.StringVar(&a.asOf, "as-of", "", "only vintages released up to this date")
	f.StringVar(&a.at, "at", "", "answer from this version of the lake")
	f.StringVar(&a.groupsFile, "groups", "", "CSV file with your own groups of areas (docs/format/groups.md)")
	f.StringVar(&a.ratesFile, "rates", "", "CSV file with your own exchange rates (docs/format/rates.md)")
	f.IntVar(&a.Engine.Threads, "threads", a.Engine.Threads, "threads of the engine, 0 for one a core")
	f.StringVar(&a.Engine.Memory, "memory", a.Engine.Memory, "memory limit of the engine, such as 500MB")
	f.BoolVar(&a.json, "json", false, "print JSON")
	f.StringVar(&a.csv, "csv", "", "print one table as CSV: the first, or the one named, as in --csv=by_hub")
	f.Lookup("csv").NoOptDefVal = firstTable
	f.StringVar(&a.html, "html", "", "write a self-contained HTML report to this file")
	root.AddCommand(a.regimeCmd(), a.importCmd(), a.accountCmd(), a.marketsCmd(), a.flowsCmd(), a.breaksCmd(), a.ghostCmd(), a.mirrorCmd(), a.dataCmd(), a.formatsCmd(), a.goodsCmd(), a.ratesCmd(), a.methodsCmd(), a.demoCmd(), a.benchCmd())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return fault.Errorf(fault.BadInput, "%w", err).Hint("--help lists the flags")
	})
	return root
}

// settle gives flags that the command line leaves open their values from the settings.
func (a *app) settle(cmd *cobra.Command) error {
	if a.SettingsError != nil {
		return fault.Errorf(fault.BadInput, "reading the configuration: %w", a.SettingsError)
	}
	if err := checkKeys(a.ConfigFile, a.FileKeys, flagNames(cmd.Root())); err != nil {
		return err
	}
	var failed error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		v, ok := a.Settings[f.Name]
		if !ok || f.Changed || failed != nil {
			return
		}
		if err := cmd.Flags().Set(f.Name, v); err != nil {
			failed = fault.Errorf(fault.BadInput, "setting %s: %w", f.Name, err).Hint("look at config.toml and the DETOUR_ variables")
		}
	})
	if failed == nil && a.Engine.Threads < 0 {
		return fault.Errorf(fault.BadInput, "--threads %d is below zero", a.Engine.Threads).Hint("0 is one thread a core")
	}
	if failed != nil {
		return failed
	}
	return a.checkFlags()
}

// memorySize is a limit that the engine understands.
var memorySize = regexp.MustCompile(`^[0-9]+(\.[0-9]+)? ?([KMGT]i?)?B$`)

// checkFlags refuses values of the common flags that no command can use.
func (a *app) checkFlags() error {
	if a.json && a.csv != "" {
		return fault.Errorf(fault.BadInput, "--json and --csv are both asked for").Hint("ask twice, once for each")
	}
	if a.Engine.Memory != "" && !memorySize.MatchString(a.Engine.Memory) {
		return fault.Errorf(fault.BadInput, "--memory: %q is not a size", a.Engine.Memory).Hint("write 2GB or 500MB")
	}
	return nil
}

// noCommand refuses a word where one of the command's own should stand.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2 // letters to change
	err := fault.Errorf(fault.BadInput, "%s has no command %q", cmd.CommandPath(), args[0])
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return err.Hint("is %s meant? --help lists the commands", strings.Join(near, " or "))
	}
	return err.Hint("--help lists the commands")
}

// exact checks the number of arguments.
func exact(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		given := "1 argument"
		if len(args) != 1 {
			given = fmt.Sprintf("%d arguments", len(args))
		}
		err := fault.Errorf(fault.BadInput, "%s given where %s is expected", given, what)
		if csv := cmd.Flags().Lookup("csv"); csv.Changed && csv.Value.String() == firstTable && len(args) > n {
			return err.Hint("a table's name follows an equals sign: --csv=%s", args[len(args)-1])
		}
		return err.Hint("--help shows how")
	}
}

// env opens the lake for questions; the caller closes it.
func (a *app) env(ctx context.Context) (ask.Env, func() error, error) {
	return a.envOf(ctx, a.lakeDir)
}

// envOf opens the lake in dir.
func (a *app) envOf(ctx context.Context, dir string) (ask.Env, func() error, error) {
	if a.asOf != "" {
		if err := provenance.CheckStamp(a.asOf); err != nil {
			return ask.Env{}, nil, fmt.Errorf("--as-of: %w", err)
		}
	}
	store, err := a.Open(dir, a.Engine)
	if err != nil {
		return ask.Env{}, nil, err
	}
	e := ask.Env{Store: store}
	if e.Snapshot, err = store.Snapshot(ctx, lake.Version(a.at), a.asOf); err == nil {
		err = a.groups(&e)
	}
	if err == nil {
		err = a.rates(&e)
	}
	if err != nil {
		return ask.Env{}, nil, errors.Join(err, store.Close())
	}
	return e, store.Close, nil
}

// groups gives the groups of areas: the built-in ones, and the user's own beside them.
func (a *app) groups(e *ask.Env) error {
	e.Groups = area.BuiltIn()
	if a.groupsFile == "" {
		return nil
	}
	text, err := readFile("groups", a.groupsFile, &e.GroupsFile)
	if err == nil {
		e.Groups, err = e.Groups.With(bytes.NewReader(text), a.groupsFile)
	}
	return err
}

// rates gives the exchange rates: the embedded ones, under the user's own.
func (a *app) rates(e *ask.Env) error {
	e.Rates = money.Embedded()
	if a.ratesFile == "" {
		return nil
	}
	text, err := readFile("rates", a.ratesFile, &e.RatesFile)
	if err != nil {
		return err
	}
	own, err := money.ReadRates(bytes.NewReader(text), a.ratesFile)
	if err != nil {
		return err
	}
	e.Rates = own.Over(e.Rates)
	return nil
}

// readFile reads a file that the user named, for the answer to state which bytes it depends on.
func readFile(what, path string, read *provenance.Bytes) ([]byte, error) {
	f, err := openFile(what, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, fault.Errorf(fault.Unavailable, "reading %s: %w", what, err)
	}
	*read = provenance.Bytes{Name: filepath.Base(path), SHA256: fmt.Sprintf("%x", sha256.Sum256(text)), Size: int64(len(text))}
	return text, nil
}

// openFile opens a file that the user named; what says what was expected of it.
func openFile(what, path string) (*os.File, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.Errorf(fault.NotFound, "reading %s: %w", what, err)
	case err != nil:
		return nil, fault.Errorf(fault.Unavailable, "reading %s: %w", what, err)
	}
	return f, nil
}

// question is a question as ask has them.
type question interface {
	Run(context.Context, ask.Env) (report.Report, error)
}

// answer asks and prints.
func (a *app) answer(ctx context.Context, q question) (err error) {
	e, closeStore, err := a.env(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	if a.Terminal {
		bar := newAnswerBar(ctx, a)
		e.Watch = bar.see
		defer bar.wait()
	}
	r, err := q.Run(ctx, e)
	if err != nil {
		return err
	}
	return a.print(r)
}

// print prints a report the way the flags say.
func (a *app) print(r report.Report) error {
	if a.html != "" {
		if err := writeHTML(a.html, r); err != nil {
			return err
		}
		fmt.Fprintln(a.Err, "report written to", a.html)
	}
	switch {
	case a.json:
		return report.JSON(a.Out, r)
	case a.csv != "":
		return report.CSV(a.Out, r, strings.TrimSpace(a.csv))
	case a.html != "":
		return nil
	}
	return a.text(r)
}

// firstTable is --csv without a name.
const firstTable = " "

// toTerminal tells whether answers are printed for people.
func (a *app) toTerminal() bool { return !a.json && a.csv == "" && a.html == "" }

// How many rows of a table people are shown.
const (
	terminalRows = ask.TerminalRows
	pageRows     = 50
)

func (a *app) text(r report.Report) error {
	return report.Text(a.Out, r, report.TextOptions{Width: a.Width, MaxRows: terminalRows, Colour: a.Colour})
}

// writeHTML writes the page whole or not at all.
func writeHTML(path string, r report.Report) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".detour-*.html")
	if err != nil {
		return fault.Errorf(fault.Unavailable, "writing the report: %w", err)
	}
	err = report.HTML(f, r, report.HTMLOptions{Lang: "en", MaxRows: pageRows})
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the error that matters is being returned
		return fault.Errorf(fault.Unavailable, "writing %s: %w", path, err)
	}
	return nil
}
