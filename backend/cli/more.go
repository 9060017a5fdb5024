package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// passOn gets a list and passes it on; in words it shows the named fields as a table.
func (s *shell) passOn(cmd *cobra.Command, path, list string, headers, fields []string) error {
	return s.with(cmd.Context(), false, func(c *client) error {
		var body map[string]any
		if err := c.get(path, nil, &body); err != nil {
			return err
		}
		return s.print(body, func(out io.Writer) { table(out, body[list], headers, fields) })
	})
}

func table(out io.Writer, rows any, headers, fields []string) {
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, headers)
	all, _ := rows.([]any)
	for _, item := range all {
		record, _ := item.(map[string]any)
		cells := make([]string, len(fields))
		for i, field := range fields {
			if value := record[field]; value != nil {
				cells[i] = strings.Trim(fmt.Sprint(value), "[]") // a list reads as its words
			}
		}
		row(writer, cells)
	}
	_ = writer.Flush()
}

func row(out io.Writer, cells []string) {
	for _, cell := range cells {
		_, _ = fmt.Fprint(out, cell, "\t")
	}
	_, _ = fmt.Fprintln(out)
}

func (s *shell) channels() *cobra.Command {
	cmd := &cobra.Command{Use: "channels", Short: "The places that sell", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(&cobra.Command{Use: "list", Short: "List channels", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.passOn(cmd, "/api/v1/channels", "channels", []string{"NAME", "KIND", "ORDERS", "NEWEST", "ZONE"}, []string{"name", "kind", "orders", "newest_order_at", "zone"})
	}})
	return cmd
}

func (s *shell) watch() *cobra.Command {
	cmd := &cobra.Command{Use: "watch", Short: "Watched folders", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.watchAdd(), s.watchRun(), s.watchStep("pause", "Pause a watched folder"), s.watchStep("resume", "Resume a watched folder"), s.watchRemove(),
		&cobra.Command{Use: "list", Short: "List watched folders", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return s.passOn(cmd, "/api/v1/watches", "watches", []string{"ID", "FOLDER", "WHEN", "STATE"}, []string{"id", "folder", "cron_words", "words"})
		}})
	return cmd
}

func (s *shell) watchAdd() *cobra.Command {
	var cron, channel, zone, format, mode string
	cmd := &cobra.Command{Use: "add FOLDER", Short: "Watch a folder on a schedule", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder, err := filepath.Abs(args[0])
			if err != nil {
				return fmt.Errorf("reading folder name: %w", err)
			}
			draft := map[string]string{"folder": folder, "cron": cron, "channel": channel, "zone": zone, "format": format, "mode": mode}
			return s.with(cmd.Context(), false, func(c *client) error {
				var w map[string]any
				if err := c.post("/api/v1/watches", draft, &w); err != nil {
					return err
				}
				return s.print(w, func(out io.Writer) {
					_, _ = fmt.Fprintf(out, "watching %s %s as %s; looks happen while the window or `tradepost serve` runs\n", w["folder"], w["cron_words"], w["id"])
				})
			})
		}}
	flags := cmd.Flags()
	flags.StringVar(&cron, "cron", "*/5 * * * *", "when to look: a cron expression")
	flags.StringVar(&channel, "channel", "", "the channel of all its files (default: as each file's format says)")
	flags.StringVar(&zone, "zone", "", "the expression's time zone (default: the workspace's)")
	flags.StringVar(&format, "format", "", "a format's id (default: recognise)")
	flags.StringVar(&mode, "mode", "merge", "new, merge or update")
	return cmd
}

// run is the part of a run that commands look at.
type run struct {
	ID     string         `json:"id"`
	State  string         `json:"state"`
	Words  string         `json:"words"`
	Counts map[string]int `json:"counts"`
}

func (s *shell) watchRun() *cobra.Command {
	return &cobra.Command{Use: "run ID", Short: "Look into a watched folder now", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				var raw json.RawMessage
				if err := c.post("/api/v1/watches/"+url.PathEscape(args[0])+"/run?wait=true", nil, &raw); err != nil {
					return err
				}
				var r run
				if err := json.Unmarshal(raw, &r); err != nil {
					return fmt.Errorf("reading run: %w", err)
				}
				s.exit = exitOf(r)
				return s.print(raw, func(out io.Writer) { _, _ = fmt.Fprintf(out, "run %s %s: %s\n", r.ID, r.State, r.Words) })
			})
		}}
}

