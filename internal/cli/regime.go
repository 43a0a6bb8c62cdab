package cli

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"detour/ask/law"
	"detour/trade/regime"
)

// regimeCmd needs no lake.
func (a *app) regimeCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "regime", Short: "The law: which goods are restricted, by whom, to where, since when", Args: noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var files []string
	cmd.PersistentFlags().StringArrayVar(&files, "list", nil, "file with a list of your own (docs/format/regime.md); may be repeated")
	cmd.AddCommand(a.regimeListCmd(&files), a.regimeShowCmd(&files), a.regimeCoversCmd(&files), a.regimeDiffCmd(&files), a.regimeCheckCmd(&files))
	return cmd
}

// regimeWith gives the built-in law with the user's own lists.
func regimeWith(files []string) (regime.Regime, error) {
	r := regime.BuiltIn()
	for _, path := range files {
		var err error
		if r, err = withFile(r, path); err != nil {
			return regime.Regime{}, err
		}
	}
	return r, nil
}

func withFile(r regime.Regime, path string) (regime.Regime, error) {
	f, err := openFile("list", path)
	if err != nil {
		return regime.Regime{}, err
	}
	defer f.Close()
	return r.With(f, filepath.Base(path))
}

func (a *app) regimeListCmd(files *[]string) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use: "list", Short: "Lists that are held, and how completely", Args: exact(0, "no argument"),
		RunE: func(*cobra.Command, []string) error {
			r, err := regimeWith(*files)
			if err != nil {
				return err
			}
			answer, err := law.Lists(r, by)
			if err != nil {
				return err
			}
			return a.print(answer)
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "only this jurisdiction: EU, NO, GB, ...")
	return cmd
}

func (a *app) regimeShowCmd(files *[]string) *cobra.Command {
	return &cobra.Command{
		Use: "show LIST", Short: "One list in full", Args: exact(1, "the name of a list"),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := regimeWith(*files)
			if err != nil {
				return err
			}
			answer, err := law.Show(r, args[0])
			if err != nil {
				return err
			}
			return a.print(answer)
		},
	}
}

func (a *app) regimeCoversCmd(files *[]string) *cobra.Command {
	var q law.Covers
	cmd := &cobra.Command{
		Use: "covers CODE", Short: "Whether a code is restricted on a day",
		Long: "Answers yes, partly, no or unknown, with each measure that names the code, the lists that are not complete on that\n" +
			"day, and the duties of an exporter to a third country.",
		Example: "  detour regime covers 854231 --to RU --on 2023-06-01 --by EU",
		Args:    exact(1, "one code"),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := regimeWith(*files)
			if err != nil {
				return err
			}
			q.Code = args[0]
			for _, path := range *files {
				q.Files = append(q.Files, filepath.Base(path))
			}
			answer, err := q.Run(r)
			if err != nil {
				return err
			}
			return a.print(answer)
		},
	}
	f := cmd.Flags()
	termFlags(cmd, &q.To, &q.On, &q.Direction)
	f.StringVar(&q.By, "by", "EU", "jurisdiction")
	f.StringVar(&q.Edition, "edition", "", "edition of the code, such as HS2017; the CN of the day's year if left out")
	return cmd
}

func (a *app) regimeDiffCmd(files *[]string) *cobra.Command {
	var q law.Diff
	cmd := &cobra.Command{
		Use: "diff ONE OTHER", Short: "What one jurisdiction restricts and another does not",
		Example: "  detour regime diff EU NO --to RU --on 2025-07-01",
		Args:    exact(2, "two jurisdictions"),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := regimeWith(*files)
			if err != nil {
				return err
			}
			q.By, q.Other = args[0], args[1]
			answer, err := q.Run(r)
			if err != nil {
				return err
			}
			return a.print(answer)
		},
	}
	termFlags(cmd, &q.To, &q.On, &q.Direction)
	return cmd
}

// termFlags are the flags of every question about the law. A day has no default: the same question has the same answer
// tomorrow.
func termFlags(cmd *cobra.Command, to, on, direction *string) {
	f := cmd.Flags()
	f.StringVar(to, "to", "RU", "destination (origin of imports, territory passed in transit)")
	f.StringVar(on, "on", "", "day: 2023-06-01")
	f.StringVar(direction, "direction", "export", "export, import, transit")
}

func (a *app) regimeCheckCmd(files *[]string) *cobra.Command {
	return &cobra.Command{
		Use: "check [FILE...]", Short: "Look through lists: codes that do not exist, overlaps, missing dates, lost codes",
		Long: "Checks the files named, or the built-in lists. A file that is no list ends with an error; findings do not.",
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := regimeWith(*files)
			if len(args) > 0 {
				r, err = regime.Regime{}, nil
			}
			for _, path := range args {
				if err == nil {
					r, err = withFile(r, path)
				}
			}
			if err != nil {
				return err
			}
			return a.print(law.Check(r.Lists()))
		},
	}
}
