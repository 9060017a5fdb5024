package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// purchased is the part of a purchase order that commands say in words.
type purchased struct {
	ID           string  `json:"id"`
	ETag         string  `json:"etag"`
	Number       string  `json:"number"`
	SupplierName string  `json:"supplier_name"`
	Location     string  `json:"location"`
	State        string  `json:"state"`
	Currency     string  `json:"currency"`
	Total        *string `json:"total"`
	Least        *string `json:"least"`
	ExpectedAt   *string `json:"expected_at"`
	Lines        []struct {
		SKU      string       `json:"sku"`
		Title    string       `json:"title"`
		Code     *string      `json:"code"`
		Pack     json.Number  `json:"pack"`
		Packs    *json.Number `json:"packs"`
		Quantity json.Number  `json:"quantity"`
		Received json.Number  `json:"received"`
		Open     json.Number  `json:"open"`
		Price    *json.Number `json:"price"`
		Total    *string      `json:"total"`
		Reason   *string      `json:"reason"`
	} `json:"lines"`
	Receipts []struct {
		ID         string  `json:"id"`
		ReceivedAt *string `json:"received_at"`
		Undone     bool    `json:"undone"`
		Lines      []struct {
			SKU      string      `json:"sku"`
			Quantity json.Number `json:"quantity"`
			Goods    *string     `json:"goods"`
			Landed   *string     `json:"landed"`
		} `json:"lines"`
	} `json:"receipts"`
}

const purchasesPath = "/api/v1/purchases"

func (p purchased) path(rest string) string { return purchasesPath + "/" + url.PathEscape(p.ID) + rest }

func (s *shell) purchase() *cobra.Command {
	cmd := &cobra.Command{Use: "purchase", Short: "What you buy: purchase orders, what came of them, what is to be ordered again", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.purchaseList(), s.purchaseShow(), s.purchaseCreate(), s.purchaseReceive(), s.purchaseCosts(), s.purchasePrint(),
		s.purchaseStep("order NUMBER", "Note that a draft was ordered: its goods are on their way from now on. It is sent to nobody", "order", false),
		s.purchaseStep("close NUMBER", "Close an order: the rest is not awaited any more", "close", true),
		s.purchaseStep("cancel NUMBER", "Cancel an order of which nothing came", "cancel", true),
		s.purchaseStep("reopen NUMBER", "Take the end of an order back", "reopen", false),
		s.purchaseUndo(), s.purchaseShort(), s.purchaseDraft(), s.purchaseRules(), s.purchaseRule())
	return cmd
}

// purchaseNumbered finds an order by its number.
func (c *client) purchaseNumbered(number string) (p purchased, raw json.RawMessage, err error) {
	var list struct {
		Purchases []json.RawMessage `json:"purchases"`
	}
	if err = c.get(purchasesPath, url.Values{"number": {number}}, &list); err != nil || len(list.Purchases) == 0 {
		return p, nil, err
	}
	return p, list.Purchases[0], json.Unmarshal(list.Purchases[0], &p)
}

func (s *shell) purchaseList() *cobra.Command {
	var state, supplier, after string
	cmd := &cobra.Command{Use: "list", Short: "List purchase orders, newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			query := url.Values{}
			if supplier != "" {
				found, err := c.supplierNamed(supplier)
				if err != nil {
					return err
				}
				query.Set("supplier", found.ID)
			}
			for name, value := range map[string]string{"state": state, "after": after} {
				if value != "" {
					query.Set(name, value)
				}
			}
			var raw json.RawMessage
			if err := c.get(purchasesPath, query, &raw); err != nil {
				return err
			}
			return s.printPurchases(raw)
		})
	}}
	cmd.Flags().StringVar(&state, "state", "", "only these: draft, ordered, partially_received, received, closed, cancelled, open, awaited")
	cmd.Flags().StringVar(&supplier, "supplier", "", "only of this supplier")
	cmd.Flags().StringVar(&after, "after", "", "go on after the page that ended with this next")
	return cmd
}

