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
)

// worth is what goods at a location cost.
type worth struct {
	SKU      string      `json:"sku"`
	Title    string      `json:"title"`
	Location string      `json:"location"`
	Quantity json.Number `json:"quantity"`
	Value    *string     `json:"value"`
	Unknown  json.Number `json:"without_cost"`
	Layers   []struct {
		Kind     string      `json:"kind"`
		At       *string     `json:"at"`
		Number   *string     `json:"number"`
		Supplier *string     `json:"supplier"`
		Came     json.Number `json:"came"`
		Left     json.Number `json:"left"`
		Value    *string     `json:"value"`
		Unit     *string     `json:"unit"`
	} `json:"layers"`
}

func (s *shell) stockValue() *cobra.Command {
	var at string
	var limit int
	cmd := &cobra.Command{Use: "value", Short: "What all stock cost, now or at an instant", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			query := url.Values{"limit": {strconv.Itoa(limit)}}
			if at != "" {
				query.Set("at", at)
			}
			var raw json.RawMessage
			if err := c.get("/api/v1/stock/value", query, &raw); err != nil {
				return err
			}
			var v stockValue
			if err := json.Unmarshal(raw, &v); err != nil {
				return fmt.Errorf("reading what stock is worth: %w", err)
			}
			return s.print(raw, v.words)
		})
	}}
	cmd.Flags().StringVar(&at, "at", "", "as known at this instant (2026-11-01T12:00:00Z, or 2026-11-01 12:00)")
	cmd.Flags().IntVar(&limit, "limit", 50, "how many lines at most, the largest values first")
	return cmd
}

type stockValue struct {
	Currency *string     `json:"currency"`
	Method   string      `json:"method"`
	Total    *string     `json:"total"`
	Unknown  json.Number `json:"without_cost"`
	Lines    []worth     `json:"lines"`
	More     int         `json:"more"`
}

func (v stockValue) words(out io.Writer) {
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"SKU", "TITLE", "LOCATION", "ON HAND", "VALUE", "WITHOUT COST"})
	for _, l := range v.Lines {
		unknown := string(l.Unknown)
		if unknown == "0" {
			unknown = ""
		}
		row(writer, []string{l.SKU, l.Title, l.Location, string(l.Quantity), textOf(l.Value), unknown})
	}
	_ = writer.Flush()
	if v.More > 0 {
		_, _ = fmt.Fprintf(out, "and %d more: --limit\n", v.More)
	}
	if v.Total != nil {
		_, _ = fmt.Fprintf(out, "All stock cost %s %s (%s).\n", *v.Total, textOf(v.Currency), methodWords(v.Method))
	}
	if v.Unknown != "0" {
		_, _ = fmt.Fprintf(out, "Of %s units it is not known, or not in full, what they cost.\n", v.Unknown)
	}
}

func methodWords(method string) string {
	if method == "average" {
		return "at average cost"
	}
	return "first in, first out"
}

// costWords says what a product's goods cost, layer by layer.
func costWords(out io.Writer, currency string, all []worth) {
	for _, l := range all {
		value := "of which nobody stated what they cost"
		if l.Value != nil {
			value = "worth " + *l.Value + " " + currency
		}
		_, _ = fmt.Fprintf(out, "\nAt %s, %s %s:\n", l.Location, l.Quantity, value)
		for _, layer := range l.Layers {
			from := strings.ReplaceAll(layer.Kind, "_", " ")
			if layer.Number != nil {
				from = *layer.Number + " from " + textOf(layer.Supplier)
			}
			_, _ = fmt.Fprintf(out, "  %8s  of %s by %s, %s, %s each\n", layer.Left, layer.Came, from, dayWords(layer.At), unitWords(layer.Unit))
		}
	}
}

func unitWords(unit *string) string {
	if unit == nil {
		return "no cost known"
	}
	return *unit
}

func (s *shell) orderCosts() *cobra.Command {
	return &cobra.Command{Use: "costs ORDER", Short: "What the goods cost that left with an order, by its id", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			if err := c.get("/api/v1/orders/"+url.PathEscape(args[0])+"/costs", nil, &raw); err != nil {
				return err
			}
			var costs struct {
				Currency *string `json:"currency"`
				Total    *string `json:"total"`
				Whole    bool    `json:"whole"`
				Lines    []struct {
					Line     string      `json:"line"`
					Quantity json.Number `json:"quantity"`
					Cost     *string     `json:"cost"`
				} `json:"lines"`
			}
			if err := json.Unmarshal(raw, &costs); err != nil {
				return fmt.Errorf("reading costs: %w", err)
			}
			return s.print(raw, func(out io.Writer) {
				for _, l := range costs.Lines {
					_, _ = fmt.Fprintf(out, "line %s: %s left, cost %s\n", l.Line, l.Quantity, unitWords(l.Cost))
				}
				if costs.Total != nil {
					_, _ = fmt.Fprintf(out, "Goods cost %s %s%s\n", *costs.Total, textOf(costs.Currency), map[bool]string{false: ", of some it is not known"}[costs.Whole])
				}
			})
		})
	}}
}
