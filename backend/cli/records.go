package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// listed makes a command that lists records page by page, narrowed by text.
func (s *shell) listed(short, path string, words func(io.Writer, map[string]any)) *cobra.Command {
	var search, after string
	var limit int
	cmd := &cobra.Command{Use: "list", Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		query := url.Values{"limit": {strconv.Itoa(limit)}}
		for name, value := range map[string]string{"q": search, "after": after} {
			if value != "" {
				query.Set(name, value)
			}
		}
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			if err := c.get(path, query, &raw); err != nil {
				return err
			}
			var body map[string]any
			if err := json.Unmarshal(raw, &body); err != nil {
				return fmt.Errorf("reading the list: %w", err)
			}
			return s.print(raw, func(out io.Writer) { words(out, body) })
		})
	}}
	flags := cmd.Flags()
	flags.StringVar(&search, "search", "", "SKUs and e-mail addresses that begin so; titles and names with this in them")
	flags.StringVar(&after, "after", "", "go on after the page that ended with this next")
	flags.IntVar(&limit, "limit", 50, "how many at most (1000)")
	return cmd
}

func (s *shell) products() *cobra.Command {
	cmd := &cobra.Command{Use: "products", Short: "What is sold", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.listed("List products, by variant", "/api/v1/products", func(out io.Writer, body map[string]any) {
		table(out, body["products"], []string{"SKU", "TITLE", "GTIN", "PRICE", "CURRENCY"}, []string{"sku", "title", "gtin", "price", "currency"})
	}))
	return cmd
}

func (s *shell) customers() *cobra.Command {
	cmd := &cobra.Command{Use: "customers", Short: "Who buys", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.listed("List customers, newest first", "/api/v1/customers", func(out io.Writer, body map[string]any) {
		table(out, body["customers"], []string{"NAME", "E-MAIL", "PHONE", "CITY", "COUNTRY", "ORDERS"}, []string{"name", "email", "phone", "city", "country", "orders"})
	}))
	return cmd
}

// applyBatch applies a plan that waits, or what went back into the plan of an applied import.
func (s *shell) applyBatch() *cobra.Command {
	return &cobra.Command{Use: "apply BATCH", Short: "Apply a plan, or the records that went back into it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				var b batch
				if err := c.post("/api/v1/imports/"+url.PathEscape(args[0])+"/apply?wait=true", nil, &b); err != nil {
					return err
				}
				if b.Error != nil {
					return fault.New(fault.Code(b.Error.Code), b.Error.Message, b.Error.Remedy)
				}
				return s.report(c, b.File.Name, b, "")
			})
		}}
}
