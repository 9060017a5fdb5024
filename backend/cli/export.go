package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// exportIssue is something about one record that the target would not take, or takes changed.
type exportIssue struct {
	Record   string `json:"record"`
	Field    string `json:"field"`
	Expected string `json:"expected"`
	Message  string `json:"message"`
	Remedy   string `json:"remedy"`
	Code     string `json:"code"`
	LeftOut  bool   `json:"left_out"`
}

// exported is the part of an export's answer that commands show.
type exported struct {
	ID       string         `json:"id"`
	State    string         `json:"state"`
	Template string         `json:"template"`
	Kind     string         `json:"kind"`
	Format   string         `json:"format"`
	Rows     int64          `json:"rows"`
	Records  int64          `json:"records"`
	LeftOut  int64          `json:"left_out"`
	Warnings int            `json:"warnings"`
	Files    []exportFile   `json:"files"`
	Problems []exportIssue  `json:"problems"`
	Error    *fault.Problem `json:"error"`
}

type exportFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Rows   int64  `json:"rows"`
}

// exportOutcome is what export answers.
type exportOutcome struct {
	Run      string          `json:"run"`
	Kind     string          `json:"kind"`
	Format   string          `json:"format"`
	Template string          `json:"template"`
	File     string          `json:"file"`
	SHA256   string          `json:"sha256"`
	Files    []exportedFile  `json:"files"`
	Rows     int64           `json:"rows"`
	Orders   *int64          `json:"orders,omitempty"`
	Records  int64           `json:"records"`
	LeftOut  []exportIssue   `json:"left_out"`
	Warnings []exportIssue   `json:"warnings"`
	words    func(io.Writer) // in words
}

type exportedFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Rows   int64  `json:"rows"`
}

// shownIssues is how many problems are shown in words.
const shownIssues = 20

type exportFlags struct{ format, template, filter, out string }

func (s *shell) exports() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{Use: "export KIND", Short: "Export orders, lines, customers, products, stock or runs", Args: cobra.ExactArgs(1),
		Long: "Writes a file by a template. Without one, the kind's usual template: for orders everything, ready to be read back.\n" +
			"A filter is words: stage=to_ship channel=Etsy placed>=2026-01-01 total>100 tag=gift placed=last_30_days.\n" +
			"Exit code 3: done, but some records were left out, because the target would not take them.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				return s.export(c, args[0], f, cmd.Flags().Changed("filter"))
			})
		}}
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "", "csv, tsv, xlsx, json or ndjson (default: as --out ends, else the template's)")
	flags.StringVar(&f.template, "template", "", "a template's name, key or id")
	flags.StringVar(&f.filter, "filter", "", "which records (default: the template's own filter)")
	flags.StringVar(&f.out, "out", "", "the file to write; - writes to standard output")
	return cmd
}

// formatOf is the format that a file's name asks for, "" when none.
func formatOf(path string) string {
	switch kind := strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."); kind {
	case "csv", "tsv", "xlsx", "json", "ndjson":
		return kind
	}
	return ""
}

func (s *shell) export(c *client, kind string, f exportFlags, filtered bool) error {
	if f.out == "" {
		return usageError{"--out names the file to write"}
	}
	draft := map[string]any{"kind": kind}
	if f.template != "" {
		draft["template"] = f.template
	}
	if f.format == "" && f.template == "" {
		f.format = formatOf(f.out)
	}
	if f.format != "" {
		draft["format"] = f.format
	}
	if filtered {
		draft["filter"] = f.filter
	}
	if f.out != "-" {
		draft["name"] = filepath.Base(f.out)
	}
	var e exported
	if err := c.post("/api/v1/exports?wait=true", draft, &e); err != nil {
		return err
	}
	if e.Error != nil {
		return fault.New(fault.Code(e.Error.Code), e.Error.Message, e.Error.Remedy)
	}
	if e.State == "cancelled" {
		return fault.New(fault.Cancelled, "The export was cancelled.", "Start it again.")
	}
	files, err := s.fetchAll(c, e, f.out)
	if err != nil {
		return err
	}
	if e.LeftOut > 0 {
		s.exit = exitQuarantined
	}
	if f.out == "-" {
		return nil
	}
	o := outcomeOf(e, files)
	return s.print(o, o.words)
}

