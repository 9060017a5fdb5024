package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// taken is a stocktake as the API says it.
type taken struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Location  string      `json:"location"`
	State     string      `json:"state"`
	StartedAt *string     `json:"started_at"`
	Lines     int         `json:"lines"`
	Counted   int         `json:"counted"`
	Unknown   int         `json:"unknown"`
	Over      json.Number `json:"over"`
	Short     json.Number `json:"short"`
	Values    []struct {
		Currency string      `json:"currency"`
		Value    json.Number `json:"value"`
	} `json:"values"`
	Uncost int `json:"uncost"`
}

func (t taken) words(out io.Writer) {
	_, _ = fmt.Fprintf(out, "Stocktake %s: %s, %s. %d of %d products counted.\n", t.ID, t.Name, t.State, t.Counted, t.Lines)
	if t.Unknown > 0 {
		_, _ = fmt.Fprintf(out, "%d rows are of codes that nobody knows.\n", t.Unknown)
	}
	if t.Over != "" {
		_, _ = fmt.Fprintf(out, "%s more than expected, %s fewer", t.Over, t.Short)
		for _, v := range t.Values {
			_, _ = fmt.Fprintf(out, ", worth %s %s", v.Currency, v.Value)
		}
		if t.Uncost > 0 {
			_, _ = fmt.Fprintf(out, " (the cost of %d is not known)", t.Uncost)
		}
		_, _ = fmt.Fprintln(out, ".")
	}
}

func (s *shell) stocktake() *cobra.Command {
	cmd := &cobra.Command{Use: "stocktake", Short: "Count what lies at a location", Args: cobra.NoArgs, RunE: group}
	list := &cobra.Command{Use: "list", Short: "List stocktakes, newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.passOn(cmd, "/api/v1/stocktakes?limit=200", "stocktakes", []string{"ID", "NAME", "LOCATION", "STATE", "COUNTED", "OF", "UNKNOWN"},
			[]string{"id", "name", "location", "state", "counted", "lines", "unknown"})
	}}
	cmd.AddCommand(list, s.stocktakeStart(), s.stocktakeShow(), s.stocktakeSheet(), s.stocktakeCount(), s.stocktakeImport(), s.stocktakeClose(),
		&cobra.Command{Use: "discard ID", Short: "Put a stocktake away: what was counted changes nothing", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				var raw json.RawMessage
				if err := c.post("/api/v1/stocktakes/"+url.PathEscape(args[0])+"/discard", nil, &raw); err != nil {
					return err
				}
				return s.print(raw, func(out io.Writer) { answered[taken](raw).words(out) })
			})
		}})
	return cmd
}

func (s *shell) stocktakeStart() *cobra.Command {
	var name, location, prefix string
	var never, blind bool
	cmd := &cobra.Command{Use: "start", Short: "Make a sheet of what is to be counted", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			body := map[string]any{"name": name, "location": location, "prefix": prefix, "never_counted": never, "blind": blind}
			if err := c.post("/api/v1/stocktakes", body, &raw); err != nil {
				return err
			}
			return s.print(raw, func(out io.Writer) { answered[taken](raw).words(out) })
		})
	}}
	cmd.Flags().StringVar(&name, "name", "", "what to call it (default: the location and the day)")
	cmd.Flags().StringVar(&location, "location", "", "where to count (default: the usual location)")
	cmd.Flags().StringVar(&prefix, "prefix", "", "only SKUs that begin so")
	cmd.Flags().BoolVar(&never, "never-counted", false, "only what nobody counted after its stock start")
	cmd.Flags().BoolVar(&blind, "blind", false, "do not say what is expected")
	return cmd
}

func (s *shell) stocktakeShow() *cobra.Command {
	var which string
	cmd := &cobra.Command{Use: "show ID", Short: "Show what was counted, and the variance", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			path := "/api/v1/stocktakes/" + url.PathEscape(args[0])
			var report map[string]any
			if err := c.get(path, nil, &report); err != nil {
				return err
			}
			lines, err := c.allLines(path+"/lines", which)
			if err != nil {
				return err
			}
			report["products"] = lines
			return s.print(report, func(out io.Writer) { reportWords(out, report, lines) })
		})
	}}
	cmd.Flags().StringVar(&which, "which", "", "only counted, differ or missing")
	return cmd
}

// allLines reads a stocktake's lines, page by page.
func (c *client) allLines(path, which string) ([]map[string]any, error) {
	all := []map[string]any{}
	query := url.Values{"limit": {"500"}, "which": {which}}
	for {
		var page struct {
			Lines []map[string]any `json:"lines"`
			Next  *string          `json:"next"`
		}
		if err := c.get(path, query, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Lines...)
		if page.Next == nil {
			return all, nil
		}
		query.Set("after", *page.Next)
	}
}

func reportWords(out io.Writer, report map[string]any, lines []map[string]any) {
	text, _ := json.Marshal(report)
	answered[taken](text).words(out)
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"SKU", "EXPECTED", "ON HAND THEN", "COUNTED", "VARIANCE", "VALUE", ""})
	for _, l := range lines {
		cells := make([]string, 7)
		for i, field := range []string{"sku", "expected", "then", "counted", "variance", "value", "problem"} {
			if l[field] != nil {
				cells[i] = fmt.Sprint(l[field])
			}
		}
		row(writer, cells)
	}
	_ = writer.Flush()
}

