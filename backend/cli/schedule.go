package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// write sends a request with a JSON body by any method.
func (c *client) write(method, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("writing request: %w", err)
	}
	return c.do(method, path, "application/json", bytes.NewReader(text), into)
}

const schedulesPath = "/api/v1/schedules"

func (s *shell) schedule() *cobra.Command {
	cmd := &cobra.Command{Use: "schedule", Short: "Imports and exports that run by themselves", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.scheduleList(), s.scheduleSet(), s.scheduleRun(), s.scheduleStep("pause", "Pause a schedule"), s.scheduleStep("resume", "Resume a schedule"),
		s.scheduleRemove(), s.scheduleWords(), s.scheduleDeliveries(), s.scheduleDecide())
	return cmd
}

func (s *shell) scheduleList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List schedules", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.passOn(cmd, schedulesPath, "schedules", []string{"ID", "KIND", "NAME", "WHEN", "STATE"}, []string{"id", "kind", "name", "cron_words", "words"})
	}}
}

// scheduleFlags are what can be said of a schedule. Only those that were stated are sent.
type scheduleFlags struct {
	kind, name, cron, when, zone, alarm                                        string
	folder, server, pattern, after, to, fileName, subject, text, channel, mode string
	format, template                                                           string
	recipients                                                                 []string
	jitter                                                                     time.Duration
	replace, sendEmpty                                                         bool
}

func (f *scheduleFlags) declare(flags *pflag.FlagSet) {
	flags.StringVar(&f.kind, "kind", "", "watch (import from a folder), fetch (import from an SFTP server), export")
	flags.StringVar(&f.name, "name", "", "what to call it")
	flags.StringVar(&f.when, "when", "", `in words: "every weekday at 7:30"`)
	flags.StringVar(&f.cron, "cron", "", "or as a cron expression")
	flags.StringVar(&f.zone, "zone", "", "the time zone of its times (default: the workspace's)")
	flags.DurationVar(&f.jitter, "jitter", 0, "spread starts over so much time")
	flags.StringVar(&f.alarm, "alarm", "", "how long without success is an alarm: 4h, auto or never")
	flags.StringVar(&f.folder, "folder", "", "the folder: watched, below the server's, or exported to")
	flags.StringVar(&f.server, "server", "", "the server's name or id")
	flags.StringVar(&f.pattern, "pattern", "", "fetch: which files, as in *.csv")
	flags.StringVar(&f.after, "after", "", "fetch: move, delete or leave what was taken")
	flags.StringVar(&f.channel, "channel", "", "imports: the channel (default: as each file's format says)")
	flags.StringVar(&f.format, "format", "", "imports: a format's id (default: recognise)")
	flags.StringVar(&f.mode, "mode", "", "imports: new, merge or update")
	flags.StringVar(&f.template, "template", "", "export: the template's id")
	flags.StringVar(&f.to, "to", "", "export: folder, sftp or mail")
	flags.StringVar(&f.fileName, "file-name", "", "export: the file's name, with {name}, {date}, {time}, {year}, {month}, {day}, {week}, {part}")
	flags.BoolVar(&f.replace, "replace", false, "export: write over a file of that name")
	flags.BoolVar(&f.sendEmpty, "send-empty", false, "export: send a file also when there is nothing to export")
	flags.StringSliceVar(&f.recipients, "recipient", nil, "export by mail: an address; may be given more than once")
	flags.StringVar(&f.subject, "subject", "", "export by mail: the subject")
	flags.StringVar(&f.text, "text", "", "export by mail: the text")
}