func exitOf(r run) int {
	switch r.State {
	case "failed", "cancelled":
		return exitFailed
	case "partial":
		return exitQuarantined
	}
	return exitDone
}

func (s *shell) watchStep(step, short string) *cobra.Command {
	return &cobra.Command{Use: step + " ID", Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var w map[string]any
			if err := c.post("/api/v1/watches/"+url.PathEscape(args[0])+"/"+step, nil, &w); err != nil {
				return err
			}
			return s.print(w, func(out io.Writer) { _, _ = fmt.Fprintln(out, w["words"]) })
		})
	}}
}

func (s *shell) watchRemove() *cobra.Command {
	return &cobra.Command{Use: "remove ID", Short: "Watch a folder no more", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			if err := c.remove("/api/v1/watches/" + url.PathEscape(args[0])); err != nil {
				return err
			}
			return s.print(map[string]string{"removed": args[0]}, func(out io.Writer) { _, _ = fmt.Fprintln(out, "removed; its orders stay") })
		})
	}}
}

func (s *shell) runs() *cobra.Command {
	var kind string
	var limit int
	list := &cobra.Command{Use: "list", Short: "List runs, newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		query := url.Values{"limit": {fmt.Sprint(limit)}}
		if kind != "" {
			query.Set("kind", kind)
		}
		return s.passOn(cmd, "/api/v1/runs?"+query.Encode(), "runs", []string{"ID", "KIND", "STATE", "STARTED", "WHAT", "RESULT"}, []string{"id", "kind", "state", "started_at", "title", "words"})
	}}
	list.Flags().StringVar(&kind, "kind", "", "only import, undo, stock, rules, buy, make, transfer, sync, push, ...")
	list.Flags().IntVar(&limit, "limit", 50, "how many at most")
	cmd := &cobra.Command{Use: "runs", Short: "What was done, when and why", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(list, s.undoRun())
	return cmd
}

func (s *shell) undoRun() *cobra.Command {
	var plan bool
	cmd := &cobra.Command{Use: "undo RUN", Short: "Take back what a run did: an import, a bulk change, a count, a receipt, an assembly, the contents of a kit, a rule", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				path := "/api/v1/runs/" + url.PathEscape(args[0]) + "/undo"
				if plan {
					return s.undoRunPlanned(c, path)
				}
				var done map[string]any
				if err := c.post(path, nil, &done); err != nil {
					return err
				}
				return s.print(done, func(out io.Writer) { _, _ = fmt.Fprintf(out, "%s: %s\n", done["title"], done["words"]) })
			})
		}}
	cmd.Flags().BoolVar(&plan, "plan", false, "say what would be taken back and what changed since, and do nothing")
	return cmd
}

func (s *shell) undoRunPlanned(c *client, path string) error {
	var u struct {
		undoing
		Words []string `json:"words"`
	}
	if err := c.get(path, nil, &u); err != nil {
		return err
	}
	return s.print(u, func(out io.Writer) {
		for _, words := range u.Words {
			_, _ = fmt.Fprintln(out, words)
		}
		u.say(out)
	})
}

func (s *shell) quarantine() *cobra.Command {
	cmd := &cobra.Command{Use: "quarantine", Short: "Records that could not be applied and wait", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(&cobra.Command{Use: "list", Short: "List what waits", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.passOn(cmd, "/api/v1/quarantine?limit=1000", "messages", []string{"ID", "CHANNEL", "NUMBER", "FILE"}, []string{"id", "channel", "number", "file_name"})
	}}, s.retry())
	return cmd
}

func (s *shell) retry() *cobra.Command {
	return &cobra.Command{Use: "retry [ID...]", Short: "Try waiting records again (all, or those named)", RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), true, func(c *client) error {
			var done struct {
				Run     string `json:"run"`
				Retried int    `json:"retried"`
				Applied int    `json:"applied"`
				Still   int    `json:"still"`
			}
			if err := c.post("/api/v1/quarantine/retry", map[string]any{"ids": args, "all": len(args) == 0}, &done); err != nil {
				return err
			}
			if done.Still > 0 {
				s.exit = exitQuarantined
			}
			return s.print(done, func(out io.Writer) {
				_, _ = fmt.Fprintf(out, "%d tried: %d applied, %d still wait\n", done.Retried, done.Applied, done.Still)
			})
		})
	}}
}

