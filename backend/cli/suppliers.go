package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// supplier is the part of a supplier that commands say in words.
type supplier struct {
	ID       string  `json:"id"`
	ETag     string  `json:"etag"`
	Name     string  `json:"name"`
	Currency string  `json:"currency"`
	LeadDays *int    `json:"lead_days"`
	Minimum  *string `json:"minimum"`
	Items    int     `json:"items"`
	Open     int     `json:"open"`
	Active   bool    `json:"active"`
}

const suppliersPath = "/api/v1/suppliers"

func (s *shell) suppliers() *cobra.Command {
	cmd := &cobra.Command{Use: "suppliers", Short: "Whom you buy from, and what they sell", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.suppliersList(), s.supplierAdd(), s.supplierSet(), s.supplierItems(), s.supplierSells())
	return cmd
}

// supplierNamed finds a supplier by name or id.
func (c *client) supplierNamed(name string) (supplier, error) {
	var list struct {
		Suppliers []supplier `json:"suppliers"`
	}
	if err := c.get(suppliersPath, nil, &list); err != nil {
		return supplier{}, err
	}
	for _, v := range list.Suppliers {
		if strings.EqualFold(v.Name, name) || v.ID == name {
			return v, nil
		}
	}
	return supplier{}, fault.New(fault.NotFound, fmt.Sprintf("There is no supplier called %q.", name), "See the names with: tradepost suppliers list.").InField("supplier")
}

func (s *shell) suppliersList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List suppliers", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			if err := c.get(suppliersPath, nil, &raw); err != nil {
				return err
			}
			var list struct {
				Suppliers []supplier `json:"suppliers"`
			}
			if err := json.Unmarshal(raw, &list); err != nil {
				return fmt.Errorf("reading suppliers: %w", err)
			}
			return s.print(raw, func(out io.Writer) { suppliersTable(out, list.Suppliers) })
		})
	}}
}

func suppliersTable(out io.Writer, all []supplier) {
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"NAME", "CURRENCY", "LEAD TIME", "LEAST ORDER", "SELLS", "OPEN ORDERS"})
	for _, v := range all {
		lead := ""
		if v.LeadDays != nil {
			lead = fmt.Sprintf("%d days", *v.LeadDays)
		}
		row(writer, []string{v.Name, v.Currency, lead, textOf(v.Minimum), strconv.Itoa(v.Items), strconv.Itoa(v.Open)})
	}
	_ = writer.Flush()
}

// supplierFlags are what can be said of a supplier; only what was said is sent.
func supplierFlags(cmd *cobra.Command) func() map[string]any {
	flags := cmd.Flags()
	texts := map[string]*string{}
	for name, words := range map[string]string{"currency": "the currency that they bill in", "minimum": "the least worth of an order", "note": "a note"} {
		texts[name] = flags.String(name, "", words)
	}
	contact := map[string]*string{}
	for name, words := range map[string]string{"person": "whom to write to", "email": "their e-mail address", "phone": "their phone number", "line1": "street and number",
		"city": "town", "postal_code": "postal code", "country": "country"} {
		contact[name] = flags.String(strings.ReplaceAll(name, "_", "-"), "", words)
	}
	lead := flags.Int("lead-days", 0, "days from ordering to goods; below zero is not known")
	active := flags.Bool("active", true, "whether anything is proposed to be ordered from them")
	return func() map[string]any {
		body, of := map[string]any{}, map[string]any{}
		for name, value := range texts {
			if flags.Changed(name) {
				body[name] = *value
			}
		}
		for name, value := range contact {
			if flags.Changed(strings.ReplaceAll(name, "_", "-")) {
				of[name] = *value
			}
		}
		if len(of) > 0 {
			body["contact"] = of
		}
		if flags.Changed("lead-days") {
			body["lead_days"] = *lead
		}
		if flags.Changed("active") {
			body["active"] = *active
		}
		return body
	}
}

func (s *shell) supplierAdd() *cobra.Command {
	cmd := &cobra.Command{Use: "add NAME", Short: "Add a supplier", Args: cobra.ExactArgs(1)}
	said := supplierFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			body := said()
			body["name"] = args[0]
			var raw json.RawMessage
			if err := c.post(suppliersPath, body, &raw); err != nil {
				return err
			}
			return s.printSupplier(raw)
		})
	}
	_ = cmd.MarkFlagRequired("currency")
	return cmd
}

