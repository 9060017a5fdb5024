package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// order is the part of an order that commands say in words; in JSON they pass on all of it.
type order struct {
	Number   string  `json:"number"`
	Channel  string  `json:"channel"`
	PlacedAt *string `json:"placed_at"`
	Currency *string `json:"currency"`
	Total    *string `json:"total"`
	Computed struct {
		Total *string `json:"total"`
	} `json:"computed"`
	FinancialStatus   *string `json:"financial_status"`
	FulfillmentStatus *string `json:"fulfillment_status"`
	Buyer             struct {
		Name *string `json:"name"`
	} `json:"buyer"`
	Lines []struct {
		SKU      *string     `json:"sku"`
		Title    string      `json:"title"`
		Quantity json.Number `json:"quantity"`
	} `json:"lines"`
}

// total is what the order states, else what its lines come to.
func (o order) total() string {
	if o.Total != nil || o.Computed.Total == nil {
		return text(o.Total)
	}
	return *o.Computed.Total + " (computed)"
}

func (s *shell) orders() *cobra.Command {
	cmd := &cobra.Command{Use: "orders", Short: "The orders of all channels", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.ordersList(), s.ordersShow(), s.ordersRoute(), s.orderCosts())
	return cmd
}

// group is what a command does that only has subcommands.
func group(cmd *cobra.Command, _ []string) error {
	return usageError{"which one? " + cmd.CommandPath() + " has: " + strings.Join(names(cmd), ", ")}
}

func names(cmd *cobra.Command) []string {
	var all []string
	for _, sub := range cmd.Commands() {
		all = append(all, sub.Name())
	}
	return all
}

func (s *shell) ordersList() *cobra.Command {
	var channel, status, search, tag, after string
	var limit int
	cmd := &cobra.Command{Use: "list", Short: "List orders, newest first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			query := url.Values{}
			for name, value := range map[string]string{"channel": channel, "status": status, "search": search, "tag": tag, "after": after} {
				if value != "" {
					query.Set(name, value)
				}
			}
			query.Set("limit", strconv.Itoa(limit))
			return s.with(cmd.Context(), false, func(c *client) error { return s.listOrders(c, query) })
		}}
	flags := cmd.Flags()
	flags.StringVar(&channel, "channel", "", "only this channel")
	flags.StringVar(&status, "status", "", "only this status: to_ship, shipped, cancelled, open, late, held, paid, unfulfilled, ...")
	flags.StringVar(&search, "search", "", "numbers, SKUs, e-mail addresses, names")
	flags.StringVar(&tag, "tag", "", "only with this tag")
	flags.StringVar(&after, "after", "", "go on after the page that ended with this next")
	flags.IntVar(&limit, "limit", 50, "how many at most (1000)")
	return cmd
}

func (s *shell) listOrders(c *client, query url.Values) error {
	var body struct {
		Orders []json.RawMessage `json:"orders"`
		Next   *string           `json:"next"`
	}
	if err := c.get("/api/v1/orders", query, &body); err != nil {
		return err
	}
	return s.print(body, func(out io.Writer) {
		table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "NUMBER\tCHANNEL\tPLACED\tBUYER\tTOTAL\tPAID\tSHIPPED")
		for _, raw := range body.Orders {
			var o order
			if json.Unmarshal(raw, &o) == nil {
				_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s %s\t%s\t%s\n", o.Number, o.Channel, text(o.PlacedAt), text(o.Buyer.Name), text(o.Currency), o.total(),
					text(o.FinancialStatus), text(o.FulfillmentStatus))
			}
		}
		_ = table.Flush()
		if body.Next != nil {
			_, _ = fmt.Fprintf(out, "More: --after %s\n", *body.Next)
		}
	})
}

func text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}

func (s *shell) ordersShow() *cobra.Command {
	var channel string
	cmd := &cobra.Command{Use: "show NUMBER", Short: "Show one order", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			query := url.Values{"number": {args[0]}, "limit": {"20"}}
			if channel != "" {
				query.Set("channel", channel)
			}
			return s.with(cmd.Context(), false, func(c *client) error { return s.showOrder(c, args[0], query) })
		}}
	cmd.Flags().StringVar(&channel, "channel", "", "the channel, where several have that number")
	return cmd
}

func (s *shell) showOrder(c *client, number string, query url.Values) error {
	var body struct {
		Orders []json.RawMessage `json:"orders"`
	}
	if err := c.get("/api/v1/orders", query, &body); err != nil {
		return err
	}
	raw, o, err := only(number, body.Orders)
	if err != nil {
		return err
	}
	return s.print(raw, func(out io.Writer) {
		_, _ = fmt.Fprintf(out, "%s on %s, placed %s by %s: %s %s, %s, %s\n", o.Number, o.Channel, text(o.PlacedAt), text(o.Buyer.Name), text(o.Currency), o.total(),
			text(o.FinancialStatus), text(o.FulfillmentStatus))
		for _, l := range o.Lines {
			_, _ = fmt.Fprintf(out, "  %s × %s  %s\n", l.Quantity, l.Title, text(l.SKU))
		}
	})
}

// only picks the order that is meant: the one with exactly that number, else the only one that reads like it.
func only(number string, found []json.RawMessage) (raw json.RawMessage, o order, err error) {
	var channels []string
	exact := -1
	for i, candidate := range found {
		if err := json.Unmarshal(candidate, &o); err != nil {
			return nil, o, fmt.Errorf("reading order: %w", err)
		}
		channels = append(channels, o.Channel)
		if o.Number == number {
			if exact >= 0 {
				return nil, o, ambiguous(number, channels)
			}
			exact = i
		}
	}
	switch {
	case len(found) == 0:
		return nil, o, fault.New(fault.NotFound, "There is no order "+number+".", "Look for it with: tradepost orders list --search "+number)
	case exact < 0 && len(found) > 1:
		return nil, o, ambiguous(number, channels)
	case exact < 0:
		exact = 0
	}
	o = order{}
	return found[exact], o, json.Unmarshal(found[exact], &o)
}

func ambiguous(number string, channels []string) error {
	return fault.New(fault.Conflict, fmt.Sprintf("Several orders are called %s: on %s.", number, strings.Join(channels, ", ")), "Name the channel with --channel.")
}
