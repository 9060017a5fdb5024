package cli

import (
	"bufio"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tradepost/backend/practice"
)

// PracticeOptions say how practice mode runs.
type PracticeOptions struct {
	Dir    string // its folder, absolute
	Listen string // the panel's address; "" is that of the last time
	Speed  float64
	Serve  bool // the workspace too
	ByHand bool // the shops are left to a person to connect
}

// Practising is where practice mode answers.
type Practising struct {
	Panel     string            `json:"panel"`
	Workspace string            `json:"workspace"`
	Vendors   []practice.Vendor `json:"vendors"`
	Storeroom string            `json:"storeroom"` // a file with the count of the storeroom
	// Tradepost is the page of the practice workspace; nil when it is not served.
	Tradepost *Served `json:"tradepost"`
}

// Served is where a workspace is served.
type Served struct {
	URL   string `json:"url"`
	Token string `json:"token"`
}

func (s *shell) practice() *cobra.Command {
	var options PracticeOptions
	cmd := &cobra.Command{Use: "practice", Short: "Run a company of simulated shops to practise on", Args: cobra.NoArgs,
		Long: "Starts simulated shops on this computer. They sell, edit and cancel by themselves, out of one storeroom; a panel shows\n" +
			"them from inside and lets you make things go wrong. It has a folder of its own and never touches your workspace.\n" +
			"All that happened is there again at the next start. To start anew, delete the folder.",
		Example: "  tradepost practice --serve              # with its shops connected, in the browser\n" +
			"  tradepost practice --serve --by-hand    # with nothing connected, to do that yourself under Connections\n" +
			"  tradepost practice                      # the shops alone; prints how to connect each",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if options.Speed < 0.1 || options.Speed > 1000 {
				return usageError{"--speed is a number from 0.1 to 1000"}
			}
			if err := s.practiceIn(&options); err != nil {
				return err
			}
			var settling error
			err := s.program.Practise(cmd.Context(), options, func(now Practising) {
				if settling = s.settle(cmd, options, now); settling != nil {
					_ = s.fail(settling) // the shops go on: the workspace can be seen to by hand
				}
				_ = s.print(now, func(out io.Writer) { now.words(out, options) })
			})
			return err
		}}
	cmd.AddCommand(s.practiceQuickBooks())
	cmd.Flags().StringVar(&options.Dir, "dir", "", "its folder (default: beside the workspace folder, with -practice behind its name)")
	cmd.Flags().StringVar(&options.Listen, "listen", "", "the panel's address on this computer; the shops take the ports behind it (default: as the last time)")
	cmd.Flags().Float64Var(&options.Speed, "speed", 1, "how many times as much happens as in a small shop")
	cmd.Flags().BoolVar(&options.Serve, "serve", false, "also serve the practice workspace, with the shops connected")
	cmd.Flags().BoolVar(&options.ByHand, "by-hand", false, "with --serve: connect no shop; the panel says what to type under Connections")
	return cmd
}

// practiceQuickBooks runs a simulated QuickBooks beside a workspace of any kind.
func (s *shell) practiceQuickBooks() *cobra.Command {
	q := practice.QuickBooks{}
	var password string
	cmd := &cobra.Command{Use: "quickbooks FILE.qwc", Short: "Run a simulated QuickBooks Desktop with its Web Connector", Args: cobra.ExactArgs(1),
		Long: "Reads the .qwc file that Tradepost makes, as Intuit's Web Connector does, calls where it says, and does what it is asked in a\n" +
			"company file of its own: as strictly as QuickBooks takes requests. Nothing in it is real.",
		Example: "  tradepost qbwc file --to tradepost.qwc\n  tradepost practice quickbooks tradepost.qwc --password -",
		RunE: func(cmd *cobra.Command, args []string) error {
			q.File, q.Said = args[0], func(words string, txns int) {
				_ = s.print(map[string]any{"words": words, "transactions": txns}, func(out io.Writer) {
					_, _ = fmt.Fprintf(out, "%s (%d transactions in the company file)\n", words, txns)
				})
			}
			q.Password = password
			if password == "-" {
				line, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
				if err != nil && line == "" {
					return usageError{"no password came in"}
				}
				q.Password = strings.TrimSpace(line)
			}
			return q.Run(cmd.Context())
		}}
	cmd.Flags().StringVar(&password, "password", "", "the connection's password; - reads it from standard input")
	cmd.Flags().StringVar(&q.Company, "company", "", "where the company file is kept (default: beside the .qwc file)")
	cmd.Flags().StringVar(&q.Currency, "currency", "US Dollar", "QuickBooks' name of the company's currency, such as Euro")
	cmd.Flags().DurationVar(&q.Every, "every", 5*time.Second, "how often it calls")
	cmd.Flags().BoolVar(&q.Once, "once", false, "call once, then end")
	return cmd
}