func (s *shell) scheduleSet() *cobra.Command {
	var f scheduleFlags
	cmd := &cobra.Command{Use: "set [ID]", Short: "Make a schedule, or change the one with this id", Args: cobra.MaximumNArgs(1),
		Example: `  tradepost schedule set --kind watch --folder ~/Downloads/orders --when "every 5 minutes"
  tradepost schedule set --kind fetch --server partner --folder out --pattern "*.csv" --when "every 15 minutes between 8 and 18"
  tradepost schedule set --kind export --template 3 --to mail --server office --recipient books@example.com --when "every weekday at 7:30"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error { return s.setSchedule(c, cmd.Flags(), f, args) })
		}}
	f.declare(cmd.Flags())
	return cmd
}

func (s *shell) setSchedule(c *client, flags *pflag.FlagSet, f scheduleFlags, args []string) error {
	body, err := f.body(c, flags)
	if err != nil {
		return err
	}
	var saved map[string]any
	if len(args) == 0 {
		if body["cron"] == nil && body["when"] == nil {
			return usageError{"say when it is to run: --when or --cron"}
		}
		err = c.post(schedulesPath, body, &saved)
	} else {
		err = changeSchedule(c, args[0], body, &saved)
	}
	if err != nil {
		return err
	}
	return s.print(saved, func(out io.Writer) {
		_, _ = fmt.Fprintf(out, "%s %s: %s, %s\nIt runs while the window or `tradepost serve` runs.\n", saved["id"], saved["name"], saved["cron_words"], saved["target"])
	})
}

// changeSchedule lays the stated parts of the job over those that are.
func changeSchedule(c *client, id string, body map[string]any, saved *map[string]any) error {
	path := schedulesPath + "/" + url.PathEscape(id)
	var was struct {
		Job map[string]any `json:"job"`
	}
	if err := c.get(path, nil, &was); err != nil {
		return err
	}
	delete(body, "kind")
	if changes, _ := body["job"].(map[string]any); len(changes) > 0 {
		maps.Copy(was.Job, changes)
		body["job"] = was.Job
	} else {
		delete(body, "job")
	}
	return c.write(http.MethodPatch, path, body, saved)
}

func (f scheduleFlags) body(c *client, flags *pflag.FlagSet) (map[string]any, error) {
	body, job := map[string]any{}, map[string]any{}
	put := func(into map[string]any, flag, name string, value any) {
		if flags.Changed(flag) {
			into[name] = value
		}
	}
	for flag, value := range map[string]string{"kind": f.kind, "name": f.name, "cron": f.cron, "when": f.when, "zone": f.zone} {
		put(body, flag, flag, value)
	}
	for flag, value := range map[string]string{"pattern": f.pattern, "after": f.after, "channel": f.channel, "format": f.format, "mode": f.mode,
		"template": f.template, "to": f.to, "subject": f.subject, "text": f.text} {
		put(job, flag, flag, value)
	}
	put(job, "file-name", "file_name", f.fileName)
	put(job, "replace", "replace", f.replace)
	put(job, "send-empty", "send_empty", f.sendEmpty)
	put(job, "recipient", "recipients", f.recipients)
	put(body, "jitter", "jitter_minutes", int(f.jitter.Minutes()))
	if flags.Changed("folder") {
		folder, err := f.folderOn()
		if err != nil {
			return nil, err
		}
		job["folder"] = folder
	}
	if flags.Changed("server") {
		id, err := serverID(c, f.server)
		if err != nil {
			return nil, err
		}
		job["server"] = id
	}
	if flags.Changed("alarm") {
		minutes, err := alarmMinutes(f.alarm)
		if err != nil {
			return nil, err
		}
		body["alarm_minutes"] = minutes
	}
	body["job"] = job
	return body, nil
}

// folderOn is a folder of this computer as an absolute path; one of a server stays as it is.
func (f scheduleFlags) folderOn() (string, error) {
	if f.server != "" || f.kind == "fetch" || f.to == "sftp" {
		return f.folder, nil
	}
	folder, err := filepath.Abs(f.folder)
	if err != nil {
		return "", fmt.Errorf("reading folder name: %w", err)
	}
	return folder, nil
}

func alarmMinutes(text string) (int, error) {
	switch text {
	case "auto":
		return 0, nil
	case "never":
		return -1, nil
	}
	after, err := time.ParseDuration(text)
	if err != nil || after < time.Minute {
		return 0, usageError{"--alarm is a time such as 90m or 26h, auto, or never"}
	}
	return int(after.Minutes()), nil
}

func (s *shell) scheduleRun() *cobra.Command {
	return &cobra.Command{Use: "run ID", Short: "Run a schedule's job now", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				var raw json.RawMessage
				if err := c.post(schedulesPath+"/"+url.PathEscape(args[0])+"/run?wait=true", nil, &raw); err != nil {
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

func (s *shell) scheduleStep(step, short string) *cobra.Command {
	return &cobra.Command{Use: step + " ID", Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var body map[string]any
			if err := c.post(schedulesPath+"/"+url.PathEscape(args[0])+"/"+step, nil, &body); err != nil {
				return err
			}
			return s.print(body, func(out io.Writer) { _, _ = fmt.Fprintln(out, body["words"]) })
		})
	}}
}

func (s *shell) scheduleRemove() *cobra.Command {
	return &cobra.Command{Use: "remove ID", Short: "Remove a schedule", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			if err := c.remove(schedulesPath + "/" + url.PathEscape(args[0])); err != nil {
				return err
			}
			return s.print(map[string]string{"removed": args[0]}, func(out io.Writer) { _, _ = fmt.Fprintln(out, "removed; its runs stay in the journal") })
		})
	}}
}

func (s *shell) scheduleWords() *cobra.Command {
	var zone string
	cmd := &cobra.Command{Use: "words PHRASE...", Short: "Say a schedule in words and see how it is understood", Args: cobra.MinimumNArgs(1),
		Example: `  tradepost schedule words first monday of the month at 6`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				var body struct {
					Cron  string   `json:"cron"`
					Words string   `json:"words"`
					Next  []string `json:"next"`
				}
				if err := c.post(schedulesPath+"/words", map[string]string{"words": strings.Join(args, " "), "zone": zone}, &body); err != nil {
					return err
				}
				return s.print(body, func(out io.Writer) {
					_, _ = fmt.Fprintf(out, "%s\n%s\n%s\n", body.Cron, body.Words, strings.Join(body.Next, "\n"))
				})
			})
		}}
	cmd.Flags().StringVar(&zone, "zone", "", "the time zone of its times (default: the workspace's)")
	return cmd
}

func (s *shell) scheduleDeliveries() *cobra.Command {
	return &cobra.Command{Use: "deliveries ID", Short: "The files an export schedule sent or has to send", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.passOn(cmd, schedulesPath+"/"+url.PathEscape(args[0])+"/deliveries", "deliveries", []string{"ID", "FILE", "STATE", "WORDS"}, []string{"id", "name", "state", "words"})
		}}
}

func (s *shell) scheduleDecide() *cobra.Command {
	return &cobra.Command{Use: "decide DELIVERY sent|again|dropped", Short: "Say what became of a file of which it is not known", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				var body map[string]any
				if err := c.post("/api/v1/deliveries/"+url.PathEscape(args[0])+"/decide", map[string]string{"decision": args[1]}, &body); err != nil {
					return err
				}
				return s.print(body, func(out io.Writer) { _, _ = fmt.Fprintf(out, "%s: %s\n", body["name"], body["words"]) })
			})
		}}
}
