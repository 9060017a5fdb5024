package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// need is what is short by a reorder rule.
type need struct {
	SKU          string       `json:"sku"`
	LocationName string       `json:"location_name"`
	Available    json.Number  `json:"available"`
	Incoming     json.Number  `json:"incoming"`
	Units        json.Number  `json:"units"`
	SupplierName *string      `json:"supplier_name"`
	Packs        int64        `json:"packs"`
	Pack         *json.Number `json:"pack"`
	Why          string       `json:"why"`
}

// reorderRule says when a product is ordered again.
type reorderRule struct {
	Variant      string      `json:"variant"`
	SKU          string      `json:"sku"`
	Location     string      `json:"location"`
	LocationName string      `json:"location_name"`
	Kind         string      `json:"kind"`
	Least        json.Number `json:"least"`
	Most         json.Number `json:"most"`
	SafetyDays   int         `json:"safety_days"`
	CoverDays    int         `json:"cover_days"`
}

func (s *shell) purchaseShort() *cobra.Command {
	return &cobra.Command{Use: "short", Short: "What is to be ordered again, and why", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			if err := c.get("/api/v1/reorder/needs", nil, &raw); err != nil {
				return err
			}
			var list struct {
				Needs []need `json:"needs"`
			}
			if err := json.Unmarshal(raw, &list); err != nil {
				return fmt.Errorf("reading what is short: %w", err)
			}
			return s.print(raw, func(out io.Writer) { needsTable(out, list.Needs) })
		})
	}}
}

func needsTable(out io.Writer, all []need) {
	if len(all) == 0 {
		_, _ = fmt.Fprintln(out, "Nothing is short. Rules say when something is: tradepost purchase rule SKU.")
		return
	}
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"SKU", "LOCATION", "AVAILABLE", "INCOMING", "NEEDED", "FROM", "PACKS", "WHY"})
	for _, n := range all {
		from, packs := "nobody sells it", ""
		if n.SupplierName != nil {
			from, packs = *n.SupplierName, strconv.FormatInt(n.Packs, 10)+" × "+numberOf(n.Pack)
		}
		row(writer, []string{n.SKU, n.LocationName, string(n.Available), string(n.Incoming), string(n.Units), from, packs, n.Why})
	}
	_ = writer.Flush()
}

func (s *shell) purchaseDraft() *cobra.Command {
	var supplier string
	cmd := &cobra.Command{Use: "draft", Short: "Draft purchase orders of what is short, one for each supplier and location; they are sent to nobody", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				body := map[string]string{}
				if supplier != "" {
					found, err := c.supplierNamed(supplier)
					if err != nil {
						return err
					}
					body["supplier"] = found.ID
				}
				var raw json.RawMessage
				if err := c.post("/api/v1/reorder/drafts", body, &raw); err != nil {
					return err
				}
				return s.printPurchases(raw)
			})
		}}
	cmd.Flags().StringVar(&supplier, "supplier", "", "only from this supplier")
	return cmd
}

func (s *shell) purchaseRules() *cobra.Command {
	return &cobra.Command{Use: "rules", Short: "List when what is ordered again", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			if err := c.get("/api/v1/reorder/rules", nil, &raw); err != nil {
				return err
			}
			var list struct {
				Rules []reorderRule `json:"rules"`
			}
			if err := json.Unmarshal(raw, &list); err != nil {
				return fmt.Errorf("reading reorder rules: %w", err)
			}
			return s.print(raw, func(out io.Writer) { rulesTable(out, list.Rules) })
		})
	}}
}

func rulesTable(out io.Writer, all []reorderRule) {
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"SKU", "LOCATION", "ORDER AT", "UP TO"})
	for _, r := range all {
		at, upTo := string(r.Least), string(r.Most)
		if r.Kind == "speed" {
			at, upTo = fmt.Sprintf("lead time and %d days of sales", r.SafetyDays), fmt.Sprintf("%d days more", r.CoverDays)
		}
		row(writer, []string{r.SKU, r.LocationName, at, upTo})
	}
	_ = writer.Flush()
}

func (s *shell) purchaseRule() *cobra.Command {
	var least, most, location string
	var safety, cover int
	var remove bool
	cmd := &cobra.Command{Use: "rule SKU", Short: "Say when a product is ordered again: by numbers, or by how fast it sells", Args: cobra.ExactArgs(1),
		Example: "  tradepost purchase rule MUG-BLU --min 10 --max 40\n  tradepost purchase rule MUG-BLU --safety-days 5 --cover-days 30",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				at, err := c.locationID(location)
				if err != nil {
					return err
				}
				if remove {
					return s.removeRule(c, args[0], location)
				}
				body := map[string]any{"sku": args[0], "location": at, "kind": "fixed", "least": least, "most": most}
				if cover > 0 {
					body["kind"], body["safety_days"], body["cover_days"] = "speed", safety, cover
				}
				var raw json.RawMessage
				if err := c.post("/api/v1/reorder/rules", body, &raw); err != nil {
					return err
				}
				var r reorderRule
				if err := json.Unmarshal(raw, &r); err != nil {
					return fmt.Errorf("reading the rule: %w", err)
				}
				return s.print(raw, func(out io.Writer) { rulesTable(out, []reorderRule{r}) })
			})
		}}
	flags := cmd.Flags()
	flags.StringVar(&least, "min", "", "order when so many or fewer are there")
	flags.StringVar(&most, "max", "", "up to how many")
	flags.IntVar(&safety, "safety-days", 0, "by speed: days of sales to keep beyond the supplier's lead time")
	flags.IntVar(&cover, "cover-days", 0, "by speed: days of sales that an order is to last")
	flags.StringVar(&location, "location", "", "where; blank is the first of your own")
	flags.BoolVar(&remove, "remove", false, "take the rule away")
	return cmd
}

func (s *shell) removeRule(c *client, sku, location string) error {
	var list struct {
		Rules []reorderRule `json:"rules"`
	}
	v, err := c.stockOf(sku)
	if err != nil {
		return err
	}
	if err := c.get("/api/v1/reorder/rules", url.Values{"variant": {v.Variant}}, &list); err != nil {
		return err
	}
	for _, r := range list.Rules {
		if location == "" || location == r.LocationName {
			if err := c.remove("/api/v1/reorder/rules/" + url.PathEscape(r.Variant) + "/" + url.PathEscape(r.Location)); err != nil {
				return err
			}
		}
	}
	return s.print(map[string]int{"removed": len(list.Rules)}, func(out io.Writer) { _, _ = fmt.Fprintln(out, "Removed.") })
}