func (s *shell) stocktakeSheet() *cobra.Command {
	var paper string
	cmd := &cobra.Command{Use: "sheet ID FILE", Short: "Write the sheet to count on into a file: .pdf to print, .csv to fill in", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		as := "pdf"
		if strings.HasSuffix(strings.ToLower(args[1]), ".csv") {
			as = "csv"
		}
		return s.with(cmd.Context(), false, func(c *client) error {
			from := "/api/v1/stocktakes/" + url.PathEscape(args[0]) + "/sheet?as=" + as + "&paper=" + url.QueryEscape(paper)
			if err := download(c, from, args[1], "FILE"); err != nil {
				return err
			}
			return s.print(map[string]string{"file": args[1]}, func(out io.Writer) { _, _ = fmt.Fprintf(out, "Wrote %s.\n", args[1]) })
		})
	}}
	cmd.Flags().StringVar(&paper, "paper", "A4", "A4 or Letter")
	return cmd
}

func (s *shell) stocktakeCount() *cobra.Command {
	var counter, at string
	cmd := &cobra.Command{Use: "count ID CODE [QUANTITY]", Short: "Count something by its SKU or GTIN; rows add up", Args: cobra.RangeArgs(2, 3), RunE: func(cmd *cobra.Command, args []string) error {
		body := map[string]any{"code": args[1], "counter": counter, "at": at}
		if len(args) > 2 {
			body["quantity"] = args[2]
		}
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			if err := c.post("/api/v1/stocktakes/"+url.PathEscape(args[0])+"/rows", body, &raw); err != nil {
				return err
			}
			return s.print(raw, func(out io.Writer) {
				done := answered[struct {
					Line *struct {
						SKU     string      `json:"sku"`
						Counted json.Number `json:"counted"`
					} `json:"line"`
				}](raw)
				if done.Line == nil {
					_, _ = fmt.Fprintf(out, "Nobody knows the code %s; it is kept.\n", args[1])
					return
				}
				_, _ = fmt.Fprintf(out, "%s: %s counted so far.\n", done.Line.SKU, done.Line.Counted)
			})
		})
	}}
	cmd.Flags().StringVar(&counter, "counter", "", "who counts")
	cmd.Flags().StringVar(&at, "at", "", "when (2026-11-01T12:00:00Z, or 2026-11-01 12:00); blank is now")
	return cmd
}

func (s *shell) stocktakeImport() *cobra.Command {
	var id, counter string
	cmd := &cobra.Command{Use: "import FILE", Short: "Take a file of counts into a stocktake: columns of SKUs or GTINs, and of counts", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				into, err := c.openStocktake(id)
				if err != nil {
					return err
				}
				kept, err := upload(c, args[0])
				if err != nil {
					return err
				}
				var raw json.RawMessage
				if err := c.post("/api/v1/stocktakes/"+url.PathEscape(into)+"/import", map[string]string{"file": kept.ID, "counter": counter}, &raw); err != nil {
					return err
				}
				return s.print(raw, func(out io.Writer) {
					done := answered[struct {
						Rows      int   `json:"rows"`
						Unknown   int   `json:"unknown"`
						Stocktake taken `json:"stocktake"`
					}](raw)
					_, _ = fmt.Fprintf(out, "%d rows counted in.\n", done.Rows)
					done.Stocktake.words(out)
				})
			})
		}}
	cmd.Flags().StringVar(&id, "stocktake", "", "its id (default: the one that is open)")
	cmd.Flags().StringVar(&counter, "counter", "", "who counted")
	return cmd
}

// openStocktake is the stocktake that is meant: the one that is named, else the only one that is open.
func (c *client) openStocktake(id string) (string, error) {
	if id != "" {
		return id, nil
	}
	var list struct {
		Stocktakes []taken `json:"stocktakes"`
	}
	if err := c.get("/api/v1/stocktakes", url.Values{"limit": {"200"}}, &list); err != nil {
		return "", err
	}
	for _, t := range list.Stocktakes {
		if t.State != "open" {
			continue
		}
		if id != "" {
			return "", fault.New(fault.Conflict, "Several stocktakes are open.", "Say which one: --stocktake.").InField("stocktake")
		}
		id = t.ID
	}
	if id == "" {
		return "", fault.New(fault.NotFound, "No stocktake is open.", "Start one: tradepost stocktake start.").InField("stocktake")
	}
	return id, nil
}

func (s *shell) stocktakeClose() *cobra.Command {
	var missing string
	cmd := &cobra.Command{Use: "close ID", Short: "Write what was counted as counts of the instants at which it was", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), true, func(c *client) error {
			var raw json.RawMessage
			if err := c.post("/api/v1/stocktakes/"+url.PathEscape(args[0])+"/close", map[string]string{"missing": missing}, &raw); err != nil {
				return err
			}
			return s.print(raw, func(out io.Writer) {
				done := answered[struct {
					Run       string `json:"run"`
					Stocktake taken  `json:"stocktake"`
				}](raw)
				done.Stocktake.words(out)
				_, _ = fmt.Fprintf(out, "Take it back with: tradepost runs undo %s\n", done.Run)
			})
		})
	}}
	cmd.Flags().StringVar(&missing, "missing", "leave", "what becomes of what nobody counted: leave it as it is, or zero")
	return cmd
}
