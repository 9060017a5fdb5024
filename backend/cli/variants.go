package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (s *shell) variants() *cobra.Command {
	cmd := &cobra.Command{Use: "variants", Short: "Single products, by SKU", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.variantsMerge(), s.variantsSet())
	return cmd
}

// mergePlan is what a merge would move, or moved.
type mergePlan struct {
	From     soldVariant `json:"from"`
	Into     soldVariant `json:"into"`
	Listings int         `json:"listings"`
	Orders   int         `json:"orders"`
	Takes    []struct {
		Field string `json:"field"`
		Value string `json:"value"`
	} `json:"takes"`
	Refused *string `json:"refused"`
	Remedy  *string `json:"remedy"`
	Run     *string `json:"run"`
}

func (s *shell) variantsMerge() *cobra.Command {
	var apply, plan bool
	cmd := &cobra.Command{Use: "merge SKU INTO-SKU", Short: "Plan to make a product a part of another; with --apply, do it", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if apply && plan {
				return usageError{"either --plan or --apply"}
			}
			return s.with(cmd.Context(), apply, func(c *client) error {
				from, err := c.variantNamed(args[0])
				if err != nil {
					return err
				}
				into, err := c.variantNamed(args[1])
				if err != nil {
					return err
				}
				var raw json.RawMessage
				if apply {
					err = c.post("/api/v1/products/"+from.ID+"/merge", map[string]string{"into": into.ID}, &raw)
				} else {
					err = c.get("/api/v1/products/"+from.ID+"/merge", url.Values{"into": {into.ID}}, &raw)
				}
				if err != nil {
					return err
				}
				var m mergePlan
				if err := json.Unmarshal(raw, &m); err != nil {
					return fmt.Errorf("reading the plan: %w", err)
				}
				return s.print(raw, func(out io.Writer) { mergeWords(out, m) })
			})
		}}
	cmd.Flags().BoolVar(&apply, "apply", false, "carry it out")
	cmd.Flags().BoolVar(&plan, "plan", false, "only say what it would move (the default)")
	return cmd
}

func mergeWords(out io.Writer, m mergePlan) {
	if m.Refused != nil {
		_, _ = fmt.Fprintf(out, "%s %s\n", *m.Refused, text(m.Remedy))
		return
	}
	verb := "would become"
	if m.Run != nil {
		verb = "became"
	}
	_, _ = fmt.Fprintf(out, "%s %s a part of %s: %d listings and the %d orders that show them follow.\n", m.From.SKU, verb, m.Into.SKU, m.Listings, m.Orders)
	for _, t := range m.Takes {
		_, _ = fmt.Fprintf(out, "%s takes over: %s %s\n", m.Into.SKU, t.Field, t.Value)
	}
	if m.Run == nil {
		_, _ = fmt.Fprintln(out, "Do it with --apply; it can be taken back.")
	}
}

// ownOfProduct are the fields that all variants of a product share.
const ownOfProduct = "product."

func (s *shell) variantsSet() *cobra.Command {
	return &cobra.Command{Use: "set SKU FIELD=VALUE...", Short: "Change a product: title, gtin, price, cost, currency, weight_grams, product.title, ...", Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			body, product := map[string]any{}, map[string]string{}
			for _, arg := range args[1:] {
				field, value, ok := strings.Cut(arg, "=")
				if !ok {
					return usageError{"write what is to change as FIELD=VALUE; an empty value takes it away"}
				}
				if name, of := strings.CutPrefix(field, ownOfProduct); of {
					product[name] = value
					body["product"] = product
				} else {
					body[field] = value
				}
			}
			return s.with(cmd.Context(), true, func(c *client) error {
				v, err := c.variantNamed(args[0])
				if err != nil {
					return err
				}
				var raw json.RawMessage
				if err := c.write(http.MethodPatch, "/api/v1/products/"+v.ID, body, &raw); err != nil {
					return err
				}
				return s.print(raw, func(out io.Writer) { _, _ = fmt.Fprintf(out, "changed %s\n", v.SKU) })
			})
		}}
}

