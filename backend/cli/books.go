package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// ledger is a connection to a ledger system, as commands show it.
type ledger struct {
	Connection string `json:"connection"`
	Name       string `json:"name"`
	Company    string `json:"company"`
	Confirmed  bool   `json:"confirmed"`
	Counts     struct {
		Waiting   int `json:"waiting"`
		Posted    int `json:"posted"`
		Different int `json:"different"`
		Refused   int `json:"refused"`
		Undone    int `json:"undone"`
	} `json:"counts"`
	Unpostable int     `json:"unpostable"`
	HeardAt    *string `json:"heard_at"`
	Trouble    *string `json:"trouble"`
	Address    *string `json:"address"`
}

// posting is one document.
type posting struct {
	ID         string  `json:"id"`
	KindWords  string  `json:"kind_words"`
	Number     string  `json:"number"`
	Name       string  `json:"name"`
	Day        string  `json:"day"`
	Currency   string  `json:"currency"`
	Goods      string  `json:"goods"`
	Movements  int     `json:"movements"`
	Unlike     *string `json:"unlike"`
	Total      *string `json:"total"`
	There      *string `json:"there"`
	Difference *string `json:"difference"`
	State      string  `json:"state"`
	Gone       bool    `json:"gone"`
	Problem    *struct {
		Message string `json:"message"`
		Remedy  string `json:"remedy"`
	} `json:"problem"`
}

// what is the document in words, with the goods that it moves.
func (p posting) what() string {
	if p.Goods == "" {
		return p.KindWords
	}
	return p.KindWords + ", " + p.Goods
}

const booksPath = "/api/v1/books"

func (s *shell) books() *cobra.Command {
	cmd := &cobra.Command{Use: "books", Short: "Post what was sold to your books", Args: cobra.NoArgs, RunE: group,
		Long: "Posts sales, payments and refunds to a ledger system: planned first, posted once, read back to the cent, and taken back again.\n" +
			"NAME is the connection to it. Without one where there is one alone, that is meant. Where nothing can be connected,\n" +
			"`tradepost export orders --template quickbooks.iif` writes a file that QuickBooks imports, without any of this."}
	cmd.AddCommand(s.booksList(), s.booksMapping(), s.booksPlan(), s.booksPost(), s.booksUndo(), s.booksCheck())
	return cmd
}

// ledgerNamed finds a connection to a ledger system: by name or id, or the only one.
func ledgerNamed(c *client, args []string) (ledger, error) {
	var body struct {
		Books []ledger `json:"books"`
	}
	if err := c.get(booksPath, nil, &body); err != nil {
		return ledger{}, err
	}
	if len(args) == 0 && len(body.Books) == 1 {
		return body.Books[0], nil
	}
	for _, b := range body.Books {
		if len(args) > 0 && (strings.EqualFold(b.Name, args[0]) || b.Connection == args[0]) {
			return b, nil
		}
	}
	if len(body.Books) == 0 {
		return ledger{}, fault.New(fault.NotFound, "No ledger system is connected.", "tradepost connect quickbooksdesktop NAME --secret password=-").InField("name")
	}
	return ledger{}, fault.New(fault.NotFound, "Which books?", "Name one that `tradepost books list` shows.").InField("name")
}

func (l ledger) path(rest string) string {
	return "/api/v1/connections/" + url.PathEscape(l.Connection) + "/books" + rest
}

func (s *shell) booksList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List ledger systems, with how their postings stand", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			if err := c.get(booksPath, nil, &raw); err != nil {
				return err
			}
			var body struct {
				Books []ledger `json:"books"`
			}
			if err := json.Unmarshal(raw, &body); err != nil {
				return fmt.Errorf("reading books: %w", err)
			}
			return s.print(raw, func(out io.Writer) { ledgersTable(out, body.Books) })
		})
	}}
}

func ledgersTable(out io.Writer, all []ledger) {
	if len(all) == 0 {
		_, _ = fmt.Fprintln(out, "No ledger system is connected. Connect one with: tradepost connect quickbooksdesktop NAME --secret password=-")
		return
	}
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"ID", "NAME", "COMPANY", "POSTED", "WAITING", "DIFFERENT", "REFUSED", "CANNOT BE POSTED", "CALLED LAST"})
	for _, l := range all {
		row(writer, []string{l.Connection, l.Name, l.Company, fmt.Sprint(l.Counts.Posted), fmt.Sprint(l.Counts.Waiting), fmt.Sprint(l.Counts.Different),
			fmt.Sprint(l.Counts.Refused), fmt.Sprint(l.Unpostable), text(l.HeardAt)})
	}
	_ = writer.Flush()
	for _, l := range all {
		if l.Trouble != nil {
			_, _ = fmt.Fprintf(out, "%s: %s\n", l.Name, *l.Trouble)
		}
	}
}

