package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// masterWord is what commands say of the word of a channel that is the master of its stock.
type masterWord struct {
	Channel string  `json:"channel"`
	Master  string  `json:"master"`
	Levels  int     `json:"levels"`
	Differs int     `json:"differs"`
	Held    *string `json:"held"`
	Rows    []struct {
		SKU      string       `json:"sku"`
		Title    string       `json:"title"`
		Location *string      `json:"location"`
		Shown    json.Number  `json:"shown"`
		Waits    json.Number  `json:"waits"`
		Found    json.Number  `json:"found"`
		OnHand   *json.Number `json:"on_hand"`
	} `json:"rows"`
}

func (s *shell) stockMaster() *cobra.Command {
	var take bool
	cmd := &cobra.Command{Use: "master CHANNEL", Short: "What a channel that is the master of its stock says and the ledger does not have", Args: cobra.ExactArgs(1),
		Long: "A channel that is the master of its stock (or that an ERP tells) is told nothing from here: after each look at its stock the ledger is corrected to it.\n" +
			"Where so much changes at once that it may be a mistake there, nothing is counted until you say so with --take.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				id, err := c.channelNamed(args[0])
				if err != nil {
					return err
				}
				path := "/api/v1/channels/" + url.PathEscape(id) + "/masters-word"
				if take {
					return s.takeWord(c, path)
				}
				var raw json.RawMessage
				if err := c.get(path, nil, &raw); err != nil {
					return err
				}
				var w masterWord
				if err := json.Unmarshal(raw, &w); err != nil {
					return fmt.Errorf("reading the answer: %w", err)
				}
				return s.print(raw, w.words)
			})
		}}
	cmd.Flags().BoolVar(&take, "take", false, "count all that it says, as one run that can be taken back")
	return cmd
}

func (s *shell) takeWord(c *client, path string) error {
	var run map[string]any
	if err := c.post(path, nil, &run); err != nil {
		return err
	}
	return s.print(run, func(out io.Writer) {
		_, _ = fmt.Fprintf(out, "%s: %s\nTake it back with: tradepost runs undo %s\n", run["title"], run["words"], run["id"])
	})
}

func (w masterWord) words(out io.Writer) {
	if w.Master == "here" {
		_, _ = fmt.Fprintf(out, "The stock of %s is said here: it is its own master once its rule says so.\n", w.Channel)
		return
	}
	if w.Held != nil {
		_, _ = fmt.Fprintf(out, "%s Nothing of it was counted. Count it with --take if it is so.\n", *w.Held)
	}
	_, _ = fmt.Fprintf(out, "%d levels, %d of them something else in the ledger\n", w.Levels, w.Differs)
	if len(w.Rows) == 0 {
		return
	}
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"SKU", "TITLE", "LOCATION", "SHOWN", "WAITS", "SO THERE ARE", "IN THE LEDGER"})
	for _, r := range w.Rows {
		ledger := "not tracked"
		if r.OnHand != nil {
			ledger = string(*r.OnHand)
		}
		row(writer, []string{r.SKU, r.Title, textOf(r.Location), string(r.Shown), string(r.Waits), string(r.Found), ledger})
	}
	_ = writer.Flush()
}