// practiceIn settles the folder, and makes its workspace the one that is spoken to.
func (s *shell) practiceIn(options *PracticeOptions) error {
	if options.Dir == "" {
		data := s.data
		if data == "" {
			data = s.program.DefaultPath
		}
		options.Dir = filepath.Clean(data) + "-practice"
	}
	dir, err := filepath.Abs(options.Dir)
	if err != nil {
		return fmt.Errorf("reading folder name: %w", err)
	}
	options.Dir, s.data = dir, dir
	return nil
}

// settle lets a file keep the key of the practice workspace's secrets, which are worth nothing, and connects the shops that
// are not connected yet unless that is left to the person.
func (s *shell) settle(cmd *cobra.Command, options PracticeOptions, now Practising) error {
	return s.with(cmd.Context(), false, func(c *client) error {
		var kept struct {
			State string `json:"state"`
		}
		if err := c.get(secretsPath, nil, &kept); err != nil {
			return err
		}
		if kept.State == "empty" {
			if err := c.post(secretsPath+"/keeper", map[string]any{"keeper": "file", "consent": true}, nil); err != nil {
				return err
			}
		}
		if !options.Serve || options.ByHand {
			return nil
		}
		return connectVendors(c, now)
	})
}

func connectVendors(c *client, now Practising) error {
	known, err := connectionsOf(c)
	if err != nil {
		return err
	}
	for _, v := range now.Vendors {
		if slices.ContainsFunc(known, func(one connection) bool { return one.Connector == v.Connector }) {
			continue // maybe by hand, under a name of the person's own
		}
		draft := connectionDraft{Connector: v.Connector, Name: v.Name, Options: v.Options, Secrets: v.Secrets}
		var made connection
		if err := c.post(connectionsPath, draft, &made); err != nil {
			return err
		}
		if err := firstLooks(c, made); err != nil {
			return err
		}
	}
	if len(known) > 0 {
		return nil
	}
	return countStoreroom(c, now.Storeroom)
}

// countStoreroom imports the count of the storeroom, so that there is stock that the shops can be told.
func countStoreroom(c *client, path string) error {
	kept, err := upload(c, path)
	if err != nil {
		return err
	}
	var b batch
	if err := c.post("/api/v1/imports?wait=true", map[string]any{"file": kept.ID, "file_name": kept.Name}, &b); err != nil {
		return err
	}
	return c.post("/api/v1/imports/"+b.ID+"/apply?wait=true", nil, nil)
}

// firstLooks pulls all there is, so that there is something to see before the schedule's first look.
func firstLooks(c *client, made connection) error {
	streams, err := streamsOf(c, made)
	if err != nil {
		return err
	}
	for _, stream := range streams {
		if err := c.post(connectionsPath+"/"+url.PathEscape(made.ID)+"/sync?wait=true", syncRequest{Stream: stream}, nil); err != nil {
			return err
		}
	}
	return nil
}

func (p Practising) words(out io.Writer, options PracticeOptions) {
	switch {
	case p.Tradepost != nil && options.ByHand:
		_, _ = fmt.Fprintf(out, "Tradepost, for you to connect the practice shops: %s\n", p.Tradepost.URL)
	case p.Tradepost != nil:
		_, _ = fmt.Fprintf(out, "Tradepost, with the practice shops connected: %s\n", p.Tradepost.URL)
	}
	_, _ = fmt.Fprintf(out, "The panel of the shops: %s\n", p.Panel)
	for _, v := range p.Vendors {
		_, _ = fmt.Fprintf(out, "\n%s (%s)\n", v.Name, v.Connector)
		for _, pair := range v.Settings() {
			_, _ = fmt.Fprintf(out, "  %-16s %s\n", pair[0], pair[1])
		}
		if p.Tradepost == nil {
			_, _ = fmt.Fprintf(out, "Connect it:\n  %s\n", v.Line())
		}
	}
	if p.Tradepost == nil {
		_, _ = fmt.Fprintf(out, "\nCount the storeroom, so that Tradepost tracks its stock:\n  tradepost --data %s import %s\n", p.Workspace, p.Storeroom)
		_, _ = fmt.Fprintf(out, "Then see its workspace:\n  tradepost --data %s serve\n", p.Workspace)
	}
	_, _ = fmt.Fprintln(out, "\nStop it with Ctrl+C; at the next start all is as it was.")
}