func (s *shell) serve() *cobra.Command {
	var options ServeOptions
	cmd := &cobra.Command{Use: "serve", Short: "Serve the same pages and API on this computer", Args: cobra.NoArgs,
		Long: "Serves the window's pages and the API on loopback, with a token. The first line of output is the address.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.program.Serve(cmd.Context(), s.data, options, func(url, token string) {
				_ = s.print(map[string]string{"url": url, "token": token}, func(out io.Writer) {
					_, _ = fmt.Fprintf(out, "Tradepost is at %s\nStop it with Ctrl+C.\n", url)
				})
			})
		}}
	cmd.Flags().StringVar(&options.Listen, "listen", "127.0.0.1:0", "address and port on this computer; port 0 takes a free one")
	cmd.Flags().BoolVar(&options.ReadOnly, "read-only", false, "give a token that can change nothing")
	cmd.Flags().BoolVar(&options.Hooks, "hooks", false, "take signed deliveries of webhooks at /api/hooks/CONNECTION, from whatever tunnel brings them")
	return cmd
}

func (s *shell) backup() *cobra.Command {
	return &cobra.Command{Use: "backup FILE", Short: "Write a verified backup", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		path, err := filepath.Abs(args[0])
		if err != nil {
			return fmt.Errorf("reading file name: %w", err)
		}
		return s.with(cmd.Context(), false, func(c *client) error {
			var b map[string]any
			if err := c.post("/api/v1/backups", map[string]string{"path": path}, &b); err != nil {
				return err
			}
			return s.print(b, func(out io.Writer) { _, _ = fmt.Fprintf(out, "backed up to %s and verified\n", path) })
		})
	}}
}

func (s *shell) restore() *cobra.Command {
	return &cobra.Command{Use: "restore FILE", Short: "Replace the workspace's database by a backup", Args: cobra.ExactArgs(1),
		Long: "Checks the backup whole, keeps the present database in the backups folder, and pauses all sending until you take over.",
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := filepath.Abs(args[0])
			if err != nil {
				return fmt.Errorf("reading file name: %w", err)
			}
			if err := s.program.Restore(cmd.Context(), s.data, path); err != nil {
				return err
			}
			return s.print(map[string]any{"restored": path, "sending_paused": true}, func(out io.Writer) {
				_, _ = fmt.Fprintf(out, "restored from %s; sending is paused until you take over in the window\n", path)
			})
		}}
}

func (s *shell) doctor() *cobra.Command {
	var rebuild bool
	cmd := &cobra.Command{Use: "doctor", Short: "Check the whole workspace", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), rebuild, func(c *client) error {
			if rebuild {
				if err := c.post("/api/v1/stock/rebuild", nil, nil); err != nil {
					return err
				}
			}
			var d struct {
				OK     bool             `json:"ok"`
				Checks []map[string]any `json:"checks"`
			}
			if err := c.get("/api/v1/doctor", nil, &d); err != nil {
				return err
			}
			if !d.OK {
				s.exit = exitFailed
			}
			return s.print(d, func(out io.Writer) {
				for _, check := range d.Checks {
					mark := map[any]string{true: "fine ", false: "LOOK "}[check["ok"]]
					_, _ = fmt.Fprintf(out, "%s %s\n", mark, check["words"])
					if check["ok"] == false {
						_, _ = fmt.Fprintf(out, "      %s\n", check["remedy"])
					}
				}
			})
		})
	}}
	cmd.Flags().BoolVar(&rebuild, "rebuild-stock", false, "first make all stock levels anew from the ledger, and what is reserved from the orders")
	return cmd
}

func (s *shell) version() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "The program's version", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		return s.print(map[string]string{"version": s.program.Version}, func(out io.Writer) { _, _ = fmt.Fprintln(out, "tradepost", s.program.Version) })
	}}
}

func (s *shell) openapi() *cobra.Command {
	return &cobra.Command{Use: "openapi", Short: "The API's description (OpenAPI 3.1)", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		document, err := s.program.Describe()
		if err != nil {
			return fmt.Errorf("describing the API: %w", err)
		}
		var indented any
		if err := json.Unmarshal(document, &indented); err != nil {
			return fmt.Errorf("describing the API: %w", err)
		}
		text, err := json.MarshalIndent(indented, "", "  ")
		if err != nil {
			return fmt.Errorf("describing the API: %w", err)
		}
		_, err = fmt.Fprintln(s.out, string(text))
		return err
	}}
}