func (s *shell) prices() *cobra.Command {
	cmd := &cobra.Command{Use: "prices", Short: "What products cost on each channel", Args: cobra.NoArgs, RunE: group}
	rules := &cobra.Command{Use: "rules", Short: "What the prices of channels are made of", Args: cobra.NoArgs, RunE: group}
	rules.AddCommand(s.rulesList(), s.ruleDo("set CHANNEL", "Say what the prices of a channel are made of", http.MethodPut, "", ruleWords),
		s.ruleDo("preview CHANNEL", "Work a rule out over all listings of a channel, changing nothing", http.MethodPost, "/preview", previewWords))
	cmd.AddCommand(rules, s.pricesShow())
	return cmd
}

func (s *shell) rulesList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List the rules of all channels", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.passOn(cmd, "/api/v1/price-rules", "rules", []string{"CHANNEL", "PRICES"}, []string{"name", "words"})
	}}
}

// ruleDo makes a command that sends a rule for a channel.
func (s *shell) ruleDo(use, short, method, path string, words func(io.Writer, map[string]any)) *cobra.Command {
	var percent, round, direction, floor string
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), method == http.MethodPut, func(c *client) error {
			id, err := c.channelNamed(args[0])
			if err != nil {
				return err
			}
			var raw json.RawMessage
			draft := map[string]string{"percent": percent, "rounding": round, "direction": direction, "floor_margin": floor}
			if err := c.write(method, "/api/v1/price-rules/"+id+path, draft, &raw); err != nil {
				return err
			}
			var body map[string]any
			if err := json.Unmarshal(raw, &body); err != nil {
				return fmt.Errorf("reading the rule: %w", err)
			}
			return s.print(raw, func(out io.Writer) { words(out, body) })
		})
	}}
	flags := cmd.Flags()
	flags.StringVar(&percent, "percent", "", "on top of the product's price, such as 12 or -5")
	flags.StringVar(&round, "round", "", "5 or 10 (cents), 95 or 99 (endings); default: to the smallest coin")
	flags.StringVar(&direction, "direction", "up", "up, nearest or down")
	flags.StringVar(&floor, "floor", "", "never below the cost and so many percent")
	return cmd
}

func ruleWords(out io.Writer, body map[string]any) {
	_, _ = fmt.Fprintf(out, "%s: %s\n", said(body["name"]), said(body["words"]))
}

func previewWords(out io.Writer, body map[string]any) {
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"LISTING", "PRODUCT", "NOW", "THEN", "WHY"})
	changes, _ := body["changes"].([]any)
	for _, item := range changes {
		c, _ := item.(map[string]any)
		v, _ := c["variant"].(map[string]any)
		before, _ := c["before"].(map[string]any)
		after, _ := c["after"].(map[string]any)
		row(writer, []string{said(c["name"]), said(v["sku"]), said(before["price"]), said(after["price"]), said(after["why"])})
	}
	_ = writer.Flush()
	_, _ = fmt.Fprintf(out, "%s: %v of %v prices would differ, %v raised and %v lowered; %v held up by the floor, %v without a price.\n", said(body["words"]), body["changed"],
		body["listings"], body["raised"], body["lowered"], body["floored"], body["unpriced"])
}

func (s *shell) pricesShow() *cobra.Command {
	var channel string
	cmd := &cobra.Command{Use: "show LISTING", Short: "Say what a listing should cost, and why", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			g, err := c.listingNamed(args[0], channel)
			if err != nil {
				return err
			}
			var raw json.RawMessage
			if err := c.get("/api/v1/listings/"+g.ID, nil, &raw); err != nil {
				return err
			}
			return s.print(raw, func(out io.Writer) {
				if g.Wanted == nil {
					_, _ = fmt.Fprintln(out, "It is not linked to a product, so nothing is wanted of its price.")
					return
				}
				_, _ = fmt.Fprintf(out, "%s %s: %s\n", text(g.Wanted.Price), text(g.Wanted.Currency), g.Wanted.Why)
			})
		})
	}}
	cmd.Flags().StringVar(&channel, "channel", "", "the listing's channel, where several have its SKU")
	return cmd
}

func said(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}