// setup is a mapping with what it lacks; the mapping itself is passed on as it is.
type setup struct {
	ETag     string          `json:"etag"`
	Proposed bool            `json:"proposed"`
	Lacks    *string         `json:"lacks"`
	Mapping  json.RawMessage `json:"mapping"`
	Channels []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"channels"`
}

func (s *shell) booksMapping() *cobra.Command {
	var file string
	var confirm bool
	var channels []string
	var stockFrom string
	cmd := &cobra.Command{Use: "mapping [NAME]", Short: "Show or say how orders are posted", Args: cobra.MaximumNArgs(1),
		Long: "Prints the mapping of accounts, taxes, payment methods, items and channels as JSON: the one that is kept, or one that is proposed from\n" +
			"the chart of accounts, with the reason for each choice. Write it into a file, change it, and hand it back with --file.",
		Example: "  tradepost books mapping > mapping.json\n  tradepost books mapping --file mapping.json --post Shop --confirm",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				l, err := ledgerNamed(c, args)
				if err != nil {
					return err
				}
				var now setup
				if err := c.get(l.path("/mapping"), nil, &now); err != nil {
					return err
				}
				if file != "" {
					if now.Mapping, err = mappingFile(cmd.InOrStdin(), file); err != nil {
						return err
					}
				}
				if file != "" || confirm || len(channels) > 0 || stockFrom != "" {
					if now, err = l.keep(c, now, channels, stockFrom, confirm); err != nil {
						return err
					}
				}
				return s.print(now.Mapping, func(out io.Writer) { now.words(out) })
			})
		}}
	cmd.Flags().StringVar(&file, "file", "", "a mapping to be kept; - reads it from standard input")
	cmd.Flags().StringArrayVar(&channels, "post", nil, "a channel that is posted from now on; may be repeated")
	cmd.Flags().StringVar(&stockFrom, "stock-from", "", "post stock that was adjusted, counted or put together from this day on, such as 2026-12-01; - posts none")
	cmd.Flags().BoolVar(&confirm, "confirm", false, "confirm the mapping, so that orders are posted by it")
	return cmd
}

func mappingFile(in io.Reader, file string) (json.RawMessage, error) {
	if file == "-" {
		return io.ReadAll(in)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The file "+file+" cannot be read.", "Name a file that `tradepost books mapping` wrote.").InField("file")
	}
	return raw, nil
}

// keep says which channels are posted, and stock from when on, confirms where asked, and keeps the mapping.
func (l ledger) keep(c *client, now setup, channels []string, stockFrom string, confirm bool) (setup, error) {
	var m map[string]any
	if err := json.Unmarshal(now.Mapping, &m); err != nil {
		return now, fault.Wrap(err, fault.Invalid, "The mapping is no JSON.", "Start from what `tradepost books mapping` prints.").InField("file")
	}
	delete(m, "$schema")
	rules, _ := m["channels"].(map[string]any)
	for _, name := range channels {
		at := slices.IndexFunc(now.Channels, func(one struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		}) bool {
			return strings.EqualFold(one.Name, name)
		})
		if at < 0 {
			return now, fault.New(fault.NotFound, "There is no channel “"+name+"”.", "tradepost channels lists them.").InField("post")
		}
		if rule, known := rules[now.Channels[at].ID].(map[string]any); known {
			rule["post"] = true
		}
	}
	if stockFrom != "" {
		m["stock"] = stockRule(m["stock"], stockFrom)
	}
	m["confirmed"] = confirm || m["confirmed"] == true
	raw, err := json.Marshal(m)
	if err != nil {
		return now, fmt.Errorf("writing mapping: %w", err)
	}
	var kept setup
	return kept, c.do(http.MethodPut, l.path("/mapping"), "application/json", bytes.NewReader(raw), &kept)
}

// stockRule is the rule of stock with the day from which on it is posted; - is none.
func stockRule(now any, from string) map[string]any {
	rule, known := now.(map[string]any)
	if !known {
		rule = map[string]any{"level": "day", "value": "ledger"}
	}
	if rule["post"] = from != "-"; from != "-" {
		rule["from"] = from
	}
	return rule
}

func (u setup) words(out io.Writer) {
	var indented bytes.Buffer
	_ = json.Indent(&indented, u.Mapping, "", "  ")
	_, _ = fmt.Fprintln(out, indented.String())
	if u.Lacks != nil {
		_, _ = fmt.Fprintln(os.Stderr, *u.Lacks)
	}
}

func (s *shell) booksPlan() *cobra.Command {
	return &cobra.Command{Use: "plan [NAME]", Short: "Plan what is to be posted", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			p, err := planBooks(c, args)
			if err != nil {
				return err
			}
			return s.print(p, p.words)
		})
	}}
}

func planBooks(c *client, args []string) (plan, error) {
	l, err := ledgerNamed(c, args)
	if err != nil {
		return plan{}, err
	}
	var p plan
	return p, c.post("/api/v1/connections/"+url.PathEscape(l.Connection)+"/plans", map[string]bool{"live": false}, &p)
}

func (s *shell) booksPost() *cobra.Command {
	var id string
	cmd := &cobra.Command{Use: "post [NAME]", Short: "Post a plan: the one named, or all that is to be posted now", Args: cobra.MaximumNArgs(1),
		Long: "Approves a plan of postings, so that it is posted: at once, or when the ledger system calls next.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				var p plan
				var err error
				if id != "" {
					p, err = planWhole(c, id)
				} else {
					p, err = planBooks(c, args)
				}
				if err != nil {
					return err
				}
				if p.ID == nil {
					return s.print(p, p.words)
				}
				return s.send(cmd.Context(), c, p, nil, false)
			})
		}}
	cmd.Flags().StringVar(&id, "plan", "", "the plan that is posted")
	return cmd
}

func (s *shell) booksUndo() *cobra.Command {
	var id string
	var postings []string
	var apply, again bool
	cmd := &cobra.Command{Use: "undo [NAME]", Short: "Take postings back, with what was made for them", Args: cobra.MaximumNArgs(1),
		Example: "  tradepost books undo --plan 12           # plan it\n  tradepost books undo --posting 40 --apply",
		RunE: func(cmd *cobra.Command, args []string) error {
			if (id == "") == (len(postings) == 0) || again && id != "" {
				return usageError{"state --plan or --posting; --again goes with --posting"}
			}
			return s.with(cmd.Context(), true, func(c *client) error {
				var p plan
				var err error
				if id != "" {
					err = c.post(plansPath+"/"+url.PathEscape(id)+"/undo", struct{}{}, &p)
				} else {
					var l ledger
					if l, err = ledgerNamed(c, args); err == nil {
						err = c.post(l.path("/undo"), map[string]any{"postings": postings, "again": again}, &p)
					}
				}
				if err != nil {
					return err
				}
				if !apply {
					return s.print(p, p.words)
				}
				return s.send(cmd.Context(), c, p, nil, false)
			})
		}}
	cmd.Flags().StringVar(&id, "plan", "", "a plan whose postings are taken back")
	cmd.Flags().StringArrayVar(&postings, "posting", nil, "the id of a posting; may be repeated")
	cmd.Flags().BoolVar(&again, "again", false, "with all that pays or gives it back; then its orders are posted anew, as they are now")
	cmd.Flags().BoolVar(&apply, "apply", false, "do it, and not only plan it")
	return cmd
}

// checked is what `books check` answers.
type checked struct {
	Books    ledger          `json:"books"`
	Postings []posting       `json:"postings"`
	Problems json.RawMessage `json:"problems"`
	Totals   json.RawMessage `json:"totals"`
}

func (s *shell) booksCheck() *cobra.Command {
	return &cobra.Command{Use: "check [NAME]", Short: "Compare the books, and list what is different or waits for you", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				l, err := ledgerNamed(c, args)
				if err != nil {
					return err
				}
				all := checked{Postings: []posting{}}
				if err := c.post(l.path("/compare"), struct{}{}, &all.Books); err != nil {
					return err
				}
				for _, state := range []string{"different", "refused", "waiting"} {
					var page struct {
						Postings []posting `json:"postings"`
					}
					if err := c.get(l.path("/postings"), url.Values{"state": {state}, "limit": {"1000"}}, &page); err != nil {
						return err
					}
					all.Postings = append(all.Postings, page.Postings...)
				}
				if err := c.get(l.path("/problems"), url.Values{"limit": {"1000"}}, &all.Problems); err != nil {
					return err
				}
				if err := c.get(l.path("/totals"), nil, &all.Totals); err != nil {
					return err
				}
				return s.print(all, all.words)
			})
		}}
}

func (k checked) words(out io.Writer) {
	ledgersTable(out, []ledger{k.Books})
	var totals struct {
		Days []struct {
			Day, Currency, Total, There, Difference string
			Documents                               int
		} `json:"days"`
	}
	_ = json.Unmarshal(k.Totals, &totals)
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if len(totals.Days) > 0 {
		row(writer, []string{"\nDAY", "DOCUMENTS", "POSTED", "THERE", "DIFFERENCE"})
	}
	for _, d := range totals.Days {
		row(writer, []string{d.Day, fmt.Sprint(d.Documents), d.Total + " " + d.Currency, d.There, d.Difference})
	}
	if len(k.Postings) > 0 {
		row(writer, []string{"\nID", "WHAT", "NUMBER", "OURS", "THERE", "STATE"})
	}
	for _, p := range k.Postings {
		state := p.State
		if p.Gone {
			state = "deleted there"
		}
		if p.Problem != nil {
			state += ": " + p.Problem.Message + " " + p.Problem.Remedy
		}
		if p.Unlike != nil {
			state += ": " + *p.Unlike
		}
		row(writer, []string{p.ID, p.what(), p.Number + p.Name, text(p.Total), text(p.There), state})
	}
	var problems struct {
		Problems []struct{ Number, Channel, Problem string } `json:"problems"`
	}
	_ = json.Unmarshal(k.Problems, &problems)
	if len(problems.Problems) > 0 {
		row(writer, []string{"\nORDER OR SKU", "CHANNEL", "CANNOT BE POSTED"})
	}
	for _, p := range problems.Problems {
		row(writer, []string{p.Number, p.Channel, p.Problem})
	}
	_ = writer.Flush()
}

func (s *shell) qbwc() *cobra.Command {
	cmd := &cobra.Command{Use: "qbwc", Short: "The Web Connector of QuickBooks Desktop", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.qbwcServe(), s.qbwcFile())
	return cmd
}

func (s *shell) qbwcFile() *cobra.Command {
	var to string
	cmd := &cobra.Command{Use: "file [NAME]", Short: "Write the .qwc file that tells the Web Connector where to call", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				l, err := ledgerNamed(c, args)
				if err != nil {
					return err
				}
				var file struct{ Name, Content, Address string }
				if err := c.get(l.path("/file"), nil, &file); err != nil {
					return err
				}
				if to != "" {
					if err := os.WriteFile(to, []byte(file.Content), 0o600); err != nil {
						return fault.Wrap(err, fault.Invalid, to+" cannot be written.", "Name another place.").InField("to")
					}
				}
				return s.print(map[string]string{"name": file.Name, "content": file.Content, "address": file.Address}, func(out io.Writer) {
					if to == "" {
						_, _ = fmt.Fprintln(out, file.Content)
						return
					}
					_, _ = fmt.Fprintf(out, "Wrote %s. Open it on this computer while your company file is open in QuickBooks.\n", to)
				})
			})
		}}
	cmd.Flags().StringVar(&to, "to", "", "the file to be written, such as tradepost.qwc")
	return cmd
}

func (s *shell) qbwcServe() *cobra.Command {
	return &cobra.Command{Use: "serve", Short: "Answer the Web Connector without a window, until Ctrl+C", Args: cobra.NoArgs,
		Long: "Has the workspace open and answers the Web Connector, as the window and `tradepost serve` do too.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.program.Answer(cmd.Context(), s.data, func(running bool) {
				_ = s.print(map[string]bool{"answering": running}, func(out io.Writer) {
					if running {
						_, _ = fmt.Fprintln(out, "Tradepost answers the Web Connector. `tradepost books list` shows the addresses. Stop it with Ctrl+C.")
						return
					}
					_, _ = fmt.Fprintln(out, "Another Tradepost has this workspace open and answers the Web Connector already.")
				})
			})
		}}
}
