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

// transferred is a transfer as the API says it.
type transferred struct {
	ID    string `json:"id"`
	From  string `json:"from"`
	To    string `json:"to"`
	State string `json:"state"`
	Lines []struct {
		Variant   string      `json:"variant"`
		SKU       string      `json:"sku"`
		Quantity  json.Number `json:"quantity"`
		Received  json.Number `json:"received"`
		Lost      json.Number `json:"lost"`
		InTransit json.Number `json:"in_transit"`
	} `json:"lines"`
}

func (t transferred) words(out io.Writer) {
	_, _ = fmt.Fprintf(out, "Transfer %s from %s to %s: %s\n", t.ID, t.From, t.To, t.State)
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"SKU", "QUANTITY", "ON ITS WAY", "RECEIVED", "LOST"})
	for _, l := range t.Lines {
		row(writer, []string{l.SKU, string(l.Quantity), string(l.InTransit), string(l.Received), string(l.Lost)})
	}
	_ = writer.Flush()
}

func (s *shell) stockTransfer() *cobra.Command {
	cmd := &cobra.Command{Use: "transfer", Short: "Goods between locations", Args: cobra.NoArgs, RunE: group}
	list := &cobra.Command{Use: "list", Short: "List transfers, newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.passOn(cmd, "/api/v1/transfers?limit=200", "transfers", []string{"ID", "FROM", "TO", "STATE", "SENT", "NOTE"}, []string{"id", "from", "to", "state", "sent_at", "note"})
	}}
	show := &cobra.Command{Use: "show ID", Short: "Show one transfer", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			if err := c.get("/api/v1/transfers/"+url.PathEscape(args[0]), nil, &raw); err != nil {
				return err
			}
			return s.print(raw, func(out io.Writer) { answered[transferred](raw).words(out) })
		})
	}}
	cmd.AddCommand(list, show, s.transferCreate(), s.transferSend(), s.transferReceive(),
		&cobra.Command{Use: "cancel ID", Short: "Call a transfer off: what is on its way goes back", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
			return s.transferStep(cmd, args[0], "cancel", nil)
		}})
	return cmd
}

// answered reads an answer that is shown in words.
func answered[T any](raw json.RawMessage) (body T) {
	_ = json.Unmarshal(raw, &body)
	return body
}

func (s *shell) transferCreate() *cobra.Command {
	var from, to, note string
	var send, anyway bool
	cmd := &cobra.Command{Use: "create SKU=QUANTITY...", Short: "Put a transfer together, and send it if asked to", Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			lines, err := c.quantities(args)
			if err != nil {
				return err
			}
			body := map[string]any{"from": from, "to": to, "note": note, "lines": lines}
			var raw json.RawMessage
			if err := c.post("/api/v1/transfers", body, &raw); err != nil {
				return err
			}
			if !send {
				return s.print(raw, func(out io.Writer) { answered[transferred](raw).words(out) })
			}
			return s.stepTransfer(c, answered[transferred](raw).ID, "send", map[string]any{"anyway": anyway})
		})
	}}
	cmd.Flags().StringVar(&from, "from", "", "the location it goes from (needed)")
	cmd.Flags().StringVar(&to, "to", "", "the location it goes to (needed)")
	cmd.Flags().StringVar(&note, "note", "", "a note")
	cmd.Flags().BoolVar(&send, "send", false, "send it at once")
	cmd.Flags().BoolVar(&anyway, "anyway", false, "also what is kept for orders, or is not there by the ledger")
	_ = cmd.MarkFlagRequired("from")
	_ = cmd.MarkFlagRequired("to")
	return cmd
}

// quantities reads SKU=QUANTITY as lines.
func (c *client) quantities(args []string) ([]map[string]string, error) {
	lines := []map[string]string{}
	for _, arg := range args {
		i := strings.LastIndexByte(arg, '=')
		if i < 0 {
			return nil, usageError{arg + " is no SKU=QUANTITY"}
		}
		v, err := c.stockOf(arg[:i])
		if err != nil {
			return nil, err
		}
		lines = append(lines, map[string]string{"variant": v.Variant, "quantity": arg[i+1:]})
	}
	return lines, nil
}

func (s *shell) transferSend() *cobra.Command {
	var anyway bool
	cmd := &cobra.Command{Use: "send ID", Short: "Send a transfer: its goods are on their way", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.transferStep(cmd, args[0], "send", map[string]any{"anyway": anyway})
	}}
	cmd.Flags().BoolVar(&anyway, "anyway", false, "also what is kept for orders, or is not there by the ledger")
	return cmd
}

func (s *shell) transferReceive() *cobra.Command {
	var lost []string
	var reason string
	cmd := &cobra.Command{Use: "receive ID [SKU=QUANTITY...]", Short: "Say what arrived; without SKUs all that is on its way", Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			lines, err := c.arrivals(args[1:], lost, reason)
			if err != nil {
				return err
			}
			return s.stepTransfer(c, args[0], "receive", map[string]any{"lines": lines})
		})
	}}
	cmd.Flags().StringArrayVar(&lost, "lost", nil, "what is lost or broken: SKU=QUANTITY, as often as needed")
	cmd.Flags().StringVar(&reason, "reason", "", "with --lost: what happened to it")
	return cmd
}

// arrivals puts what arrived and what is lost together, by variant.
func (c *client) arrivals(received, lost []string, reason string) ([]map[string]string, error) {
	lines, err := c.quantities(received)
	if err != nil {
		return nil, err
	}
	gone, err := c.quantities(lost)
	if err != nil {
		return nil, err
	}
	by := map[string]map[string]string{}
	for _, l := range lines {
		l["received"] = l["quantity"]
		delete(l, "quantity")
		by[l["variant"]] = l
	}
	for _, l := range gone {
		if by[l["variant"]] == nil {
			by[l["variant"]] = map[string]string{"variant": l["variant"]}
			lines = append(lines, by[l["variant"]])
		}
		by[l["variant"]]["lost"], by[l["variant"]]["reason"] = l["quantity"], reason
	}
	return lines, nil
}

func (s *shell) transferStep(cmd *cobra.Command, id, step string, body map[string]any) error {
	return s.with(cmd.Context(), false, func(c *client) error { return s.stepTransfer(c, id, step, body) })
}

func (s *shell) stepTransfer(c *client, id, step string, body map[string]any) error {
	var raw json.RawMessage
	if err := c.post("/api/v1/transfers/"+url.PathEscape(id)+"/"+step, body, &raw); err != nil {
		return err
	}
	return s.print(raw, func(out io.Writer) {
		done := answered[struct {
			Run      string      `json:"run"`
			Transfer transferred `json:"transfer"`
		}](raw)
		done.Transfer.words(out)
		_, _ = fmt.Fprintf(out, "Take it back with: tradepost runs undo %s\n", done.Run)
	})
}