func (s *shell) supplierSet() *cobra.Command {
	var name string
	cmd := &cobra.Command{Use: "set NAME", Short: "Change a supplier: only what is said", Args: cobra.ExactArgs(1)}
	said := supplierFlags(cmd)
	cmd.Flags().StringVar(&name, "name", "", "another name")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			v, err := c.supplierNamed(args[0])
			if err != nil {
				return err
			}
			body := said()
			if name != "" {
				body["name"] = name
			}
			var raw json.RawMessage
			if err := c.patch(suppliersPath+"/"+url.PathEscape(v.ID), body, &raw); err != nil {
				return err
			}
			return s.printSupplier(raw)
		})
	}
	return cmd
}

// patch sends what is to change.
func (c *client) patch(path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("writing request: %w", err)
	}
	return c.do(http.MethodPatch, path, "application/json", bytes.NewReader(text), into)
}

func (s *shell) printSupplier(raw json.RawMessage) error {
	var v supplier
	if err := json.Unmarshal(raw, &v); err != nil {
		return fmt.Errorf("reading the supplier: %w", err)
	}
	return s.print(raw, func(out io.Writer) { suppliersTable(out, []supplier{v}) })
}

// sellsItem is how a supplier sells a product.
type sellsItem struct {
	SKU        string       `json:"sku"`
	Title      string       `json:"title"`
	Code       *string      `json:"code"`
	Pack       json.Number  `json:"pack"`
	Price      *json.Number `json:"price"`
	Currency   string       `json:"currency"`
	LeastPacks int64        `json:"least_packs"`
	Preferred  bool         `json:"preferred"`
}

func itemsTable(out io.Writer, all []sellsItem) {
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"SKU", "TITLE", "CODE", "PACK", "PRICE", "LEAST PACKS", "ORDERED HERE"})
	for _, i := range all {
		price := numberOf(i.Price)
		if price != "" {
			price += " " + i.Currency
		}
		row(writer, []string{i.SKU, i.Title, textOf(i.Code), string(i.Pack), price, strconv.FormatInt(i.LeastPacks, 10), map[bool]string{true: "yes"}[i.Preferred]})
	}
	_ = writer.Flush()
}

func (s *shell) supplierItems() *cobra.Command {
	return &cobra.Command{Use: "items NAME", Short: "List what a supplier sells you", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			v, err := c.supplierNamed(args[0])
			if err != nil {
				return err
			}
			var raw json.RawMessage
			if err := c.get(suppliersPath+"/"+url.PathEscape(v.ID)+"/items", nil, &raw); err != nil {
				return err
			}
			var list struct {
				Items []sellsItem `json:"items"`
			}
			if err := json.Unmarshal(raw, &list); err != nil {
				return fmt.Errorf("reading what the supplier sells: %w", err)
			}
			return s.print(raw, func(out io.Writer) { itemsTable(out, list.Items) })
		})
	}}
}

func (s *shell) supplierSells() *cobra.Command {
	var code, pack, price string
	var least int64
	var preferred, no bool
	cmd := &cobra.Command{Use: "sells NAME SKU", Short: "Say how a supplier sells a product, or that it does not any more (--not)", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				v, err := c.supplierNamed(args[0])
				if err != nil {
					return err
				}
				path := suppliersPath + "/" + url.PathEscape(v.ID) + "/items"
				if no {
					return s.sellsNoMore(c, path, args[1])
				}
				var raw json.RawMessage
				body := map[string]any{"sku": args[1], "code": code, "pack": pack, "price": price, "least_packs": least, "preferred": preferred}
				if err := c.post(path, body, &raw); err != nil {
					return err
				}
				var item sellsItem
				if err := json.Unmarshal(raw, &item); err != nil {
					return fmt.Errorf("reading the answer: %w", err)
				}
				return s.print(raw, func(out io.Writer) { itemsTable(out, []sellsItem{item}) })
			})
		}}
	flags := cmd.Flags()
	flags.StringVar(&code, "code", "", "what the supplier calls it")
	flags.StringVar(&pack, "pack", "1", "units in one pack")
	flags.StringVar(&price, "price", "", "price of one pack, in the supplier's currency")
	flags.Int64Var(&least, "least-packs", 1, "the fewest packs that an order is taken for")
	flags.BoolVar(&preferred, "preferred", false, "order it here from now on")
	flags.BoolVar(&no, "not", false, "it is not sold any more")
	return cmd
}

func (s *shell) sellsNoMore(c *client, path, sku string) error {
	v, err := c.stockOf(sku)
	if err != nil {
		return err
	}
	if err := c.remove(path + "/" + url.PathEscape(v.Variant)); err != nil {
		return err
	}
	return s.print(map[string]bool{"removed": true}, func(out io.Writer) { _, _ = fmt.Fprintln(out, sku+" is not bought there any more.") })
}
