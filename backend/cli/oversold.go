package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// oversoldLine is the part of a line that waits for goods that commands say in words.
type oversoldLine struct {
	Line     string      `json:"line"`
	Number   string      `json:"number"`
	Channel  string      `json:"channel"`
	Lacks    string      `json:"lacks"`
	Missing  json.Number `json:"missing"`
	Incoming json.Number `json:"incoming"`
	Held     bool        `json:"held"`
	Remedies []struct {
		Kind     string      `json:"kind"`
		Location *string     `json:"location"`
		Quantity json.Number `json:"quantity"`
		ByHand   bool        `json:"by_hand"`
	} `json:"remedies"`
}

func (s *shell) stockOversold() *cobra.Command {
	var limit int
	cmd := &cobra.Command{Use: "oversold", Short: "Order lines that wait for goods which are not there, and what can be done", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				var raw json.RawMessage
				if err := c.get("/api/v1/stock/oversold", url.Values{"limit": {fmt.Sprint(limit)}}, &raw); err != nil {
					return err
				}
				var body struct {
					Lines []oversoldLine `json:"lines"`
				}
				if err := json.Unmarshal(raw, &body); err != nil {
					return fmt.Errorf("reading lines: %w", err)
				}
				return s.print(raw, func(out io.Writer) { oversoldWords(out, body.Lines) })
			})
		}}
	cmd.Flags().IntVar(&limit, "limit", 200, "how many lines at most (1000)")
	cmd.AddCommand(s.oversoldRemedy())
	return cmd
}

func oversoldWords(out io.Writer, lines []oversoldLine) {
	if len(lines) == 0 {
		_, _ = fmt.Fprintln(out, "Nothing is oversold: all that was ordered is there, or kept.")
		return
	}
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"LINE", "ORDER", "CHANNEL", "LACKS", "MISSING", "INCOMING", "PROPOSED"})
	for _, l := range lines {
		row(writer, []string{l.Line, l.Number, l.Channel, l.Lacks, string(l.Missing), string(l.Incoming), l.proposed()})
	}
	_ = writer.Flush()
	_, _ = fmt.Fprintln(out, "Do it with: tradepost stock oversold remedy LINE --with other_location|backorder|cancel|cancel_line")
}

func (l oversoldLine) proposed() string {
	if len(l.Remedies) == 0 {
		return ""
	}
	r := l.Remedies[0]
	words := map[string]string{"other_location": "keep it at " + orDash(r.Location), "backorder": "put the order on hold: " + string(r.Quantity) + " on the way",
		"cancel": "draft its cancellation", "cancel_line": "draft to call off what is missing"}[r.Kind]
	switch {
	case l.Held && r.Kind == "backorder":
		return "waits: on hold"
	case r.ByHand:
		return strings.Replace(words, "draft", "by hand at the channel,", 1)
	}
	return words
}

func (s *shell) oversoldRemedy() *cobra.Command {
	var with, location, variant string
	cmd := &cobra.Command{Use: "remedy LINE", Short: "Put a line right: keep it elsewhere, put its order on hold, or draft to call it off", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				var raw json.RawMessage
				body := map[string]any{"kind": with, "location": location, "variant": variant}
				if err := c.post("/api/v1/stock/oversold/"+url.PathEscape(args[0])+"/remedy", body, &raw); err != nil {
					return err
				}
				var done struct {
					Run  *string `json:"run"`
					Plan *plan   `json:"plan"`
				}
				if err := json.Unmarshal(raw, &done); err != nil {
					return fmt.Errorf("reading the answer: %w", err)
				}
				return s.print(raw, func(out io.Writer) {
					if done.Plan != nil {
						done.Plan.words(out)
						return
					}
					_, _ = fmt.Fprintf(out, "Done. Take it back with: tradepost runs undo %s\n", orDash(done.Run))
				})
			})
		}}
	cmd.Flags().StringVar(&with, "with", "", "other_location, backorder, cancel or cancel_line (needed)")
	cmd.Flags().StringVar(&location, "location", "", "other_location: where; the one that has most when left out")
	cmd.Flags().StringVar(&variant, "variant", "", "what is missing, by its id, where the line lacks several")
	_ = cmd.MarkFlagRequired("with")
	return cmd
}