func (s *shell) printPurchases(raw json.RawMessage) error {
	var list struct {
		Purchases []purchased `json:"purchases"`
		Next      *string     `json:"next"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return fmt.Errorf("reading purchase orders: %w", err)
	}
	return s.print(raw, func(out io.Writer) {
		writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		row(writer, []string{"NUMBER", "SUPPLIER", "STATE", "TOTAL", "EXPECTED"})
		for _, p := range list.Purchases {
			row(writer, []string{p.Number, p.SupplierName, strings.ReplaceAll(p.State, "_", " "), amountWords(p.Total, p.Currency), dayWords(p.ExpectedAt)})
		}
		_ = writer.Flush()
		if list.Next != nil {
			_, _ = fmt.Fprintf(out, "More: --after %s\n", *list.Next)
		}
	})
}

func amountWords(amount *string, currency string) string {
	if amount == nil {
		return ""
	}
	return *amount + " " + currency
}

func dayWords(at *string) string {
	if at == nil {
		return ""
	}
	day, _, _ := strings.Cut(*at, "T")
	return day
}

func (s *shell) purchaseShow() *cobra.Command {
	return &cobra.Command{Use: "show NUMBER", Short: "A purchase order with what came of it", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			_, raw, err := c.purchaseNumbered(args[0])
			if err != nil {
				return err
			}
			return s.printPurchase(raw)
		})
	}}
}

func (s *shell) printPurchase(raw json.RawMessage) error {
	var p purchased
	if err := json.Unmarshal(raw, &p); err != nil {
		return fmt.Errorf("reading the purchase order: %w", err)
	}
	return s.print(raw, p.words)
}

func (p purchased) words(out io.Writer) {
	_, _ = fmt.Fprintf(out, "%s from %s to %s: %s", p.Number, p.SupplierName, p.Location, strings.ReplaceAll(p.State, "_", " "))
	if p.ExpectedAt != nil {
		_, _ = fmt.Fprintf(out, ", expected %s", dayWords(p.ExpectedAt))
	}
	_, _ = fmt.Fprintln(out)
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"SKU", "CODE", "PACKS", "UNITS", "RECEIVED", "OPEN", "PRICE", "TOTAL"})
	for _, l := range p.Lines {
		packs := ""
		if l.Packs != nil && l.Pack != "1" {
			packs = string(*l.Packs) + " × " + string(l.Pack)
		}
		row(writer, []string{l.SKU, textOf(l.Code), packs, string(l.Quantity), string(l.Received), string(l.Open), numberOf(l.Price), textOf(l.Total)})
	}
	_ = writer.Flush()
	if p.Total != nil {
		_, _ = fmt.Fprintf(out, "Total %s %s\n", *p.Total, p.Currency)
	}
	if p.Least != nil {
		_, _ = fmt.Fprintf(out, "%s %s are missing to the least that the supplier takes an order for.\n", *p.Least, p.Currency)
	}
	for _, r := range p.Receipts {
		p.receiptWords(out, r.ID, r.ReceivedAt, r.Undone)
		for _, l := range r.Lines {
			_, _ = fmt.Fprintf(out, "  %8s  %s, goods %s, landed %s\n", l.Quantity, l.SKU, cmp.Or(textOf(l.Goods), "not stated"), cmp.Or(textOf(l.Landed), "0"))
		}
	}
}

func (p purchased) receiptWords(out io.Writer, id string, at *string, undone bool) {
	words := ""
	if undone {
		words = ", taken back"
	}
	_, _ = fmt.Fprintf(out, "Receipt %s, %s%s:\n", id, textOf(at), words)
}

func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func numberOf(n *json.Number) string {
	if n == nil {
		return ""
	}
	return string(*n)
}

func (s *shell) purchaseCreate() *cobra.Command {
	var location, expected, note, rate string
	var packs, units []string
	cmd := &cobra.Command{Use: "create SUPPLIER", Short: "Draft a purchase order", Args: cobra.ExactArgs(1),
		Example: "  tradepost purchase create Acme --packs MUG-BLU=4 --units BOX=100@0.25",
		RunE: func(cmd *cobra.Command, args []string) error {
			lines, err := wantedLines(packs, units)
			if err != nil {
				return err
			}
			return s.with(cmd.Context(), false, func(c *client) error {
				supplier, err := c.supplierNamed(args[0])
				if err != nil {
					return err
				}
				at, err := c.locationID(location)
				if err != nil {
					return err
				}
				var raw json.RawMessage
				body := map[string]any{"supplier": supplier.ID, "location": at, "expected_at": expected, "note": note, "rate": rate, "lines": lines}
				if err := c.post(purchasesPath, body, &raw); err != nil {
					return err
				}
				return s.printPurchase(raw)
			})
		}}
	flags := cmd.Flags()
	flags.StringArrayVar(&packs, "packs", nil, "so many of the supplier's packs: SKU=PACKS, or SKU=PACKS@PRICE of one pack")
	flags.StringArrayVar(&units, "units", nil, "so many single units: SKU=UNITS, or SKU=UNITS@PRICE of one unit")
	flags.StringVar(&location, "location", "", "where its goods go; blank is the first of your own")
	flags.StringVar(&expected, "expected", "", "when they are expected (2026-11-01); blank is by the supplier's lead time")
	flags.StringVar(&rate, "rate", "", "how much of the currency in which stock is valued one of the supplier's is")
	flags.StringVar(&note, "note", "", "a note for the supplier")
	return cmd
}

// wantedLines reads the lines of a draft.
func wantedLines(packs, units []string) ([]map[string]any, error) {
	lines := []map[string]any{}
	for i, text := range append(append([]string{}, packs...), units...) {
		sku, rest, found := strings.Cut(text, "=")
		number, price, _ := strings.Cut(rest, "@")
		if !found || number == "" {
			return nil, usageError{fmt.Sprintf("%q is no line: write SKU=NUMBER or SKU=NUMBER@PRICE", text)}
		}
		line := map[string]any{"sku": sku, "price": price}
		if i < len(packs) {
			line["packs"] = json.Number(number)
		} else {
			line["quantity"], line["pack"] = number, "1"
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// locationID gives the id of a location; "" stays.
func (c *client) locationID(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	l, err := c.locationNamed(name)
	return l.ID, err
}

// purchaseStep is a command that does one thing to an order.
func (s *shell) purchaseStep(use, short, step string, reasoned bool) *cobra.Command {
	var reason string
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		body := map[string]any{}
		if reasoned {
			body["reason"] = reason
		}
		return s.purchaseWrite(cmd, args[0], "/"+step, body)
	}}
	if reasoned {
		cmd.Flags().StringVar(&reason, "reason", "", "why")
	}
	return cmd
}

func (s *shell) purchaseWrite(cmd *cobra.Command, number, step string, body map[string]any) error {
	return s.with(cmd.Context(), false, func(c *client) error {
		p, _, err := c.purchaseNumbered(number)
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if err := c.post(p.path(step), body, &raw); err != nil {
			return err
		}
		return s.printPurchase(raw)
	})
}

func (s *shell) purchaseReceive() *cobra.Command {
	var came, charges []string
	var at, rate, note string
	var over, start bool
	cmd := &cobra.Command{Use: "receive NUMBER", Short: "Take in what came of an order: all that is awaited, or so much of each SKU", Args: cobra.ExactArgs(1),
		Example: "  tradepost purchase receive PO-7 --came MUG-BLU=40 --charge freight=31.50:value",
		RunE: func(cmd *cobra.Command, args []string) error {
			lines := []map[string]string{}
			for _, text := range came {
				sku, number, found := strings.Cut(text, "=")
				if !found {
					return usageError{fmt.Sprintf("%q says nothing of what came: write SKU=UNITS", text)}
				}
				lines = append(lines, map[string]string{"sku": sku, "quantity": number})
			}
			costs, err := chargesOf(charges)
			if err != nil {
				return err
			}
			return s.purchaseWrite(cmd, args[0], "/receive", map[string]any{"lines": lines, "charges": costs, "at": at, "rate": rate, "note": note, "over": over, "start": start})
		}}
	flags := cmd.Flags()
	flags.StringArrayVar(&came, "came", nil, "what came: SKU=UNITS; none is all that is awaited")
	flags.StringArrayVar(&charges, "charge", nil, "what bringing it here cost: NAME=AMOUNT:BASIS, shared by value, quantity or weight")
	flags.StringVar(&at, "at", "", "when it came (2026-11-01 12:00); blank is now")
	flags.StringVar(&rate, "rate", "", "how much of the currency in which stock is valued one of the order's is")
	flags.StringVar(&note, "note", "", "a note, such as the number of the delivery note")
	flags.BoolVar(&over, "over", false, "more came than was ordered, and that is right")
	flags.BoolVar(&start, "start", false, "what is not tracked there is from now on, with nothing there before")
	return cmd
}

func chargesOf(texts []string) ([]map[string]string, error) {
	all := []map[string]string{}
	for _, text := range texts {
		name, rest, found := strings.Cut(text, "=")
		amount, basis, based := strings.Cut(rest, ":")
		if !found {
			return nil, usageError{fmt.Sprintf("%q is no charge: write NAME=AMOUNT or NAME=AMOUNT:BASIS", text)}
		}
		if !based {
			basis = "value"
		}
		all = append(all, map[string]string{"name": name, "amount": amount, "basis": basis})
	}
	return all, nil
}

func (s *shell) purchaseCosts() *cobra.Command {
	var receipt string
	var charges []string
	cmd := &cobra.Command{Use: "costs NUMBER", Short: "Say what bringing a receipt here cost, in place of what was said: bills come late", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			costs, err := chargesOf(charges)
			if err != nil {
				return err
			}
			return s.purchaseWrite(cmd, args[0], "/receipts/"+url.PathEscape(receipt)+"/charges", map[string]any{"charges": costs})
		}}
	cmd.Flags().StringVar(&receipt, "receipt", "", "the receipt's number, as purchase show says (needed)")
	cmd.Flags().StringArrayVar(&charges, "charge", nil, "NAME=AMOUNT:BASIS, shared by value, quantity or weight")
	_ = cmd.MarkFlagRequired("receipt")
	return cmd
}

func (s *shell) purchaseUndo() *cobra.Command {
	var receipt string
	cmd := &cobra.Command{Use: "unreceive NUMBER", Short: "Take a receipt back as if it had never come", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.purchaseWrite(cmd, args[0], "/receipts/"+url.PathEscape(receipt)+"/undo", map[string]any{})
	}}
	cmd.Flags().StringVar(&receipt, "receipt", "", "the receipt's number, as purchase show says (needed)")
	_ = cmd.MarkFlagRequired("receipt")
	return cmd
}

func (s *shell) purchasePrint() *cobra.Command {
	var format, to string
	cmd := &cobra.Command{Use: "print NUMBER", Short: "Write a purchase order for its supplier, as PDF or CSV", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			p, _, err := c.purchaseNumbered(args[0])
			if err != nil {
				return err
			}
			answer, err := c.send(http.MethodGet, p.path("/document?format="+url.QueryEscape(format)), "", nil)
			if err != nil {
				return err
			}
			defer func() { _ = answer.Body.Close() }()
			if to == "-" {
				_, err = io.Copy(s.out, answer.Body)
				return err
			}
			file := cmp.Or(to, p.Number+"."+format)
			if err := writeNew(file, answer.Body); err != nil {
				return err
			}
			return s.print(map[string]string{"file": file}, func(out io.Writer) { _, _ = fmt.Fprintln(out, file) })
		})
	}}
	cmd.Flags().StringVar(&format, "format", "pdf", "pdf or csv")
	cmd.Flags().StringVar(&to, "to", "", "the file; blank is the number in this folder, - is the output")
	return cmd
}

// writeNew writes a file that is not there yet.
func writeNew(name string, from io.Reader) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.Wrap(err, fault.Conflict, "The file "+name+" cannot be made.", "Name another one with --to.").InField("to")
	}
	if _, err := io.Copy(file, from); err != nil {
		_ = file.Close()
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return file.Close()
}
