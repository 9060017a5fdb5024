package cli

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// file, recognition, batch and plan are the parts of the API's answers that commands show.
type file struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Recognition *recognition   `json:"recognition"`
	Problem     *fault.Problem `json:"problem"`
	Others      []file         `json:"others"` // of the archive it came in
}

type recognition struct {
	Format         string   `json:"format"`
	FormatName     string   `json:"format_name,omitempty"`
	Kind           string   `json:"kind"`
	Confidence     float64  `json:"confidence"`
	Encoding       string   `json:"encoding"`
	Delimiter      string   `json:"delimiter"`
	Sheet          string   `json:"sheet,omitempty"`
	HeaderRow      int      `json:"header_row"`
	Rows           int      `json:"rows"`
	Columns        []string `json:"columns"`
	UnknownColumns []string `json:"unknown_columns"`
	Reasons        []string `json:"reasons"`
	ZoneNeeded     bool     `json:"zone_needed"`
}

type counts struct {
	New     int `json:"new"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
	Skipped int `json:"skipped"`
	Error   int `json:"error"`
	Stale   int `json:"stale,omitempty"`
}

type batch struct {
	ID       string          `json:"id"`
	File     file            `json:"file"`
	Kind     string          `json:"kind"`
	Format   string          `json:"format"`
	Channel  string          `json:"channel"`
	State    string          `json:"state"`
	Rows     int             `json:"rows"`
	Orders   counts          `json:"orders"`
	Warnings []fault.Problem `json:"warnings"`
	Error    *fault.Problem  `json:"error"`
}

// outcome is what import answers.
type outcome struct {
	Batch    string          `json:"batch"`
	File     string          `json:"file"`
	State    string          `json:"state"`
	Format   string          `json:"format"`
	Kind     string          `json:"kind"`
	Channel  string          `json:"channel"`
	Rows     int             `json:"rows"`
	Orders   counts          `json:"orders"`
	Errors   []fault.Problem `json:"errors"`
	Warnings []fault.Problem `json:"warnings"`
}

func (s *shell) recognise() *cobra.Command {
	return &cobra.Command{Use: "recognise FILE", Short: "Say what a file is", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				kept, err := upload(c, args[0])
				if err != nil {
					return err
				}
				if kept.Recognition == nil {
					return unrecognised(kept)
				}
				for _, each := range kept.all() {
					if each.Recognition == nil {
						err = s.print(outcome{File: each.Name, State: unrecognisedState, Errors: []fault.Problem{*each.Problem}}, leftOut(each))
					} else {
						err = s.print(each.Recognition, each.Recognition.words)
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
		}}
}

func unrecognised(kept file) error {
	return fault.New(fault.Invalid, kept.Problem.Message, kept.Problem.Remedy)
}

// all are the files of one archive, those recognised first; most files come alone.
func (f file) all() []file { return append([]file{f}, f.Others...) }

// unrecognisedState is the state of a file in an archive that was left out as nobody knows it.
const unrecognisedState = "unrecognised"

func leftOut(f file) func(io.Writer) {
	return func(out io.Writer) { _, _ = fmt.Fprintf(out, "%s left out: %s\n", f.Name, f.Problem.Message) }
}

func (r *recognition) words(out io.Writer) {
	where := fmt.Sprintf("header in line %d", r.HeaderRow)
	switch {
	case r.Sheet != "":
		where = fmt.Sprintf("header in row %d", r.HeaderRow)
	case r.HeaderRow == 0:
		where = "JSON"
	}
	_, _ = fmt.Fprintf(out, "%s (%s), %.0f %% sure: %d rows, %s, %s\n", r.FormatName, r.Format, r.Confidence*100, r.Rows, r.Encoding, where)
	for _, reason := range r.Reasons {
		_, _ = fmt.Fprintln(out, "  "+reason)
	}
}

func upload(c *client, path string) (kept file, err error) {
	source, name := io.Reader(os.Stdin), "stdin.csv"
	if path != "-" {
		opened, err := openFile(path)
		if err != nil {
			return kept, err
		}
		defer func() { _ = opened.Close() }()
		source, name = opened, filepath.Base(path)
	}
	err = c.upload(name, source, &kept)
	return kept, err
}

// openFile opens a file that can be read to its end. Devices may never end; a pipe ends with its writer.
func openFile(path string) (*os.File, error) {
	unreadable := func(err error) error {
		return fault.Wrap(err, fault.NotFound, "The file "+path+" cannot be read.", "Check its name, and that it may be read.")
	}
	switch stat, err := os.Stat(path); {
	case err != nil:
		return nil, unreadable(err)
	case stat.IsDir():
		return nil, fault.New(fault.Invalid, path+" is a folder.", "Name a file; to watch a folder use: tradepost watch add.")
	case stat.Mode()&(os.ModeDevice|os.ModeSocket) != 0:
		return nil, fault.New(fault.Invalid, path+" is no file that can be read to its end.", "Name a file, or - to read the standard input.")
	}
	opened, err := os.Open(path)
	if err != nil {
		return nil, unreadable(err)
	}
	return opened, nil
}

// importFlags are the flags of import.
type importFlags struct {
	mapping, sheet                                           string
	format, channel, zone, currency, dateOrder, mode, errors string
	plan                                                     bool
}

func (s *shell) imports() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{Use: "import FILE...", Short: "Import files", Args: cobra.MinimumNArgs(1),
		Long: "Recognises each file, plans, and applies the plan. With --plan nothing but the plan is written.\n" +
			"Exit code 3: done, but some records were put into quarantine.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.errors != "" && len(args) > 1 {
				return usageError{"--errors takes one file at a time"}
			}
			return s.with(cmd.Context(), true, func(c *client) error {
				for _, path := range args {
					if err := s.importOne(c, path, f); err != nil {
						return err
					}
				}
				return nil
			})
		}}
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "auto", "a format's id, or auto")
	flags.StringVar(&f.mapping, "map", "", "read the files by the profile in this JSON file, and keep it")
	flags.StringVar(&f.sheet, "sheet", "", "of a workbook, the sheet to read (default: the one that is recognised)")
	flags.StringVar(&f.channel, "channel", "", "the channel's name (made when new; default: the format's own); stock counts are of none")
	flags.StringVar(&f.zone, "zone", "", "time zone of times that name none (default: the channel's, else the workspace's)")
	flags.StringVar(&f.currency, "currency", "", "currency of amounts that name none")
	flags.StringVar(&f.dateOrder, "date-order", "", "mdy or dmy, for dates that can be read both ways")
	flags.StringVar(&f.mode, "mode", "merge", "new (create only), merge (create or update) or update (known orders only)")
	flags.StringVar(&f.errors, "errors", "", "write the rows that cannot be applied into this file")
	flags.BoolVar(&f.plan, "plan", false, "plan only")
	cmd.AddCommand(s.undo(), s.applyBatch(), s.originalFile())
	return cmd
}

func (s *shell) importOne(c *client, path string, f importFlags) error {
	kept, err := upload(c, path)
	if err != nil {
		return err
	}
	auto := (f.format == "" || f.format == "auto") && f.mapping == "" && f.sheet == ""
	if kept.Recognition == nil && auto {
		return unrecognised(kept)
	}
	if f.errors != "" && len(kept.Others) > 0 {
		return usageError{"--errors takes one file at a time; " + path + " holds several"}
	}
	for _, each := range kept.all() {
		name := path
		if each.ID != kept.ID {
			name = each.Name
		}
		if each.Recognition == nil && auto {
			err = s.print(outcome{File: each.Name, State: unrecognisedState, Errors: []fault.Problem{*each.Problem}, Warnings: []fault.Problem{}}, leftOut(each))
		} else {
			err = s.importKept(c, name, each, f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *shell) importKept(c *client, path string, kept file, f importFlags) error {
	var b batch
	draft := map[string]any{"file": kept.ID, "file_name": kept.Name, "format": f.format, "channel": f.channel, "zone": f.zone, "currency": f.currency, "mode": f.mode, "sheet": f.sheet}
	if f.mapping != "" {
		taken, err := takeProfile(c, f.mapping)
		if err != nil {
			return err
		}
		draft["profile"] = taken.Profile.ID
	}
	if f.dateOrder != "" {
		draft["date_order"] = f.dateOrder
	}
	if err := c.post("/api/v1/imports?wait=true", draft, &b); err != nil {
		return err
	}
	if b.Error == nil && !f.plan {
		if err := c.post("/api/v1/imports/"+b.ID+"/apply?wait=true", nil, &b); err != nil {
			return err
		}
	}
	if b.Error != nil {
		return fault.New(fault.Code(b.Error.Code), b.Error.Message, b.Error.Remedy)
	}
	return s.report(c, path, b, f.errors)
}

func (s *shell) report(c *client, path string, b batch, errorsFile string) error {
	var problems struct {
		Problems []fault.Problem `json:"problems"`
	}
	if err := c.get("/api/v1/imports/"+b.ID+"/problems", nil, &problems); err != nil {
		return err
	}
	if b.Orders.Error > 0 && b.State != "planned" {
		s.exit = exitQuarantined
	}
	if errorsFile != "" && b.Orders.Error > 0 {
		if err := failedRows(c, b.ID, errorsFile); err != nil {
			return err
		}
	}
	o := outcome{Batch: b.ID, File: path, State: b.State, Format: b.Format, Kind: b.Kind, Channel: b.Channel, Rows: b.Rows, Orders: b.Orders, Errors: problems.Problems, Warnings: b.Warnings}
	return s.print(o, o.words)
}

func failedRows(c *client, id, path string) error {
	return download(c, "/api/v1/imports/"+id+"/failed-rows", path, "--errors")
}

// download writes what an address answers into a file that an option names.
func download(c *client, from, path, option string) error {
	answer, err := c.send("GET", from, "", nil)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	target, err := os.Create(path)
	if err != nil {
		return fault.Wrap(err, fault.Full, "The file "+path+" cannot be written.", "Choose another place with "+option+".")
	}
	if _, err := io.Copy(target, answer.Body); err != nil {
		return fault.Wrap(err, fault.Full, "The file "+path+" cannot be written.", "Free some space, or choose another place with "+option+".")
	}
	return target.Close()
}

func (s *shell) originalFile() *cobra.Command {
	var out string
	cmd := &cobra.Command{Use: "file BATCH", Short: "Write out the original file of an import, as it came", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				if err := download(c, "/api/v1/imports/"+url.PathEscape(args[0])+"/file", out, "--out"); err != nil {
					return err
				}
				return s.print(map[string]string{"batch": args[0], "file": out}, func(w io.Writer) { _, _ = fmt.Fprintf(w, "batch %s came in this file: %s\n", args[0], out) })
			})
		}}
	cmd.Flags().StringVar(&out, "out", "", "the file to write")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

// into names the channel; stock counts are of none.
func (o outcome) into() string {
	if o.Channel == "" {
		return ""
	}
	return " into " + o.Channel
}

func (o outcome) words(out io.Writer) {
	verb, bad := "imported", "in quarantine"
	if o.State == "planned" {
		verb, bad = "planned", "with errors"
	}
	_, _ = fmt.Fprintf(out, "%s %s%s as batch %s: %d new, %d changed, %d same, %d skipped, %d %s\n",
		o.File, verb, o.into(), o.Batch, o.Orders.New, o.Orders.Changed, o.Orders.Same, o.Orders.Skipped, o.Orders.Error, bad)
	for _, p := range o.Errors {
		where := fmt.Sprintf("line %d", p.Row)
		if p.Column != "" {
			where += ", " + p.Column
		}
		_, _ = fmt.Fprintf(out, "  %s: %s %s\n", where, p.Message, p.Remedy)
	}
	for _, note := range notes(o.Warnings) {
		_, _ = fmt.Fprintf(out, "  note: %s\n", note)
	}
	if o.State == "applied" && o.Orders.Stale > 0 {
		_, _ = fmt.Fprintf(out, "Apply the rest with: tradepost import apply %s\n", o.Batch)
	}
	if o.State == "applied" && o.Orders.New+o.Orders.Changed > 0 {
		_, _ = fmt.Fprintf(out, "Take it back with: tradepost import undo %s\n", o.Batch)
	}
}

func (s *shell) undo() *cobra.Command {
	var plan bool
	cmd := &cobra.Command{Use: "undo BATCH", Short: "Take an import back", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error { return s.undoBatch(c, url.PathEscape(args[0]), plan) })
		}}
	cmd.Flags().BoolVar(&plan, "plan", false, "say what would be taken back, and do nothing")
	return cmd
}

// undone is what import undo answers.
type undone struct {
	Batch string `json:"batch"`
	State string `json:"state"`
	undoing
}

// undoing is what taking something back does.
type undoing struct {
	OrdersRemoved  int `json:"orders_removed"`
	OrdersReverted int `json:"orders_reverted"`
	OrdersLeft     int `json:"orders_left"`
	Left           []struct {
		Number string `json:"number"`
		Order  string `json:"order"`
		Reason string `json:"reason"`
	} `json:"left"`
}

func (s *shell) undoBatch(c *client, id string, plan bool) error {
	var u undone
	if err := c.get("/api/v1/imports/"+id+"/undo", nil, &u); err != nil {
		return err
	}
	u.Batch, u.State = id, "planned"
	if !plan {
		var b batch
		if err := c.post("/api/v1/imports/"+id+"/undo?wait=true", nil, &b); err != nil {
			return err
		}
		if b.Error != nil {
			return fault.New(fault.Code(b.Error.Code), b.Error.Message, b.Error.Remedy)
		}
		u.State = b.State
	}
	return s.print(u, func(out io.Writer) {
		_, _ = fmt.Fprintf(out, "batch %s %s: ", u.Batch, u.State)
		u.say(out)
	})
}

// notes are warnings as they are said: once each, with how often where that is more than once.
func notes(warnings []fault.Problem) (said []string) {
	times := map[string]int{}
	for _, w := range warnings {
		if times[w.Message]++; times[w.Message] == 1 {
			said = append(said, w.Message)
		}
	}
	for i, message := range said {
		if n := times[message]; n > 1 {
			said[i] = fmt.Sprintf("%s (%d times)", message, n)
		}
	}
	return said
}

func (u undoing) say(out io.Writer) {
	_, _ = fmt.Fprintf(out, "%d removed, %d put back, %d left\n", u.OrdersRemoved, u.OrdersReverted, u.OrdersLeft)
	for _, l := range u.Left {
		_, _ = fmt.Fprintf(out, "  %s left: %s\n", l.Number, l.Reason)
	}
}
