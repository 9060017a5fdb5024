package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (s *shell) stock() *cobra.Command {
	cmd := &cobra.Command{Use: "stock", Short: "What is on hand, and why", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.listed("List stock, by variant and location", "/api/v1/stock", stockWords), s.stockShow(), s.stockStart(), s.stockCount(), s.stockAdjust(), s.stockTransfer(), s.stockValue(), s.stockRules(), s.stockMaster(), s.stockEdit(), s.stockOversold())
	return cmd
}

// stocked is a variant's stock as the API says it.
type stocked struct {
	Variant     string      `json:"variant"`
	SKU         string      `json:"sku"`
	Title       string      `json:"title"`
	Tracked     bool        `json:"tracked"`
	Backordered json.Number `json:"backordered"`
	Locations   []struct {
		Location  string      `json:"location"`
		OnHand    json.Number `json:"on_hand"`
		Reserved  json.Number `json:"reserved"`
		Available json.Number `json:"available"`
		Incoming  json.Number `json:"incoming"`
	} `json:"locations"`
	Channels []struct {
		Channel    string      `json:"channel"`
		Listing    string      `json:"listing"`
		Ours       *int64      `json:"ours"`
		LastPushed *int64      `json:"last_pushed"`
		Live       *int64      `json:"live"`
		Told       bool        `json:"told"`
		May        *int64      `json:"may"`
		Steps      []offerStep `json:"steps"`
	} `json:"channels"`
	Explanation *struct {
		Locations []struct {
			Location string      `json:"location"`
			Incoming json.Number `json:"incoming"`
			Entries  []struct {
				Kind     string      `json:"kind"`
				Entries  int         `json:"entries"`
				Quantity json.Number `json:"quantity"`
			} `json:"entries"`
			Kept []stockClaim `json:"kept"`
		} `json:"locations"`
		Waiting []stockClaim `json:"waiting"`
	} `json:"explanation"`
	Costs *struct {
		Currency  *string `json:"currency"`
		Locations []worth `json:"locations"`
	} `json:"costs"`
}

type stockClaim struct {
	Number   *string     `json:"number"`
	Channel  *string     `json:"channel"`
	Line     *string     `json:"line"`
	Quantity json.Number `json:"quantity"`
}

func stockWords(out io.Writer, body map[string]any) {
	var list struct {
		Stock []stocked `json:"stock"`
	}
	text, err := json.Marshal(body)
	if err != nil || json.Unmarshal(text, &list) != nil {
		return
	}
	levelsTable(out, list.Stock)
}

func levelsTable(out io.Writer, all []stocked) {
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"SKU", "TITLE", "LOCATION", "ON HAND", "RESERVED", "AVAILABLE", "INCOMING", "BACKORDERED"})
	for _, v := range all {
		if len(v.Locations) == 0 {
			row(writer, []string{v.SKU, v.Title, map[bool]string{false: "not tracked", true: "kit"}[v.Tracked], "", "", "", "", ""})
		}
		for i, l := range v.Locations {
			backordered := ""
			if i == 0 && v.Backordered != "0" {
				backordered = string(v.Backordered)
			}
			row(writer, []string{v.SKU, v.Title, l.Location, string(l.OnHand), string(l.Reserved), string(l.Available), string(l.Incoming), backordered})
		}
	}
	_ = writer.Flush()
}

// stockOf finds the one variant with a SKU.
func (c *client) stockOf(sku string) (v stocked, err error) {
	var list struct {
		Stock []stocked `json:"stock"`
	}
	if err = c.get("/api/v1/stock", url.Values{"sku": {sku}}, &list); err == nil && len(list.Stock) > 0 {
		v = list.Stock[0]
	}
	return v, err
}

func (s *shell) stockShow() *cobra.Command {
	var at string
	var explain, occurred bool
	cmd := &cobra.Command{Use: "show SKU", Short: "How a product stands at each location and channel, now or at an instant, and why", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				v, err := c.stockOf(args[0])
				if err != nil {
					return err
				}
				query := url.Values{"explain": {fmt.Sprint(explain)}, "occurred": {fmt.Sprint(occurred)}}
				if at != "" {
					query.Set("at", at)
				}
				var raw json.RawMessage
				if err := c.get("/api/v1/stock/"+url.PathEscape(v.Variant), query, &raw); err != nil {
					return err
				}
				if explain {
					if raw, err = withCosts(c, v.Variant, at, raw); err != nil {
						return err
					}
				}
				if err := json.Unmarshal(raw, &v); err != nil {
					return fmt.Errorf("reading the answer: %w", err)
				}
				return s.print(raw, func(out io.Writer) { v.words(out) })
			})
		}}
	cmd.Flags().StringVar(&at, "at", "", "as recorded at this instant (2026-11-01T12:00:00Z, or 2026-11-01 12:00)")
	cmd.Flags().BoolVar(&occurred, "occurred", false, "with --at: by what happened until then, whenever it became known")
	cmd.Flags().BoolVar(&explain, "explain", false, "say why: what came and went, and what is kept for which order")
	return cmd
}