func outcomeOf(e exported, files []exportedFile) exportOutcome {
	o := exportOutcome{Run: e.ID, Kind: e.Kind, Format: e.Format, Template: e.Template, File: files[0].Path, SHA256: files[0].SHA256, Files: files, Rows: e.Rows,
		Records: e.Records, LeftOut: []exportIssue{}, Warnings: []exportIssue{}}
	if e.Kind == "orders" || e.Kind == "lines" {
		o.Orders = &e.Records
	}
	for _, p := range e.Problems {
		if p.LeftOut {
			o.LeftOut = append(o.LeftOut, p)
		} else {
			o.Warnings = append(o.Warnings, p)
		}
	}
	o.words = func(out io.Writer) {
		for _, file := range files {
			_, _ = fmt.Fprintf(out, "%s: %d rows, %d bytes, sha256 %s\n", file.Path, file.Rows, file.Size, file.SHA256)
		}
		for i, p := range e.Problems {
			if i == shownIssues {
				_, _ = fmt.Fprintf(out, "  ... and %d more; --json lists them\n", len(e.Problems)-i)
				break
			}
			verb, where := "note", p.Record
			if p.LeftOut {
				verb = "left out"
			}
			if p.Field != "" {
				where += ", " + p.Field
			}
			_, _ = fmt.Fprintf(out, "  %s: %s: %s %s\n", verb, where, p.Message, p.Remedy)
		}
		if e.LeftOut > 0 {
			_, _ = fmt.Fprintf(out, "%d left out\n", e.LeftOut)
		}
	}
	return o
}

// fetchAll fetches the files of an export, the first to out and further ones beside it. None is in place before all are
// whole.
func (s *shell) fetchAll(c *client, e exported, out string) (files []exportedFile, err error) {
	if out == "-" {
		for i := range e.Files {
			if _, err := fetch(c, e.ID, i+1, s.out); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
	var parts []string
	defer func() {
		for _, part := range parts {
			_ = os.Remove(part) // gone when it was put in place
		}
	}()
	for i, f := range e.Files {
		place := filepath.Join(filepath.Dir(out), f.Name)
		part, err := s.fetchInto(c, e.ID, i+1, f, place)
		if part != "" {
			parts = append(parts, part)
		}
		if err != nil {
			return nil, err
		}
		files = append(files, exportedFile{place, f.SHA256, f.Size, f.Rows})
	}
	for i, part := range parts {
		if err := os.Rename(part, files[i].Path); err != nil {
			return nil, cannotWrite(err, files[i].Path)
		}
	}
	return files, nil
}

func cannotWrite(err error, path string) error {
	return fault.Wrap(err, fault.Full, "The file "+path+" cannot be written.", "Choose another place with --out.").InField("out")
}

// fetchInto fetches one file into a part beside its place, and checks that it came whole.
func (s *shell) fetchInto(c *client, id string, number int, f exportFile, place string) (part string, err error) {
	target, err := os.CreateTemp(filepath.Dir(place), ".tradepost-*.part")
	if err != nil {
		return "", cannotWrite(err, place)
	}
	sum, err := fetch(c, id, number, target)
	if closed := target.Close(); err == nil && closed != nil {
		err = cannotWrite(closed, place)
	}
	if err == nil && sum != f.SHA256 {
		err = fault.New(fault.Unavailable, "The file "+f.Name+" did not come whole.", "Run the command again.")
	}
	return target.Name(), err
}

func fetch(c *client, id string, number int, to io.Writer) (sum string, err error) {
	answer, err := c.send("GET", "/api/v1/exports/"+url.PathEscape(id)+"/files/"+strconv.Itoa(number), "", nil)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(to, hash), answer.Body); err != nil {
		return "", fault.Wrap(err, fault.Full, "The file could not be written.", "Free some space, or choose another place with --out.")
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func (s *shell) templates() *cobra.Command {
	cmd := &cobra.Command{Use: "templates", Short: "Templates of exports", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.templateList(), s.templateFields(), s.templateExport(), s.templateImport(), s.templateRemove())
	return cmd
}

// templateRow is a template as lists show it.
type templateRow struct {
	ID       string `json:"id"`
	BuiltIn  bool   `json:"built_in"`
	Template struct {
		Key    string `json:"key"`
		Name   string `json:"name"`
		Kind   string `json:"kind"`
		Format string `json:"format"`
		Target string `json:"target"`
	} `json:"template"`
}

func (s *shell) templateList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List templates", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			if err := c.get("/api/v1/export-templates", nil, &raw); err != nil {
				return err
			}
			var body struct {
				Templates []templateRow `json:"templates"`
			}
			if err := json.Unmarshal(raw, &body); err != nil {
				return fmt.Errorf("reading templates: %w", err)
			}
			return s.print(raw, func(out io.Writer) {
				for _, t := range body.Templates {
					_, _ = fmt.Fprintf(out, "%-6s %-28s %-30s %-10s %s\n", t.ID, t.Template.Key, t.Template.Name, t.Template.Kind, t.Template.Format)
				}
			})
		})
	}}
}

