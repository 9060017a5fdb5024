package format_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/commerce"
	"tradepost/backend/intake"
	"tradepost/backend/order"
	"tradepost/backend/tabular/format"
)

// text is a Source over a string, file one over a path.
type text string

func (s text) Open() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(s))), nil }

type raw []byte

func (s raw) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(s)), nil }

type file string

func (f file) Open() (io.ReadCloser, error) { return os.Open(string(f)) }

func recognise(t testing.TB, src format.Source) format.Recognition {
	t.Helper()
	rec, err := format.Recognise(context.Background(), src)
	if err != nil {
		t.Fatalf("recognising: %v", err)
	}
	return rec
}

// read recognises and reads all records.
func read(t testing.TB, src format.Source, opt format.Options) []format.Record {
	t.Helper()
	return readAs(t, src, recognise(t, src), opt)
}

func readAs(t testing.TB, src format.Source, rec format.Recognition, opt format.Options) []format.Record {
	t.Helper()
	var all []format.Record
	err := format.Read(context.Background(), src, rec, opt, func(r format.Record) error {
		all = append(all, r)
		return nil
	})
	if err != nil {
		t.Fatalf("reading: %v", err)
	}
	return all
}

// shared finds a file of the shared test data, or skips the test.
func shared(t testing.TB, path string) string {
	t.Helper()
	root := os.Getenv("TRADEPOST_DATA")
	if root == "" {
		root = sharedAbove(t)
	}
	full := filepath.Join(root, "csv", path)
	if _, err := os.Stat(full); root == "" || err != nil {
		t.Skipf("SKIPPED: the shared test data is not here (%s); set TRADEPOST_DATA to its folder to run this", full)
	}
	return full
}

func sharedAbove(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		if found := filepath.Join(dir, "shared", "data"); isFolder(found) {
			return found
		}
	}
	return ""
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// dump writes records for reading by eye; what is not stated is not written.
func dump(records []format.Record) string {
	var b strings.Builder
	for _, r := range records {
		fmt.Fprintf(&b, "record %d key %q lines %v\n", r.Ordinal, r.Key, numbers(r))
		if r.Stated.Kind != "" {
			dumpStated(&b, r.Stated)
		} else {
			dumpOrder(&b, &r.Order)
		}
		for _, p := range r.Problems {
			fmt.Fprintf(&b, "  PROBLEM %s\n", told(p))
		}
		for _, p := range r.Warnings {
			fmt.Fprintf(&b, "  warning %s\n", told(p))
		}
	}
	return b.String()
}

func told(p format.Problem) string {
	return fmt.Sprintf("%s line %d column %q: %s | found %q expected %q remedy %q", p.Code, p.Row, p.Column, p.Message, p.Found, p.Expected, p.Remedy)
}

func numbers(r format.Record) []int {
	var all []int
	for _, row := range r.Rows {
		all = append(all, row.Number)
	}
	return all
}

func dumpOrder(b *strings.Builder, o *order.Order) {
	places := o.Currency.Exponent()
	put := func(name string, v any) {
		if text := fmt.Sprint(v); text != "" && text != "[]" {
			fmt.Fprintf(b, "  %s: %s\n", name, text)
		}
	}
	put("number", o.Number)
	put("external id", o.ExternalID)
	if o.Placed.At != 0 {
		put("placed", fmt.Sprintf("%s %s %s %s", o.Placed.At, o.Placed.Precision, o.Placed.Zone, o.Placed.ZoneSource))
	}
	put("currency", o.Currency)
	for _, a := range []struct {
		name string
		v    commerce.Amount
	}{{"subtotal", o.Subtotal}, {"shipping", o.Shipping}, {"tax", o.Tax}, {"discount", o.Discount}, {"total", o.Total},
		{"refunded", o.Refunded}, {"outstanding", o.Outstanding}} {
		put(a.name, a.v.Decimal(places))
	}
	put("financial", o.Financial)
	put("fulfillment", o.Fulfillment)
	put("fulfilled by", o.FulfilledBy)
	put("paid at", o.PaidAt)
	put("fulfilled at", o.FulfilledAt)
	put("cancelled at", o.CancelledAt)
	put("ship by", o.ShipBy)
	put("shipping method", o.ShippingMethod)
	put("payment method", o.PaymentMethod)
	put("discount code", o.DiscountCode)
	put("source", o.Source)
	put("risk", o.Risk)
	put("tags", strings.Join(o.Tags, " + "))
	for _, p := range o.Parties {
		c := p.Contact
		put(string(p.Role), strings.Join([]string{c.Name, c.Company, c.Email, c.Phone, c.Line1, c.Line2, c.Line3, c.City, c.Region, c.PostalCode, c.Country, strings.ReplaceAll(c.Note, "\n", "\\n")}, "|"))
	}
	for _, l := range o.Lines {
		put("line", fmt.Sprintf("%d id=%s sku=%s %q %s %s unit=%s total=%s discount=%s tax=%s shipping=%s %s", l.Position, l.ExternalID, l.SKU, l.Title, l.Quantity, l.UOM,
			l.UnitPrice, l.Total.Decimal(places), l.Discount.Decimal(places), l.Tax.Decimal(places), l.Shipping.Decimal(places), l.Fulfillment))
	}
}

// dumpStated writes what a record of another kind than orders states.
func dumpStated(b *strings.Builder, s intake.Stated) {
	fmt.Fprintf(b, "  %s %q\n", s.Kind, s.Name)
	for _, f := range intake.Fields(s.Kind) {
		if v, ok := s.Values[f.Name]; ok {
			fmt.Fprintf(b, "  %s: %s\n", f.Name, strings.ReplaceAll(v, "\n", "\\n"))
		}
	}
	if len(s.Clear) > 0 {
		fmt.Fprintf(b, "  CLEARED: %s\n", strings.Join(s.Clear, ", "))
	}
}
