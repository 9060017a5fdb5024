package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

const driftPath = "/api/v1/drift"

// driftRow is the part of a listing's drift that commands say in words.
type driftRow struct {
	ID         string      `json:"id"`
	Channel    string      `json:"channel"`
	Name       string      `json:"name"`
	Ours       string      `json:"ours"`
	LastPushed *string     `json:"last_pushed"`
	Live       *string     `json:"live"`
	LiveAt     *string     `json:"live_at"`
	Class      string      `json:"class"`
	Words      string      `json:"words"`
	Excess     json.Number `json:"excess"`
}

// driftWhole is a report with all its rows.
type driftWhole struct {
	Rows     []json.RawMessage `json:"rows"`
	Total    int               `json:"total"`
	Counts   map[string]int    `json:"counts"`
	Movers   map[string]int    `json:"movers"`
	Checks   []json.RawMessage `json:"checks"`
	Schedule json.RawMessage   `json:"schedule"`
	Warnings []string          `json:"warnings"`
	Next     *string           `json:"next,omitempty"`
}

func (s *shell) drift() *cobra.Command {
	var channel, class string
	cmd := &cobra.Command{Use: "drift", Short: "How the stock of listings stands at their channels: ours, last pushed, live", Args: cobra.NoArgs,
		Long: "Compares what each linked, tracked listing ought to offer with what its channel was last told and was last seen to have, and says who moved it.\n" +
			"It asks nobody: `tradepost drift check` looks live first.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				whole, err := driftReport(c, channel, class)
				if err != nil {
					return err
				}
				return s.print(whole, whole.words)
			})
		}}
	cmd.Flags().StringVar(&channel, "channel", "", "only this channel")
	cmd.Flags().StringVar(&class, "class", "", "only drift (all but same), moved, not_stuck, changed, not_pushed, unplaced, unseen or same")
	_ = cmd.RegisterFlagCompletionFunc("class", cobra.FixedCompletions([]string{"drift", "moved", "not_stuck", "changed", "not_pushed", "unplaced", "unseen", "same"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.AddCommand(s.driftCheck(), s.driftRepair(), s.driftTake())
	return cmd
}

// driftReport reads all pages of a report.
func driftReport(c *client, channel, class string) (whole driftWhole, err error) {
	query := url.Values{"limit": {"1000"}, "class": {class}}
	if channel != "" {
		id, err := c.channelNamed(channel)
		if err != nil {
			return whole, err
		}
		query.Set("channel", id)
	}
	for {
		var page driftWhole
		if err := c.get(driftPath, query, &page); err != nil {
			return whole, err
		}
		page.Rows = append(whole.Rows, page.Rows...)
		whole = page
		if whole.Next == nil {
			return whole, nil
		}
		query.Set("after", *whole.Next)
	}
}

// driftClassWords are the classes in the order in which they press, as people say them.
var driftClassWords = []struct{ class, words string }{{"moved", "moved there"}, {"not_stuck", "not as told"}, {"changed", "changed there, never told"}, {"not_pushed", "not told yet"}, {"unplaced", "at several places"},
	{"unseen", "never looked at"}, {"same", "the same"}}

func (d driftWhole) words(out io.Writer) {
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"CHANNEL", "LISTING", "OURS", "TOLD", "LIVE", "SEEN", "HOW", "WHY"})
	shown := 0
	for _, raw := range d.Rows {
		var r driftRow
		if json.Unmarshal(raw, &r) != nil || r.Class == "same" && d.Counts["same"] < d.Total {
			continue
		}
		shown++
		row(writer, []string{r.Channel, r.Name, r.Ours, orDash(r.LastPushed), orDash(r.Live), orDash(r.LiveAt), classWords(r.Class), r.Words})
	}
	if shown > 0 {
		_ = writer.Flush()
	}
	for _, c := range driftClassWords {
		if n := d.Counts[c.class]; n > 0 {
			_, _ = fmt.Fprintf(out, "%6d  %s\n", n, c.words)
		}
	}
	for _, w := range d.Warnings {
		_, _ = fmt.Fprintf(out, "  ! %s\n", w)
	}
	if d.Counts["moved"]+d.Counts["not_stuck"]+d.Counts["changed"]+d.Counts["not_pushed"] > 0 {
		_, _ = fmt.Fprintln(out, "Plan to put it right with: tradepost drift repair")
	}
}