func (s *shell) templateFields() *cobra.Command {
	return &cobra.Command{Use: "fields KIND", Short: "List the fields of a kind of record", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.passOn(cmd, "/api/v1/exports/fields?kind="+url.QueryEscape(args[0]), "fields", []string{"FIELD", "WORDS", "TYPE"}, []string{"name", "words", "type"})
	}}
}

// template gets a template as it is written into a file of its own.
func template(c *client, name string) (id string, body map[string]any, err error) {
	var answer struct {
		ID       string         `json:"id"`
		Template map[string]any `json:"template"`
	}
	err = c.get("/api/v1/export-templates/"+url.PathEscape(name), nil, &answer)
	delete(answer.Template, "number")
	delete(answer.Template, "key")
	return answer.ID, answer.Template, err
}

func (s *shell) templateExport() *cobra.Command {
	var out string
	cmd := &cobra.Command{Use: "export TEMPLATE", Short: "Write a template into a file, to share it", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			_, body, err := template(c, args[0])
			if err != nil {
				return err
			}
			text, err := json.MarshalIndent(body, "", "  ")
			if err != nil {
				return fmt.Errorf("writing template: %w", err)
			}
			if out == "" || out == "-" {
				_, err = s.out.Write(append(text, '\n'))
				return err
			}
			if err := os.WriteFile(out, append(text, '\n'), 0o600); err != nil {
				return cannotWrite(err, out)
			}
			return s.print(map[string]any{"file": out, "name": body["name"]}, func(w io.Writer) { _, _ = fmt.Fprintf(w, "%v written to %s\n", body["name"], out) })
		})
	}}
	cmd.Flags().StringVar(&out, "out", "", "the file to write (default: standard output)")
	return cmd
}

func (s *shell) templateImport() *cobra.Command {
	var name string
	cmd := &cobra.Command{Use: "import FILE", Short: "Take in a template from a file", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		text, err := os.ReadFile(args[0])
		if err != nil {
			return fault.Wrap(err, fault.NotFound, "The file "+args[0]+" cannot be read.", "Check its name, and that it may be read.")
		}
		var body map[string]any
		if err := json.Unmarshal(text, &body); err != nil {
			return fault.Wrap(err, fault.Invalid, args[0]+" is not a template.", "Use a file made by: tradepost templates export.")
		}
		if name != "" {
			body["name"] = name
		}
		return s.with(cmd.Context(), false, func(c *client) error {
			var made templateRow
			if err := c.post("/api/v1/export-templates", body, &made); err != nil {
				return err
			}
			return s.print(made, func(out io.Writer) { _, _ = fmt.Fprintf(out, "%s is template %s\n", made.Template.Name, made.ID) })
		})
	}}
	cmd.Flags().StringVar(&name, "name", "", "another name for it")
	return cmd
}

func (s *shell) templateRemove() *cobra.Command {
	return &cobra.Command{Use: "remove TEMPLATE", Short: "Remove a template of your own", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			id, body, err := template(c, args[0])
			if err != nil {
				return err
			}
			if err := c.remove("/api/v1/export-templates/" + url.PathEscape(id)); err != nil {
				return err
			}
			return s.print(map[string]any{"removed": id, "name": body["name"]}, func(out io.Writer) { _, _ = fmt.Fprintf(out, "%v removed\n", body["name"]) })
		})
	}}
}