// withCosts adds to how a product stands what its goods cost, layer by layer.
func withCosts(c *client, variant, at string, stock json.RawMessage) (json.RawMessage, error) {
	query := url.Values{}
	if at != "" {
		query.Set("at", at)
	}
	var costs json.RawMessage
	if err := c.get("/api/v1/stock/"+url.PathEscape(variant)+"/costs", query, &costs); err != nil {
		return nil, err
	}
	open := bytes.TrimSuffix(bytes.TrimSpace(stock), []byte("}"))
	return slices.Concat(open, []byte(`,"costs":`), costs, []byte("}")), nil
}

func (v stocked) words(out io.Writer) {
	levelsTable(out, []stocked{v})
	for _, g := range v.Channels {
		_, _ = fmt.Fprintf(out, "%s %s: %s can be sold, last told %s, last seen %s\n", g.Channel, g.Listing, countWords(g.Ours), countWords(g.LastPushed), countWords(g.Live))
		for _, step := range g.Steps {
			_, _ = fmt.Fprintf(out, "  %8s  %s\n", step.Left, step.Words)
		}
		if g.May != nil && g.Ours != nil && *g.May > *g.Ours {
			_, _ = fmt.Fprintf(out, "            it may still sell %d until its lower number is known to be there\n", *g.May)
		}
	}
	if v.Explanation == nil {
		return
	}
	for _, l := range v.Explanation.Locations {
		_, _ = fmt.Fprintf(out, "\nAt %s:\n", l.Location)
		for _, e := range l.Entries {
			if e.Quantity == "0" && e.Kind != "start" { // it moved what is on its way alone
				continue
			}
			_, _ = fmt.Fprintf(out, "  %8s  %s (%d)\n", e.Quantity, strings.ReplaceAll(e.Kind, "_", " "), e.Entries)
		}
		claimWords(out, "kept for", l.Kept)
		if l.Incoming != "0" {
			_, _ = fmt.Fprintf(out, "  %8s  on its way\n", l.Incoming)
		}
	}
	if len(v.Explanation.Waiting) > 0 {
		_, _ = fmt.Fprintln(out, "\nNot there yet:")
		claimWords(out, "backordered by", v.Explanation.Waiting)
	}
	if v.Costs != nil {
		costWords(out, textOf(v.Costs.Currency), v.Costs.Locations)
	}
}

func claimWords(out io.Writer, what string, all []stockClaim) {
	for _, c := range all {
		number := "an order that is gone"
		if c.Number != nil {
			number = *c.Number
		}
		_, _ = fmt.Fprintf(out, "  %8s  %s %s\n", c.Quantity, what, number)
	}
}

func countWords(n *int64) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprint(*n)
}

func (s *shell) stockStart() *cobra.Command {
	return s.counting("start SKU", "Start tracking a product at a location with what was counted there", true)
}

func (s *shell) stockCount() *cobra.Command {
	return s.counting("count SKU", "Say what was counted: the level is corrected to it", false)
}

func (s *shell) counting(use, short string, start bool) *cobra.Command {
	var location, count, at string
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.stockWrite(cmd, args[0], "count", map[string]any{"location": location, "on_hand": count, "at": at, "start": start})
	}}
	cmd.Flags().StringVar(&count, "count", "", "how many were found (needed)")
	cmd.Flags().StringVar(&location, "location", "", "where; blank is the first location there is, one that is not there is made")
	cmd.Flags().StringVar(&at, "at", "", "when it was counted (2026-11-01T12:00:00Z, or 2026-11-01 12:00); blank is now")
	_ = cmd.MarkFlagRequired("count")
	return cmd
}

func (s *shell) stockAdjust() *cobra.Command {
	var location, by, reason string
	cmd := &cobra.Command{Use: "adjust SKU", Short: "Change what is on hand by so much, with a reason", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.stockWrite(cmd, args[0], "adjustments", map[string]any{"location": location, "by": by, "reason": reason})
	}}
	cmd.Flags().StringVar(&by, "by", "", "by how much: 3 or -1.5 (needed)")
	cmd.Flags().StringVar(&reason, "reason", "", "why (needed)")
	cmd.Flags().StringVar(&location, "location", "", "where; blank is the first where the product is tracked")
	_ = cmd.MarkFlagRequired("by")
	_ = cmd.MarkFlagRequired("reason")
	return cmd
}

func (s *shell) stockWrite(cmd *cobra.Command, sku, what string, body map[string]any) error {
	return s.with(cmd.Context(), false, func(c *client) error {
		v, err := c.stockOf(sku)
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if err := c.post("/api/v1/stock/"+url.PathEscape(v.Variant)+"/"+what, body, &raw); err != nil {
			return err
		}
		var done struct {
			Run   string  `json:"run"`
			Stock stocked `json:"stock"`
		}
		if err := json.Unmarshal(raw, &done); err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		return s.print(raw, func(out io.Writer) {
			levelsTable(out, []stocked{done.Stock})
			_, _ = fmt.Fprintf(out, "Take it back with: tradepost runs undo %s\n", done.Run)
		})
	})
}