func classWords(class string) string {
	for _, c := range driftClassWords {
		if c.class == class {
			return c.words
		}
	}
	return class
}

func orDash(value *string) string {
	if value == nil {
		return "-"
	}
	return *value
}

func (s *shell) driftCheck() *cobra.Command {
	var channel string
	cmd := &cobra.Command{Use: "check", Short: "Look live at all listings, then say how they stand", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), true, func(c *client) error {
			body := map[string]any{}
			if channel != "" {
				id, err := c.channelNamed(channel)
				if err != nil {
					return err
				}
				body["channel"] = id
			}
			if err := c.post(driftPath+"/check", body, nil); err != nil {
				return err
			}
			whole, err := driftReport(c, channel, "")
			if err != nil {
				return err
			}
			return s.print(whole, whole.words)
		})
	}}
	cmd.Flags().StringVar(&channel, "channel", "", "only this channel")
	return cmd
}

func (s *shell) driftRepair() *cobra.Command {
	var channel, class string
	var only []string
	cmd := &cobra.Command{Use: "repair", Short: "Plan to tell channels our stock, after a live look; nothing is sent before it is approved", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				body := map[string]any{"class": class, "listings": append([]string{}, only...)}
				if channel != "" {
					id, err := c.channelNamed(channel)
					if err != nil {
						return err
					}
					body["channel"] = id
				}
				if class == "" {
					delete(body, "class")
				}
				var raw json.RawMessage
				if err := c.post(driftPath+"/repair", body, &raw); err != nil {
					return err
				}
				var made struct {
					Plans    []plan   `json:"plans"`
					Same     []string `json:"same"`
					Warnings []string `json:"warnings"`
				}
				if err := json.Unmarshal(raw, &made); err != nil {
					return fmt.Errorf("reading plans: %w", err)
				}
				return s.print(raw, func(out io.Writer) {
					for _, p := range made.Plans {
						p.words(out)
					}
					for _, name := range made.Same {
						_, _ = fmt.Fprintf(out, "%s has what it should by now.\n", name)
					}
					for _, w := range made.Warnings {
						_, _ = fmt.Fprintf(out, "  ! %s\n", w)
					}
				})
			})
		}}
	cmd.Flags().StringVar(&channel, "channel", "", "only this channel")
	cmd.Flags().StringVar(&class, "class", "", "only moved, not_stuck, changed or not_pushed")
	cmd.Flags().StringSliceVar(&only, "only", nil, "only these rows, by their ids in drift --json")
	return cmd
}

func (s *shell) driftTake() *cobra.Command {
	var location, live string
	cmd := &cobra.Command{Use: "take ROW", Short: "Take a channel's number as a count of ours, by the id of a row of drift --json", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				var raw json.RawMessage
				if err := c.post(driftPath+"/take", map[string]any{"id": args[0], "live": live, "location": location}, &raw); err != nil {
					return err
				}
				var taken struct {
					Run    string      `json:"run"`
					Before json.Number `json:"before"`
					After  json.Number `json:"after"`
					Stock  stocked     `json:"stock"`
				}
				if err := json.Unmarshal(raw, &taken); err != nil {
					return fmt.Errorf("reading the answer: %w", err)
				}
				return s.print(raw, func(out io.Writer) {
					_, _ = fmt.Fprintf(out, "%s: counted as %s, was %s. Take it back with: tradepost runs undo %s\n", taken.Stock.SKU, taken.After, taken.Before, taken.Run)
				})
			})
		}}
	cmd.Flags().StringVar(&location, "location", "", "where; needed where the product lies at several of your locations")
	cmd.Flags().StringVar(&live, "live", "", "the number that was seen there; another one by now is refused")
	return cmd
}
